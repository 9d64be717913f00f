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
    if show is None:
        show = sys.stderr.isatty() or "ipykernel" in sys.modules
    stop = _stop.get()
    if not show:
        return _Unseen(stop)
    from tqdm import tqdm

    class Bar(tqdm):
        def update(self, n: float | None = 1) -> bool | None:
            _heed(stop)
            return super().update(n)

    shown: Any = _Cell() if _in_notebook() else sys.stderr
    return Bar(total=total, desc=label, leave=False, dynamic_ncols=True, file=shown)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


class _Cell:
    """A line below a notebook's cell that is written anew, and then taken away.

    What is written to standard error would stay, on the paper of errors.
    """

    encoding = "utf-8"

    def __init__(self) -> None:
        self._line: Any = None

    def write(self, text: str) -> None:
        from IPython.display import display

        line = text.strip()
        shown = {"text/plain": line} if line else {"text/html": ""}
        if self._line is not None:
            self._line.update(shown, raw=True)
        elif line:
            self._line = display(shown, raw=True, display_id=True)

    def flush(self) -> None:
        """Nothing waits."""


def _heed(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Stopped


class _Unseen:
    """What a bar is where nobody watches: tqdm is slow to import."""

    def __init__(self, stop: threading.Event | None) -> None:
        self.total: float | None = None
        self.n: float = 0
        self._stop = stop

    def __enter__(self) -> _Unseen:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is left behind."""

    def update(self, n: float = 1) -> None:
        """Count on, unless the work was ended."""
        _heed(self._stop)

    def refresh(self) -> None:
        """Draw nothing."""

    def close(self) -> None:
        """Leave nothing behind."""

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        """Say nothing."""
