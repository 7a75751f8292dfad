"""Every limit of the bridge: its name, its unit and its default, in one place.

Values only. Nothing here reads a file or the environment; `config` fills these in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the bridge takes from its callers and its backends; a unit stands at the end of each name.

    The defaults let a document of 64 MiB through as base64, which makes it 86 MiB of JSON.
    """

    max_message_bytes: int = 96 * MIB
    """The largest JSON-RPC message taken: a body over HTTP, a frame over WebSocket, a line on a byte stream."""
    max_header_bytes: int = 8 * 1024
    """The largest header block of a message in Content-Length framing."""
    max_request_head_bytes: int = 64 * 1024
    """The largest head of an HTTP request: its first line and its headers."""
    max_discarded_bytes: int = 96 * MIB
    """How much of an HTTP body over the limit is read and thrown away, so that its sender gets to see why."""
    max_answer_bytes: int = 96 * MIB
    """The largest answer taken from a backend, before it becomes JSON."""
    max_batch_answer_bytes: int = 96 * MIB
    """The largest answer to a batch; items beyond it get an error each, and calls that have not begun are not made."""
    max_depth: int = 100
    """How deeply arrays and objects of a message may be nested, its envelope included."""
    max_batch_items: int = 1000
    """The most calls of one batch."""
    max_parallel_per_batch: int = 16
    """How many calls of one batch run at the same time."""
    max_coalesced_calls: int = 100
    """How many calls of one batch are sent to a backend as one, where the method's option says how; 1 sends each."""
    max_coalesced_bytes: int = 2 * MIB
    """How large, about, what is sent to a backend as one may become."""
    max_stream_items: int = 10_000
    """The most messages of a stream that are given as one array; further ones make the call an error."""
    max_calls: int = 1000
    """How many calls run at the same time in all; further ones wait."""
    max_calls_per_connection: int = 64
    """How many messages of one connection are worked on at the same time; until then it is not read on."""
    max_connections: int = 512
    """How many connections of a kind (HTTP, WebSocket, TCP, Unix socket) may be open; further ones are told so."""
    max_upload_bytes: int = 1024 * MIB
    """The largest body of an upload, which is passed on and not held; backends have limits of their own."""
    max_form_parts: int = 100
    """The most parts of a form."""
    max_field_bytes: int = 64 * 1024
    """The largest field of a form, its file apart."""
    min_gzip_bytes: int = 1024
    """From this size on, HTTP answers are compressed for callers that take them so."""
    offload_bytes: int = 256 * 1024
    """From this size on, a message is read and written in a thread, so that other callers are answered meanwhile."""
    call_timeout_seconds: float = 60.0
    """The deadline of a call to a backend, where its caller sets none."""
    upload_timeout_seconds: float = 600.0
    """The deadline of a call that takes a file while it comes in."""
    max_call_timeout_seconds: float = 600.0
    """The longest deadline a caller may set; a longer one is lowered to it."""
    max_metadata_bytes: int = 7 * 1024
    """The most metadata that goes along with a call, each entry with 32 bytes more than its name and value have.

    gRPC servers take 8 KiB by default, what gRPC itself sends included.
    """
    health_timeout_seconds: float = 2.0
    """How long a backend may take to say how it is."""
    request_head_seconds: float = 30.0
    """How long the head of an HTTP request may take to come."""
    body_idle_seconds: float = 30.0
    """How long an HTTP body may make no progress before the request is given up."""
    write_idle_seconds: float = 60.0
    """How long the caller on a connection may leave its answers unread before it is given up."""
    startup_seconds: float = 5.0
    """How long the start waits for backends that are still connecting; it goes on without them."""
    retry_seconds: float = 5.0
    """The longest pause between two attempts to reach a backend."""
    reflection_timeout_seconds: float = 10.0
    """How long a backend may take to describe itself."""
    schema_refresh_seconds: float = field(default=60.0, metadata={"zero": True})
    """How often a backend is asked again what it offers; 0 asks only after a new connection and an unknown method."""
    schema_pause_seconds: float = 1.0
    """The shortest pause before a backend is asked again what it offers, whatever happens."""
    max_schema_files: int = 2000
    """The most descriptor files held for one backend."""
    max_schema_bytes: int = 32 * MIB
    """The most bytes of descriptors held for one backend."""
    max_description_bytes: int = 8 * MIB
    """The largest document that `rpc.discover` gives."""
