"""Who works on it: contributors, newcomers, owners and how they change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd

from ..errors import InputError
from . import keys
from .intervals import SMALL, wilson
from .periods import axis
from .selection import Filters, prepare

if TYPE_CHECKING:
    from ..history import History

#: An owner of less is a minor contributor.
MINOR = 0.05


def contributors(
    history: History,
    *,
    freq: str = "M",
    tz: str | dt.tzinfo | None = None,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Count who was active in each period, who was new, and on how few it rests.

    The bus factor is the smallest number of authors who together made half of
    the period's commits: the "contributor absence factor" of the CHAOSS project.
    It says nothing of who could take over.

    Parameters
    ----------
    history : History
        As loaded; authors are the people of `merge_identities` where that was
        run, else as recorded.
    freq, tz, **filters
        As in `trend`; automations and merges are left out unless filters say
        otherwise.

    Returns
    -------
    pandas.DataFrame
        ``period`` (time in `tz`); ``authors`` (int): who landed something;
        ``newcomers`` (count): whose first commit landed; ``returning`` (count):
        the others; both missing where the history does not begin with the
        repository and that cannot be read; ``commits``, ``bus_factor`` (int);
        ``partial``, ``small`` (bool: fewer than 5 commits).

    Examples
    --------
    >>> contributors(merge_identities(history), freq="M", tz="UTC")
    """
    base: Filters = {"bots": False, "merges": False}
    chosen, periods = prepare(history, freq=freq, tz=tz, filters=filters, base=base)
    people = keys.authors(chosen).astype(object).to_numpy()
    frame = pd.DataFrame({"place": periods.places, "author": people})
    sums = frame.groupby(["place", "author"]).size()
    every = range(len(periods))

    def counted(counts: pd.Series) -> np.ndarray:
        return counts.reindex(every, fill_value=0).to_numpy(dtype="int64")

    authors = counted(sums.groupby("place").size())
    commits = counted(sums.groupby("place").sum())
    new = _newcomers(history, sums, freq, tz, filters)
    newcomers = pd.array(
        [pd.NA] * len(every) if new is None else counted(new), dtype="Int64"
    )
    columns: dict[str, Any] = {
        "authors": authors,
        "newcomers": newcomers,
        "returning": pd.array(authors, dtype="Int64") - newcomers,
        "commits": commits,
        "bus_factor": counted(sums.groupby("place").agg(_half)),
        "small": commits < SMALL,
    }
    return periods.table(None, None, columns)


def _newcomers(
    history: History, sums: pd.Series, freq: str, tz: Any, filters: Filters
) -> pd.Series | None:
    """Return how many of the active authors of each period are new in it.

    Their first commit is that of any kind: filters do not make anybody new.
    """
    lead = history.lead
    earlier: set[str] | None = set()
    if lead is not None and len(lead.commits):
        from .readings import authors_before

        earlier = authors_before(history)
    if earlier is None:
        return None
    periods = axis(
        history, freq=freq, tz=tz,
        since=filters.get("since"), until=filters.get("until"),
    )  # fmt: skip
    people = keys.authors(history).astype(object).to_numpy()
    first = pd.Series(periods.places).groupby(people).first()
    first = first[~first.index.isin(earlier)]
    active = sums.index.to_frame(index=False)
    return (
        active[active["author"].map(first) == active["place"]].groupby("place").size()
    )


def _half(counts: pd.Series) -> int:
    """Return how many of the largest counts make half of all."""
    largest = np.sort(counts.to_numpy())[::-1].cumsum()
    return int(np.searchsorted(largest, largest[-1] / 2) + 1)


