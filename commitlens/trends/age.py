"""How old the code is, and how long lines live, on a sample of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pandas as pd

from .. import progress as progress_bars
from ..data import data_folder
from ..errors import InputError, RepositoryError, StoreError
from ..locks import lock
from ..schema import pandas_dtype, require_columns
from . import readings
from .periods import steady
from .selection import Filters, select

if TYPE_CHECKING:
    from ..history import History
    from ..repository import Repository

_DAY = 86_400


def code_age(
    history: History,
    *,
    samples: int = 12,
    files: int = 200,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    tz: str | dt.tzinfo | None = None,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Say from which years the lines of code are, at moments of the history.

    At evenly spaced moments, ``git blame`` says when each line of a sample of
    the files of code was committed. A file is in the sample by a hash of its path,
    so that it is in it at every moment. Moves inside a file and white space count
    as they do for git. What was blamed is kept in the data folder: a call that was
    interrupted goes on where it ended.

    Parameters
    ----------
    history : History
        Loaded from one repository; its range is what is sampled.
    samples : int, default 12
        How many moments; the last is the newest commit.
    files : int, default 200
        About how many files at the last moment; fewer where there are fewer.
    data : path-like, optional
        The data folder; as for `load_history`.
    progress : bool, optional
        Show a bar; default: where somebody watches.
    tz, **filters
        As in `trend`: ``since`` and ``until`` narrow the range.

    Returns
    -------
    pandas.DataFrame
        One row a moment and year that has lines: ``at`` (time: when the sampled
        commit landed), ``sha`` (str), ``cohort`` (int: the year, in UTC), ``lines``
        (int: of the sample), ``share`` (float: of the sample's lines then),
        ``files`` (int: in the sample), ``of`` (int: files of code in all).

    Raises
    ------
    InputError
        The history is of several repositories, or of none at hand.
    RepositoryError
        Contents of files are not at hand, as in a mirror of a range.
    StoreError
        The data folder cannot be written.

    Examples
    --------
    >>> ages = code_age(history, samples=8, files=100)
    >>> ages.pivot(index="at", columns="cohort", values="share")
    """
    if samples < 1 or files < 1:
        msg = (
            f"samples and files must be at least 1, got samples={samples}, "
            f"files={files}"
        )
        raise InputError(msg)
    repository = readings.only_repository(history, "ages of code")
    chosen = select(history, tz=tz, **filters)
    moments = _moments(chosen, repository, samples)
    listed = {sha: readings.code_files(repository, sha) for sha, _ in moments}
    part = files / max(1, len(listed[moments[-1][0]])) if moments else 1.0
    wanted = {
        sha: [path for path in paths if _in_sample(path, part)]
        for sha, paths in listed.items()
    }
    known = _Kept(data_folder(data) / "ages" / f"{repository.key}.jsonl")
    total = sum(map(len, wanted.values()))
    rows = []
    with (
        lock(known.path.with_suffix(".lock")),
        progress_bars.bar(f"blaming {repository.name}", total, show=progress) as bar,
    ):
        for sha, landed in moments:
            lines: Counter[int] = Counter()
            unread = 0
            for path in wanted[sha]:
                days = known.get(repository, sha, path)
                unread += days is None
                for day, count in (days or {}).items():
                    lines[(_EPOCH + dt.timedelta(days=day)).year] += count
                bar.update()
            if unread and unread == len(wanted[sha]):
                msg = (
                    f"contents of {repository.name} at {sha[:10]} are not at hand: "
                    "none of its files can be blamed; load its whole history first"
                )
                raise RepositoryError(msg)
            size = len(wanted[sha]) - unread
            rows += [
                (
                    landed,
                    sha,
                    year,
                    count,
                    count / lines.total(),
                    size,
                    len(listed[sha]),
                )
                for year, count in sorted(lines.items())
            ]
    names = ["at", "sha", "cohort", "lines", "share", "files", "of"]
    table = pd.DataFrame(rows, columns=names)
    kinds = dict.fromkeys(["cohort", "lines", "files", "of"], "int64")
    return table.astype(
        kinds
        | {"share": "float64", "sha": pandas_dtype("str"), "at": pandas_dtype("time")}
    )


