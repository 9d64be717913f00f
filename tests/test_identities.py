"""Identities: one person under many names, as the repository says."""

from __future__ import annotations

import pytest
import slow_reference

from commitlens import schema
from commitlens.history import load_history
from commitlens.identities import merge_identities
from commitlens.testing import RepositoryBuilder, make_history
from commitlens.trends import trend

MAILMAP = """\
# People of the examples
Ada Lovelace <ada@example.org> <ada@laptop>
Ada Lovelace <ada@example.org> lovelace <shared@example.org>
Zo\u00eb Quill <zoe@example.org> Z <Z@Example.org>
<grace@example.org> <hopper@example.org>
"""

AUTHORS = [
    "Ada <ada@laptop>",
    "Lovelace <shared@example.org>",
    "Somebody <shared@example.org>",
    "z <z@example.ORG>",
    "Grace <hopper@example.org>",
    "A. Less <>",
    "Less than < <a b@x",
]


@pytest.fixture
def builder(tmp_path):
    """A repository of many authors, whose mailmap came last."""
    builder = RepositoryBuilder(tmp_path / "demo")
    for n, author in enumerate(AUTHORS):
        builder.commit(f"step {n}", {"a": f"{n}\n"}, author=author)
    builder.commit("who is who", {".mailmap": MAILMAP})
    return builder


def people(frame):
    """Return the merged names and addresses of a frame of commits."""
    return list(zip(frame["person_name"], frame["person_email"], strict=True))


def test_people_are_merged_as_git_merges_them(builder):
    """Names, addresses and both together, whatever their case."""
    history = merge_identities(load_history(builder.path))

    out = slow_reference.git(builder.path, "log", "--reverse", "--format=%aN%x00%aE")
    expected = [tuple(line.split("\0")) for line in out.decode().splitlines()]
    assert people(history.commits) == expected
    assert people(history.commits)[:5] == [
        ("Ada Lovelace", "ada@example.org"),
        ("Ada Lovelace", "ada@example.org"),
        ("Somebody", "shared@example.org"),
        ("Zo\u00eb Quill", "zoe@example.org"),
        ("Grace", "grace@example.org"),
    ]


def test_what_was_recorded_stays_and_the_argument_too(builder):
    """Raw columns are kept, the lead is merged, the history given is unchanged."""
    history = load_history(builder.path, since="2026-01-05T09:04:00Z")
    before = history.commits.copy()

    found = merge_identities(history)

    assert history.commits.equals(before)
    assert found.commits[list(before)].equals(before)
    assert people(found.lead.commits)[0] == ("Ada Lovelace", "ada@example.org")
    for name, (kind, _) in schema.IDENTITIES.items():
        assert found.commits[name].dtype == schema.pandas_dtype(kind)


def test_without_a_mailmap_people_are_as_recorded(tmp_path):
    """No mailmap, a mailmap only in the folder, a literal history: raw."""
    builder = RepositoryBuilder(tmp_path / "plain")
    builder.commit("one", {"a": "1\n"}, author="Ada <ada@laptop>")
    (builder.path / ".mailmap").write_text(MAILMAP)
    (builder.path / ".git" / ".mailmap").write_text(MAILMAP)
    builder.git("config", "mailmap.file", str(builder.path / ".mailmap"))

    found = merge_identities(load_history(builder.path))

    assert people(found.commits) == [("Ada", "ada@laptop")]
    literal = make_history([{"author_name": "Ada\nof <x>"}])
    assert people(merge_identities(literal).commits) == [
        ("Ada\nof <x>", "ada@example.org")
    ]
    none = merge_identities(make_history([])).commits
    assert people(none) == []


def test_a_name_that_git_could_not_be_asked_for_stays(builder):
    """A frame may hold any text; the others are merged all the same."""
    history = load_history(builder.path)
    names = ["a\nb", "", "c <d>", *history.commits["author_name"][3:]]
    odd = history.replace(commits=history.commits.assign(author_name=names))

    found = merge_identities(odd).commits

    assert found["person_name"].tolist()[:4] == ["a\nb", "", "c <d>", "Zo\u00eb Quill"]


def test_a_mailmap_that_is_lost_is_told(builder):
    """Without its contents nobody can be merged, and that is not silent."""
    history = load_history(builder.path)
    sha = builder.git("rev-parse", "HEAD:.mailmap")
    (builder.path / ".git" / "objects" / sha[:2] / sha[2:]).unlink()

    found = merge_identities(history)

    assert people(found.commits)[0] == ("Ada", "ada@laptop")
    assert ".mailmap of demo is missing" in found.warnings[-1]


def test_trends_count_people_once(builder):
    """Two names of one author are one row of the counts."""
    history = load_history(builder.path)

    raw = trend(history, by="author", freq="M", tz="UTC")
    merged = trend(merge_identities(history), by="author", freq="M", tz="UTC")

    assert {"Ada", "Lovelace"} <= set(raw["author"])
    assert merged.loc[merged["author"] == "Ada Lovelace", "commits"].tolist() == [3]
    assert "Lovelace" not in set(merged["author"])
