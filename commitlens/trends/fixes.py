"""From a commit to what repaired it, and how long that took."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import numpy as np
import pandas as pd

from ..references import from_message
from ..schema import pandas_dtype, require_columns
from .intervals import SMALL
from .selection import Filters, prepare
from .work import quantiles

if TYPE_CHECKING:
    from ..history import History

#: What a message says, and what that is called here.
_STATED = {"reverts": "reverts", "fixes_commit": "fixes"}

#: A message without one of these words states no repair; reading takes a while.
_WORDS = r"(?i)revert|back(?:s|ed)? ?out|^fixes"

#: Files of a fix whose lines are asked for; a fix of more is no single repair.
_FILES = 8


class Repair(NamedTuple):
    """One commit that repairs another: rows of the frame, lead included."""

    row: int
    cause: int
    how: str


def repairs(
    history: History,
    *,
    lines: bool = False,
    most: int = 200,
    tz: str | dt.tzinfo | None = None,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """List which commits repair which.

    A repair is stated: a revert that names the commit or its subject, or a
    trailer ``Fixes: <sha>``. With `lines`, fixes that state nothing are traced to
    the newest commit that wrote a line which the fix took away: the SZZ
    algorithm (J. Śliwerski, T. Zimmermann and A. Zeller, "When do changes induce
    fixes?", 2005) with the most recent candidate (S. Davies, M. Roper and M.
    Wood, 2014). That is a guess: about half of such causes are right.

    Parameters
    ----------
    history : History
        As loaded; `lines` needs `classify` and a repository at hand.
    lines : bool, default False
        Trace the lines of fixes too. It takes a process for each file of a fix.
    most : int, default 200
        The newest so many fixes are traced.
    tz, **filters
        As in `trend`, of the repairs.

    Returns
    -------
    pandas.DataFrame
        One row a repair and cause, in the order in which the repairs landed:
        ``repo``, ``sha``, ``cause`` (str), ``how`` (str: ``reverts``, ``fixes``
        or ``lines``), ``landed_at``, ``cause_landed_at`` (time), ``days``
        (float, between them). Causes that landed before the history and its
        lead are not known, and not listed.

    Examples
    --------
    >>> repairs(history).groupby("how")["days"].median()
    """
    chosen, _ = prepare(history, freq="M", tz=tz, filters=filters)
    frame, offset = _with_lead(history)
    found = _stated(frame, offset)
    if lines:
        found += _traced(history, frame, offset, {r.row for r in found}, most)
    wanted = set(zip(chosen.commits["repo"], chosen.commits["sha"], strict=True))
    repo, sha = frame["repo"].tolist(), frame["sha"].tolist()
    found = sorted(
        {r for r in found if (repo[r.row], sha[r.row]) in wanted},
        key=lambda r: (r.row, r.cause),
    )
    landed = frame["landed_at"]
    rows, causes = [r.row for r in found], [r.cause for r in found]
    fixed = landed.iloc[rows].reset_index(drop=True)
    caused = landed.iloc[causes].reset_index(drop=True)
    text = pandas_dtype("str")
    return pd.DataFrame(
        {
            "repo": pd.Series([repo[row] for row in rows], dtype=text),
            "sha": pd.Series([sha[row] for row in rows], dtype=text),
            "cause": pd.Series([sha[row] for row in causes], dtype=text),
            "how": pd.Series([r.how for r in found], dtype=text),
            "landed_at": fixed,
            "cause_landed_at": caused,
            # Clocks that disagree may put a repair before its cause.
            "days": (fixed - caused).dt.total_seconds().clip(lower=0) / 86_400,
        }
    )


def time_to_fix(
    history: History,
    *,
    lines: bool = False,
    most: int = 200,
    freq: str = "M",
    tz: str | dt.tzinfo | None = None,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Say how long commits stood before they were repaired.

    Repairs are counted when they land: counted by the commits that they repair,
    the newest would always seem to be repaired fastest. What has no repair yet is
    in no row. Of a repair with several causes the newest counts.

    Parameters
    ----------
    history, lines, most
        As in `repairs`.
    freq, tz, **filters
        As in `trend`, of the repairs.

    Returns
    -------
    pandas.DataFrame
        ``period`` (time in `tz`), ``repairs`` (int), ``q25``, ``median``,
        ``q75`` (float: days; missing without repairs), ``partial``, ``small``
        (bool: fewer than 5 repairs).

    Examples
    --------
    >>> time_to_fix(history, freq="M", tz="UTC")
    """
    chosen, periods = prepare(history, freq=freq, tz=tz, filters=filters)
    table = repairs(history, lines=lines, most=most, tz=tz, **filters)
    newest = table.groupby(["repo", "sha"])["days"].min()
    index = pd.MultiIndex.from_frame(chosen.commits[["repo", "sha"]])
    days = newest.reindex(index).to_numpy(dtype="float64")
    codes = np.where(np.isnan(days), -1, 0)
    kept = (periods.places >= 0) & (codes >= 0)
    shape = (len(periods), 1)
    count = np.bincount(periods.places[kept], minlength=len(periods)).reshape(shape)
    columns = {"repairs": count} | quantiles(
        periods.places, codes, days, shape, {"q25": 0.25, "median": 0.5, "q75": 0.75}
    )
    columns["small"] = count < SMALL
    return periods.table(None, None, columns)


