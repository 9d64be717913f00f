"""A repository's history as two frames, kept up to date on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from . import gitlog
from . import progress as progress_bars
from .data import data_folder
from .errors import RepositoryError
from .landed import landings
from .locks import lock
from .repository import Repository, open_repository
from .store import Manifest, Store

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import pyarrow as pa

#: How many commits before a range are read with it, to know what is usual.
LEAD = 500

#: Commits read between two writes of the store: what a cancelled load loses.
SEGMENT = 4096


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
    """

    commits: pd.DataFrame
    files: pd.DataFrame
    warnings: tuple[str, ...] = ()
    lead: History | None = None
    facts: pd.DataFrame | None = None
    repositories: Mapping[str, Repository] = field(default_factory=dict)

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
    folder = data_folder(data)
    repository, warnings = open_repository(
        repo, folder, refresh=refresh, progress=progress
    )
    store = Store(folder / "history" / repository.key)
    if refresh or store.manifest().tip is None:
        update(repository, store, progress=progress)
    while True:
        manifest = store.manifest()
        try:
            commits, files, lead = store.read(
                manifest,
                None if start is None else _seconds(start),
                None if end is None else _seconds(end),
                lead=LEAD if start is not None else 0,
            )
            break
        except FileNotFoundError:
            # A writer replaced the fragments that this manifest named.
            if store.manifest() == manifest:
                store.clear()
                update(repository, store, progress=progress)
    history = _frames(repository, commits, files, lead)
    return history.replace(warnings=(*warnings, *_unreadable(history.commits)))


