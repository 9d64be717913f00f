"""Several repositories at once: all that can be loaded arrive."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context

import pandas as pd
import pytest

from commitlens import progress, streams
from commitlens.errors import InputError, RepositoryError
from commitlens.history import load_history
from commitlens.identities import merge_identities
from commitlens.many import load_many
from commitlens.opening import open_repository
from commitlens.testing import RepositoryBuilder


@pytest.fixture
def paths(tmp_path):
    """Three repositories of some commits, the second of them empty."""
    paths = []
    for name in ("z", "empty", "a"):
        builder = RepositoryBuilder(tmp_path / name)
        for step in range(3 if name != "empty" else 0):
            builder.commit(f"{name} {step}", {name: f"{step}\n"})
        paths.append(builder.path)
    return paths


#: What loads can run in: our threads, one's own, processes.
EXECUTORS = {
    "default": lambda: None,
    "threads": lambda: ThreadPoolExecutor(1),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_what_can_be_loaded_arrives_in_the_order_asked(paths, tmp_path, kind):
    """Whoever runs the loads, one failure is reported and the rest are whole."""
    executor = EXECUTORS[kind]()

    histories, errors = load_many(
        [*paths, "no such place", paths[0]], executor=executor, data=tmp_path / "data"
    )

    assert list(histories) == [str(paths[0]), str(paths[2])]
    assert list(errors) == [str(paths[1]), "no such place"]
    assert isinstance(errors[str(paths[1])], RepositoryError)
    assert "has no commit to read" in str(errors[str(paths[1])])
    for path in (paths[0], paths[2]):
        alone = load_history(path, data=tmp_path / "alone")
        together = histories[str(path)]
        pd.testing.assert_frame_equal(together.commits, alone.commits)
        pd.testing.assert_frame_equal(together.files, alone.files)
        assert together.repositories == alone.repositories
    if executor is not None:
        assert executor.submit(len, "open").result() == 4
        executor.shutdown()


def test_options_are_those_of_load_history(paths, tmp_path):
    """A range goes to each load; an unknown option is a mistake of the caller."""
    histories, _ = load_many([paths[0]], since="2030-01-01", data=tmp_path / "data")
    assert histories[str(paths[0])].commits.empty

    with pytest.raises(TypeError, match="sinse"):
        load_many([paths[0]], sinse="2030-01-01")


@pytest.mark.parametrize("one", ["owner/name", os.fspath])
def test_one_name_is_not_several(paths, one):
    """The letters of a name are no repositories."""
    with pytest.raises(InputError, match="must be several"):
        load_many(one if isinstance(one, str) else paths[0])


def test_none_is_nothing():
    """No repositories give no histories and no errors."""
    assert load_many([]) == ({}, {})


def test_a_history_can_be_sent_to_another_process(paths, tmp_path):
    """Pickled and back, frames, lead and repositories are the same."""
    history = merge_identities(
        load_history(paths[0], since="2026-01-05T09:01:00Z", data=tmp_path / "data")
    )

    back = pickle.loads(pickle.dumps(history))

    pd.testing.assert_frame_equal(back.commits, history.commits)
    pd.testing.assert_frame_equal(back.lead.files, history.lead.files)
    assert back.repositories["z"].tip() == history.repositories["z"].tip()


def test_a_process_that_dies_is_reported(paths, tmp_path):
    """A worker that the system kills is an error of its repositories."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        executor.submit(os._exit, 1)

        histories, errors = load_many(
            [paths[0]], executor=executor, data=tmp_path / "data"
        )

    assert histories == {}
    assert "the process that read it ended" in str(errors[str(paths[0])])


def test_a_thread_is_stopped_at_its_next_step():
    """Only what was started with the event is ended by it."""
    stop = threading.Event()
    with progress.stopping(stop), progress.bar("work", 3, show=False) as bar:
        bar.update()
        stop.set()
        with pytest.raises(progress.Stopped):
            bar.update()

    with progress.bar("other work", 3, show=False) as bar:
        bar.update()


def test_ctrl_c_ends_the_loads_and_keeps_the_stores_right(tmp_path):
    """An interrupted run ends soon, and the next one reads what git says."""
    builder = RepositoryBuilder(tmp_path / "demo")
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@b> {1767225600 + n} +0000\n"
        f"data 1\nx\nM 100644 inline f{n % 50}\ndata 6\n{n:06}\n\n"
        for n in range(20_000)
    )
    builder.git("fast-import", "--quiet", stdin=stream.encode())
    code = (
        "import sys\n"
        "from commitlens import loader\n"
        "from commitlens.many import load_many\n"
        "loader.SEGMENT = 250  # much is left to read when the first is stored\n"
        "print('ready', flush=True)\n"
        "load_many(sys.argv[2:], data=sys.argv[1])\n"
        "print('done', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "data"), str(builder.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # Whoever runs the tests in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout.readline() == b"ready\n"
    locks = tmp_path / "data" / "history"
    while not list(locks.rglob("*.parquet")):  # in the midst of it
        assert process.poll() is None
        time.sleep(0.01)
    # As a terminal does: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert out == b""
    assert b"KeyboardInterrupt" in err
    history = load_history(builder.path, data=tmp_path / "data")
    assert len(history.commits) == 20_000
    assert history.commits["insertions"].sum() == 20_000
    assert history.warnings == ()


def test_a_bar_in_a_notebook_goes_as_it_came(monkeypatch, capsys):
    """It is an output that is written anew; standard error would stay, in red."""
    from types import SimpleNamespace

    shown = []
    line = SimpleNamespace(update=lambda data, *, raw: shown.append(data))

    def display(data, *, raw, display_id):
        shown.append(data)
        return line

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=1))

    with progress.bar("work", 3, show=True) as bar:
        bar.update(3)

    assert "work" in shown[0]["text/plain"]
    assert shown[-1] == {"text/html": ""}
    assert capsys.readouterr().err == ""


def test_readings_side_by_side_share_the_processors(tmp_path, monkeypatch):
    """Git works in two processes where it is alone, and in one beside others."""
    builder = RepositoryBuilder(tmp_path / "some")
    sha = builder.commit("one", {"a": "1\n"})
    repository, _ = open_repository(builder.path, tmp_path / "data")
    started = []

    class Counted(streams.Process):
        def __init__(self, *args, **options):
            started.append(args)
            super().__init__(*args, **options)

    monkeypatch.setattr(streams, "Process", Counted)
    monkeypatch.setattr(streams, "WORKERS", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    groups = [(sha,)] * 200

    with closing(repository.changes(groups)) as first:
        start = [next(first)]
        beside = list(repository.changes(groups))
        answers = start + list(first)
    both = len(started)
    alone = list(repository.changes(groups))

    assert (both, len(started)) == (3, 5)
    assert answers == beside == alone
