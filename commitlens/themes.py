"""The commits of a range sorted into themes, areas or authors, as statements."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .net import Net, net_changes
from .schema import CHANGE_TYPES

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

#: Themes in the order in which they are told. A commit is in the first that fits.
_THEMES: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("undone", lambda row: row["undone"]),
    ("breaking", lambda row: row["breaking"]),
    ("security", lambda row: row["security"]),
    ("features", lambda row: row["change_type"] == "feat"),
    ("performance", lambda row: row["change_type"] == "perf"),
    ("fixes", lambda row: row["change_type"] == "fix"),
    ("reverts", lambda row: row["change_type"] == "revert"),
    ("rest", lambda row: True),
)
_ORDER = ("breaking", "security", "features", "performance", "fixes", "interface",
          "dependencies", "reverts", "undone", "rest")  # fmt: skip
#: What stands for all groups that have no room of their own; no group's name.
OTHER = " other"
#: Themes of which every commit is named; of others the weightiest.
_NAMED = ("breaking", "security")


@dataclass(frozen=True)
class Point:
    """One statement, before a language is chosen.

    Attributes
    ----------
    theme : str
        Which part of the summary it stands in.
    shas : tuple of str
        The commits that it rests on, the weightiest first.
    kind : str
        ``"commit"``, ``"group"``, or the key of a sentence on a thing.
    name : str
        The area or scope, or what is counted.
    names : tuple of str
        What the sentence is about, as code.
    """

    theme: str
    shas: tuple[str, ...]
    kind: str = "commit"
    name: str = ""
    names: tuple[str, ...] = ()


def weighed(history: History) -> list[dict[str, Any]]:
    """Return the commits, the weightiest first, each with its area and fate."""
    areas = _areas(history.files)
    rows = history.commits.to_dict("records")
    known = [row["sha"] for row in rows]
    undone: set[str] = set()
    facts = history.facts
    if facts is not None:
        reverts = facts[facts["kind"] == "reverts"]
        by_subject = {row["subject"]: row["sha"] for row in rows}
        for sha, name, subject in reverts[["sha", "name", "new"]].itertuples(
            index=False
        ):
            other = by_subject.get(subject)
            if isinstance(name, str) and name:
                other = next((full for full in known if full.startswith(name)), None)
            # A revert that was itself reverted took nothing back.
            if other is not None and sha not in undone:
                undone |= {sha, other}
    for row in rows:
        scope = row["scope"]
        row["undone"] = row["sha"] in undone
        row["place"] = scope if isinstance(scope, str) and len(scope) <= 40 else ""
        row["area"] = row["place"].partition(",")[0] or areas.get(row["sha"], "")
        row["author"] = (
            row["author_name"] if isinstance(row["author_name"], str) else ""
        )
    rows.reverse()
    return sorted(rows, key=lambda row: -row["importance_score"])


def _areas(files: pd.DataFrame) -> dict[str, str]:
    """Return the part of the tree that each commit is about.

    That in which most lines of code changed; without code, most lines. A fix that
    comes with a longer test is a fix of the code.
    """
    from .paths import area, category

    lines: dict[bool, dict[str, Counter[str]]]
    lines = {False: defaultdict(Counter), True: defaultdict(Counter)}
    sizes = files["insertions"].fillna(0) + files["deletions"].fillna(0)
    for sha, path, size in zip(files["sha"], files["path"], sizes, strict=True):
        lines[category(path) == "code"][sha][area(path)] += int(size) + 1
    return {
        sha: some.most_common(1)[0][0]
        for part in lines.values()
        for sha, some in part.items()
    }


def by_theme(
    rows: Sequence[Mapping[str, Any]], history: History, top: int
) -> list[Point]:
    """Return the statements of every theme, in their order."""
    members: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        plain = next(name for name, fits in _THEMES if fits(row))
        # A merge is told by what it brought.
        members["rest" if row["is_merge"] else plain].append(row)
    points = [*_settings(history)]
    for theme, own in members.items():
        if theme == "fixes":
            points += groups(theme, own, "area", top)
        elif theme == "rest":
            kinds = [{**row, "kind": _kind(row)} for row in own]
            points += groups(theme, kinds, "kind", len(CHANGE_TYPES) + 1)
        else:
            # A single one left is named like the others.
            most = len(own) if theme in _NAMED or len(own) == top + 1 else top
            points += [
                Point(theme, (row["sha"],), name=row["place"]) for row in own[:most]
            ]
            points += groups(theme, own[most:], None, 1)
    return sorted(points, key=lambda point: _ORDER.index(point.theme))


def _kind(row: Mapping[str, Any]) -> str:
    return "merge" if row["is_merge"] else str(row["change_type"])


def groups(
    theme: str, rows: Sequence[Mapping[str, Any]], key: str | None, top: int
) -> list[Point]:
    """Return a statement a group, the largest first, and one for all others."""
    found: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in rows:
        name = str(row[key]) if key else ""
        names.setdefault(name.lower(), name)
        found[name.lower()].append(row["sha"])
    # What has no name of its own comes last.
    ranked = sorted(found, key=lambda name: (not name, -len(found[name])))
    kept = [name for name in ranked[:top] if name]
    rest = [sha for name in found if name not in kept for sha in found[name]]
    points = [Point(theme, tuple(found[n]), "group", names[n]) for n in kept]
    return points + ([Point(theme, tuple(rest), "group", OTHER)] if rest else [])


def _settings(history: History) -> Iterator[Point]:
    """Yield what users can set now and could not before, and dependencies."""
    facts: Iterable[Mapping[str, Any]] = ()
    if history.facts is not None:
        facts = history.facts.to_dict("records")
    found: dict[str, list[Net]] = defaultdict(list)
    for net in net_changes(facts, history.commits["sha"].tolist()):
        found[f"{net.thing}_{net.verb}"].append(net)
    for key, some in sorted(found.items()):
        theme = "interface"
        if key.startswith(("dependency", "platform")):
            theme = "dependencies"
        shas = dict.fromkeys(sha for net in some for sha in net.shas)
        names = dict.fromkeys(
            f"{net.name} {_version(net.old)} → {_version(net.new)}"
            if net.old and net.new
            else f"{net.name} {_version(net.new or '')}".strip()
            for net in some
        )
        yield Point(theme, tuple(shas), key, names=tuple(names))


def _version(said: str) -> str:
    """Return a version as people say it: of a commit the beginning."""
    return said[:7] if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", said) else said
