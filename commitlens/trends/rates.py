"""Of the commits of a period, how many are of one kind."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd

from ..schema import CHANGE_TYPES, require_columns
from . import keys
from .counts import cross
from .intervals import SMALL, effective_totals, share_columns
from .periods import Axis
from .selection import Filters, prepare

if TYPE_CHECKING:
    from ..history import History


def fix_share(
    history: History,
    *,
    by: str | None = None,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Of the commits that landed, merges left out, those that fix something.

    Parameters
    ----------
    history : History
        After `classify` or `score`.
    by : str, optional
        Split by one of the keys of `trend`.
    freq, tz, top, **filters
        As in `trend`; ``merges=True`` counts merges only, None both.

    Returns
    -------
    pandas.DataFrame
        - ``period`` (time in `tz`), and the column named like `by` if given;
        - ``commits`` (int): how many are fixes; ``total`` (int): of how many;
        - ``share``, ``low``, ``high``, ``effective`` (float): as in `trend`,
          with what the classifier is unsure of;
        - ``partial`` (bool), ``small`` (bool): the total is below 5.

    Examples
    --------
    >>> fix_share(scored, by="area", freq="M", tz="UTC", bots=False)
    """
    return _of_type(history, "fix", by, freq, tz, top, filters)


def revert_rate(
    history: History,
    *,
    by: str | None = None,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Of the commits that landed, merges left out, those that take one back.

    Parameters
    ----------
    history, by, freq, tz, top, **filters
        As in `fix_share`.

    Returns
    -------
    pandas.DataFrame
        The columns of `fix_share`.

    Examples
    --------
    >>> revert_rate(scored, freq="M", tz="UTC")
    """
    return _of_type(history, "revert", by, freq, tz, top, filters)


def breaking_rate(
    history: History,
    *,
    by: str | None = None,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Of the commits that landed, merges left out, those that break users.

    Parameters
    ----------
    history, by, freq, tz, top, **filters
        As in `fix_share`.

    Returns
    -------
    pandas.DataFrame
        The columns of `fix_share`; nothing is known of how sure the flag is, so
        ``effective`` is the total.

    Examples
    --------
    >>> breaking_rate(scored, freq="release")
    """
    return _of_flag(history, "breaking", by, freq, tz, top, filters)


def security_rate(
    history: History,
    *,
    by: str | None = None,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Of the commits that landed, merges left out, those about security.

    Parameters
    ----------
    history, by, freq, tz, top, **filters
        As in `fix_share`.

    Returns
    -------
    pandas.DataFrame
        The columns of `breaking_rate`.

    Examples
    --------
    >>> security_rate(scored, freq="M")
    """
    return _of_flag(history, "security", by, freq, tz, top, filters)


def code_with_tests(
    history: History,
    *,
    by: str | None = None,
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    top: int = 8,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Of the commits that change code, those that change a test as well.

    What is code and what is a test is told from paths
    (`commitlens.paths.category`): tests inside a file of code are not seen.

    Parameters
    ----------
    history, by, freq, tz, top, **filters
        As in `fix_share`; `history` needs no step.

    Returns
    -------
    pandas.DataFrame
        The columns of `breaking_rate`; ``total`` counts the commits that change
        code.

    Examples
    --------
    >>> code_with_tests(history, freq="M", tz="UTC")
    """
    keys.check(by)
    chosen, periods = prepare(
        history, freq=freq, tz=tz, filters=filters, base={"merges": False}
    )
    code, test = touches(chosen, "code", "test")
    what = "code changes with tests"
    return _table(chosen, periods, by, top, of=code, hits=code & test, what=what)


def touches(history: History, *kinds: str) -> list[np.ndarray]:
    """Return for each kind of file which commits touch one."""
    rows = keys.rows_of(history)
    said = keys.file_kinds(history.files).to_numpy(dtype=object)
    found = []
    for kind in kinds:
        mask = np.zeros(len(history.commits), dtype=bool)
        mask[rows[(said == kind) & (rows >= 0)]] = True
        found.append(mask)
    return found


def _of_type(
    history: History, kind: str, by: str | None, freq: str, tz: Any, top: int,
    filters: Filters,
) -> pd.DataFrame:  # fmt: skip
    keys.check(by)
    needed = ["change_type", "type_confidence"]
    require_columns(history.commits, needed, made_by="commitlens.classify()")
    chosen, periods = prepare(
        history, freq=freq, tz=tz, filters=filters, base={"merges": False}
    )
    types = chosen.commits["change_type"].astype(pd.CategoricalDtype(CHANGE_TYPES))
    everything = np.ones(len(types), dtype=bool)
    hits = (types == kind).to_numpy()
    return _table(
        chosen, periods, by, top, of=everything, hits=hits,
        what={"fix": "fixes", "revert": "reverts"}[kind],
        types=types.cat.codes.to_numpy().astype("int64"),
        column=CHANGE_TYPES.index(kind),
    )  # fmt: skip


def _of_flag(
    history: History, flag: str, by: str | None, freq: str, tz: Any, top: int,
    filters: Filters,
) -> pd.DataFrame:  # fmt: skip
    keys.check(by)
    require_columns(history.commits, [flag], made_by="commitlens.classify()")
    chosen, periods = prepare(
        history, freq=freq, tz=tz, filters=filters, base={"merges": False}
    )
    hits = chosen.commits[flag].to_numpy(dtype=bool)
    everything = np.ones(len(hits), dtype=bool)
    what = {"breaking": "breaking changes", "security": "security changes"}[flag]
    return _table(chosen, periods, by, top, of=everything, hits=hits, what=what)


def _table(
    history: History,
    periods: Axis,
    by: str | None,
    top: int,
    *,
    of: np.ndarray,
    hits: np.ndarray,
    what: str,
    types: np.ndarray | None = None,
    column: int = 0,
) -> pd.DataFrame:
    """Return the share of the commits `of` that are `hits`."""
    codes, categories = split(history, by, top)
    size = len(categories)
    total = cross(periods, np.where(of, codes, -1), size)
    commits = cross(periods, np.where(hits, codes, -1), size)
    effective = None
    if types is not None:
        groups = np.where(
            (periods.places >= 0) & (codes >= 0), periods.places * size + codes, -1
        )
        effective = effective_totals(
            groups, types,
            history.commits["type_confidence"].to_numpy(dtype="float64"),
            shape=(total.size, len(CHANGE_TYPES)),
        )[:, column].reshape(total.shape)  # fmt: skip
    columns = {"commits": commits} | share_columns(commits, total, effective)
    columns["small"] = total < SMALL
    table = periods.table(by, categories, columns)
    table.attrs["what"] = what
    return table


def split(history: History, by: str | None, top: int) -> tuple[np.ndarray, list[str]]:
    """Return the key of each commit as a number, and what the numbers mean."""
    if by is None:
        return np.zeros(len(history.commits), dtype="int64"), [""]
    values = keys.key(history, by, top=top)
    return values.cat.codes.to_numpy().astype("int64"), list(values.cat.categories)
