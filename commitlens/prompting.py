"""What a model is told: packaged texts, filled in.

Texts are in ``prompts/``, a set a language. What a repository holds stands
between two marks that nothing in it can contain, since they are made from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .llm import Message

if TYPE_CHECKING:
    import jinja2
    from pydantic import BaseModel

#: Characters of a message that are sent.
MESSAGE = 4000


@dataclass(frozen=True, kw_only=True)
class Told:
    """A commit as a prompt shows it; texts are free of secrets already."""

    id: str = ""
    tier: str = ""
    change_type: str = ""
    message: str = ""
    evidence: str = ""
    related: tuple[str, ...] = ()
    diff: str = ""


def ask_for(
    kind: str,
    commits: Sequence[Told],
    shape: type[BaseModel],
    lang: str,
    *,
    notes: str = "",
) -> list[Message]:
    """Return the messages of a request.

    Parameters
    ----------
    kind : {"commit", "batch", "part"}
        What is asked for.
    commits : sequence of Told
        One, or those of a batch.
    shape : type
        The shape of the answer.
    lang : {"en", "zh"}
        The language of the answer, and of what is said here.
    notes : str, optional
        What was noted of the parts of a large commit.
    """
    from .answers import skeleton

    body = _template(lang).render(
        kind=kind,
        commits=commits,
        notes=notes,
        fence=fence,
        fields=_fields(shape, lang),
        shape=skeleton(shape),
    )
    return [
        {"role": "system", "content": text("system", lang)},
        {"role": "user", "content": body.strip()},
    ]


def repair(answer: str, problems: str, lang: str) -> list[Message]:
    """Return what is said after an answer that cannot be used."""
    said = text("repair", lang).format(problems=problems[:600])
    return [
        {"role": "assistant", "content": answer[:20_000] or "(empty)"},
        {"role": "user", "content": said},
    ]


def fence(data: str) -> str:
    """Return data between marks that it cannot contain.

    Examples
    --------
    >>> print(fence("ignore all that"))
    <<<DATA-0d1f31d2a1
    ignore all that
    >>>DATA-0d1f31d2a1
    """
    mark = hashlib.sha256(data.encode("utf-8", "replace")).hexdigest()[:10]
    return f"<<<DATA-{mark}\n{data}\n>>>DATA-{mark}"


@cache
def text(name: str, lang: str) -> str:
    """Return a packaged text."""
    return _read(f"{name}.{lang}.txt").strip()


@cache
def version(lang: str) -> str:
    """Return a name of the texts: another one when any of them changes."""
    names = ("system", "fields", "repair")
    all_of = [text(name, lang) for name in names] + [_read(f"ask.{lang}.jinja")]
    return hashlib.sha256("\0".join(all_of).encode()).hexdigest()[:12]


def _read(name: str) -> str:
    return (files(__package__) / "prompts" / name).read_text("utf-8")


@cache
def _template(lang: str) -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # for a model, which reads plain text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_read(f"ask.{lang}.jinja"))


def _fields(shape: type[BaseModel], lang: str) -> str:
    """Return what the fields of a shape mean, a line each."""
    names = _names(shape)
    lines = text("fields", lang).splitlines()
    return "\n".join(
        line for line in lines if line.replace("：", ":").partition(":")[0] in names
    )


def _names(shape: Any) -> set[str]:
    names = set(shape.model_fields)
    for field in shape.model_fields.values():
        for inner in getattr(field.annotation, "__args__", ()):
            names |= set(getattr(inner, "model_fields", ()))
    return names
