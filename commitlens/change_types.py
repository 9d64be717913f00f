"""One closed set of change types, told from message and paths.

The rules are in `commitlens.type_rules`; this module applies them to frames.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .flags import is_breaking, is_security
from .message import parse
from .paths import category
from .schema import CLASSIFIED, pandas_dtype, require_columns
from .type_rules import judge

if TYPE_CHECKING:
    import pandas as pd

    from .history import History


@dataclass(slots=True)
class Touched:
    """The files of one commit, as far as rules ask."""

    kinds: set[str] = field(default_factory=set)
    code_files: int = 0
    new_code: bool = False


def touched_files(files: pd.DataFrame) -> dict[tuple[str, str], Touched]:
    """Sum up the files of each commit, by repo and sha."""
    found: dict[tuple[str, str], Touched] = defaultdict(Touched)
    for repo, sha, path, status in zip(
        *(files[column].tolist() for column in ("repo", "sha", "path", "status")),
        strict=True,
    ):
        kind = category(path)
        commit = found[repo, sha]
        commit.kinds.add(kind)
        if kind == "code":
            commit.code_files += 1
            commit.new_code |= status == "A"
    return found


def classify(history: History) -> History:
    """Add the change type of every commit, with how sure it is and why.

    Parameters
    ----------
    history : History
        ``commits`` and ``files`` as `load_history` gives them.

    Returns
    -------
    History
        With ``change_type`` (category, in the order of `CHANGE_TYPES`), ``scope``
        (missing if the author named none), ``breaking``, ``security`` (bool),
        ``type_confidence`` (0 to 1) and ``type_reason`` in ``commits``, and in
        ``lead.commits`` where there is a lead. Existing columns of these names are
        replaced.

    Raises
    ------
    InputError
        If a frame lacks a column of `COMMITS` or `FILES` that is read.

    Examples
    --------
    >>> typed = classify(history)
    >>> typed.commits["change_type"].value_counts()
    """
    lead = classify(history.lead) if history.lead is not None else None
    return history.replace(commits=_classified(history), lead=lead)


def _classified(history: History) -> pd.DataFrame:
    import pandas as pd

    commits, files = history.commits, history.files
    read = ("repo", "sha", "subject", "body", "is_merge")
    require_columns(commits, read, made_by="load_history()")
    require_columns(files, ("repo", "sha", "path", "status"), made_by="load_history()")
    found = touched_files(files)
    nothing = Touched()
    rows = []
    for repo, sha, subject, body, is_merge in zip(
        commits["repo"].tolist(),
        commits["sha"].tolist(),
        commits["subject"].fillna("").tolist(),
        commits["body"].fillna("").tolist(),
        commits["is_merge"].tolist(),
        strict=True,
    ):
        commit = found.get((repo, sha), nothing)
        kinds = frozenset(commit.kinds)
        message = parse(subject, body, is_merge=is_merge)
        verdict = judge(
            message, kinds, code_files=commit.code_files, new_code=commit.new_code
        )
        sure = verdict.confidence * (0.8 if message.merge else 1.0)
        rows.append(
            (
                verdict.change_type,
                message.scope,
                is_breaking(message, verdict, kinds),
                is_security(message, verdict, kinds),
                round(sure, 3),
                verdict.reason,
            )
        )
    columns = zip(*rows, strict=True) if rows else ((),) * len(CLASSIFIED)
    return commits.assign(
        **{
            name: pd.Series(list(values), index=commits.index, dtype=pandas_dtype(kind))
            for (name, (kind, _)), values in zip(
                CLASSIFIED.items(), columns, strict=True
            )
        }
    )
