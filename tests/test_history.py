"""History: what the frames say is what git says, for every shape of commit."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pandas as pd
import pytest
import slow_reference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitlens import history as history_module
from commitlens import loader, schema, store
from commitlens.errors import CommitlensError, InputError, RepositoryError
from commitlens.history import load_history, load_last_day, refresh
from commitlens.landed import landings
from commitlens.testing import RepositoryBuilder


@pytest.fixture
def builder(tmp_path):
    """A fresh repository."""
    return RepositoryBuilder(tmp_path / "demo")


@pytest.fixture
def load(tmp_path):
    """Load with a data folder of the test's own."""

    def load(repo, **options):
        return load_history(repo, data=tmp_path / "data", tz="UTC", **options)

    return load


def by_sha(history):
    """Return the commits as dictionaries by sha."""
    return {row["sha"]: row for row in history.commits.to_dict("records")}


def paths(history, sha):
    """Return the file rows of one commit as dictionaries by path."""
    rows = history.files[history.files["sha"] == sha].to_dict("records")
    return {row["path"]: row for row in rows}


def counts(row):
    """Return a row's numbers, None where missing."""
    return tuple(
        None if pd.isna(row[name]) else int(row[name])
        for name in ("insertions", "deletions")
    )


def test_frames_have_the_columns_and_dtypes_of_the_schema(builder, load):
    """Both frames have exactly the promised columns, in order, and dtypes."""
    builder.commit("feat: one", {"a.txt": "1\n"})

    history = load(builder.path)

    for frame, table in (
        (history.commits, schema.COMMITS),
        (history.files, schema.FILES),
    ):
        assert list(frame.columns) == list(table)
        for name, (kind, _) in table.items():
            assert frame[name].dtype == schema.pandas_dtype(kind)


def test_a_commit_says_who_when_what(builder, load):
    """Identities, times, message and trailers arrive as they were committed."""
    sha = builder.commit(
        "fix(core): stop\nhere\n\nBecause.\n\nSigned-off-by: Bo <b@x>\nFixes: 12",
        {"a.txt": "1\n2\n"},
        author="Zoë <z@example.org>",
        committer="Bob <b@example.org>",
        date=1767225600,
        committed=1767312000,
    )

    row = by_sha(load(builder.path))[sha]

    assert row["repo"] == "demo"
    assert row["parents"] == []
    assert row["author_name"] == "Zoë"
    assert row["author_email"] == "z@example.org"
    assert row["committer_name"] == "Bob"
    assert row["authored_at"] == pd.Timestamp("2026-01-01T00:00:00Z")
    assert row["committed_at"] == pd.Timestamp("2026-01-02T00:00:00Z")
    assert row["landed_at"] == row["committed_at"]
    assert row["subject"] == "fix(core): stop here"
    assert row["body"] == "Because.\n\nSigned-off-by: Bo <b@x>\nFixes: 12"
    assert row["trailers"] == [
        {"key": "Signed-off-by", "value": "Bo <b@x>"},
        {"key": "Fixes", "value": "12"},
    ]
    assert (row["is_merge"], row["is_bot"]) == (False, False)
    assert (row["files_changed"], row["insertions"], row["deletions"]) == (1, 2, 0)


def test_every_shape_of_change_has_its_row(builder, load):
    """Adds, edits, renames, deletions, modes, links, types and binaries."""
    text = "".join(f"line {n}\n" for n in range(20))
    builder.commit(
        "one", {"keep": text, "move": text * 2, "gone": "x\n", "run.sh": "#!\n"}
    )
    (builder.path / "move").rename(builder.path / "moved")
    (builder.path / "run.sh").chmod(stat.S_IRWXU)
    (builder.path / "link").symlink_to("keep")
    (builder.path / "empty").write_bytes(b"")
    sha = builder.commit(
        "two", {"keep": text + "more\n", "gone": None, "logo.png": b"\x89PNG\0\0"}
    )
    (builder.path / "link").unlink()
    typed = builder.commit("three", {"link": "now a file\n"})

    history = load(builder.path)
    rows = paths(history, sha)

    assert {path: row["status"] for path, row in rows.items()} == {
        "empty": "A",
        "gone": "D",
        "keep": "M",
        "link": "A",
        "logo.png": "A",
        "moved": "R",
        "run.sh": "M",
    }
    assert rows["moved"]["old_path"] == "move"
    assert pd.isna(rows["keep"]["old_path"])
    assert counts(rows["keep"]) == (1, 0)
    assert counts(rows["gone"]) == (0, 1)
    assert counts(rows["run.sh"]) == (0, 0)
    assert counts(rows["link"]) == (1, 0)
    assert counts(rows["logo.png"]) == (None, None)
    assert [p for p, row in rows.items() if row["is_binary"]] == ["logo.png"]
    assert by_sha(history)[sha]["files_changed"] == 7
    assert by_sha(history)[sha]["insertions"] == 2
    assert paths(history, typed)["link"]["status"] == "T"


