"""Which commits later needed a fix: ``python training/szz.py --out DIR PATH...``

The SZZ approach (Sliwerski, Zimmermann and Zeller, 2005): the lines that a
repair removes were written by somebody; ``git blame`` of the repair's parent
names the commit. Blank lines and comments do not count, changes of white space
are looked through, and a repair blames only what landed in the 180 days before
it. Repairs of bots, repairs of more than ten files of code, and files of which
more than 100 lines go are left out: they tell little.

Writes one CSV a repository, a row an ordinary commit of the years read, in the
order they landed: sha, landed_at, and how many days later the first repair of
its lines landed (empty: none).
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd

import commitlens as cl
from commitlens.paths import category

DAYS = 180
FILES = 10
LINES = 100
#: Lines that no repair is about.
IDLE = re.compile(
    rb"^\s*(?:$|//|#(?!\[|include|define|if)|/?\*|--|\"\"\"|[{}()\[\];,]*$)"
)
HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? ")


def git(path: str, *arguments: str) -> bytes:
    """Return what git prints; nothing when it fails (a file that was not there)."""
    command = ["git", "-C", path, "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, check=False).stdout


def removed(patch: bytes) -> list[int]:
    """Return the numbers, before the change, of lines that a repair removes."""
    numbers: list[int] = []
    at = 0
    for line in patch.split(b"\n"):
        if found := HUNK.match(line):
            at = int(found[1])
        elif line.startswith(b"-") and not line.startswith(b"--- "):
            if not IDLE.match(line[1:]):
                numbers.append(at)
            at += 1
    return numbers


def ranges(numbers: list[int]) -> list[str]:
    """Join neighbouring lines to the options that blame takes."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"-L{first},{last}" for first, last in found]


def blamed(path: str, sha: str, before: str, since: str) -> set[str]:
    """Return the commits that wrote the lines of a file that a repair removes."""
    patch = git(path, "diff", "-U0", "-w", f"{sha}^", sha, "--", before)
    numbers = removed(patch)
    if not 0 < len(numbers) <= LINES:
        return set()
    told = git(
        path, "blame", "-w", "-s", "-l", f"--since={since}", *ranges(numbers),
        f"{sha}^", "--", before,
    )  # fmt: skip
    # A caret marks what is older than `since`: nobody is blamed for it.
    return {
        line[:40].decode()
        for line in told.splitlines()
        if len(line) > 40 and not line.startswith(b"^")
    }


def repaired(path: str, history: cl.History, *, show: str) -> dict[str, pd.Timestamp]:
    """Return the commits that a repair blames, and when the first one landed."""
    commits, files = history.commits, history.files
    fixes = commits[(commits["change_type"] == "fix") & ~commits["is_bot"]]
    code = files[
        files["path"].map(category).eq("code") & files["status"].isin(["M", "R"])
    ]
    by_sha = code.groupby("sha")
    when = commits.set_index("sha")["landed_at"]
    found: dict[str, pd.Timestamp] = {}
    for number, (sha, landed) in enumerate(
        zip(fixes["sha"], fixes["landed_at"], strict=True)
    ):
        if number % 100 == 0:
            print(f"{show}: {number}/{len(fixes)} repairs", file=sys.stderr)
        if sha not in by_sha.groups or len(by_sha.get_group(sha)) > FILES:
            continue
        rows = by_sha.get_group(sha)
        since = (landed - pd.Timedelta(days=DAYS)).isoformat()
        for before in rows["old_path"].fillna(rows["path"]):
            for culprit in blamed(path, sha, before, since):
                if culprit in when.index and when[culprit] <= landed and culprit != sha:
                    found[culprit] = min(landed, found.get(culprit, landed))
    return found


def main() -> None:
    """Write the table of every repository that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data")
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--most", type=int, default=3500, help="commits, the latest")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for path in options.path:
        target = options.out / f"{Path(path).stem}.csv"
        if target.exists():
            continue
        history = cl.load_history(path, data=options.data, progress=False)
        newest = history.commits["landed_at"].max()
        start = newest - pd.DateOffset(years=options.years)
        commits = history.commits[history.commits["landed_at"] > start].tail(
            options.most
        )
        files = history.files[history.files["sha"].isin(commits["sha"])]
        part = cl.classify(history.replace(commits=commits, files=files))
        found = repaired(path, part, show=target.stem)
        with target.open("w", newline="") as stream:
            out = csv.writer(stream)
            out.writerow(["sha", "landed_at", "repaired_after_days"])
            for sha, landed in zip(commits["sha"], commits["landed_at"], strict=True):
                days = (found[sha] - landed).days if sha in found else ""
                out.writerow([sha, landed.isoformat(), days])


if __name__ == "__main__":
    main()
