"""What git prints, to Arrow's columns: whole buffers at a time.

A long history has millions of fields. None of them becomes an object of Python's:
numpy finds where they begin and end, and Arrow copies them. What is unusual is
read one by one by `commitlens.gitlog`, with the same outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from . import gitlog
from .arrow import array, commit_schema, file_schema
from .bots import is_bot

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, np.dtype[np.int64]]
    Flags = np.ndarray[Any, np.dtype[np.bool_]]

_TAB, _LINE, _RETURN, _SPACE, _DASH, _COLON = b"\t\n\r -:"
_RECORD, _UNIT = b"\x1e\x1f"

#: What follows the seconds of git's raw date, as in `` +0530``.
_ZONE = 6

_LETTERS, _MOVED = list(b"AMDTRC"), list(b"RC")


class Text:
    """Bytes of UTF-8, and where things are in them.

    Parameters
    ----------
    data : bytes
        Fields, each with a NUL after it.

    Attributes
    ----------
    codes : numpy.ndarray
        The bytes as numbers, and two NUL: what follows a field is looked at.
    starts, stops : numpy.ndarray
        Where each field begins and ends.
    """

    def __init__(self, data: bytes) -> None:
        self._data = pa.py_buffer(data + b"\0\0")
        self.codes = np.frombuffer(self._data, np.uint8)
        # Only these are looked for, and they are few.
        self._controls = np.flatnonzero(self.codes[:-2] < _SPACE)
        self._kinds = self.codes[self._controls]
        self.stops = self.places(0)[:-1]
        self.starts = np.append(0, self.stops + 1)[:-1]

    def places(self, control: int) -> Numbers:
        """Return where a control character is, and then a place behind all."""
        found = self._controls[self._kinds == control]
        return np.append(found, len(self.codes))

    def strings(self, starts: Numbers, stops: Numbers) -> pa.Array:
        """Return parts of the text, which are in order and do not overlap."""
        # To Arrow the text is strings from end to end; every other one is taken.
        count = len(starts)
        cuts = np.zeros(2 * count + 1, np.int64)
        cuts[0:-1:2], cuts[1::2], cuts[-1] = starts, stops, len(self.codes)
        buffers = [None, pa.py_buffer(cuts), self._data]
        parts = pa.Array.from_buffers(pa.large_string(), 2 * count, buffers)
        return parts.take(_numbers(np.arange(count) * 2))

    def integers(self, starts: Numbers, stops: Numbers) -> Numbers | None:
        """Return the numbers that parts spell, None if one is no short number."""
        sizes = stops - starts
        values = np.zeros(len(starts), np.int64)
        if len(sizes) and not 0 < sizes.min() <= sizes.max() < 16:
            return None
        for place in range(sizes.max(initial=0)):
            spelt = place < sizes
            digits = np.where(spelt, self.codes[starts + place * spelt] - 48, 0)
            if digits.max() > 9:
                return None
            values = np.where(spelt, values * 10 + digits, values)
        return values


def commits(data: bytes) -> dict[str, pa.Array]:
    """Return the columns that git's log has, of what `Repository.messages` gives."""
    text = Text(_utf8(data, encodings=True))
    width = len(gitlog.FIELDS)
    at = {
        name: (text.starts[place::width], text.stops[place::width])
        for place, name in enumerate(gitlog.FIELDS)
    }
    parents = _parents(text, *at["parents"])
    subject, body = _messages(text, *at["message"])
    return {
        "sha": text.strings(*at["sha"]),
        "parents": parents,
        "author_name": text.strings(*at["author_name"]),
        "author_email": text.strings(*at["author_email"]),
        "authored_at": _moments(text, *at["authored"]),
        "committer_name": text.strings(*at["committer_name"]),
        "committed_at": _moments(text, *at["committed"]),
        "subject": subject,
        "body": body,
        "trailers": _trailers(text, *at["trailers"]),
        "is_merge": _flags(
            np.diff(at["parents"], axis=0)[0] > np.diff(at["sha"], axis=0)[0]
        ),
        "is_bot": _bots(text, at["author_name"][0], at["author_email"][1]),
    }


def _parents(text: Text, starts: Numbers, stops: Numbers) -> pa.Array:
    """Return lists of the names that fields hold, which are as long as a sha."""
    size = text.stops[0] - text.starts[0] + 1 if len(starts) else 1
    counts = (stops - starts + 1) // size
    ends = np.cumsum(counts)
    each = np.arange(counts.sum()) - np.repeat(ends - counts, counts)
    begin = np.repeat(starts, counts) + each * size
    return _lists("parents", ends, text.strings(begin, begin + size - 1))


def _moments(text: Text, starts: Numbers, stops: Numbers) -> Numbers:
    """Return the seconds of git's raw dates."""
    seconds = None
    if (text.codes[np.maximum(stops - _ZONE, 0)] == _SPACE).all():
        seconds = text.integers(starts, stops - _ZONE)
    if seconds is None:
        fields = text.strings(starts, stops).to_pylist()
        return np.array([gitlog.moment(field) for field in fields], np.int64)
    return np.clip(seconds, *gitlog.YEARS)


