"""What a rule may look at, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from . import vocabulary as words
from .message import Message


@dataclass(frozen=True, slots=True)
class Verdict:
    """A change type, how sure it is (0 to 1), the rule in words, and its name."""

    change_type: str
    confidence: float
    reason: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at: the message and the kinds of files touched."""

    message: Message
    kinds: frozenset[str]
    code_files: int
    new_code: bool = False

    @property
    def tag(self) -> str | None:
        """The kind of change that the author's prefix names.

        Of several, a place such as ``[CI]`` gives way when code is touched:
        ``[Docs][Bugfix]`` over code repairs the code.
        """
        tags = self.message.tags
        if "code" in self.kinds:
            return next((t for t in tags if t not in words.PLACES), _first(tags))
        return next((t for t in tags if t in words.PLACES), _first(tags))

    @property
    def mark(self) -> str:
        """The prefix as written, to name it in a reason."""
        at = self.message.tags.index(self.tag) if self.tag else 0
        return self.message.marks[at] if self.tag else ""


def _first(tags: tuple[str, ...]) -> str | None:
    return tags[0] if tags else None