def test_submodules_and_empty_commits_are_read(builder, load):
    """A submodule is one line; an empty commit has zeros and no rows."""
    first = builder.commit("one", {"a": "1\n"})
    builder.git("update-index", "--add", "--cacheinfo", f"160000,{first},vendored")
    builder.git("commit", "--quiet", "-m", "add submodule")
    module = builder.git("rev-parse", "HEAD")
    builder.git("commit", "--quiet", "--allow-empty", "-m", "nothing")
    empty = builder.git("rev-parse", "HEAD")

    history = load(builder.path)

    assert counts(paths(history, module)["vendored"]) == (1, 0)
    assert by_sha(history)[empty]["files_changed"] == 0
    assert counts(by_sha(history)[empty]) == (0, 0)
    assert paths(history, empty) == {}


def test_paths_may_hold_any_bytes(builder, load):
    """Tabs, newlines, quotes, non-ASCII and undecodable names all arrive."""
    names = ["tab\there", "new\nline", 'quo"te', "näme.txt", " lead", "->", "a => b"]
    odd = os.fsencode(builder.path) + b"/\xff\xfe.bin"
    with open(odd, "wb") as file:
        file.write(b"1\n")
    sha = builder.commit("one", dict.fromkeys(names, "1\n"))

    assert set(paths(load(builder.path), sha)) == {*names, "\\xff\\xfe.bin"}


@pytest.mark.parametrize(
    ("encoding", "message", "expected"),
    [
        ("ISO-8859-1", "caf\u00e9".encode("latin-1"), "caf\u00e9"),
        ("GBK", "\u4fee\u590d\u9519\u8bef".encode("gbk"), "\u4fee\u590d\u9519\u8bef"),
        ("no-such-encoding", "caf\u00e9".encode(), "caf\u00e9"),
        ("x-unknown", b"broken \xff here", "broken \\xff here"),
        ("rot13", b"plain", "plain"),
        ("unicode_escape", b"\xff \\ud800", "\\xff \\\\ud800"),
    ],
)
def test_text_is_decoded_by_declared_encoding(
    builder, load, encoding, message, expected
):
    """The declared encoding, else UTF-8, else escapes: never a failure."""
    builder.git("config", "i18n.commitEncoding", encoding)
    sha = builder.commit(message, {"a": "1\n"})

    assert by_sha(load(builder.path))[sha]["subject"] == expected


def test_messages_hold_anything(builder, load):
    """An empty message, one of blank lines and a huge one are all commits."""
    empty = builder.commit("", {"a": "1\n"})
    blank = builder.commit("\n\n  \n\nlate subject\r\n\r\nbody\r\n", {"a": "2\n"})
    huge = builder.commit("x" * 200_000 + "\n\n" + "y\n" * 50_000, {"a": "3\n"})

    rows = by_sha(load(builder.path))

    assert (rows[empty]["subject"], rows[empty]["body"]) == ("", "")
    assert (rows[blank]["subject"], rows[blank]["body"]) == ("late subject", "body")
    assert len(rows[huge]["subject"]) == 200_000
    assert len(rows[huge]["body"]) == 99_999


def test_a_merge_is_listed_without_files_of_its_own(builder, load):
    """A merge is a row; the commits that it brought landed with it."""
    builder.commit("base", {"a": "1\n"})
    builder.branch("topic")
    topic = builder.commit("topic work", {"b": "1\n"}, date=1767600000)
    builder.checkout("main")
    main = builder.commit("main work", {"c": "1\n"})
    merge = builder.merge("topic", date=1768000000)

    history = load(builder.path)
    rows = by_sha(history)

    assert rows[merge]["is_merge"]
    assert rows[merge]["parents"] == [main, topic]
    assert rows[merge]["files_changed"] == 0
    assert rows[topic]["landed_at"] == pd.Timestamp(1768000000, unit="s", tz="UTC")
    assert history.commits["sha"].tolist()[-2:] == [topic, merge]


