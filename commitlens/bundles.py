"""A git bundle, a whole repository in one file, opened for reading."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from .errors import RepositoryError
from .locks import lock


def is_bundle(path: Path) -> bool:
    """Say whether `path` is a git bundle, by its first words."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16).startswith((b"# v2 git bundle\n", b"# v3 git bundle\n"))


def unpack(bundle: Path, data: Path, environment: dict[str, str]) -> Path:
    """Return a bare repository with what `bundle` holds, made when it is new.

    It lives in the data folder under a digest of the bundle's bytes: a bundle
    that was written anew is another repository.

    Parameters
    ----------
    bundle : Path
        A file as ``git bundle create FILE HEAD --branches --tags`` writes it.
    data : Path
        The data folder.
    environment : dict of str to str
        That of a git process that heeds no configuration.

    Raises
    ------
    RepositoryError
        Git cannot read it, or it says no HEAD.
    StoreError
        The data folder cannot be written.
    """
    with bundle.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    folder = data / "mirrors" / ".bundles" / digest
    target = folder / f"{bundle.stem}.git"
    if target.exists():
        return target
    with (
        lock(folder.with_suffix(".lock")),
        tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpack-") as place,
    ):
        if target.exists():
            return target
        fresh = Path(place) / "fresh.git"
        said = _git(
            ["clone", "--quiet", "--bare", "--", str(bundle.absolute()), str(fresh)],
            environment | {"GIT_ALLOW_PROTOCOL": "file"},
        ) or _git(
            [f"--git-dir={fresh}", "rev-parse", "--verify", "HEAD^{commit}"],
            environment,
        )
        if said:
            msg = (
                f"{bundle} is not a bundle that can be read ({said}); make one with "
                "`git bundle create FILE HEAD --branches --tags`"
            )
            raise RepositoryError(msg)
        folder.mkdir(exist_ok=True)
        shutil.move(fresh, target)
    return target


def _git(words: list[str], environment: dict[str, str]) -> str | None:
    """Run git, and return what it said last if it failed."""
    done = subprocess.run(
        ["git", *words],
        # Of grafts git would speak, and a repository made now has none.
        env={k: v for k, v in environment.items() if k != "GIT_GRAFT_FILE"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    if not done.returncode:
        return None
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return said[-1] if said else "git gave no reason"
