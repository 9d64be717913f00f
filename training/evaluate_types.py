"""How well change types are told: ``python training/evaluate_types.py ROWS``

Measures prefixed commits of repositories that the weights never saw, with the
prefix hidden, against what their authors called them: the model alone, the model
corrected by the repository's own 100 prefixed commits before each, and what
`classify` says (rules first), which follows definitions rather than authors,
without and with (`both`) those 100.
Intervals are from a bootstrap over repositories. ``--split test`` is for the end.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fit_types import commit_tokens, examples, repositories, touches

from commitlens.message import parse
from commitlens.type_habits import Habits
from commitlens.type_model import KINDS, probabilities, shipped
from commitlens.type_rules import judge
from commitlens.type_weighing import weigh

Answers = dict[str, np.ndarray]


def answers(commits: list[dict[str, Any]]) -> Answers:
    """Return the type and the confidence of each way, a row a commit."""
    model = shipped()
    habits = Habits(model)
    rows: dict[str, list[tuple[int, float]]] = {
        way: [] for way in ("majority", "rules", "model", "own 100", "classify", "both")
    }
    for commit in commits:
        label = KINDS.index(commit["label"])
        scores = model.score(commit["tokens"])
        files = touches(commit)
        message = parse(commit["subject"], commit["body"])
        code = [touch for touch in files if touch[0] == "code"]
        ruled = judge(
            message,
            {touch[0] for touch in files},
            code_files=len(code),
            new_code=any(touch[1] == "A" for touch in code),
        )
        said = weigh(message, files)
        rows["majority"].append((KINDS.index("fix"), 0.0))
        rows["rules"].append((_place(ruled.change_type), ruled.confidence))
        rows["classify"].append((_place(said.change_type), said.confidence))
        both = weigh(message, files, habits=habits)
        rows["both"].append((_place(both.change_type), both.confidence))
        corrected = scores + habits.correction(commit["tokens"], scores)
        for way, values in (("model", scores), ("own 100", corrected)):
            chances = probabilities(values)
            rows[way].append((int(chances.argmax()), float(chances.max())))
        habits.learn(commit["tokens"], scores, KINDS[label])
        habits.at += 1
    found = {way: np.array(values) for way, values in rows.items()}
    found["truth"] = np.array([KINDS.index(commit["label"]) for commit in commits])
    return found


def _place(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def accuracy(truth: np.ndarray, given: np.ndarray) -> float:
    """Return the share that is right."""
    return float((truth == given[:, 0]).mean())


def f1(truth: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Return the F1 of each type, missing where there is none."""
    found = np.full(len(KINDS), np.nan)
    for kind in range(len(KINDS)):
        real, told = truth == kind, given[:, 0] == kind
        if real.any():
            found[kind] = 2 * (real & told).sum() / (real.sum() + told.sum())
    return found


def macro(truth: np.ndarray, given: np.ndarray) -> float:
    """Return the mean F1 of the types that occur."""
    return float(np.nanmean(f1(truth, given)))


def sure(truth: np.ndarray, given: np.ndarray) -> tuple[float, float]:
    """Return how often confidence above 0.7 is right, and how often it is there."""
    high = given[:, 1] > 0.7
    right = truth == given[:, 0]
    return float(right[high].mean()) if high.any() else np.nan, float(high.mean())


def calibration_error(truth: np.ndarray, given: np.ndarray) -> float:
    """Return the expected calibration error, in ten bins of equal width."""
    right = truth == given[:, 0]
    bins = np.minimum((given[:, 1] * 10).astype(int), 9)
    return float(
        sum(
            abs(right[bins == at].mean() - given[bins == at, 1].mean())
            * (bins == at).mean()
            for at in set(bins.tolist())
        )
    )


def interval(
    parts: list[Answers], way: str, measure: Callable[..., float], seed: int = 7
) -> tuple[float, float]:
    """Return the middle 95 % over repositories drawn with replacement."""
    draw = np.random.default_rng(seed)
    values = []
    for _ in range(400):
        some = [parts[at] for at in draw.integers(0, len(parts), len(parts))]
        values.append(
            measure(
                np.concatenate([part["truth"] for part in some]),
                np.concatenate([part[way] for part in some]),
            )
        )
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--split", default="validation")
    given = parser.parse_args()
    found = examples(given.rows, repositories(given.split))
    parts = {name: answers(commits) for name, commits in found.items()}
    # The first hundred have no hundred before them.
    parts = {
        name: {way: values[100:] for way, values in part.items()}
        for name, part in parts.items()
        if len(part["truth"]) > 150
    }
    every = list(parts.values())
    whole = {way: np.concatenate([part[way] for part in every]) for way in every[0]}
    truth = whole.pop("truth")
    print(f"{given.split}: {len(truth)} commits of {len(parts)} repositories")
    print("way       accuracy             macro-F1             >.7: right, share  ECE")
    for way, values in whole.items():
        low, high = interval(every, way, accuracy)
        low_f1, high_f1 = interval(every, way, macro)
        right, share = sure(truth, values)
        print(
            f"{way:9} {accuracy(truth, values):.3f} [{low:.3f}, {high:.3f}] "
            f"{macro(truth, values):.3f} [{low_f1:.3f}, {high_f1:.3f}] "
            f"{right:.3f} on {share:.2f}  {calibration_error(truth, values):.3f}"
        )
    print("F1 by type:")
    counts = Counter(truth.tolist())
    for at, kind in enumerate(KINDS):
        each = "  ".join(f"{way} {f1(truth, v)[at]:.2f}" for way, v in whole.items())
        print(f"  {kind:9} {counts[at]:5}  {each}")
    print("accuracy by repository:")
    for name, part in parts.items():
        each = "  ".join(
            f"{way} {accuracy(part['truth'], part[way]):.3f}" for way in whole
        )
        print(f"  {name:40} {len(part['truth']):4}  {each}")
    commits = [commit for some in found.values() for commit in some][:2000]
    began = time.process_time()
    for commit in commits:
        probabilities(shipped().score(commit_tokens(commit)))
    print(f"{len(commits) / (time.process_time() - began):.0f} commits a second")


if __name__ == "__main__":
    main()
