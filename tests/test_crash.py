"""A process that is killed at any moment leaves a store that the next continues."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pandas as pd
import pytest

from commitlens import loader
from commitlens.history import load_history
from commitlens.store import Store
from commitlens.testing import RepositoryBuilder

# Small segments and fragments, so that a kill falls between writes as well.
CODE = """
import sys
from commitlens import history, loader, store
loader.SEGMENT, store.SMALL, store.GROUP = 16, 48, 8
print("ready", flush=True)
history.load_history(sys.argv[1], data=sys.argv[2])
print("done", flush=True)
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A repository with 400 commits and some merges."""
    builder = RepositoryBuilder(tmp_path_factory.mktemp("crash") / "demo")
    lines = []
    for n in range(400):
        lines.append(
            f"commit refs/heads/main\nmark :{n + 1}\n"
            f"committer Ada <ada@example.org> {1767225600 + n * 60} +0000\n"
            f"data 3\nabc\n" + (f"from :{n}\n" if n else "")
        )
        if n % 10 == 9:
            lines.append(f"merge :{n - 4}\n")
        lines.append(f"M 100644 inline f{n % 7}\ndata 4\n{n:4}\n")
    builder.git("fast-import", "--quiet", stdin="".join(lines).encode())
    return builder.path


def move(repository, sha):
    """Let the branch be at a commit."""
    subprocess.run(
        ["git", "-C", repository, "update-ref", "refs/heads/main", sha], check=True
    )


def test_killed_loads_are_continued(repository, tmp_path):
    """After each of many kills the next load is complete and exact."""
    expected = load_history(repository, data=tmp_path / "whole")
    chance = random.Random(7)
    data = tmp_path / "data"
    kills = 0
    shas = expected.commits["sha"].tolist()
    for _ in range(50):
        # Forward, back and sideways: loads, refreshes and what rewrites undo.
        move(repository, chance.choice(shas[20:]))
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(repository), str(data)],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.4))
        process.kill()
        kills += b"done" not in process.stdout.read()
        process.wait()
        process.stdout.close()

    move(repository, shas[-1])
    found = load_history(repository, data=data)

    assert kills
    pd.testing.assert_frame_equal(found.commits, expected.commits)
    pd.testing.assert_frame_equal(found.files, expected.files)
    left = {p.name.partition(".")[0] for p in data.rglob("*.parquet")}
    named = {
        fragment.name
        for fragment in Store(next(data.rglob("manifest.json")).parent)
        .manifest()
        .fragments
    }
    assert named <= left


def test_a_cancelled_load_keeps_what_it_read(repository, tmp_path, monkeypatch):
    """An interrupt half-way leaves a store that the next load continues."""
    monkeypatch.setattr(loader, "SEGMENT", 50)
    seen = []
    real = loader._read

    def interrupted(*args):
        if len(seen) == 3:
            raise KeyboardInterrupt
        seen.append(1)
        return real(*args)

    monkeypatch.setattr(loader, "_read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load_history(repository, data=tmp_path / "data")
    monkeypatch.setattr(loader, "_read", real)
    read = []
    monkeypatch.setattr(
        loader,
        "_read",
        lambda *args: read.append(args[1]) or real(*args),
    )

    history = load_history(repository, data=tmp_path / "data")

    assert len(history.commits) == 400
    assert 200 <= sum(len(b) for s in read for _, b in s) <= 250


def test_two_readers_and_a_writer_at_once(repository, tmp_path):
    """Processes that load the same store together all get all of it."""
    code = CODE.replace(
        'print("done", flush=True)', "print(len(history.load_history(sys.argv[1], "
        "data=sys.argv[2]).commits))"
    )  # fmt: skip
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(repository), str(tmp_path / "data")],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    outputs = [process.communicate()[0].split() for process in processes]

    assert outputs == [["ready", "400"]] * 3
