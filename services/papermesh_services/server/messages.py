"""What a server and its worker processes say to each other: a few kinds of length-prefixed messages, none unpickled.

A job is three messages: what is to be done (JSON), its request, and where the document is if it is not in the
request; the bytes of that, or the descriptor of a file with them, follow. What comes back starts with a byte that says
what it is: any number of pages, of parts of the response, of lines for the log and of pictures to be recognised, each
picture answered by one message; and last the response (the end of it, if it came in parts) or a google.rpc.Status.

Pages of a long document may be shared with other workers (see server.sharing) until there are enough; in between, what
its worker asks about the next pages is answered by one message each. The job of those that help is the document alone:
they ask likewise, and their response is empty.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from multiprocessing import reduction
from typing import TYPE_CHECKING, Final, Literal, Self, TypeAlias

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from papermesh_services.server.spool import Content

DONE: Final = b"\x00"
FAILED: Final = b"\x01"
READY: Final = b"\x02"
PAGE: Final = b"\x03"
LOG: Final = b"\x04"
PART: Final = b"\x05"
PICTURE: Final = b"\x06"
SHARE: Final = b"\x07"
TURN: Final = b"\x08"
ENOUGH: Final = b"\x09"

IN_REQUEST: Final = b"\x00"
IN_MEMORY: Final = b"\x01"
IN_FILE: Final = b"\x02"

MAX_LOG_CHARACTERS: Final = 4_000
"""Of one line for the log that a worker sends."""

Source: TypeAlias = Literal["file_path", "content", "text", "chunk"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker is to do.

    seconds: after so many a reader stops with what it has. pages: whether the text of each page is wanted as it has
    been read. source: the field of the request that the document beside it stands for; empty if there is none.
    recognition: whether the text of pictures can be recognised. shares: whether others may be let read pages of it.
    helps: whether it is another's document, of which some pages are to be read.
    """

    name: str
    seconds: float
    pages: bool = False
    source: Source | Literal[""] = ""
    recognition: bool = False
    shares: bool = False
    helps: bool = False

    def to_bytes(self) -> bytes:
        """Itself, as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads what to_bytes wrote."""
        return cls(**json.loads(data))


def send_content(connection: Connection, content: Content | memoryview | None, pid: int) -> None:
    """Sends what received_content takes, to the process that is at the other end."""
    if content is None:
        connection.send_bytes(IN_REQUEST)
    elif isinstance(content, int):
        connection.send_bytes(IN_FILE)
        reduction.send_handle(connection, content, pid)
    else:
        connection.send_bytes(IN_MEMORY)
        connection.send_bytes(content)


def received_content(connection: Connection) -> Content | None:
    """Where the document of a job is, if not in its request. A descriptor is the receiver's to close."""
    where = connection.recv_bytes()
    if where == IN_FILE:
        return int(reduction.recv_handle(connection))
    return connection.recv_bytes() if where == IN_MEMORY else None
