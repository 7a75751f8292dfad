"""A process that has one reader: told of files through a pipe, it reads each and says what came of it, and how long.

    python -m reading.child READER DESCRIPTOR

Runs in any Python that has the reader. Only the reader's own work is timed, the pipe is not.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from reading.engines import ENGINES, Reader, engine_version


def main() -> None:
    """Serves files until the other end of the pipe goes away."""
    name, connection = sys.argv[1], Connection(int(sys.argv[2]))
    warnings.simplefilter("ignore")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)  # what readers print of files is no part of this
    try:
        reader = ENGINES[name]()
    except ImportError as error:
        send(connection, {"missing": str(error)})
        return
    send(connection, {"version": engine_version(name)})
    try:
        while True:
            asked = json.loads(connection.recv_bytes())
            send(connection, outcome(reader, Path(asked["path"]), with_text=asked["with_text"]))
    except EOFError:
        return


def outcome(reader: Reader, path: Path, *, with_text: bool) -> dict[str, Any]:
    """What reading a file came to."""
    wall, processor = time.perf_counter(), time.process_time()
    try:
        pages, text = reader(path)
    except Exception as error:  # noqa: BLE001  whatever a reader raises, it has not read the file
        return {"error": f"{type(error).__name__}: {error}"}
    times = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    return {"pages": pages, "text": text if with_text else "", **times}


def send(connection: Connection, message: dict[str, Any]) -> None:
    """Sends a message as JSON."""
    connection.send_bytes(json.dumps(message).encode())


if __name__ == "__main__":
    main()
