"""A commit's message taken apart: prefix, scope, and the sentence that is left.

Projects mark their commits in many ways (``feat(api)!:``, ``[Bugfix][Core]``,
``net/http: fix``, an emoji, nothing); what comes after them is the same
everywhere. Every pattern here is linear in its input, and input is cut first:
messages are written by strangers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .vocabulary import (
    BREAKING_EMOJI,
    BREAKING_TAGS,
    EMOJI,
    NOISE,
    SECURITY_EMOJI,
    TAGS,
    VERBS,
)

_SUBJECT_CAP = 400
_BODY_CAP = 20_000


@dataclass(frozen=True, slots=True)
class Message:
    """What the author wrote, in parts.

    Attributes
    ----------
    tags : tuple of str
        Kinds of change that prefixes name, in order (values of `TAGS`).
    marks : tuple of str
        The same prefixes as written, for reasons.
    scope : str or None
        What the author says it is about.
    text : str
        The sentence without prefixes, as written.
    lower : str
        `text` in lower case.
    bang : bool
        A prefix calls the change breaking.
    security : bool
        A prefix calls it a matter of security.
    reverts : int
        How many times ``Revert`` is said: 1 takes back, 2 puts back.
    merge : str or None
        For a merge of one's own work, what was merged; "" if it does not say.
    body : str
        The rest of the message, cut.
    """

    tags: tuple[str, ...]
    marks: tuple[str, ...]
    scope: str | None
    text: str
    lower: str
    bang: bool
    security: bool
    reverts: int
    merge: str | None
    body: str


_HEADER = re.compile(
    r"""
    (?P<type>[^\W\d_][\w/ .+-]{0,30}?)      # feat, Bug fix, CI/Build
    (?P<early>!?)\s{0,2}                     # feat!(scope): is written, too
    (?:\(\s*(?P<scope>[^()\n]{0,60})\)|\[[\w/ .]{1,12}\])?  # (scope), [1/n]
    (?P<bang>!?)\s{0,2}[:：]\s{0,3}
    """,
    re.VERBOSE,
)
_BRACKET = re.compile(
    r"[\[【]\s{0,3}(?P<tag>[^\[\]【】\n]{1,60})[\]】]!?\s{0,3}[:：-]?\s{0,3}"
)
_PAREN = re.compile(r"\((?P<tag>[^()\n]{1,40})\)!?\s{0,3}[:：]?\s{0,3}")
_PLACE = re.compile(
    r"(?P<place>[^\s:\[\](){}'\"`!?][^:\n'\"`!?]{0,60}?)!?:(?P<space>\s{1,3}|(?=\w))"
)
_CODE_EMOJI = re.compile(r":[a-z_]{2,40}:")
_LEADING = re.compile(
    r"(?:(?:fixup|squash|amend)!\s*|\[?(?:PATCH|RFC)(?:[ /v\d]{0,12})\]\s*"
    r"|\[?(?!(?:CVE|SHA|UTF|ISO|RFC|PEP|AES|GO|X)-)[A-Z][A-Z0-9]{1,9}-\d{1,7}\]?[:\s]\s*|\(?\#\d{1,7}\)?[:\s-]\s*"
    r"|\[(?:\d{1,3}/\w{1,3}|v?\d[\d.x]{0,8}|backport[^\]\n]{0,20})\]\s*"
    r"|(?:backport|cherry[- ]?pick)(?:\s+of)?:\s*)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:\s*\((?:#|gh-|!)?\d{1,8}\)|\s+#\d{1,8})+$", re.IGNORECASE)
_REVERT = re.compile(
    r"\s*(?:partial(?:ly)?\s+)?(?P<word>revert(?:ed|s|ing)?|reapply|reland)\b[:,\s]\s*",
    re.I,
)
_PLAIN = re.compile(r"[\W_]+")

_PULL = re.compile(r"Merge (?:pull request|PR|MR|merge request)\s+[#!]?\S{1,20}", re.I)
_BORS = re.compile(r"(?:Auto merge of|Merge|Rollup merge of) #\d{1,8}(?:\s+-\s+|\b)")
_BRANCH = re.compile(
    r"Merge(?:d)?\s+(?:remote-tracking |tag |in )?(?:branch(?:es)?|tag|commit)?\s*"
    r"['\"`]?(?P<name>[^'\"`\s]{1,100})"
)
_BRANCH_KIND = re.compile(r"(?:^|/)([a-z]{2,12})[/_-]")


def kind_of_tag(tag: str) -> str | None:
    """Return the kind of change that a prefix names, if it names one.

    >>> kind_of_tag("Bug fix"), kind_of_tag("Core")
    ('fix', None)
    """
    return TAGS.get(_PLAIN.sub("", tag.lower()))


def parse(subject: str, body: str = "", *, is_merge: bool = False) -> Message:
    """Take a message apart.

    Parameters
    ----------
    subject, body : str
        As in the commits frame.
    is_merge : bool, default False
        Whether the commit has several parents.

    Examples
    --------
    >>> message = parse("feat(api)!: drop v1 (#12)")
    >>> message.tags, message.scope, message.bang, message.text
    (('feat',), 'api', True, 'drop v1')
    """
    subject = (subject or "")[:_SUBJECT_CAP].strip()
    body = _cut(body or "")
    merge = _merged(subject, body) if is_merge or _BORS.match(subject) else None
    if merge:
        subject = merge[:_SUBJECT_CAP].strip()
    subject = _TRAILING.sub("", subject)
    reverts, subject = _unwrap(subject)
    message = _prefixes(subject, body, reverts=reverts, merge=merge)
    if not reverts and _REVERT.match(message.text):  # "fix: revert ..."
        reverts, text = _unwrap(message.text)
        return replace(message, reverts=reverts, text=text, lower=text.lower())
    return message


def _cut(body: str) -> str:
    if len(body) <= _BODY_CAP:
        return body
    return body[: _BODY_CAP // 2] + "\n" + body[-_BODY_CAP // 2 :]


def _merged(subject: str, body: str) -> str | None:
    """Return the title of what a merge brings, "" if it names none."""
    first = next((line.strip() for line in body.split("\n", 40) if line.strip()), "")
    if _PULL.match(subject) or _BORS.match(subject):
        return first
    if branch := _BRANCH.match(subject):
        # git's own projects describe a topic under its merge; others say nothing.
        kind = _BRANCH_KIND.search(branch["name"].lower())
        named = kind_of_tag(kind[1]) if kind else None
        if first and not first.startswith(("*", "#", "Conflicts", "Signed-off-by")):
            return first
        return f"{named}: {branch['name']}" if named else ""
    return "" if subject.lower().startswith("merge") else None


def _unwrap(subject: str) -> tuple[int, str]:
    """Count the reverts around a subject, and return what is inside."""
    count = 0
    while (found := _REVERT.match(subject)) and count < 8:
        inner = subject[found.end() :]
        quoted = inner[:1] in ('"', "'", "`", "“")
        if not quoted and not (count == 0 and found["word"].lower() == "revert"):
            break
        count += 1 if found["word"].lower().startswith("revert") else 2
        subject = inner.strip("\"'`“” ") if quoted else inner
        if not quoted:
            break
    return count, subject


def _prefixes(subject: str, body: str, *, reverts: int, merge: str | None) -> Message:
    tags: list[str] = []
    marks: list[str] = []
    scopes: list[str] = []
    bang = security = False

    def take(tag: str, *, bracket: bool = False) -> bool:
        """Note a prefix; say whether it named a kind of change."""
        nonlocal bang, security
        tag = re.sub(r"\[[^\]]*\]$", "", tag.strip())
        plain = _PLAIN.sub("", tag.lower())
        bang |= bracket and plain in BREAKING_TAGS
        security |= plain in ("security", "sec")
        kind = TAGS.get(plain)
        if kind is None and ("/" in tag or "," in tag or "+" in tag):
            # CI/Build, Fix,Docs: the first part that names a kind
            kind = next(filter(None, map(kind_of_tag, re.split(r"[/,+]", tag))), None)
        if kind:
            tags.append(kind)
            marks.append(tag[:30])
        return kind is not None

    text = subject
    for _ in range(8):
        before = text
        text = _LEADING.sub("", text, count=1) if _LEADING.match(text) else text
        if (emoji := _emoji(text)) is not None:
            if emoji in EMOJI:
                tags.append(EMOJI[emoji])
                marks.append(emoji)
            bang |= emoji in BREAKING_EMOJI
            security |= emoji in SECURITY_EMOJI
            text = text[len(emoji) :].lstrip("\ufe0f\u200d ")
        elif (found := _BRACKET.match(text)) or (found := _PAREN.match(text)):
            tag = found["tag"]
            bang |= "!" in found[0][-4:]
            if not take(tag, bracket=True) and not _says_nothing(tag):
                scopes.append(tag.strip())
            text = text[found.end() :]
        elif (found := _HEADER.match(text)) and take(found["type"]):
            if found["scope"] and found["scope"].strip():
                scopes.append(found["scope"].strip())
            bang |= bool(found["bang"] or found["early"])
            text = text[found.end() :]
        elif found := _place(text):
            bang |= "!:" in found[0]
            named = found["place"].strip()
            if "(" in named and (inner := re.match(r"(.+?)\(([^()]+)\)$", named)):
                bang |= _PLAIN.sub("", inner[1].lower()) in BREAKING_TAGS
                named = inner[2] if _says_nothing(inner[1]) else inner[1]
            # "docs/guide:" and "ci: x:" start with the name of a kind
            take(re.split(r"[/. -]", named)[0])
            bang |= named.lower() in ("breaking", "breaking change")
            if not _says_nothing(named) and kind_of_tag(named) is None:
                scopes.append(named)
            text = text[found.end() :]
        if text == before or not text:
            break
    text = text.strip()
    return Message(
        tags=tuple(tags),
        marks=tuple(marks),
        scope=", ".join(dict.fromkeys(scopes))[:120] or None,
        text=text,
        lower=text.lower(),
        bang=bang,
        security=security,
        reverts=reverts,
        merge=merge,
        body=body,
    )


def _says_nothing(tag: str) -> bool:
    plain = _PLAIN.sub("", tag.lower())
    return not plain or plain in NOISE or plain.isdigit() or plain in BREAKING_TAGS


def _emoji(text: str) -> str | None:
    """Return the emoji that a text starts with, in its plain form."""
    if not text or text[0].isalnum() or text[0] in "[(\"'`":
        return None
    if found := _CODE_EMOJI.match(text):
        return found[0]
    # Symbols and pictographs; arrows and punctuation of ordinary text are not.
    return text[0] if text[0] in EMOJI or ord(text[0]) >= 0x1F300 else None


def _place(text: str) -> re.Match[str] | None:
    """Match the ``net/http:`` or ``git add -p:`` that a sentence starts with."""
    found = _PLACE.match(text)
    if not found:
        return None
    place = found["place"]
    words = place.split()
    if len(words) > 3 or (len(words) > 1 and words[0].lower() in VERBS):
        return None  # "fix crash: ..." is a sentence, not a place
    if not found["space"] and (len(words) > 1 or "/" in text[found.end() :][:1]):
        return None
    return found
