"""What a person is told of a measure, where more than a phrase is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .context import WINDOW
from .risk import DAYS

if TYPE_CHECKING:
    from .impact import Commit

#: Types that live outside code, and the categories of their files.
AROUND: dict[str, tuple[str, ...]] = {
    "docs": ("docs", "example", "translation"),
    "test": ("test", "benchmark"),
    "ci": ("ci", "build"),
    "build": ("build", "dependency", "config"),
}
#: Kinds of files in words, by category, in the order they are told.
_KINDS: dict[str, str] = {
    "code": "code",
    "test": "tests",
    "docs": "docs",
    "dependency": "dependencies",
    "lock": "lock files",
    "build": "build",
    "ci": "CI",
    "benchmark": "benchmarks",
    "example": "examples",
    "translation": "translations",
    "generated": "generated files",
    "vendored": "vendored code",
    "asset": "assets",
    # Fragments of release notes are kept as settings are: not all is configuration.
    "config": "other files",
}


def lines(number: int) -> str:
    """Count lines, one or many."""
    return f"{number} line{'' if number == 1 else 's'}"


def area(c: Commit) -> str:
    """Say how much code changes, where, and how much of what happens is there."""
    usual = c.usual
    seen = min(usual.seen, WINDOW)
    where = f" in {usual.place}" if usual.place not in ("", ".") else ""
    part = f"{usual.share:.0%}" if usual.share >= 0.005 else "<1%"
    known = (
        f", an area that {part} of the last {seen} commits touch" if seen >= 100 else ""
    )
    return f"{lines(c.touched.core_lines)} of code{where}{known}"


def around_lines(c: Commit) -> str:
    """Say how much changes outside code."""
    number = sum(c.touched.lines.get(n, 0) for n in AROUND[c.change_type])
    return f"{lines(number)} of {c.change_type}"


def large_lines(c: Commit) -> str:
    """Say how large a change is, and against what."""
    number, usual = c.touched.core_lines, c.usual.lines
    known = f", {number / usual:.1f} times the usual {usual:.0f}" if usual else ""
    return f"a change of {number} lines{known}"


def risk_told(c: Commit) -> str:
    """Say how often changes like it needed a repair, and what was repaired of late."""
    usual = c.usual
    found = f"of changes like it, {c.risk:.0%} needed a repair within {DAYS} days"
    if usual.fixes >= 3 and usual.fixed_files > 1:
        return (
            f"{found}; {usual.fixed_files} of its files were repaired {usual.fixes}"
            f" times in the last {usual.seen} commits"
        )
    if usual.fixes >= 3:
        return (
            f"{found}; one of its files was repaired {usual.fixes} times"
            f" in the last {usual.seen} commits"
        )
    return found


def words(c: Commit) -> str:
    """Name the words of the subject that weigh."""
    if "message" not in c.read:
        return ""
    listed = ", ".join(f"'{word}'" for word in c.read["message"].words)
    return f"words of the subject: {listed}" if listed else ""


def words_share(c: Commit) -> float:
    """How much of what the message is worth the words named are."""
    found = c.read["message"]
    return found.told / found.points if found.points else 0.0


def files(c: Commit) -> str:
    """Say what changes together: a repair with its tests is not code alone."""
    number = f"{c.touched.files} file{'' if c.touched.files == 1 else 's'}"
    kinds = [name for kind, name in _KINDS.items() if c.touched.count.get(kind)]
    if kinds == ["other files"]:
        return ""
    if len(kinds) == 1:
        return f"{number}: {kinds[0]} alone"
    return f"{number}: {', '.join(kinds)}" if kinds else ""
