"""Is what is stored what git says? Read it anew, to compare or to replace."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import damage, loader
from .data import data_folder
from .errors import RepositoryError, StoreError
from .opening import open_repository
from .partial import is_partial
from .repository import Repository
from .store import Gone, Manifest, Store, stores

if TYPE_CHECKING:
    import pyarrow as pa


def verify(
    repo: str | os.PathLike[str] | None = None,
    *,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> list[str]:
    """Compare what is stored of a repository with git, row by row.

    Everything is read anew from git, up to the commit up to which it is stored,
    and every column of every commit and file is compared in the stored order;
    ``git rev-list`` counts the commits once more. Nothing is fetched, and
    nothing that is stored is changed: it takes as long as a first load.

    Parameters
    ----------
    repo : str or path-like, optional
        As in `load_history`.
    data : path-like, optional
        The data folder; see `commitlens.data.data_folder`.
    progress : bool, optional
        Show progress bars; default: where somebody watches.

    Returns
    -------
    list of str
        What differs, a sentence each; empty when the store is exact.

    Raises
    ------
    CommitlensError
        The repository cannot be found or read, or the data folder not written.

    Examples
    --------
    >>> verify("owner/name")
    []
    """
    return examine(repo, data=data, progress=progress)[1]


def rebuild(
    repo: str | os.PathLike[str] | None = None,
    *,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> int:
    """Read a repository anew from git, in place of what is stored of it.

    What is stored stays until all is read: a rebuild that fails, or is killed,
    has changed nothing. Nothing is fetched.

    Parameters
    ----------
    repo, data, progress
        As in `verify`.

    Returns
    -------
    int
        How many commits are stored now.

    Raises
    ------
    CommitlensError
        As `verify`.

    Examples
    --------
    >>> rebuild("owner/name")
    3329
    """
    folder = data_folder(data)
    repository, _ = open_repository(repo, folder, refresh=False, progress=progress)
    stored = _stores(folder, repository)
    if not stored:
        raise RepositoryError(_nothing(repository))
    return max(
        loader.rebuild(source, store, lines=lines, progress=progress).commits
        for store, source, lines in stored
    )


def examine(
    repo: str | os.PathLike[str] | None = None,
    *,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> tuple[int, list[str]]:
    """Return how many commits are stored, and what `verify` says of them."""
    folder = data_folder(data)
    repository, _ = open_repository(repo, folder, refresh=False, progress=progress)
    counts: list[int] = []
    problems: list[str] = []
    for store, source, lines in _stores(folder, repository):
        counts.append(store.manifest().commits)
        problems += _problems(source, store, lines, progress)
    return max(counts, default=0), problems if counts else [_nothing(repository)]


def _stores(
    folder: Path, repository: Repository
) -> list[tuple[Store, Repository, bool]]:
    """Return a repository's stores, and how it was read: with what lines counted."""
    whole, names, most = stores(folder, repository.key)
    every = [(names, repository, False)]
    # Without contents there are no lines to count: what was counted when the
    # mirror was whole is neither wrong nor to be replaced.
    if not is_partial(repository.git_dir):
        skipping = replace(repository, lock_files=False)
        every = [(whole, repository, True), *every, (most, skipping, True)]
    return [entry for entry in every if entry[0].manifest().tip]


def _nothing(repository: Repository) -> str:
    return f"nothing of {repository.name} is stored; load or refresh it first"


def _problems(
    repository: Repository, store: Store, lines: bool, progress: bool | None
) -> list[str]:
    try:
        manifest, commits, files = _stored(store)
    except StoreError as error:
        return [str(error)]
    if manifest.tip is None or not repository.has(manifest.tip):
        return [
            f"the last commit that is stored, {manifest.tip}, is no longer in "
            f"{repository.name}; the next load drops what git has dropped"
        ]
    # As stored, also when the branch has moved on since.
    then = replace(repository, revision=manifest.tip)
    with loader.beside(store) as fresh:
        read = loader.update(then, fresh, lines=lines, progress=progress)
        true_commits, true_files, _ = fresh.read(read)
    problems = list(_spans(manifest, commits))
    if read.lost:  # git's own count ends where its walk does
        problems.append(damage.warning(repository, read))
    counted = read.commits if read.lost else then.count(manifest.tip)
    if commits.num_rows != counted:
        problems.append(
            f"{commits.num_rows} commits are stored, and git counts {counted}"
        )
    shas, true_shas = commits["sha"].to_pylist(), true_commits["sha"].to_pylist()
    if shas != true_shas:
        return problems + list(_sets("commits", shas, true_shas))
    problems += _columns("commits", shas, commits, true_commits)
    keys, true_keys = (
        [
            f"{shas[owner]} {path}" if 0 <= owner < len(shas) else f"no commit {path}"
            for owner, path in zip(
                table["commit"].to_pylist(), table["path"].to_pylist(), strict=True
            )
        ]
        for table in (files, true_files)
    )
    if keys != true_keys:
        return problems + list(_sets("files", keys, true_keys))
    return problems + list(_columns("files", keys, files, true_files))


def _stored(store: Store) -> tuple[Manifest, pa.Table, pa.Table]:
    """Read all that is stored, also while it is being replaced."""
    while True:
        manifest = store.manifest()
        try:
            commits, files, _ = store.read(manifest)
        except Gone as error:
            if store.manifest() == manifest:
                msg = f"{error}; a rebuild brings it"
                raise StoreError(msg) from error
        else:
            return manifest, commits, files


def _spans(manifest: Manifest, commits: pa.Table) -> Iterator[str]:
    """Compare the times by which ranges are found with those of the commits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    landed = commits["landed_at"].cast(pa.int64())
    start = 0
    for fragment in manifest.fragments:
        for group in fragment.groups:
            times = pc.min_max(landed.slice(start, group.commits)).as_py()
            start += group.commits
            if (times["min"], times["max"]) != (group.earliest, group.latest):
                yield (
                    f"the manifest says that {group.commits} commits before row "
                    f"{start} landed at other times than they did"
                )


def _sets(what: str, stored: Sequence[str], true: Sequence[str]) -> Iterator[str]:
    """Say which rows are too many, too few, or elsewhere."""
    ours, theirs = set(stored), set(true)
    for words, rows in (
        ("not stored", [key for key in true if key not in ours]),
        ("stored and not in git", [key for key in stored if key not in theirs]),
        ("stored twice", ["see the rows"] * (len(stored) - len(ours))),
    ):
        if rows:
            yield f"{what}: {len(rows)} {words}, the first is {rows[0]}"
    if ours == theirs and len(stored) == len(true):
        first = next(a for a, b in zip(stored, true, strict=True) if a != b)
        yield f"{what}: the order differs, first at {first}"


def _columns(
    what: str, keys: Sequence[str], stored: pa.Table, true: pa.Table
) -> Iterator[str]:
    """Say which columns differ, and where first."""
    for name in stored.column_names:
        if stored[name].equals(true[name]):
            continue
        pairs = zip(stored[name].to_pylist(), true[name].to_pylist(), strict=True)
        wrong = [(key, *pair) for key, pair in zip(keys, pairs, strict=True)
                 if pair[0] != pair[1]]  # fmt: skip
        key, ours, theirs = wrong[0]
        yield (
            f"{what}: {name} differs in {len(wrong)} rows, first in {key}: "
            f"{_short(ours)} is stored, git says {_short(theirs)}"
        )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
