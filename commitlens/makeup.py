"""What changed lines of code are made of: comments, and tests inside the code.

Where a path says "code", most lines may still be words for people, or tests that
some languages keep beside what they test. Both are told from the lines alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .diffs import FileDiff, Hunk, comment_test
from .interface import SHARES
from .references import Fact

#: Languages whose documentation is a string in the code.
_DOCSTRINGS = frozenset({".py", ".pyi"})
_MARKS = ('"""', "'''")
_QUOTES = (*_MARKS, 'r"""', 'u"""')
#: What prose does not have: a line with one of these is code.
_CODE = re.compile(
    r"[=(){}\[\];@]|[:,]$|^[\"']"
    r"|^(?:import|from|return|def|class|yield|raise|pass|else|elif|del|assert|await"
    r"|global|nonlocal|lambda|if|for|while|with|try|except|finally|match|case)\b"
)
_MARKUP = (":param", ":return", ":rtype", ":raises", ".. ", ">>>", "- ", "* ")

#: Languages whose tests may stand beside the code that they test.
_BESIDE = frozenset({".rs", ".py", ".pyi", ".d", ".zig", ".ml"})
#: Where tests begin that stand in files of code.
_TESTS = re.compile(
    r"\bmod \w*tests?\b|#\[cfg\((?:\w+\()?.{0,30}\btest\b|#\[(?:\w+::)*test\b"
    r"|\bfn test_|\bdef test_|\bclass \w+\(.{0,60}TestCase"
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
            shares = _in_tests(hunk, file.suffix)
            for block in hunk.blocks:
                for side, share in zip(block, shares, strict=True):
                    told = _told(side, file.suffix)
                    lines += len(told)
                    prose += sum(told)
                    tests += round(len(told) * share)
    return lines, prose, tests


def _in_tests(hunk: Hunk, suffix: str) -> tuple[float, float]:
    """Return the share of each side of a hunk that stands in tests.

    That is what comes after they begin.
    """
    if suffix not in _BESIDE:
        return 0.0, 0.0
    if _TESTS.search(hunk.context):
        return 1.0, 1.0
    return _after_begin(hunk.old), _after_begin(hunk.new)


def _after_begin(lines: list[str]) -> float:
    text = "\n".join(lines)
    # Every pattern of `_TESTS` has the word, and most code has it nowhere.
    begin = _TESTS.search(text) if "test" in text or "Test" in text else None
    return 1 - text.count("\n", 0, begin.start()) / len(lines) if begin else 0.0


def _told(lines: list[str], suffix: str) -> list[bool]:
    """Say of each line that is not empty whether it is for people."""
    is_comment = comment_test(suffix)
    texts = [text for line in lines if (text := line.strip())]
    told = [bool(is_comment and is_comment(text)) for text in texts]
    if suffix in _DOCSTRINGS:
        documents = _documents(texts)
        told = [a or b for a, b in zip(told, documents, strict=True)]
    return told


def _documents(texts: list[str]) -> Iterator[bool]:
    """Say of each line of one side of a change whether it is documentation.

    A change shows a part of a docstring, seldom its ends: a line that reads as
    prose is taken for it, and quotes alone after prose for its end.
    """
    inside, data, before = False, False, False
    for text in texts:
        odd = sum(map(text.count, _MARKS)) % 2 == 1
        if inside or data:
            told = inside
            if odd:
                inside = data = False
        elif odd and text.startswith(_QUOTES):
            told, inside = True, not (before and text in _MARKS)
        elif odd:
            # The end of prose, or the start of a text that the code uses.
            told = text.endswith(_MARKS) and _is_prose(text[:-3])
            data = not told
        else:
            told = text.startswith(_QUOTES) or _is_prose(text)
        before = told
        yield told


def _is_prose(text: str) -> bool:
    if text.startswith(_MARKUP):
        return True
    return not _CODE.search(text) and len(text.split()) >= 3


#: Percent from which a share is told: a comment or two stands in most changes.
_TOLD = 25


def shares(files: Iterable[FileDiff]) -> Iterator[Fact]:
    """Yield what is worth telling of `makeup`, as facts of the kinds of `SHARES`."""
    lines, *counts = makeup(files)
    for kind, count in zip(SHARES, counts, strict=True):
        percent = 100 * count // (lines or 1)  # a hundred is all of it
        if percent >= _TOLD:
            yield kind, None, None, str(percent), None


#: Shares, in percent, and what they are called.
_STEPS = ((100, "all"), (90, "nearly"), (70, "most"), (40, "half"), (1, "few"))


def step(percent: int) -> str:
    """Name a share; ``""`` for none."""
    return next((name for least, name in _STEPS if percent >= least), "")
