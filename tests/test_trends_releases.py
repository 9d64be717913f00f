"""What landed for a release, told from real tags."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from commitlens import CommitlensError, classify, compare, load_history, select, trend
from commitlens.testing import RepositoryBuilder, make_history
from commitlens.trends import releases


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    """Return a repository with releases on its branch, beside it, and of a part."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"a": "1\n"})
    builder.git("tag", "v1.0")
    builder.commit("fix: two", {"a": "2\n"})
    builder.commit("feat: three", {"a": "3\n"})
    builder.git("tag", "-a", "-m", "candidate", "v1.1-rc1")
    builder.commit("fix: four", {"a": "4\n"})
    builder.git("tag", "-a", "-m", "release", "v1.1")
    # A repair of 1.0 on a branch of its own, which never comes back.
    builder.branch("maint", "v1.0")
    builder.commit("fix: two, for 1.0", {"a": "2b\n"})
    builder.git("tag", "v1.0.1")
    builder.checkout("main")
    # A topic that was merged: its commits land with the merge.
    builder.branch("topic")
    builder.commit("feat: five", {"b": "5\n"})
    builder.checkout("main")
    builder.merge("topic")
    builder.git("tag", "plugin@0.1")
    builder.commit("docs: six", {"b.md": "6\n"})
    return builder


def test_releases_are_cut_where_they_left_the_branch(
    builder: RepositoryBuilder,
) -> None:
    """One on a branch of its own brings nothing; candidates and parts are others."""
    history = load_history(builder.path)

    table = releases(history)

    assert table["release"].tolist() == ["v1.0", "v1.0.1", "v1.1"]
    assert table["commits"].tolist() == [1, 0, 3]
    assert table["cut_sha"].iloc[1] == table["sha"].iloc[0] != table["sha"].iloc[1]
    assert str(table["released_at"].dt.tz) == "UTC"
    with_candidates = releases(history, pre=True)
    assert with_candidates["commits"].tolist() == [1, 0, 2, 1]
    assert with_candidates["is_pre"].tolist() == [False, False, True, False]
    assert releases(history, tags="plugin@*")["commits"].tolist() == [6]


def test_what_landed_between_two_releases_is_a_period(
    builder: RepositoryBuilder,
) -> None:
    """A period starts where the release before was cut; the last is open."""
    history = classify(load_history(builder.path))

    table = trend(history, by="author", freq="release", tz="UTC")

    assert table["release"].astype(str).tolist() == ["v1.0", "v1.1", "unreleased"]
    assert table["commits"].tolist() == [1, 3, 3]
    assert table["partial"].tolist() == [False, False, True]
    assert table["period"].dt.strftime("%H:%M").tolist() == ["09:00", "09:00", "09:03"]
    assert table.attrs["per"] == "release"


def test_a_history_that_begins_later_knows_only_a_part_of_its_first_release(
    builder: RepositoryBuilder,
) -> None:
    """What landed before the range is not counted, and that is marked."""
    history = load_history(builder.path, since="2026-01-05T09:02:00", tz="UTC")

    table = trend(history, by="author", freq="release", tz="UTC")

    assert table["release"].astype(str).tolist() == ["v1.1", "unreleased"]
    assert table["commits"].tolist() == [2, 3]
    assert table["partial"].tolist() == [True, True]
    counts = releases(history).set_index("release")["commits"]
    assert pd.isna(counts["v1.0"])


def test_a_history_that_ends_earlier_knows_only_a_part_of_its_last_release(
    builder: RepositoryBuilder,
) -> None:
    """What landed for it after the range is not counted, and that is marked."""
    history = load_history(builder.path, until="2026-01-05T09:03:00", tz="UTC")

    table = trend(history, by="author", freq="release", tz="UTC")

    assert table["release"].astype(str).tolist() == ["v1.0", "v1.1"]
    assert table["commits"].tolist() == [1, 2]
    assert table["partial"].tolist() == [False, True]
    assert releases(history)["commits"].isna().tolist() == [False, False, True]


def test_two_releases_are_compared_by_their_commits(builder: RepositoryBuilder) -> None:
    """Each number has the commits that it counts."""
    history = classify(load_history(builder.path))

    moved = compare(select(history, release="v1.0"), select(history, release="v1.1"))

    everything = moved[moved["aspect"] == "all"].iloc[0]
    assert (everything["before"], everything["after"]) == (1, 3)
    fixes = moved[(moved["aspect"] == "change_type") & (moved["key"] == "fix")].iloc[0]
    subjects = history.commits.set_index("sha")["subject"]
    assert subjects[fixes["after_shas"]].tolist() == ["fix: two", "fix: four"]
    assert fixes["before_shas"] == []


