"""A commit's score by part: measures times weights, with reasons noted."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

from .impact import MEASURES, Commit, measured

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
