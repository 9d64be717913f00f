"""One person, one name: authors merged by what a repository says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import RepositoryError
from .schema import IDENTITIES, pandas_dtype, require_columns

if TYPE_CHECKING:
    import pandas as pd

    from .history import History


def merge_identities(history: History) -> History:
    """Add the name and address by which a repository knows each author.

    A repository's ``.mailmap`` says which names and addresses are one person.
    It is read as git reads it, from the commit that the branch is at, so that
    commits which were written before a line was added to it are merged too.

    Parameters
    ----------
    history : History
        As loaded, or after any step. Nothing of it is changed.

    Returns
    -------
    History
        With two more columns in ``commits`` and ``lead.commits``
        (`commitlens.schema.IDENTITIES`): ``person_name`` and ``person_email``
        (str). They repeat ``author_name`` and ``author_email`` where there is
        no ``.mailmap``, where it says nothing of them, and in a history of
        literal rows. A ``.mailmap`` that cannot be read, as in a clone without
        contents of files, is told in ``warnings``. ``trend(by="author")``
        counts by these names.

    Raises
    ------
    InputError
        The commits have no authors.

    Examples
    --------
    >>> people = merge_identities(load_history("owner/name")).commits
    >>> people.groupby("person_email")["sha"].count().nlargest(10)
    """
    frames = [history.commits, *([history.lead.commits] if history.lead else [])]
    known: dict[tuple[str, str, str], tuple[str, str]] = {}
    for frame in frames:
        require_columns(frame, _AUTHOR, made_by="load_history()")
        known |= dict.fromkeys(_authors(frame), ("", ""))
    warnings = list(history.warnings)
    for repo in dict.fromkeys(repo for repo, _, _ in known):
        raw = [(name, email) for of, name, email in known if of == repo]
        repository = history.repositories.get(repo)
        try:
            merged = raw if repository is None else repository.canonical(raw)
        except RepositoryError as error:
            merged = raw
            warnings.append(f"authors of {repo} are as recorded: {error}")
        for (name, email), person in zip(raw, merged, strict=True):
            known[repo, name, email] = person
    lead = history.lead
    return history.replace(
        warnings=tuple(warnings),
        commits=_with_people(history.commits, known),
        lead=lead and lead.replace(commits=_with_people(lead.commits, known)),
    )


_AUTHOR = ("repo", "author_name", "author_email")


def _authors(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    columns = (frame[name].fillna("").tolist() for name in _AUTHOR)
    return list(zip(*columns, strict=True))


def _with_people(
    frame: pd.DataFrame, known: dict[tuple[str, str, str], tuple[str, str]]
) -> pd.DataFrame:
    import pandas as pd

    people = [known[author] for author in _authors(frame)]
    return frame.assign(
        **{
            column: pd.Series(
                [person[place] for person in people],
                index=frame.index,
                dtype=pandas_dtype(kind),
            )
            for place, (column, (kind, _)) in enumerate(IDENTITIES.items())
        }
    )
