"""What the change-type model looks at: a commit as a set of short tokens.

Tokens are words of the sentence with their place in it, what kinds of files
are touched and how much, facts that were read from the diff, and what the rules
say of the sentence. Names of folders, symbols and scopes are left out: they
would teach a model the repositories it has seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from . import vocabulary as words
from .flags import says_breaking
from .interface import Interface
from .makeup import step
from .message import Message, kind_of_tag
from .type_case import Verdict

#: One touched file: category, status, lines added, lines removed, file name.
Touch = tuple[str, str, int, int, str]

_WORD = re.compile(
    r"`[^`]{1,80}`|https?://\S+|--?[a-z][\w-]+|v?\d+(?:\.\d+)+\S*|[#]\d+"
    r"|[A-Za-z][\w'./:-]*|\d+|[^\x00-\x7f]"
)
_CLEAN = re.compile(r"[a-z]+(?:['-][a-z]+){0,2}\.?")


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return an English word without its commonest endings.

    >>> stem("fixes"), stem("adding"), stem("dependencies")
    ('fix', 'add', 'dependency')
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ings", "ing", "ed", "es", "s"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and not root.endswith("s"):
            doubled = len(root) > 3 and root[-1] == root[-2] not in "ls"
            if doubled and ending not in ("es", "s"):
                root = root[:-1]
            return root.removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


@lru_cache(maxsize=1 << 16)
def shape(word: str) -> str:
    """Return the stem of a word of prose, or the class of anything else."""
    lower = word.lower().rstrip(".:/-'")
    if _CLEAN.fullmatch(lower) and (word[1:] == word[1:].lower() or len(word) < 6):
        return stem(lower.rstrip("."))
    if word[0] == "`":
        return "<code>"
    if word.startswith("-"):
        return "<flag>"
    if word[0].isdigit() or (word[0] == "v" and word[1:2].isdigit()):
        return "<version>" if "." in word else "<number>"
    if word.startswith("#"):
        return "<issue>"
    if word.startswith("http"):
        return "<url>"
    if not word.isascii():
        return word
    return "<path>" if "/" in word else "<name>"


_PATTERNS = (
    ("trouble", words.TROUBLE),
    ("serious", words.SERIOUS),
    ("faster", words.FASTER),
    ("texts", words.TEXTS),
    ("tests", words.TESTS),
    ("amiss", words.AMISS),
    ("typing", words.TYPING),
    ("needless", words.NEEDLESS),
    ("release", words.RELEASE),
    ("dependency", words.DEPENDENCY),
    ("typo", words.TYPO),
    ("format", words.FORMAT),
    ("security", words.SECURITY),
)


def _bucket(number: float) -> int:
    """Return the binary logarithm of a count, at most 10."""
    return min(int(number).bit_length(), 10)


def sentence_features(message: Message) -> Iterator[str]:
    """Yield the tokens of the subject, prefixes left out."""
    text = message.text[:200]
    found = [shape(word) for word in _WORD.findall(text)][:30]
    for at, word in enumerate(found):
        yield f"w {word}"
        if at < 3:
            yield f"{at} {word}"
    for left, right in zip(found, found[1:], strict=False):
        yield f"p {left} {right}"
    if len(found) > 1:
        yield f"01 {found[0]} {found[1]}"
        yield f"-1 {found[-1]}"
    if found:
        yield f"verb {words.VERBS.get(text.split(None, 1)[0].lower(), '-')}"
    yield f"length {min(len(found), 12)}"
    lower = message.lower[:200]
    for name, pattern in _PATTERNS:
        if pattern.search(lower):
            yield f"says {name}"
    if text[:1].isupper():
        yield "capital"


def words_of(message: Message) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the words of prose of a subject, each with the tokens it stands for."""
    for at, word in enumerate(_WORD.findall(message.text[:200])[:30]):
        known = shape(word)
        if known[0] != "<":
            yield word, (f"w {known}", f"{at} {known}")


_HEADING = re.compile(r"^\s*(?:#|<!--|>|\||[-*_=]{3,}|[\w-]+-by:)", re.IGNORECASE)
_PREFIX = re.compile(r"^[\s*+-]*(\w+)(?:\([^)]*\))?!?:")
_PLAIN = re.compile(r"[a-z]{3,15}")


def body_features(body: str) -> Iterator[str]:
    """Yield the plain words of a body's first lines, what its prefixes say left out."""
    kept: list[str] = []
    size = 0
    for line in body[:4000].split("\n"):
        if not line.strip() or _HEADING.match(line):
            continue
        prefix = _PREFIX.match(line)
        if prefix and kind_of_tag(prefix[1]):
            continue
        kept.append(line[:300])
        size += len(line)
        if size > 600:
            break
    text = " ".join(kept).lower()[:700]
    yield f"body {_bucket(len(body) // 16)}"
    for word in dict.fromkeys(stem(word) for word in _PLAIN.findall(text)):
        yield f"y {word}"
    if words.FIXES_ISSUE.search(body):
        yield "fixes issue"
    if words.FIXES_COMMIT.search(body):
        yield "fixes commit"


