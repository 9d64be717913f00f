"""Where the tiers of importance begin, and what would change one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

#: Where the tiers begin. Below `MEDIUM` is low. From `HIGH` on about as many commits
#: are high as readers call high: one that is missed costs more than one too many.
HIGH = 50.0
MEDIUM = 30.0


#: Reasons that tell what a commit is like: without them it were no other commit.
_LIKENESS = re.compile(
    r"\d+ files?: |of changes like it, |words of the subject: |the subject speaks of "
)


def tier(score: float) -> str:
    """Return the tier of a score."""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def turning_point(score: float, reasons: Sequence[tuple[float, str]]) -> str:
    """Say what would put a commit into another tier.

    Parameters
    ----------
    score : float
        The commit's score, 0 to 100.
    reasons : sequence of (points, sentence)
        What moved it, by how much.

    Returns
    -------
    str
        The single reason without which the tier were another, the one nearest to
        the border; else how many points it is short of the next tier.

    Examples
    --------
    >>> turning_point(52.0, [(27.0, "change type fix"), (8.0, "adds the option 'a'")])
    "medium without: adds the option 'a' (+8)"
    >>> turning_point(45.0, [(27.0, "change type fix")])
    'low without: change type fix (+27)'
    """
    now = tier(score)
    turning = [
        (abs(points), points, sentence)
        for points, sentence in reasons
        if tier(max(0.0, score - points)) != now and not _LIKENESS.match(sentence)
    ]
    if turning:
        _, points, sentence = min(turning)
        return f"{tier(max(0.0, score - points))} without: {sentence} ({points:+.0f})"
    if now == "high":
        return f"{_points(score - HIGH)} above the border of medium"
    border, name = (HIGH, "high") if now == "medium" else (MEDIUM, "medium")
    return f"{_points(border - score)} short of {name}"


def _points(number: float) -> str:
    """Count points, a part of one as one."""
    whole = max(1, math.ceil(round(number, 2)))
    return f"{whole} point{'' if whole == 1 else 's'}"
