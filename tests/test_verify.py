"""Verify and rebuild: the store against git, and git in the store's place."""

from __future__ import annotations

import json
import random
import shutil
import stat
import subprocess
import sys
import time

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commitlens import history, partial, store, upkeep
from commitlens.cli import main
from commitlens.errors import CommitlensError, RepositoryError
from commitlens.testing import RepositoryBuilder


@pytest.fixture
def data(tmp_path):
    """A data folder of the test's own."""
    return tmp_path / "data"


@pytest.fixture
def builder(tmp_path, data):
    """A repository with a merge, a rename and a binary file, loaded."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("one", {"a": "1\n2\n", "old": "x\n" * 20})
    builder.branch("topic")
    builder.commit("topic", {"b.bin": b"\0\1"})
    builder.checkout("main")
    (builder.path / "old").rename(builder.path / "new")
    builder.commit("move")
    builder.merge("topic")
    history.load_history(builder.path, data=data)
    return builder


def fragments(data):
    """Return the names of all stored fragments."""
    return sorted(str(path.relative_to(data)) for path in data.rglob("*.parquet"))


def rewrite(data, kind, change):
    """Change one stored table behind the store's back."""
    (path,) = data.rglob(f"*.{kind}.parquet")
    with pq.ParquetFile(path) as file:
        groups = [file.read_row_group(n) for n in range(file.num_row_groups)]
    schema = groups[0].schema
    frame = change(pa.concat_tables(groups).to_pandas())
    pq.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False), path)


def test_a_store_that_says_what_git_says_is_exact(builder, data):
    """Loaded at once or step by step, with lines or names: no problem."""
    before = fragments(data)
    assert upkeep.verify(builder.path, data=data) == []

    builder.commit("more", {"a": "3\n"})
    assert upkeep.verify(builder.path, data=data) == []  # up to what is stored
    history.load_history(builder.path, data=data, lines=False)
    history.refresh(builder.path, data=data)
    assert upkeep.verify(builder.path, data=data) == []
    assert len(fragments(data)) == 2 * len(before)
    assert not list(data.rglob("anew"))


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (
            "commits",
            lambda frame: frame.assign(insertions=frame["insertions"] + 1),
            ["insertions differs in 4 rows", "23 is stored, git says 22"],
        ),
        (
            "commits",
            lambda frame: frame.assign(trailers=[[{"key": "a", "value": "b"}]] * 4),
            ["trailers differs in 4 rows"],
        ),
        (
            "files",
            lambda frame: frame.assign(status=["M", *frame["status"][1:]]),
            ["files: status differs in 1 rows", " a: 'M' is stored, git says 'A'"],
        ),
        (
            "files",
            lambda frame: frame.assign(path=["z", *frame["path"][1:]]),
            ["1 not stored, the first is", "1 stored and not in git"],
        ),
        (
            "files",
            lambda frame: frame.assign(path=["old", "a", *frame["path"][2:]]),
            ["files: the order differs"],
        ),
        (
            "commits",
            lambda frame: frame.assign(sha=frame["sha"].iloc[[0, 0, 2, 3]].tolist()),
            ["commits: 1 not stored", "commits: 1 stored twice"],
        ),
        (
            "commits",
            lambda frame: frame.assign(
                landed_at=frame["landed_at"] + pd.Timedelta(days=1)
            ),
            ["landed_at differs in 4 rows", "landed at other times"],
        ),
    ],
)
def test_each_kind_of_difference_is_told(builder, data, kind, change, words):
    """A number, a list, a path, an order, a doubled row, a moved day."""
    rewrite(data, kind, change)

    problems = upkeep.verify(builder.path, data=data)

    for word in words:
        assert any(word in problem for problem in problems), problems
    assert upkeep.rebuild(builder.path, data=data) == 4
    assert upkeep.verify(builder.path, data=data) == []


def test_files_of_the_store_that_are_gone_or_damaged_are_told(builder, data):
    """Verify says it and changes nothing; a rebuild brings them back."""
    path = next(data.rglob("*.files.parquet"))
    path.write_bytes(b"nothing of Parquet")
    assert "has lost a part" in upkeep.verify(builder.path, data=data)[0]

    path.unlink()
    assert path.name in upkeep.verify(builder.path, data=data)[0]

    assert upkeep.rebuild(builder.path, data=data) == 4
    assert upkeep.verify(builder.path, data=data) == []


def test_a_rewritten_branch_is_exact_until_git_forgets_it(builder, data):
    """The store is compared with the commits that it was read from."""
    first = builder.git("rev-list", "--max-parents=0", "HEAD")
    builder.git("reset", "--quiet", "--hard", first)
    assert upkeep.verify(builder.path, data=data) == []

    builder.git("branch", "-D", "topic")
    builder.git("reflog", "expire", "--expire=all", "--all")
    (builder.path / ".git" / "ORIG_HEAD").unlink(missing_ok=True)
    builder.git("gc", "--quiet", "--prune=now")

    (problem,) = upkeep.verify(builder.path, data=data)
    assert "no longer in demo" in problem
    assert upkeep.rebuild(builder.path, data=data) == 1
    assert upkeep.verify(builder.path, data=data) == []


