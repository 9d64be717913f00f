"""Clone and fetch with GitPython: the one part that reaches a network."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from . import progress as progress_bars
from .errors import RepositoryError

#: What git says of a failure, in its own words, and what it means for a reader.
_MEANINGS = (
    ("couldn't find remote ref HEAD", "it has no commits yet; commit something first"),
    ("could not read Username", "it does not exist, or needs credentials"),
    ("could not read Password", "its credentials were not accepted"),
    ("Authentication failed", "its credentials were not accepted"),
    ("Permission denied", "the server refused this user; check your key"),
    ("not found", "there is no such repository; check the spelling"),
    ("does not appear to be a git repository", "there is no repository there"),
    ("The requested URL returned error: 403", "the server refused access"),
    ("Could not resolve host", "the host's name cannot be resolved; check the network"),
    ("Connection refused", "nothing answers there; check host, port and network"),
    ("Failed to connect", "the host cannot be reached; check the network"),
    ("timed out", "the host does not answer; check the network"),
    ("No space left on device", "the disk is full; free some room"),
    ("unable to write", "the data folder cannot be written; check its room and rights"),
)


def clone(url: str, git_dir: Path, *, name: str, progress: bool | None = None) -> None:
    """Make a bare mirror of the default branch and its tags at `git_dir`.

    It is fetched beside its place and renamed: a clone that fails or is killed
    leaves nothing that looks like a mirror.

    Raises
    ------
    RepositoryError
        The remote cannot be reached, refuses, or has no commits.
    """
    import git

    git_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=git_dir.parent, prefix=".clone-", ignore_cleanup_errors=True
    ) as folder:
        fresh = Path(folder) / "mirror.git"
        git.Repo.init(fresh, bare=True).close()
        fetch(url, fresh, name=name, progress=progress)
        shutil.move(fresh, git_dir)


def fetch(url: str, git_dir: Path, *, name: str, progress: bool | None = None) -> None:
    """Bring the mirror at `git_dir` to what the remote's HEAD is now.

    Raises
    ------
    RepositoryError
        As for `clone`; the mirror is as it was.
    """
    import git

    from .repository import MIRROR_HEAD, _clean_env

    class Bar(git.RemoteProgress):
        """Git's own counts, shown as one bar."""

        def __init__(self) -> None:
            super().__init__()
            self.bar = progress_bars.bar(f"fetching {name}", show=progress)

        def update(
            self, op_code: int, cur_count: Any, max_count: Any = None, message: str = ""
        ) -> None:
            self.bar.total = max_count or None
            self.bar.n = cur_count
            self.bar.set_postfix_str(message, refresh=False)
            self.bar.refresh()

    runner = git.Git(git_dir)
    bar = Bar()
    command = [
        "git", "-c", f"core.hooksPath={os.devnull}", "-c", "gc.autoDetach=false",
        "-c", "fetch.writeCommitGraph=true", "-c", "fetch.recurseSubmodules=false",
        f"--git-dir={git_dir}", "fetch", "--progress", "--force",
        "--no-write-fetch-head", "--end-of-options", url, f"+HEAD:{MIRROR_HEAD}",
    ]  # fmt: skip
    environment = _clean_env() | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"),
        "LC_ALL": "C",
    }
    git.Git.check_unsafe_protocols(url)
    lines: list[str] = []
    handler = bar.new_message_handler()

    def note(line: str) -> None:
        lines.append(line)
        handler(line)

    try:
        process = runner.execute(
            command, as_process=True, env=environment, universal_newlines=True
        )
        git.cmd.handle_process_output(process, None, note, decode_streams=False)
        process.wait()
    except git.GitCommandError as error:
        said = [*lines, str(error.stderr)]
        raise RepositoryError(_explain(url, name, said)) from error
    except git.GitCommandNotFound as error:
        msg = "git was not found on the PATH; install git 2.30 or newer"
        raise RepositoryError(msg) from error
    finally:
        bar.bar.close()


def _explain(url: str, name: str, lines: list[str]) -> str:
    from .repository import _public

    said = "\n".join(lines)
    reason = next((why for words, why in _MEANINGS if words in said), None)
    last = [
        line.strip().replace(url, _public(url))
        for line in said.splitlines()
        if line.strip().startswith(("fatal:", "error:", "remote:", "ERROR:"))
    ]
    detail = f" (git: {last[-1]})" if last else ""
    return (
        f"{name} could not be fetched from {_public(url)}: "
        f"{reason or 'git failed'}{detail}"
    )
