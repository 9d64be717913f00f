"""Fit the change-type model: ``python training/fit_types.py ROWS [--out FILE]``

ROWS is what `collect_types.py` wrote. Tokens that fewer than five repositories
use are left out. Needs the dependency group `training`.
"""

from __future__ import annotations

import argparse
import pickle
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from commitlens.message import parse
from commitlens.paths import purpose
from commitlens.type_features import Touch, tokens, unprefixed
from commitlens.type_model import KINDS, TypeModel, save
from commitlens.type_rules import judge

REPOSITORIES = Path(__file__).with_name("repositories.toml")
#: A token is kept if at least this many repositories and commits have it.
LEAST_REPOSITORIES, LEAST_COMMITS = 5, 8
#: Inverse strength of the ridge penalty; chosen on the validation repositories.
STRENGTH = 0.03
#: How much of the frequency of a type is taken back: a commit of another project
#: is not a repair because most commits are. Chosen likewise.
LEVEL = 0.35
#: Commits at which a repository counts in full; more of them count by the root.
FULL = 150


def repositories(split: str) -> list[str]:
    """Return the names of a split."""
    return tomllib.loads(REPOSITORIES.read_text())[split]


def examples(rows: Path, names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the commits of repositories, with their tokens."""
    found = {}
    for name in names:
        path = rows / f"{name.replace('/', '+')}.pickle"
        if not path.exists():
            continue
        commits = [c for c in pickle.loads(path.read_bytes()) if c["label"] in KINDS]
        for commit in commits:
            commit["tokens"] = commit_tokens(commit)
        found[name] = commits
    return found


def touches(commit: dict[str, Any]) -> list[Touch]:
    """Return the files of a collected commit as the types see them."""
    return [
        (purpose(path), status, added, removed, path.rpartition("/")[2].lower())
        for path, status, added, removed in commit["files"]
    ]


def commit_tokens(commit: dict[str, Any]) -> list[str]:
    """Return the tokens of a collected commit."""
    files = touches(commit)
    message = unprefixed(parse(commit["subject"], commit["body"]))
    code = [file for file in files if file[0] == "code"]
    verdict = judge(
        message,
        {file[0] for file in files},
        code_files=len(code),
        new_code=any(file[1] == "A" for file in code),
    )
    return tokens(message, files, verdict)


def vocabulary(found: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Return the tokens that are common to repositories, with their rows."""
    repositories_with: Counter[str] = Counter()
    commits_with: Counter[str] = Counter()
    for commits in found.values():
        counts = Counter(t for commit in commits for t in commit["tokens"])
        repositories_with.update(counts.keys())
        commits_with.update(counts)
    kept = sorted(
        token
        for token, count in repositories_with.items()
        if count >= LEAST_REPOSITORIES
        and commits_with[token] >= LEAST_COMMITS
        and "\n" not in token
    )
    return {token: row for row, token in enumerate(kept)}


def matrix(commits: Sequence[dict[str, Any]], rows: dict[str, int]) -> Any:
    """Return commits as rows of ones and zeros."""
    columns: list[int] = []
    ends = [0]
    for commit in commits:
        columns += [rows[token] for token in commit["tokens"] if token in rows]
        ends.append(len(columns))
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_matrix((ones, columns, ends), (len(commits), len(rows)))


def flat(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the commits of all repositories."""
    return [commit for commits in found.values() for commit in commits]


def fit(found: dict[str, list[dict[str, Any]]]) -> TypeModel:
    """Fit the weights, and round them to eight bits."""
    rows = vocabulary(found)
    commits = flat(found)
    labels = np.array([KINDS.index(commit["label"]) for commit in commits])
    weight = np.concatenate(
        [
            np.full(len(part), (1000 / max(len(part), FULL)) ** 0.5)
            for part in found.values()
        ]
    )
    fitted = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)
    fitted.fit(matrix(commits, rows), labels, sample_weight=weight)
    coefficients = fitted.coef_.T - fitted.coef_.T.mean(axis=1, keepdims=True)
    scale = np.abs(coefficients).max(axis=0) / 127
    units = np.rint(coefficients / scale).astype(np.int8)
    told = np.flatnonzero(units.any(axis=1))
    names = list(rows)
    shares = np.bincount(labels, minlength=len(KINDS)) / len(labels)
    return TypeModel(
        rows={names[row]: at for at, row in enumerate(told)},
        weights=units[told],
        scale=scale.astype(np.float32),
        bias=(fitted.intercept_ - LEVEL * np.log(shares)).astype(np.float32),
        rarities=rarities(commits, [names[row] for row in told]),
    )


def rarities(commits: Sequence[dict[str, Any]], names: Sequence[str]) -> Any:
    """Return how seldom tokens are, one that is not known first."""
    counts = Counter(token for commit in commits for token in commit["tokens"])
    seen = np.array([0, *(counts[name] for name in names)])
    return np.log((len(commits) + 1) / (seen + 20)).astype(np.float16)


def main() -> None:
    """Fit on the repositories for training, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    shipped = Path(__file__).parents[1] / "commitlens" / "models" / "change_type.npz"
    parser.add_argument("--out", type=Path, default=shipped)
    given = parser.parse_args()
    found = examples(given.rows, repositories("train"))
    model = fit(found)
    given.out.parent.mkdir(exist_ok=True)
    save(model, given.out)
    print(
        f"{sum(map(len, found.values()))} commits of {len(found)} repositories, "
        f"{len(model.rows)} tokens, {given.out.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
