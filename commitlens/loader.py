"""From git's streams into the store: what is new, in landing order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import progress as progress_bars
from .arrow import array, commit_schema, empty_tables, numbers, plain_memory, table
from .landed import landings
from .locks import lock
from .repository import Repository, Unreadable
from .store import Gone, Manifest, Store

if TYPE_CHECKING:
    import pyarrow as pa

    from .damage import Survey

#: Commits read between two writes of the store: what a cancelled load loses.
SEGMENT = 4096

#: Lost commits that are asked for again each time.
RETRIES = 16

#: Commits whose changes git is asked for together. What it has found it says when
#: it has filled a page, or at the end of a group.
TOGETHER = 32


def rebuild(
    repository: Repository,
    store: Store,
    *,
    lines: bool = True,
    progress: bool | None = None,
) -> Manifest:
    """Read everything anew from git, then let it replace what is stored."""
    with beside(store) as fresh:
        read = update(repository, fresh, lines=lines, progress=progress)
        with lock(store.folder / ".lock"):
            if read.lost and read.commits < store.manifest().commits:
                from .damage import warning

                msg = (
                    f"what is stored has more and is kept: {warning(repository, read)}"
                )
                raise Unreadable(msg)
            return store.adopt(fresh)


@contextmanager
def beside(store: Store) -> Iterator[Store]:
    """Give an empty store to read anew into, which is gone after the block."""
    folder = store.folder / "anew"
    with lock(store.folder / ".anew.lock"):
        # One that was killed may have left some.
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield Store(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def update(
    repository: Repository,
    store: Store,
    *,
    lines: bool = True,
    progress: bool | None = None,
) -> Manifest:
    """Read into `store` what `repository` has and it has not.

    Commits are read in landing order and stored every few thousand, so that a
    load that is cancelled or killed is continued by the next one. Without
    `lines` no lines are counted: such rows belong in a store of their own.
    """
    tip = repository.tip()
    manifest = store.manifest()
    if manifest.tip == tip and not (manifest.lost or manifest.gaps(lines)):
        return manifest
    if manifest.lost:
        from .damage import readable

        if readable(repository, manifest.lost[:RETRIES]):
            # What landed when depends on them: only a new reading is right.
            with suppress(Unreadable):
                return rebuild(repository, store, lines=lines, progress=progress)
    with lock(store.folder / ".lock"):
        known = store.manifest()
        try:
            read = _append(
                repository, store, known, tip, lines=lines, progress=progress
            )
            if read.gaps(lines):
                from .mending import mend

                read = mend(repository, store, read, lines=lines)
            return read
        except Gone:
            # Somebody deleted fragments that the manifest names.
            return _append(
                repository, store, Manifest(), tip, lines=lines, progress=progress
            )


@plain_memory()
def _append(
    repository: Repository,
    store: Store,
    manifest: Manifest,
    tip: str,
    *,
    lines: bool,
    progress: bool | None,
) -> Manifest:
    """Read what follows the tip of `manifest`; the store's lock is held."""
    survey: Survey | None = None
    surveyed: Manifest | None = None
    while manifest.tip != tip:
        try:
            for stored in _follow(
                repository, survey, store, manifest, tip, lines=lines, progress=progress
            ):
                manifest = stored
        except Unreadable:
            if surveyed == manifest:
                raise
            from .damage import Survey

            surveyed = manifest
            known = _stored(store, manifest)
            survey = Survey(repository, tip, known, base=manifest.tip)
            # Where one thing is damaged, an index may be: commits speak for
            # themselves.
            repository = replace(repository, indexed=False)
    return manifest


def _stored(store: Store, manifest: Manifest) -> dict[str, list[str]]:
    """Return the parents of all commits that are stored."""
    commits, _, _ = store.read(manifest)
    shas, parents = commits["sha"].to_pylist(), commits["parents"].to_pylist()
    return dict(zip(shas, parents, strict=True))


def _follow(
    repository: Repository,
    survey: Survey | None,
    store: Store,
    manifest: Manifest,
    tip: str,
    *,
    lines: bool,
    progress: bool | None,
) -> Iterator[Manifest]:
    """Read and store what follows the tip of `manifest`, as far as it is known."""
    graph = survey or repository
    parents = _new_parents(graph, tip, manifest.tip)
    if parents is None:
        # The branch was rewritten or moved: keep what is still on it.
        manifest = store.truncate(manifest, set(graph.first_parents(tip)), goal=tip)
        if manifest.lost:
            named = {sha for some in _stored(store, manifest).values() for sha in some}
            left = tuple(sha for sha in manifest.lost if sha in named)
            manifest = replace(manifest, lost=left)
        yield manifest
        parents = graph.parents(tip, base=manifest.tip)
    lost = survey.without(parents) if survey else set()
    manifest = replace(manifest, lost=tuple(sorted({*manifest.lost, *lost})))
    landed = landings(parents, tip)
    segments = list(_segments(_without(landed, lost) if lost else landed))
    # Newest first inside a segment: git stores old objects as differences to
    # newer ones.
    order = [group for segment in segments for group in groups(_shas(segment))]
    with (
        closing(repository.changes(order, lines=lines)) as answers,
        progress_bars.bar(
            f"reading {repository.name}", sum(map(len, order)), show=progress
        ) as bar,
    ):
        for segment in segments:
            commits, files = _read(repository, segment, answers, bar)
            if not lines:
                commits = _uncounted(commits)
            manifest = store.append(manifest, segment[-1][0], commits, files, goal=tip)
            yield manifest


