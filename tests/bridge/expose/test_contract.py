"""A contract in a file: which services are exposed, under which names, and what cannot be one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from papermesh_bridge import ConfigError
from papermesh_bridge.expose import ExposeConfig, Exposure, LegacyMethod
from papermesh_bridge.expose.contract import read_contract

CALC = "calc.v1.Calculator"
PROTO = """
syntax = "proto3";
package old.v1;
import "google/protobuf/empty.proto";
import "shared.proto";
service Old {
  rpc DoHTTPThing(google.protobuf.Empty) returns (Thing) { option idempotency_level = IDEMPOTENT; }
}
"""
SHARED = """
syntax = "proto3";
package old.v1;
message Thing { string name = 1; }
service Shared { rpc Other(Thing) returns (Thing); }
"""


@pytest.fixture
def protos(tmp_path):
    (tmp_path / "old.proto").write_text(PROTO)
    (tmp_path / "shared.proto").write_text(SHARED)
    (tmp_path / "buf.yaml").write_text("version: v2\n")
    return tmp_path


@pytest.fixture
def build(protos):
    """Builds the protos by buf, and gives what it wrote."""

    def run(*options):
        buf = Path(sys.executable).parent / "buf"
        subprocess.run([buf, "build", "-o", "set.binpb", *options], cwd=protos, check=True, timeout=60)
        return (protos / "set.binpb").read_bytes()

    return run


@pytest.fixture
def by_protoc(build):
    """What protoc writes with --include_imports: the files alone, without marks."""
    return build("--as-file-descriptor-set", "--path", "old.proto")


@pytest.fixture
def by_buf(build):
    return build()


def test_of_what_protoc_wrote_the_services_that_nobody_imports_are_exposed(by_protoc):
    contract = read_contract(by_protoc, (), ())
    assert contract.services == ("old.v1.Old",)
    (rpc,) = contract.rpcs.values()
    assert (rpc.name, rpc.method.rpc, rpc.method.idempotent) == ("do_http_thing", "old.v1.Old/DoHTTPThing", True)


def test_of_what_buf_wrote_the_services_of_its_own_files_are_exposed(by_buf):
    assert set(read_contract(by_buf, (), ()).services) == {"old.v1.Old", "old.v1.Shared"}


def test_services_that_are_named_are_exposed(by_protoc):
    contract = read_contract(by_protoc, ["old.v1.Shared"], ())
    assert list(contract.rpcs) == ["/old.v1.Shared/Other"]


def test_names_come_from_the_file_then_from_the_option_then_from_the_rpc(calc_files, descriptor_set):
    contract = read_contract(descriptor_set(calc_files), (), [LegacyMethod(f"{CALC}/Sum", "plus")])
    names = {rpc.method.rpc.partition("/")[2]: rpc.name for rpc in contract.rpcs.values()}
    assert names["Sum"] == "plus"
    assert names["FailWith"] == "fail"
    assert names["NotifyHello"] == "notify_hello"


@pytest.mark.parametrize(
    ("services", "methods", "told"),
    [
        (["calc.v1.Nothing"], [], "the service calc.v1.Nothing is in none of the files; there are calc.v1.Calculator"),
        (["grpc.health.v1.Health"], [], "the service grpc.health.v1.Health is served by the bridge itself"),
        (
            [],
            [LegacyMethod(f"{CALC}/Nothing")],
            f"[[method]]: no service that is exposed has '{CALC}/Nothing'; did you mean {CALC}/Notify",
        ),
        ([], [LegacyMethod("zzz/q")], f"no service that is exposed has 'zzz/q'; there are {CALC}/Sub"),
        ([], [LegacyMethod(f"{CALC}/Echo", wrap=True)], f"{CALC}/Echo cannot wrap: calc.v1.Everything has 40 fields"),
    ],
)
def test_what_cannot_be_exposed_is_told(calc_files, descriptor_set, services, methods, told):
    with pytest.raises(ConfigError) as caught:
        read_contract(descriptor_set(calc_files), services, methods)
    assert told in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"service: {}", b"\x0a\x00"])
def test_a_file_that_is_no_set_is_told(data):
    with pytest.raises(ConfigError, match="it is no FileDescriptorSet; write one with `buf build"):
        read_contract(data, (), ())


def test_a_set_without_services_is_told(calc_files, descriptor_set):
    with pytest.raises(ConfigError, match="have no services; name those to expose"):
        read_contract(descriptor_set(calc_files[:-1]), (), ())


def test_a_set_that_lacks_an_import_is_told(build):
    data = build("--as-file-descriptor-set", "--path", "old.proto", "--exclude-imports")
    with pytest.raises(ConfigError, match=r"the file shared\.proto is missing; write the set with its imports"):
        read_contract(data, (), ())


def test_descriptors_that_cannot_be_read_are_told(tmp_path):
    config = ExposeConfig(descriptors=tmp_path / "nowhere", http="http://127.0.0.1:1")
    with pytest.raises(ConfigError, match="nowhere: the descriptors cannot be read: No such file or directory"):
        Exposure(config)
