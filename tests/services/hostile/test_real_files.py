"""Real files of every format against real servers: each is read, classified and judged, or refused with a reason."""

from __future__ import annotations

import grpc
import pytest

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.quality.v1 import quality_pb2 as quality
from papermesh.quality.v1 import quality_pb2_grpc as quality_grpc

SECONDS = 60.0
NEVER = {"INTERNAL", "UNKNOWN", "UNAVAILABLE", "WORKER_CRASHED", "DOCUMENT_QUARANTINED"}
LATE = "PROCESSING_TIMEOUT"


@pytest.mark.slow
def test_real_files_get_one_true_status_from_every_rpc(watched, quality_address, four_at_a_time, corpora, reason):
    with grpc.insecure_channel(quality_address, [("grpc.max_receive_message_length", -1)]) as channel:
        judge = quality_grpc.QualityServiceStub(channel)

        def told(rpc, request):
            try:
                rpc(request, timeout=SECONDS)
            except grpc.RpcError as error:
                return reason(error)
            return "OK"

        def one(path):
            data, name = path.read_bytes(), path.name
            extracted = watched.extract(name, data, SECONDS)
            classified = told(watched.stub.ClassifyDocument, pb.ClassifyDocumentRequest(content=data, filename=name))
            judged = told(judge.AnalyzeQuality, quality.AnalyzeQualityRequest(content=data, filename=name))
            print(f"{extracted.seconds:6.2f} s {extracted.told:28} {classified:28} {judged:28} {name}", end="  ")
            print(f"{extracted.method} {extracted.text[:60]!r}")
            return path, extracted, classified, judged

        outcomes = list(four_at_a_time.map(one, sorted((corpora / "extract" / "files").iterdir())))
        # A machine that has other things to do may be late with a large picture, for one of the three.
        late = [path for path, extracted, *others in outcomes if LATE in (extracted.told, *others)]
        outcomes = [outcome for outcome in outcomes if outcome[0] not in late] + [one(path) for path in late]
    assert outcomes
    for path, extracted, classified, judged in outcomes:
        name = path.name
        assert not NEVER & {extracted.told, classified, judged}, name
        read = extracted.told in {"OK", "PARTIAL_TIMEOUT", "PARTIAL_LIMIT", "CORRUPT"}
        assert not read or extracted.text.strip(), name
        # What can be read can be classified and judged; what cannot is told the same way by all three.
        assert classified == judged == ("OK" if read else extracted.told), name
