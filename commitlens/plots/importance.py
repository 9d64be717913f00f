"""What mattered, and when: `plot_importance`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.dates import date2num

from ..palette import COLOURS
from ..schema import TIERS, require_columns
from .canvas import dress, headline, nothing, open_axes
from .colours import Ink, colours_of, readable, visible
from .text import AtDraw, clean, cut, percent, phrase, say, speech, spread, word

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Where a name can stand, in points from its mark, best first.
_SIDES = (
    (8, 0, "left", "center"),
    (-8, 0, "right", "center"),
    (0, 8, "center", "bottom"),
    (5, 7, "left", "bottom"),
    (-5, 7, "right", "bottom"),
    (0, -8, "center", "top"),
    (5, -7, "left", "top"),
    (-5, -7, "right", "top"),
)

# Beyond so many marks a picture of them is smaller than their shapes.
_MANY = 5_000


def plot_importance(
    commits: pd.DataFrame,
    *,
    names: int = 8,
    tz: str | dt.tzinfo | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw commits by when they landed and how much they matter.

    Marks have the colours of the tiers. The highest are named where there is
    room, which is found when the chart is drawn.

    Parameters
    ----------
    commits : pandas.DataFrame
        ``History.commits`` after `score`.
    names : int, default 8
        How many commits of high importance to name at most.
    tz : str or datetime.tzinfo, optional
        The zone of the time axis; the machine's by default.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `commits` is not scored.

    Examples
    --------
    >>> plot_importance(scored.commits, names=5)
    """
    needed = ["landed_at", "subject", "importance", "importance_score"]
    require_columns(commits, needed, made_by="commitlens.score()")
    from ..dates import zone
    from .timeline import time_ticks

    lang = speech(lang)
    ax, ink = open_axes(ax)
    if commits.empty:
        return nothing(ax, ink, phrase(lang, "no_commits"), phrase(lang, "nothing"))
    times = commits["landed_at"].dt.tz_convert(zone(tz)).dt.tz_localize(None)
    x = date2num(times)
    scores = commits["importance_score"].to_numpy("float64")
    tiers = commits["importance"].astype("str").to_numpy()
    for tier, colour in zip(TIERS, colours_of(TIERS, "importance", ink), strict=True):
        of_tier = tiers == tier
        ax.scatter(
            x[of_tier],
            scores[of_tier],
            s=14 if tier != "high" else 26,
            color=visible(colour, ink),
            alpha=1.0 if len(x) < 2000 or tier == "high" else 0.5,
            linewidth=0,
            rasterized=len(x) > _MANY,
            label=tier,
            zorder=3 if tier == "high" else 2,
        )
    room = max(0.02 * (x.max() - x.min()), 0.5)
    ax.set_xlim(x.min() - room, x.max() + room)
    ax.set_ylim(0, 106)
    ax.set_yticks(range(0, 101, 20))
    time_ticks(ax, times.dt.date.to_list(), lang)
    dress(ax, ink)
    say(ax.yaxis.label, phrase(lang, "importance_axis"))
    highs = np.nonzero(tiers == "high")[0]
    # The newest of equals first.
    highs = highs[np.lexsort((-x[highs], -scores[highs]))]
    subjects = commits["subject"].to_numpy(dtype=object)
    marks = [(x[i], scores[i], str(subjects[i])) for i in highs[: max(0, names)]]
    _name(ax, marks, np.column_stack([x[highs], scores[highs]]), ink)
    _tier_names(ax, scores, tiers, lang, ink)
    headline(ax, ink, _title(tiers, lang))
    return ax


def _title(tiers: np.ndarray, lang: str) -> str:
    high = int((tiers == "high").sum())
    what = phrase(lang, "commits", n=len(tiers))
    if not high:
        return phrase(lang, "importance_none", what=what)
    share = percent(high / len(tiers))
    return phrase(lang, "importance", high=high, what=what, share=share)


def _tier_names(
    ax: Axes, scores: np.ndarray, tiers: np.ndarray, lang: str, ink: Ink
) -> None:
    """Write beside the marks of each tier what it is called, and how many."""
    present = [tier for tier in TIERS if (tiers == tier).any()]
    middles = [float(np.median(scores[tiers == tier])) for tier in present]
    for tier, height in zip(present, spread(middles, 9, 0, 106), strict=True):
        text = ax.annotate(
            "",
            (1.0, height),
            xycoords=ax.get_yaxis_transform(),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            color=readable(COLOURS[tier], ink),
        )
        count = int((tiers == tier).sum())
        say(text, f"{word(lang, 'tiers', tier)}  {count:,}")


def _name(
    ax: Axes, marks: list[tuple[float, float, str]], highs: np.ndarray, ink: Ink
) -> None:
    """Write subjects beside marks, at the first side where there is room.

    No name covers another, or a mark of those that matter most.
    """
    texts: list[Any] = []
    for x, y, subject in marks:
        text = ax.annotate(
            "",
            (x, y),
            xytext=(6, 0),
            textcoords="offset points",
            fontsize=8.5,
            color=ink.text,
            zorder=5,
            annotation_clip=False,
            bbox={
                "facecolor": ink.paper,
                "edgecolor": "none",
                "pad": 0.6,
                "alpha": 0.75,
            },
        )
        texts.append(say(text, cut(clean(subject), 48)))

    def place() -> None:
        room = ax.get_window_extent()
        points = ax.transData.transform(highs)
        taken: list[Any] = []
        for text in texts:
            text.set_visible(True)
            for dx, dy, across, along in _SIDES:
                text.set_position((dx, dy))
                text.set(ha=across, va=along)
                box = text.get_window_extent()
                if (
                    room.x0 <= box.x0
                    and box.x1 <= room.x1
                    and room.y0 <= box.y0
                    and box.y1 <= room.y1
                    and not any(box.overlaps(other) for other in taken)
                    and not box.padded(3).count_contains(points)
                ):
                    taken.append(box)
                    break
            else:
                text.set_visible(False)

    AtDraw(ax, place)
