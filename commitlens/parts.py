"""A commit's score by part: measures times weights, with reasons noted."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

from .impact import MEASURES, Commit, log, measured
from .sayings import TROUBLE

#: What a kind of change counts for where nothing else is known (`plain`).
_PLAIN: dict[str, float] = {
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

#: All parts; the last holds the sum of the others up or down.
SCORES: tuple[str, ...] = (
    *dict.fromkeys(m.part for m in MEASURES.values()),
    "score_bounds",
)


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Return what each measure counts for, in points; "" is what all have."""
    path = resources.files(__package__) / "models" / "importance.json"
    found: dict[str, float] = json.loads(path.read_text("utf-8"))["weights"]
    return found


def parts(commit: Commit) -> dict[str, float]:
    """Rate a commit: points by part, and its reasons noted."""
    worth = weights()
    scores = dict.fromkeys(SCORES, 0.0)
    scores["score_kind"] = worth[""]
    told: dict[str, float] = {}
    for name, value in measured(commit).items():
        points = worth.get(name, 0.0) * value
        measure = MEASURES[name]
        scores[measure.part] += points
        if points and (sentence := measure.sentence(commit)):
            share = measure.share(commit)
            told[sentence] = told.get(sentence, 0.0) + points * share
    for sentence, points in told.items():
        commit.count(points, sentence)
    return {name: round(points, 2) for name, points in scores.items()}


def plain(commit: Commit) -> float:
    """Rate a commit by itself, without what is usual: kind, trouble and size.

    What is usual is learnt from these, so that it depends on nothing but the
    commits of the window themselves.
    """
    points = _PLAIN[commit.change_type] if commit.touched.code else 10.0
    if commit.repairs:
        grades = (MEASURES[name].value(commit) for name in TROUBLE)
        points += max(n * grade for n, grade in zip((24, 17, 11), grades, strict=True))
    points += 25 * commit.breaking + 20 * commit.security
    return points + min(10.0, log(commit.touched.core_lines) / 0.9)
