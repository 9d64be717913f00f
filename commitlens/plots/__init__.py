"""Charts of the tables of `commitlens.trends`: a table and axes in, axes out.

Each function draws one table, on the axes it is given or on a new figure, and
returns the axes. None shows or saves anything: `save` writes a chart as png, svg
or pdf, and `chart` draws one for a slide, or on dark paper. The colour of a change
type is the same in all of them.

Examples
--------
>>> import commitlens as cl
>>> weekly = cl.trend(scored, by="change_type", freq="W")
>>> cl.plots.save(cl.plot_trend(weekly), "weekly.svg")
"""

from __future__ import annotations

from ..palette import COLOURS
from .files import chart, image, save, save_figure, trend_page
from .lines import plot_lines
from .trend import plot_trend

__all__ = [
    "COLOURS",
    "chart",
    "image",
    "plot_lines",
    "plot_trend",
    "save",
    "save_figure",
    "trend_page",
]
