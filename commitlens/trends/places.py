"""Where the work is: what changes often and is large, and what changes together."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pandas as pd

from ..dates import range_bounds, zone
from ..errors import InputError
from ..paths import area, category
from . import keys
from .intervals import SMALL, wilson
from .selection import Filters, mask, narrow, select

if TYPE_CHECKING:
    from ..history import History


def hotspots(
    history: History,
    *,
    by: str = "path",
    days: int | None = 90,
    top: int = 30,
    kinds: Iterable[str] | None = ("code",),
    tz: str | dt.tzinfo | None = None,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Rank files, or areas, by how often they change times how large they are.

    Change frequency and size together point at code that is both complicated and
    worked on (A. Tornhill, "Your Code as a Crime Scene", 2015). A renamed file
    keeps what it was; what was deleted is left out.

    Parameters
    ----------
    history : History
        As loaded; ``fixes`` needs `classify`.
    by : {"path", "area"}, default "path"
        Files, or parts of the tree.
    days : int or None, default 90
        The last so many days, up to the newest commit or `until`, are ranked, and
        compared with as many before. None is the whole history, compared with
        nothing.
    top : int, default 30
        How many.
    kinds : iterable of str or None, default ("code",)
        Files of these kinds (`commitlens.paths.CATEGORIES`); None is all but
        lock files, generated and vendored ones. A list of changes or a manifest
        changes with everything.
    tz, **filters
        As in `trend`; merges and automations are left out unless filters say
        otherwise.

    Returns
    -------
    pandas.DataFrame
        One row a file or area, highest score first:

        - ``path`` (str; not for areas), ``area`` (str);
        - ``commits`` (int): how many changed it in the period; ``before``
          (count): in the one before, missing where the history does not reach;
          ``change`` (count): the difference;
        - ``fixes`` (count): those of the commits that are fixes, missing without
          change types;
        - ``lines`` (int): changed in the period; ``size`` (count): lines it has
          now, missing where contents are not at hand;
        - ``score`` (float): ``commits * size`` against the highest, 0 to 1;
          where sizes are missing, ``commits * lines``;
        - ``small`` (bool): fewer than 5 commits.

    Raises
    ------
    InputError
        For another `by`, or numbers below 1.

    Examples
    --------
    >>> hotspots(scored, days=180, types=["fix"])[["path", "commits", "before"]]
    """
    keys.check(by, ("path", "area"))
    if top < 1 or (days is not None and days < 1):
        msg = f"top and days must be at least 1, got top={top}, days={days}"
        raise InputError(msg)
    only: Filters = {"merges": False, "bots": False, **filters}
    history = _of_repos(history, filters)
    passed = mask(history, tz=tz, **only)
    landed = history.commits["landed_at"]
    since, until = range_bounds(filters.get("since"), filters.get("until"), zone(tz))
    # Up to the newest commit: what is asked for is where the work is, or was.
    ends = [bound for bound in (until, history.span[1]) if bound is not None]
    end = min(ends) if until is not None else landed.max()
    now, earlier = passed, np.zeros(len(landed), dtype=bool)
    reaches = False
    if days is not None and len(landed):
        length = pd.Timedelta(days=days)
        recent = (landed > end - length).to_numpy()
        near = (landed > end - 2 * length).to_numpy()
        begin = history.span[0] or landed.min()
        reaches = history.lead is None or bool(begin <= end - 2 * length)
        reaches &= since is None or since <= end - 2 * length
        # What landed since then, filtered out or not, says what files are called.
        now, earlier = (passed & recent)[near], (passed & ~recent)[near]
        history = narrow(history, near)
    lines_now = _sizes(history)
    kinds = None if kinds is None else tuple(kinds)
    touched = _touches(history, by, lines_now, kinds, counted=now | earlier)
    table = _tallied(touched[now[touched["row"]]])
    before = _tallied(touched[earlier[touched["row"]]])["commits"]
    known = before.reindex(table.index, fill_value=0).astype("Int64")
    unknown = pd.array([pd.NA] * len(table), dtype="Int64")
    table["before"] = known if reaches else unknown
    table["change"] = table["commits"] - table["before"]
    if "change_type" not in history.commits.columns:
        table["fixes"] = unknown
    if lines_now:
        shown = {p: n for p, n in lines_now.items() if _wanted(p, kinds)}
        size = pd.Series(shown, dtype="Int64")
        size = size.groupby(size.index.map(area)).sum() if by == "area" else size
        table["size"] = size.reindex(table.index)
    else:
        table["size"] = unknown
    weight = table["size"].fillna(0) if lines_now else table["lines"]
    score = (table["commits"] * weight).astype("float64")
    table["score"] = score / score.max() if len(score) and score.max() > 0 else 0.0
    table["small"] = table["commits"] < SMALL
    table = table.rename_axis("part").reset_index()
    table = table.sort_values(
        ["score", "commits", "part"], ascending=[False, False, True]
    )
    table = table.head(top).reset_index(drop=True)
    table["area"] = (
        table["part"] if by == "area" else table["part"].map(area).astype("str")
    )
    table["path"] = table["part"]
    order = ["path"] * (by == "path") + [
        "area", "commits", "before", "change", "fixes", "lines", "size", "score",
        "small",
    ]  # fmt: skip
    return table[order]


