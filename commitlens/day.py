"""The few things that a reader of a day must know, in five lines at the most.

A line is about one commit, or about several that belong together: a repair of
another of the day, what one merge brought, one theme of one place. Lines are
made of facts and of the authors' words alone; sentences are whole or left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from .markdown import clean, code, escape, label, link
from .message import parse
from .prose import sentences, shorten, whole
from .sections import reference
from .statements import Analysis, Sha, Statement, render
from .vocabulary import VERBS
from .wording import Words, count

if TYPE_CHECKING:
    from .history import History
    from .sections import Row

#: Lines of a day, and those of a day with nothing of high importance.
MOST, MOST_MEDIUM = 5, 3
#: Titles that a line names before it counts.
TITLES = 4
#: Characters of a title, and of a sentence; a longer sentence is left out.
TITLE, SENTENCE = 300, 260
#: Words at the beginning of titles that are about one thing.
ALIKE = 3
#: Sentences of a line beside its title.
FACTS = 2

#: What is told of a commit, weightiest first: what a model said of it and was
#: found in it, what its users have to do, what they can do now, then why. Messages
#: of one row say much the same.
_TOLD: tuple[tuple[str, ...], ...] = (
    ("claim",),
    ("breaking_note",),
    ("advisories",),
    ("command_removed",),
    ("option_removed",),
    ("env_removed",),
    ("config_removed",),
    ("platform_changed", "platform_changed_bare"),
    ("keep_default",),
    ("run_migration",),
    ("command_added",),
    ("option_added",),
    ("env_added",),
    ("config_added",),
    ("author_measured",),
    ("explains",),
    ("schema_changed",),
    ("dependency_added", "dependency_added_bare"),
    ("dependency_removed",),
    ("dependency_changed",),
    ("deprecated",),
)
#: How a commit speaks of another: told when both are of the period, and always.
_NEAR = ("repairs", "repaired_by", "follows", "followed_by", "cherry_pick")
_ALWAYS = ("reverts", "reverted_by")


#: With verbs, words of a beginning that name nothing: "add support for".
_COMMON = ("a", "an", "the", "to", "for", "of", "in", "on", "new", "missing", "more")
#: How authors speak of what they do, and of how it is from now on; with "this is"
#: and "this causes" they speak of what was wrong.
_THIS = re.compile(
    r"\W*this (?:(?:commit|change|patch|pr|pull request|series|also|now) )*"
    r"(?!is|was|has|had|does|causes|leads|results|means|happens|breaks|fails|assumes"
    r"|prevents|works|seems|always)[a-z]+(?<!s)s\b",
    re.IGNORECASE,
)
#: What a break asks of users.
_MUST = re.compile(r"\b(?:must|ha(?:ve|s) to|needs? to|should)\b", re.IGNORECASE)
_NOW = re.compile(r"\bnow\b", re.IGNORECASE)
_NOT_NOW = re.compile(r"\b(?:right|until|up to|as of|just|by|for) now\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing to know of a day, before a language is chosen.

    Attributes
    ----------
    shas : tuple of str
        The commits that it is about, the weightiest first.
    tier : str
        Their tier.
    said : tuple of Statement
        Sentences beside their titles.
    topic : str or None
        The merge that brought them, when that is what they share.
    place : str or None
        The scope or area that they share, or the one of a single commit.
    rest : bool
        Whether it only names what the other lines had no room for.
    """

    shas: tuple[str, ...]
    tier: str
    said: tuple[Statement, ...] = ()
    topic: str | None = None
    place: str | None = None
    rest: bool = False


