"""From what a model answered to what is printed: checked, cited, and never more.

An answer is taken apart into sentences. Those that hold against the commit become
statements; a field of which nothing holds gets what the evidence says there. What
the evidence knows and the model does not mention stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .answers import CLAIMS, Claim
from .grounding import Commit, Grounding, ground, objections
from .packing import Coverage
from .patches import Patch
from .schema import TIERS
from .statements import Analysis, Code, Prose, Statement

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .material import Material

_PLACE = re.compile(r"`?([^`\n]+?)(?::(\d+)(?:\s?[-–:]\s?\d+)?|@(\d+)\+(\d+))?`?\s*")


class _Claims:
    """Sentences counted while they are checked."""

    def __init__(self, commit: Commit) -> None:
        self.commit = commit
        self.checked = self.kept = 0
        self.reasons: list[str] = []

    def hold(self, text: str, near: str = "", wrong: str = "") -> str:
        """Return what of a text holds; nothing, when something else is `wrong`."""
        held, judged = ground(text, self.commit, near)
        self.checked += len(judged)
        if wrong:
            self.reasons += [wrong] * len(judged)
            return ""
        self.kept += sum(not why for _, why in judged)
        self.reasons += [why[0] for _, why in judged if why]
        return held

    @property
    def grounding(self) -> Grounding:
        dropped = self.checked - self.kept
        return Grounding(self.checked, self.kept, dropped, tuple(self.reasons))


def place(cite: str, commit: Commit) -> tuple[str, int | None] | None:
    """Return the path and line that a citation names, None if it is invented.

    A line that the diff does not show is left out: only the path is known then.
    """
    found = _PLACE.fullmatch(cite.strip())
    if not found or not found[1] or not commit.has_path(found[1]):
        return None
    path = next(
        (p for p in commit.patch.paths if p == found[1] or p.endswith("/" + found[1])),
        found[1],
    )
    if found[2]:
        line = int(found[2]) if len(found[2]) < 8 else 0
        return path, line if commit.patch.anchor(path, line) else None
    if found[3]:
        return path, commit.patch.line(path, int(found[3]), int(found[4]))
    return path, None


def anchored(answer: BaseModel, patch: Patch) -> BaseModel:
    """Return an answer whose citations hold wherever the change is applied.

    ``path:line`` becomes ``path@hunk+offset``, which a rebase leaves as it is.
    """

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: _anchor(inner, patch) if key == "cite" else plain(inner)
                for key, inner in value.items()
            }
        return [plain(inner) for inner in value] if isinstance(value, list) else value

    return type(answer).model_validate(plain(answer.model_dump(mode="json")))


def _anchor(cite: str, patch: Patch) -> str:
    found = _PLACE.fullmatch(cite.strip())
    if not found or not found[2] or len(found[2]) > 7:
        return cite
    names = [p for p in patch.paths if p == found[1] or p.endswith("/" + found[1])]
    at = patch.anchor(names[0], int(found[2])) if names else None
    # A line that the diff does not show stays what it is: a wrong one.
    return f"{names[0]}@{at[0]}+{at[1]}" if at else cite


def empty_summary(answer: Any, commit: Commit) -> list[str]:
    """Say what keeps a summary from being printed at all, to the model."""
    held, judged = ground(answer.summary, commit)
    if held or not judged:
        return []
    names = dict.fromkeys(why for _, reasons in judged for why in reasons)
    return [f"summary names what does not occur in the commit: {', '.join(names)}"]


def compose(
    answer: Any, material: Material, tier: str, model: str, coverage: Coverage
) -> Analysis:
    """Return what is printed of a commit.

    Parameters
    ----------
    answer : High, Medium or Low
        What the model answered.
    material : Material
        What it was told.
    tier : str
        The tier that the commit is shown in.
    model : str
        Its name.
    coverage : Coverage
        What of the diff it was shown.
    """
    claims = _Claims(material.commit)
    said: list[Statement] = []
    summary = claims.hold(answer.summary)
    if summary:
        said.append(Statement("summary", "claim", {"text": Prose(summary)}))
    else:
        said += _of(material.evidence, "summary")
    for field in CLAIMS:
        some: Sequence[Claim] | None = getattr(answer, field, None)
        if some is None:
            continue
        written = list(_claims(field, some, claims))
        if not written and not list(_of(material.evidence, field)):
            written = [Statement(field, "nothing_held", {})]
        said += written
    said += _known(material.evidence, said, getattr(answer, "scope", None) is not None)
    said.append(_source(model, coverage, claims.grounding))
    if tier == "low":
        said = [one for one in said if one.field in ("summary", "links", "source")]
    return Analysis(
        material.evidence.repo, material.evidence.sha, tier, "model", tuple(said),
        evidence_tier=material.tier,
        proposed_tier=answer.proposal.tier,
        change_type=answer.change_type,
        grounding=claims.grounding,
        coverage=coverage,
    )  # fmt: skip


def _claims(field: str, some: Sequence[Claim], claims: _Claims) -> Iterator[Statement]:
    for claim in some:
        near, wrong, at = "", "", None
        if claim.cite.strip():
            at = place(claim.cite, claims.commit)
            wrong = "" if at else claim.cite.strip()
        if at:
            near = _file(claims.commit.patch, at[0])
        held = claims.hold(claim.text, near, wrong)
        if not held:
            continue
        values: dict[str, Any] = {"text": Prose(held)}
        if at:
            values["cite"] = Code(at[0] if at[1] is None else f"{at[0]}:{at[1]}")
        yield Statement(field, "claim_cited" if at else "claim", values)


def _file(patch: Patch, path: str) -> str:
    for file in patch.files:
        if file.path == path:
            return file.body.decode("utf-8", "replace")
    return ""


def _of(analysis: Analysis, field: str) -> Iterator[Statement]:
    return (one for one in analysis.statements if one.field == field)


def _known(
    evidence: Analysis, said: Sequence[Statement], scoped: bool
) -> Iterator[Statement]:
    """Yield what the evidence says and the model does not mention."""
    words = " ".join(str(one.values.get("text", "")) for one in said)
    for one in evidence.statements:
        if one.field == "summary" and one.message in ("says", "explains"):
            continue
        if one.field == "links" or (one.field == "scope" and scoped):
            yield one
            continue
        names = [str(name) for name in _names(one.values)]
        if one not in said and not (names and all(name in words for name in names)):
            yield one


def _names(values: Mapping[str, Any]) -> Iterator[str]:
    for value in values.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Code):
                yield one


def _source(model: str, coverage: Coverage, grounding: Grounding) -> Statement:
    """Say who wrote it, what was read for it, and how much of it was found."""
    facts = coverage_statements(coverage)
    if coverage.redacted:
        facts.append(Statement("source", "redacted", {"n": coverage.redacted}))
    facts.append(Statement("source", "checked", {"n": grounding.checked}))
    if grounding.dropped:
        facts.append(Statement("source", "dropped", {"n": grounding.dropped}))
    return Statement(
        "source", "written_by", {"name": Code(model), "facts": tuple(facts)}
    )


def coverage_statements(coverage: Coverage) -> list[Statement]:
    """Say what of a diff was read."""
    if coverage.full == coverage.files:
        return [Statement("source", "read_all", {"n": coverage.files})]
    values = {"n": coverage.files, "full": coverage.full}
    counts = [("read_part", coverage.part), ("read_left", coverage.left)]
    counts += [(f"skipped_{kind}", n) for kind, n in coverage.skipped]
    return [
        Statement("source", "read", values),
        *(Statement("source", key, {"n": n}) for key, n in counts if n),
    ]


def fall_back(evidence: Analysis, why: str, model: str) -> Analysis:
    """Return the analysis from evidence, marked as such."""
    mark = Statement(
        "source", "fell_back",
        {"name": Code(model), "why": Statement("source", f"why_{why}", {})},
    )  # fmt: skip
    return Analysis(
        evidence.repo, evidence.sha, evidence.tier, "evidence",
        (*evidence.statements, mark),
        evidence_tier=evidence.tier,
        failure=why,
    )  # fmt: skip


def settle(answer: Any, material: Material) -> str:
    """Return the tier of a commit, given the one that a model proposes.

    One step at the most, only with a place in the diff that exists and a reason
    that holds, never below a floor of the score or above a cap.
    """
    row, tier = material.row, material.tier
    now, wanted = TIERS.index(tier), TIERS.index(answer.proposal.tier)
    if now == wanted:
        return tier
    cite = answer.proposal.cite.strip()
    at = place(cite, material.commit) if cite else None
    if at is None or at[0] not in material.patch.paths or not answer.proposal.reason:
        return tier
    named = _PLACE.fullmatch(cite)
    if at[1] is None and named and (named[2] or named[3]):
        return tier  # a line that the diff does not show proves nothing
    held, judged = ground(answer.proposal.reason, material.commit)
    if not held or any(why for _, why in judged):
        return tier
    bounds = row.get("score_bounds") or 0.0
    if wanted > now:
        return tier if bounds < 0 else TIERS[now + 1]
    floor = row["breaking"] or row["security"] or bounds > 0
    return tier if floor else TIERS[now - 1]


def hold_notes(notes: Sequence[Claim], commit: Commit) -> list[str]:
    """Return notes on a part of a diff, as far as they hold, a line each."""
    lines = []
    for note in notes:
        if note.cite.strip() and place(note.cite, commit) is None:
            continue
        held = ground(note.text, commit)[0]
        if held:
            cite = f" ({note.cite})" if note.cite.strip() else ""
            lines.append(f"- {held}{cite}")
    return lines


#: For callers that check a sentence of their own.
__all__ = [
    "anchored",
    "compose",
    "coverage_statements",
    "empty_summary",
    "fall_back",
    "hold_notes",
    "objections",
    "place",
    "settle",
]
