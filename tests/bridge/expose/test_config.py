"""A legacy.toml: what is read, what stands by default, and how its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from papermesh_bridge import Address, ConfigError, JsonPolicy
from papermesh_bridge.expose import EXPOSE_POLICY, ExposeConfig, ExposeLimits, LegacyMethod

FULL = """
listen = "127.0.0.1:0"
descriptors = "contract.binpb"
services = ["calc.v1.Calculator"]
command = ["python3", "old server.py"]
directory = "old"
framing = "content-length"
cancel = false

[[method]]
rpc = "calc.v1.Calculator/Subtract"
name = "minus"
params = "positional"
wrap = true

[[method]]
rpc = "calc.v1.Calculator/Sum"

[policy]
spelling = "camel"

[limits]
call_timeout_seconds = 5
"""


def test_a_whole_file_is_read_and_its_paths_begin_at_its_folder(tmp_path):
    path = tmp_path / "legacy.toml"
    path.write_text(FULL)
    assert ExposeConfig.from_toml(path) == ExposeConfig(
        listen=Address("127.0.0.1", 0),
        descriptors=tmp_path / "contract.binpb",
        services=("calc.v1.Calculator",),
        command=("python3", "old server.py"),
        directory=tmp_path / "old",
        framing="content-length",
        cancel=False,
        methods=(
            LegacyMethod("calc.v1.Calculator/Subtract", "minus", "positional", wrap=True),
            LegacyMethod("calc.v1.Calculator/Sum"),
        ),
        policy=JsonPolicy(spelling="camel", unknown_members="ignore", bare_enum_names=True),
        limits=ExposeLimits(call_timeout_seconds=5.0),
    )


def test_what_stands_by_default(tmp_path):
    text = 'descriptors = "/c"\nhttp = "http://me:secret@127.0.0.1:8000/rpc"\n[headers]\nX-Token = "a"\n'
    config = ExposeConfig.from_toml_text(text, folder=tmp_path)
    assert (config.listen, config.descriptors) == (Address("127.0.0.1", 50061), Path("/c"))
    assert (config.policy, config.framing, config.sends_cancel) == (EXPOSE_POLICY, "lines", False)
    assert config.headers == (("X-Token", "a"),)
    assert config.backend == "http://127.0.0.1:8000/rpc"
    assert config.directory == tmp_path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "legacy.toml: descriptors is missing: the file that `buf build -o` or"),
        ("http", "legacy.toml: not TOML: "),
        ('descriptors = "c"', "give exactly one of http, tcp and command: the legacy server that is called"),
        ('descriptors = "c"\nhttp = "http://h"\ntcp = "h:1"', "give exactly one of http, tcp and command"),
        ('descriptors = "c"\nhttp = "ftp://h"', "'ftp://h' is no URL of a legacy server; write http://HOST:PORT/PATH"),
        ('descriptors = "c"\nhttp = "http://h:x"', "is no URL of a legacy server"),
        ('descriptors = "c"\ntcp = "h"', "'h' is no address; write HOST:PORT"),
        ('descriptors = "c"\ncommand = [""]', "the command is empty"),
        ('descriptors = "c"\ncommand = "a b"', "command must be an array of strings, not 'a b'"),
        ('descriptors = "c"\ntcp = "h:1"\n[headers]\nA = "b"', "headers are sent over HTTP only"),
        ('descriptors = "c"\nhttp = "http://h"\n[headers]\n"A:" = "b"', "the header 'A:' cannot be sent"),
        ('descriptors = "c"\nhttp = "http://h"\n[headers]\nA = "b\\nc"', "the header 'A' cannot be sent"),
        (
            'descriptors = "c"\nhttp = "http://h"\n[headers]\nHost = "b"',
            "the header 'Host' is set by the bridge itself",
        ),
        ('descriptors = "c"\nhttp = "http://h"\n[headers]\nA = 1', "headers: A must be a string, not 1"),
        ('descriptors = "c"\nhttp = "http://h"\nheaders = 1', "headers must be a table of names and values"),
        ('descriptors = "c"\ntcp = "h:1"\nframing = "crlf"', "framing must be one of 'lines', 'content-length'"),
        ('descriptors = "c"\ntcp = "h:1"\ncancel = "yes"', "cancel must be true or false, not 'yes'"),
        ('descriptors = "c"\ntcp = "h:1"\ntcpp = 1', "'tcpp' is no setting; there are listen, descriptors"),
        ('descriptors = "c"\ntcp = "h:1"\n[[method]]\nname = "x"', "[[method]] 1: rpc is missing"),
        ('descriptors = "c"\ntcp = "h:1"\n[method]\nname = "x"', "[method] must be written [[method]]"),
        ('descriptors = "c"\ntcp = "h:1"\n[policy]\nspelling = "x"', "[policy]: spelling must be one of"),
        ('descriptors = "c"\ntcp = "h:1"\npolicy = 1', "[policy] must be a table"),
        (
            'descriptors = "c"\ntcp = "h:1"\n[limits]\nmax_calls = 0',
            "[limits]: max_calls must be a whole number above 0",
        ),
        (
            'descriptors = "c"\ntcp = "h:1"\n[[method]]\nrpc = "a.B/C"\n[[method]]\nrpc = "a.B/C"',
            "there are two methods named 'a.B/C'",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(text, told):
    with pytest.raises(ConfigError) as caught:
        ExposeConfig.from_toml_text(text)
    assert str(caught.value).startswith("legacy.toml: ")
    assert told in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"no-such\.toml: cannot be read"):
        ExposeConfig.from_toml(tmp_path / "no-such.toml")