def refresh(
    repo: str | os.PathLike[str] | None = None,
    *,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> int:
    """Bring the mirror and the store of a repository up to date.

    Parameters are those of `load_history`.

    Returns
    -------
    int
        How many commits are stored now.

    Raises
    ------
    CommitlensError
        As `load_history`, and also when a known repository cannot be reached.
    """
    folder = data_folder(data)
    repository, stale = open_repository(repo, folder, progress=progress)
    if stale:
        raise RepositoryError(stale[0].removeprefix("stale: "))
    store = Store(folder / "history" / repository.key)
    return update(repository, store, progress=progress).commits


def update(
    repository: Repository, store: Store, *, progress: bool | None = None
) -> Manifest:
    """Read into `store` what `repository` has and it has not.

    Commits are read in landing order and stored every few thousand, so that a
    load that is cancelled or killed is continued by the next one.
    """
    tip = repository.tip()
    manifest = store.manifest()
    if manifest.tip == tip:
        return manifest
    with lock(store.folder / ".lock"):
        manifest = store.manifest()
        if manifest.tip == tip:
            return manifest
        parents = _new_parents(repository, tip, manifest.tip)
        if parents is None:
            # The branch was rewritten or moved: keep what is still on it.
            manifest = store.truncate(manifest, set(repository.first_parents(tip)))
            parents = repository.parents(tip, base=manifest.tip)
        with progress_bars.bar(
            f"reading {repository.name}", len(parents), show=progress
        ) as bar:
            for segment in _segments(landings(parents, tip)):
                commits, files = _read(repository, segment, bar)
                manifest = store.append(manifest, segment[-1][0], commits, files)
        return manifest


def _new_parents(
    repository: Repository, tip: str, base: str | None
) -> dict[str, list[str]] | None:
    """Return the parents of what `base` does not reach, if `tip` builds on it.

    None when `base` is not on the first-parent chain of `tip`: then what is
    stored did not land as it now has.
    """
    if base is None:
        return repository.parents(tip)
    if not repository.has(base):
        return None
    parents = repository.parents(tip, base=base)
    oldest: str | None = tip
    while oldest is not None and oldest in parents:
        oldest = next(iter(parents[oldest]), None)
    return parents if oldest == base and parents else None


def _segments(
    landed: Iterator[tuple[str, list[str]]],
) -> Iterator[list[tuple[str, list[str]]]]:
    """Group landings into runs of about `SEGMENT` commits."""
    segment: list[tuple[str, list[str]]] = []
    size = 0
    for landing in landed:
        segment.append(landing)
        size += len(landing[1])
        if size >= SEGMENT:
            yield segment
            segment, size = [], 0
    if segment:
        yield segment


def _read(
    repository: Repository, segment: Sequence[tuple[str, list[str]]], bar: Any
) -> tuple[pa.Table, pa.Table]:
    """Read the commits of some landings from git, in landing order."""
    import numpy as np
    import pyarrow as pa

    from .bots import is_bot
    from .store import commit_schema, file_schema

    shas = [sha for _, brought in segment for sha in brought]
    rows: dict[str, list[Any]] = {name: [] for name in commit_schema().names}
    for record in repository.messages(shas):
        fields = dict(zip(gitlog.FIELDS, record, strict=True))
        encoding = fields["encoding"].decode("ascii", "replace")
        parents = fields["parents"].decode("ascii").split()
        author = gitlog.decode(fields["author_name"], encoding)
        email = gitlog.decode(fields["author_email"], encoding)
        subject, body = gitlog.message_parts(gitlog.decode(fields["message"], encoding))
        trailers = gitlog.decode(fields["trailers"], encoding)
        rows["parents"].append(parents)
        rows["author_name"].append(author)
        rows["author_email"].append(email)
        rows["authored_at"].append(gitlog.moment(fields["authored"]))
        rows["committer_name"].append(gitlog.decode(fields["committer_name"], encoding))
        rows["committed_at"].append(gitlog.moment(fields["committed"]))
        rows["subject"].append(subject)
        rows["body"].append(body)
        rows["trailers"].append(gitlog.trailer_pairs(trailers))
        rows["is_merge"].append(len(parents) > 1)
        rows["is_bot"].append(is_bot(author, email))
    rows["sha"] = shas
    committed = dict(zip(shas, rows["committed_at"], strict=True))
    for landing, brought in segment:
        rows["landed_at"] += [committed[landing]] * len(brought)
        rows["on_chain"] += [False] * (len(brought) - 1) + [True]

    files: dict[str, list[Any]] = {name: [] for name in file_schema().names}
    totals: list[tuple[int | None, int | None, int | None]] = []
    owners: list[int] = []
    # Newest first: git stores old objects as differences to newer ones.
    for index, (_, answer) in enumerate(repository.changes(shas[::-1])):
        changes = [] if answer is None else gitlog.changes(answer)
        owners += [len(shas) - 1 - index] * len(changes)
        for name in gitlog.Change._fields:
            files[name] += [getattr(change, name) for change in changes]
        totals.append(_totals(None if answer is None else changes))
        bar.update()
    totals.reverse()
    for place, name in enumerate(("files_changed", "insertions", "deletions")):
        rows[name] = [total[place] for total in totals]
    files["commit"] = owners
    table = pa.table(files, schema=file_schema())
    order = np.argsort(np.asarray(owners, dtype=np.int32), kind="stable")
    return pa.table(rows, schema=commit_schema()), table.take(pa.array(order))


def _totals(
    changes: Sequence[gitlog.Change] | None,
) -> tuple[int | None, int | None, int | None]:
    """Return files, insertions and deletions; None where git gave none."""
    if changes is None:
        return None, None, None
    if any(change.insertions is None and not change.is_binary for change in changes):
        return len(changes), None, None
    return (
        len(changes),
        sum(change.insertions or 0 for change in changes),
        sum(change.deletions or 0 for change in changes),
    )


def _frames(
    repository: Repository, commits: pa.Table, files: pa.Table, lead: int
) -> History:
    """Make frames of stored tables; the first `lead` commits go to the lead."""
    import pyarrow.compute as pc

    repositories = {repository.name: repository}
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


def _unreadable(commits: pd.DataFrame) -> list[str]:
    """Say which commits lack numbers because git could not read them."""
    lost = commits.loc[commits["insertions"].isna(), "sha"].tolist()
    if not lost:
        return []
    some = ", ".join(sha[:10] for sha in lost[:3]) + (", ..." if len(lost) > 3 else "")
    count = "1 commit" if len(lost) == 1 else f"{len(lost)} commits"
    return [
        f"git could not read all of {count} ({some}): objects are missing or damaged; "
        "their numbers are missing"
    ]


