"""The frames: columns, dtypes and meaning, in one place.

Every step takes frames with these columns and returns new frames with more of
them. Strings are pandas' own ``str`` dtype (Arrow-backed), times are tz-aware
UTC, counts are nullable ``Int64`` because a number that git could not give is
missing, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    import pandas as pd

#: The closed set of change types, in the order of charts and tables.
CHANGE_TYPES: tuple[str, ...] = (
    "feat",
    "fix",
    "perf",
    "refactor",
    "docs",
    "test",
    "build",
    "ci",
    "style",
    "chore",
    "revert",
)

#: The tiers of importance, from skim to must-know.
TIERS: tuple[str, ...] = ("low", "medium", "high")

#: ``History.commits``, one row a commit: column -> (dtype, meaning).
COMMITS: dict[str, tuple[str, str]] = {
    "repo": ("str", "`owner/name`, or the folder's name"),
    "sha": ("str", "full hexadecimal object name"),
    "parents": ("list", "object names of the parents, first parent first"),
    "author_name": ("str", "who wrote it"),
    "author_email": ("str", "their address, as recorded"),
    "authored_at": ("time", "when it was written"),
    "committer_name": ("str", "who committed it"),
    "committed_at": ("time", "when it was committed"),
    "landed_at": ("time", "when it became reachable on the branch"),
    "subject": ("str", "first paragraph of the message, as one line"),
    "body": ("str", "the message after its subject, trailers included"),
    "trailers": ("trailers", "`{key, value}` pairs that git recognises at the end"),
    "is_merge": ("bool", "has more than one parent"),
    "is_bot": ("bool", "written by an automation"),
    "files_changed": ("count", "files touched; 0 for a merge"),
    "insertions": ("count", "lines added in text files; missing if unreadable"),
    "deletions": ("count", "lines removed in text files; missing if unreadable"),
}

#: ``History.files``, one row a commit and path.
FILES: dict[str, tuple[str, str]] = {
    "repo": ("str", "as in commits"),
    "sha": ("str", "the commit"),
    "path": ("str", "path after the commit, `/` between folders"),
    "old_path": ("str", "path before a rename or copy, else missing"),
    "status": ("str", "A added, M modified, D deleted, R renamed, C copied, T type"),
    "insertions": ("count", "lines added; missing for binary"),
    "deletions": ("count", "lines removed; missing for binary"),
    "is_binary": ("bool", "git shows no lines for it"),
}

#: What :func:`commitlens.merge_identities` adds to commits.
IDENTITIES: dict[str, tuple[str, str]] = {
    "person_name": ("str", "the author's name, merged by the repository's .mailmap"),
    "person_email": ("str", "the author's address, merged likewise"),
}

#: What :func:`commitlens.classify` adds to commits.
CLASSIFIED: dict[str, tuple[str, str]] = {
    "change_type": ("category", "one of CHANGE_TYPES"),
    "scope": ("str", "what the author says it is about, else missing"),
    "breaking": ("bool", "asks its users to change something"),
    "security": ("bool", "repairs or hardens security"),
    "type_confidence": ("float64", "0 to 1: how sure the change type is"),
    "type_reason": ("str", "the rule that decided, in words"),
}

#: ``History.facts``, one row a fact read from a commit's diff or message.
FACTS: dict[str, tuple[str, str]] = {
    "repo": ("str", "as in commits"),
    "sha": ("str", "the commit"),
    "kind": ("str", "what sort of fact; one of commitlens.evidence.KINDS"),
    "name": ("str", "what it is about: a symbol, an option, a package, a commit"),
    "old": ("str", "value before, where there is one"),
    "new": ("str", "value after, where there is one"),
    "path": ("str", "the file it was read from, else missing"),
}

#: What :func:`commitlens.rate` adds, beside one ``score_*`` column a part.
RATED: dict[str, tuple[str, str]] = {
    "importance_score": ("float64", "0 to 100, the sum of the score_* columns"),
    "importance": ("ordered category", "low < medium < high"),
    "importance_reasons": ("list", "sentences, each a fact that moved the score"),
    "risk": (
        "float64",
        "share of changes like it that needed a repair; missing: no code",
    ),
    "tier_turns": ("str", "what would put it into another tier"),
}


def require_columns(
    frame: pd.DataFrame, columns: Iterable[str], *, made_by: str
) -> None:
    """Raise `InputError` unless `frame` has every one of `columns`.

    Parameters
    ----------
    frame : pandas.DataFrame
        The frame that a step was given.
    columns : iterable of str
        What the step reads.
    made_by : str
        The call that adds them, named in the message.

    Examples
    --------
    >>> require_columns(history.commits, ["change_type"], made_by="classify()")
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        names = ", ".join(repr(column) for column in missing)
        msg = (
            f"the frame has no column {names} (it has: "
            f"{', '.join(map(str, frame.columns)) or 'none'}); run {made_by} first"
        )
        raise InputError(msg)


def frame(rows: Iterable[Any], columns: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Make a frame with exactly `columns`, in their dtypes, from mappings.

    Parameters
    ----------
    rows : iterable of mappings
        One mapping a row; a missing key is a missing value.
    columns : dict
        One of the tables of this module.
    """
    import pandas as pd

    rows = list(rows)
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype=pandas_dtype(kind))
            for name, (kind, _) in columns.items()
        }
    )


@cache
def pandas_dtype(kind: str) -> Any:
    """Return the pandas dtype of a column kind of this module's tables."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    strings = pa.large_string()
    pair = pa.struct([("key", strings), ("value", strings)])
    return {
        "str": pd.StringDtype("pyarrow", na_value=float("nan")),
        "list": pd.ArrowDtype(pa.list_(strings)),
        "trailers": pd.ArrowDtype(pa.list_(pair)),
        "time": pd.DatetimeTZDtype("us", "UTC"),
        "bool": np.dtype("bool"),
        "count": pd.Int64Dtype(),
        "float64": np.dtype("float64"),
        "category": pd.CategoricalDtype(CHANGE_TYPES),
        "ordered category": pd.CategoricalDtype(TIERS, ordered=True),
    }[kind]
