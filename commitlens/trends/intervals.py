"""How sure a share is: intervals, and what the classifier adds to them.

The interval of a share is Wilson's (E. B. Wilson, "Probable inference, the law
of succession, and statistical inference", 1927), that of a difference of two is
Newcombe's hybrid of them (R. G. Newcombe, "Interval estimation for the
difference between independent proportions", 1998, method 10). Which of many
differences are more than chance is told by Fisher's exact test, and by Benjamini
and Hochberg's way to look at many of them.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

#: The level of every interval of these tables.
LEVEL = 0.95

#: A number that rests on fewer commits is marked as small.
SMALL = 5


def share_columns(
    commits: np.ndarray, total: np.ndarray, effective: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return the columns ``total``, ``share``, ``low``, ``high``, ``effective``.

    A share of nothing is missing: a gap, not a zero.
    """
    total = np.broadcast_to(total, commits.shape)
    if effective is None:
        effective = total.astype("float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, commits / total, np.nan)
    low, high = wilson(share, effective)
    return {
        "total": total,
        "share": share,
        "low": low,
        "high": high,
        "effective": effective,
    }


def wilson(
    share: Any, total: Any, *, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's interval of shares of `total` trials, arrays welcome.

    Parameters
    ----------
    share : array-like of float
        Observed shares, 0 to 1; missing where there was nothing.
    total : array-like of float
        Of how many.
    level : float, default 0.95
        How often the interval holds the true share.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        The lower and the upper ends, missing where `share` is.

    Examples
    --------
    >>> low, high = wilson(0.2, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.057, 0.51)
    """
    share, total = np.asarray(share, "float64"), np.asarray(total, "float64")
    z = NormalDist().inv_cdf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
        half = (
            z
            * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
            / (1 + z**2 / total)
        )
    # Rounding leaves -1e-18 where the end is the share itself.
    return np.clip(middle - half, 0, share), np.clip(middle + half, share, 1)


def difference(
    before: Any, n_before: Any, after: Any, n_after: Any, *, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Return Newcombe's interval of ``after - before``, two observed shares."""
    before, after = np.asarray(before, "float64"), np.asarray(after, "float64")
    low_b, high_b = wilson(before, n_before, level=level)
    low_a, high_a = wilson(after, n_after, level=level)
    change = after - before
    return (
        change - np.sqrt((after - low_a) ** 2 + (high_b - before) ** 2),
        change + np.sqrt((high_a - after) ** 2 + (before - low_b) ** 2),
    )


def exact_p_values(
    hits: np.ndarray, totals: np.ndarray, others: np.ndarray, of: np.ndarray
) -> np.ndarray:
    """Return how often chance alone sets two shares as far apart, row by row.

    Fisher's exact test, two-sided (R. A. Fisher, "Statistical Methods for Research
    Workers", 1934): of all ways to deal the hits out to both sides, those that are
    no likelier than what is seen.

    Parameters
    ----------
    hits, totals, others, of : numpy.ndarray of int
        ``hits`` of ``totals`` on one side, ``others`` of ``of`` on the other.
    """
    largest = int((totals + of).max(initial=0))
    logs = np.concatenate([[0.0], np.log(np.arange(1, largest + 1)).cumsum()])

    def chosen(size: int, part: np.ndarray) -> np.ndarray:
        return logs[size] - logs[part] - logs[size - part]

    found = []
    for a, n, b, m in zip(
        *(x.tolist() for x in (hits, totals, others, of)), strict=True
    ):
        here = np.arange(max(0, a + b - m), min(a + b, n) + 1)
        chance = chosen(n, here) + chosen(m, a + b - here) - chosen(n + m, a + b)
        seen = chance[a - here[0]]
        found.append(min(1.0, float(np.exp(chance[chance <= seen + 1e-7]).sum())))
    return np.array(found, dtype="float64")


def discoveries(p_values: np.ndarray, *, rate: float = 1 - LEVEL) -> np.ndarray:
    """Return which of many p-values are no chance, with so few false ones.

    The step-up procedure of Y. Benjamini and Y. Hochberg ("Controlling the false
    discovery rate", 1995): of what is said to be found, `rate` is false on
    average; where nothing is to be found, something is said so seldom.
    """
    order = np.argsort(p_values, kind="stable")
    steps = rate * np.arange(1, len(order) + 1) / max(1, len(order))
    passed = np.flatnonzero(p_values[order] <= steps)
    found = np.zeros(len(order), dtype=bool)
    if len(passed):
        found[order[: passed[-1] + 1]] = True
    return found


def effective_totals(
    groups: np.ndarray,
    labels: np.ndarray,
    confidence: np.ndarray,
    *,
    shape: tuple[int, int],
) -> np.ndarray:
    """Return how many surely labelled commits each share is worth.

    A label that is right with probability *c* adds *c(1 - c)* to the variance of
    its count, and to that of each label it may have been taken from (the sum is
    Poisson-binomial). What is wrong is spread over the other labels as often as
    they are seen; the shift that this expects counts as error too. The share's
    binomial variance, enlarged by both, is that of fewer commits: the survey
    statistician's effective sample size (L. Kish, "Survey Sampling", 1965).

    Parameters
    ----------
    groups : numpy.ndarray of int
        Which of ``shape[0]`` groups a commit is in; -1 for none.
    labels : numpy.ndarray of int
        Which of ``shape[1]`` labels it has.
    confidence : numpy.ndarray of float
        How sure that is, 0 to 1.
    shape : (int, int)
        How many groups, how many labels.

    Returns
    -------
    numpy.ndarray of float, of `shape`
    """
    kept = (groups >= 0) & (labels >= 0)
    cells = groups[kept] * shape[1] + labels[kept]
    doubt = 1 - np.clip(np.nan_to_num(confidence[kept], nan=1.0), 0, 1)

    def summed(weights: np.ndarray | None = None) -> np.ndarray:
        size = shape[0] * shape[1]
        return np.bincount(cells, weights, minlength=size).reshape(shape)

    counts, doubts, squares = summed(), summed(doubt), summed(doubt**2)
    seen = counts.sum(axis=0)
    spread = np.tile(seen, (shape[1], 1)).astype("float64")
    np.fill_diagonal(spread, 0)
    rows = spread.sum(axis=1, keepdims=True)
    spread = np.divide(
        spread,
        rows,
        out=np.full(spread.shape, 1 / max(1, shape[1] - 1)),
        where=rows > 0,
    )
    np.fill_diagonal(spread, 0)
    variance = doubts - squares + doubts @ spread - squares @ spread**2
    shift = doubts @ spread - doubts
    total = counts.sum(axis=1, keepdims=True)
    # Half a commit each way, so that a share of 0 or 1 has a variance too.
    near = (counts + 0.5) / (total + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        enlarged = 1 + (variance + shift**2) / (near * (1 - near) * total)
        return np.where(total > 0, total / enlarged, 0.0)
