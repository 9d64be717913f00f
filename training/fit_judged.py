"""Fit change types to readers: ``python training/fit_judged.py --repos DIR``

Multinomial logistic regression on the labelled commits of development that no rule
decides alone: of what the model of authors' prefixes says (`fit_types.py`), the
tokens that it looks at, and what prefix and rules say. Weights are pulled towards
those that are expected (`expected`), so that what few labels show stays as it is.
Prints how types agree when groups of repositories are left out, by type and by
repository, then fits all; ``--out`` writes the weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from labelled import (
    GROUPS,
    READERS,
    Labelled,
    at_hand,
    collect,
    groups,
    matrix,
    read_labels,
)
from scipy import sparse
from scipy.optimize import minimize

from commitlens.token_weights import rounded
from commitlens.type_model import KINDS, TypeModel, probabilities, save, shipped

#: Inverse strength of the pull; agreement is flat from .04 to .08.
STRENGTH = 0.08
#: How much a log odd of the authors' model may move, against a token.
BASE = 0.5
#: Log odds, expected beforehand: of a prefix, of a rule's reading of a sentence, of
#: a chore where code is touched, of a feature where users are broken on purpose.
PREFIX, SENTENCE, CHORE, BREAKING = 3.0, 1.0, -2.3, 4.0
#: By what readers' log odds are smaller than what authors' were expected to be.
TEMPERATURE = 1.3
LEAST = (5, 6)  #: repositories and commits that have a token


def design(
    commits: list[Labelled], labels: pd.DataFrame
) -> tuple[sparse.csr_matrix, dict[str, int]]:
    """Return one row a commit: tokens, then what authors would call it."""
    found = [[*c.blind, *c.told, *c.shown] for c in commits]
    seen, rows = matrix(found, labels["repo"], least=LEAST)
    base = np.array([c.authors for c in commits])
    base = BASE * (base - base.mean(axis=1, keepdims=True))
    return sparse.hstack([seen, sparse.csr_matrix(base)]).tocsr(), rows


def expected(rows: dict[str, int]) -> np.ndarray:
    """Return the weights that are known beforehand, one row a column of `design`."""
    found = np.zeros((len(rows) + len(KINDS), len(KINDS)))
    for token, at in rows.items():
        start, _, kind = token.partition(" ")
        if kind in KINDS and start in ("prefix", "sentence"):
            found[at, KINDS.index(kind)] = PREFIX if start == "prefix" else SENTENCE
    for token, kind, worth in (
        ("code and no chore", "chore", CHORE),
        ("breaking", "feat", BREAKING),
    ):
        if token in rows:
            found[rows[token], KINDS.index(kind)] = worth
    found[len(rows) :] = np.eye(len(KINDS)) / BASE
    return found / TEMPERATURE


def fitted(
    x: sparse.csr_matrix, truth: np.ndarray, prior: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of one set of commits, and their bias.

    `truth` has a row a commit: the share of readers that gave each of `KINDS`.
    """
    count = len(KINDS)
    across = x.T.tocsr()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        moved = w[:-count].reshape(prior.shape)
        chances = probabilities(x @ (prior + moved) + w[-count:])
        total = -(truth * np.log(np.maximum(chances, 1e-12))).sum()
        total += 0.5 / STRENGTH * (moved**2).sum()
        chances -= truth
        slope = across @ chances + moved / STRENGTH
        return total, np.r_[slope.ravel(), chances.sum(axis=0)]

    found = minimize(
        loss, np.zeros(prior.size + count), jac=True, method="L-BFGS-B",
        options={"maxiter": 150},
    ).x  # fmt: skip
    return prior + found[:-count].reshape(prior.shape), found[-count:]


