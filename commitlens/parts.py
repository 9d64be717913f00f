"""The parts of a commit's importance.

A part is a function of one `Commit` to points; it notes why. `PARTS` is their
order; floors and caps come after them (`commitlens.bounds`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .context import WINDOW, Touched, Usual, spread
from .interface import Interface

#: Where the tiers begin. Below `MEDIUM` is low.
HIGH = 51.0
MEDIUM = 30.0
#: What one commit in seven exceeds in an ordinary repository (see `plain`).
TYPICAL = 36.0

#: What a change type counts for, before anything is known of the change.
KIND: dict[str, float] = {
    "feat": 28,
    "fix": 27,
    "perf": 27,
    "revert": 24,
    "refactor": 17,
    "build": 12,
    "ci": 10,
    "test": 8,
    "chore": 8,
    "docs": 7,
    "style": 2,
}
#: Types that live outside code: category, and the lines that make one large.
AROUND: dict[str, tuple[tuple[str, ...], int]] = {
    "docs": (("docs", "example", "translation"), 300),
    "test": (("test", "benchmark"), 300),
    "ci": (("ci", "build"), 150),
    "build": (("build", "dependency", "config"), 150),
}
#: How bad the trouble is that a repair ends: points, pattern over the subject.
SEVERITY: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (points, re.compile(pattern))
    for points, pattern in (
        (
            24,
            r"\b(?:data loss|corrupt\w*|deadlock\w*|use[- ]after[- ]free|uaf"
            r"|los(?:e|es|ing|t) (?:data|writes?|messages?|updates?|objects?|commits?)"
            r"|double[- ]free|unsound\w*|undefined behaviou?r|wrong results?"
            r"|data races?|silently (?:drop|discard|los|truncat|ignor)\w*"
            r"|out[- ]of[- ]bounds"
            r"|miscompil\w*|buffer over\w+)\b|数据丢失|死锁",
        ),
        (
            17,
            r"\b(?:crash\w*|seg(?:mentation )?faults?|segv|panics?|panick?\w+|livelock"
            r"|hang(?:s|ing)?|race|racy|race conditions?|infinite (?:loop|recursion)"
            r"|regress\w*|out of memory|oom|outage|stack overflow"
            r"|(?:null|nil) (?:pointer|deref\w*))\b|崩溃|竞态",
        ),
        (11, r"\b(?:leak\w*|overflow\w*|starv\w+|stall\w*|stuck|timeouts?)\b|泄漏"),
    )
)
#: What a subject says of behaviour that users meet: points and pattern.
BEHAVIOUR: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (points, re.compile(pattern))
    for points, pattern in (
        (
            10,
            r"\b(?:by default|defaults? (?:to|of)|change (?:the )?default|no longer)\b"
            r"|默认",
        ),
        (
            16,
            r"\bstabili[sz]e\b|\bmsrv\b|\b(?:minimum|required) (?:\w+ )?version"
            r"|\b(?:discontinue|(?:drop|remove) support)\b",
        ),
        (8, r"\bdeprecates?\b|\bdeprecation of\b|\b(?:phase[sd]? out|retire)\b"),
        (6, r"\bnew (?:command|subcommand|option|flag|api|backend|protocol|format)\b"),
        (
            5,
            r"(?:^|[\s`'\"])--[a-z][\w-]+|\b(?:option|flag|subcommand|endpoint"
            r"|env(?:ironment)? var\w*)\b",
        ),
    )
)
FASTER = re.compile(
    r"quadratic|\bo\([n^2 ]+\)|\d+(?:\.\d+)?\s*(?:x|%|×)\s*(?:faster|less|speed)"
)
#: What authors call small themselves.
SMALL = re.compile(r"\b(?:trivial(?:ly)?|minor|small|nits?|cosmetic|tiny|simple)\b")


@dataclass(slots=True)
class Commit:
    """One commit, as its parts see it; `text` is the subject in lower case."""

    change_type: str
    text: str
    reason: str
    confidence: float
    breaking: bool
    security: bool
    is_merge: bool
    is_bot: bool
    touched: Touched
    usual: Usual
    interface: Interface
    reasons: list[tuple[float, str]] = field(default_factory=list)

    def count(self, points: float, reason: str) -> float:
        """Note why, and return the points."""
        if abs(points) >= 1:
            self.reasons.append((points, reason))
        return points

    @property
    def unsure(self) -> bool:
        """Whether the change type is little more than a guess."""
        return self.confidence <= 0.5

    @property
    def has_code(self) -> bool:
        """Whether code that users run is touched."""
        return self.touched.core_lines > 0 or self.touched.new_code > 0


def kind(commit: Commit) -> float:
    """What the kind of change counts for, less where no code is touched."""
    name = commit.change_type
    if name in AROUND and commit.interface.visible and commit.has_code:
        return commit.count(
            KIND["refactor"] + 5,
            f"called {name}, yet it changes what users of the code see",
        )
    points = KIND[name]
    if name not in AROUND and not commit.touched.code:
        points *= 0.6
        return commit.count(points, f"a {name} that touches no code")
    if name not in AROUND and not commit.has_code:
        points *= 0.8
        return commit.count(points, f"a {name} in tools around the product")
    if name == "refactor" and commit.unsure:
        points, name = 22.0, "not told, perhaps refactor"
    if found := SMALL.search(commit.text):
        return commit.count(points - 5, f"{name}, '{found[0]}' in the author's words")
    return commit.count(points, f"change type {name}")


def severity(commit: Commit) -> float:
    """What the trouble counts for that a repair ends."""
    if commit.change_type not in ("fix", "revert", "perf") or not commit.has_code:
        return 0.0
    points, said = _trouble(commit.text)
    return commit.count(points, f"the subject tells of '{said}'")


def _trouble(lower: str) -> tuple[float, str]:
    """Return what the trouble counts for that a subject tells of, and its name."""
    for points, pattern in SEVERITY:
        if found := pattern.search(lower):
            return points, found[0].strip()
    found = FASTER.search(lower)
    return (8.0, found[0].strip()) if found else (0.0, "")


def reach(commit: Commit) -> float:
    """How much of the product is touched, and how central it is."""
    touched, usual = commit.touched, commit.usual
    if commit.change_type in AROUND and not commit.has_code:
        kinds, large = AROUND[commit.change_type]
        lines = sum(touched.lines.get(name, 0) for name in kinds)
        return commit.count(
            24 * _size(lines, large), f"{lines} lines of {commit.change_type}"
        )
    if not touched.code:
        lines = sum(touched.lines.values())
        return commit.count(8 * _size(lines, 400), f"{lines} lines, none of them code")
    lines = touched.core_lines
    if not lines:
        return commit.count(
            6 * _size(touched.lines["code"], 400), "only tools around the product"
        )
    points = 10 * _size(lines, 400) + 8 * min(1.0, usual.core)
    seen = min(usual.seen, WINDOW)
    where = f" in {usual.place}" if usual.place != "." else ""
    known = (
        f", an area that {usual.share:.0%} of the last {seen} commits touch"
        if seen >= 100
        else ""
    )
    noun = "line" if lines == 1 else "lines"
    return commit.count(points, f"{lines} {noun} of code{where}{known}")


def behaviour(commit: Commit) -> float:
    """What users see of it: names, options, defaults, formats, dependencies."""
    if commit.change_type in ("test", "ci", "style") and not commit.interface.visible:
        return 0.0
    points = 0.0
    for worth, reason in commit.interface.parts():
        points += commit.count(min(worth, 26 - points), reason)
        if points >= 26:
            return points
    # What the diff shows need not be guessed from the subject.
    seen = commit.interface.visible or points >= 7
    if commit.has_code and not seen and commit.change_type != "docs":
        lower = commit.text
        for worth, pattern in BEHAVIOUR:
            if found := pattern.search(lower):
                said = found[0].strip()
                return points + commit.count(worth, f"the subject speaks of '{said}'")
    return points


def breaking(commit: Commit) -> float:
    """What an incompatible change counts for."""
    if not commit.breaking:
        return 0.0
    return commit.count(25, "breaking: its users have to change something")


def security(commit: Commit) -> float:
    """What a repair of security counts for."""
    if not commit.security:
        return 0.0
    return commit.count(20, "a repair of security")


def churn(commit: Commit) -> float:
    """The size of the change in code against what is usual here."""
    lines, usual = commit.touched.core_lines, commit.usual.lines
    # Where changes are tiny, a hundred lines are many times the usual and yet
    # not large: count from 25 lines on. Where nothing is known yet, from 30.
    times = lines / max(usual or 30, 25)
    if lines < 100 or times <= 3:
        return 0.0
    known = f", {lines / usual:.1f} times the usual {usual:.0f}" if usual else ""
    return commit.count(
        min(18.0, 3 * math.log2(times / 1.5)), f"a change of {lines} lines{known}"
    )


def scattered(commit: Commit) -> float:
    """How far the change is spread over the code."""
    areas = len(commit.touched.areas)
    if areas < 3 or not commit.has_code:
        return 0.0
    return commit.count(
        min(6.0, 2 * spread(commit.touched)),
        f"{len(commit.touched.code)} files of code in {areas} areas",
    )


def repaired(commit: Commit) -> float:
    """Repairs of the same files of late: where trouble was, trouble is likely."""
    usual = commit.usual
    if usual.fixes < 3 or not commit.has_code:
        return 0.0
    files = (
        f"{usual.fixed_files} of its files were"
        if usual.fixed_files > 1
        else ("one of its files was")
    )
    return commit.count(
        min(4.0, 1.2 * math.log2(usual.fixes)),
        f"{files} repaired {usual.fixes} times in the last {usual.seen} commits",
    )


def newcomer(commit: Commit) -> float:
    """An author who did not work there of late."""
    if not commit.usual.newcomer or not commit.has_code or commit.is_bot:
        return 0.0
    if commit.touched.core_lines < 30:
        return 0.0
    return commit.count(
        2, f"the author is new there: no commit in the last {commit.usual.seen}"
    )


def untested(commit: Commit) -> float:
    """Code without tests, where the repository usually has both."""
    touched, usual = commit.touched, commit.usual
    if touched.core_lines < 40 or "test" in touched.count or usual.tested < 0.3:
        return 0.0
    if commit.change_type not in ("feat", "fix", "perf", "refactor", "revert"):
        return 0.0
    return commit.count(
        2,
        f"{touched.core_lines} lines of code without a test;"
        f" {usual.tested:.0%} of code commits here have one",
    )


#: The parts, in the order of their columns.
PARTS: dict[str, Callable[[Commit], float]] = {
    "score_kind": kind,
    "score_severity": severity,
    "score_reach": reach,
    "score_behaviour": behaviour,
    "score_breaking": breaking,
    "score_security": security,
    "score_churn": churn,
    "score_spread": scattered,
    "score_repairs": repaired,
    "score_newcomer": newcomer,
    "score_untested": untested,
}
#: All parts: `level` and `bounds` see the sum of the others.
SCORES = (*PARTS, "score_level", "score_bounds")


def plain(commit: Commit) -> float:
    """Rate a commit by itself, without what is usual: kind, trouble and size.

    What is usual is learnt from these, so that it depends on nothing but the
    commits of the window themselves.
    """
    touched = commit.touched
    points = KIND[commit.change_type] if touched.code else 10.0
    if commit.has_code and commit.change_type in ("fix", "revert", "perf"):
        points += _trouble(commit.text)[0]
    points += 25 * commit.breaking + 20 * commit.security
    return points + 10 * _size(touched.core_lines, 400)


def level(commit: Commit, total: float) -> float:
    """How the repository's own distribution refines a score.

    Where many commits are large and serious, scores sink a little, and rise
    where hardly any is; never by more than 5.
    """
    usual = commit.usual.level
    if usual is None or total < MEDIUM or commit.breaking:
        return 0.0
    points = max(-5.0, min(5.0, 0.5 * (TYPICAL - usual)))
    word = "less" if points > 0 else "more"
    return commit.count(points, f"{word} happens here in a commit than elsewhere")


def _size(lines: int, large: int) -> float:
    """Grow from 0 to 1 with the lines, fast at first; 1 from `large` on."""
    return min(1.0, math.log2(1 + lines) / math.log2(1 + large))
