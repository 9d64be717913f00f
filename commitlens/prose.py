"""What a commit message says, without what surrounds it.

Bodies carry pull request templates, check lists, sign-offs, logs and quoted
code. What is left here are the author's own sentences, cut where one ends.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from .message import parse

#: Longer bodies are logs; their beginning says what they are about.
_CAP = 20_000

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_TRAILER = re.compile(
    r"\s*(?:[A-Z][\w-]*-(?:by|to|on|in|url|id|bug|issue|pr)\s*:"
    r"|(?:cc|pr|pr-url|refs?|bug|issue|fix(?:es|ed)?|close[sd]?|resolve[sd]?"
    r"|relate[sd](?: to)?|part of|see(?: also)?|link|ticket|jira|change-id|bors"
    r"|ghstack-source-id|differential revision|test plan|reviewers?)"
    r"\s*:?\s*(?:\[?#\d|https?:|[A-Z]{2,10}-\d|\S+@|[0-9a-f]{12}|\S+/\S+#\d))",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"\s*(?:signed-off|co-authored|reviewe(?:d|rs?)|acked|tested|reported|suggested"
    r"|helped|approved|committed|noticed|requested|based-on-patch)-?[\w-]*\s*:|\s*git-svn-id:"
    r"|\s*change-id:|\s*\(cherry picked from|\s*conflicts:|\s*#\s*conflicts",
    re.IGNORECASE,
)
#: Lines that a form had ready, or that hold no sentence.
_FORM = re.compile(
    r"\s*(?:[-*+]\s*\[[ xX]\]|#{1,6}(?:\s|$)|[-=_*~#]{3,}\s*$|>|!\[|\||https?://\S+\s*$"
    r"|\*\*[^*]{1,40}\*\*:?\s*$|(?:summary|description|what|why|motivation|changes"
    r"|overview|purpose|context|details|notes?)\s*:?\s*$|<[^>]{1,200}>\s*$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*https?://\S+\s*$")
_NUMBER = re.compile(r"\s*\(#\d+\)\W*$")
_ENDS = tuple(".!?:;,…。！？：；，")
#: "For owner/name#12." and no more.
_BARE_NUMBER = re.compile(r"\s*(?:for|updates?|see)\s+[\w./-]{0,80}#\d+\.?\s*$", re.I)
_KEY = re.compile(r"[A-Za-z][\w-]{1,40}: \S|\(cherry picked from")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+(?=[^a-z])|(?<=[。！？])")
_LABEL = re.compile(
    r"^(?:summary|description|this (?:pr|patch|commit|change)):\s*", re.I
)


def paragraphs(body: str) -> list[str]:
    """Return the author's paragraphs and list items, each as one line.

    Examples
    --------
    >>> paragraphs("## What\\n\\nIt was\\nslow.\\n\\n- [x] tests\\n- one\\n- two")
    ['It was slow.', '• one', '• two']
    """
    found: list[str] = []
    open_paragraph = fenced = False
    shown = ""  # a line of code that the next words may go on from
    for line in _COMMENT.sub("", _unsigned(body)[:_CAP]).split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            open_paragraph = False
            continue
        indented = line.startswith(("    ", "\t")) and not open_paragraph
        if _ADDRESS.match(line) and found and found[-1][-1:] not in _ENDS:
            found[-1] += " " + line.strip()
        if fenced or indented or not line.strip() or _FORM.match(line):
            open_paragraph = False
            if line.strip():
                shown = "" if fenced or shown or not indented else line.strip()
            continue
        if _SIGNED.match(line) or _TRAILER.match(line) or _BARE_NUMBER.match(line):
            open_paragraph = False
            continue
        bullet = _BULLET.match(line)
        if bullet:
            found.append("• " + line[bullet.end() :].strip())
            open_paragraph = True
        elif open_paragraph:
            found[-1] += " " + line.strip()
        else:
            goes_on = shown and len(shown) < 80 and line[:1].islower()
            found.append(f"{shown} " * bool(goes_on) + _LABEL.sub("", line.strip()))
            open_paragraph = True
        shown = ""
    return [text for text in found if len(text) > 2]


def _unsigned(body: str) -> str:
    """Return a body without a last paragraph that is all trailers."""
    words, _, last = body.rstrip().rpartition("\n\n")
    lines = last.split("\n")
    if (
        len(lines) < 40
        and all(_KEY.match(line) or line.startswith(" ") for line in lines)
        and any("-" in line.partition(":")[0] for line in lines)
    ):
        return words
    return body


def lead(body: str, *, limit: int, items: int = 3, subject: str = "") -> str:
    """Return the beginning of what a body says, cut at the end of a sentence.

    Parameters
    ----------
    body : str
        The message after its subject.
    limit : int
        Characters at the most, unless the first sentence is longer; that is cut
        at a word and marked.
    items : int, default 3
        List items at the most; more are counted.
    subject : str, optional
        Paragraphs, items and a first sentence that only repeat it, with or
        without its prefix, are left out.
    """
    titles = {_bare(_NUMBER.sub("", subject)), _bare(_NUMBER.sub("", _plain(subject)))}
    parts = []
    for text in paragraphs(body):
        first, end, rest = text.partition(". ")
        if _bare(_NUMBER.sub("", first)) in titles or _bare(_plain(first)) in titles:
            text = rest if end else ""
        if text and not {_bare(_NUMBER.sub("", text)), _bare(_plain(text))} & titles:
            parts.append(text)
    groups = [(k, list(g)) for k, g in groupby(parts, key=lambda x: x[:2] == "• ")]
    if groups and (not groups[0][0] or (len(groups) > 1 and len(parts[0]) > limit)):
        said: list[str] = []
        for is_list, some in groups:
            if not is_list:
                said += some
            elif said and said[-1][-1:] in (":", "："):
                said[-1] += f" {_listed(some, limit, items)}."
        # What a colon announced was code, or a list, which is not shown.
        said = [re.sub(r"[:：]$", " …", text) for text in said]
        return shorten(" ".join([*map(_ended, said[:-1]), said[-1]]), limit)
    return _listed(parts, limit, items)


def whole(title: str, body: str, *, limit: int) -> str:
    """Return the paragraph that starts with a title, the title if none does."""
    first = next(iter(paragraphs(body)), "")
    goes_on = bool(_bare(title)) and _bare(first).startswith(_bare(title))
    return shorten(first, limit) if goes_on else title


def _ended(text: str) -> str:
    """Return a paragraph with a mark at its end."""
    return text if text[-1:] in _ENDS else text + "."


def _listed(parts: list[str], limit: int, items: int) -> str:
    bullets = [text[2:].rstrip(".;: ") for text in parts if text.startswith("• ")]
    said = [shorten(text, limit // items) for text in bullets[:items]]
    more = len(bullets) - len(said)
    return "; ".join(said) + (f"; … (+{more})" if more > 0 else "")


def _plain(text: str) -> str:
    """Return a title without its prefixes and its number."""
    return _NUMBER.sub("", parse(text.removeprefix("• ")).text)


def _bare(text: str) -> str:
    """Return the letters and digits of a text, to compare it with another."""
    return "".join(filter(str.isalnum, text)).lower()


def shorten(text: str, limit: int) -> str:
    """Return a text cut at the end of a sentence, else at a word and marked."""
    if len(text) <= limit:
        return text
    ends = [found.start() for found in _SENTENCE.finditer(text[: limit + 1])]
    if ends:
        return text[: ends[-1]].rstrip()
    end = text.find(" ", limit * 2 // 3, limit)
    spaces = [end]
    while end >= 0:
        spaces.append(end)
        end = text.find(" ", end + 1, limit)
    return text[: max(max(spaces), limit * 2 // 3)].rstrip(" ,;:") + " …"


def sentences(body: str) -> list[str]:
    """Return the sentences of a body, list items among them."""
    found = []
    for text in paragraphs(body):
        plain = text.removeprefix("• ")
        marks = [0, *(m.end() for m in _SENTENCE.finditer(plain)), len(plain)]
        found += [plain[a:b].strip() for a, b in pairwise(marks)]
    return [text for text in found if text]