def held_out(
    commits: list[Labelled], labels: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return types and confidence, each group judged by weights of the others."""
    x, rows = design(commits, labels)
    prior = expected(rows)
    learnt, truth = _learnt(commits, labels), _truth(labels)
    kinds = np.array([c.said.change_type for c in commits], dtype=object)
    sure = np.array([c.said.confidence for c in commits])
    certain = np.array([c.certain for c in commits])
    group = groups(labels)
    for left in range(GROUPS):
        train = (group != left) & learnt
        weights, bias = fitted(x[train], truth[train], prior)
        test = (group == left) & ~certain
        chances = probabilities(x[test] @ weights + bias)
        kinds[test] = np.array(KINDS, dtype=object)[chances.argmax(axis=1)]
        sure[test] = chances.max(axis=1)
    return kinds, sure


def _truth(labels: pd.DataFrame) -> np.ndarray:
    """Return the share of readers that gave each kind, one row a commit."""
    given = [labels[f"{reader}_type"].to_numpy()[:, None] for reader in READERS]
    return np.mean([column == np.array(KINDS) for column in given], axis=0)


def _learnt(commits: list[Labelled], labels: pd.DataFrame) -> np.ndarray:
    known = _truth(labels).sum(axis=1) == 1
    return known & ~np.array([c.certain for c in commits])


def whole(commits: list[Labelled], labels: pd.DataFrame) -> TypeModel:
    """Fit on all, and add what the authors' model brings to each token."""
    x, rows = design(commits, labels)
    learnt, truth = _learnt(commits, labels), _truth(labels)
    found, level = fitted(x[learnt], truth[learnt], expected(rows))
    authors = shipped()
    count = len(KINDS)
    carried = BASE * found[len(rows) :].T @ (np.eye(count) - 1 / count)
    names = list(dict.fromkeys([*rows, *authors.rows]))
    weights = np.zeros((len(names), count))
    for at, name in enumerate(names):
        if name in rows:
            weights[at] += found[rows[name]]
        if name in authors.rows:
            told = authors.weights[authors.rows[name]] * authors.scale
            weights[at] += carried @ told
    weights -= weights.mean(axis=1, keepdims=True)
    bias = level + carried @ authors.bias
    small = rounded({name: at for at, name in enumerate(names)}, weights, bias)
    return TypeModel(small.rows, small.weights, small.scale, small.bias)


def interval(right: np.ndarray, repos: pd.Series) -> list[float]:
    """Return the middle 95 % of agreement over repositories drawn again."""
    parts = [right[at] for at in repos.groupby(repos).indices.values()]
    draw = np.random.default_rng(7)
    means = [
        np.concatenate(
            [parts[at] for at in draw.integers(0, len(parts), len(parts))]
        ).mean()
        for _ in range(1000)
    ]
    return [round(float(value), 3) for value in np.percentile(means, (2.5, 97.5))]


def main() -> None:
    """Judge by leaving out groups of repositories, then fit on all and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--data")
    parser.add_argument("--cache", type=Path, help="keep what is read here")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    labels = at_hand(read_labels("development"), options.repos)
    commits = collect(labels, options.repos, options.data, options.cache)
    kinds, sure = held_out(commits, labels)
    right = np.mean([kinds == labels[f"{r}_type"] for r in READERS], axis=0)
    columns = [f"{r}_{name}" for r in READERS for name in ("type", "other_type")]
    allowed = np.any([kinds == labels[column] for column in columns], axis=0)
    certain = np.array([c.certain for c in commits])
    print(f"{len(labels)} commits of {labels['repo'].nunique()} repositories")
    print(f"agree {right.mean():.3f} {interval(right, labels['repo'])}")
    print(f"or as a reader allows {allowed.mean():.3f}")
    print(f"rules alone decide {certain.mean():.2f}: {right[certain].mean():.3f}")
    high = sure > 0.7
    bins = np.minimum((sure * 10).astype(int), 9)
    off = pd.Series(right - sure).groupby(bins).agg(["mean", "size"])
    error = float((off["mean"].abs() * off["size"]).sum() / len(right))
    print(f"above .7: right {right[high].mean():.3f}, on {high.mean():.2f}")
    print(f"calibration error {error:.3f}")
    for column in ("a_type", "repo"):
        print(pd.Series(right).groupby(labels[column]).agg(["size", "mean"]).round(2))
    print(pd.crosstab(labels["a_type"], kinds))
    if options.out:
        save(whole(commits, labels), options.out)


if __name__ == "__main__":
    main()
