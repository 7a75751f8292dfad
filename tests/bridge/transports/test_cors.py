from __future__ import annotations

import pytest

from papermesh_bridge import BridgeConfig, ConfigError

APP = "https://app.example.com"
SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}
ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}


@pytest.fixture
async def caller(calc, run_bridge):
    async with run_bridge(calc.target, cors_origins=(APP, "http://localhost:3000")) as running:
        yield running


async def test_without_being_asked_for_nothing_is_let_in(calc, run_bridge):
    async with run_bridge(calc.target) as caller:
        assert (await caller.http.post("/rpc", json=SUM, headers={"Origin": APP})).status_code == 403
        assert (await caller.http.options("/rpc", headers={"Origin": APP, **ASKED})).status_code == 403
        local = await caller.http.post("/rpc", json=SUM, headers={"Origin": "http://localhost:3000"})
    assert local.status_code == 200
    assert not [name for name in local.headers if name.startswith("access-control")]


async def test_a_page_that_is_let_in_may_read_the_answer(caller):
    answer = await caller.http.post("/rpc", json=SUM, headers={"Origin": APP})
    assert answer.json()["result"] == 3
    assert answer.headers["access-control-allow-origin"] == APP
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_page_may_read_why_it_was_refused(caller):
    answer = await caller.http.post("/rpc", content=b"x", headers={"Origin": APP, "Content-Type": "text/plain"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (415, APP)


async def test_a_preflight_is_answered(caller):
    answer = await caller.http.options("/rpc", headers={"Origin": APP, **ASKED})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == APP
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-max-age"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example.com", "http://app.example.com", "https://app.example.com:8443", "null"]
)
@pytest.mark.parametrize("verb", ["POST", "OPTIONS"])
async def test_other_pages_are_refused(caller, origin, verb):
    answer = await caller.http.request(verb, "/rpc", headers={"Origin": origin, **ASKED})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


async def test_a_host_name_of_others_stays_refused(caller):
    answer = await caller.http.post("/rpc", json=SUM, headers={"Origin": APP, "Host": "evil.example.com"})
    assert answer.status_code == 421


async def test_every_page_may_be_let_in(calc, run_bridge):
    async with run_bridge(calc.target, cors_origins=("*",)) as caller:
        for origin in (APP, "null"):
            answer = await caller.http.post("/rpc", json=SUM, headers={"Origin": origin})
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


@pytest.mark.parametrize(
    "origin", ["app.example.com", "https://app.example.com/", "https://App.example.com", "https://*.example.com/x", ""]
)
def test_what_is_no_origin_is_told(origin):
    with pytest.raises(ConfigError, match="cors_origins"):
        BridgeConfig.from_toml_text(f'cors_origins = ["{origin}"]\n[[backend]]\ntarget = "localhost:1"')
