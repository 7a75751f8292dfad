from __future__ import annotations

import pytest

from papermesh_services.documents.model import Format
from papermesh_services.quality import StructureMetrics, validate_structure

TEXT = "Some text stands here."


def test_counts_what_the_document_is_built_of(make):
    document = make("# A", "### B", TEXT, "- one", "- two", "| a b", "## C", "A b c d e f.", pages=True)
    assert validate_structure(document).metrics == StructureMetrics(3, 3, 1, 2, 1, 5.0, 6, 8)


def test_outline_lists_the_headings_with_their_places(make):
    outline = validate_structure(make("# First\npart", TEXT, "## Second", TEXT)).outline
    assert [(heading.level, heading.text, heading.place.line) for heading in outline] == [
        (1, "First part", 1),
        (2, "Second", 6),
    ]


def test_a_document_with_a_structure_error_is_not_valid(make):
    assert validate_structure(make("# A", "## B", TEXT)).valid
    assert not validate_structure(make("# A", "### B", TEXT)).valid


@pytest.mark.parametrize("kind", [Format.TEXT, Format.PDF])
def test_guessed_headings_are_not_blamed(make, codes, kind):
    assert codes(make("# 1. A", "### 3. B", "# 7. C", of=kind)) == []


def test_numbering_is_followed_on_each_level(make, codes):
    right = make("# 1. A", "## 1.1 B", TEXT, "## 1.2 C", TEXT, "# 2. D", "## 2.1 E", TEXT)
    assert codes(right) == []
    wrong = make("# 1. A", "## 1.1 B", TEXT, "## 1.3 C", TEXT, "# 2. D", TEXT)
    assert codes(wrong) == ["numbering_gap"]
