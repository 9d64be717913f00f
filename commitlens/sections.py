"""The commits of a period as the rows, sections and tiers of a report.

A row holds plain facts and ready pieces of Markdown; the templates of
`commitlens.report` only lay them out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .markdown import clean, code, escape, label, link
from .schema import TIERS, require_columns
from .wording import Words, count, translate, turning

if TYPE_CHECKING:
    from .analysis import Analysis
    from .history import History

#: Of the low commits, more than this many share one table instead of sections.
MANY_LOW = 15
#: How long a message may be: a heading, an entry of the contents, a line and all
#: lines in the commit table.
TITLE, ENTRY, LINE, LINES = 160, 72, 240, 6
#: Reasons told of a score, weightiest first; its parts are all shown.
REASONS = 4
#: Characters of a body that are looked at; some hold whole logs.
MOST = 20_000

#: Fields in the order of a section.
FIELDS = (
    "summary",
    "scope",
    "architecture",
    "performance",
    "security",
    "maintainability",
    "risk",
    "advice",
    "links",
    "source",
)

#: Where a forge shows a commit, a request to merge and an issue, by what its
#: host is called; the first that fits.
_FORGES = (
    (r"(^|\.)github\.", "commit/", "pull/", "issues/"),
    (r"gitlab|salsa\.debian", "-/commit/", "-/merge_requests/", "-/issues/"),
    (r"(^|\.)bitbucket\.", "commits/", "pull-requests/", "issues/"),
    (r"codeberg|gitea|forgejo|gitee", "commit/", "pulls/", "issues/"),
    (r"\.googlesource\.com$", "+/", None, None),
)
_KINDS = ("commit", "request", "issue")
#: Messages of an analysis whose names are numbers that a forge has pages for.
_NUMBERED = {"pull_request": "request", "fixes_issue": "issue"}

#: Columns of a scored history that a report shows.
_NEEDED = (
    *("change_type", "type_reason", "breaking", "security"),
    *("importance", "importance_score", "importance_reasons"),
)
#: Lines of a body that say who passed the commit on, not what it does.
_PASSED_ON = re.compile(
    r"([\w-]*-(by|on|to|id|result|submit|queue)|cc)\s*:"
    r"|\(cherry picked from commit |[-=_*]{3,}\s*$",
    re.IGNORECASE,
)
#: What a table of messages has no room for: comments of a form, blocks of code.
_LEFT_OUT = re.compile(r"<!--.*?-->|^ *(```|~~~).*?(^ *\1.*?$|\Z)", re.DOTALL | re.M)
#: Headings of the forms that projects have people fill in.
_FORM = re.compile(
    r"(pr |pull request )?(summary|goals?|description|motivation|overview|background"
    r"|context|rationale|details|what|why|how|notes?|changes|what changed|changelog"
    r"|type of change|test(ing| plan)?|related issues?|checklist)\W*|.*\?\s*",
    re.IGNORECASE,
)
_STARTS_LINE = re.compile(r"\s*[-*+•>|#]|\s*\d+[.)]|\s{4}|[\w-]+: ")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One commit as a report shows it; text is as the commit wrote it."""

    place: int  # in the report, newest first
    sha: str
    anchor: str
    url: str | None
    time: str
    authored: str  # empty when it was written on the day it landed
    author: str
    title: str
    short_title: str
    lines: tuple[str, ...]
    within: bool  # landed by a merge above it
    lands: int  # commits that this one landed with it
    is_merge: bool
    size: str
    tier: str
    tier_name: str
    change_type: str
    type_name: str
    basis: str
    flags: tuple[str, ...]
    score: str
    parts: tuple[str, ...]
    reasons: tuple[str, ...]
    turns: str  # what would put it into another tier
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    moved: str = ""  # the tier by evidence, where a model moved it to another
    by_model: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What a row of a table says of it, beside its title."""
        # By whom it is told only where it is not by the model that was asked.
        told = ("summary", "links") if self.by_model else ("links", "source")
        return tuple(
            note for field, notes in self.fields if field in told for note in notes
        )


@dataclass(frozen=True, kw_only=True)
class Tier:
    """The rows of one tier: with a section each, or together in a table."""

    name: str
    title: str
    heading: str
    anchor: str
    rows: tuple[Row, ...]
    sections: tuple[Row, ...]
    compact: tuple[Row, ...]
    compact_heading: str


def make_rows(
    history: History, analyses: Iterable[Analysis], tz: dt.tzinfo, words: Words
) -> list[Row]:
    """Return a row for each commit of a scored history, newest first.

    Parameters
    ----------
    history : History
        Of the period alone, scored.
    analyses : iterable of Analysis
        What there is to say of its commits.
    tz : datetime.tzinfo
        The zone of the times.
    words : mapping
        As `commitlens.wording.load_words` gives them.
    """
    commits = history.commits
    require_columns(commits, _NEEDED, made_by="score()")
    parts = [
        column
        for column in commits
        if column.startswith("score_") and column != "importance_score"
    ]
    records = commits.iloc[::-1].to_dict("records")
    known = {analysis.sha: analysis for analysis in analyses}
    landings = _landings(records)
    web = {name: repo.web_url for name, repo in history.repositories.items()}
    anchors = _anchors([record["sha"] for record in records])
    rows = []
    for place, record in enumerate(records):
        sha, tier = record["sha"], record["importance"]
        base = web.get(record["repo"])
        url = page_url(base, sha)
        landed = _local(record["landed_at"], tz)
        authored = _local(record["authored_at"], tz)
        title, lines = message(record["subject"], record["body"])
        title = title or words["table"]["no_message"]
        lands = landings.get(sha, 0)

        refer = partial(reference, anchors=anchors, web_url=base)
        rows.append(
            Row(
                place=place,
                sha=sha,
                anchor=anchors[sha],
                url=url,
                time=f"{landed:%Y-%m-%d %H:%M:%S}",
                authored=(
                    f"{authored:%Y-%m-%d %H:%M}"
                    if authored.date() != landed.date()
                    else ""
                ),
                author=_string(record["author_name"]),
                title=_trim(title, TITLE),
                short_title=_trim(title, ENTRY),
                lines=lines,
                within=lands < 0,
                lands=max(lands, 0),
                is_merge=bool(record["is_merge"]),
                size=_size(record, words),
                tier=tier,
                tier_name=words["tiers"][tier],
                change_type=record["change_type"],
                type_name=words["types"][record["change_type"]],
                basis=_basis(record, words),
                flags=tuple(
                    words["labels"][flag]
                    for flag in ("breaking", "security")
                    if record[flag]
                ),
                score=_number(record["importance_score"]),
                parts=tuple(
                    f"{_part(part, words)} {_number(record[part], signed=True)}"
                    for part in parts
                    if record[part] == record[part] and round(record[part], 1)
                ),
                reasons=tuple(
                    translate(reason, words)
                    for reason in record["importance_reasons"][:REASONS]
                ),
                turns=turning(record.get("tier_turns"), words),
                fields=_fields(known.get(sha), words, refer, base),
                moved=_moved(known.get(sha), words),
                by_model=sha in known and known[sha].source == "model",
            )
        )
    return rows


def by_tier(rows: list[Row], words: Words) -> list[Tier]:
    """Return the tiers, high first, each with its rows.

    Low merges have no sections: what they landed has. Nor do low commits
    when there are many.
    """
    tiers = []
    for name in reversed(TIERS):
        own = [row for row in rows if row.tier == name]
        plain = [row for row in own if not row.is_merge]
        many = name == "low" and len(plain) > MANY_LOW
        compact = [row for row in own if name == "low" and (many or row.is_merge)]
        tiers.append(
            Tier(
                name=name,
                title=words["tiers"][name],
                heading=words["headings"][name].format(n=len(own)),
                anchor=f"tier-{name}",
                rows=tuple(own),
                sections=tuple(row for row in own if row not in compact),
                compact=tuple(compact),
                compact_heading=words["headings"]["merges"].format(n=len(compact)),
            )
        )
    return tiers


def message(subject: object, body: object) -> tuple[str, tuple[str, ...]]:
    """Return a commit's title, and the lines of its body that a table shows.

    Wrapped lines become one again; sign-offs and the like are dropped, and so
    is what goes beyond a few lines.

    Examples
    --------
    >>> message("fix: x", "One\\nline.\\n\\nSigned-off-by: Ada <ada@example.org>")
    ('fix: x', ('One line.',))
    """
    lines: list[str] = []
    joined = False
    text = _LEFT_OUT.sub("", clean(_string(body)[:MOST]))
    for line in text.split("\n"):
        heading = re.match(r"#{1,6} +", line)
        if heading and not _FORM.fullmatch(line, heading.end()):
            lines.append(line[heading.end() :].strip(" #"))
            joined = False
        elif heading or not line.strip() or _PASSED_ON.match(line):
            joined = False
        elif joined and not _STARTS_LINE.match(line):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
            joined = True
    short = [_trim(line, LINE) for line in lines[:LINES]]
    if len(lines) > LINES:
        short.append("…")
    return " ".join(clean(_string(subject)).split()), tuple(short)


def page_url(web_url: str | None, name: str, kind: str = "commit") -> str | None:
    """Return where a forge shows a thing, None where that is not known.

    Parameters
    ----------
    web_url : str or None
        The page of the repository; links are made to https only.
    name : str
        A sha or a number.
    kind : {"commit", "request", "issue"}, default "commit"
        What it is the name of.
    """
    parts = urlsplit(web_url or "")
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        return None
    for host, *paths in _FORGES:
        if re.search(host, parts.hostname):
            path = paths[_KINDS.index(kind)]
            return f"{(web_url or '').rstrip('/')}/{path}{name}" if path else None
    return None


def reference(sha: str, *, anchors: Mapping[str, str], web_url: str | None) -> str:
    """Return a link to a commit: to its place in the report, else to its page.

    Parameters
    ----------
    sha : str
        The commit, or how its name begins.
    anchors : mapping of str to str
        The ids of the commits in the report.
    web_url : str or None
        The page of the repository.
    """
    full = next((name for name in anchors if name.startswith(sha)), "")
    url = f"#{anchors[full]}" if full else page_url(web_url, sha)
    return link(code(sha[:7]), url) if url else code(sha[:7])


def _basis(record: dict[str, Any], words: Words) -> str:
    """Return why the change type is what it is, unless its author says just that."""
    reason = _string(record["type_reason"])
    if re.fullmatch(r"the author's prefix '[^']*'", reason):
        return ""
    return translate(reason, words)


def _landings(records: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many commits each landed; -1 for those that were landed.

    Records are newest first: the first one is on the branch, and so is the first
    parent of each that is; what stands between two of them came with the upper.
    """
    known = {record["sha"] for record in records}
    result: dict[str, int] = {}
    upper: dict[str, Any] = {"landed_at": None}
    expected = None
    for record in records:
        # Beyond the last known first parent, only what landed with it is its own.
        other = record["landed_at"] != upper["landed_at"]
        if record["sha"] == expected or (expected is None and other):
            parents = record["parents"]
            expected = parents[0] if len(parents) and parents[0] in known else None
            upper = record
            result[record["sha"]] = 0
        else:
            result[upper["sha"]] += 1
            result[record["sha"]] = -1
    return result


