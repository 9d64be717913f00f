"""What the explorer shows: filters, a chart and a page, as plain functions.

Nothing here knows of widgets. A `View` says what is asked for; a `Catalogue`
indexes the commits of a history once, so that each answer is a few passes over
small integers, also for hundreds of thousands of commits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from .dates import range_bounds, zone
from .errors import InputError
from .schema import CHANGE_TYPES, TIERS
from .trends.keys import OTHER, areas

if TYPE_CHECKING:
    from .history import History

#: Commits on a page, and the most bars that a chart has.
PAGE, MOST_BARS = 20, 800
#: Authors, areas or repositories with a colour of their own; the rest is `OTHER`.
TOP = 8

#: What the chart can be split by, and the filter on the same property.
SPLITS: dict[str, str] = {
    "change_type": "types",
    "importance": "tiers",
    "area": "areas",
    "author": "authors",
    "repo": "repos",
}
_FIXED = {"types": CHANGE_TYPES, "tiers": TIERS}
_WORDS = {"D": "day", "W": "week", "M": "month"}
_ORDERS = ("newest", "score")
# So many ways to write a text are each looked for.
_WAYS = 4


@dataclass(frozen=True, kw_only=True)
class View:
    """What is looked at; an empty filter lets everything pass.

    Attributes
    ----------
    repos, types, tiers, areas, authors : tuple of str, default ()
        One of these values; the area of a commit is where most of its lines
        changed.
    since, until : str, default ""
        Days of the explorer's zone such as ``2026-02-10``, both included.
    text : str, default ""
        What subject or body have in them, in any case.
    by : str, default "change_type"
        What the chart splits by, one of `SPLITS`.
    freq : {"auto", "D", "W", "M"}, default "auto"
        The periods of the chart; by itself, days for two months, then weeks.
    bar : tuple of str, default ()
        The first day of a period and, optionally, a key: its commits are listed.
    order : {"newest", "score"}, default "newest"
        The order of the list.
    page : int, default 0
        Which `PAGE` commits of it.
    """

    repos: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    text: str = ""
    by: str = "change_type"
    freq: str = "auto"
    bar: tuple[str, ...] = ()
    order: str = "newest"
    page: int = 0

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> View:
        """Make a view of a mapping, as a browser or a user writes one.

        Raises
        ------
        InputError
            A name or a value is none of those above.
        """
        known = {field.name: field.default for field in fields(cls)}
        found: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                msg = f"a view has no {name!r}; it has {', '.join(known)}"
                raise InputError(msg)
            default = known[name]
            if isinstance(default, tuple):
                value = (value,) if isinstance(value, str) else tuple(value or ())
                fits = all(isinstance(one, str) for one in value)
            else:
                fits = isinstance(value, type(default))
            if not fits:
                kind = "texts" if default == () else type(default).__name__
                msg = f"{name} of a view must be {kind}, got {value!r}"
                raise InputError(msg)
            found[name] = value
        return cls(**found)

    def __post_init__(self) -> None:
        for name, value, legal in (
            *(("types", one, CHANGE_TYPES) for one in self.types),
            *(("tiers", one, TIERS) for one in self.tiers),
            ("by", self.by, tuple(SPLITS)),
            ("freq", self.freq, ("auto", *_WORDS)),
            ("order", self.order, _ORDERS),
        ):
            if value not in legal:
                msg = f"{name} must be of {', '.join(legal)}; got {value!r}"
                raise InputError(msg)
        range_bounds(self.since or None, self.until or None, dt.UTC)


class Column(NamedTuple):
    """One property of every commit, as places in a list of values."""

    codes: np.ndarray
    values: list[str]

    def among(self, wanted: tuple[str, ...]) -> np.ndarray:
        """Return which commits have one of these values."""
        hits = np.isin(np.asarray(self.values, dtype=object), wanted)
        return hits[self.codes] & (self.codes >= 0)


class Chart(NamedTuple):
    """Commits by period and key.

    Attributes
    ----------
    freq, by : str
        ``D``, ``W`` or ``M``, and what is counted by.
    starts : list of datetime.date
        The first day of each period, none left out.
    keys : list of str
        As in `commitlens.trend`: types and tiers in their order, others the most
        frequent first and the rest as ``other``.
    counts : numpy.ndarray of int, periods x keys
        How many commits landed. Of a history that spans centuries, what is far
        from most of it is left out.
    partial : list of bool
        Only a part of the period is in the history, or in the range asked for.
    """

    freq: str
    by: str
    starts: list[dt.date]
    keys: list[str]
    counts: np.ndarray
    partial: list[bool]


class Catalogue:
    """The commits of a history, indexed for views.

    Parameters
    ----------
    history : History
        As loaded; filters on types and tiers need `commitlens.score`.
    tz : str or datetime.tzinfo, optional
        The zone of days; default: the machine's.
    """

    def __init__(self, history: History, *, tz: str | dt.tzinfo | None = None) -> None:
        self.history = history
        self.tz = zone(tz)
        commits = history.commits
        self.columns = _columns(history)
        self.splits = [by for by, name in SPLITS.items() if name in self.columns]
        landed = commits["landed_at"]
        local = landed.dt.tz_convert(self.tz).dt.tz_localize(None)
        self._landed = landed.to_numpy(dtype="datetime64[us]").astype("int64")
        self._days = local.to_numpy(dtype="datetime64[D]").astype("int64")
        # Several repositories may follow one another: newest first is by time.
        self._newest = np.argsort(self._landed, kind="stable")[::-1]
        self._score = (
            commits["importance_score"].to_numpy(dtype="float64")
            if "importance_score" in commits
            else np.zeros(len(commits))
        )
        # Writing goes letter by letter, the other filters change in between.
        self._found = lru_cache(maxsize=16)(self._search)

    def passing(self, view: View) -> np.ndarray:
        """Return which commits pass the filters, whatever bar is chosen."""
        kept = self._in_range(view)
        for name, column in self.columns.items():
            if name != "repos" and (wanted := getattr(view, name)):
                kept = kept & column.among(wanted)
        if view.text:
            kept = kept & self._found(view.text)
        return kept

    def chart(self, view: View, passing: np.ndarray) -> Chart:
        """Count the commits that pass by period and key.

        The periods are those of the range: what is filtered out was there.
        """
        by = view.by if view.by in self.splits else self.splits[0]
        days = self._days[self._in_range(view)]
        if not len(days):
            return Chart(_freq(view.freq, 0), by, [], [], np.zeros((0, 0), int), [])
        freq = _freq(view.freq, int(days.max() - days.min()))
        numbers = _number(days, freq)
        first, last = int(numbers.min()), int(numbers.max())
        if last - first >= MOST_BARS:
            # Clocks that were wrong by decades would leave nothing to see.
            first, last = np.quantile(numbers, (0.01, 0.99)).astype(int).tolist()
            last = min(last, first + MOST_BARS - 1)
        codes, keys = self._keys(by, passing)
        places = _number(self._days[passing], freq) - first
        drawn = (codes >= 0) & (places >= 0) & (places <= last - first)
        size = (last - first + 1, len(keys))
        cells = (places * size[1] + codes)[drawn]
        counts = np.bincount(cells, minlength=size[0] * size[1]).reshape(size)
        starts = [_start(first + place, freq) for place in range(size[0] + 1)]
        partial = self._partial(view, days, starts)
        return Chart(freq, by, starts[:-1], keys, counts, partial)

    def listed(self, view: View, passing: np.ndarray, chart: Chart) -> np.ndarray:
        """Return the rows of the list in its order: all that pass, or of a bar."""
        kept = passing & self._of_bar(view, passing, chart)
        rows = self._newest[kept[self._newest]]
        if view.order == "score":
            rows = rows[np.argsort(-self._score[rows], kind="stable")]
        return rows

    def _of_bar(self, view: View, passing: np.ndarray, chart: Chart) -> np.ndarray:
        """Return which commits a bar stands for, or one part of it."""
        inside = np.ones(len(passing), dtype=bool)
        if not view.bar:
            return inside
        start, *key = view.bar
        span = bar_days(start, chart.freq)
        begin, end = ((day - dt.date(1970, 1, 1)).days for day in span)
        inside = (self._days >= begin) & (self._days <= end)
        if key:
            codes, keys = self._keys(chart.by, passing)
            place = keys.index(key[0]) if key[0] in keys else -2
            which = np.full(len(passing), -1)
            which[passing] = codes
            inside &= which == place
        return inside

    def _in_range(self, view: View) -> np.ndarray:
        kept = np.ones(len(self._landed), dtype=bool)
        bounds = range_bounds(view.since or None, view.until or None, self.tz)
        start, end = (None if t is None else int(t.timestamp() * 1e6) for t in bounds)
        if start is not None:
            kept &= self._landed >= start
        if end is not None:
            kept &= self._landed < end
        if view.repos:
            kept &= self.columns["repos"].among(view.repos)
        return kept

    def _search(self, text: str) -> np.ndarray:
        commits = self.history.commits
        found = np.zeros(len(commits), dtype=bool)
        for name in ("subject", "body"):
            for pattern, options in _patterns(text):
                hits = commits[name].str.contains(pattern, na=False, **options)
                found |= hits.to_numpy(dtype=bool)
        return found

    def _keys(self, by: str, passing: np.ndarray) -> tuple[np.ndarray, list[str]]:
        """Return the key of each commit that passes, as a place among the keys."""
        codes, values = self.columns[SPLITS[by]]
        codes = codes[passing]
        if SPLITS[by] in _FIXED:
            return codes, values
        counts = np.bincount(codes[codes >= 0], minlength=len(values))
        seen = [place for place in range(len(values)) if counts[place]]
        seen.sort(key=lambda place: (-counts[place], values[place]))
        places = np.full(len(values) + 1, min(len(seen), TOP))
        places[seen[:TOP]] = range(len(seen[:TOP]))
        keys = [values[place] for place in seen[:TOP]]
        if len(seen) > TOP and OTHER in keys:
            places[places == TOP] = keys.index(OTHER)
        elif len(seen) > TOP:
            keys.append(OTHER)
        return places[codes], keys

    def _partial(
        self, view: View, days: np.ndarray, starts: list[dt.date]
    ) -> list[bool]:
        """Return which periods are covered only in part."""
        cut = view.since or self.history.lead is not None
        known_from = _date(int(days.min())) if cut else starts[0]
        if view.since:
            known_from = dt.date.fromisoformat(view.since)
        known_to = _date(int(days.max()))
        if view.until:
            known_to = min(dt.date.fromisoformat(view.until), _date(self._days.max()))
        return [
            begin < known_from or end > known_to + dt.timedelta(days=1)
            for begin, end in zip(starts, starts[1:], strict=False)
        ]


def _patterns(text: str) -> list[tuple[str, dict[str, bool]]]:
    """Return what finds a text in any case, together.

    Ignoring case is slow for a text of few letters beyond ASCII (``é``): each way
    to write it is found several times faster. Chinese has one.
    """
    ways = [sorted({c, c.lower(), c.upper()}) for c in text]
    if text.isascii() or prod(map(len, ways)) > _WAYS:
        return [(text, {"case": False, "regex": False})]
    # As a pattern: a literal one is looked for with less care, and slower.
    words = {"".join(way) for way in product(*ways)}
    return [(re.escape(word), {"case": True, "regex": True}) for word in sorted(words)]


def bar_days(start: str, freq: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the period that starts on a day."""
    try:
        begin = dt.date.fromisoformat(start)
    except ValueError:
        msg = f"a bar must start on a day like 2026-02-09, got {start!r}"
        raise InputError(msg) from None
    number = int(_number(np.int64((begin - dt.date(1970, 1, 1)).days), freq))
    return _start(number, freq), _start(number + 1, freq) - dt.timedelta(days=1)


