"""One commit as the explorer shows it: what there is to say of it, and its diff.

Everything is plain data. A browser puts it on the page as text, never as markup,
so what a commit wrote shows and does nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .diffs import FileDiff, read_patch
from .markdown import clean
from .sections import FIELDS, REASONS, page_url
from .statements import render
from .wording import load_words

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

#: Commits before one that say what is usual for it, as in `load_history`.
LEAD = 500
#: Commits on both sides that one is held against: what touches the same files,
#: what follows it up.
NEAR = 40
#: Of a diff: bytes read, lines shown, characters of a line, and how many of a
#: hunk are coloured (a lexer may take long over what nobody reads).
BYTES, LINES, WIDTH, COLOURED = 400_000, 1200, 400, 20_000
#: Characters of a message.
MESSAGE = 6000

#: Facts by which a later commit speaks of an earlier one.
_BACK = ("reverts", "fixes_commit", "cherry_picked_from")

# What shows nothing, or turns the text around it: named, so that it is seen.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)

#: A letter for each kind of token that has a colour; the first that fits.
_KINDS = (
    ("Comment", "c"),
    ("Keyword", "k"),
    ("Literal.String", "s"),
    ("Literal.Number", "n"),
    ("Name.Function", "d"),
    ("Name.Class", "d"),
    ("Name.Decorator", "d"),
    ("Name.Tag", "d"),
    ("Name.Builtin", "b"),
    ("Name.Attribute", "b"),
)


def commit_detail(history: History, row: int, *, tz: dt.tzinfo) -> dict[str, Any]:
    """Return what there is to show of a commit.

    Parameters
    ----------
    history : History
        With the commit and what landed around it; scored, or else this commit is
        scored here.
    row : int
        Its row in ``history.commits``.
    tz : datetime.tzinfo
        The zone of the times shown.

    Returns
    -------
    dict
        ``repo``, ``sha``, ``url``, ``subject``, ``message``, ``author``, ``landed``,
        ``type``, ``tier``, ``score``, ``reasons``, ``fields`` (pairs of a title and
        sentences), ``files`` (see `diff_files`) and ``note``, which says what the
        diff is of, or why there is none.
    """
    from .analysis import analyse

    part = around(history, row)
    sha = history.commits["sha"].iloc[row]
    record = part.commits[part.commits["sha"] == sha].to_dict("records")[0]
    words = load_words("en")
    said: dict[str, list[str]] = {}
    for one in next(a for a in analyse(part) if a.sha == sha).statements:
        said.setdefault(one.field, []).append(clean(render(one)))
    repository = history.repositories.get(record["repo"])
    files, note = _diff(history, record)
    landed = record["landed_at"].to_pydatetime().astimezone(tz)
    return {
        "repo": clean(record["repo"]),
        "sha": sha,
        "url": page_url(repository.web_url if repository else None, sha),
        "subject": clean(_string(record["subject"])),
        "message": _shown(_string(record["body"]).strip()[:MESSAGE]),
        "author": clean(_string(record["author_name"])),
        "landed": f"{landed:%Y-%m-%d %H:%M}",
        "type": record["change_type"],
        "tier": record["importance"],
        "score": round(float(record["importance_score"]), 1),
        "reasons": [clean(one) for one in record["importance_reasons"][:REASONS]],
        "fields": [
            [str(words["fields"][name]), said[name]] for name in FIELDS if name in said
        ],
        "files": files,
        "note": note,
    }


def around(history: History, row: int) -> History:
    """Return a scored history of a commit and its neighbours, and their lead.

    Commits of the same repository that landed shortly before and after it are
    there, and later ones that revert, repair or copy it.
    """
    from .history import History
    from .scoring import score

    commits = history.commits
    own = (commits["repo"] == commits["repo"].iloc[row]).to_numpy().nonzero()[0]
    at = int(own.searchsorted(row))
    first = max(0, at - NEAR)
    later = commits["sha"].isin(_later(history, row)).to_numpy()[own]
    near = {*own[first : at + NEAR + 1].tolist(), *own[later].tolist()}
    inside = commits.iloc[sorted(near)]
    before = commits.iloc[own[max(0, first - LEAD) : first]]

    def only(frame: pd.DataFrame, shas: pd.Series) -> pd.DataFrame:
        return frame[frame["sha"].isin(shas)].reset_index(drop=True)

    files = only(history.files, before["sha"])
    if history.lead is not None and len(before) < LEAD:
        import pandas as pd

        lead = history.lead.commits
        lead = lead[lead["repo"].isin(inside["repo"])].tail(LEAD - len(before))
        common = [name for name in lead if name in before]
        before = pd.concat([lead[common], before[common]])
        files = pd.concat([only(history.lead.files, lead["sha"]), files])
    part = history.replace(
        commits=inside.reset_index(drop=True),
        files=only(history.files, inside["sha"]),
        facts=None if history.facts is None else only(history.facts, inside["sha"]),
        lead=History(
            commits=before.reset_index(drop=True),
            files=files.reset_index(drop=True),
        ),
    )
    done = part.facts is not None and "importance" in commits
    return part if done else score(part)


def _later(history: History, row: int) -> list[str]:
    """Return which commits speak of one by its name or its subject."""
    facts = history.facts
    if facts is None:
        return []
    sha, subject = (history.commits[name].iloc[row] for name in ("sha", "subject"))
    back = facts[facts["kind"].isin(_BACK)]
    named = [
        _string(name) and sha.startswith(name) or (not _string(name) and new == subject)
        for name, new in zip(back["name"], back["new"], strict=True)
    ]
    return list(back["sha"][named])


def _diff(history: History, record: dict[str, Any]) -> tuple[list[dict], str]:
    """Return the files of a commit's diff, and else why there are none."""
    repository = history.repositories.get(record["repo"])
    if repository is None:
        return [], "The repository of this history is not at hand."
    merge = bool(record["is_merge"])
    answers = repository.diffs(
        [record["sha"]], context=3, limit=BYTES, first_parent=merge
    )
    patch = next((patch for _, patch in answers), b"")
    files = diff_files(patch)
    if not files:
        empty = merge or record["files_changed"] == 0
        return [], "It changes no file." if empty else "git could not give its diff."
    return files, "A merge: all that differs from its first parent." if merge else ""


