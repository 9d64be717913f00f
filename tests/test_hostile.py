"""Commits that no tool would write: what git makes of them is what is read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
import slow_reference

from commitlens import merge_identities, upkeep
from commitlens.gitlog import decode
from commitlens.history import load_history
from commitlens.testing import RepositoryBuilder

PERSON, DATE = b"A <a@b>", b"1767600000 +0000"


@pytest.fixture
def builder(tmp_path):
    """A repository with one ordinary commit."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("first", {"a": "1\n"})
    return builder


@pytest.fixture
def load(builder, tmp_path):
    """Load it, and hold the store to git once more."""

    def load():
        history = load_history(builder.path, data=tmp_path / "data", tz="UTC")
        assert upkeep.verify(builder.path, data=tmp_path / "data") == []
        counted = builder.git("rev-list", "--count", "HEAD")
        assert len(history.commits) == int(counted)
        return history

    return load


def write(builder, message=b"x", *, author=PERSON, date=DATE, committed=None, more=b""):
    """Add a commit byte by byte, past all that git would check or mend."""
    tree = builder.git("rev-parse", "HEAD^{tree}").encode()
    parent = builder.git("rev-parse", "HEAD").encode()
    lines = [
        b"tree " + tree,
        b"parent " + parent,
        b"author " + author + b" " + date,
        b"committer " + author + b" " + (date if committed is None else committed),
    ]
    sha = builder.git(
        "hash-object", "-t", "commit", "-w", "--literally", "--stdin",
        stdin=b"\n".join(lines) + b"\n" + more + b"\n" + message,
    )  # fmt: skip
    builder.git("update-ref", "refs/heads/main", sha)
    return sha


def log(builder, field):
    """Return what git's log says of each commit, by sha."""
    out = slow_reference.git(
        builder.path, "log", "-z", "--encoding=UTF-8", f"--format=%H{field}"
    )
    return {
        record[:40].decode(): decode(record[40:])
        for record in out.removesuffix(b"\0").split(b"\0")
    }


ENCODED = {
    "GBK": "\u4fee\u590d\uff1a\u4e2d\u6587\u63d0\u4ea4",
    "gb18030": "\U00020bb7\u91ce\u5bb6",
    "Shift_JIS": "\u65e5\u672c\u8a9e \u30bd\u8868",
    "EUC-JP": "\u65e5\u672c\u8a9e",
    "ISO-2022-JP": "\u65e5\u672c\u8a9e",
    "EUC-KR": "\ud55c\uad6d\uc5b4",
    "Big5": "\u7e41\u9ad4",
    "KOI8-R": "\u041f\u0440\u0438\u0432\u0435\u0442",
    "windows-1252": "caf\u00e9 \u20ac",
    "ISO-8859-15": "\u20ac",
}


def test_every_declared_encoding_is_read_in_messages_and_names(builder, load):
    """Texts of ten encodings are those that were written."""
    shas = {
        name: write(
            builder,
            text.encode(name),
            author=text.encode(name) + b" <a@b>",
            more=b"encoding " + name.encode() + b"\n",
        )
        for name, text in ENCODED.items()
    }

    commits = load().commits.set_index("sha")

    for name, sha in shas.items():
        assert commits.loc[sha, "subject"] == ENCODED[name]
        assert commits.loc[sha, "author_name"] == ENCODED[name]


MESSAGES = [
    b"", b" ", b"\n\n", b"   \n \t\n", b"x\n \t\n", b"\n \n\t\n late\n\nbody", b"x\r\n",
    b"subject\r\n\r\nbody\r\nmore\r\n", b"one\rtwo\r\rthree", b"a\n\r\r\nb",
    b"a \t\nb\n",
    b"tail\xc2\xa0\n\nbody\xc2\xa0", b"feed\x0c\nx\x0b\n\nb", b"before\0after", b"\0",
    b"caf\xe9 \\ undeclared", b"\xed\xa0\x80 surrogate", b"\xc0\xaf overlong",
    "\uffff\ufdd0 none \u202e \u2028 \u0085".encode(), b"\x1b[31mred\x1b[0m\x07\x7f",
    b"\xef\xbb\xbfmark", b"x" * 1_000_000, b"big\n\n" + b"y\n" * 500_000,
    b"#x\n\n# not a comment\n", b"-- \n\n---\ndiff --git a/a b/a\n",
    b"\x1e\x1f\n\nKey: a\nSigned-off-by: B <b@c>",
]  # fmt: skip


