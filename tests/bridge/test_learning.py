"""A backend that changes while it serves, is asked again, hangs, fails, goes and comes back."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest

from papermesh_bridge import BackendConfig, EndpointConfig
from papermesh_bridge.schema import Schema, build_schema
from papermesh_bridge.transcode import DEFAULT_POLICY, Transcoder, transcoder

OTHER = "other.v1.Other"
SECONDS = 15
NEVER = 0


def rpcs(*names, request="WaitRequest"):
    return {"Other": [(name, request, request, "") for name in names]}


async def until(ask):
    """Asks again and again until the answer is true, and gives it."""
    async with asyncio.timeout(SECONDS):
        while not (answer := await ask()):
            await asyncio.sleep(0.01)
    return answer


@pytest.fixture
def described(describe_files):
    """Files of a service whose methods have these names, each of which gives back what it gets."""
    return lambda *names, **options: describe_files(rpcs(*names, **options), "other.v1")


@pytest.fixture
def serve(serve_calc, described):
    return lambda *names, **options: serve_calc(files=described(*names), services=(OTHER,), **options)


def schema_of(caller):
    (backend,) = caller.bridge._backends.values()
    return backend.schema


async def test_a_method_that_is_new_can_be_called_within_the_period(serve, described, run_bridge, limits):
    async with (
        serve("Wait") as calc,
        run_bridge(calc.target, limits=limits(schema_refresh_seconds=0.05, schema_pause_seconds=0.01)) as caller,
    ):
        calc.become(described("Wait", "Echo"), OTHER)
        await calc.seen_looks(calc.looks + 2)
        await until(lambda: answered(caller, "echo"))


async def answered(caller, method):
    answer = await caller.call(method, {"name": "x"})
    assert "result" in answer or answer["error"]["code"] == -32601
    return answer.get("result")


async def test_asking_for_an_unknown_method_makes_the_bridge_look_at_once(serve, described, run_bridge, limits):
    async with serve("Wait") as calc, run_bridge(calc.target, limits=limits(schema_refresh_seconds=NEVER)) as caller:
        calc.become(described("Wait", "Echo"), OTHER)
        assert calc.looks == 1
        await until(lambda: answered(caller, "echo"))


async def test_a_method_that_is_gone_makes_the_bridge_look_at_once(serve, described, run_bridge, limits):
    async with serve("Echo") as calc, run_bridge(calc.target, limits=limits(schema_refresh_seconds=NEVER)) as caller:
        calc.become(described("Wait"), OTHER)
        assert (await caller.call("echo"))["error"]["data"]["details"] == []  # as the backend itself has answered
        await until(lambda: told_by_the_bridge(caller, "echo"))


async def told_by_the_bridge(caller, method):
    return (await caller.call(method))["error"]["data"]["details"]


async def test_many_unknown_methods_are_one_look(serve, run_bridge, limits):
    limit = limits(schema_refresh_seconds=NEVER, schema_pause_seconds=60)
    async with serve("Echo") as calc, run_bridge(calc.target, limits=limit) as caller:
        await asyncio.gather(*(caller.call("nothing") for _ in range(50)))
        assert calc.looks == 1, "the pause has not passed"


async def test_a_description_that_has_not_changed_keeps_its_schema(serve, described, run_bridge, limits):
    limit = limits(schema_refresh_seconds=0.01, schema_pause_seconds=0.01)
    async with serve("Echo") as calc, run_bridge(calc.target, limits=limit) as caller:
        before = schema_of(caller)
        await calc.seen_looks(4)
        assert schema_of(caller) is before
        calc.become(described("Wait"), OTHER)
        await until(lambda: asyncio.sleep(0, schema_of(caller) is not before))


async def test_a_call_ends_with_the_schema_it_began_with(serve, described, run_bridge, limits):
    limit = limits(schema_refresh_seconds=0.02, schema_pause_seconds=0.01)
    async with serve("Wait") as calc, run_bridge(calc.target, limits=limit) as caller:
        before = schema_of(caller)
        waiting = asyncio.create_task(caller.call("wait", {"name": "long"}))
        await calc.seen(1)
        calc.become(described("Wait", request="Secret"), OTHER)
        await until(lambda: asyncio.sleep(0, schema_of(caller) is not before))
        assert (await caller.call("health_check"))["result"]["status"] == "healthy"  # goes by the new one
        calc.let_go("long")
        assert (await waiting)["result"] == {"name": "long"}


async def test_a_look_that_fails_keeps_the_schema_and_health_says_so(serve, run_bridge, limits, caplog):
    caplog.set_level(logging.WARNING, "papermesh_bridge")
    limit = limits(schema_refresh_seconds=0.02, schema_pause_seconds=0.01, retry_seconds=0.05)
    async with serve("Echo") as calc, run_bridge(calc.target, limits=limit) as caller:
        calc.mute = True
        await calc.seen_looks(calc.looks + 4)
        health = await caller.http.get("/health")
        (entry,) = health.json()["backends"]
        assert health.status_code == 200
        assert entry["status"] == "healthy"
        assert entry["detail"].startswith("its methods are known as they were ")
        assert entry["detail"].endswith(" seconds ago: it did not describe itself: INTERNAL")
        assert await answered(caller, "echo")
        calc.mute = False
        await until(lambda: well(caller))
        assert caplog.text.count("it did not describe itself") == 1


async def well(caller):
    (entry,) = (await caller.http.get("/health")).json()["backends"]
    return "detail" not in entry


async def test_a_backend_that_comes_back_is_looked_at(serve, run_bridge, limits, free_port):
    target = f"127.0.0.1:{free_port}"
    limit = limits(schema_refresh_seconds=NEVER, schema_pause_seconds=0.01, retry_seconds=0.3)
    async with serve("Echo", target=target) as first, run_bridge(target, limits=limit) as caller:
        before = schema_of(caller)
        await first.server.stop(0)
        assert (await caller.http.get("/health")).status_code == 503
        assert schema_of(caller) is before, "the last good one stays"
        assert (await caller.call("echo"))["error"]["code"] == -32014
        async with serve("Echo", "Wait", target=target) as second:
            await second.seen_looks(1)
            await until(lambda: asyncio.sleep(0, schema_of(caller) is not before))
            await until(lambda: well(caller))
            assert second.looks == 1


async def test_a_backend_that_hangs_does_not_keep_others(serve_calc, serve, run_bridge, limits):
    limit = limits(startup_seconds=0.1, reflection_timeout_seconds=SECONDS)
    async with serve("Echo") as hanging, serve_calc() as calc:
        hanging.describing.clear()
        backends = (BackendConfig(hanging.target, "hanging"), BackendConfig(calc.target, "calc"))
        async with run_bridge(*backends, limits=limit) as caller:
            assert (await caller.call("sum", [1, 2]))["result"] == 3
            entries = (await caller.http.get("/health")).json()["backends"]
            assert [(entry["name"], entry["status"]) for entry in entries] == [
                ("hanging", "unhealthy"),
                ("calc", "healthy"),
            ]
            assert entries[0]["detail"] == "not reached yet"
            hanging.describing.set()


async def test_only_the_services_that_are_named_are_offered(serve_calc, describe_files, run_bridge):
    files = describe_files(
        {"Other": [("Echo", "Empty", "Empty", "")], "More": [("Ask", "Empty", "Empty", "")]}, "two.v1"
    )
    async with serve_calc(files=files, services=("two.v1.Other", "two.v1.More")) as calc:
        async with run_bridge(BackendConfig(calc.target, services=("two.v1.More",))) as caller:
            assert {method.rpc for method in schema_of(caller).methods} == {"two.v1.More/Ask"}
        async with run_bridge(BackendConfig(calc.target, services=("two.v1.Less",))) as caller:
            (entry,) = (await caller.http.get("/health")).json()["backends"]
            assert entry["detail"] == "its description cannot be used: it does not have two.v1.Less"


async def test_collisions_are_told_at_the_start_at_every_endpoint_and_again_only_when_they_change(
    serve, serve_calc, described, run_bridge, limits, caplog
):
    caplog.set_level(logging.WARNING, "papermesh_bridge")
    limit = limits(schema_refresh_seconds=0.02, schema_pause_seconds=0.01)
    calc_files = described("Sum")
    async with serve("Echo") as first, serve_calc(files=calc_files, services=(OTHER,)) as second:
        second.become(described("Echo"), OTHER)
        backends = (BackendConfig(first.target, "first"), BackendConfig(second.target, "second"))
        back = EndpointConfig("back", ("second", "first"))
        async with run_bridge(*backends, endpoints=(back,), methods=(), limits=limit) as caller:
            name = "'other.v1.Other/Echo' is other.v1.Other/Echo of"
            assert caplog.text.count(f"{name} first, not") == 1
            assert caplog.text.count(f"at /back/rpc, {name} second, not") == 1
            first.become(described("Echo", "Wait"), OTHER)
            second.become(described("Echo", "Wait"), OTHER)
            looks = first.looks + 2, second.looks + 2
            await first.seen_looks(looks[0])
            await second.seen_looks(looks[1])
            await until(lambda: found_in(caller, caplog, "'other.v1.Other/Wait'"))
            assert caplog.text.count(f"{name} first, not") == 1


async def found_in(caller, caplog, text):
    await caller.call("nothing")
    return text in caplog.text


def alive(kind):
    gc.collect()
    return sum(type(each) is kind for each in gc.get_objects())


def test_nothing_is_left_of_a_thousand_changes(describe_files):
    gc.collect()
    before = len(transcoder._pairs)
    files = describe_files(rpcs("Echo"), "other.v1")
    for _ in range(1000):
        schema = build_schema(files, [OTHER])
        kept = Transcoder(DEFAULT_POLICY, schema.pool)
        (echo,) = schema.methods
        assert kept.encode(kept.decode({"name": "x"}, echo.input), echo.output) == {"name": "x"}
    del schema, kept, echo
    gc.collect()
    assert len(transcoder._pairs) == before


async def test_nothing_is_left_of_what_a_backend_offered_before(serve, described, run_bridge, limits):
    others = alive(Schema)
    limit = limits(schema_refresh_seconds=0.01, schema_pause_seconds=0.01)
    async with serve("Echo") as calc, run_bridge(calc.target, limits=limit) as caller:
        (backend,) = caller.bridge._backends.values()
        for number in range(5):
            name = f"Echo{number}"
            setattr(calc, f"do_echo{number}", calc.do_echo)
            calc.become(described(name), OTHER)
            await until(lambda name=name: answered(caller, f"{OTHER}/{name}"))
        assert alive(Schema) == others + 1
        assert len(backend._calls) <= 3
