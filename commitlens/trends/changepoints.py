"""When a share, or a count, went to another level and stayed there.

Binary segmentation (A. J. Scott and M. Knott, 1974) on the likelihood ratio of
a binomial, or for counts a Poisson, whose rate changes once (D. V. Hinkley and
E. A. Hinkley, 1970). What ratio is a surprise is told by permuting the periods:
that holds for shares that vary more than binomials do, as those of a project
always do, where a table or a penalty would see changes everywhere. Periods
resemble their neighbours, so blocks of them are permuted (H. R. Künsch, "The
jackknife and the bootstrap for general stationary observations", 1989). A slow
wave is longer than a block; there it finds the wave.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..schema import require_columns
from .counts import key_column

#: How a reader calls the commits of a key.
_WORDS = {
    "feat": "features", "fix": "fixes", "perf": "performance changes",
    "refactor": "refactorings", "docs": "docs changes", "test": "test changes",
    "build": "build changes", "ci": "CI changes", "style": "style changes",
    "chore": "chores", "revert": "reverts", "low": "commits of low importance",
    "medium": "commits of medium importance", "high": "commits of high importance",
    "breaking": "breaking changes", "not breaking": "changes that break nothing",
    "security": "security changes", "not security": "changes not about security",
    "bot": "commits of bots", "human": "commits of people",
    "other": "commits of the rest",
}  # fmt: skip

_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}

_SEED = 20260105
#: Permutations are drawn in batches: most series are settled by the first.
_BATCH, _BATCHES = 200, 10


def change_points(
    table: pd.DataFrame,
    *,
    value: str = "share",
    alpha: float = 0.05,
    at_least: int = 4,
    what: str | None = None,
) -> pd.DataFrame:
    """Find when the level of a series changed, and say so.

    Each key is a series. Partial periods are left out, as are those without
    commits for shares. `alpha` is for the whole table: with no change in any of
    its series, that is how often something is found at all.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `trend` with ``share=True``, `fix_share` and the like; for
        ``value="commits"`` any with counts.
    value : {"share", "commits"}, default "share"
        What may have changed: the share, or how many in a period.
    alpha : float, default 0.05
        The chance of a false alarm in the table.
    at_least : int, default 4
        A level lasts so many periods.
    what : str, optional
        What a table that is not split counts, for the sentence; such as
        ``"fixes"``. Default: ``"commits"``, or what the table says it is.

    Returns
    -------
    pandas.DataFrame
        One row a change, by series and time: ``period`` (time: the first of the
        new level), the column of the key if there is one, ``before`` and
        ``after`` (float: the levels on both sides, up to the next change; counts
        are of an average period, with ``freq="release"`` of a day),
        ``p_value`` (float: for all series together), ``sentence`` (str).

    Raises
    ------
    InputError
        `table` lacks the columns, or an option is out of range.

    Examples
    --------
    >>> change_points(trend(scored, share=True, tz="UTC"))["sentence"].to_list()
    ['fixes rose from 18 % to 31 % in the week of 2026-03-02']
    """
    if value not in ("share", "commits"):
        msg = f"value must be share or commits, got {value!r}"
        raise InputError(msg)
    if not 0 < alpha < 1 or at_least < 2:
        msg = (
            f"alpha must be between 0 and 1 and at_least 2 or more, got {alpha} "
            f"and {at_least}"
        )
        raise InputError(msg)
    needed = ["period", "commits", "partial"] + ["total"] * (value == "share")
    made_by = "trend(..., share=True)" if value == "share" else "trend()"
    require_columns(table, needed, made_by=made_by)
    by = key_column(table)
    if by is None:
        series = [(what or table.attrs.get("what", "commits"), table)]
    else:
        series = [
            (_WORDS.get(str(name), str(name)), part)
            for name, part in table.groupby(by, observed=True, sort=True)
        ]
    per = str(table.attrs.get("per", "period"))
    # Counts are of an average period; releases are of any length, and days are not.
    unit = 1.0 if value == "share" else _DAYS.get(per, 1.0)
    rows = []
    tested = [(words, part, *_levels(part, value, per)) for words, part in series]
    tested = [entry for entry in tested if entry[3].sum() > 0 and entry[2].sum() > 0]
    for words, _part, hits, trials, shown in tested:
        found = _segments(hits, trials, alpha / len(tested), at_least, value)
        ends = [0, *sorted(found), len(hits)]
        for start, at, end in zip(ends, ends[1:], ends[2:], strict=False):
            levels = [
                unit * hits[a:b].sum() / trials[a:b].sum()
                for a, b in ((start, at), (at, end))
            ]
            row = shown.iloc[at]
            rows.append(
                {
                    "period": row["period"],
                    **({by: row[by]} if by else {}),
                    "before": levels[0],
                    "after": levels[1],
                    "p_value": min(1.0, found[at] * len(tested)),
                    "sentence": _sentence(words, levels, value, per, row["period"]),
                }
            )
    names = ["period", *([by] if by else []), "before", "after", "p_value", "sentence"]
    out = pd.DataFrame(rows, columns=names)
    out = out.astype({"sentence": "str"})
    if not rows:
        kinds = {
            "period": table["period"].dtype,
            **({by: table[by].dtype} if by else {}),
        }
        floats = dict.fromkeys(["before", "after", "p_value"], "float64")
        out = out.astype(kinds | floats)
    elif by:
        out[by] = out[by].astype(table[by].dtype)
    return out


def _levels(
    part: pd.DataFrame, value: str, per: str
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Return hits, trials (or days) and rows of the periods that count."""
    part = part.sort_values("period", kind="stable")
    if value == "share":
        part = part[~part["partial"] & (part["total"] > 0)]
        trials = part["total"].to_numpy(dtype="float64")
    else:
        # A month of 31 days has more; a release's days are told by the next.
        days = part["period"].diff().shift(-1).dt.total_seconds() / 86_400
        usual = {"day": 1.0, "week": 7.0}.get(per)
        days = days.fillna(usual or part["period"].dt.days_in_month)
        kept = ~part["partial"] & (days > 0)
        part, trials = part[kept], days[kept].to_numpy(dtype="float64")
    return part["commits"].to_numpy(dtype="float64"), trials, part


