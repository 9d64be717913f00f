"""A view of the explorer as the code that makes it, and as Markdown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .dates import zone_name
from .explore_view import (
    SPLITS,
    Catalogue,
    Chart,
    View,
    bar_days,
    period_word,
)
from .markdown import code, escape, label, link
from .sections import page_url
from .trends.keys import OTHER

if TYPE_CHECKING:
    import numpy as np

#: Commits in the Markdown of a view; more are counted.
ROWS = 200
#: Filters in the order in which code and Markdown tell them.
_FILTERS = ("repos", "types", "tiers", "areas", "authors")


def as_code(view: View, chart: Chart, tz: dt.tzinfo) -> str:
    """Return Python that makes the same commits, in the same order, and the chart.

    It starts from ``history``, the one that is explored, and ends with ``commits``
    and a chart.

    Examples
    --------
    >>> print(as_code(View(types=("fix",)), chart, tz))
    import commitlens as cl
    <BLANKLINE>
    view = cl.select(history, tz='UTC', types=['fix'])
    commits = view.commits.sort_values("landed_at", kind="stable")[::-1]
    cl.plot_trend(cl.trend(view, by='change_type', freq='M', tz='UTC'))
    """
    where = zone_name(tz)
    lines = ["import commitlens as cl", ""]
    chosen = {name: list(getattr(view, name)) for name in _FILTERS}
    lines.append(f"view = {_select('history', view, where, chosen)}")
    # Two views: the chart is of all that passes, the list perhaps of one bar.
    listed, rest = "view", False
    if view.bar:
        start, *key = view.bar
        first, last = (day.isoformat() for day in bar_days(start, chart.freq))
        days = View(since=first, until=last)
        name = SPLITS[chart.by]
        listed = "bar"
        rest = key == [OTHER] and OTHER in chart.keys[-1:] and name not in _CLOSED
        wanted = {name: key} if key and not rest else {}
        lines.append(f"bar = {_select('view', days, where, wanted)}")
        if rest:
            named = {name: chart.keys[:-1]}
            lines.append(f"named = {_select('bar', View(), where, named)}")
    lines.append(
        f'commits = {listed}.commits.sort_values("landed_at", kind="stable")[::-1]'
    )
    if rest:
        lines.append('commits = commits[~commits["sha"].isin(named.commits["sha"])]')
    if view.order == "score":
        by = '"importance_score", ascending=False, kind="stable"'
        lines.append(f"commits = commits.sort_values({by})")
    lines.append(
        f"cl.plot_trend(cl.trend(view, by={chart.by!r}, freq={chart.freq!r}, "
        f"tz={where!r}))"
    )
    return "\n".join(lines) + "\n"


_CLOSED = ("types", "tiers")


def _select(source: str, view: View, tz: str, chosen: dict[str, list[str]]) -> str:
    """Return a call of `select`, or its argument if nothing is asked."""
    plain = {"since": view.since, "until": view.until, "text": view.text}
    given = {name: value for name, value in {**chosen, **plain}.items() if value}
    if not given:
        return source
    words = [source, f"tz={tz!r}", *(f"{name}={v!r}" for name, v in given.items())]
    line = f"cl.select({', '.join(words)})"
    if len(line) > 80:
        return "cl.select(\n    " + ",\n    ".join(words) + ",\n)"
    return line


def as_markdown(
    catalogue: Catalogue, view: View, chart: Chart, rows: np.ndarray
) -> str:
    """Return the view as Markdown: what was asked, the counts, the commits.

    Parameters
    ----------
    catalogue : Catalogue
        The commits.
    view : View
        What is looked at.
    chart : Chart
        Of it.
    rows : numpy.ndarray of int
        The commits listed, in order; the first `ROWS` are told.
    """
    commits = catalogue.history.commits
    repos = escape(", ".join(catalogue.columns["repos"].values))
    lines = [f"# {repos}: {len(rows):,} commits", "", *_asked(view, catalogue, chart)]
    totals = chart.counts.sum(axis=0)
    counts = " | ".join(
        f"{escape(key)} {total:,}"
        for key, total in zip(chart.keys, totals, strict=True)
        if total
    )
    if counts and not view.bar:
        lines += [f"> {counts}", ""]
    if not len(rows):
        return "\n".join(lines)
    scored = [name for name in ("change_type", "importance") if name in commits]
    titles = ["commit", "landed", "author", *("type", "tier")[: len(scored)], "subject"]
    lines += [f"| {' | '.join(titles)} |", "|" + " --- |" * len(titles)]
    some = commits.iloc[rows[:ROWS]]
    landed = some["landed_at"].dt.tz_convert(catalogue.tz).dt.strftime("%Y-%m-%d %H:%M")
    web = {n: r.web_url for n, r in catalogue.history.repositories.items()}
    for record, time in zip(some.to_dict("records"), landed, strict=True):
        url = page_url(web.get(record["repo"]), record["sha"])
        sha = code(record["sha"][:7])
        cells = [
            link(sha, url) if url else sha,
            time,
            escape(_string(record["author_name"])),
            *(str(record[name]) for name in scored),
            label(_string(record["subject"])[:200]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    if len(rows) > ROWS:
        lines += ["", f"And {len(rows) - ROWS:,} more."]
    return "\n".join(lines) + "\n"


def _asked(view: View, catalogue: Catalogue, chart: Chart) -> list[str]:
    """Return a list item for each filter."""
    items = [
        f"- {name}: {escape(', '.join(getattr(view, name)))}"
        for name in _FILTERS
        if getattr(view, name)
    ]
    where = escape(zone_name(catalogue.tz))
    if view.since or view.until:
        days = f"{view.since or 'the beginning'} to {view.until or 'the end'}"
        items.append(f"- landed: {days} ({where})")
    if view.text:
        items.append(f"- text: {escape(view.text)}")
    if view.bar:
        start, *key = view.bar
        what = f", {escape(key[0])}" if key else ""
        items.append(f"- {period_word(chart.freq)} of {start}{what}")
    return [*items, ""] if items else []


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
