"""Sentences before a language is chosen, and how they become sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .grounding import Grounding
    from .packing import Coverage

#: Names told before the rest is counted.
NAMES = 4


class Code(str):
    """A name from the code: shown as code."""

    __slots__ = ()


class Sha(str):
    """A commit: shown as a link where it can be."""

    __slots__ = ()


class Prose(str):
    """What a model wrote: text, with names of code in backticks."""

    __slots__ = ()


@dataclass(frozen=True)
class Statement:
    """One sentence before a language is chosen.

    Attributes
    ----------
    field : str
        Where it stands: summary, scope, architecture, performance, security,
        maintainability, risk, advice or links.
    message : str
        The key of its template.
    values : mapping of str to object
        What it says: text, `Code`, `Sha`, `Prose`, numbers, other statements, or
        tuples of these.
    """

    field: str
    message: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Analysis:
    """What there is to say of one commit.

    Attributes
    ----------
    repo, sha, tier : str
        Whose it is, and the tier that it is shown in.
    source : str
        ``"evidence"``, or ``"model"``.
    statements : tuple of Statement
        In the order in which they are read.
    evidence_tier, proposed_tier : str
        The tier by evidence, and the one that a model proposed; ``""`` where no
        model was asked.
    change_type : str
        What a model takes it for; ``""`` where no model was asked.
    grounding : Grounding or None
        What a model claimed, and how much of it was found in the commit.
    coverage : Coverage or None
        What of the diff a model was shown.
    failure : str
        Why a model that was asked did not write it: one of
        `commitlens.llm.KINDS`; ``""`` when it did, or was not asked.
    """

    repo: str
    sha: str
    tier: str
    source: str
    statements: tuple[Statement, ...]
    evidence_tier: str = ""
    proposed_tier: str = ""
    change_type: str = ""
    grounding: Grounding | None = None
    coverage: Coverage | None = None
    failure: str = ""

    def __str__(self) -> str:
        return "\n".join(f"{s.field}: {render(s)}" for s in self.statements)

    def __repr__(self) -> str:
        from .display import analysis_text

        return analysis_text(self)

    def _repr_html_(self) -> str:
        from .display import analysis_html

        return analysis_html(self)


def render(
    statement: Statement,
    lang: str = "en",
    *,
    text: Callable[[str], str] = str,
    code: Callable[[str], str] = str,
    commit: Callable[[str], str] = lambda sha: sha[:7],
) -> str:
    """Return a statement as a sentence.

    Parameters
    ----------
    statement : Statement
        What to say.
    lang : {"en", "zh"}, default "en"
        The language.
    text, code, commit : callable
        What becomes of text that a commit wrote, of a name from code, of a sha:
        the place to escape them and to make links.
    """
    words = _words(lang)
    values = statement.values  # noqa: PD011 - a mapping, not a frame
    template = words["statement"][statement.message]
    if isinstance(template, dict):
        template = template["one" if values.get("n") == 1 else "other"]

    def show(value: object) -> str:
        if isinstance(value, tuple):
            sentences = value and isinstance(value[0], Statement)
            return str(words["stop" if sentences else "list"]).join(map(show, value))
        if isinstance(value, Statement):
            return render(value, lang, text=text, code=code, commit=commit)
        if isinstance(value, Prose):
            return _prose(value, text, code)
        if isinstance(value, Code):
            return code(value)
        if isinstance(value, Sha):
            return commit(value)
        return text(value) if isinstance(value, str) else str(value)

    shown = {name: show(value) for name, value in values.items()}
    more = values.get("more")
    if more is not None:
        shown["more"] = words["more"].format(n=more) if more else ""
    return str(template.format_map(shown))


def _prose(value: str, text: Callable[[str], str], code: Callable[[str], str]) -> str:
    """Return text with what stands between two backticks as code."""
    shown = []
    parts = value.split("`")
    for at, part in enumerate(parts):
        if at % 2 and at < len(parts) - 1:
            shown.append(code(part))
            continue
        # A backtick without another one is only that; spaces around code stay.
        plain = f"`{part}" if at % 2 else part
        before = " " * bool(plain[:1].isspace() and at)
        after = " " * bool(plain[-1:].isspace() and at < len(parts) - 1)
        inner = text(plain)
        shown.append(f"{before}{inner}{after}" if inner else before or after)
    return "".join(shown)


@cache
def _words(lang: str) -> Mapping[str, Any]:
    import tomllib
    from importlib.resources import files

    text = files(__package__) / "locale" / f"{lang}.toml"
    return tomllib.loads(text.read_text("utf-8"))
