"""The two flags beside a change type: breaking, and security."""

from __future__ import annotations

from . import vocabulary as words
from .message import Message
from .type_case import Verdict


def is_breaking(message: Message, verdict: Verdict, kinds: frozenset[str]) -> bool:
    """Say whether a commit asks its users to change something."""
    if message.reverts % 2:
        return False
    if says_breaking(message):
        return True
    if verdict.change_type in _NEVER_BREAKS or (kinds and not kinds & _PRODUCT):
        return False
    return "BREAKING" in message.text or (
        words.says_breaking(message.lower)
        or bool(words.REMOVAL.search(message.lower) and message.merge is None)
    )


def says_breaking(message: Message) -> bool:
    """Say whether the author announces a breaking change, in prefix or body."""
    body = message.body
    # Asking for the word first spares most bodies a search by lines.
    return message.bang or (
        ("BREAKING" in body and bool(words.FOOTER.search(body)))
        or ("breaking" in body.lower() and _tells_of_a_break(message))
    )


def _tells_of_a_break(message: Message) -> bool:
    # A message that takes in another project's release quotes what that one breaks.
    return not words.DEPENDENCY.search(message.lower[:200]) and bool(
        words.TOLD_BREAKING.search(message.body[:_READ])
    )


#: Characters of a body that are read for a sentence of its author's.
_READ = 20_000


_NEVER_BREAKS = frozenset({"docs", "test", "ci", "style"})
_PRODUCT = frozenset({"code", "dependency"})


def is_security(message: Message, verdict: Verdict, kinds: frozenset[str]) -> bool:
    """Say whether a commit repairs or hardens security."""
    if verdict.change_type in ("docs", "test", "ci", "style", "revert"):
        return False
    if message.security or words.SECURITY.search(message.lower):
        return not words.RELEASE.search(message.lower[:200])
    # A body names advisories in passing, long lists of release notes above all.
    body = message.body
    if verdict.change_type not in ("fix", "perf", "build") or (
        verdict.change_type == "build" and len(body) > 1500
    ):
        return False
    return bool(words.ADVISORY.search(body))
