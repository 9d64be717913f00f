"""A diff packed to a budget of tokens, and what of it was read.

Most informative files first, by hunk, each file at most a share at first, so
that one does not crowd out the others. What no reader goes through line by line
(lock, generated, vendored, minified and binary files) is one line each. What a
large commit has left goes into parts, which are read one by one (map) and
brought together by the request for the analysis (reduce).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .diffs import FileDiff
from .patches import Patch, Shown
from .redaction import redact

#: Tokens of a diff in one request, by tier, and in one part of a large one.
BUDGETS = {"high": 4000, "medium": 1800, "low": 500}
PART = 5000
#: Parts of one commit at the most: beyond, files are left out and counted.
PARTS = 4

#: Files told in one line, by kind.
_SKIPPED = ("lock", "generated", "vendored", "translation", "asset")
#: What informs most comes first.
_ORDER = {
    name: place
    for place, names in enumerate(
        [("code",), ("config", "dependency", "build"), ("ci",), ("docs",),
         ("test", "benchmark", "example")]
    )
    for name in names
}  # fmt: skip
#: Less than this is left out rather than read in further requests.
_HUGE = 8000
#: From here on, files are not worth a further request.
_ASIDE = 2
#: What part of a budget one file may take before the others have had their turn.
_SHARE = {0: 0.5, 1: 0.25, 2: 0.25, 3: 0.2, 4: 0.2}
#: Lines of removed files that are shown, and skipped files told by name.
_REMOVED, _NAMED = 12, 12


def estimate(text: str) -> int:
    """Return about how many tokens a text has.

    Tokens differ from model to model; diffs of code have three bytes in one, and
    Chinese about one character. `benchmarks/models.py` compares it with a real
    tokenizer.
    """
    wide = sum(1 for char in text if char > "\u02ff") if not text.isascii() else 0
    return (len(text) - wide) // 3 + wide + 1


@dataclass(frozen=True)
class Coverage:
    """What of a commit's diff was read.

    Attributes
    ----------
    files : int
        Files that the commit touches.
    full, part, left : int
        Files read in full, in part, and not at all for want of room.
    skipped : tuple of (str, int)
        Kinds of files that are not read, with their number.
    redacted : int
        Places where a secret was taken out.
    """

    files: int
    full: int
    part: int
    left: int
    skipped: tuple[tuple[str, int], ...] = ()
    redacted: int = 0


@dataclass(frozen=True)
class Packed:
    """A diff as it is sent.

    Attributes
    ----------
    text : str
        What the request for the analysis shows.
    parts : tuple of str
        What further requests show, for a large commit.
    coverage : Coverage
        With the parts.
    """

    text: str
    parts: tuple[str, ...]
    coverage: Coverage


class _Taken:
    """The hunks of one file, and which of them were taken."""

    def __init__(self, file: FileDiff, hunks: Sequence[Shown]) -> None:
        self.file = file
        self.hunks = [hunk.text for hunk in hunks]
        self.done = 0
        self.cut = False

    @property
    def size(self) -> int:
        """Tokens that are left."""
        return sum(map(estimate, self.hunks[self.done :]))

    def take(self, room: int) -> tuple[str, int]:
        """Return the next hunks that fit, and what they take."""
        texts: list[str] = []
        used = 0
        while self.done < len(self.hunks):
            text = self.hunks[self.done]
            cost = estimate(text)
            if used + cost <= room:
                texts.append(text)
                used += cost
                self.done += 1
                continue
            # The beginning of a long hunk says what it is about; the rest of it
            # stays for later.
            head, rest = _head(text, room - used)
            if head:
                texts.append(head)
                used += estimate(head)
                self.hunks[self.done] = rest
            break
        return "\n".join(texts), used


def _head(hunk: str, room: int) -> tuple[str, str]:
    """Return the lines of a hunk that fit, if enough do, and a hunk of the rest."""
    header, *lines = hunk.split("\n")
    used, at = estimate(header), 0
    while at < len(lines) and used + estimate(lines[at]) <= room:
        used += estimate(lines[at])
        at += 1
    if at < 8:
        return "", hunk
    return "\n".join([header, *lines[:at]]), "\n".join([header, *lines[at:]])


def pack(
    patch: Patch,
    budget: int,
    *,
    parts: int = 0,
    first: Iterable[str] = (),
) -> Packed:
    """Pack a patch.

    Parameters
    ----------
    patch : Patch
        Of one commit.
    budget : int
        Tokens of the first text.
    parts : int, default 0
        How many further texts there may be, of `PART` tokens each.
    first : iterable of str
        Paths that the evidence speaks of: before others of their kind.
    """
    told = Counter(first)
    skipped: list[tuple[str, FileDiff]] = []
    files: list[tuple[tuple[int, int, int], _Taken]] = []
    for place, file in enumerate(patch.files):
        kind = _skip(file)
        if kind:
            skipped.append((kind, file))
            continue
        rank = _ORDER.get(file.category, 2), -told[file.path], place
        files.append((rank, _Taken(file, _hunks(patch, file))))
    files.sort(key=lambda item: item[0])
    note = _told(skipped)
    room = budget - estimate(note)
    texts: dict[int, list[str]] = {}
    for share in (True, False):
        for at, (order, taken) in enumerate(files):
            most = int(budget * _SHARE[order[0]]) if share else room
            head = "" if at in texts else _title(taken.file)
            text, used = taken.take(min(room, most) - estimate(head))
            if text or (head and not taken.hunks and room > estimate(head)):
                texts.setdefault(at, [head] if head else []).append(text)
                room -= used + estimate(head)
    shown = ["\n".join(filter(None, texts[at])) for at in sorted(texts)]
    # Tests and documents say little that their beginnings do not.
    rest = [taken for (rank, *_), taken in files if rank < _ASIDE]
    more = _parts(rest, parts) if sum(t.size for t in rest) > _HUGE else []
    left = [t for _, t in files if t.done < len(t.hunks)]
    none = [
        t.file.path for at, (_, t) in enumerate(files)
        if at not in texts and t in left and not _in(t.file.path, more)
    ]  # fmt: skip
    if none:
        some = ", ".join(map(_name, none[:_NAMED]))
        shown.append(f"[not shown: {len(none)} files: {some}{' …' * (len(none) > 12)}]")
    kinds = Counter(kind for kind, _ in skipped)
    coverage = Coverage(
        files=len(patch.files),
        full=len(files) - len(left),
        part=len(left) - len(none),
        left=len(none),
        skipped=tuple(sorted(kinds.items())),
        redacted=patch.redacted,
    )
    return Packed("\n\n".join(filter(None, [*shown, note])), tuple(more), coverage)


def _in(path: str, texts: Iterable[str]) -> bool:
    return any(f"=== {_name(path)} " in text for text in texts)


def _name(path: str) -> str:
    """Return a path as it is shown: on one line, and a key in it taken out."""
    return redact(" ".join(path.split("\n")))[0][:300]


def _hunks(patch: Patch, file: FileDiff) -> Sequence[Shown]:
    some = patch.shown(file)
    if file.status == "D" and some:
        lines = some[0].text.split("\n")
        return [Shown("\n".join(lines[: _REMOVED + 1]), {})]
    return some


def _skip(file: FileDiff) -> str:
    """Say why a file is told in one line, "" if it is not."""
    if file.category in _SKIPPED:
        return file.category
    if file.is_binary:
        return "binary"
    if file.is_cut and file.category not in ("docs",):
        long = max(map(len, file.body[:200_000].split(b"\n")))
        if long > 4000:
            return "minified"
    return ""


_STATUS = {"A": "added", "D": "deleted", "M": "modified", "R": "renamed", "C": "copied"}


def _title(file: FileDiff) -> str:
    status = _STATUS.get(file.status, file.status)
    if file.old_path != file.path:
        status += f" from {_name(file.old_path)}"
    mode = ", mode changed" if file.modes and not file.body else ""
    return f"=== {_name(file.path)} ({status}, {file.category}, {_size(file)}{mode})"


def _size(file: FileDiff) -> str:
    body = b"\n" + file.body
    added, removed = body.count(b"\n+"), body.count(b"\n-")
    return f"+{added} -{removed}"


def _told(skipped: Sequence[tuple[str, FileDiff]]) -> str:
    """Return one line a file that is not shown, and a count of the rest."""
    lines = []
    for kind, file in skipped[:_NAMED]:
        status, path = _STATUS.get(file.status, file.status), _name(file.path)
        lines.append(f"[not shown: {kind} file {path}, {status}, {_size(file)}]")
    if len(skipped) > _NAMED:
        lines.append(f"[not shown: {len(skipped) - _NAMED} more such files]")
    return "\n".join(lines)


def _parts(files: Sequence[_Taken], most: int) -> list[str]:
    """Return what is left of the files, in texts of `PART` tokens each."""
    texts: list[str] = []
    current: list[str] = []
    room = PART
    for taken in files:
        while taken.done < len(taken.hunks) and len(texts) < most:
            head = _title(taken.file)
            text, used = taken.take(room - estimate(head))
            if text:
                current.append(f"{head}\n{text}")
                room -= used + estimate(head)
            elif not current:
                taken.done += 1  # a single line beyond any room
                continue
            if taken.done < len(taken.hunks):
                texts.append("\n\n".join(current))
                current, room = [], PART
    if current and len(texts) < most:
        texts.append("\n\n".join(current))
    return texts
