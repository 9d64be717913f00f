"""Mirrors without file contents, but for those that were asked for.

The first report of a repository is of one day. It needs every commit and every
folder, to know what landed when, and the contents of the files that a few
hundred commits changed: those come in one batch. What asks for more makes the
mirror whole, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .errors import RepositoryError
from .locks import lock
from .repository import Repository

#: The file in a mirror's folder which says that contents are left out. Git's own
#: settings say nothing of it, so that reading never tries to fetch.
MARK = "commitlens-partial"

#: A range with more than this share of all commits is worth the whole mirror.
SHARE = 0.5

#: So are this many packs: they are not joined while contents are left out.
PACKS = 32


def is_partial(git_dir: Path) -> bool:
    """Whether contents of files are left out of a mirror."""
    return (git_dir / MARK).exists()


def reason_to_complete(repository: Repository, asked: int, total: int) -> str | None:
    """Say why a partial mirror should become whole, None if it should not.

    Parameters
    ----------
    repository : Repository
        The mirror.
    asked, total : int
        How many commits' contents are needed, and how many commits there are.
    """
    if asked > SHARE * total:
        return f"{asked} of its {total} commits were asked for"
    packs = len(list(repository.git_dir.glob("objects/pack/*.pack")))
    if packs > PACKS:
        return f"it was fetched in {packs} pieces"
    return None


def complete(
    repository: Repository, url: str | None, why: str, *, progress: bool | None = None
) -> None:
    """Fetch all that a partial mirror leaves out.

    Raises
    ------
    RepositoryError
        There is no `url` to fetch from, or the fetch failed.
    """
    with lock(repository.git_dir.with_suffix(".lock")):
        if is_partial(repository.git_dir):
            _complete(repository, _known(repository, url), why, progress)


def supply(
    repository: Repository,
    url: str | None,
    shas: Sequence[str],
    *,
    progress: bool | None = None,
) -> None:
    """Fetch in one batch the contents that comparing some commits needs.

    A server that does not give single objects is asked for everything.

    Raises
    ------
    RepositoryError
        Something is missing, and there is no `url` or the fetch failed.
    """
    with lock(repository.git_dir.with_suffix(".lock")):
        if not is_partial(repository.git_dir):
            return
        wanted = repository.blobs(shas)
        if url is not None:  # who is who: good to have, not needed
            wanted |= repository.mailmap()
        missing = repository.missing(wanted)
        if not missing:
            return
        from .remote import fetch_objects

        url = _known(repository, url)
        _log(
            "fetching %d file contents of %s: %d commits were asked for",
            *(len(missing), repository.name, len(shas)),
        )
        try:
            fetch_objects(
                url, repository.git_dir, missing, name=repository.name,
                progress=progress,
            )  # fmt: skip
        except RepositoryError as error:
            _complete(
                repository, url, f"contents alone were not given: {error}", progress
            )


def _log(message: str, *values: object) -> None:
    """Tell whoever listens why something is fetched."""
    import logging

    logging.getLogger(__name__).info(message, *values)


def _known(repository: Repository, url: str | None) -> str:
    if url is None:
        msg = (
            f"of {repository.name} only a part was fetched, and this asks for more: "
            "allow a refresh once, with a network"
        )
        raise RepositoryError(msg)
    return url


def _complete(
    repository: Repository, url: str, why: str, progress: bool | None
) -> None:
    from .remote import fetch_all

    _log("fetching all of %s: %s", repository.name, why)
    fetch_all(url, repository.git_dir, name=repository.name, progress=progress)
    (repository.git_dir / MARK).unlink()
