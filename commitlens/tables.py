"""The tables that are stored: their columns, and how they are cut and joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def commit_schema() -> pa.Schema:
    """Return the Arrow schema of stored commits."""
    import pyarrow as pa

    text = pa.large_string()
    time = pa.timestamp("s", "UTC")
    pair = pa.struct([("key", text), ("value", text)])
    return pa.schema(
        [
            ("sha", text),
            ("parents", pa.list_(text)),
            ("author_name", text),
            ("author_email", text),
            ("authored_at", time),
            ("committer_name", text),
            ("committed_at", time),
            ("landed_at", time),
            ("subject", text),
            ("body", text),
            ("trailers", pa.list_(pair)),
            ("is_merge", pa.bool_()),
            ("is_bot", pa.bool_()),
            ("files_changed", pa.int64()),
            ("insertions", pa.int64()),
            ("deletions", pa.int64()),
            ("on_chain", pa.bool_()),
        ]
    )


def file_schema() -> pa.Schema:
    """Return the Arrow schema of stored files."""
    import pyarrow as pa

    text = pa.large_string()
    return pa.schema(
        [
            ("commit", pa.int32()),
            ("path", text),
            ("old_path", text),
            ("status", text),
            ("insertions", pa.int64()),
            ("deletions", pa.int64()),
            ("is_binary", pa.bool_()),
        ]
    )


SCHEMAS = {"commits": commit_schema, "files": file_schema}


def empty_tables() -> tuple[pa.Table, pa.Table]:
    """Return tables of no commits and no files."""
    return commit_schema().empty_table(), file_schema().empty_table()


#: Columns whose values repeat: a dictionary of the others would only cost time.
_REPEATED = ["author_name", "author_email", "committer_name", "path", "status"]


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[name for name in schema.names if name in _REPEATED],
        write_statistics=False,  # the manifest has what reading needs
    )


def shift(files: pa.Table, offsets: Sequence[int]) -> pa.Table:
    """Add `offsets` to the column ``commit``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    at = files.schema.get_field_index("commit")
    moved = pc.add(files["commit"], pa.array(offsets, pa.int32()))
    return files.set_column(at, file_schema().field("commit"), moved)


def concatenate(
    tables: Iterable[tuple[pa.Table, pa.Table]],
) -> tuple[pa.Table, pa.Table]:
    """Put tables one after the other; file rows follow their commits."""
    import pyarrow as pa

    commits, files, start = [], [], 0
    for some_commits, some_files in tables:
        commits.append(some_commits)
        files.append(shift(some_files, [start] * some_files.num_rows))
        start += some_commits.num_rows
    return pa.concat_tables(commits), pa.concat_tables(files)


def take(
    commits: pa.Table, files: pa.Table, rows: Sequence[int]
) -> tuple[pa.Table, pa.Table]:
    """Return some commits with their files, renumbered."""
    import numpy as np
    import pyarrow as pa

    if rows == list(range(commits.num_rows)):
        return commits, files
    place = np.full(commits.num_rows, -1, dtype=np.int32)
    place[np.asarray(rows, dtype=np.int64)] = np.arange(len(rows), dtype=np.int32)
    owners = place[files["commit"].to_numpy()] if files.num_rows else np.array([], "i4")
    kept = np.flatnonzero(owners >= 0)
    kept = kept[np.argsort(owners[kept], kind="stable")]
    at = files.schema.get_field_index("commit")
    return commits.take(pa.array(rows, pa.int64())), files.take(
        pa.array(kept)
    ).set_column(at, file_schema().field("commit"), pa.array(owners[kept], pa.int32()))
