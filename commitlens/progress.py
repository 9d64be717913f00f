"""Progress bars for long work, on a terminal or in a notebook, else silent."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


class Stopped(BaseException):
    """Work in a thread was ended by whoever started it."""


@contextmanager
def stopping(stop: threading.Event | None) -> Iterator[None]:
    """Let `stop` end the work of this thread, at the next step of a bar."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


def bar(label: str, total: int | None = None, *, show: bool | None = None) -> Any:
    """Return a tqdm bar, shown only where somebody watches unless told.

    Parameters
    ----------
    label : str
        What is being done.
    total : int, optional
        How many steps there are; without it only a count and a rate are shown.
    show : bool, optional
        True and False force it. None shows it when standard error is a
        terminal or a notebook is running.
    """
    from tqdm import tqdm

    if show is None:
        show = sys.stderr.isatty() or "ipykernel" in sys.modules
    stop = _stop.get()

    class Bar(tqdm):
        def update(self, n: float | None = 1) -> bool | None:
            if stop is not None and stop.is_set():
                raise Stopped
            return super().update(n)

    return (Bar if stop else tqdm)(
        total=total,
        desc=label,
        disable=not show,
        leave=False,
        dynamic_ncols=True,
        file=sys.stderr,
    )
