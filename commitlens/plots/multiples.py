"""Many small charts of one kind, to be compared: `plot_multiples`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import InputError
from ..schema import require_columns
from .colours import Ink, colours_of, ink_of
from .lines import draw_line, key_column, value_axis
from .text import AtDraw, clean, cut, key_name, phrase, say, speech, wrap
from .timeline import Timeline, hatch_partial, timeline
from .trend import count_axis, stack_bars, wide
from .words import leading, said_of_ends

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Each has at least this many inches for its time axis to be read.
_NARROWEST = 2.2


def plot_multiples(
    tables: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    value: str | None = None,
    same_scale: bool = True,
    lang: str = "en",
    figure: Figure | None = None,
) -> np.ndarray:
    """Draw a small chart for each repository, area, type or author.

    Of several tables each becomes a chart of stacked bars, for instance of the
    change types of each repository. Of one table each key becomes a chart: bars of
    its commits or, where the table has shares, its share with its interval.

    Parameters
    ----------
    tables : pandas.DataFrame or mapping of str to pandas.DataFrame
        What :func:`commitlens.trend` returned, once or once for each name.
    value : {"share", "commits"}, optional
        What to draw of one table; shares where it has them.
    same_scale : bool, default True
        Whether heights can be compared between charts; the shapes of small ones
        can be seen where not.
    lang : {"en", "zh"}, default "en"
        As in :func:`plot_trend`.
    figure : matplotlib.figure.Figure, optional
        Where to draw; a new one by default.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        One each, in order. ``[0].figure`` is the figure.

    Raises
    ------
    InputError
        When a table is not one of `trend`, or there is nothing in them.

    Examples
    --------
    >>> plot_multiples(trend(scored, by="area", freq="M"))
    >>> plot_multiples({name: trend(h, freq="M") for name, h in histories.items()})
    """
    lang = speech(lang)
    if isinstance(tables, Mapping):
        panels, value, by = _of_tables(tables), "commits", None
    else:
        panels, by = _of_keys(tables, lang), key_column(tables)
        value = value or ("share" if "share" in tables.columns else "commits")
    if not panels:
        msg = "expected at least one table with commits to draw, got none"
        raise InputError(msg)
    ink, axes = _grid(figure, len(panels), same_scale)
    keys = list(dict.fromkeys(key for panel in panels for key in panel.keys))
    # The same key has the same colour in all of them.
    colours = dict(zip(keys, colours_of(keys, panels[0].by, ink), strict=True))
    every = pd.concat([panel.rows for panel in panels])
    every.attrs = dict(panels[0].rows.attrs)
    for panel, ax in zip(panels, axes, strict=True):
        # Of releases each repository has its own, which are no common time.
        shared = every if "release" not in every.columns else panel.rows
        scaled = [other.rows for other in panels] if same_scale else [panel.rows]
        _draw(ax, panel, timeline(shared), value, scaled, colours, ink, lang)
    figure = axes[0].get_figure(root=True)
    columns = axes[0].get_gridspec().ncols
    for ax in axes[:-columns]:
        # Only the lowest of each column has words below it.
        ax.tick_params(labelbottom=False)
    if isinstance(tables, Mapping):
        _legend(figure, colours, panels[0].by, ink, lang)
    if not same_scale:
        note = figure.supxlabel("", x=0.99, ha="right", fontsize=9, color=ink.faint)
        say(note, phrase(lang, "own_scales"))
    _headline(axes[0], figure, ink, _finding(panels, value, by, lang))
    return axes


plot_multiples.many = True  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Panel:
    """One of the charts: its name, its rows, what they are split by, which keys."""

    name: str
    rows: pd.DataFrame
    by: str
    keys: tuple[str, ...]

    @property
    def total(self) -> int:
        return int(self.rows["commits"].sum())


def _of_tables(tables: Mapping[str, pd.DataFrame]) -> list[_Panel]:
    """Return a chart a table."""
    panels = []
    for name, table in tables.items():
        require_columns(table, ["period", "commits"], made_by="trend()")
        totals = wide(table).sum()
        if totals.sum() > 0:
            keys = tuple(str(key) for key in totals.index[totals > 0])
            panels.append(_Panel(clean(str(name)), table, str(table.columns[1]), keys))
    return panels


def _of_keys(table: pd.DataFrame, lang: str) -> list[_Panel]:
    """Return a chart a key of a table."""
    require_columns(table, ["period", "commits"], made_by="trend()")
    by = key_column(table)
    if by is None:
        msg = "expected a table that is split by a key, got one without: pass by="
        raise InputError(msg)
    panels = []
    for key, rows in table.groupby(by, observed=True, sort=True):
        if rows["commits"].sum() > 0:
            rows = rows.assign(**{by: rows[by].cat.remove_unused_categories()})
            rows.attrs = dict(table.attrs)
            name = key_name(str(key), by, lang)
            panels.append(_Panel(name, rows, by, (str(key),)))
    return panels


def _grid(
    figure: Figure | None, count: int, same_scale: bool
) -> tuple[Ink, np.ndarray]:
    """Return axes in rows and columns, and the ink for them."""
    if figure is None:
        from matplotlib import pyplot

        height = 1.0 + 1.6 * np.ceil(count / 4)
        figure = pyplot.figure(figsize=(9, max(3.0, height)), layout="constrained")
    most = max(1, min(4, count, int(figure.get_figwidth() / _NARROWEST)))
    # As few empty places as can be, then as few rows; but four as two and two.
    across = min(range(1, most + 1), key=lambda n: (-count % n + 2 * (n == 1), -n))
    across = 2 if count == 4 and most > 1 else across
    down = int(np.ceil(count / across))
    every = figure.subplots(down, across, sharey=same_scale, squeeze=False).ravel()
    for spare in every[count:]:
        spare.set_visible(False)
    return ink_of(every[0]), every[:count]


def _draw(
    ax: Axes,
    panel: _Panel,
    line: Timeline,
    value: str,
    scaled: list[pd.DataFrame],
    colours: dict[str, str],
    ink: Ink,
    lang: str,
) -> None:
    own = timeline(panel.rows)
    if value == "share":
        draw_line(ax, own, panel.rows, "share", colours[panel.keys[0]], ink)
        value_axis(ax, line, scaled, "share", lang, ink, ticks=3)
    else:
        counts = wide(panel.rows)
        layers = [counts[key].to_numpy() for key in panel.keys]
        paints = [colours[key] for key in panel.keys]
        stack_bars(ax, own, layers, paints, ink, joints=False)
        hatch_partial(ax, own, counts.sum(axis=1).to_numpy(), ink)
        count_axis(ax, line, lang, ink, ticks=3)
        highest = max(wide(rows).sum(axis=1).max() for rows in scaled)
        ax.set_ylim(0, 1.05 * highest)
    ax.yaxis.label.set_visible(False)
    title = ax.set_title("", loc="left", fontsize=10, color=ink.text)

    def place() -> None:
        # The number is kept whole, the name cut to the room that is left.
        number = f"  {panel.total:,}"
        room = ax.get_window_extent().width
        name = cut(panel.name, 80)
        width = say(title, name + number).get_window_extent().width
        while width > room and len(name) > 4:
            name = cut(name, min(len(name) - 1, int(len(name) * room / width) + 1))
            width = say(title, name + number).get_window_extent().width

    AtDraw(ax, place)


def _legend(
    figure: Figure, colours: dict[str, str], by: str, ink: Ink, lang: str
) -> None:
    from matplotlib.patches import Patch

    legend = figure.legend(
        [Patch(color=colour) for colour in colours.values()][::-1],
        [str(place) for place in range(len(colours))],
        loc="outside right center",
        frameon=False,
        handlelength=1.0,
    )
    names = [cut(key_name(key, by, lang), 20) for key in colours]
    for text, name in zip(legend.get_texts(), names[::-1], strict=True):
        say(text, name).set_color(ink.text)


def _finding(panels: list[_Panel], value: str, by: str | None, lang: str) -> str:
    if value == "share":
        names = {panel.name: panel.name for panel in panels}
        rows = {panel.name: panel.rows for panel in panels}
        return said_of_ends(rows, "share", names, lang)
    keys = [panel.keys[0] if by else panel.name for panel in panels]
    totals = pd.Series([panel.total for panel in panels], index=keys)
    return leading(totals, by, lang)


def _headline(ax: Axes, figure: Figure, ink: Ink, words: str) -> None:
    title = figure.suptitle("", x=0.01, ha="left", fontweight="bold", color=ink.text)
    title.set_fontsize(12)
    AtDraw(ax, lambda: wrap(title, words, 0.97 * figure.bbox.width))
    say(title, words)
