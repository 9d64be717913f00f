"""What changed in a range, by theme: a week, a release, a quarter.

Every commit of the range stands in one theme, so the numbers add up. What was
added and taken back inside the range is told as that. Each statement names the
commits that it rests on.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .dates import DateLike, zone, zone_name
from .day import titles
from .errors import InputError
from .markdown import clean, code, escape, html, label, link
from .period import one_repo, scored, select_period
from .sections import page_url
from .statements import render
from .themes import OTHER, Point, by_theme, groups, weighed
from .wording import Words, count, load_words

if TYPE_CHECKING:
    import pandas as pd

    from .history import History
    from .llm import Model
    from .statements import Statement
    from .written import Written

#: What commits can be told by.
BY = ("theme", "area", "author")

#: Titles of a group, short names of commits after them, and names of things.
TITLES, SHORT, NAMES = 3, 12, 8


@dataclass(frozen=True)
class Summary:
    """What changed in a range: it shows itself in a notebook and as text.

    Attributes
    ----------
    repo, label, tz, lang : str
        Whose commits, of which range, in which zone, and the language shown.
    points : tuple of Point
        The statements, theme by theme.
    numbers : mapping of str to int
        ``commits``, ``authors``, ``merges``, ``files``, ``insertions``,
        ``deletions``.
    warnings : tuple of str
        What is incomplete.
    written : Written or None
        What a model wrote of the commits that are named; None without one.
    """

    repo: str
    label: str
    tz: str
    lang: str
    points: tuple[Point, ...]
    numbers: Mapping[str, int]
    warnings: tuple[str, ...] = ()
    written: Written | None = None
    _titles: Mapping[str, str] = field(default_factory=dict, repr=False)
    _urls: Mapping[str, str | None] = field(default_factory=dict, repr=False)

    def to_markdown(self, *, lang: str | None = None) -> str:
        """Return the summary as Markdown, in its own language or in another."""
        return "\n".join(self._lines(lang, _Markdown(self._titles, self._urls))) + "\n"

    def to_html(self, *, lang: str | None = None) -> str:
        """Return the summary as a piece of HTML."""
        return html(self.to_markdown(lang=lang))

    def to_frame(self) -> pd.DataFrame:
        """Return which commits each statement rests on.

        Returns
        -------
        pandas.DataFrame
            One row a statement and commit: ``theme``, ``kind``, ``name``,
            ``statement`` (its number) and ``sha``. Kinds ``commit`` and
            ``group`` have every commit of the range once.
        """
        import pandas as pd

        rows = [
            (point.theme, point.kind, point.name, number, sha)
            for number, point in enumerate(self.points)
            for sha in point.shas
        ]
        names = ["theme", "kind", "name", "statement", "sha"]
        return pd.DataFrame(rows, columns=names)

    def __str__(self) -> str:
        return "\n".join(self._lines(None, _Text(self._titles, self._urls)))

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return self.to_html()

    def _lines(self, lang: str | None, ink: _Text) -> Iterator[str]:
        words = load_words(_language(lang or self.lang))
        said = self._said() if words["lang"] == self.lang else {}
        table = words["summary"]
        yield f"{ink.heading(2)}{ink.text(self.repo)} {self.label}"
        yield ""
        for warning in self.warnings:
            yield f"⚠️ {ink.text(warning)}"
            yield ""
        if not self.numbers["commits"]:
            yield words["empty"]
            return
        yield table["numbers"].format(
            commits=count(words, "commits", self.numbers["commits"]),
            authors=count(words, "authors", self.numbers["authors"]),
            merges=count(words, "merges", self.numbers["merges"]),
            files=count(words, "files", self.numbers["files"]),
            added=self.numbers["insertions"],
            removed=self.numbers["deletions"],
        )
        theme = None
        for point in self.points:
            if point.theme != theme:
                theme = point.theme
                yield ""
                yield f"{ink.heading(3)}{table['themes'][theme]}"
                yield ""
            yield f"- {_sentence(point, ink, words)}{_told(point, said, ink, words)}"

    def _said(self) -> dict[str, Statement]:
        """Return what a model said of commits, as far as it was found in them."""
        some = self.written.analyses if self.written else ()
        return {
            one.sha: statement
            for one in some
            if one.source == "model"
            for statement in one.statements
            if (statement.field, statement.message) == ("summary", "claim")
        }


class _Text:
    """How a summary is written for a terminal."""

    def __init__(
        self, titles: Mapping[str, str], urls: Mapping[str, str | None]
    ) -> None:
        self.titles, self.urls = titles, urls

    def heading(self, level: int) -> str:
        return ""

    def text(self, value: str) -> str:
        return " ".join(clean(value).split())

    def code(self, value: str) -> str:
        return self.text(value)

    def strong(self, value: str) -> str:
        return value

    def title(self, sha: str) -> str:
        return f"{self.text(self.titles[sha])} {self.short(sha)}"

    def short(self, sha: str) -> str:
        return f"[{sha[:7]}]"


class _Markdown(_Text):
    """How a summary is written as Markdown."""

    def heading(self, level: int) -> str:
        return "#" * level + " "

    def text(self, value: str) -> str:
        return escape(value)

    def code(self, value: str) -> str:
        return code(value)

    def strong(self, value: str) -> str:
        return f"**{value}**"

    def title(self, sha: str) -> str:
        url = self.urls[sha]
        if url:
            return link(label(self.titles[sha]), url)
        return f"{escape(self.titles[sha])} {code(sha[:7])}"

    def short(self, sha: str) -> str:
        url = self.urls[sha]
        return link(code(sha[:7]), url) if url else code(sha[:7])


def _sentence(point: Point, ink: _Text, words: Words) -> str:
    """Return a statement in a language, with links to its commits."""
    table = words["summary"]
    if point.kind == "commit":
        place = f"{ink.text(point.name)}{words['colon']}" if point.name else ""
        return place + ink.title(point.shas[0])
    if point.kind == "group":
        name = point.name
        if point.theme == "rest":
            name = {**words["types"], **table["names"]}[name]
        name = table["names"].get(name, name) if name in (OTHER, ".") else name
        head = f"{ink.strong(ink.text(name))} ({len(point.shas)}){words['colon']}"
        named = point.shas[:TITLES] if point.theme != "rest" else ()
        parts = [ink.title(sha) for sha in named]
        short = [ink.short(sha) for sha in point.shas[len(named) :][:SHORT]]
        left = len(point.shas) - len(named) - len(short)
        if short:
            parts.append(" ".join(short))
        if left > 0:
            parts.append(count(words, "left", left))
        return head + words["stop"].join(parts)
    shown = [ink.code(name) for name in point.names[:NAMES]]
    if (left := len(point.names) - len(shown)) > 0:
        shown.append(count(words, "left", left))
    said = table[point.kind].format(names=words["day"]["list"].join(shown))
    links = " ".join(ink.short(sha) for sha in point.shas[:SHORT])
    return f"{said}{words['open']}{links}{words['close']}"


def _told(point: Point, said: Mapping[str, Statement], ink: _Text, words: Words) -> str:
    """Return what a model said of the one commit of a statement, if it did."""
    if point.kind != "commit" or point.shas[0] not in said:
        return ""
    text = render(said[point.shas[0]], words["lang"], text=ink.text, code=ink.code)
    return f"{words['colon']}{text}"


def summarize(
    history: History,
    *,
    since: DateLike | None = None,
    until: DateLike | None = None,
    by: str = "theme",
    tz: str | dt.tzinfo | None = None,
    lang: str = "en",
    top: int = 8,
    now: dt.datetime | None = None,
    model: str | Model | None = None,
    budget: str | float | None = None,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Summary:
    """Say what changed in a range: a week, a release, a quarter.

    Parameters
    ----------
    history : History
        Of one repository, covering the range. Scored (`commitlens.score`), or
        else the range is scored here.
    since, until : str, datetime.date or datetime.datetime, optional
        Days (whole, both included) or instants; or revisions such as tags, then
        the range is what `until` has and `since` has not. Default: all of the
        history.
    by : {"theme", "area", "author"}, default "theme"
        Themes are breaking changes, security, new capabilities, performance,
        fixes by area, what users can set, dependencies, and the rest in
        numbers. Areas are scopes that authors name, else parts of the tree.
    tz : str or datetime.tzinfo, optional
        The zone of the days; default: the machine's.
    lang : {"en", "zh"}, default "en"
        The language in which it shows itself.
    top : int, default 8
        How many commits or groups of a theme are told one by one, the weightiest
        first; breaking and security are told in full.
    now : datetime.datetime, optional
        The aware time that ``today`` starts from; default: the clock's.
    model : str or Model, optional
        Who writes a sentence on each commit that is named by itself, checked
        against it as in a report (`commitlens.write_analyses`). Default: nobody;
        a commit is told by its title.
    budget : str or float, optional
        The most that the model may cost: ``"0.50"`` or ``"200k-tokens"``.
    data : path-like, optional
        The data folder, where a model's answers are kept.
    progress : bool, optional
        As in `commitlens.progress.bar`.

    Returns
    -------
    Summary
        With ``to_markdown(lang=)``, ``to_html(lang=)`` and ``to_frame()``.

    Raises
    ------
    InputError
        When an argument is not what is described here.

    Examples
    --------
    >>> summarize(history, since="2026-02-09", until="2026-02-15", tz="UTC")
    >>> print(summarize(history, since="v1.0", until="v1.1").to_markdown(lang="zh"))
    """
    _language(lang)
    if by not in BY:
        msg = f"unknown by {by!r}: expected one of {', '.join(BY)}"
        raise InputError(msg)
    if top < 1:
        msg = f"top must be at least 1, got {top}"
        raise InputError(msg)
    repo = one_repo(history)
    where = zone(tz)
    part, name, lost = select_period(history, since, until, where, now)
    part = scored(part)
    commits = part.commits
    rows = weighed(part)
    source = history.repositories.get(repo)
    web_url = source.web_url if source else None
    points = by_theme(rows, part, top) if by == "theme" else groups(by, rows, by, top)
    written = None
    warnings = (*history.warnings, *lost)
    if model is not None:
        from .written import write_analyses  # needs what the extra [llm] brings

        named = {point.shas[0] for point in points if point.kind == "commit"}
        written = write_analyses(
            part.replace(commits=commits[commits["sha"].isin(named)].reset_index(drop=True)),
            model=model, lang=lang, budget=budget, data=data, progress=progress,
        )  # fmt: skip
        warnings = (*warnings, *written.told()[1:])
    return Summary(
        repo=repo,
        label=name,
        tz=zone_name(where),
        lang=lang,
        points=tuple(points),
        numbers={
            "commits": len(rows),
            "authors": int(commits["author_name"].nunique()),
            "merges": int(commits["is_merge"].sum()),
            "files": int(part.files["path"].nunique()),
            "insertions": int(commits["insertions"].sum()),
            "deletions": int(commits["deletions"].sum()),
        },
        warnings=warnings,
        written=written,
        _titles=titles(part),
        _urls={row["sha"]: page_url(web_url, row["sha"]) for row in rows},
    )


def _language(lang: str) -> str:
    if lang not in ("en", "zh"):
        msg = f"unknown lang {lang!r}: expected 'en' or 'zh'"
        raise InputError(msg)
    return lang
