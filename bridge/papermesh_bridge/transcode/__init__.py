"""JSON values to protobuf messages and back, under a JSON policy.

Pure: values in, values out. `Transcoder` is the one door; how it does it is behind it.
"""

from papermesh_bridge.transcode.policy import DEFAULT_POLICY, LEGACY_POLICY, PROTO_POLICY, JsonPolicy
from papermesh_bridge.transcode.transcoder import Transcoder

__all__ = ["DEFAULT_POLICY", "LEGACY_POLICY", "PROTO_POLICY", "JsonPolicy", "Transcoder"]
