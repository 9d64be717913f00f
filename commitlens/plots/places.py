"""Where the work is: `plot_hotspots`, `plot_coupling`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..palette import COLOURS
from ..schema import require_columns
from .canvas import PARTS, dress, headline, nothing, open_axes
from .colours import PLAIN, Ink, luminance, pale
from .heatmaps import scale, shades
from .text import cut_path, percent, phrase, say, speech, tick_words
from .words import flags

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# A name longer than this leaves too little room for the data.
_NAME = 36


def plot_hotspots(
    table: pd.DataFrame, *, most: int = 15, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw what changes most as bars, with the period before and the fixes.

    A bar is how many commits changed a file or an area; the part of them that
    are fixes has the colour of fixes, and a stroke is where the bar ended in the
    period before. They stand in the order of the table: commits times size.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.hotspots` returned.
    most : int, default 15
        How many to draw.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `table` is not one of `hotspots`.

    Examples
    --------
    >>> plot_hotspots(hotspots(scored, days=180))
    """
    require_columns(table, ["area", "commits", "before"], made_by="hotspots()")
    lang = speech(lang)
    ax, ink = open_axes(ax)
    table = table.head(most)
    if table.empty:
        return nothing(ax, ink, phrase(lang, "no_files"), phrase(lang, "nothing"))
    paths = table["path" if "path" in table.columns else "area"].astype("str").to_list()
    names = short_paths(paths)
    commits = table["commits"].to_numpy(dtype="float64")
    before = table["before"].to_numpy(dtype="float64", na_value=np.nan)
    rows = np.arange(len(table))[::-1]
    colours = [pale(PLAIN, ink) if few else PLAIN for few in flags(table, "small")]
    ax.barh(rows, commits, 0.7, color=colours)
    notes = [phrase(lang, "hotspots_axis"), phrase(lang, "hotspots_order")]
    fixes = np.zeros(len(table))
    if "fixes" in table.columns:
        fixes = table["fixes"].to_numpy(dtype="float64", na_value=0)
    if fixes.any():
        ax.barh(rows, fixes, 0.7, color=COLOURS["fix"])
        notes.append(phrase(lang, "hotspots_fixes"))
    known = np.isfinite(before)
    if known.any():
        # An edge of paper keeps the stroke apart from the bar that it crosses.
        for colour, width in ((ink.paper, 5), (ink.text, 2)):
            ax.vlines(
                before[known],
                rows[known] - 0.42,
                rows[known] + 0.42,
                colors=colour,
                linewidth=width,
            )
        notes.append(phrase(lang, "hotspots_note"))
    if flags(table, "small").any():
        notes.append(phrase(lang, "small"))
    if "size" in table.columns:
        _sizes(ax, table["size"].to_list(), rows, lang, ink)
    ax.set_xlim(0, max(1.0, float(np.nanmax(np.fmax(commits, before)))) * 1.02)
    tick_words(ax.yaxis, list(rows), names)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    dress(ax, ink, grid="x")
    ax.spines["bottom"].set_visible(False)
    had = ""
    if known[0]:
        had = phrase(lang, "hotspots_before", before=int(before[0]))
    what = phrase(lang, "commits", n=int(commits[0]))
    said = "hotspots" if commits[0] == commits.max() else "hottest"
    title = phrase(lang, said, name=_title_name(paths[0]), what=what, before=had)
    headline(ax, ink, title, note=PARTS.join(notes))
    return ax


def _sizes(
    ax: Axes, sizes: Sequence[Any], rows: np.ndarray, lang: str, ink: Ink
) -> None:
    """Write beside each bar how many lines there are now."""
    for row, size in zip(rows, sizes, strict=True):
        if not isinstance(size, (int, np.integer)):
            continue
        text = ax.annotate(
            "",
            (1.0, row),
            xycoords=ax.get_yaxis_transform(),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=ink.faint,
            annotation_clip=False,
        )
        say(text, phrase(lang, "lines", n=int(size)))


def short_paths(paths: Sequence[str]) -> list[str]:
    """Return paths without the folders that all of them are in, ends kept."""
    from itertools import takewhile

    folders = [path.split("/")[:-1] for path in paths]
    levels = zip(*folders, strict=False)
    shared = len(list(takewhile(lambda level: len(set(level)) == 1, levels)))
    if len(paths) < 2:
        shared = 0
    names = ["/".join(path.split("/")[shared:]) for path in paths]
    return ["(top folder)" if name == "." else cut_path(name, _NAME) for name in names]


