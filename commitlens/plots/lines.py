"""Shares, rates and other values over time, with bands: `plot_lines`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..schema import require_columns
from .canvas import PARTS, dress, headline, name_ends, nothing, open_axes
from .colours import PLAIN, UNNAMED, Ink, colours_of, pale, visible
from .text import AtDraw, cut, key_name, phrase, say, speech, word
from .timeline import Timeline, mark_releases, time_axis, timeline
from .words import flags, listed, said_of_changes, said_of_ends, said_of_sums, written

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

#: What is drawn of a table that does not say: the first that it has.
_VALUES = ("share", "median", "authors", "insertions", "commits")

#: The columns of the band around a value.
_BANDS = {"share": ("low", "high", "band"), "median": ("q25", "q75", "middle_half")}

#: So many lines can be told apart.
_MOST = 3


def plot_lines(
    table: pd.DataFrame,
    *,
    value: str | None = None,
    keys: Sequence[str] | None = None,
    changes: pd.DataFrame | None = None,
    releases: pd.DataFrame | None = None,
    what: str | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw a value over time: a line a key, with its interval as a band.

    For shares (``trend(..., share=True)``, ``fix_share``, ``revert_rate``, ...)
    and any other value of a table with periods: ``contributors``, ``churn``,
    ``time_to_fix``, what ``rolling`` and ``cumulative`` return. A missing value is
    a gap; what rests on few commits is pale; the way to a partial period is
    dashed. The title says what rose or fell.

    Parameters
    ----------
    table : pandas.DataFrame
        With ``period``, the value, and in its second column the keys, if any.
    value : str, optional
        The column to draw; by default the first there is of ``share``,
        ``median``, ``authors``, ``insertions`` and ``commits``. A share has the
        band ``low`` to ``high``, a median that of ``q25`` to ``q75``.
    keys : sequence of str, optional
        Which keys to draw; by default the three with the most commits.
    changes : pandas.DataFrame, optional
        What :func:`commitlens.change_points` found: levels before and after are
        drawn, and the title says the surest.
    releases
        As in :func:`plot_trend`.
    what : str, optional
        What a table without keys counts, such as ``"fixes"``, for the title.
    lang, ax
        As in :func:`plot_trend`.

    Returns
    -------
    matplotlib.axes.Axes
        Ready to be changed, shown or saved.

    Raises
    ------
    InputError
        When the table lacks a column, or a key is not in it.

    Examples
    --------
    >>> weekly = fix_share(scored, freq="W")
    >>> plot_lines(weekly, changes=change_points(weekly))
    """
    if value is None:
        value = next((name for name in _VALUES if name in table.columns), "share")
    require_columns(table, ["period", value], made_by="a function of trends")
    lang = speech(lang)
    ax, ink = open_axes(ax)
    by = key_column(table)
    if table.empty or not table[value].notna().any():
        per = word(lang, "per", timeline(table).per) if len(table) else "period"
        words = phrase(lang, "no_data", per=per)
        return nothing(ax, ink, words, phrase(lang, "nothing"))
    line = timeline(table)
    every = _split(table, by)
    what = (
        what or table.attrs.get("what") or word(lang, "values", meaning(table, value))
    )
    names = {
        key: key_name(key, by, lang) if by else word(lang, "what", what)
        for key in every
    }
    drawn = _chosen(every, keys, value)
    colours = colours_of(every, by, ink) if by else [PLAIN]
    colour_of = dict(zip(every, colours, strict=True))
    notes = set()
    ends = []
    for key in drawn:
        rows = every[key]
        notes |= draw_line(ax, line, rows, value, colour_of[key], ink)
        ends.append((key, rows, colour_of[key]))
    value_axis(ax, line, [every[key] for key in drawn], value, lang, ink)
    _name_ends(ax, ends, value, names if by else {}, ink)
    found = _changes(changes, by, drawn)
    for rows in found.values():
        _levels(ax, line, rows, value, ink)
    if releases is not None:
        mark_releases(ax, line, releases, ink)
    title = said_of_changes(found, line, value, names, lang)
    shown = {key: every[key] for key in drawn}
    said = said_of_sums if table.attrs.get("cumulative") else said_of_ends
    title = title or said(shown, value, names, lang)
    left_out = [cut(names[key], 16) for key in every if key not in drawn]
    headline(ax, ink, title, note=_note(notes, left_out, line, lang))
    return ax


def key_column(table: pd.DataFrame) -> str | None:
    """Return the name of the column with keys, where a table has one."""
    name = str(table.columns[1])
    return name if str(table.dtypes.iloc[1]) in ("category", "str", "object") else None


