"""Releases: what a tag brought to the branch since the one before."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..schema import pandas_dtype
from . import readings
from .periods import UNRELEASED, Axis, in_range, steady

if TYPE_CHECKING:
    from ..history import History
    from ..repository import Repository

#: A version in a tag: what is before it names a family of releases.
_VERSION = re.compile(
    r"^(?P<family>|.*?[^0-9.])(?P<version>\d+(?:[._-]\d+)*)(?P<rest>[^/]*)$"
)
#: What follows the version of a release that is not one yet.
_PRE = re.compile(
    r"(?:^|[._\-+]|(?<=\d))(?:a|b|c|rc|alpha|beta|pre|preview|dev|canary|nightly"
    r"|snapshot|next|insiders|experimental|m|milestone|ea|test)[._-]?\d*(?:$|[._\-+])",
    re.IGNORECASE,
)


def releases(
    history: History, *, tags: str | None = None, pre: bool = False
) -> pd.DataFrame:
    """List the releases of a repository, and what each brought to the branch.

    A release is a tag whose name ends in a version. Where a repository tags
    several packages (``pkg-a@1.2``, ``pkg-b@0.3``), those of the family with
    the most releases are taken, unless `tags` says otherwise. A tag off the
    branch, as on a maintenance branch, counts from where it left the branch.

    Parameters
    ----------
    history : History
        Loaded from one repository with its tags at hand.
    tags : str, optional
        A shell pattern such as ``"v*"`` or ``"core@*"``, in place of the family.
    pre : bool, default False
        Take alphas, release candidates and the like too.

    Returns
    -------
    pandas.DataFrame
        One row a release, in the order in which the branch reached them:

        - ``repo``, ``release`` (the tag), ``sha`` (the commit it is on): str;
        - ``released_at`` (time): when it was tagged;
        - ``cut_sha``, ``cut_at`` (str, time): the newest commit of the branch's
          first-parent chain that it holds, and when that landed;
        - ``is_pre`` (bool): an alpha, release candidate or the like;
        - ``commits`` (count): how many of the history's commits landed for it;
          0 for one that left the branch where an earlier one did, missing for
          one of which the history may have only a part.

    Raises
    ------
    InputError
        The history is of several repositories, or of one not at hand.

    Examples
    --------
    >>> releases(history)[["release", "released_at", "commits"]].tail()
    """
    repository = readings.only_repository(history, "releases")
    cuts = _cuts(repository, tags, pre)
    rows = _rows(history, cuts)
    counts = []
    before = _first_row(history)
    for row in rows:
        inside = 0 <= row <= len(history.commits) and before >= 0
        counts.append(max(0, row - before) if inside else None)
        before = max(before, row)
    columns: dict[str, tuple[str, list[Any]]] = {
        "repo": ("str", [repository.name] * len(cuts)),
        "release": ("str", [cut.tag.name for cut in cuts]),
        "sha": ("str", [cut.tag.commit for cut in cuts]),
        "released_at": ("time", [_moment(cut.tag.tagged) for cut in cuts]),
        "cut_sha": ("str", [cut.sha for cut in cuts]),
        "cut_at": ("time", [_moment(cut.landed) for cut in cuts]),
        "is_pre": ("bool", [_is_pre(cut.tag.name) for cut in cuts]),
        "commits": ("count", counts),
    }
    return pd.DataFrame(
        {n: pd.Series(v, dtype=pandas_dtype(kind)) for n, (kind, v) in columns.items()}
    )


def release_axis(
    history: History,
    tz: dt.tzinfo,
    since: dt.datetime | None,
    until: dt.datetime | None,
) -> Axis:
    """Cut the time of a history where releases were cut.

    A period has what landed on the branch after the release before it, up to
    what the release itself holds; its start is when that release was cut.
    """
    repository = readings.only_repository(history, "releases")
    cuts = _cuts(repository, None, False)
    ends = _rows(history, cuts)
    landed = history.commits["landed_at"]
    inside = in_range(landed, since, until)
    count = len(landed)
    names: list[str] = []
    stops: list[int] = []
    starts: list[int | None] = []
    start_row = _first_row(history)
    last_cut: _Cut | None = None
    whole: list[bool] = []
    for cut, end in zip(cuts, ends, strict=True):
        # One that adds nothing to the branch ends no period.
        if start_row < count and end > max(0, start_row):
            names.append(cut.tag.name)
            stops.append(min(end, count))
            whole.append(end <= count)
            starts.append(last_cut.landed if last_cut else None)
            start_row = end
        if end >= 0:
            last_cut = cut
    if start_row < count:
        names.append(UNRELEASED)
        stops.append(count)
        whole.append(False)
        starts.append(last_cut.landed if last_cut else None)
    places = np.searchsorted(
        np.asarray(stops, dtype="int64"), np.arange(count), "right"
    )
    used = np.unique(places[inside]) if count else np.zeros(0, dtype="int64")
    first, last = (int(used[0]), int(used[-1])) if len(used) else (0, -1)
    # Before the first release that is known, time starts with the history.
    begins = [
        landed.iloc[0] if start is None else _moment(start)
        for start in starts[first : last + 1]
    ]
    partial = np.zeros(last + 1 - first, dtype=bool)
    if len(partial):
        partial[0] = (starts[first] is None and history.lead is not None) or (
            not inside[places == first].all()
        )
        partial[-1] |= not whole[last] or not inside[places == last].all()
    moments = pd.Series(begins, dtype=pandas_dtype("time")).dt.tz_convert(tz)
    return Axis(
        np.where(inside, places - first, -1), moments, partial, "release",
        tuple(names[first : last + 1]),
    )  # fmt: skip


class _Cut(NamedTuple):
    """Where a release left the branch."""

    tag: readings.Tag
    sha: str
    landed: int  # seconds since the epoch
    place: int  # on the first-parent chain


def _cuts(repository: Repository, pattern: str | None, pre: bool) -> list[_Cut]:
    """Return the releases that hold something of the branch, in its order."""
    chosen = [
        tag
        for tag in _family(readings.tags(repository), pattern)
        if pre or not _is_pre(tag.name)
    ]
    if not chosen:
        return []
    tip = repository.tip()
    chain = repository.first_parents(tip)[::-1]
    place = {sha: at for at, sha in enumerate(chain)}
    landed: list[int] = [0] * len(chain)
    newest: dict[str, int] = {}
    for sha, when, parents in readings.ancestry(repository, tip):
        at = place.get(sha)
        if at is None:
            # The newest commit of the chain among its ancestors.
            at = max((newest.get(parent, -1) for parent in parents), default=-1)
        else:
            landed[at] = when
        newest[sha] = at
    cuts = [
        _Cut(tag, chain[at], landed[at], at)
        for tag in chosen
        if (at := newest.get(tag.commit, -1)) >= 0
    ]
    return sorted(cuts, key=lambda cut: (cut.place, cut.tag.tagged, cut.tag.name))


def _family(tags: list[readings.Tag], pattern: str | None) -> list[readings.Tag]:
    """Return the tags that `pattern` takes, or those of the largest family."""
    if pattern is not None:
        return [tag for tag in tags if fnmatchcase(tag.name, pattern)]
    matched = [(tag, _VERSION.match(tag.name)) for tag in tags]
    found = [(tag, match["family"]) for tag, match in matched if match]
    # A project may have tagged both v1.0 and 1.0.
    plain = [(tag, "" if family in ("v", "V") else family) for tag, family in found]
    counts = Counter(family for tag, family in plain if not _is_pre(tag.name))
    if not counts:
        return [tag for tag, _ in plain]
    # Those of the whole project lead, unless they are a remnant.
    largest = max(counts, key=lambda family: (counts[family], -len(family), family))
    if 4 * counts[""] >= counts[largest]:
        largest = ""
    return [tag for tag, family in plain if family == largest]


def _is_pre(name: str) -> bool:
    match = _VERSION.match(name)
    return bool(match and _PRE.search(match["rest"]))


def _rows(history: History, cuts: list[_Cut]) -> list[int]:
    """Return for each cut how many rows of the history landed up to it.

    -1 for one before the history begins, one more than all for one after it ends.
    """
    commits = history.commits
    row_of = dict(zip(commits["sha"], range(len(commits)), strict=True))
    times = steady(commits["landed_at"])
    rows = []
    for cut in cuts:
        row = row_of.get(cut.sha)
        if row is not None:
            rows.append(row + 1)
        else:
            found = int(np.searchsorted(times, cut.landed, "right"))
            later = found + (found == len(times))
            rows.append(later if found else -1)
    return rows


def _first_row(history: History) -> int:
    """Return 0 where the history begins with the repository, else -1."""
    return -1 if history.lead is not None and len(history.lead.commits) else 0


def _moment(seconds: int) -> pd.Timestamp:
    return pd.Timestamp(seconds, unit="s", tz="UTC")
