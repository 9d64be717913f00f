"""Numbers that git could not give once, asked for again."""

from __future__ import annotations

import random
from contextlib import closing
from typing import TYPE_CHECKING

from . import columns
from .arrow import array, file_schema, numbers
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
    groups = [(sha,) for sha in shas]
    with closing(repository.changes(groups, lines=lines)) as answers:
        for group, answer in answers:
            _, sums = columns.changes([(group, answer)])
            told = not sums["insertions" if lines else "files_changed"].null_count
            if answer is not None and told:
                found[group[0]] = answer
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

    shas = commits["sha"].to_pylist()
    fresh, sums = columns.changes(
        ((shas[row],), answer) for row, answer in rows.items()
    )
    for name in _NUMBERS if lines else _NUMBERS[:1]:
        values = commits[name].to_pylist()
        for row, total in zip(rows, sums[name].to_pylist(), strict=True):
            values[row] = total
        place = commits.schema.get_field_index(name)
        field = commits.schema.field(place)
        commits = commits.set_column(place, field, array(values, field.type))
    owners = np.fromiter(rows, np.int32, len(rows))[numbers(fresh["commit"])]
    place = fresh.schema.get_field_index("commit")
    field = file_schema().field("commit")
    fresh = fresh.set_column(place, field, array(owners, field.type))
    kept = [owner not in rows for owner in files["commit"].to_pylist()]
    files = pa.concat_tables([files.filter(array(kept, pa.bool_())), fresh])
    order = np.argsort(files["commit"].to_numpy(), kind="stable")
    return commits, files.take(array(order, pa.int64()))
