"""What a model claims, checked against the commit before anything is printed.

A claim is a sentence. Names of paths, of symbols, options, versions, issues and
every number in it must occur in the commit: in its diff or message, paths also
in the tree, symbols also in the files that it touches. What names nothing that
can be looked up is kept: it is judgement. A sentence with a name or a number
that does not occur is dropped, whole, since what is left would say something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from unicodedata import decimal

from . import mentions
from .patches import Patch


@dataclass(frozen=True)
class Grounding:
    """How many claims were checked, and what became of them.

    Attributes
    ----------
    checked, kept, dropped : int
        Sentences; what was checked is kept or dropped.
    reasons : tuple of str
        What each dropped one named that does not occur.
    """

    checked: int = 0
    kept: int = 0
    dropped: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Commit:
    """A commit as claims are checked against it.

    Attributes
    ----------
    patch : Patch
        Its diff.
    words : str
        Its message, and the evidence that the model was given.
    tree : callable
        Returns every path of the tree at the commit; asked only when needed.
    contents : callable
        Returns the files that it touches as they are after it, as one text.
    """

    patch: Patch
    words: str
    tree: Callable[[], Iterable[str]] = tuple
    contents: Callable[[], str] = str
    _names: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def old(self) -> str:
        """What there was before: lines of the diff, and the message."""
        return f"{self.patch.sides[0]}\n{self.words}"

    @cached_property
    def new(self) -> str:
        """What there is after: lines of the diff, and the message."""
        return f"{self.patch.sides[1]}\n{self.words}"

    @cached_property
    def all(self) -> str:
        """Everything of the diff, its paths and the message."""
        old, new = self.patch.sides
        return "\n".join([old, new, self.words, *self.patch.paths])

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number that occurs, without separators of thousands."""
        return frozenset(
            _plain_number(one) for one in mentions.NUMBER.findall(self.all)
        )

    @cached_property
    def paths(self) -> frozenset[str]:
        """Paths of the diff and of the tree, and every end of one."""
        return frozenset(_ends([*self.patch.paths, *self.tree()]))

    def has_path(self, path: str) -> bool:
        """Whether a path, or the end of one, exists."""
        path = path.removeprefix("./").strip("/")
        return (
            path in _ends(self.patch.paths) or path in self.words or path in self.paths
        )

    def has_name(self, name: str) -> bool:
        """Whether a symbol occurs in the diff, the message or the files touched."""
        if name not in self._names:
            self._names[name] = (
                _occurs(name, self.all)
                or _occurs(name, self.contents())
                or name in self.paths
            )
        return self._names[name]


def _ends(paths: Iterable[str]) -> set[str]:
    """Return paths, their folders, and every end of these after a slash."""
    found: set[str] = set()
    for path in paths:
        parts = path.split("/")
        for last in range(1, len(parts) + 1):
            for first in range(last):
                found.add("/".join(parts[first:last]))
    return found


def _occurs(name: str, text: str) -> bool:
    """Whether a name occurs, not as a part of a longer one."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (
            (_is_word(before) and _is_word(name[0]))
            or (_is_word(after) and _is_word(name[-1]))
        ):
            return True
        at = text.find(name, at + 1)
    return False


def _is_word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())


def _plain_number(text: str) -> str:
    text = text.replace(",", "").replace("_", "")
    return text.lstrip("0") or "0" if "." not in text else text


#: Numbers that count what a sentence itself lists, and say nothing of a measure.
_SMALL = frozenset(["0", "1", "2"])


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; what stands in backticks is not parted.

    Examples
    --------
    >>> sentences("Reads `a. b`. Then it stops.")
    ['Reads `a. b`.', 'Then it stops.']
    """
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        hidden.append(match[0])
        return f"\0{len(hidden) - 1}\0"

    plain = mentions.TICKS.sub(hide, " ".join(text.split()))
    parts = re.split(
        r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!vs\.)(?<!cf\.)\s+(?=[^a-z\s])"
        r"|(?<=[。！？；])\s*", plain,
    )  # fmt: skip
    restored = (re.sub("\0(\\d+)\0", lambda m: hidden[int(m[1])], x) for x in parts)
    return [part.strip() for part in restored if part and part.strip()]


