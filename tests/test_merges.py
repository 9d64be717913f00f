"""Merges: what each changed against its first parent, on request."""

from __future__ import annotations

import pandas as pd
import pytest
import slow_reference

from commitlens import schema
from commitlens.errors import InputError
from commitlens.history import load_history
from commitlens.merges import merge_changes
from commitlens.testing import RepositoryBuilder, make_history


def merged(folder, *, name="demo", evil=True):
    """Build a repository with a plain, an evil and an octopus merge."""
    builder = RepositoryBuilder(folder / name)
    builder.commit("base", {"a": "1\n2\n3\n", "old": "x\n" * 30})
    for branch in ("one", "two", "three"):
        builder.branch(branch, "main")
        builder.commit(f"work on {branch}", {f"new-{branch}": f"{branch}\n"})
        builder.checkout("main")
    shas = [builder.merge("one")]
    builder.branch("side")
    (builder.path / "old").rename(builder.path / "moved")
    builder.commit("move", {"b\tc": b"\0\1"})
    builder.checkout("main")
    builder.commit("meanwhile", {"a": "1\n2\n3\n4\n"})
    if evil:
        builder.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
        shas.append(builder.commit("an evil merge", {"unseen": "by nobody\n"}))
    shas.append(builder.merge("two", "three", message="octopus"))
    return builder, shas


def rows(frame):
    """Return rows with missing values as None."""
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in frame.itertuples(index=False)
    ]


def test_a_merge_shows_what_it_brought_and_what_it_did_itself(tmp_path):
    """An edit that no commit of the branch holds is a row of the merge."""
    builder, (plain, evil, octopus) = merged(tmp_path)
    history = load_history(builder.path)

    found = merge_changes(history)

    assert rows(found) == [
        ("demo", plain, "new-one", None, "A", 1, 0, False),
        ("demo", evil, "b\tc", None, "A", None, None, True),
        ("demo", evil, "moved", "old", "R", 0, 0, False),
        ("demo", evil, "unseen", None, "A", 1, 0, False),
        ("demo", octopus, "new-three", None, "A", 1, 0, False),
        ("demo", octopus, "new-two", None, "A", 1, 0, False),
    ]
    assert "unseen" not in set(history.files["path"])
    assert found.attrs["warnings"] == ()


def test_rows_have_the_dtypes_of_files_also_without_a_merge(tmp_path):
    """The frame can be put below the files of the history, empty or not."""
    builder, _ = merged(tmp_path)
    history = load_history(builder.path)
    linear = make_history([{"subject": "one"}, {"subject": "two"}])

    for found in (merge_changes(history), merge_changes(linear)):
        assert list(found.columns) == list(schema.FILES)
        assert found.dtypes.equals(history.files.dtypes)
    assert merge_changes(linear).empty


def test_numbers_are_those_of_git_log(tmp_path):
    """What plain git says of the first parent's side, file by file."""
    builder, _ = merged(tmp_path)
    text = slow_reference.git(
        builder.path, "log", "--merges", "--first-parent", "-m", "--numstat", "-M",
        "--format=@%H",
    ).decode()  # fmt: skip
    expected = {}
    for block in text.split("@")[1:]:
        sha, *lines = block.split("\n")
        expected[sha] = sorted(line.split("\t")[:2] for line in lines if line)

    found = {}
    for _, sha, _, _, _, added, removed, binary in rows(
        merge_changes(load_history(builder.path))
    ):
        numbers = ["-", "-"] if binary else [str(added), str(removed)]
        found.setdefault(sha, []).append(numbers)

    assert {sha: sorted(some) for sha, some in found.items()} == expected


def test_rows_follow_the_commits_of_several_repositories(tmp_path):
    """Repositories whose commits alternate keep the order of the commits."""
    histories = [load_history(merged(tmp_path, name=name)[0].path) for name in "xy"]
    both = histories[0].replace(
        commits=pd.concat([one.commits for one in histories])
        .sort_values("landed_at", kind="stable")
        .reset_index(drop=True),
        repositories={k: v for one in histories for k, v in one.repositories.items()},
    )

    found = merge_changes(both)

    order = [tuple(row) for row in both.commits[["repo", "sha"]].to_numpy()]
    places = [order.index((row[0], row[1])) for row in rows(found)]
    assert places == sorted(places)
    assert len(found) == 12
    assert found.dtypes.equals(histories[0].files.dtypes)


def test_a_merge_that_git_cannot_read_is_told_and_costs_only_itself(tmp_path):
    """A lost blob leaves the merge's paths without numbers, and the others whole."""
    builder, (_, evil, _) = merged(tmp_path)
    history = load_history(builder.path)
    sha = builder.git("rev-parse", f"{evil}:unseen")
    (builder.path / ".git" / "objects" / sha[:2] / sha[2:]).unlink()

    found = merge_changes(history)

    lost = found[found["sha"] == evil]
    assert set(lost["path"]) == {"b\tc", "moved", "old", "unseen"}
    assert lost["insertions"].isna().all()
    assert found.loc[found["sha"] != evil, "insertions"].tolist() == [1, 1, 1]
    assert evil[:10] in found.attrs["warnings"][0]


def test_merges_of_an_unknown_repository_are_one_clear_sentence():
    """A literal history does not say where its diffs are."""
    history = make_history([{"parents": ["a" * 40, "b" * 40]}])

    with pytest.raises(InputError, match="does not say where octo/demo is"):
        merge_changes(history)
