"""Doubles for tests and notebooks: real repositories and literal histories."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .history import History


class RepositoryBuilder:
    """Builds a real git repository with frozen dates, one call a commit.

    Every call takes the next minute after the one before, from
    2026-01-05T09:00:00Z, unless it says ``date``.

    Parameters
    ----------
    path : path-like
        An empty or missing folder, made into a repository with a work tree.
    branch : str, default "main"
        Name of the first branch.

    Examples
    --------
    >>> builder = RepositoryBuilder(tmp_path / "demo")
    >>> sha = builder.commit("feat: say hello", {"hello.py": "print('hello')\\n"})
    """

    def __init__(self, path: str | os.PathLike[str], *, branch: str = "main") -> None:
        self.path = Path(path)
        self.path.mkdir(parents=True, exist_ok=True)
        self._clock = 1767603600  # 2026-01-05T09:00:00Z
        self.git("init", "--quiet", f"--initial-branch={branch}")

    def git(
        self,
        *args: str | bytes,
        stdin: bytes | None = None,
        date: int | str | None = None,
        author: str = "Ada Lovelace <ada@example.org>",
        committer: str | None = None,
        committed: int | str | None = None,
    ) -> str:
        """Run git in the repository and return its output, stripped."""
        name, _, email = author.rstrip(">").partition(" <")
        committer_name, _, committer_email = (
            (committer or author).rstrip(">").partition(" <")
        )
        when = self._clock if date is None else date
        then = when if committed is None else committed
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": f"@{when} +0000" if isinstance(when, int) else when,
            "GIT_COMMITTER_NAME": committer_name,
            "GIT_COMMITTER_EMAIL": committer_email,
            "GIT_COMMITTER_DATE": f"@{then} +0000" if isinstance(then, int) else then,
            "GIT_MERGE_AUTOEDIT": "no",
            "LC_ALL": "C",
        }
        done = subprocess.run(
            ["git", *args], cwd=self.path, env=env, input=stdin, capture_output=True
        )
        if done.returncode:
            msg = f"git {args} failed: {done.stderr.decode(errors='replace')}"
            raise AssertionError(msg)
        return done.stdout.decode(errors="backslashreplace").strip()

    def commit(
        self,
        message: str | bytes,
        changes: Mapping[str, str | bytes | None] | None = None,
        *,
        date: int | str | None = None,
        **identity: Any,
    ) -> str:
        """Write `changes` (None deletes a path), commit, and return the sha.

        With no changes the commit is empty. `identity` is `author`,
        `committer` and `committed`, as :meth:`git` takes them.
        """
        for name, content in (changes or {}).items():
            target = self.path / name
            if content is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            target.write_bytes(data)
        self.git("add", "--all")
        raw = message.encode() if isinstance(message, str) else message
        self.git(
            "commit",
            "--quiet",
            "--allow-empty",
            "--allow-empty-message",
            "--cleanup=verbatim",
            "--file=-",
            stdin=raw,
            date=date,
            **identity,
        )
        self._clock += 60
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "HEAD") -> None:
        """Create the branch `name` at `start` and switch to it."""
        self.git("checkout", "--quiet", "-b", name, start)

    def checkout(self, name: str) -> None:
        """Switch to the branch or commit `name`."""
        self.git("checkout", "--quiet", name)

    def merge(
        self,
        *branches: str,
        message: str = "Merge branch",
        date: int | str | None = None,
        **identity: Any,
    ) -> str:
        """Merge `branches` with a merge commit and return its sha."""
        self.git(
            "merge",
            "--quiet",
            "--no-ff",
            "-m",
            message,
            *branches,
            date=date,
            **identity,
        )
        self._clock += 60
        return self.git("rev-parse", "HEAD")


def make_history(
    commits: Iterable[Mapping[str, Any]],
    *,
    repo: str = "octo/demo",
    lead: History | None = None,
) -> History:
    """Make a History from literal rows, with defaults for what a row leaves out.

    Parameters
    ----------
    commits : iterable of mappings
        Values of commit columns, oldest first. ``files`` in a row is a list of
        mappings with values of file columns (``path`` at least); counts of the
        commit are their sums unless given. A file has status ``M`` and one line
        in, one out by default. Commits land an hour apart from
        2026-01-05T09:00:00Z unless they say ``landed_at``.
    repo : str, default "octo/demo"
        Value of the ``repo`` column.
    lead : History, optional
        The commits before these.

    Returns
    -------
    History
        With the dtypes of `commitlens.schema`.
    """
    import pandas as pd

    from . import schema

    commit_rows: list[dict[str, Any]] = []
    file_rows: list[dict[str, Any]] = []
    start = pd.Timestamp("2026-01-05T09:00:00Z")
    previous: str | None = None
    for index, given in enumerate(commits):
        row = dict(given)
        paths: list[dict[str, Any]] = [
            {
                "old_path": None,
                "status": "M",
                "insertions": 1,
                "deletions": 1,
                "is_binary": False,
            }
            | dict(entry)
            for entry in row.pop("files", ())
        ]
        sha = row.setdefault("sha", f"{index + 1:040x}")
        landed = pd.Timestamp(row.get("landed_at", start + pd.Timedelta(hours=index)))
        row["landed_at"] = landed
        parents = row.setdefault("parents", [previous] if previous else [])
        author = row.get("author_name", "Ada Lovelace")
        defaults = {
            "repo": repo,
            "author_name": author,
            "author_email": "ada@example.org",
            "authored_at": landed,
            "committer_name": author,
            "committed_at": landed,
            "subject": f"commit {index + 1}",
            "body": "",
            "trailers": [],
            "is_merge": len(parents) > 1,
            "is_bot": False,
            "files_changed": len(paths),
            "insertions": sum(int(f["insertions"] or 0) for f in paths),
            "deletions": sum(int(f["deletions"] or 0) for f in paths),
        }
        commit_rows.append(defaults | row)
        own = {"repo": row.get("repo", repo), "sha": sha}
        file_rows += [own | f for f in paths]
        previous = sha
    return History(
        commits=schema.frame(commit_rows, schema.COMMITS),
        files=schema.frame(file_rows, schema.FILES),
        lead=lead,
    )