#: What is written by a program, or elsewhere, says nothing of the work here.
_NOT_WORK = ("lock", "generated", "vendored")


#: Data of tests changes with its test, and with all that was recorded with it.
_RECORDED = re.compile(
    r"\.snap$|golden|(?:^|/)(?:__snapshots__|snapshots|test[-_]?data|_*fixtures_*)/",
    re.IGNORECASE,
)


def _wanted(path: str, kinds: Iterable[str] | None) -> bool:
    kind = category(path)
    if kinds is None:
        return kind not in _NOT_WORK
    return kind in kinds and not (kind == "test" and _RECORDED.search(path))


def _touches(
    history: History,
    by: str,
    alive: dict[str, int],
    wanted: Iterable[str] | None,
    *,
    counted: np.ndarray,
) -> pd.DataFrame:
    """Return one row a commit that is `counted` and part: row, part, lines, fix.

    Rows are in order, parts in order of name. The other commits say what files are
    called now, and which are gone.
    """
    files = history.files
    rows = keys.rows_of(history)
    codes, names = pd.factorize(current_paths(files, rows), sort=True)
    if alive:
        gone = np.array([name not in alive for name in names], dtype=bool)
    else:
        gone = np.zeros(len(names), dtype=bool)
        order = np.argsort(rows, kind="stable")
        # Whether the newest commit took it away: the last to be assigned stays.
        gone[codes[order]] = (files["status"] == "D").to_numpy(dtype=bool)[order]
    shown = np.array([_wanted(name, wanted) for name in names], dtype=bool) & ~gone
    # The last is for files of no commit, whose row is -1.
    kept = shown[codes] & np.append(counted, False)[rows]
    if by == "area":
        of_path, names = pd.factorize(
            np.array([area(name) for name in names], dtype=object), sort=True
        )
        codes = of_path[codes]
    lines = files["insertions"].fillna(0) + files["deletions"].fillna(0)
    size = max(1, len(names))
    cells = rows[kept] * size + codes[kept]
    sums = pd.Series(lines.to_numpy(dtype="int64")[kept]).groupby(cells).sum()
    places = sums.index.to_numpy(dtype="int64")
    fixes = np.zeros(len(history.commits), dtype=bool)
    if "change_type" in history.commits.columns:
        fixes = (history.commits["change_type"] == "fix").to_numpy()
    return pd.DataFrame(
        {
            "row": places // size,
            "part": pd.Categorical.from_codes(places % size, list(names)),
            "lines": sums.to_numpy(dtype="int64"),
            "fix": fixes[places // size],
        }
    )


def _tallied(touched: pd.DataFrame) -> pd.DataFrame:
    groups = touched.groupby("part", observed=True)
    table = pd.DataFrame(
        {
            "commits": groups.size(),
            "lines": groups["lines"].sum(),
            "fixes": groups["fix"].sum().astype("Int64"),
        }
    )
    return table.set_axis(table.index.astype("str"))


def current_paths(files: pd.DataFrame, rows: np.ndarray) -> pd.Series:
    """Return what each file is called after the newest commit of the frame."""
    moved = np.flatnonzero((files["status"] == "R").to_numpy())
    if not len(moved):
        return files["path"]
    paths = files["path"].astype(object).tolist()
    olds = files["old_path"].astype(object).tolist()
    # Newest first: a name that a file was given is what it is called until it
    # is given another; before that the name may have been another file's.
    order = np.argsort(rows, kind="stable")[::-1]
    called: dict[str, str] = {}
    renamed = set(moved.tolist())
    for place in order.tolist():
        path = paths[place]
        now = called.get(path, path)
        paths[place] = now
        if place in renamed and olds[place]:
            called.pop(path, None)
            called[olds[place]] = now
    return pd.Series(paths, index=files.index, dtype="str")


def _of_repos(history: History, filters: Filters) -> History:
    """Return what a filter leaves of repositories: paths of others are others."""
    return select(history, repos=filters.get("repos"))


def _sizes(history: History) -> dict[str, int]:
    """Return the lines of each file now, where one repository can be asked."""
    from .readings import sizes

    repositories = history.commits["repo"].unique()
    if len(repositories) != 1:
        return {}
    repository = history.repositories.get(repositories[0])
    return {} if repository is None else sizes(repository)


def coupling(
    history: History,
    *,
    by: str = "path",
    top: int = 50,
    max_files: int = 30,
    min_commits: int = 5,
    kinds: Iterable[str] | None = ("code", "test"),
    tz: str | dt.tzinfo | None = None,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Find what changes together.

    Parts that change in the same commits depend on each other, whatever the code
    says (H. Gall, K. Hajek and M. Jazayeri, "Detection of logical coupling based
    on product release history", 1998). The degree is Jaccard's: of the commits
    that change either, those that change both. Files go by the names that they
    have now, and what was deleted is left out. Commits of many files (moves,
    reformatting) couple everything with everything, and are left out.

    Parameters
    ----------
    history : History
        As loaded.
    by : {"path", "area"}, default "path"
        Files, or parts of the tree.
    top : int, default 50
        How many pairs.
    max_files : int, default 30
        A commit of more files is left out.
    min_commits : int, default 5
        Pairs that changed together less often are left out.
    kinds : iterable of str or None, default ("code", "test")
        Files of these kinds, as in `hotspots`: manifests of one project change
        together by what they are. What tests recorded (snapshots, fixtures) is
        left out, for it changes with its test.
    tz, **filters
        As in `trend`; merges and automations are left out unless filters say
        otherwise.

    Returns
    -------
    pandas.DataFrame
        One row a pair, highest ``low`` first, so that three of three do not beat
        thirty of forty: ``left``, ``right`` (str, in order of name),
        ``together``, ``left_commits``, ``right_commits`` (int), ``degree``,
        ``low``, ``high`` (float: Wilson's interval), ``small`` (bool: fewer than
        5 together). ``attrs["left_out"]`` is how many commits had too many files.

    Raises
    ------
    InputError
        For another `by`, or numbers out of range.

    Examples
    --------
    >>> coupling(history, max_files=20, since="2026-01-01")
    """
    keys.check(by, ("path", "area"))
    if top < 1 or max_files < 2 or min_commits < 1:
        msg = (
            f"top and min_commits must be at least 1 and max_files 2, got top={top}, "
            f"min_commits={min_commits}, max_files={max_files}"
        )
        raise InputError(msg)
    only: Filters = {"merges": False, "bots": False, **filters}
    history = _of_repos(history, filters)
    passed = mask(history, tz=tz, **only)
    rows = keys.rows_of(history)
    files = np.bincount(rows[rows >= 0], minlength=len(history.commits))
    too_many = files > max_files
    left_out = int((passed & too_many).sum())
    kinds = None if kinds is None else tuple(kinds)
    touched = _touches(history, by, {}, kinds, counted=passed & ~too_many)
    # Rows are in order, and the parts of each in order of name.
    names = touched["part"].cat.categories
    codes = touched["part"].cat.codes.to_numpy(dtype="int64")
    starts = keys.firsts(touched["row"].to_numpy())
    pairs: Counter[tuple[int, int]] = Counter()
    parts = codes.tolist()
    for start, end in pairwise([*starts.tolist(), len(parts)]):
        pairs.update(combinations(parts[start:end], 2))
    found = [(*pair, n) for pair, n in pairs.items() if n >= min_commits]
    left, right, together = np.array(found, dtype="int64").reshape(-1, 3).T
    singles = np.bincount(codes, minlength=len(names))
    table = pd.DataFrame(
        {
            "left": names.take(left).astype("str"),
            "right": names.take(right).astype("str"),
            "together": together,
            "left_commits": singles[left],
            "right_commits": singles[right],
        }
    )
    either = table["left_commits"] + table["right_commits"] - table["together"]
    table["degree"] = (table["together"] / either).astype("float64")
    table["low"], table["high"] = wilson(table["degree"], either)
    table["small"] = table["together"] < SMALL
    table = table.sort_values(["low", "left", "right"], ascending=[False, True, True])
    table = table.head(top).reset_index(drop=True)
    table.attrs = {"left_out": left_out}
    return table
