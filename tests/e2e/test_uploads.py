"""Files posted to a running mesh, by curl and by an HTTP library."""

from __future__ import annotations

import json
import shutil
import subprocess

import httpx
import pytest

SECONDS = 60.0
SAMPLES = {
    "contract.docx": "contract",
    "invoice.pdf": "invoice",
    "manual.html": "technical_manual",
    "meeting-minutes.txt": "meeting_minutes",
    "paper.pdf": "scientific_paper",
    "press-release.txt": "press_release",
    "receipt.txt": "receipt",
    "resume.md": "resume",
}


@pytest.fixture(scope="session")
def curl():
    """Runs curl: its arguments in, the HTTP status and the document out; skips where it is not installed."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")

    def run(*arguments, cwd):
        command = ["curl", "-sS", "-m", str(int(SECONDS)), "-w", "\n%{http_code}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True, cwd=cwd)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body)

    return run


@pytest.mark.parametrize("name", SAMPLES)
def test_curl_has_a_file_classified(mesh, root, curl, name):
    status, document = curl("-F", f"file=@docs/samples/{name}", f"{mesh.http}/classify", cwd=root)
    assert (status, document["status"], document["filename"]) == (200, "success", name)
    assert document["result"]["category"] == SAMPLES[name]
    assert document["result"]["request_id"] == document["request_id"] != ""


@pytest.mark.parametrize("path", ["/analyze", "/quality/analyze"])
@pytest.mark.parametrize("name", ["draft.md", "letter.docx"])
def test_curl_has_a_file_judged(mesh, root, curl, path, name):
    options = 'options={"max_findings": 1}'
    arguments = ("-F", "request_id=7", "-F", "analysis_type=readability", "-F", options)
    status, document = curl(*arguments, "-F", f"file=@docs/samples/{name}", mesh.http + path, cwd=root)
    assert (status, document["request_id"]) == (200, "7")
    assert document["result"]["overall_score"] == document["result"]["readability_score"] > 0
    assert len(document["result"]["findings"]) <= 1


def test_curl_sends_the_file_itself(mesh, root, curl):
    where = f"{mesh.http}/classify?filename=invoice.pdf&request_id=8"
    arguments = ("-H", "Content-Type: application/pdf", "--data-binary", "@docs/samples/invoice.pdf")
    status, document = curl(*arguments, where, cwd=root)
    assert (status, document["request_id"], document["filename"]) == (200, "8", "invoice.pdf")
    assert document["result"]["category"] == "invoice"


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 400, "DOCUMENT_EMPTY"),
        (b"%PDF-1.7\nnothing", 400, "DOCUMENT_CORRUPT"),
        (bytes(range(256)), 415, "DOCUMENT_FORMAT_UNSUPPORTED"),
        (b" " * (64 * 2**20 + 1), 413, "DOCUMENT_TOO_LARGE"),
    ],
)
def test_a_document_that_cannot_be_read_has_a_fitting_status(mesh, tmp_path, curl, data, status, reason):
    (tmp_path / "a.bin").write_bytes(data)
    got, document = curl("-F", "file=@a.bin", f"{mesh.http}/classify", cwd=tmp_path)
    assert (got, document["status"]) == (status, "error")
    assert document["error"]["data"]["details"][0]["reason"] == reason


def test_a_file_and_the_same_as_content_have_the_same_answer(mesh, root):
    path = root / "docs" / "samples" / "contract.docx"
    files = {"file": (path.name, path.read_bytes())}
    posted = httpx.post(f"{mesh.http}/classify", files=files, timeout=SECONDS).json()["result"]
    call = {"jsonrpc": "2.0", "id": 1, "method": "classify_document", "params": {"file_path": str(path)}}
    called = httpx.post(f"{mesh.http}/rpc", json=call, timeout=SECONDS).json()["result"]
    assert set(posted) == set(called)
    assert (posted["scores"], posted["keywords"]) == (called["scores"], called["keywords"])


def test_a_method_of_another_service_is_not_found_at_an_endpoint(mesh):
    answer = httpx.post(f"{mesh.http}/quality/classify", files={"file": b"x"}, timeout=SECONDS)
    assert answer.status_code == 404
