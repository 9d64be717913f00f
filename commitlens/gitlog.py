"""What git prints, to rows: fields of a commit, changes of its files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: The fields of one commit, in the order in which git is asked for them.
FIELDS: dict[str, str] = {
    "sha": "%H",
    "parents": "%P",
    "author_name": "%an",
    "author_email": "%ae",
    "authored": "%ad",
    "committer_name": "%cn",
    "committed": "%cd",
    "encoding": "%e",
    "trailers": "%(trailers:only=true,unfold=true,separator=%x1e,"
    "key_value_separator=%x1f)",
    "message": "%B",
}
FORMAT = "%x00".join(FIELDS.values())

# Years that Arrow and Python's datetime can hold in every zone, in seconds.
_EARLIEST, _LATEST = -62135596800 + 2 * 86400, 253402300799 - 2 * 86400
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


class Change(NamedTuple):
    """One file of a commit; counts are None where git gave none."""

    path: bytes
    old_path: bytes | None
    status: str
    insertions: int | None
    deletions: int | None
    is_binary: bool


def decode(data: bytes, encoding: str = "") -> str:
    r"""Return text for any bytes: UTF-8, else the declared encoding.

    Git turns a commit's declared encoding into UTF-8 and leaves what it cannot
    turn, so UTF-8 is tried first. What neither can read is kept as ``\xNN``, with
    its backslashes doubled: nothing fails, and no two byte strings are confused.
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode(encoding or "ascii")
        text.encode()  # some codecs make what no other text can hold
    except (LookupError, UnicodeError, ValueError):
        return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return text


def decode_all(values: Sequence[bytes], encodings: Sequence[str] = ()) -> list[str]:
    """Decode many values that hold no NUL, as `decode` does each."""
    try:
        # One call for all: what a history of 80,000 commits is worth.
        return b"\0".join(values).decode().split("\0") if values else []
    except UnicodeDecodeError:
        return list(map(decode, values, encodings or [""] * len(values)))


def message_parts(message: str) -> tuple[str, str]:
    """Split a message as git does: its first paragraph in one line, the rest."""
    text = message.replace("\r\n", "\n").strip("\n")
    blank = _BLANK_LINES.search(text)
    while blank and not text[: blank.start()].strip():  # it opens with blank lines
        text = text[blank.end() :]
        blank = _BLANK_LINES.search(text)
    head, body = (text[: blank.start()], text[blank.end() :]) if blank else (text, "")
    return " ".join(line.rstrip() for line in head.split("\n")), body.rstrip()


def moment(raw: bytes) -> int:
    """Return the seconds of git's raw date, held inside the years 1 to 9999."""
    try:
        seconds = int(raw.partition(b" ")[0])
    except ValueError:  # a commit with no readable date
        return 0
    return min(max(seconds, _EARLIEST), _LATEST)


def trailer_pairs(text: str) -> list[dict[str, str]]:
    """Return git's trailers as key and value pairs, in their order."""
    pairs = (line.partition("\x1f") for line in text.split("\x1e") if line)
    return [{"key": key, "value": value} for key, _, value in pairs]


def changes(record: bytes) -> list[Change]:
    """Parse one record of ``git diff-tree --raw [--numstat] -z``.

    Without numstat records the counts are None: git could not give them.
    """
    tokens = record.split(b"\0")
    index, last = 1, len(tokens) - 1  # the first token is the commit
    rows: list[tuple[str, bytes | None, bytes]] = []
    while index < last and tokens[index][:1] == b":":
        status = tokens[index][tokens[index].rindex(b" ") + 1 :][:1].decode("ascii")
        if status in "RC":
            rows.append((status, tokens[index + 1], tokens[index + 2]))
            index += 3
        else:
            rows.append((status, None, tokens[index + 1]))
            index += 2
    counts: dict[bytes, tuple[bytes, bytes]] = {}
    while index < last:
        added, removed, path = tokens[index].split(b"\t", 2)
        if not path:  # a rename: the two paths follow
            path = tokens[index + 2]
            index += 2
        counts[path] = (added, removed)
        index += 1
    return [
        Change(path, old, status, *_counts(counts.get(path)))
        for status, old, path in rows
    ]


def _counts(found: tuple[bytes, bytes] | None) -> tuple[int | None, int | None, bool]:
    if found is None:
        return None, None, False
    if found[0] == b"-":
        return None, None, True
    return int(found[0]), int(found[1]), False
