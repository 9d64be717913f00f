"""How the scores agree with readers: ``python training/evaluate.py --repos DIR``

Scores every labelled day of ``labels.csv`` as a report would, from the clones in
DIR (``NAME.git``), and compares types and tiers with what two readers of the
diffs said. Each reader counts half. Baselines stand beside: the author's prefix
for types; for tiers the size of the change, cut where the readers' shares of
high and low lie (which no tool could know).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from labelled import ORDER, READERS, at_hand, read_labels

import commitlens as cl
from commitlens.schema import CHANGE_TYPES, TIERS


def allowed(labels: pd.DataFrame, given: np.ndarray) -> float:
    """Return the share in a tier that a reader gave, or called as defensible."""
    names = np.array(TIERS)[given]
    columns = [f"{r}_{kind}" for r in READERS for kind in ("tier", "other_tier")]
    return float(
        np.any([labels[c].to_numpy() == names for c in columns], axis=0).mean()
    )


def scored(labels: pd.DataFrame, repos: Path, data: str | None) -> pd.DataFrame:
    """Score each labelled day, and put the labels beside."""
    parts = []
    for (repo, day), part in labels.groupby(["repo", "day"], sort=False):
        path = repos / f"{repo}.git"
        history = cl.load_history(
            path, since=day, until=day, tz="UTC", data=data, progress=False
        )
        rows = cl.score(history).commits
        parts.append(part.merge(rows.drop(columns="repo"), on="sha", how="left"))
    return pd.concat(parts, ignore_index=True)


def kappa(truth: np.ndarray, given: np.ndarray) -> float:
    """Quadratic weighted kappa of two rankings in tiers."""
    apart = ((truth - given) ** 2).mean()
    chance = ((truth[:, None] - given[None, :]) ** 2).mean()
    return 1 - apart / chance if chance else float("nan")


def pairs(frame: pd.DataFrame, truth: np.ndarray, score: np.ndarray) -> float:
    """Share of pairs within a day, of different tiers, that are ranked right."""
    right = total = 0.0
    for rows in frame.groupby(["repo", "day"]).indices.values():
        for i in rows:
            for j in rows:
                if truth[i] > truth[j]:
                    total += 1
                    right += (score[i] > score[j]) + 0.5 * (score[i] == score[j])
    return right / total if total else float("nan")


def tiers(
    frame: pd.DataFrame, given: np.ndarray, score: np.ndarray
) -> dict[str, float]:
    """Return how tiers and their order agree, over both readers."""
    found: dict[str, list[float]] = {}
    for reader in READERS:
        truth = frame[f"{reader}_tier"].map(ORDER).to_numpy()
        high, ours = truth == 2, given == 2
        for name, value in {
            "agree": (truth == given).mean(),
            "kappa": kappa(truth, given),
            "high found": (high & ours).sum() / max(1, high.sum()),
            "high right": (high & ours).sum() / max(1, ours.sum()),
            "pairs": pairs(frame, truth, score),
        }.items():
            found.setdefault(name, []).append(float(value))
    return {name: float(np.mean(values)) for name, values in found.items()}


def by_size(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rank by lines changed, with as many high and low as the readers gave."""
    size = (frame["insertions"].fillna(0) + frame["deletions"].fillna(0)).to_numpy(
        float
    )
    place = pd.Series(size).rank(method="first", pct=True).to_numpy()
    low = (frame["a_tier"] == "low").mean()
    high = (frame["a_tier"] == "high").mean()
    return np.where(place <= low, 0, np.where(place > 1 - high, 2, 1)), size


def prefix(subject: str) -> str:
    """Return the type that a prefix names, `chore` when there is none."""
    from commitlens.message import parse

    return parse(subject).prefix_type or "chore"


def types(frame: pd.DataFrame, given: pd.Series) -> dict[str, float]:
    """Return how types agree: with each reader, and with an answer they allow."""
    strict = np.mean([(given == frame[f"{r}_type"]).mean() for r in READERS])
    allowed = np.zeros(len(frame), dtype=bool)
    for reader in READERS:
        for column in (f"{reader}_type", f"{reader}_other_type"):
            allowed |= (given == frame[column]).to_numpy()
    return {"agree": float(strict), "allowed": float(allowed.mean())}


