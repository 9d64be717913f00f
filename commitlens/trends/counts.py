"""How many commits landed, and which share of them, over time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pandas as pd

from ..errors import InputError
from ..schema import require_columns
from . import keys
from .intervals import SMALL, effective_totals, share_columns, wilson
from .periods import Axis
from .selection import Filters, prepare

if TYPE_CHECKING:
    from ..history import History


def trend(
    history: History,
    *,
    by: str = "change_type",
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    share: bool = False,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Count the commits that landed in each period, by one property of theirs.

    Parameters
    ----------
    history : History
        ``change_type``, ``breaking`` and ``security`` need `classify`,
        ``importance`` needs `score`; the others need no step.
    by : str, default "change_type"
        ``change_type``, ``importance``, ``breaking``, ``security``, ``author``,
        ``area``, ``bot`` or ``repo``. The area of a commit is the part of the
        tree (`commitlens.paths.area`) in which most of its lines changed, so
        that a commit counts once whatever `by` is. Authors are the people of
        `merge_identities` where that was run, else as recorded.
    freq : {"D", "W", "M", "release"}, default "W"
        Days, weeks that start on Monday, months, or what landed for a release.
    tz : str or datetime.tzinfo, optional
        The zone in which a day begins; the machine's by default.
    share : bool, default False
        Add the columns ``total``, ``share``, ``low``, ``high``, ``effective``.
    top : int, default 8
        How many authors, areas or repositories to keep; the rest are ``other``.
    **filters
        Those of `select`: only these commits are counted.

    Returns
    -------
    pandas.DataFrame
        One row a period and key, every key in every period, ordered by both:

        - ``period`` (time in `tz`): when the period starts;
        - the column named like `by` (ordered category; for authors, areas and
          repositories the most frequent first);
        - ``commits`` (int): how many landed, 0 included;
        - with `share`, ``total`` (int): of how many in the period; ``share``
          (float): 0 to 1, missing in a period without commits; ``low`` and
          ``high`` (float): its 95 % interval, for change types widened by what
          the classifier is unsure of; ``effective`` (float): how many surely
          classified commits the share is worth;
        - ``partial`` (bool): the history may not cover the whole period;
        - ``small`` (bool): fewer than 5 commits;
        - ``release`` (category), with ``freq="release"`` only.

    Raises
    ------
    InputError
        For an unknown `by`, `freq` or filter value, or a column that is not
        there yet.

    Examples
    --------
    >>> trend(scored, by="change_type", freq="M", tz="UTC", share=True, bots=False)
    """
    keys.check(by)
    chosen, periods = prepare(history, freq=freq, tz=tz, filters=filters)
    values = keys.key(chosen, by, top=top)
    codes = values.cat.codes.to_numpy().astype("int64")
    categories = values.cat.categories
    counts = cross(periods, codes, len(categories))
    columns = {"commits": counts}
    if share:
        effective = None
        if by == "change_type":
            effective = effective_totals(
                periods.places, codes, _confidence(chosen), shape=counts.shape
            )
        columns |= share_columns(counts, counts.sum(axis=1, keepdims=True), effective)
    columns["small"] = counts < SMALL
    return periods.table(by, categories, columns)


