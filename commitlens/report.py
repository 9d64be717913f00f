"""A day's commits and what there is to say of them, as Markdown or HTML.

The report is written from facts alone and in one order, whatever the language:
`zh` and `en` differ in their words only. Everything that a commit wrote passes
through `commitlens.markdown` on its way into the templates.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from .byline import byline, notice
from .dates import (
    DateLike,
    day_bounds,
    day_of,
    zone,
    zone_name,
)
from .day import Brief, brief, day_lines, titles
from .errors import InputError
from .history import History
from .markdown import cell, clean, code, escape, html, label, link
from .period import LEAD, between, one_repo, period_of, scored
from .recent import Recent, figures, recent_days, trend_line
from .schema import CHANGE_TYPES
from .sections import Tier, by_tier, make_rows
from .wording import Words, count, load_words

if TYPE_CHECKING:
    import jinja2

    from .llm import Message, Model
    from .planning import Plan
    from .statements import Analysis
    from .written import Written

LANGUAGES = ("en", "zh")

#: In the table of a period with more commits than this, a message is one line.
MANY_COMMITS = 60
#: Where the pictures of a page stand: before this.
_CONTENTS = '<a id="contents"></a>'


@dataclass(frozen=True)
class Report:
    """A report: it shows itself in a notebook, and can be saved.

    Attributes
    ----------
    markdown : str
        The report.
    repo : str
        Whose commits it shows.
    label : str
        The day, such as ``2026-02-10``, or the range, such as
        ``2026-02-09..2026-02-15``; also the name of its file.
    since, until : datetime.datetime
        The first instant of the period, and the first after it, in UTC.
    lang, tz : str
        Language, and the name of the zone of the days.
    counts : mapping of str to int
        Commits by tier, high first.
    warnings : tuple of str
        What is incomplete; the report says it at its top.
    key : str
        Which repository of that name it is; see `Repository.key`.
    degraded : bool
        Whether it is less than was asked for: what was fetched before had to
        do, because the remote could not be reached, or a model that was asked
        did not write all analyses.
    figures : str
        The pictures of its page, as HTML; Markdown has none.
    written : Written or None
        What a model wrote, and what that took; None without one.
    plan : Plan or None
        What a model would be asked and cost, when that was asked for.
    prompts : tuple
        What it would be sent, when that was asked for: the shas and the messages
        of each request.
    """

    markdown: str
    repo: str
    label: str
    since: dt.datetime
    until: dt.datetime
    lang: str
    tz: str
    counts: Mapping[str, int]
    warnings: tuple[str, ...] = ()
    key: str = ""
    degraded: bool = False
    figures: str = ""
    written: Written | None = None
    plan: Plan | None = None
    prompts: tuple[tuple[tuple[str, ...], list[Message]], ...] = ()

    def __str__(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {tier}" for tier, count in self.counts.items())
        return f"<Report of {self.repo}, {self.label} ({self.tz}): {counts}>"

    def _repr_markdown_(self) -> str:
        return self.markdown

    def _repr_html_(self) -> str:
        # What a commit wrote cannot hold the mark: its angles are escaped.
        above, mark, below = self.markdown.partition(_CONTENTS)
        return html(above) + self.figures + (html(mark + below) if mark else "")

    def to_html(self) -> str:
        """Return the report as one page that needs nothing from elsewhere."""
        title = f"{clean(self.repo)} {self.label}"
        return _template("report.html.jinja").render(
            lang=self.lang, title=title, body=self._repr_html_()
        )

    def save(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        data: str | os.PathLike[str] | None = None,
        format: str | None = None,
    ) -> Path:
        """Write the report to a file, whole or not at all, and return its path.

        Parameters
        ----------
        path : path-like, optional
            The file; missing folders are made. Left out:
            ``reports/YYYY/<repo>/<label>.md`` of the data folder, where ``<repo>``
            is the short name of the repository, or a longer one when another
            repository of that name has reports there.
        data : path-like, optional
            The data folder; see `commitlens.data.data_folder`.
        format : {"md", "html"}, optional
            Default: by the ending of `path`, else ``"md"``.

        Raises
        ------
        InputError
            When the format is another one.

        Examples
        --------
        >>> report.save("today.html")
        PosixPath('today.html')
        """
        from .export import write_file

        if format is None:
            ending = Path(path or "").suffix.lower()
            format = "html" if ending in (".html", ".htm") else "md"
        if format not in ("md", "html"):
            msg = f"unknown format {format!r}: expected 'md' or 'html'"
            raise InputError(msg)
        text = self.to_html() if format == "html" else self.markdown
        target = Path(path) if path else self._path(data, format)
        target.expanduser().parent.mkdir(parents=True, exist_ok=True)
        return write_file(target, text.encode())

    def _path(self, data: str | os.PathLike[str] | None, format: str) -> Path:
        """Return the path of the report in the data folder.

        Repositories may share a short name. A folder is of the one that took it
        first, which a file in it says; the next one takes a longer name.
        """
        from .data import data_folder
        from .export import write_file

        year = Path(data_folder(data), "reports", self.label[:4])
        key = self.key or self.repo
        for name in (self.repo.rstrip("/").rpartition("/")[2], self.repo, key):
            folder = year / (re.sub(r"[^\w.-]+", "-", name).strip("-.") or "repository")
            owner = folder / ".repository"
            if not owner.exists():
                folder.mkdir(parents=True, exist_ok=True)
                write_file(owner, f"{key}\n".encode())
            if owner.read_text("utf-8", "replace").strip() == key:
                break
        return folder / f"{self.label}.{format}"


def daily_report(
    history: History,
    date: DateLike | None = None,
    *,
    since: DateLike | None = None,
    until: DateLike | None = None,
    tz: str | dt.tzinfo | None = None,
    lang: str = "en",
    now: dt.datetime | None = None,
    model: str | Model | None = None,
    model_options: Mapping[str, float] | None = None,
    budget: str | float | None = None,
    plan: bool = False,
    show_prompt: bool = False,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Report:
    """Write the report of the commits that landed on a day, or in a range.

    Parameters
    ----------
    history : History
        Of one repository. Scored (`commitlens.score`), or else it is scored here.
    date : str, datetime.date or pandas.Timestamp, optional
        The day: ``2026-02-10``, ``today`` or ``yesterday``. Default: the last day
        with commits.
    since, until : str, datetime.date, datetime.datetime or pandas.Timestamp, optional
        A range instead: days are whole and both included, instants are exact.
    tz : str or datetime.tzinfo, optional
        The zone of the days and of all times shown; default: the machine's.
    lang : {"en", "zh"}, default "en"
        The language.
    now : datetime.datetime, optional
        The aware time that ``today`` starts from; default: the clock's.
    model : str or Model, optional
        Who writes the analyses, as litellm names models (``openai/gpt-4o-mini``);
        see `commitlens.write_analyses`. Default: they are made from evidence.
    model_options : mapping, optional
        Fields of `commitlens.Model` by name: ``{"timeout": 30}``.
    budget : str or float, optional
        The most that the model may cost: ``"0.50"`` (US dollars) or
        ``"200k-tokens"``. What is beyond it rests on evidence.
    plan : bool, default False
        Send nothing: the report is the one from evidence, and its ``plan`` says
        what the model would be asked and cost; prints as a table.
    show_prompt : bool, default False
        Send nothing: the report is the one from evidence, and its ``prompts`` are
        exactly what would be sent. A model need not be named.
    data : path-like, optional
        The data folder, where a model's answers are kept.
    progress : bool, optional
        As in `commitlens.progress.bar`.

    Returns
    -------
    Report
        The same history and arguments give the same bytes.

    Raises
    ------
    InputError
        When an argument is not what is described here.

    Examples
    --------
    >>> daily_report(history, "2026-02-10", tz="Asia/Shanghai", lang="zh").save()
    """
    if lang not in LANGUAGES:
        msg = f"unknown lang {lang!r}: expected 'en' or 'zh'"
        raise InputError(msg)
    if date is not None and (since is not None or until is not None):
        msg = "a report is of a date or of a range, got both; give one of the two"
        raise InputError(msg)
    from .analysis import analyse

    repo = one_repo(history)
    where = zone(tz)
    start, end, label = period_of(history, date, since, until, where, now)
    part = scored(between(history, start, end))
    words = load_words(lang)
    written = planned = None
    shown: tuple[tuple[tuple[str, ...], list[Message]], ...] = ()
    if plan or show_prompt:
        from .planning import plan_analyses, prompts
        from .written import chosen_model

        if plan:
            planned = plan_analyses(
                part, model=model, model_options=model_options, lang=lang, data=data
            )
        if show_prompt:
            asked = model and chosen_model(model, options=model_options)
            shown = tuple(prompts(part, lang=lang, model=asked))
    if model is None or plan or show_prompt:
        analyses: Sequence[Analysis] = analyse(part)
    else:
        from .written import write_analyses  # needs what the extra [llm] brings

        written = write_analyses(
            part, model=model, model_options=model_options, lang=lang,
            budget=budget, data=data, progress=progress,
        )  # fmt: skip
        part, analyses = written.apply(part), written.analyses
    rows = make_rows(part, analyses, where, words)
    tiers = by_tier(rows, words)
    key = "heading_range" if ".." in label else "heading"
    source = history.repositories.get(repo)
    called = titles(part)
    short = brief(
        day_lines(part, analyses, rows, called), rows, words, called=called,
        web_url=source.web_url if source else None, heading=key,
    )  # fmt: skip
    recent = None
    if day_bounds(day_of(start, where), where) == (start, end):
        recent = recent_days(history, day_of(start, where), where, capped=LEAD)
    return Report(
        markdown=_render(
            part,
            tiers,
            words,
            repo=repo,
            label=label,
            tz=where,
            brief=short,
            recent=recent,
            written=written,
        ),
        figures=figures(rows, recent, words),
        repo=repo,
        label=label,
        since=start,
        until=end,
        lang=lang,
        tz=zone_name(where),
        counts={tier.name: len(tier.rows) for tier in tiers},
        warnings=history.warnings,
        key=source.key if source else repo,
        degraded=any(warning.startswith("stale") for warning in history.warnings)
        or bool(written and written.failures),
        written=written,
        plan=planned,
        prompts=shown,
    )


def _render(
    history: History,
    tiers: list[Tier],
    words: Words,
    *,
    repo: str,
    label: str,
    tz: dt.tzinfo,
    brief: Brief,
    recent: Recent | None,
    written: Written | None,
) -> str:
    rows = sorted(
        (row for tier in tiers for row in tier.rows), key=lambda row: row.place
    )
    key = "title_range" if ".." in label else "title"
    kinds = Counter(row.change_type for row in rows)
    text = _template("report.md.jinja").render(
        title=words[key].format(day=label),
        repo=repo,
        zone=zone_name(tz),
        words=words,
        count=partial(count, words),
        warnings=history.warnings,
        rows=rows,
        tiers=tiers,
        brief=brief,
        trend=trend_line(recent, words) if recent else "",
        notice=notice(written, words) if written else "",
        byline=byline(written, words) if written else "",
        short=len(rows) > MANY_COMMITS,
        types=[
            (words["types"][kind], kinds[kind]) for kind in CHANGE_TYPES if kinds[kind]
        ],  # fmt: skip
        authors=history.commits["author_name"].nunique(),
        merges=sum(row.is_merge for row in rows),
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def _template(name: str) -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("commitlens"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown: each value passes through a filter instead
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"md": escape, "label": label, "cell": cell, "code": code}
    environment.globals |= {"link": link}
    return environment.get_template(name)
