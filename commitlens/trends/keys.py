"""What commits are counted by: one key of each commit, as an ordered category."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import InputError
from ..paths import area, category
from ..schema import CHANGE_TYPES, TIERS, require_columns

if TYPE_CHECKING:
    from ..history import History

#: The key of everything beyond the most frequent authors, areas or repositories.
OTHER = "other"

#: The area of a commit without files, such as a merge.
NO_FILES = "(no files)"


def check(by: str | None, known: tuple[str, ...] | None = None) -> None:
    """Raise `InputError` unless commits can be counted by `by`."""
    known = known or tuple(KEYS)
    if by is not None and by not in known:
        msg = f"by must be one of {', '.join(known)}, got {by!r}"
        raise InputError(msg)


def key(history: History, by: str, *, top: int = 8) -> pd.Series:
    """Return the key of each commit: ordered, most frequent first if open.

    Parameters
    ----------
    history : History
        With the column that `by` needs.
    by : str
        One of `KEYS`.
    top : int, default 8
        How many authors, areas or repositories to keep; the rest are `OTHER`.

    Raises
    ------
    InputError
        For another `by`, a `top` below 1, or a column that is not there yet.
    """
    check(by)
    if top < 1:
        msg = f"top must be at least 1, got {top}"
        raise InputError(msg)
    return KEYS[by](history, by, top)


def _fixed(history: History, by: str, top: int) -> pd.Series:
    made_by = "commitlens.score()"
    require_columns(history.commits, [by], made_by=made_by)
    legal = {"change_type": CHANGE_TYPES, "importance": TIERS}[by]
    return history.commits[by].astype(pd.CategoricalDtype(legal, ordered=True))


def _flag(history: History, by: str, top: int) -> pd.Series:
    """Return a flag as two words."""
    column, yes, no = {
        "breaking": ("breaking", "breaking", "not breaking"),
        "security": ("security", "security", "not security"),
        "bot": ("is_bot", "bot", "human"),
    }[by]
    require_columns(history.commits, [column], made_by="commitlens.score()")
    flags = history.commits[column].to_numpy(dtype="int8")
    order = [no, yes] if by == "bot" else [yes, no]
    codes = flags if by == "bot" else 1 - flags
    return pd.Series(
        pd.Categorical.from_codes(codes, order, ordered=True),
        index=history.commits.index,
    )


def _open(history: History, by: str, top: int) -> pd.Series:
    values = {"author": authors, "area": areas, "repo": _repos}[by](history)
    return ranked(values, top)


def _repos(history: History) -> pd.Series:
    return history.commits["repo"]


#: What commits can be counted by, and what finds the key.
KEYS: dict[str, Callable[[History, str, int], pd.Series]] = {
    "change_type": _fixed,
    "importance": _fixed,
    "breaking": _flag,
    "security": _flag,
    "author": _open,
    "area": _open,
    "bot": _flag,
    "repo": _open,
}


def ranked(values: pd.Series, top: int) -> pd.Series:
    """Return `values` as a category, the most frequent first, the rest as other."""
    codes, names = pd.factorize(values.fillna(""))
    counts = np.bincount(codes, minlength=len(names))
    # Ties are settled by name, so that the same history gives the same table.
    order = sorted(range(len(names)), key=lambda place: (-counts[place], names[place]))
    kept = [str(names[place]) for place in order[:top]]
    rest = len(order) > top
    categories = [*kept, OTHER] if rest and OTHER not in kept else kept
    place_of = np.full(max(1, len(names)), categories.index(OTHER) if rest else -1)
    place_of[order[:top]] = np.arange(len(kept))
    return pd.Series(
        pd.Categorical.from_codes(place_of[codes], categories, ordered=True),
        index=values.index,
    )


def authors(history: History) -> pd.Series:
    """Return who wrote each commit, merged where `merge_identities` was run."""
    commits = history.commits
    name = "person_name" if "person_name" in commits.columns else "author_name"
    require_columns(commits, [name], made_by="commitlens.load_history()")
    return commits[name].fillna("")


def areas(history: History) -> pd.Series:
    """Return the part of the tree in which most lines of each commit changed."""
    files = history.files
    rows = rows_of(history)
    kept = rows >= 0
    places, names = pd.factorize(file_areas(files))
    size = max(1, len(names))
    # One more for each file, so that a binary file or a mode counts too.
    lines = 1 + sum(
        files[name].to_numpy(dtype="int64", na_value=0)
        for name in ("insertions", "deletions")
    )
    cells, lines = (rows * size + places)[kept], lines[kept]
    order = np.argsort(cells, kind="stable")
    cells = cells[order]
    found = np.full(len(history.commits), len(names))
    if len(cells):
        starts = firsts(cells)
        sums = np.add.reduceat(lines[order], starts)
        cells = cells[starts]
        by_name = np.argsort(np.asarray(names, dtype=object))
        rank = np.empty(size, dtype="int64")
        rank[by_name] = np.arange(size)
        # Most lines win, then the first by name: one number says both.
        worth = sums * size + (size - 1 - rank[cells % size])
        owners = cells // size
        starts = firsts(owners)
        best = np.maximum.reduceat(worth, starts)
        found[owners[starts]] = by_name[size - 1 - best % size]
    said = np.array([*map(str, names), NO_FILES], dtype=object)[found]
    return pd.Series(said, index=history.commits.index, dtype="str")


def firsts(values: np.ndarray) -> np.ndarray:
    """Return where each value of a sorted array comes first."""
    return np.flatnonzero(np.append(len(values) > 0, values[1:] != values[:-1]))


def rows_of(history: History) -> np.ndarray:
    """Return for each file the row of its commit, -1 where that is not there."""
    commits, files = history.commits, history.files
    both = len(commits["repo"].drop_duplicates()) > 1
    columns = ["repo", "sha"] if both else ["sha"]
    index = (
        pd.MultiIndex.from_frame(commits[columns]) if both else pd.Index(commits["sha"])
    )
    asked = pd.MultiIndex.from_frame(files[columns]) if both else files["sha"]
    # The files of a commit are neighbours: each commit is looked up once.
    new = np.ones(len(files), dtype=bool)
    for column in columns:
        values = files[column].array
        differs = np.asarray(values[1:] != values[:-1], dtype=bool)
        new[1:] = differs if column == columns[0] else new[1:] | differs
    return index.get_indexer(asked[new])[np.cumsum(new) - 1]


def file_areas(files: pd.DataFrame) -> pd.Series:
    """Return the part of the tree that each file belongs to."""
    return _by_path(files, area)


def file_kinds(files: pd.DataFrame) -> pd.Series:
    """Return what each file is for, one of `commitlens.paths.CATEGORIES`."""
    return _by_path(files, category)


def _by_path(files: pd.DataFrame, say: Callable[[str], str]) -> pd.Series:
    places, paths = pd.factorize(files["path"])
    said = np.array([say(path) for path in paths], dtype=object)
    values = said[places] if len(paths) else np.array([], dtype=object)
    return pd.Series(values, index=files.index, dtype="str")
