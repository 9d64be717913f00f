"""What there is to say of each commit, from evidence alone.

An `Analysis` is a list of `Statement`; a statement is a message key and values,
so that every language says the same: names, numbers and order come from here,
words from ``locale/<lang>.toml``. Each statement stands on a fact of the commit;
where there is no fact, nothing is said.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import prose
from .markdown import clean
from .message import parse
from .paths import area, category
from .public_names import parameters_changed
from .schema import require_columns
from .statements import NAMES, Analysis, Code, Statement, render
from .surroundings import RECENT_DAYS, Surroundings

if TYPE_CHECKING:
    from .history import History

__all__ = ["Analysis", "Statement", "analyse", "render"]

#: Characters of the author's own words, by tier.
WORDS = {"high": 480, "medium": 320, "low": 160}


#: Where a lower tier, which has fewer fields, says what belongs to another one.
_FOLDED = {
    "high": {},
    "medium": {
        "architecture": "summary",
        "performance": "summary",
        "security": "summary",
        "maintainability": "scope",
        "risk": "scope",
    },
}
_LOW = ("summary", "links")


def analyse(history: History) -> list[Analysis]:
    """Say what there is to say of every commit of a scored history.

    Parameters
    ----------
    history : History
        Classified and rated; ``facts`` may be missing, then less is said.

    Returns
    -------
    list of Analysis
        In the order of ``history.commits``.

    Raises
    ------
    InputError
        The history is not scored.

    Examples
    --------
    >>> print(analyse(score(history))[-1])
    """
    require_columns(history.commits, ["change_type", "importance"], made_by="score()")
    around = Surroundings(history)
    done = []
    for row in history.commits.to_dict("records"):
        tier = str(row["importance"])
        said = _place(_statements(row, around), tier)
        done.append(Analysis(row["repo"], row["sha"], tier, "evidence", tuple(said)))
    return done


def _place(said: Iterable[Statement], tier: str) -> Iterator[Statement]:
    """Put statements into the fields that a tier has."""
    for one in said:
        if tier == "low":
            if one.field in _LOW:
                yield one
        else:
            field = _FOLDED[tier].get(one.field, one.field)
            yield Statement(field, one.message, one.values)


def _statements(row: Mapping[str, Any], around: Surroundings) -> Iterator[Statement]:
    """Yield all that can be said of a commit, for a reader of every field."""
    facts = around.facts.get(row["sha"], {})
    files = around.files.get(row["sha"], [])
    yield from _summary(row, facts)
    yield from _scope(row, files, around)
    yield from _from_facts(facts, breaking=bool(row.get("breaking")))
    yield from _quality(row, files, facts, around)
    for key, values in around.relations.said.get(row["sha"], ()):
        yield Statement("links", key, values)


def _summary(row: Mapping[str, Any], facts: _Facts) -> Iterator[Statement]:
    """Yield what the message says, in its own words."""
    tier = str(row["importance"])
    said = parse(row["subject"], row["body"], is_merge=bool(row["is_merge"]))
    title = re.sub(r"\s*\(#\d+\)$", "", said.text).strip() or row["subject"]
    body = "" if row["is_merge"] else row["body"]
    if row["is_merge"]:
        # What a merge brings is told in a paragraph, which starts with the title.
        title = prose.whole(title, row["body"], limit=WORDS[tier])
    note = _breaking_note(row) if row.get("breaking") else ""
    words = ""
    if tier != "low":
        # What breaks has a sentence of its own.
        told = _BREAKING.sub("", body) if note else body
        words = prose.lead(told, limit=WORDS[tier], subject=row["subject"])
    if clean(title).strip():
        yield Statement("summary", "says", {"text": title})
    if clean(words).strip() and words.rstrip(".").lower() != title.rstrip(".").lower():
        yield Statement("summary", "explains", {"text": words})
    if note:
        yield Statement("advice", "breaking_note", {"text": note})
    if row.get("change_type") == "perf" or row.get("security"):
        claims = [
            text
            for text in prose.sentences(body)
            if _MEASURED.search(text) and len(text) < 300
        ]
        if claims and row.get("change_type") == "perf":
            yield Statement("performance", "author_measured", {"text": claims[0]})
    if row.get("security"):
        names = dict.fromkeys(_ADVISORY.findall(f"{row['subject']}\n{body}"[:20_000]))
        if names:
            yield from _named("security", "advisories", [str(name) for name in names])
        else:
            yield Statement("security", "security_said", {})


_MEASURED = re.compile(
    r"\d(?:[\d.,]*\d)?\s?(?:%|x\b|×|ms\b|µs\b|us\b|ns\b|s\b|MB|GB|KB|MiB|GiB|tok)"
)
_ADVISORY = re.compile(r"\b(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[0-9a-z]{4}){3})\b")
_BREAKING = re.compile(
    r"^[ \t]*\**BREAKING[ -]CHANGES?\**[ \t]*:?[ \t]*\n?"
    r"(.+(?:\n(?!\s*\n|[\w-]+: ).+)*)",
    re.MULTILINE | re.IGNORECASE,
)


def _breaking_note(row: Mapping[str, Any]) -> str:
    found = _BREAKING.search(row["body"][:20_000])
    if not found:
        return ""
    return prose.lead(found[1], limit=300)


def _scope(
    row: Mapping[str, Any], files: Sequence[Mapping[str, Any]], around: Surroundings
) -> Iterator[Statement]:
    """Yield the areas touched, and the size against what is usual."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for file in files:
        groups[area(file["path"]) or "/"].append(file)

    def weight(item: tuple[str, list[Mapping[str, Any]]]) -> tuple[int, int, str]:
        name, some = item
        lines = sum((f["insertions"] or 0) + (f["deletions"] or 0) for f in some)
        return -lines, -len(some), name

    ranked = sorted(groups.items(), key=weight)
    for name, some in ranked[:NAMES]:
        shown = some[0]["path"] if len(some) == 1 else name
        values = {
            "area": Code(shown),
            "n": len(some),
            "added": sum(f["insertions"] or 0 for f in some),
            "removed": sum(f["deletions"] or 0 for f in some),
        }
        message = "top" if name == "." else "area"
        yield Statement("scope", "one_file" if len(some) == 1 else message, values)
    if len(ranked) > NAMES:
        rest = ranked[NAMES:]
        yield Statement(
            "scope", "more_areas",
            {"n": len(rest), "files": sum(len(some) for _, some in rest)},
        )  # fmt: skip
    rank, window = around.size_rank.get(row["sha"], (0, 0))
    if files and window >= 20 and not row["is_bot"]:
        percent = 100 * rank // window
        if percent == 100:
            yield Statement("scope", "largest", {"window": window})
        elif percent >= 50:
            yield Statement("scope", "size", {"percent": percent, "window": window})


