"""Keeping below what a provider takes: requests and tokens a minute, and pauses."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from .llm import Model

Item = TypeVar("Item")

#: Longer waits are not worth it: the rest falls back, and a later run goes on.
LONGEST = 60.0


class Gate:
    """Lets requests through as the limits of a model allow.

    Parameters
    ----------
    model : Model
        Its ``requests_per_minute`` and ``tokens_per_minute``.
    stop : threading.Event
        Ends every wait.
    """

    def __init__(self, model: Model, stop: threading.Event) -> None:
        self.model, self.stop = model, stop
        self._lock = threading.Lock()
        self._sent: deque[tuple[float, int]] = deque()
        self._not_before = 0.0

    def pass_through(self, tokens: int) -> None:
        """Wait until a request of so many tokens may be sent."""
        while not self.stop.is_set():
            with self._lock:
                wait = self._wait(tokens)
                if wait <= 0:
                    self._sent.append((time.monotonic(), tokens))
                    return
            self.stop.wait(min(wait, 1.0))

    def pause(self, seconds: float) -> None:
        """Send nothing for so long: a provider asked for it."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def _wait(self, tokens: int) -> float:
        now = time.monotonic()
        while self._sent and now - self._sent[0][0] >= 60:
            self._sent.popleft()
        waits = [self._not_before - now]
        most = self.model.requests_per_minute
        if most and len(self._sent) >= most:
            waits.append(self._sent[-most][0] + 60 - now)
        most = self.model.tokens_per_minute
        if most:
            used = sum(one for _, one in self._sent)
            for when, one in self._sent:
                if used + tokens <= most:
                    break
                # A request beyond the whole limit goes alone.
                waits.append(when + 60 - now)
                used -= one
        return max(waits)


class Turns(Generic[Item]):
    """Lets work of one rank begin when that of all lower ones is done.

    With a budget, what is weightier must not find it spent by what several threads
    began beside it.

    Parameters
    ----------
    rank : callable
        The rank of an item; items come with ranks that never fall.
    stop : threading.Event
        Ends every wait.
    """

    def __init__(self, rank: Callable[[Item], int], stop: threading.Event) -> None:
        self._rank, self._stop = rank, stop
        self._state = threading.Condition()
        self._open: Counter[int] = Counter()

    def each(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items, counted until their turn is over."""
        for item in items:
            with self._state:
                self._open[self._rank(item)] += 1
            yield item

    @contextmanager
    def turn(self, item: Item) -> Iterator[None]:
        """Wait for the turn of an item; it is over with the block."""
        rank = self._rank(item)
        try:
            with self._state:
                while not self._stop.is_set() and any(
                    self._open[other] for other in self._open if other < rank
                ):
                    self._state.wait(0.5)
            yield
        finally:
            with self._state:
                self._open[rank] -= 1
                self._state.notify_all()
