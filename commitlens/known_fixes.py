"""Which commits count as repairs where repairs before a commit are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .history import History


def known_fixes(history: History) -> set[tuple[str, str]]:
    """Return repo and sha of the repairs of a history and its lead.

    As they were if no diff had been read: of the commits before a range none is,
    and what is said of a commit may not depend on where the range begins.

    Parameters
    ----------
    history : History
        After `classify`.
    """
    found: set[tuple[str, str]] = set()
    for part in (history.lead, history):
        if part is not None:
            names = ("repo", "sha", "change_type")
            rows = zip(*(part.commits[name].tolist() for name in names), strict=True)
            found |= {(repo, sha) for repo, sha, kind in rows if kind == "fix"}
    for key, kind in history.unread.items():
        (found.add if kind == "fix" else found.discard)(key)
    return found