def objections(sentence: str, commit: Commit, near: str = "") -> Iterator[str]:
    """Yield what a sentence names that does not occur in a commit.

    Parameters
    ----------
    sentence : str
        One claim.
    commit : Commit
        What it is about.
    near : str, optional
        The hunk that the claim cites: numbers must occur there, or in the message.
    """
    # Digits of any script are digits.
    sentence = re.sub(r"\d", lambda digit: str(decimal(digit[0])), sentence).replace(
        "％", "%"
    )
    rest = sentence
    for url in mentions.URL.findall(sentence):
        if url.rstrip(".,;") not in commit.all:
            yield url
    rest = mentions.URL.sub(" ", rest)
    for name in mentions.TICKS.findall(rest):
        yield from _code(name.strip(), commit)
    plain = mentions.TICKS.sub(" ", rest)
    for kind, pattern in (
        ("advisory", mentions.ADVISORY),
        ("path", mentions.PATH),
        ("issue", mentions.ISSUE),
    ):
        for match in pattern.finditer(plain):
            text = match[0].strip()
            if text.lower() in mentions.PLAIN_WORDS:
                continue
            if not _known(kind, text, match, commit):
                yield text
        plain = pattern.sub(
            lambda m: m[0] if m[0].lower() in mentions.PLAIN_WORDS else " ", plain
        )
    for option in mentions.OPTION.findall(plain):
        if not _occurs(option, commit.all):
            yield option
    for match in mentions.VERSION.finditer(plain):
        bare = match[0].lstrip("vV")
        if not (
            _occurs(bare, commit.all)
            or bare in commit.numbers
            or f"v{bare}" in commit.all
        ):
            yield match[0]
    for sha in mentions.SHA.findall(plain):
        if sha not in commit.all:
            yield sha
    plain = mentions.VERSION.sub(" ", mentions.SHA.sub(" ", plain))
    for name in mentions.SYMBOL.findall(plain):
        if name.lower() in mentions.PLAIN_WORDS:
            continue
        if not _has_symbol(name, commit):
            yield name
    yield from _numbers(mentions.SYMBOL.sub(" ", plain), commit, near)
    yield from _directions(sentence, commit)


def _known(kind: str, text: str, match: re.Match[str], commit: Commit) -> bool:
    if kind == "issue":
        number = next(filter(None, match.groups()))
        return bool(re.search(rf"(?<!\d)[#!/-]?{number}(?!\d)", commit.words)) or (
            f"#{number}" in commit.all
        )
    if kind == "advisory":
        return text.lower() in commit.all.lower()
    return commit.has_path(text.rstrip("/.")) or _occurs(text, commit.all)


def _code(name: str, commit: Commit) -> Iterator[str]:
    """Check what stands in backticks: it occurs as it is, or each name in it does."""
    place = re.fullmatch(r"(.+?):(\d+)(?:-\d+)?", name)
    if place and commit.has_path(place[1]):
        if commit.patch.anchor(place[1], int(place[2])) is None:
            yield name
        return
    if _occurs(name, commit.all) or "[REDACTED]" in name:
        return
    squeezed = "".join(name.split())
    if len(squeezed) > 12 and squeezed in "".join(commit.all.split()):
        return
    if re.fullmatch(r"[\w.@+/-]+", name) and commit.has_path(name):
        return
    bare = name.removesuffix("()").strip("\"'`…")
    if bare and commit.has_name(bare):
        return
    words = re.findall(r"--?[\w-]+|[A-Za-z_$][\w$-]*|\d+(?:\.\d+)*", name)
    if len(words) < 2 or name.startswith("-") or re.fullmatch(r"[\w.@+/-]+", name):
        dotted = re.split(r"\.|::|->|#", bare)
        if not (
            len(dotted) > 1
            and all(p and commit.has_name(p.removesuffix("()")) for p in dotted)
        ):
            yield name
        return
    # A piece of code put together: every name and number in it has to occur.
    for word in words:
        if not commit.has_name(word) and _plain_number(word) not in commit.numbers:
            yield name
            return


