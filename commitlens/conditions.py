"""Conditions that decide otherwise than before, in changes small enough to tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from .diffs import FileDiff
from .references import Fact

#: Lines of code up to which a changed condition is worth telling.
_SMALL = 30

_CONDITION = re.compile(r"(?:\}\s*)?(?:else\s+)?(if|elif|elsif|while|unless)\b\s*(.*)")
_WORD = re.compile(r"[A-Za-z_]\w*")
#: What makes a condition another one, not the same in other words.
_DECIDES = re.compile(
    r"&&|\|\||[<>=!]=?|\b(?:and|or|not|in|is|None|null|nil|NULL|true|false|True|False"
    r"|isinstance)\b|\b\d+\b"
)
_BRACE_ENDS = frozenset([".rs", ".go", ".swift"])
_PAREN_ENDS = frozenset(
    [
        *(".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".cu", ".java", ".cs", ".js"),
        *(".jsx", ".ts", ".tsx", ".mjs", ".mts", ".cjs", ".kt", ".scala", ".php"),
        *(".dart", ".vue", ".svelte"),
    ]
)


def conditions(files: list[FileDiff]) -> Iterator[Fact]:
    """Yield ``condition_changed`` for conditions that take another's place.

    Parameters
    ----------
    files : list of FileDiff
        The files of code of one commit.
    """
    if sum(file.changed for file in files) > _SMALL:
        return
    for file in files:
        for hunk in file.hunks:
            for removed, added in hunk.blocks:
                old = [c for line in removed if (c := _condition(line, file.suffix))]
                new = [c for line in added if (c := _condition(line, file.suffix))]
                if len(old) != 1 or len(new) != 1 or old[0][0] != new[0][0]:
                    continue
                was, now = old[0][1], new[0][1]
                shared = set(_WORD.findall(was)) & set(_WORD.findall(now))
                decides = [Counter(_DECIDES.findall(_test(x))) for x in (was, now)]
                types = "isinstance(" in was and "isinstance(" in now and was != now
                if shared and (decides[0] != decides[1] or types):
                    yield "condition_changed", None, was, now, file.path


def _test(condition: str) -> str:
    """Return what is tested: not what Go sets before, arrows are no comparison."""
    return condition.rpartition(";")[2].replace("->", ".").replace("=>", ".")


def _condition(line: str, suffix: str) -> tuple[str, str] | None:
    """Return the keyword and the condition of a line that holds all of it."""
    match = _CONDITION.match(line.strip())
    if match is None:
        return None
    text = match[2].rstrip()
    if suffix == ".py":
        if not text.endswith(":"):
            return None
        text = text[:-1]
    elif suffix in _BRACE_ENDS:
        if not text.endswith("{"):
            return None
        text = text[:-1]
    elif suffix in _PAREN_ENDS:
        end = _closing(text)
        if end is None:
            return None
        text = text[1:end]
    text = re.sub(r";?\s*then$", "", text.strip())
    if not text or len(text) > 200 or _closing(f"({text})") != len(text) + 1:
        return None
    return match[1], text


def _closing(text: str) -> int | None:
    """Return where the bracket that a text starts with is closed."""
    if not text.startswith("("):
        return None
    depth = 0
    for at, char in enumerate(text):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return at
    return None
