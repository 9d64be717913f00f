"""Asking a model for answers of a shape: one loop for everything that goes wrong.

`Run` is what a report, a digest or a summary asks through. It keeps the budget,
the provider's limits and the cache, asks again where that helps, and raises one
`Failure` where it does not, so that whoever asks can fall back.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .answer_cache import AnswerCache
from .answers import Invalid, json_schema, problems, read_answer
from .data import data_folder
from .limits import LONGEST, Gate
from .llm import KINDS, Complete, Failure, Message, Model, Reply, completer
from .packing import estimate
from .progress import bar
from .prompting import repair
from .spending import Budget, Spending

if TYPE_CHECKING:
    from pydantic import BaseModel

#: The same failure so many times in a row ends a run.
SEVERAL = 3
#: How the shape of an answer is asked for, best first.
LADDER = ("json_schema", "json_object", "prompt")
#: How often an answer that was cut is asked for with twice the room, and one that
#: did not fit is asked for with less to read.
GROW, SHRINK = 2, 2
#: Seconds before another try, doubled each time.
PAUSE = 0.5

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked.

    Attributes
    ----------
    messages : sequence of Message
        As `commitlens.prompting.ask_for` makes them.
    shape : type
        The pydantic model of the answer.
    lang : {"en", "zh"}
        The language of the answer; one in another is asked for again.
    room : int
        Tokens that the answer may take at first.
    key : str
        Under which it is kept; ``""`` keeps it not.
    check : callable
        Says what else is wrong with an answer, to the model.
    smaller : callable
        Returns messages with less to read, for a model that could not read it
        all: less at 1 than at 0; None where there is no less.
    """

    messages: Sequence[Message]
    shape: type[BaseModel]
    lang: str
    room: int
    key: str = ""
    check: Callable[[Any], list[str]] = lambda answer: []
    smaller: Callable[[int], Sequence[Message] | None] = lambda level: None


@dataclass(frozen=True)
class Answered:
    """An answer, and what it took.

    Attributes
    ----------
    answer : pydantic model
        Of the shape asked for, complete and in the right language.
    read, written : int
        Tokens that it took when it was made.
    cached : bool
        Whether it was there already.
    smaller : int
        How often what was asked had to be made smaller.
    """

    answer: Any
    read: int
    written: int
    cached: bool
    smaller: int = 0


