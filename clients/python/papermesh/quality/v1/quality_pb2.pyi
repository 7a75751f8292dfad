from google.rpc import status_pb2 as _status_pb2
from papermesh.jsonrpc.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnalysisType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANALYSIS_TYPE_UNSPECIFIED: _ClassVar[AnalysisType]
    ANALYSIS_TYPE_AUTOMATIC: _ClassVar[AnalysisType]
    ANALYSIS_TYPE_COMPREHENSIVE: _ClassVar[AnalysisType]
    ANALYSIS_TYPE_READABILITY: _ClassVar[AnalysisType]
    ANALYSIS_TYPE_STRUCTURE: _ClassVar[AnalysisType]
    ANALYSIS_TYPE_CONTENT: _ClassVar[AnalysisType]

class Aspect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ASPECT_UNSPECIFIED: _ClassVar[Aspect]
    ASPECT_READABILITY: _ClassVar[Aspect]
    ASPECT_STRUCTURE: _ClassVar[Aspect]
    ASPECT_CONTENT: _ClassVar[Aspect]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_INFO: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
ANALYSIS_TYPE_UNSPECIFIED: AnalysisType
ANALYSIS_TYPE_AUTOMATIC: AnalysisType
ANALYSIS_TYPE_COMPREHENSIVE: AnalysisType
ANALYSIS_TYPE_READABILITY: AnalysisType
ANALYSIS_TYPE_STRUCTURE: AnalysisType
ANALYSIS_TYPE_CONTENT: AnalysisType
ASPECT_UNSPECIFIED: Aspect
ASPECT_READABILITY: Aspect
ASPECT_STRUCTURE: Aspect
ASPECT_CONTENT: Aspect
SEVERITY_UNSPECIFIED: Severity
SEVERITY_INFO: Severity
SEVERITY_WARNING: Severity
SEVERITY_ERROR: Severity

class AnalyzeQualityRequest(_message.Message):
    __slots__ = ("request_id", "file_path", "content", "text", "filename", "analysis_type", "options")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_PATH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    ANALYSIS_TYPE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    file_path: str
    content: bytes
    text: str
    filename: str
    analysis_type: AnalysisType
    options: QualityOptions
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., analysis_type: _Optional[_Union[AnalysisType, str]] = ..., options: _Optional[_Union[QualityOptions, _Mapping]] = ...) -> None: ...