def test_commits_of_one_second_are_told_apart(tmp_path: Path) -> None:
    """A branch that was pushed at once has one time for all; order decides."""
    builder = RepositoryBuilder(tmp_path / "demo")
    for number in range(4):
        builder.commit(f"feat: {number}", {"a": f"{number}\n"}, date=1767603600)
        if number < 3:
            builder.git("tag", f"v{number}.0")

    table = trend(load_history(builder.path), by="author", freq="release", tz="UTC")

    assert table["commits"].tolist() == [1, 1, 1, 1]


def test_tags_that_are_no_releases_are_left_alone(tmp_path: Path) -> None:
    """One on a file, one of words: no release, and all is unreleased."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"a": "1\n"})
    blob = builder.git("rev-parse", "HEAD:a")
    builder.git("tag", "v9.9", blob)
    builder.git("tag", "signing-key")

    history = load_history(builder.path)

    assert releases(history).empty
    table = trend(history, by="author", freq="release", tz="UTC")
    assert table["release"].tolist() == ["unreleased"]


def test_releases_need_one_repository_at_hand(builder: RepositoryBuilder) -> None:
    """And the release must be one: the message lists the last."""
    history = load_history(builder.path)

    with pytest.raises(
        CommitlensError, match=r"must be of v1.0, v1.0.1, v1.1, unreleased; got"
    ):
        select(history, release="v2.0")
    with pytest.raises(CommitlensError, match="does not say where octo/demo is"):
        releases(make_history([{}]))


@pytest.mark.parametrize(
    ("names", "family"),
    [
        (["1.0", "1.1", "2.0rc1"], ["1.0", "1.1"]),
        (["core@1.0", "core@1.1", "ui@0.1"], ["core@1.0", "core@1.1"]),
        (["v1.0", "v1.1", *(f"ui@0.{n}" for n in range(5))], ["v1.0", "v1.1"]),
        (["REL_1_0", "REL_1_1"], ["REL_1_0", "REL_1_1"]),
        (["v1.0.0-beta.1", "v1.0.0", "v1.1.0a2", "v1.2.0-pre"], ["v1.0.0"]),
        (["release-2024.01", "nightly"], ["release-2024.01"]),
    ],
)
def test_the_releases_of_the_whole_project_are_taken(
    tmp_path: Path, names: list[str], family: list[str]
) -> None:
    """Of several families the project's own, else the largest; no candidates."""
    builder = RepositoryBuilder(tmp_path / "demo")
    for name in names:
        builder.commit(f"feat: {name}", {"a": f"{name}\n"})
        builder.git("tag", name)

    assert releases(load_history(builder.path))["release"].tolist() == family


def test_tags_of_a_remote_come_with_its_commits(builder: RepositoryBuilder) -> None:
    """A mirror has the releases that its remote had when there was something new."""
    url = f"file://{builder.path}"
    assert releases(load_history(url))["release"].tolist() == ["v1.0", "v1.0.1", "v1.1"]
    builder.git("tag", "v1.2")
    builder.commit("docs: seven", {"b.md": "7\n"})

    history = load_history(url)

    assert releases(history)["release"].tolist()[-1] == "v1.2"
    assert len(history.commits) == 8


def test_nothing_landed_for_a_release_beside_the_branch(
    builder: RepositoryBuilder,
) -> None:
    """What `releases` counts is what `select` takes, none included."""
    history = classify(load_history(builder.path))
    table = releases(history)

    taken = [len(select(history, release=name).commits) for name in table["release"]]

    assert taken == table["commits"].tolist() == [1, 0, 3]
    both = select(history, release=["v1.0", "v1.0.1"])
    assert len(both.commits) == 1
    with pytest.raises(CommitlensError, match="release must be of .*; got 'v9'"):
        select(history, release="v9")


def test_a_tag_of_a_tag_is_a_release(builder: RepositoryBuilder) -> None:
    """It leads to a commit in the end; one of a folder leads to none."""
    builder.git("tag", "-a", "-m", "candidate", "approved")
    builder.git("tag", "-a", "-m", "release", "v1.2", "approved")
    builder.git("tag", "-a", "-m", "a folder", "folder", "HEAD^{tree}")
    builder.git("tag", "-a", "-m", "of a folder", "v1.3", "folder")

    table = releases(load_history(builder.path))

    assert table["release"].tolist() == ["v1.0", "v1.0.1", "v1.1", "v1.2"]
    assert table["commits"].tolist() == [1, 0, 3, 3]
