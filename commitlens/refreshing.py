"""A mirror and its store brought up to date: the whole of what most runs do.

Nothing new is the usual answer, and a server gives it as fast as Python imports
modules: little is imported before it is asked, the rest while it thinks.
"""

from __future__ import annotations

import os

from .data import data_folder
from .errors import RepositoryError
from .opening import open_repository


def refresh(
    repo: str | os.PathLike[str] | None = None,
    *,
    data: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> int:
    """Bring the mirror and the store of a repository up to date.

    Parameters are those of `load_history`. What git could not read is logged as a
    warning.

    Returns
    -------
    int
        How many commits are stored now.

    Raises
    ------
    CommitlensError
        As `load_history`, and also when a known repository cannot be reached.
    """
    folder = data_folder(data)
    repository, stale = open_repository(repo, folder, progress=progress)
    if stale:
        raise RepositoryError(stale[0].removeprefix("stale: "))
    from .loader import update
    from .partial import is_partial
    from .store import stores

    full, names, *_ = stores(folder, repository.key)
    lines = not is_partial(repository.git_dir)
    store = full if lines else names
    read = update(repository, store, lines=lines, progress=progress)
    if read.lost:
        import logging

        from .damage import warning

        logging.getLogger(__name__).warning(warning(repository, read))
    return read.commits
