"""What a daily user waits for, as ratios in one run, on a repository given.

    python benchmarks/daily.py PATH [--runs 3]

The repository is served to ourselves over ``file://`` from a bare copy in a
temporary folder, so that a refresh has something to fetch and a first report has
something to clone; a real network makes the shares of git larger. Each figure is
the median of its runs, whole processes, imports included.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from load import measure

MANY = """
import sys, concurrent.futures
from commitlens import load_many
executor = concurrent.futures.ThreadPoolExecutor(int(sys.argv[2]))
loaded = load_many(sys.argv[3:], executor=executor, data=sys.argv[1], progress=False)
assert not loaded.errors, loaded.errors
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    us = [sys.executable, "-m", "commitlens"]

    def git(*args: str) -> str:
        return subprocess.check_output(["git", *args], text=True).strip()

    def wall(command: list[str]) -> float:
        return measure(command)[0]

    with tempfile.TemporaryDirectory() as folder:
        served = f"{folder}/served.git"
        git("clone", "--quiet", "--bare", str(options.repository.resolve()), served)
        git("-C", served, "config", "uploadpack.allowFilter", "true")
        git("-C", served, "config", "uploadpack.allowAnySHA1InWant", "true")
        url = f"file://{served}"
        head = git("-C", served, "symbolic-ref", "HEAD")
        tip = git("-C", served, "rev-parse", "HEAD")
        chain = git("-C", served, "rev-list", "--first-parent", "-n", "51", "HEAD")
        before = chain.split()[-1]
        new = git("-C", served, "rev-list", "--count", f"{before}..{tip}")
        day = git("-C", served, "log", "-1", "--format=%cs")
        report = [*us, "report", url, "--date", day, "--tz", "UTC"]
        times: dict[str, list[float]] = {}

        def note(name: str, seconds: float) -> None:
            times.setdefault(name, []).append(seconds)

        for run in range(options.runs):
            data = ["--data", f"{folder}/{run}"]
            git("-C", served, "update-ref", head, before)
            note("cold: clone and load", wall([*us, "refresh", url, *data]))
            git("-C", served, "update-ref", head, tip)
            note("refresh, new commits", wall([*us, "refresh", url, *data]))
            note("refresh, nothing new", wall([*us, "refresh", url, *data]))
            mirror = next(Path(f"{folder}/{run}/mirrors").rglob("*.git"))
            fetch = ["git", "-C", str(mirror), "fetch", "-q", url, "HEAD"]
            note("git fetch, nothing new", wall(fetch))
            note("report, warm, offline", wall([*report, *data, "--no-refresh"]))
            note("--help", wall([*us, "--help"]))
            first = ["--data", f"{folder}/partial{run}"]
            note("first report", wall([*report, *first]))
            whole = ["--data", f"{folder}/whole{run}"]
            seconds = wall([*us, "refresh", url, *whole])
            note("full mirror, then report", seconds + wall([*report, *whole]))
        copies = []
        for number in range(12):
            copy = f"{folder}/copy{number}.git"
            git("clone", "--quiet", "--bare", "--shared", served, copy)
            parts = git("-C", copy, "rev-list", "--first-parent", "HEAD").split()
            git("-C", copy, "update-ref", head, parts[len(parts) * 9 // 10])
            copies.append(copy)
        for workers in ("1", "4"):
            command = [sys.executable, "-c", MANY, f"{folder}/many{workers}", workers]
            note(f"12 repositories, {workers} at once", wall([*command, *copies]))

    middle = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in middle.items():
        print(f"{name:30}{seconds:9.2f} s")
    print(f"refresh brought {new} commits")
    for above, below in (
        ("refresh, nothing new", "git fetch, nothing new"),
        ("refresh, new commits", "cold: clone and load"),
        ("first report", "full mirror, then report"),
        ("12 repositories, 4 at once", "12 repositories, 1 at once"),
    ):
        print(f"{above} / {below}: {middle[above] / middle[below]:.2f}")


if __name__ == "__main__":
    main()
