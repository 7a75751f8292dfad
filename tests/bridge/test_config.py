from __future__ import annotations

from pathlib import Path

import pytest

from papermesh_bridge import (
    Address,
    Alias,
    BackendConfig,
    BridgeConfig,
    ConfigError,
    EndpointConfig,
    JsonPolicy,
    Limits,
    UploadConfig,
)

FULL = """
http = "127.0.0.1:8000"
tcp = "[::1]:8001"
unix = "/run/bridge.sock"
unix_mode = 0o660
allowed_hosts = ["docs.example.org"]
cors_origins = ["https://app.example.org", "http://localhost:3000"]

[policy]
spelling = "camel"
bare_enum_names = true

[limits]
max_batch_items = 10
call_timeout_seconds = 5

[[backend]]
target = "127.0.0.1:50051"
name = "classification"

[[backend]]
target = "127.0.0.1:50052"

[[method]]
name = "subtract"
rpc = "calc.v1.Calculator/Subtract"
unwrap = true

[[upload]]
path = "/extract"
rpc = "docs.v1.Reader/ReadStream"
fallback = "docs.v1.Reader/Read"

[[endpoint]]
name = "classification"
backends = ["classification"]
policy = { unknown_members = "ignore" }
"""


def test_a_whole_configuration_is_read(tmp_path):
    path = tmp_path / "bridge.toml"
    path.write_text(FULL)
    assert BridgeConfig.from_toml(path) == BridgeConfig(
        backends=(BackendConfig("127.0.0.1:50051", "classification"), BackendConfig("127.0.0.1:50052")),
        http=Address("127.0.0.1", 8000),
        tcp=Address("::1", 8001),
        unix=Path("/run/bridge.sock"),
        unix_mode=0o660,
        methods=(Alias("subtract", "calc.v1.Calculator/Subtract", unwrap=True),),
        endpoints=(EndpointConfig("classification", ("classification",), JsonPolicy(unknown_members="ignore")),),
        policy=JsonPolicy(spelling="camel", bare_enum_names=True),
        allowed_hosts=("docs.example.org",),
        cors_origins=("https://app.example.org", "http://localhost:3000"),
        uploads=(UploadConfig("/extract", "docs.v1.Reader/ReadStream", "docs.v1.Reader/Read"),),
        limits=Limits(max_batch_items=10, call_timeout_seconds=5.0),
    )


def test_the_files_of_a_backend_are_beside_the_configuration(tmp_path):
    path = tmp_path / "bridge.toml"
    files = 'descriptors = "contract.binpb"\nca = "/etc/ca.pem"\ntls = true\n'
    path.write_text(f'[limits]\nschema_refresh_seconds = 0\n[[backend]]\ntarget = "a:1"\n{files}')
    config = BridgeConfig.from_toml(path)
    (backend,) = config.backends
    assert (backend.descriptors, backend.ca) == (tmp_path / "contract.binpb", Path("/etc/ca.pem"))
    assert config.limits.schema_refresh_seconds == 0


@pytest.mark.parametrize(("text", "target", "name"), [("a:1", "a:1", "a:1"), ("x=a:1", "a:1", "x")])
def test_a_backend_is_named_by_its_target_unless_it_has_a_name(text, target, name):
    assert BackendConfig.parse(text) == BackendConfig(target, name)


def test_uploads_are_where_the_document_services_take_them_unless_said_otherwise():
    assert [each.path for each in BridgeConfig.from_toml_text(BACKEND).uploads] == ["/classify", "/analyze"]
    assert BridgeConfig.from_toml_text("upload = []\n" + BACKEND).uploads == ()


