"""What a repository's own prefixes teach about its commits without one.

Authors differ in what they call a chore or a refactoring. The last prefixed
commits of the same repository correct the model in two ways: types that it
expects too often or too seldom there, and types of commits that read like the
one at hand. Both are log odds, in the spirit of nearest neighbours on the
residuals of a model.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .type_model import KINDS, TypeModel, probabilities

#: How many commits back a habit is looked for; prefixed ones kept of them, and
#: how many there must be.
REACH, MOST, LEAST = 500, 100, 50
#: Commits of each type that are imagined beside those that were seen.
_IMAGINED = 3.0
#: Weight of what was expected, against neighbours' similarity (0 to 1) squared.
_EXPECTED = 0.2
#: What makes commits alike: their words and pairs, and which files they touch.
_ALIKE = ("w ", "p ", "01 ", "0 ", "kinds ", "name ", "main ", "verb ")


@dataclass(frozen=True)
class _Seen:
    """A prefixed commit: what it looked like, what was expected, what it was."""

    at: int
    rarities: dict[str, float]
    expected: Any
    kind: int


class Habits:
    """The last prefixed commits of one repository.

    Parameters
    ----------
    model : TypeModel
        What is corrected.

    Attributes
    ----------
    at : int
        How many commits of the repository came so far; whoever walks it counts.

    Examples
    --------
    >>> habits = Habits(model := shipped())
    >>> habits.learn(tokens, model.score(tokens), "chore")
    >>> habits.at += 1
    >>> scores + habits.correction(other_tokens, scores)
    """

    def __init__(self, model: TypeModel) -> None:
        self.at = 0
        self._model = model
        self._seen: deque[_Seen] = deque(maxlen=MOST)

    def learn(self, tokens: Sequence[str], scores: Any, kind: str) -> None:
        """Note what an author called a commit that the model scores so."""
        expected = probabilities(scores)
        seen = _Seen(self.at, self._rarities(tokens), expected, KINDS.index(kind))
        self._seen.append(seen)

    def correction(self, tokens: Sequence[str], scores: Any) -> Any:
        """Return what to add to a commit's scores; zeros where too little is known."""
        while self._seen and self._seen[0].at < self.at - REACH:
            self._seen.popleft()
        if len(self._seen) < LEAST:
            return np.zeros(len(KINDS), np.float32)
        expected = np.array([seen.expected for seen in self._seen])
        called = np.eye(len(KINDS))[[seen.kind for seen in self._seen]]
        general = np.log(
            (called.sum(axis=0) + _IMAGINED) / (expected.sum(axis=0) + _IMAGINED)
        )
        mine = self._rarities(tokens)
        alike = np.array([_similarity(mine, seen.rarities) for seen in self._seen]) ** 2
        prior = _EXPECTED * probabilities(scores + general) + 1e-9
        return general + np.log((prior + alike @ called) / (prior + alike @ expected))

    def _rarities(self, tokens: Sequence[str]) -> dict[str, float]:
        """Return the tokens that make commits alike, scaled to length one."""
        model = self._model
        found = {t: model.rarity(t) for t in tokens if t.startswith(_ALIKE)}
        length = sum(value * value for value in found.values()) ** 0.5 or 1.0
        return {token: value / length for token, value in found.items()}


def _similarity(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(one[token] * other[token] for token in one.keys() & other.keys())
