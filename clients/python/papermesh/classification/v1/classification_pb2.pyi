from google.rpc import status_pb2 as _status_pb2
from papermesh.jsonrpc.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClassificationType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLASSIFICATION_TYPE_UNSPECIFIED: _ClassVar[ClassificationType]
    CLASSIFICATION_TYPE_AUTOMATIC: _ClassVar[ClassificationType]

class ExtractPart(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXTRACT_PART_UNSPECIFIED: _ClassVar[ExtractPart]
    EXTRACT_PART_TEXT: _ClassVar[ExtractPart]
    EXTRACT_PART_PAGES: _ClassVar[ExtractPart]
    EXTRACT_PART_METADATA: _ClassVar[ExtractPart]
    EXTRACT_PART_BLOCKS: _ClassVar[ExtractPart]
    EXTRACT_PART_TRAITS: _ClassVar[ExtractPart]
    EXTRACT_PART_PAGE_FACTS: _ClassVar[ExtractPart]

class ExtractionStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXTRACTION_STATUS_UNSPECIFIED: _ClassVar[ExtractionStatus]
    EXTRACTION_STATUS_OK: _ClassVar[ExtractionStatus]
    EXTRACTION_STATUS_PARTIAL_TIMEOUT: _ClassVar[ExtractionStatus]
    EXTRACTION_STATUS_PARTIAL_LIMIT: _ClassVar[ExtractionStatus]
    EXTRACTION_STATUS_CORRUPT: _ClassVar[ExtractionStatus]
    EXTRACTION_STATUS_WORKER_CRASHED: _ClassVar[ExtractionStatus]

class BlockKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BLOCK_KIND_UNSPECIFIED: _ClassVar[BlockKind]
    BLOCK_KIND_HEADING: _ClassVar[BlockKind]
    BLOCK_KIND_PARAGRAPH: _ClassVar[BlockKind]
    BLOCK_KIND_LIST_ITEM: _ClassVar[BlockKind]
    BLOCK_KIND_TABLE: _ClassVar[BlockKind]
    BLOCK_KIND_CAPTION: _ClassVar[BlockKind]
    BLOCK_KIND_CODE: _ClassVar[BlockKind]
    BLOCK_KIND_QUOTE: _ClassVar[BlockKind]
    BLOCK_KIND_HEADER: _ClassVar[BlockKind]
    BLOCK_KIND_FOOTER: _ClassVar[BlockKind]
    BLOCK_KIND_FOOTNOTE: _ClassVar[BlockKind]
    BLOCK_KIND_COMMENT: _ClassVar[BlockKind]
CLASSIFICATION_TYPE_UNSPECIFIED: ClassificationType
CLASSIFICATION_TYPE_AUTOMATIC: ClassificationType
EXTRACT_PART_UNSPECIFIED: ExtractPart
EXTRACT_PART_TEXT: ExtractPart
EXTRACT_PART_PAGES: ExtractPart
EXTRACT_PART_METADATA: ExtractPart
EXTRACT_PART_BLOCKS: ExtractPart
EXTRACT_PART_TRAITS: ExtractPart
EXTRACT_PART_PAGE_FACTS: ExtractPart
EXTRACTION_STATUS_UNSPECIFIED: ExtractionStatus
EXTRACTION_STATUS_OK: ExtractionStatus
EXTRACTION_STATUS_PARTIAL_TIMEOUT: ExtractionStatus
EXTRACTION_STATUS_PARTIAL_LIMIT: ExtractionStatus
EXTRACTION_STATUS_CORRUPT: ExtractionStatus
EXTRACTION_STATUS_WORKER_CRASHED: ExtractionStatus
BLOCK_KIND_UNSPECIFIED: BlockKind
BLOCK_KIND_HEADING: BlockKind
BLOCK_KIND_PARAGRAPH: BlockKind
BLOCK_KIND_LIST_ITEM: BlockKind
BLOCK_KIND_TABLE: BlockKind
BLOCK_KIND_CAPTION: BlockKind
BLOCK_KIND_CODE: BlockKind
BLOCK_KIND_QUOTE: BlockKind
BLOCK_KIND_HEADER: BlockKind
BLOCK_KIND_FOOTER: BlockKind
BLOCK_KIND_FOOTNOTE: BlockKind
BLOCK_KIND_COMMENT: BlockKind

class ClassifyDocumentRequest(_message.Message):
    __slots__ = ("request_id", "file_path", "content", "text", "filename", "classification_type", "options")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_PATH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    CLASSIFICATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    file_path: str
    content: bytes
    text: str
    filename: str
    classification_type: ClassificationType
    options: ClassificationOptions
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., classification_type: _Optional[_Union[ClassificationType, str]] = ..., options: _Optional[_Union[ClassificationOptions, _Mapping]] = ...) -> None: ...

