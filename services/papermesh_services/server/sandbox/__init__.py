"""What a worker process gives up before it sees a document, and how much of that the system grants.

Knows nothing of documents, jobs or gRPC. Linux only; what a kernel lacks is said, not silently left out.
"""

from papermesh_services.server.sandbox.enter import enter
from papermesh_services.server.sandbox.model import Containment, ContainmentMode, Profile

__all__ = ["Containment", "ContainmentMode", "Profile", "enter"]
