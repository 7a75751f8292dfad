"""What can go wrong in classification, as exceptions that know their reason. No gRPC here: the server maps reasons.

ClassificationError
├── UnknownCategory        a candidate is not a category of the model
├── TrainingDataUnusable   too few documents or categories to learn from
└── ModelError             a stored model cannot be used
    ├── ModelNotFound      there is no file
    ├── ModelUnreadable    not a model file, or a broken one
    └── ModelIncompatible  a model file of another format or of other features
"""

from __future__ import annotations

from typing import ClassVar


class ClassificationError(Exception):
    """A classification, a training or a loading that failed. The message is for the caller: it names no server path.

    reason: UPPER_SNAKE, stable, the ErrorInfo reason of the answer.
    metadata: facts a program may want, for example {"category": "novel"}.
    """

    reason: ClassVar[str] = "CLASSIFICATION_FAILED"

    def __init__(self, message: str, **metadata: str) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = metadata


class UnknownCategory(ClassificationError):
    """A candidate is not a category of the model. metadata: category."""

    reason = "UNKNOWN_CATEGORY"


class TrainingDataUnusable(ClassificationError):
    """Too few documents or categories to learn from."""

    reason = "TRAINING_DATA_UNUSABLE"


class ModelError(ClassificationError):
    """A stored model cannot be used."""

    reason = "MODEL_UNUSABLE"


class ModelNotFound(ModelError):
    """There is no model file where one was looked for."""

    reason = "MODEL_NOT_FOUND"


class ModelUnreadable(ModelError):
    """The file is not a model of ours, or it is broken."""

    reason = "MODEL_UNREADABLE"


class ModelIncompatible(ModelError):
    """The file is a model of ours, but of another format version or made for other features."""

    reason = "MODEL_INCOMPATIBLE"
