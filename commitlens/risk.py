"""How likely a change of code is to need a repair, from what was before it.

The measures are those of just-in-time defect prediction (Kamei et al., "A
large-scale empirical study of just-in-time quality assurance", IEEE TSE 2013),
taken over the 500 commits before: size, purpose, history of the files,
experience of the author. The weights were fitted once, on other repositories
than yours, to commits whose lines a later repair removed
(``training/fit_risk.py``); nothing is learnt when a commit is rated.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib import resources

from .context import Touched, Usual

#: A repair counts for so long after a change landed.
DAYS = 180


def measures(change_type: str, touched: Touched, usual: Usual) -> dict[str, float]:
    """Return what is known of a change of code before anybody uses it.

    Counts are logarithms (base 2, of one more): the tenth line tells more than
    the thousandth.
    """
    lines = touched.added + touched.removed
    return {
        "added": math.log2(1 + touched.added),
        "removed": math.log2(1 + touched.removed),
        "against usual": math.log2((1 + lines) / (1 + (usual.lines or lines))),
        "feat": float(change_type == "feat"),
        "fix": float(change_type == "fix"),
        "refactor": float(change_type in ("refactor", "style", "chore")),
        "tests": float("test" in touched.count),
        "repairs": math.log2(1 + usual.fixes),
        "changes": math.log2(1 + usual.changes),
        "local": math.log2(1 + usual.local),
    }


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Return the frozen weights; "" is the intercept."""
    path = resources.files(__package__) / "models" / "risk.json"
    found: dict[str, float] = json.loads(path.read_text("utf-8"))["weights"]
    return found


def likelihood(change_type: str, touched: Touched, usual: Usual) -> float:
    """Return the share of changes like this one that needed a repair in `DAYS`.

    Parameters
    ----------
    change_type : str
        One of `CHANGE_TYPES`.
    touched : Touched
        The files of the change; some of them code.
    usual : Usual
        What the commits before it say.

    Returns
    -------
    float
        Between 0 and 1.
    """
    worth = weights()
    found = measures(change_type, touched, usual)
    odds = worth[""] + sum(worth[name] * value for name, value in found.items())
    return 1 / (1 + math.exp(-odds))
