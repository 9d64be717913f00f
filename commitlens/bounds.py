"""What holds a score up or down, whatever its parts add up to."""

from __future__ import annotations

import re
from collections.abc import Callable

from .context import Touched
from .impact import MEASURES, Commit
from .sayings import SAYS
from .tiers import HIGH, MEDIUM, tier

#: Kinds of files that nobody reads line by line.
MECHANICAL = frozenset({"generated", "vendored", "lock", "translation", "asset"})

#: Large changes that move or describe code and leave what it does.
MOTION = re.compile(
    r"^(?:\w+: )?(?:move|extract|rename|relocate|split|pull|reorgani[sz]e|hoist|group)"
    r"[sd]?\b|\b(?:own|separate|new) (?:module|file|folder|directory|crate|package)s?\b"
    r"|\b(?:typing|type (?:annotations?|hints?)|annotations|mypy|pyright)\b"
    r"|重命名|抽取"
)


def _only(touched: Touched, kinds: frozenset[str]) -> bool:
    return bool(touched.count) and touched.count.keys() <= kinds


def _major(commit: Commit) -> bool:
    """Say whether a dependency jumps a major version that its users feel."""
    found = re.search(
        r"from v?(\d+)\.?(\d*)\S* to v?(\d+)\.?(\d*)|\bto v(\d+)(?:\s|$)",
        commit.text,
    )
    if not found or "dev" in commit.text:
        return False
    return bool(found[5]) or (bool(found[1]) and int(found[3][:6]) > int(found[1][:6]))


def _demands(commit: Commit) -> bool:
    """Say whether a person asks for a newer platform than was enough until now."""
    names = commit.interface.names.get("platform_changed", ())
    return (
        not commit.is_bot
        and any(name != "base image" for name in names)
        and bool(re.search(r"\bmsrv\b|\bminimum\b|\brequires?\b", commit.text))
    )


_LOW, _MIDDLE = MEDIUM - 1, HIGH - 1


#: Caps, strictest first: the highest score, when it holds, and why. The first
#: that holds is applied; floors come before.
CAPS: tuple[tuple[float, Callable[[Commit], bool], str], ...] = (
    (
        12,
        lambda c: c.is_merge and not c.touched.files,
        "a merge: what it brings is listed by itself",
    ),
    (10, lambda c: not c.touched.files, "no file is touched"),
    (
        20,
        lambda c: c.touched.renames == c.touched.files,
        "files are only moved",
    ),
    (
        20,
        lambda c: _only(c.touched, MECHANICAL) and not c.security,
        "only generated, vendored, locked or translated files",
    ),
    (
        18,
        # Some projects publish all work since the last release in one commit.
        lambda c: (
            c.reason.startswith("release bookkeeping") and c.touched.core_lines <= 20
        ),
        "release bookkeeping",
    ),
    (15, lambda c: c.interface.only == "whitespace", "only whitespace changes"),
    (18, lambda c: c.interface.only == "comments", "only comments change"),
    (15, lambda c: c.interface.only in ("rename", "mode"), "files are only moved"),
    (
        20,
        lambda c: (
            c.interface.only in ("generated", "vendored", "lock", "binary")
            and not c.security
        ),
        "only generated, vendored, locked or translated files",
    ),
    (
        _LOW,
        lambda c: c.change_type == "style" and not c.interface.visible,
        "formatting",
    ),
    (
        _LOW,
        lambda c: (
            (c.is_bot or "dependency update" in c.reason)
            and not c.touched.core_lines
            and not c.security
            and not _major(c)
            and not _demands(c)
        ),
        "a routine update of dependencies",
    ),
    (
        _LOW,
        lambda c: (
            c.change_type in ("refactor", "chore")
            and not c.unsure
            and c.touched.core_lines <= 30
            and not c.interface.contract
            and not c.security
        ),
        "small, and nothing that users see",
    ),
    (
        _LOW,
        lambda c: (
            c.change_type in ("refactor", "chore")
            and len(c.touched.code) >= 15
            and c.touched.core_lines <= 6 * len(c.touched.code)
            and not c.interface.contract
        ),
        "the same small edit in many files",
    ),
    (
        _MIDDLE,
        lambda c: (
            c.change_type in ("refactor", "chore", "style")
            and bool(MOTION.search(c.text))
            and not c.interface.contract
        ),
        "code is moved or annotated",
    ),
    (_MIDDLE, lambda c: c.is_bot and not c.security, "written by an automation"),
    (
        _MIDDLE,
        lambda c: (
            c.change_type in ("docs", "test", "ci", "style") and not c.interface.visible
        ),
        "documents, tests or CI alone",
    ),
    (_MIDDLE - 10, lambda c: not c.has_code and not c.security, "no product code"),
    (
        _MIDDLE,
        lambda c: (
            c.touched.core_lines <= 2 and not c.security and not c.interface.visible
        ),
        "two lines of code at most",
    ),
)


def _grave(commit: Commit) -> bool:
    """Say whether a repair ends trouble that nobody can live with."""
    return bool(MEASURES["grave trouble"].value(commit))


#: Lines that a person writes for one commit: more are data, or copied.
_BY_HAND = 150_000


def _large(commit: Commit) -> bool:
    """Say whether a person wrote much code, not moved, tidied or edited in passing."""
    touched = commit.touched
    return (
        commit.change_type in ("feat", "fix", "perf", "refactor")
        and max(900, 30 * len(touched.code)) <= touched.core_lines <= _BY_HAND
        and not (commit.is_bot or commit.is_merge or commit.interface.only)
        and not MOTION.search(commit.text)
        and not SAYS["tidying"].search(commit.text)
    )


#: Facts that reach whoever uses the product: readers called one in fifteen low.
_MET = frozenset(
    {"command_added", "command_removed", "option_added", "option_removed"}
    | {"env_added", "config_removed", "deprecated", "migration", "schema_changed"}
)

#: Floors, highest first: the least score, when it holds, and why. Of those held at
#: high, readers called 84, 87, 60 and 68 in a hundred high, and few of them low.
FLOORS: tuple[tuple[float, Callable[[Commit], bool], str], ...] = (
    (HIGH, lambda c: c.breaking, "breaking"),
    (
        HIGH,
        lambda c: c.security and c.change_type == "fix" and c.has_code,
        "security of code in use",
    ),
    (HIGH, _grave, "data lost or wrong, or nothing moves"),
    (HIGH, _large, "much new code of the product"),
    (
        MEDIUM,
        lambda c: c.has_code and not _MET.isdisjoint(c.interface.names),
        "something that users meet changes",
    ),
)


def bounds(commit: Commit, total: float) -> float:
    """What floors and caps add to a score, or take from it."""
    for floor, holds, why in FLOORS:
        if holds(commit):
            if total < floor:
                return commit.count(floor - total, f"held at {tier(floor)}: {why}")
            if floor == HIGH:
                return min(0.0, 100 - total)
    for cap, holds, why in CAPS:
        if holds(commit) and total > cap:
            return commit.count(cap - total, f"held down: {why}")
        if holds(commit):
            break
    return min(0.0, 100 - total) + max(0.0, -total)
