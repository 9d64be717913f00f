"""What git prints, to rows: fields of a commit, changes of its files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

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


class Changes:
    """The changes of many commits, as flat lists: one value a file in each.

    Lists, not an object a file: what a long history is read into is all that
    Python's memory is then searched through.

    Attributes
    ----------
    path, old_path, status, insertions, deletions, is_binary : list
        As in `commitlens.schema.FILES`, paths still bytes; counts are None where
        git gave none.
    """

    def __init__(self) -> None:
        self.path: list[bytes] = []
        self.old_path: list[bytes | None] = []
        self.status: list[str] = []
        self.insertions: list[int | None] = []
        self.deletions: list[int | None] = []
        self.is_binary: list[bool] = []

    def add(self, record: bytes) -> tuple[int, int | None, int | None]:
        """Add one record of ``git diff-tree --raw [--numstat] -z``.

        Returns
        -------
        (int, int or None, int or None)
            How many files, and their insertions and deletions: None when git
            gave no counts, as without numstat records.
        """
        tokens = record.split(b"\0")
        # The commit, two tokens a file, one a file with its counts, the end: as
        # long as nothing was renamed and all is text, which is nearly always.
        count = (len(tokens) - 2) // 3
        raw = tokens[1 : 1 + 2 * count : 2]
        status = [line[-1:] for line in raw]
        if len(tokens) == 3 * count + 2 and _PLAIN.issuperset(status):
            numbers = [token.split(b"\t", 1) for token in tokens[1 + 2 * count : -1]]
            try:
                added = [int(number[0]) for number in numbers]
                removed = [int(number[1].partition(b"\t")[0]) for number in numbers]
            except ValueError:  # a binary file
                return self._add_each(tokens)
            self.path += tokens[2 : 2 + 2 * count : 2]
            self.old_path += [None] * count
            self.status += [_PLAIN_NAMES[letter] for letter in status]
            self.insertions += added
            self.deletions += removed
            self.is_binary += [False] * count
            return count, sum(added), sum(removed)
        return self._add_each(tokens)

    def _add_each(self, tokens: list[bytes]) -> tuple[int, int | None, int | None]:
        index, last = 1, len(tokens) - 1  # the first token is the commit
        first = len(self.path)
        while index < last and tokens[index][:1] == b":":
            status = tokens[index][tokens[index].rindex(b" ") + 1 :][:1].decode("ascii")
            renamed = status in "RC"
            self.status.append(status)
            self.old_path.append(tokens[index + 1] if renamed else None)
            self.path.append(tokens[index + 1 + renamed])
            index += 2 + renamed
        counts: dict[bytes, list[bytes]] = {}
        while index < last:
            *numbers, path = tokens[index].split(b"\t", 2)
            if not path:  # a rename: the two paths follow
                path = tokens[index + 2]
                index += 2
            counts[path] = numbers
            index += 1
        added = removed = 0
        known = True
        for path in self.path[first:]:
            numbers = counts.get(path, [])
            binary = numbers[:1] == [b"-"]
            self.is_binary.append(binary)
            if numbers and not binary:
                more, less = map(int, numbers)
                added, removed = added + more, removed + less
                self.insertions.append(more)
                self.deletions.append(less)
            else:
                known = known and binary
                self.insertions.append(None)
                self.deletions.append(None)
        size = len(self.path) - first
        return (size, added, removed) if known else (size, None, None)

    def columns(self) -> dict[str, list[Any]]:
        """Return the lists by name, with paths as text."""
        return vars(self) | {
            "path": decode_all(self.path),
            "old_path": [None if old is None else decode(old) for old in self.old_path],
        }


#: Statuses of a file that has one path.
_PLAIN_NAMES = {b"A": "A", b"M": "M", b"D": "D", b"T": "T"}
_PLAIN = frozenset(_PLAIN_NAMES)


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


def trailer_pairs(text: str) -> Sequence[dict[str, str]]:
    """Return git's trailers as key and value pairs, in their order."""
    if not text:
        return ()
    pairs = (line.partition("\x1f") for line in text.split("\x1e") if line)
    return [{"key": key, "value": value} for key, _, value in pairs]
