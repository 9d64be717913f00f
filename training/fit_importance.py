"""Fit what each measure counts for: ``python training/fit_importance.py --repos DIR``

Fits a proportional-odds model (ordinal logistic regression; McCullagh, 1980) of
the readers' tiers on the measures of `commitlens.impact` and, beside them, on the
tokens of `commitlens.word_weights`. Weights of measures are pulled towards those
that are known beforehand (`PRIOR`, in points), and held to one side where only one
makes sense: a removed option never makes a commit matter less. Those of tokens are
pulled towards nothing. Where readers are as likely to say medium as low is laid on
`MEDIUM`, and on `EVEN` where high commits, each of which counts `HIGHS` times, are
as many as others; the tier of high begins a little below still, as to miss one costs
its reader more. Types are those that weights of other repositories give
(`fit_judged.held_out`).

Prints how tiers agree when groups of repositories are left out, then the weights
of a fit on all, which ``--out`` writes.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from evaluate import allowed, tiers
from fit_judged import held_out
from labelled import (
    GROUPS,
    ORDER,
    READERS,
    at_hand,
    collect,
    groups,
    matrix,
    read_labels,
)
from scipy import sparse
from scipy.optimize import minimize

from commitlens.bounds import bounds
from commitlens.impact import MEASURES, Commit, measured
from commitlens.tiers import HIGH, MEDIUM
from commitlens.token_weights import arrays, rounded

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
    "level": 1,
}
#: Parts that never count against a commit, and one that never counts for it.
UP = {"score_severity", "score_behaviour", "score_breaking", "score_security"}
DOWN = {"score_small"}
#: Measures that may count either way, and others that only count for a commit.
FREE = {"dependency_changed", "condition_changed"}
RISING = {"risk", "lines", "core", "hidden", "around", "much around"}
#: Not fitted, which would give nothing: readers agree as much with it, and fewer
#: commits are called high where all are large.
HELD = {"level"}
#: How far, in points, a weight of these may easily lie from what was expected.
SMALL = dict.fromkeys(("lines", "core", "risk", "explained"), 1.5)
PULL = 20.0  #: how strongly weights are pulled towards `PRIOR`
SLOPE = 0.25  #: four points move the log odds of a tier by one
HIGHS = 3.0  #: at the border of high, how often each of the few beyond counts
#: Points with even chances of high and less, so counted.
EVEN = 51.0
#: How strongly tokens of message and files, and words of code, are pulled to 0.
TOKENS, CODE = 5.0, 8.0
#: Repositories and commits that have such a token.
LEAST_TOKENS, LEAST_CODE = (6, 8), (8, 12)
#: Measures that are themselves sums of the weights of tokens.
READ = ("message read", "files read", "code read")
NAMES = [name for name in MEASURES if name not in READ]


def design(commits: list[Commit]) -> np.ndarray:
    """Return one row a commit, one column a measure."""
    table = np.zeros((len(commits), len(NAMES)))
    for at, commit in enumerate(commits):
        for name, value in measured(commit).items():
            if name not in READ:
                table[at, NAMES.index(name)] = value
    return table


def fit(
    x: np.ndarray, seen: sparse.csr_matrix, pull: np.ndarray, truths: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return points by measure, the last what all commits have; and by token."""
    prior = np.array([*(PRIOR.get(name, 0.0) for name in NAMES), 8.0])
    scale = np.array(
        [SMALL.get(n, 8.0 if abs(PRIOR.get(n, 0)) >= 8 else 4.0) for n in NAMES] + [8.0]
    )
    a = np.column_stack([x, np.ones(len(x))])
    count = len(prior)
    across = seen.T.tocsr()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = a @ w[:count] + seen @ w[count:]
        total, towards = 0.0, np.zeros(len(x))
        for truth in truths:
            for border, above, more in (
                (MEDIUM, truth >= 1, 1.0),
                (EVEN, truth >= 2, HIGHS),
            ):
                weight = np.where(above, more, 1.0) / len(truths)
                sign = np.where(above, 1.0, -1.0)
                z = sign * SLOPE * (score - border)
                total += (weight * np.logaddexp(0, -z)).sum()
                towards -= weight * SLOPE * sign / (1 + np.exp(np.clip(z, -50, 50)))
        apart = (w[:count] - prior) / scale
        total += 0.5 * PULL * (apart**2).sum() + 0.5 * (pull * w[count:] ** 2).sum()
        measures = a.T @ towards + PULL * apart / scale
        return total, np.r_[measures, across @ towards + pull * w[count:]]

    limits = [_limits(name) for name in NAMES] + [(None, None)] * (1 + len(pull))
    low = [-np.inf if x is None else x for x, _ in limits[:count]]
    high = [np.inf if x is None else x for _, x in limits[:count]]
    start = np.r_[np.clip(prior, low, high), np.zeros(len(pull))]
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=limits,
        options={"maxiter": 300},
    ).x  # fmt: skip
    return found[:count], found[count:]


