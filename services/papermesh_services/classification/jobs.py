"""What a worker does for the classification service: a serialised request in, a serialised response out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.classification.errors import UnknownCategory
from papermesh_services.classification.extraction import answer, wanted_parts
from papermesh_services.classification.parts import end_of, head_of, parts_of
from papermesh_services.classification.store import load_shipped
from papermesh_services.server.errors import RequestInvalid
from papermesh_services.server.sources import is_partial, read_document

if TYPE_CHECKING:
    from papermesh_services.classification.model import Classifier
    from papermesh_services.server.worker import Delivery, JobHandler, WorkerSettings

DEFAULT_KEYWORDS = 10
MAX_KEYWORDS = 100


def prepare(settings: WorkerSettings) -> JobHandler:
    """Loads the model and returns the handler of this worker's jobs: classify, extract (in parts too), categories."""
    classifier = load_shipped()

    def handle(job: str, data: bytes, delivery: Delivery) -> bytes:
        if job == "classify":
            request = pb.ClassifyDocumentRequest.FromString(data)
            return classify(request, classifier, settings, delivery).SerializeToString()
        if job == "extract":
            return extract(pb.ExtractTextRequest.FromString(data), settings, delivery).SerializeToString()
        if job == "extract_in_parts":
            return extract_in_parts(pb.ExtractTextRequest.FromString(data), settings, delivery).SerializeToString()
        if job == "categories":
            return categories(classifier).SerializeToString()
        raise ValueError(f"no such job: {job}")

    return handle


def classify(
    request: pb.ClassifyDocumentRequest, classifier: Classifier, settings: WorkerSettings, delivery: Delivery
) -> pb.ClassifyDocumentResponse:
    """Classifies the document of a request, or the one delivered beside it. Raises RequestInvalid or DocumentUnread."""
    options = checked_options(request)
    document = read_document(request, settings, delivery)
    try:
        result = classifier.classify(
            document.text,
            max_keywords=options.max_keywords or DEFAULT_KEYWORDS,
            candidates=options.candidate_categories,
        )
    except UnknownCategory as error:
        raise RequestInvalid("options.candidate_categories", error.message, error.reason) from error
    response = pb.ClassifyDocumentResponse(
        request_id=request.request_id,
        category=result.category,
        confidence=result.confidence,
        keywords=result.keywords,
        processing_method=f"{document.reader}+{result.method}" + ("+partial" if is_partial(document) else ""),
        metadata=pb.ClassificationMetadata(
            text_length=len(document.text),
            processed_text_length=result.processed_text_length,
            model_version=classifier.info.version,
            timestamp=time.time(),
        ),
        scores=[
            pb.CategoryScore(category=score.category, score=score.score)
            for score in result.scores[: options.max_scores or None]
        ],
    )
    if is_partial(document):
        response.partial, response.status_detail = True, document.note
    return response


def checked_options(request: pb.ClassifyDocumentRequest) -> pb.ClassificationOptions:
    """The options of a request, if they can be met; otherwise RequestInvalid."""
    if request.classification_type not in pb.ClassificationType.values():
        message = f"classification_type {request.classification_type} is unknown to this server."
        raise RequestInvalid("classification_type", message)
    options = request.options
    if not 0 <= options.max_keywords <= MAX_KEYWORDS:
        message = f"max_keywords must be 0 to {MAX_KEYWORDS}, not {options.max_keywords}."
        raise RequestInvalid("options.max_keywords", message)
    if options.max_scores < 0:
        raise RequestInvalid("options.max_scores", f"max_scores must not be negative, as {options.max_scores} is.")
    return options


def extract(request: pb.ExtractTextRequest, settings: WorkerSettings, delivery: Delivery) -> pb.ExtractTextResponse:
    """Reads the document of a request. Raises RequestInvalid or DocumentUnread."""
    wanted = wanted_parts(request.options)
    return answer(read_document(request, settings, delivery), request.request_id, wanted)


def extract_in_parts(
    request: pb.ExtractTextRequest, settings: WorkerSettings, delivery: Delivery
) -> pb.ExtractTextStreamResponse:
    """Reads the document of a request, hands out its head and its parts, and returns the end. Raises likewise."""
    wanted = wanted_parts(request.options)
    document = read_document(request, settings, delivery)
    whole = answer(document, request.request_id, wanted | {pb.EXTRACT_PART_TEXT})
    del document
    delivery.hand_out(head_of(whole).SerializeToString())
    for part in parts_of(whole, with_text=pb.EXTRACT_PART_TEXT in wanted):
        delivery.hand_out(part.SerializeToString())
    return end_of(whole)


def categories(classifier: Classifier) -> pb.GetCategoriesResponse:
    """The categories of the model in use."""
    names = sorted(classifier.categories)
    return pb.GetCategoriesResponse(categories=names, total_count=len(names), model_version=classifier.info.version)
