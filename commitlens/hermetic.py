"""Git that reads and does nothing else: its environment and settings.

Nothing that a repository's own configuration, hooks or attributes name is run,
nothing prompts, and nothing is fetched behind our back.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .errors import RepositoryError

#: Settings that outrank a repository's own: nothing of its is run.
_SAFE_CONFIG = {
    "core.fsmonitor": "false",
    # Counts are of what git takes for text, not of what a user does.
    "core.attributesFile": os.devnull,
    "core.bigFileThreshold": "512m",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "diff.external": "",
    "log.showSignature": "false",
    "safe.directory": "*",
}

#: The first git that takes settings from its environment.
_OLDEST = (2, 31)


def _clean() -> dict[str, str]:
    """Return this process's environment without what steers git."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}


def reading_environment() -> dict[str, str]:
    """Return the environment of a git that reads one repository, and no more."""
    settings: dict[str, str] = {"GIT_CONFIG_COUNT": str(len(_SAFE_CONFIG))}
    for index, (key, value) in enumerate(_SAFE_CONFIG.items()):
        settings[f"GIT_CONFIG_KEY_{index}"] = key
        settings[f"GIT_CONFIG_VALUE_{index}"] = value
    return _clean() | settings | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        # No index: it would bring attributes, and say what is ignored.
        "GIT_INDEX_FILE": "there-is-no-such-index",
        # What a sha holds is fixed: what is stored once stays true.
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        # A partial clone would fetch what it lacks, and write to itself.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "LC_ALL": "C",
        # Full buffers, not a write and a wake-up for each commit.
        "GIT_FLUSH": "0",
        # Git frees and asks again for each blob. Glibc would give large ones back
        # to the system each time: a tenth of the work, in page faults.
        "MALLOC_MMAP_THRESHOLD_": str(1 << 25),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 28),
    }  # fmt: skip


def run(*args: str, cwd: Path, **extra: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, hermetically, and return how it ended.

    `extra` are variables of its environment.

    Raises
    ------
    RepositoryError
        Git is not installed, or the folder cannot be entered.
    """
    try:
        return subprocess.run(
            ["git", *args],
            cwd=cwd,
            env=reading_environment() | extra,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    except OSError as error:
        raise not_started(error) from error


def not_started(error: OSError) -> RepositoryError:
    """Say why git could not be started."""
    why = error.strerror or error
    if error.filename not in (None, "git"):
        msg = f"{error.filename} cannot be entered ({why}); check its permissions"
    elif isinstance(error, FileNotFoundError):
        msg = f"git was not found on the PATH; install git {_named(_OLDEST)} or newer"
    else:
        msg = f"the git on the PATH cannot be started ({why}); try `git version`"
    return RepositoryError(msg)


def version() -> tuple[int, ...]:
    """Return git's version, such as (2, 39, 5)."""
    said = run("version", cwd=Path(os.sep)).stdout.decode("ascii", "replace").split()
    numbers = (said[2] if len(said) > 2 else "").split(".")
    return tuple(int(number) for number in numbers if number.isdigit())


def too_old() -> str | None:
    """Say that git is too old, if it is: asked where it failed, which tells why."""
    found = version()
    if not found or found >= _OLDEST:
        return None
    return f"git {_named(found)} is too old; install git {_named(_OLDEST)} or newer"


def _named(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
