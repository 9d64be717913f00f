"""One writer at a time, across processes."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import StoreError


@contextmanager
def lock(path: Path, *, timeout: float = 600) -> Iterator[None]:
    """Hold the lock file `path` while the block runs.

    The operating system holds it for the process, so an owner that is killed
    leaves nothing behind but an empty file.

    Parameters
    ----------
    path : Path
        Made if missing, with its folders.
    timeout : float, default 600
        Seconds to wait for another process.

    Raises
    ------
    StoreError
        It stayed taken, or cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        msg = (
            f"cannot write in {path.parent} ({error.strerror}); name a data folder "
            "you may write to with --data or COMMITLENS_DATA"
        )
        raise StoreError(msg) from error
    with file:
        end = time.monotonic() + timeout
        while not _taken(file):
            if time.monotonic() > end:
                msg = (
                    f"another process has held {path} for {timeout:.0f} s; wait for it "
                    "to finish, or end it"
                )
                raise StoreError(msg)
            time.sleep(0.05)
        try:
            yield
        finally:
            # Closing is not enough where somebody has forked meanwhile.
            fcntl.flock(file, fcntl.LOCK_UN)


def _taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
