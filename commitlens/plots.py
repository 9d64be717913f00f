"""Charts of the tables of `commitlens.trends`: a table and axes in, axes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
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

# For keys without a colour of their own, such as authors, in this order.
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
    left, widths = _bars(counts.index)
    partial = table.groupby("period")["partial"].any().to_list()
    bottom = [0.0] * len(left)
    handles = []
    for key, colour in zip(shown, _colours(shown), strict=True):
        heights = counts[key].to_numpy()
        ax.bar(
            left,
            heights,
            widths,
            bottom=bottom,
            align="edge",
            color=[_paler(colour) if part else colour for part in partial],
            # White joints read well between wide bars and hide narrow ones.
            edgecolor="white" if len(left) <= 80 else "none",
            linewidth=0.6,
        )
        handles.append(Patch(color=colour))
        bottom = bottom + heights
    _legend(ax, handles, [f"{_label(key)}  {totals[key]:,}" for key in shown])
    _axis(ax, counts.index)
    _titles(ax, table, by, totals)
    return ax


def save_figure(table: pd.DataFrame, *, format: str = "png") -> bytes:
    """Return the chart of `table` as the bytes of a ``png`` or ``svg`` file.

    The same table gives the same bytes with the same matplotlib.
    """
    import io
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
        figure.savefig(out, format=format, dpi=160, metadata=metadata)
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


def _bars(periods: pd.Index) -> tuple[Any, Any]:
    """Return where bars begin and how wide they are, in matplotlib's days."""
    import numpy as np
    from matplotlib.dates import date2num

    # By the clock of the zone: a day of 23 hours is as wide as any other.
    left = date2num(periods.tz_localize(None).to_numpy())
    if len(left) == 1:
        return left, np.array([1.0])
    steps = np.diff(left)
    return left, 0.9 * np.append(steps, steps[-1:])


def _colours(keys: Iterable[str]) -> list[str]:
    """Return a colour a key: its own, else the next one of the cycle."""
    spare = iter(_CYCLE * 2)
    return [COLOURS.get(key) or next(spare, "#CFCFCF") for key in keys]


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


def _axis(ax: Axes, periods: pd.Index) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator

    if len(periods):
        locator = AutoDateLocator(minticks=3, maxticks=9)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.margins(x=0.01)
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
    # The rest has no name to lead with, unless there is nothing else.
    named = totals.drop(list(_UNNAMED), errors="ignore")
    named = named if named.sum() else totals
    first, *others = named.index[named == named.max()]
    who = f"{_label(first)} leads:"
    if others:
        who = f"{_label(first)} and {len(others)} more lead, each with"
    finding = f"{who} {totals[first] / total:.0%} of {total:,} commits"
    _say(ax.set_title("", loc="left", fontweight="bold"), finding)
    per = table.attrs.get("per", "period")
    ax.set_ylabel(f"commits landed per {per}")
    if table["partial"].any():
        ax.set_xlabel(f"paler: only a part of the {per}", loc="right", color="#666666")


def _label(key: str) -> str:
    """Return what a reader knows a key as."""
    if key == ".":
        return "(top folder)"
    return key if len(key) <= 24 else f"{key[:23]}…"


def _say(text: Any, words: str) -> None:
    """Set what a text shows, taking nothing in it for a formula or a layout."""
    text.set_parse_math(False)
    text.set_text(_UNSEEN.sub(" ", words))
    text.set_fontfamily(_font_families())


def _font_families() -> list[str]:
    """Return matplotlib's own font, then an installed one with Chinese."""
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    return ["DejaVu Sans", *[name for name in _CJK_FONTS if name in installed][:1]]