_STEPS = ((0.999, "all"), (0.8, "most"), (0.5, "half"), (0.2, "some"), (0.0, "few"))


def _share(part: float) -> str:
    return next(name for least, name in _STEPS if part > least)


def file_features(files: Sequence[Touch]) -> Iterator[str]:
    """Yield the tokens of the touched files."""
    if not files:
        yield "no files"
        return
    lines: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    new: Counter[str] = Counter()
    plus = minus = moved = 0
    for kind, status, added, removed, _ in files:
        counts[kind] += 1
        lines[kind] += added + removed + 1
        if kind == "code":
            plus += added
            minus += removed
        if status in "AD":
            new[status + kind] += 1
        moved += status == "R"
    total = lines.total()
    for kind, number in lines.items():
        yield f"has {kind}"
        yield f"share {kind} {_share(number / total)}"
    for key, number in new.items():
        yield f"{key[0]} {key[1:]} {min(number, 3)}"
    if moved:
        yield f"R {_share(moved / len(files))}"
    yield f"files {_bucket(len(files))}"
    yield f"kinds {'+'.join(sorted(counts))}"
    yield f"main {lines.most_common(1)[0][0]}"
    if "code" in counts:
        yield f"code files {_bucket(counts['code'])}"
        yield f"plus {_bucket(plus)}"
        yield f"minus {_bucket(minus)}"
        yield f"balance {round(4 * (plus - minus) / (plus + minus or 1))}"
        yield f"both {_bucket(plus)} {_bucket(minus)}"
    if "test" in counts:
        yield f"tests {_bucket(lines['test'])}"
    seen = set()
    for kind, _, _, _, name in files[:30]:
        tail = name.rpartition(".")[2] if "." in name else ""
        seen.add(f"ext {tail[:12]}")
        if kind != "code" and kind != "test":
            seen.add(f"name {name[:40]}")
    yield from seen


def rule_features(verdict: Verdict) -> Iterator[str]:
    """Yield the tokens of what the rules say of a message without its prefixes."""
    rule, kind = verdict.rule, verdict.change_type
    yield f"rule {rule}"
    yield f"rule {rule} {kind}"
    yield f"rules say {kind} {verdict.confidence >= 0.6}"
    yield f"because {verdict.reason.partition(chr(39))[0][:24]} {kind}"


def tokens(message: Message, files: Sequence[Touch], verdict: Verdict) -> list[str]:
    """Return what the model looks at, each token once.

    Parameters
    ----------
    message : Message
        From `commitlens.message.parse`; prefixes and scope are not looked at.
    files : sequence of (category, status, lines added, lines removed, name)
        The touched files, names in lower case and without folders.
    verdict : Verdict
        What the rules say of `unprefixed` of the message.
    """
    found = dict.fromkeys(sentence_features(message))
    verb = next((token for token in found if token.startswith("verb ")), "verb none")
    touched = list(file_features(files))
    main = next((token for token in touched if token.startswith("main ")), "main none")
    kinds = next((token for token in touched if token.startswith("kinds ")), "")
    found |= dict.fromkeys(touched)
    found |= dict.fromkeys(rule_features(verdict))
    found |= dict.fromkeys(body_features(message.body))
    found[f"x {main} {verb}"] = None
    found[f"x {main} {verdict.change_type}"] = None
    found[f"x {kinds} {verdict.change_type}"] = None
    return list(found)


def said_tokens(
    message: Message, kinds: Iterable[str], verdict: Verdict
) -> Iterator[str]:
    """Yield what the author and the rules say, for a model that may listen.

    Parameters
    ----------
    message : Message
        From `commitlens.message.parse`, prefixes and all.
    kinds : iterable of str
        The categories of the touched files.
    verdict : Verdict
        What the rules say of the whole message.
    """
    tag = message.tags[0] if message.tags else "none"
    code, said = "code" in kinds, verdict.change_type
    # Closing a hole may break users, and is a repair all the same.
    hole = message.security or words.SECURITY.search(message.lower)
    broken = says_breaking(message) and not hole
    yield f"tag {tag}"
    yield f"tag {tag} code {code}"
    yield f"said {verdict.rule} {said}"
    yield f"said {said}"
    if message.tags and not broken and not (code and said == "chore"):
        yield f"prefix {said}"
    elif verdict.rule in ("told", "supposed"):
        yield f"sentence {said}"
    if code and "chore" not in message.tags:
        yield "code and no chore"
    if broken:
        yield "breaking"
        yield f"breaking {tag}"
    if hole:
        yield "security"


def shown_tokens(seen: Interface) -> Iterator[str]:
    """Yield what facts say, most of them of the diff, for a model that may look.

    Parameters
    ----------
    seen : Interface
        The facts of the commit; none yield nothing.
    """
    if seen.only:
        yield f"only {seen.only}"
    for kind, percent in seen.shares.items():
        yield f"{kind} {step(percent)}"
    for kind in seen.names:
        yield f"fact {kind}"


def unprefixed(message: Message) -> Message:
    """Return a message as if its author had used no prefix."""
    return replace(message, tags=(), marks=(), scope=None, security=False)