def test_numbers_equal_a_slow_reading(builder, load):
    """Every commit's files and counts are those that plain git gives."""
    for step in range(12):
        builder.commit(
            f"step {step}",
            {
                f"f{step % 4}.txt": "".join(f"{n * step}\n" for n in range(step + 3)),
                f"dir{step % 2}/g{step}.bin": bytes([0, step]) * 9,
            },
        )
    (builder.path / "f1.txt").rename(builder.path / "f9.txt")
    builder.commit("move")

    history = load(builder.path)

    found = {
        sha: sorted((p, *counts(row)) for p, row in paths(history, sha).items())
        for sha in history.commits["sha"]
    }
    assert found == slow_reference.numbers(builder.path)


@st.composite
def graphs(draw):
    """Random histories: each commit names parents among those before it."""
    size = draw(st.integers(1, 14))
    graph = []
    for index in range(size):
        if index == 0 or draw(st.integers(0, 9)) == 0:
            graph.append([])
            continue
        many = min(index, draw(st.sampled_from([1, 1, 1, 2, 2, 3])))
        parents = draw(
            st.lists(st.integers(0, index - 1), min_size=1, max_size=many, unique=True)
        )
        graph.append(parents)
    return graph


def write_graph(builder, graph, *, before=(), salt=""):
    """Commit a graph in one go and return all shas, those of `before` first.

    With `before`, roots of the graph build on the last commit of `before`.
    """
    lines = []
    for index, parents in enumerate(graph):
        text = f"{salt}{index}"
        lines.append(
            f"commit refs/heads/made\nmark :{index + 1}\n"
            f"committer Ada <ada@example.org> {1767225600 + index * 1000} +0000\n"
            f"data {len(text)}\n{text}\n"
        )
        names = [f":{parent + 1}" for parent in parents]
        if not names and before:
            names = [before[-1]]
        lines += [
            f"{'merge' if place else 'from'} {name}\n"
            for place, name in enumerate(names)
        ]
        lines.append(f"M 100644 inline file\ndata {len(text)}\n{text}\n\n")
        if not names:
            # Without a parent the next commit of the branch would follow on.
            lines[-len(names) - 2] = "reset refs/heads/made\n\n" + lines[-2]
    marks = builder.path / ".git" / "marks"
    builder.git(
        "fast-import", "--quiet", "--force", f"--export-marks={marks}",
        stdin="".join(lines).encode(),
    )  # fmt: skip
    found = dict(line.split() for line in marks.read_text().splitlines())
    return [*before, *(found[f":{n + 1}"] for n in range(len(graph)))]


RANDOM = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@RANDOM
@given(graph=graphs())
def test_landed_equals_a_slow_reading(tmp_path_factory, graph):
    """On random histories a commit landed when a slow reading says."""
    folder = tmp_path_factory.mktemp("landed")
    builder = RepositoryBuilder(folder / "demo")
    shas = write_graph(builder, graph)
    builder.git("update-ref", "refs/heads/main", shas[-1])

    history = load_history(builder.path, data=folder / "data", tz="UTC")

    landed = {
        sha: int(when.timestamp())
        for sha, when in zip(
            history.commits["sha"], history.commits["landed_at"], strict=True
        )
    }
    assert landed == slow_reference.landed(builder.path)


def test_landings_keep_parents_before_children_in_deep_histories():
    """A chain far deeper than Python's recursion is walked, oldest first."""
    parents = {str(n): [str(n - 1)] if n else [] for n in range(50_000)}
    parents["merge"] = ["0", "49999"]

    order = [sha for _, brought in landings(parents, "merge") for sha in brought]

    assert order == [str(n) for n in range(50_000)] + ["merge"]


