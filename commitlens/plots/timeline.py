"""The time axis of charts: where periods lie, their ticks, and releases."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.dates import date2num

from ..schema import require_columns
from .colours import Ink, blend
from .text import AtDraw, clean, cut, key_name, phrase, say, tick_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Timeline:
    """The periods of a table, from left to right.

    Attributes
    ----------
    periods : pandas.Index
        When each starts.
    edges : list of (float, float)
        Where each begins and ends: matplotlib's days by the clock of the zone (a
        day of 23 hours is as wide as any other), or counted where periods are
        releases, which last anything from an hour to years.
    per : str
        What a period is called: day, week, month or release.
    names : list of str
        Of the releases.
    partial : list of bool
        The history covers the period only in part.
    """

    periods: pd.Index
    edges: list[tuple[float, float]]
    per: str
    names: list[str]
    partial: list[bool]

    @property
    def middles(self) -> list[float]:
        return [(start + end) / 2 for start, end in self.edges]

    @property
    def days(self) -> list[dt.date]:
        return [time.date() for time in self.periods]

    @property
    def widths(self) -> list[float]:
        """How wide bars are."""
        return [0.9 * (end - start) for start, end in self.edges]

    @property
    def joined(self) -> bool:
        """Whether there are so many periods that bars would be hairs."""
        return len(self.edges) > 120

    def gaps(self) -> list[int]:
        """Return the places before which periods are missing from the table."""
        return [
            place
            for place in range(1, len(self.edges))
            if self.edges[place][0] > self.edges[place - 1][1] + 1e-6
        ]

    def with_gaps(self, *values: Any) -> tuple[np.ndarray, ...]:
        """Return the middles and values, and a missing one wherever a gap is."""
        gaps = self.gaps()
        x = np.insert(
            np.array(self.middles), gaps, [self.edges[gap - 1][1] for gap in gaps]
        )
        return x, *(np.insert(np.array(v, dtype=float), gaps, np.nan) for v in values)

    def steps(self, low: Any, high: Any) -> tuple[np.ndarray, ...]:
        """Return the edges and ends of bars that touch each other, but for gaps."""
        edges, bars = [self.edges[0][0]], []
        for (start, end), ends in zip(
            self.edges, zip(low, high, strict=True), strict=True
        ):
            if start > edges[-1] + 1e-6:
                edges.append(start)
                bars.append((0.0, 0.0))
            edges.append(end)
            bars.append(ends)
        return np.array(edges), *np.array(bars, dtype=float).T

    def when(self, place: int, lang: str) -> str:
        """Return the name of a period, as it stands in a sentence."""
        name = f"{self.days[place]:%Y-%m-%d}"
        if self.names:
            name = cut(clean(self.names[place]), 24)
        elif self.per == "month":
            name = name[:-3]
        return phrase(lang, f"when_{self.per}", name=name)


def timeline(table: pd.DataFrame) -> Timeline:
    """Return the periods of a table of `commitlens.trends`."""
    firsts = table.drop_duplicates("period").sort_values("period")
    per = str(table.attrs.get("per") or _guess(table))
    names = []
    if per == "release":
        names = [str(name) for name in firsts["release"]]
        edges = [(float(place), place + 1.0) for place in range(len(firsts))]
    else:
        starts = [time.date() for time in firsts["period"]]
        edges = [(date2num(day), date2num(_after(day, per))) for day in starts]
    partial = [False] * len(firsts)
    if "partial" in table.columns:
        partial = table.groupby("period")["partial"].any().to_list()
    return Timeline(firsts.set_index("period").index, edges, per, names, partial)


def _guess(table: pd.DataFrame) -> str:
    """Return what periods are, of a table that lost its `attrs` on its way."""
    if "release" in table.columns:
        return "release"
    days = sorted({time.date() for time in table["period"]})
    apart = {(b - a).days for a, b in zip(days, days[1:], strict=False)}
    if not apart or min(apart) < 7:
        return "day"
    return "week" if min(apart) < 28 else "month"


def _after(start: dt.date, per: str) -> dt.date:
    """Return the day on which the period after the one of `start` begins."""
    if per == "month":
        return dt.date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + dt.timedelta(days=7 if per == "week" else 1)


# What each tick begins, from fine to coarse: the first kind with few enough of
# them is taken. From `_YEARS` on they are years, and their ticks say no more.
_TICKS: tuple[Callable[[int, dt.date], Any], ...] = (
    lambda place, day: place,
    lambda place, day: place // 2,
    lambda place, day: day - dt.timedelta(days=day.weekday()),
    lambda place, day: (day.year, day.month),
    lambda place, day: (day.year, (day.month - 1) // 3),
    lambda place, day: (day.year, (day.month - 1) // 6),
    lambda place, day: day.year,
    lambda place, day: day.year // 2,
    lambda place, day: day.year // 5,
    lambda place, day: day.year // 10,
    lambda place, day: day.year // 50,
)
_YEARS = _TICKS[6:]

# Of releases, which have no calendar: every one, every second, ...
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def time_axis(ax: Axes, line: Timeline, lang: str) -> None:
    """Put few ticks below the periods, and room beside a few of them."""
    most = _most_ticks(ax)
    ticks = _names(line, most, lang) if line.names else _dates(line, most, lang)
    middles = line.middles
    tick_words(ax.xaxis, [middles[place] for place, _ in ticks], [w for _, w in ticks])
    # A few bars are not to fill the width: that would look like more.
    (first, after), last = line.edges[0], line.edges[-1][1]
    room = max(0.01 * (last - first), (6 - len(line.edges)) / 2 * (after - first))
    ax.set_xlim(first - room, last + room)


def _most_ticks(ax: Axes) -> int:
    figure = ax.get_figure(root=True)
    assert figure is not None
    inches = ax.get_position().width * figure.get_figwidth()
    return max(3, min(9, int(inches / 0.75)))


def _names(line: Timeline, most: int, lang: str) -> list[tuple[int, str]]:
    count = len(line.names)
    step = next((n for n in _STEPS if count / n <= most), count)
    # Counted from the newest, which is the one that is looked for.
    places = list(range(count - 1, -1, -step))[::-1]
    return [
        (place, cut(key_name(line.names[place], None, lang), 12)) for place in places
    ]


def _dates(line: Timeline, most: int, lang: str) -> list[tuple[int, str]]:
    """Return which periods get a tick, and its words: the year where it is new."""
    return date_words(line.days, most, lang, months=line.per == "month")


def time_ticks(ax: Axes, days: list[dt.date], lang: str) -> None:
    """Put few ticks below marks that lie anywhere in time, on the days between."""
    first, last = min(days), max(days)
    every = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    ticks = date_words(every, _most_ticks(ax), lang)
    places = [float(date2num(every[place])) for place, _ in ticks]
    tick_words(ax.xaxis, places, [words for _, words in ticks])


def date_words(
    days: list[dt.date], most: int, lang: str, *, months: bool = False
) -> list[tuple[int, str]]:
    """Return which days get a tick, and its words: the year where it is new."""
    places: list[int] = []
    for begins in _TICKS:
        groups = [begins(place, day) for place, day in enumerate(days)]
        places = [
            place
            for place, group in enumerate(groups)
            if place == 0 or group != groups[place - 1]
        ]
        # A year is a short word.
        if len(places) <= (most + 2 if begins in _YEARS else most):
            break
    # The first may be of the end of a month, and close to the one of the next.
    if len(places) > 2 and places[1] < 0.7 * (places[2] - places[1]):
        places = places[1:]
    ticks = []
    year = None
    for place in places:
        day = days[place]
        form = "tick_month" if months else "tick_day"
        month = _MONTHS[day.month - 1]
        words = phrase(lang, form, day=day.day, month=month, n=day.month)
        if begins in _YEARS:
            words = f"{day:%Y}"
        elif day.year != year:
            words += f"\n{day:%Y}"
        year = day.year
        ticks.append((place, words))
    return ticks


# Not by strftime, whose names follow the locale of the process.
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905


def hatch_partial(ax: Axes, line: Timeline, heights: Sequence[float], ink: Ink) -> bool:
    """Hatch the bars of periods that the history covers only in part.

    Returns whether there are any.
    """
    from matplotlib.patches import Rectangle

    found = False
    places = zip(line.middles, line.widths, heights, line.partial, strict=True)
    for middle, width, height, part in places:
        if part and height > 0:
            found = True
            bar = Rectangle((middle - width / 2, 0), width, height)
            # The lines of a hatch have the colour of the edge, which has no width.
            bar.set(facecolor="none", edgecolor=ink.paper, linewidth=0, hatch="////")
            bar.set_gid("partial")
            ax.add_patch(bar)
    return found


def mark_releases(ax: Axes, line: Timeline, releases: pd.DataFrame, ink: Ink) -> None:
    """Draw a line at each release, with its name where there is room.

    Of very many only those with a new minor, or a new major, number are drawn.
    """
    require_columns(releases, ["release", "released_at"], made_by="trends.releases()")
    if line.names or releases.empty:
        return
    if "is_pre" in releases.columns:
        releases = releases[~releases["is_pre"].astype(bool)]
    zone = getattr(line.periods, "tz", None)
    times = releases["released_at"].dt.tz_convert(zone).dt.tz_localize(None)
    low, high = line.edges[0][0], line.edges[-1][1]
    marks = [
        (place, cut(clean(str(name)), 16), _level(str(name)))
        for place, name in zip(date2num(times), releases["release"], strict=True)
        if low <= place <= high
    ]
    level = next((n for n in (2, 1) if sum(m[2] <= n for m in marks) <= _MOST), 0)
    marks = [mark for mark in marks if mark[2] <= level]
    texts = []
    for place, name, _ in marks:
        ax.axvline(place, color=blend(ink.text, ink.paper, 0.5), lw=0.7, ls=(0, (2, 2)))
        text = ax.text(
            *(place, 1.0, ""),
            transform=ax.get_xaxis_transform(),
            fontsize=8,
            color=ink.faint,
            ha="left",
            va="top",
            bbox={"facecolor": ink.paper, "edgecolor": "none", "pad": 0.8},
        )
        texts.append((_, say(text, f" {name} ")))
    if texts:
        bottom, top = ax.get_ylim()
        ax.set_ylim(bottom, bottom + (top - bottom) * 1.1)
        _where_there_is_room(ax, texts)


_MOST = 30


def _level(name: str) -> int:
    """Return 0 for a new major version, 1 for a minor one, 2 for others."""
    numbers = re.search(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", name)
    if numbers is None:
        return 2
    _, minor, patch = (int(number or 0) for number in numbers.groups())
    return 2 if patch else 1 if minor else 0


def _where_there_is_room(ax: Axes, texts: list[tuple[int, Any]]) -> None:
    """Hide names that would lie on others, or reach beyond the axes."""

    def place() -> None:
        left, right = ax.get_window_extent().intervalx
        taken: list[Any] = []
        for _, text in sorted(texts, key=lambda pair: pair[0]):
            text.set_visible(True)
            text.set_horizontalalignment("left")
            box = text.get_window_extent()
            if box.x1 > right:
                text.set_horizontalalignment("right")
                box = text.get_window_extent()
            fits = left <= box.x0 and not any(box.overlaps(other) for other in taken)
            text.set_visible(fits)
            if fits:
                taken.append(box)

    AtDraw(ax, place)
