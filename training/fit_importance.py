"""Fit what each measure counts for: ``python training/fit_importance.py --repos DIR``

Scores every labelled day of the development part as a report would and fits a
proportional-odds model (ordinal logistic regression; McCullagh, 1980) of the
readers' tiers on the measures of `commitlens.impact`. Weights are pulled towards
those that are known beforehand (`PRIOR`, in points), and held to one side where
only one makes sense: a removed option never makes a commit matter less. The
borders of the tiers are laid on 30 and 51 points.

``--cross`` judges by leaving out groups of repositories; ``--out`` writes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from evaluate import LABELS, ORDER, READERS, tiers

import commitlens as cl
from commitlens.bounds import bounds
from commitlens.impact import MEASURES, Commit, measured
from commitlens.importance import commits_of
from commitlens.tiers import HIGH, MEDIUM

#: Points that a unit of a measure is expected to count for.
PRIOR = {
    "feat": 14, "fix": 12, "perf": 12, "revert": 10, "refactor": 4, "build": 2,
    "ci": 0, "test": 0, "chore": 0, "docs": 0, "style": -6, "no code": -4,
    "tools": -5, "grave trouble": 16, "serious trouble": 12, "trouble": 7,
    "trouble told": 5, "faster": 8, "lines": 1.5, "core": 4, "new files": 2,
    "areas": 1, "around": 2, "few lines": -2, "very few lines": -2, "large": 2,
    "default_changed": 6, "option_removed": 10, "env_removed": 8,
    "config_removed": 4, "platform_changed": 6, "deprecated": 6,
    "symbol_removed": 4, "symbol_changed": 3, "schema_changed": 4, "migration": 8,
    "option_added": 5, "env_added": 4, "config_added": 3, "symbol_added": 2,
    "dependency_added": 2, "dependency_removed": 2, "fixes_issue": 2,
    "condition_changed": 1, "says defaults": 8, "says support": 10,
    "says deprecation": 7, "says something new": 3, "says an option": 3,
    "says rewriting": 3, "says removal": 3, "told to users": 4, "documented": 1,
    "explained": 1, "breaking": 22, "security": 16, "says tidying": -6,
    "says texts": -5, "says tests": -3, "says internals": -3,
    "says smallness": -5, "messages": -12, "automation": -6, "tests only": -3,
    "risk": 1.5, "level": 2,
}  # fmt: skip
#: Parts that never count against a commit, and one that never counts for it.
UP = {"score_severity", "score_behaviour", "score_breaking", "score_security"}
DOWN = {"score_small"}
FREE = {"dependency_changed", "condition_changed"}
STRENGTH = 60.0  #: how strongly weights are pulled towards `PRIOR`


def rows(labels: pd.DataFrame, repos: Path, data: str | None) -> list[Commit]:
    """Return the labelled commits as they are measured, in the labels' order."""
    found: dict[str, Commit] = {}
    for (repo, day), part in labels.groupby(["repo", "day"], sort=False):
        history = cl.load_history(
            repos / f"{repo}.git", since=day, until=day, tz="UTC", data=data,
            progress=False,
        )  # fmt: skip
        history = cl.gather_evidence(cl.classify(history), progress=False)
        wanted = set(part["sha"])
        for sha, commit in zip(
            history.commits["sha"], commits_of(history), strict=True
        ):
            if sha in wanted:
                found[sha] = commit
    return [found[sha] for sha in labels["sha"]]


def design(commits: list[Commit]) -> np.ndarray:
    """Return one row a commit, one column a measure."""
    names = list(MEASURES)
    table = np.zeros((len(commits), len(names)))
    for at, commit in enumerate(commits):
        for name, value in measured(commit).items():
            table[at, names.index(name)] = value
    return table


