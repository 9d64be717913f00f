"""What a daily user waits for, as ratios in one run, on a repository given.

    python benchmarks/daily.py PATH [--runs 3] [--refreshes 0]

The repository is served to ourselves over HTTP on loopback, by git's own server,
from a bare copy in a temporary folder: a real network is slower, and makes the
share of git larger. Figures are medians of whole processes, imports included,
except "in a running Python": what a notebook or a service waits for. Ratios are
those of runs that follow one another.

- nothing new: against ``git fetch`` into the same mirror.
- new commits: those of the last 50 landings, on a store of all before them, read
  from the copy on disk, against the cold load of the same.
- first report: of the last day, of a repository never seen, against a mirror of
  everything and then the report.
- 12 repositories: copies whose branches end at different commits, side by side
  as `load_many` does it, against one after the other with one process of git.
- `--refreshes`: that many refreshes of a landing each, and then one day read.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from load import DAY, compile_package, measure

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from git_server import serve  # the one that the tests use

MANY = """
import sys
from commitlens import load_many
loaded = load_many(sys.argv[2:], data=sys.argv[1], progress=False)
assert not loaded.errors, loaded.errors
"""

ONE_BY_ONE = """
import sys
from commitlens import load_history, streams
streams.WORKERS = 1
for repo in sys.argv[2:]:
    load_history(repo, data=sys.argv[1], progress=False)
"""

RUNNING = """
import sys, time
from commitlens import history
history.refresh(sys.argv[1], data=sys.argv[2])
start = time.perf_counter()
history.refresh(sys.argv[1], data=sys.argv[2])
print(time.perf_counter() - start)
"""

REFRESHES = """
import subprocess, sys
from commitlens import history
repo, data, head, *steps = sys.argv[1:]
for sha in steps:
    subprocess.run(["git", "-C", repo, "update-ref", head, sha], check=True)
    history.refresh(repo, data=data)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--refreshes", type=int, default=0)
    options = parser.parse_args()
    compile_package()
    us = [sys.executable, "-m", "commitlens"]
    times: dict[str, list[float]] = {}

    def note(name: str, seconds: float) -> None:
        times.setdefault(name, []).append(seconds)

    def wall(*command: str) -> float:
        return measure(list(command))[0]

    def python(code: str, *arguments: str) -> list[str]:
        return [sys.executable, "-c", code, *arguments]

    def git(*args: str) -> str:
        return subprocess.check_output(["git", *args], text=True).strip()

    with tempfile.TemporaryDirectory() as folder, serve(folder) as (address, _):
        served, url = f"{folder}/served.git", f"{address}/served.git"
        git("clone", "--quiet", "--bare", str(options.repository.resolve()), served)
        git("-C", served, "config", "uploadpack.allowFilter", "true")
        git("-C", served, "config", "uploadpack.allowAnySHA1InWant", "true")
        head = git("-C", served, "symbolic-ref", "HEAD")
        tip = git("-C", served, "rev-parse", "HEAD")
        chain = git("-C", served, "rev-list", "--first-parent", "HEAD").split()
        before = chain[min(50, len(chain) - 1)]
        new = git("-C", served, "rev-list", "--count", f"{before}..{tip}")
        day = git("-C", served, "log", "-1", "--format=%cs")
        report = [*us, "report", url, "--date", day, "--tz", "UTC"]

        for run in range(options.runs):
            local = ["--data", f"{folder}/local{run}"]
            git("-C", served, "update-ref", head, before)
            note("cold load", wall(*us, "refresh", served, *local))
            git("-C", served, "update-ref", head, tip)
            note("new commits", wall(*us, "refresh", served, *local))
            first = ["--data", f"{folder}/first{run}"]
            note("first report", wall(*report, *first))
            data = ["--data", f"{folder}/whole{run}"]
            seconds = wall(*us, "refresh", url, *data)
            note("full mirror and report", seconds + wall(*report, *data))
            mirror = next(Path(f"{folder}/whole{run}/mirrors").rglob("*.git"))
            fetch = ["git", "-C", str(mirror), "fetch", "-q", url,
                     "+HEAD:refs/commitlens/head"]  # fmt: skip
            for _ in range(5):
                note("nothing new", wall(*us, "refresh", url, *data))
                note("git fetch, nothing new", wall(*fetch))
                note("python -c pass", wall(*python("")))
                inside = measure(python(RUNNING, url, data[1]))[3]
                note("nothing new, in a running Python", float(inside))
                note("--help", wall(*us, "--help"))
            note("report, warm, offline", wall(*report, *data, "--no-refresh"))

        copies = []
        for number in range(12):
            copies.append(f"{folder}/copy{number}.git")
            git("clone", "--quiet", "--bare", "--shared", served, copies[-1])
            # Different branches; enough of each for the loads to be alike.
            git("-C", copies[-1], "update-ref", head, chain[len(chain) * number // 60])
        for run in range(options.runs):
            at_once = python(MANY, f"{folder}/many{run}", *copies)
            note("12 repositories, side by side", wall(*at_once))
            in_turn = python(ONE_BY_ONE, f"{folder}/turn{run}", *copies)
            note("12 repositories, in turn", wall(*in_turn))

        if options.refreshes:
            steps = chain[: options.refreshes][::-1]
            repo, data = copies[0], [f"{folder}/steps"]
            git("-C", repo, "update-ref", head, chain[len(steps)])
            measure([*us, "refresh", repo, "--data", *data])
            start = time.perf_counter()
            measure(python(REFRESHES, repo, *data, head, *steps))
            each = (time.perf_counter() - start) / len(steps)
            note("a refresh of one landing, in a running Python", each)
            for _ in range(options.runs):
                seconds = float(measure(python(DAY, repo, *data, day))[3])
                note("one day after them, imports aside", seconds)

    for name, values in times.items():
        print(f"{name:46}{statistics.median(values):9.3f} s")
    print(f"{new} commits were new")
    for above, below in (
        ("nothing new", "git fetch, nothing new"),
        ("nothing new, in a running Python", "git fetch, nothing new"),
        ("new commits", "cold load"),
        ("first report", "full mirror and report"),
        ("12 repositories, side by side", "12 repositories, in turn"),
    ):
        pairs = zip(times[above], times[below], strict=True)
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"{above} / {below}: {ratio:.3f}")


if __name__ == "__main__":
    main()
