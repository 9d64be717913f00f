"""The only module that talks to git: find, clone, refresh, and stream.

Every call is hermetic. Nothing that a repository's own configuration, hooks or
attributes name is run, nothing prompts, nothing is fetched behind our back, and
a repository of the user's is only read. Clones and fetches go through
GitPython; what is streamed out of git is read from git's own pipes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import bundles, locks, streams
from .addresses import SCHEMES, host_and_path, remote_url, web_page, without_password
from .errors import InputError, RepositoryError

#: The branch of a mirror: what the remote's HEAD was at the last fetch. Asking
#: for HEAD, not for a name, notices a default branch that moved.
MIRROR_HEAD = "refs/commitlens/head"

#: Modes of a side that is not there, and of a submodule's commit.
_NO_BLOB = (b"000000", b"160000")


@dataclass(frozen=True)
class Repository:
    """One repository on this machine, and the branch that is read.

    Attributes
    ----------
    name : str
        `owner/name`, or the folder's name; the value of the ``repo`` column.
    git_dir : Path
        Git's own folder: a mirror of ours, or the user's repository.
    key : str
        Relative path of its store under ``history/``; unique.
    revision : str
        What is read: ``HEAD``, or a mirror's copy of the remote's HEAD.
    web_url : str or None
        Address of its page on a forge, where one is known.
    """

    name: str
    git_dir: Path
    key: str
    revision: str = "HEAD"
    web_url: str | None = None

    def tip(self) -> str:
        """Return the sha of the commit that the branch is at.

        Raises
        ------
        RepositoryError
            The branch has no commit yet, or git cannot read it.
        """
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options",
                         f"{self.revision}^{{commit}}")  # fmt: skip
        sha = done.stdout.decode("ascii", "replace").strip()
        if done.returncode or not sha:
            said = done.stderr.decode(errors="replace").strip()
            msg = (
                f"{self.name} has no commit to read: its branch is empty"
                + (f" or broken (git: {said.splitlines()[-1]})" if said else "")
                + "; commit something first, or name another repository"
            )
            raise RepositoryError(msg)
        return sha

    def parents(self, tip: str, *, base: str | None = None) -> dict[str, list[str]]:
        """Return the parents of every commit reachable from `tip`, not `base`."""
        exclude = [f"^{base}"] if base else []
        out = self._read("rev-list", "--parents", tip, *exclude, "--")
        lines = (line.split() for line in out.decode("ascii").splitlines())
        return {line[0]: line[1:] for line in lines}

    def count(self) -> int:
        """Return how many commits the branch reaches, as git counts them."""
        return int(self._read("rev-list", "--count", self.tip(), "--"))

    def first_parents(self, tip: str) -> list[str]:
        """Return the first-parent chain of `tip`, newest first."""
        out = self._read("rev-list", "--first-parent", tip, "--")
        return out.decode("ascii").split()

    def has(self, sha: str) -> bool:
        """Whether the commit is still in the object store."""
        done = self._run("cat-file", "-e", f"{sha}^{{commit}}")
        return done.returncode == 0

    def messages(self, shas: Sequence[str]) -> Iterator[list[bytes]]:
        """Yield the fields of `commitlens.gitlog.FIELDS`, in the order asked."""
        from .gitlog import FIELDS, FORMAT

        process = self._start(
            "log", "--stdin", "--no-walk=unsorted", "-z", "--encoding=UTF-8",
            "--date=raw", "--no-notes", "--no-color", "--no-decorate",
            "--no-show-signature", "--no-mailmap", f"--format=tformat:{FORMAT}",
            lines=shas,
        )  # fmt: skip
        found = 0
        try:
            for record in streams.records(process.stdout, fields=len(FIELDS)):
                if found == len(shas) or record[0] != shas[found].encode("ascii"):
                    break
                found += 1
                yield record
        finally:
            said = process.finish()
        if found != len(shas):
            lost = shas[found][:12]
            msg = (
                f"git could not read commit {lost} of {self.name} "
                f"({said or 'its record is malformed'}); "
                f"`git fsck` in {self.git_dir} says what is damaged"
            )
            raise RepositoryError(msg)

    def changes(
        self, shas: Sequence[str], *, lines: bool = True, first_parent: bool = False
    ) -> Generator[tuple[str, bytes | None]]:
        """Yield each commit's raw and numstat records, None where git failed.

        The bytes are one record of ``git diff-tree --raw --numstat -z -M``,
        empty for a merge or an empty commit. Without `lines` no file's content
        is read: no numstat, and only renames of files that stayed as they were.
        With `first_parent` a merge gives what differs from its first parent.
        """
        merges = ("--diff-merges=first-parent",) if first_parent else ()
        commands: list[tuple[str, ...]] = [
            ("--raw", "--numstat", "-z", "-M", "-l1000")
            if lines
            else ("--raw", "-z", "-M100%"),
            # Needs no blob: still names the files of a commit that lost one.
            ("--raw", "-z", "--no-renames"),
        ]
        return self._diff_trees([merges + command for command in commands], shas)

    def blobs(self, shas: Sequence[str]) -> set[str]:
        """Return the names of all contents that comparing commits reads.

        A merge is compared with its first parent.
        """
        found: set[bytes] = set()
        command = ("--diff-merges=first-parent", "--raw", "-z", "--no-renames")
        with closing(self._diff_trees([command], shas)) as answers:
            for _, answer in answers:
                # The commit; then for each file its modes, names and status, and
                # its path.
                for line in (answer or b"").split(b"\0")[1:-1:2]:
                    modes = line[1:].split(b" ")
                    sides = zip(modes[:2], modes[2:4], strict=True)
                    found |= {name for mode, name in sides if mode not in _NO_BLOB}
        return {name.decode("ascii") for name in found}

    def mailmap(self) -> set[str]:
        """Return the name of the contents of the branch's ``.mailmap``, if any."""
        tip = self.tip()
        done = self._run("rev-parse", "--verify", "--quiet", f"{tip}:.mailmap")
        return set(done.stdout.decode("ascii").split())

    def missing(self, objects: Iterable[str]) -> list[str]:
        """Return which objects are not in the object store, sorted."""
        process = self._start(
            "cat-file", "--batch-check=%(objectname)", lines=sorted(objects)
        )
        end = b" missing"
        lines = process.stdout.read().splitlines()
        said = process.finish()
        if said:
            msg = f"git could not list the objects of {self.name} ({said})"
            raise RepositoryError(msg)
        return [
            line.removesuffix(end).decode("ascii")
            for line in lines
            if line.endswith(end)
        ]

    def diffs(
        self, shas: Sequence[str], *, context: int = 0, limit: int = 4_000_000
    ) -> Iterator[tuple[str, bytes]]:
        """Yield each commit's patch, in the order asked.

        Parameters
        ----------
        shas : sequence of str
            Commits; a merge or one that git cannot read gives ``b""``.
        context : int, default 0
            Unchanged lines around each change.
        limit : int, default 4_000_000
            Bytes kept of one patch; a longer one ends there.
        """
        command = ("-p", f"-U{context}", "-M", "-l1000", "--no-color", "--full-index")
        for sha, patch in self._diff_trees([command], shas, limit=limit):
            # The first line is git's header, the sha again.
            yield sha, (patch or b"").partition(b"\n")[2]

    def canonical(self, people: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return names and addresses as the branch's ``.mailmap`` merges them.

        Those that it says nothing of, or that cannot be asked for, stay.
        """
        asked = [
            (name, email)
            for name, email in dict.fromkeys(people)
            if not set("\n<>\0") & set(name) and not set("\n>\0") & set(email)
        ]
        tip = self.tip()
        if self._run("cat-file", "-e", f"{tip}:.mailmap").returncode and self._read(
            "ls-tree", tip, "--", ".mailmap"
        ):
            msg = f"the .mailmap of {self.name} is missing or damaged"
            raise RepositoryError(msg)
        process = self._start(
            # Elsewhere: git would add a `.mailmap` of the folder to the branch's.
            "-C", os.sep, "-c", f"mailmap.file={os.devnull}",
            "-c", f"mailmap.blob={tip}:.mailmap", "check-mailmap", "--stdin",
            lines=(f"{name} <{email}>" for name, email in asked),
        )  # fmt: skip
        try:
            answers = process.stdout.read().decode(errors="backslashreplace")
        finally:
            said = process.finish()
        lines = answers.split("\n")[:-1]
        if len(lines) != len(asked):
            msg = f"git could not merge the authors of {self.name} ({said})"
            raise RepositoryError(msg)
        merged = {}
        for person, line in zip(asked, lines, strict=True):
            name, _, email = line.partition("<")
            merged[person] = (name.removesuffix(" "), email.removesuffix(">"))
        return [merged.get(person, person) for person in people]

    def _diff_trees(
        self,
        commands: Sequence[Sequence[str]],
        shas: Sequence[str],
        limit: int | None = None,
    ) -> Generator[tuple[str, bytes | None]]:
        def start(command: Sequence[str], lines: Iterable[str]) -> streams.Process:
            return self._start(
                "diff-tree", "--stdin", "-r", "--root", "--no-ext-diff",
                "--no-textconv", "--ignore-submodules=none", *command, lines=lines,
            )  # fmt: skip

        return streams.answers(start, commands, shas, limit=limit)

    def _start(self, *args: str, lines: Iterable[str]) -> streams.Process:
        # Git's own folder: no work tree whose attributes could be read.
        return streams.Process(
            [f"--git-dir={self.git_dir}", *args],
            cwd=self.git_dir,
            env=_read_env(),
            lines=lines,
        )

    def _run(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        return _git(f"--git-dir={self.git_dir}", *args, cwd=self.git_dir)

    def _read(self, *args: str) -> bytes:
        done = self._run(*args)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            msg = (
                f"git could not walk the history of {self.name} "
                f"({said[-1] if said else 'no reason given'}); "
                f"`git fsck` in {self.git_dir} says what is damaged"
            )
            raise RepositoryError(msg)
        return done.stdout


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
    if bundles.is_bundle(path):
        return _local(bundles.unpack(path, data, _read_env())), []
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


def _local(path: Path) -> Repository:
    folder = path if path.is_dir() else path.parent
    done = _git(
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
        top = _git("rev-parse", "--show-toplevel", cwd=folder)
        # Inside .git itself there is no top level: it is the folder above.
        name = Path(os.fsdecode(top.stdout).removesuffix("\n") or git_dir.parent).name
    digest = hashlib.sha256(os.fsencode(git_dir)).hexdigest()[:10]
    name = os.fsencode(name).decode(errors="backslashreplace") or "repository"
    return Repository(
        name=name,
        git_dir=git_dir,
        key=f"local/{quote(name, safe='')}-{digest}",
        web_url=web_page(_origin(git_dir)),
    )


def _origin(git_dir: Path) -> str:
    done = _git(f"--git-dir={git_dir}", "config", "--get", "remote.origin.url",
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
    mirror = Repository(
        name=name, git_dir=git_dir, key=key, revision=MIRROR_HEAD, web_url=web_page(url)
    )
    if not git_dir.exists():
        if not refresh:
            msg = (
                f"{name} was never fetched into {data}: allow a refresh once, with a "
                "network"
            )
            raise RepositoryError(msg)
        from .remote import clone

        with locks.lock(git_dir.with_suffix(".lock")):
            if not git_dir.exists():
                clone(url, git_dir, name=name, partial=partial, progress=progress)
        return mirror, []
    if not refresh:
        return mirror, []
    from .remote import fetch, unchanged

    try:
        if not unchanged(url, git_dir, name=name):
            with locks.lock(git_dir.with_suffix(".lock")):
                fetch(url, git_dir, name=name, progress=progress)
    except RepositoryError as error:
        return mirror, [f"stale: {error}; what was fetched before is used"]
    return mirror, []


#: Settings that outrank a repository's own: nothing of its is run.
_SAFE_CONFIG = {
    "core.fsmonitor": "false",
    # Counts are of what git takes for text, not of what a user does.
    "core.attributesFile": os.devnull,
    "core.bigFileThreshold": "512m",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "diff.external": "",
    "log.showSignature": "false",
    "safe.directory": "*",
}


def _clean_env() -> dict[str, str]:
    """Return this process's environment without what steers git."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}


def _read_env() -> dict[str, str]:
    settings: dict[str, str] = {"GIT_CONFIG_COUNT": str(len(_SAFE_CONFIG))}
    for index, (key, value) in enumerate(_SAFE_CONFIG.items()):
        settings[f"GIT_CONFIG_KEY_{index}"] = key
        settings[f"GIT_CONFIG_VALUE_{index}"] = value
    return _clean_env() | settings | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        # No index: it would bring attributes, and say what is ignored.
        "GIT_INDEX_FILE": "there-is-no-such-index",
        # What a sha holds is fixed: what is stored once stays true.
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        # A partial clone would fetch what it lacks, and write to itself.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "LC_ALL": "C",
        # Full buffers, not a write and a wake-up for each commit.
        "GIT_FLUSH": "0",
        # Git frees and asks again for each blob. Glibc would give large ones back
        # to the system each time: a tenth of the work, in page faults.
        "MALLOC_MMAP_THRESHOLD_": str(1 << 25),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 28),
    }  # fmt: skip


def _git(*args: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *args],
            cwd=cwd,
            env=_read_env(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    except OSError as error:
        if error.filename == "git" and isinstance(error, FileNotFoundError):
            msg = "git was not found on the PATH; install git 2.30 or newer"
        else:
            msg = f"{cwd} cannot be entered ({error.strerror}); check its permissions"
        raise RepositoryError(msg) from error
