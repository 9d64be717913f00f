"""Which commits a question is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
import pandas as pd

from ..dates import DateLike, range_bounds, zone
from ..errors import InputError
from ..schema import CHANGE_TYPES, TIERS, require_columns
from . import keys
from .periods import Axis, axis, in_range

if TYPE_CHECKING:
    from ..history import History


class Filters(TypedDict, total=False):
    """What the functions of this package take beside their own options."""

    types: str | Iterable[str] | None
    tiers: str | Iterable[str] | None
    areas: str | Iterable[str] | None
    authors: str | Iterable[str] | None
    repos: str | Iterable[str] | None
    bots: bool | None
    merges: bool | None
    breaking: bool | None
    security: bool | None
    text: str | None
    since: DateLike | None
    until: DateLike | None
    release: str | Iterable[str] | None


def select(
    history: History,
    *,
    tz: str | dt.tzinfo | None = None,
    types: str | Iterable[str] | None = None,
    tiers: str | Iterable[str] | None = None,
    areas: str | Iterable[str] | None = None,
    authors: str | Iterable[str] | None = None,
    repos: str | Iterable[str] | None = None,
    bots: bool | None = None,
    merges: bool | None = None,
    breaking: bool | None = None,
    security: bool | None = None,
    text: str | None = None,
    since: DateLike | None = None,
    until: DateLike | None = None,
    release: str | Iterable[str] | None = None,
) -> History:
    """Return a history of the commits that pass every filter given.

    Parameters
    ----------
    history : History
        With the columns that the filters read.
    tz : str or datetime.tzinfo, optional
        The zone of `since` and `until`; the machine's by default.
    types, tiers, areas, authors, repos : str or iterable of str, optional
        One of these values. The area of a commit is where most of its lines
        changed, so that areas add up; authors are the people of
        `merge_identities` where that was run.
    bots, merges, breaking, security : bool, optional
        True keeps only those, False leaves them out.
    text : str, optional
        What subject or body have in them, in any case.
    since, until : date, datetime or str, optional
        On ``landed_at``, as in `load_history`.
    release : str or iterable of str, optional
        What landed for a release, ``"unreleased"`` for what followed the newest;
        nothing for one that brought nothing to the branch.

    Returns
    -------
    History
        Its commits, files and facts, in their order. Its lead is what it was.

    Raises
    ------
    InputError
        A filter asks for a type, tier or release that there is not, or for a
        column that no step has made yet.

    Examples
    --------
    >>> select(scored, types=["feat", "fix"], bots=False, since="2026-01-01")
    """
    kept = mask(
        history, tz=tz, types=types, tiers=tiers, areas=areas, authors=authors,
        repos=repos, bots=bots, merges=merges, breaking=breaking,
        security=security, text=text, since=since, until=until, release=release,
    )  # fmt: skip
    chosen = narrow(history, kept)
    bounds = range_bounds(since, until, zone(tz))
    begin = max(filter(None, (bounds[0], history.span[0])), default=None)
    end = min(filter(None, (bounds[1], history.span[1])), default=None)
    return chosen.replace(span=(begin, end))


def narrow(history: History, kept: np.ndarray) -> History:
    """Return the history of some of its commits, given as a mask."""
    if kept.all():
        return history
    rows = keys.rows_of(history)
    # Files of commits that are not there belong to none.
    files = history.files[np.append(kept, False)[rows]]
    commits = history.commits[kept]
    facts = history.facts
    if facts is not None:
        facts = facts[facts["sha"].isin(commits["sha"])].reset_index(drop=True)
    return history.replace(
        commits=commits.reset_index(drop=True),
        files=files.reset_index(drop=True),
        facts=facts,
    )


def prepare(
    history: History,
    *,
    freq: str,
    tz: str | dt.tzinfo | None,
    filters: Filters,
    base: Filters | None = None,
) -> tuple[History, Axis]:
    """Return the commits that pass, with all files, and the periods they are in.

    Periods are those of the whole history: what is filtered out was observed.
    """
    chosen: dict[str, Any] = {**(base or {}), **filters}
    since, until = chosen.pop("since", None), chosen.pop("until", None)
    periods = axis(history, freq=freq, tz=tz, since=since, until=until)
    kept = mask(history, tz=tz, **chosen) & (periods.places >= 0)
    # Files of the others may stay: they are of no row, see `keys.rows_of`.
    commits = history.commits
    if not kept.all():
        commits = commits[kept].reset_index(drop=True)
    return history.replace(commits=commits), periods.only(kept)


def mask(
    history: History,
    *,
    tz: str | dt.tzinfo | None = None,
    types: Any = None,
    tiers: Any = None,
    areas: Any = None,
    authors: Any = None,
    repos: Any = None,
    bots: bool | None = None,
    merges: bool | None = None,
    breaking: bool | None = None,
    security: bool | None = None,
    text: str | None = None,
    since: DateLike | None = None,
    until: DateLike | None = None,
    release: Any = None,
) -> np.ndarray:
    """Return which commits pass."""
    commits = history.commits
    kept = in_range(commits["landed_at"], *range_bounds(since, until, zone(tz)))
    for name, column, wanted, legal in (
        ("types", "change_type", types, CHANGE_TYPES),
        ("tiers", "importance", tiers, TIERS),
    ):
        if wanted is not None:
            require_columns(commits, [column], made_by="commitlens.score()")
            kept &= commits[column].isin(_legal(name, wanted, legal)).to_numpy()
    for wanted, values in (
        (areas, keys.areas),
        (authors, keys.authors),
        (repos, lambda history: history.commits["repo"]),
    ):
        if wanted is not None:
            kept &= values(history).isin(_several(wanted)).to_numpy()
    for column, flag in (
        ("is_bot", bots),
        ("is_merge", merges),
        ("breaking", breaking),
        ("security", security),
    ):
        if flag is not None:
            require_columns(commits, [column], made_by="commitlens.score()")
            kept &= commits[column].to_numpy(dtype=bool) == flag
    if text:
        found = [
            commits[column].fillna("").str.contains(text, case=False, regex=False)
            for column in ("subject", "body")
        ]
        kept &= (found[0] | found[1]).to_numpy(dtype=bool)
    if release is not None:
        periods = axis(history, freq="release", tz=tz)
        names = list(periods.releases or ())
        asked = _several(release)
        if not set(asked) <= set(names):
            _legal("release", asked, dict.fromkeys([*_known(history), *names]))
        places = [place for place, name in enumerate(names) if name in asked]
        kept &= np.isin(periods.places, places)
    return kept


def _known(history: History) -> list[str]:
    """Return the releases, also those that brought nothing to the branch."""
    from .cuts import releases

    table = releases(history)
    return table.loc[table["commits"].notna(), "release"].tolist()


def _several(wanted: str | Iterable[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _legal(name: str, wanted: str | Iterable[str], legal: Iterable[str]) -> list[str]:
    asked, known = _several(wanted), list(legal)
    for value in asked:
        if value not in known:
            some = ", ".join(known[-12:]) or "none: no tag leads to these commits"
            msg = f"{name} must be of {some}; got {value!r}"
            raise InputError(msg)
    return asked


def combine(*histories: History) -> History:
    """Return one history of several repositories, oldest landed first.

    Parameters
    ----------
    *histories : History
        Each after the same steps.

    Returns
    -------
    History
        With the commits, files, facts and warnings of all.

    Examples
    --------
    >>> both = combine(load_history("owner/one"), load_history("owner/two"))
    >>> trend(both, by="repo", freq="M")
    """
    if not histories:
        msg = "combine() needs at least one history, got none"
        raise InputError(msg)
    leads = [h.lead for h in histories if h.lead is not None]
    facts = [h.facts for h in histories if h.facts is not None]
    begins = [h.span[0] for h in histories]
    ends = [h.span[1] for h in histories]
    commits = pd.concat([h.commits for h in histories], ignore_index=True)
    order = commits["landed_at"].argsort(kind="stable")
    joined = histories[0].replace(
        commits=commits.iloc[order].reset_index(drop=True),
        files=pd.concat([h.files for h in histories], ignore_index=True),
    )
    order = np.argsort(keys.rows_of(joined), kind="stable")
    return joined.replace(
        files=joined.files.iloc[order].reset_index(drop=True),
        facts=pd.concat(facts, ignore_index=True) if facts else None,
        warnings=tuple(w for h in histories for w in h.warnings),
        lead=combine(*leads) if leads else None,
        repositories={n: r for h in histories for n, r in h.repositories.items()},
        unread={key: told for h in histories for key, told in h.unread.items()},
        # What is known of all of them.
        span=(
            max(filter(None, begins), default=None),
            min(filter(None, ends), default=None) if all(ends) else None,
        ),
    )
