"""The commits of a day or of a range, taken out of a history."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .dates import DateLike, day_bounds, day_of, parse_day, range_bounds
from .errors import InputError, RepositoryError
from .history import History

if TYPE_CHECKING:
    import pandas as pd

    from .repository import Repository

#: Earlier commits that say what is usual, as in `commitlens.history.LEAD`.
LEAD = 500


def one_repo(history: History) -> str:
    """Return the name of the repository that the history is of."""
    names = {*history.commits["repo"].unique(), *history.repositories}
    if len(names) > 1:
        msg = (
            f"a report is of one repository, the history has {len(names)}: "
            f"{', '.join(sorted(names))}; commitlens.select(history, repos=...) takes "
            "one"
        )
        raise InputError(msg)
    return next(iter(names), "repository")


def period_of(
    history: History,
    date: DateLike | None,
    since: DateLike | None,
    until: DateLike | None,
    tz: dt.tzinfo,
    now: dt.datetime | None,
) -> tuple[dt.datetime, dt.datetime, str]:
    """Return the period's first instant, the first after it, and its name."""
    landed = history.commits["landed_at"]
    ends = [day_of(time.to_pydatetime(), tz) for time in (landed.min(), landed.max())
            if time == time]  # fmt: skip
    first, last = ends or [parse_day("today", tz, now=now)] * 2
    if since is None and until is None:
        day = last if date is None else parse_day(date, tz, now=now)
        return *day_bounds(day, tz), day.isoformat()
    # An open end is where the history ends, unless the other one is beyond it.
    start, end = range_bounds(since, until, tz, now=now)
    moment = dt.timedelta(microseconds=1)
    if start is None:
        start = day_bounds(min(first, day_of(end - moment, tz) if end else first), tz)[
            0
        ]
    if end is None:
        end = day_bounds(max(last, day_of(start, tz)), tz)[1]
    days = [day_of(start, tz), day_of(max(end - moment, start), tz)]
    names = [day.isoformat() for day in days]
    if day_bounds(days[0], tz)[0] != start:
        names[0] = start.astimezone(tz).strftime("%Y-%m-%dT%H%M%S")
    if day_bounds(days[1], tz)[1] != end:
        names[1] = end.astimezone(tz).strftime("%Y-%m-%dT%H%M%S")
    return start, end, "..".join(dict.fromkeys(names))


def between(history: History, start: dt.datetime, end: dt.datetime) -> History:
    """Return what landed in a period, what landed before it as its lead."""
    import pandas as pd

    def only(frame: pd.DataFrame | None, commits: pd.DataFrame) -> Any:
        return None if frame is None else frame[frame["sha"].isin(commits["sha"])]

    landed = history.commits["landed_at"]
    inside = history.commits[(landed >= start) & (landed < end)]
    before = history.commits[landed < start]
    files = only(history.files, before)
    lead = history.lead
    if lead is not None and not before.empty:
        common = [column for column in lead.commits if column in before]
        before = pd.concat([lead.commits[common], before[common]])
        files = pd.concat([lead.files, files])
    elif lead is not None:
        before, files = lead.commits, lead.files
    before = before.tail(LEAD)
    return history.replace(
        commits=inside.reset_index(drop=True),
        files=only(history.files, inside).reset_index(drop=True),
        facts=only(history.facts, inside),
        lead=History(
            commits=before.reset_index(drop=True),
            files=only(files, before).reset_index(drop=True),
        ),
    )


def scored(history: History) -> History:
    """Return the history with its scores, worked out where they are missing."""
    if "importance" in history.commits and history.facts is not None:
        return history
    from .scoring import score

    return score(history)


def select_period(
    history: History,
    since: DateLike | None,
    until: DateLike | None,
    tz: dt.tzinfo,
    now: dt.datetime | None,
) -> tuple[History, str, tuple[str, ...]]:
    """Return what landed in a range of dates or between two revisions.

    Returns
    -------
    (History, str, tuple of str)
        The part, what the range is called, and what of it the history lacks.
    """
    named = [each for each in (since, until) if each is not None]
    if not any(_is_revision(each) for each in named):
        landed = history.commits["landed_at"]
        if not named and len(landed):
            since, until = (
                day_of(time.to_pydatetime(), tz)
                for time in (landed.min(), landed.max())
            )
        start, end, label = period_of(history, None, since, until, tz, now)
        return between(history, start, end), label, ()
    if not all(_is_revision(each) for each in named):
        msg = (
            f"a range is of dates or of revisions, got since={since!s}, "
            f"until={until!s}; give two of one kind"
        )
        raise InputError(msg)
    source = history.repositories.get(one_repo(history))
    if source is None:
        msg = (
            f"revisions such as {named[0]!r} need the repository, which this history "
            f"does not have; give dates"
        )
        raise InputError(msg)
    tip = _resolve(source, until) if until is not None else source.tip()
    base = _resolve(source, since) if since is not None else None
    wanted = set(source.parents(tip, base=base))
    inside = history.commits["sha"].isin(wanted)
    missing = wanted.difference(history.commits["sha"])
    # A tag may be on a commit of its own beside the branch.
    beside = missing.intersection(source.parents(tip, base=source.tip()))
    of = f"of the {len(wanted)} commits of the range"
    lost = []
    if beside:
        lost.append(
            f"not told, for not on the branch: {len(beside)} {of}, up to {until}"
        )
    if absent := len(missing) - len(beside):
        lost.append(f"not in this history: {absent} {of}; load more of it")
    label = "..".join(str(each) for each in (since, until or "HEAD") if each)
    return _only(history, inside), label, tuple(lost)


def _is_revision(value: object) -> bool:
    """Whether a value is no date: a tag, a branch, a sha."""
    text = value.strip().lower() if isinstance(value, str) else "today"
    return text not in ("today", "yesterday") and not re.match(r"\d{4}-\d\d-\d\d", text)


def _resolve(source: Repository, name: object) -> str:
    try:
        return replace(source, revision=str(name)).tip()
    except RepositoryError:
        msg = (
            f"{source.name} has no revision {name!r}: expected a tag, a branch or a "
            f"sha that was fetched, or a day like 2026-02-10"
        )
        raise InputError(msg) from None


def _only(history: History, inside: pd.Series) -> History:
    """Return some of the commits, what landed before the first of them as lead."""
    commits = history.commits[inside]
    first = commits["landed_at"].min()
    early = between(history, first, first) if len(commits) else history
    shas = set(commits["sha"])
    return history.replace(
        commits=commits.reset_index(drop=True),
        files=history.files[history.files["sha"].isin(shas)].reset_index(drop=True),
        facts=None
        if history.facts is None
        else history.facts[history.facts["sha"].isin(shas)],
        lead=early.lead,
    )
