"""From what people write to a repository on this machine, up to date."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from .addresses import SCHEMES, host_and_path, remote_url, web_page, without_password
from .data import MIRROR_HEAD
from .errors import InputError, RepositoryError
from .hermetic import reading_environment, run

if TYPE_CHECKING:
    from .repository import Repository


def open_repository(
    source: str | os.PathLike[str] | None,
    data: Path,
    *,
    refresh: bool = True,
    partial: bool = False,
    progress: bool | None = None,
) -> tuple[Repository, list[str]]:
    """Find a repository on disk, or bring its mirror up to date.

    Parameters
    ----------
    source : str or path-like or None
        A path (work tree, bare, linked work tree, a folder inside, a bundle), a
        git URL, or ``owner/name`` on GitHub. None is the working directory.
    data : Path
        Mirrors live in its ``mirrors`` folder.
    refresh : bool, default True
        Fetch what is new into a mirror. False uses the mirror as it is.
    partial : bool, default False
        A mirror made now may be one without contents of files.
    progress : bool, optional
        As in `commitlens.progress.bar`.

    Returns
    -------
    (Repository, list of str)
        And sentences on what is stale.

    Raises
    ------
    InputError
        `source` is neither.
    RepositoryError
        It cannot be reached or read, is shallow, or is not a repository.
    """
    text = "." if source is None else os.fspath(source)
    if not text or text.startswith("-") or "\0" in text:
        msg = (
            f"{text!r} is no repository: expected a path, a git URL, or owner/name "
            "on GitHub"
        )
        raise InputError(msg)
    path = Path(os.path.expanduser(text))  # of an unknown user: as it is
    if path.is_file() and (bundle := _unpacked(path, data)):
        return _local(bundle), []
    if path.exists():
        return _local(path), []
    url = remote_url(text)
    if url is None:
        msg = (
            f"no repository at {text!r}: no such path, and it is neither a git URL "
            f"({', '.join(SCHEMES)}) nor owner/name on GitHub"
        )
        raise InputError(msg)
    return _mirror(url, data, refresh=refresh, partial=partial, progress=progress)


def _unpacked(path: Path, data: Path) -> Path | None:
    """Return the repository that a bundle holds, None if `path` is no bundle."""
    from . import bundles

    if not bundles.is_bundle(path):
        return None
    return bundles.unpack(path, data, reading_environment())


def _local(path: Path) -> Repository:
    from .repository import Repository

    folder = path if path.is_dir() else path.parent
    done = run(
        "rev-parse", "--is-bare-repository", "--is-shallow-repository",
        "--absolute-git-dir", cwd=folder,
    )  # fmt: skip
    answers = os.fsdecode(done.stdout).removesuffix("\n").split("\n", 2)
    if done.returncode or len(answers) < 3:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = said[-1] if said else "git gave no reason"
        msg = (
            f"{path} is not a git repository that can be read ({why}); name a folder "
            "of a repository, a git URL, or owner/name on GitHub"
        )
        raise RepositoryError(msg)
    bare, shallow, git_dir = answers[0], answers[1], Path(answers[2])
    if shallow == "true":
        msg = (
            f"{path} is a shallow clone: counts at its edge would be wrong; run "
            "`git fetch --unshallow` in it, or name its URL"
        )
        raise RepositoryError(msg)
    if bare == "true":
        name = git_dir.name.removesuffix(".git") or git_dir.parent.name
    else:
        top = run("rev-parse", "--show-toplevel", cwd=folder)
        # Inside .git itself there is no top level: it is the folder above.
        name = Path(os.fsdecode(top.stdout).removesuffix("\n") or git_dir.parent).name
    import hashlib

    digest = hashlib.sha256(os.fsencode(git_dir)).hexdigest()[:10]
    name = os.fsencode(name).decode(errors="backslashreplace") or "repository"
    return Repository(
        name=name,
        git_dir=git_dir,
        key=f"local/{quote(name, safe='')}-{digest}",
        web_url=web_page(_origin(git_dir)),
    )


def _origin(git_dir: Path) -> str:
    done = run(f"--git-dir={git_dir}", "config", "--get", "remote.origin.url",
                cwd=git_dir)  # fmt: skip
    return done.stdout.decode(errors="replace").strip()


def _mirror(
    url: str, data: Path, *, refresh: bool, partial: bool, progress: bool | None
) -> tuple[Repository, list[str]]:
    host, steps = host_and_path(url)
    if not steps or (not host and not url.lower().startswith("file:")):
        msg = f"{without_password(url)} names no repository: expected a URL with a path"
        raise InputError(msg)
    key = "/".join(
        quote(step, safe="").replace("..", "%2E%2E")
        for step in (host or "localhost", *steps)
    )
    name = "/".join(steps) if host and len(steps) > 1 else steps[-1]
    git_dir = data / "mirrors" / f"{key}.git"
    warnings = []
    if not git_dir.exists():
        if not refresh:
            msg = (
                f"{name} was never fetched into {data}: allow a refresh once, with a "
                "network"
            )
            raise RepositoryError(msg)
        from .locks import lock
        from .remote import clone

        with lock(git_dir.with_suffix(".lock")):
            if not git_dir.exists():
                clone(url, git_dir, name=name, partial=partial, progress=progress)
    elif refresh:
        try:
            _fetch_new(url, git_dir, name, progress)
        except RepositoryError as error:
            warnings = [f"stale: {error}; what was fetched before is used"]
    # Not before the remote was asked: this takes a while to import.
    from .repository import Repository

    mirror = Repository(
        name=name, git_dir=git_dir, key=key, revision=MIRROR_HEAD, web_url=web_page(url)
    )
    return mirror, warnings


def _fetch_new(url: str, git_dir: Path, name: str, progress: bool | None) -> None:
    """Fetch into a mirror, if there is anything that it has not."""
    from .remote import fetch, unchanged

    if not unchanged(url, git_dir, name=name):
        from .locks import lock

        with lock(git_dir.with_suffix(".lock")):
            fetch(url, git_dir, name=name, progress=progress)
