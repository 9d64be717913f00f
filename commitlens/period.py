"""The commits of a day or of a range, taken out of a history."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from .dates import DateLike, day_bounds, day_of, parse_day, range_bounds
from .errors import InputError
from .history import History

if TYPE_CHECKING:
    import pandas as pd

#: Earlier commits that say what is usual, as in `commitlens.history.LEAD`.
LEAD = 500


def one_repo(history: History) -> str:
    """Return the name of the repository that the history is of."""
    names = {*history.commits["repo"].unique(), *history.repositories}
    if len(names) > 1:
        msg = (
            f"a report is of one repository, the history has {len(names)}: "
            f"{', '.join(sorted(names))}; select the rows of one of them first"
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