def _columns(history: History) -> dict[str, Column]:
    """Return the properties that the history has, by the name of their filter."""
    commits = history.commits
    author = "person_name" if "person_name" in commits else "author_name"
    found = {"repos": _coded(commits["repo"]), "authors": _coded(commits[author])}
    if len(history.files):
        found["areas"] = _coded(areas(history))
    for name, column in (("types", "change_type"), ("tiers", "importance")):
        if column in commits:
            legal = pd.CategoricalDtype(_FIXED[name], ordered=True)
            codes = commits[column].astype(legal).cat.codes.to_numpy()
            found[name] = Column(codes.astype("int64"), list(_FIXED[name]))
    order = SPLITS.values()
    return {name: found[name] for name in order if name in found}


def _coded(values: pd.Series) -> Column:
    codes, names = pd.factorize(values.fillna(""))
    return Column(codes, [str(name) for name in names])


def _freq(asked: str, days: int) -> str:
    """Return a frequency under which so many days are not too many bars."""
    if asked == "auto":
        asked = "D" if days <= 62 else "W" if days <= 3 * 366 else "M"
    if asked == "D" and days > MOST_BARS:
        asked = "W"
    return "M" if asked == "W" and days > 7 * MOST_BARS else asked


def _number(days: Any, freq: str) -> Any:
    """Return the number of the period in which each day since 1970 lies."""
    if freq == "D":
        return days
    if freq == "W":
        return (days + 3) // 7  # 1970 began on a Thursday
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(int)


def _start(number: int, freq: str) -> dt.date:
    """Return the first day of a period."""
    if freq == "M":
        return dt.date(1970 + number // 12, number % 12 + 1, 1)
    return _date(number if freq == "D" else number * 7 - 3)


def _date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(day))


def period_word(freq: str) -> str:
    """Return what a period is called."""
    return _WORDS[freq]
