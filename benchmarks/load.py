"""How fast and how exactly histories are read, as ratios to git itself.

    python benchmarks/load.py PATH [--runs 3] [--sample 300] [--peers]

Each line is the median of its runs, taken in turns with the others so that a
machine that slows down slows all of them. Wall and CPU are whole processes,
imports included. Before a ratio is printed, what is compared is checked to be
equal: files, their statuses and lines of every commit against
``git log --raw --numstat``.

``--peers`` adds PyDriller, GitPython's ``commit.stats`` and pygit2, where they
are installed (``pip install --group peers``), on `--sample` commits without
merges, spread evenly over the history; what they and we take for the whole of
it is scaled from that.
"""

from __future__ import annotations

import argparse
import compileall
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

import commitlens

COLD = """
import resource, sys
from commitlens import load_history
history = load_history(sys.argv[1], data=sys.argv[2], progress=False)
own = resource.getrusage(resource.RUSAGE_SELF)
size = sum(int(frame.memory_usage(deep=True).sum())
           for frame in (history.commits, history.files))
print(len(history.commits), len(history.files), own.ru_utime + own.ru_stime, size,
      own.ru_maxrss / 1024)
"""

IMPORTS = "import pandas, pyarrow.parquet, commitlens.history"

#: What is compared with git: for each commit its lines and its files' statuses.
ROWS = """
import sys
from commitlens import load_history
history = load_history(sys.argv[1], data=sys.argv[2], progress=False)
commits = history.commits[~history.commits["is_merge"]].fillna({"insertions": -1})
letters = history.files.groupby("sha")["status"].agg(lambda some: "".join(sorted(some)))
for sha, added, removed in zip(
    commits["sha"], commits["insertions"], commits["deletions"]
):
    print(sha, added, removed, letters.get(sha, ""))
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


def compile_package() -> None:
    """Compile the modules of commitlens, as installing it does, not in a run."""
    compileall.compile_dir(Path(commitlens.__file__).parent, quiet=1)


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


def git_rows(repo: str) -> set[bytes]:
    """Read with ``git log`` what ROWS prints."""
    command = ["git", "-C", repo, "log", "--no-merges", "--raw", "--numstat", "-M",
               "--format=@%H", "--no-show-signature"]  # fmt: skip
    rows: set[bytes] = set()
    sha, added, removed, letters = b"", 0, 0, b""

    def add() -> None:
        if sha:
            ordered = bytes(sorted(letters))
            rows.add(b"%s %d %d %s" % (sha, added, removed, ordered))

    for line in subprocess.check_output(command).split(b"\n"):
        if line[:1] == b"@":
            add()
            sha, added, removed, letters = line[1:], 0, 0, b""
        elif line[:1] == b":":
            letters += line.partition(b"\t")[0].rpartition(b" ")[2][:1]
        elif line and line[:1] != b"-":
            more, less, _ = line.split(b"\t", 2)
            added, removed = added + int(more), removed + int(less)
    add()
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    compile_package()
    repo = str(options.repository)
    git = ["git", "-C", repo]
    log = [*git, "log", "--no-merges", "--numstat", "-z", "-M", "--format="]
    newest = [*git, "log", "-1", "--format=%cs"]
    day = subprocess.check_output(newest, text=True).strip()
    version = subprocess.check_output(["git", "--version"], text=True).strip()
    print(f"{version}; Python {platform.python_version()}; {os.cpu_count()} processors")

    with tempfile.TemporaryDirectory() as folder:
        cold, plain, warm, days, bare = [], [], [], [], []
        for run in range(options.runs):
            data = f"{folder}/{run}"
            cold.append(measure([sys.executable, "-c", COLD, repo, data]))
            plain.append(measure(log))
            warm.append(measure([sys.executable, "-c", COLD, repo, data]))
            days.append(float(measure([sys.executable, "-c", DAY, repo, data, day])[3]))
            bare.append(measure([sys.executable, "-c", IMPORTS]))
        rows = measure([sys.executable, "-c", ROWS, repo, data])[3]
    ours, theirs = {line.rstrip() for line in rows.splitlines()}, git_rows(repo)
    theirs = {line.rstrip() for line in theirs}
    if ours != theirs:
        wrong = min(ours ^ theirs).decode()
        msg = f"not equal: {len(ours ^ theirs) // 2} commits, one is {wrong}"
        raise SystemExit(msg)
    commits, files = map(int, cold[0][3].split()[:2])
    size = int(cold[0][3].split()[3])
    own = statistics.median(float(run[3].split()[2]) for run in cold)

    def middle(runs: list[tuple[float, float, float, bytes]], place: int) -> float:
        return statistics.median(run[place] for run in runs)

    def pairs(place: int) -> float:
        return statistics.median(
            ours[place] / git[place] for ours, git in zip(cold, plain, strict=True)
        )

    print(f"{commits} commits, {files} file rows; equal to git log, all {len(ours)}")
    print(f"{'':28}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    for name, runs in (
        ("git log --numstat", plain),
        ("cold load", cold),
        ("load, nothing new", warm),
        ("imports alone", bare),
    ):
        numbers = [middle(runs, place) for place in range(3)]
        print(f"{name:28}" + "".join(f"{n:9.2f}" for n in numbers))
    imports, base = middle(bare, 1), middle(plain, 1)
    # Git maps packs into its memory, so the largest process is one of git's.
    peak = statistics.median(float(run[3].split()[4]) for run in cold)
    above = (peak - middle(bare, 2)) * 2**20 / commits
    for name, ratio in (
        ("cold load / git, wall", pairs(0)),
        ("cold load / git, CPU", pairs(1)),
        ("own Python / git, CPU", own / base),
        ("the same without imports", (own - imports) / base),
        ("one day, imports aside, ms", statistics.median(days) * 1000),
        ("own peak, MB", peak),
        ("the same above imports, B/commit", above),
        ("frames, B/commit", size / commits),
    ):
        print(f"{name:34}{ratio:9.2f}")
    if options.peers:
        compare_peers(options, repo, middle(cold, 0) / commits)


def compare_peers(options: argparse.Namespace, repo: str, ours: float) -> None:
    """Print how long others take for a commit, as ratios to a cold load."""
    revs = ["git", "-C", repo, "rev-list", "--no-merges", "HEAD"]
    every = subprocess.check_output(revs, text=True).split()
    shas = every[:: max(1, len(every) // options.sample)]
    print(f"peers: {len(shas)} commits, evenly spread")
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
