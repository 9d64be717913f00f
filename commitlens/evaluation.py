"""How good the types and scores are on a repository of yours.

Types are held against the prefixes that authors wrote, hidden from the
classifier; scores against what came of the commits: reverts and repairs that
landed later. Neither is the truth. Authors of one repository give near-identical
commits the same prefix about nine times in ten, and a commit that was never
repaired may have needed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .schema import CHANGE_TYPES, CLASSIFIED, RATED, require_columns

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

__all__ = ["calibration", "hide_prefixes", "outcomes", "prefixes", "ranking"]


def prefixes(history: History) -> pd.Series:
    """Return the change type that each author's prefix names.

    Parameters
    ----------
    history : History
        As loaded.

    Returns
    -------
    pandas.Series
        Category of `CHANGE_TYPES`, indexed as ``history.commits``; missing where
        there is no prefix (``feat:``, ``[Bugfix]``, an emoji ...), for bots and
        for merges.

    Examples
    --------
    >>> prefixes(history).value_counts(dropna=False)
    """
    import pandas as pd

    from .message import parse

    commits = history.commits
    named = [
        None if skip else next(iter(parse(subject).tags), None)
        for subject, skip in zip(
            commits["subject"].fillna("").tolist(),
            (commits["is_bot"] | commits["is_merge"]).tolist(),
            strict=True,
        )
    ]
    kind = pd.CategoricalDtype(CHANGE_TYPES)
    found = [name if name in CHANGE_TYPES else None for name in named]
    return pd.Series(pd.Categorical(found, dtype=kind), index=commits.index)


def hide_prefixes(history: History) -> History:
    """Return the history as if no author had written a prefix.

    What `classify` then says rests on the sentence, the files and the rest of the
    message alone; nothing can be learnt from the repository's own prefixes.

    Parameters
    ----------
    history : History
        As loaded.

    Returns
    -------
    History
        With other subjects, in ``lead`` too.

    Examples
    --------
    >>> blind = classify(hide_prefixes(history))
    >>> pd.crosstab(prefixes(history), blind.commits["change_type"])
    """
    from .message import parse

    commits = history.commits
    plain = [parse(subject).text for subject in commits["subject"].fillna("").tolist()]
    hidden = commits.assign(subject=plain)
    hidden["subject"] = hidden["subject"].astype(commits["subject"].dtype)
    lead = hide_prefixes(history.lead) if history.lead is not None else None
    return history.replace(commits=hidden, lead=lead)


def calibration(
    confidence: Sequence[float], right: Sequence[bool], *, bins: int = 10
) -> pd.DataFrame:
    """Say how often the classifier is right when it is so sure.

    Parameters
    ----------
    confidence : sequence of float
        How sure, 0 to 1.
    right : sequence of bool
        Whether it was.
    bins : int, default 10
        Bins of equal width.

    Returns
    -------
    pandas.DataFrame
        A row a bin that holds a commit: ``sure`` (mean confidence), ``right``
        (share, with Wilson's 95 % interval ``low`` to ``high``), ``commits``.
        ``attrs["error"]`` is the expected calibration error (M. P. Naeini, G.
        Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using
        Bayesian binning", 2015).

    Raises
    ------
    ValueError
        The two do not have the same length.

    Examples
    --------
    >>> calibration([0.9, 0.8, 0.3], [True, True, False]).attrs["error"].round(2)
    np.float64(0.2)
    """
    import numpy as np
    import pandas as pd

    from .trends.intervals import wilson

    sure = np.asarray(confidence, dtype="float64")
    hit = np.asarray(right, dtype="float64")
    if len(sure) != len(hit):
        msg = f"{len(sure)} confidences, but {len(hit)} answers: one of each a commit"
        raise ValueError(msg)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    table = pd.DataFrame({"sure": sure, "right": hit}).groupby(place)
    found = table.mean().assign(commits=table.size())
    found["low"], found["high"] = wilson(found["right"], found["commits"])
    weight = found["commits"] / max(1, len(sure))
    found.attrs["error"] = ((found["sure"] - found["right"]).abs() * weight).sum()
    return found.reset_index(drop=True)[["sure", "right", "low", "high", "commits"]]


def outcomes(
    history: History, *, days: int = 180, lines: bool = True, most: int = 500
) -> pd.DataFrame:
    """Say of commits of code what came of them.

    Only commits that landed at least `days` before the newest are listed: of the
    others the repair may be to come. Bots, merges and commits without product
    code are left out.

    Parameters
    ----------
    history : History
        After `score` or `rate`.
    days : int, default 180
        How soon a repair must land to count.
    lines, most
        As in `commitlens.trends.repairs`: trace fixes to the lines they remove.

    Returns
    -------
    pandas.DataFrame
        A row a commit: ``repo``, ``sha``, ``subject``, ``landed_at``,
        ``repaired`` (bool), ``how`` (str: how the first repair is known),
        ``days`` (float, until then), ``risk``, ``importance_score``,
        ``importance`` and ``churn`` (lines changed).

    Raises
    ------
    InputError
        The commits are not rated.

    Examples
    --------
    >>> outcomes(scored, days=90).groupby("importance")["repaired"].mean()
    """
    import pandas as pd

    from .trends import repairs

    commits = history.commits
    require_columns(commits, [*CLASSIFIED, *RATED], made_by="score()")
    found = repairs(history, lines=lines, most=most)
    found = found[found["days"] <= days].sort_values("days")
    first = found.drop_duplicates(["repo", "cause"])
    first = first[["repo", "cause", "how", "days"]].rename(columns={"cause": "sha"})
    settled = commits.groupby("repo")["landed_at"].transform("max")
    settled = settled - pd.Timedelta(days=days)
    kept = commits["risk"].notna() & (commits["landed_at"] <= settled)
    kept &= ~(commits["is_bot"] | commits["is_merge"])
    columns = ["repo", "sha", "subject", "landed_at"]
    columns += ["risk", "importance_score", "importance"]
    rows = commits.loc[kept, columns].assign(
        churn=(commits["insertions"] + commits["deletions"])[kept]
    )
    rows = rows.merge(first, on=["repo", "sha"], how="left")
    return rows.assign(repaired=rows["days"].notna())


def ranking(
    table: pd.DataFrame,
    by: Sequence[str] = ("risk", "importance_score", "churn"),
    *,
    truth: str = "repaired",
    draws: int = 300,
    seed: int = 0,
) -> pd.DataFrame:
    """Say how well columns rank the commits that `truth` marks above the others.

    Parameters
    ----------
    table : pandas.DataFrame
        As `outcomes` gives it.
    by : sequence of str
        The columns to rank by, greater first.
    truth : str, default "repaired"
        The column (bool) that is to be ranked high.
    draws : int, default 300
        How often the commits are drawn anew for the intervals (bootstrap).
    seed : int, default 0
        Of those draws.

    Returns
    -------
    pandas.DataFrame
        A row a column, in the order of `by`: ``auc`` (the area under the ROC
        curve: how often a marked commit is above an unmarked one; 0.5 is
        chance), its 95 % interval ``low`` to ``high``, ``commits`` and
        ``marked``. Missing where all or none are marked.

    Examples
    --------
    >>> ranking(outcomes(scored))
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    marked = table[truth].to_numpy(dtype=bool)
    samples = [rng.integers(0, len(table), len(table)) for _ in range(draws)]
    rows = []
    for name in by:
        values = table[name].astype("float64").fillna(-np.inf).to_numpy()
        drawn = [_auc(marked[rows], values[rows]) for rows in samples]
        known = [value for value in drawn if value == value]
        low, high = np.quantile(known, [0.025, 0.975]) if known else (np.nan, np.nan)
        rows.append((_auc(marked, values), low, high, len(table), marked.sum()))
    return pd.DataFrame(
        rows,
        columns=["auc", "low", "high", "commits", "marked"],
        index=pd.Index(list(by), name="ranked by"),
    )


def _auc(marked, values) -> float:  # type: ignore[no-untyped-def]
    """Return the Mann-Whitney statistic as a share; NaN where it has no meaning."""
    import pandas as pd

    good = int(marked.sum())
    bad = len(marked) - good
    if not good or not bad:
        return float("nan")
    ranks = pd.Series(values).rank().to_numpy()
    return float((ranks[marked].sum() - good * (good + 1) / 2) / (good * bad))
