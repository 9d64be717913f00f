"""Charts as files: png, svg, pdf, and a page of its own."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.figure import Figure

from ..errors import InputError
from .canvas import SIZE
from .colours import THEMES
from .trend import numbers_of, plot_trend, title_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

#: What a chart can be written as.
FORMATS = ("png", "svg", "pdf")

#: Inches and dots per inch: 900 x 450 pixels for a page, 1600 x 900 for a slide.
SIZES: dict[str, tuple[tuple[float, float], int]] = {
    "notebook": (SIZE, 100),
    "slide": ((10 + 2 / 3, 6.0), 150),
}

# What would make the same chart other bytes each time, by format.
_UNDATED: dict[str, dict[str, Any]] = {
    "png": {},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}


def chart(
    plot: Callable[..., Any],
    table: Any,
    *,
    size: str = "notebook",
    theme: str = "light",
    **options: Any,
) -> Figure:
    """Draw a table on a figure of its own, which pyplot knows nothing of.

    Parameters
    ----------
    plot : callable
        One of the functions of `commitlens.plots`.
    table : pandas.DataFrame
        What it draws.
    size : {"notebook", "slide"}, default "notebook"
        900 x 450 or 1600 x 900 pixels, where it is saved with the figure's own
        resolution.
    theme : {"light", "dark"}, default "light"
        White or near-black paper.
    **options
        Passed on to `plot`.

    Returns
    -------
    matplotlib.figure.Figure
        To be saved with :func:`save`, or shown.

    Raises
    ------
    InputError
        For a size or theme that is not known, and what `plot` raises.

    Examples
    --------
    >>> figure = chart(plot_trend, weekly, size="slide", theme="dark")
    >>> save(figure, "weekly.svg")
    """
    _one_of("size", size, tuple(SIZES))
    _one_of("theme", theme, tuple(THEMES))
    inches, dpi = SIZES[size]
    with matplotlib.rc_context(THEMES[theme]):
        figure = Figure(figsize=inches, dpi=dpi, layout="constrained")
        if getattr(plot, "many", False):
            plot(table, figure=figure, **options)
        else:
            plot(table, ax=figure.subplots(), **options)
    return figure


def save(drawn: Figure | Axes, path: str | Path, *, format: str | None = None) -> Path:
    """Write a chart to a file, and return its path.

    The same chart gives the same bytes with the same matplotlib.

    Parameters
    ----------
    drawn : matplotlib.figure.Figure or matplotlib.axes.Axes
        The figure, or axes on it.
    path : str or pathlib.Path
        Where to write; folders are made.
    format : {"png", "svg", "pdf"}, optional
        The ending of `path` by default.

    Returns
    -------
    pathlib.Path
        `path`, written.

    Raises
    ------
    InputError
        For a format that is not known.

    Examples
    --------
    >>> save(plot_trend(weekly), "weekly.pdf")
    """
    path = Path(path)
    content = image(drawn, format=format or path.suffix.lstrip(".").lower())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def image(drawn: Figure | Axes, *, format: str = "png") -> bytes:
    """Return a chart as the bytes of a file: what `save` writes.

    Parameters
    ----------
    drawn : matplotlib.figure.Figure or matplotlib.axes.Axes
        The figure, or axes on it.
    format : {"png", "svg", "pdf"}, default "png"
        Of the file.

    Returns
    -------
    bytes
        The same for the same chart, with the same matplotlib.
    """
    _one_of("format", format, FORMATS)
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    assert figure is not None
    out = io.BytesIO()
    settings: dict[Any, Any] = {
        # Marks of an svg are otherwise named at random.
        "svg.hashsalt": "commitlens",
        # Type 3 fonts of a pdf cannot be searched, and lack East Asian glyphs.
        "pdf.fonttype": 42,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # A name in a script that no installed font has is drawn as boxes; that
        # it cannot be read is plain to see.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        # And that a font has no bold is nothing to act on.
        fonts = logging.getLogger("matplotlib.font_manager")
        level = fonts.level
        fonts.setLevel(logging.ERROR)
        try:
            figure.savefig(
                out,
                format=format,
                dpi="figure",
                metadata=_UNDATED[format],
                facecolor=figure.get_facecolor(),
            )
        finally:
            fonts.setLevel(level)
    return out.getvalue()


def save_figure(table: pd.DataFrame, *, format: str = "png", **options: Any) -> bytes:
    """Return what `plot_trend` draws of `table` as the bytes of a file.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.trend` returned.
    format : {"png", "svg", "pdf"}, default "png"
        Of the file.
    **options
        Passed on to :func:`chart`, such as ``theme="dark"``.

    Returns
    -------
    bytes
        Of slide size.
    """
    _one_of("format", format, FORMATS)
    return image(chart(plot_trend, table, size="slide", **options), format=format)


def trend_page(table: pd.DataFrame, **options: Any) -> bytes:
    """Return a web page of its own with the chart of `table` and its numbers.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.trend` returned.
    **options
        Passed on to :func:`chart`, such as ``releases=``.

    Returns
    -------
    bytes
        HTML that fetches nothing.
    """
    import html

    svg = save_figure(table, format="svg", **options).decode()
    svg = svg[svg.index("<svg") :]
    title = html.escape(title_of(table))
    numbers = numbers_of(table).to_html(border=0)
    return _PAGE.format(title=title, svg=svg, numbers=numbers).encode()


def _one_of(name: str, value: str, legal: tuple[str, ...]) -> None:
    if value not in legal:
        msg = (
            f"unknown {name} {value!r}: expected {', '.join(legal[:-1])} or {legal[-1]}"
        )
        raise InputError(msg)


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