def _messages(text: Text, starts: Numbers, stops: Numbers) -> tuple[pa.Array, pa.Array]:
    """Return subjects and bodies."""
    codes = text.codes
    lines = text.places(_LINE)
    # An ordinary message is a line, perhaps followed by a blank line and a text,
    # and a line break or none at its end.
    ends = np.maximum(stops - (codes[stops - 1] == _LINE), starts)
    head = np.minimum(lines[np.searchsorted(lines, starts)], ends)
    rest = np.minimum(head + 2, ends)
    returns = text.places(_RETURN)
    ordinary = (
        (codes[starts] > _SPACE)
        & ((head == ends) | (codes[head + 1] == _LINE) & (codes[head + 2] > _SPACE))
        & (codes[head - 1] > _SPACE)
        & ((rest == ends) | (codes[ends - 1] > _SPACE))
        & (np.searchsorted(returns, starts) == np.searchsorted(returns, stops))
    )
    subjects, bodies = text.strings(starts, head), text.strings(rest, ends)
    odd = np.flatnonzero(~ordinary)
    if not len(odd):
        return subjects, bodies
    whole = text.strings(starts[odd], stops[odd]).to_pylist()
    parts = zip(*map(gitlog.message_parts, whole), strict=True)
    order = np.arange(len(starts))
    order[odd] = len(starts) + np.arange(len(odd))
    subjects, bodies = (
        pa.concat_arrays([one, array(other, pa.large_string())]).take(_numbers(order))
        for one, other in zip((subjects, bodies), parts, strict=True)
    )
    return subjects, bodies


def _trailers(text: Text, starts: Numbers, stops: Numbers) -> pa.Array:
    """Return lists of key and value: as `gitlog.FIELDS` asks, cut by RS and US."""
    records = text.places(_RECORD)[:-1]
    field = np.searchsorted(stops, records)
    records = records[(field < len(stops)) & (records >= starts[field % len(stops)])]
    begin = np.sort(np.concatenate([starts, records + 1]))
    end = np.sort(np.concatenate([stops, records]))
    begin, end = begin[begin < end], end[begin < end]
    units = text.places(_UNIT)
    cut = np.minimum(units[np.searchsorted(units, begin)], end)
    parts = [text.strings(begin, cut), text.strings(np.minimum(cut + 1, end), end)]
    kind = commit_schema().field("trailers").type
    pairs = pa.Array.from_buffers(kind.value_type, len(begin), [None], children=parts)
    return _lists("trailers", np.searchsorted(begin, stops), pairs)


def _bots(text: Text, starts: Numbers, stops: Numbers) -> pa.Array:
    """Say who is a bot, of fields that are a name and an address."""
    people = text.strings(starts, stops).dictionary_encode()
    named = (person.split("\0") for person in people.dictionary.to_pylist())
    bots = np.fromiter((is_bot(name, email) for name, email in named), bool)
    return _flags(bots[np.frombuffer(people.indices.buffers()[1], np.int32)])


def changes(
    answers: Iterable[tuple[Sequence[str], bytes | None]],
) -> tuple[pa.Table, dict[str, pa.Array]]:
    """Return what `Repository.changes` gives, as files and as numbers a commit.

    Files have a column ``commit``: the place of theirs among those asked for.
    Numbers are missing where git gave none.
    """
    shas: list[str] = []
    lost: list[int] = []
    answered = []
    for some, answer in answers:
        if answer is None:
            lost += range(len(shas), len(shas) + len(some))
        else:
            answered.append(answer)
        shas += some
    data = _utf8(b"".join(answered))
    places = {sha: place for place, sha in enumerate(shas)}
    rows = _regular(data, places) or _irregular(data, places)
    known = np.ones(len(shas), bool)
    known[lost] = False
    sizes = np.bincount(rows["commit"], minlength=len(shas))
    numbers = {"files_changed": _numbers(sizes, known)}
    # A binary file has no lines, and its commit still has a sum.
    known[rows["commit"][~rows["known"] & ~rows["is_binary"]]] = False
    for name in ("insertions", "deletions"):
        sums = np.zeros(len(shas), np.int64)
        np.add.at(sums, rows["commit"], rows[name])
        numbers[name] = _numbers(sums, known)
        rows[name] = _numbers(rows[name], rows["known"])
    rows["is_binary"] = _flags(rows["is_binary"])
    rows["commit"] = array(rows["commit"], pa.int32())
    schema = file_schema()
    table = pa.Table.from_arrays([rows[name] for name in schema.names], schema=schema)
    return table, numbers


