"""How fast the bridge translates between JSON and protobuf, beside google.protobuf.json_format.

    python tests/benchmarks/transcoding.py [--rounds 15] [--calls 1000]

A request with a string of 2 kB is read, and a response with ten strings and twelve messages is written, by both in
turns. Printed are the microseconds a call, and how many times as long json_format takes: the median of the rounds,
with the least and the greatest ratio. Both must give the same before anything is measured.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

from google.protobuf import descriptor_pb2, json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.transcode import DEFAULT_POLICY, Transcoder

if TYPE_CHECKING:
    from collections.abc import Callable

Field = descriptor_pb2.FieldDescriptorProto
TEXT = "The committee met on Tuesday and the minutes were approved. " * 34
REQUEST = {"request_id": "7f1c", "text": TEXT, "limit": 5, "strict": True}
RESPONSE = {
    **{f"text_{n}": f"A sentence of the answer, number {n}." for n in range(10)},
    "scores": [{"category": f"category {n}", "score": n / 12} for n in range(12)],
}


def described() -> DescriptorPool:
    """A pool with the request and the response."""
    file = descriptor_pb2.FileDescriptorProto(name="bench.proto", package="bench", syntax="proto3")
    messages = {
        "Request": {"request_id": Field.TYPE_STRING, "text": Field.TYPE_STRING, "limit": Field.TYPE_INT32,
                    "strict": Field.TYPE_BOOL},
        "Score": {"category": Field.TYPE_STRING, "score": Field.TYPE_DOUBLE},
        "Response": {f"text_{n}": Field.TYPE_STRING for n in range(10)},
    }  # fmt: skip
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(fields.items(), 1):
            message.field.add(name=field, number=number, type=kind, label=Field.LABEL_OPTIONAL)
    file.message_type[2].field.add(
        name="scores", number=11, type=Field.TYPE_MESSAGE, label=Field.LABEL_REPEATED, type_name=".bench.Score"
    )
    pool = DescriptorPool()
    pool.Add(file)
    return pool


def seconds(work: Callable[[], Any], calls: int) -> float:
    """How long so many calls take."""
    started = time.perf_counter()
    for _ in range(calls):
        work()
    return time.perf_counter() - started


def compare(name: str, product: Callable[[], Any], oracle: Callable[[], Any], rounds: int, calls: int) -> None:
    """Measures both in turns and prints one line."""
    assert product() == oracle(), f"{name}: the two do not agree"
    pairs = [(seconds(product, calls), seconds(oracle, calls)) for _ in range(rounds)]
    ratios = sorted(slow / quick for quick, slow in pairs)
    quick, slow = (1e6 / calls * statistics.median(each) for each in zip(*pairs, strict=True))
    print(
        f"{name:<10} product {quick:8.2f} µs   json_format {slow:8.2f} µs   "
        f"ratio {statistics.median(ratios):5.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
    )


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=1000)
    options = parser.parse_args()
    pool = described()
    request, response = (pool.FindMessageTypeByName(f"bench.{name}") for name in ("Request", "Response"))
    transcoder = Transcoder(DEFAULT_POLICY, pool)
    request_class, response_class = GetMessageClass(request), GetMessageClass(response)
    data = transcoder.decode(RESPONSE, response)

    def parsed() -> bytes:
        message = json_format.ParseDict(REQUEST, request_class(), descriptor_pool=pool)
        return message.SerializeToString()

    def printed() -> dict[str, Any]:
        return json_format.MessageToDict(
            response_class.FromString(data),
            always_print_fields_with_no_presence=True,
            preserving_proto_field_name=True,
            descriptor_pool=pool,
        )

    compare("request", lambda: transcoder.decode(REQUEST, request), parsed, options.rounds, options.calls)
    compare("response", lambda: transcoder.encode(data, response), printed, options.rounds, options.calls)


if __name__ == "__main__":
    main()
