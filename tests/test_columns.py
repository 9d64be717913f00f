"""What git prints becomes columns: at once where it is plain, else field by field."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens import columns, gitlog
from commitlens.bots import is_bot

A, B, C = "a" * 40, "b" * 40, "c" * 40


def raw(status):
    """Return what stands before the path of a file in git's raw format."""
    return f":100644 100644 {A} {B} {status}"


def read(*answers):
    """Return rows of files and numbers a commit of what git answered, if it did."""
    files, numbers = columns.changes(
        (
            shas,
            None if fields is None else b"".join(as_bytes(f) + b"\0" for f in fields),
        )
        for shas, fields in answers
    )
    files.validate(full=True)
    sums = zip(*(column.to_pylist() for column in numbers.values()), strict=True)
    return [tuple(row.values()) for row in files.to_pylist()], list(sums)


def as_bytes(field):
    """Return a field as git prints it."""
    return field if isinstance(field, bytes) else field.encode()


def test_files_of_many_commits_keep_their_order():
    """A group's commits come in one piece; a merge among them prints nothing."""
    group = [
        A, raw("A"), "x", raw("M"), "y", raw("D"), "w", "3\t0\tx", "1\t2\ty", "0\t9\tw",
        C, raw("T"), "link", "12345\t1\tlink",
    ]  # fmt: skip

    files, sums = read(([A, B, C], group))

    assert files == [
        (0, "x", None, "A", 3, 0, False),
        (0, "y", None, "M", 1, 2, False),
        (0, "w", None, "D", 0, 9, False),
        (2, "link", None, "T", 12345, 1, False),
    ]
    assert sums == [(3, 4, 11), (0, 0, 0), (1, 12345, 1)]


def test_a_rename_has_two_paths_and_a_binary_file_no_counts():
    """The totals of a commit know both."""
    fields = [
        A, raw("R086"), "old", "new", raw("M"), "pic", raw("C100"), "p", "q",
        "5\t1\t", "old", "new", "-\t-\tpic", "0\t0\t", "p", "q",
    ]  # fmt: skip

    files, sums = read(([A], fields))

    assert files == [
        (0, "new", "old", "R", 5, 1, False),
        (0, "pic", None, "M", None, None, True),
        (0, "q", "p", "C", 0, 0, False),
    ]
    assert sums == [(3, 5, 1)]


def test_what_git_did_not_count_is_missing():
    """No counts, no answer and no files are three things."""
    files, sums = read(
        ([A], [A, raw("M"), "x"]), ([B], None), ([C], []), (["d" * 40], ["d" * 40])
    )

    assert files == [(0, "x", None, "M", None, None, False)]
    assert sums == [(1, None, None), (None, None, None), (0, 0, 0), (0, 0, 0)]


def test_no_commits_have_no_files():
    """Nothing asked gives empty columns."""
    assert read() == ([], [])


@pytest.mark.parametrize(
    "odd",
    [":", f":{'x' * 95} M", "1\t2\tq", "tab\t", A, B, b"\xff", "-", "a\nb", "é"],
    ids=repr,
)
def test_a_path_that_looks_like_something_else_is_a_path(odd):
    """Paths are taken by their place, whatever bytes they hold."""
    path = gitlog.decode(as_bytes(odd))
    fields = [
        A, raw("R100"), odd, "new", raw("A"), odd, raw("R050"), "old", odd,
        "0\t0\t", odd, "new", b"7\t1\t" + as_bytes(odd), "2\t0\t", "old", odd,
        B, raw("M"), odd, b"1\t1\t" + as_bytes(odd),
    ]  # fmt: skip

    files, sums = read(([A, B], fields))

    assert [row[1:4] for row in files] == [
        ("new", path, "R"), (path, None, "A"), (path, "old", "R"), (path, None, "M"),
    ]  # fmt: skip
    assert sums[1] == (1, 1, 1)


PATHS = st.text("ab:\t \n0é", min_size=1, max_size=4) | st.just(B)
COUNTS = st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)) | st.just(("-", "-"))
FILES = st.lists(st.tuples(st.sampled_from("AMDTRC"), PATHS, PATHS, COUNTS), max_size=3)


