"""Two small linear models: what authors call their changes, and what readers do.

Multinomial logistic regressions over the tokens of `commitlens.type_features`,
with weights of eight bits. The first was fitted on repositories whose authors use
prefixes (``training/fit_types.py``) and reads a commit as if there were none; the
second starts from it and was fitted to what readers of diffs said
(``training/fit_judged.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .message import Message
from .schema import CHANGE_TYPES
from .token_weights import MODELS, TokenWeights, arrays, fields
from .type_features import words_of
from .vocabulary import SMALL_WORDS

#: What the model tells apart; a revert is told by rules alone.
KINDS: tuple[str, ...] = tuple(kind for kind in CHANGE_TYPES if kind != "revert")


@dataclass(frozen=True)
class TypeModel(TokenWeights):
    """Log odds of each of `KINDS` by token.

    Attributes
    ----------
    rarities : numpy.ndarray of float16, shape (tokens + 1,)
        Logarithm of how seldom each token is; the first is of one not known. A
        model that nothing is compared by has none.
    """

    rarities: Any = None

    def rarity(self, token: str) -> float:
        """Return how telling it is that two commits share a token."""
        row = self.rows.get(token)
        return float(self.rarities[0 if row is None else row + 1])

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
def shipped(name: str = "change_type") -> TypeModel:
    """Return a model that comes with the package.

    Parameters
    ----------
    name : str, default "change_type"
        That reads a commit as authors would call it, had they used a prefix;
        ``"judged_type"`` as readers of the diff do, prefix and rules in view.
    """
    return TypeModel(**fields(MODELS / f"{name}.npz"))


def save(model: TypeModel, path: Path) -> None:
    """Write a model as plain arrays."""
    more = {} if model.rarities is None else {"rarities": model.rarities}
    np.savez_compressed(path, **arrays(model), **more)


def probabilities(scores: Any) -> Any:
    """Return the softmax of scores over their last axis."""
    power = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return power / power.sum(axis=-1, keepdims=True)
