"""What is measured of a commit to judge how much it matters.

`MEASURES` is an ordered table: which part of the score a measure belongs to, how
it is read from a commit (0 where there is nothing to say), and the sentence that
tells a person about it. What each counts for was fitted once to commits that
readers of the diffs had sorted into tiers (``training/fit_importance.py``); the
weights are data of the package.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from . import reasons
from .context import Touched, Usual, spread
from .interface import WORTH, Interface
from .sayings import FASTER, SAYS, TROUBLE
from .word_weights import Read

_MARKS = re.compile(r"^[\w-]+: .*$|^https?://\S+$|^\s*[-*#>|].*$", re.MULTILINE)

#: Lines of code of a commit of code, the median in an ordinary repository.
_TYPICAL = 25.0


@dataclass(slots=True)
class Commit:
    """One commit, as its measures see it; `text` is the subject in lower case."""

    change_type: str
    text: str
    body: str
    reason: str
    confidence: float
    breaking: bool
    security: bool
    is_merge: bool
    is_bot: bool
    touched: Touched
    usual: Usual
    interface: Interface
    called: str = ""  # the change type that the author's prefix names
    risk: float | None = None  # of needing a repair; None without code
    read: dict[str, Read] = field(default_factory=dict)  # what its wording is worth
    reasons: list[tuple[float, str]] = field(default_factory=list)

    def count(self, points: float, reason: str) -> float:
        """Note why, and return the points."""
        if reason and abs(points) >= 1:
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

    @property
    def repairs(self) -> bool:
        """Whether something that ran is made right, or faster."""
        return self.has_code and self.change_type in ("fix", "revert", "perf")


class Measure(NamedTuple):
    """One measure: its part of the score, its value, and what is said of it.

    `share` is how much of its points the sentence tells.
    """

    part: str
    value: Callable[[Commit], float]
    sentence: Callable[[Commit], str] = lambda _: ""
    share: Callable[[Commit], float] = lambda _: 1.0


def log(number: float) -> float:
    """Count the first more than the last: the binary logarithm of one more."""
    return math.log2(1 + number)


#: Types that are about what runs.
_ABOUT_CODE = ("feat", "fix", "perf", "refactor", "revert")


def _kind(name: str) -> Measure:
    return Measure(
        "score_kind",
        lambda c: c.change_type == name,
        lambda _: f"change type {name}",
    )


def _without_code(c: Commit) -> str:
    where = "in tools around the product" if c.touched.code else "that touches no code"
    return f"a {c.change_type} {where}"


def _sized(kinds: tuple[str, ...]) -> Measure:
    """Lines of code, of some kinds of changes alone."""
    return Measure(
        "score_reach",
        lambda c: min(10.0, log(c.touched.core_lines)) if c.change_type in kinds else 0,
        reasons.area,
    )


def _said(part: str, name: str, applies: Callable[[Commit], bool]) -> Measure:
    pattern = SAYS[name]

    def sentence(c: Commit) -> str:
        found = pattern.search(c.text)
        return f"the subject speaks of '{found[0].strip()}'" if found else ""

    return Measure(
        part, lambda c: applies(c) and bool(pattern.search(c.text)), sentence
    )


def _trouble(name: str) -> Measure:
    """Trouble of this gravity, unless the subject tells of worse."""

    def first(c: Commit) -> tuple[str, str]:
        for grade, pattern in TROUBLE.items():
            if found := pattern.search(c.text):
                return grade, found[0].strip()
        return "", ""

    return Measure(
        "score_severity",
        lambda c: c.repairs and first(c)[0] == name,
        lambda c: f"the subject tells of '{first(c)[1]}'",
    )


def _body(c: Commit) -> str:
    for pattern in (TROUBLE["grave trouble"], TROUBLE["serious trouble"]):
        if found := pattern.search(c.body):
            return found[0].strip()
    return ""


def _faster(c: Commit) -> str:
    found = FASTER.search(c.text) or FASTER.search(c.body)
    return found[0].strip() if found else ""


def _fact(kind: str, worth: float) -> Measure:
    """Facts of one kind: the first counts most."""

    def value(c: Commit) -> float:
        names = c.interface.names.get(kind, ())
        return min(worth, log(len(names)))

    return Measure("score_behaviour", value, lambda c: c.interface.sentence(kind))


def _around(c: Commit) -> float:
    if c.has_code or c.change_type not in reasons.AROUND:
        return 0.0
    return log(sum(c.touched.lines.get(n, 0) for n in reasons.AROUND[c.change_type]))


def _large(c: Commit) -> float:
    """How many times the usual, in doublings; a hundred lines are the least."""
    lines = c.touched.core_lines
    # Where changes are tiny, a hundred lines are many times the usual and yet
    # not large: count from 25 lines on. Where nothing is known yet, from 30.
    times = lines / max(c.usual.lines or 30, 25)
    return math.log2(times) if lines >= 100 and times > 2 else 0.0


def _prose(c: Commit) -> float:
    return log(len(_MARKS.sub("", c.body[:4000])) / 40)


def _risk(c: Commit) -> float:
    """How much likelier than one in seven a repair is, in doublings of the odds."""
    if not c.has_code or c.risk is None:
        return 0.0
    return max(-3.0, min(3.0, math.log2(c.risk / (1 - c.risk)) + math.log2(6)))


def _level(c: Commit) -> float:
    """How much smaller people's commits of code are here than elsewhere, in halvings.

    Where every commit is large, being large says less.
    """
    if not c.usual.lines or not c.has_code:
        return 0.0
    return max(-3.5, min(1.5, math.log2(_TYPICAL / c.usual.lines)))


def _level_told(c: Commit) -> str:
    word = "less" if _level(c) > 0 else "more"
    return f"{word} happens here in a commit than elsewhere"


_UNREAD = Read()


def _read(group: str) -> Callable[[Commit], float]:
    return lambda c: c.read.get(group, _UNREAD).points


def _always(_: Commit) -> bool:
    return True


def _product(c: Commit) -> bool:
    """Whether what users run, or what it runs on, is touched."""
    return c.has_code or not c.touched.count.keys().isdisjoint(("dependency", "config"))


#: The measures, in the order of their parts.
MEASURES: dict[str, Measure] = {
    **{
        name: _kind(name)
        for name in (
            *("feat", "fix", "perf", "refactor", "docs", "test"),
            *("build", "ci", "style", "chore"),
        )
    },
    "revert": Measure(
        "score_kind",
        lambda c: c.change_type == "revert" and c.has_code,
        lambda _: "change type revert",
    ),
    "unsure": Measure(
        "score_kind", lambda c: c.unsure, lambda c: f"change type {c.change_type}"
    ),
    "hidden": Measure(
        "score_kind",
        lambda c: (
            c.change_type in reasons.AROUND and c.interface.visible and c.has_code
        ),
        lambda c: f"called {c.change_type}, yet it changes what users of the code see",
    ),
    "no product": Measure(
        "score_kind",
        lambda c: not c.has_code and c.change_type in _ABOUT_CODE,
        _without_code,
    ),
    "small guess": Measure(
        "score_kind",
        lambda c: c.unsure and c.has_code and c.touched.core_lines <= 10,
        lambda c: f"change type {c.change_type}",
    ),
    "no code": Measure(
        "score_kind",
        lambda c: not c.touched.code,
        lambda c: f"{reasons.lines(sum(c.touched.lines.values()))}, none of them code",
    ),
    "tools": Measure(
        "score_kind",
        lambda c: bool(c.touched.code) and not c.has_code,
        lambda _: "only tools around the product",
    ),
    **{name: _trouble(name) for name in TROUBLE},
    "trouble told": Measure(
        "score_severity",
        lambda c: c.repairs and bool(_body(c)),
        lambda c: f"the message tells of '{_body(c)}'",
    ),
    "faster": Measure(
        "score_severity",
        lambda c: c.repairs and bool(_faster(c)),
        lambda c: f"the message tells of '{_faster(c)}'",
    ),
    "lines": Measure(
        "score_reach", lambda c: min(10.0, log(c.touched.core_lines)), reasons.area
    ),
    "lines of a feature": _sized(("feat",)),
    "lines of a repair": _sized(("fix", "perf", "revert")),
    "core": Measure(
        "score_reach", lambda c: c.usual.core if c.has_code else 0.0, reasons.area
    ),
    "new files": Measure(
        "score_reach",
        lambda c: min(3.0, log(c.touched.new_code)),
        lambda c: (
            f"{c.touched.new_code} new file{'' if c.touched.new_code == 1 else 's'}"
            " of code"
        ),
    ),
    "areas": Measure(
        "score_reach",
        lambda c: min(3.0, spread(c.touched)) if c.has_code else 0.0,
        lambda c: (
            f"{len(c.touched.code)} files of code in {len(c.touched.areas)} areas"
        ),
    ),
    "around": Measure("score_reach", _around, reasons.around_lines),
    "much around": Measure(
        "score_reach",
        lambda c: min(3.0, max(0.0, _around(c) - log(100))),
        reasons.around_lines,
    ),
    "few lines": Measure(
        "score_reach",
        lambda c: c.has_code and c.touched.core_lines <= 10,
        reasons.area,
    ),
    "very few lines": Measure(
        "score_reach",
        lambda c: c.has_code and c.touched.core_lines <= 3,
        reasons.area,
    ),
    "large": Measure("score_reach", _large, reasons.large_lines),
    "large refactor": Measure(
        "score_reach",
        lambda c: _large(c) if c.change_type in ("refactor", "chore", "style") else 0.0,
        reasons.large_lines,
    ),
    **{kind: _fact(kind, 3.0) for kind in WORTH},
    **{
        f"says {name}": _said("score_behaviour", name, _product)
        for name in (
            *("defaults", "support", "deprecation", "something new", "an option"),
            *("rewriting", "removal"),
        )
    },
    "told to users": Measure(
        "score_behaviour",
        lambda c: c.has_code and c.touched.notes,
        lambda _: "the release notes tell of it",
    ),
    "documented": Measure(
        "score_behaviour",
        lambda c: min(6.0, log(c.touched.lines.get("docs", 0))) if c.has_code else 0.0,
        lambda c: (
            f"{reasons.lines(c.touched.lines.get('docs', 0))} of docs with the code"
        ),
    ),
    "explained": Measure(
        "score_behaviour",
        lambda c: min(6.0, _prose(c)) if c.has_code else 0.0,
        lambda _: "the author explains it at length",
    ),
    "breaking": Measure(
        "score_breaking",
        lambda c: c.breaking,
        lambda _: "breaking: its users have to change something",
    ),
    "security": Measure(
        "score_security", lambda c: c.security, lambda _: "a repair of security"
    ),
    **{
        f"says {name}": _said("score_small", name, _always)
        for name in ("tidying", "texts", "tests", "internals", "smallness")
    },
    "called a chore": Measure(
        "score_small",
        lambda c: c.called in ("chore", "style") and c.change_type != c.called,
        lambda c: f"the author calls it {c.called}",
    ),
    "called less": Measure(
        "score_small",
        lambda c: (
            c.called in ("refactor", "build", "ci", "test", "docs")
            and c.change_type != c.called
        ),
        lambda c: f"the author calls it {c.called}",
    ),
    "messages": Measure(
        "score_small",
        lambda c: c.interface.only == "messages",
        lambda _: "only the wording of messages changes",
    ),
    "automation": Measure(
        "score_small", lambda c: c.is_bot, lambda _: "written by an automation"
    ),
    "tests only": Measure(
        "score_small",
        lambda c: bool(c.touched.count) and c.touched.count.keys() <= {"test"},
        lambda c: f"change type {c.change_type}",
    ),
    "message read": Measure(
        "score_wording", _read("message"), reasons.words, reasons.words_share
    ),
    "code read": Measure("score_wording", _read("code")),
    "files read": Measure("score_wording", _read("files"), reasons.files),
    "risk": Measure("score_risk", _risk, reasons.risk_told),
    "level": Measure("score_level", _level, _level_told),
}


def measured(commit: Commit) -> dict[str, float]:
    """Return every measure of a commit that is not 0."""
    found = {name: float(m.value(commit)) for name, m in MEASURES.items()}
    return {name: value for name, value in found.items() if value}