def ownership(
    history: History,
    *,
    by: str = "area",
    freq: str = "M",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Say who made most of the commits to each part, and how that drifts.

    Owners and minor contributors are those of C. Bird et al., "Don't touch my
    code!" (2011): the owner made the most commits, a minor contributor less than
    5 %. Drift is the total variation distance between the authors' shares in
    this period and in the last one with commits: the share of the work that
    changed hands.

    Parameters
    ----------
    history : History
        As loaded.
    by : {"area", "path", "repo"}, default "area"
        The parts. A commit counts in each area or path that it touches.
    freq, tz
        As in `trend`.
    top : int, default 8
        How many parts, those with the most commits; there is no rest.
    **filters
        As in `trend`; automations and merges are left out unless they say
        otherwise.

    Returns
    -------
    pandas.DataFrame
        One row a period and part: ``period``, the column named like `by`,
        ``commits``, ``authors`` (int), ``owner`` (str, missing without commits;
        ties go to the first by name), ``share``, ``low``, ``high`` (float: the
        owner's), ``minor`` (int: minor contributors), ``drift`` (float, 0 to 1;
        missing without commits, and in the first period with some), ``partial``,
        ``small`` (bool: fewer than 5 commits).

    Examples
    --------
    >>> ownership(history, by="area", freq="M", tz="UTC").dropna(subset="owner")
    """
    keys.check(by, ("area", "path", "repo"))
    if top < 1:
        msg = f"top must be at least 1, got {top}"
        raise InputError(msg)
    base: Filters = {"bots": False, "merges": False}
    chosen, periods = prepare(history, freq=freq, tz=tz, filters=filters, base=base)
    rows, parts = _parts(chosen, by)
    people = keys.authors(chosen).astype(object).to_numpy()
    touched = pd.DataFrame({"row": rows, "part": parts}).drop_duplicates()
    ranked = touched.groupby("part").size().reset_index(name="n")
    ranked = ranked.sort_values(["n", "part"], ascending=[False, True])["part"].head(
        top
    )
    touched = touched[touched["part"].isin(ranked)]
    touched = touched.assign(
        author=people[touched["row"]], place=periods.places[touched["row"]]
    )
    columns = _owned(touched, list(ranked), len(periods))
    low, high = wilson(columns["share"], columns["commits"])
    columns |= {"low": low, "high": high, "small": columns["commits"] < SMALL}
    order = ["commits", "authors", "owner", "share", "low", "high", "minor", "drift"]
    table = periods.table(
        by, list(ranked), {name: columns[name] for name in [*order, "small"]}
    )
    return table.assign(owner=table["owner"].astype("str"))


def _owned(touched: pd.DataFrame, parts: list[str], periods: int) -> dict[str, Any]:
    """Return who owns each part in each period, of the shape (periods, parts)."""
    shape = (periods, len(parts))
    size = periods * len(parts)
    cell = touched["place"] * len(parts) + pd.Index(parts).get_indexer(touched["part"])
    sums = touched.groupby([cell.rename("cell"), "author"]).size().reset_index(name="n")
    cells, counts = sums["cell"].to_numpy(), sums["n"].to_numpy()
    commits = np.bincount(cells, counts, minlength=size)
    sums["share"] = counts / commits[cells]
    # The most commits first; ties stay in order of name.
    first = sums.sort_values(["cell", "n"], ascending=[True, False], kind="stable")
    first = first.drop_duplicates("cell").set_index("cell")
    # The cell of the same part in the last period in which it had commits.
    filled = np.where(commits.reshape(shape) > 0, np.arange(size).reshape(shape), -1)
    last = np.maximum.accumulate(filled, axis=0)
    before = np.vstack([np.full((1, len(parts)), -1), last])[:-1].reshape(-1)
    then = sums.assign(before=before[cells]).merge(
        sums, how="left", left_on=["before", "author"], right_on=["cell", "author"],
        suffixes=("", "_then"),
    )  # fmt: skip
    # What two distributions have in common is one minus their distance.
    common = np.minimum(then["share"], then["share_then"].fillna(0))
    drift = 1 - np.bincount(then["cell"], common, minlength=size)
    every = range(size)
    columns = {
        "commits": commits.astype("int64"),
        "authors": np.bincount(cells, minlength=size),
        "owner": first["author"].astype(object).reindex(every).to_numpy(),
        "share": first["share"].reindex(every).to_numpy(dtype="float64"),
        "minor": np.bincount(cells, sums["share"] < MINOR, minlength=size),
        "drift": np.where((commits > 0) & (before >= 0), drift.clip(0, 1), np.nan),
    }
    columns["minor"] = columns["minor"].astype("int64")
    return {name: values.reshape(shape) for name, values in columns.items()}


def _parts(history: History, by: str) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of commits, and the parts that they touch."""
    if by == "repo":
        repos = history.commits["repo"].astype(object).to_numpy()
        return np.arange(len(repos)), repos
    rows = keys.rows_of(history)
    files, rows = history.files[rows >= 0], rows[rows >= 0]
    parts = files["path"] if by == "path" else keys.file_areas(files)
    return rows, parts.astype(object).to_numpy()
