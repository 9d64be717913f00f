"""Rules, the author's prefix, words and files, weighed against each other.

Rules that leave no doubt decide alone. Elsewhere each source adds log odds to the
types it speaks for, as much as readers of the diffs bore it out, and the heaviest
type wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from .flags import says_breaking
from .interface import NOTHING, Interface
from .message import Message
from .type_case import Case, Verdict
from .type_features import Touch, said_tokens, shown_tokens, tokens, unprefixed
from .type_habits import Habits
from .type_model import KINDS, probabilities, shipped
from .type_rules import CERTAIN, decide

#: What a repository's habits are worth: authors keep theirs, readers have none.
_HABITS = 0.5
_FIX = KINDS.index("fix")
#: How sure it takes to overrule an author; how sure a doubted author is.
_SURE, _DOUBTED = 0.5, 0.55
#: How sure it takes that an announced break is no feature; readers call 85 % one.
_SURE_OF_BREAKS = 0.7
#: How often readers call a change of comments alone docs.
_COMMENTS = 0.94


def weigh(
    message: Message,
    files: Sequence[Touch],
    *,
    seen: Interface = NOTHING,
    habits: Habits | None = None,
) -> Verdict:
    """Return the change type of one commit, from all that is known of it.

    Parameters
    ----------
    message : Message
        From `commitlens.message.parse`.
    files : sequence of (category, status, lines added, lines removed, name)
        The touched files; see `commitlens.type_features.Touch`.
    seen : Interface, default none
        What the diff shows.
    habits : Habits, optional
        What the repository's own prefixes taught; learns from this commit's.

    Examples
    --------
    >>> weigh(parse("keep stale entries out"), [("code", "M", 4, 1, "a.py")])
    """
    case = case_of(message, files)
    said = decide(case)
    if said.rule in CERTAIN or message.merge is not None:
        return said  # a merge has no files of its own, and was never learnt from
    if not files and message.tags:
        return said  # nothing speaks against the author
    if seen.only == "comments" and "code" in case.kinds and said.rule != "licensed":
        says = f"the author says '{case.mark}'; " if message.tags else ""
        return Verdict("docs", _COMMENTS, f"{says}only comments change", "diff")
    blind = unprefixed(message)
    found = blind_tokens(blind, tuple(files))
    guess = shipped().score(found)
    if habits and message.tags and message.tags[0] in KINDS:
        habits.learn(found, guess, message.tags[0])
    if said.change_type not in KINDS:
        return said
    judge = shipped("judged_type")
    heard = list(said_tokens(message, case.kinds, said))
    scores = judge.score([*found, *heard, *shown_tokens(seen)])
    if habits and not message.tags:
        scores = _corrected(scores, habits.correction(found, guess))
    chances = probabilities(scores)
    best = int(chances.argmax())
    kind, sure = KINDS[best], float(chances[best])
    if sure < _SURE and f"prefix {said.change_type}" in heard:
        # A guess does not overrule an author.
        kind = said.change_type
        sure = max(_DOUBTED, float(chances[KINDS.index(kind)]))
    if "breaking" in heard and "code" in case.kinds and sure < _SURE_OF_BREAKS:
        # Behaviour that is changed on purpose is a feature, by whatever name.
        kind = "feat"
        sure = max(_DOUBTED, float(chances[KINDS.index(kind)]))
    if kind == said.change_type and said.rule != "left":
        return replace(said, confidence=sure)
    broken = kind == "feat" and says_breaking(message)
    words = [] if broken else judge.words(blind, kind)
    listed = ", ".join(f"'{word[:30]}'" for word in words)
    what = f"the word{'s' * (len(words) > 1)} {listed}" if words else "what is touched"
    what = "a breaking change" if broken else what
    if message.tags:
        verb = "say" if len(words) > 1 else "says"
        reason = f"the author says '{case.mark}'; {what} {verb} otherwise"
        return Verdict(kind, sure, reason, "model")
    return Verdict(kind, sure, f"{what}, weighed by a model", "model")


@lru_cache(maxsize=1)
def blind_tokens(blind: Message, files: tuple[Touch, ...]) -> tuple[str, ...]:
    """Return the tokens of a commit whose author used no prefix.

    The last are kept: a commit is weighed without its diff, then with it.
    """
    return tuple(tokens(blind, files, decide(case_of(blind, files))))


def _corrected(scores: Any, correction: Any) -> Any:
    """Return scores in the light of habits, which never decide what is a repair.

    Repairs before a commit are counted among commits whose own past may not be
    loaded: what is a repair must not depend on it.
    """
    after = scores + _HABITS * correction
    return scores if (scores.argmax() == _FIX) != (after.argmax() == _FIX) else after


def case_of(message: Message, files: Sequence[Touch]) -> Case:
    """Return what the rules look at."""
    code = [status for kind, status, *_ in files if kind == "code"]
    kinds = frozenset(kind for kind, *_ in files)
    return Case(message, kinds, code_files=len(code), new_code="A" in code)
