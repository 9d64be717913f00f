"""Commits by day and by hour of the week: `plot_calendar`, `plot_rhythm`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema import require_columns
from .canvas import dress, headline, nothing, open_axes
from .colours import PLAIN, Ink, blend, luminance
from .text import percent, phrase, say, speech, tick_words, word

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

#: Rows from one year to the next in a calendar: a week, and a space.
_YEAR = 8


def plot_calendar(
    table: pd.DataFrame, *, years: int = 3, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw a calendar of days, darker (on dark paper lighter) the more landed.

    A column is a week, a row a day of the week, and each year has rows of its own.
    Days outside of the table are left blank; one that the history covers only in
    part is hatched.

    Parameters
    ----------
    table : pandas.DataFrame
        What ``trend(history, freq="D")`` returned; keys are added up.
    years : int, default 3
        How many years to draw, the last ones.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `table` lacks ``period`` or ``commits``.

    Examples
    --------
    >>> plot_calendar(trend(scored, freq="D", tz="Asia/Shanghai"))
    """
    require_columns(table, ["period", "commits"], made_by='trend(freq="D")')
    lang = speech(lang)
    ax, ink = open_axes(ax)
    counts = table.groupby("period")["commits"].sum()
    if not counts.sum():
        return nothing(ax, ink, phrase(lang, "no_commits"), phrase(lang, "nothing"))
    every = [time.date() for time in counts.index]
    first = every[-1].year - max(1, years) + 1
    kept = [place for place, day in enumerate(every) if day.year >= first]
    days = [every[place] for place in kept]
    numbers = counts.to_numpy()[kept]
    tops = {year: top for top, year in enumerate(sorted({day.year for day in days}))}
    cells = [(_YEAR * tops[day.year] + day.weekday(), _week(day)) for day in days]
    left = min(column for _, column in cells) if len(tops) == 1 else 0
    right = max(column for _, column in cells) if len(tops) == 1 else 53
    grid = np.full((_YEAR * len(tops) - 1, right - left + 1), np.nan)
    for (row, column), number in zip(cells, numbers, strict=True):
        grid[row, column - left] = number
    _mesh(ax, grid, ink, lang)
    if "partial" in table.columns:
        partial = table.groupby("period")["partial"].any().to_numpy()[kept]
        for row, column in (
            cell for cell, part in zip(cells, partial, strict=True) if part
        ):
            _hatch(ax, column - left, row, ink)
    _calendar_axes(ax, days, tops, left, lang)
    dress(ax, ink, grid=None)
    ax.spines["bottom"].set_visible(False)
    all_years = every[-1].year - every[0].year + 1
    note = ""
    if all_years > len(tops):
        note = phrase(lang, "calendar_years", years=len(tops), all=all_years)
    headline(ax, ink, _calendar_title(days, numbers, lang), note=note)
    return ax


def _week(day: dt.date) -> int:
    """Return the column of a day: weeks of its year, from Monday to Sunday."""
    first = dt.date(day.year, 1, 1)
    return ((day - first).days + first.weekday()) // 7


def _calendar_axes(
    ax: Axes, days: list[dt.date], tops: dict[int, int], left: int, lang: str
) -> None:
    """Name months below, and years or days of the week at the side."""
    months = sorted({day.month for day in days})
    year = days[-1].year
    columns = [_week(dt.date(year, month, 15)) - left + 0.5 for month in months]
    names = [month_name(month, lang) for month in months]
    tick_words(ax.xaxis, columns, names)
    ax.set_xlim(0, ax.get_xlim()[1])
    rows, words = [], []
    for year, top in tops.items():
        if len(tops) == 1:
            rows += [day + 0.5 for day in range(7)]
            words += [word(lang, "weekdays", str(day)) for day in range(7)]
        else:
            rows.append(_YEAR * top + 3.5)
            words.append(str(year))
    tick_words(ax.yaxis, rows, words)


def month_name(month: int, lang: str) -> str:
    """Return a month as ticks name it."""
    # Not by strftime, whose names follow the locale of the process.
    english = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * month - 3 : 3 * month]
    return phrase(lang, "tick_month", month=english, n=month)


def _calendar_title(days: list[dt.date], numbers: np.ndarray, lang: str) -> str:
    total = int(numbers.sum())
    weekend = sum(
        int(n) for day, n in zip(days, numbers, strict=True) if day.weekday() > 4
    )
    most = int(np.argmax(numbers))
    return phrase(
        lang,
        "calendar",
        share=percent(weekend / total),
        what=phrase(lang, "commits", n=total),
        day=f"{days[most]:%Y-%m-%d}",
        most=int(numbers[most]),
    )


