"""What a commit does to public names: which are new, gone, or called otherwise.

Declarations are compared over all files of the commit, so a name that moves is
no news, and neither is one that the other side still speaks of: an alias, an
import from where it went, a fallback for those who used it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from .diffs import FileDiff
from .symbols import declared, is_public, parameters, same_signature

#: (kind, name, old, new, path)
Row = tuple[str, str, str | None, str | None, str]

#: Declarations of one name: signature, if it is shown, and path.
_Found = dict[str, list[tuple[str | None, str]]]

_WORD = re.compile(r"\w+")
_COMMENT = ("# ", "//", "*", "/*", "--")
#: A declaration that others cannot see any more.
_HIDDEN = re.compile(
    r"\s*(?:pub\([^)]*\)\s*)?(?:async\s+|const\s+|unsafe\s+|abstract\s+)*"
    r"(?:fn|struct|enum|trait|mod|type|static|function|class|interface|let|var)\s+(\w+)"
)
_HIDES = frozenset([".rs", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"])
#: Lines that give a name without declaring it: all their words, or the first.
_PASSED_ON = re.compile(r"\s*(?:from\b.*\bimport|import|export|(?:pub\s+)?use)\b")
_ASSIGNED = re.compile(r"(?:#\s*define\s+)?(\w+)(?:\s*[:=]|\s)")


def public_names(files: list[FileDiff]) -> Iterator[Row]:
    """Yield ``symbol_added``, ``symbol_removed`` and ``symbol_changed``.

    Parameters
    ----------
    files : list of FileDiff
        The files of code of one commit.
    """
    files = [file for file in files if is_public(file.path)]
    before, after = _declared(files)
    lost = before.keys() - after.keys()
    gained = after.keys() - before.keys()
    there = _mentioned(files) if lost else frozenset()
    known = _passed_on(files) if gained else frozenset()
    moved = {_bare(name) for name in gained if _owner(name)}
    renamed = {file.old_path: file.path for file in files}
    for name in dict.fromkeys((*before, *after)):
        owner = _owner(name)
        if name in before and name in after:
            if row := _changed(name, before[name], after[name], renamed):
                yield row
        elif name.endswith("__init__") or owner in (
            before if name in before else after
        ):
            # A class is told once, not again by each of its methods.
            continue
        elif name in after:
            if name not in known:
                yield "symbol_added", name, None, None, after[name][0][1]
        elif not (_bare(name) in moved if owner else name in there):
            yield "symbol_removed", name, None, None, before[name][0][1]


def _declared(files: list[FileDiff]) -> tuple[_Found, _Found]:
    before: _Found = {}
    after: _Found = {}
    for file in files:
        for hunk in file.hunks:
            old = declared(file.suffix, hunk.old, hunk.context)
            new = declared(file.suffix, hunk.new, hunk.context)
            # What the hunk shows on both sides did not change here.
            both = Counter(old) & Counter(new)
            for found, side, path in (
                (old, before, file.old_path),
                (new, after, file.path),
            ):
                left = Counter(both)
                for entry in found:
                    if left[entry] > 0:
                        left[entry] -= 1
                    else:
                        side.setdefault(entry[0], []).append((entry[1], path))
    return before, after


def _changed(
    name: str,
    old: list[tuple[str | None, str]],
    new: list[tuple[str | None, str]],
    renamed: dict[str, str],
) -> Row | None:
    if len(old) != 1 or len(new) != 1:
        return None  # overloads: which became which is not shown
    (was, was_at), (now, now_at) = old[0], new[0]
    if not (was and now) or renamed.get(was_at) != now_at or same_signature(was, now):
        return None
    return "symbol_changed", name, was, now, now_at


def parameters_changed(old: str, new: str) -> tuple[list[str], list[str]]:
    """Return the parameters that a signature loses, and those that it gains.

    Examples
    --------
    >>> parameters_changed("def go(a, b)", "def go(a, c=1)")
    (['b'], ['c=1'])
    """
    before, after = (
        [" ".join(part.split()) for part in parameters(text)[0]] for text in (old, new)
    )
    return [x for x in before if x not in after], [x for x in after if x not in before]


def _mentioned(files: list[FileDiff]) -> frozenset[str]:
    """Return the words of added lines, but for what they hide from others."""
    words: set[str] = set()
    hidden: set[str] = set()
    for file in files:
        for hunk in file.hunks:
            for _, added in hunk.blocks:
                for line in added:
                    if line.lstrip().startswith(_COMMENT):
                        continue
                    if file.suffix in _HIDES and (match := _HIDDEN.match(line)):
                        hidden.add(match[1])
                    words.update(_WORD.findall(line))
    return frozenset(words - hidden)


def _passed_on(files: list[FileDiff]) -> frozenset[str]:
    """Return the names that removed lines gave without declaring them."""
    words: set[str] = set()
    for file in files:
        for hunk in file.hunks:
            for removed, _ in hunk.blocks:
                for line in removed:
                    if _PASSED_ON.match(line):
                        words.update(_WORD.findall(line))
                    elif file.suffix in (".py", ".h", ".hpp", ".hh") and (
                        match := _ASSIGNED.match(line)
                    ):
                        words.add(match[1])
    return frozenset(words)


def _owner(name: str) -> str:
    """Return the class that a method's name is qualified by."""
    return re.split(r"\.|::", name)[0] if "." in name or "::" in name else ""


def _bare(name: str) -> str:
    return re.split(r"\.|::", name)[-1]
