"""What a run would send and cost, before anything is sent or spent."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .analysis import analyse
from .answers import SHAPES, Batch, Part
from .asking import Run
from .llm import Message, Model, as_model, prices
from .material import materials
from .packing import estimate
from .prompting import ask_for
from .schema import TIERS
from .written import NOTES, ROOM, Task, Writer, chosen_model

if TYPE_CHECKING:
    from .history import History


@dataclass(frozen=True)
class Planned:
    """The requests for the commits of one tier.

    Attributes
    ----------
    tier : str
        Which.
    commits, kept : int
        Commits that a model writes of, and those whose answer is there already.
    requests : int
        How many, when none has to be sent again.
    read, written : int
        Tokens to be read, about, and to be written at the most.
    cost : float or None
        US dollars, for these; None where the price of a token is not known.
    """

    tier: str
    commits: int = 0
    kept: int = 0
    requests: int = 0
    read: int = 0
    written: int = 0
    cost: float | None = 0.0


@dataclass(frozen=True)
class Plan:
    """What a run would ask for; prints as a table.

    Attributes
    ----------
    model : Model
        Whom it would ask.
    tiers : tuple of Planned
        High first.
    """

    model: Model
    tiers: tuple[Planned, ...]

    @property
    def total(self) -> Planned:
        """All tiers together."""
        costs = [one.cost for one in self.tiers]
        sums = {
            name: sum(getattr(one, name) for one in self.tiers)
            for name in ("commits", "kept", "requests", "read", "written")
        }
        cost = None if None in costs else sum(filter(None, costs))
        return Planned("all", **sums, cost=cost)

    def __str__(self) -> str:
        head = (
            "",
            "commits",
            "in cache",
            "requests",
            "tokens read",
            "written <=",
            "cost <=",
        )
        rows: list[tuple[str, ...]] = [head]
        for one in (*self.tiers, self.total):
            money = "unknown" if one.cost is None else f"${one.cost:.4f}"
            counts = (one.commits, one.kept, one.requests, one.read, one.written)
            rows.append((one.tier, *(f"{n:,}" for n in counts), money))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                text.ljust(width) if not at else text.rjust(width)
                for at, (text, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        return "\n".join([self.model.name, *lines])


def plan_analyses(
    history: History,
    *,
    model: str | Model | None = None,
    model_options: Mapping[str, float] | None = None,
    lang: str = "en",
    data: str | os.PathLike[str] | None = None,
) -> Plan:
    """Say what writing the analyses of a scored history would take.

    Nothing is sent.

    Parameters
    ----------
    history : History
        As `commitlens.score` gives it.
    model : str or Model, optional
        As litellm names it; default: the environment's ``COMMITLENS_MODEL``.
    model_options : mapping, optional
        Fields of `Model` by name.
    lang : {"en", "zh"}, default "en"
        The language.
    data : path-like, optional
        The data folder, where answers are kept.

    Returns
    -------
    Plan
        Requests, tokens and cost by tier; prints as a table.

    Examples
    --------
    >>> print(plan_analyses(scored, model="openai/gpt-4o-mini"))
    """
    run = Run(chosen_model(model, options=model_options), data=data)
    writer = Writer(run, lang)
    found = {tier: Planned(tier) for tier in reversed(TIERS)}
    for task in writer.tasks(materials(history, analyse(history), lang)):
        known = found[task.tier]
        if len(task.some) == 1 and writer.kept(task.some[0]):
            found[task.tier] = replace(
                known, commits=known.commits + 1, kept=known.kept + 1
            )
            continue
        for messages, room in requests(task, lang, writer.context):
            read = sum(estimate(message["content"]) for message in messages)
            cost = run.spending.dollars(read, room)
            known = replace(
                known,
                requests=known.requests + 1,
                read=known.read + read,
                written=known.written + room,
                cost=None if cost is None or known.cost is None else known.cost + cost,
            )
        found[task.tier] = replace(known, commits=known.commits + len(task.some))
    return Plan(run.model, tuple(found.values()))


def prompts(
    history: History, *, lang: str = "en", model: str | Model | None = None
) -> Iterator[tuple[tuple[str, ...], list[Message]]]:
    """Yield exactly what would be sent, with the commits that it is about.

    Answers that are kept are not looked for: this is what a first run sends. What
    a model can read is heeded when it is named; it needs no key.
    """
    chosen = as_model(model)
    context = (prices(chosen).context or 0) if chosen else 0
    writer = Writer(None, lang, context=context)
    for task in writer.tasks(materials(history, analyse(history), lang)):
        shas = tuple(one.row["sha"] for one in task.some)
        for messages, _ in requests(task, lang, writer.context):
            yield shas, messages


def requests(
    task: Task, lang: str, context: int = 0
) -> Iterator[tuple[list[Message], int]]:
    """Yield the requests of a task, with the tokens that each answer may take.

    What will be noted of the parts of a large commit is not known yet.
    """
    if len(task.some) > 1:
        told = [
            one.shown(one.packed("low"), tier="low", id=f"c{at}")
            for at, one in enumerate(task.some, 1)
        ]
        yield ask_for("batch", told, Batch, lang), ROOM["low"] * len(told)
        return
    (one,) = task.some
    packed = one.packed(one.tier, context=context)
    for part in packed.parts:
        shown = replace(one.told, diff=part, evidence="", tier=one.tier)
        yield ask_for("part", [shown], Part, lang), NOTES
    notes = "(notes on the parts, made by the requests before)" if packed.parts else ""
    shown = one.shown(packed, tier=one.tier)
    yield (
        ask_for("commit", [shown], SHAPES[one.tier], lang, notes=notes),
        ROOM[one.tier],
    )