def _with_lead(history: History) -> tuple[pd.DataFrame, int]:
    """Return the commits with those before them, and how many those are."""
    columns = ["repo", "sha", "subject", "body", "trailers", "author_name",
               "is_bot", "landed_at"]  # fmt: skip
    require_columns(history.commits, columns, made_by="load_history()")
    commits = history.commits[columns]
    if history.lead is None:
        return commits.reset_index(drop=True), 0
    lead = history.lead.commits[columns]
    return pd.concat([lead, commits], ignore_index=True), len(lead)


def _stated(frame: pd.DataFrame, offset: int) -> list[Repair]:
    subjects = frame["subject"].fillna("")
    bodies = frame["body"].fillna("")
    hint = subjects.str.contains(_WORDS) | bodies.str.contains(r"(?im)" + _WORDS[4:])
    places = np.flatnonzero(hint.to_numpy(dtype=bool))
    if not len(places):
        return []
    titles, texts = subjects.tolist(), bodies.tolist()
    bots = frame["is_bot"].tolist()
    shas = frame["sha"].tolist()
    ordered = sorted((sha, row) for row, sha in enumerate(shas))
    names = [sha for sha, _ in ordered]
    repo = frame["repo"].tolist()
    by_subject: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(repo, titles, strict=True)):
        by_subject.setdefault(key, []).append(row)
    found = []
    for row in places[places >= offset].tolist():
        for kind, name, _, title, _ in from_message(
            titles[row], texts[row], is_bot=bots[row]
        ):
            if kind not in _STATED:
                continue
            cause = None
            if name:
                at = bisect_left(names, name)
                if at < len(names) and names[at].startswith(name):
                    cause = ordered[at][1]
            if cause is None and title:
                # The subject says which, where a rebase gave it another name.
                earlier = [n for n in by_subject.get((repo[row], title), ()) if n < row]
                cause = earlier[-1] if earlier else None
            if cause is not None and cause < row and repo[cause] == repo[row]:
                found.append(Repair(row, cause, _STATED[kind]))
    return found


def _traced(
    history: History, frame: pd.DataFrame, offset: int, stated: set[int], most: int
) -> list[Repair]:
    """Trace the lines that fixes took away to who wrote them last."""
    from . import readings

    require_columns(history.commits, ["change_type"], made_by="classify()")
    commits = history.commits
    is_fix = (commits["change_type"] == "fix") & ~commits["is_merge"]
    rows = [row for row in np.flatnonzero(is_fix) if row + offset not in stated]
    names, every = commits["repo"].tolist(), commits["sha"].tolist()
    fixes: dict[str, list[int]] = {}
    for row in rows[-most:]:
        fixes.setdefault(names[row], []).append(int(row))
    row_of = {sha: row for row, sha in enumerate(frame["sha"])}
    found = []
    for repo, places in fixes.items():
        repository = readings.where(history, repo, "the lines of its fixes")
        shas = [every[place] for place in places]
        patches: Any = repository.diffs(shas)
        for place, (sha, patch) in zip(places, patches, strict=True):
            causes = readings.wrote_removed_lines(repository, sha, patch, most=_FILES)
            known = [row_of[cause] for cause in causes if cause in row_of]
            earlier = [row for row in known if row < place + offset]
            if earlier:
                found.append(Repair(place + offset, max(earlier), "lines"))
    return found