_Facts = Mapping[str, Sequence[Mapping[str, Any]]]

#: Kinds that are told by name: kind -> field. One message each, named alike.
_BY_NAME = (
    ("symbol_added", "architecture"),
    ("symbol_removed", "architecture"),
    ("command_added", "architecture"),
    ("command_removed", "architecture"),
    ("option_added", "architecture"),
    ("option_removed", "architecture"),
    ("env_added", "architecture"),
    ("env_removed", "architecture"),
    ("config_added", "architecture"),
    ("config_removed", "architecture"),
    ("schema_changed", "architecture"),
    ("deprecated", "maintainability"),
)

#: Kinds that are told one by one, with the value before and after.
_BY_VALUE = (
    ("dependency_added", "summary"),
    ("dependency_removed", "summary"),
    ("dependency_changed", "summary"),
    ("platform_changed", "summary"),
    ("locked_changed", "summary"),
    ("default_changed", "architecture"),
    ("symbol_changed", "architecture"),
    ("condition_changed", "architecture"),
)

#: What a reader has to do: kind -> message of advice, told by name.
_ADVICE = (
    ("symbol_removed", "callers_of_removed"),
    ("symbol_changed", "callers_of_changed"),
    ("command_removed", "users_of_command"),
    ("option_removed", "users_of_option"),
    ("config_removed", "users_of_config"),
    ("migration", "run_migration"),
)


_EXPORTS = ("symbol_removed", "symbol_changed")


