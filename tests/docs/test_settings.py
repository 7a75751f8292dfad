"""The bridge.toml of the settings page works as it stands there, but for its addresses."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from papermesh_bridge import Bridge, BridgeConfig

SETTINGS = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
SECONDS = 30


def example(mesh):
    text = SETTINGS.split("<!-- bridge.toml -->", 1)[1]
    lines = re.match(r"\n+((?:(?: {4}.*)?\n)+)", text)[1]
    addresses = {
        "127.0.0.1:50051": mesh.classification,
        "127.0.0.1:50052": mesh.quality,
        "127.0.0.1:8010": "127.0.0.1:0",
        "127.0.0.1:8011": "127.0.0.1:0",
    }
    for shown, real in addresses.items():
        assert shown in lines
        lines = lines.replace(shown, real)
    return BridgeConfig.from_toml_text(lines)


async def test_the_example_of_a_bridge_works(mesh):
    bridge = Bridge(example(mesh))
    await bridge.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://{bridge.http_address}", timeout=SECONDS) as http:
            document = {"text": "Invoice 12. Total due: 40.00 EUR. Please pay within 30 days.", "colour": "ignored"}
            many = {"jsonrpc": "2.0", "id": 1, "method": "classify_many", "params": [document, {"text": ""}]}
            first, second = (await http.post("/rpc", json=many)).json()["result"]
            assert "category" in first
            assert second["error"]["code"] == 3
            judge = {"jsonrpc": "2.0", "id": 1, "method": "analyze_quality", "params": document}
            answer = (await http.post("/judge/rpc", json={**judge, "params": {"text": "It is fine."}})).json()
            assert "overallScore" in answer["result"]
            assert (await http.get("/judge/health")).json()["server_name"] == "quality_server"
            posted = (await http.post("/extract", files={"file": ("a.txt", b"All members were present.")})).json()
            assert posted["result"]["text_content"] == "All members were present."
    finally:
        await bridge.stop(1)