@RANDOM
@given(data=st.data())
def test_a_refreshed_store_equals_a_rebuilt_one(tmp_path_factory, data):
    """However the branch moves, a refreshed store equals one read anew."""
    folder = tmp_path_factory.mktemp("refresh")
    builder = RepositoryBuilder(folder / "demo")
    shas: list[str] = []
    for step in range(data.draw(st.integers(2, 4))):
        onward = shas if data.draw(st.booleans()) else []
        made = write_graph(builder, data.draw(graphs()), before=onward, salt=f"{step}-")
        shas = [*dict.fromkeys([*shas, *made])]
        # Most pushes go on from what there was; some rewrite it.
        tip = data.draw(st.sampled_from([shas[-1], *shas]))
        builder.git("update-ref", "refs/heads/main", tip)
        refreshed = load_history(builder.path, data=folder / "data", tz="UTC")
        rebuilt = load_history(builder.path, data=folder / f"new{step}", tz="UTC")

        pd.testing.assert_frame_equal(refreshed.commits, rebuilt.commits)
        pd.testing.assert_frame_equal(refreshed.files, rebuilt.files)


def test_a_range_reads_its_days_and_what_came_before(builder, load):
    """A range has the commits landed in it, and earlier ones as lead."""
    days = [1767225600 + 86400 * n for n in range(6)]
    shas = [
        builder.commit(f"day {n}", {"a": f"{n}\n"}, date=day)
        for n, day in enumerate(days)
    ]

    history = load(builder.path, since="2026-01-03", until="2026-01-04")

    assert history.commits["sha"].tolist() == shas[2:4]
    assert history.files["sha"].tolist() == shas[2:4]
    assert history.lead.commits["sha"].tolist() == shas[:2]
    assert history.lead.files["sha"].tolist() == shas[:2]
    assert load(builder.path, since="2027-01-01").commits.empty


def test_a_range_has_its_lead_whatever_clocks_say(builder, tmp_path, monkeypatch):
    """A commit with a wrong date takes no other commit's lead away."""
    monkeypatch.setattr(store, "GROUP", 5)
    monkeypatch.setattr(history_module, "LEAD", 10)
    days = [1767225600 + 86400 * n for n in range(40)]
    days[3] = days[36] + 60
    shas = [
        builder.commit(f"day {n}", {f"f{n}": f"{n}\n"}, date=day)
        for n, day in enumerate(days)
    ]

    history = load_history(
        builder.path, since="2026-02-06", until="2026-02-07", tz="UTC",
        data=tmp_path / "data",
    )  # fmt: skip

    assert history.commits["sha"].tolist() == [shas[3], *shas[36:38]]
    assert history.files["sha"].tolist() == [shas[3], *shas[36:38]]
    expected = [*shas[:3], *shas[26:36]]
    assert history.lead.commits["sha"].tolist() == expected
    assert history.lead.files["sha"].tolist() == expected


def test_the_last_day_is_the_last_with_commits(builder, load, tmp_path):
    """Without a date, what landed on the last day in the zone is loaded."""
    builder.commit("before", {"a": "1\n"}, date=1767225600)
    late = builder.commit("late", {"a": "2\n"}, date=1767225600 + 15 * 3600)
    later = builder.commit("later", {"a": "3\n"}, date=1767225600 + 17 * 3600)

    utc = load_last_day(builder.path, tz="UTC", data=tmp_path / "data")
    china = load_last_day(builder.path, tz="Asia/Shanghai", data=tmp_path / "data")

    assert utc.commits["subject"].tolist() == ["before", "late", "later"]
    assert china.commits["sha"].tolist() == [later]
    assert china.lead.commits["sha"].tolist()[-1] == late


def test_many_small_refreshes_leave_few_files(builder, load, tmp_path):
    """Refreshing after every commit does not pile up fragments."""
    for n in range(12):
        builder.commit(f"step {n}", {"a": f"{n}\n"})
        refresh(builder.path, data=tmp_path / "data")

    fragments = list((tmp_path / "data").rglob("*.parquet"))

    assert len(fragments) == 2
    assert len(load(builder.path).commits) == 12


def lose_blob(builder, content):
    """Delete the object that holds `content`."""
    sha = builder.git("hash-object", "--stdin", stdin=content)
    loose = builder.path / ".git" / "objects" / sha[:2] / sha[2:]
    loose.chmod(stat.S_IRWXU)
    loose.unlink()


