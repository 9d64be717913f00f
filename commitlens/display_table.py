"""Small tables that show themselves, in a terminal and in a notebook.

Text of commits is made inert here: it shows, and does nothing, not even to MathJax,
which reads a finished page.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from .markdown import clean

#: Heights of a sparkline, low to high.
BLOCKS = "▁▂▃▄▅▆▇█"
#: Marks of a sparkline at the most: of longer series neighbours are averaged.
WIDTH = 32

#: Tiers as marks that are told apart without colour.
MARKS = {"low": "●○○", "medium": "●●○", "high": "●●●"}


class Cell(NamedTuple):
    """What stands in one place of a table.

    Attributes
    ----------
    text : str
        One line; whatever a commit wrote, as `line` makes it.
    url : str or None
        An address that we made, for HTML.
    right : bool
        A number: it ends where its column ends.
    even : bool
        Made of marks of one width: a sparkline.
    """

    text: str
    url: str | None = None
    right: bool = False
    even: bool = False


@dataclass(frozen=True)
class Table:
    """A table with some lines above it.

    Attributes
    ----------
    titles : tuple of str
        One a column.
    rows : tuple of tuple of Cell
        As many cells as titles.
    head : tuple of str
        Lines above; the first is the strongest.
    titled : bool
        Whether a text has the titles, too.
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: tuple[str, ...] = ()
    titled: bool = True

    def __str__(self) -> str:
        lines = [f"{'  ' * bool(n)}{text}" for n, text in enumerate(self.head)]
        shown = [list(self.titles)] if self.titled else []
        shown += [[cell.text for cell in row] for row in self.rows]
        widths = [max(map(columns_of, column)) for column in zip(*shown, strict=True)]
        for row in shown:
            cells = map(_padded, row, widths, self._right)
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    @property
    def _right(self) -> list[bool]:
        """Which columns are of numbers alone."""
        columns = zip(*self.rows, strict=True)
        found = [all(cell.right for cell in column) for column in columns]
        return found or [False] * len(self.titles)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        first, *rest = map(inert, self.head or ("",))
        head = f"<p><strong>{first}</strong>{''.join(f'<br>{x}' for x in rest)}</p>"
        titles = "".join(
            f"<th {_RIGHT if right else _LEFT}>{inert(title)}</th>"
            for title, right in zip(self.titles, self._right, strict=True)
        )
        body = "".join(f"<tr>{''.join(map(_html, row))}</tr>" for row in self.rows)
        return (
            f"{head if self.head else ''}"
            f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
        )


_LEFT = 'style="text-align:left"'
_RIGHT = 'style="text-align:right;font-variant-numeric:tabular-nums"'
_EVEN = 'style="text-align:left;font-family:monospace;white-space:pre"'


def _html(cell: Cell) -> str:
    text = inert(cell.text)
    if cell.url:
        text = f'<a href="{escape(cell.url)}">{text}</a>'
    style = _EVEN if cell.even else _RIGHT if cell.right else _LEFT
    return f"<td {style}>{text}</td>"


def inert(text: str) -> str:
    """Return text as HTML that shows it and does nothing.

    Examples
    --------
    >>> inert("<b> $x$")
    '&lt;b&gt; <span>$</span>x<span>$</span>'
    """
    return (
        escape(text).replace("$", "<span>$</span>").replace("\\", "<span>&#92;</span>")
    )


def line(text: str, most: int = 10**6) -> str:
    """Return the visible text as one line, cut to so many characters."""
    text = " ".join(clean(text).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def sparkline(values: Iterable[float], *, width: int = WIDTH) -> str:
    """Return a series as a line of bars, from zero to its highest.

    What is missing is a gap, and nothing at all is lower than anything.

    Parameters
    ----------
    values : iterable of float
        In order; NaN where there is none.
    width : int, default 32
        Bars at the most; neighbours of a longer series are averaged.

    Examples
    --------
    >>> sparkline([0, 1, 2, float("nan"), 4])
    '▁▃▅ █'
    """
    series = [float(value) for value in values]
    if len(series) > width:
        ends = [round(n * len(series) / width) for n in range(width + 1)]
        parts = [series[a:b] for a, b in zip(ends, ends[1:], strict=False)]
        series = [_mean(part) for part in parts]
    top = max((value for value in series if not math.isnan(value)), default=0)
    return "".join(_bar(value, top) for value in series)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def _bar(value: float, top: float) -> str:
    if math.isnan(value):
        return " "
    if value <= 0 or top <= 0:
        return BLOCKS[0]
    # Above zero is above the lowest bar.
    return BLOCKS[max(1, min(7, round(7 * value / top)))]


def mark(tier: str) -> str:
    """Return a tier with its mark; anything else as it is."""
    return f"{MARKS[tier]} {tier}" if tier in MARKS else tier


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(char) else
        2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )  # fmt: skip


def _padded(text: str, width: int, right: bool) -> str:
    room = " " * (width - columns_of(text))
    return room + text if right else text + room