def diff_files(patch: bytes) -> list[dict[str, Any]]:
    """Return a patch as files with coloured lines.

    Parameters
    ----------
    patch : bytes
        What ``git diff-tree -p`` prints, perhaps cut at its end.

    Returns
    -------
    list of dict
        ``path``, ``old_path``, ``status``, ``is_binary``, ``lines`` and ``more``
        (how many lines are left out). A line is a sign (``+``, ``-``, space, or
        ``@`` for the head of a hunk) and pairs of a kind of token and its text.

    Examples
    --------
    >>> diff_files(patch)[0]["lines"][1]
    ['+', [['k', 'return'], ['', ' '], ['n', '1']]]
    """
    left = LINES
    files = []
    for file in read_patch(patch):
        lines = list(_lines(file, left))
        total = sum(1 for line in file.body.split(b"\n") if line[:1] in _SIGNS)
        left -= len(lines)
        files.append(
            {
                "path": _shown(file.path),
                "old_path": _shown(file.old_path),
                "status": file.status,
                "is_binary": file.is_binary,
                "lines": lines,
                "more": max(0, total - len(lines)),
            }
        )
    return files


_SIGNS = (b"+", b"-", b" ", b"@")


def _lines(file: FileDiff, most: int) -> Iterator[list[Any]]:
    """Yield the first lines of a file, a hunk at a time."""
    lexer = _lexer(file.path)
    for part in ("\n" + file.body.decode("utf-8", "replace")).split("\n@@ ")[1:]:
        if most <= 0:
            return
        head, *rest = part.split("\n")
        yield ["@", [["", _shown(f"@@ {head}"[:WIDTH])]]]
        rows = [line for line in rest if line[:1] in ("+", "-", " ")][: most - 1]
        most -= 1 + len(rows)
        text = [_shown(line[1 : WIDTH + 1]) for line in rows]
        for line, tokens in zip(rows, _coloured(text, lexer), strict=True):
            yield [line[0], tokens]


def _coloured(lines: list[str], lexer: Any) -> list[list[list[str]]]:
    """Return the tokens of each line."""
    whole = "\n".join(lines)
    if lexer is None or len(whole) > COLOURED:
        return [[["", line]] for line in lines]
    done: list[list[list[str]]] = [[]]
    for token, text in lexer.get_tokens(whole):
        kind = _kind(token)
        for place, piece in enumerate(text.split("\n")):
            if place:
                done.append([])
            if not piece:
                continue
            if done[-1] and done[-1][-1][0] == kind:
                done[-1][-1][1] += piece
            else:
                done[-1].append([kind, piece])
    same = ["".join(text for _, text in line) for line in done] == lines
    # A lexer that changes its text is not to be believed.
    return done if same else [[["", line]] for line in lines]


def _kind(token: Any) -> str:
    name = str(token).removeprefix("Token.")
    return next((letter for start, letter in _KINDS if name.startswith(start)), "")


def _lexer(path: str) -> Any:
    """Return what knows the language of a file, None where nothing does."""
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(
            path.rpartition("/")[2], stripnl=False, ensurenl=False
        )
    except ClassNotFound:
        return None


def _shown(text: str) -> str:
    """Return text in which what cannot be seen is named."""
    text = text.replace("\r\n", "\n").removesuffix("\r")
    return _HIDDEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
