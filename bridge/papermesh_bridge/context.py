"""What goes along with a call besides its params: metadata, and how long its caller is ready to wait.

Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class CallContext:
    """What one message's calls take along to a backend."""

    metadata: tuple[tuple[str, str | bytes], ...] = ()
    """gRPC metadata; the values of names that end in -bin are bytes."""
    timeout: float | None = None
    """How many seconds the caller waits; None leaves it to the configuration."""


NO_CONTEXT: Final = CallContext()