def _from_facts(facts: _Facts, *, breaking: bool) -> Iterator[Statement]:
    """Yield what the diff shows."""
    for fact in facts.get("mechanical", ()):
        yield Statement("summary", f"only_{fact['name']}", {})
    for kind, field in _BY_NAME:
        yield from _named(field, kind, [f["name"] for f in facts.get(kind, ())])
    manifests = {f["name"] for kind in _DIRECT for f in facts.get(kind, ())}
    for kind, field in _BY_VALUE:
        told = [
            fact
            for fact in facts.get(kind, ())
            if kind != "locked_changed" or fact["name"] not in manifests
        ]
        # What a lock file follows with is counted, once its cause is told.
        most = 0 if kind == "locked_changed" and manifests else NAMES
        for fact in told[:most]:
            values = {key: Code(fact[key]) for key in ("name", "old", "new")
                      if fact[key] is not None}  # fmt: skip
            message = _with_values(kind, values)
            if kind == "symbol_changed" and message:
                message, values = _signature(values)
            if message:
                yield Statement(field, message, values)
        if len(told) > most:
            key = f"more_{kind}" if most else "locked_follow"
            yield Statement(field, key, {"n": len(told) - most})
    for kind, key in _ADVICE:
        if kind in _EXPORTS and not breaking:
            continue  # exported inside a project; nobody outside need use it
        yield from _named(
            "advice",
            key,
            # A key that leaves a file of defaults may still be set.
            [
                f["name"]
                for f in facts.get(kind, ())
                if kind != "config_removed" or category(f["path"] or "") == "code"
            ],
        )
    for fact in facts.get("default_changed", ())[:2]:
        # Nobody can set a constant back; an option and a setting can be set.
        settable = fact["name"].startswith("--") or (
            fact["path"] and category(fact["path"]) == "config"
        )
        if None in (fact["old"], fact["new"]) or not settable:
            continue
        values = {key: Code(fact[key] or "") for key in ("name", "old", "new")}
        yield Statement("advice", "keep_default", values)
    for fact in facts.get("platform_changed", ()):
        if fact["old"] and fact["new"]:
            values = {key: Code(fact[key]) for key in ("name", "old", "new")}
            yield Statement("advice", "platform_needed", values)


_DIRECT = ("dependency_added", "dependency_removed", "dependency_changed")


#: Kinds that say something without a version, too.
_BARE = {
    "dependency_added": ("new",),
    "dependency_removed": (),
    "dependency_changed": ("old", "new"),
    "locked_changed": ("old", "new"),
    "platform_changed": ("old", "new"),
}


def _with_values(kind: str, values: Mapping[str, Any]) -> str | None:
    """Return the message of a kind for the values that are known."""
    if all(key in values for key in _BARE.get(kind, ("old", "new"))):
        return kind
    return f"{kind}_bare" if kind in _BARE else None


def _signature(values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Tell of two signatures no more than what differs."""
    lost, gained = parameters_changed(values["old"], values["new"])
    shown = {
        "name": values["name"],
        "old": Code(", ".join(lost)),
        "new": Code(", ".join(gained)),
    }
    kind = "bases" if values["old"].startswith("class ") else "symbol"
    if lost and gained:
        return f"{kind}_changed", shown
    if lost or gained:
        key, side = ("loses", "old") if lost else ("gains", "new")
        return f"{kind}_{key}", {"name": shown["name"], side: shown[side]}
    if len(values["old"]) + len(values["new"]) < 240:
        return "symbol_changed", dict(values)
    return "symbol_changed_bare", {"name": values["name"]}


def _named(field: str, key: str, names: Iterable[str]) -> Iterator[Statement]:
    """Yield one statement with the first names, and how many more there are."""
    told = list(dict.fromkeys(name for name in names if name))
    if told:
        values = {
            "names": tuple(map(Code, told[:NAMES])),
            "n": len(told),
            "more": max(0, len(told) - NAMES),
        }
        yield Statement(field, key, values)


_TEST_FILE = re.compile(r"test|spec", re.IGNORECASE)


def _quality(
    row: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    facts: _Facts,
    around: Surroundings,
) -> Iterator[Statement]:
    """Yield what there is on tests, and on files that were fixed lately."""
    kinds = Counter(category(file["path"]) for file in files)
    tests = sorted(f["path"] for f in files if category(f["path"]) == "test")
    added = sum(int(f["name"]) for f in facts.get("tests_added", ()))
    lines = sum(
        (f["insertions"] or 0) + (f["deletions"] or 0)
        for f in files
        if category(f["path"]) == "code"
    )
    removed = sum(int(f["name"]) for f in facts.get("tests_removed", ()))
    for key, n in (("tests_added", added), ("tests_removed", removed)):
        if n:
            yield Statement("maintainability", key, {"n": n})
    if tests and kinds["code"] and not (added or removed):
        # Those that hold tests rather than what tests read, first.
        tests.sort(key=lambda path: not _TEST_FILE.search(path.rpartition("/")[2]))
        shown = tuple(map(Code, tests[:2]))
        values = {"names": shown, "n": len(tests), "more": len(tests) - len(shown)}
        yield Statement("maintainability", "tests_changed", values)
    mechanical = "mechanical" in facts
    if kinds["code"] and not tests and lines >= 10 and not added and not mechanical:
        yield Statement("risk", "tests_missing", {"n": kinds["code"], "lines": lines})
    often = [item for item in around.fixed_before.get(row["sha"], ()) if item[1] >= 2]
    for path, times in often[:2]:
        values = {"name": Code(path), "n": times, "days": RECENT_DAYS}
        yield Statement("risk", "fixed_lately", values)
