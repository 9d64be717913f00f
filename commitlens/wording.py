"""The words of a report, by language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

#: The words of one language: nested tables of `locale/report.<lang>.toml`.
Words = Mapping[str, Any]


@cache
def load_words(lang: str) -> Words:
    """Return the words of a language."""
    import tomllib
    from importlib.resources import files

    text = files(__package__) / "locale" / f"report.{lang}.toml"
    return tomllib.loads(text.read_text("utf-8"))


def count(words: Words, key: str, n: int) -> str:
    """Return a number with its noun, which may differ for one."""
    table = words["counts"]
    return str(table[f"{key}_one" if n == 1 else key]).format(n=n)


def translate(sentence: str, words: Words) -> str:
    """Return a reason of a score or of a change type in a language.

    Reasons come as English sentences of a closed set, with names and numbers in
    them; one that is not known is left as it is.

    Examples
    --------
    >>> translate("12 lines of code (+9)", load_words("zh"))
    '12 行代码（+9）'
    """
    table = words["sentences"]
    points = re.search(r" \(([+-]\d+)\)$", sentence)
    bare = sentence[: points.start()] if points else sentence
    for pattern, text in table["rules"]:
        if found := re.fullmatch(pattern, bare):
            names = (_more(group, table["more"]) for group in found.groups())
            bare = text.format(*names)
            break
    return bare + (table["points"].format(points[1]) if points else "")


def turning(sentence: str | None, words: Words) -> str:
    """Return in a language what would put a commit into another tier.

    Examples
    --------
    >>> turning("4 points are missing to high", load_words("zh"))
    '距高还差 4 分'
    """
    if not isinstance(sentence, str):
        return ""
    for name, pattern in _TURNS.items():
        if found := pattern.fullmatch(sentence):
            parts = found.groupdict()
            if "tier" in parts:
                parts["tier"] = words["tiers"][parts["tier"]]
            if "reason" in parts:
                parts["reason"] = translate(parts["reason"], words)
            return str(words["turns"][name]).format(**parts)
    return sentence


#: The sentences of `commitlens.tiers.turning_point`.
_TURNS = {
    "without": re.compile(r"(?P<tier>low|medium|high) without: (?P<reason>.*)"),
    "missing": re.compile(r"(?P<points>\d+) points are missing to (?P<tier>\w+)"),
    "above": re.compile(r"(?P<points>\d+) points above the border of (?P<tier>\w+)"),
}


def _more(names: str, text: str) -> str:
    found = re.search(r"(?<=') and (\d+) more$", names)
    return names[: found.start()] + text.format(found[1]) if found else names