def _limits(name: str) -> tuple[float | None, float | None]:
    part = MEASURES[name].part
    if name in HELD:
        return PRIOR[name], PRIOR[name]
    if name in FREE:
        return None, None
    if part in UP or name in RISING:
        return 0, None
    return (None, 0) if part in DOWN else (None, None)


def scored(commits: list[Commit], raw: np.ndarray) -> np.ndarray:
    """Return scores, floors and caps included."""
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
    parser.add_argument("--cache", type=Path, help="keep what is read here")
    parser.add_argument("--out", type=Path, help="folder for the weights")
    options = parser.parse_args()
    labels = at_hand(read_labels("development"), options.repos)
    found = collect(labels, options.repos, options.data, options.cache)
    commits = [
        replace(row.commit, change_type=kind, confidence=float(sure), reasons=[])
        for row, kind, sure in zip(found, *held_out(found, labels), strict=True)
    ]
    x = design(commits)
    repos = labels["repo"]
    plain, rows = matrix(
        [[*r.blind, *r.shown] for r in found], repos, least=LEAST_TOKENS
    )
    code, words = matrix([r.code for r in found], repos, least=LEAST_CODE)
    seen = sparse.hstack([plain, code]).tocsr()
    pull = np.r_[np.full(len(rows), TOKENS), np.full(len(words), CODE)]
    truths = [labels[f"{reader}_tier"].map(ORDER).to_numpy() for reader in READERS]
    for name, cut in (("measures alone", 0), ("and tokens", len(pull))):
        raw = np.zeros(len(x))
        for group in range(GROUPS):
            test = groups(labels) == group
            w, t = fit(
                x[~test],
                seen[~test][:, :cut],
                pull[:cut],
                [truth[~test] for truth in truths],
            )
            raw[test] = x[test] @ w[:-1] + w[-1] + seen[test][:, :cut] @ t
        held = scored(commits, raw)
        print(f"{name}: {len(x)} commits of {repos.nunique()} repositories, held out")
        told = tiers(labels, in_tiers(held), held)
        print({key: round(value, 3) for key, value in told.items()})
        print("or on the border:", round(allowed(labels, in_tiers(held)), 3))
    print(pd.crosstab(labels["a_tier"], in_tiers(held)))
    w, t = fit(x, seen, pull, truths)
    names = [*NAMES, ""]
    for name, value in sorted(zip(names, w, strict=True), key=lambda f: -f[1]):
        count = int((x[:, NAMES.index(name)] != 0).sum()) if name else len(x)
        print(f"{name:20} {value:+6.1f}  from {PRIOR.get(name, 0):+5.1f}  in {count}")
    if options.out:
        weights = {n: round(float(v), 2) for n, v in zip(names, w, strict=True)}
        weights |= dict.fromkeys(READ, 1.0)
        file = {
            "commits": len(x),
            "repositories": sorted(repos.unique()),
            "weights": weights,
        }
        text = json.dumps(file, indent=1) + "\n"
        (options.out / "importance.json").write_text(text, "utf-8")
        at = {token: n for n, token in enumerate([*rows, *words])}
        model = rounded(at, t[:, None], np.zeros(1))
        np.savez_compressed(options.out / "word_weights.npz", **arrays(model))


if __name__ == "__main__":
    main()
