"""Text that a commit or a model wrote, made inert inside Markdown.

What other people wrote must show as they wrote it and do nothing: on GitHub, in
JupyterLab and in what nbconvert makes. Three devices are enough. Characters that
mean something to Markdown or HTML become entities or get a backslash. Where a
reader makes links out of plain text (mentions, issue numbers, addresses), an
empty comment parts the text, which shows nothing and leaves the rest to be found
by a search. ``$`` and the backslash go into a ``<span>``, because MathJax reads
the finished page, where entities are gone, but never across an element.
"""

from __future__ import annotations

import re

#: Ends of lines, as any program may have written them.
_NEWLINE = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: Spaces of every width.
_SPACE = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Hyphens that look like ``-`` and are not found by a search for it.
_HYPHEN = re.compile("[\u2010\u2011]")
#: Half a character: it cannot be written as UTF-8.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Characters that show nothing: control characters, zero-width and filling ones,
#: marks that turn the direction of text, variation selectors, the tags block.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: Two more show nothing, but make one picture of several: kept only for that.
_PICTURE = "[\xa9\xae\u203c-\u3299\U0001f000-\U0001faff]\ufe0f?"
_JOINER = re.compile(
    f"({_PICTURE}(?:\u200d{_PICTURE})*|[0-9#*]\ufe0f\u20e3)|[\u200d\ufe0f]"
)

#: Parts text for whoever makes links of it, and shows nothing.
_BREAK = "{}<!-- -->"

#: What is rewritten, and as what; the first that matches at a place wins.
_RULES: tuple[tuple[str, str], ...] = (
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    (r"\|", "&#124;"),
    (r"\$", "<span>&#36;</span>"),
    (r"\\", "<span>&#92;</span>"),
    (r"[*\[\]~`]", r"\{}"),
    # Inside a word an underscore is only an underscore.
    (r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\{}"),
    # Issue numbers; mentions and mail addresses; addresses of the web.
    (r"#(?=\d)", _BREAK),
    (r"\b[Gg][Hh]-(?=\d)", _BREAK),
    (r"@(?=[\w.-])", _BREAK),
    (r":(?=//)", _BREAK),
    (r"\b[Ww]{3}(?=\.)", _BREAK),
    # A heading's start and its closing hashes; lists, rules, underlines.
    (r"(?<!\S)#|#$", r"\{}"),
    (r"^[-+=]", r"\{}"),
    (r"^\d+(?=[.)](?:\s|$))", r"{}" "\\"),
)
_SPECIAL = re.compile("|".join(f"({pattern})" for pattern, _ in _RULES))

# What a code span between single backticks shows as it is, tables included.
_PLAIN_CODE = re.compile(r"[^`|\s\\$](?:[^`|\n\\$]*[^`|\s\\$])?")


def clean(text: str) -> str:
    """Return the visible text: invisible characters removed, lines kept.

    Every kind of line end becomes ``\\n``, every kind of space a space, and
    hyphens that only look like ``-`` become one.

    Examples
    --------
    >>> clean("non\\u2011breaking\\u200b")
    'non-breaking'
    """
    text = _NEWLINE.sub("\n", text)
    text = _INVISIBLE.sub("", _SPACE.sub(" ", text))
    text = _JOINER.sub(lambda match: match[1] or "", text)
    return _SURROGATE.sub("\ufffd", _HYPHEN.sub("-", text))


def escape(text: str) -> str:
    """Return `text` as one line of Markdown that shows it and does nothing.

    It may stand in a paragraph, heading, list item, table cell or link text,
    also first in its line. Runs of white space become one space.

    Parameters
    ----------
    text : str
        Anything.

    Examples
    --------
    >>> escape("<b> | *x* @octocat #12")
    '&lt;b&gt; &#124; \\\\*x\\\\* @<!-- -->octocat #<!-- -->12'
    """
    return _SPECIAL.sub(_rewrite, " ".join(clean(text).split()))


def label(text: str) -> str:
    """Return `text` as :func:`escape` does, for the text of a link.

    Nobody makes links out of what stands in one, so nothing has to be parted.
    """
    return escape(text).replace(_BREAK.format(""), "")


def _rewrite(match: re.Match[str]) -> str:
    return _RULES[(match.lastindex or 1) - 1][1].format(match[0])


def cell(text: str) -> str:
    """Return `text` for a table cell, its lines parted by ``<br>``.

    Empty lines are dropped.
    """
    return "<br>".join(filter(None, map(escape, clean(text).split("\n"))))


def code(text: str) -> str:
    """Return `text` as code, in a form that also holds in a table cell.

    Text that a code span would change (backticks, pipes, outer spaces) or that
    MathJax might read is escaped inside of ``<code>`` instead.

    Examples
    --------
    >>> code("a.py"), code("a|b")
    ('`a.py`', '<code>a&#124;b</code>')
    """
    text = " ".join(clean(text).split())
    if not text:
        return ""
    return (
        f"`{text}`" if _PLAIN_CODE.fullmatch(text) else f"<code>{escape(text)}</code>"
    )


def link(shown: str, url: str) -> str:
    """Return a link; `shown` is Markdown already, `url` one that we made.

    Characters that could end the address are percent-encoded.
    """
    from urllib.parse import quote

    return f"[{shown}]({quote(url, safe=':/#?&=%@+,;~._-')})"


def html(markdown: str) -> str:
    """Return Markdown of ours as HTML, tables included.

    HTML inside of it is ours too: that of commits was escaped on its way in.
    """
    from markdown_it import MarkdownIt

    engine = MarkdownIt("commonmark", {"html": True}).enable("table")
    return str(engine.render(markdown))
