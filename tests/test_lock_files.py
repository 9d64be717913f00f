"""Lock files are counted, or on request left out: missing, and not zero."""

from __future__ import annotations

import pandas as pd
import pytest

from commitlens import upkeep
from commitlens.history import load_history
from commitlens.paths import category
from commitlens.repository import LOCK_FILES
from commitlens.testing import RepositoryBuilder

NAMES = [
    line.split()[0]
    for line in LOCK_FILES.read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture
def builder(tmp_path):
    """A repository of text, a picture, and lock files that come, change and move."""
    builder = RepositoryBuilder(tmp_path / "demo")
    lock = "".join(f"line {n}\n" for n in range(50))
    builder.commit("one", {"package-lock.json": lock, "a": "1\n", "p.png": b"\0\1"})
    builder.commit("two", {"package-lock.json": lock + "more\n"})
    (builder.path / "web").mkdir()
    (builder.path / "package-lock.json").rename(builder.path / "web" / "yarn.lock")
    builder.commit("move", {"yarn.lock.md": "text\n"})
    return builder


@pytest.fixture
def load(builder, tmp_path):
    """Load with a data folder of the test's own."""

    def load(**options):
        return load_history(builder.path, data=tmp_path / "data", **options)

    return load


def test_the_names_are_those_of_lock_files():
    """What is left out is what the rest of the library takes for a lock file."""
    assert {category(name) for name in NAMES} == {"lock"}
    assert {category(f"web/{name}") for name in NAMES} == {"lock"}


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_left_out(tmp_path, name):
    """Every lock file has its row and no counts, in whatever folder it is."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("one", {f"deep/er/{name}": "1\n", f"x{name}": "1\n"})

    history = load_history(builder.path, data=tmp_path / "data", lock_files=False)

    counts = history.files.set_index("path")["insertions"]
    assert pd.isna(counts[f"deep/er/{name}"])
    assert counts[f"x{name}"] == 1


def test_rows_stay_and_counts_are_missing(load, tmp_path):
    """All else is as it is when everything is counted."""
    skipped = load(lock_files=False)
    counted = load()

    assert skipped.warnings == (
        "lines of 3 changes of lock files are not counted, as asked",
    )
    of_lock = counted.files["path"].isin(["package-lock.json", "web/yarn.lock"])
    expected = counted.files.copy()
    expected.loc[of_lock, ["insertions", "deletions"]] = pd.NA
    pd.testing.assert_frame_equal(skipped.files, expected)
    numbers = ["insertions", "deletions"]
    pd.testing.assert_frame_equal(
        skipped.commits.drop(columns=numbers), counted.commits.drop(columns=numbers)
    )
    assert skipped.commits["insertions"].tolist() == [1, 0, 1]
    assert counted.commits["insertions"].tolist() == [51, 1, 1]
    assert counted.files["is_binary"].sum() == 1
    assert (
        upkeep.verify(skipped.repositories["demo"].git_dir, data=tmp_path / "data")
        == []
    )


def test_what_was_counted_is_given_and_new_commits_too(builder, load):
    """A store with all lines serves both, and never takes missing counts in."""
    load()
    builder.commit("three", {"web/yarn.lock": "1\n"})

    assert load(lock_files=False).commits["insertions"].tolist() == [51, 1, 1, 1]
    history = load()
    assert history.warnings == ()
    assert history.commits["insertions"].tolist() == [51, 1, 1, 1]


def test_new_commits_follow_without_lock_files(builder, load, tmp_path):
    """A refresh of what was read without them reads without them, as a rebuild."""
    load(lock_files=False)
    builder.commit("three", {"web/yarn.lock": "1\n", "a": "2\n"})

    assert load(lock_files=False).commits["insertions"].tolist() == [1, 0, 1, 1]
    assert upkeep.rebuild(builder.path, data=tmp_path / "data") == 4
    assert load(lock_files=False).commits["insertions"].tolist() == [1, 0, 1, 1]


def test_a_range_of_a_mirror_without_contents_leaves_them_out(builder, tmp_path):
    """What is counted for one range only knows of it, too, and patches are whole."""
    builder.git("config", "uploadpack.allowFilter", "true")
    builder.git("config", "uploadpack.allowAnySHA1InWant", "true")
    history = load_history(
        f"file://{builder.path}", since="2026-01-05", tz="UTC",
        data=tmp_path / "data", lock_files=False,
    )  # fmt: skip

    assert history.commits["insertions"].tolist() == [1, 0, 1]
    assert not history.files["is_binary"].iloc[0]
    (source,) = history.repositories.values()
    ((_, patch),) = source.diffs(history.commits["sha"].tolist()[1:2])
    assert b"+more" in patch


def test_a_range_tells_of_its_own_changes(builder, load):
    """What came before the range is known too, and is not told of."""
    builder.commit("later", {"uv.lock": "1\n"}, date="2026-03-01T00:00:00+0000")

    ranged = load(lock_files=False, since="2026-03-01", tz="UTC")

    assert len(ranged.lead.commits) == 3
    assert ranged.warnings == (
        "lines of 1 change of lock files are not counted, as asked",
    )
