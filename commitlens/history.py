"""A repository's history as two frames, kept up to date on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
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
        segments = list(_segments(landings(parents, tip)))
        # Newest first inside a segment: git stores old objects as differences
        # to newer ones.
        order = [
            sha
            for segment in segments
            for _, brought in reversed(segment)
            for sha in reversed(brought)
        ]
        with (
            closing(repository.changes(order)) as answers,
            progress_bars.bar(
                f"reading {repository.name}", len(parents), show=progress
            ) as bar,
        ):
            for segment in segments:
                commits, files = _read(repository, segment, answers, bar)
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
    repository: Repository,
    segment: Sequence[tuple[str, list[str]]],
    answers: Iterator[tuple[str, bytes | None]],
    bar: Any,
) -> tuple[pa.Table, pa.Table]:
    """Read the commits of some landings from git, in landing order.

    `answers` gives their changes, newest first.
    """
    import pyarrow as pa

    from .store import commit_schema, file_schema

    shas = [sha for _, brought in segment for sha in brought]
    rows = _messages(repository, shas)
    committed = dict(zip(shas, rows["committed_at"], strict=True))
    rows["landed_at"] = [
        committed[landing] for landing, brought in segment for _ in brought
    ]
    rows["on_chain"] = [
        sha == landing for landing, brought in segment for sha in brought
    ]
    found: list[list[gitlog.Change] | None] = []
    for _, answer in islice(answers, len(shas)):
        found.append(None if answer is None else gitlog.changes(answer))
        bar.update()
    found.reverse()
    totals = zip(*map(_totals, found), strict=True)
    for name, values in zip(_NUMBERS, totals, strict=True):
        rows[name] = list(values)
    return (
        pa.table(rows, schema=commit_schema()),
        pa.table(_files(found), schema=file_schema()),
    )


_NUMBERS = ("files_changed", "insertions", "deletions")


def _messages(repository: Repository, shas: Sequence[str]) -> dict[str, list[Any]]:
    """Return what git's log says of commits, as columns."""
    from .bots import is_bot

    raw = dict(
        zip(gitlog.FIELDS, zip(*repository.messages(shas), strict=True), strict=True)
    )
    encodings = gitlog.decode_all(raw["encoding"])
    text = {
        name: gitlog.decode_all(raw[name], encodings)
        for name in (
            "author_name", "author_email", "committer_name", "trailers", "message",
        )
    }  # fmt: skip
    parents = [line.split() for line in gitlog.decode_all(raw["parents"])]
    messages = map(gitlog.message_parts, text.pop("message"))
    subjects, bodies = zip(*messages, strict=True)
    trailers = map(gitlog.trailer_pairs, text.pop("trailers"))
    return text | {
        "sha": list(shas),
        "parents": parents,
        "authored_at": list(map(gitlog.moment, raw["authored"])),
        "committed_at": list(map(gitlog.moment, raw["committed"])),
        "subject": list(subjects),
        "body": list(bodies),
        "trailers": list(trailers),
        "is_merge": [len(some) > 1 for some in parents],
        "is_bot": list(map(is_bot, text["author_name"], text["author_email"])),
    }


def _files(found: Sequence[Sequence[gitlog.Change] | None]) -> dict[str, list[Any]]:
    """Return the changes of commits as columns, with the commit's row."""
    rows = [change for changes in found for change in changes or ()]
    columns = zip(*rows, strict=True) if rows else [()] * len(gitlog.Change._fields)
    files: dict[str, list[Any]] = dict(
        zip(gitlog.Change._fields, map(list, columns), strict=True)
    )
    files["path"] = gitlog.decode_all(files["path"])
    files["old_path"] = [
        None if old is None else gitlog.decode(old) for old in files["old_path"]
    ]
    files["commit"] = [
        row for row, changes in enumerate(found) for _ in changes or ()
    ]
    return files


def _totals(
    changes: Sequence[gitlog.Change] | None,
) -> tuple[int | None, int | None, int | None]:
    """Return files, insertions and deletions; None where git gave none."""
    if changes is None:
        return None, None, None
    added = removed = 0
    for change in changes:
        if not change.is_binary:
            if change.insertions is None or change.deletions is None:
                return len(changes), None, None
            added += change.insertions
            removed += change.deletions
    return len(changes), added, removed


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


