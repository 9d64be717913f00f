"""What a command says on a terminal, and how what it makes is written.

What a command makes goes to standard output, all else to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from .errors import CommitlensError

#: Exit codes beside 0 (done) and 2 (wrong usage, click's own).
FAILED, DEGRADED, INTERRUPTED = 1, 3, 130


def open_closed_streams() -> None:
    """Give what was started without a standard stream one that leads nowhere.

    Python has None for it, and a file opened later would get its number: what
    another program writes to its standard output would end up in that file.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: SIM115


def ended(command: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; what goes wrong is told in one line."""
    try:
        return command() or 0
    except KeyboardInterrupt:
        return say("interrupted", INTERRUPTED)
    except (CommitlensError, OSError, UnicodeEncodeError) as error:
        return say(error)


def say(problem: object, code: int = FAILED, *, about: str = "") -> int:
    """Print one line on standard error and return the exit code."""
    if isinstance(problem, OSError) and problem.strerror:
        named = f": {os.fsdecode(problem.filename)}" if problem.filename else ""
        problem = f"{problem.strerror}{named}"
    elif isinstance(problem, UnicodeEncodeError):
        problem = (
            f"a name has characters that the locale's encoding, {problem.encoding}, "
            f"does not have: {problem.object}; "
            f"set LC_ALL=C.UTF-8 or PYTHONUTF8=1"
        )
    line = " ".join(f"commitlens: {about}{problem}".split())
    sys.stderr.flush()
    sys.stderr.buffer.write(line.encode(errors="replace") + b"\n")
    sys.stderr.buffer.flush()
    return code


def tell(warnings: Sequence[str], *, about: str = "") -> None:
    """Tell on standard error what is incomplete, a line each."""
    for warning in warnings:
        say(warning, about=about)


def choose_format(format: str | None, output: str | None, known: Sequence[str]) -> str:
    """Return the format to write, before any work is done for it."""
    import click

    ending = os.path.splitext(output or "")[1].lstrip(".").lower()
    ending = {"htm": "html"}.get(ending, ending)
    # Plain text may be any of these; a device or a pipe has no ending.
    free = ending in ("", "txt") or _is_special(output)
    if not format and not free and ending not in known:
        msg = (
            f"--output ends in .{ending}, which is none of {', '.join(known)}; "
            f"give another ending, or --format"
        )
        raise click.UsageError(msg)
    chosen = format or (ending if ending in known else known[0])
    binary = chosen in ("parquet", "png")
    if binary and output in (None, "-") and sys.stdout.isatty():
        msg = f"{chosen} is not for a terminal: give --output PATH, or pipe it"
        raise click.UsageError(msg)
    return chosen


def _is_special(path: str | None) -> bool:
    """Return whether a path leads to a device, a pipe or a folder."""
    return path is not None and os.path.exists(path) and not os.path.isfile(path)


def write(content: bytes, output: str | None = None) -> None:
    """Write to the file `output` and print its path, or to standard output."""
    if output in (None, "-"):
        print_bytes(content)
        return
    from .export import write_file

    done(write_file(output, content))


def done(path: os.PathLike[str]) -> None:
    print_bytes(os.fsencode(path) + b"\n")


def print_bytes(content: bytes) -> None:
    """Write to standard output, as long as somebody reads it."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read had enough, as `head` does; and Python shall not try to
        # write the rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refreshed(repo: str | None, data: str | None) -> None:
    """Refresh a repository and say how many commits are known."""
    from .refreshing import refresh

    print_bytes(f"{refresh(repo, data=data)} commits\n".encode())
