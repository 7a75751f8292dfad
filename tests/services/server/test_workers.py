"""The pool of worker processes: what it answers, what it survives, what it leaves behind."""

from __future__ import annotations

import asyncio
import dataclasses
import gc

import psutil
import pytest
from google.rpc import code_pb2

from papermesh_services.server.errors import ServiceError
from papermesh_services.server.process import Worker
from papermesh_services.server.workers import JobFailed, PoolSettings, WorkerDied, WorkerPool

SECONDS = 30.0


async def until(condition):
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_job_gets_its_answer_and_the_worker_is_kept(running, worker_settings):
    async with running(worker_settings) as pool:
        assert await pool.run("echo", b"x" * 1_000_000, SECONDS) == b"x" * 1_000_000
        assert await pool.run("echo", b"", SECONDS) == b""
        assert await pool.run("pid", b"", SECONDS) == await pool.run("pid", b"", SECONDS)


async def test_jobs_run_in_as_many_processes_as_allowed(running, worker_settings):
    async with running(worker_settings, size=3) as pool:
        pids = await asyncio.gather(*(pool.run("pid", b"", SECONDS) for _ in range(30)))
        assert 1 <= len(set(pids)) <= 3
        assert len(pool.pids) <= 3


@pytest.mark.parametrize(
    ("job", "code", "words"),
    [
        ("refuse", code_pb2.INVALID_ARGUMENT, "No such thing."),
        ("no such job", code_pb2.INTERNAL, "The server failed on this request; its log says why."),
        ("hog", code_pb2.RESOURCE_EXHAUSTED, "Reading the document needs more memory than a worker may use."),
    ],
)
async def test_a_job_that_fails_tells_why_and_the_worker_goes_on(running, worker_settings, job, code, words):
    async with running(worker_settings) as pool:
        before = pool.pids
        with pytest.raises(JobFailed) as caught:
            await pool.run(job, b"", SECONDS)
        assert caught.value.status.code == code
        assert caught.value.status.message.startswith(words)
        assert "secret" not in str(caught.value.status)
        assert await pool.run("echo", b"still here", SECONDS) == b"still here"
        assert pool.pids == before


async def test_a_job_over_its_deadline_is_ended_and_the_worker_replaced(running, worker_settings):
    async with running(worker_settings, max_processing_seconds=7.5) as pool:
        (pid,) = pool.pids
        with pytest.raises(ServiceError) as caught:
            await pool.run("stuck", b"", 0.5)
        assert caught.value.reason == "PROCESSING_TIMEOUT"
        assert "the caller's deadline, and no longer than the server's max_processing_seconds (7.5 s)" in str(
            caught.value
        )
        assert not psutil.pid_exists(pid)
        assert await pool.run("echo", b"next", SECONDS) == b"next"


async def test_waiting_for_a_worker_counts_towards_the_deadline(running, worker_settings, caplog):
    async with running(worker_settings) as pool:
        first = asyncio.create_task(pool.run("stuck", b"", SECONDS))
        await until(lambda: "stuck now" in caplog.text)
        with pytest.raises(ServiceError, match="waited for a free worker"):
            await pool.run("echo", b"", 0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await pool.run("echo", b"free again", SECONDS) == b"free again"


async def test_a_caller_who_goes_away_stops_the_work(running, worker_settings, caplog):
    async with running(worker_settings) as pool:
        (pid,) = pool.pids
        call = asyncio.create_task(pool.run("stuck", b"", SECONDS))
        await until(lambda: "stuck now" in caplog.text)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await until(lambda: not psutil.pid_exists(pid))


async def test_a_worker_that_dies_once_costs_nothing(running, worker_settings):
    async with running(worker_settings) as pool:
        assert await pool.run("crash_in", str(*pool.pids).encode(), SECONDS) == b"survived"


async def test_a_job_that_kills_every_worker_is_given_up_and_others_go_on(running, worker_settings):
    async with running(worker_settings, size=2) as pool:
        outcomes = await asyncio.gather(
            pool.run("crash", b"", SECONDS), pool.run("echo", b"fine", SECONDS), return_exceptions=True
        )
        assert isinstance(outcomes[0], ServiceError)
        assert outcomes[0].reason == "WORKER_CRASHED"
        assert outcomes[1] == b"fine"


async def test_a_worker_killed_while_idle_is_replaced_unnoticed(running, worker_settings):
    async with running(worker_settings) as pool:
        (pid,) = pool.pids
        psutil.Process(pid).kill()
        assert await pool.run("echo", b"hello", SECONDS) == b"hello"
        assert pool.pids != [pid]


async def test_stopping_ends_every_process_even_a_busy_one(running, worker_settings, caplog):
    async with running(worker_settings) as pool:
        (pid,) = pool.pids
        call = asyncio.create_task(pool.run("stuck", b"", SECONDS))
        await until(lambda: "stuck now" in caplog.text)
    with pytest.raises(ServiceError):
        await call
    assert not psutil.pid_exists(pid)


async def test_a_stopped_pool_takes_no_jobs_and_leaves_no_process(running, worker_settings):
    async with running(worker_settings, size=2) as pool:
        jobs = [asyncio.create_task(pool.run("pid", b"", SECONDS)) for _ in range(200)]
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {bytes, ServiceError}
    assert pool.pids == []
    with pytest.raises(ServiceError) as caught:
        await pool.run("pid", b"", SECONDS)
    assert caught.value.reason == "SERVER_DRAINING"


async def test_a_worker_that_cannot_start_says_so(worker_settings):
    broken = dataclasses.replace(worker_settings, module=f"{worker_settings.module}_broken")
    pool = WorkerPool(broken, PoolSettings())
    with pytest.raises(WorkerDied, match="standard error says why"):
        await pool.start()
    await pool.stop()


async def test_a_caller_who_goes_away_while_its_job_is_ended_loses_no_worker(running, worker_settings, monkeypatch):
    loop, told, kill = asyncio.get_running_loop(), [], Worker.kill
    loop.set_exception_handler(lambda _, context: told.append(context))

    def kill_and_cancel(worker):
        kill(worker)
        job.cancel()

    async with running(worker_settings) as pool:
        (pid,) = pool.pids
        monkeypatch.setattr(Worker, "kill", kill_and_cancel)
        job = asyncio.create_task(pool.run("stuck", b"", 0.1))
        await asyncio.wait({job}, timeout=SECONDS)
        monkeypatch.undo()
        assert job.cancelled()
        await until(lambda: pid not in pool.pids)
        assert await pool.run("echo", b"still here", SECONDS) == b"still here"
        assert len(pool.pids) == 1
    gc.collect()
    assert told == []


async def test_a_caller_who_goes_away_while_a_worker_starts_leaves_it_for_the_next(
    running, worker_settings, monkeypatch
):
    loop, start, started = asyncio.get_running_loop(), Worker.start, []

    def cancel_and_start(settings):
        loop.call_soon_threadsafe(job.cancel)
        started.append(start(settings))
        return started[0]

    async with running(worker_settings) as pool:
        psutil.Process(*pool.pids).kill()
        monkeypatch.setattr(Worker, "start", cancel_and_start)
        job = asyncio.create_task(pool.run("echo", b"", SECONDS))
        await asyncio.wait({job}, timeout=SECONDS)
        monkeypatch.undo()
        assert job.cancelled()
        pid = await pool.run("pid", b"", SECONDS)
        assert [pid] == [str(worker.process.pid).encode() for worker in started]
