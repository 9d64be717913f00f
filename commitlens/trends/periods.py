"""Time cut into periods: days, weeks, months, or from release to release."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..dates import DateLike, range_bounds, zone
from ..errors import InputError

if TYPE_CHECKING:
    from ..history import History

#: What a period can be, and what it is called.
FREQUENCIES: dict[str, str] = {
    "D": "day",
    "W": "week",
    "M": "month",
    "release": "release",
}

#: What landed after the newest release.
UNRELEASED = "unreleased"


@dataclass(frozen=True)
class Axis:
    """The periods of a table, and the one of each commit.

    Attributes
    ----------
    places : numpy.ndarray of int
        For each commit, the place of its period; -1 outside of the range.
    starts : pandas.Series of time
        When each period starts.
    partial : numpy.ndarray of bool
        The history may have only a part of it.
    per : str
        What a period is called.
    releases : tuple of str, optional
        The release that ends each period.
    """

    places: np.ndarray
    starts: pd.Series
    partial: np.ndarray
    per: str
    releases: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def only(self, kept: np.ndarray) -> Axis:
        """Return the same periods for the commits that are `kept`."""
        return replace(self, places=self.places[kept])

    def table(
        self, by: str | None, categories: Any, columns: dict[str, np.ndarray]
    ) -> pd.DataFrame:
        """Return a tidy table of values with a row a period and a column a key.

        Parameters
        ----------
        by : str or None
            The name of the keys; None when there is one value a period.
        categories : sequence
            The keys, in order.
        columns : dict of str to numpy.ndarray
            Values, of the shape (periods, keys).
        """
        keys = 1 if by is None else len(categories)
        rows = np.repeat(np.arange(len(self)), keys)
        frame: dict[str, Any] = {
            "period": self.starts.take(rows).reset_index(drop=True)
        }
        if by is not None:
            frame[by] = pd.Categorical.from_codes(
                np.tile(np.arange(keys), len(self)), list(categories), ordered=True
            )
        frame |= {name: values.reshape(-1) for name, values in columns.items()}
        frame["partial"] = self.partial[rows]
        if "small" in frame:  # beside the other mark
            frame["small"] = frame.pop("small")
        if self.releases is not None:
            names = list(dict.fromkeys(self.releases))
            frame["release"] = pd.Categorical(
                [self.releases[row] for row in rows], names, ordered=True
            )
        table = pd.DataFrame(frame)
        table.attrs = {"per": self.per}
        return table


def axis(
    history: History,
    *,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    since: DateLike | None = None,
    until: DateLike | None = None,
) -> Axis:
    """Cut the time of a history into periods.

    Parameters
    ----------
    history : History
        With ``landed_at`` in its commits.
    freq : {"D", "W", "M", "release"}, default "W"
        Days, weeks from Monday to Sunday, months, or from one release to the next.
    tz : str or datetime.tzinfo, optional
        The zone in which a day begins; the machine's by default.
    since, until : date, datetime or str, optional
        As in `commitlens.load_history`: periods lie in this range.

    Raises
    ------
    InputError
        For an unknown `freq`, zone or date.
    """
    if freq not in FREQUENCIES:
        msg = f"freq must be one of {', '.join(FREQUENCIES)}, got {freq!r}"
        raise InputError(msg)
    where = zone(tz)
    bounds = range_bounds(since, until, where)
    if freq == "release":
        from .cuts import release_axis

        return release_axis(history, where, *bounds)
    return _calendar(history, freq, where, *bounds)


def _calendar(
    history: History,
    freq: str,
    tz: dt.tzinfo,
    since: dt.datetime | None,
    until: dt.datetime | None,
) -> Axis:
    landed = history.commits["landed_at"]
    inside = in_range(landed, since, until)
    per = FREQUENCIES[freq]
    numbers = _numbers(landed, freq, tz)
    if not inside.any():
        return Axis(np.full(len(landed), -1), _starts([], freq, tz), _NONE, per)
    known_from, known_to = history.span
    first, last = int(numbers[inside].min()), int(numbers[inside].max())
    # What is asked for and was seen to be empty is zero, not missing; before the
    # first commit of all there was nothing to see.
    begin = max(filter(None, (since, known_from)), default=None)
    if begin is not None and _goes_back(history, begin):
        first = min(first, int(_numbers(_series(begin), freq, tz)[0]))
    end = min(filter(None, (until, known_to)), default=None)
    if end is not None and until is not None:
        moment = end - dt.timedelta(microseconds=1)
        last = max(last, int(_numbers(_series(moment), freq, tz)[0]))
    starts = _starts(range(first, last + 2), freq, tz)
    partial = np.zeros(last + 1 - first, dtype=bool)
    partial[0] = _begins_inside(history, starts.iloc[0], since, freq, tz)
    partial[-1] |= (end or landed.max()) < starts.iloc[-1]
    places = np.where(inside, numbers - first, -1)
    return Axis(places, starts.iloc[:-1], partial, per)


_NONE = np.zeros(0, dtype=bool)


def in_range(
    landed: pd.Series, since: dt.datetime | None, until: dt.datetime | None
) -> np.ndarray:
    """Return which instants lie in a half-open range."""
    inside = np.ones(len(landed), dtype=bool)
    if since is not None:
        inside &= (landed >= since).to_numpy()
    if until is not None:
        inside &= (landed < until).to_numpy()
    return inside


def steady(landed: pd.Series) -> np.ndarray:
    """Return seconds since the epoch, as late as any before where clocks went back."""
    seconds = landed.dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    return np.maximum.accumulate(seconds.astype("int64"))


def _goes_back(history: History, begin: dt.datetime) -> bool:
    """Whether something landed before."""
    earlier = bool((history.commits["landed_at"] < begin).any())
    return earlier or (history.lead is not None and len(history.lead.commits) > 0)


def _begins_inside(
    history: History,
    start: pd.Timestamp,
    since: dt.datetime | None,
    freq: str,
    tz: dt.tzinfo,
) -> bool:
    """Whether the range began after the first period did."""
    if since is not None and since > start:
        return True
    lead = history.lead
    if lead is not None:
        # What landed just before tells whether anything is missing.
        return bool((lead.commits["landed_at"].tail(1) >= start).any())
    known_from = history.span[0]
    return known_from is not None and known_from > start


def _series(moment: dt.datetime) -> pd.Series:
    return pd.Series([pd.Timestamp(moment).tz_convert("UTC")])


def _numbers(landed: pd.Series, freq: str, tz: dt.tzinfo) -> np.ndarray:
    """Return the number of the period of `tz` in which each instant lies."""
    local = landed.dt.tz_convert(tz).dt.tz_localize(None).dt.as_unit("us")
    days = local.to_numpy().astype("datetime64[D]")
    if freq == "M":
        return days.astype("datetime64[M]").astype("int64")
    numbers = days.astype("int64")
    # Day 0 of the epoch is a Thursday.
    return (numbers + 3) // 7 if freq == "W" else numbers


def _starts(numbers: Any, freq: str, tz: dt.tzinfo) -> pd.Series:
    """Return the first instant of each period, also where a zone skips midnight."""
    units = np.asarray(list(numbers), dtype="int64")
    if freq == "M":
        days = units.astype("datetime64[M]").astype("datetime64[us]")
    else:
        days = (units * 7 - 3 if freq == "W" else units).astype("datetime64[D]")
    naive = pd.Series(days.astype("datetime64[us]"))
    # A midnight that comes twice is the first of the two.
    return naive.dt.tz_localize(tz, nonexistent="shift_forward", ambiguous=True)
