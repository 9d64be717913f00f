"""How histories, analyses and tables show themselves, as text and in a notebook.

A frame stays a frame: `show` makes something to look at of it, and what goes on
computing goes on with the frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .display_table import Cell, Table, inert, line, mark, sparkline
from .errors import InputError
from .schema import CHANGE_TYPES, TIERS

if TYPE_CHECKING:
    import pandas as pd

    from .history import History
    from .statements import Analysis

#: How many of the newest commits a history shows.
SHOWN = 10
#: Characters of a subject, of an author, and of any other value.
SUBJECT, AUTHOR, VALUE = 80, 24, 60

#: Columns of later steps, shown where they are present.
_ADDED = {"change_type": "type", "importance": "importance"}
#: Columns that are shares of one.
_SHARES = ("share", "low", "high", "before_share", "after_share", "degree", "minor")
#: What a trend is drawn by, where the caller does not say.
_VALUES = ("share", "median", "authors", "commits", "repairs")


def show(
    frame: pd.DataFrame | History,
    *,
    history: History | None = None,
    value: str | None = None,
    rows: int = 20,
) -> Table:
    """Return a table to look at, made of any frame of this library.

    Commits get marks for their tiers and links, trends a line for each key with a
    sparkline of its periods; other tables are rounded and cut. All text that commits
    wrote is inert. The frame stays what it was.

    Parameters
    ----------
    frame : pandas.DataFrame or History
        Commits, a table of `commitlens.trends`, or any other frame.
    history : History, optional
        Where the commits are from: for links to their pages.
    value : str, optional
        The column that sparklines draw; default: ``share`` or ``commits``.
    rows : int, default 20
        Rows at the most; more are counted.

    Returns
    -------
    Table
        It shows itself in a notebook, and as text when it is printed.

    Raises
    ------
    InputError
        The frame has no column `value`.

    Examples
    --------
    >>> scored.commits.nlargest(5, "importance_score").pipe(show, history=scored)
    >>> print(trend(scored, by="change_type", tz="UTC").pipe(show))
    """
    from .history import History

    if isinstance(frame, History):
        return show(frame.commits.iloc[::-1], history=frame, value=value, rows=rows)
    if value is not None and value not in frame.columns:
        msg = f"the frame has no column {value!r}; it has {', '.join(frame.columns)}"
        raise InputError(msg)
    if {"sha", "subject"} <= set(frame.columns):
        table = _commits(frame.head(rows), _pages(history))
    elif "period" in frame.columns:
        table = _trend(frame, value)
    else:
        table = _plain(frame.head(rows))
    if "period" not in frame.columns and len(frame) > rows:
        more = f"the first {rows} of {len(frame):,}"
        return Table(table.titles, table.rows, (*table.head, more))
    return table


# --- Histories ---------------------------------------------------------------


def history_text(history: History) -> str:
    """Return a few lines: repository, range, counts, warnings, newest commits.

    Examples
    --------
    >>> print(history_text(history))
    History of octo/demo: 2 commits, 3 files, 2026-01-05 to 2026-01-05 (UTC)
    """
    return str(_history(history))


def history_html(history: History) -> str:
    """Return the same as HTML, with links; everything that commits wrote is inert."""
    return _history(history)._repr_html_()


def _history(history: History) -> Table:
    newest = history.commits.iloc[::-1].head(SHOWN)
    table = _commits(newest, _pages(history))
    return Table(table.titles, table.rows, tuple(_facts(history)), titled=False)


def _facts(history: History) -> list[str]:
    commits = history.commits
    repos = [*commits["repo"].unique()] or [*history.repositories] or ["no repository"]
    days = ""
    if len(commits):
        landed = commits["landed_at"]
        days = f", {landed.min():%Y-%m-%d} to {landed.max():%Y-%m-%d} (UTC)"
    facts = [
        f"History of {line(', '.join(repos))}: {_count(len(commits), 'commit')}, "
        f"{_count(len(history.files), 'changed file')}{days}"
    ]
    facts += _rhythm(commits)
    for column, order in (
        ("importance", reversed(TIERS)),
        ("change_type", CHANGE_TYPES),
    ):
        if column in commits:
            counts = commits[column].value_counts()
            found = [f"{name} {counts[name]}" for name in order if counts.get(name)]
            facts.append(f"{column}: {', '.join(found) or 'none'}")
    return [*facts, *(f"warning: {line(warning)}" for warning in history.warnings)]


def _rhythm(commits: pd.DataFrame) -> list[str]:
    """Return how many commits landed over time, where there was time."""
    landed = commits["landed_at"].dt.tz_localize(None)
    days = (landed.max() - landed.min()).days if len(landed) else 0
    if days < 1:
        return []
    freq, word = next(
        (freq, word)
        for most, freq, word in _PERIODS
        if days <= most
    )  # fmt: skip
    counts = landed.dt.to_period(freq).value_counts()
    first = counts.index.min()
    numbers = [0] * ((counts.index.max() - first).n + 1)
    for period, count in counts.items():
        numbers[(period - first).n] = int(count)
    return [f"landed, by the {word}: {sparkline(numbers)}"]


_PERIODS = ((31, "D", "day"), (400, "W", "week"), (10**7, "M", "month"))


# --- Analyses ----------------------------------------------------------------


def analysis_text(analysis: Analysis) -> str:
    """Return whose analysis it is, in a line."""
    return (
        f"<Analysis of {line(analysis.repo)} {analysis.sha[:7]} ({analysis.tier}, from "
        f"{analysis.source}): {_count(len(analysis.statements), 'statement')}>"
    )


def analysis_html(analysis: Analysis) -> str:
    """Return an analysis as HTML: a list of sentences for each field."""
    from .sections import FIELDS
    from .statements import render
    from .wording import load_words

    words = load_words("en")["fields"]
    said: dict[str, list[str]] = {}
    for one in analysis.statements:
        sentence = render(
            one,
            text=lambda text: inert(line(text)),
            code=lambda text: f"<code>{inert(line(text))}</code>",
            commit=lambda sha: f"<code>{inert(sha[:7])}</code>",
        )
        said.setdefault(one.field, []).append(f"<li>{sentence}</li>")
    head = f"{analysis.repo} {analysis.sha[:7]} · {mark(analysis.tier)}"
    fields = (
        f"<dt><strong>{inert(words[name])}</strong></dt>"
        f"<dd><ul>{''.join(said[name])}</ul></dd>"
        for name in FIELDS
        if name in said
    )
    return f"<p><strong>{inert(line(head))}</strong></p><dl>{''.join(fields)}</dl>"


# --- Frames ------------------------------------------------------------------


def _pages(history: History | None) -> dict[str, str | None]:
    """Return the web page of each repository."""
    known = history.repositories if history is not None else {}
    return {name: repository.web_url for name, repository in known.items()}


def _commits(commits: pd.DataFrame, pages: Mapping[str, str | None]) -> Table:
    from .sections import page_url

    added = [name for name in _ADDED if name in commits]
    titles = ["commit", "landed (UTC)", "author", *(_ADDED[name] for name in added)]
    landed = "landed_at" in commits
    rows = []
    for record in commits.to_dict("records"):
        url = page_url(pages.get(record.get("repo", "")), record["sha"])
        when = f"{record['landed_at']:%Y-%m-%d %H:%M}" if landed else ""
        cells = [
            Cell(record["sha"][:7], url),
            Cell(when),
            Cell(line(_string(record.get("author_name")), AUTHOR)),
            *(Cell(mark(str(record[name]))) for name in added),
            Cell(line(_string(record["subject"]), SUBJECT)),
        ]
        rows.append(tuple(cells))
    return Table((*titles, "subject"), tuple(rows))


def _trend(table: pd.DataFrame, value: str | None) -> Table:
    """Return a row for each key: its periods, its last whole one, and all of them."""
    by = next((n for n in table.columns if _is_key(table, n)), None)
    value = value or next((n for n in _VALUES if n in table), table.columns[-1])
    per = table.attrs.get("per", "period")
    rows = []
    groups = [("all", table)] if by is None else table.groupby(by, observed=True)
    for key, group in groups:
        series = group.sort_values("period")
        numbers = series[value].astype("float64")
        whole = ~series["partial"] if "partial" in series else numbers.notna()
        last = _number(numbers[whole].iloc[-1], value) if whole.any() else "–"
        if "small" in series and whole.any() and series["small"][whole].iloc[-1]:
            last += " (few)"
        rows.append(
            (
                Cell(line(str(key), VALUE)),
                Cell(sparkline(numbers), even=True),
                Cell(last, right=True),
                Cell(_total(series, value), right=True),
            )
        )
    starts = table["period"]
    span = f", {starts.min():%Y-%m-%d} to {starts.max():%Y-%m-%d}" if len(table) else ""
    titles = (by or "", f"by the {per}", f"last whole {per}", "in all")
    return Table(titles, tuple(rows), (f"{value}{span}",))


def _is_key(table: pd.DataFrame, name: str) -> bool:
    return str(table[name].dtype) == "category" and name != "release"


def _total(series: pd.DataFrame, value: str) -> str:
    """Return the value of all periods together, where that is one."""
    if value == "share" and {"commits", "total"} <= set(series):
        total = series["total"].sum()
        return _number(series["commits"].sum() / total, "share") if total else "–"
    counts = str(series[value].dtype).lower().startswith("int")
    return _number(series[value].sum(), value) if counts else ""


def _plain(frame: pd.DataFrame) -> Table:
    columns = [
        [_cell(value, name) for value in frame[name].tolist()]
        for name in frame.columns
    ]  # fmt: skip
    titles = tuple(line(str(name), VALUE) for name in frame.columns)
    return Table(titles, tuple(zip(*columns, strict=True)))


def _cell(value: Any, name: str) -> Cell:
    if isinstance(value, bool):
        return Cell("yes" if value else "")
    if isinstance(value, (int, float)):
        # A change of shares; that of counts is whole.
        share = name == "change" and isinstance(value, float)
        return Cell(_number(value, "share" if share else name), right=True)
    if isinstance(value, str):
        short = value[:7] if name == "sha" else value
        return Cell(
            mark(line(short, VALUE)) if name == "importance" else line(short, VALUE)
        )
    if hasattr(value, "strftime"):
        # pandas' missing time has no year that is one.
        return Cell(f"{value:%Y-%m-%d %H:%M}" if value == value else "–", right=True)
    if hasattr(value, "__len__"):
        return Cell(f"{len(value):,}", right=True)
    return Cell("–", right=True)


def _number(value: float, name: str) -> str:
    """Return a number as people write it."""
    if value != value:
        return "–"
    if name in _SHARES:
        return f"{100 * value:.0f} %"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2g}"


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
