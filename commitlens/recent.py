"""A day against the days before it, in numbers and as small pictures.

The pictures are SVG of a few bars, written here: they follow the page's colours
in light and dark, and a report needs no drawing library.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING

from .dates import day_bounds, day_of
from .palette import COLOURS
from .schema import CHANGE_TYPES
from .wording import Words, count

if TYPE_CHECKING:
    from .history import History
    from .sections import Row

#: Days before the day that it is held against.
DAYS = 30
#: With fewer days there is nothing to hold against.
ENOUGH = 3

_SPARKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Recent:
    """Commits of a day and of the days before it.

    Attributes
    ----------
    day : datetime.date
        The day.
    before : tuple of int
        Commits of each day before it, oldest first: up to `DAYS`, and no day
        that the history does not cover from its first instant on.
    count : int
        Commits of the day itself.
    """

    day: dt.date
    before: tuple[int, ...]
    count: int

    @property
    def usual(self) -> int:
        """The median of the days before, the lower one of two."""
        return median_low(self.before)

    def spark(self) -> str:
        """Return the days as a row of blocks, the last one the day itself."""
        most = max(self.before + (self.count,)) or 1
        return "".join(
            _SPARKS[-(-n * (len(_SPARKS) - 1) // most)]
            for n in (*self.before, self.count)
        )


def recent_days(
    history: History, day: dt.date, tz: dt.tzinfo, *, capped: int
) -> Recent | None:
    """Count what landed on a day, and on each of the days before it.

    Parameters
    ----------
    history : History
        With what landed before the day among its commits or in its lead.
    day : datetime.date
        The day.
    tz : datetime.tzinfo
        The zone of the days.
    capped : int
        A lead of so many commits may have been cut there: its first day is not
        counted.

    Returns
    -------
    Recent or None
        None when fewer than `ENOUGH` days before are covered.

    Examples
    --------
    >>> recent_days(history, dt.date(2026, 2, 10), dt.UTC, capped=500).usual
    4
    """
    import pandas as pd

    bounds = [day_bounds(day - dt.timedelta(n), tz)[0] for n in range(DAYS, -2, -1)]
    frames, first = [history.commits], None
    if history.lead is not None:
        frames.insert(0, history.lead.commits)
        if len(history.lead.commits) >= capped:
            cut = day_of(history.lead.commits["landed_at"].min().to_pydatetime(), tz)
            first = cut + dt.timedelta(1)
    landed = pd.concat([frame["landed_at"] for frame in frames])
    if landed.empty:
        return None
    first = first or day_of(landed.min().to_pydatetime(), tz)
    known = min(DAYS, (day - first).days)
    if known < ENOUGH:
        return None
    edges = [pd.Timestamp(bound) for bound in bounds]
    near = landed[landed >= edges[0]].sort_values()
    counts = [b - a for a, b in pairwise(int(near.searchsorted(e)) for e in edges)]
    return Recent(day, tuple(counts[-known - 1 : -1]), counts[-1])


def days_svg(recent: Recent, *, title: str, today: str) -> str:
    """Draw the days as bars, the day itself in colour, the median as a line.

    Parameters
    ----------
    recent : Recent
        What to draw.
    title, today : str
        Words of the chart, and of the day's bar.

    Returns
    -------
    str
        An ``<svg>`` element; the same input gives the same bytes.
    """
    width, height, top, left = 480, 130, 22, 4
    counts = (*recent.before, recent.count)
    most = max(counts) or 1
    step = (width - 2 * left) / len(counts)

    def y(n: int) -> float:
        return top + height * (1 - n / most)

    bars = []
    for place, n in enumerate(counts):
        date = recent.day - dt.timedelta(len(counts) - 1 - place)
        last = place == len(counts) - 1
        paint = 'fill="#0072B2"' if last else 'fill="currentColor" opacity=".3"'
        bars.append(
            f'<rect x="{left + place * step + step * 0.1:.1f}" y="{y(n):.1f}" '
            f'width="{step * 0.8:.1f}" height="{top + height - y(n):.1f}" {paint}>'
            f"<title>{date.isoformat()}: {n}</title></rect>"
        )
    line = y(recent.usual)
    # The words stand above all bars, where none can be behind them.
    stem = left + (len(counts) - 0.5) * step
    highest = counts.index(max(counts))
    first = recent.day - dt.timedelta(len(recent.before))
    foot = top + height
    marks = [
        f'<path d="M{left} {line:.1f}H{width - left}" stroke="currentColor" '
        f'stroke-dasharray="4 3" opacity=".6"/>',
        _text(left, foot + 16, first.isoformat(), size=11),
        _text(width - left, foot + 16, recent.day.isoformat(), size=11, end=True),
        _text(width - left, top - 8, today, size=12, end=True, bold=True),
        f'<path d="M{stem:.1f} {top - 4}V{y(recent.count):.1f}" '
        'stroke="currentColor" opacity=".6"/>',
    ]
    if highest < len(counts) * 2 // 3:
        middle = left + (highest + 0.5) * step
        marks.append(_text(middle + 4, top - 4, str(most), size=11, end=True))
    return _svg(width, foot + 22, title, [*bars, *marks])


def types_svg(types: Sequence[tuple[str, str, int]], *, title: str) -> str:
    """Draw commits by change type as bars, each with its name and its number.

    Parameters
    ----------
    types : sequence of (str, str, int)
        Colour, name and number, in the order in which they are drawn.
    title : str
        Words of the chart.

    Returns
    -------
    str
        An ``<svg>`` element; the same input gives the same bytes.
    """
    width, row, names = 480, 22, 150
    most = max((n for _, _, n in types), default=1)
    shapes = []
    for place, (colour, name, n) in enumerate(types):
        top = place * row
        length = max((width - names - 40) * n / most, 2)
        shapes += [
            _text(names - 8, top + 16, name, size=12, end=True),
            # The outline is for colours as pale or as dark as the page.
            f'<rect x="{names}" y="{top + 4}" width="{length:.1f}" height="{row - 7}" '
            f'fill="{colour}" stroke="currentColor" stroke-opacity=".35"/>',
            _text(names + length + 6, top + 16, str(n), size=12, bold=True),
        ]
    return _svg(width, row * len(types) + 4, title, shapes)


def _svg(width: int, height: int, title: str, shapes: Sequence[str]) -> str:
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(title)}" '
        f'font-family="system-ui, sans-serif">{"".join(shapes)}</svg>'
        f"<figcaption>{escape(title)}</figcaption></figure>"
    )


def _text(
    x: float, y: float, words: str, *, size: int, end: bool = False, bold: bool = False
) -> str:
    place = ' text-anchor="end"' * end + ' font-weight="600"' * bold
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="currentColor"{place}>'
        f"{escape(words)}</text>"
    )


def trend_line(recent: Recent, words: Words) -> str:
    """Return the day against the days before it, as a line."""
    return f"{recent.spark()} " + words["recent"]["line"].format(
        days=len(recent.before), low=min(recent.before), high=max(recent.before),
        usual=recent.usual, now=recent.count,
    )  # fmt: skip


def figures(rows: list[Row], recent: Recent | None, words: Words) -> str:
    """Return the pictures of a page: the day's types, and the days before it."""
    kinds = Counter(row.change_type for row in rows)
    table = words["recent"]
    types = [
        (COLOURS[kind], words["types"][kind], kinds[kind])
        for kind in CHANGE_TYPES
        if kinds[kind]
    ]
    made = types_svg(types, title=table["types"]) if types else ""
    if recent:
        made += days_svg(
            recent,
            title=table["title"].format(days=len(recent.before), usual=recent.usual),
            today=count(words, "commits", recent.count),
        )
    return f'<div class="figures">{made}</div>\n' if made else ""
