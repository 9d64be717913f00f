"""The tables that are stored: their columns, and how they are cut and joined."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    Values = Sequence[Any] | np.ndarray[Any, Any]


_pools: list[pa.MemoryPool] = []
_pools_lock = threading.Lock()


@contextmanager
def plain_memory() -> Iterator[None]:
    """Let Arrow take its memory from the C library inside the block.

    Its own allocator clears large pages again and again where big tables come and
    go, and keeps them: a third more memory, and as much CPU as all parsing. The
    setting is the process's, so the last block to end puts it back.
    """
    import pyarrow as pa

    with _pools_lock:
        _pools.append(pa.default_memory_pool())
        pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        with _pools_lock:
            last = _pools.pop()
            if not _pools:
                pa.set_memory_pool(last)


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


def table(columns: Mapping[str, Values], schema: pa.Schema) -> pa.Table:
    """Make a table of Python's values, or of arrays, column by column."""
    import pyarrow as pa

    arrays = [
        values if isinstance(values := columns[field.name], pa.Array)
        else array(values, field.type)
        for field in schema
    ]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=schema)


def array(values: Values, kind: pa.DataType) -> pa.Array:
    """Make an Arrow array of Python's values, or of numbers in a numpy array.

    From buffers, because ``pyarrow.array`` imports pandas: half a second, which
    is more than a refresh needs for all else.
    """
    import numpy as np
    import pyarrow as pa
    from pyarrow import types

    count = len(values)
    children: list[pa.Array] = []
    valid = None
    if None in values:
        known = np.fromiter((value is not None for value in values), bool, count)
        valid = _bits(known)
    if types.is_large_string(kind):
        text = [b"" if value is None else value.encode() for value in values]
        buffers = [_offsets(text, "i8"), pa.py_buffer(b"".join(text))]
    elif types.is_list(kind):
        buffers = [_offsets(values, "i4")]
        children = [array(list(chain.from_iterable(values)), kind.value_type)]
    elif types.is_struct(kind):
        buffers = []
        children = [
            array([value[field.name] for value in values], field.type) for field in kind
        ]
    elif types.is_boolean(kind):
        buffers = [_bits(np.asarray(values, bool))]
    else:
        if valid is not None:
            values = [0 if value is None else value for value in values]
        buffers = [pa.py_buffer(np.asarray(values, f"i{kind.bit_width // 8}"))]
    return pa.Array.from_buffers(kind, count, [valid, *buffers], children=children)


def _bits(flags: np.ndarray[Any, Any]) -> pa.Buffer:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def _offsets(values: Values, width: str) -> pa.Buffer:
    """Return where each value begins, and where the last ends."""
    import numpy as np
    import pyarrow as pa

    sizes = np.fromiter(map(len, values), width, len(values))
    return pa.py_buffer(np.concatenate([[0], np.cumsum(sizes)]).astype(width))


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
        # Half as large again as with zstd, and written and read in half the time.
        compression="lz4",
        use_dictionary=[name for name in schema.names if name in _REPEATED],
        write_statistics=False,  # the manifest has what reading needs
    )


def numbers(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Return a column of numbers or times, none of them missing."""
    import numpy as np

    width = f"i{column.type.bit_width // 8}"
    parts = [
        np.frombuffer(chunk.buffers()[1], width)[chunk.offset :][: len(chunk)]
        for chunk in column.chunks
        if len(chunk)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, width)


def shift(files: pa.Table, offset: int | np.ndarray[Any, Any]) -> pa.Table:
    """Add `offset`, one or one a row, to the column ``commit``."""
    at = files.schema.get_field_index("commit")
    field = file_schema().field("commit")
    moved = array(numbers(files["commit"]) + offset, field.type)
    return files.set_column(at, field, moved)


def concatenate(
    tables: Iterable[tuple[pa.Table, pa.Table]],
) -> tuple[pa.Table, pa.Table]:
    """Put tables one after the other; file rows follow their commits."""
    import pyarrow as pa

    commits, files, start = [], [], 0
    for some_commits, some_files in tables:
        commits.append(some_commits)
        files.append(shift(some_files, start))
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
