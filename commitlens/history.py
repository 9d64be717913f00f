"""A repository's history as two frames, kept up to date on disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .addresses import remote_url
from .arrow import plain_memory
from .data import data_folder
from .loader import count_lines, rebuild, update
from .opening import open_repository
from .partial import complete, is_partial, reason_to_complete, supply
from .refreshing import refresh as refresh
from .repository import Repository, Unreadable
from .store import Gone, Store, stores

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import pyarrow as pa

#: How many commits before a range are read with it, to know what is usual.
LEAD = 500


@dataclass(frozen=True)
class History:
    """What landed in one or more repositories, as pandas frames.

    Steps take a History and return a new one; none changes its argument.

    Attributes
    ----------
    commits : pandas.DataFrame
        One row a commit, oldest landed first (`commitlens.schema.COMMITS`).
    files : pandas.DataFrame
        One row a commit and path (`commitlens.schema.FILES`), in the order of
        the commits.
    warnings : tuple of str
        Sentences: what is incomplete, stale, skipped or capped.
    lead : History or None
        The last commits that landed *before* the range asked for. They are
        never shown; what is usual here is learnt from them.
    facts : pandas.DataFrame or None
        One row a fact (`commitlens.schema.FACTS`), after `gather_evidence`.
    repositories : mapping of str to Repository
        Where diffs can be read, by the value of the ``repo`` column.
    span : pair of datetime or None
        From when, and up to when, nothing that landed is missing. None: from
        the first commit, or up to the last.
    unread : mapping of (repo, sha) to str
        The change type as it were if its diff had not been read, of the commits
        where that differs. Repairs before a commit are counted by these: of the
        lead no diff is read.
    """

    commits: pd.DataFrame
    files: pd.DataFrame
    warnings: tuple[str, ...] = ()
    lead: History | None = None
    facts: pd.DataFrame | None = None
    repositories: Mapping[str, Repository] = field(default_factory=dict)
    span: tuple[dt.datetime | None, dt.datetime | None] = (None, None)
    unread: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def replace(self, **changes: Any) -> History:
        """Return a copy with some attributes replaced."""
        return replace(self, **changes)

    def __repr__(self) -> str:
        from .display import history_text

        return history_text(self)

    def _repr_html_(self) -> str:
        from .display import history_html

        return history_html(self)


def load_history(
    repo: str | os.PathLike[str] | None = None,
    *,
    since: dt.date | dt.datetime | str | None = None,
    until: dt.date | dt.datetime | str | None = None,
    tz: str | None = None,
    data: str | os.PathLike[str] | None = None,
    lines: bool = True,
    lock_files: bool = True,
    refresh: bool = True,
    progress: bool | None = None,
) -> History:
    """Load what landed on a repository's default branch.

    A remote repository is cloned once into the data folder, and fetched from
    then on; of a local one the branch that is checked out is read, and nothing
    is written to it. What was read before is kept in the data folder: the next
    load reads only what is new.

    Parameters
    ----------
    repo : str or path-like, optional
        A git URL, ``owner/name`` on GitHub, or a path in a repository. Left
        out: the repository of the working directory.
    since, until : date, datetime or str, optional
        Select on ``landed_at``: dates are whole days in `tz`, both included;
        timestamps are instants, `until` excluded. Default: everything.
    tz : str, optional
        Zone of the dates, such as ``Asia/Shanghai``; default: the machine's.
    data : path-like, optional
        The data folder; see `commitlens.data.data_folder`.
    lines : bool, default True
        Count the lines of each change. False is several times faster the
        first time: `insertions` and `deletions` are missing, no file is known
        to be binary, and a file that was moved and edited is an ``A`` and a
        ``D``. What was loaded with lines before is given with them.
    lock_files : bool, default True
        Count the lines of lock files (``package-lock.json``, ``uv.lock``, ...)
        too. False is up to twice as fast the first time where they are large:
        their counts are missing, and not part of their commits'. What was
        loaded with them before is given with them.
    refresh : bool, default True
        Look for new commits. False uses what is stored, without a network.
    progress : bool, optional
        Show progress bars; default: where somebody watches.

    Returns
    -------
    History
        With up to 500 earlier commits in ``lead`` when `since` is given.

    Raises
    ------
    CommitlensError
        The repository cannot be found, reached or read; a date or zone is not
        one; the data folder cannot be written.

    Examples
    --------
    >>> history = load_history("https://github.com/owner/name", since="2026-01-01")
    >>> history.commits[["landed_at", "author_name", "subject"]].tail()
    """
    from .dates import range_bounds

    start, end = range_bounds(since, until, tz)
    opened = _open(
        repo, data, refresh, progress,
        lines=lines, lock_files=lock_files, ranged=start is not None,
    )  # fmt: skip
    return _load(opened, start, end)


def load_last_day(
    repo: str | os.PathLike[str] | None = None,
    *,
    tz: str | None = None,
    data: str | os.PathLike[str] | None = None,
    refresh: bool = True,
    progress: bool | None = None,
) -> History:
    """Load the last day on which something landed.

    Parameters
    ----------
    repo, tz, data, refresh, progress
        As in `load_history`.

    Returns
    -------
    History
        With up to 500 earlier commits in ``lead``.

    Examples
    --------
    >>> load_last_day("owner/name", tz="Asia/Shanghai").commits["subject"]
    """
    import datetime as dt

    from .dates import day_bounds, day_of, zone

    where = zone(tz)
    opened = _open(repo, data, refresh, progress, ranged=True)
    latest = opened.store.manifest().latest
    if latest is None:
        return _load(opened, None, None)
    day = day_of(dt.datetime.fromtimestamp(latest, dt.UTC), where)
    return _load(opened, *day_bounds(day, where))


class _Opened(NamedTuple):
    """A repository whose store is up to date, and what is to be warned of."""

    repository: Repository
    store: Store
    counted: bool  # the store has line counts
    lines: bool  # line counts are asked for
    warnings: list[str]
    url: str | None  # where to fetch from, if that is allowed
    folder: Path
    progress: bool | None


def _open(
    repo: str | os.PathLike[str] | None,
    data: str | os.PathLike[str] | None,
    refresh: bool,
    progress: bool | None,
    *,
    lines: bool = True,
    lock_files: bool = True,
    ranged: bool = False,
) -> _Opened:
    folder = data_folder(data)
    # Frames need pandas, which takes as long to import as many a fetch or load.
    # It brings this along, which must be there before an error can end the process.
    import concurrent.futures.thread  # noqa: F401

    threading.Thread(target=import_module, args=("pandas",)).start()
    repository, warnings = open_repository(
        repo, folder, refresh=refresh, partial=ranged or not lines, progress=progress
    )
    url = None
    if repo is not None and refresh and not warnings:
        url = remote_url(os.fspath(repo))
    if lines and not ranged and is_partial(repository.git_dir):
        why = "its whole history was asked for"
        complete(repository, url, why, progress=progress)
    repository = replace(repository, lock_files=lock_files)
    repository, store, counted = _store(folder, repository, lines)
    stored = store.manifest()
    # Also without a refresh a load that was cut off is continued.
    if refresh or stored.tip is None or not stored.whole:
        try:
            update(repository, store, lines=counted, progress=progress)
        except Unreadable as error:
            if stored.tip is None:
                raise
            warnings.append(f"stale: {error}; what was stored before is used")
    return _Opened(repository, store, counted, lines, warnings, url, folder, progress)


def _store(
    folder: Path, repository: Repository, lines: bool
) -> tuple[Repository, Store, bool]:
    """Return the store that serves, who fills it, and whether it has line counts."""
    counted, names, most = stores(folder, repository.key)
    if is_partial(repository.git_dir) or not (
        lines or counted.manifest().tip == repository.tip()
    ):
        return repository, names, False
    if not repository.lock_files and counted.manifest().tip is None:
        return repository, most, True
    return replace(repository, lock_files=True), counted, True


@plain_memory()
def _load(
    opened: _Opened, start: dt.datetime | None, end: dt.datetime | None
) -> History:
    """Read a range of the store, with what came before it as lead."""
    repository, store = opened.repository, opened.store
    since, until = (None if t is None else _seconds(t) for t in (start, end))
    while True:
        manifest = store.manifest()
        try:
            commits, files, lead = store.read(
                manifest, since, until, lead=0 if since is None else LEAD
            )
            break
        except Gone:
            # A writer replaced the fragments after we read their names; when the
            # names are still the same, somebody deleted the files.
            if store.manifest() == manifest:
                rebuild(repository, store, lines=opened.counted)
    if opened.lines and not opened.counted:
        progress = opened.progress
        why = reason_to_complete(repository, commits.num_rows, manifest.commits)
        if why and opened.url:
            complete(repository, opened.url, why, progress=progress)
            repository, store, _ = _store(opened.folder, repository, True)
            update(repository, store, progress=progress)
            opened = opened._replace(repository=repository, store=store, counted=True)
            return _load(opened, start, end)
        supply(repository, opened.url, commits["sha"].to_pylist(), progress=progress)
        commits, files = count_lines(repository, commits, progress=progress)
    elif opened.url and not opened.counted:
        supply(repository, opened.url, [], progress=opened.progress)
    skipped: list[str] = []
    if not repository.lock_files:
        from . import lock_files

        files, skipped = lock_files.as_text(files, lead)
    history = _frames(repository, commits, files, lead)
    known = "insertions" if opened.lines or opened.counted else "files_changed"
    lost = _unreadable(history.commits, known)
    if manifest.lost:
        from .damage import warning

        lost.insert(0, warning(repository, manifest))
    return history.replace(
        warnings=(*opened.warnings, *lost, *skipped),
        span=(start, _seen(opened, manifest.latest, end)),
    )


def _seen(
    opened: _Opened, latest: float | None, end: dt.datetime | None
) -> dt.datetime | None:
    """Return up to when nothing of a range is missing; None is its last commit.

    A remote was asked just now. A local branch tells of no later time than that
    of its newest commit: what it lacks may be elsewhere.
    """
    import datetime as dt

    # Of a local repository HEAD is read, of a mirror its copy of the remote's.
    fetched = opened.url is not None and opened.repository.revision != "HEAD"
    if fetched:
        known = dt.datetime.now(dt.UTC)
    elif end is not None and latest is not None:
        known = dt.datetime.fromtimestamp(latest, dt.UTC)
    else:
        return None
    return known if end is None else min(end, known)


def _frames(
    repository: Repository, commits: pa.Table, files: pa.Table, lead: int
) -> History:
    """Make frames of stored tables; the first `lead` commits go to the lead."""
    import pyarrow.compute as pc

    repositories = {repository.name: replace(repository, lock_files=True)}
    cut = int(pc.sum(pc.less(files["commit"], lead)).as_py() or 0) if lead else 0
    shas = commits["sha"]
    parts = []
    for some_commits, some_files in (
        (commits[:lead], files[:cut]),
        (commits[lead:], files[cut:]),
    ):
        owners = some_files["commit"]
        parts.append(
            History(
                commits=_to_pandas(some_commits, repository.name, "COMMITS"),
                files=_to_pandas(
                    some_files.append_column("sha", shas.take(owners)),
                    repository.name,
                    "FILES",
                ),
                repositories=repositories,
            )
        )
    return parts[1].replace(lead=parts[0] if lead else None)


def _to_pandas(table: pa.Table, repo: str, columns: str) -> pd.DataFrame:
    """Return a frame with the columns and dtypes of a table of `schema`."""
    import pandas as pd
    import pyarrow as pa

    from . import schema

    kinds = {name: kind for name, (kind, _) in getattr(schema, columns).items()}
    names = pa.array([repo], pa.large_string()).take(
        pa.array([0] * table.num_rows, pa.int32())
    )
    table = table.append_column("repo", names)
    frame = {}
    for name, kind in kinds.items():
        dtype = schema.pandas_dtype(kind)
        if kind == "time":
            column = table[name].cast(pa.timestamp("us", "UTC")).to_pandas()
        elif kind == "bool":
            column = table[name].to_pandas()
        else:
            chunks = table[name].combine_chunks()
            column = pd.Series(dtype.__from_arrow__(pa.chunked_array([chunks])))
        frame[name] = column.astype(dtype)
    return pd.DataFrame(frame)


def _seconds(moment: dt.datetime) -> int:
    """Return whole seconds since the epoch, rounded up: git knows no fractions."""
    return -int(-moment.timestamp() // 1)


def _unreadable(commits: pd.DataFrame, known: str) -> list[str]:
    """Say which commits lack the number `known`: git could not read them."""
    lost = commits.loc[commits[known].isna(), "sha"].tolist()
    if not lost:
        return []
    some = ", ".join(sha[:10] for sha in lost[:3]) + (", ..." if len(lost) > 3 else "")
    count = "1 commit" if len(lost) == 1 else f"{len(lost)} commits"
    return [
        f"git could not read all of {count} ({some}): objects are missing or damaged; "
        "their numbers are missing until a refresh can read them"
    ]