def _segments(
    hits: np.ndarray, trials: np.ndarray, alpha: float, least: int, value: str
) -> dict[int, float]:
    """Return where the level changes, with the chance of that in a steady one."""
    found: dict[int, float] = {}
    stack = [(0, len(hits))]
    while stack:
        start, end = stack.pop()
        if end - start < 2 * least:
            continue
        part = slice(start, end)
        at, p_value = _test(hits[part], trials[part], alpha, least, value)
        if p_value <= alpha:
            found[start + at] = p_value
            stack += [(start, start + at), (start + at, end)]
    return found


def _test(
    hits: np.ndarray, trials: np.ndarray, alpha: float, least: int, value: str
) -> tuple[int, float]:
    """Return the likeliest change, and how often steady periods show as much."""
    ratios = _ratios(hits[None, :], trials[None, :], least, value)[0]
    at, seen = int(ratios.argmax()), ratios.max()
    random = np.random.default_rng(_SEED)
    # Neighbours stay together: the usual rate of block bootstraps.
    blocks = np.arange(len(hits)) // max(1, round(len(hits) ** (1 / 3)))
    larger = drawn = 0
    # Enough that the smallest p-value can be below alpha at all.
    batches = max(_BATCHES, int(np.ceil(3 / alpha / _BATCH)))
    for _ in range(batches):
        keys = random.random((_BATCH, blocks[-1] + 1))[:, blocks]
        order = np.argsort(keys, axis=1, kind="stable")
        permuted = _ratios(hits[order], trials[order], least, value).max(axis=1)
        larger += int((permuted >= seen - 1e-9).sum())
        drawn += _BATCH
        if larger + 1 > 3 * alpha * (batches * _BATCH + 1):
            # However the rest falls, this is no surprise.
            break
    return at + least, (larger + 1) / (drawn + 1)


def _ratios(hits: np.ndarray, trials: np.ndarray, least: int, value: str) -> np.ndarray:
    """Return the log-likelihood ratio of a change before each period, by row."""
    size = hits.shape[1]
    left_hits = hits.cumsum(axis=1)[:, least - 1 : size - least]
    left = trials.cumsum(axis=1)[:, least - 1 : size - least]
    all_hits, all_trials = hits.sum(axis=1)[:, None], trials.sum(axis=1)[:, None]
    score = _binomial if value == "share" else _poisson
    return (
        score(left_hits, left)
        + score(all_hits - left_hits, all_trials - left)
        - score(all_hits, all_trials)
    )


def _poisson(hits: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Return the log-likelihood at its maximum, up to a constant."""
    rate = hits / np.where(trials > 0, trials, 1)
    return hits * np.log(np.where(rate > 0, rate, 1))


def _binomial(hits: np.ndarray, trials: np.ndarray) -> np.ndarray:
    return _poisson(hits, trials) + _poisson(trials - hits, trials)


def _sentence(
    words: str, levels: list[float], value: str, per: str, period: Any
) -> str:
    verb = "rose" if levels[1] > levels[0] else "fell"
    if value == "share":
        before, after = (_percent(level) for level in levels)
    else:
        unit = per if per in _DAYS else "day"
        before, after = (f"{level:.3g} a {unit}" for level in levels)
    when = {
        "day": f"on {period:%Y-%m-%d}",
        "week": f"in the week of {period:%Y-%m-%d}",
        "month": f"in {period:%Y-%m}",
    }.get(per, f"after {period:%Y-%m-%d}")
    return f"{words} {verb} from {before} to {after} {when}"


def _percent(share: float) -> str:
    return (
        f"{share:.1%}".replace("%", " %")
        if share < 0.1
        else f"{share:.0%}".replace("%", " %")
    )
