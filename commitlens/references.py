"""Facts that a message states: what it reverts, fixes, picks, belongs to.

A number in a message is not always an issue of this project: automations quote
the release notes of others, and quoted messages speak of other commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Fact = tuple[str, str | None, str | None, str | None, str | None]

_BODY = 20_000
_MOST = 40

_SHA = r"(?<![0-9a-zA-Z])([0-9a-f]{7,40})(?![0-9a-zA-Z])"
_REPO = r"[A-Za-z0-9][\w.-]{0,60}/[\w.-]{1,80}"
_JIRA = (
    r"\b(?!(?:UTF|SHA|CVE|ISO|RFC|PEP|AES|MD|GPT|HTTP|RSA|X|TLS|SSL|IEEE|CWE|GHSA"
    r"|BASE|INT|FP|BF|UINT|FLOAT|WPA|USB|MIT|GPL|LGPL|AGPL|BSD|ASCII|LATIN|TOP|GB)-)"
    r"[A-Z][A-Z0-9]{1,9}-\d{1,6}\b(?![-.\w])"
)
_URL = (
    rf"https?://[\w.-]{{1,60}}/{_REPO}/(?:-/)?(?:issues|pull|merge_requests)/\d{{1,8}}"
)
_ONE = rf"(?:{_URL}|(?:{_REPO}|(?<![&\w]))#\d{{1,7}}\b|(?<!\w)GH-\d{{1,7}}\b|{_JIRA})"
_REFERENCE = re.compile(rf"(?<![\w&/#.=-]){_ONE}|{_URL}")
_CLOSING = re.compile(
    r"\b(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?))"
    r"(?:\s{0,2}:\s{0,2}|\s{1,2})(?:(?:the\s)?(?:issue|bug|ticket)s?:?\s)?"
    rf"(?P<list>\(?{_ONE}\)?(?:\s{{0,2}}(?:,|&|,?\s?and)\s{{0,2}}{_ONE}){{0,20}})",
    re.IGNORECASE,
)
#: The two words before: a search for them first would try every word of a body.
_BEFORE = re.compile(r"(?:\S{1,20}\s{1,2}){0,2}\Z")
_NOT = re.compile(
    r"\b(?:not|never|partial(?:ly)?|partly|n't|cannot|to|half)\b|n't\s", re.I
)
_ORDINAL = re.compile(
    r"\b(?:step|item|case|option|part|test|patch|method|line|rule|point|phase|number"
    r"|attempt|approach|argument|parameter|problem|reason|example|draft|try|commit"
    r"|priority|take|chapter|section|note|day|week|version)s?\s{1,3}#\d+",
    re.IGNORECASE,
)

_REVERT_SUBJECT = re.compile(
    r"(?:\[[^\]]{1,40}\]\s*|[\w/-]{1,30}(?:\([^)]{0,40}\))?!?:\s*){0,3}"
    r"(?:revert(?:s|ed|ing)?|back(?:s|ed)? ?out)\b[:\s]\s*(?P<what>.*)",
    re.IGNORECASE,
)
_REVERT_TYPE = re.compile(r"revert(?:\([^)]{0,60}\))?!?:\s*(?P<what>.*)", re.IGNORECASE)
#: A whole subject, not a sentence: "revert: fix(api): ..." or "revert: ... (#12)".
#: In a project with a command of that name, "revert: ..." is about the command.
_WHOLE_SUBJECT = re.compile(r"\w+(?:\([^)]{0,60}\))?!?: |.*\(#\d+\)")
_THIS_REVERTS = re.compile(
    r"(?:^\s{0,3}this\s(?:commit\s|patch\s|change\s)?"
    r"|\A\s{0,9}|\n[ \t]{0,20}\n[ \t]{0,20})"
    r"(?:reverts?|reverting|backs? out)\s(?:commits?|revisions?)?\s?"
    rf"(?P<shas>{_SHA}(?:[^\n]{{0,10}}{_SHA}){{0,20}})",
    re.IGNORECASE | re.MULTILINE,
)
_DATE = re.compile(r",? \(?\d{4}-\d\d-\d\d$")
_ANY_SHA = re.compile(_SHA)
_FIXES_COMMIT = re.compile(
    rf"^fixes:?\s{{0,3}}(?:commit\s)?{_SHA}(?:\s{{0,3}}\(\s?[\"“'`]?(?P<subject>[^\n]{{1,300}}))?",
    re.IGNORECASE | re.MULTILINE,
)
_PICKED = re.compile(
    rf"\((?:cherry[- ]picked|backported) from (?:commit )?{_SHA}", re.IGNORECASE
)
_SUFFIX = re.compile(r"\((?:PR )?((?:#|!|gh-)\d{1,7})\)\s*$", re.IGNORECASE)
_MERGE = re.compile(
    r"(?:Merge(?:d)? (?:pull request|PR)|Auto merge of|Rollup merge of)\s"
    r"(?:in )?#?(\d{1,7})\b",
    re.IGNORECASE,
)
_SEE_MERGE = re.compile(r"^See merge request (?:\S{1,100})?(!\d{1,7})\b", re.MULTILINE)
_ROLLED_UP = re.compile(r"^ ?[-*] #(\d{1,7}) \(", re.MULTILINE)
_REVIEW = re.compile(
    r"^(?:PR-URL|Reviewed-on|Pull-Request|PR|Pull Request resolved|Closes-PR"
    r"|GitHub-Pull-Request):\s{0,3}(?:https?://\S{1,200}?/|#)(\d{1,8})/?\s*$",
    re.IGNORECASE | re.MULTILINE,
)

#: From here on an automation quotes somebody else's words.
_QUOTES_OTHERS = re.compile(
    r"^(?:<details>|<summary>|#{1,4} Release Notes|Release notes$|#{0,4} ?Changelog$"
    r"|Sourced from |Commits$|Bumps? (?:the |\[)|Updates `)",
    re.IGNORECASE | re.MULTILINE,
)
_ITEM = re.compile(r"^[ \t]*(\d{1,2})[.)][ \t]", re.MULTILINE)
#: What a form asked for, and nobody filled in.
_HIDDEN = re.compile(r"<!--[^>]{0,2000}-->")
#: Fenced code, quoted and indented lines: not said by this commit.
_FENCE = re.compile(
    r"^\s{0,3}```[^\n]*\n(?:(?!\s{0,3}```)[^\n]*\n?)*(?:\s{0,3}```)?", re.M
)
_QUOTED_LINE = re.compile(r"^(?:>| {4}(?! *[-*] )|\t)[^\n]*$", re.MULTILINE)
#: What a link shows may be short for what it leads to.
_LINK = re.compile(r"\[[^\[\]\n]{0,100}\]\((https?://[^\s()]{1,300})\)")
_QUOTED = re.compile(r"[\"“][^\"“”\n]{0,400}[\"”]")
_CODE = re.compile(r"`[^`\n]{1,200}`")


def from_message(
    subject: str,
    body: str = "",
    trailers: Iterable[tuple[str, str]] = (),
    *,
    repo: str = "",
    author: str = "",
    is_bot: bool = False,
) -> list[Fact]:
    """Read the facts that a message states.

    Parameters
    ----------
    subject, body : str
        As in the commits frame.
    trailers : iterable of (key, value)
        As git recognises them at the end of `body`.
    repo : str
        ``owner/name``: its own issues are named ``#12``.
    author : str
        Is not a co-author of their own commit.
    is_bot : bool, default False
        An automation wrote it: its body quotes others.

    Returns
    -------
    list of (kind, name, old, new, path)
        `old` and `path` are None.

    Examples
    --------
    >>> from_message("fix: no crash on empty input (#12)", "Fixes #7")
    [('pull_request', '#12', ...), ('fixes_issue', '#7', ...)]
    """
    subject = (subject or "")[:1000]
    body = (body or "").replace("\r\n", "\n")
    if len(body) > _BODY:
        body = body[: _BODY // 2] + "\n" + body[-_BODY // 2 :]
    body = _HIDDEN.sub("", body)
    others = _QUOTES_OTHERS.search(body)
    said = "" if is_bot else body[: others.start()] if others else body
    rows: list[Fact] = list(_commits(subject, said))
    pulls = dict.fromkeys(_pulls(subject, said))
    rows += [("pull_request", name, None, None, None) for name in pulls]
    plain = _plain(subject, said)
    # "Fix #1 by ..." after a numbered list speaks of the list.
    items = {f"#{number}" for number in _ITEM.findall(said)}
    closed = dict.fromkeys(
        _named(found, repo)
        for match in _CLOSING.finditer(plain)
        if not _NOT.search(_before(plain, match.start()))
        for found in _REFERENCE.findall(match["list"].replace("(", " "))
        if found not in items
    )
    others_named = dict.fromkeys(
        _named(found, repo)
        for found in _REFERENCE.findall(_ORDINAL.sub(" ", plain))
        if found not in items
    )
    rows += [
        ("fixes_issue", name, None, None, None)
        for name in list(closed)[:_MOST]
        if name not in pulls
    ]
    rows += [
        ("issue", name, None, None, None)
        for name in list(others_named)[:_MOST]
        if name not in pulls and name not in closed
    ]
    rows += _co_authors(trailers, author)
    return rows


def _before(text: str, at: int) -> str:
    if text[at].isupper() and text[at - 1 : at] in ("", "\n"):
        return ""  # a sentence begins
    found = _BEFORE.search(text, max(0, at - 44), at)
    return found[0] if found else ""


def _plain(subject: str, said: str) -> str:
    """Return what the message says in its own words."""
    said = _QUOTED_LINE.sub("", _FENCE.sub("", _REVIEW.sub("", said)))
    text = f"{subject}\n{said}" if said else subject
    text = _LINK.sub(r"\1", text)
    if _revert(subject):
        text = _QUOTED.sub(" ", text)
    return _CODE.sub(" ", text)


def _revert(subject: str) -> str | None:
    match = _REVERT_TYPE.match(subject) or _REVERT_SUBJECT.match(subject)
    return match["what"].strip() if match else None


def _commits(subject: str, said: str) -> Iterator[Fact]:
    """Yield the facts about other commits."""
    what = _revert(subject)
    # A squashed branch lists what was reverted on the way to its end.
    direct = what is not None or not re.search(r"^\s{0,3}[*-] ", said, re.MULTILINE)
    shas: dict[str, None] = {}
    if direct:
        for match in _THIS_REVERTS.finditer(said):
            shas |= dict.fromkeys(_ANY_SHA.findall(match["shas"]))
    if what is not None and not shas:
        shas = dict.fromkeys(s for s in _ANY_SHA.findall(what) if not s.isdigit())
    reverted = _unquoted(what) if what else None
    for sha in shas:
        only = reverted if len(shas) == 1 and reverted != sha else None
        yield "reverts", sha, None, only, None
    typed = _REVERT_TYPE.match(subject) and _WHOLE_SUBJECT.match(what or "")
    if what and not shas and (_QUOTED.match(what) or typed):
        yield "reverts", None, None, reverted, None
    for match in _FIXES_COMMIT.finditer(said):
        if not match[1].isdigit():
            title = (match["subject"] or "").rstrip().rstrip(")").rstrip("\"”'`")
            title = _DATE.sub("", title).rstrip("\"”'`")
            yield "fixes_commit", match[1], None, title or None, None
    for sha in dict.fromkeys(_PICKED.findall(said)):
        yield "cherry_picked_from", sha, None, None, None


def _unquoted(what: str) -> str:
    what = _SUFFIX.sub("", what).strip()
    if what[:1] in '"“' and what[-1:] in '"”' and len(what) > 2:
        return what[1:-1]
    if match := _QUOTED.match(what):
        return match[0][1:-1]
    match = _ANY_SHA.match(what)
    return match[1] if match else what


def _pulls(subject: str, said: str) -> Iterator[str]:
    if match := _SUFFIX.search(subject):
        yield match[1].lower().replace("gh-", "#")
    if match := _MERGE.match(subject):
        yield f"#{match[1]}"
    yield from (f"#{number}" for number in _REVIEW.findall(said))
    yield from _SEE_MERGE.findall(said)
    if (
        subject.startswith(("Rollup", "Auto merge", "Merge"))
        and "uccessful merges" in said
    ):
        yield from (f"#{number}" for number in _ROLLED_UP.findall(said))


def _named(found: str, repo: str) -> str:
    """Return a reference as ``#12``, ``owner/repo#12`` or ``PROJ-123``."""
    if "://" in found:
        host, _, path = found.partition("://")[2].partition("/")
        steps = [step for step in path.split("/") if step != "-"]
        found = f"{'/'.join(steps[:-2])}#{steps[-1]}"
    if found.upper().startswith("GH-"):
        return f"#{found[3:]}"
    owner, mark, number = found.partition("#")
    if mark and repo and owner.lower() == repo.lower():
        return f"#{number}"
    return found


def _co_authors(trailers: Iterable[tuple[str, str]], author: str) -> list[Fact]:
    names = dict.fromkeys(
        value.partition("<")[0].strip()
        for key, value in trailers
        if key.lower() == "co-authored-by"
    )
    return [
        ("co_author", name, None, None, None)
        for name in list(names)[:_MOST]
        if name and name != author
    ]
