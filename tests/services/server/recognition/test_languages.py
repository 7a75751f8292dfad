from __future__ import annotations

import pytest

from papermesh_services.server.recognition.languages import models

INSTALLED = ("chi_sim", "chi_tra", "deu", "eng", "equ", "fra", "osd")


@pytest.mark.parametrize(
    ("language", "wanted", "expected"),
    [
        ("und", (), ("eng",)),
        ("en", (), ("eng",)),
        ("en-GB", (), ("eng",)),
        ("de", (), ("deu", "eng")),
        ("DE-at", ("fra",), ("deu", "fra")),
        ("zh", (), ("chi_sim", "eng")),
        ("zh-TW", (), ("chi_tra", "eng")),
        ("zh-Hans", (), ("chi_sim", "eng")),
        ("pl", (), ("eng",)),
        ("no such tag", ("deu", "ita"), ("deu",)),
        ("und", ("deu", "fra"), ("deu", "fra")),
        ("und", ("osd",), ("eng",)),
        ("", (), ("eng",)),
    ],
)
def test_models_suit_the_document_and_are_installed(language, wanted, expected):
    assert models(language, wanted, INSTALLED) == expected


def test_without_english_what_there_is_is_used():
    assert models("und", (), ("deu", "osd")) == ("deu",)
    assert models("und", (), ("osd",)) == ()