class ClassifyDocumentStreamRequest(_message.Message):
    __slots__ = ("description", "chunk")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    description: ClassifyDocumentDescription
    chunk: bytes
    def __init__(self, description: _Optional[_Union[ClassifyDocumentDescription, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class ClassifyDocumentDescription(_message.Message):
    __slots__ = ("request_id", "filename", "classification_type", "options", "size_bytes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    CLASSIFICATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    filename: str
    classification_type: ClassificationType
    options: ClassificationOptions
    size_bytes: int
    def __init__(self, request_id: _Optional[str] = ..., filename: _Optional[str] = ..., classification_type: _Optional[_Union[ClassificationType, str]] = ..., options: _Optional[_Union[ClassificationOptions, _Mapping]] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class ClassificationOptions(_message.Message):
    __slots__ = ("max_keywords", "max_scores", "candidate_categories")
    MAX_KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    MAX_SCORES_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    max_keywords: int
    max_scores: int
    candidate_categories: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, max_keywords: _Optional[int] = ..., max_scores: _Optional[int] = ..., candidate_categories: _Optional[_Iterable[str]] = ...) -> None: ...

class ClassifyDocumentResponse(_message.Message):
    __slots__ = ("request_id", "category", "confidence", "keywords", "processing_method", "processing_time", "metadata", "scores", "partial", "status_detail")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_METHOD_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    category: str
    confidence: float
    keywords: _containers.RepeatedScalarFieldContainer[str]
    processing_method: str
    processing_time: float
    metadata: ClassificationMetadata
    scores: _containers.RepeatedCompositeFieldContainer[CategoryScore]
    partial: bool
    status_detail: str
    def __init__(self, request_id: _Optional[str] = ..., category: _Optional[str] = ..., confidence: _Optional[float] = ..., keywords: _Optional[_Iterable[str]] = ..., processing_method: _Optional[str] = ..., processing_time: _Optional[float] = ..., metadata: _Optional[_Union[ClassificationMetadata, _Mapping]] = ..., scores: _Optional[_Iterable[_Union[CategoryScore, _Mapping]]] = ..., partial: bool = ..., status_detail: _Optional[str] = ...) -> None: ...

class ClassificationMetadata(_message.Message):
    __slots__ = ("text_length", "processed_text_length", "model_version", "timestamp")
    TEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    PROCESSED_TEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    text_length: int
    processed_text_length: int
    model_version: str
    timestamp: float
    def __init__(self, text_length: _Optional[int] = ..., processed_text_length: _Optional[int] = ..., model_version: _Optional[str] = ..., timestamp: _Optional[float] = ...) -> None: ...

class CategoryScore(_message.Message):
    __slots__ = ("category", "score")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    category: str
    score: float
    def __init__(self, category: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class BatchClassifyDocumentRequest(_message.Message):
    __slots__ = ("batch_requests",)
    BATCH_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    batch_requests: _containers.RepeatedCompositeFieldContainer[ClassifyDocumentRequest]
    def __init__(self, batch_requests: _Optional[_Iterable[_Union[ClassifyDocumentRequest, _Mapping]]] = ...) -> None: ...

class BatchClassifyDocumentResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[BatchClassifyDocumentResult]
    def __init__(self, results: _Optional[_Iterable[_Union[BatchClassifyDocumentResult, _Mapping]]] = ...) -> None: ...

class BatchClassifyDocumentResult(_message.Message):
    __slots__ = ("response", "error")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    response: ClassifyDocumentResponse
    error: _status_pb2.Status
    def __init__(self, response: _Optional[_Union[ClassifyDocumentResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class ExtractTextRequest(_message.Message):
    __slots__ = ("request_id", "file_path", "content", "text", "filename", "options")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_PATH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    file_path: str
    content: bytes
    text: str
    filename: str
    options: ExtractTextOptions
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., options: _Optional[_Union[ExtractTextOptions, _Mapping]] = ...) -> None: ...

class ExtractTextStreamRequest(_message.Message):
    __slots__ = ("description", "chunk")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    description: ExtractTextDescription
    chunk: bytes
    def __init__(self, description: _Optional[_Union[ExtractTextDescription, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class ExtractTextDescription(_message.Message):
    __slots__ = ("request_id", "filename", "options", "size_bytes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    filename: str
    options: ExtractTextOptions
    size_bytes: int
    def __init__(self, request_id: _Optional[str] = ..., filename: _Optional[str] = ..., options: _Optional[_Union[ExtractTextOptions, _Mapping]] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class ExtractTextOptions(_message.Message):
    __slots__ = ("parts",)
    PARTS_FIELD_NUMBER: _ClassVar[int]
    parts: _containers.RepeatedScalarFieldContainer[ExtractPart]
    def __init__(self, parts: _Optional[_Iterable[_Union[ExtractPart, str]]] = ...) -> None: ...

class ExtractTextResponse(_message.Message):
    __slots__ = ("request_id", "text_content", "text_length", "extraction_method", "pages", "language", "metadata", "processing_time", "status", "status_detail", "blocks", "traits")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_CONTENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    EXTRACTION_METHOD_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    TRAITS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    text_content: str
    text_length: int
    extraction_method: str
    pages: _containers.RepeatedCompositeFieldContainer[Page]
    language: str
    metadata: DocumentMetadata
    processing_time: float
    status: ExtractionStatus
    status_detail: str
    blocks: _containers.RepeatedCompositeFieldContainer[Block]
    traits: DocumentTraits
    def __init__(self, request_id: _Optional[str] = ..., text_content: _Optional[str] = ..., text_length: _Optional[int] = ..., extraction_method: _Optional[str] = ..., pages: _Optional[_Iterable[_Union[Page, _Mapping]]] = ..., language: _Optional[str] = ..., metadata: _Optional[_Union[DocumentMetadata, _Mapping]] = ..., processing_time: _Optional[float] = ..., status: _Optional[_Union[ExtractionStatus, str]] = ..., status_detail: _Optional[str] = ..., blocks: _Optional[_Iterable[_Union[Block, _Mapping]]] = ..., traits: _Optional[_Union[DocumentTraits, _Mapping]] = ...) -> None: ...

class ExtractTextStreamResponse(_message.Message):
    __slots__ = ("head", "part", "end")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    head: ExtractionHead
    part: TextPart
    end: ExtractionEnd
    def __init__(self, head: _Optional[_Union[ExtractionHead, _Mapping]] = ..., part: _Optional[_Union[TextPart, _Mapping]] = ..., end: _Optional[_Union[ExtractionEnd, _Mapping]] = ...) -> None: ...

class ExtractionHead(_message.Message):
    __slots__ = ("request_id", "extraction_method", "language", "metadata", "text_length")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRACTION_METHOD_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    TEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    extraction_method: str
    language: str
    metadata: DocumentMetadata
    text_length: int
    def __init__(self, request_id: _Optional[str] = ..., extraction_method: _Optional[str] = ..., language: _Optional[str] = ..., metadata: _Optional[_Union[DocumentMetadata, _Mapping]] = ..., text_length: _Optional[int] = ...) -> None: ...

class TextPart(_message.Message):
    __slots__ = ("text", "start", "end", "page", "blocks", "links")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    text: str
    start: int
    end: int
    page: Page
    blocks: _containers.RepeatedCompositeFieldContainer[Block]
    links: _containers.RepeatedCompositeFieldContainer[Link]
    def __init__(self, text: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., page: _Optional[_Union[Page, _Mapping]] = ..., blocks: _Optional[_Iterable[_Union[Block, _Mapping]]] = ..., links: _Optional[_Iterable[_Union[Link, _Mapping]]] = ...) -> None: ...

class ExtractionEnd(_message.Message):
    __slots__ = ("status", "status_detail", "traits", "text_length", "processing_time")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    TRAITS_FIELD_NUMBER: _ClassVar[int]
    TEXT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    status: ExtractionStatus
    status_detail: str
    traits: DocumentTraits
    text_length: int
    processing_time: float
    def __init__(self, status: _Optional[_Union[ExtractionStatus, str]] = ..., status_detail: _Optional[str] = ..., traits: _Optional[_Union[DocumentTraits, _Mapping]] = ..., text_length: _Optional[int] = ..., processing_time: _Optional[float] = ...) -> None: ...

class Page(_message.Message):
    __slots__ = ("number", "start", "end", "facts")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    number: int
    start: int
    end: int
    facts: PageFacts
    def __init__(self, number: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., facts: _Optional[_Union[PageFacts, _Mapping]] = ...) -> None: ...

class PageFacts(_message.Message):
    __slots__ = ("text_coverage", "image_coverage", "garble", "recognised", "note")
    TEXT_COVERAGE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COVERAGE_FIELD_NUMBER: _ClassVar[int]
    GARBLE_FIELD_NUMBER: _ClassVar[int]
    RECOGNISED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    text_coverage: float
    image_coverage: float
    garble: float
    recognised: bool
    note: str
    def __init__(self, text_coverage: _Optional[float] = ..., image_coverage: _Optional[float] = ..., garble: _Optional[float] = ..., recognised: bool = ..., note: _Optional[str] = ...) -> None: ...

class Block(_message.Message):
    __slots__ = ("kind", "start", "end", "level", "page", "cells", "continued")
    KIND_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    CONTINUED_FIELD_NUMBER: _ClassVar[int]
    kind: BlockKind
    start: int
    end: int
    level: int
    page: int
    cells: _containers.RepeatedCompositeFieldContainer[Cell]
    continued: bool
    def __init__(self, kind: _Optional[_Union[BlockKind, str]] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., level: _Optional[int] = ..., page: _Optional[int] = ..., cells: _Optional[_Iterable[_Union[Cell, _Mapping]]] = ..., continued: bool = ...) -> None: ...

class Cell(_message.Message):
    __slots__ = ("row", "column", "start", "end")
    ROW_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    row: int
    column: int
    start: int
    end: int
    def __init__(self, row: _Optional[int] = ..., column: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class Link(_message.Message):
    __slots__ = ("target", "start", "end")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    target: str
    start: int
    end: int
    def __init__(self, target: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class Attachment(_message.Message):
    __slots__ = ("name", "media_type", "size_bytes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    name: str
    media_type: str
    size_bytes: int
    def __init__(self, name: _Optional[str] = ..., media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class DocumentTraits(_message.Message):
    __slots__ = ("encrypted", "signed", "forms", "tracked_changes", "hidden_text", "comments", "images", "images_without_alternative", "tagged", "attachments", "links")
    ENCRYPTED_FIELD_NUMBER: _ClassVar[int]
    SIGNED_FIELD_NUMBER: _ClassVar[int]
    FORMS_FIELD_NUMBER: _ClassVar[int]
    TRACKED_CHANGES_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_TEXT_FIELD_NUMBER: _ClassVar[int]
    COMMENTS_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    IMAGES_WITHOUT_ALTERNATIVE_FIELD_NUMBER: _ClassVar[int]
    TAGGED_FIELD_NUMBER: _ClassVar[int]
    ATTACHMENTS_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    encrypted: bool
    signed: bool
    forms: bool
    tracked_changes: bool
    hidden_text: bool
    comments: int
    images: int
    images_without_alternative: int
    tagged: bool
    attachments: _containers.RepeatedCompositeFieldContainer[Attachment]
    links: _containers.RepeatedCompositeFieldContainer[Link]
    def __init__(self, encrypted: bool = ..., signed: bool = ..., forms: bool = ..., tracked_changes: bool = ..., hidden_text: bool = ..., comments: _Optional[int] = ..., images: _Optional[int] = ..., images_without_alternative: _Optional[int] = ..., tagged: bool = ..., attachments: _Optional[_Iterable[_Union[Attachment, _Mapping]]] = ..., links: _Optional[_Iterable[_Union[Link, _Mapping]]] = ...) -> None: ...

class DocumentMetadata(_message.Message):
    __slots__ = ("format", "title", "author", "created", "modified", "producer", "encoding", "page_count", "size_bytes")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    MODIFIED_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    format: str
    title: str
    author: str
    created: str
    modified: str
    producer: str
    encoding: str
    page_count: int
    size_bytes: int
    def __init__(self, format: _Optional[str] = ..., title: _Optional[str] = ..., author: _Optional[str] = ..., created: _Optional[str] = ..., modified: _Optional[str] = ..., producer: _Optional[str] = ..., encoding: _Optional[str] = ..., page_count: _Optional[int] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class GetCategoriesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCategoriesResponse(_message.Message):
    __slots__ = ("categories", "total_count", "model_version")
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    categories: _containers.RepeatedScalarFieldContainer[str]
    total_count: int
    model_version: str
    def __init__(self, categories: _Optional[_Iterable[str]] = ..., total_count: _Optional[int] = ..., model_version: _Optional[str] = ...) -> None: ...

class UpdateModelRequest(_message.Message):
    __slots__ = ("request_id", "documents")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    documents: _containers.RepeatedCompositeFieldContainer[LabelledDocument]
    def __init__(self, request_id: _Optional[str] = ..., documents: _Optional[_Iterable[_Union[LabelledDocument, _Mapping]]] = ...) -> None: ...

class LabelledDocument(_message.Message):
    __slots__ = ("file_path", "content", "text", "filename", "category")
    FILE_PATH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    file_path: str
    content: bytes
    text: str
    filename: str
    category: str
    def __init__(self, file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., category: _Optional[str] = ...) -> None: ...

class UpdateModelResponse(_message.Message):
    __slots__ = ("request_id", "model_version", "evaluation", "live")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    model_version: str
    evaluation: ModelEvaluation
    live: bool
    def __init__(self, request_id: _Optional[str] = ..., model_version: _Optional[str] = ..., evaluation: _Optional[_Union[ModelEvaluation, _Mapping]] = ..., live: bool = ...) -> None: ...

class ModelEvaluation(_message.Message):
    __slots__ = ("document_count", "accuracy", "macro_f1")
    DOCUMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCURACY_FIELD_NUMBER: _ClassVar[int]
    MACRO_F1_FIELD_NUMBER: _ClassVar[int]
    document_count: int
    accuracy: float
    macro_f1: float
    def __init__(self, document_count: _Optional[int] = ..., accuracy: _Optional[float] = ..., macro_f1: _Optional[float] = ...) -> None: ...

class GetStatisticsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatisticsResponse(_message.Message):
    __slots__ = ("total_requests", "successful_classifications", "failed_classifications", "average_processing_time", "uptime", "memory_usage", "cpu_usage")
    TOTAL_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SUCCESSFUL_CLASSIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    FAILED_CLASSIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    UPTIME_FIELD_NUMBER: _ClassVar[int]
    MEMORY_USAGE_FIELD_NUMBER: _ClassVar[int]
    CPU_USAGE_FIELD_NUMBER: _ClassVar[int]
    total_requests: int
    successful_classifications: int
    failed_classifications: int
    average_processing_time: float
    uptime: float
    memory_usage: int
    cpu_usage: float
    def __init__(self, total_requests: _Optional[int] = ..., successful_classifications: _Optional[int] = ..., failed_classifications: _Optional[int] = ..., average_processing_time: _Optional[float] = ..., uptime: _Optional[float] = ..., memory_usage: _Optional[int] = ..., cpu_usage: _Optional[float] = ...) -> None: ...

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("server_name", "version", "capabilities", "methods", "model_version", "limits", "containment", "text_recognition")
    SERVER_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    METHODS_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    CONTAINMENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_RECOGNITION_FIELD_NUMBER: _ClassVar[int]
    server_name: str
    version: str
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    methods: _containers.RepeatedScalarFieldContainer[str]
    model_version: str
    limits: ServerLimits
    containment: Containment
    text_recognition: str
    def __init__(self, server_name: _Optional[str] = ..., version: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., methods: _Optional[_Iterable[str]] = ..., model_version: _Optional[str] = ..., limits: _Optional[_Union[ServerLimits, _Mapping]] = ..., containment: _Optional[_Union[Containment, _Mapping]] = ..., text_recognition: _Optional[str] = ...) -> None: ...

class Containment(_message.Message):
    __slots__ = ("memory_limit_bytes", "cpu_limit_seconds", "open_files_limit", "no_new_privileges", "seccomp", "landlock_version", "missing")
    MEMORY_LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    CPU_LIMIT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FILES_LIMIT_FIELD_NUMBER: _ClassVar[int]
    NO_NEW_PRIVILEGES_FIELD_NUMBER: _ClassVar[int]
    SECCOMP_FIELD_NUMBER: _ClassVar[int]
    LANDLOCK_VERSION_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    memory_limit_bytes: int
    cpu_limit_seconds: float
    open_files_limit: int
    no_new_privileges: bool
    seccomp: bool
    landlock_version: int
    missing: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, memory_limit_bytes: _Optional[int] = ..., cpu_limit_seconds: _Optional[float] = ..., open_files_limit: _Optional[int] = ..., no_new_privileges: bool = ..., seccomp: bool = ..., landlock_version: _Optional[int] = ..., missing: _Optional[_Iterable[str]] = ...) -> None: ...

class ServerLimits(_message.Message):
    __slots__ = ("max_document_bytes", "max_batch_items", "max_text_characters", "max_processing_seconds")
    MAX_DOCUMENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_ITEMS_FIELD_NUMBER: _ClassVar[int]
    MAX_TEXT_CHARACTERS_FIELD_NUMBER: _ClassVar[int]
    MAX_PROCESSING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    max_document_bytes: int
    max_batch_items: int
    max_text_characters: int
    max_processing_seconds: float
    def __init__(self, max_document_bytes: _Optional[int] = ..., max_batch_items: _Optional[int] = ..., max_text_characters: _Optional[int] = ..., max_processing_seconds: _Optional[float] = ...) -> None: ...