def _without(
    landed: Iterator[tuple[str, list[str]]], lost: set[str]
) -> Iterator[tuple[str, list[str]]]:
    """Leave lost commits out; what landed with one lands with the next."""
    waiting: list[str] = []
    for landing, brought in landed:
        waiting += [sha for sha in brought if sha not in lost]
        if landing not in lost:
            yield landing, waiting
            waiting = []


def _new_parents(
    graph: Repository | Survey, tip: str, base: str | None
) -> dict[str, tuple[str, ...]] | None:
    """Return the parents of what `base` does not reach, if `tip` builds on it.

    None when `base` is not on the first-parent chain of `tip`: then what is
    stored did not land as it now has.
    """
    if base is None:
        return graph.parents(tip)
    if not graph.has(base):
        return None
    parents = graph.parents(tip, base=base)
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


def _shas(segment: Sequence[tuple[str, list[str]]]) -> list[str]:
    return [sha for _, brought in segment for sha in brought]


def groups(shas: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut commits into what git is asked for together, newest first."""
    newest = shas[::-1]
    for start in range(0, len(newest), TOGETHER):
        yield newest[start : start + TOGETHER]


def _read(
    repository: Repository,
    segment: Sequence[tuple[str, list[str]]],
    answers: Iterator[tuple[Sequence[str], bytes | None]],
    bar: Any,
) -> tuple[pa.Table, pa.Table]:
    """Read the commits of some landings from git, in landing order.

    `answers` gives their changes, newest first.
    """
    import numpy as np

    from . import columns

    shas = _shas(segment)
    rows = columns.commits(repository.messages(shas))
    # A landing ends with its own commit.
    sizes = [len(brought) for _, brought in segment]
    ends = np.cumsum(sizes) - 1
    rows["landed_at"] = np.repeat(rows["committed_at"][ends], sizes)
    rows["on_chain"] = np.isin(np.arange(len(shas)), ends)
    sums, files = _numbers(answers, len(shas), bar)
    return table(rows | sums, commit_schema()), files


def _numbers(
    answers: Iterator[tuple[Sequence[str], bytes | None]], count: int, bar: Any
) -> tuple[dict[str, pa.Array], pa.Table]:
    """Read the changes of the next `count` commits, which come newest first."""
    import numpy as np
    import pyarrow as pa

    from . import columns

    def next_answers() -> Iterator[tuple[Sequence[str], bytes | None]]:
        left = count
        while left:
            shas, answer = next(answers)
            left -= len(shas)
            bar.update(len(shas))
            yield shas, answer

    files, sums = columns.changes(next_answers())
    # Oldest first; the files of a commit keep their order.
    owners = count - 1 - numbers(files["commit"])
    at = files.schema.get_field_index("commit")
    files = files.set_column(at, files.schema.field(at), array(owners, pa.int32()))
    order = array(np.argsort(owners, kind="stable"), pa.int64())
    newest = array(np.arange(count - 1, -1, -1), pa.int64())
    return {name: some.take(newest) for name, some in sums.items()}, files.take(order)


def count_lines(
    repository: Repository, commits: pa.Table, *, progress: bool | None = None
) -> tuple[pa.Table, pa.Table]:
    """Return stored commits and their files, compared anew with lines counted."""
    shas = commits["sha"].to_pylist()
    if not shas:
        return empty_tables()
    with (
        closing(repository.changes(list(groups(shas)))) as answers,
        progress_bars.bar(
            f"comparing {repository.name}", len(shas), show=progress
        ) as bar,
    ):
        sums, files = _numbers(answers, len(shas), bar)
    for name, values in sums.items():
        at = commits.schema.get_field_index(name)
        commits = commits.set_column(at, commits.schema.field(at), values)
    return commits, files


def _uncounted(commits: pa.Table) -> pa.Table:
    """Return `commits` without line counts, also where there was no line."""
    import pyarrow as pa

    for name in ("insertions", "deletions"):
        at = commits.schema.get_field_index(name)
        none = pa.nulls(commits.num_rows, pa.int64())
        commits = commits.set_column(at, commits.schema.field(at), none)
    return commits
