"""Two periods, two releases or two repositories: what moved between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..schema import CHANGE_TYPES
from . import keys
from .intervals import (
    SMALL,
    difference,
    discoveries,
    effective_totals,
    exact_p_values,
)
from .rates import touches

if TYPE_CHECKING:
    from ..history import History

#: A commit of more changed lines is large.
LARGE = 500

#: What may be compared; ``risk`` counts a commit under each of its risks.
ASPECTS: tuple[str, ...] = (
    "all", "change_type", "importance", "risk", "area", "author", "bot", "repo",
)  # fmt: skip

_NEEDS = {"change_type": "change_type", "importance": "importance"}


def compare(
    before: History,
    after: History,
    *,
    aspects: str | Iterable[str] | None = None,
    top: int = 20,
) -> pd.DataFrame:
    """Say what moved from one history to another.

    Take the two with `select`: two periods or two releases of one history; or
    give two repositories.

    Parameters
    ----------
    before, after : History
        After the same steps.
    aspects : str or iterable of str, optional
        Of ``all``, ``change_type``, ``importance``, ``risk``, ``area``,
        ``author``, ``bot``, ``repo``. Default: those whose columns are there,
        ``repo`` only where there are several.
    top : int, default 20
        How many areas, authors and repositories; the rest are ``other``.

    Returns
    -------
    pandas.DataFrame
        One row an aspect and key:

        - ``aspect``, ``key`` (str); the keys of an aspect add up to all commits,
          save those of ``risk``: ``breaking``, ``security``, ``high importance``,
          ``revert``, ``code without tests``, ``large`` (over 500 lines; none
          where lines were not counted);
        - ``before``, ``after`` (int): commits;
        - ``before_share``, ``after_share`` (float, of all; missing of none);
        - ``change`` (float): the difference of the shares, ``low`` and ``high``
          its 95 % interval (Newcombe 1998), for change types widened by what the
          classifier is unsure of, missing for ``all``;
        - ``small`` (bool): fewer than 5 commits on both sides together;
        - ``clear`` (bool): the shares differ by more than chance even though many
          rows are looked at: the interval leaves zero out, and so does Fisher's
          exact test after Benjamini and Hochberg's correction (1995) for all rows
          of the table; False for ``all``;
        - ``before_shas``, ``after_shas`` (list of str): the commits counted.

    Raises
    ------
    InputError
        For an unknown aspect, or a column that is not there yet.

    Examples
    --------
    >>> moved = compare(select(scored, release="v1.0"), select(scored, release="v1.1"))
    >>> moved[moved["clear"]][["aspect", "key", "before_share", "after_share"]]
    """
    sides = (before, after)
    asked = [aspects] if isinstance(aspects, str) else list(aspects or _usual(sides))
    for aspect in asked:
        if aspect not in ASPECTS:
            msg = f"aspects must be of {', '.join(ASPECTS)}; got {aspect!r}"
            raise InputError(msg)
    parts = [part for aspect in asked for part in _rows(sides, aspect, top)]
    names = [
        "aspect", "key", "before", "after", "before_share", "after_share", "change",
        "low", "high", "small", "worth", "before_shas", "after_shas",
    ]  # fmt: skip
    table = pd.DataFrame(parts, columns=names).astype({"aspect": "str", "key": "str"})
    table["worth"] = _clear(table)
    return table.rename(columns={"worth": "clear"})


def _clear(table: pd.DataFrame) -> np.ndarray:
    """Return which rows differ by more than chance, with all rows looked at."""
    apart = (table["low"] > 0) | (table["high"] < 0)
    # What is nowhere, or has no interval, is no difference that was looked at.
    seen = (table["before"] + table["after"] > 0) & table["low"].notna()
    rows = table[seen]
    worth = np.array(rows["worth"].tolist(), dtype="float64").reshape(-1, 2)
    shares = rows[["before_share", "after_share"]].to_numpy(dtype="float64")
    totals = worth.round().astype("int64")
    hits = (shares * worth).round().astype("int64")
    found = exact_p_values(hits[:, 0], totals[:, 0], hits[:, 1], totals[:, 1])
    clear = np.zeros(len(table), dtype=bool)
    clear[seen] = discoveries(found)
    return clear & apart.to_numpy(dtype=bool)


def _usual(sides: tuple[History, History]) -> list[str]:
    columns = [set(side.commits.columns) for side in sides]
    several = (
        len({repo for side in sides for repo in side.commits["repo"].unique()}) > 1
    )
    return [
        aspect
        for aspect in ASPECTS
        if all(_NEEDS.get(aspect, "sha") in some for some in columns)
        and (aspect != "repo" or several)
    ]


def _rows(
    sides: tuple[History, History], aspect: str, top: int
) -> list[tuple[Any, ...]]:
    totals = [len(side.commits) for side in sides]
    shas = [side.commits["sha"].to_numpy(dtype=object) for side in sides]
    rows = []
    for name, hits, worth in _hits(sides, aspect, top):
        found = [shas[place][hits[place]].tolist() for place in (0, 1)]
        counts = [len(some) for some in found]
        shares = [
            count / total if total else np.nan
            for count, total in zip(counts, totals, strict=True)
        ]
        low, high = difference(shares[0], worth[0], shares[1], worth[1])
        rows.append(
            (aspect, name, *counts, *shares, shares[1] - shares[0], float(low),
             float(high), sum(counts) < SMALL, worth, *found)
        )  # fmt: skip
    return rows


def _hits(
    sides: tuple[History, History], aspect: str, top: int
) -> list[tuple[str, list[np.ndarray], list[float]]]:
    """Return for each key which commits it has, and how many its share is worth."""
    totals = [float(len(side.commits)) for side in sides]
    if aspect == "all":
        everything = [np.ones(len(side.commits), dtype=bool) for side in sides]
        # The share of all in all says nothing, and needs no interval.
        return [("commits", everything, [np.nan, np.nan])]
    if aspect == "risk":
        risks = [_risks(side) for side in sides]
        return [
            (name, [risks[0][name], risks[1][name]], totals)
            for name in risks[0]
            if name in risks[1]
        ]
    if aspect in ("area", "author", "repo"):
        # Ranked together, so that both sides have the same keys.
        finds = {"area": keys.areas, "author": keys.authors}
        find = finds.get(aspect, lambda side: side.commits["repo"])
        joined = keys.ranked(pd.concat([find(side) for side in sides]), top)
        cut = len(sides[0].commits)
        codes = [joined.cat.codes.to_numpy()[:cut], joined.cat.codes.to_numpy()[cut:]]
        names = list(joined.cat.categories)
    else:
        values = [keys.key(side, aspect) for side in sides]
        codes = [value.cat.codes.to_numpy() for value in values]
        names = list(values[0].cat.categories)
    worth = [[total] * len(names) for total in totals]
    if aspect == "change_type":
        worth = [_worth(side, code) for side, code in zip(sides, codes, strict=True)]
    return [
        (str(name), [code == place for code in codes], [w[place] for w in worth])
        for place, name in enumerate(names)
    ]


def _worth(side: History, codes: np.ndarray) -> list[float]:
    confidence = side.commits["type_confidence"].to_numpy(dtype="float64")
    shape = (1, len(CHANGE_TYPES))
    groups = np.zeros(len(codes), dtype="int64")
    found = effective_totals(groups, codes.astype("int64"), confidence, shape=shape)
    return found[0].tolist()


def _risks(side: History) -> dict[str, np.ndarray]:
    """Return which commits carry each risk that the columns can tell."""
    commits = side.commits
    columns = set(commits.columns)
    code, test = touches(side, "code", "test")
    risks = {
        name: commits[name].to_numpy(dtype=bool)
        for name in ("breaking", "security")
        if name in columns
    }
    if "importance" in columns:
        risks["high importance"] = (commits["importance"] == "high").to_numpy()
    if "change_type" in columns:
        risks["revert"] = (commits["change_type"] == "revert").to_numpy()
    risks["code without tests"] = code & ~test
    lines = commits["insertions"] + commits["deletions"]
    if lines.notna().any() or commits.empty:
        risks["large"] = (lines.fillna(0) > LARGE).to_numpy(dtype=bool)
    return risks