@given(commits=st.lists(st.tuples(FILES, st.booleans()), max_size=4))
def test_every_record_is_read_as_field_by_field(commits):
    """Reading all at once gives what reading by place gives."""
    shas = [f"{number:040x}" for number in range(len(commits))]
    fields, expected = [], []
    for sha, (some, counted) in zip(shas, commits, strict=True):
        files = {new: (letter, old, counts) for letter, old, new, counts in some}
        fields.append(sha)
        for path, (letter, old, _) in files.items():
            fields += (
                [raw(f"{letter}077"), old, path]
                if letter in "RC"
                else [raw(letter), path]
            )
        for path, (letter, old, (added, removed)) in files.items():
            moved = letter in "RC"
            expected.append(
                (shas.index(sha), path, old if moved else None, letter,
                 *((None, None) if not counted or added == "-" else (added, removed)),
                 counted and added == "-")
            )  # fmt: skip
            if counted:
                line = f"{added}\t{removed}\t"
                fields += [line, old, path] if moved else [line + path]

    files, _ = read((shas, fields))

    assert files == expected


@pytest.mark.parametrize("other", ["plain", "t\tab"])
def test_a_path_that_a_tree_has_twice_has_counts_of_its_own(other):
    """Whether a path beside it can be taken for something else or not."""
    fields = [
        A, raw("M"), "x", raw("M"), "x", raw("A"), other,
        "2\t0\tx", "0\t9\tx", f"1\t0\t{other}",
    ]  # fmt: skip

    files, sums = read(([A], fields))

    assert [row[4:6] for row in files] == [(2, 0), (0, 9), (1, 0)]
    assert sums == [(3, 3, 9)]


WORDS = st.text(
    st.sampled_from("ab \t\n\r\x1f\x85\xa0\u2028\u3000\u3042é-:"), max_size=12
).filter(lambda text: "\0" not in text)
PAIRS = st.lists(st.tuples(st.text("kA-", max_size=3), st.text("v \x1f:", max_size=3)))
DATES = st.sampled_from(
    ["0 +0000", "1767603600 +0530", "99999999999999 -0000", "1 +051800", "", "x y"]
)


@given(
    data=st.data(),
    messages=st.lists(WORDS | st.tuples(WORDS, WORDS).map("\n\n".join), min_size=1),
)
def test_a_log_is_read_as_field_by_field(data, messages):
    """Subjects, bodies, trailers and times are those of one commit at a time."""
    parents, authored, pairs, records = [], [], [], []
    for number, message in enumerate(messages):
        parents.append(data.draw(st.lists(st.sampled_from([A, B, C]), max_size=3)))
        authored.append(data.draw(DATES))
        pairs.append(data.draw(PAIRS))
        trailers = "\x1e".join(map("\x1f".join, pairs[-1]))
        records += [
            f"{number:040x}", " ".join(parents[-1]), "Ada", f"a{number}@b",
            authored[-1], "C[bot]", "1 +0000", "", trailers, message,
        ]  # fmt: skip

    rows = columns.commits("".join(f"{field}\0" for field in records).encode())

    parts = list(map(gitlog.message_parts, messages))
    for column in rows.values():
        if not hasattr(column, "dtype"):
            column.validate(full=True)
    assert (
        list(zip(rows["subject"].to_pylist(), rows["body"].to_pylist(), strict=True))
        == parts
    )
    assert rows["parents"].to_pylist() == parents
    assert rows["is_merge"].to_pylist() == [len(some) > 1 for some in parents]
    assert rows["authored_at"].tolist() == list(map(gitlog.moment, authored))
    assert rows["trailers"].to_pylist() == [
        [dict(zip(("key", "value"), pair, strict=True)) for pair in some]
        for some in pairs
    ]


def test_encodings_and_bots_are_those_of_each_commit():
    """One commit that declares an encoding changes no other."""
    records = [
        [A, "", "René", "r@b", "1 +0000", "x", "1 +0000", "", "", "été"],
        [
            B,
            A,
            b"Ren\xe9",
            "r@b",
            "1 +0000",
            "x",
            "1 +0000",
            "latin-1",
            "",
            b"\xe9t\xe9",
        ],
        [C, B, b"\\ \xff", "x[bot]@y", "1 +0000", "x", "1 +0000", "no-such", "", "\\"],
    ]

    rows = columns.commits(b"".join(as_bytes(f) + b"\0" for f in chain(*records)))

    names = rows["author_name"].to_pylist()
    assert names == ["René", "René", r"\\ \xff"]
    assert rows["subject"].to_pylist() == ["été", "été", "\\"]
    emails = ["r@b", "r@b", "x[bot]@y"]
    assert rows["is_bot"].to_pylist() == list(map(is_bot, names, emails))
