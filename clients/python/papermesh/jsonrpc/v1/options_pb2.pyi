from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
METHOD_FIELD_NUMBER: _ClassVar[int]
method: _descriptor.FieldDescriptor
FIELD_FIELD_NUMBER: _ClassVar[int]
field: _descriptor.FieldDescriptor

class Method(_message.Message):
    __slots__ = ("name", "batch")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    name: str
    batch: Batch
    def __init__(self, name: _Optional[str] = ..., batch: _Optional[_Union[Batch, _Mapping]] = ...) -> None: ...

class Batch(_message.Message):
    __slots__ = ("rpc", "requests_field", "results_field")
    RPC_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_FIELD_NUMBER: _ClassVar[int]
    rpc: str
    requests_field: str
    results_field: str
    def __init__(self, rpc: _Optional[str] = ..., requests_field: _Optional[str] = ..., results_field: _Optional[str] = ...) -> None: ...

class Field(_message.Message):
    __slots__ = ("inline",)
    INLINE_FIELD_NUMBER: _ClassVar[int]
    inline: bool
    def __init__(self, inline: bool = ...) -> None: ...
