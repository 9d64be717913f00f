"""A repository's history as two frames, kept up to date on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from .repository import Repository


@dataclass(frozen=True)
class History:
    """What landed in one or more repositories, as pandas frames.

    Steps take a History and return a new one; none changes its argument.

    Attributes
    ----------
    commits : pandas.DataFrame
        One row a commit, oldest landed first (`commitlens.schema.COMMITS`).
    files : pandas.DataFrame
        One row a commit and path (`commitlens.schema.FILES`), in the order of
        the commits.
    warnings : tuple of str
        Sentences: what is incomplete, stale, skipped or capped.
    lead : History or None
        The last commits that landed *before* the range asked for. They are
        never shown; what is usual here is learnt from them.
    facts : pandas.DataFrame or None
        One row a fact (`commitlens.schema.FACTS`), after `gather_evidence`.
    repositories : mapping of str to Repository
        Where diffs can be read, by the value of the ``repo`` column.
    """

    commits: pd.DataFrame
    files: pd.DataFrame
    warnings: tuple[str, ...] = ()
    lead: History | None = None
    facts: pd.DataFrame | None = None
    repositories: Mapping[str, Repository] = field(default_factory=dict)

    def replace(self, **changes: Any) -> History:
        """Return a copy with some attributes replaced."""
        return replace(self, **changes)