def test_messages_of_any_bytes_are_split_as_git_does(builder, load):
    """Subjects and bodies are git's own, and lossless where they are no text."""
    for message in MESSAGES:
        write(builder, message)

    commits = load().commits.set_index("sha")

    subjects, bodies = log(builder, "%s"), log(builder, "%b")
    assert len(set(subjects)) == len(commits)
    for sha, row in commits.iterrows():
        assert row["subject"] == subjects[sha]
        assert row["body"] == bodies[sha].replace("\r\n", "\n").rstrip(" \t\r\n")


DATES = [
    b"0 +0000", b"-1 +0000", b"-62135596800 -1200", b"4294967296 +0000",
    b"253402300799 +1400", b"253402300800 +0000", b"9223372036854775807 +0000",
    b"99999999999999999999 +0000", b"1767600000 +9999", b"1767600000 -9999",
    b"1767600000 +99999", b"1767600000 +0545", b"1767600000", b"", b"yesterday",
]  # fmt: skip


@pytest.mark.parametrize("date", DATES, ids=bytes.decode)
def test_a_date_of_any_kind_is_a_day_of_the_calendar(builder, load, date):
    """Whoever set the clock, a commit has times, and all others keep theirs."""
    strange = write(builder, date=date)
    author = write(builder, date=date, committed=DATE)
    last = builder.commit("last")

    commits = load().commits.set_index("sha")

    seconds = {sha: int(said or 0) for sha, said in log(builder, "%at").items()}
    first, latest = pd.Timestamp("0001-01-03"), pd.Timestamp("9999-12-30")
    for sha in (strange, author):
        when = commits.loc[sha, "authored_at"]
        assert first.tz_localize("UTC").date() <= when.date() <= latest.date()
        if abs(seconds[sha]) < 2**40 and when.year < 9999:
            assert int(when.timestamp()) == seconds[sha]
    assert commits.loc[author, "landed_at"] == pd.Timestamp(
        1767600000, unit="s", tz="UTC"
    )
    assert commits.loc[last, "landed_at"] == commits.loc[last, "committed_at"]


PEOPLE = [
    b" <>", b"<x@y>", b"Name Only", b"A\x01\x1b[31m\x7f <c@d>", b"A\tB <t@b>",
    b"A\rB <r@r>", b"A <B> <c@d>", b"A <c@d", b"A <a@b> <c@d>", b"A < a @ b >",
    "A\u00a0B <n@b>".encode(), "\u202eevil <r@l>".encode(), b'"A, B" <q@q>',
    b"A\\xe9 <b@s>", b"Jos\xe9 <j@e>", b"N" * 10_000 + b" <" + b"e" * 10_000 + b">",
]  # fmt: skip


def test_names_of_any_bytes_are_those_of_git_and_merged_as_git_does(builder, load):
    """Recorded names stay as git reads them; a mailmap adds who is meant."""
    for person in PEOPLE:
        write(builder, author=person)
    builder.git("checkout", "--quiet", "--force", "main")
    mailmap = "One <one@x> <c@d>\n<two@x> <j@e>\nbroken line\nThree <3@x> A B <n@b>\n"
    builder.commit("who", {".mailmap": mailmap})

    history = load()
    merged = merge_identities(history).commits.set_index("sha")

    for column, field in (
        ("author_name", "%an"), ("author_email", "%ae"), ("committer_name", "%cn"),
    ):  # fmt: skip
        said = log(builder, field)
        assert merged[column].to_dict() == said
    names, emails = (
        # Where there is no author at all git leaves the placeholder.
        {
            sha: "" if said == field else said
            for sha, said in log(builder, field).items()
        }
        for field in ("%aN", "%aE")
    )
    asked = merged[~merged["author_name"].str.contains("[\n<>]|\\\\x", regex=True)]
    assert asked["person_name"].to_dict() == {s: names[s] for s in asked.index}
    assert asked["person_email"].to_dict() == {s: emails[s] for s in asked.index}
    assert "One" in set(merged["person_name"])