def test_a_missing_blob_costs_only_its_commits_numbers(builder, load):
    """A commit git cannot compare keeps its files; the others their numbers."""
    text = "".join(f"{n}\n" for n in range(50))
    shas = [
        builder.commit(f"step {n}", {"a": f"{text}step {n}\n", f"b{n}": f"b{n}\n"})
        for n in range(50)
    ]
    lose_blob(builder, f"{text}step 20\n".encode())

    history = load(builder.path)
    rows = by_sha(history)

    lost = [sha for sha in shas if pd.isna(rows[sha]["insertions"])]
    assert lost == [shas[20], shas[21]]
    assert rows[shas[20]]["files_changed"] == 2
    assert set(paths(history, shas[20])) == {"a", "b20"}
    assert counts(rows[shas[22]]) == (2, 1)
    assert len(history.commits) == 50
    assert len(history.warnings) == 1
    assert shas[20][:10] in history.warnings[0]


def test_dates_beyond_the_calendar_are_held_inside_it(builder, load, tmp_path):
    """A commit of the year 9999 or later has a day in every zone."""
    builder.commit("far", {"a": "1\n"}, date="@253402300799 +0000")

    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        history = load_last_day(builder.path, tz=zone, data=tmp_path / "data")
        assert history.commits["subject"].tolist() == ["far"]


def test_a_missing_tree_costs_only_its_commits_numbers(builder, load):
    """Even with no list of files left, the history is whole."""
    shas = [builder.commit(f"step {n}", {f"d{n}/a": f"{n}\n"}) for n in range(5)]
    tree = builder.git("rev-parse", f"{shas[2]}:d2")
    loose = builder.path / ".git" / "objects" / tree[:2] / tree[2:]
    loose.chmod(stat.S_IRWXU)
    loose.unlink()

    rows = by_sha(load(builder.path))

    assert list(rows) == shas
    assert pd.isna(rows[shas[2]]["files_changed"])
    assert rows[shas[4]]["files_changed"] == 1


def test_a_partial_clone_is_read_without_fetching(builder, load, tmp_path):
    """Missing blobs of a partial clone are not fetched behind our back."""
    builder.git("config", "uploadpack.allowFilter", "true")
    builder.commit("one", {"a": "1\n" * 9})
    builder.commit("two", {"a": "2\n" * 9})
    partial = tmp_path / "partial.git"
    builder.git(
        "clone", "--quiet", "--bare", "--filter=blob:none",
        f"file://{builder.path}", str(partial),
    )  # fmt: skip
    before = sorted(p.name for p in partial.rglob("*"))

    history = load(partial)

    assert history.commits["insertions"].isna().all()
    assert history.warnings
    assert sorted(p.name for p in partial.rglob("*")) == before


def snapshot(folder):
    """Return every file's name, size and time below `folder`."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in sorted(folder.rglob("*"))
    }


def test_a_users_repository_is_only_read_and_runs_nothing(builder, load, tmp_path):
    """Hostile configuration, hooks and attributes are not run."""
    marker = tmp_path / "ran"
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    trap.chmod(0o755)
    builder.commit("one", {"a.txt": "1\n", ".gitattributes": "* diff=evil filter=evil"})
    builder.commit("two", {"a.txt": "2\n"})
    for key in (
        "core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command",
        "filter.evil.clean", "filter.evil.smudge", "core.pager", "core.sshCommand",
        "gpg.program", "core.alternateRefsCommand", "core.editor", "alias.log",
        "alias.diff-tree", "credential.helper", "uploadpack.packObjectsHook",
    ):  # fmt: skip
        builder.git("config", key, f"!{trap}" if key.startswith("alias") else str(trap))
    builder.git("config", "log.showSignature", "true")
    builder.git("config", "log.mailmap", "true")
    builder.git("config", "core.hooksPath", str(tmp_path))
    (tmp_path / "post-index-change").symlink_to(trap)
    before = snapshot(builder.path)

    history = load(builder.path)
    patches = dict(history.repositories["demo"].diffs(history.commits["sha"].tolist()))

    assert len(history.commits) == 2
    assert b"+2" in list(patches.values())[1]
    assert not marker.exists()
    assert snapshot(builder.path) == before


def test_diffs_are_whole_in_order_and_capped(builder, load):
    """Each commit's patch is its own, and a long one ends at the limit."""
    shas = [
        builder.commit(f"step {n}", {"a": f"{n}\n", f"f{n}": f"x{n}\n" * 9})
        for n in range(40)
    ]
    repository = load(builder.path).repositories["demo"]

    found = list(repository.diffs(shas[::-1]))
    capped = dict(repository.diffs(shas[3:5], limit=80))

    assert [sha for sha, _ in found] == shas[::-1]
    assert all(f"+x{39 - n}\n".encode() in patch for n, (_, patch) in enumerate(found))
    assert all(patch.count(b"diff --git") == 2 for _, patch in found[:-1])
    assert [len(patch) <= 80 for patch in capped.values()] == [True, True]


