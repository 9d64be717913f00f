"""What a model is shown of each commit, and what its claims are checked against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from .answer_cache import key_of
from .answers import SHAPES, json_schema
from .grounding import Commit
from .packing import BUDGETS, PARTS, Packed, pack
from .patches import Patch
from .prompting import MESSAGE, Told, version
from .redaction import redact
from .statements import Analysis, Sha, render

if TYPE_CHECKING:
    from .history import History
    from .repository import Repository

#: Bytes of a patch that are read.
LIMIT = 4_000_000
#: Unchanged lines around a change: enough to see where it is.
CONTEXT = 1
#: Another number when what is shown of a commit is made in another way.
_MADE = 1
#: Statements that repeat the message, or change with what came before the commit.
_LEFT_OUT = ("says", "explains", "size", "largest", "fixed_lately")
#: Lines that say who passed a commit on: names and addresses stay here.
_PASSED_ON = re.compile(
    r"^\s*(?:[\w-]+-(?:by|to|on|in|id)|cc)\s*:.*$|^\s*\(cherry picked from.*$",
    re.IGNORECASE | re.MULTILINE,
)
#: Characters of a file that names are looked for in, and of all of them.
_FILE, _FILES = 400_000, 4_000_000


@dataclass(frozen=True)
class Material:
    """One commit, as it is told to a model.

    Attributes
    ----------
    row : mapping
        Its row of ``History.commits``.
    evidence : Analysis
        What is said of it without a model.
    told : Told
        What a prompt shows, but for the diff; without secrets.
    patch : Patch
        Its diff.
    lang : str
        The language of the answer.
    repository : Repository
        Where more of it can be read.
    """

    row: Mapping[str, Any]
    evidence: Analysis
    told: Told
    patch: Patch
    lang: str
    repository: Repository

    @property
    def tier(self) -> str:
        """The tier by evidence."""
        return self.evidence.tier

    def key(self, model: str, tier: str) -> str:
        """Return the name of the analysis of this change, on whatever base."""
        told = self.told
        return key_of(
            _MADE, model, self.lang, version(self.lang), tier, self.patch.id,
            told.message, told.evidence, told.related, told.change_type,
            json_schema(SHAPES[tier]), BUDGETS[tier],
        )  # fmt: skip

    def packed(self, tier: str, *, level: int = 0, context: int = 0) -> Packed:
        """Return the diff for a tier, with less of it at each level."""
        budget = BUDGETS[tier]
        if context:
            # Half is for what stands around the diff, and for the answer.
            budget = min(budget, max(400, context // 2 - 600))
        whole = tier == "high" and not level and not context
        first = [fact for fact in self._first if fact]
        return pack(
            self.patch, budget >> level, parts=PARTS if whole else 0, first=first
        )

    def shown(self, packed: Packed, *, tier: str, id: str = "") -> Told:
        """Return what a prompt shows, with a diff."""
        return replace(self.told, diff=packed.text, tier=tier, id=id)

    @cached_property
    def _first(self) -> list[str]:
        return list(self.row.get("_paths", ()))

    @cached_property
    def commit(self) -> Commit:
        """What claims are checked against."""
        row = self.row
        sizes = [row[name] for name in ("files_changed", "insertions", "deletions")]
        words = [row["subject"], row["body"], self.told.evidence, *self.told.related]
        words += [str(int(size)) for size in sizes if size == size and size is not None]
        return Commit(
            self.patch,
            "\n".join(words),
            partial(self.repository.paths, row["sha"]),
            partial(contents, self.repository, row["sha"], self.patch),
        )


def materials(
    history: History, analyses: Sequence[Analysis], lang: str
) -> Iterator[Material]:
    """Yield what is told of each commit that has a diff, high ones first.

    Merges and commits whose repository is not at hand are left out: there is
    nothing to read.
    """
    import pandas as pd

    frame = history.commits
    rows = frame.to_dict("records")
    subjects = dict(zip(frame["sha"], frame["subject"], strict=True))
    lead = history.lead
    if lead is not None:
        subjects |= dict(zip(lead.commits["sha"], lead.commits["subject"], strict=True))
    paths: dict[str, list[str]] = {}
    if history.facts is not None:
        known = history.facts.dropna(subset=["path"])
        for sha, path in zip(known["sha"], known["path"], strict=True):
            paths.setdefault(sha, []).append(path)
    order = sorted(
        (
            at for at, row in enumerate(rows)
            if not row["is_merge"] and row["repo"] in history.repositories
        ),
        key=lambda at: (
            -["low", "medium", "high"].index(str(rows[at]["importance"])),
            -rows[at]["importance_score"], at,
        ),
    )  # fmt: skip
    for row in rows:
        row["_paths"] = paths.get(row["sha"], [])
        row |= {key: None for key, value in row.items()
                if not isinstance(value, list) and pd.api.types.is_scalar(value)
                and pd.isna(value)}  # fmt: skip
    for repo in dict.fromkeys(rows[at]["repo"] for at in order):
        source = history.repositories[repo]
        own = [at for at in order if rows[at]["repo"] == repo]
        patches = source.diffs(
            [rows[at]["sha"] for at in own], context=CONTEXT, limit=LIMIT
        )
        for at, (_, patch) in zip(own, patches, strict=True):
            if patch.strip():
                told = _told(rows[at], analyses[at], subjects, lang)
                yield Material(rows[at], analyses[at], told, Patch(patch), lang, source)


def _told(
    row: Mapping[str, Any], analysis: Analysis, subjects: Mapping[str, str], lang: str
) -> Told:
    def subject(sha: str) -> str:
        # Not its name, which a rebase changes.
        found = next((full for full in subjects if full.startswith(sha)), "")
        return f'"{subjects[found][:200]}"' if found else "another commit"

    def said(one: Any) -> str:
        return render(one, lang, code=lambda name: f"`{name}`", commit=subject)

    lines, related = [], []
    for one in analysis.statements:
        if one.message in _LEFT_OUT:
            continue
        values = one.values  # noqa: PD011 - a mapping, not a frame
        if any(isinstance(values[key], Sha) for key in values):
            related.append(redact(said(one))[0])
        elif one.field != "links":
            lines.append(f"- {one.field}: {said(one)}")
    body = _PASSED_ON.sub("", row["body"] or "")
    message = f"{row['subject']}\n\n{body}".strip()
    if len(message) > MESSAGE:
        message = message[:MESSAGE] + " …"
    return Told(
        tier=analysis.tier,
        change_type=str(row["change_type"]),
        message=redact(message)[0],
        evidence=redact("\n".join(lines))[0],
        related=tuple(related),
    )


def contents(repository: Repository, sha: str, patch: Patch) -> str:
    """Return the text files that a commit touches, as they are after it."""
    texts, size = [], 0
    for file in patch.files:
        if file.is_binary or file.status == "D" or size > _FILES:
            continue
        raw = repository.content(sha, file.path)
        texts.append(raw[:_FILE].decode("utf-8", "replace"))
        size += len(texts[-1])
    return "\n".join(texts)
