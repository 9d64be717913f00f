"""How much changes, in what sizes, and at what hours."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pandas as pd

from ..dates import zone
from ..errors import InputError
from ..schema import require_columns
from . import keys
from .counts import cross
from .intervals import SMALL
from .rates import split
from .selection import Filters, prepare, select

if TYPE_CHECKING:
    from ..history import History

#: The days of a week, in order.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def churn(
    history: History,
    *,
    by: str | None = None,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Sum the files and lines that changed in each period.

    Lines that git could not count are missing from the sums, as are those of
    binary files.

    Parameters
    ----------
    history : History
        Loaded with lines; `by` may need a step.
    by : str, optional
        Split by one of the keys of `trend`, each commit as a whole; ``"area"``
        gives each area its own lines, so that there ``commits`` counts those
        that touch it.
    freq, tz, top, **filters
        As in `trend`.

    Returns
    -------
    pandas.DataFrame
        ``period`` (time in `tz`), the column named like `by` if given, then
        ``commits``, ``files``, ``insertions``, ``deletions``, ``net`` (int),
        ``partial`` and ``small`` (bool: fewer than 5 commits). A merge has no
        files of its own, so with ``by="area"`` it is in none.

    Raises
    ------
    InputError
        As in `trend`, and for a history loaded without lines.

    Examples
    --------
    >>> churn(history, by="area", freq="M", tz="UTC", bots=False)
    """
    keys.check(by)
    _check_lines(history)
    chosen, periods = prepare(history, freq=freq, tz=tz, filters=filters)
    if by == "area":
        rows = keys.rows_of(chosen)
        source, rows = chosen.files[rows >= 0], rows[rows >= 0]
        values = keys.ranked(keys.file_areas(source), top)
        codes = values.cat.codes.to_numpy().astype("int64")
        categories = list(values.cat.categories)
        periods = periods.only(rows)
        size = max(1, len(categories))
        # A commit counts once in each area that it touches.
        first = ~pd.Series(rows * size + codes).duplicated().to_numpy()
        commits = cross(periods, np.where(first, codes, -1), len(categories))
        files = cross(periods, codes, len(categories))
    else:
        codes, categories = split(chosen, by, top)
        source = chosen.commits
        commits = cross(periods, codes, len(categories))
        changed = _numbers(source["files_changed"])
        files = cross(periods, codes, len(categories), changed)
    added, removed = (
        cross(periods, codes, len(categories), _numbers(source[name]))
        for name in ("insertions", "deletions")
    )
    columns = {
        "commits": commits,
        "files": files.astype("int64"),
        "insertions": added.astype("int64"),
        "deletions": removed.astype("int64"),
        "net": (added - removed).astype("int64"),
        "small": commits < SMALL,
    }
    return periods.table(by, categories, columns)


def commit_sizes(
    history: History,
    *,
    by: str | None = None,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Say how large commits are: quantiles of the lines they change.

    Merges are left out, and commits whose lines git could not count.

    Parameters
    ----------
    history : History
        Loaded with lines; `by` may need a step.
    by : str, optional
        Split by one of the keys of `trend`.
    freq, tz, top, **filters
        As in `trend`.

    Returns
    -------
    pandas.DataFrame
        ``period`` (time in `tz`), the column named like `by` if given,
        ``commits`` (int), ``q25``, ``median``, ``q75``, ``q90`` (float: lines
        inserted and deleted; missing without commits), ``partial`` and
        ``small`` (bool: fewer than 5 commits).

    Raises
    ------
    InputError
        As in `trend`, and for a history loaded without lines.

    Examples
    --------
    >>> commit_sizes(history, freq="M", tz="UTC")
    """
    keys.check(by)
    _check_lines(history)
    chosen, periods = prepare(
        history, freq=freq, tz=tz, filters=filters, base={"merges": False}
    )
    codes, categories = split(chosen, by, top)
    lines = (chosen.commits["insertions"] + chosen.commits["deletions"]).to_numpy(
        dtype="float64", na_value=np.nan
    )
    codes = np.where(np.isnan(lines), -1, codes)
    commits = cross(periods, codes, len(categories))
    columns = {"commits": commits} | quantiles(
        periods.places, codes, lines, commits.shape, _QUANTILES
    )
    columns["small"] = commits < SMALL
    return periods.table(by, categories, columns)


_QUANTILES = {"q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.9}


def quantiles(
    places: np.ndarray,
    codes: np.ndarray,
    values: np.ndarray,
    shape: tuple[int, ...],
    wanted: dict[str, float],
) -> dict[str, np.ndarray]:
    """Return quantiles of the values of each period and key, missing of none."""
    kept = (places >= 0) & (codes >= 0)
    cells = pd.Series(places[kept] * shape[1] + codes[kept])
    grouped = pd.Series(values[kept]).groupby(cells)
    every = range(shape[0] * shape[1])
    return {
        name: grouped.quantile(at).reindex(every).to_numpy().reshape(shape)
        for name, at in wanted.items()
    }


def rhythm(
    history: History,
    *,
    tz: str | dt.tzinfo = "author",
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Count commits by the hour of the week at which they were written.

    Parameters
    ----------
    history : History
        As loaded. ``tz="author"`` reads from git the zone that each author's
        clock had, which the frames do not keep.
    tz : str or datetime.tzinfo, default "author"
        Each author's own zone, or one for all.
    **filters
        Those of `select`, on ``landed_at`` as ever.

    Returns
    -------
    pandas.DataFrame
        168 rows: ``weekday`` (ordered category, Mon first), ``hour`` (int, 0 to
        23), ``commits`` (int), ``share`` (float, of all), ``small`` (bool:
        fewer than 5). Automations and merges are counted unless filtered out.

    Raises
    ------
    InputError
        ``tz="author"`` for a history that does not know where its repository is.

    Examples
    --------
    >>> rhythm(history, bots=False).pivot(index="weekday", columns="hour")
    """
    require_columns(history.commits, ["authored_at"], made_by="load_history()")
    # A range is of days as the machine sees them where every author has a zone.
    chosen = select(history, tz=None if tz == "author" else tz, **filters)
    written = chosen.commits["authored_at"]
    if tz == "author":
        from .readings import author_offsets

        minutes = author_offsets(chosen)
        local = written.dt.tz_localize(None) + pd.to_timedelta(minutes, unit="min")
    else:
        local = written.dt.tz_convert(zone(tz)).dt.tz_localize(None)
    cells = local.dt.day_of_week.to_numpy() * 24 + local.dt.hour.to_numpy()
    counts = np.bincount(cells.astype("int64"), minlength=7 * 24)
    total = counts.sum()
    every = np.repeat(np.arange(7), 24)
    days = pd.Categorical.from_codes(every, list(WEEKDAYS), ordered=True)
    return pd.DataFrame(
        {
            "weekday": days,
            "hour": np.tile(np.arange(24), 7),
            "commits": counts,
            "share": counts / total if total else np.full(counts.shape, np.nan),
            "small": counts < SMALL,
        }
    )


def _check_lines(history: History) -> None:
    """Raise `InputError` where no lines were counted: their sum is not zero."""
    lines = history.commits["insertions"]
    if len(lines) and lines.isna().all():
        msg = (
            "no lines of these commits were counted, expected a history with lines; "
            "load it with commitlens.load_history(..., lines=True)"
        )
        raise InputError(msg)


def _numbers(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype="float64", na_value=0.0)