def fit(x: np.ndarray, truths: list[np.ndarray], weight: np.ndarray) -> np.ndarray:
    """Return points by measure; the last is what all commits have."""
    from scipy.optimize import minimize

    names = list(MEASURES)
    prior = np.array([PRIOR.get(name, 0.0) for name in names] + [8.0])
    scale = np.array([8.0 if abs(p) >= 8 else 4.0 for p in prior])
    scale[[names.index(n) for n in ("lines", "core", "risk", "explained")]] = 1.5
    a = np.column_stack([x, np.ones(len(x))])
    slope = 0.25  # of the log odds, a point: 4 points move them by one

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = a @ w
        total, towards = 0.0, np.zeros(len(x))
        for truth in truths:
            for border, above in ((MEDIUM, truth >= 1), (HIGH, truth >= 2)):
                z = np.where(above, 1.0, -1.0) * slope * (score - border)
                total += (weight * np.logaddexp(0, -z)).sum()
                p = 1 / (1 + np.exp(np.clip(z, -50, 50)))
                towards -= weight * p * slope * np.where(above, 1.0, -1.0)
        apart = (w - prior) / scale
        total += 0.5 * PULL[0] * (apart**2).sum()
        return total, a.T @ towards + PULL[0] * apart / scale

    limits = []
    for name in names:
        part = MEASURES[name].part
        if part in UP and name not in FREE:
            limits.append((0, None))
        elif part in DOWN:
            limits.append((None, 0))
        elif name in ("risk", "level", "lines", "core"):
            limits.append((0, None))
        else:
            limits.append((None, None))
    found = minimize(
        loss, np.clip(prior, *zip(*[(-np.inf if l is None else l, np.inf if h is None else h) for l, h in [*limits, (None, None)]], strict=True)),
        jac=True, method="L-BFGS-B", bounds=[*limits, (None, None)],
    )  # fmt: skip
    return found.x


PULL = [1.0]


def scored(commits: list[Commit], x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return scores, floors and caps included."""
    raw = x @ w[:-1] + w[-1]
    return np.array(
        [max(0.0, s + bounds(c, s)) for s, c in zip(raw, commits, strict=True)]
    )


def in_tiers(score: np.ndarray) -> np.ndarray:
    """Return the places of tiers."""
    return (score >= MEDIUM).astype(int) + (score >= HIGH).astype(int)


def main() -> None:
    """Fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--data")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="keep the measured commits here")
    parser.add_argument("--pull", type=float, nargs="*", default=[1.0])
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    labels = pd.read_csv(LABELS, dtype=str, keep_default_na=False)
    labels = labels[labels["split"] == "development"].reset_index(drop=True)
    if options.cache and options.cache.exists():
        commits = pd.read_pickle(options.cache)
    else:
        commits = rows(labels, options.repos, options.data)
        if options.cache:
            pd.to_pickle(commits, options.cache)
    x = design(commits)
    truths = [
        labels[f"{r}_tier"]
        .where(labels[f"{r}_tier"] != "", labels["a_tier"])
        .map(ORDER)
        .to_numpy()
        for r in READERS
    ]
    labels["b_tier"] = labels["b_tier"].where(labels["b_tier"] != "", labels["a_tier"])
    size = labels.groupby("repo")["repo"].transform("size").to_numpy()
    weight = np.ones(len(x)) * 0.5
    repos = sorted(labels["repo"].unique())
    for pull in options.pull:
        PULL[0] = pull
        held = np.zeros(len(x))
        for group in range(min(len(repos), 11)):
            test = labels["repo"].isin(repos[group::11]).to_numpy()
            w = fit(x[~test], [t[~test] for t in truths], weight[~test])
            held[test] = scored(
                [c for c, t in zip(commits, test, strict=True) if t], x[test], w
            )
        print(
            "pull",
            pull,
            {k: round(v, 3) for k, v in tiers(labels, in_tiers(held), held).items()},
        )
    w = fit(x, truths, weight)
    own = scored(commits, x, w)
    print(
        "on itself",
        {k: round(v, 3) for k, v in tiers(labels, in_tiers(own), own).items()},
    )
    print(pd.crosstab(labels["a_tier"], in_tiers(held)))
    print(
        pd.Series(in_tiers(held) == truths[0])
        .groupby(labels["repo"])
        .mean()
        .round(2)
        .to_dict()
    )
    names = [*MEASURES, ""]
    for name, value in sorted(zip(names, w, strict=True), key=lambda f: -f[1]):
        seen = int((x[:, names.index(name)] != 0).sum()) if name else len(x)
        print(f"{name:20} {value:+6.1f}  prior {PRIOR.get(name, 0):+.0f}  in {seen}")
    if options.out:
        text = json.dumps(
            {
                "repositories": repos,
                "commits": len(x),
                "weights": {
                    n: round(float(v), 2) for n, v in zip(names, w, strict=True)
                },
            },
            indent=1,
        )
        options.out.write_text(text + "\n", "utf-8")
    if options.wrong:
        for c, t, s, row in zip(
            commits, truths[0], held, labels.itertuples(), strict=True
        ):
            if in_tiers(np.array([s]))[0] not in (t, ORDER[row.b_tier]):
                print(
                    row.repo,
                    row.sha[:9],
                    f"{row.a_tier}/{row.b_tier} ours {s:.0f} {c.change_type}",
                    c.text[:80],
                    {k: round(v, 1) for k, v in measured(c).items()},
                )


if __name__ == "__main__":
    main()
