"""Columns become Arrow's, are stored, and are locked by one writer at a time."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens.arrow import array, commit_schema, plain_memory
from commitlens.errors import StoreError
from commitlens.locks import lock
from commitlens.testing import RepositoryBuilder

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


def test_the_memory_that_arrow_takes_is_put_back_by_the_last_block():
    """Blocks overlap in threads: whichever ends last leaves things as they were."""
    before = pa.default_memory_pool().backend_name
    one, two = plain_memory(), plain_memory()

    with one:
        two.__enter__()
        inside = pa.default_memory_pool().backend_name
    between = pa.default_memory_pool().backend_name
    two.__exit__(None, None, None)

    assert (inside, between) == ("system", "system")
    assert pa.default_memory_pool().backend_name == before
