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
from .age import plot_age, plot_survival
from .comparison import plot_comparison
from .files import chart, image, save, save_figure, trend_page
from .heatmaps import plot_calendar, plot_rhythm
from .importance import plot_importance
from .lines import plot_lines
from .multiples import plot_multiples
from .places import plot_coupling, plot_hotspots
from .trend import plot_trend

__all__ = [
    "COLOURS",
    "chart",
    "image",
    "plot_age",
    "plot_calendar",
    "plot_comparison",
    "plot_coupling",
    "plot_hotspots",
    "plot_importance",
    "plot_lines",
    "plot_multiples",
    "plot_rhythm",
    "plot_survival",
    "plot_trend",
    "save",
    "save_figure",
    "trend_page",
]
