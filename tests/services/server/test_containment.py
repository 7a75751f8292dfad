"""What a worker cannot do, tried from inside one, as far as the system here can hold it."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
from pathlib import Path

import psutil
import pytest
from google.rpc import code_pb2

from papermesh_services.server.sandbox import Profile
from papermesh_services.server.workers import Interrupted, JobFailed, WorkerDied

SECONDS = 30.0
MIB = 1024 * 1024
REFUSED = {b"Operation not permitted", b"Permission denied"}


@pytest.fixture
async def pool(running, worker_settings):
    async with running(worker_settings) as made:
        yield made


@pytest.fixture
async def filtered(pool):
    if not pool.containment.seccomp:
        pytest.skip(f"no seccomp here: {pool.containment.missing}")
    return pool


@pytest.fixture
async def locked(pool):
    if not pool.containment.landlock_version:
        pytest.skip(f"no Landlock here: {pool.containment.missing}")
    return pool


@pytest.mark.parametrize("job", ["socket", "unix_socket", "fork", "mount"])
async def test_system_calls_that_reading_does_not_need_are_refused(filtered, job):
    assert await filtered.run(job, b"", SECONDS) == b"Operation not permitted"


async def test_a_worker_cannot_change_its_limits(filtered):
    assert await filtered.run("more_time", b"", SECONDS) == b"not allowed to raise maximum limit"


@pytest.mark.parametrize("job", ["run", "exec"])
async def test_no_program_can_be_run(filtered, job):
    assert await filtered.run(job, b"/bin/true", SECONDS) in REFUSED


async def test_calls_newer_than_the_table_do_not_exist(filtered):
    assert await filtered.run("newest_call", b"", SECONDS) == b"Function not implemented"


async def test_the_server_can_be_neither_killed_nor_traced(filtered):
    for job in ("kill_parent", "ptrace"):
        assert await filtered.run(job, str(os.getpid()).encode(), SECONDS) in REFUSED


async def test_threads_may_be_started(pool):
    assert await pool.run("thread", b"", SECONDS) == b"a thread ran"


@pytest.mark.parametrize(("job", "path"), [("read", "/etc/passwd"), ("list", "/"), ("list", "/etc"), ("read", "own")])
async def test_files_outside_the_libraries_cannot_be_read(locked, tmp_path, job, path):
    (tmp_path / "own").write_text("a secret")
    assert await locked.run(job, str(tmp_path / path).encode(), SECONDS) == b"Permission denied"


async def test_libraries_can_still_be_read(locked):
    assert await locked.run("read", os.__file__.encode(), SECONDS) == b"done"


@pytest.mark.parametrize("job", ["write", "mkdir", "unlink"])
async def test_nothing_can_be_written_made_or_removed(locked, tmp_path, job):
    (tmp_path / "kept").write_text("as it was")
    target = tmp_path / ("kept" if job == "unlink" else "new")
    assert await locked.run(job, str(target).encode(), SECONDS) in REFUSED
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept", "as it was")]


async def test_without_the_kernels_help_files_still_take_no_bytes(running, worker_settings, tmp_path):
    limited = dataclasses.replace(worker_settings, profile=Profile(1024 * MIB, "limits"))
    async with running(limited) as pool:
        assert (pool.containment.seccomp, pool.containment.landlock_version) == (False, 0)
        assert await pool.run("write", str(tmp_path / "new").encode(), SECONDS) == b"File too large"
        assert (tmp_path / "new").read_bytes() == b""


async def test_the_document_beside_a_job_can_be_read_and_not_changed(running, worker_settings, tmp_path):
    file = tmp_path / "document"
    file.write_bytes(b"as it was")
    descriptor = os.open(file, os.O_RDWR)
    async with running(worker_settings) as pool:
        await pool.run("classify", b"", SECONDS, descriptor)
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == 0
        assert os.fstat(descriptor).st_size == len(b"as it was")
    os.close(descriptor)


async def test_standard_streams_lead_nowhere(pool, capfd):
    assert await pool.run("stdout", b"a forged answer\n", SECONDS) == b"done"
    assert capfd.readouterr() == ("", "")


async def test_memory_has_an_end_and_the_worker_goes_on(pool):
    before = pool.pids
    with pytest.raises(JobFailed) as caught:
        await pool.run("allocate", str(1024 * MIB).encode(), SECONDS)
    assert caught.value.status.code == code_pb2.RESOURCE_EXHAUSTED
    assert await pool.run("allocate", str(256 * MIB).encode(), SECONDS) == (256 * MIB).to_bytes(8, "big")
    assert pool.pids == before


async def test_the_classifier_takes_less_than_half_of_its_memory_and_no_threads(running, worker_settings):
    async with running(dataclasses.replace(worker_settings, module="papermesh_services.classification.jobs")) as pool:
        (worker,) = map(psutil.Process, pool.pids)
        assert worker.num_threads() == 1
        assert worker.memory_info().vms < 512 * MIB


async def test_a_worker_that_has_grown_is_replaced(running, worker_settings):
    async with running(worker_settings, max_worker_resident_bytes=300 * MIB) as pool:
        (first,) = pool.pids
        await pool.run("grow", str(10 * MIB).encode(), SECONDS)
        assert pool.pids == [first]
        await pool.run("grow", str(300 * MIB).encode(), SECONDS)
        assert int(await pool.run("pid", b"", SECONDS)) != first
        assert not psutil.pid_exists(first)


async def test_a_worker_that_has_done_its_share_is_replaced(running, worker_settings):
    async with running(worker_settings, max_jobs_per_worker=3) as pool:
        pids = [await pool.run("pid", b"", SECONDS) for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


async def test_a_job_that_takes_too_much_of_the_processor_is_ended(running, worker_settings):
    async with running(worker_settings, max_cpu_seconds=0.5) as pool:
        (pid,) = pool.pids
        with pytest.raises(Interrupted) as caught:
            await pool.run("spin", b"", SECONDS)
        assert caught.value.reason == "PROCESSING_TIMEOUT"
        assert "processor's time" in caught.value.message
        assert not psutil.pid_exists(pid)
        assert await pool.run("echo", b"next", SECONDS) == b"next"


async def test_processor_time_is_counted_for_each_job_anew(running, worker_settings):
    async with running(worker_settings, max_cpu_seconds=1.0) as pool:
        before = pool.pids
        for _ in range(40):
            await pool.run("allocate", str(128 * MIB).encode(), SECONDS)
        assert pool.pids == before


@pytest.mark.parametrize("job", ["null_read", "abort"])
async def test_a_crash_is_told_with_its_signal_in_the_log(pool, job, caplog):
    with pytest.raises(Interrupted) as caught:
        await pool.run(job, b"", SECONDS)
    assert caught.value.reason == "WORKER_CRASHED"
    assert any(signal.Signals(number).name in caplog.text for number in (signal.SIGSEGV, signal.SIGABRT))
    assert await pool.run("echo", b"next", SECONDS) == b"next"


@pytest.mark.parametrize("job", ["junk", "no_status", "status_ok", "huge_frame", "negative_frame"])
async def test_an_answer_that_is_none_ends_the_worker_and_nothing_else(pool, job, caplog):
    (pid,) = pool.pids
    async with asyncio.timeout(SECONDS):
        with pytest.raises(Interrupted) as caught:
            await pool.run(job, b"", SECONDS)
    assert caught.value.reason == "WORKER_CRASHED"
    assert "answered with" in caplog.text
    assert not psutil.pid_exists(pid)
    assert await pool.run("echo", b"next", SECONDS) == b"next"


async def test_half_an_answer_is_waited_for_until_the_deadline_only(pool):
    with pytest.raises(Interrupted) as caught:
        await pool.run("no_frame", b"", 0.5)
    assert caught.value.reason == "PROCESSING_TIMEOUT"


async def test_an_answer_over_its_limit_is_an_error_and_the_worker_goes_on(running, worker_settings):
    async with running(dataclasses.replace(worker_settings, max_answer_bytes=1000)) as pool:
        before = pool.pids
        with pytest.raises(JobFailed, match="larger than a worker may give"):
            await pool.run("large_answer", b"1000", SECONDS)
        assert await pool.run("large_answer", b"999", SECONDS) == bytes(999)
        assert pool.pids == before


async def test_lines_for_the_log_are_counted_and_cannot_steer_a_terminal(pool, caplog):
    await pool.run("log", b"\x1b[2Jhello" + b"x" * 10_000, SECONDS)
    lines = [record.getMessage() for record in caplog.records if "hello" in record.getMessage()]
    assert len(lines) == 20
    assert all("\x1b" not in line and len(line) < 5_000 for line in lines)


@pytest.fixture
def old_kernel(worker_settings, filter_possible):
    """Settings of workers on a system that has no Landlock."""
    return dataclasses.replace(worker_settings, module=f"{worker_settings.module}_old_kernel")


@pytest.fixture
async def filter_possible(pool):
    if not pool.containment.seccomp:
        pytest.skip(f"no seccomp here: {pool.containment.missing}")


async def test_what_the_system_lacks_is_said_and_the_rest_holds(running, old_kernel, caplog):
    async with running(old_kernel) as pool:
        assert pool.containment.missing == ("Landlock: Function not implemented",)
        assert (pool.containment.seccomp, pool.containment.landlock_version) == (True, 0)
        assert "less contained than they could be: Landlock: Function not implemented" in caplog.text
        assert await pool.run("socket", b"", SECONDS) == b"Operation not permitted"


async def test_containment_that_is_required_and_missing_stops_the_start(running, old_kernel):
    required = dataclasses.replace(old_kernel, profile=Profile(1024 * MIB, "required"))
    with pytest.raises(WorkerDied, match="lacks a part of it: Landlock"):
        async with running(required):
            pass


async def test_programs_are_not_run_where_nothing_can_hold_them(running, old_kernel):
    profile = Profile(1024 * MIB, programs=(Path("/bin/true"),))
    async with running(dataclasses.replace(old_kernel, profile=profile)) as pool:
        assert any("programs" in each for each in pool.containment.missing)
        assert await pool.run("run", b"/bin/true", SECONDS) == b"Operation not permitted"


async def test_a_program_of_the_profile_can_be_run_and_no_other(running, worker_settings, locked):
    profile = Profile(1024 * MIB, programs=(Path("/bin/true"),))
    async with running(dataclasses.replace(worker_settings, profile=profile)) as pool:
        if pool.containment.missing:
            pytest.skip(f"this system cannot hold programs in: {pool.containment.missing}")
        assert await pool.run("run", b"/bin/true", SECONDS) == b"done"
        assert await pool.run("run", b"/bin/ls", SECONDS) == b"Permission denied"
        assert await pool.run("kill_parent", str(os.getpid()).encode(), SECONDS) in REFUSED
        assert await pool.run("socket", b"", SECONDS) == b"Operation not permitted"