def day_lines(
    history: History,
    analyses: Sequence[Analysis],
    rows: Sequence[Row],
    called: Mapping[str, str],
) -> tuple[Line, ...]:
    """Return the lines of a period, the weightiest first.

    They are of the commits of high importance or, without any, of the
    weightiest of medium importance; without those there are none.

    Parameters
    ----------
    history : History
        Of the period alone, scored.
    analyses : iterable of Analysis
        What there is to say of its commits.
    rows : sequence of Row
        The same commits as a report shows them, newest first.
    called : mapping of str to str
        What each is called; see `titles`.

    Returns
    -------
    tuple of Line
        `MOST` at the most.
    """
    records = {row["sha"]: row for row in history.commits.to_dict("records")}
    tiers = {row.sha: row.tier for row in rows if not row.is_merge or not row.lands}
    tier = next((t for t in ("high", "medium") if t in tiers.values()), None)
    if tier is None:
        return ()
    own = {analysis.sha: analysis for analysis in analyses}
    links = {sha: _links(own.get(sha), records) for sha in records}
    undone = {
        sha for sha in records if any(s.message == "reverted_by" for s, _ in links[sha])
    }

    def weight(sha: str) -> tuple[bool, float, str]:
        # What was taken back on the same day changed nothing.
        return sha not in undone, records[sha]["importance_score"], sha

    chosen = [row.sha for row in rows if tiers.get(row.sha) == tier]
    groups = _Groups(chosen)
    for sha in chosen:
        for _, other in links[sha]:
            groups.join(sha, other)
    topics = _topics(rows)
    for sha, merge in topics.items():
        groups.join(sha, f"topic {merge}")
    if len(groups.found()) > MOST:
        for row in rows:
            if tiers.get(row.sha) == tier:
                for theme in _themes(records[row.sha], called[row.sha]):
                    groups.join(row.sha, f"theme {row.change_type} {theme}")
    lines = []
    for group in groups.found():
        shas = sorted(group, key=weight, reverse=True)
        brought = {topics.get(sha) for sha in shas}
        places = {_place(records[sha]) for sha in shas}
        topic = brought.pop() if len(brought) == 1 and len(shas) > 1 else None
        lines.append(
            Line(
                shas=tuple(shas),
                tier=tier,
                topic=topic,
                place=places.pop() if len(places) == 1 and not topic else None,
                said=_said(
                    own.get(shas[0]),
                    [statement for statement, _ in links[shas[0]]],
                    breaking=bool(records[shas[0]]["breaking"]),
                )
                if len(shas) == 1 or any(other in shas for _, other in links[shas[0]])
                else (),
            )
        )
    lines.sort(key=lambda line: weight(line.shas[0]), reverse=True)
    if tier != "high":
        return tuple(lines[:MOST_MEDIUM])
    if len(lines) > MOST:
        rest = tuple(sha for line in lines[MOST - 1 :] for sha in line.shas)
        lines[MOST - 1 :] = [Line(shas=rest, tier=tier, rest=True)]
    return tuple(lines)


class _Groups:
    """Commits that belong together, by what they share; a union-find."""

    def __init__(self, shas: Iterable[str]) -> None:
        self._shas = list(shas)
        self._up: dict[str, str] = {}

    def _root(self, name: str) -> str:
        while (up := self._up.get(name, name)) != name:
            name = up
        return name

    def join(self, one: str, other: str) -> None:
        self._up[self._root(one)] = self._root(other)

    def found(self) -> list[list[str]]:
        groups = defaultdict(list)
        for sha in self._shas:
            groups[self._root(sha)].append(sha)
        return list(groups.values())


def _links(
    analysis: Analysis | None, records: Mapping[str, Any]
) -> list[tuple[Statement, str]]:
    """Return how a commit speaks of others that are told with it, and of which."""
    found = []
    for statement in analysis.statements if analysis else ():
        other = statement.values.get("commit")  # noqa: PD011 - a mapping
        if not isinstance(other, Sha):
            continue
        full = other if other in records else next(
            (sha for sha in records if sha.startswith(other)), ""
        )  # fmt: skip
        if statement.message in _ALWAYS or (full and statement.message in _NEAR):
            found.append((statement, full or str(other)))
    return found


def _topics(rows: Sequence[Row]) -> dict[str, str]:
    """Return the merge that brought each commit, for those that one brought."""
    topics, merge = {}, None
    for row in rows:
        if not row.within:
            merge = row.sha if row.is_merge else None
        elif merge:
            topics[row.sha] = merge
    return topics


def _themes(record: Mapping[str, Any], title: str) -> Iterator[str]:
    """Yield what a commit may share with others of its type: a place, a beginning."""
    if place := _place(record):
        yield place.lower()
    words = title.lower().split()
    begins = words[:ALIKE]
    if len(words) > ALIKE and {*begins} - {*VERBS, *_COMMON}:
        yield " ".join(begins)


def _place(record: Mapping[str, Any]) -> str | None:
    scope = record["scope"]
    return scope if isinstance(scope, str) and len(scope) <= 40 else None


def _said(
    analysis: Analysis | None, links: Sequence[Statement], *, breaking: bool
) -> tuple[Statement, ...]:
    """Return the weightiest sentences on a commit, its links last."""
    by_message: dict[str, Statement] = {}
    for statement in analysis.statements if analysis else ():
        # Of a model's sentences only the summary says what the commit does.
        if statement.message != "claim" or statement.field == "summary":
            by_message.setdefault(statement.message, statement)
    told = (
        next((by_message[key] for key in keys if key in by_message), None)
        for keys in _TOLD
    )
    whole_ones = (_whole(statement, breaking=breaking) for statement in told)
    short = (s for s in whole_ones if s and len(render(s)) <= SENTENCE)
    return (*islice(short, FACTS), *links)


