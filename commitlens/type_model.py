"""A small linear model of what authors call their changes.

Multinomial logistic regression over the tokens of `commitlens.type_features`,
with weights of eight bits, fitted on repositories whose authors use prefixes
(``training/fit_types.py``). It reads a commit as if there were no prefix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .message import Message
from .schema import CHANGE_TYPES
from .type_features import words_of
from .vocabulary import SMALL_WORDS

#: What the model tells apart; a revert is told by rules alone.
KINDS: tuple[str, ...] = tuple(kind for kind in CHANGE_TYPES if kind != "revert")

_FILE = Path(__file__).with_name("models") / "change_type.npz"


@dataclass(frozen=True)
class TypeModel:
    """Weights of tokens.

    Attributes
    ----------
    rows : dict of str to int
        The row of `weights` of each token.
    weights : numpy.ndarray of int8, shape (tokens, kinds)
        In units of `scale`.
    scale : numpy.ndarray of float32, shape (kinds,)
        What one unit is worth, in log odds.
    bias : numpy.ndarray of float32, shape (kinds,)
        Log odds of a commit without a known token.
    rarities : numpy.ndarray of float16, shape (tokens + 1,)
        Logarithm of how seldom each token is; the first is of one not known.
    """

    rows: dict[str, int]
    weights: Any
    scale: Any
    bias: Any
    rarities: Any

    def rarity(self, token: str) -> float:
        """Return how telling it is that two commits share a token."""
        row = self.rows.get(token)
        return float(self.rarities[0 if row is None else row + 1])

    def score(self, tokens: Iterable[str]) -> Any:
        """Return the unnormalised log probability of each of `KINDS`."""
        rows = self.rows
        known = [rows[token] for token in tokens if token in rows]
        units = self.weights[known].sum(axis=0, dtype=np.int32)
        return self.bias + units * self.scale

    def words(self, message: Message, kind: str, *, most: int = 2) -> list[str]:
        """Return the words of a subject that speak most for a kind, as written."""
        at = KINDS.index(kind)
        worth: dict[str, float] = {}
        for word, tokens in words_of(message):
            if word.lower() in SMALL_WORDS:
                continue
            known = [self.rows[token] for token in tokens if token in self.rows]
            units = self.weights[known].sum(axis=0, dtype=np.int32) * self.scale
            worth[word] = max(worth.get(word, 0), float(units[at] - units.mean()))
        best = sorted(worth, key=lambda word: -worth[word])[:most]
        return [word for word in best if worth[word] > _TELLING]


#: Log odds from which a word is worth naming.
_TELLING = 0.25


@cache
def shipped() -> TypeModel:
    """Return the model that comes with the package."""
    with np.load(_FILE, allow_pickle=False) as arrays:
        tokens = bytes(arrays["tokens"]).decode().split("\n")
        return TypeModel(
            rows={token: row for row, token in enumerate(tokens)},
            weights=arrays["weights"],
            scale=arrays["scale"],
            bias=arrays["bias"],
            rarities=arrays["rarities"],
        )


def save(model: TypeModel, path: Path) -> None:
    """Write a model as plain arrays."""
    np.savez_compressed(
        path,
        tokens=np.frombuffer("\n".join(model.rows).encode(), dtype=np.uint8),
        weights=model.weights,
        scale=model.scale,
        bias=model.bias,
        rarities=model.rarities,
    )


def probabilities(scores: Any) -> Any:
    """Return the softmax of scores over their last axis."""
    power = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return power / power.sum(axis=-1, keepdims=True)
