"""Git's processes and their pipes: started, read in order, always ended."""

from __future__ import annotations

import os
import queue
import secrets
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from .errors import RepositoryError
from .hermetic import not_started

#: Git compares on one processor; two processes keep two busy. More would unpack
#: more than they save.
WORKERS = min(2, os.cpu_count() or 1)

#: Processes that compare for all that is read side by side.
_working: list[int] = []
_working_lock = threading.Lock()

#: Neighbouring commits share trees and blobs: a process that reads a run of
#: them unpacks each once. Long runs save work; where there are few commits they
#: are shorter, so that both processes keep pace.
RUN, LONG_RUN = 64, 1024

_CHUNK = 1 << 16

#: What git says when its output is a file, and there is no room for it.
_FULL = "write failure on"

#: Commits that are asked for together.
Group = Sequence[str]


class Process:
    """A running git whose output is read while it works.

    Its input and its complaints are files, not pipes, so neither side can wait
    for the other. When all that it prints is wanted at once, that is a file too:
    nobody is woken for each page.
    """

    def __init__(
        self,
        args: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        lines: Iterable[str] = (),
        whole: bool = False,
    ) -> None:
        self._whole = whole
        try:
            self._start(args, cwd, env, lines)
        except OSError as error:
            if error.filename == "git":
                raise not_started(error) from error
            msg = (
                f"cannot start git ({error.strerror or error}): it needs a folder for "
                f"temporary files with room, now {tempfile.gettempdir()}"
            )
            raise RepositoryError(msg) from error

    def _start(
        self,
        args: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        lines: Iterable[str],
    ) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by finish
        printed = tempfile.TemporaryFile() if self._whole else None  # noqa: SIM115
        with tempfile.TemporaryFile() as stdin:
            stdin.write("\n".join([*lines, ""]).encode())
            stdin.seek(0)
            self._process = subprocess.Popen(
                ["git", *args],
                cwd=cwd,
                env=env,
                # A terminal's Ctrl-C is for us: a git that dies of it would look
                # like one that cannot read a commit.
                process_group=0,
                stdin=stdin,
                stdout=printed or subprocess.PIPE,
                stderr=self._errors,
            )
        stdout = printed or self._process.stdout
        assert stdout is not None
        self.stdout: IO[bytes] = stdout

    def read(self) -> bytes:
        """Return all that it prints, when it has ended."""
        if self._whole:
            self._process.wait()
            self.stdout.seek(0)
        return self.stdout.read()

    def kill(self) -> None:
        """Let git say no more; whoever reads finds the end."""
        self._process.kill()

    def finish(self) -> str:
        """End the process and return why it failed, ``""`` if it did not.

        Raises
        ------
        RepositoryError
            Somebody else ended it, or there was no room for what it prints: no
            answer of git's.
        """
        finished = self._process.poll() is not None or not (
            self._whole or self.stdout.read(1)
        )
        if not finished:
            self.kill()
        self.stdout.close()
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        self._errors.close()
        if not finished or code == 0:
            return ""
        if code < 0:
            msg = (
                f"git was ended by signal {-code} while it was reading; what was "
                "stored before is unchanged, try again"
            )
            raise RepositoryError(msg)
        if said and _FULL in said[-1]:
            msg = (
                f"git could not write what it found ({said[-1]}): free some room in "
                f"the folder for temporary files, {tempfile.gettempdir()}"
            )
            raise RepositoryError(msg)
        return said[-1] if said else f"git ended with status {code}"


def pieces(
    stream: IO[bytes], end: bytes, *, limit: int | None = None
) -> Iterator[bytes]:
    """Yield what stands before each `end`, cut at `limit` bytes.

    What follows the last `end` is dropped: its writer did not finish it.
    """
    kept = bytearray()
    searched = 0
    # Git prints page by page: waiting for more saves a round for each.
    while chunk := stream.read(_CHUNK):
        kept += chunk
        start = 0
        while (found := kept.find(end, max(start, searched))) >= 0:
            stop = found if limit is None else min(found, start + limit)
            yield bytes(kept[start:stop])
            start = found + len(end)
        del kept[:start]
        if limit is not None and len(kept) > limit + len(end):
            # Only the head and what may be half an `end` are still needed.
            del kept[limit : -len(end)]
        searched = max(0, len(kept) - len(end))


def answers(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    groups: Sequence[Group],
    *,
    limit: int | None = None,
) -> Generator[tuple[Group, bytes | None]]:
    """Start git, and yield what ``diff-tree`` prints for each group, in order.

    Two processes take runs of groups in turns. A group that ends git is asked
    again commit by commit, and the commit that ended it alone with each of the
    later `commands`; when all fail its answer is None, and the others' are read
    by a new process.

    Parameters
    ----------
    start : callable
        Starts git with a command on lines of input.
    commands : sequence of sequence of str
        The command, then what to try on a commit that it cannot read.
    groups : sequence of sequence of str
        The commits: those whose answers may come in one piece are together.
    limit : int, optional
        Bytes kept of one answer.
    """
    answers = _answers(start, commands, groups, limit)
    next(answers)  # git works from here on, whenever its answers are asked for
    return answers


