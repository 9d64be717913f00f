"""A patch as a model is shown it: by hunk, with its numbers, and an identity.

The identity is what ``git patch-id`` is for: equal for the same change on
another base. Places of hunks are left out; content, context and names are not.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from .diffs import FileDiff, read_patch
from .redaction import redact

#: Characters of one line that are shown, and of one file that are looked at.
WIDTH, MOST = 400, 200_000

_PLACE = re.compile(rb"^@@ [^@\n]* @@[^\n]*", re.MULTILINE)
_INDEX = re.compile(rb"^index [0-9a-f.]+(?: \d+)?$", re.MULTILINE)
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,(\d+))? @@ ?(.*)")


def patch_id(patch: bytes) -> str:
    """Return a name of what a patch changes, wherever it is applied."""
    plain = []
    for part in (b"\n" + patch).split(b"\ndiff --git ")[1:]:
        part = _PLACE.sub(b"@@", part)
        if b"\nBinary files " not in part and b"\nGIT binary" not in part:
            part = _INDEX.sub(b"", part)
        plain.append(part.strip(b"\n"))
    return hashlib.sha256(b"\0".join(plain)).hexdigest()


@dataclass(frozen=True)
class Shown:
    """One hunk as a model sees it.

    Attributes
    ----------
    text : str
        With its header; long lines are cut and secrets taken out.
    lines : dict of int to str
        Lines after the change, by number, as the commit has them.
    """

    text: str
    lines: dict[int, str]


class Patch:
    """What a commit changed, as text to show and to check against.

    Attributes
    ----------
    files : list of FileDiff
        In git's order.
    redacted : int
        Places where a secret was taken out of what is shown.
    """

    def __init__(self, patch: bytes) -> None:
        self.id = patch_id(patch)
        self.files: list[FileDiff] = read_patch(patch)
        self.redacted = 0
        self._shown: dict[str, list[Shown]] = {}

    def shown(self, file: FileDiff) -> list[Shown]:
        """Return the hunks of a file, without secrets."""
        if file.path not in self._shown:
            text = file.body[:MOST].decode("utf-8", "backslashreplace")
            some = []
            for hunk in _split(text):
                # One by one: what looks like a key ends with its hunk.
                clean, count = redact(hunk)
                self.redacted += count
                some.append(Shown(_cut(clean), _numbered(hunk)))
            self._shown[file.path] = some
        return self._shown[file.path]

    @cached_property
    def sides(self) -> tuple[str, str]:
        """All lines before and after, unchanged ones on both sides."""
        old, new = [], []
        for file in self.files:
            for line in file.body.decode("utf-8", "backslashreplace").split("\n"):
                if line[:1] in ("-", " "):
                    old.append(line[1:])
                if line[:1] in ("+", " "):
                    new.append(line[1:])
                if line[:2] == "@@":
                    context = line.rpartition("@@")[2]
                    old.append(context)
                    new.append(context)
        return "\n".join(old), "\n".join(new)

    @cached_property
    def changed(self) -> tuple[str, str]:
        """Only the removed lines, and only the added ones, of all files."""
        removed, added = [], []
        for file in self.files:
            for line in file.body.decode("utf-8", "backslashreplace").split("\n"):
                if line[:1] == "-":
                    removed.append(line[1:])
                elif line[:1] == "+":
                    added.append(line[1:])
            if file.status in "DR":
                removed.append(file.old_path)
            if file.status in "ARC":
                added.append(file.path)
        return "\n".join(removed), "\n".join(added)

    @cached_property
    def paths(self) -> list[str]:
        """Every path, before and after, each once."""
        both = (name for file in self.files for name in (file.path, file.old_path))
        return list(dict.fromkeys(both))

    def anchor(self, path: str, line: int) -> tuple[int, int] | None:
        """Return which hunk of a file shows a line, and where in it."""
        for at, hunk in enumerate(self._hunks(path)):
            if line in hunk.lines:
                return at, line - min(hunk.lines)
        return None

    def line(self, path: str, hunk: int, offset: int) -> int | None:
        """Return the number of a line that `anchor` placed, None if gone."""
        some = self._hunks(path)
        if hunk < len(some) and some[hunk].lines:
            number = min(some[hunk].lines) + offset
            return number if number in some[hunk].lines else None
        return None

    def _hunks(self, path: str) -> list[Shown]:
        for file in self.files:
            if file.path == path:
                return self.shown(file)
        return []


def _split(body: str) -> list[str]:
    """Return the hunks of a file's patch, each from its header on."""
    parts = ("\n" + body).split("\n@@ ")[1:]
    return ["@@ " + part.rstrip("\n") for part in parts]


def _cut(hunk: str) -> str:
    lines = hunk.split("\n")
    return "\n".join(x if len(x) <= WIDTH else x[:WIDTH] + " …" for x in lines)


def _numbered(hunk: str) -> dict[int, str]:
    header, *lines = hunk.split("\n")
    found = _HUNK.match(header)
    if not found:
        return {}
    number, numbered = int(found[2]), {}
    for line in lines:
        if line[:1] in ("+", " "):
            numbered[number] = line[1:]
            number += 1
    return numbered
