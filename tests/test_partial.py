"""Mirrors that leave contents out: exact where asked, few requests, whole on demand."""

from __future__ import annotations

import logging
import random
import subprocess
import sys
import time
import traceback

import pandas as pd
import pytest
from git_server import serve

from commitlens import history as histories
from commitlens import partial
from commitlens.errors import RepositoryError
from commitlens.evidence import gather_evidence
from commitlens.history import load_history, load_last_day, refresh
from commitlens.identities import merge_identities
from commitlens.merges import merge_changes
from commitlens.testing import RepositoryBuilder

DAY = 86400
START = 1767225600  # 2026-01-01
TEXT = "".join(f"line {n}\n" for n in range(40))


@pytest.fixture(autouse=True)
def _short_lead(monkeypatch):
    """Make a range small against a history that a test can make."""
    monkeypatch.setattr(histories, "LEAD", 6)


@pytest.fixture
def origin(tmp_path):
    """Thirty days of two commits each, served as owner/name, with filters."""
    builder = RepositoryBuilder(tmp_path / "served" / "owner" / "name")
    builder.git("config", "uploadpack.allowFilter", "true")
    builder.commit("who", {".mailmap": "Ada <ada@x> <ada@example.org>\n"}, date=START)
    for day in range(30):
        grow(builder, day)
    return builder


def grow(builder, day):
    """Commit on a day: an edit, and by turns a move, a merge or a binary."""
    when = START + day * DAY
    builder.commit(f"fix: edit {day}", {"kept.txt": f"{TEXT}{day}\n"}, date=when)
    if day % 3 == 0:
        builder.commit(f"add {day}", {f"old{day}.txt": f"{day}\n{TEXT}"}, date=when)
    elif day % 3 == 1:
        (builder.path / f"old{day - 1}.txt").rename(builder.path / f"new{day}.txt")
        changes = {f"new{day}.txt": f"{day - 1}\n{TEXT}edited\n"}
        builder.commit(f"move {day}", changes, date=when)
    else:
        builder.branch(f"topic{day}")
        changes = {"logo.bin": bytes([0, day]) * 50, ":odd\n name": f"{day}\n"}
        builder.commit(f"topic {day}", changes, date=when - DAY)
        builder.checkout("main")
        sha = builder.git("rev-parse", "HEAD")
        builder.git("update-index", "--add", "--cacheinfo", f"160000,{sha},module")
        builder.git("commit", "--quiet", "-m", "module", date=when)
        builder.git("rm", "--quiet", "--cached", "module")
        builder.git("commit", "--quiet", "-m", "no module", date=when)
        builder.merge(f"topic{day}", date=when)


def address(url):
    """Return the URL of the served repository."""
    return f"{url}/owner/name/.git"


def mirror(history):
    """Return the folder of the only repository of a history."""
    return next(iter(history.repositories.values())).git_dir


def same(found, expected):
    """Compare two histories and their leads."""
    for one, two in ((found, expected), (found.lead, expected.lead)):
        pd.testing.assert_frame_equal(one.commits, two.commits)
        pd.testing.assert_frame_equal(one.files, two.files)
    assert found.warnings == expected.warnings


def day(number):
    """Return the range of one day."""
    date = f"2026-01-{number + 1:02}"
    return {"since": date, "until": date, "tz": "UTC"}


def posts(log):
    """Count what the server was asked for, forget it."""
    count = sum(line.startswith("POST") for line in log)
    log.clear()
    return count


@pytest.mark.parametrize("over", ["file", "http"])
def test_a_range_of_a_partial_mirror_is_that_of_a_full_one(origin, tmp_path, over):
    """Frames, diffs and facts are the same, and contents are left out."""
    with serve(tmp_path / "served") as (url, _):
        url = address(url) if over == "http" else f"file://{origin.path}"
        load_history(url, data=tmp_path / "full")
        for number in (20, 28, 27):
            full = load_history(url, data=tmp_path / "full", **day(number))
            found = load_history(url, data=tmp_path / "part", **day(number))

            assert partial.is_partial(mirror(found))
            assert not partial.is_partial(mirror(full))
            assert len(found.commits) >= 2
            same(found, full)
            pd.testing.assert_frame_equal(
                gather_evidence(found).facts, gather_evidence(full).facts
            )
            pd.testing.assert_frame_equal(
                merge_identities(found).commits, merge_identities(full).commits
            )
            pd.testing.assert_frame_equal(merge_changes(found), merge_changes(full))
        last = load_last_day(url, tz="UTC", data=tmp_path / "part")

    same(last, load_last_day(url, tz="UTC", data=tmp_path / "full", refresh=False))