def _has_symbol(name: str, commit: Commit) -> bool:
    if commit.has_name(name):
        return True
    parts = re.split(r"\.|::|->", name)
    return len(parts) > 1 and all(commit.has_name(part) for part in parts if part)


def _numbers(plain: str, commit: Commit, near: str) -> Iterator[str]:
    """Yield numbers, and quantities in words, that do not occur."""
    place = f"{near}\n{commit.words}" if near else commit.all
    for match in mentions.MAGNITUDE.finditer(plain):
        if match[0].lower() not in commit.all.lower():
            yield match[0]
    plain = mentions.MAGNITUDE.sub(" ", plain)
    for match in mentions.MEASURE.finditer(plain):
        number, unit = _plain_number(match[1]), match[2].lower()
        names = "|".join(map(re.escape, mentions.UNITS.get(unit, (unit,))))
        if unit in ("%", "percent", "per cent"):
            found = re.search(
                rf"(?<![\d.]){re.escape(number)}\s?(?:{names})|百分之{re.escape(number)}",
                place,
            )
        else:
            # In code the unit may be in a name: timeout_ms = 30.
            found = re.search(
                rf"(?<![\d.]){re.escape(number)}(?:\.0+)?[\s_-]?(?:{names})(?![a-z])",
                place,
                re.IGNORECASE,
            )
        bare = unit in mentions.IN_NAMES and not mentions.GAINS.search(plain)
        if not found and not (bare and number in _found(place)):
            yield match[0]
    plain = mentions.MEASURE.sub(" ", plain)
    known = _found(place) if near else commit.numbers
    for match in mentions.BARE_NUMBER.finditer(plain):
        number = _plain_number(match[0].rstrip(",_"))
        if number not in known and number not in _SMALL:
            yield match[0]


def _found(text: str) -> frozenset[str]:
    return frozenset(_plain_number(one) for one in mentions.NUMBER.findall(text))


def _directions(sentence: str, commit: Commit) -> Iterator[str]:
    """Yield what is said to be on the other side of the diff than it is."""
    for match in mentions.FROM_TO.finditer(sentence):
        old, new = (text.strip(".()（）\"'") for text in match.groups())
        if not (_is_value(old) and _is_value(new)):
            continue
        if (
            not _on(old, commit.old)
            or not _on(new, commit.new)
            or (
                _on(old, commit.patch.changed[1])
                and _on(new, commit.patch.changed[0])
                and not _on(old, commit.patch.changed[0])
                and not _on(new, commit.patch.changed[1])
            )
        ):
            yield match[0]
    adds, removes = mentions.ADDS.search(sentence), mentions.REMOVES.search(sentence)
    if bool(adds) == bool(removes):
        return
    verb = adds or removes
    assert verb is not None
    rest = sentence[verb.end() :]
    named = mentions.TICKS.search(rest)
    if (
        not named
        or mentions.OTHER_SENSE.search(rest[: named.start()])
        or mentions.OTHER_SENSE.search(sentence[: verb.start()])
    ):
        return
    name = named[1].strip().removesuffix("()")
    removed, added = commit.patch.changed
    here, there = (added, removed) if adds else (removed, added)
    if _occurs(name, there) and not _occurs(name, here):
        yield f"{verb[0]} `{name}`"


def _is_value(text: str) -> bool:
    return bool(re.search(r"\d|[_.A-Z/-]", text)) and len(text) < 60


def _on(value: str, side: str) -> bool:
    return _occurs(value, side) or _plain_number(value) in _numbers_of(side)


def _numbers_of(text: str) -> frozenset[str]:
    return _found(text) if len(text) < 200_000 else frozenset()


def ground(
    text: str, commit: Commit, near: str = ""
) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the sentences of a text that hold, and all with their objections.

    Examples
    --------
    >>> ground("Adds `load`. It is 30 % faster.", commit)[0]
    'Adds `load`.'
    """
    judged = [
        (sentence, tuple(objections(sentence, commit, near)))
        for sentence in sentences(text)
    ]
    kept = [sentence for sentence, wrong in judged if not wrong]
    space = "" if re.search(r"[。！？；]$", kept[0] if kept else "") else " "
    return space.join(kept), judged
