"""What changed lines of code are made of: comments, and tests inside the code.

Where a path says "code", most lines may still be words for people, or tests that
some languages keep beside what they test. Both are told from the lines alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .diffs import FileDiff, Hunk, comment_test

#: Languages whose documentation is a string in the code.
_DOCSTRINGS = frozenset({".py", ".pyi", ".ex", ".exs", ".jl"})
_QUOTES = ('"""', "'''", 'r"""', 'u"""')
#: What prose does not have: a line with one of these is code.
_CODE = re.compile(
    r"[=(){}\[\];]|\b(?:import|return|def|class|yield|raise|pass|else|do|end)\b|:$"
)
_MARKUP = (":param", ":return", ":rtype", ":raises", ".. ", ">>>", "- ", "* ")

#: Languages whose tests may stand beside the code that they test.
_BESIDE = frozenset({".rs", ".py", ".pyi", ".d", ".zig", ".ml"})
#: Where tests begin that stand in files of code.
_TESTS = re.compile(
    r"\bmod \w*tests?\b|#\[cfg\((?:\w+\()?.{0,30}\btest\b|#\[(?:\w+::)*test\b"
    r"|\bfn test_|\bdef test_|\bclass Test\w*|\bunittest\b"
)


def makeup(files: Iterable[FileDiff]) -> tuple[int, int, int]:
    """Count what the changed lines of code are.

    Parameters
    ----------
    files : iterable of FileDiff
        Those that are not of the category ``code`` are passed over.

    Returns
    -------
    (int, int, int)
        Changed lines of code that are not empty; of those, comments and
        documentation; and lines that stand in tests.

    Examples
    --------
    >>> makeup(read_patch(patch))
    (12, 9, 0)
    """
    lines = prose = tests = 0
    for file in files:
        if file.category != "code" or file.is_binary:
            continue
        for hunk in file.hunks:
            told = list(_told(hunk, file.suffix))
            lines += len(told)
            prose += sum(told)
            tests += round(len(told) * _in_tests(hunk, file.suffix))
    return lines, prose, tests


def _in_tests(hunk: Hunk, suffix: str) -> float:
    """Return the share of a hunk that stands in tests: what comes after they begin."""
    if suffix not in _BESIDE:
        return 0.0
    if _TESTS.search(hunk.context):
        return 1.0
    lines = hunk.new or hunk.old
    first = next((at for at, x in enumerate(lines) if _TESTS.search(x)), len(lines))
    return 1 - first / (len(lines) or 1)


def _told(hunk: Hunk, suffix: str) -> Iterator[bool]:
    """Say of each changed line that is not empty whether it is for people."""
    is_comment = comment_test(suffix)
    documents = suffix in _DOCSTRINGS
    for block in hunk.blocks:
        for side in block:
            inside = False
            for line in side:
                text = line.strip()
                if not text:
                    continue
                if documents:
                    told, inside = _documents(text, inside)
                    yield told or bool(is_comment and is_comment(text))
                else:
                    yield bool(is_comment and is_comment(text))


def _documents(text: str, inside: bool) -> tuple[bool, bool]:
    """Say whether a line is documentation, and whether the next one stands in it.

    A change shows a part of a docstring, seldom its ends: a line that reads as
    prose is taken for it.
    """
    marks = text.count('"""') + text.count("'''")
    if marks:
        told = text.startswith(_QUOTES) or (text.endswith(_QUOTES) and "=" not in text)
        return told, inside != (marks % 2 == 1)
    return inside or _is_prose(text), inside


def _is_prose(text: str) -> bool:
    if text.startswith(_MARKUP):
        return True
    return not _CODE.search(text) and len(text.split()) >= 3


#: Shares, in percent, and what they are called.
_STEPS: Sequence[tuple[int, str]] = (
    *((100, "all"), (90, "nearly"), (70, "most"), (40, "half"), (1, "few")),
)


def step(percent: int) -> str:
    """Name a share; ``""`` for none."""
    return next((name for least, name in _STEPS if percent >= least), "")