def plot_rhythm(
    table: pd.DataFrame, *, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw the hours of a week, darker (on dark paper lighter) the more was written.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.trends.rhythm` returned.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `table` lacks ``weekday``, ``hour`` or ``commits``.

    Examples
    --------
    >>> plot_rhythm(rhythm(history))
    """
    require_columns(table, ["weekday", "hour", "commits"], made_by="rhythm()")
    lang = speech(lang)
    ax, ink = open_axes(ax)
    if not table["commits"].sum():
        return nothing(ax, ink, phrase(lang, "no_commits"), phrase(lang, "nothing"))
    grid = np.zeros((7, 24))
    rows = zip(_weekdays(table), table["hour"], table["commits"], strict=True)
    for weekday, hour, commits in rows:
        grid[weekday, int(hour)] += commits
    _mesh(ax, grid, ink, lang)
    hours = list(range(0, 24, 3))
    tick_words(ax.xaxis, [hour + 0.5 for hour in hours], [str(hour) for hour in hours])
    names = [word(lang, "weekdays", str(day)) for day in range(7)]
    tick_words(ax.yaxis, [day + 0.5 for day in range(7)], names)
    dress(ax, ink, grid=None)
    ax.spines["bottom"].set_visible(False)
    weekday, hour = (int(n) for n in np.unravel_index(np.argmax(grid), grid.shape))
    title = phrase(
        lang,
        "rhythm",
        share=percent(grid[5:].sum() / grid.sum()),
        what=phrase(lang, "commits", n=int(grid.sum())),
        weekday=names[weekday],
        hour=hour,
    )
    headline(ax, ink, title, note=phrase(lang, "rhythm_axis"))
    return ax


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekdays(table: pd.DataFrame) -> list[int]:
    return [_WEEKDAYS.index(str(day)[:3].lower()) for day in table["weekday"]]


def shades(ink: Ink) -> Colormap:
    """Return colours from the paper's to the strongest, as light goes as numbers."""
    from matplotlib.colors import LinearSegmentedColormap

    strong = "#0B2A5B" if luminance(ink.paper) > 0.2 else "#DCEBFF"
    steps = [blend(PLAIN, ink.paper, 0.92), blend(PLAIN, ink.paper, 0.4), PLAIN, strong]
    return LinearSegmentedColormap.from_list("commits", steps)


def _mesh(ax: Axes, grid: np.ndarray, ink: Ink, lang: str) -> None:
    """Draw counts as cells, with a scale beside them."""
    from matplotlib.colors import PowerNorm

    # By square roots: days of a few commits differ more than days of many. And a
    # day on which a long branch was merged is not to blanch all others.
    highest = float(np.nanmax(grid))
    usual = float(np.quantile(grid[np.nan_to_num(grid) > 0], 0.98))
    norm = PowerNorm(0.5, vmin=0, vmax=highest if highest < 2 * usual else usual)
    mesh = ax.pcolormesh(
        np.ma.masked_invalid(grid),
        cmap=shades(ink),
        norm=norm,
        edgecolor=ink.paper,
        linewidth=1.0,
    )
    ax.invert_yaxis()
    scale(ax, mesh, ink, word(lang, "values", "commits"))


def scale(ax: Axes, mesh: Any, ink: Ink, name: str) -> Any:
    """Put the scale of a heat map beside it."""
    from matplotlib.ticker import MaxNLocator

    figure = ax.get_figure()
    assert figure is not None
    over = mesh.get_array().max() > mesh.norm.vmax
    bar = figure.colorbar(
        mesh,
        ax=ax,
        fraction=0.025,
        pad=0.02,
        aspect=30,
        extend="max" if over else "neither",
    )
    bar.outline.set_visible(False)  # type: ignore[operator]
    bar.ax.tick_params(length=0, labelcolor=ink.faint, labelsize=9)
    bar.ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    say(bar.ax.yaxis.label, name).set_color(ink.faint)
    return bar


def _hatch(ax: Axes, column: int, row: int, ink: Ink) -> None:
    from matplotlib.patches import Rectangle

    cell = Rectangle((column, row), 1, 1, facecolor="none", linewidth=0)
    cell.set(edgecolor=ink.faint, hatch="////")
    cell.set_gid("partial")
    ax.add_patch(cell)
