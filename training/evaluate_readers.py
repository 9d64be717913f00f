"""Types against readers: ``python training/evaluate_readers.py --repos DIR``

Classifies the labelled days of development from clones in DIR (``NAME.git``), and
prints agreement with the first reader, who ignored prefixes: of `classify`, of the
author's prefix (none: chore) and of rules alone; by type and by repository, with
intervals from a bootstrap over repositories, and how sure was right.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

import commitlens as cl
from commitlens.change_types import touched_files
from commitlens.message import parse
from commitlens.type_rules import decide
from commitlens.type_weighing import case_of

LABELS = Path(__file__).with_name("labels.csv")


def told(labels: pd.DataFrame, repos: Path, data: str | None) -> pd.DataFrame:
    """Return the labels with what each way says."""
    parts = []
    for (repo, day), part in labels.groupby(["repo", "day"], sort=False):
        history = cl.load_history(
            repos / f"{repo}.git",
            since=day,
            until=day,
            tz="UTC",
            data=data,
            progress=False,
        )
        typed = cl.classify(history).commits
        typed = typed[typed["sha"].isin(part["sha"])]
        files = touched_files(history.files)
        rows = []
        for row in typed.fillna({"subject": "", "body": ""}).itertuples():
            message = parse(row.subject, row.body, is_merge=row.is_merge)
            ruled = decide(case_of(message, files.get((row.repo, row.sha), [])))
            prefix = message.tags[0] if message.tags else "chore"
            sure, kind = row.type_confidence, str(row.change_type)
            rows.append((row.sha, kind, sure, ruled.change_type, prefix))
        columns = ["sha", "classify", "sure", "rules", "prefix"]
        parts.append(part.merge(pd.DataFrame(rows, columns=columns), on="sha"))
    return pd.concat(parts, ignore_index=True)


def interval(frame: pd.DataFrame, way: str) -> list[float]:
    """Return the middle 95 % of agreement over repositories drawn again."""
    right = [
        (part[way] == part["a_type"]).to_numpy() for _, part in frame.groupby("repo")
    ]
    draw = np.random.default_rng(7)
    means = [
        np.concatenate(
            [right[at] for at in draw.integers(0, len(right), len(right))]
        ).mean()
        for _ in range(1000)
    ]
    return [round(float(value), 3) for value in np.percentile(means, (2.5, 97.5))]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--data")
    given = parser.parse_args()
    labels = pd.read_csv(LABELS, dtype=str, keep_default_na=False)
    frame = told(labels[labels["split"] == "development"], given.repos, given.data)
    print(f"{len(frame)} commits of {frame['repo'].nunique()} repositories")
    for way in ("prefix", "rules", "classify"):
        right = frame[way] == frame["a_type"]
        allowed = right | (frame[way] == frame["a_other_type"])
        print(
            f"{way:9} {right.mean():.3f} {interval(frame, way)}"
            f" allowed {allowed.mean():.3f}"
        )
    right = frame["classify"] == frame["a_type"]
    high = frame["sure"] > 0.7
    bins = np.minimum((frame["sure"] * 10).astype(int), 9)
    off = (right - frame["sure"]).groupby(bins).agg(["mean", "size"])
    error = (off["mean"].abs() * off["size"]).sum() / len(frame)
    print(
        f"above .7 right {right[high].mean():.3f} on {high.mean():.2f}; ECE {error:.3f}"
    )
    for column in ("a_type", "repo"):
        print(right.groupby(frame[column]).agg(["size", "mean"]).round(2).to_string())


if __name__ == "__main__":
    main()