def test_without_lines_names_are_read_and_no_content(builder, load):
    """Files and exact renames are known, lines are not, and no blob is needed."""
    text = "".join(f"{n}\n" for n in range(50))
    builder.commit("one", {"keep": text, "move": text + "x\n", "gone": "1\n"})
    (builder.path / "move").rename(builder.path / "moved")
    second = builder.commit("two", {"keep": text + "more\n", "gone": None})
    lose_blob(builder, f"{text}more\n".encode())
    builder.git("commit", "--quiet", "--allow-empty", "-m", "nothing")

    history = load(builder.path, lines=False)

    assert history.warnings == ()
    assert history.commits["files_changed"].tolist() == [3, 3, 0]
    for frame in (history.commits, history.files):
        assert frame["insertions"].isna().all()
        assert frame["deletions"].isna().all()
    rows = paths(history, second)
    assert {path: row["status"] for path, row in rows.items()} == {
        "gone": "D",
        "keep": "M",
        "moved": "R",
    }
    assert rows["moved"]["old_path"] == "move"


def test_lines_that_were_counted_before_are_given(builder, load):
    """Reading without lines takes a whole store as it is, and never spoils it."""
    builder.commit("one", {"a": "1\n"})
    named = load(builder.path, lines=False)
    counted = load(builder.path)
    again = load(builder.path, lines=False)
    builder.commit("two", {"a": "2\n"})
    newer = load(builder.path, lines=False)

    assert named.commits["insertions"].isna().all()
    assert counted.commits["insertions"].tolist() == [1]
    pd.testing.assert_frame_equal(again.commits, counted.commits)
    assert newer.commits["insertions"].isna().tolist() == [True, True]
    assert load(builder.path).commits["insertions"].tolist() == [1, 1]


def test_a_missing_tree_is_told_without_lines_too(builder, load):
    """A commit whose files cannot be listed is warned of."""
    builder.commit("one", {"d/a": "1\n"})
    tree = builder.git("rev-parse", "HEAD:d")
    loose = builder.path / ".git" / "objects" / tree[:2] / tree[2:]
    loose.chmod(stat.S_IRWXU)
    loose.unlink()

    history = load(builder.path, lines=False)

    assert history.commits["files_changed"].isna().all()
    assert "git could not read" in history.warnings[0]


def test_numbers_do_not_depend_on_index_attributes_or_settings(builder, load, tmp_path):
    """What a work tree says of its files changes no count, now or later."""
    builder.commit("one", {"a.txt": "1\n2\n"})
    load(builder.path)
    builder.git("config", "core.bigFileThreshold", "1")
    builder.git("config", "diff.ignoreSubmodules", "all")
    attributes = tmp_path / "attributes"
    attributes.write_text("* binary\n")
    builder.git("config", "core.attributesFile", str(attributes))
    builder.commit("two", {".gitattributes": "*.txt -diff\n", "a.txt": "1\n"})
    (builder.path / ".git" / "index").write_bytes(b"garbage")

    refreshed = load(builder.path)
    rebuilt = load_history(builder.path, data=tmp_path / "other", tz="UTC")

    assert refreshed.commits["insertions"].tolist() == [2, 1]
    assert refreshed.commits["deletions"].tolist() == [0, 1]
    pd.testing.assert_frame_equal(refreshed.files, rebuilt.files)


