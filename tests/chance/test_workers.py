"""Work shared by processes and by a cluster: a real scheduler and two workers, each a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from joblib import delayed

from trends import __version__
from trends.chance import workers
from trends.chance.workers import connected, shared
from trends.claims.assess import assess_all
from trends.claims.study import read_study
from trends.errors import InputError
from trends.reports.tables import verdicts_json

distributed = pytest.importorskip("distributed")
# What the workers load is what is tested, whichever is installed.
ROOT = Path(__file__).parents[2]
LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
CLAIM = """id = "{id}"
says = "It was so."
document = "paper"
speaker = "A. Author"
said_on = "2020-06"
written = "2020-06-30"
[counts]
provinces = ["{place}"]
[event]
name = "drawdown"
window = ["2019-12", "2020-03"]
[asserts]
{link}
"""
LINKS = (
    'recorded = { share_of = ["Anbar"], at_least = 0.5 }',
    'realised = { span = "2020", against = "2018", direction = "rise" }',
    "timing = true",
)
STUDY = """title = "A small study"
country = "IQ"
first = "2018-01"
last = "2020-12"
source = "events"
[documents]
paper = "A. Author, 2020, A paper"
[sources.events]
title = "Event file"
counts = "counts.csv"
measure = "attacks"
actor = "IS"
rule = "file"
citation = "Event file, 2021"
"""


class Cluster:
    """A scheduler and two workers of one thread on loopback, ended by their process ids."""

    def __init__(self, folder):
        self.folder, self.running = folder, []
        told = folder / "scheduler.json"
        self.start("dask_scheduler", "--port", "0", "--scheduler-file", str(told))
        self.address = json.loads(self.until(lambda: told.is_file() and told.read_text()))["address"]

    def start(self, program, *options):
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.{program}",
            *options,
            "--host",
            "127.0.0.1",
            "--no-dashboard",
        ]
        with open(self.folder / f"{program}-{len(self.running)}.log", "w") as log:
            one = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
            self.running.append(subprocess.Popen(command, cwd=self.folder, env=one, stdout=log, stderr=log))

    def add_workers(self, number):
        for _ in range(number):
            # Without a nanny a worker is one process, so that its id is all there is to end.
            self.start("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--local-directory", ".")
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=30)

    def until(self, found):
        for _ in range(600):
            if seen := found():
                return seen
            time.sleep(0.05)
        raise TimeoutError(sorted((file.name, file.read_text()) for file in self.folder.glob("*.log")))

    def end(self):
        """End what was started, whether it wants to or not."""
        for process in reversed(self.running):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.add_workers(2)
        yield cluster
    finally:
        cluster.end()
    assert all(process.poll() is not None for process in cluster.running)


@pytest.fixture
def study(tmp_path):
    lines = ["period,province,count,exposure,source,unit"]
    for month in range(36):
        label = f"{2018 + month // 12}-{month % 12 + 1:02d}"
        lines += [f"{label},{place},{(7 * month + 3 * k) % 11 + k},1,file,events" for k, place in enumerate(PLACES)]
    (tmp_path / "counts.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "study.toml").write_text(STUDY)
    event = "event,first,last,precision,category,province,what,number,unit,seen,source,url,note\n"
    (tmp_path / "events.csv").write_text(event + "drawdown,2019-12-30,,day,troops,,handed over,,,true,,,\n")
    (tmp_path / "claims").mkdir()
    for k, place in enumerate(PLACES):
        claim = CLAIM.format(id=f"claim-{k}", place=place, link=LINKS[k])
        (tmp_path / "claims" / f"claim-{k}.toml").write_text(claim)
    return read_study(tmp_path)


PLACES = ("Anbar", "Diyala", "Kirkuk")


def test_nothing_to_do_asks_nobody():
    assert list(shared([], tasks=0, cluster="tcp://127.0.0.1:1")) == []


@pytest.mark.parametrize(("jobs", "tasks", "started"), [(None, 3, 3), (None, 9, 5), (2, 3, 2), (7, 3, 3), (1, 1, 1)])
def test_no_more_processes_are_started_than_there_are_tasks_and_by_default_one_a_core(
    jobs, tasks, started, monkeypatch
):
    asked = []

    def parallel(n_jobs, return_as):
        asked.append((n_jobs, return_as))
        return iter

    monkeypatch.setattr(workers, "cpu_count", lambda: 5)
    monkeypatch.setattr(workers, "Parallel", parallel)
    assert list(shared(range(tasks), tasks=tasks, jobs=jobs)) == list(range(tasks))
    assert asked == [(started, "generator")]


class Answering:
    """A client of a cluster that answers as it is told to, and keeps what it was asked."""

    def __init__(self, monkeypatch, versions=None, waits=None):
        self.versions, self.waits, self.asked, self.closed = versions, waits, [], False
        monkeypatch.setattr(distributed, "Client", self)
        monkeypatch.setattr(workers, "_call", self.call)

    def __call__(self, address, **given):
        self.asked.append((address, given))
        return self

    async def call(self, connect, address):
        self.asked.append(address)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.closed = True

    def wait_for_workers(self, number, timeout):
        self.asked.append((number, timeout))
        if self.waits:
            raise self.waits

    def run(self, function, name):
        assert function(name) == __version__
        if isinstance(self.versions, Exception):
            raise self.versions
        return dict(enumerate(self.versions))


@pytest.mark.parametrize(
    ("versions", "waits", "said"),
    [
        (
            (__version__, "0.3", "0.2", "0.3"),
            None,
            f"found workers with trends 0.2, 0.3; allowed: trends {__version__} on every worker; install the same "
            "version in the workers' environment.",
        ),
        *(
            (
                error,
                None,
                f"found workers without the package trends; allowed: trends {__version__} on every worker; install the "
                "same version in the workers' environment.",
            )
            for error in (ImportError("no"), AttributeError("no"))
        ),
        (
            (),
            TimeoutError(),
            "found a scheduler without workers; allowed: one worker or more; start some with dask worker and the same "
            "address.",
        ),
    ],
)
def test_a_cluster_that_would_answer_otherwise_is_refused_and_its_client_closed(versions, waits, said, monkeypatch):
    client = Answering(monkeypatch, versions, waits)
    with pytest.raises(InputError) as refused, connected("tcp://somewhere:1"):
        pass
    assert str(refused.value) == f"use the Dask cluster at tcp://somewhere:1: {said}" and client.closed


def test_a_cluster_that_answers_alike_is_asked_for_ten_seconds_and_is_nobodys_default(monkeypatch):
    client = Answering(monkeypatch, [__version__] * 2)
    with connected("tcp://somewhere:1") as found:
        assert found is client and not client.closed
    address = "tcp://somewhere:1"
    assert client.asked == [address, (address, {"timeout": 10, "set_as_default": False}), (1, 10)] and client.closed


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as refused:
        list(shared([delayed(abs)(1)], tasks=1, cluster="tcp://127.0.0.1:1"))
    assert str(refused.value) == (
        "use the Dask cluster at tcp://127.0.0.1:1: found no package distributed; allowed: it and a running cluster; "
        "install it with pip install 'trends[cluster]', or leave the cluster out."
    )


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("nonsense", "nobody who answers (missing port number in address 'nonsense')"),
        ("moon://127.0.0.1:1", "nobody who answers (unknown address scheme 'moon'"),
        ("tcp://127.0.0.1:1", "nobody who answers ("),
    ],
)
def test_a_bad_address_is_one_sentence(address, found, monkeypatch):
    monkeypatch.setattr(workers, "_SECONDS", 1)
    with pytest.raises(InputError) as refused:
        list(shared([delayed(abs)(1)], tasks=1, cluster=address))
    assert str(refused.value).startswith(f"use the Dask cluster at {address}: found {found}")
    assert str(refused.value).endswith(
        "; allowed: the address of a running Dask scheduler, such as tcp://127.0.0.1:8786; start one with dask "
        "scheduler, or correct the address."
    )


def test_a_server_that_is_no_scheduler_does_not_hang(monkeypatch):
    monkeypatch.setattr(workers, "_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(InputError, match=r"nobody who answers \(TimeoutError\); allowed"):
            list(shared([delayed(abs)(1)], tasks=1, cluster=address))


def test_verdicts_are_the_same_by_one_process_by_two_and_by_a_cluster(cluster, study):
    told = []
    alone, pair = assess_all(study, jobs=1), assess_all(study, jobs=2)
    spread = assess_all(study, cluster=cluster.address, progress=lambda *step: told.append(step))
    assert verdicts_json(alone) == verdicts_json(pair) == verdicts_json(spread)
    assert told == [(k + 1, 3, f"claim-{k}") for k in range(3)]


def test_results_come_in_their_order_from_both_workers(cluster):
    program = "(__import__('time').sleep({0}), {0}, __import__('os').getpid())"
    waits = [0.2, 0.0, 0.1, 0.0, 0.05, 0.15]
    calls = (delayed(eval)(program.format(wait)) for wait in waits)
    seen = list(shared(calls, tasks=len(waits), cluster=cluster.address))
    assert [wait for _, wait, _ in seen] == waits
    assert {process for _, _, process in seen} == {process.pid for process in cluster.running[1:]}


def test_a_cluster_that_goes_away_ends_the_work_with_a_sentence(tmp_path):
    short = Cluster(tmp_path)
    try:
        short.add_workers(1)
        results = shared((delayed(time.sleep)(wait) for wait in (0, 60)), tasks=2, cluster=short.address)
        next(results)
        for process in short.running:
            process.kill()
        with pytest.raises(InputError, match=r"found a cluster that lost a task .* allowed: workers and a scheduler"):
            next(results)
    finally:
        short.end()


def test_no_dashboard_is_served(cluster):
    with distributed.Client(cluster.address, set_as_default=False) as client:
        info = client.scheduler_info()
    ports = [each["services"]["dashboard"] for each in (info, *info["workers"].values())]
    for port in ports:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=10)
        refused.value.close()
        assert refused.value.code == 404


def test_a_fault_in_a_task_comes_home_and_the_client_is_closed(cluster):
    with pytest.raises(ValueError, match="invalid literal for int"):
        list(shared((delayed(int)(text) for text in ("1", "x")), tasks=2, cluster=cluster.address))
    assert list(shared([delayed(abs)(-1)], tasks=1, cluster=cluster.address)) == [1]


def test_two_calls_that_are_alike_are_two_calls(cluster):
    calls = [delayed(eval)("__import__('os').urandom(8)")] * 2
    assert len(set(shared(calls, tasks=2, cluster=cluster.address))) == 2


def test_workers_with_another_version_are_refused(cluster, monkeypatch):
    monkeypatch.setattr("trends.__version__", "9.9")
    with pytest.raises(InputError) as refused, connected(cluster.address):
        pass
    assert str(refused.value) == (
        f"use the Dask cluster at {cluster.address}: found workers with trends {__version__}; allowed: trends "
        "9.9 on every worker; install the same version in the workers' environment."
    )


def test_a_scheduler_without_workers_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "_SECONDS", 1)
    alone = Cluster(tmp_path)
    try:
        with pytest.raises(InputError, match="found a scheduler without workers; allowed: one worker or more"):
            list(shared([delayed(abs)(1)], tasks=1, cluster=alone.address))
    finally:
        alone.end()
