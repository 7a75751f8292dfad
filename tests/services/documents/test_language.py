from __future__ import annotations

import pytest

from papermesh_services.documents import language

SENTENCES = {
    "en": "The committee has decided that the report will be published by the end of the month.",
    "de": "Der Ausschuss hat beschlossen, dass der Bericht bis zum Ende des Monats veröffentlicht wird.",
    "fr": "Le comité a décidé que le rapport sera publié avant la fin du mois et qu'il est complet.",
    "es": "El comité ha decidido que el informe se publicará antes del final del mes con los anexos.",
    "it": "Il comitato ha deciso che la relazione sarà pubblicata entro la fine del mese con gli allegati.",
    "pt": "O comitê decidiu que o relatório não será publicado até o fim do mês com os anexos.",
    "nl": "Het comité heeft besloten dat het rapport voor het einde van de maand wordt gepubliceerd.",
    "pl": "Komisja zdecydowała, że raport nie zostanie opublikowany do końca miesiąca i że jest to decyzja.",
    "ru": "Комитет решил, что отчет будет опубликован до конца месяца, и это не было неожиданностью для них.",
    "zh": "委员会决定在月底前发布报告。",
    "ja": "委員会は月末までに報告書を公表することを決定しました。",
    "ar": "قررت اللجنة نشر التقرير قبل نهاية الشهر.",
    "ko": "위원회는 월말까지 보고서를 발표하기로 결정했다.",
    "el": "Η επιτροπή αποφάσισε να δημοσιεύσει την έκθεση.",
}


@pytest.mark.parametrize(("tag", "text"), SENTENCES.items())
def test_a_sentence_shows_its_language(tag, text):
    assert language.detect(text) == tag


@pytest.mark.parametrize("text", ["", "12 345,00", "Lorem ipsum dolor", "qwx zzk vrt plm", '{"a": "s", "v": "o"}'])
def test_thin_evidence_is_undetermined(text):
    assert language.detect(text) == "und"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("EN_gb", "en-GB"),
        ("iw", "he"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("de", "de"),
        ("und", "en"),
        ("not a tag", "en"),
        ("", "en"),
    ],
)
def test_a_valid_declaration_wins(declared, expected):
    assert language.choose(declared, SENTENCES["en"]) == expected
