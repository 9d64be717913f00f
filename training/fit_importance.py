"""Fit what each measure counts for: ``python training/fit_importance.py --repos DIR``

Scores every labelled day of the development part as a report would and fits a
proportional-odds model (ordinal logistic regression; McCullagh, 1980) of the
readers' tiers on the measures of `commitlens.impact`. Weights are pulled towards
those that are known beforehand (`PRIOR`, in points), and held to one side where
only one makes sense: a removed option never makes a commit matter less. The
borders of the tiers are laid on 30 and 51 points.

Prints how tiers agree when groups of repositories are left out, then the weights
of a fit on all, which ``--out`` writes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from evaluate import ORDER, READERS, allowed, read_labels, tiers

import commitlens as cl
from commitlens.bounds import bounds
from commitlens.impact import MEASURES, Commit, measured
from commitlens.importance import commits_of
from commitlens.tiers import HIGH, MEDIUM

#: Points that a unit of a measure is expected to count for.
PRIOR = {
    "feat": 14,
    "fix": 12,
    "perf": 12,
    "revert": 10,
    "refactor": 4,
    "build": 2,
    "ci": 0,
    "test": 0,
    "chore": 0,
    "docs": 0,
    "style": -6,
    "no code": -4,
    "tools": -5,
    "grave trouble": 16,
    "serious trouble": 12,
    "trouble": 7,
    "trouble told": 5,
    "faster": 8,
    "lines": 1.5,
    "core": 4,
    "new files": 2,
    "areas": 1,
    "around": 2,
    "much around": 2,
    "hidden": 1,
    "few lines": -2,
    "very few lines": -2,
    "large": 2,
    "default_changed": 6,
    "option_removed": 10,
    "env_removed": 8,
    "config_removed": 4,
    "platform_changed": 6,
    "deprecated": 6,
    "symbol_removed": 4,
    "symbol_changed": 3,
    "schema_changed": 4,
    "migration": 8,
    "command_added": 7,
    "command_removed": 9,
    "option_added": 5,
    "env_added": 4,
    "config_added": 3,
    "symbol_added": 2,
    "dependency_added": 2,
    "dependency_removed": 2,
    "fixes_issue": 2,
    "condition_changed": 1,
    "says defaults": 8,
    "says support": 10,
    "says deprecation": 7,
    "says something new": 3,
    "says an option": 3,
    "says rewriting": 3,
    "says removal": 3,
    "told to users": 4,
    "documented": 1,
    "explained": 1,
    "breaking": 22,
    "security": 16,
    "says tidying": -6,
    "says texts": -5,
    "says tests": -3,
    "says internals": -3,
    "says smallness": -5,
    "messages": -12,
    "called a chore": -6,
    "called less": -3,
    "automation": -6,
    "tests only": -3,
    "risk": 1.5,
    "level": 2,
}
#: Parts that never count against a commit, and one that never counts for it.
UP = {"score_severity", "score_behaviour", "score_breaking", "score_security"}
DOWN = {"score_small"}
#: Measures that may count either way, and others that only count for a commit.
FREE = {"dependency_changed", "condition_changed"}
RISING = {"risk", "level", "lines", "core", "hidden", "around", "much around"}
#: How far, in points, a weight of these may easily lie from what was expected.
SMALL = dict.fromkeys(("lines", "core", "risk", "explained"), 1.5)
PULL = 10.0  #: how strongly weights are pulled towards `PRIOR`
SLOPE = 0.25  #: four points move the log odds of a tier by one
HIGHS = 1.4  #: a commit of high importance weighs more: few are, and all matter
GROUPS = 13  #: of repositories, each left out once


def rows(
    labels: pd.DataFrame, repos: Path, data: str | None, cache: Path | None
) -> list[Commit]:
    """Return the labelled commits as they are measured, in the labels' order.

    Facts are read from diffs, which takes minutes: they are kept in `cache`.
    """
    known = pd.read_pickle(cache) if cache and cache.exists() else {}
    found: dict[str, Commit] = {}
    for (repo, day), part in labels.groupby(["repo", "day"], sort=False):
        history = cl.load_history(
            repos / f"{repo}.git", since=day, until=day, tz="UTC", data=data,
            progress=False,
        )  # fmt: skip
        if (repo, day) not in known:
            known[repo, day] = cl.gather_evidence(history, progress=False).facts
        history = cl.classify(history).replace(facts=known[repo, day])
        wanted = set(part["sha"])
        shas = history.commits["sha"]
        for sha, commit in zip(shas, commits_of(history), strict=True):
            if sha in wanted:
                found[sha] = commit
    if cache:
        pd.to_pickle(known, cache)
    return [found[sha] for sha in labels["sha"]]


def design(commits: list[Commit]) -> np.ndarray:
    """Return one row a commit, one column a measure."""
    names = list(MEASURES)
    table = np.zeros((len(commits), len(names)))
    for at, commit in enumerate(commits):
        for name, value in measured(commit).items():
            table[at, names.index(name)] = value
    return table


def fit(x: np.ndarray, truths: list[np.ndarray]) -> np.ndarray:
    """Return points by measure; the last is what all commits have."""
    from scipy.optimize import minimize

    names = list(MEASURES)
    prior = np.array([*(PRIOR.get(name, 0.0) for name in names), 8.0])
    scale = np.array(
        [SMALL.get(n, 8.0 if abs(PRIOR.get(n, 0)) >= 8 else 4.0) for n in names] + [8.0]
    )
    a = np.column_stack([x, np.ones(len(x))])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = a @ w
        total, towards = 0.0, np.zeros(len(x))
        for truth in truths:
            weight = np.where(truth == 2, HIGHS, 1.0) / len(truths)
            for border, above in ((MEDIUM, truth >= 1), (HIGH, truth >= 2)):
                sign = np.where(above, 1.0, -1.0)
                z = sign * SLOPE * (score - border)
                total += (weight * np.logaddexp(0, -z)).sum()
                towards -= weight * SLOPE * sign / (1 + np.exp(np.clip(z, -50, 50)))
        apart = (w - prior) / scale
        total += 0.5 * PULL * (apart**2).sum()
        return total, a.T @ towards + PULL * apart / scale

    limits = [_limits(name) for name in names] + [(None, None)]
    low = [-np.inf if x is None else x for x, _ in limits]
    high = [np.inf if x is None else x for _, x in limits]
    start = np.clip(prior, low, high)
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits).x


def _limits(name: str) -> tuple[float | None, float | None]:
    part = MEASURES[name].part
    if name in FREE:
        return None, None
    if part in UP or name in RISING:
        return 0, None
    return (None, 0) if part in DOWN else (None, None)


def scored(commits: list[Commit], x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return scores, floors and caps included."""
    raw = x @ w[:-1] + w[-1]
    whole = [s + bounds(c, s) for s, c in zip(raw, commits, strict=True)]
    return np.maximum(0.0, whole)


