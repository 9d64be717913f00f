"""Rules, the author's prefix and the model, weighed against each other.

Rules that leave no doubt decide alone. Elsewhere each source adds log odds to
the types it speaks for, and the heaviest type wins: an author's prefix outweighs
the model unless the model is sure, and what a sentence plainly says outweighs a
guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .flags import says_breaking
from .message import Message
from .type_case import Case, Verdict
from .type_features import Touch, tokens, unprefixed
from .type_habits import Habits
from .type_model import KINDS, probabilities, shipped
from .type_rules import CERTAIN, decide
from .vocabulary import SECURITY

#: What an author's prefix is worth, and a rule's reading of the sentence: log odds.
_PREFIX, _READING = 3.0, 1.0
#: Authors call anything a chore; where code is touched, readers of the diff do not,
#: and the prefix is worth nothing.
_CHORE_IN_CODE = -2.3
#: Whoever breaks users on purpose changes what they have, whatever it is called:
#: such a prefix is worth nothing either.
_BREAKING = 4.0
#: What a repository's habits are worth: authors keep theirs, readers have none.
_HABITS = 0.5
_FIX = KINDS.index("fix")
#: How sure it takes to be to overrule an author; how sure a doubted author is.
_SURE, _DOUBTED = 0.5, 0.55
#: Shown confidence is that of log odds shrunk by this much.
_TEMPERATURE = 1.3


def weigh(
    message: Message,
    files: Sequence[Touch],
    *,
    habits: Habits | None = None,
) -> Verdict:
    """Return the change type of one commit, from all that is known of it.

    Parameters
    ----------
    message : Message
        From `commitlens.message.parse`.
    files : sequence of (category, status, lines added, lines removed, name)
        The touched files; see `commitlens.type_features.Touch`.
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
    blind = unprefixed(message)
    read = decide(case_of(blind, files)) if message.tags else said
    found = tokens(blind, files, read)
    model = shipped()
    guess = model.score(found)
    if habits and message.tags and message.tags[0] in KINDS:
        habits.learn(found, guess, message.tags[0])
    if said.change_type not in KINDS:
        return said
    scores, at = guess.copy(), KINDS.index(said.change_type)
    # What closes a hole may break its users, and is a repair all the same.
    hole = message.security or SECURITY.search(message.lower)
    broken = says_breaking(message) and not hole
    excused = "code" in case.kinds and said.change_type == "chore"
    if "code" in case.kinds and "chore" not in message.tags:
        scores[KINDS.index("chore")] += _CHORE_IN_CODE
    if message.tags and not (excused or broken):
        scores[at] += _PREFIX
    elif said.rule == "told":
        scores[at] += _READING
    if broken:
        scores[KINDS.index("feat")] += _BREAKING
    if habits and not message.tags:
        scores = _corrected(scores, habits.correction(found, guess))
    chances = probabilities(scores / _TEMPERATURE)
    best = int(chances.argmax())
    kind, sure = KINDS[best], float(chances[best])
    if message.tags and sure < _SURE and not (excused or broken):
        kind = said.change_type
        sure = max(_DOUBTED, float(chances[KINDS.index(kind)]))
    if kind == said.change_type and said.rule != "left":
        return replace(said, confidence=sure)
    words = model.words(message, kind)
    listed = ", ".join(f"'{word[:30]}'" for word in words)
    what = f"the word{'s' * (len(words) > 1)} {listed}" if words else "what is touched"
    if broken and kind == "feat":
        words, what = [], "a breaking change"
    if message.tags:
        verb = "say" if len(words) > 1 else "says"
        reason = f"the author says '{case.mark}'; {what} {verb} otherwise"
        return Verdict(kind, sure, reason, "model")
    return Verdict(kind, sure, f"{what}, weighed by a model", "model")


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