def _answers(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    groups: Sequence[Group],
    limit: int | None,
) -> Generator[tuple[Group, bytes | None]]:
    total = sum(map(len, groups))
    count = _processes(total)
    run = min(LONG_RUN, max(RUN, total // 16))
    shares: list[list[Group]] = [[] for _ in range(count)]
    turns = []
    before = 0
    for group in groups:
        turns.append(before // run % count)
        shares[turns[-1]].append(group)
        before += len(group)
    stop = threading.Event()
    running: dict[int, Process] = {}

    def begin(command: Sequence[str], lines: Iterable[str]) -> Process:
        process = running[threading.get_ident()] = start(command, lines)
        if stop.is_set():
            process.kill()
        return process

    queues: list[queue.Queue[Any]] = [queue.Queue(maxsize=8) for _ in range(count)]
    threads = [
        threading.Thread(
            target=_work,
            args=(begin, commands, shares[index], limit, results, stop),
            daemon=True,
        )
        for index, results in enumerate(queues)
    ]
    ready: list[deque[tuple[Group, bytes | None]]] = [deque() for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield (), None  # started
        for group, turn in zip(groups, turns, strict=True):
            waiting = ready[turn]
            left = len(group)
            while left:
                if not waiting:
                    batch = queues[turn].get()
                    if isinstance(batch, BaseException):
                        raise batch
                    waiting.extend(batch)
                some, answer = waiting.popleft()
                left -= len(some)
                yield some, answer
    finally:
        stop.set()
        for process in list(running.values()):
            # A large file can keep it busy for long before it says something.
            process.kill()
        for thread, results in zip(threads, queues, strict=True):
            while thread.is_alive():
                # A worker may be waiting for room in its queue.
                try:
                    results.get(timeout=0.01)
                except queue.Empty:
                    continue
            thread.join()
        _working.remove(count)


def _processes(commits: int) -> int:
    """Take one process for so many commits, or two where a processor is left."""
    with _working_lock:
        free = (os.cpu_count() or 1) - sum(_working)
        # Few commits are read sooner than a second process starts.
        count = max(1, min(WORKERS, free)) if commits > 2 * RUN else 1
        _working.append(count)
    return count


def _work(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    groups: Sequence[Group],
    limit: int | None,
    results: queue.Queue[Any],
    stop: threading.Event,
) -> None:
    try:
        for batch in _batches(start, commands, groups, limit, stop):
            results.put(batch)
    except BaseException as error:  # noqa: BLE001 - raised in the reader's thread
        results.put(error)


def _batches(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    groups: Sequence[Group],
    limit: int | None,
    stop: threading.Event,
) -> Iterator[list[tuple[Group, bytes | None]]]:
    """Yield the answers of all groups, whatever git cannot read."""
    done, window = 0, len(groups)
    while done < len(groups) and not stop.is_set():
        end = min(done + window, len(groups))
        for batch in _ask(start, commands[0], groups[done:end], limit, stop):
            yield list(zip(groups[done:], batch, strict=False))
            done += len(batch)
        window *= 4
        if done < end and not stop.is_set():
            group = groups[done]
            if len(group) > 1:
                singles = [(sha,) for sha in group]
                yield from _batches(start, commands, singles, limit, stop)
            else:
                yield [(group, _ask_alone(start, commands[1:], group, limit, stop))]
            done += 1
            # Where one is unreadable more may be: a process that ends soon should
            # not have been given the whole history.
            window = max(1, RUN // len(group))


def _ask_alone(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    group: Group,
    limit: int | None,
    stop: threading.Event,
) -> bytes | None:
    for command in commands:
        for batch in _ask(start, command, [group], limit, stop):
            return batch[0]
    return None


def _ask(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    command: Sequence[str],
    groups: Sequence[Group],
    limit: int | None,
    stop: threading.Event,
) -> Iterator[list[bytes]]:
    # Git echoes a line that is no object name and flushes: so each answer ends
    # where we say, and one that git did not finish has no end. The mark is
    # random because paths and patches may hold any bytes.
    mark = f"#{secrets.token_hex(16)}"
    process = start(command, (line for group in groups for line in (*group, mark)))
    batch: list[bytes] = []
    size = 0
    try:
        for answer in pieces(process.stdout, f"{mark}\n".encode(), limit=limit):
            batch.append(answer)
            size += len(answer)
            if len(batch) >= 256 or size > _CHUNK:
                yield batch
                batch, size = [], 0
            if stop.is_set():
                return
        if batch:
            yield batch
    finally:
        process.finish()
