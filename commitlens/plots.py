"""Charts of the tables of `commitlens.trends`: a table and axes in, axes out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .schema import require_columns

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

#: The colour of each change type and tier, the same in every chart. Hues are
#: told apart by colour-blind readers; neighbours in a stack differ in lightness
#: as well, and what is routine is grey.
COLOURS: dict[str, str] = {
    "feat": "#0072B2",
    "fix": "#E69F00",
    "perf": "#882255",
    "refactor": "#88CCEE",
    "docs": "#117733",
    "test": "#DDCC77",
    "build": "#AA4499",
    "ci": "#44AA99",
    "style": "#DDDDDD",
    "chore": "#A6A6A6",
    "revert": "#333333",
    "high": "#B2402A",
    "medium": "#E69F00",
    "low": "#CFCFCF",
    "other": "#CFCFCF",
    "(no files)": "#E4E4E4",
}

# For authors and areas, in this order; `_spare_colours` goes on after these.
_CYCLE = (
    *("#0072B2", "#E69F00", "#117733", "#882255", "#88CCEE"),
    *("#DDCC77", "#AA4499", "#44AA99", "#332288", "#CC6677"),
)

# Keys that gather what has no name of its own.
_UNNAMED = ("other", "(no files)")

# Characters that break a line, or turn or hide the text around them.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)

# From the radicals on: Chinese, Japanese, Korean, and what came to Unicode later.
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\U0010ffff]")

# Fonts that have Chinese, Japanese and Korean, tried in this order.
_CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
)


def plot_trend(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a table of `trend` as stacked bars, one bar a period.

    The title says which key leads. Bars of periods that the history covers only
    in part are paler.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.trend` returned.
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
    from matplotlib.patches import Patch

    by = str(table.columns[1])
    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
    counts = _wide(table)
    totals = counts.sum()
    shown = [key for key in counts.columns if totals[key] > 0]
    edges = _edges(counts.index, str(table.attrs.get("per")))
    middles = [(start + end) / 2 for start, end in edges]
    widths = [0.9 * (end - start) for start, end in edges]
    partial = table.groupby("period")["partial"].any().to_list()
    bottom = [0.0] * len(edges)
    handles = []
    for key, colour in zip(shown, _colours(shown, by), strict=True):
        heights = counts[key].to_numpy()
        ax.bar(
            middles,
            heights,
            widths,
            bottom=bottom,
            color=[_paler(colour) if part else colour for part in partial],
            # White joints read well between wide bars and hide narrow ones.
            edgecolor="white" if len(edges) <= 80 else "none",
            linewidth=0.6,
        )
        handles.append(Patch(color=colour))
        bottom = bottom + heights
    _legend(ax, handles, [f"{_label(key)}  {totals[key]:,}" for key in shown])
    _axis(ax, counts.index, edges, str(table.attrs.get("per")))
    _titles(ax, table, by, totals)
    return ax


def save_figure(table: pd.DataFrame, *, format: str = "png") -> bytes:
    """Return the chart of `table` as the bytes of a ``png`` or ``svg`` file.

    The same table gives the same bytes with the same matplotlib.
    """
    import io
    import logging
    import warnings

    import matplotlib
    from matplotlib.figure import Figure

    if format not in {"png", "svg"}:
        msg = f"unknown format {format!r}: expected png or svg"
        raise InputError(msg)
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    plot_trend(table, ax=figure.subplots())
    out = io.BytesIO()
    # An SVG is otherwise dated and its marks are named at random.
    metadata = {"Date": None} if format == "svg" else None
    with (
        matplotlib.rc_context({"svg.hashsalt": "commitlens"}),
        warnings.catch_warnings(),
    ):
        # A name in a script that no installed font has is drawn as boxes; that
        # it cannot be read is plain to see.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        # And that a font has no bold is nothing to act on.
        fonts = logging.getLogger("matplotlib.font_manager")
        level = fonts.level
        fonts.setLevel(logging.ERROR)
        try:
            figure.savefig(out, format=format, dpi=160, metadata=metadata)
        finally:
            fonts.setLevel(level)
    return out.getvalue()


def trend_page(table: pd.DataFrame) -> bytes:
    """Return a web page of its own with the chart of `table` and its numbers."""
    import html

    by = str(table.columns[1])
    svg = save_figure(table, format="svg").decode()
    svg = svg[svg.index("<svg") :]
    counts = _wide(table)
    counts.index = counts.index.strftime("%Y-%m-%d")
    counts = counts.loc[:, counts.sum() > 0].rename_axis(columns=None)
    title = html.escape(f"Commits by {by.replace('_', ' ')}")
    return _PAGE.format(title=title, svg=svg, numbers=counts.to_html(border=0)).encode()


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return the counts with a row a period and a column a key, keys in order."""
    return table.pivot_table(
        index="period",
        columns=table.columns[1],
        values="commits",
        aggfunc="sum",
        observed=False,
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }}
svg {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .15rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }}
</style>
</head>
<body>
<h1>{title}</h1>
{svg}
{numbers}
</body>
</html>
"""


def _edges(periods: pd.Index, per: str) -> list[tuple[float, float]]:
    """Return where each period begins and ends, in matplotlib's days.

    By the clock of the zone: a day of 23 hours is as wide as any other.
    """
    from matplotlib.dates import date2num

    starts = _days(periods)
    ends = [_after(start, per) for start in starts]
    return [(date2num(a), date2num(b)) for a, b in zip(starts, ends, strict=True)]


def _days(periods: pd.Index) -> list[dt.date]:
    return [time.date() for time in periods]


def _after(start: dt.date, per: str) -> dt.date:
    """Return the day on which the period after the one of `start` begins."""
    if per == "month":
        return dt.date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + dt.timedelta(days=7 if per == "week" else 1)


def _colours(keys: Iterable[str], by: str) -> list[str]:
    """Return a colour a key, none of them twice.

    Only types and tiers have colours of their own, and what gathers the rest:
    a person or a folder that is called ``fix`` is no fix.
    """
    own = COLOURS
    if by not in ("change_type", "importance"):
        own = {key: COLOURS[key] for key in _UNNAMED}
    spare = _spare_colours()
    return [own.get(key) or next(spare) for key in keys]


def _spare_colours() -> Iterator[str]:
    """Yield colours without end."""
    from colorsys import hls_to_rgb

    from matplotlib.colors import to_hex

    yield from _CYCLE
    given = {*_CYCLE, *COLOURS.values()}
    turn = 0
    while True:
        # Steps of the golden ratio never come back to a hue.
        turn += 1
        colour = to_hex(hls_to_rgb(turn * 0.618 % 1, (0.35, 0.6)[turn % 2], 0.5))
        if colour.upper() not in given:
            given.add(colour.upper())
            yield colour


def _paler(colour: str) -> tuple[float, ...]:
    """Return a colour nearer to white, through which no grid line shows."""
    from matplotlib.colors import to_rgb

    return tuple(1 - 0.45 * (1 - part) for part in to_rgb(colour))


def _legend(ax: Axes, handles: list[Any], labels: list[str]) -> None:
    """Put the legend beside the bars, in the order in which they are stacked."""
    if not handles:
        return
    legend = ax.legend(
        handles[::-1],
        # Names are set below: matplotlib drops those that begin with "_".
        [str(index) for index in range(len(handles))],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
        handlelength=1.0,
    )
    for text, label in zip(legend.get_texts(), labels[::-1], strict=True):
        _say(text, label)


# What each tick begins, from fine to coarse: the first kind with few enough of
# them is taken. The last are years, and their ticks say no more.
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
_MOST_TICKS = 9


def _ticks(days: list[dt.date], per: str) -> list[tuple[int, str]]:
    """Return which bars get a tick, and its words: the year where it is new."""
    places: list[int] = []
    for begins in _TICKS:
        groups = [begins(place, day) for place, day in enumerate(days)]
        places = [
            place
            for place, group in enumerate(groups)
            if place == 0 or group != groups[place - 1]
        ]
        if len(places) <= _MOST_TICKS:
            break
    # The first may be of the end of a month, and close to the one of the next.
    if len(places) > 2 and places[1] < 0.7 * (places[2] - places[1]):
        places = places[1:]
    ticks = []
    year = None
    for place in places:
        day = days[place]
        words = f"{day:%b}" if per == "month" else f"{day.day} {day:%b}"
        if begins in _YEARS:
            words = f"{day:%Y}"
        elif day.year != year:
            words += f"\n{day:%Y}"
        year = day.year
        ticks.append((place, words))
    return ticks


def _axis(
    ax: Axes, periods: pd.Index, edges: list[tuple[float, float]], per: str
) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.margins(x=0.01)
    if edges:
        ticks = _ticks(_days(periods), per)
        ax.set_xticks(
            [sum(edges[place]) / 2 for place, _ in ticks], [word for _, word in ticks]
        )
        # A few bars are not to fill the width: that would look like more.
        (first, after), last = edges[0], edges[-1][1]
        room = max(0.01 * (last - first), (6 - len(edges)) / 2 * (after - first))
        ax.set_xlim(first - room, last + room)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.set_axisbelow(True)
    ax.grid(axis="y", color="#E6E6E6", linewidth=0.8)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(length=0)


def _titles(ax: Axes, table: pd.DataFrame, by: str, totals: pd.Series) -> None:
    """Say what the chart shows, then what it is."""
    total = int(totals.sum())
    if not total:
        _say(ax.set_title("", loc="left"), "No commits landed")
        ax.text(0.5, 0.5, "nothing to draw", transform=ax.transAxes, ha="center")
        return
    _say(ax.set_title("", loc="left", fontweight="bold"), _finding(totals, by))
    per = table.attrs.get("per", "period")
    ax.set_ylabel(f"commits landed per {per}")
    if table["partial"].any():
        ax.set_xlabel(f"paler: only a part of the {per}", loc="right", color="#666666")


def _finding(totals: pd.Series, by: str) -> str:
    """Return what the counts say, in a sentence that is true of all of them."""
    total, which = int(totals.sum()), ""
    if by == "area" and totals.get("(no files)", 0):
        # Merges and empty commits are in no area; they would hide the others.
        total -= int(totals["(no files)"])
        which = " that changed files"
        totals = totals.drop("(no files)")
        if not total:
            return "No commit changed a file"
    what = f"{total:,} commit{'' if total == 1 else 's'}{which}"
    # The rest has no name to lead with, unless there is nothing else.
    named = totals.drop("other", errors="ignore")
    named = named[named > 0] if named.sum() else totals[totals > 0]
    leaders = [_label(key) for key in named.index[named == named.max()]]
    if len(leaders) == len(named) > 1 and len(named) < len(totals[totals > 0]):
        # Among the rest may be some with just as many.
        return f"No {by.replace('_', ' ')} leads: {what}"
    share = f"{named.max() / total:.0%} of {what}"
    if len(leaders) == 1:
        return f"{leaders[0]} leads: {share}"
    names = leaders if len(leaders) < 4 else [*leaders[:2], f"{len(leaders) - 2} more"]
    return f"{', '.join(names[:-1])} and {names[-1]} lead, each with {share}"


def _label(key: str) -> str:
    """Return what a reader knows a key as."""
    if key == ".":
        return "(top folder)"
    return key if len(key) <= 24 else f"{key[:23]}…"


def _say(text: Any, words: str) -> None:
    """Set what a text shows, taking nothing in it for a formula or a layout."""
    words = _UNSEEN.sub(" ", words)
    text.set_parse_math(False)
    text.set_text(words)
    families = ["DejaVu Sans"]
    if _EAST_ASIAN.search(words):
        families += _east_asian_font()
        # Those fonts rarely have a bold, and matplotlib complains of that.
        text.set_fontweight("normal")
    text.set_fontfamily(families)


def _east_asian_font() -> list[str]:
    """Return an installed font with Chinese, if there is one."""
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    return [name for name in _CJK_FONTS if name in installed][:1]