def interval(frame: pd.DataFrame, measure, *, draws: int = 1000) -> tuple[float, float]:
    """Bootstrap over days: commits of one day are not independent."""
    groups = list(frame.groupby(["repo", "day"]).indices.values())
    rng = np.random.default_rng(0)
    values = [
        measure(
            np.concatenate(
                [groups[i] for i in rng.integers(0, len(groups), len(groups))]
            )
        )
        for _ in range(draws)
    ]
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--data")
    parser.add_argument(
        "--split", default="development", choices=["development", "sealed"]
    )
    parser.add_argument("--wrong", action="store_true", help="list disagreements")
    parser.add_argument("--out", type=Path, help="the rows, as a pickle")
    options = parser.parse_args()
    labels = at_hand(read_labels(options.split), options.repos)
    frame = scored(labels, options.repos, options.data)
    if options.out:
        frame.to_pickle(options.out)
    kinds = frame["change_type"].astype(str)
    given = frame["importance"].astype(str).map(ORDER).to_numpy()
    score = frame["importance_score"].to_numpy()
    print(
        f"{len(frame)} commits, {frame['repo'].nunique()} repositories, {options.split}"
    )
    readers = {
        "type": (frame["a_type"] == frame["b_type"]).mean(),
        "tier": (frame["a_tier"] == frame["b_tier"]).mean(),
        "kappa": kappa(
            frame["a_tier"].map(ORDER).to_numpy(), frame["b_tier"].map(ORDER).to_numpy()
        ),
    }
    print("readers agree:", {k: round(float(v), 3) for k, v in readers.items()})
    print("types:   ", types(frame, kinds))
    print("tiers:   ", tiers(frame, given, score))
    print("or on the border:", round(allowed(frame, given), 3))
    print("by size: ", tiers(frame, *by_size(frame)))
    for name, measure in {
        "type agree": lambda rows: types(frame.iloc[rows], kinds.iloc[rows])["agree"],
        "tier agree": lambda rows: tiers(
            frame.iloc[rows].reset_index(), given[rows], score[rows]
        )["agree"],
        "kappa": lambda rows: tiers(
            frame.iloc[rows].reset_index(), given[rows], score[rows]
        )["kappa"],
    }.items():
        print(
            f"{name}: 95 % interval",
            [round(v, 3) for v in interval(frame, measure, draws=200)],
        )
    print(
        pd.DataFrame(
            {
                "commits": frame.groupby("repo").size(),
                "type": (kinds == frame["a_type"]).groupby(frame["repo"]).mean(),
                "tier": (frame["importance"].astype(str) == frame["a_tier"])
                .groupby(frame["repo"])
                .mean(),
            }
        ).round(2)
    )
    print(pd.crosstab(frame["a_tier"], frame["importance"].astype(str)).reindex(TIERS))
    print(
        pd.crosstab(frame["a_type"], kinds).reindex(
            index=CHANGE_TYPES, columns=CHANGE_TYPES, fill_value=0
        )
    )
    if options.wrong:
        show_disagreements(frame)


def show_disagreements(frame: pd.DataFrame) -> None:
    """Print the commits whose tier or type no reader gave, with our reasons."""
    for row in frame.itertuples():
        asked = {row.a_type, row.b_type, row.a_other_type, row.b_other_type}
        tier, kind = str(row.importance), str(row.change_type)
        if tier in (row.a_tier, row.b_tier) and kind in asked:
            continue
        print(f"{row.repo} {row.sha[:10]} {row.subject[:90]}")
        print(f"    readers {row.a_type}/{row.b_type} {row.a_tier}/{row.b_tier}")
        print(f"    ours {kind} ({row.type_reason}) {tier} {row.importance_score:.0f}")
        print("    " + "; ".join(row.importance_reasons))


if __name__ == "__main__":
    main()