def survival(ages: pd.DataFrame) -> pd.DataFrame:
    """Say which part of each year's lines is still there, the older they get.

    Parameters
    ----------
    ages : pandas.DataFrame
        Of `code_age`, with several moments.

    Returns
    -------
    pandas.DataFrame
        One row a year and moment, from the first moment after the year on:
        ``cohort`` (int), ``at`` (time), ``years`` (float: since that first
        moment), ``lines`` (int), ``share`` (float: of the lines it had then). A
        year that ends after the last moment but one has no row: nothing is known
        of how it lasts. A share above 1 says that lines came into the sample with
        files that were renamed.

    Raises
    ------
    InputError
        `ages` lacks a column.

    Examples
    --------
    >>> code_age(history).pipe(survival)
    """
    require_columns(ages, ["at", "cohort", "lines"], made_by="code_age()")
    lines = ages.pivot_table(
        index="at", columns="cohort", values="lines", aggfunc="sum"
    )
    parts = []
    for cohort in lines.columns:
        over = pd.Timestamp(dt.datetime(int(cohort) + 1, 1, 1, tzinfo=dt.UTC))
        after = lines.loc[lines.index >= over, cohort].fillna(0)
        if len(after) < 2 or not after.iloc[0]:
            continue
        years = (after.index - after.index[0]).total_seconds() / (365.25 * _DAY)
        parts.append(
            pd.DataFrame(
                {
                    "cohort": int(cohort),
                    "at": after.index,
                    "years": years,
                    "lines": after.to_numpy(dtype="int64"),
                    "share": after.to_numpy() / after.iloc[0],
                }
            )
        )
    if parts:
        return pd.concat(parts, ignore_index=True)
    empty = pd.DataFrame(columns=["cohort", "at", "years", "lines", "share"])
    return empty.astype(
        {"cohort": "int64", "at": pandas_dtype("time"), "years": "float64",
         "lines": "int64", "share": "float64"}
    )  # fmt: skip


_EPOCH = dt.date(1970, 1, 1)


def _moments(
    history: History, repository: Repository, samples: int
) -> list[tuple[str, pd.Timestamp]]:
    """Return commits of the first-parent chain, evenly spaced in time."""
    commits = history.commits
    chain = set(repository.first_parents(repository.tip()))
    rows = np.flatnonzero(commits["sha"].isin(chain).to_numpy())
    if not len(rows):
        return []
    landed = commits["landed_at"].iloc[rows].reset_index(drop=True)
    ticks = steady(landed)
    wanted = np.linspace(ticks[0], ticks[-1], samples + 1)[1:]
    places = np.unique(np.searchsorted(ticks, wanted, "right") - 1)
    shas = commits["sha"].iloc[rows].tolist()
    return [(shas[place], landed.iloc[place]) for place in places.tolist()]


def _in_sample(path: str, part: float) -> bool:
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") < part * 2**64


class _Kept:
    """What was blamed before, a line a file; the last may be cut off."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[tuple[str, str], dict[int, int] | None] = {}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text("utf-8") if path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{path} cannot be read ({error}); delete it, or name another folder"
            raise StoreError(msg) from error
        for line in text.splitlines():
            try:
                sha, name, days = json.loads(line)
                counts = {int(day): int(count) for day, count in days.items()}
            except (ValueError, TypeError, AttributeError):
                continue  # cut off, or not ours: it is blamed again
            self._known[sha, name] = counts

    def get(self, repository: Repository, sha: str, path: str) -> dict[int, int] | None:
        """Return lines by day since 1970, asking git where that is not known."""
        if (sha, path) in self._known:
            return self._known[sha, path]
        seconds = readings.blame(repository, sha, path)
        if seconds is None:
            return None
        days: Counter[int] = Counter()
        for moment, count in seconds.items():
            days[moment // _DAY] += count
        self._known[sha, path] = dict(days)
        line = json.dumps([sha, path, days], ensure_ascii=True)
        try:
            with self.path.open("a", encoding="utf-8") as file:
                # A line that was cut off before must not swallow this one.
                file.write(f"{line}\n" if file.tell() == 0 else f"\n{line}")
        except OSError as error:
            msg = f"{self.path} cannot be written ({error.strerror}); make room for it"
            raise StoreError(msg) from error
        return dict(days)
