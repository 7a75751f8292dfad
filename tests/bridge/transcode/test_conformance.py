from __future__ import annotations

from pathlib import Path

import pytest

TESTEE = Path(__file__).with_name("testee.py")
EXPECTED_FAILURES: set[str] = set()
"""Tests of the JSON mapping that the product is known to fail."""


@pytest.mark.slow
def test_the_json_mapping_is_that_of_the_protobuf_project(conformance, tmp_path):
    assert conformance.failures(tmp_path, str(TESTEE), str(conformance.descriptors)) == EXPECTED_FAILURES


@pytest.mark.slow
def test_the_runner_finds_what_the_protobuf_library_is_lax_about(conformance, tmp_path):
    found = conformance.failures(tmp_path, str(TESTEE), str(conformance.descriptors), "--oracle")
    assert {name.rpartition(".")[2] for name in found} >= {"FieldNameDuplicateDifferentCasing1"}
    assert found.isdisjoint(EXPECTED_FAILURES)