def _fields(
    analysis: Analysis | None,
    words: Words,
    refer: Callable[[str], str],
    web_url: str | None,
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the sentences of an analysis by field, in the order of a section."""
    from .analysis import render

    found: dict[str, list[str]] = {}
    for statement in analysis.statements if analysis else ():
        kind = _NUMBERED.get(statement.message)

        def text(value: str, kind: str | None = kind) -> str:
            number = re.fullmatch(r"[#!]?(\d+)", value) if kind else None
            url = page_url(web_url, number[1], kind) if number and kind else None
            return link(label(value), url) if url else escape(value)

        sentence = render(statement, words["lang"], text=text, code=code, commit=refer)
        found.setdefault(statement.field, []).append(sentence)
    return tuple((field, tuple(found[field])) for field in FIELDS if field in found)


def _moved(analysis: Analysis | None, words: Words) -> str:
    """Return the tier by evidence of a commit that is shown in another."""
    if analysis is None or analysis.evidence_tier in ("", analysis.tier):
        return ""
    return str(words["tiers"][analysis.evidence_tier])


def _anchors(shas: list[str]) -> dict[str, str]:
    """Return an id for each commit, longer where the beginnings are the same."""
    length = 12 if len({sha[:12] for sha in shas}) == len(shas) else None
    return {sha: f"c-{sha[:length]}" for sha in shas}


def _local(time: Any, tz: dt.tzinfo) -> dt.datetime:
    moment: dt.datetime = time.to_pydatetime().astimezone(tz)
    return moment


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: float, *, signed: bool = False) -> str:
    value = round(value, 1) or 0.0  # never minus nothing
    text = f"{value:+.1f}" if signed else f"{value:.1f}"
    return text.removesuffix(".0").replace("-", "−")


def _part(column: str, words: Words) -> str:
    key = column.removeprefix("score_")
    return str(words["parts"].get(key, key.replace("_", " ")))


def _size(record: dict[str, Any], words: Words) -> str:
    """Return files and lines touched, as far as git could tell."""
    if record["is_merge"]:
        return ""  # what it landed has sizes of its own
    files, added, removed = (
        _count(record[name]) for name in ("files_changed", "insertions", "deletions")
    )
    pieces = [] if files is None else [count(words, "files", files)]
    if added is not None and removed is not None:
        pieces.append(f"+{added} −{removed}")
    return str(words["comma"]).join(pieces)


def _count(value: Any) -> int | None:
    import pandas as pd

    return None if pd.isna(value) else int(value)


def _trim(text: str, length: int) -> str:
    """Return at most `length` characters, cut between words where there are any."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    space = head.rfind(" ")
    return (head[:space] if space > length * 2 // 3 else head).rstrip() + "…"
