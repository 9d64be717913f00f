"""How fast histories are read, as ratios to git itself, on a repository given.

    python benchmarks/load.py PATH [--runs 3] [--sample 300] [--peers]

Each line is the median of its runs, taken in turns with the others so that a
machine that slows down slows all of them. Wall and CPU are whole processes,
imports included. Before a ratio is printed, what is compared is checked to be
equal: files and lines of every commit against ``git log --numstat``.

``--peers`` adds PyDriller, GitPython's ``commit.stats`` and pygit2, where they
are installed, on the newest `--sample` commits without merges; their time for
the whole history is scaled from that.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLD = """
import sys
from commitlens import load_history
history = load_history(sys.argv[1], data=sys.argv[2], progress=False)
files = history.files
sys.stdout.write(f"{len(history.commits)} {len(files)} "
                 f"{files['insertions'].sum()} {files['deletions'].sum()}\\n")
"""

DAY = """
import sys, time
import pandas, pyarrow.parquet
from commitlens import load_history
day = sys.argv[3]
load_history(sys.argv[1], data=sys.argv[2], since=day, until=day, tz="UTC")
start = time.perf_counter()
load_history(sys.argv[1], data=sys.argv[2], since=day, until=day, tz="UTC")
sys.stdout.write(f"{time.perf_counter() - start}\\n")
"""

PEERS = {
    "PyDriller": (
        "pydriller",
        """
import sys
from pydriller import Repository
for commit in Repository(sys.argv[1], only_commits=sys.argv[2:]).traverse_commits():
    for file in commit.modified_files:
        file.added_lines, file.deleted_lines
""",
    ),
    "GitPython commit.stats": (
        "git",
        """
import sys, git
repo = git.Repo(sys.argv[1])
for sha in sys.argv[2:]:
    repo.commit(sha).stats.files
""",
    ),
    "pygit2": (
        "pygit2",
        """
import sys, pygit2
repo = pygit2.Repository(sys.argv[1])
for sha in sys.argv[2:]:
    commit = repo[sha]
    if commit.parents:
        diff = repo.diff(commit.parents[0], commit)
    else:
        diff = commit.tree.diff_to_tree(swap=True)
    diff.find_similar()
    for patch in diff:
        patch.line_stats
""",
    ),
}


def measure(command: list[str]) -> tuple[float, float, float, bytes]:
    """Run a command; return wall seconds, CPU seconds, peak MB and its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            msg = f"{command[:3]} ended with status {process.returncode}"
            raise SystemExit(msg)
        out.seek(0)
        output = out.read()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return wall, cpu, usage.ru_maxrss / 1024, output


def totals(log: bytes) -> tuple[int, int, int]:
    """Return files, insertions and deletions of ``git log --numstat -z``."""
    files = added = removed = 0
    skip = 0
    for token in log.split(b"\0"):
        if skip:
            skip -= 1
            continue
        line = token.rpartition(b"\n")[2]
        parts = line.split(b"\t", 2)
        if len(parts) == 3 and all(p == b"-" or p.isdigit() for p in parts[:2]):
            files += 1
            added += int(parts[0]) if parts[0] != b"-" else 0
            removed += int(parts[1]) if parts[1] != b"-" else 0
            skip = 0 if parts[2] else 2
    return files, added, removed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    repo = str(options.repository)
    git = ["git", "-C", repo]
    log = [*git, "log", "--no-merges", "--numstat", "-z", "-M", "--format="]
    newest = [*git, "log", "-1", "--format=%cs"]
    day = subprocess.check_output(newest, text=True).strip()
    version = subprocess.check_output(["git", "--version"], text=True).strip()
    print(f"{version}; Python {platform.python_version()}; {os.cpu_count()} processors")

    with tempfile.TemporaryDirectory() as folder:
        cold, plain, warm, days = [], [], [], []
        for run in range(options.runs):
            data = f"{folder}/{run}"
            cold.append(measure([sys.executable, "-c", COLD, repo, data]))
            plain.append(measure(log))
            warm.append(measure([sys.executable, "-c", COLD, repo, data]))
            days.append(float(measure([sys.executable, "-c", DAY, repo, data, day])[3]))
    commits, *found = map(int, cold[0][3].split())
    if tuple(found) != totals(plain[0][3]):
        msg = f"not equal: {found} here, {totals(plain[0][3])} in git log"
        raise SystemExit(msg)

    def middle(runs: list[tuple[float, float, float, bytes]], place: int) -> float:
        return statistics.median(run[place] for run in runs)

    print(f"{commits} commits, {found[0]} file rows; equal to git log, all of them")
    print(f"{'':28}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'wall/git':>10}")
    base = middle(plain, 0)
    for name, runs in (
        ("git log --numstat", plain),
        ("cold load", cold),
        ("load, nothing new", warm),
    ):
        numbers = [middle(runs, place) for place in range(3)]
        print(
            f"{name:28}" + "".join(f"{n:9.2f}" for n in numbers)
            + f"{numbers[0] / base:10.2f}"
        )  # fmt: skip
    print(f"{'CPU of a cold load / git':28}{middle(cold, 1) / middle(plain, 1):9.2f}")
    print(f"{'one day, warm, imports aside':28}{statistics.median(days):9.3f} s")
    if options.peers:
        compare_peers(options, repo, middle(cold, 0) / commits)


def compare_peers(options: argparse.Namespace, repo: str, ours: float) -> None:
    """Print how long others take for a commit, as ratios to a cold load."""
    revs = ["rev-list", "--no-merges", f"-n{options.sample}", "HEAD"]
    shas = subprocess.check_output(["git", "-C", repo, *revs], text=True).split()
    for name, (module, code) in PEERS.items():
        if importlib.util.find_spec(module) is None:
            print(f"{name:28} not installed")
            continue
        try:
            wall = statistics.median(
                measure([sys.executable, "-c", code, repo, *shas])[0]
                for _ in range(options.runs)
            )
        except SystemExit as error:
            print(f"{name:28} {error.args[0].splitlines()[0][:80]}")
            continue
        each = wall / len(shas)
        print(f"{name:28}{1 / each:9.0f} commits/s, {each / ours:6.1f}x a cold load")


if __name__ == "__main__":
    main()
