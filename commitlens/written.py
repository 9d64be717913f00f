"""Analyses written by a model: prepared, asked for, checked, and always whole.

Every commit of a history gets an analysis. One that a model was to write and did
not is the one from evidence, marked with the reason.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .analysis import analyse
from .answers import SHAPES, Batch, Part
from .asking import Answered, Question, Run
from .composing import anchored, compose, empty_summary, fall_back, hold_notes, settle
from .errors import InputError
from .limits import Turns
from .llm import Complete, Failure, Message, Model, as_model, require_litellm
from .material import Material, materials
from .packing import Packed, estimate
from .prompting import ask_for
from .schema import TIERS
from .spending import Budget, Usage
from .statements import Analysis

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

#: Tokens that an answer may take at first, by tier, and for notes on a part.
ROOM = {"high": 3000, "medium": 1400, "low": 260}
NOTES = 1000
#: Low commits in one request: so many, and so many tokens.
MANY, LONG = 8, 4000
#: A model that can read fewer tokens is shown less of a diff, and no parts.
SHORT = 16_000


@dataclass(frozen=True)
class Written:
    """The analyses of a history, and what they took.

    Attributes
    ----------
    analyses : tuple of Analysis
        One for each commit, in the order of ``history.commits``.
    model : Model
        Who wrote them.
    usage : Usage
        What this run asked for and spent.
    words : str
        What the provider said when it ended the run; for standard error.
    tokens : int
        Tokens that the answers took when they were made, whenever that was.
    """

    analyses: tuple[Analysis, ...]
    model: Model
    usage: Usage
    words: str = ""
    tokens: int = 0

    @property
    def failures(self) -> dict[str, int]:
        """How many commits fell back, by the reason, most frequent first."""
        found = Counter(one.failure for one in self.analyses if one.failure)
        return dict(found.most_common())

    @property
    def written(self) -> int:
        """How many commits the model wrote of."""
        return sum(one.source == "model" for one in self.analyses)

    def told(self) -> list[str]:
        """Return what a run took and what is missing, in sentences."""
        lines = [f"{self.model.name}: {self.usage}"]
        if self.failures:
            why = ", ".join(f"{kind} {n}" for kind, n in self.failures.items())
            said = f" (the provider: {self.words})" if self.words else ""
            lines.append(
                f"{sum(self.failures.values())} analyses rest on evidence alone: "
                f"{why}{said}"
            )
        return lines

    def apply(self, history: History) -> History:
        """Return the history with the tiers that the analyses ended in.

        ``evidence_tier`` and ``proposed_tier`` are added beside ``importance``.
        """
        import pandas as pd

        commits = history.commits
        by_sha = {one.sha: one for one in self.analyses}
        final, proposed = commits["importance"].astype(object), []
        tiers = []
        for sha, tier in zip(commits["sha"], final, strict=True):
            one = by_sha.get(sha)
            tiers.append(one.tier if one else tier)
            proposed.append(one.proposed_tier or None if one else None)
        dtype = commits["importance"].dtype
        return history.replace(
            commits=commits.assign(
                evidence_tier=commits["importance"],
                proposed_tier=pd.Series(proposed, index=commits.index, dtype=dtype),
                importance=pd.Series(tiers, index=commits.index, dtype=dtype),
            )
        )

    def frame(self) -> pd.DataFrame:
        """Return one row a commit: who wrote it, its tiers, and what was checked."""
        import pandas as pd

        rows = [
            {
                "repo": one.repo, "sha": one.sha, "source": one.source,
                "evidence_tier": one.evidence_tier, "proposed_tier": one.proposed_tier,
                "tier": one.tier, "failure": one.failure,
                "claims_checked": one.grounding.checked if one.grounding else 0,
                "claims_kept": one.grounding.kept if one.grounding else 0,
                "claims_dropped": one.grounding.dropped if one.grounding else 0,
                "files": one.coverage.files if one.coverage else 0,
                "files_in_full": one.coverage.full if one.coverage else 0,
            }
            for one in self.analyses
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["repo", "sha"])


@dataclass
class Task:
    """One request for an analysis: a commit, or several low ones."""

    some: list[Material]

    @property
    def tier(self) -> str:
        return self.some[0].tier


def write_analyses(
    history: History,
    *,
    model: str | Model | None = None,
    model_options: Mapping[str, float] | None = None,
    lang: str = "en",
    budget: str | float | Budget | None = None,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    complete: Complete | None = None,
) -> Written:
    """Have a model write the analyses of a scored history.

    Parameters
    ----------
    history : History
        As `commitlens.score` gives it.
    model : str or Model, optional
        As litellm names it, such as ``openai/gpt-4o-mini``; default: the
        environment's ``COMMITLENS_MODEL``.
    model_options : mapping, optional
        Fields of `Model` by name: ``{"concurrency": 8, "timeout": 30}``.
    lang : {"en", "zh"}, default "en"
        The language.
    budget : str, float or Budget, optional
        ``"0.50"`` (US dollars) or ``"200k-tokens"``: never exceeded. High
        commits come first; the rest falls back to the evidence.
    data : path-like, optional
        The data folder, where answers are kept.
    progress : bool, optional
        As in `commitlens.progress.bar`.
    complete : callable, optional
        What sends a request; default: litellm.

    Returns
    -------
    Written
        An analysis for every commit, whatever the model did.

    Raises
    ------
    InputError
        No model is named, litellm is not installed, or the budget is not one.

    Examples
    --------
    >>> done = write_analyses(scored, model="openai/gpt-4o-mini", budget="0.50")
    >>> print(done.usage)
    """
    chosen = chosen_model(model, complete, options=model_options)
    run = Run(chosen, budget=Budget.parse(budget), data=data, complete=complete)
    evidence = analyse(history)
    writer = Writer(run, lang)
    tasks: Iterable[Task] = writer.tasks(materials(history, evidence, lang))
    turns: Turns[Task] = Turns(lambda task: -TIERS.index(task.tier), run.stop)

    def work(task: Task) -> int:
        with turns.turn(task):
            return writer.work(task)

    limited = run.spending.budget.is_set
    run.each(
        turns.each(tasks) if limited else tasks, work if limited else writer.work,
        total=int((~history.commits["is_merge"]).sum()), label="analysis",
        progress=progress,
    )  # fmt: skip
    analyses = tuple(writer.done.get((one.repo, one.sha), one) for one in evidence)
    said = run.ended.words if run.ended else ""
    return Written(analyses, chosen, run.usage, said or writer.words, writer.tokens)


def chosen_model(
    model: str | Model | None,
    complete: Complete | None = None,
    *,
    options: Mapping[str, float] | None = None,
) -> Model:
    """Return the model that is meant, or say what is missing."""
    chosen = as_model(model)
    if chosen is None:
        msg = (
            "no model is named: give model='openai/gpt-4o-mini' or another that "
            "litellm knows, or set COMMITLENS_MODEL"
        )
        raise InputError(msg)
    if complete is None:
        require_litellm()
    return chosen.having({key: str(value) for key, value in (options or {}).items()})


class Writer:
    """Makes requests of commits, and analyses of answers."""

    def __init__(self, run: Run | None, lang: str, *, context: int = 0) -> None:
        self._run, self.lang = run, lang
        most = (run.spending.prices.context or 0) if run else context
        #: Tokens that a model can read, when these are few; else 0.
        self.context = most if most < SHORT else 0
        self.done: dict[tuple[str, str], Analysis] = {}
        self.tokens = 0
        self.words = ""

    @property
    def run(self) -> Run:
        """What it asks through."""
        assert self._run is not None
        return self._run

    def tasks(self, some: Iterator[Material]) -> Iterator[Task]:
        """Yield what is to be asked, low commits several at a time."""
        batch: list[Material] = []
        size = 0
        most = min(LONG, self.context // 3) if self.context else LONG
        for one in some:
            if one.tier != "low" or self._recall(one, "low"):
                yield Task([one])
                continue
            cost = estimate(
                one.packed("low").text + one.told.message + one.told.evidence
            )
            if batch and (len(batch) >= MANY or size + cost > most):
                yield Task(batch)
                batch, size = [], 0
            batch.append(one)
            size += cost
        if batch:
            yield Task(batch)

    def kept(self, one: Material) -> bool:
        """Whether the answer for a commit is there already."""
        return self._recall(one, one.tier) is not None

    def work(self, task: Task) -> int:
        """Write the analyses of a task; whatever happens, there is one for each."""
        try:
            if len(task.some) > 1:
                self._batch(task.some)
            else:
                self._single(task.some[0])
        except Failure as failure:
            if failure.kind == "context" and len(task.some) > 1:
                # Fewer at a time may fit.
                half = len(task.some) // 2
                for part in (task.some[:half], task.some[half:]):
                    self.work(Task(part))
                return len(task.some)
            for one in task.some:
                self._fall_back(one, failure)
        return len(task.some)

    def _single(self, one: Material) -> None:
        tier = one.tier
        done, packed = self._answer(one, tier)
        settled = settle(done.answer, one)
        proposed = done.answer.proposal.tier
        if settled != tier and _deeper(settled, tier):
            # A higher tier has more to say: ask for it, or leave it where it is.
            try:
                done, packed = self._answer(one, settled)
            except Failure:
                settled = tier
        self._finish(one, done, packed, settled, proposed)

    def _answer(self, one: Material, tier: str) -> tuple[Answered, Packed]:
        """Return the answer for a commit, from the cache or by asking."""
        packed = one.packed(tier, context=self.context)
        key = one.key(self.run.model.name, tier)
        kept = self._recall(one, tier)
        if kept is not None:
            return kept, one.packed(
                tier, level=kept.smaller
            ) if kept.smaller else packed
        used = packed
        notes = self._notes(one, packed) if packed.parts else ""

        def messages(now: Packed) -> list[Message]:
            shown = one.shown(now, tier=tier)
            return ask_for("commit", [shown], SHAPES[tier], self.lang, notes=notes)

        def smaller(level: int) -> list[Message]:
            nonlocal used
            used = one.packed(tier, level=level + 1, context=8000)
            return messages(used)

        done = self.run.ask(
            Question(
                messages=messages(packed),
                shape=SHAPES[tier],
                lang=self.lang,
                room=ROOM[tier],
                check=lambda answer: empty_summary(answer, one.commit),
                smaller=smaller,
            )
        )
        done = replace(done, answer=anchored(done.answer, one.patch))
        self.run.keep(key, done)
        return done, used

    def _recall(self, one: Material, tier: str) -> Answered | None:
        if self._run is None:
            return None
        return self.run.recall(one.key(self.run.model.name, tier), SHAPES[tier])

    def _notes(self, one: Material, packed: Packed) -> str:
        """Return what the parts of a large commit say."""
        lines = []
        for at, part in enumerate(packed.parts):
            told = replace(one.told, diff=part, evidence="", tier=one.tier)
            done = self.run.ask(
                Question(
                    messages=ask_for("part", [told], Part, self.lang),
                    shape=Part,
                    lang=self.lang,
                    room=NOTES,
                    key=f"{one.key(self.run.model.name, 'high')}-{at}",
                )
            )
            lines += hold_notes(done.answer.notes, one.commit)
        return "\n".join(lines)

    def _batch(self, some: Sequence[Material]) -> None:
        names = {f"c{at}": one for at, one in enumerate(some, 1)}
        packs = {name: one.packed("low") for name, one in names.items()}

        def check(answer: Batch) -> list[str]:
            ids = Counter(one.id for one in answer.commits)
            wrong = [f"{name} is missing" for name in names if not ids[name]]
            wrong += [
                f"{name} is not one of the ids" for name in ids if name not in names
            ]
            return wrong + [f"{name} comes twice" for name, n in ids.items() if n > 1]

        told = [
            one.shown(packs[name], tier="low", id=name) for name, one in names.items()
        ]
        done = self.run.ask(
            Question(
                messages=ask_for("batch", told, Batch, self.lang),
                shape=Batch,
                lang=self.lang,
                room=ROOM["low"] * len(some),
                check=check,
            )
        )
        share = len(some)
        for low in done.answer.commits:
            one = names[low.id]
            answer = replace(
                done, answer=anchored(low, one.patch),
                read=done.read // share, written=done.written // share,
            )  # fmt: skip
            if empty_summary(low, one.commit):
                self._fall_back(one, Failure("nonsense"))
                continue
            self.run.keep(one.key(self.run.model.name, "low"), answer)
            settled = settle(low, one)
            if settled != "low":
                self._single_raised(one, answer, packs[low.id], settled)
            else:
                self._finish(one, answer, packs[low.id], "low", low.proposal.tier)

    def _single_raised(
        self, one: Material, low: Answered, packed: Packed, tier: str
    ) -> None:
        """Ask for the analysis of a low commit that is a medium one."""
        proposed = low.answer.proposal.tier
        try:
            done, used = self._answer(one, tier)
        except Failure:
            self._finish(one, low, packed, "low", proposed)
        else:
            self._finish(one, done, used, tier, proposed)

    def _finish(
        self, one: Material, done: Answered, packed: Packed, tier: str, proposed: str
    ) -> None:
        name = self.run.model.name
        made = compose(done.answer, one, tier, name, packed.coverage)
        self.done[one.evidence.repo, one.evidence.sha] = replace(
            made, proposed_tier=proposed
        )
        self.tokens += done.read + done.written

    def _fall_back(self, one: Material, failure: Failure) -> None:
        self.words = self.words or failure.words
        self.done[one.evidence.repo, one.evidence.sha] = fall_back(
            one.evidence, failure.kind, self.run.model.name
        )


def _deeper(tier: str, than: str) -> bool:
    names = list(SHAPES)
    return names.index(tier) > names.index(than)
