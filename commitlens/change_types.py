"""One closed set of change types, told from message, paths and what diffs show.

`commitlens.type_weighing` judges one commit; this module does it for frames.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from .flags import is_breaking, is_security
from .interface import NOTHING, interfaces
from .message import parse
from .paths import category, purpose
from .schema import CLASSIFIED, pandas_dtype, require_columns
from .type_features import shown_tokens
from .type_habits import Habits
from .type_model import shipped
from .type_weighing import weigh

if TYPE_CHECKING:
    import pandas as pd

    from .history import History
    from .message import Message
    from .type_case import Verdict
    from .type_features import Touch


#: The columns that are read.
_COMMITS = ("repo", "sha", "subject", "body", "is_merge")
_FILES = ("repo", "sha", "path", "status", "insertions", "deletions")


def touched_files(files: pd.DataFrame) -> dict[tuple[str, str], list[Touch]]:
    """Return the files of each commit, as far as types ask, by repo and sha."""
    found: dict[tuple[str, str], list[Touch]] = defaultdict(list)
    for repo, sha, path, status, added, removed in zip(
        *(files[column].tolist() for column in _FILES[:4]),
        *(files[column].fillna(0).tolist() for column in _FILES[4:]),
        strict=True,
    ):
        name = path.rpartition("/")[2].lower()
        found[repo, sha].append((purpose(path), status, added, removed, name))
    return found


def classify(history: History) -> History:
    """Add the change type of every commit, with how sure it is and why.

    Parameters
    ----------
    history : History
        ``commits`` and ``files`` as `load_history` gives them. ``facts`` count where
        `gather_evidence` was called before; it weighs types again where it is called
        after.

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
    habits: dict[str, Habits] = {}
    unread: dict[tuple[str, str], str] = {}
    lead = history.lead
    if lead is not None:
        lead = lead.replace(commits=_classified(lead, habits, unread))
    commits = _classified(history, habits, unread)
    return history.replace(commits=commits, lead=lead, unread=unread)


def _classified(
    history: History,
    habits: dict[str, Habits],
    unread: dict[tuple[str, str], str],
) -> pd.DataFrame:
    """Return the commits with their types.

    `habits` learn in their order; `unread` takes what diffs have changed.
    """
    import pandas as pd

    commits, files = history.commits, history.files
    for frame, read in ((commits, _COMMITS), (files, _FILES)):
        require_columns(frame, read, made_by="load_history()")
    found = touched_files(files)
    parts = _in_parts_for_security(files)
    seen = interfaces(history.facts)
    rows = []
    for repo, sha, subject, body, is_merge in zip(
        commits["repo"].tolist(),
        commits["sha"].tolist(),
        commits["subject"].fillna("").tolist(),
        commits["body"].fillna("").tolist(),
        commits["is_merge"].tolist(),
        strict=True,
    ):
        touched = found.get((repo, sha), [])
        kinds = frozenset(touch[0] for touch in touched)
        message = parse(subject, body, is_merge=is_merge)
        habit = habits.setdefault(repo, Habits(shipped()))
        diff = seen.get((repo, sha), NOTHING)
        verdict = weigh(message, touched, habits=habit)
        if any(shown_tokens(diff)):
            bare = verdict.change_type
            # Habits are asked again, and have learnt from the prefix already.
            known = None if message.tags else habit
            verdict = weigh(message, touched, seen=diff, habits=known)
            if verdict.change_type != bare:
                unread[repo, sha] = bare
        flags = _flags(message, verdict, kinds, part=(repo, sha) in parts)
        habit.at += 1
        sure = verdict.confidence * (0.8 if message.merge else 1.0)
        rows.append(
            (
                verdict.change_type,
                message.scope,
                *flags,
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


_SECURITY_FOLDER = r"(?i)(?:^|/)security/"


def _in_parts_for_security(files: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the commits all whose code lies in a part of that name.

    There the word before a subject says where, not what.
    """
    inside = files["path"].str.contains(_SECURITY_FOLDER, regex=True)
    keys = ["repo", "sha"]
    some = files.merge(files.loc[inside, keys].drop_duplicates(), on=keys)
    code = some[some["path"].map(category) == "code"]
    within = code["path"].str.contains(_SECURITY_FOLDER, regex=True)
    all_of = within.groupby([code[key] for key in keys], observed=True).all()
    return set(all_of.index[all_of.to_numpy()])


def _flags(
    message: Message, verdict: Verdict, kinds: frozenset[str], *, part: bool
) -> tuple[bool, bool]:
    # An emoji names no part.
    named = any(mark.lower() in ("security", "sec") for mark in message.marks)
    said = replace(message, security=message.security and not (part and named))
    return is_breaking(message, verdict, kinds), is_security(said, verdict, kinds)
