"""Generates the Python stubs under clients/python/papermesh from the protos, or checks that they are fresh.

Beside the stubs goes the contract with its comments, which servers tell by reflection.

    python protos/generate.py           writes them
    python protos/generate.py --check   changes nothing; exits 1 and names the files that differ

The generator is pinned and runs in an environment of its own (by uv), because generated code demands a protobuf
runtime at least as new as the generator: an older generator serves more installations.
"""

from __future__ import annotations

import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

PROTOS = Path(__file__).resolve().parent
TARGET = PROTOS.parent / "clients" / "python"
GENERATOR = ["--with", "grpcio-tools==1.76.0", "--with", "mypy-protobuf==4.0.0", "--with", "setuptools<81"]
SUFFIXES = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi", "contract.binpb")
CONTRACT = "papermesh/contract.binpb"


def run(*command: str) -> None:
    """Runs a command; its own words reach the terminal, and a failure ends this program."""
    try:
        done = subprocess.run(command, cwd=PROTOS.parent, check=False, timeout=600)
    except FileNotFoundError:
        sys.exit(f"generate: {command[0]} is not on the PATH; pip install '.[dev]' brings it, into .venv/bin say")
    if done.returncode:
        sys.exit(f"generate: {command[0]} failed with exit code {done.returncode}")


def generate(into: Path) -> list[Path]:
    """Generates every file below a folder; returns their paths relative to it, sorted."""
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("papermesh/**/*.proto"))
    with_services = [
        name
        for name in sources
        if any(line.startswith("service ") for line in (PROTOS / name).read_text().splitlines())
    ]
    image = into / "image.binpb"
    run("buf", "build", "--as-file-descriptor-set", "-o", str(image))
    protoc = ["uv", "run", "-q", "--no-project", "--isolated", *GENERATOR, "python", "-m", "grpc_tools.protoc"]
    protoc += [f"--descriptor_set_in={image}"]
    run(*protoc, f"--python_out={into}", f"--pyi_out={into}", *sources)
    run(*protoc, f"--grpc_python_out={into}", f"--mypy_grpc_out={into}", *with_services)
    image.unlink()
    own = ["--path", str(PROTOS / "papermesh"), "--exclude-imports"]
    run("buf", "build", *own, "--as-file-descriptor-set", "-o", str(into / CONTRACT))
    return sorted(path.relative_to(into) for path in into.rglob("*") if path.name.endswith(SUFFIXES))


def committed() -> list[Path]:
    """The files that are there now, relative to their root, sorted."""
    return sorted(path.relative_to(TARGET) for path in TARGET.rglob("*") if path.name.endswith(SUFFIXES))


def main() -> None:
    """Writes or checks, as the command line says."""
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit("usage: python protos/generate.py [--check]")
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        names = generate(fresh)
        if check:
            stale = sorted(set(names) ^ set(committed()))
            stale += [
                name for name in names if name not in stale and not filecmp.cmp(fresh / name, TARGET / name, False)
            ]
            if stale:
                listing = "\n  ".join(map(str, stale))
                sys.exit(f"generate: stale files, run python protos/generate.py:\n  {listing}")
            print(f"generate: {len(names)} files are fresh")
            return
        for name in set(committed()) - set(names):
            (TARGET / name).unlink()
        for name in names:
            (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
            (TARGET / name).write_bytes((fresh / name).read_bytes())
        print(f"generate: wrote {len(names)} files")


if __name__ == "__main__":
    main()