class Run:
    """One run of questions to one model.

    Parameters
    ----------
    model : Model
        Whom to ask.
    budget : Budget, optional
        What may be spent.
    data : path-like, optional
        The data folder; answers are kept in its ``analyses``.
    complete : callable, optional
        What sends a request; default: litellm.

    Examples
    --------
    >>> run = Run(Model("openai/gpt-4o-mini"), budget=Budget(dollars=0.5))
    >>> run.ask(Question(messages=said, shape=Digest, lang="en", room=800)).answer
    """

    def __init__(
        self,
        model: Model,
        *,
        budget: Budget | None = None,
        data: str | os.PathLike[str] | None = None,
        complete: Complete | None = None,
    ) -> None:
        self.model = model
        self.stop = threading.Event()
        self.cache = AnswerCache(Path(data_folder(data), "analyses"))
        self.spending = Spending(model, budget or Budget())
        self.usage = self.spending.usage
        self.ended: Failure | None = None
        self._complete = complete or completer(model)
        self._gate = Gate(model, self.stop)
        self._lock = threading.Lock()
        self._rung = 0
        self._row: tuple[str, int] = ("", 0)

    def ask(self, question: Question) -> Answered:
        """Return an answer that is whole, of the shape, and in the language.

        Raises
        ------
        Failure
            There is none to be had.
        """
        kept = self.recall(question.key, question.shape)
        if kept is not None:
            return kept
        try:
            done = self._ask(question)
        except Failure as failure:
            self._count(failure)
            raise
        with self._lock:
            self._row = ("", 0)
        self.keep(question.key, done)
        return done

    def recall(self, key: str, shape: type[BaseModel]) -> Answered | None:
        """Return the answer that is kept under a key, None if there is none."""
        entry = self.cache.get(key) if key else None
        try:
            answer = shape.model_validate((entry or {}).get("answer"), strict=True)
            read, written = (int((entry or {})[name]) for name in ("read", "written"))
        except (ValueError, KeyError, TypeError):
            return None
        with self._lock:
            self.usage.cached += 1
        return Answered(
            answer, read, written, True, int((entry or {}).get("smaller", 0))
        )

    def keep(self, key: str, done: Answered) -> None:
        """Keep an answer under a key."""
        if key:
            entry = {
                "model": self.model.name, "answer": done.answer.model_dump(mode="json"),
                "read": done.read, "written": done.written, "smaller": done.smaller,
            }  # fmt: skip
            with self._lock:
                self.cache.put(key, entry)

    def each(
        self, items: Iterable[Item], work: Callable[[Item], int], *,
        total: int, label: str, progress: bool | None = None,
    ) -> None:  # fmt: skip
        """Work on items in threads, as many at a time as the model allows.

        Parameters
        ----------
        items : iterable
            Taken one after the other, in order, as threads become free.
        work : callable
            Called with each; returns how many steps of the bar that was.
        total : int
            Steps of the bar.
        label : str
            What the bar says.
        progress : bool, optional
            As in `commitlens.progress.bar`.
        """
        source, taking, problems = iter(items), threading.Lock(), []
        with bar(label, total, show=progress) as watched:

            def go_on() -> None:
                try:
                    for item in _locked(source, taking, self.stop):
                        steps = work(item)
                        with taking:
                            watched.update(steps)
                except BaseException as error:
                    problems.append(error)
                    self.stop.set()

            # Daemons: whoever interrupts need not wait for what is under way.
            threads = [
                threading.Thread(target=go_on, daemon=True)
                for _ in range(max(1, self.model.concurrency))
            ]
            try:
                for thread in threads:
                    thread.start()
                for thread in threads:
                    while thread.is_alive():
                        thread.join(0.2)
            except BaseException:
                self.stop.set()
                raise
        if problems:
            raise problems[0]

    def _ask(self, question: Question) -> Answered:
        messages, room = list(question.messages), question.room
        most = self.spending.prices.room or 32_000
        grown = shrunk = read = written = 0
        again: list[Message] = []
        while True:
            try:
                reply = self._send([*messages, *again], question.shape, room)
            except Failure as failure:
                fewer = question.smaller(shrunk) if failure.kind == "context" else None
                if fewer is None or shrunk >= SHRINK:
                    raise
                messages, again, shrunk = list(fewer), [], shrunk + 1
                continue
            read, written = read + reply.read, written + reply.written
            if reply.finish == "length":
                if grown >= GROW or room >= most:
                    words = f"the answer does not end within {room} tokens"
                    raise Failure(kind="cut", words=words)
                room, grown = min(room * 2, most), grown + 1
                continue
            try:
                answer = read_answer(reply.text, question.shape)
                wrong = problems(answer, question.lang) + question.check(answer)
            except Invalid as error:
                wrong = [str(error)]
            if not wrong:
                return Answered(answer, read, written, False, shrunk)
            said = "; ".join(wrong[:8])
            if again:
                raise Failure(kind="nonsense", words=said)
            again = repair(reply.text, said, question.lang)

    def _send(
        self, messages: Sequence[Message], shape: type[BaseModel], room: int
    ) -> Reply:
        """Send a request until it is answered, or another try is of no use."""
        tries = 0
        while True:
            if self.stop.is_set():
                raise Failure(kind="stopped", words="interrupted")
            if self.ended is not None:
                raise Failure(kind="stopped", words=self.ended.words)
            rung = self._rung
            try:
                reply = self._once(messages, _format(shape, LADDER[rung]), room)
                if reply.text.strip() or reply.finish == "length":
                    return reply
                raise Failure(
                    kind="empty",
                    words=f"the answer is empty ({reply.finish or 'no reason'})",
                )
            except Failure as failure:
                if failure.kind == "refused" and rung + 1 < len(LADDER):
                    # Perhaps it is only the way in which the shape was asked for.
                    with self._lock:
                        self._rung = max(self._rung, rung + 1)
                    continue
                tries += 1
                most = 2 if failure.kind in ("timeout", "empty") else self.model.tries
                wait = failure.after or PAUSE * 2 ** (tries - 1)
                if not KINDS[failure.kind][0] or tries >= most or wait > LONGEST:
                    raise
                if failure.kind == "rate":
                    self._gate.pause(wait)
                else:
                    self.stop.wait(wait)

    def _once(
        self, messages: Sequence[Message], shape: dict[str, Any] | None, room: int
    ) -> Reply:
        guessed = sum(estimate(message["content"]) for message in messages)
        held = self.spending.reserve(messages, room)
        if held is None:
            raise Failure(kind="budget", words="the budget does not hold it")
        read = written = 0
        try:
            self._gate.pass_through(guessed + room)
            if self.stop.is_set():
                raise Failure(kind="stopped", words="interrupted")
            sent = True
            try:
                reply = self._complete(messages, shape, room)
            except Failure as failure:
                sent = failure.sent
                if failure.kind == "timeout":
                    # It may be charged for all the same.
                    read, written = guessed, room
                raise
            finally:
                with self._lock:
                    self.usage.requests += sent
            # Who does not count is counted for.
            read = reply.read or guessed
            written = reply.written or estimate(reply.text)
            return Reply(reply.text, reply.finish, read, written)
        finally:
            self.spending.settle(held, read, written, guessed)

    def _count(self, failure: Failure) -> None:
        """End the run when the same thing goes wrong again and again."""
        with self._lock:
            if not KINDS[failure.kind][1]:
                return
            kind, times = self._row
            self._row = (failure.kind, times + 1 if kind == failure.kind else 1)
            if self._row[1] >= SEVERAL and self.ended is None:
                self.ended = failure


def _format(shape: type[BaseModel], rung: str) -> dict[str, Any] | None:
    if rung == "json_schema":
        schema = {"name": shape.__name__, "strict": True, "schema": json_schema(shape)}
        return {"type": "json_schema", "json_schema": schema}
    return {"type": "json_object"} if rung == "json_object" else None


def _locked(
    source: Iterator[Item], lock: threading.Lock, stop: threading.Event
) -> Iterator[Item]:
    """Yield items of an iterator that several threads share."""
    while not stop.is_set():
        with lock:
            try:
                item = next(source)
            except StopIteration:
                return
        yield item
