"""The public surface."""

import importlib.metadata
import inspect
import subprocess
import sys

import papermesh
from papermesh import errors


def test_all_is_sorted_and_every_name_of_it_is_there():
    assert papermesh.__all__ == sorted(papermesh.__all__)
    for name in papermesh.__all__:
        assert getattr(papermesh, name).__name__ == name
        assert getattr(papermesh, name).__doc__


def test_every_public_exception_is_exported():
    public = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and value.__module__ == errors.__name__ and not name.startswith("_")
    }
    assert public <= set(papermesh.__all__)


def test_the_version_is_that_of_the_installation():
    assert papermesh.__version__ == importlib.metadata.version("papermesh")


def test_a_name_that_is_not_public_is_an_attribute_error():
    assert not hasattr(papermesh, "ChannelCaller")


def test_the_generated_messages_are_had_without_the_client():
    code = "import sys, papermesh.quality.v1.quality_pb2; print('grpc' in sys.modules, 'rich' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert found.stdout.split() == ["False", "False"]