def in_tiers(score: np.ndarray) -> np.ndarray:
    """Return the places of tiers."""
    return (score >= MEDIUM).astype(int) + (score >= HIGH).astype(int)


def main() -> None:
    """Judge by leaving out groups of repositories, then fit on all and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--data")
    parser.add_argument("--cache", type=Path, help="keep the facts of commits here")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    labels = read_labels("development")
    commits = rows(labels, options.repos, options.data, options.cache)
    x = design(commits)
    truths = [labels[f"{reader}_tier"].map(ORDER).to_numpy() for reader in READERS]
    repos = sorted(labels["repo"].unique())
    held = np.zeros(len(x))
    for group in range(GROUPS):
        test = labels["repo"].isin(repos[group::GROUPS]).to_numpy()
        w = fit(x[~test], [truth[~test] for truth in truths])
        left = [c for c, out in zip(commits, test, strict=True) if out]
        held[test] = scored(left, x[test], w)
    print(f"{len(x)} commits of {len(repos)} repositories, cross-validated")
    print({k: round(v, 3) for k, v in tiers(labels, in_tiers(held), held).items()})
    print("or on the border, by a reader:", round(allowed(labels, in_tiers(held)), 3))
    print(pd.crosstab(labels["a_tier"], in_tiers(held)))
    w = fit(x, truths)
    names = [*MEASURES, ""]
    for name, value in sorted(zip(names, w, strict=True), key=lambda f: -f[1]):
        seen = int((x[:, names.index(name)] != 0).sum()) if name else len(x)
        print(f"{name:20} {value:+6.1f}  from {PRIOR.get(name, 0):+5.1f}  in {seen}")
    if options.out:
        weights = {n: round(float(v), 2) for n, v in zip(names, w, strict=True)}
        found = {"commits": len(x), "repositories": repos, "weights": weights}
        options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
