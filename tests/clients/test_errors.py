"""The exception tree."""

import inspect
import pickle
import re

import grpc
import pytest

from papermesh import FieldViolation, InvalidDocument, PapermeshError, ServerError, errors

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, PapermeshError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_class_is_in_the_tree_that_the_docstring_draws(kind):
    lines = errors.__doc__.splitlines()
    drawn = next(number for number, line in enumerate(lines) if re.search(rf"\b{kind.__name__}\b", line))
    depth = kind.__mro__.index(PapermeshError)
    column = lines[drawn].index(kind.__name__)
    assert column == 4 * depth
    if depth:
        above = [line for line in lines[:drawn] if re.search(rf"^.{{{column - 4}}}\w", line)]
        assert kind.__mro__[1].__name__ in above[-1]


def test_an_error_reads_as_its_message_or_else_as_its_code():
    assert str(ServerError("It broke.")) == "It broke."
    assert str(ServerError()) == "INTERNAL"


def test_an_error_survives_pickling():
    error = InvalidDocument("no", reason="DOCUMENT_CORRUPT", field_violations=[FieldViolation("content", "no")])
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.reason, copy.code, copy.field_violations) == (
        InvalidDocument,
        "no",
        "DOCUMENT_CORRUPT",
        grpc.StatusCode.INVALID_ARGUMENT,
        (FieldViolation("content", "no"),),
    )
