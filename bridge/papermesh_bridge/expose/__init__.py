"""The other direction: a gRPC service whose implementation is a legacy JSON-RPC 2.0 server.

    exposure = Exposure(ExposeConfig.from_toml(Path("legacy.toml")))
    await exposure.start()

Unary RPC in, JSON-RPC call out, by the contract of a FileDescriptorSet. Nothing else of the bridge imports this.
"""

from papermesh_bridge.expose.app import Exposure
from papermesh_bridge.expose.config import EXPOSE_POLICY, ExposeConfig, ExposeLimits, LegacyMethod

__all__ = ["EXPOSE_POLICY", "ExposeConfig", "ExposeLimits", "Exposure", "LegacyMethod"]
