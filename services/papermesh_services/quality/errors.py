"""What can go wrong in an analysis. Documents are never at fault: only options can be.

QualityError
└── InvalidOptions          an option is out of range or names what does not exist
"""

from __future__ import annotations

from typing import ClassVar


class QualityError(Exception):
    """An analysis that cannot be made. reason is the stable UPPER_SNAKE reason of the answer."""

    reason: ClassVar[str] = "QUALITY_ERROR"


class InvalidOptions(QualityError):
    """An option that cannot be used. field is its path below the request, for example "options.max_findings".

    metadata: what else programs may want to know, such as the codes there are.
    """

    reason = "INVALID_OPTIONS"

    def __init__(self, field: str, description: str, **metadata: str) -> None:
        super().__init__(f"{field}: {description}")
        self.field = field
        self.message = description
        self.metadata = metadata