def _split(table: pd.DataFrame, by: str | None) -> dict[str, pd.DataFrame]:
    """Return the rows of each key that occurs, in order."""
    if by is None:
        return {"": table.sort_values("period")}
    groups = table.groupby(by, observed=True, sort=True)
    every = {str(key): rows.sort_values("period") for key, rows in groups}
    for rows in every.values():
        rows.attrs = dict(table.attrs)
    return every


def _chosen(
    every: dict[str, pd.DataFrame], keys: Sequence[str] | None, value: str
) -> list[str]:
    if keys is not None:
        unknown = [key for key in keys if key not in every]
        if unknown:
            msg = f"no key {unknown[0]!r} in the table: it has {', '.join(every)}"
            raise InputError(msg)
        return [key for key in every if key in keys]
    sizes = {}
    for key, rows in every.items():
        weight = rows["commits" if "commits" in rows.columns else value]
        sizes[key] = float(weight.sum())
    named = [key for key in every if key not in UNNAMED and sizes[key] > 0]
    best = sorted(named or every, key=lambda key: -sizes[key])[:_MOST]
    return [key for key in every if key in best]


def draw_line(
    ax: Axes,
    line: Timeline,
    rows: pd.DataFrame,
    value: str,
    colour: str,
    ink: Ink,
) -> set[str]:
    """Draw the line of one key, and say which marks it needed."""
    notes: set[str] = set()
    colour = visible(colour, ink)
    rows = rows.set_index("period").reindex(line.periods)
    numbers = rows[value].to_numpy("float64", na_value=np.nan)
    partial = np.array(line.partial)
    few = flags(rows, "small")
    low, high, name = _BANDS.get(value, ("", "", ""))
    if low in rows.columns and high in rows.columns:
        notes.add(name)
        bands = rows[[low, high]].to_numpy("float64", na_value=np.nan)
        x, bottom, top = line.with_gaps(*bands.T)
        ax.fill_between(x, bottom, top, color=colour, alpha=0.18, linewidth=0)

    def stroke(kept: np.ndarray, **style: Any) -> None:
        x, y = line.with_gaps(np.where(kept, numbers, np.nan))
        ax.plot(x, y, **{"solid_capstyle": "round", "linewidth": 1.8, **style})

    whole = ~partial
    if (few & whole & np.isfinite(numbers)).any():
        notes.add("small")
        stroke(whole, color=pale(colour, ink), gid="small")
    stroke(whole & ~few, color=colour, gid="line")
    # A value between two gaps would be no line.
    x, y = line.with_gaps(numbers)
    seen = np.isfinite(y)
    alone = seen & ~np.r_[False, seen[:-1]] & ~np.r_[seen[1:], False]
    if alone.any():
        weak = np.insert(few, line.gaps(), False)
        for some, paint in ((weak, pale(colour, ink)), (~weak, colour)):
            dots = alone & some
            if dots.any():
                ax.plot(x[dots], y[dots], "o", color=paint, markersize=3.5, gid="alone")
    if (partial & np.isfinite(numbers)).any():
        notes.add("partial_line")
        near = partial | np.r_[partial[1:], False] | np.r_[False, partial[:-1]]
        stroke(
            near, color=colour, linestyle=(0, (2, 1.5)), linewidth=1.2, gid="partial"
        )
    return notes


