"""What a model is asked to answer: a closed shape for each tier.

The model fills fields; it never writes headings, tables or links. Everything is
required, so that an answer which lacks something is known to be incomplete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

try:
    from pydantic import BaseModel, ConfigDict, ValidationError
except ImportError:
    from .llm import require_litellm

    require_litellm()  # says what is missing, and how to get it
    raise

from .schema import CHANGE_TYPES, TIERS

#: Fields that hold claims, in the order of a section; those of a tier are those
#: that its shape has.
CLAIMS = (
    "scope",
    "architecture",
    "performance",
    "security",
    "maintainability",
    "risk",
    "advice",
)


#: Claims of a field, and characters of a text: nobody reads more.
CLAIMS_MOST, TEXT_MOST = 12, 1500
#: Characters of an answer.
ANSWER_MOST = 200_000


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Claim(_Shape):
    """One statement, and where the diff shows it."""

    text: str
    cite: str  # "path" or "path:line", "" where there is none


class Proposal(_Shape):
    """Which tier the model would put the commit into, and why."""

    tier: Literal[TIERS]  # type: ignore[valid-type]
    reason: str
    cite: str


class Low(_Shape):
    """What is written of a low commit; `id` says which one of a request."""

    id: str
    change_type: Literal[CHANGE_TYPES]  # type: ignore[valid-type]
    summary: str
    proposal: Proposal


class Medium(_Shape):
    """What is written of a medium commit."""

    change_type: Literal[CHANGE_TYPES]  # type: ignore[valid-type]
    summary: str
    scope: list[Claim]
    advice: list[Claim]
    proposal: Proposal


class High(_Shape):
    """What is written of a high commit."""

    change_type: Literal[CHANGE_TYPES]  # type: ignore[valid-type]
    summary: str
    scope: list[Claim]
    architecture: list[Claim]
    performance: list[Claim]
    security: list[Claim]
    maintainability: list[Claim]
    risk: list[Claim]
    advice: list[Claim]
    proposal: Proposal


class Batch(_Shape):
    """What is written of several low commits."""

    commits: list[Low]


class Part(_Shape):
    """What one part of a large diff says."""

    notes: list[Claim]


#: The shape of an answer, by tier.
SHAPES: dict[str, type[BaseModel]] = {"low": Low, "medium": Medium, "high": High}


@cache
def json_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a shape, without titles and remarks."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: plain(inner)
                for key, inner in value.items()
                if not (key in ("title", "description") and isinstance(inner, str))
            }
        return value

    return dict(plain(shape.model_json_schema()))


def skeleton(shape: type[BaseModel]) -> str:
    """Return what an answer looks like, for who cannot read a schema."""
    definitions = json_schema(shape).get("$defs", {})

    def plain(value: dict[str, Any]) -> Any:
        if "$ref" in value:
            return plain(definitions[value["$ref"].rpartition("/")[2]])
        if value["type"] == "array":
            return [plain(value["items"])]
        if value["type"] == "object":
            return {key: plain(inner) for key, inner in value["properties"].items()}
        return "|".join(value.get("enum", ()))

    return json.dumps(plain(json_schema(shape)))


class Invalid(Exception):
    """An answer is not of the shape asked for; the message says how, to the model."""


def read_answer(text: str, shape: type[BaseModel]) -> BaseModel:
    """Return what a model answered, as an object of `shape`.

    What stands around the JSON (a fence, a sentence) is left out. Nothing is
    mended: an answer that is cut is not an answer.

    Raises
    ------
    Invalid
        With the first few problems.
    """
    if len(text) > ANSWER_MOST:
        msg = "the answer is too long"
        raise Invalid(msg)
    start = text.find("{")
    if start < 0:
        msg = "there is no JSON object in the answer"
        raise Invalid(msg)
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
        return shape.model_validate(found, strict=True)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
            for one in error.errors(include_url=False, include_input=False)[:5]
        ]
        raise Invalid("; ".join(problems)) from None
    except (ValueError, RecursionError) as error:
        msg = f"the answer is not valid JSON ({type(error).__name__})"
        raise Invalid(msg) from None


def texts(answer: BaseModel) -> Iterator[tuple[str, list[str]]]:
    """Yield the fields of an answer that people read, with their texts."""
    for name in type(answer).model_fields:
        value = getattr(answer, name)
        if name == "summary":
            yield name, [value]
        elif name in CLAIMS or name == "notes":
            yield name, [claim.text for claim in value]
        elif name == "commits":
            for one in value:
                yield f"summary of {one.id}", [one.summary]


_CODE = re.compile(r"`[^`]*`|https?://\S+|\b[\w./-]*[\d_./-][\w./-]*\b")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_WORD = re.compile(r"[A-Za-zÀ-ɏ\u0370-\u04ff]{2,}")
_ENGLISH = re.compile(
    r"\b(?:the|a|an|is|are|to|of|in|and|for|with|it|now|from|no|not|adds?|on|by|as"
    r"|this|that|when|which|be|removes?|changes?|fix(?:es)?|uses?|new|test|tests)\b",
    re.IGNORECASE,
)


def problems(answer: BaseModel, lang: str) -> list[str]:
    """Return what keeps an answer from being published, as told to the model."""
    found = []
    for name, some in texts(answer):
        said = " ".join(some)
        if len(some) > CLAIMS_MOST or max(map(len, some), default=0) > TEXT_MOST:
            found.append(f"{name} is too long")
        elif sum(map(str.isalnum, said)) < 6:
            found.append(f"{name} says nothing")
        elif not in_language(said, lang):
            wanted = "Chinese" if lang == "zh" else "English"
            found.append(f"{name} is not written in {wanted}")
    return found


def in_language(text: str, lang: str) -> bool:
    """Say whether prose is in a language; names from code do not count.

    Examples
    --------
    >>> in_language("修复 `load` 的竞态条件", "zh"), in_language("A race", "zh")
    (True, False)
    """
    prose = _CODE.sub(" ", text)
    han, other = len(_HAN.findall(prose)), len(_KANA.findall(prose))
    words = len(_WORD.findall(prose))
    if lang == "zh":
        # A Chinese sentence may name many things; it has two signs for a word.
        return han >= 4 and han >= words and other * 4 <= han
    if han + other > words / 2:
        return False
    # A longer text without one of the commonest words is another language.
    return words < 12 or len(_ENGLISH.findall(prose)) * 12 >= words
