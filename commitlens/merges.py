"""What merges change by themselves, read on request."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .schema import FILES, pandas_dtype, require_columns

if TYPE_CHECKING:
    import pandas as pd

    from .history import History


def merge_changes(history: History) -> pd.DataFrame:
    """Read what each merge changed against its first parent.

    ``history.files`` has no rows of merges, because the commits that a merge
    brings are listed with theirs. Against its first parent a merge shows all
    that it brought *and* what it changed itself: the resolution of a conflict,
    or an edit that no commit of the branch holds.

    Parameters
    ----------
    history : History
        As loaded, or after any step. Only its merges are asked for; with none,
        git is not started.

    Returns
    -------
    pandas.DataFrame
        The columns and dtypes of ``history.files`` (`commitlens.schema.FILES`),
        one row a merge and path, in the order of ``history.commits``. Counts
        are missing for binary files and where git could not read them; which
        merges that concerns is told in ``attrs["warnings"]``, a tuple of
        sentences.

    Raises
    ------
    InputError
        The history has merges of a repository that it does not know where to
        read, as one made of literal rows.

    Examples
    --------
    >>> evil = merge_changes(history)
    >>> evil.groupby("sha")["insertions"].sum().nlargest(5)
    """
    import pandas as pd

    require_columns(
        history.commits, ["repo", "sha", "is_merge"], made_by="load_history()"
    )
    merges = history.commits.loc[history.commits["is_merge"], ["repo", "sha"]]
    parts, unread = [], []
    # Groups come in the order of their first commit; rows of one keep theirs.
    for repo, rows in merges.groupby("repo", sort=False):
        part, lost = _read(history, str(repo), rows["sha"].tolist())
        parts.append(part)
        unread += lost
    names = dict.fromkeys(FILES, ())
    table = pd.concat(parts, ignore_index=True) if parts else _frame(names)
    if len(parts) > 1:
        table = merges.merge(table, on=["repo", "sha"], validate="1:m")[list(FILES)]
    table.attrs = {"warnings": _warnings(unread)}
    return table


def _read(
    history: History, repo: str, shas: list[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of one repository's merges, and which were not read whole."""
    repository = history.repositories.get(repo)
    if repository is None:
        msg = (
            f"the history does not say where {repo} is, so its {len(shas)} merges "
            "cannot be read; load it with commitlens.load_history()"
        )
        raise InputError(msg)
    from . import columns

    groups = [(sha,) for sha in shas]
    with closing(repository.changes(groups, first_parent=True)) as answers:
        files, sums = columns.changes(answers)
    rows = files.to_pydict()
    owners = [shas[place] for place in rows["commit"]]
    known = sums["insertions"].is_valid().to_pylist()
    lost = [sha for sha, told in zip(shas, known, strict=True) if not told]
    return _frame(rows | {"repo": [repo] * len(owners), "sha": owners}), lost


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            name: pd.Series(list(columns[name]), dtype=pandas_dtype(kind))
            for name, (kind, _) in FILES.items()
        }
    )


def _warnings(unread: list[str]) -> tuple[str, ...]:
    if not unread:
        return ()
    some = ", ".join(sha[:10] for sha in unread[:3]) + ", ..." * (len(unread) > 3)
    count = "1 merge" if len(unread) == 1 else f"{len(unread)} merges"
    return (
        f"git could not read all of {count} ({some}): objects are missing or damaged; "
        "their numbers are missing",
    )
