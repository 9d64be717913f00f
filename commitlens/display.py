"""How a history shows itself, in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .markdown import clean
from .schema import CHANGE_TYPES, TIERS

if TYPE_CHECKING:
    from .history import History

#: How many of the newest commits are shown.
SHOWN = 10
#: Characters of a subject.
SUBJECT = 80


def history_text(history: History) -> str:
    """Return a few lines: repository, range, counts, warnings, newest commits.

    Examples
    --------
    >>> print(history_text(history))
    History of octo/demo: 2 commits, 3 files, 2026-01-05 to 2026-01-05 (UTC)
    """
    head, *notes = _facts(history)
    rows = ["  ".join(row) for row in _newest(history)]
    return "\n".join([head, *(f"  {note}" for note in notes), *rows])


def history_html(history: History) -> str:
    """Return the same as HTML; everything that commits wrote is escaped."""
    from html import escape

    def text(value: str) -> str:
        # In a notebook MathJax would read what stands between two of these.
        return (
            escape(value)
            .replace("$", "<span>$</span>")
            .replace("\\", "<span>&#92;</span>")
        )

    def row(cells: Iterable[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{text(cell)}</{tag}>' for cell in cells)}</tr>"

    head, *notes = map(text, _facts(history))
    titles = _titles(history)
    body = "".join(row(cells, "td") for cells in _newest(history))
    return (
        f"<p><strong>{head}</strong>{''.join(f'<br>{note}' for note in notes)}</p>"
        f"<table><thead>{row(titles, 'th')}</thead><tbody>{body}</tbody></table>"
    )


def _facts(history: History) -> list[str]:
    commits = history.commits
    repos = [*commits["repo"].unique()] or [*history.repositories] or ["no repository"]
    days = ""
    if len(commits):
        landed = commits["landed_at"]
        days = f", {landed.min():%Y-%m-%d} to {landed.max():%Y-%m-%d} (UTC)"
    facts = [
        f"History of {_line(', '.join(repos))}: {_count(len(commits), 'commit')}, "
        f"{_count(len(history.files), 'changed file')}{days}"
    ]
    for column, order in (
        ("importance", reversed(TIERS)),
        ("change_type", CHANGE_TYPES),
    ):
        if column in commits:
            counts = commits[column].value_counts()
            found = [f"{name} {counts[name]}" for name in order if counts.get(name)]
            facts.append(f"{column}: {', '.join(found) or 'none'}")
    return [*facts, *(f"warning: {_line(warning)}" for warning in history.warnings)]


def _titles(history: History) -> list[str]:
    added = [name for name in _ADDED if name in history.commits]
    return ["commit", "landed (UTC)", "author", *(_ADDED[name] for name in added),
            "subject"]  # fmt: skip


#: Columns of later steps, shown where they are present.
_ADDED = {"change_type": "type", "importance": "importance"}


def _newest(history: History) -> list[list[str]]:
    commits = history.commits.iloc[::-1].head(SHOWN)
    columns = [
        [sha[:7] for sha in commits["sha"]],
        [f"{time:%Y-%m-%d %H:%M}" for time in commits["landed_at"]],
        [_line(name)[:24] for name in commits["author_name"].fillna("")],
        *(
            [str(value) for value in commits[name]]
            for name in _ADDED
            if name in commits
        ),
        [_cut(_line(subject)) for subject in commits["subject"].fillna("")],
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _cut(text: str) -> str:
    return text if len(text) <= SUBJECT else text[: SUBJECT - 1].rstrip() + "…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
