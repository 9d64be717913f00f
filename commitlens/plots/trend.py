"""Commits over time, stacked: `plot_trend`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema import require_columns
from .canvas import PARTS, dress, headline, nothing, open_axes
from .colours import Ink, colours_of, pale
from .text import cut, key_name, phrase, say, speech, word
from .timeline import Timeline, hatch_partial, mark_releases, time_axis, timeline
from .words import leading

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

#: Fewer commits than this say little, and are drawn pale.
FEW = 5


def plot_trend(
    table: pd.DataFrame,
    *,
    releases: pd.DataFrame | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw a table of `trend` as stacked bars, one bar a period.

    The title says which key leads. Bars of periods that the history covers only
    in part are hatched, and those of fewer than 5 commits are pale. More than 120
    periods are drawn as stacked areas.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.trend` returned: ``period``, what it counts by, and
        ``commits``; ``partial`` where that is known.
    releases : pandas.DataFrame, optional
        What :func:`commitlens.trends.releases` returned: each is marked with a
        line and, where there is room, its name.
    lang : {"en", "zh"}, default "en"
        The language of the words; English where no installed font has Chinese.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `table` is not one of `trend`.

    Examples
    --------
    >>> plot_trend(trend(scored, by="change_type", freq="W"))
    """
    require_columns(table, ["period", "commits", "partial"], made_by="trend()")
    lang = speech(lang)
    ax, ink = open_axes(ax)
    by = str(table.columns[1])
    counts = wide(table)
    totals = counts.sum()
    if not totals.sum():
        return nothing(ax, ink, phrase(lang, "no_commits"), phrase(lang, "nothing"))
    shown = [key for key in counts.columns if totals[key] > 0]
    line = timeline(table)
    heights = counts.sum(axis=1).to_numpy()
    colours = colours_of(shown, by, ink)
    stack_bars(ax, line, [counts[key].to_numpy() for key in shown], colours, ink)
    notes = []
    if hatch_partial(ax, line, heights, ink):
        notes.append(phrase(lang, "partial", per=word(lang, "per", line.per)))
    if not line.joined and any(0 < height < FEW for height in heights):
        notes.append(phrase(lang, "small"))
    names = [(key_name(key, by, lang), int(totals[key])) for key in shown]
    _legend(ax, colours, names, ink)
    count_axis(ax, line, lang, ink)
    if releases is not None:
        mark_releases(ax, line, releases, ink)
    headline(ax, ink, leading(totals, by, lang), note=PARTS.join(notes))
    return ax


def wide(table: pd.DataFrame, value: str = "commits") -> pd.DataFrame:
    """Return values with a row a period and a column a key, keys in order."""
    return table.pivot_table(
        index="period",
        columns=table.columns[1],
        values=value,
        aggfunc="sum",
        observed=False,
    )


def stack_bars(
    ax: Axes,
    line: Timeline,
    layers: list[np.ndarray],
    colours: list[str],
    ink: Ink,
    *,
    joints: bool = True,
) -> None:
    """Draw layers of bars on top of each other, pale where they are few.

    Without joints the bars of a layer are one outline, which is drawn faster.
    """
    bottom = np.zeros(len(line.edges))
    few = np.sum(layers, axis=0) < FEW
    for heights, colour in zip(layers, colours, strict=True):
        if not joints:
            edges, low, high = line.steps(bottom, bottom + heights)
            ax.stairs(high, edges, baseline=low, fill=True, color=colour, lw=0)
        elif line.joined:
            x, low, high = line.with_gaps(bottom, bottom + heights)
            ax.fill_between(x, low, high, color=colour, linewidth=0)
        else:
            ax.bar(
                line.middles,
                heights,
                line.widths,
                bottom=bottom,
                color=[pale(colour, ink) if pales else colour for pales in few],
                # Joints read well between wide bars and hide narrow ones.
                edgecolor=ink.paper if len(line.edges) <= 80 else "none",
                linewidth=0.6,
            )
        bottom = bottom + heights


def _legend(
    ax: Axes, colours: list[str], counts: list[tuple[str, int]], ink: Ink
) -> None:
    """Put names beside the bars, in the order in which they are stacked.

    Very many are written small and cut short, to leave room for the bars.
    """
    from matplotlib.patches import Patch

    figure = ax.get_figure(root=True)
    assert figure is not None
    points = ax.get_position().height * figure.get_figheight() * 72
    size, most = (10, 24) if len(counts) <= points / 15 * 2 else (6.5, 13)
    legend = ax.legend(
        [Patch(color=colour) for colour in colours[::-1]],
        # Names are set below: matplotlib drops those that begin with "_".
        [str(index) for index in range(len(counts))],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
        handlelength=1.0,
        columnspacing=1.0,
        ncols=int(np.ceil(len(counts) / max(4, points / size / 1.5))),
        fontsize=size,
    )
    for text, (name, count) in zip(legend.get_texts(), counts[::-1], strict=True):
        say(text, f"{cut(name, most)}  {count:,}").set_color(ink.text)


def count_axis(
    ax: Axes, line: Timeline, lang: str, ink: Ink, *, ticks: int = 6
) -> None:
    from matplotlib.ticker import MaxNLocator

    time_axis(ax, line, lang)
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=ticks))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    per = word(lang, "per", line.per)
    say(ax.yaxis.label, phrase(lang, "landed_per", per=per))
    dress(ax, ink)


def numbers_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that `plot_trend` draws, as a table for a page."""
    counts = wide(table)
    counts.index = counts.index.strftime("%Y-%m-%d")
    return counts.loc[:, counts.sum() > 0].rename_axis(columns=None)


def title_of(table: Any) -> str:
    """Return what a page with the chart of `table` is called."""
    return f"Commits by {str(table.columns[1]).replace('_', ' ')}"
