"""Fit and judge the weights of risk: ``python training/fit_risk.py --szz DIR ...``

Reads what ``training/szz.py`` wrote and the same clones. What is learnt of one
group of repositories is judged on others. Left out: commits of bots, merges,
those without product code, and those of the last 180 days, whose repairs may be
to come. Every measure of a commit is taken from the commits before it.

Prints, a repository, how often a repaired commit is ranked above another (AUC)
by the risk and by churn alone, over all and within bands of equal size, with
intervals; with ``--out`` writes the weights. ``--sealed NAME ...`` are judged
with those weights and never fitted.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd

import commitlens as cl
from commitlens.importance import commits_of
from commitlens.risk import DAYS, measures


def table(path: str, labels: Path, data: str | None) -> pd.DataFrame:
    """Return the measures of one repository's commits, with what came of them."""
    history = cl.classify(cl.load_history(path, data=data, progress=False))
    with labels.open(newline="") as stream:
        days = {r["sha"]: r["repaired_after_days"] for r in csv.DictReader(stream)}
    settled = history.commits["landed_at"].max() - pd.Timedelta(days=DAYS)
    rows = []
    for commit, sha, landed in zip(
        commits_of(history),
        history.commits["sha"],
        history.commits["landed_at"],
        strict=True,
    ):
        if sha not in days or landed >= settled or not commit.has_code:
            continue
        if commit.is_bot or commit.is_merge:
            continue
        found = days[sha]
        files = commit.touched
        rows.append(
            measures(commit.change_type, files, commit.usual)
            | {
                "churn": files.added + files.removed,
                "repaired": bool(found) and int(found) <= DAYS,
                "landed_at": landed,
            }
        )
    return pd.DataFrame(rows).assign(repo=Path(path).stem)


def auc(truth: np.ndarray, score: np.ndarray) -> float:
    """How often a repaired commit is ranked above one that was not."""
    ranks = pd.Series(score).rank().to_numpy()
    good = truth.sum()
    bad = len(truth) - good
    return (ranks[truth].sum() - good * (good + 1) / 2) / (good * bad)


def fit(frame: pd.DataFrame, names: list[str]):
    """Fit a logistic regression in which every repository weighs the same."""
    from sklearn.linear_model import LogisticRegression

    weight = 1 / frame.groupby("repo")["repo"].transform("size")
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(frame[names], frame["repaired"], sample_weight=weight / weight.mean())
    return model


def within_bands(part: pd.DataFrame, column: str) -> float:
    """Return AUC among commits of about the same size (four bands)."""
    bands = pd.qcut(part["churn"].rank(method="first"), 4, labels=False)
    found = [
        auc(band["repaired"].to_numpy(), band[column].to_numpy())
        for _, band in part.groupby(bands)
        if 5 <= band["repaired"].sum() <= len(band) - 5
    ]
    return float(np.mean(found)) if found else float("nan")


def judge(frame: pd.DataFrame, score: np.ndarray) -> pd.DataFrame:
    """Return AUC a repository, of the risk and of churn alone."""
    rows = []
    for repo, part in frame.assign(risk=score).groupby("repo"):
        truth = part["repaired"].to_numpy()
        if 10 <= truth.sum() <= len(truth) - 10:
            rows.append(
                {
                    "repo": repo,
                    "commits": len(part),
                    "repaired": truth.mean(),
                    "risk": auc(truth, part["risk"].to_numpy()),
                    "churn": auc(truth, part["churn"].to_numpy()),
                    "risk in bands": within_bands(part, "risk"),
                    "churn in bands": within_bands(part, "churn"),
                }
            )
    return pd.DataFrame(rows).set_index("repo")


def gain(frame: pd.DataFrame, score: np.ndarray, draws: int = 300) -> list[float]:
    """Return the mean gain over churn and its 95 % interval, commits drawn anew."""
    rng = np.random.default_rng(0)
    parts = [p for _, p in frame.assign(risk=score).groupby("repo")]
    parts = [p for p in parts if 10 <= p["repaired"].sum() <= len(p) - 10]
    arrays = [p[["repaired", "risk", "churn"]].to_numpy(float) for p in parts]
    means = []
    for _ in range(draws):
        each = []
        for rows in arrays:
            drawn = rows[rng.integers(0, len(rows), len(rows))]
            truth = drawn[:, 0] > 0
            if truth.any() and not truth.all():
                each.append(auc(truth, drawn[:, 1]) - auc(truth, drawn[:, 2]))
        means.append(np.mean(each))
    return [float(np.mean(means)), *map(float, np.quantile(means, [0.025, 0.975]))]


def show(title: str, frame: pd.DataFrame, score: np.ndarray) -> None:
    """Print how one set of repositories was ranked."""
    found = judge(frame, score)
    print(f"\n{title}\n{found.round(3).to_string()}")
    print(found.drop(columns="commits").mean().round(4).to_dict())
    mean, low, high = gain(frame, score)
    print(f"gain over churn {mean:.4f}, 95 % interval {low:.4f} to {high:.4f}")


def main() -> None:
    """Cross-validate over groups of repositories, then fit on all but the sealed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="+")
    parser.add_argument("--szz", type=Path, required=True)
    parser.add_argument("--data")
    parser.add_argument("--sealed", nargs="*", default=[])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    frames = {}
    for path in options.path:
        labels = options.szz / f"{Path(path).stem}.csv"
        frames[Path(path).stem] = table(path, labels, options.data)
    known = pd.concat(
        [f for n, f in frames.items() if n not in options.sealed], ignore_index=True
    )
    names = [c for c in known if c not in ("churn", "repaired", "landed_at", "repo")]
    repos = sorted(known["repo"].unique())
    held = np.zeros(len(known))
    for group in range(5):
        test = known["repo"].isin(repos[group::5])
        model = fit(known[~test], names)
        held[test] = model.decision_function(known.loc[test, names])
    show("Cross-validated over groups of repositories", known, held)
    cut = known.groupby("repo")["landed_at"].transform(lambda times: times.median())
    early = known["landed_at"] <= cut
    late = known[~early].reset_index(drop=True)
    model = fit(known[early], names)
    show("Fitted on the earlier half, judged on the later", late,
         model.decision_function(late[names]))  # fmt: skip
    model = fit(known, names)
    weights = {"": float(model.intercept_[0])} | dict(
        zip(names, map(float, model.coef_[0]), strict=True)
    )
    rounded = {name: round(value, 4) for name, value in weights.items()}
    print("\nWeights", rounded)
    if options.out:
        text = json.dumps({"repositories": repos, "weights": rounded}, indent=1)
        options.out.write_text(text + "\n", "utf-8")
    sealed = [f for n, f in frames.items() if n in options.sealed]
    if sealed:
        rest = pd.concat(sealed, ignore_index=True)
        show("Sealed", rest, model.decision_function(rest[names]))


if __name__ == "__main__":
    main()