def cross(
    periods: Axis, codes: np.ndarray, keys: int, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return counts, or sums of `weights`, of the shape (periods, keys)."""
    kept = (periods.places >= 0) & (codes >= 0)
    cells = periods.places[kept] * keys + codes[kept]
    sums = np.bincount(
        cells, None if weights is None else weights[kept], minlength=len(periods) * keys
    )
    return sums.reshape(len(periods), keys)


def _confidence(history: History) -> np.ndarray:
    commits = history.commits
    require_columns(commits, ["type_confidence"], made_by="commitlens.score()")
    return commits["type_confidence"].to_numpy(dtype="float64")


def rolling(table: pd.DataFrame, window: int) -> pd.DataFrame:
    """Return a table whose counts are means over `window` periods up to each.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `trend` or another function of this package whose columns add up.
    window : int
        How many periods.

    Returns
    -------
    pandas.DataFrame
        The columns of `table`, counts as float: missing until there are enough
        periods. Shares are of the counts of all periods of the window, and
        ``partial`` says that one of them was.

    Raises
    ------
    InputError
        `table` has no counts, or has authors or quantiles, which do not add up, or
        `window` is below 1.

    Examples
    --------
    >>> trend(scored, freq="D", share=True).pipe(rolling, 28)
    """
    if window < 1:
        msg = f"window must be at least 1 period, got {window}"
        raise InputError(msg)

    def over(columns: pd.DataFrame) -> pd.DataFrame:
        return columns.rolling(window, min_periods=window).mean()

    out = _along(table, [*_SUMS, "effective"], over)
    if "share" in table.columns:
        total = out["total"].to_numpy(dtype="float64")
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(total > 0, out["commits"] / total, np.nan)
        low, high = wilson(shares, out["effective"] * window)
        out = out.assign(share=shares, low=low, high=high)
    if "partial" in table.columns:
        marks = table[["partial"]].astype("float64")
        groups = _groups(table)
        joined = marks.groupby(groups) if groups is not None else marks
        seen = joined.rolling(window, min_periods=1).max()
        if groups is not None:
            seen = seen.droplevel(0).sort_index()
        out = out.assign(partial=seen["partial"].to_numpy() > 0)
    if "small" in table.columns:
        out = out.assign(small=(_worth(out) * window < SMALL).to_numpy())
    out.attrs = {**table.attrs, "rolling": window}
    return out


def cumulative(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose counts are sums from the first period on.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `trend` or another function of this package whose columns add up.

    Returns
    -------
    pandas.DataFrame
        The columns of `table`, shares and their intervals likewise.

    Raises
    ------
    InputError
        `table` has no counts, or has authors or quantiles, which do not add up.

    Examples
    --------
    >>> trend(scored, by="area", freq="M").pipe(cumulative)
    """
    out = _along(table, [*_SUMS, "effective"], lambda columns: columns.cumsum())
    if "share" in table.columns:
        shares = (out["commits"] / out["total"].where(out["total"] > 0)).astype(
            "float64"
        )
        low, high = wilson(shares, out["effective"])
        out = out.assign(share=shares, low=low, high=high)
    if "small" in table.columns:
        out = out.assign(small=_worth(out) < SMALL)
    out.attrs = {**table.attrs, "cumulative": True}
    return out


#: Columns that add up over periods.
_SUMS = ("commits", "total", "insertions", "deletions", "net", "files")
#: Columns that cannot be told of several periods from those of each.
_ALONE = ("authors", "median")


def _worth(table: pd.DataFrame) -> pd.Series:
    """Return what ``small`` is of: rates are of a total, as `fix_share` says."""
    return table["total" if "what" in table.attrs else "commits"]


def key_column(table: pd.DataFrame) -> str | None:
    """Return the column that a table is split by, if it is."""
    name = str(table.columns[1]) if len(table.columns) > 1 else ""
    split = name in (*keys.KEYS, "path")
    return name if split else None


def _groups(table: pd.DataFrame) -> pd.Series | None:
    name = key_column(table)
    return None if name is None else table[name].astype(object)


def _along(table: pd.DataFrame, columns: list[str], over: object) -> pd.DataFrame:
    """Apply a running function to the counts of each key."""
    require_columns(table, ["period", "commits"], made_by="commitlens.trend()")
    for name in _ALONE:
        if name in table.columns:
            msg = (
                f"the column {name!r} does not add up over periods, expected a table "
                "of counts or shares; make it with a larger freq"
            )
            raise InputError(msg)
    some = [name for name in columns if name in table.columns]
    groups = _groups(table)
    if groups is None:
        done = over(table[some])  # type: ignore[operator]
    else:
        parts = [over(part) for _, part in table[some].groupby(groups)]  # type: ignore[operator]
        done = pd.concat(parts).sort_index() if parts else table[some]
    return table.assign(**{name: done[name] for name in some})
