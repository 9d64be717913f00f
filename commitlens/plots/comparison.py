"""Two periods, releases or repositories side by side: `plot_comparison`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..schema import require_columns
from .canvas import PARTS, dress, headline, nothing, open_axes
from .colours import PLAIN, colours_of, pale, readable, visible
from .text import cut, from_to, key_name, phrase, say, speech, tick_words
from .words import flags, listed, moved

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_comparison(
    table: pd.DataFrame,
    *,
    aspect: str = "change_type",
    most: int = 12,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw what moved between two histories: a ring before, a dot after.

    What may be chance (the interval of the change holds 0) is pale, and so is
    what rests on few commits. The title says the clear change that is largest.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`commitlens.compare` returned.
    aspect : str, default "change_type"
        Which of its aspects to draw.
    most : int, default 12
        How many keys: those that moved most, in the order of the table.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When `table` is not one of `compare`, or has no such aspect.

    Examples
    --------
    >>> plot_comparison(compare(before, after), aspect="area")
    """
    needed = ["aspect", "key", "before_share", "after_share", "low", "high"]
    require_columns(table, needed, made_by="compare()")
    lang = speech(lang)
    ax, ink = open_axes(ax)
    rows = table[table["aspect"].astype("str") == aspect]
    if rows.empty and len(table):
        known = ", ".join(dict.fromkeys(table["aspect"].astype("str")))
        msg = f"no aspect {aspect!r} in the table: it has {known}"
        raise InputError(msg)
    rows = rows[rows[["before_share", "after_share"]].notna().all(axis=1)]
    rows = rows[(rows["before_share"] > 0) | (rows["after_share"] > 0)]
    if rows.empty:
        return nothing(ax, ink, phrase(lang, "no_commits"), phrase(lang, "nothing"))
    size = (rows["after_share"] - rows["before_share"]).abs()
    drawn = rows.loc[size.sort_values(ascending=False, kind="stable").index[:most]]
    drawn = drawn.sort_index()
    left_out = [str(key) for key in rows["key"] if key not in set(drawn["key"])]
    before = drawn["before_share"].to_numpy("float64")
    after = drawn["after_share"].to_numpy("float64")
    clear = ((drawn["low"] > 0) | (drawn["high"] < 0)).to_numpy(bool)
    clear = clear & ~flags(drawn, "small")
    names = [key_name(str(key), aspect, lang) for key in drawn["key"]]
    places = np.arange(len(drawn))[::-1]
    colours = [PLAIN] * len(drawn)
    if aspect in ("change_type", "importance"):
        colours = colours_of(drawn["key"].astype("str"), aspect, ink)
    for place, one, two, sure, colour in zip(
        places, before, after, clear, colours, strict=True
    ):
        strong = visible(colour, ink)
        shown = strong if sure else pale(strong, ink)
        ax.plot([one, two], [place, place], color=shown, lw=3, zorder=2, gid="change")
        ax.plot(one, place, "o", mfc=ink.paper, mec=shown, mew=2, ms=8, zorder=3)
        ax.plot(two, place, "o", mfc=shown, mec=shown, mew=2, ms=8, zorder=3)
        text = ax.annotate(
            "",
            (max(one, two), place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=readable(colour, ink) if sure else ink.faint,
            annotation_clip=False,
        )
        say(text, from_to(one, two))
    tick_words(ax.yaxis, list(places), [cut(name, 26) for name in names])
    ax.set_ylim(-0.6, len(drawn) - 0.4)
    top = float(max(before.max(), after.max()))
    # Room for the words beside the last dot.
    ax.set_xlim(-0.02 * top, top * 1.2)
    # The room beside is no share.
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= min(1, 1.2 * top)])
    ax.xaxis.set_major_formatter("{x:.0%}" if top > 0.05 else "{x:.1%}")
    dress(ax, ink, grid="x")
    ax.spines["bottom"].set_visible(False)
    notes = [phrase(lang, "compare_note")]
    if left_out:
        short = [cut(key_name(key, aspect, lang), 16) for key in left_out]
        notes.append(phrase(lang, "not_drawn", names=listed(short, lang)))
    # Nobody's work is in what gathers the rest.
    told = clear & ~drawn["key"].isin(["other", "(no files)"]).to_numpy(bool)
    title = phrase(lang, "compare_none")
    if told.any():
        moves = np.where(told, np.abs(after - before), 0)
        best = int(np.argmax(moves))
        title = moved(names[best], before[best], after[best], "share", lang)
        if told.sum() > 1:
            title += phrase(lang, "changes_more", n=int(told.sum()) - 1)
    headline(ax, ink, title, note=PARTS.join(notes))
    return ax
