from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from papermesh.cli.server_options import server_options


def configured(*arguments):
    """The configuration that these options make."""
    found = []

    @click.command()
    @server_options
    def command(options):
        found.append(options.config("127.0.0.1:0"))
        return 0

    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return found[0]


def test_without_options_text_is_recognised_where_it_can_be():
    config = configured()
    assert (config.recognition, config.recognition_languages, config.tesseract) == (True, (), None)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--no-recognition",), None),
        (("--recognition-language", "deu", "--recognition-language", "eng"), ("deu", "eng")),
    ],
)
def test_recognition_is_set(arguments, expected):
    settings = configured(*arguments).recognition_settings
    assert (settings.languages if settings else None) == expected


def test_the_program_is_named(tmp_path):
    program = tmp_path / "tesseract"
    program.touch()
    assert configured("--tesseract", str(program)).recognition_settings.program == program
