"""What scores cost, beside git itself: ``python benchmarks/score.py PATH``

    python benchmarks/score.py PATH [--commits 1500] [--runs 3]

Facts, types and scores of the newest commits of a repository: processor time of
this process and wall time, a commit, and the ratio of all three to git's own time
for printing the same diffs (``git diff-tree -p``), which nobody can do without.
Medians; the first run, which fills caches, is left out.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from pathlib import Path

import commitlens as cl

STEPS = {
    "facts": lambda history: cl.gather_evidence(history, progress=False),
    "types": cl.classify,
    "scores": cl.rate,
}


def newest(path: Path, count: int, data: str | None) -> cl.History:
    """Return the last commits of a repository, without those before them."""
    history = cl.load_history(path, data=data, progress=False)
    commits = history.commits.tail(count).reset_index(drop=True)
    files = history.files[history.files["sha"].isin(set(commits["sha"]))]
    return history.replace(
        commits=commits, files=files.reset_index(drop=True), lead=None
    )


def git_alone(path: Path, history: cl.History) -> float:
    """Return the seconds that git takes to print the same diffs."""
    shas = history.commits.loc[~history.commits["is_merge"], "sha"]
    start = time.perf_counter()
    subprocess.run(
        ["git", "-C", str(path), "diff-tree", "--stdin", "-p", "-M", "--root"],
        input="\n".join(shas).encode(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def main() -> None:
    """Print a line a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--commits", type=int, default=1500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data")
    options = parser.parse_args()
    history = newest(options.path, options.commits, options.data)
    count = len(history.commits)
    own: dict[str, list[float]] = {name: [] for name in (*STEPS, "all")}
    wall: list[float] = []
    git: list[float] = []
    for run in range(options.runs + 1):
        found, start, busy = history, time.perf_counter(), time.process_time()
        took = {}
        for name, step in STEPS.items():
            before = time.process_time()
            found = step(found)
            took[name] = time.process_time() - before
        if run:
            for name, seconds in took.items():
                own[name].append(seconds)
            own["all"].append(time.process_time() - busy)
            wall.append(time.perf_counter() - start)
            git.append(git_alone(options.path, history))
    print(f"{options.path.name}: {count} commits, median of {options.runs}")
    for name, seconds in own.items():
        each = statistics.median(seconds) / count
        print(f"{name:8}{1000 * each:7.2f} ms a commit, {1 / each:7.0f} a second")
    print(f"wall    {count / statistics.median(wall):7.0f} a second")
    ratio = statistics.median(w / g for w, g in zip(wall, git, strict=True))
    print(f"against git diff-tree alone: {ratio:.2f} times its seconds")


if __name__ == "__main__":
    main()
