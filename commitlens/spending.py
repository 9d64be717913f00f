"""What a run may spend, what it has spent, and what it would.

A request is let through only when the most that it can cost still fits into what
is left; what it did cost takes the place of that once it is answered. So a
budget holds whatever is under way at a time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from .errors import InputError
from .llm import Message, Model, Prices, prices
from .packing import estimate

#: A tokenizer may need more tokens than estimated, by this much at the most,
#: until the first answers have told.
_MARGIN = 2.0
#: Tokens around each message that providers count too.
_AROUND = 8


@dataclass(frozen=True)
class Budget:
    """The most that a run may spend: US dollars, or tokens read and written.

    Examples
    --------
    >>> Budget.parse("0.50"), Budget.parse("200k-tokens")
    (Budget(dollars=0.5, tokens=None), Budget(dollars=None, tokens=200000))
    """

    dollars: float | None = None
    tokens: int | None = None

    @classmethod
    def parse(cls, text: str | float | Budget | None) -> Budget:
        """Return a budget as it is written: ``0.50``, ``$2`` or ``200k-tokens``."""
        if isinstance(text, Budget):
            return text
        if text is None:
            return cls()
        plain = str(text).strip()
        found = re.fullmatch(r"(\d+(?:\.\d+)?|\.\d+)([kKmM]?)[- ]?tokens?", plain)
        if found:
            scale = {"": 1, "k": 1_000, "m": 1_000_000}[found[2].lower()]
            return cls(tokens=int(float(found[1]) * scale))
        if re.fullmatch(r"\$?(?:\d+(?:\.\d+)?|\.\d+)", plain):
            return cls(dollars=float(plain.removeprefix("$")))
        msg = (
            f"{plain!r} is no budget: expected US dollars such as 0.50, or tokens "
            f"such as 200k-tokens"
        )
        raise InputError(msg)

    @property
    def is_set(self) -> bool:
        """Whether there is a limit."""
        return self.dollars is not None or self.tokens is not None


@dataclass
class Usage:
    """What a run asked for and spent.

    Attributes
    ----------
    requests : int
        Requests sent, those that failed among them.
    cached : int
        Answers that were there already.
    read, written : int
        Tokens.
    cost : float or None
        US dollars; None where the price of a token is not known.
    """

    requests: int = 0
    cached: int = 0
    read: int = 0
    written: int = 0
    cost: float | None = 0.0

    def __str__(self) -> str:
        money = "price unknown" if self.cost is None else f"${self.cost:.4f}"
        return (
            f"{self.requests} requests, {self.cached} answers from the cache, "
            f"{self.read:,} tokens read, {self.written:,} written, {money}"
        )


def bound(messages: Sequence[Message], margin: float = _MARGIN) -> int:
    """Return how many tokens messages have at the most."""
    total = 0
    for message in messages:
        text = message["content"]
        # No tokenizer makes more tokens than there are bytes.
        most = len(text.encode("utf-8", "replace"))
        total += min(most, int(estimate(text) * margin)) + _AROUND
    return total


@dataclass
class Spending:
    """A budget, kept while several requests are under way.

    Parameters
    ----------
    model : Model
        Whose prices count.
    budget : Budget
        The limit.

    Raises
    ------
    InputError
        A limit in dollars for a model whose price is not known.
    """

    model: Model
    budget: Budget
    usage: Usage = field(default_factory=Usage)
    _held: float = 0.0
    _under_way: int = 0
    _ratio: float = 0.0

    def __post_init__(self) -> None:
        """Ask what a token costs."""
        self.prices: Prices = prices(self.model)
        self._turn, self._state = threading.Lock(), threading.Condition()
        if self.dollars(1, 1) is None:
            self.usage.cost = None
            if self.budget.dollars == 0:
                self.budget = Budget(tokens=0)  # nothing costs nothing at any price
            if self.budget.dollars is not None:
                msg = (
                    f"the price of {self.model.name} is not known, so a budget of "
                    f"${self.budget.dollars:g} cannot be kept; give one in tokens, "
                    f"such as 200k-tokens"
                )
                raise InputError(msg)

    def dollars(self, read: int, written: int) -> float | None:
        """Return what tokens cost, None where that is not known."""
        if self.prices.read is None or self.prices.written is None:
            return None
        return read * self.prices.read + written * self.prices.written

    def _weight(self, read: int, written: int) -> float:
        """Return tokens in the unit of the budget."""
        if self.budget.dollars is not None:
            return self.dollars(read, written) or 0.0
        return read + written

    @property
    def _limit(self) -> float:
        if self.budget.dollars is not None:
            return self.budget.dollars
        return float("inf") if self.budget.tokens is None else self.budget.tokens

    @property
    def _spent(self) -> float:
        return self._weight(self.usage.read, self.usage.written)

    def reserve(self, messages: Sequence[Message], room: int) -> float | None:
        """Hold what a request costs at the most; None when it does not fit.

        While others under way may give back what they hold, it waits for them,
        and who comes later waits behind it.
        """
        with self._turn, self._state:
            while True:
                margin = min(_MARGIN, self._ratio * 1.2) if self._ratio else _MARGIN
                need = self._weight(bound(messages, margin), room)
                if self._spent + self._held + need <= self._limit:
                    self._held += need
                    self._under_way += 1
                    return need
                if not self._under_way or self._spent + need > self._limit:
                    return None
                self._state.wait(1.0)

    def settle(self, held: float, read: int, written: int, guessed: int = 0) -> None:
        """Give back what was held, and count what was spent.

        Parameters
        ----------
        held : float
            What `reserve` returned.
        read, written : int
            Tokens that the provider counted.
        guessed : int
            What `packing.estimate` said of the tokens read, to learn from.
        """
        with self._state:
            self._held = max(0.0, self._held - held)
            self._under_way -= 1
            self.usage.read += read
            self.usage.written += written
            if self.usage.cost is not None:
                self.usage.cost += self.dollars(read, written) or 0.0
            if guessed and read:
                self._ratio = max(self._ratio, read / guessed)
            self._state.notify_all()
