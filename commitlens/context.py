"""What is usual in a repository, seen from each of its commits.

Every commit is held against the 500 rows before it, those of the lead
included, so that what is said of a commit does not depend on the range loaded.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .paths import area, category

if TYPE_CHECKING:
    import pandas as pd

#: How many commits before a commit say what is usual for it.
WINDOW = 500
#: With fewer than these, nothing is called usual.
ENOUGH = 30
#: Files of one commit that the window remembers: a mass change has no more.
_REMEMBERED = 200

#: Code that serves the makers of the product, not its users.
PERIPHERY = re.compile(
    r"^(?:scripts?|tools?|hack|contrib|dev|devtools|misc|maint|xtask|etc|\.[^/]+)/"
    r"|/(?:scripts|devtools|storybook|stories|completions|mocks?)/"
    r"|^complet(?:e|ions?)/",
    re.IGNORECASE,
)

#: Where a project tells its users what is new.
NOTES = re.compile(
    r"(?:^|/)(?:change(?:s|log)|history|news|release[-_ ]?notes|relnotes|whats?new"
    r"|newsfragments|\.?changesets?|changelog\.d)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Touched:
    """The files of one commit, summed up."""

    lines: dict[str, int] = field(default_factory=dict)  # by category
    count: dict[str, int] = field(default_factory=dict)  # files by category
    core_lines: int = 0  # code that is not periphery
    added: int = 0  # lines of code
    removed: int = 0  # lines of code
    areas: Counter[str] = field(default_factory=Counter)  # lines of code by area
    code: list[str] = field(default_factory=list)  # paths of code
    files: int = 0
    renames: int = 0  # files moved without a change
    new_code: int = 0  # code files added
    notes: bool = False  # whether the project's news of itself are touched

    def add(self, path: str, status: str, added: int, removed: int) -> None:
        """Count one file."""
        kind = category(path)
        lines = added + removed
        self.files += 1
        self.lines[kind] = self.lines.get(kind, 0) + lines
        self.count[kind] = self.count.get(kind, 0) + 1
        self.renames += status == "R" and not lines
        if kind in ("docs", "config") and NOTES.search(path):
            self.notes = True
        if kind == "code":
            self.areas[area(path)] += lines + 1
            self.code.append(path)
            self.new_code += status == "A"
            self.added += added
            self.removed += removed
            if not PERIPHERY.search(path):
                self.core_lines += lines


@dataclass(frozen=True, slots=True)
class Usual:
    """What the window says of one commit."""

    seen: int  # commits in the window
    lines: float | None  # median lines of code of people's commits that touch code
    place: str  # the area of code that the commit touches most
    share: float  # of the window's commits that touch that area
    core: float  # that share against the busiest area's, 0 to 1
    fixes: int  # repairs of the commit's files in the window
    fixed_files: int  # how many of its files were repaired
    changes: int  # of its most changed file of code in the window
    local: int  # those that touch the area of these that they know best


@dataclass(slots=True)
class _Entry:
    areas: tuple[str, ...]
    code: tuple[str, ...]
    is_fix: bool
    author: str
    lines: int | None


class Window:
    """The last `WINDOW` commits of one repository, sliding."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque()
        self._areas: Counter[str] = Counter()
        self._fixed: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._authors: Counter[tuple[str, str]] = Counter()
        self._lines: list[int] = []

    def usual(self, touched: Touched, author: str) -> Usual:
        """Hold a commit that is not in the window yet against it."""
        seen = len(self._entries)
        place = max(touched.areas, key=touched.areas.__getitem__, default="")
        share = self._areas[place] / seen if seen else 0.0
        busiest = max(self._areas.values(), default=0) / seen if seen else 0.0
        code = touched.code[:_REMEMBERED]
        repairs = [n for n in map(self._fixed.__getitem__, code) if n]
        return Usual(
            seen=seen,
            lines=_median(self._lines),
            place=place,
            share=share,
            core=share / busiest if seen >= ENOUGH and busiest else 0.5,
            fixes=sum(repairs),
            fixed_files=len(repairs),
            changes=max(map(self._changed.__getitem__, code), default=0),
            local=max((self._authors[author, x] for x in touched.areas), default=0),
        )

    def push(
        self, touched: Touched, *, author: str, is_fix: bool, is_human: bool
    ) -> None:
        """Take a commit in, and let go of the one that leaves."""
        code = touched.code[:_REMEMBERED]
        entry = _Entry(
            areas=tuple(touched.areas),
            code=tuple(code),
            is_fix=is_fix,
            author=author,
            lines=touched.lines["code"] if code and is_human else None,
        )
        self._count(entry, 1)
        self._entries.append(entry)
        if len(self._entries) > WINDOW:
            self._count(self._entries.popleft(), -1)

    def _count(self, entry: _Entry, sign: int) -> None:
        for name in entry.areas:
            self._areas[name] += sign
            self._authors[entry.author, name] += sign
            if not self._authors[entry.author, name]:
                del self._authors[entry.author, name]
            if not self._areas[name]:
                del self._areas[name]
        for path in entry.code:
            self._changed[path] += sign
            if not self._changed[path]:
                del self._changed[path]
        for path in entry.code if entry.is_fix else ():
            self._fixed[path] += sign
            if not self._fixed[path]:
                del self._fixed[path]
        if entry.lines is not None:
            _keep(self._lines, entry.lines, sign)


def _keep(ordered: list, value: float, sign: int) -> None:
    """Put a value into an ordered list, or take it out."""
    if sign > 0:
        insort(ordered, value)
    else:
        del ordered[bisect_left(ordered, value)]


def _median(ordered: Sequence[float]) -> float | None:
    """Return the middle of an ordered list, None if it is too short."""
    return ordered[(len(ordered) - 1) // 2] if len(ordered) >= ENOUGH else None


def spread(touched: Touched) -> float:
    """Return how evenly a commit's code is spread over areas, in bits."""
    total = sum(touched.areas.values())
    return -sum(n / total * math.log2(n / total) for n in touched.areas.values())


def touched_by_commit(
    frames: Iterable[pd.DataFrame],
) -> dict[tuple[str, str], Touched]:
    """Sum up the files of every commit of some files frames."""
    found: dict[tuple[str, str], Touched] = defaultdict(Touched)
    for files in frames:
        for repo, sha, path, status, added, removed in _rows(files):
            found[repo, sha].add(path, status, added, removed)
    return dict(found)


def _rows(files: pd.DataFrame) -> Iterator[tuple[str, str, str, str, int, int]]:
    return zip(
        *(files[name].tolist() for name in ("repo", "sha", "path", "status")),
        *(files[name].fillna(0).tolist() for name in ("insertions", "deletions")),
        strict=True,
    )