def _whole(statement: Statement | None, *, breaking: bool) -> Statement | None:
    """Return a statement with the sentences of its text that say what changes.

    Bodies often begin with what was wrong, which alone would mislead.
    """
    if statement is None or "text" not in statement.values:  # noqa: PD011
        return statement
    text, said = statement.values["text"], ""
    for sentence in sentences(str(text)):
        if statement.message == "explains" and not (
            _acts(sentence) or (breaking and _MUST.search(sentence))
        ):
            continue
        if len(said) + len(sentence) >= SENTENCE:
            break
        said += sentence if said[-1:] in ("", *"。！？") else f" {sentence}"
    if not said or "… (+" in said or said.endswith(("…", ":", "：")):
        return None
    return Statement(statement.field, statement.message, {"text": type(text)(said)})


def _acts(sentence: str) -> bool:
    """Whether a sentence tells of the change, not of what was before it."""
    first = re.match(r"\W*([A-Za-z]+)(?<!ing)\b", sentence)
    return bool(
        (first and first[1].lower() in VERBS) or _THIS.match(sentence)
        or (_NOW.search(sentence) and not _NOT_NOW.search(sentence))
    )  # fmt: skip


@dataclass(frozen=True)
class Brief:
    """The lines of a day as they are shown: a heading, a sentence, items."""

    heading: str
    said: str
    lines: tuple[str, ...]


def brief(
    lines: Sequence[Line],
    rows: Sequence[Row],
    words: Words,
    *,
    called: Mapping[str, str],
    web_url: str | None,
    heading: str,
) -> Brief:
    """Return the lines as Markdown.

    Parameters
    ----------
    lines : sequence of Line
        As `day_lines` gives them.
    rows : sequence of Row
        The commits as the report shows them.
    words : mapping
        As `commitlens.wording.load_words` gives them.
    called : mapping of str to str
        What each commit is called; see `titles`.
    web_url : str or None
        The page of the repository, for commits beyond the period.
    heading : str
        Which of the headings it has.
    """
    tier = lines[0].tier if lines else "low"
    said = {"high": "", "medium": words["day"]["medium"], "low": words["day"]["quiet"]}
    anchors = {row.sha: row.anchor for row in rows}
    refer = partial(reference, anchors=anchors, web_url=web_url)
    by_sha = {row.sha: row for row in rows}
    items = [_item(each, by_sha, words, called=called, refer=refer) for each in lines]
    return Brief(words["day"][heading], said[tier], tuple(items))


def _item(
    line: Line,
    by_sha: Mapping[str, Row],
    words: Words,
    *,
    called: Mapping[str, str],
    refer: Callable[[str], str],
) -> str:
    """Return a line as Markdown."""
    table = words["day"]

    def title(sha: str) -> str:
        return link(label(called[sha]), f"#{by_sha[sha].anchor}")

    own = [by_sha[sha] for sha in line.shas]
    names = [*islice(dict.fromkeys(row.type_name for row in own), 2)]
    flags = dict.fromkeys(flag for row in own for flag in row.flags)
    head = table["rest"] if line.rest else table["list"].join([*names, *flags])
    head = f"{words['tiers'][line.tier][0]} **{head}**"
    if line.place:
        head += f"{words['open']}{escape(line.place)}{words['close']}"
    parts = [title(sha) for sha in line.shas[:TITLES]]
    if (left := len(line.shas) - TITLES) > 0:
        parts.append(link(count(words, "left", left), f"#tier-{line.tier}"))
    body = words["stop"].join(parts)
    if line.topic:
        body = f"{title(line.topic)}{words['colon']}{body}"
    told = [
        render(statement, words["lang"], text=escape, code=code, commit=refer)
        for statement in line.said
    ]
    text = table["space"].join(_ended(part, words) for part in [body, *told])
    # An author's full stop asks for a space where ours does not.
    text = re.sub(r"(?<=[.!?])(?=[\u4e00-\u9fff])", " ", text)
    return f"{head}{words['colon']}{text}"


def titles(history: History) -> dict[str, str]:
    """Return what each commit is called: its title without prefix and number.

    A merge is called what its message says that it brings; a commit that says
    nothing by its name.
    """
    called = {sha: sha[:7] for sha in history.commits["sha"]}
    commits = history.commits[["sha", "subject", "body", "is_merge"]]
    for sha, subject, body, is_merge in commits.itertuples(index=False):
        body = body if isinstance(body, str) else ""
        if isinstance(subject, str):
            cut = re.match(r"(.+)…(?: \(#\d+\))?$", subject)
            if cut and body.startswith("…"):  # a title that a forge broke in two
                subject = cut[1] + body[1:].partition("\n")[0]
            text = " ".join(clean(parse(subject, body, is_merge=is_merge).text).split())
            if is_merge:
                text = whole(text, body, limit=TITLE)
            text = re.sub(r"\s*\(#\d+\)$", "", text)
            called[sha] = shorten(text, TITLE).rstrip(".。 ") or called[sha]
    return called


def _ended(text: str, words: Words) -> str:
    """Return a sentence with a mark at its end."""
    bare = text.rstrip("`*_)]")
    return text if bare[-1:] in tuple(".!?。！？…") else text + words["day"]["end"]