UPLOAD = '[[upload]]\npath = "{}"\nrpc = "{}"\n'
BACKEND = '[[backend]]\ntarget = "a:1"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no backend"),
        ("x = ", "not TOML"),
        ("port = 1", "'port' is no setting; there are backend, method"),
        ('[backend]\ntarget = "a:1"', r"\[backend\] must be written \[\[backend\]\]"),
        ("[[backend]]", r"\[\[backend\]\] 1: target is missing"),
        ("backend = [1]", r"\[\[backend\]\] 1 must be a table"),
        ('[[backend]]\ntarget = ""', "'' is no target of a backend"),
        ('[[backend]]\ntarget = "localhost"', "'localhost' is no target of a backend; write HOST:PORT"),
        (
            '[[backend]]\ntarget = "http://127.0.0.1:50051"',
            "is a URL; write HOST:PORT alone, for example 127",
        ),
        ("[[backend]]\ntarget = 5", r"\[\[backend\]\] 1: target must be a string, not 5"),
        (BACKEND + "port = 1", r"\[\[backend\]\] 1: 'port' is no setting; there are target, name"),
        (BACKEND + 'ca = "ca.pem"', "the backend 'a:1' has ca, which needs tls = true"),
        (BACKEND + 'tls = true\ncert = "c.pem"', "the backend 'a:1' has only one of cert and key"),
        (BACKEND + "descriptors = 1", r"\[\[backend\]\] 1: descriptors must be a string, not 1"),
        (BACKEND + "[limits]\nschema_refresh_seconds = -1", "schema_refresh_seconds must be a number 0 or above"),
        (BACKEND + BACKEND, "two backends named 'a:1'"),
        ("http = 1\n" + BACKEND, "http must be a string"),
        ('http = "x"\n' + BACKEND, "'x' is no address"),
        ("unix = 1\n" + BACKEND, "unix must be a string"),
        ("unix_mode = 0o1777\n" + BACKEND, "unix_mode must be permissions of a file, such as 0o660, not 0o1777"),
        ('allowed_hosts = "x"\n' + BACKEND, "allowed_hosts must be an array of strings"),
        (BACKEND + "[limits]\nmax_depth = 0", r"\[limits\]: max_depth must be a whole number above 0"),
        (BACKEND + "[limits]\nmax_depth = true", "max_depth must be a whole number"),
        (BACKEND + "[limits]\nmax_depth = 1.5", "max_depth must be a whole number"),
        (BACKEND + "[limits]\ncall_timeout_seconds = nan", "call_timeout_seconds must be a number above 0"),
        (BACKEND + '[policy]\nspelling = "x"', r"\[policy\]: spelling must be one of 'original', 'camel'"),
        (BACKEND + "[policy]\nbare_enum_names = 1", "bare_enum_names must be true or false"),
        (BACKEND + '[[method]]\nname = "x"', r"\[\[method\]\] 1: rpc is missing"),
        (BACKEND + '[[endpoint]]\nname = "x"\nbackends = ["b"]', "names a backend 'b' that there is not"),
        (BACKEND + '[[endpoint]]\nname = "x"\nbackends = []', "the endpoint 'x' has no backends"),
        (BACKEND + '[[endpoint]]\nname = "a/b"\nbackends = ["a:1"]', "cannot be the name of an endpoint"),
        (BACKEND + '[[endpoint]]\nname = "x"\nbackends = ["a:1"]\npolicy = 1', "policy must be a table"),
        (BACKEND + '[[upload]]\npath = "/x"', r"\[\[upload\]\] 1: rpc is missing"),
        (BACKEND + UPLOAD.format("x", "a.B/C"), "'x' cannot be the path of uploads; write one like /classify"),
        (BACKEND + UPLOAD.format("/rpc", "a.B/C"), "'/rpc' cannot be the path"),
        (BACKEND + UPLOAD.format("/a/b", "a.B/C"), "'/a/b' cannot be the path"),
        (BACKEND + UPLOAD.format("/a", "a.B.C"), "'a.B.C' is no method; write package.Service/Method"),
        (BACKEND + UPLOAD.format("/a", ""), "the uploads to /a need a method"),
        (BACKEND + UPLOAD.format("/a", "a.B/C") * 2, "two uploads named '/a'"),
    ],
)
def test_what_is_wrong_with_a_configuration_is_said_with_its_place(text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        BridgeConfig.from_toml_text(text)
    assert str(caught.value).startswith("bridge.toml: ")


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(ConfigError, match=r"no\.toml: cannot be read"):
        BridgeConfig.from_toml(tmp_path / "no.toml")
