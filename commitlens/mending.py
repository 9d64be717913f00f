"""Numbers that git could not give once, asked for again."""

from __future__ import annotations

import random
from contextlib import closing
from typing import TYPE_CHECKING

from . import gitlog
from .arrow import array, file_schema, table
from .repository import Repository
from .store import Fragment, Manifest, Store

if TYPE_CHECKING:
    import pyarrow as pa

#: So many commits are asked for, and that many may fail, before it is left for
#: the next time. Which ones is chance: none is always behind those that fail.
ASKED, FAILED = 4096, 4

_NUMBERS = ("files_changed", "insertions", "deletions")


def mend(
    repository: Repository, store: Store, manifest: Manifest, *, lines: bool
) -> Manifest:
    """Store the numbers of commits that git can read by now.

    The store's lock is held.
    """
    known = "insertions" if lines else "files_changed"
    tables = {
        fragment: store._read_fragment(fragment)
        for fragment in manifest.fragments
        if fragment.gaps[lines]
    }
    gaps = [
        sha
        for commits, _ in tables.values()
        for sha in commits["sha"].filter(commits[known].is_null()).to_pylist()
    ]
    found = _ask(repository, random.sample(gaps, min(ASKED, len(gaps))), lines)
    revised: dict[Fragment, tuple[pa.Table, pa.Table]] = {}
    for fragment, (commits, files) in tables.items():
        rows = {
            row: found[sha]
            for row, sha in enumerate(commits["sha"].to_pylist())
            if sha in found
        }
        if rows:
            revised[fragment] = _replaced(commits, files, rows, lines)
    return store.revise(manifest, revised) if revised else manifest


def _ask(repository: Repository, shas: list[str], lines: bool) -> dict[str, bytes]:
    """Return what git says of commits, until too many could not be read."""
    found: dict[str, bytes] = {}
    failed = 0
    with closing(repository.changes(shas, lines=lines)) as answers:
        for sha, answer in answers:
            counted = None if answer is None else gitlog.Changes().add(answer)[lines]
            if answer is not None and counted is not None:
                found[sha] = answer
                continue
            failed += 1
            if failed == FAILED:
                break
    return found


def _replaced(
    commits: pa.Table, files: pa.Table, rows: dict[int, bytes], lines: bool
) -> tuple[pa.Table, pa.Table]:
    """Return tables with other numbers and files in some rows of `commits`."""
    import numpy as np
    import pyarrow as pa

    changes = gitlog.Changes()
    totals = {row: changes.add(answer) for row, answer in rows.items()}
    for at, name in enumerate(_NUMBERS):
        if at and not lines:
            break
        values = commits[name].to_pylist()
        for row, total in totals.items():
            values[row] = total[at]
        place = commits.schema.get_field_index(name)
        field = commits.schema.field(place)
        commits = commits.set_column(place, field, array(values, field.type))
    sizes = [total[0] for total in totals.values()]
    owners = np.repeat(np.fromiter(totals, np.int32, len(totals)), sizes)
    fresh = table(changes.columns() | {"commit": owners}, file_schema())
    kept = [owner not in rows for owner in files["commit"].to_pylist()]
    files = pa.concat_tables([files.filter(array(kept, pa.bool_())), fresh])
    order = np.argsort(files["commit"].to_numpy(), kind="stable")
    return commits, files.take(array(order, pa.int64()))
