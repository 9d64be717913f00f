"""What git prints becomes columns, and columns become Arrow's, value by value."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens.arrow import array, commit_schema
from commitlens.errors import StoreError
from commitlens.gitlog import Changes
from commitlens.locks import lock
from commitlens.testing import RepositoryBuilder

A, B = "a" * 40, "b" * 40


def record(*parts):
    """Return a commit's record of diff-tree: its name, then `parts`."""
    return b"\0".join(
        [A.encode(), *(p if isinstance(p, bytes) else p.encode() for p in parts), b""]
    )


def raw(status):
    """Return what stands before the path of a file in git's raw format."""
    return f":100644 100644 {A} {B} {status}"


def test_files_of_one_path_are_read_in_order():
    """Added, changed and deleted files keep git's order and their counts."""
    changes = Changes()

    totals = changes.add(
        record(raw("A"), "x", raw("M"), "y\tz", raw("D"), "w",
               "3\t0\tx", "1\t2\ty\tz", "0\t9\tw")
    )  # fmt: skip

    assert totals == (3, 4, 11)
    assert changes.path == [b"x", b"y\tz", b"w"]
    assert changes.status == ["A", "M", "D"]
    assert list(zip(changes.insertions, changes.deletions, strict=True)) == [
        (3, 0), (1, 2), (0, 9),
    ]  # fmt: skip


def test_a_rename_and_a_binary_file_are_read_one_by_one():
    """A rename has two paths, a binary file no counts, and totals know both."""
    changes = Changes()

    totals = changes.add(
        record(raw("R086"), "old", "new", raw("M"), "pic",
               "5\t1\t", "old", "new", "-\t-\tpic")
    )  # fmt: skip

    assert totals == (2, 5, 1)
    assert changes.old_path == [b"old", None]
    assert changes.path == [b"new", b"pic"]
    assert changes.is_binary == [False, True]
    assert changes.insertions == [5, None]


def test_without_counts_totals_are_missing():
    """What git did not count is missing, not zero, and a merge has no files."""
    changes = Changes()

    assert changes.add(record(raw("M"), "x")) == (1, None, None)
    assert changes.add(b"") == (0, 0, 0)
    assert changes.insertions == [None]


def test_a_path_that_looks_like_a_record_is_a_path():
    """Paths are taken by their place, whatever bytes they hold."""
    changes = Changes()
    odd = f":{'x' * 95} M"

    totals = changes.add(
        record(raw("R100"), odd, "1\t2\tq", raw("A"), odd,
               "0\t0\t", odd, "1\t2\tq", f"7\t0\t{odd}")
    )  # fmt: skip

    assert totals == (2, 7, 0)
    assert changes.path == [b"1\t2\tq", odd.encode()]
    assert changes.status == ["R", "A"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
PAIR = st.fixed_dictionaries({"key": TEXT, "value": TEXT})
VALUES = {
    pa.large_string(): st.none() | TEXT,
    pa.int64(): st.none() | st.integers(-(2**60), 2**60),
    pa.timestamp("s", "UTC"): st.integers(-(2**33), 2**33),
    pa.bool_(): st.booleans(),
    pa.list_(pa.large_string()): st.lists(TEXT, max_size=3),
    commit_schema().field("trailers").type: st.lists(PAIR, max_size=3),
}


@pytest.mark.parametrize("kind", VALUES, ids=str)
@given(data=st.data())
def test_arrays_are_those_that_arrow_makes(kind, data):
    """An array made from buffers is valid, and equal to Arrow's own."""
    values = data.draw(st.lists(VALUES[kind], max_size=20))

    made = array(values, kind)

    made.validate(full=True)
    assert made.equals(pa.array(values, kind))


def test_new_commits_are_stored_without_pandas(tmp_path):
    """A refresh that reads and stores commits imports neither pandas nor tqdm."""
    builder = RepositoryBuilder(tmp_path / "repo")
    builder.commit("one", {"a": "1\n"})
    code = (
        "import sys; from commitlens import history\n"
        "count = history.refresh(sys.argv[1], data=sys.argv[2])\n"
        "print(count, sorted({'pandas', 'tqdm'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(builder.path), str(tmp_path / "data")]

    said = [subprocess.check_output(command, text=True)]
    builder.commit("two", {"a": "2\n"})
    said.append(subprocess.check_output(command, text=True))

    assert said == ["1 []\n", "2 []\n"]


def test_a_lock_is_held_once_and_freed_by_death(tmp_path):
    """A second owner is told after its time; one that was killed holds nothing."""
    path = tmp_path / "some" / ".lock"
    code = (
        "import sys; from pathlib import Path; from commitlens.locks import lock\n"
        "with lock(Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as owner:  # fmt: skip
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="another process"), lock(path, timeout=0):
            pass
        owner.kill()

    with lock(path, timeout=0):
        pass
    with lock(path, timeout=0):
        pass
