"""JSON-RPC 2.0 in front of any gRPC server.

    config = BridgeConfig(backends=(BackendConfig("127.0.0.1:50051"),), http=Address("127.0.0.1", 8000))
    asyncio.run(serve(config))

Every method the backend describes by reflection can be called; nothing is listed by hand.
"""

from papermesh_bridge.address import Address
from papermesh_bridge.app import DEFAULT_GRACE_SECONDS, Bridge, serve
from papermesh_bridge.config import BackendConfig, BridgeConfig, EndpointConfig, UploadConfig
from papermesh_bridge.errors import BindError, BridgeError, ConfigError
from papermesh_bridge.limits import Limits
from papermesh_bridge.schema import Alias
from papermesh_bridge.transcode import DEFAULT_POLICY, LEGACY_POLICY, JsonPolicy
from papermesh_bridge.transports.stdio import take_standard_streams

__all__ = [
    "DEFAULT_GRACE_SECONDS",
    "DEFAULT_POLICY",
    "LEGACY_POLICY",
    "Address",
    "Alias",
    "BackendConfig",
    "BindError",
    "Bridge",
    "BridgeConfig",
    "BridgeError",
    "ConfigError",
    "EndpointConfig",
    "JsonPolicy",
    "Limits",
    "UploadConfig",
    "serve",
    "take_standard_streams",
]