def value_axis(
    ax: Axes,
    line: Timeline,
    drawn: list[pd.DataFrame],
    value: str,
    lang: str,
    ink: Ink,
    *,
    ticks: int = 6,
) -> None:
    """Give axes the scale of a value, from nothing to what `drawn` needs."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    time_axis(ax, line, lang)
    numbers = np.concatenate([rows[value].to_numpy("float64") for rows in drawn])
    sure = np.concatenate([~flags(rows, "small") for rows in drawn])
    sure = sure & np.isfinite(numbers)
    seen = numbers[sure] if sure.any() else numbers[np.isfinite(numbers)]
    # Bands of what rests on little reach from floor to ceiling; they are not to
    # press the lines flat.
    top = float(seen.max()) * 1.25 or 1.0
    if value in _BANDS and all(_BANDS[value][1] in rows.columns for rows in drawn):
        highs = np.concatenate([rows[_BANDS[value][1]].dropna() for rows in drawn])
        top = max(top, float(np.quantile(highs, 0.9)))
    if value == "share":
        top = min(1.0, max(top, 0.02))
    ax.set_ylim(min(0.0, float(seen.min()) * 1.25), top)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=value not in _BANDS))
    decimals = 1 if value == "share" and top < 0.1 else 0

    def tick(number: float, _: int) -> str:
        if value == "share":
            return f"{number:.{decimals}%}"
        return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"

    ax.yaxis.set_major_formatter(FuncFormatter(tick))
    say(ax.yaxis.label, _axis_name(drawn[0], line, value, lang))
    dress(ax, ink)


def meaning(table: pd.DataFrame, value: str) -> str:
    """Return what a column is about, where its name alone does not tell."""
    if value != "median":
        return value
    return "days_to_fix" if "repairs" in table.columns else "lines_per_commit"


def _axis_name(table: pd.DataFrame, line: Timeline, value: str, lang: str) -> str:
    per = word(lang, "per", line.per)
    name = word(lang, "values", meaning(table, value))
    if value == "share":
        name = phrase(lang, "share_of", per=per)
    elif value == "commits":
        summed = table.attrs.get("cumulative")
        name = phrase(lang, "summed" if summed else "landed_per", per=per)
    window = table.attrs.get("rolling")
    return phrase(lang, "mean", what=name, n=int(window)) if window else name


def _name_ends(
    ax: Axes,
    ends: list[tuple[str, pd.DataFrame, str]],
    value: str,
    names: dict[str, str],
    ink: Ink,
) -> None:
    """Write the name and last value of each line beside its end."""
    beside = []
    for key, rows, colour in ends:
        known = rows[rows[value].notna()]
        if known.empty:
            continue
        whole = known[~flags(known, "partial")] if len(known) > 1 else known
        last = float((whole if len(whole) else known)[value].iloc[-1])
        name = cut(names.get(key, ""), 20)
        beside.append((f"{name} {written(last, value)}".strip(), last, colour))
    name_ends(ax, beside, ink)


def _changes(
    changes: pd.DataFrame | None, by: str | None, drawn: list[str]
) -> dict[str, pd.DataFrame]:
    """Return the changes of each key that is drawn."""
    if changes is None or changes.empty:
        return {}
    require_columns(changes, ["period", "before", "after"], made_by="change_points()")
    if by is None or by not in changes.columns:
        return {drawn[0]: changes.sort_values("period")} if len(drawn) == 1 else {}
    groups = changes.groupby(changes[by].astype("str"), sort=False)
    return {
        str(key): rows.sort_values("period") for key, rows in groups if key in drawn
    }


def _levels(
    ax: Axes,
    line: Timeline,
    changes: pd.DataFrame,
    value: str,
    ink: Ink,
) -> None:
    """Draw the levels between changes, and say at each from what to what."""
    places = [int(line.periods.get_indexer([when])[0]) for when in changes["period"]]
    starts = [line.edges[place][0] for place in places]
    bounds = [line.edges[0][0], *starts, line.edges[-1][1]]
    levels = [float(changes["before"].iloc[0]), *map(float, changes["after"])]
    for level, start, end in zip(levels, bounds, bounds[1:], strict=False):
        ax.plot([start, end], [level, level], color=ink.text, lw=1.3, gid="level")
    texts = []
    pairs = zip(starts, levels, levels[1:], strict=False)
    for start, before, after in pairs:
        ax.plot([start, start], [before, after], color=ink.text, lw=1.3)
        up = after > before
        text = ax.annotate(
            "",
            (start, max(before, after) if up else min(before, after)),
            xytext=(0, 8 if up else -8),
            textcoords="offset points",
            ha="center",
            va="bottom" if up else "top",
            fontsize=9,
            color=ink.text,
            bbox={"facecolor": ink.paper, "edgecolor": "none", "pad": 1, "alpha": 0.8},
        )
        texts.append(say(text, f"{written(before, value)} → {written(after, value)}"))

    def place() -> None:
        box = ax.get_window_extent()
        taken: list[Any] = []
        for text in texts:
            text.set_visible(True)
            own = text.get_window_extent()
            fits = box.x0 <= own.x0 and own.x1 <= box.x1
            fits = fits and not any(own.overlaps(other) for other in taken)
            text.set_visible(fits)
            if fits:
                taken.append(own)

    AtDraw(ax, place)


def _note(notes: set[str], left_out: list[str], line: Timeline, lang: str) -> str:
    per = word(lang, "per", line.per)
    order = ("band", "middle_half", "small", "partial_line")
    words = [phrase(lang, name, per=per) for name in order if name in notes]
    if left_out:
        words.append(phrase(lang, "not_drawn", names=listed(left_out, lang)))
    return PARTS.join(words)
