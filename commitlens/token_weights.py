"""Linear models over tokens, as plain arrays of eight bits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

#: Where the models of the package lie.
MODELS = Path(__file__).with_name("models")


@dataclass(frozen=True)
class TokenWeights:
    """What each token is worth for each of some outputs.

    Attributes
    ----------
    rows : dict of str to int
        The row of `weights` of each token.
    weights : numpy.ndarray of int8, shape (tokens, outputs)
        In units of `scale`.
    scale : numpy.ndarray of float32, shape (outputs,)
        What one unit is worth.
    bias : numpy.ndarray of float32, shape (outputs,)
        What is said of a commit without a known token.
    """

    rows: dict[str, int]
    weights: Any
    scale: Any
    bias: Any

    def score(self, tokens: Iterable[str]) -> Any:
        """Return the sums of the weights of tokens, one an output."""
        rows = self.rows
        known = [rows[token] for token in tokens if token in rows]
        units = self.weights[known].sum(axis=0, dtype=np.int32)
        return self.bias + units * self.scale


def arrays(model: TokenWeights) -> dict[str, Any]:
    """Return a model as arrays that need no pickle."""
    return {
        "tokens": np.frombuffer("\n".join(model.rows).encode(), dtype=np.uint8),
        "weights": model.weights,
        "scale": model.scale,
        "bias": model.bias,
    }


def fields(path: Path) -> dict[str, Any]:
    """Return the fields of a model from its file, further arrays as they are."""
    with np.load(path, allow_pickle=False) as found:
        named = {name: found[name] for name in found.files}
    tokens = bytes(named.pop("tokens")).decode().split("\n")
    return {"rows": {token: row for row, token in enumerate(tokens)}, **named}


def rounded(rows: dict[str, int], weights: Any, bias: Any) -> TokenWeights:
    """Round weights to eight bits, and leave out tokens that are worth nothing."""
    scale = np.abs(weights).max(axis=0) / 127
    units = np.rint(weights / scale).astype(np.int8)
    told = np.flatnonzero(units.any(axis=1))
    names = list(rows)
    return TokenWeights(
        rows={names[row]: at for at, row in enumerate(told)},
        weights=units[told],
        scale=scale.astype(np.float32),
        bias=np.asarray(bias, np.float32),
    )
