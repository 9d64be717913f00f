"""How old the code is, and how long it lasts: `plot_age`, `plot_survival`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.dates import date2num

from ..schema import require_columns
from .canvas import dress, headline, name_ends, nothing, open_axes
from .colours import Ink
from .heatmaps import shades
from .text import percent, phrase, say, speech
from .timeline import time_ticks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_age(ages: pd.DataFrame, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw from which years the lines of code are, at moments of the history.

    A layer is a year, the oldest at the bottom; newer ones are stronger.

    Parameters
    ----------
    ages : pandas.DataFrame
        What :func:`commitlens.trends.code_age` returned.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `ages` is not one of `code_age`.

    Examples
    --------
    >>> plot_age(code_age(history))
    """
    require_columns(
        ages, ["at", "cohort", "lines", "files", "of"], made_by="code_age()"
    )
    lang = speech(lang)
    ax, ink = open_axes(ax)
    lines = ages.pivot_table(
        index="at", columns="cohort", values="lines", aggfunc="sum", fill_value=0
    )
    if not lines.to_numpy().sum():
        return nothing(ax, ink, phrase(lang, "no_lines"), phrase(lang, "nothing"))
    times = lines.index.tz_localize(None)
    x = date2num(times)
    tops = lines.cumsum(axis=1).to_numpy("float64").T
    floors = np.vstack([np.zeros(len(x)), tops[:-1]])
    colours = dict(zip(lines.columns, _by_age(len(lines.columns), ink), strict=True))
    for colour, low, high in zip(colours.values(), floors, tops, strict=True):
        if len(x) == 1:
            ax.bar(x, high - low, 1.0, bottom=low, color=colour)
        else:
            ax.fill_between(
                x, low, high, facecolor=colour, edgecolor=ink.paper, linewidth=0.6
            )
    ax.margins(x=0)
    ax.set_ylim(0, None)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    time_ticks(ax, times.date.tolist(), lang)
    dress(ax, ink)
    say(ax.yaxis.label, phrase(lang, "lines_of_sample"))
    newest = lines.iloc[-1]
    whole = newest.sum()
    ends = [
        (f"{year}  {percent(newest[year] / whole)}", (low + high) / 2, colours[year])
        for year, low, high in zip(
            lines.columns, floors[:, -1], tops[:, -1], strict=True
        )
        if newest[year] >= 0.02 * whole
    ]
    name_ends(ax, ends, ink)
    most = newest.idxmax()
    share, day = percent(newest[most] / whole), f"{times[-1]:%Y-%m-%d}"
    title = phrase(lang, "age", year=most, share=share, day=day)
    last = ages.iloc[-1]
    note = phrase(lang, "sample", files=int(last["files"]), all=int(last["of"]))
    headline(ax, ink, title, note=note)
    return ax


def plot_survival(
    table: pd.DataFrame, *, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw which part of each year's lines is left, the older they get.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.trends.survival` returned.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `table` is not one of `survival`.

    Examples
    --------
    >>> plot_survival(code_age(history).pipe(survival))
    """
    require_columns(table, ["cohort", "years", "share"], made_by="survival()")
    lang = speech(lang)
    ax, ink = open_axes(ax)
    if table.empty:
        return nothing(ax, ink, phrase(lang, "no_lines"), phrase(lang, "nothing"))
    years = {int(year): rows for year, rows in table.groupby("cohort", sort=True)}
    ends = []
    for (year, rows), colour in zip(
        years.items(), _by_age(len(years), ink), strict=True
    ):
        ax.plot(rows["years"], rows["share"], color=colour, marker="o", ms=3, lw=1.8)
        left = float(rows["share"].iloc[-1])
        ends.append((f"{year}  {percent(left)}", left, colour))
    ax.set_xlim(0, max(0.1, float(table["years"].max())))
    ax.set_ylim(0, max(1.0, float(table["share"].max())) * 1.03)
    ax.yaxis.set_major_formatter("{x:.0%}")
    dress(ax, ink)
    say(ax.yaxis.label, phrase(lang, "lines_left"))
    name_ends(ax, ends, ink)
    # The year that was watched for the longest tells most.
    longest = max(years, key=lambda year: float(years[year]["years"].iloc[-1]))
    last = years[longest].iloc[-1]
    title = phrase(
        lang,
        "survival",
        year=longest,
        share=percent(float(last["share"])),
        after=f"{last['years']:.1f}",
    )
    headline(ax, ink, title, note=phrase(lang, "survival_axis"))
    return ax


def _by_age(count: int, ink: Ink) -> list[str]:
    """Return colours from the oldest year, which is near the paper, to the newest."""
    from matplotlib.colors import to_hex

    colours = shades(ink)
    return [to_hex(colours(place)) for place in np.linspace(0.25, 0.95, count)]
