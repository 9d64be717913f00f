"""One repository's history on disk: Parquet fragments behind a manifest.

A fragment holds the commits of some consecutive landings, in landing order, and
the files they touch. Both are cut into the same row groups, so that reading a
range reads the groups whose days overlap it and nothing else. Fragments are
never changed: a new manifest, renamed into place, is what makes a write happen.
A process that dies before that has changed nothing.

A store read to ``tip`` holds exactly what `tip`'s history holds, whatever the
steps that led there: each landing's rows depend on the commit graph alone, so
appending to a stored prefix and reading everything anew give the same rows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .arrow import (
    SCHEMAS,
    concatenate,
    empty_tables,
    numbers,
    shift,
    take,
    writer,
)
from .errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa

#: Raised when the layout changes; an older store is read anew from git.
VERSION = 1

#: Commits in a row group: what a read of one day costs at least.
GROUP = 1024

#: A last fragment below this many commits takes the next commits in, so that
#: years of daily refreshes leave few files.
SMALL = 4096


class Gone(StoreError):
    """What a manifest names is missing, replaced or damaged."""


class Group(NamedTuple):
    """A row group of both files: its sizes and the times it spans."""

    commits: int
    files: int
    earliest: int
    latest: int


@dataclass(frozen=True)
class Fragment:
    """Two Parquet files, and the last first-parent commit that they hold.

    `gaps` says of how many commits git could not tell the files, and of how many
    not the lines.
    """

    name: str
    tip: str
    groups: tuple[Group, ...]
    gaps: tuple[int, int] = (0, 0)

    @property
    def commits(self) -> int:
        """How many commits it holds."""
        return sum(group.commits for group in self.groups)


@dataclass(frozen=True)
class Manifest:
    """What the store holds: the fragments, oldest first.

    It is `whole` when the load that wrote it came to its end, and `lost` are the
    commits of the branch that git could not read.
    """

    fragments: tuple[Fragment, ...] = ()
    whole: bool = True
    lost: tuple[str, ...] = ()

    @property
    def tip(self) -> str | None:
        """The commit up to which history is stored."""
        return self.fragments[-1].tip if self.fragments else None

    @property
    def latest(self) -> int | None:
        """When something last landed, in seconds since the epoch."""
        spans = [group for fragment in self.fragments for group in fragment.groups]
        return max((group.latest for group in spans), default=None)

    def gaps(self, lines: bool) -> int:
        """How many commits have no numbers, or with `lines` no line counts."""
        return sum(fragment.gaps[lines] for fragment in self.fragments)

    @property
    def commits(self) -> int:
        """How many commits are stored."""
        return sum(fragment.commits for fragment in self.fragments)


def stores(data: Path, key: str) -> tuple[Store, Store, Store]:
    """Return a repository's stores: of all lines, of none, of all but lock files'."""
    home = data / "history"
    # A sign that no key has: keys are quoted.
    names, most = (Store(home / f"{key}+{kind}") for kind in ("names", "nolocks"))
    return Store(home / key), names, most


class Store:
    """The fragments of one repository in one folder.

    Parameters
    ----------
    folder : Path
        Made when something is first written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> Manifest:
        """Read the manifest; an absent, older or damaged one is an empty store."""
        try:
            raw = json.loads((self.folder / "manifest.json").read_text("utf-8"))
            if raw.get("version") != VERSION:
                return Manifest()
            fragments = tuple(
                Fragment(
                    f["name"],
                    f["tip"],
                    tuple(Group(*g) for g in f["groups"]),
                    tuple(f.get("gaps", (0, 0))),
                )
                for f in raw["fragments"]
            )
            lost = tuple(raw.get("lost", ()))
        except FileNotFoundError:
            return Manifest()
        except OSError as error:
            msg = f"cannot read the store in {self.folder} ({error.strerror})"
            raise StoreError(msg) from error
        except (ValueError, KeyError, TypeError, AttributeError):
            return Manifest()
        return Manifest(fragments, raw.get("whole") is True, lost)

    def append(
        self,
        manifest: Manifest,
        tip: str,
        commits: pa.Table,
        files: pa.Table,
        *,
        goal: str,
    ) -> Manifest:
        """Store more landings, up to `tip`, and return the new manifest.

        `files` has a column ``commit``: the row of `commits` that it belongs
        to, ascending. The store is whole when `goal` is reached.
        """
        fragments = manifest.fragments
        if fragments and fragments[-1].commits < SMALL:
            before = self._read_fragment(fragments[-1])
            commits, files = concatenate([before, (commits, files)])
            fragments = fragments[:-1]
        written = self._write_fragment(tip, commits, files)
        fragments = (*fragments, written)
        return self._publish(replace(manifest, fragments=fragments, whole=tip == goal))

    def truncate(self, manifest: Manifest, keep: set[str], *, goal: str) -> Manifest:
        """Drop what follows the last stored chain commit that is in `keep`."""
        import pyarrow.compute as pc

        fragments = list(manifest.fragments)
        while fragments:
            last = fragments.pop()
            if last.tip in keep:
                fragments.append(last)
                break
            commits, files = self._read_fragment(last)
            chain = pc.indices_nonzero(commits["on_chain"]).to_pylist()
            shas = commits["sha"].take(chain).to_pylist()
            kept = [row for row, sha in zip(chain, shas, strict=True) if sha in keep]
            if kept:
                rows = kept[-1] + 1
                tip = commits["sha"][rows - 1].as_py()
                files = files.filter(pc.less(files["commit"], rows))
                fragments.append(self._write_fragment(tip, commits[:rows], files))
                break
        reached = bool(fragments) and fragments[-1].tip == goal
        return self._publish(
            replace(manifest, fragments=tuple(fragments), whole=reached)
        )

    def revise(
        self, manifest: Manifest, revised: Mapping[Fragment, tuple[pa.Table, pa.Table]]
    ) -> Manifest:
        """Store other rows of the same commits in place of some fragments'."""
        fragments = tuple(
            self._write_fragment(fragment.tip, *revised[fragment])
            if fragment in revised
            else fragment
            for fragment in manifest.fragments
        )
        return self._publish(replace(manifest, fragments=fragments))

    def adopt(self, other: Store) -> Manifest:
        """Take over all that `other` holds, in place of what is stored.

        A process that dies on the way leaves this store as it was: fragments
        that no manifest names are dropped by the next write.
        """
        manifest = other.manifest()
        with _writing(self.folder):
            for fragment in manifest.fragments:
                for kind in SCHEMAS:
                    name = f"{fragment.name}.{kind}.parquet"
                    (other.folder / name).replace(self.folder / name)
        return self._publish(manifest)

    def read(
        self,
        manifest: Manifest,
        since: int | None = None,
        until: int | None = None,
        *,
        lead: int = 0,
    ) -> tuple[pa.Table, pa.Table, int]:
        """Read the commits landed in ``[since, until)``, and those before them.

        Parameters
        ----------
        manifest : Manifest
            As read just before.
        since, until : int, optional
            Seconds since the epoch.
        lead : int, default 0
            How many commits before the first of the range to read as well.

        Returns
        -------
        (pyarrow.Table, pyarrow.Table, int)
            Commits, their files (with ``commit``, the row in the first table),
            and how many of the first commits are lead.

        Raises
        ------
        Gone
            A writer has replaced what the manifest names: read it again.
        """
        import numpy as np

        spans = [group for fragment in manifest.fragments for group in fragment.groups]
        starts = np.cumsum([0, *(group.commits for group in spans)])
        wanted: set[int] = set()
        for index, group in enumerate(spans):
            if (since is None or group.latest >= since) and (
                until is None or group.earliest < until
            ):
                room = np.searchsorted(starts, starts[index] - lead, side="right") - 1
                wanted.update(range(max(0, int(room)), index + 1))
        tables = []
        first = 0
        for fragment in manifest.fragments:
            last = first + len(fragment.groups)
            groups = [index - first for index in range(first, last) if index in wanted]
            if groups:
                tables.append(self._read_fragment(fragment, groups))
            first = last
        if not tables:
            commits, files = empty_tables()
            return commits, files, 0
        commits, files = concatenate(tables)
        landed = commits["landed_at"].to_numpy().astype("datetime64[s]").astype("int64")
        chosen = np.ones(len(landed), dtype=bool)
        if since is not None:
            chosen &= landed >= since
        if until is not None:
            chosen &= landed < until
        # Clocks go wrong: what landed on a day need not stand together, and each
        # run of it has its own commits before it.
        place = np.concatenate([np.arange(starts[g], starts[g + 1]) for g in
                                sorted(wanted)])  # fmt: skip
        before = np.zeros(len(landed), dtype=bool)
        for row in np.flatnonzero(chosen & ~np.r_[False, chosen[:-1]]):
            before[np.searchsorted(place, place[row] - lead) : row] = True
        before &= ~chosen
        rows = [*np.flatnonzero(before).tolist(), *np.flatnonzero(chosen).tolist()]
        commits, files = take(commits, files, rows)
        return commits, files, int(before.sum())

    def _read_fragment(
        self,
        fragment: Fragment,
        groups: Sequence[int] | None = None,
    ) -> tuple[pa.Table, pa.Table]:
        import numpy as np
        import pyarrow as pa
        import pyarrow.parquet as pq

        groups = range(len(fragment.groups)) if groups is None else groups
        tables = []
        try:
            for kind, schema in SCHEMAS.items():
                path = self.folder / f"{fragment.name}.{kind}.parquet"
                with pq.ParquetFile(path, pre_buffer=False) as file:
                    # Parquet knows no seconds: the schema says what was meant.
                    # One thread: more of them wait for one another.
                    table = file.read_row_groups(list(groups), use_threads=False)
                    tables.append(table.cast(schema()))
        except (pa.ArrowException, OSError) as error:
            msg = f"the store in {self.folder} has lost a part ({error})"
            raise Gone(msg) from error
        commits, files = tables
        # On disk a file counts its commit inside its row group.
        sizes = [fragment.groups[index] for index in groups]
        starts = np.cumsum([0, *(group.commits for group in sizes)])[:-1]
        offsets = np.repeat(starts, [group.files for group in sizes])
        return commits, shift(files, offsets)

    def _write_fragment(self, tip: str, commits: pa.Table, files: pa.Table) -> Fragment:
        import numpy as np

        name = os.urandom(8).hex()
        groups: list[Group] = []
        starts = range(0, commits.num_rows, GROUP)
        cuts = np.searchsorted(numbers(files["commit"]), [*starts, commits.num_rows])
        landed = numbers(commits["landed_at"])
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            paths = [self.folder / f"{name}.{kind}.parquet" for kind in SCHEMAS]
            with (
                writer(paths[0], commits.schema) as one,
                writer(paths[1], files.schema) as two,
            ):
                for start, first, last in zip(starts, cuts, cuts[1:], strict=False):
                    rows = commits.slice(start, GROUP)
                    part = files.slice(first, last - first)
                    one.write_table(rows, row_group_size=GROUP)
                    two.write_table(
                        shift(part, -start), row_group_size=max(1, part.num_rows)
                    )
                    times = landed[start : start + GROUP]
                    groups.append(
                        Group(rows.num_rows, part.num_rows, int(times.min()),
                              int(times.max()))
                    )  # fmt: skip
        gaps = commits["files_changed"].null_count, commits["insertions"].null_count
        return Fragment(name, tip, tuple(groups), gaps)

    def _publish(self, manifest: Manifest) -> Manifest:
        """Make `manifest` the store's, then drop the files that it left out."""
        target = self.folder / "manifest.json"
        fresh = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
        raw = {
            "version": VERSION,
            "whole": manifest.whole,
            "fragments": [asdict(fragment) for fragment in manifest.fragments],
            "lost": manifest.lost,
        }
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(raw, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
            named = {fragment.name for fragment in manifest.fragments}
            for path in self.folder.glob("*.parquet"):
                if path.name.partition(".")[0] not in named:
                    path.unlink(missing_ok=True)
        return manifest


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn a failed write into one clear sentence."""
    try:
        yield
    except OSError as error:
        msg = (
            f"cannot write the store in {folder} ({error.strerror or error}); what "
            "was stored before is unchanged"
        )
        raise StoreError(msg) from error
