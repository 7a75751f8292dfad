"""Converts between JSON and protobuf for the conformance runner, on standard streams.

    python testee.py DESCRIPTORS [--oracle]

Tests of other formats are answered as skipped. --oracle converts with google.protobuf.json_format instead.
"""

from __future__ import annotations

import json
import struct
import sys
from dataclasses import replace
from pathlib import Path

from google.protobuf import descriptor_pb2, json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.errors import BridgeError
from papermesh_bridge.transcode import PROTO_POLICY, Transcoder

PROTOBUF, JSON = 1, 2
IGNORING = 3  # the category of tests in which what is unknown is passed over
LAX = replace(PROTO_POLICY, unknown_members="ignore", unknown_enum_names="ignore")
REFUSALS = (BridgeError, DecodeError, ValueError, json_format.Error)


def once(pairs):
    """Makes an object of pairs; a member given twice is refused, as nothing later could see it."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a member is given twice")
    return made


class Product:
    """Converts as the bridge does."""

    def __init__(self, pool):
        self.transcoders = {False: Transcoder(PROTO_POLICY, pool), True: Transcoder(LAX, pool)}

    def read(self, text, descriptor, lax):
        params = json.loads(text, object_pairs_hook=once)
        if params is None:
            raise ValueError("null params are no params, and no message")
        return self.transcoders[lax].decode(params, descriptor)

    def write(self, data, descriptor):
        return json.dumps(self.transcoders[False].encode(data, descriptor))


class Oracle:
    """Converts as the protobuf library does."""

    def __init__(self, pool):
        self.pool = pool

    def read(self, text, descriptor, lax):
        message = GetMessageClass(descriptor)()
        json_format.Parse(text, message, ignore_unknown_fields=lax, descriptor_pool=self.pool)
        return message.SerializeToString()

    def write(self, data, descriptor):
        return json_format.MessageToJson(GetMessageClass(descriptor).FromString(data), descriptor_pool=self.pool)


def answer(request, response, pool, converter):
    """Does what one test asks for."""
    given, wanted = request.WhichOneof("payload"), request.requested_output_format
    if JSON not in (wanted, {"json_payload": JSON}.get(given)) or given not in ("json_payload", "protobuf_payload"):
        response.skipped = "not JSON"
        return
    if wanted not in (PROTOBUF, JSON):
        response.skipped = "neither JSON nor protobuf is asked for"
        return
    descriptor = pool.FindMessageTypeByName(request.message_type)
    try:
        if given == "json_payload":
            data = converter.read(request.json_payload, descriptor, request.test_category == IGNORING)
        else:
            data = GetMessageClass(descriptor).FromString(request.protobuf_payload).SerializeToString()
    except REFUSALS as fault:
        response.parse_error = str(fault)
        return
    try:
        if wanted == JSON:
            response.json_payload = converter.write(data, descriptor)
        else:
            response.protobuf_payload = data
    except REFUSALS as fault:
        response.serialize_error = str(fault)


def main(descriptors, *options):
    """Answers until the runner closes its end."""
    pool = DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(Path(descriptors).read_bytes()).file:
        pool.Add(file)
    converter = Oracle(pool) if "--oracle" in options else Product(pool)
    names = ("conformance.ConformanceRequest", "conformance.ConformanceResponse")
    requests, responses = (GetMessageClass(pool.FindMessageTypeByName(name)) for name in names)
    while len(head := sys.stdin.buffer.read(4)) == 4:
        request = requests.FromString(sys.stdin.buffer.read(struct.unpack("<I", head)[0]))
        response = responses()
        try:
            answer(request, response, pool, converter)
        except Exception as fault:  # noqa: BLE001  # the runner is told of anything else as a failure of ours
            response = responses(runtime_error=repr(fault))
        data = response.SerializeToString()
        sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
