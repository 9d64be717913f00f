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

#: Git compares on one processor; two processes keep two busy.
WORKERS = min(2, os.cpu_count() or 1)

#: Neighbouring commits share trees and blobs: a process that reads a run of
#: them unpacks each once. Long runs save work; where there are few commits they
#: are shorter, so that both processes keep pace.
RUN, LONG_RUN = 64, 1024

_CHUNK = 1 << 16


class Process:
    """A running git whose output is read while it works.

    Its input and its complaints are files, not pipes, so neither side can wait
    for the other.
    """

    def __init__(
        self,
        args: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        lines: Iterable[str] = (),
    ) -> None:
        try:
            self._start(args, cwd, env, lines)
        except OSError as error:
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
        with tempfile.TemporaryFile() as stdin:
            stdin.writelines(f"{line}\n".encode() for line in lines)
            stdin.seek(0)
            self._process = subprocess.Popen(
                ["git", *args],
                cwd=cwd,
                env=env,
                # A terminal's Ctrl-C is for us: a git that dies of it would look
                # like one that cannot read a commit.
                process_group=0,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
        assert self._process.stdout is not None
        self.stdout: IO[bytes] = self._process.stdout

    def finish(self) -> str:
        """End the process and return why it failed, ``""`` if it did not.

        Raises
        ------
        RepositoryError
            Somebody else ended it: no answer of git's.
        """
        finished = self._process.poll() is not None or not self.stdout.read(1)
        if not finished:
            self._process.kill()
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
        return said[-1] if said else f"git ended with status {code}"


def pieces(
    stream: IO[bytes], end: bytes, *, limit: int | None = None
) -> Iterator[bytes]:
    """Yield what stands before each `end`, cut at `limit` bytes.

    What follows the last `end` is dropped: its writer did not finish it.
    """
    kept = bytearray()
    searched = 0
    # Git flushes after each answer: waiting for more saves a round for each.
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


def records(stream: IO[bytes], *, fields: int) -> Iterator[list[bytes]]:
    """Yield records of `fields` NUL-terminated fields."""
    rest: list[bytes] = []
    tail = b""
    while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]
        *found, tail = (tail + chunk).split(b"\0")
        rest += found
        whole = len(rest) - len(rest) % fields
        for start in range(0, whole, fields):
            yield rest[start : start + fields]
        del rest[:whole]


def answers(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    shas: Sequence[str],
    *,
    limit: int | None = None,
) -> Generator[tuple[str, bytes | None]]:
    """Start git, and yield what ``diff-tree`` prints for each commit, in order.

    Two processes take runs of commits in turns. A commit that ends git is asked
    again alone with each of the later `commands`; when all fail its answer is
    None, and the others' are read by a new process.

    Parameters
    ----------
    start : callable
        Starts git with a command on lines of input.
    commands : sequence of sequence of str
        The command, then what to try on a commit that it cannot read.
    shas : sequence of str
        The commits.
    limit : int, optional
        Bytes kept of one answer.
    """
    answers = _answers(start, commands, shas, limit)
    next(answers)  # git works from here on, whenever its answers are asked for
    return answers


def _answers(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    shas: Sequence[str],
    limit: int | None,
) -> Generator[tuple[str, bytes | None]]:
    # Few commits are read sooner than a second process starts.
    count = WORKERS if len(shas) > 2 * RUN else 1
    run = min(LONG_RUN, max(RUN, len(shas) // 16))
    shares: list[list[str]] = [[] for _ in range(count)]
    for index in range(0, len(shas), run):
        shares[index // run % count] += shas[index : index + run]
    stop = threading.Event()
    queues: list[queue.Queue[Any]] = [queue.Queue(maxsize=8) for _ in range(count)]
    threads = [
        threading.Thread(
            target=_work,
            args=(start, commands, shares[index], limit, results, stop),
            daemon=True,
        )
        for index, results in enumerate(queues)
    ]
    ready: list[deque[bytes | None]] = [deque() for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield "", None  # started
        for index, sha in enumerate(shas):
            turn = index // run % count
            waiting = ready[turn]
            if not waiting:
                batch = queues[turn].get()
                if isinstance(batch, BaseException):
                    raise batch
                waiting.extend(batch)
            yield sha, waiting.popleft()
    finally:
        stop.set()
        for thread, results in zip(threads, queues, strict=True):
            while thread.is_alive():
                # A worker may be waiting for room in its queue.
                try:
                    results.get(timeout=0.01)
                except queue.Empty:
                    continue
            thread.join()


def _work(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    shas: Sequence[str],
    limit: int | None,
    results: queue.Queue[Any],
    stop: threading.Event,
) -> None:
    try:
        done, window = 0, len(shas)
        while done < len(shas) and not stop.is_set():
            end = min(done + window, len(shas))
            for batch in _ask(start, commands[0], shas[done:end], limit, stop):
                done += len(batch)
                results.put(batch)
            window *= 4
            if done < end and not stop.is_set():
                results.put([_ask_alone(start, commands[1:], shas[done], limit, stop)])
                done += 1
                # Where one is unreadable more may be: a process that ends soon
                # should not have been given the whole history.
                window = RUN
    except BaseException as error:  # noqa: BLE001 - raised in the reader's thread
        results.put(error)


def _ask_alone(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    commands: Sequence[Sequence[str]],
    sha: str,
    limit: int | None,
    stop: threading.Event,
) -> bytes | None:
    for command in commands:
        for batch in _ask(start, command, [sha], limit, stop):
            return batch[0]
    return None


def _ask(
    start: Callable[[Sequence[str], Iterable[str]], Process],
    command: Sequence[str],
    shas: Sequence[str],
    limit: int | None,
    stop: threading.Event,
) -> Iterator[list[bytes]]:
    # Git echoes a line that is no object name and flushes: so each answer ends
    # where we say, and one that git did not finish has no end. The mark is
    # random because paths and patches may hold any bytes.
    mark = f"#{secrets.token_hex(16)}"
    process = start(command, (line for sha in shas for line in (sha, mark)))
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