def test_a_variable_of_a_hook_leads_to_no_other_repository(builder, tmp_path):
    """In a hook's environment a mirror is made and read, nothing else touched."""
    sha = builder.commit("one", {"a": "1\n"})
    other = RepositoryBuilder(tmp_path / "other")
    other.commit("other", {"b": "1\n"})
    before = snapshot(other.path)
    env = os.environ | {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": str(other.path / ".git" / "index"),
        "GIT_OBJECT_DIRECTORY": str(other.path / ".git" / "objects"),
        "GIT_NAMESPACE": "spaced",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_CONFIG_PARAMETERS": "'core.bare=true'",
    }
    for source in (f"file://{builder.path}", str(builder.path)):
        done = subprocess.run(
            [sys.executable, "-m", "commitlens", "commits", source, "--format", "jsonl",
             "--data", str(tmp_path / "data")],
            env=env, cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
        assert sha in done.stdout, done.stderr

    assert snapshot(other.path) == before


def test_a_load_that_was_cut_off_is_never_taken_for_all(builder, tmp_path, monkeypatch):
    """Without a refresh, too, what a cancelled load left out is read."""
    monkeypatch.setattr(loader, "SEGMENT", 2)
    for n in range(6):
        builder.commit(f"step {n}", {"a": f"{n}\n"})
    real = loader._read
    seen = []

    def interrupted(*args):
        seen.append(1)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(loader, "_read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load_history(builder.path, data=tmp_path / "data")

    history = load_history(builder.path, data=tmp_path / "data", refresh=False)

    assert len(history.commits) == 6


def test_odd_paths_and_names_are_found(builder, tmp_path):
    """Folders with newlines, spaces and undecodable names are repositories."""
    builder.commit("one", {"a": "1\n"})
    for name in ("new\nline", "two  spaces", "\u2028", os.fsdecode(b"\xff")):
        builder.git("clone", "--quiet", ".", str(tmp_path / name))
        history = load_history(tmp_path / name, data=tmp_path / "data")
        assert history.commits["subject"].tolist() == ["one"]


def test_an_address_that_is_none_breaks_nothing(builder, tmp_path):
    """A malformed URL is an error, and as a local origin of no consequence."""
    builder.commit("one", {"a": "1\n"})
    builder.git("config", "remote.origin.url", "http://[oops/x")
    assert len(load_history(builder.path, data=tmp_path / "data").commits) == 1
    for source in ("https://[::1/o/n", "https://", "~nosuch/x", "http:///x"):
        with pytest.raises(CommitlensError):
            load_history(source, data=tmp_path / "data")


def test_two_addresses_are_two_mirrors(builder, tmp_path):
    """What follows # or ? in a URL belongs to its path."""
    builder.commit("one", {"a": "1\n"})
    for name in ("h#1", "h#2"):
        builder.git("clone", "--quiet", "--bare", ".", str(tmp_path / name))
    load_history(f"file://{tmp_path}/h#1", data=tmp_path / "data")

    with pytest.raises(RepositoryError, match="never fetched"):
        load_history(f"file://{tmp_path}/h#2", data=tmp_path / "data", refresh=False)


@pytest.mark.parametrize("place", ["worktree", "subfolder", "bare", "linked", "dotgit"])
def test_a_path_means_the_repository_around_it(builder, load, tmp_path, place):
    """A work tree, a folder inside, a bare repository and a linked tree work."""
    builder.commit("one", {"sub/a": "1\n"})
    builder.git("clone", "--quiet", "--bare", ".", str(tmp_path / "copy.git"))
    builder.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    where, name = {
        "worktree": (builder.path, "demo"),
        "subfolder": (builder.path / "sub", "demo"),
        "bare": (tmp_path / "copy.git", "copy"),
        "linked": (tmp_path / "linked", "linked"),
        "dotgit": (builder.path / ".git", "demo"),
    }[place]

    history = load(where)

    assert history.commits["subject"].tolist() == ["one"]
    assert history.commits["repo"].tolist() == [name]


def test_a_url_is_mirrored_once_and_fetched_from_then_on(builder, tmp_path):
    """The mirror follows the remote: new commits, a moved branch, a rewrite."""
    url = f"file://{builder.path}"
    data = tmp_path / "data"
    first = builder.commit("one", {"a": "1\n"})
    assert load_history(url, data=data).commits["sha"].tolist() == [first]

    second = builder.commit("two", {"a": "2\n"})
    assert load_history(url, data=data).commits["sha"].tolist() == [first, second]
    assert load_history(url, data=data, refresh=False).warnings == ()

    builder.branch("next")
    third = builder.commit("three", {"a": "3\n"})
    assert load_history(url, data=data).commits["sha"].tolist()[-1] == third

    builder.git("reset", "--quiet", "--hard", first)
    other = builder.commit("rewritten", {"a": "4\n"})
    assert load_history(url, data=data).commits["sha"].tolist() == [first, other]


def test_a_remote_that_vanishes_leaves_a_stale_warning(builder, tmp_path):
    """What was fetched before is used, and said to be stale."""
    url = f"file://{builder.path}"
    builder.commit("one", {"a": "1\n"})
    load_history(url, data=tmp_path / "data")
    builder.path.rename(tmp_path / "away")

    history = load_history(url, data=tmp_path / "data")

    assert len(history.commits) == 1
    assert "stale" in history.warnings[0]
    with pytest.raises(RepositoryError, match="could not be fetched"):
        refresh(url, data=tmp_path / "data")


def test_a_failed_clone_leaves_no_mirror(tmp_path):
    """After a clone that fails there is nothing that looks like a mirror."""
    with pytest.raises(RepositoryError, match="could not be fetched"):
        load_history(f"file://{tmp_path}/nowhere", data=tmp_path / "data")

    assert not [p for p in (tmp_path / "data").rglob("*") if ".git" in p.suffixes]


def test_bad_repositories_are_one_clear_sentence(builder, load, tmp_path):
    """Each kind of bad repository says what is wrong and what to do."""
    builder.commit("one", {"a": "1\n"})
    builder.commit("two", {"a": "2\n"})
    shallow = tmp_path / "shallow"
    builder.git("clone", "--quiet", "--depth=1", f"file://{builder.path}", str(shallow))
    unborn = RepositoryBuilder(tmp_path / "unborn").path
    plain = tmp_path / "plain"
    plain.mkdir()
    cases = {
        str(shallow): "git fetch --unshallow",
        str(unborn): "has no commit to read",
        str(plain): "not a git repository",
        f"file://{unborn}": "no commits yet",
        "no/such/place/at/all": "no repository at",
        "ext::sh -c true": "no repository at",
        "--upload-pack=x": "is no repository",
        "": "is no repository",
    }
    for source, words in cases.items():
        with pytest.raises(CommitlensError) as caught:
            load(source)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def test_bad_dates_are_one_clear_sentence(builder, load):
    """A date that is none names itself."""
    builder.commit("one", {"a": "1\n"})

    with pytest.raises(InputError, match="2026-13-01"):
        load(builder.path, since="2026-13-01")


def test_a_store_that_cannot_be_written_stays_as_it_was(builder, tmp_path):
    """A full disk is one clear sentence, and the next load is right."""
    data = tmp_path / "data"
    first = builder.commit("one", {"a": "1\n"})
    load_history(builder.path, data=data)
    before = sorted(path.name for path in data.rglob("*.parquet"))
    builder.commit("two", {"b": os.urandom(64).hex() + "\n"})
    # A limit on the size of files stands for a disk that fills half-way.
    code = (
        "import resource, signal, sys, pyarrow.parquet, pandas\n"
        "from commitlens.history import load_history\n"
        "from commitlens.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n"
        "try: load_history(sys.argv[1], data=sys.argv[2])\n"
        "except StoreError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(builder.path), str(data)],
        capture_output=True,
        text=True,
    )

    assert "cannot write the store" in done.stdout, done.stderr
    assert "unchanged" in done.stdout
    assert sorted(path.name for path in data.rglob("*.parquet"))[: len(before)]
    assert load_history(builder.path, data=data).commits["sha"].tolist()[0] == first
    assert len(load_history(builder.path, data=data).commits) == 2


def test_a_damaged_store_is_read_anew(builder, load, tmp_path):
    """A manifest of garbage, or one whose fragments vanished, is rebuilt."""
    builder.commit("one", {"a": "1\n"})
    load(builder.path)
    manifest = next((tmp_path / "data").rglob("manifest.json"))
    manifest.write_text("{garbage")
    assert len(load(builder.path).commits) == 1

    for path in manifest.parent.glob("*.parquet"):
        path.unlink()
    assert len(load(builder.path).commits) == 1

    for path in manifest.parent.glob("*.parquet"):
        path.unlink()
    builder.commit("two", {"a": "2\n"})
    assert len(load(builder.path).commits) == 2

    for path in manifest.parent.glob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-200])
    assert len(load(builder.path).commits) == 2
