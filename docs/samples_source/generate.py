"""Makes the sample documents that are not plain text: `python docs/samples_source/generate.py [FOLDER]`.

The same texts give the same files: no clock, no random numbers, no fonts of the machine. Needs reportlab, which the
`dev` extra brings. The plain text samples are written by hand and left alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from making import contract, invoice, letter, paper

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
MAKERS = {
    "contract.docx": contract.make,
    "invoice.pdf": invoice.make,
    "letter.docx": letter.make,
    "paper.pdf": paper.make,
}


def main() -> None:
    """Writes every made sample into the folder asked for, by default docs/samples."""
    parser = argparse.ArgumentParser(description="Makes the sample documents that are not plain text.")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=SAMPLES, help="where to write them (default: %(default)s)"
    )
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MAKERS.items():
        (folder / name).write_bytes(make())


if __name__ == "__main__":
    main()