class AnalyzeQualityStreamRequest(_message.Message):
    __slots__ = ("description", "chunk")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    description: AnalyzeQualityDescription
    chunk: bytes
    def __init__(self, description: _Optional[_Union[AnalyzeQualityDescription, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class AnalyzeQualityDescription(_message.Message):
    __slots__ = ("request_id", "filename", "analysis_type", "options", "size_bytes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    ANALYSIS_TYPE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    filename: str
    analysis_type: AnalysisType
    options: QualityOptions
    size_bytes: int
    def __init__(self, request_id: _Optional[str] = ..., filename: _Optional[str] = ..., analysis_type: _Optional[_Union[AnalysisType, str]] = ..., options: _Optional[_Union[QualityOptions, _Mapping]] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class QualityOptions(_message.Message):
    __slots__ = ("max_findings", "min_severity", "ignored_codes")
    MAX_FINDINGS_FIELD_NUMBER: _ClassVar[int]
    MIN_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    IGNORED_CODES_FIELD_NUMBER: _ClassVar[int]
    max_findings: int
    min_severity: Severity
    ignored_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, max_findings: _Optional[int] = ..., min_severity: _Optional[_Union[Severity, str]] = ..., ignored_codes: _Optional[_Iterable[str]] = ...) -> None: ...

class AnalyzeQualityResponse(_message.Message):
    __slots__ = ("request_id", "overall_score", "readability_score", "structure_score", "content_quality_score", "issues", "recommendations", "processing_time", "metrics", "findings", "total_findings", "applicable_aspects", "partial", "status_detail")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    OVERALL_SCORE_FIELD_NUMBER: _ClassVar[int]
    READABILITY_SCORE_FIELD_NUMBER: _ClassVar[int]
    STRUCTURE_SCORE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_QUALITY_SCORE_FIELD_NUMBER: _ClassVar[int]
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATIONS_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FINDINGS_FIELD_NUMBER: _ClassVar[int]
    APPLICABLE_ASPECTS_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    overall_score: float
    readability_score: float
    structure_score: float
    content_quality_score: float
    issues: _containers.RepeatedScalarFieldContainer[str]
    recommendations: _containers.RepeatedScalarFieldContainer[str]
    processing_time: float
    metrics: QualityMetrics
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    total_findings: int
    applicable_aspects: _containers.RepeatedScalarFieldContainer[Aspect]
    partial: bool
    status_detail: str
    def __init__(self, request_id: _Optional[str] = ..., overall_score: _Optional[float] = ..., readability_score: _Optional[float] = ..., structure_score: _Optional[float] = ..., content_quality_score: _Optional[float] = ..., issues: _Optional[_Iterable[str]] = ..., recommendations: _Optional[_Iterable[str]] = ..., processing_time: _Optional[float] = ..., metrics: _Optional[_Union[QualityMetrics, _Mapping]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., total_findings: _Optional[int] = ..., applicable_aspects: _Optional[_Iterable[_Union[Aspect, str]]] = ..., partial: bool = ..., status_detail: _Optional[str] = ...) -> None: ...

class QualityMetrics(_message.Message):
    __slots__ = ("word_count", "sentence_count", "paragraph_count", "readability_metrics", "structure_metrics", "content_metrics", "timestamp", "language")
    WORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    PARAGRAPH_COUNT_FIELD_NUMBER: _ClassVar[int]
    READABILITY_METRICS_FIELD_NUMBER: _ClassVar[int]
    STRUCTURE_METRICS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_METRICS_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    word_count: int
    sentence_count: int
    paragraph_count: int
    readability_metrics: ReadabilityMetrics
    structure_metrics: StructureMetrics
    content_metrics: ContentMetrics
    timestamp: float
    language: str
    def __init__(self, word_count: _Optional[int] = ..., sentence_count: _Optional[int] = ..., paragraph_count: _Optional[int] = ..., readability_metrics: _Optional[_Union[ReadabilityMetrics, _Mapping]] = ..., structure_metrics: _Optional[_Union[StructureMetrics, _Mapping]] = ..., content_metrics: _Optional[_Union[ContentMetrics, _Mapping]] = ..., timestamp: _Optional[float] = ..., language: _Optional[str] = ...) -> None: ...

class ReadabilityMetrics(_message.Message):
    __slots__ = ("flesch_reading_ease", "flesch_kincaid_grade", "gunning_fog", "smog_index", "coleman_liau_index", "automated_readability_index", "average_sentence_length", "average_word_length", "average_syllables_per_word", "complex_word_ratio", "reading_time_minutes", "grade_level")
    FLESCH_READING_EASE_FIELD_NUMBER: _ClassVar[int]
    FLESCH_KINCAID_GRADE_FIELD_NUMBER: _ClassVar[int]
    GUNNING_FOG_FIELD_NUMBER: _ClassVar[int]
    SMOG_INDEX_FIELD_NUMBER: _ClassVar[int]
    COLEMAN_LIAU_INDEX_FIELD_NUMBER: _ClassVar[int]
    AUTOMATED_READABILITY_INDEX_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_SENTENCE_LENGTH_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_WORD_LENGTH_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_SYLLABLES_PER_WORD_FIELD_NUMBER: _ClassVar[int]
    COMPLEX_WORD_RATIO_FIELD_NUMBER: _ClassVar[int]
    READING_TIME_MINUTES_FIELD_NUMBER: _ClassVar[int]
    GRADE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    flesch_reading_ease: float
    flesch_kincaid_grade: float
    gunning_fog: float
    smog_index: float
    coleman_liau_index: float
    automated_readability_index: float
    average_sentence_length: float
    average_word_length: float
    average_syllables_per_word: float
    complex_word_ratio: float
    reading_time_minutes: float
    grade_level: float
    def __init__(self, flesch_reading_ease: _Optional[float] = ..., flesch_kincaid_grade: _Optional[float] = ..., gunning_fog: _Optional[float] = ..., smog_index: _Optional[float] = ..., coleman_liau_index: _Optional[float] = ..., automated_readability_index: _Optional[float] = ..., average_sentence_length: _Optional[float] = ..., average_word_length: _Optional[float] = ..., average_syllables_per_word: _Optional[float] = ..., complex_word_ratio: _Optional[float] = ..., reading_time_minutes: _Optional[float] = ..., grade_level: _Optional[float] = ...) -> None: ...

class StructureMetrics(_message.Message):
    __slots__ = ("heading_count", "max_heading_depth", "skipped_heading_levels", "list_item_count", "table_count", "average_paragraph_length", "longest_paragraph_length", "page_count")
    HEADING_COUNT_FIELD_NUMBER: _ClassVar[int]
    MAX_HEADING_DEPTH_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_HEADING_LEVELS_FIELD_NUMBER: _ClassVar[int]
    LIST_ITEM_COUNT_FIELD_NUMBER: _ClassVar[int]
    TABLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_PARAGRAPH_LENGTH_FIELD_NUMBER: _ClassVar[int]
    LONGEST_PARAGRAPH_LENGTH_FIELD_NUMBER: _ClassVar[int]
    PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    heading_count: int
    max_heading_depth: int
    skipped_heading_levels: int
    list_item_count: int
    table_count: int
    average_paragraph_length: float
    longest_paragraph_length: int
    page_count: int
    def __init__(self, heading_count: _Optional[int] = ..., max_heading_depth: _Optional[int] = ..., skipped_heading_levels: _Optional[int] = ..., list_item_count: _Optional[int] = ..., table_count: _Optional[int] = ..., average_paragraph_length: _Optional[float] = ..., longest_paragraph_length: _Optional[int] = ..., page_count: _Optional[int] = ...) -> None: ...

class ContentMetrics(_message.Message):
    __slots__ = ("lexical_diversity", "passive_voice_ratio", "repeated_sentence_ratio", "unusual_character_ratio", "placeholder_count", "words_per_finding")
    LEXICAL_DIVERSITY_FIELD_NUMBER: _ClassVar[int]
    PASSIVE_VOICE_RATIO_FIELD_NUMBER: _ClassVar[int]
    REPEATED_SENTENCE_RATIO_FIELD_NUMBER: _ClassVar[int]
    UNUSUAL_CHARACTER_RATIO_FIELD_NUMBER: _ClassVar[int]
    PLACEHOLDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    WORDS_PER_FINDING_FIELD_NUMBER: _ClassVar[int]
    lexical_diversity: float
    passive_voice_ratio: float
    repeated_sentence_ratio: float
    unusual_character_ratio: float
    placeholder_count: int
    words_per_finding: float
    def __init__(self, lexical_diversity: _Optional[float] = ..., passive_voice_ratio: _Optional[float] = ..., repeated_sentence_ratio: _Optional[float] = ..., unusual_character_ratio: _Optional[float] = ..., placeholder_count: _Optional[int] = ..., words_per_finding: _Optional[float] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ("code", "aspect", "severity", "message", "place", "snippet", "suggestion")
    CODE_FIELD_NUMBER: _ClassVar[int]
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SNIPPET_FIELD_NUMBER: _ClassVar[int]
    SUGGESTION_FIELD_NUMBER: _ClassVar[int]
    code: str
    aspect: Aspect
    severity: Severity
    message: str
    place: Place
    snippet: str
    suggestion: str
    def __init__(self, code: _Optional[str] = ..., aspect: _Optional[_Union[Aspect, str]] = ..., severity: _Optional[_Union[Severity, str]] = ..., message: _Optional[str] = ..., place: _Optional[_Union[Place, _Mapping]] = ..., snippet: _Optional[str] = ..., suggestion: _Optional[str] = ...) -> None: ...

class Place(_message.Message):
    __slots__ = ("start", "end", "line", "column", "page")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    line: int
    column: int
    page: int
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ..., line: _Optional[int] = ..., column: _Optional[int] = ..., page: _Optional[int] = ...) -> None: ...

class Recommendation(_message.Message):
    __slots__ = ("aspect", "message", "finding_code", "finding_count", "expected_gain")
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    FINDING_CODE_FIELD_NUMBER: _ClassVar[int]
    FINDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_GAIN_FIELD_NUMBER: _ClassVar[int]
    aspect: Aspect
    message: str
    finding_code: str
    finding_count: int
    expected_gain: float
    def __init__(self, aspect: _Optional[_Union[Aspect, str]] = ..., message: _Optional[str] = ..., finding_code: _Optional[str] = ..., finding_count: _Optional[int] = ..., expected_gain: _Optional[float] = ...) -> None: ...

class BatchAnalyzeQualityRequest(_message.Message):
    __slots__ = ("batch_requests",)
    BATCH_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    batch_requests: _containers.RepeatedCompositeFieldContainer[AnalyzeQualityRequest]
    def __init__(self, batch_requests: _Optional[_Iterable[_Union[AnalyzeQualityRequest, _Mapping]]] = ...) -> None: ...

class BatchAnalyzeQualityResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[BatchAnalyzeQualityResult]
    def __init__(self, results: _Optional[_Iterable[_Union[BatchAnalyzeQualityResult, _Mapping]]] = ...) -> None: ...

class BatchAnalyzeQualityResult(_message.Message):
    __slots__ = ("response", "error")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    response: AnalyzeQualityResponse
    error: _status_pb2.Status
    def __init__(self, response: _Optional[_Union[AnalyzeQualityResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class CheckReadabilityRequest(_message.Message):
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
    options: QualityOptions
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., options: _Optional[_Union[QualityOptions, _Mapping]] = ...) -> None: ...

class CheckReadabilityResponse(_message.Message):
    __slots__ = ("request_id", "readability_score", "readability_metrics", "reading_level", "hardest_sentences", "findings", "language", "processing_time", "measured", "partial", "status_detail")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    READABILITY_SCORE_FIELD_NUMBER: _ClassVar[int]
    READABILITY_METRICS_FIELD_NUMBER: _ClassVar[int]
    READING_LEVEL_FIELD_NUMBER: _ClassVar[int]
    HARDEST_SENTENCES_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    readability_score: float
    readability_metrics: ReadabilityMetrics
    reading_level: str
    hardest_sentences: _containers.RepeatedCompositeFieldContainer[HardSentence]
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    language: str
    processing_time: float
    measured: bool
    partial: bool
    status_detail: str
    def __init__(self, request_id: _Optional[str] = ..., readability_score: _Optional[float] = ..., readability_metrics: _Optional[_Union[ReadabilityMetrics, _Mapping]] = ..., reading_level: _Optional[str] = ..., hardest_sentences: _Optional[_Iterable[_Union[HardSentence, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., language: _Optional[str] = ..., processing_time: _Optional[float] = ..., measured: bool = ..., partial: bool = ..., status_detail: _Optional[str] = ...) -> None: ...

class HardSentence(_message.Message):
    __slots__ = ("place", "snippet", "word_count", "grade")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SNIPPET_FIELD_NUMBER: _ClassVar[int]
    WORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    place: Place
    snippet: str
    word_count: int
    grade: float
    def __init__(self, place: _Optional[_Union[Place, _Mapping]] = ..., snippet: _Optional[str] = ..., word_count: _Optional[int] = ..., grade: _Optional[float] = ...) -> None: ...

class ValidateStructureRequest(_message.Message):
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
    options: QualityOptions
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., options: _Optional[_Union[QualityOptions, _Mapping]] = ...) -> None: ...

class ValidateStructureResponse(_message.Message):
    __slots__ = ("request_id", "structure_score", "valid", "structure_metrics", "outline", "findings", "processing_time", "partial", "status_detail", "measured")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    STRUCTURE_SCORE_FIELD_NUMBER: _ClassVar[int]
    VALID_FIELD_NUMBER: _ClassVar[int]
    STRUCTURE_METRICS_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    structure_score: float
    valid: bool
    structure_metrics: StructureMetrics
    outline: _containers.RepeatedCompositeFieldContainer[Heading]
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    processing_time: float
    partial: bool
    status_detail: str
    measured: bool
    def __init__(self, request_id: _Optional[str] = ..., structure_score: _Optional[float] = ..., valid: bool = ..., structure_metrics: _Optional[_Union[StructureMetrics, _Mapping]] = ..., outline: _Optional[_Iterable[_Union[Heading, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., processing_time: _Optional[float] = ..., partial: bool = ..., status_detail: _Optional[str] = ..., measured: bool = ...) -> None: ...

class Heading(_message.Message):
    __slots__ = ("level", "text", "place")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    level: int
    text: str
    place: Place
    def __init__(self, level: _Optional[int] = ..., text: _Optional[str] = ..., place: _Optional[_Union[Place, _Mapping]] = ...) -> None: ...

class DetectIssuesRequest(_message.Message):
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
    options: QualityOptions
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., options: _Optional[_Union[QualityOptions, _Mapping]] = ...) -> None: ...

class DetectIssuesResponse(_message.Message):
    __slots__ = ("request_id", "issues", "findings", "total_findings", "counts_by_code", "processing_time", "partial", "status_detail")
    class CountsByCodeEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FINDINGS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_BY_CODE_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    issues: _containers.RepeatedScalarFieldContainer[str]
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    total_findings: int
    counts_by_code: _containers.ScalarMap[str, int]
    processing_time: float
    partial: bool
    status_detail: str
    def __init__(self, request_id: _Optional[str] = ..., issues: _Optional[_Iterable[str]] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., total_findings: _Optional[int] = ..., counts_by_code: _Optional[_Mapping[str, int]] = ..., processing_time: _Optional[float] = ..., partial: bool = ..., status_detail: _Optional[str] = ...) -> None: ...

class GenerateRecommendationsRequest(_message.Message):
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
    options: QualityOptions
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ..., options: _Optional[_Union[QualityOptions, _Mapping]] = ...) -> None: ...

class GenerateRecommendationsResponse(_message.Message):
    __slots__ = ("request_id", "recommendations", "details", "overall_score", "processing_time", "partial", "status_detail", "applicable_aspects")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATIONS_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    OVERALL_SCORE_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    APPLICABLE_ASPECTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    recommendations: _containers.RepeatedScalarFieldContainer[str]
    details: _containers.RepeatedCompositeFieldContainer[Recommendation]
    overall_score: float
    processing_time: float
    partial: bool
    status_detail: str
    applicable_aspects: _containers.RepeatedScalarFieldContainer[Aspect]
    def __init__(self, request_id: _Optional[str] = ..., recommendations: _Optional[_Iterable[str]] = ..., details: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ..., overall_score: _Optional[float] = ..., processing_time: _Optional[float] = ..., partial: bool = ..., status_detail: _Optional[str] = ..., applicable_aspects: _Optional[_Iterable[_Union[Aspect, str]]] = ...) -> None: ...

class GetQualityMetricsRequest(_message.Message):
    __slots__ = ("request_id", "file_path", "content", "text", "filename")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_PATH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    file_path: str
    content: bytes
    text: str
    filename: str
    def __init__(self, request_id: _Optional[str] = ..., file_path: _Optional[str] = ..., content: _Optional[bytes] = ..., text: _Optional[str] = ..., filename: _Optional[str] = ...) -> None: ...

class GetQualityMetricsResponse(_message.Message):
    __slots__ = ("request_id", "metrics", "statistics", "processing_time", "partial", "status_detail")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    STATUS_DETAIL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    metrics: QualityMetrics
    statistics: ServiceStatistics
    processing_time: float
    partial: bool
    status_detail: str
    def __init__(self, request_id: _Optional[str] = ..., metrics: _Optional[_Union[QualityMetrics, _Mapping]] = ..., statistics: _Optional[_Union[ServiceStatistics, _Mapping]] = ..., processing_time: _Optional[float] = ..., partial: bool = ..., status_detail: _Optional[str] = ...) -> None: ...

class ServiceStatistics(_message.Message):
    __slots__ = ("total_requests", "successful_analyses", "failed_analyses", "average_processing_time", "uptime", "memory_usage", "cpu_usage")
    TOTAL_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SUCCESSFUL_ANALYSES_FIELD_NUMBER: _ClassVar[int]
    FAILED_ANALYSES_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    UPTIME_FIELD_NUMBER: _ClassVar[int]
    MEMORY_USAGE_FIELD_NUMBER: _ClassVar[int]
    CPU_USAGE_FIELD_NUMBER: _ClassVar[int]
    total_requests: int
    successful_analyses: int
    failed_analyses: int
    average_processing_time: float
    uptime: float
    memory_usage: int
    cpu_usage: float
    def __init__(self, total_requests: _Optional[int] = ..., successful_analyses: _Optional[int] = ..., failed_analyses: _Optional[int] = ..., average_processing_time: _Optional[float] = ..., uptime: _Optional[float] = ..., memory_usage: _Optional[int] = ..., cpu_usage: _Optional[float] = ...) -> None: ...

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("server_name", "version", "capabilities", "methods", "limits", "containment", "text_recognition")
    SERVER_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    METHODS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    CONTAINMENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_RECOGNITION_FIELD_NUMBER: _ClassVar[int]
    server_name: str
    version: str
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    methods: _containers.RepeatedScalarFieldContainer[str]
    limits: ServerLimits
    containment: Containment
    text_recognition: str
    def __init__(self, server_name: _Optional[str] = ..., version: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., methods: _Optional[_Iterable[str]] = ..., limits: _Optional[_Union[ServerLimits, _Mapping]] = ..., containment: _Optional[_Union[Containment, _Mapping]] = ..., text_recognition: _Optional[str] = ...) -> None: ...

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
