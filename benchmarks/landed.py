"""When each commit landed, against a slow and obvious reading of the same.

    python benchmarks/landed.py PATH [--steps 2000]

What is loaded says for every commit when it became reachable on the branch. Here
git is asked again, with none of our code: for each commit of the first-parent
chain, ``git rev-list`` names what it reaches and its first parent does not. The
newest `--steps` commits of the chain are asked one by one (0: all of them); of
what is older it is checked that it is there. Merges of merges, octopuses and
criss-cross histories make this hard: a merge-heavy repository says most.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

from commitlens import load_history


def main() -> None:
    """Compare and print; fail when something differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--steps", type=int, default=2000)
    options = parser.parse_args()

    def git(*args: str) -> list[str]:
        command = ["git", "-C", str(options.repository), *args]
        return subprocess.check_output(command, text=True).splitlines()

    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as data:
        loaded = load_history(options.repository, data=data, lines=False).commits
    ours = dict(zip(loaded["sha"], loaded["landed_at"], strict=True))
    merges = int(loaded["is_merge"].sum())
    print(f"{len(ours)} commits, {merges} of them merges: {_since(start)}")

    start = time.perf_counter()
    chain = git("log", "--first-parent", "--format=%H %ct %P", "HEAD")
    steps = chain[: options.steps or None]
    asked = 0
    for step in steps:
        sha, seconds, *parents = step.split(" ")
        first = [f"^{parents[0]}"] if parents and parents[0] else []
        for brought in git("rev-list", sha, *first):
            asked += 1
            landed = ours.pop(brought, None)
            if landed is None or landed.timestamp() != int(seconds):
                msg = f"{brought} landed with {sha}, at {seconds}; loaded: {landed}"
                raise SystemExit(msg)
    older = [line.split(" ")[0] for line in chain[len(steps) : len(steps) + 1]]
    if set(git("rev-list", *older)) != set(ours) if older else ours:
        msg = "the commits before those steps are not those of git"
        raise SystemExit(msg)
    print(
        f"{asked} commits of {len(steps)} landings (of {len(chain)}) landed when git "
        f"says, {len(ours)} older ones are there: {_since(start)}"
    )


def _since(start: float) -> str:
    return f"{time.perf_counter() - start:.1f} s"


if __name__ == "__main__":
    main()
