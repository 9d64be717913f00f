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
            names = (_listed(group, words) for group in found.groups())
            bare = text.format(*names, **_named(found, words))
            break
    return bare + (table["points"].format(points[1]) if points else "")


def turning(sentence: str | None, words: Words) -> str:
    """Return in a language what would put a commit into another tier.

    Examples
    --------
    >>> turning("4 points short of high", load_words("zh"))
    '距🔴高还差 4 分'
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
            one = "_one" if parts.get("points") == "1" else ""
            return str(words["turns"][name + one]).format(**parts)
    return sentence


#: The sentences of `commitlens.tiers.turning_point`.
_TURNS = {
    "without": re.compile(r"(?P<tier>low|medium|high) without: (?P<reason>.*)"),
    "missing": re.compile(r"(?P<points>\d+) points? short of (?P<tier>\w+)"),
    "above": re.compile(r"(?P<points>\d+) points? above the border of (?P<tier>\w+)"),
}


def _named(found: re.Match[str], words: Words) -> dict[str, str]:
    """Return the type and the kinds of files that a sentence names, in a language."""
    named = found.groupdict()
    if "type" in named:
        named["type"] = words["types"].get(named["type"], named["type"])
    if "kinds" in named:
        kinds = words["sentences"]["kinds"]
        each = (kinds.get(name, name) for name in named["kinds"].split(", "))
        named["kinds"] = str(words["day"]["list"]).join(each)
    return named


def _listed(names: str, words: Words) -> str:
    """Return quoted names, and how many more there are, as a language lists them."""
    if found := re.search(r"(?<=') and (\d+) more$", names):
        more = words["sentences"]["more"].format(found[1])
        names = names[: found.start()] + more
    return re.sub(r"(?<='), (?=')", words["day"]["list"], names)
