"""One repository on this machine: what git is asked about it, and how.

Every call is hermetic (see `commitlens.hermetic`), and a repository of the
user's is only read. What is much is streamed from git's own pipes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .data import MIRROR_HEAD
from .errors import RepositoryError
from .hermetic import reading_environment, run, too_old

if TYPE_CHECKING:
    from . import streams

#: What git is to take for binary where lines of lock files are left out.
LOCK_FILES = Path(__file__).with_name("lock_files.attributes")

#: Modes of a side that is not there, and of a submodule's commit.
_NO_BLOB = (b"000000", b"160000")


class Unreadable(RepositoryError):
    """Objects of a repository are missing or damaged."""


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
    indexed : bool
        Git may use its index of commits, the commit-graph; False reads the
        commits themselves, where something is damaged.
    lock_files : bool
        `changes` counts the lines of lock files, too.
    """

    name: str
    git_dir: Path
    key: str
    revision: str = "HEAD"
    web_url: str | None = None
    indexed: bool = True
    lock_files: bool = True

    @property
    def repair(self) -> str:
        """What to do when it is damaged."""
        if self.revision == MIRROR_HEAD:
            return f"delete {self.git_dir}, and it is fetched anew"
        return f"`git fsck` in {self.git_dir} says what is damaged"

    def tip(self) -> str:
        """Return the sha of the commit that the branch is at.

        Raises
        ------
        RepositoryError
            The branch has no commit yet, or git cannot read it.
        """
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        done = self._run(*asked, f"{self.revision}^{{commit}}")
        sha = done.stdout.decode("ascii", "replace").strip()
        if done.returncode == 0 and sha:
            return sha
        if why := too_old():
            raise RepositoryError(why)
        named = self._run(*asked, self.revision).stdout.decode("ascii", "replace")
        if sha := named.strip():
            said = done.stderr.decode(errors="replace").strip().splitlines()
            msg = (
                f"the newest commit of {self.name}, {sha[:12]}, cannot be read "
                f"({said[-1] if said else 'it is missing'}); {self.repair}"
            )
            raise Unreadable(msg)
        if self._run("symbolic-ref", "--quiet", self.revision).returncode:
            msg = (
                f"{self.name} has no commit to read: what its {self.revision} names "
                f"is damaged; {self.repair}"
            )
            raise Unreadable(msg)
        msg = (
            f"{self.name} has no commit to read: its branch is empty; commit "
            "something first, or name another repository"
        )
        raise RepositoryError(msg)

    def parents(
        self, tip: str, *, base: str | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Return the parents of every commit reachable from `tip`, not `base`."""
        exclude = [f"^{base}"] if base else []
        out = self._read("rev-list", "--parents", tip, *exclude, "--")
        lines = (line.split() for line in out.decode("ascii").splitlines())
        # Tuples: lists would be searched for cycles again and again.
        return {sha: tuple(parents) for sha, *parents in lines}

    def count(self, tip: str, *, grafts: str = os.devnull) -> int:
        """Return how many commits `tip` reaches, as git counts them.

        `grafts` is a file that says which parents commits are to have.
        """
        return int(self._read("rev-list", "--count", tip, "--", GIT_GRAFT_FILE=grafts))

    def first_parents(self, tip: str) -> list[str]:
        """Return the first-parent chain of `tip`, newest first."""
        out = self._read("rev-list", "--first-parent", tip, "--")
        return out.decode("ascii").split()

    def has(self, sha: str) -> bool:
        """Whether the commit is still in the object store."""
        done = self._run("cat-file", "-e", f"{sha}^{{commit}}")
        return done.returncode == 0

    def messages(self, shas: Sequence[str]) -> bytes:
        """Return the fields of `commitlens.gitlog.FIELDS` of each, in their order.

        Each field has a NUL after it.
        """
        from .gitlog import FIELDS, FORMAT

        process = self._start(
            "log", "--stdin", "--no-walk=unsorted", "-z", "--encoding=UTF-8",
            "--date=raw", "--no-notes", "--no-color", "--no-decorate",
            "--no-show-signature", "--no-mailmap", f"--format=tformat:{FORMAT}",
            lines=shas, whole=True,
        )  # fmt: skip
        try:
            printed = process.read()
        finally:
            said = process.finish()
        if printed.count(b"\0") != len(FIELDS) * len(shas):
            found = printed.split(b"\0")[:: len(FIELDS)]
            pairs = zip(shas, found, strict=False)
            lost = next((sha for sha, one in pairs if sha.encode() != one), shas[-1])
            msg = (
                f"git could not read commit {lost[:12]} of {self.name} "
                f"({said or 'its record is malformed'}); {self.repair}"
            )
            raise Unreadable(msg)
        return printed

    def changes(
        self,
        groups: Sequence[Sequence[str]],
        *,
        lines: bool = True,
        first_parent: bool = False,
    ) -> Generator[tuple[Sequence[str], bytes | None]]:
        """Yield the raw and numstat records of commits, in groups as they are asked.

        The bytes are a record of ``git diff-tree --raw --numstat -z -M`` for each
        commit but merges and empty ones. Of a group that git cannot read each
        commit comes by itself, with None where git failed. Without `lines` no
        file's content is read: no numstat, and only renames of files that stayed
        as they were. With `first_parent` a merge gives what differs from its first
        parent. Lines of lock files that are not to be counted have none, as binary
        files.
        """
        merges = ("--diff-merges=first-parent",) if first_parent else ()
        commands: list[tuple[str, ...]] = [
            ("--raw", "--numstat", "-z", "-M", "-l1000")
            if lines
            else ("--raw", "-z", "-M100%"),
            # Needs no blob: still names the files of a commit that lost one.
            ("--raw", "-z", "--no-renames"),
        ]
        options = [] if self.lock_files else [f"core.attributesFile={LOCK_FILES}"]
        return self._diff_trees(
            [merges + command for command in commands], groups, settings=options
        )

    def blobs(self, shas: Sequence[str]) -> set[str]:
        """Return the names of all contents that comparing commits reads.

        A merge is compared with its first parent.
        """
        found: set[bytes] = set()
        command = ("--diff-merges=first-parent", "--raw", "-z", "--no-renames")
        groups = [(sha,) for sha in shas]
        with closing(self._diff_trees([command], groups)) as answers:
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
        self,
        shas: Sequence[str],
        *,
        context: int = 0,
        limit: int = 4_000_000,
        first_parent: bool = False,
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
        first_parent : bool, default False
            Of a merge, what differs from its first parent instead.
        """
        merges = ("--diff-merges=first-parent",) if first_parent else ()
        shape = ("-p", f"-U{context}", "-M", "-l1000", "--no-color", "--full-index")
        command = (*merges, *shape)
        groups = [(sha,) for sha in shas]
        for (sha,), patch in self._diff_trees([command], groups, limit=limit):
            # The first line is git's header, the sha again.
            yield sha, (patch or b"").partition(b"\n")[2]

    def paths(self, sha: str) -> list[str]:
        """Return every path of the tree at a commit; none where git cannot tell."""
        done = self._run("ls-tree", "-r", "--name-only", "-z", sha)
        return done.stdout.decode("utf-8", "backslashreplace").split("\0")[:-1]

    def content(self, sha: str, path: str) -> bytes:
        """Return a file as it is at a commit; nothing where git has it not."""
        return self._run("cat-file", "blob", f"{sha}:{path}").stdout

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
        groups: Sequence[Sequence[str]],
        *,
        limit: int | None = None,
        settings: Iterable[str] = (),
    ) -> Generator[tuple[Sequence[str], bytes | None]]:
        from . import streams

        options = [word for setting in settings for word in ("-c", setting)]

        def start(command: Sequence[str], lines: Iterable[str]) -> streams.Process:
            return self._start(
                *options, "diff-tree", "--stdin", "-r", "--root", "--no-ext-diff",
                "--no-textconv", "--ignore-submodules=none", *command, lines=lines,
            )  # fmt: skip

        return streams.answers(start, commands, groups, limit=limit)

    def _start(
        self, *args: str, lines: Iterable[str], whole: bool = False
    ) -> streams.Process:
        from . import streams

        # Git's own folder: no work tree whose attributes could be read.
        return streams.Process(
            [*self._options(), *args],
            cwd=self.git_dir,
            env=reading_environment(),
            lines=lines,
            whole=whole,
        )

    def _run(self, *args: str, **extra: str) -> subprocess.CompletedProcess[bytes]:
        return run(*self._options(), *args, cwd=self.git_dir, **extra)

    def _options(self) -> list[str]:
        index = [] if self.indexed else ["-c", "core.commitGraph=false"]
        return [f"--git-dir={self.git_dir}", *index]

    def _read(self, *args: str, **extra: str) -> bytes:
        done = self._run(*args, **extra)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            msg = (
                f"git could not walk the history of {self.name} "
                f"({said[-1] if said else 'no reason given'}); {self.repair}"
            )
            raise Unreadable(msg)
        return done.stdout
