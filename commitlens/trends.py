"""Small tables over time, one question each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .schema import CHANGE_TYPES, TIERS, require_columns

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

#: What commits can be counted by.
KEYS: tuple[str, ...] = ("change_type", "importance", "author", "area")

#: What a period can be: a day, a week from Monday to Sunday, a month.
FREQUENCIES: tuple[str, ...] = ("D", "W", "M")
_WORDS = {"D": "day", "W": "week", "M": "month"}

#: The key of everything beyond the most frequent authors or areas.
OTHER = "other"

# The area of a commit without files, such as a merge.
_NO_FILES = "(no files)"


def trend(
    history: History,
    *,
    by: str = "change_type",
    freq: str = "W",
    tz: str | dt.tzinfo | None = None,
    share: bool = False,
    top: int = 8,
) -> pd.DataFrame:
    """Count the commits that landed in each period, by one property of theirs.

    Parameters
    ----------
    history : History
        ``by="change_type"`` needs `classify`, ``by="importance"`` needs `score`;
        the others need no step.
    by : {"change_type", "importance", "author", "area"}, default "change_type"
        What to count by. The area of a commit is the part of the tree
        (`commitlens.paths.area`) in which most of its lines changed, so that a
        commit counts once whatever `by` is. Authors are the people of
        `merge_identities` where that was run, else as recorded.
    freq : {"D", "W", "M"}, default "W"
        Days, weeks that start on Monday, or months.
    tz : str or datetime.tzinfo, optional
        The zone in which a day begins; the machine's by default.
    share : bool, default False
        Add the column ``share``.
    top : int, default 8
        How many authors or areas to keep; the rest are counted as ``other``.

    Returns
    -------
    pandas.DataFrame
        One row a period and key, every key in every period, ordered by both:

        - ``period`` (time in `tz`): when the period starts;
        - the column named like `by` (ordered category; for authors and areas
          the most frequent first);
        - ``commits`` (int): how many landed, 0 included;
        - ``partial`` (bool): the history does not cover the whole period, which
          is so for the last one, and for the first when the range began inside;
        - ``share`` (float, only with `share`): of the period's commits, 0 to 1;
          0 in a period without commits.

    Raises
    ------
    InputError
        For an unknown `by` or `freq`, or a column that is not there yet.

    Examples
    --------
    >>> trend(scored, by="change_type", freq="M", tz="UTC")
    """
    import pandas as pd

    from .dates import zone

    _one_of("by", by, KEYS)
    _one_of("freq", freq, FREQUENCIES)
    if top < 1:
        msg = f"top must be at least 1, got {top}"
        raise InputError(msg)
    where = zone(tz)
    commits = history.commits
    keys = _keys(history, by, top)
    periods = _periods(commits["landed_at"], freq, where)
    every = pd.period_range(periods.min(), periods.max()) if len(periods) else []
    rows = pd.MultiIndex.from_product(
        [pd.PeriodIndex(every, freq=freq), keys.cat.categories], names=["period", by]
    )
    out = (
        pd.DataFrame({"period": periods, by: keys.astype(object)})
        .value_counts()
        .reindex(rows, fill_value=0)
        .rename("commits")
        .reset_index()
    )
    open_periods = _open_periods(history, periods, freq, where)
    out = out.assign(
        **{by: pd.Categorical(out[by], categories=keys.cat.categories, ordered=True)},
        partial=out["period"].isin(open_periods),
        period=_starts(out["period"], where),
    )
    if share:
        totals = out.groupby("period")["commits"].transform("sum")
        out = out.assign(share=(out["commits"] / totals.where(totals > 0, 1)))
    out.attrs = {"per": _WORDS[freq]}
    return out


def _one_of(name: str, value: str, legal: tuple[str, ...]) -> None:
    if value not in legal:
        msg = f"{name} must be one of {', '.join(legal)}, got {value!r}"
        raise InputError(msg)


def _periods(landed: pd.Series, freq: str, tz: dt.tzinfo) -> pd.Series:
    """Return the period of `tz` in which each instant lies."""
    return landed.dt.tz_convert(tz).dt.tz_localize(None).dt.to_period(freq)


def _starts(periods: pd.Series, tz: dt.tzinfo) -> pd.Series:
    """Return the first instant of each period, also where a zone skips midnight."""
    return periods.dt.start_time.dt.as_unit("us").dt.tz_localize(
        tz, nonexistent="shift_forward", ambiguous=True
    )


def _open_periods(
    history: History, periods: pd.Series, freq: str, tz: dt.tzinfo
) -> list[Any]:
    """Return the periods of which the history may have only a part."""
    if periods.empty:
        return []
    partial = [periods.max()]
    # What landed just before the range tells whether the range began inside.
    lead = history.lead
    if lead is not None and len(lead.commits):
        before = _periods(lead.commits["landed_at"].tail(1), freq, tz).iloc[0]
        if before == periods.min():
            partial.append(before)
    return partial


def _keys(history: History, by: str, top: int) -> pd.Series:
    """Return the key of each commit, as an ordered category."""
    import pandas as pd

    fixed = {"change_type": CHANGE_TYPES, "importance": TIERS}.get(by)
    commits = history.commits
    if fixed is not None:
        made_by = "commitlens.score()"
        require_columns(commits, [by], made_by=made_by)
        return commits[by].astype(pd.CategoricalDtype(fixed, ordered=True))
    author = "person_name" if "person_name" in commits.columns else "author_name"
    values = commits[author] if by == "author" else _areas(history)
    values = values.fillna("")
    # Ties are settled by name, so that the same history gives the same table.
    ranked = (
        values.value_counts()
        .rename_axis("key")
        .reset_index()
        .sort_values(["count", "key"], ascending=[False, True])["key"]
        .to_list()
    )
    kept = ranked[:top]
    categories = [*kept, OTHER] if len(ranked) > top and OTHER not in kept else kept
    return values.where(values.isin(kept), OTHER).astype(
        pd.CategoricalDtype(categories, ordered=True)
    )


def _areas(history: History) -> pd.Series:
    """Return the part of the tree in which most lines of each commit changed."""
    from .paths import area

    files = history.files
    lines = files["insertions"].fillna(0) + files["deletions"].fillna(0)
    weights = (
        files[["repo", "sha"]]
        .assign(area=files["path"].map(area).astype("str"))
        # One more for each file, so that a binary file or a mode counts too.
        .assign(lines=lines.astype("int64") + 1)
        .groupby(["repo", "sha", "area"], as_index=False)["lines"]
        .sum()
        .sort_values(["lines", "area"], ascending=[False, True])
        .drop_duplicates(["repo", "sha"])
    )
    commits = history.commits[["repo", "sha"]]
    return commits.merge(weights, how="left", on=["repo", "sha"], validate="m:1")[
        "area"
    ].fillna(_NO_FILES)
