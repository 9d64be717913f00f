"""Frames to bytes, and bytes to files: whole or not at all."""

from __future__ import annotations

import io
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    import pandas as pd

#: What a frame can be written as.
FORMATS: tuple[str, ...] = ("csv", "jsonl", "parquet")

# A cell that starts so may be run by a spreadsheet; one that starts with an
# apostrophe gets another, so that taking one away always gives the text back.
_FORMULA = r"^([=+\-@\t\r'])"

# What JSON leaves as it is and tools that split lines still split at.
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\u0085\u2028\u2029"}


def frame_bytes(
    frame: pd.DataFrame, *, format: str = "csv", spreadsheet: bool = False
) -> bytes:
    """Return `frame` as the bytes of a file.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame of commitlens; its index is left out.
    format : {"csv", "jsonl", "parquet"}, default "csv"
        ``csv``: UTF-8, text quoted, times as ``2026-02-10T08:00:00Z``, lists as
        JSON, a missing value as an empty cell without quotes. ``jsonl``: one
        object a line, lists as lists, a missing value as null. ``parquet``: columns
        as they are.
    spreadsheet : bool, default False
        For a ``csv`` that a spreadsheet will open: begin with a byte order
        mark, and put an apostrophe before text that could be taken for a
        formula. Without it, what others wrote in their commits is untouched.

    Raises
    ------
    InputError
        For another format, or `spreadsheet` with one that is not ``csv``.

    Examples
    --------
    >>> frame_bytes(history.commits[["sha", "subject"]]).decode()
    """
    if format not in FORMATS:
        msg = f"unknown format {format!r}: expected one of {', '.join(FORMATS)}"
        raise InputError(msg)
    if spreadsheet and format != "csv":
        msg = f"spreadsheet is about csv, got format {format!r}; leave one of them out"
        raise InputError(msg)
    if format == "parquet":
        return _parquet(frame)
    return _csv(frame, spreadsheet) if format == "csv" else _jsonl(frame)


def _parquet(frame: pd.DataFrame) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    # Without what pandas would add about its own dtypes: it writes names of
    # nested ones that it cannot read back. Arrow's schema says enough.
    table = pa.Table.from_pandas(frame, preserve_index=False)
    out = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata(None), out)
    return out.getvalue()


def _csv(frame: pd.DataFrame, spreadsheet: bool) -> bytes:
    # Arrow quotes all text, which also keeps a lone carriage return inside its
    # cell and an empty text apart from a missing one; pandas does neither.
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    table = _plain(frame)
    for index, column in enumerate(table.columns):
        if pa.types.is_nested(column.type):
            texts = [
                None if value is None else _json(value) for value in column.to_pylist()
            ]
            column = pa.chunked_array([pa.array(texts, pa.large_string())])
        if spreadsheet and pa.types.is_large_string(column.type):
            column = pc.replace_substring_regex(column, _FORMULA, r"'\1")
        table = table.set_column(index, table.field(index).name, column)
    out = io.BytesIO()
    csv.write_csv(table, out)
    return (b"\xef\xbb\xbf" if spreadsheet else b"") + out.getvalue()


def _jsonl(frame: pd.DataFrame) -> bytes:
    rows = (
        _json(row).translate(_LINE_ENDS)
        for batch in _plain(frame).to_batches(max_chunksize=10_000)
        for row in batch.to_pylist()
    )
    return "".join(f"{row}\n" for row in rows).encode()


def _plain(frame: pd.DataFrame) -> Any:
    """Return an Arrow table with times and categories as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.Table.from_pandas(frame, preserve_index=False)
    for index, column in enumerate(table.columns):
        if pa.types.is_timestamp(column.type):
            # Git counts whole seconds; the zone goes by way of plain numbers,
            # since Arrow would look even UTC up in the system's database.
            seconds = column.cast(pa.timestamp("s", column.type.tz)).cast(pa.int64())
            column = pc.strftime(
                seconds.cast(pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%SZ"
            )
        if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
            column = column.cast(pa.large_string())
        table = table.set_column(index, table.field(index).name, column)
    return table


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_file(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write `data` to `path`, whole or not at all, and return the path.

    The bytes go to a temporary file beside it, which then takes its name. A
    device or a pipe is written to as it is.

    Parameters
    ----------
    path : path-like
        The file; its folder must exist.
    data : bytes
        What it will hold.

    Raises
    ------
    OSError
        When it cannot be written; the error names `path`.
    """
    target = Path(path).expanduser()
    try:
        _write(target, data)
    except OSError as error:
        # Nobody asked for the temporary file.
        raise OSError(error.errno, error.strerror, str(target)) from error
    return target


def _write(target: Path, data: bytes) -> None:
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            file.write(data)
        return
    # A link goes on pointing where it did: the file behind it is replaced.
    final = target.resolve()
    handle, name = tempfile.mkstemp(dir=final.parent, prefix=f".{final.name[:80]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(_mode(final))
        temporary.replace(final)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """Return the mode that writing to `path` in place would leave it with."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
