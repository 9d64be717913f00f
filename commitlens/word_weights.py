"""What words and files say of how much a commit matters, as readers saw it.

A linear model over tokens, fitted together with the measures of
`commitlens.impact` to the tiers that readers of diffs gave
(``training/fit_importance.py``). The tokens are those of the change types, and
words of code that a change has more or fewer of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from .diffs import FileDiff
from .interface import SHARES
from .message import Message
from .token_weights import MODELS, TokenWeights, fields
from .type_features import Touch, unprefixed, words_of
from .type_weighing import blind_tokens
from .vocabulary import SMALL_WORDS

#: Starts of the tokens that are read from a message; see `commitlens.type_features`.
_MESSAGE = (
    *("w ", "0 ", "1 ", "2 ", "p ", "01 ", "-1 ", "verb ", "length ", "says "),
    *("capital", "body ", "y ", "fixes ", "rule", "because "),
)
#: Of what a diff shows: all but words are `commitlens.type_features.shown_tokens`.
_CODE = ("+ ", "- ", "only ", "fact ", *(f"{kind} " for kind in SHARES))
#: Points from which a word is worth naming.
_TELLING = 0.3

#: Words that weigh, and yet name nothing: no reader takes them for a reason.
_FILLERS = """
    add added adding adds after also another can cannot change changed changes
    correctly could create created do does doing don't during ensure fix fixed fixes
    get give handle handled handling has have here improve improved improves instead
    just keep let make makes making may more need needs never new no now one ones only
    other our per please proper properly put set sets should some still such sure
    there these update updated updates updating use used uses using various very we
    will within would you your
"""
_SAYS_NOTHING = SMALL_WORDS | frozenset(_FILLERS.split())

_WORD = re.compile(r"[A-Z]?[a-z]{2,15}|[A-Z]{3,16}(?![a-z])")
#: Changed lines of code that are read: a mass change says little more in the rest.
_MOST = 1500


class Read(NamedTuple):
    """Points, and the words that a reader takes for telling, with theirs."""

    points: float = 0.0
    words: tuple[str, ...] = ()
    told: float = 0.0  # of the points, those of the words


@cache
def shipped() -> TokenWeights:
    """Return the model that comes with the package: points by token."""
    return TokenWeights(**fields(MODELS / "word_weights.npz"))


def changed_words(files: Iterable[FileDiff]) -> Counter[str]:
    """Count how often changed lines have a word more than they had, or fewer.

    Identifiers are taken apart at capitals and underscores.
    """
    counts: Counter[str] = Counter()
    left = _MOST
    for file in files:
        for hunk in file.hunks if left > 0 else ():
            for removed, added in hunk.blocks:
                counts.subtract(map(str.lower, _WORD.findall("\n".join(removed))))
                counts.update(map(str.lower, _WORD.findall("\n".join(added))))
                left -= len(removed) + len(added)
    return counts


def code_words(files: Iterable[FileDiff]) -> tuple[list[str], list[str]]:
    """Return words that changed lines have fewer of, and more of.

    Only words that the shipped model knows, in the order of the alphabet.
    """
    counts, rows = changed_words(files), shipped().rows
    lost = sorted(word for word, n in counts.items() if n < 0 and f"- {word}" in rows)
    gained = sorted(word for word, n in counts.items() if n > 0 and f"+ {word}" in rows)
    return lost, gained


def read(
    message: Message,
    files: Sequence[Touch],
    words: tuple[Sequence[str], Sequence[str]] = ((), ()),
    shown: Iterable[str] = (),
) -> dict[str, Read]:
    """Return what a commit's message, files and code say of its weight.

    Parameters
    ----------
    message : Message
        From `commitlens.message.parse`; prefixes are not looked at.
    files : sequence of Touch
        The touched files (`commitlens.type_features.Touch`).
    words : (sequence of str, sequence of str), default none
        Words of code that the change has fewer of, and more of (`code_words`).
    shown : iterable of str, default ()
        What else its diff shows (`commitlens.type_features.shown_tokens`).

    Returns
    -------
    dict of str to Read
        Points of the ``message``, the ``files`` and the ``code``.
    """
    blind = unprefixed(message)
    model = shipped()
    worth = dict(_worth(model, [*looked_at(blind, files, words), *shown]))
    # Words of code are many, each weighs little, and none is a reason by itself.
    named = {
        word[:30]: sum(worth.get(token, 0.0) for token in found)
        for word, found in words_of(blind)
        if word.lower() not in _SAYS_NOTHING
    }
    sums = {group: Read(points) for group, points in _sums(worth).items()}
    words_named = _telling(named, sums["message"].points)
    told = sum(named[word] for word in words_named)
    return sums | {"message": Read(sums["message"].points, words_named, told)}


def looked_at(
    blind: Message,
    files: Sequence[Touch],
    words: tuple[Sequence[str], Sequence[str]],
) -> list[str]:
    """Return the tokens of a commit, its message without prefixes."""
    found = blind_tokens(blind, tuple(files))
    lost, gained = words
    return [*found, *(f"- {word}" for word in lost), *(f"+ {word}" for word in gained)]


def _worth(model: TokenWeights, found: Iterable[str]) -> Iterator[tuple[str, float]]:
    scale = float(model.scale[0])
    for token in found:
        if (row := model.rows.get(token)) is not None:
            yield token, int(model.weights[row, 0]) * scale


def _sums(worth: dict[str, float]) -> dict[str, float]:
    sums = dict.fromkeys(("message", "files", "code"), 0.0)
    for token, points in worth.items():
        group = "code" if token.startswith(_CODE) else "files"
        sums["message" if token.startswith(_MESSAGE) else group] += points
    return sums


def _telling(words: dict[str, float], total: float) -> tuple[str, ...]:
    """Return up to three words that say most of a total, its sign theirs."""
    sign = 1 if total >= 0 else -1
    best = sorted(words, key=lambda word: -sign * words[word])[:3]
    return tuple(word for word in best if sign * words[word] > _TELLING)