ODD_PATHS = [
    b"new\nline", b"tab\tx", b'quo"te', b"sing'le", b"back\\slash", b"bad\xff\xfe",
    b"bad\\xff", b" lead", b"trail ", b"-dash", b":colon", b":(exclude)x", b"*?[x]",
    b"{a => b}", b"a => b", b"\x01\x1b", b"#hash", b"1\t2\tq", b"\xed\xa0\x80",
    "\u4e2d\u6587/\u6587\u4ef6".encode(), b"x" * 255,
]  # fmt: skip


def test_odd_paths_come_change_and_move(builder, load):
    """Rows of added, changed and renamed files are those of plain git."""
    folder = os.fsencode(builder.path)
    for path in ODD_PATHS:
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(os.fsdecode(target)).write_bytes(b"1\n" * 9)
    builder.commit("come")
    for path in ODD_PATHS:
        with open(os.path.join(folder, path), "ab") as file:
            file.write(b"2\n")
    builder.commit("change")
    os.mkdir(os.path.join(folder, b"to\nhere"))
    for n, path in enumerate(ODD_PATHS):
        target = os.path.join(folder, b"to\nhere", b"%d\xff\t" % n)
        os.rename(os.path.join(folder, path), target)
    moved = builder.commit("move")

    files = load().files

    assert rows(files) == slow_reference.numbers(builder.path)
    old = files.loc[files["sha"] == moved, "old_path"]
    assert len(set(old)) == len(ODD_PATHS)
    assert set(old) == {decode(path) for path in ODD_PATHS}


def rows(files):
    """Return path, insertions and deletions of each commit's files."""
    found: dict[str, list[tuple]] = {}
    for row in files.itertuples():
        counts = (
            None if pd.isna(n) else int(n) for n in (row.insertions, row.deletions)
        )
        found.setdefault(row.sha, []).append((row.path, *counts))
    return {sha: sorted(some) for sha, some in found.items()}


def test_every_kind_of_entry_and_of_commit_is_counted_as_git_does(builder, load):
    """Links, modes, submodules, case, folders, roots, octopuses, thousands of files."""
    path = builder.path
    (path / "link").symlink_to("a")
    builder.commit("link")
    (path / "link").unlink()
    builder.commit("link to file", {"link": "text\n"})
    (path / "a").chmod(0o755)
    builder.commit("mode")
    blob = builder.git("hash-object", "-w", "--stdin", stdin=b"text\n")
    for mode, sha in (("160000", "1" * 40), ("160000", "2" * 40), ("100644", blob)):
        builder.git("update-index", "--add", "--cacheinfo", f"{mode},{sha},sub")
        builder.git("commit", "--quiet", "-m", f"sub {mode} {sha}")
    builder.git("checkout", "--quiet", "--force", "main")
    builder.commit("case", {"Case.txt": "x\n" * 20})
    builder.git("mv", "Case.txt", "case.txt")
    builder.commit("other case")
    builder.commit("folder", {"d/x": "1\n"})
    shutil.rmtree(path / "d")
    builder.commit("folder to file", {"d": "1\n"})
    builder.commit("edges", {"empty": "", "open": "x", "nul": b"\0" * 9})
    builder.commit("copy", {"copy.txt": "x\n" * 20})
    builder.commit("nothing")
    many = builder.commit("many", {f"m/{n % 9}/{n}": f"{n}\n" for n in range(3_000)})
    (path / "m").rename(path / "n")
    moved = builder.commit("move many")
    arms = [f"arm{n}" for n in range(6)]
    for arm in arms:
        builder.branch(arm, "main")
        builder.commit(arm, {arm: "1\n"})
    builder.checkout("main")
    octopus = builder.merge(*arms)
    builder.git("checkout", "--quiet", "--orphan", "root")
    builder.git("rm", "-rfq", ".")
    builder.commit("root", {"root": "1\n"})
    builder.git("checkout", "--quiet", "--force", "main")
    builder.git("merge", "-q", "--allow-unrelated-histories", "--no-ff", "root")

    history = load()

    found = rows(history.files)
    expected = slow_reference.numbers(path)
    assert found == {sha: some for sha, some in expected.items() if some}
    commits = history.commits.set_index("sha")
    assert commits.loc[[many, moved], "files_changed"].tolist() == [3_000] * 2
    assert len(commits.loc[octopus, "parents"]) == 7
    assert (history.files.loc[history.files["sha"] == moved, "status"] == "R").all()