def test_requests_are_few_however_many_commits(origin, tmp_path, monkeypatch):
    """One batch a range: for many commits, for the next day, none for the same."""
    with serve(tmp_path / "served") as (url, log):
        load_history(address(url), data=tmp_path / "few", **day(29))
        few = posts(log)
        monkeypatch.setattr(histories, "LEAD", 30)
        load_history(address(url), data=tmp_path / "many", **day(29))
        many = posts(log)
        load_history(address(url), data=tmp_path / "many", **day(29))
        again = posts(log)
        grow(origin, 30)
        found = load_history(address(url), data=tmp_path / "many", **day(30))
        following = posts(log)

    assert few == many <= 3
    assert again <= 1  # what is the remote's HEAD?
    assert following <= 4  # one asks whether there is anything new
    assert found.commits["subject"].tolist() == ["fix: edit 30", "add 30"]
    assert partial.is_partial(mirror(found))


def test_a_partial_mirror_becomes_whole_when_all_is_asked_for(origin, tmp_path, caplog):
    """A whole history with lines is exact, and the log says why it was fetched."""
    url = f"file://{origin.path}"
    expected = load_history(origin.path, data=tmp_path / "local")
    load_history(url, data=tmp_path / "data", **day(29))
    refresh(url, data=tmp_path / "data")
    with caplog.at_level(logging.INFO, "commitlens"):
        found = load_history(url, data=tmp_path / "data")

    assert "fetching all of name: its whole history was asked for" in caplog.text
    assert not partial.is_partial(mirror(found))
    names = found.commits.assign(repo="name"), expected.commits
    pd.testing.assert_frame_equal(*names)
    pd.testing.assert_frame_equal(found.files, expected.files)
    origin.git("--git-dir", str(mirror(found)), "fsck", "--strict")


def test_a_range_of_most_commits_takes_the_whole_mirror(origin, tmp_path, caplog):
    """A batch of nearly everything would save nothing."""
    with caplog.at_level(logging.INFO, "commitlens"):
        found = load_history(
            f"file://{origin.path}", data=tmp_path / "data", since="2026-01-05"
        )

    assert "commits were asked for" in caplog.text
    assert not partial.is_partial(mirror(found))
    assert found.warnings == ()


def test_a_mirror_in_many_pieces_becomes_whole(origin, tmp_path, monkeypatch):
    """Daily use is worth a full mirror after a while."""
    url = f"file://{origin.path}"
    monkeypatch.setattr(partial, "PACKS", 4)
    kinds = [
        partial.is_partial(
            mirror(load_history(url, data=tmp_path / "data", **day(number)))
        )
        for number in (10, 15, 20, 25, 29)
    ]

    assert kinds == [True, True, True, True, False]


def test_names_alone_need_no_contents_and_a_refresh_fetches_none(origin, tmp_path):
    """A history without lines is whole; refreshing leaves contents out."""
    url = f"file://{origin.path}"
    expected = load_history(origin.path, data=tmp_path / "local", lines=False)

    found = load_history(url, data=tmp_path / "data", lines=False)
    grow(origin, 30)
    count = refresh(url, data=tmp_path / "data")

    assert partial.is_partial(mirror(found))
    pd.testing.assert_frame_equal(found.files, expected.files)
    assert count == len(found.commits) + 2
    blob = origin.git("rev-parse", "HEAD:kept.txt")
    repository = next(iter(found.repositories.values()))
    assert repository.missing([blob]) == [blob]


def test_without_a_refresh_nothing_is_fetched(origin, tmp_path):
    """What was fetched is read; for what was not, one sentence says what to do."""
    url = f"file://{origin.path}"
    first = load_history(url, data=tmp_path / "data", **day(29))
    origin.path.rename(tmp_path / "away")
    offline = {"data": tmp_path / "data", "refresh": False}
    before = sorted(mirror(first).rglob("*"))

    same(load_history(url, **offline, **day(29)), first)
    for asked in (day(9), {}):
        with pytest.raises(RepositoryError, match="allow a refresh once"):
            load_history(url, **offline, **asked)
    stale = load_history(url, data=tmp_path / "data", **day(29))

    assert sorted(mirror(first).rglob("*")) == before
    assert "stale" in stale.warnings[0]
    pd.testing.assert_frame_equal(stale.files, first.files)


