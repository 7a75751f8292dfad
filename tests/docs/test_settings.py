"""The bridge.toml and the legacy.toml of the settings page work as they stand there, but for their addresses."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import httpx

from papermesh import Client
from papermesh_bridge import Bridge, BridgeConfig
from papermesh_bridge.expose import ExposeConfig, Exposure

SETTINGS = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
SECONDS = 30


def example(name, addresses):
    """The text of an example, with real addresses in the place of those shown."""
    text = SETTINGS.split(f"<!-- {name} -->", 1)[1]
    lines = re.match(r"\n+((?:(?: {4}.*)?\n)+)", text)[1]
    for shown, real in addresses.items():
        assert shown in lines
        lines = lines.replace(shown, real)
    return lines


async def test_the_example_of_a_bridge_works(mesh):
    addresses = {
        "127.0.0.1:50051": mesh.classification,
        "127.0.0.1:50052": mesh.quality,
        "127.0.0.1:8010": "127.0.0.1:0",
        "127.0.0.1:8011": "127.0.0.1:0",
    }
    bridge = Bridge(BridgeConfig.from_toml_text(example("bridge.toml", addresses)))
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


async def test_the_example_of_an_exposed_service_works(mesh, root, tmp_path):
    addresses = {"127.0.0.1:50061": "127.0.0.1:0", "http://127.0.0.1:8000": mesh.http}
    (tmp_path / "legacy.toml").write_text(example("legacy.toml", addresses), encoding="utf-8")
    (command,) = re.findall(r"^    (buf build -o contract\.binpb)$", SETTINGS, re.MULTILINE)
    buf = [Path(sys.executable).with_name("buf"), *command.split()[1:-1], tmp_path / "contract.binpb"]
    await asyncio.to_thread(subprocess.run, buf, cwd=root, check=True, timeout=SECONDS)
    exposure = Exposure(ExposeConfig.from_toml(tmp_path / "legacy.toml"))
    await exposure.start()
    try:
        async with Client(quality=str(exposure.address), timeout=SECONDS) as client:
            answer = await client.analyze(text="The minutes of of the meeting are ready.")
            assert answer.findings[0].message == "Doubled word: “of of”"
            assert (await client.quality_info()).server_name == "quality_server"
        assert {rpc.method.rpc.split("/")[0] for rpc in exposure.rpcs} == {"papermesh.quality.v1.QualityService"}
    finally:
        await exposure.stop(1)
