"""Slow, obvious readings of a repository, to compare the fast ones with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def git(repo: Path, *args: str) -> bytes:
    """Run plain git, as a person would, and return its output."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    return subprocess.run(
        ["git", "-C", str(repo), *args], env=env, capture_output=True, check=True
    ).stdout


def landed(repo: Path, tip: str = "HEAD") -> dict[str, int]:
    """Return when each commit landed: one rev-list for every chain commit."""
    chain = git(repo, "rev-list", "--first-parent", "--reverse", tip).split()
    found: dict[str, int] = {}
    for commit in chain:
        when = int(git(repo, "show", "-s", "--format=%ct", commit.decode()))
        for sha in git(repo, "rev-list", commit.decode()).decode().split():
            found.setdefault(sha, when)
    return found


def numbers(repo: Path) -> dict[str, list[tuple[str, int | None, int | None]]]:
    """Return path, insertions and deletions of each commit, one git a commit."""
    found = {}
    for sha in git(repo, "rev-list", "HEAD").decode().split():
        parents = git(repo, "show", "-s", "--format=%P", sha).split()
        if len(parents) > 1:
            found[sha] = []
            continue
        out = git(repo, "show", "--format=", "--numstat", "-z", "-M", sha)
        tokens = iter(out.split(b"\0")[:-1])
        rows = []
        for token in tokens:
            added, removed, path = token.split(b"\t", 2)
            if not path:
                next(tokens)
                path = next(tokens)
            rows.append(
                (
                    path.decode("utf-8", "backslashreplace"),
                    None if added == b"-" else int(added),
                    None if removed == b"-" else int(removed),
                )
            )
        found[sha] = sorted(rows)
    return found
