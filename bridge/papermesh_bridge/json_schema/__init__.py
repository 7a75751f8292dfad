"""JSON Schema of messages: of what `transcode` reads as params, and of what it writes as results.

Pure: descriptors in, schemas out, in draft 7, which OpenRPC has. A schema takes everything that the transcoder takes.
It takes more in these places, for which the draft has no words or none that people would read:

- two spellings of one field in one object, and several members of one oneof; the description says that;
- a number in a string that is a fraction, or out of range, where an integer is expected;
- a day that is not in the calendar, a time or a duration out of range; base64 of a wrong length;
- strings with half of a surrogate pair, and what is nested deeper than protobuf reads;
- the members of an Any, whose type is known only when it is there.
"""

from papermesh_bridge.json_schema.components import Components, Json, Room, paragraphs
from papermesh_bridge.json_schema.request import RequestSchemas
from papermesh_bridge.json_schema.result import ResultSchemas

__all__ = ["Components", "Json", "RequestSchemas", "ResultSchemas", "Room", "paragraphs"]