def test_a_rebuild_that_fails_leaves_what_was_stored(builder, data):
    """An unreadable commit ends the rebuild, and the store is as before."""
    before = fragments(data)
    expected = history.load_history(builder.path, data=data)
    first = builder.git("rev-list", "--max-parents=0", "HEAD")
    loose = builder.path / ".git" / "objects" / first[:2] / first[2:]
    loose.chmod(stat.S_IRWXU)
    shutil.move(loose, data / "away")

    with pytest.raises(CommitlensError):
        upkeep.rebuild(builder.path, data=data)

    assert fragments(data) == before
    shutil.move(data / "away", loose)
    found = history.load_history(builder.path, data=data)
    pd.testing.assert_frame_equal(found.commits, expected.commits)
    pd.testing.assert_frame_equal(found.files, expected.files)


def test_what_a_killed_rebuild_left_is_cleared(builder, data):
    """Fragments moved without a manifest, and half a reading, do no harm."""
    folder = next(data.rglob("manifest.json")).parent
    before = fragments(data)
    (folder / "anew").mkdir()
    for name in before:
        kind = name.partition(".")[2]
        shutil.copy(data / name, folder / "anew" / f"half.{kind}")
        shutil.copy(data / name, folder / f"moved.{kind}")

    assert upkeep.verify(builder.path, data=data) == []
    assert upkeep.rebuild(builder.path, data=data) == 4

    assert len(fragments(data)) == len(before)
    assert len(history.load_history(builder.path, data=data).commits) == 4


def test_a_rebuild_that_is_killed_changes_nothing(builder, data):
    """At whatever moment it dies, what is stored can be read and is exact."""
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@b> {1767300000 + n} +0000\n"
        f"data 1\nx\n{'' if n else 'from refs/heads/main^0' + chr(10)}"
        f"M 100644 inline f{n % 9}\ndata 4\n{n:04}\n\n"
        for n in range(400)
    )
    builder.git("fast-import", "--quiet", stdin=stream.encode())
    expected = history.load_history(builder.path, data=data)
    code = (
        "import sys\n"
        "from commitlens import loader, store, upkeep\n"
        "loader.SEGMENT, store.SMALL, store.GROUP = 16, 48, 8\n"
        "print('ready', flush=True)\n"
        "upkeep.rebuild(sys.argv[1], data=sys.argv[2])\n"
        "print('done', flush=True)\n"
    )
    chance = random.Random(3)
    kills = 0
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(builder.path), str(data)],
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.8))
        process.kill()
        kills += b"done" not in process.communicate()[0]

        found = history.load_history(builder.path, data=data, refresh=False)
        pd.testing.assert_frame_equal(found.commits, expected.commits)
        pd.testing.assert_frame_equal(found.files, expected.files)

    assert kills
    assert len(expected.commits) == 404
    assert upkeep.verify(builder.path, data=data) == []


def test_a_mirror_without_contents_has_only_names_to_verify(builder, data):
    """Line counts of an earlier, whole mirror are not replaced by missing ones."""
    builder.git("config", "uploadpack.allowFilter", "true")
    builder.git("config", "uploadpack.allowAnySHA1InWant", "true")
    url = f"file://{builder.path}"
    whole = history.load_history(url, data=data)
    shutil.rmtree(data / "mirrors")
    history.load_history(url, data=data, lines=False, since="2026-01-05")
    mirror = next((data / "mirrors").rglob("*.git"))
    (mirror / partial.MARK).touch()  # whether or not the server filters
    history.load_history(url, data=data, lines=False)

    assert upkeep.verify(url, data=data) == []
    assert upkeep.rebuild(url, data=data) == 4

    (mirror / partial.MARK).unlink()
    again = history.load_history(url, data=data, refresh=False)
    pd.testing.assert_frame_equal(again.commits, whole.commits)


def test_nothing_stored_is_said(tmp_path, data):
    """Neither calls an absent store exact, nor reads for the first time."""
    builder = RepositoryBuilder(tmp_path / "fresh")
    builder.commit("one", {"a": "1\n"})

    assert "nothing of fresh is stored" in upkeep.verify(builder.path, data=data)[0]
    with pytest.raises(RepositoryError, match="nothing of fresh is stored"):
        upkeep.rebuild(builder.path, data=data)


def test_the_command_line_says_exact_or_what_differs(builder, data, capfd):
    """One line when all is well; else the problems, and the exit code 1."""
    words = [str(builder.path), "--data", str(data)]

    def run(command):
        with pytest.raises(SystemExit) as ended:
            main([command, *words])
        return ended.value.code or 0, capfd.readouterr().out

    assert run("verify") == (0, "exact: 4 commits\n")
    rewrite(data, "commits", lambda frame: frame.assign(is_bot=True, deletions=7))
    code, out = run("verify")
    assert (code, len(out.splitlines())) == (1, 2)
    assert run("rebuild") == (0, "4 commits\n")
    assert run("verify") == (0, "exact: 4 commits\n")


@pytest.mark.parametrize("version", [0, store.VERSION + 1, None, "1"])
def test_a_store_of_another_version_is_read_anew(builder, data, version):
    """No row and no file of the other layout is left."""
    expected = history.load_history(builder.path, data=data)
    before = fragments(data)
    manifest = next(data.rglob("manifest.json"))
    raw = json.loads(manifest.read_text()) | {"version": version}
    manifest.write_text(json.dumps(raw))

    found = history.load_history(builder.path, data=data)

    pd.testing.assert_frame_equal(found.commits, expected.commits)
    pd.testing.assert_frame_equal(found.files, expected.files)
    assert len(fragments(data)) == len(before)
    assert not set(fragments(data)) & set(before)
    assert json.loads(manifest.read_text())["version"] == store.VERSION
