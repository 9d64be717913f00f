"""What is left of the facts of a range: added and taken back is no change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Which facts are about a thing that is there or is not, by what it is.
_THINGS = {
    f"{thing}_{verb}": (thing, verb)
    for thing in ("option", "env", "config", "dependency", "platform")
    for verb in ("added", "removed", "changed")
}
_ABSENT = object()
_PRESENT = object()


@dataclass
class Net:
    """One thing, from before the range to after it.

    Attributes
    ----------
    thing : str
        ``"option"``, ``"env"``, ``"config"``, ``"dependency"`` or ``"platform"``.
    name : str
        What it is called.
    verb : str
        ``"added"``, ``"removed"`` or ``"changed"``.
    old, new : str or None
        Its values, where it has any.
    shas : list of str
        The commits that changed it, oldest first.
    """

    thing: str
    name: str
    verb: str
    old: str | None
    new: str | None
    shas: list[str]


@dataclass
class _Chain:
    """Changes of which each begins where the one before ended."""

    first: Any
    last: Any
    shas: list[str] = field(default_factory=list)


def net_changes(facts: Iterable[Mapping[str, Any]], order: Sequence[str]) -> list[Net]:
    """Return what options, settings, dependencies and platforms came to.

    Parameters
    ----------
    facts : iterable of mapping
        Rows of `commitlens.schema.FACTS`.
    order : sequence of str
        The commits, oldest first; facts of others are left out.

    Returns
    -------
    list of Net
        In the order in which they were first touched.

    Examples
    --------
    >>> net_changes(history.facts.to_dict("records"), history.commits["sha"].tolist())
    """
    place = {sha: n for n, sha in enumerate(order)}
    rows = [row for row in facts if row["kind"] in _THINGS and row["sha"] in place]
    rows.sort(key=lambda row: place[row["sha"]])
    chains: dict[tuple[str, str], list[_Chain]] = defaultdict(list)
    for row in rows:
        thing, verb = _THINGS[row["kind"]]
        before = _ABSENT if verb == "added" else _value(row["old"])
        after = _ABSENT if verb == "removed" else _value(row["new"])
        own = chains[thing, row["name"]]
        chain = next((each for each in own if _meets(each.last, before)), None)
        if chain is None:
            chain = _Chain(before, after)
            own.append(chain)
        chain.last = after
        if row["sha"] not in chain.shas:
            chain.shas.append(row["sha"])
    return [
        Net(thing, name, how, _shown(c.first), _shown(c.last), c.shas)
        for (thing, name), some in chains.items()
        for c in some
        if (how := _verb(c))
    ]


def _value(value: Any) -> Any:
    return value if isinstance(value, str) else _PRESENT


def _meets(last: Any, before: Any) -> bool:
    """Whether a change can begin where another ended."""
    if _ABSENT in (last, before):
        return last is before
    return last == before or _PRESENT in (last, before)


def _verb(chain: _Chain) -> str | None:
    if chain.first is _ABSENT:
        return None if chain.last is _ABSENT else "added"
    if chain.last is _ABSENT:
        return "removed"
    return None if chain.first == chain.last else "changed"


def _shown(value: Any) -> str | None:
    return value if isinstance(value, str) else None