def test_what_a_user_sets_for_origin_does_not_matter(origin, tmp_path, monkeypatch):
    """Settings for every ``origin`` neither lead elsewhere nor bring more."""
    (tmp_path / ".gitconfig").write_text(
        '[remote "origin"]\n\turl = file:///no/such/place\n\tprune = true\n'
        "\tfetch = +refs/*:refs/all/*\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    found = load_history(f"file://{origin.path}", data=tmp_path / "data", **day(29))

    refs = origin.git("--git-dir", str(mirror(found)), "for-each-ref")
    assert found.commits["insertions"].notna().all()
    assert [line.split()[-1] for line in refs.splitlines()] == ["refs/commitlens/head"]


def test_a_server_without_filters_gives_a_full_mirror(origin, tmp_path):
    """Where contents cannot be left out, nothing is."""
    origin.git("config", "uploadpack.allowFilter", "false")

    found = load_history(f"file://{origin.path}", data=tmp_path / "data", **day(29))

    assert not partial.is_partial(mirror(found))
    assert found.warnings == ()
    assert found.commits["insertions"].notna().all()


def test_a_server_that_gives_no_single_objects_is_asked_for_all(
    origin, tmp_path, monkeypatch, caplog
):
    """Git's older protocol knows filters but refuses what is not advertised."""
    (tmp_path / ".gitconfig").write_text("[protocol]\n\tversion = 0\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    url = f"file://{origin.path}"
    with caplog.at_level(logging.INFO, "commitlens"):
        found = load_history(url, data=tmp_path / "data", **day(29))

    assert "contents alone were not given" in caplog.text
    assert not partial.is_partial(mirror(found))
    assert found.commits["insertions"].notna().all()
    full = load_history(url, data=tmp_path / "full")
    assert full.files["sha"].isin(found.files["sha"]).sum() == len(found.files)


def test_a_password_is_kept_nowhere(origin, tmp_path):
    """Neither a partial mirror nor what is told of a failure has it."""
    with serve(tmp_path / "served", password="s3cr3t") as (url, _):
        private = address(url).replace("://", "://ada:s3cr3t@")
        found = load_history(private, data=tmp_path / "data", **day(29))
    assert partial.is_partial(mirror(found))
    repository = next(iter(found.repositories.values()))
    first = origin.git("rev-parse", "HEAD~30")
    with pytest.raises(RepositoryError) as caught:
        partial.complete(repository, private, "of a test")
    with pytest.raises(RepositoryError) as other:
        partial.supply(repository, private, [first])

    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not [path for path in files if b"s3cr3t" in path.read_bytes()]
    for error in (caught.value, other.value):
        assert "s3cr3t" not in "".join(traceback.format_exception(error))
    assert partial.is_partial(mirror(found))


KILLED = """
import sys
from commitlens import history, loader, partial
history.LEAD = 6
print("ready", flush=True)
options = {"data": sys.argv[2], "tz": "UTC", "progress": False}
for day in ("2026-01-30", "2026-01-15"):
    history.load_history(sys.argv[1], since=day, until=day, **options)
history.load_history(sys.argv[1], **options)
print("done", flush=True)
"""


def test_killed_fetches_are_continued(origin, tmp_path):
    """After kills in clones, batches and completions the next load is exact."""
    url = f"file://{origin.path}"
    expected = load_history(url, data=tmp_path / "whole")
    ranged = load_history(url, data=tmp_path / "whole", **day(29))
    chance = random.Random(3)
    kills = 0
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, url, str(tmp_path / "data")],
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.9))
        process.kill()
        kills += b"done" not in process.stdout.read()
        process.wait()
        process.stdout.close()

    same(load_history(url, data=tmp_path / "data", **day(29)), ranged)
    found = load_history(url, data=tmp_path / "data")

    assert kills
    assert not partial.is_partial(mirror(found))
    pd.testing.assert_frame_equal(found.commits, expected.commits)
    pd.testing.assert_frame_equal(found.files, expected.files)
