"""Dependencies and platforms: what a change of a manifest or lock file did."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable

from .diffs import FileDiff, Hunk
from .manifest_readers import reader_of, workflow

#: One build of a package for one system: the package itself is locked as well.
_BINARY = re.compile(
    r"[-/](?:linux\w*|darwin|win32|windows|android|freebsd|netbsd|openbsd|openharmony"
    r"|sunos|aix|wasm32|(?:unknown|all)-(?:unknown|all))(?:[-_]|$)"
)
_SUBMODULE = re.compile(r"Subproject commit ([0-9a-f]{40,64})")


#: What stands further right in a line names no package and no version.
_LONGEST = 300


def dependencies(file: FileDiff) -> list[tuple[str, str, str | None, str | None]]:
    """Read what a change of a manifest or lock file did.

    Returns
    -------
    list of (kind, name, old, new)
        Kinds ``dependency_added``, ``dependency_removed``,
        ``dependency_changed``, ``locked_changed`` and ``platform_changed``. A
        value that the file does not give is None.
    """
    if file.body.find(b"Subproject commit", 0, 200) >= 0:
        return _submodule(file)
    reader = reader_of(file.path)
    if reader is None or file.category in ("test", "vendored", "generated"):
        return []
    before: dict[tuple[str, str], dict[str, None]] = {}
    after: dict[tuple[str, str], dict[str, None]] = {}
    for hunk in file.hunks:
        for lines, side in ((hunk.old, before), (hunk.new, after)):
            short = [line[:_LONGEST] for line in lines]
            for group, name, value in reader(short, hunk.context):
                side.setdefault((group, name), {})[value] = None
    rows = []
    # A step that comes again in another job is no new dependency.
    only_changes = reader is workflow
    for key in dict.fromkeys((*before, *after)):
        old = [v for v in before.get(key, {}) if v not in after.get(key, {})]
        new = [v for v in after.get(key, {}) if v not in before.get(key, {})]
        row = _row(*key, old, new, key in before, key in after)
        if row and row[0] in ("dependency_added", "dependency_removed"):
            added = row[0] == "dependency_added"
            if _mentions(file, key[1], operator.attrgetter("old" if added else "new")):
                continue
        if row and (row[0].endswith("changed") or not only_changes):
            rows.append(row)
    return rows


def _mentions(file: FileDiff, name: str, side: Callable[[Hunk], Iterable[str]]) -> bool:
    """Whether one side names a package, even where no version could be read."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
    return any(word.search(line) for hunk in file.hunks for line in side(hunk))


def _row(
    group: str, name: str, old: list[str], new: list[str], was: bool, stays: bool
) -> tuple[str, str, str | None, str | None] | None:
    one = (old[0] or None) if len(old) == 1 else None
    two = (new[0] or None) if len(new) == 1 else None
    if was and stays:
        if not (one and two) or (group == "locked" and _BINARY.search(name)):
            return None
        kind = {"direct": "dependency", "locked": "locked", "platform": "platform"}
        return f"{kind[group]}_changed", name, one, two
    if group != "direct":
        return None
    if was:
        return "dependency_removed", name, one, None
    return "dependency_added", name, None, two


def _submodule(file: FileDiff) -> list[tuple[str, str, str | None, str | None]]:
    old = new = None
    for hunk in file.hunks:
        for line in hunk.old:
            if match := _SUBMODULE.match(line):
                old = match[1][:12]
        for line in hunk.new:
            if match := _SUBMODULE.match(line):
                new = match[1][:12]
    if old and new:
        return [("dependency_changed", file.path, old, new)]
    if new:
        return [("dependency_added", file.path, None, new)]
    return [("dependency_removed", file.path, old, None)] if old else []
