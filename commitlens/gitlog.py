"""What git prints, to rows: fields of a commit, changes of its files."""

from __future__ import annotations

import re
from collections.abc import Sequence

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

#: Years that Arrow and Python's datetime can hold in every zone, in seconds.
YEARS = -62135596800 + 2 * 86400, 253402300799 - 2 * 86400

# What git takes for space: text may end in others, which are its own.
_SPACE = " \t\r\n"
_BLANK_LINES = re.compile(r"\n(?:[ \t\r]*\n)+")
_LEADING_LINES = re.compile(r"\A(?:[ \t\r]*\n)+")


class Changes:
    """The changes of many commits, as flat lists: one value a file in each.

    Attributes
    ----------
    commit : list of str
        Whose they are.
    path, old_path, status, insertions, deletions, is_binary : list
        As in `commitlens.schema.FILES`; counts are None where git gave none.
    """

    def __init__(self) -> None:
        self.commit: list[str] = []
        self.path: list[str] = []
        self.old_path: list[str | None] = []
        self.status: list[str] = []
        self.insertions: list[int | None] = []
        self.deletions: list[int | None] = []
        self.is_binary: list[bool] = []

    def add(self, fields: Sequence[str], at: int = 0) -> int:
        """Add one record of ``git diff-tree --raw [--numstat] -z``.

        Parameters
        ----------
        fields : sequence of str
            What git printed, split at each NUL: an empty one is behind the last.
        at : int, default 0
            Where the record begins.

        Returns
        -------
        int
            Where the next one begins.
        """
        commit, at, first = fields[at], at + 1, len(self.path)
        while fields[at][:1] == ":":
            status = fields[at][fields[at].rindex(" ") + 1 :][:1]
            renamed = status in "RC"
            self.commit.append(commit)
            self.status.append(status)
            self.old_path.append(fields[at + 1] if renamed else None)
            self.path.append(fields[at + 1 + renamed])
            at += 2 + renamed
        # A damaged tree may have a path twice.
        counts: dict[str, list[list[str]]] = {}
        while "\t" in fields[at]:
            *numbers, path = fields[at].split("\t", 2)
            if not path:  # a rename: the two paths follow
                path = fields[at + 2]
                at += 2
            counts.setdefault(path, []).append(numbers)
            at += 1
        for path in self.path[first:]:
            numbers = counts[path].pop(0) if counts.get(path) else []
            binary = numbers[:1] == ["-"]
            self.is_binary.append(binary)
            added, removed = (
                map(int, numbers) if numbers and not binary else (None, None)
            )
            self.insertions.append(added)
            self.deletions.append(removed)
        return at


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
        # Some codecs make what no other text can hold, or what ends a field.
        if b"\0" in text.encode():
            raise ValueError
    except (LookupError, UnicodeError, ValueError):
        return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return text


def decode_all(values: Sequence[bytes], encoding: str = "") -> list[str]:
    """Decode many values that hold no NUL, as `decode` does each."""
    try:
        return b"\0".join(values).decode().split("\0") if values else []
    except UnicodeDecodeError:
        return [decode(value, encoding) for value in values]


def message_parts(message: str) -> tuple[str, str]:
    """Split a message as git does: its first paragraph in one line, the rest."""
    text = message.replace("\r\n", "\n").rstrip(_SPACE)
    if text[:1] in _SPACE:
        text = _LEADING_LINES.sub("", text)
    blank = _BLANK_LINES.search(text)
    head, body = (text[: blank.start()], text[blank.end() :]) if blank else (text, "")
    return " ".join(line.rstrip(_SPACE) for line in head.split("\n")), body


def moment(raw: str) -> int:
    """Return the seconds of git's raw date, held inside the years 1 to 9999."""
    try:
        seconds = int(raw.partition(" ")[0])
    except ValueError:  # a commit with no readable date
        return 0
    return min(max(seconds, YEARS[0]), YEARS[1])
