"""The commits that readers labelled, with all that types and scores look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

import commitlens as cl
from commitlens.change_types import touched_files
from commitlens.diffs import read_patch
from commitlens.impact import Commit
from commitlens.importance import commits_of
from commitlens.message import Message, parse
from commitlens.schema import TIERS
from commitlens.type_case import Case, Verdict
from commitlens.type_features import (
    Touch,
    said_tokens,
    shown_tokens,
    tokens,
    unprefixed,
)
from commitlens.type_model import shipped
from commitlens.type_rules import CERTAIN, decide
from commitlens.type_weighing import case_of
from commitlens.word_weights import changed_words

LABELS = Path(__file__).with_name("labels.csv")
READERS = ("a", "b")
ORDER = {tier: place for place, tier in enumerate(TIERS)}
GROUPS = 10  #: of repositories, each left out once


@dataclass
class Labelled:
    """One labelled commit, as types and scores see it."""

    commit: Commit
    message: Message
    files: list[Touch]
    code: list[str]  # tokens of words that the diff has more or fewer of

    @cached_property
    def case(self) -> Case:
        """What rules look at."""
        return case_of(self.message, self.files)

    @cached_property
    def said(self) -> Verdict:
        """What rules say."""
        return decide(self.case)

    @cached_property
    def certain(self) -> bool:
        """Whether a rule decides alone."""
        message = self.message
        alone = bool(message.tags) and not self.files
        return self.said.rule in CERTAIN or message.merge is not None or alone

    @cached_property
    def blind(self) -> list[str]:
        """Tokens, as if there were no prefix."""
        message = unprefixed(self.message)
        return tokens(message, self.files, decide(case_of(message, self.files)))

    @cached_property
    def told(self) -> list[str]:
        """Tokens of what prefix and rules say."""
        return list(said_tokens(self.message, self.case.kinds, self.said))

    @cached_property
    def shown(self) -> list[str]:
        """Tokens of what the diff shows."""
        return list(shown_tokens(self.commit.interface))

    @cached_property
    def authors(self) -> np.ndarray:
        """What the model of authors' prefixes says."""
        return shipped().score(self.blind)


def read_labels(split: str) -> pd.DataFrame:
    """Return the labels of one part; where there was one reader, they count twice."""
    labels = pd.read_csv(LABELS, dtype=str, keep_default_na=False)
    labels = labels[labels["split"] == split].reset_index(drop=True)
    for name in ("type", "tier"):
        alone = labels[f"b_{name}"] == ""
        labels[f"b_{name}"] = labels[f"b_{name}"].mask(alone, labels[f"a_{name}"])
    return labels


def at_hand(labels: pd.DataFrame, repos: Path) -> pd.DataFrame:
    """Return the labels whose repositories are cloned, and say which are not."""
    known = {name for name in labels["repo"].unique() if _clone(repos, name).exists()}
    for name in sorted(set(labels["repo"]) - known):
        print(f"no clone of {name}: {(labels['repo'] == name).sum()} labels left out")
    return labels[labels["repo"].isin(known)].reset_index(drop=True)


def _clone(repos: Path, name: str) -> Path:
    return repos / f"{name}.git"


def collect(
    labels: pd.DataFrame, repos: Path, data: str | None, cache: Path | None
) -> list[Labelled]:
    """Return the labelled commits in the labels' order.

    They are read from the clones in `repos`, each seen from where it stands in
    its history. That takes minutes: they are kept in `cache`.
    """
    known = pd.read_pickle(cache) if cache and cache.exists() else {}
    before = len(known)
    for repo, part in labels.groupby("repo"):
        if not set(part["sha"]) <= known.keys():
            known |= _read(_clone(repos, repo), part, data)
            print(repo, len(part), flush=True)
    if cache and len(known) > before:
        pd.to_pickle(known, cache)
    return [known[sha] for sha in labels["sha"]]


def _read(path: Path, labels: pd.DataFrame, data: str | None) -> dict[str, Labelled]:
    history = cl.load_history(
        path, since=labels["day"].min(), until=labels["day"].max(), tz="UTC",
        data=data, progress=False,
    )  # fmt: skip
    shas = set(labels["sha"])
    here = history.commits["sha"].isin(shas)
    facts = cl.gather_evidence(
        history.replace(commits=history.commits[here]), progress=False
    ).facts
    (source,) = history.repositories.values()
    wanted = history.commits.loc[here, "sha"].tolist()
    words = {sha: _words(patch) for sha, patch in source.diffs(wanted, context=0)}
    history = cl.classify(history).replace(facts=facts)
    files = touched_files(history.files[history.files["sha"].isin(shas)])
    found = {}
    rows = history.commits[["repo", "sha", "subject", "body", "is_merge"]]
    for row, commit in zip(
        rows.itertuples(index=False), commits_of(history), strict=True
    ):
        if row.sha in shas:
            message = parse(row.subject, row.body, is_merge=row.is_merge)
            touched = files.get((row.repo, row.sha), [])
            found[row.sha] = Labelled(commit, message, touched, words[row.sha])
    return found


def _words(patch: bytes) -> list[str]:
    files = [f for f in read_patch(patch) if f.category == "code" and f.body]
    counts = changed_words(files)
    return [f"{'+' if n > 0 else '-'} {word}" for word, n in counts.items() if n]


def groups(labels: pd.DataFrame) -> np.ndarray:
    """Return the group of repositories of each label."""
    repos = sorted(labels["repo"].unique())
    np.random.default_rng(0).shuffle(repos)
    return labels["repo"].map({r: n % GROUPS for n, r in enumerate(repos)}).to_numpy()


def matrix(
    lists: list[list[str]], repos: pd.Series, *, least: tuple[int, int]
) -> tuple[sparse.csr_matrix, dict[str, int]]:
    """Return tokens as columns of ones, those of enough repositories and commits."""
    places: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for tokens_, repo in zip(lists, repos, strict=True):
        for token in set(tokens_):
            places.setdefault(token, set()).add(repo)
            counts[token] += 1
    kept = sorted(
        token
        for token, count in counts.items()
        if len(places[token]) >= least[0] and count >= least[1] and "\n" not in token
    )
    rows = {token: at for at, token in enumerate(kept)}
    columns: list[int] = []
    ends = [0]
    for tokens_ in lists:
        columns += [rows[token] for token in set(tokens_) if token in rows]
        ends.append(len(columns))
    shape = (len(lists), len(rows))
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape), rows
