"""From git's streams into the store: what is new, in landing order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from . import gitlog
from . import progress as progress_bars
from .arrow import array, commit_schema, empty_tables, file_schema, table
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
    segments = list(_segments(_without(landings(parents, tip), lost)))
    # Newest first inside a segment: git stores old objects as differences to
    # newer ones.
    order = [
        sha
        for segment in segments
        for _, brought in reversed(segment)
        for sha in reversed(brought)
    ]
    with (
        closing(repository.changes(order, lines=lines)) as answers,
        progress_bars.bar(
            f"reading {repository.name}", len(order), show=progress
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


def _read(
    repository: Repository,
    segment: Sequence[tuple[str, list[str]]],
    answers: Iterator[tuple[str, bytes | None]],
    bar: Any,
) -> tuple[pa.Table, pa.Table]:
    """Read the commits of some landings from git, in landing order.

    `answers` gives their changes, newest first.
    """

    shas = [sha for _, brought in segment for sha in brought]
    rows = _messages(repository, shas)
    committed = dict(zip(shas, rows["committed_at"], strict=True))
    rows["landed_at"] = [
        committed[landing] for landing, brought in segment for _ in brought
    ]
    rows["on_chain"] = [
        sha == landing for landing, brought in segment for sha in brought
    ]
    numbers, files = _numbers(answers, len(shas), bar)
    return table(rows | numbers, commit_schema()), files


_NUMBERS = ("files_changed", "insertions", "deletions")


def _numbers(
    answers: Iterator[tuple[str, bytes | None]], count: int, bar: Any
) -> tuple[dict[str, list[Any]], pa.Table]:
    """Read the changes of the next `count` commits, which come newest first."""
    import numpy as np
    import pyarrow as pa

    changes = gitlog.Changes()
    totals: list[tuple[int | None, ...]] = []
    for _, answer in islice(answers, count):
        totals.append((None,) * 3 if answer is None else changes.add(answer))
        bar.update()
    sizes = [size or 0 for size, *_ in totals]
    owners = np.repeat(np.arange(count, dtype=np.int32)[::-1], sizes)
    files = table(changes.columns() | {"commit": owners}, file_schema())
    # Oldest first; the files of a commit keep their order.
    files = files.take(array(np.argsort(owners, kind="stable"), pa.int64()))
    columns = zip(*reversed(totals), strict=True)
    numbers = dict(zip(_NUMBERS, map(list, columns), strict=True))
    return numbers, files


def count_lines(
    repository: Repository, commits: pa.Table, *, progress: bool | None = None
) -> tuple[pa.Table, pa.Table]:
    """Return stored commits and their files, compared anew with lines counted."""
    import pyarrow as pa

    shas = commits["sha"].to_pylist()
    if not shas:
        return empty_tables()
    with (
        closing(repository.changes(shas[::-1])) as answers,
        progress_bars.bar(
            f"comparing {repository.name}", len(shas), show=progress
        ) as bar,
    ):
        numbers, files = _numbers(answers, len(shas), bar)
    for name, values in numbers.items():
        at = commits.schema.get_field_index(name)
        column = array(values, pa.int64())
        commits = commits.set_column(at, commits.schema.field(at), column)
    return commits, files


def _uncounted(commits: pa.Table) -> pa.Table:
    """Return `commits` without line counts, also where there was no line."""
    import pyarrow as pa

    for name in ("insertions", "deletions"):
        at = commits.schema.get_field_index(name)
        none = pa.nulls(commits.num_rows, pa.int64())
        commits = commits.set_column(at, commits.schema.field(at), none)
    return commits


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