def _regular(data: bytes, places: dict[str, int]) -> dict[str, Any] | None:
    """Read the records of ``diff-tree --raw [--numstat] -z`` at once.

    A record is the commit's name, for each file a line of modes and names and
    then its path, and for each file a line of counts that ends with its path. Of
    a file that was renamed there are two paths, here too as fields of their own.
    None when a path could be taken for something else.
    """
    text = Text(data)
    codes, starts, stops = text.codes, text.starts, text.stops
    name = len(next(iter(places), ""))
    tabs = text.places(_TAB)
    tab = np.searchsorted(tabs, starts)
    raw, counts = codes[starts] == _COLON, tabs[tab] < stops
    letter = np.where(raw, codes[np.minimum(starts + 2 * name + 17, stops)], 0)
    moved, pair = np.isin(letter, _MOVED), counts & (codes[stops - 1] == _TAB)
    path = np.zeros(len(starts) + 2, bool)
    path[1:-1] = raw | pair
    path[2:] |= moved | pair
    other = raw | counts
    head = ~(other | path[:-2])
    files, lines = np.flatnonzero(raw), np.flatnonzero(counts)
    commits = [
        places.get(sha, -1)
        for sha in text.strings(starts[head], stops[head]).to_pylist()
    ]
    if (
        path[-2:].any()
        or (path[:-2] & other).any()
        or not np.isin(letter[files], _LETTERS).all()
        or not head[:1].all()
        or min(commits, default=0) < 0
    ):
        return None
    owner = np.cumsum(head) - 1
    told = np.bincount(owner[lines], minlength=len(commits))
    missing = np.bincount(owner[files], minlength=len(commits)) - told
    if (missing * told).any():
        return None
    # Counts come in the order of files.
    known = told[owner[files]] > 0
    is_binary = np.zeros(len(files), bool)
    is_binary[known] = codes[starts[lines]] == _DASH
    known &= ~is_binary
    lines = lines[codes[starts[lines]] != _DASH]
    middle = tabs[tab[lines]]
    insertions = text.integers(starts[lines], middle)
    deletions = text.integers(middle + 1, tabs[tab[lines] + 1])
    if insertions is None or deletions is None:
        return None
    old = files[moved[files]] + 1
    new = files + 1 + moved[files]
    before = _numbers(np.cumsum(moved[files]) - 1, moved[files])
    letters = [
        None,
        pa.py_buffer(np.arange(len(files) + 1)),
        pa.py_buffer(letter[files]),
    ]
    return {
        "commit": np.array(commits, np.int64)[owner[files]],
        "path": text.strings(starts[new], stops[new]),
        "old_path": text.strings(starts[old], stops[old]).take(before),
        "status": pa.Array.from_buffers(pa.large_string(), len(files), letters),
        "insertions": _spread(insertions, known),
        "deletions": _spread(deletions, known),
        "is_binary": is_binary,
        "known": known,
    }


def _spread(values: Numbers, known: Flags) -> Numbers:
    """Return `values` where they are `known`, and zeros."""
    spread = np.zeros(len(known), np.int64)
    spread[known] = values
    return spread


def _irregular(data: bytes, places: dict[str, int]) -> dict[str, Any]:
    """Read the same, field by field: every field is what its place says."""
    files = gitlog.Changes()
    fields = data.decode().split("\0")
    at = 0
    while at < len(fields) - 1:
        at = files.add(fields, at)
    known = np.array([count is not None for count in files.insertions], bool)
    return {
        "commit": np.array([places[sha] for sha in files.commit], np.int64),
        "path": array(files.path, pa.large_string()),
        "old_path": array(files.old_path, pa.large_string()),
        "status": array(files.status, pa.large_string()),
        "insertions": np.array([count or 0 for count in files.insertions], np.int64),
        "deletions": np.array([count or 0 for count in files.deletions], np.int64),
        "is_binary": np.array(files.is_binary, bool),
        "known": known,
    }


def _utf8(data: bytes, *, encodings: bool = False) -> bytes:
    """Return NUL-terminated fields as UTF-8, whatever they are in.

    With `encodings` they are those of git's log, which say what they are in.
    """
    cuts = pa.py_buffer(np.array([0, len(data)]))
    whole = pa.Array.from_buffers(
        pa.large_string(), 1, [None, cuts, pa.py_buffer(data)]
    )
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        fields = data.split(b"\0")
        width = len(gitlog.FIELDS) if encodings else 64
        parts = (
            fields[start : start + width] for start in range(0, len(fields), width)
        )
        place = list(gitlog.FIELDS).index("encoding") if encodings else width
        texts = (
            # What follows the last field has no encoding.
            gitlog.decode_all(some, gitlog.decode(b"".join(some[place : place + 1])))
            for some in parts
        )
        return "\0".join(chain.from_iterable(texts)).encode()
    return data


def _lists(column: str, ends: Numbers, values: pa.Array) -> pa.Array:
    """Return lists of consecutive values, by where each ends."""
    kind = commit_schema().field(column).type
    offsets = pa.py_buffer(np.append(0, ends).astype(np.int32))
    return pa.Array.from_buffers(kind, len(ends), [None, offsets], children=[values])


def _flags(values: Flags) -> pa.Array:
    return array(values, pa.bool_())


def _numbers(values: Numbers, known: Flags | None = None) -> pa.Array:
    """Return numbers; those that are not `known` are missing."""
    valid = (
        None if known is None or known.all() else array(known, pa.bool_()).buffers()[1]
    )
    buffers = [valid, pa.py_buffer(np.ascontiguousarray(values, np.int64))]
    return pa.Array.from_buffers(pa.int64(), len(values), buffers)