def _title_name(path: str) -> str:
    """Return the end of a path that a title has room for."""
    return cut_path("/".join(path.split("/")[-2:]), _NAME)


def plot_coupling(
    table: pd.DataFrame, *, most: int = 16, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw what changes together as a matrix of files or areas.

    Each file has a row, which is named, and the column of the same number. A cell
    says in how many of the commits that changed either both were changed.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.trends.coupling` returned.
    most : int, default 16
        How many files to draw: those of the first pairs of the table.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `table` is not one of `coupling`.

    Examples
    --------
    >>> plot_coupling(coupling(history))
    """
    needed = ["left", "right", "together", "degree"]
    require_columns(table, needed, made_by="coupling()")
    lang = speech(lang)
    ax, ink = open_axes(ax)
    if table.empty:
        return nothing(ax, ink, phrase(lang, "coupling_none"), phrase(lang, "nothing"))
    chosen: list[str] = []
    for left, right in zip(table["left"], table["right"], strict=True):
        new = [name for name in (left, right) if name not in chosen]
        if len(chosen) + len(new) > most:
            break
        chosen += new
    # Neighbours in the tree stand beside each other.
    chosen = sorted(chosen or [table["left"].iloc[0], table["right"].iloc[0]])
    place = {name: index for index, name in enumerate(chosen)}
    kept = table[table["left"].isin(chosen) & table["right"].isin(chosen)]
    grid = np.full((len(chosen), len(chosen)), np.nan)
    few = np.zeros(grid.shape, dtype=bool)
    rows = zip(
        kept["left"], kept["right"], kept["degree"], flags(kept, "small"), strict=True
    )
    for left, right, degree, small in rows:
        for one, two in ((left, right), (right, left)):
            grid[place[one], place[two]] = degree
            few[place[one], place[two]] = small
    names = short_paths(chosen)
    _matrix(ax, grid, few, names, lang, ink)
    first = table.iloc[0]
    either = int(first["left_commits"] + first["right_commits"] - first["together"])
    left, right = (_title_name(first[side]) for side in ("left", "right"))
    if left == right:
        # Of the same name in other folders.
        left, right = short_paths([first["left"], first["right"]])
    title = phrase(
        lang,
        "coupling",
        left=left,
        right=right,
        share=percent(float(first["degree"])),
        together=int(first["together"]),
        n=either,
    )
    note = phrase(lang, "coupling_note") if few.any() else ""
    headline(ax, ink, title, note=note)
    return ax


def _matrix(
    ax: Axes,
    grid: np.ndarray,
    few: np.ndarray,
    names: list[str],
    lang: str,
    ink: Ink,
) -> None:
    colours = shades(ink)
    mesh = ax.pcolormesh(
        np.ma.masked_invalid(grid),
        cmap=colours,
        vmin=0,
        vmax=1,
        edgecolor=ink.paper,
        linewidth=1.0,
        alpha=np.where(few, 0.45, 1.0),  # type: ignore[arg-type]
    )
    ax.invert_yaxis()
    size = len(names)
    for row in range(size):
        # Where a file would meet itself.
        ax.plot(row + 0.5, row + 0.5, "s", color=ink.grid, markersize=4)
    middles = [row + 0.5 for row in range(size)]
    numbered = [f"{name}  {row + 1}" for row, name in enumerate(names)]
    tick_words(ax.yaxis, middles, numbered)
    tick_words(ax.xaxis, middles, [str(row + 1) for row in range(size)])
    if size <= 16:
        _cell_shares(ax, grid, few, colours)
    bar = scale(ax, mesh, ink, phrase(lang, "coupling_axis"))
    bar.ax.yaxis.set_major_formatter("{x:.0%}")
    bar.set_ticks([0, 0.25, 0.5, 0.75, 1.0])
    dress(ax, ink, grid=None)
    ax.spines["bottom"].set_visible(False)


def _cell_shares(ax: Axes, grid: np.ndarray, few: np.ndarray, colours: object) -> None:
    from matplotlib.colors import to_hex

    for row, column in zip(*np.nonzero(np.isfinite(grid)), strict=True):
        degree = float(grid[row, column])
        paper = to_hex(colours(degree))  # type: ignore[operator]
        dark = luminance(paper) < 0.3 and not few[row, column]
        text = ax.text(
            *(column + 0.5, row + 0.5, ""),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if dark else "#1A1A1A",
        )
        say(text, f"{100 * degree:.0f}")
