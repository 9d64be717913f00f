"""A damaged repository: what of its history can still be walked.

Git ends a walk at the first commit that it cannot read. Here the walk goes on
from there, from object to object, and tells which commits were lost. Where git's
own index of commits, the commit-graph, still knows what a lost commit builds on,
nothing beyond it is lost.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .repository import Repository, Unreadable
from .store import Manifest


class Survey:
    """The commits that a branch reaches, found past those that git cannot read.

    It answers what a `Repository` is asked before a history is read.

    Parameters
    ----------
    repository : Repository
        The damaged one.
    tip : str
        The newest commit of the branch.
    stored : mapping of str to sequence of str
        The parents of every commit that is stored.
    base : str, optional
        The last of them to land. Where a first-parent chain is lost before it
        leads there, it is taken for what came before: what was read once is not
        dropped because it cannot be read again.

    Attributes
    ----------
    lost : set of str
        The commits that git cannot read.

    Raises
    ------
    Unreadable
        `tip` is one of them, or git finds another number of commits.
    """

    def __init__(
        self,
        repository: Repository,
        tip: str,
        stored: Mapping[str, Sequence[str]],
        *,
        base: str | None = None,
    ) -> None:
        self._repository = repository
        self._stored = stored
        self._parents: dict[str, tuple[str, ...]] = {}
        self.lost: set[str] = set()
        self._walk(tip)
        if tip in self.lost:
            msg = (
                f"the newest commit of {repository.name}, {tip[:12]}, cannot be read; "
                f"{repository.repair}"
            )
            raise Unreadable(msg)
        self._check(tip)
        chain = self.first_parents(tip)
        end = self._parents[chain[-1]][:1]
        named = {parent for some in stored.values() for parent in some}
        if base is not None and base not in chain and end and end[0] not in named:
            self._parents |= {sha: tuple(some) for sha, some in stored.items()}
            self._parents[end[0]] = (base,)

    def has(self, sha: str) -> bool:
        """Whether it is known what a commit builds on."""
        return sha in self._parents

    def parents(
        self, tip: str, *, base: str | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Return the parents of what `tip` reaches and `base` does not.

        Lost commits are among them where it is known what they build on.
        """
        old = self._reached(base) if base else set()
        new = self._reached(tip) - old
        return {sha: known for sha, known in self._parents.items() if sha in new}

    def first_parents(self, tip: str) -> list[str]:
        """Return the first-parent chain of `tip`, as far as it is known."""
        chain = [tip]
        while parent := self._parents[chain[-1]][:1]:
            if parent[0] not in self._parents:
                break
            chain += parent
        return chain

    def without(self, parents: Mapping[str, Sequence[str]]) -> set[str]:
        """Return the lost commits that a part of the history has, or ends at."""
        named = {parent for some in parents.values() for parent in some}
        return (self.lost & (named | parents.keys())) - self._stored.keys()

    def _walk(self, tip: str) -> None:
        """Find all that `tip` reaches."""
        unseen = {tip}
        while unseen:
            indexed = _log(self._repository, sorted(unseen))
            named = {parent for some in indexed.values() for parent in some}
            names = [*indexed, *((named | unseen) - indexed.keys())]
            found = [sha for sha in names if sha not in self._parents]
            for sha, content in contents(self._repository, found):
                if content is not None:
                    self._parents[sha] = _parents(content)
                    continue
                self.lost.add(sha)
                if sha in self._stored:
                    self._parents[sha] = tuple(self._stored[sha])
                elif sha in indexed:
                    self._parents[sha] = indexed[sha]
            unseen = {
                parent
                for sha in found
                for parent in self._parents.get(sha, ())
                if parent not in self._parents and parent not in self.lost
            }

    def _reached(self, tip: str) -> set[str]:
        seen = {tip}
        stack = [tip]
        while stack:
            for parent in self._parents.get(stack.pop(), ()):
                if parent not in seen and parent in self._parents:
                    seen.add(parent)
                    stack.append(parent)
        return seen

    def _check(self, tip: str) -> None:
        """Let git count what is left, told what to take for parents of whom.

        Raises
        ------
        Unreadable
            It counts otherwise.
        """
        with tempfile.NamedTemporaryFile("w", suffix=".grafts") as grafts:
            for sha, parents in self._parents.items():
                if sha not in self.lost and self.lost.intersection(parents):
                    # Git takes one parent twice for two.
                    ends = dict.fromkeys(self._readable(parents))
                    grafts.write(" ".join([sha, *ends]) + "\n")
            grafts.flush()
            counted = self._repository.count(tip, grafts=grafts.name)
        found = len(self._reached(tip) - self.lost)
        if counted != found:
            msg = (
                f"of the damaged history of {self._repository.name} {found} commits "
                f"were found, and git counts {counted}; `git fsck` in "
                f"{self._repository.git_dir} says what is damaged"
            )
            raise Unreadable(msg)

    def _readable(self, shas: Iterable[str]) -> Iterator[str]:
        """Yield commits, and in place of lost ones what they build on."""
        seen: set[str] = set()
        stack = list(shas)[::-1]
        while stack:
            sha = stack.pop()
            if sha not in self.lost:
                yield sha
            elif sha not in seen:
                seen.add(sha)
                stack += reversed(self._parents.get(sha, ()))


def readable(repository: Repository, shas: Sequence[str]) -> bool:
    """Whether git can read one of some commits."""
    return any(content is not None for _, content in contents(repository, shas))


def contents(
    repository: Repository, shas: Sequence[str]
) -> Iterator[tuple[str, bytes | None]]:
    """Yield each commit and what it holds, None where git cannot read it whole."""
    place = 0
    while place < len(shas):
        process = repository._start("cat-file", "--batch", lines=shas[place:])
        try:
            for sha in shas[place:]:
                header = process.stdout.readline().split()
                content = None
                if header[1:] != [b"missing"]:
                    size = int(header[2]) if len(header) == 3 else 0
                    content = process.stdout.read(size + 1)
                    if len(content) <= size:
                        break  # here git ended
                    if header[1] != b"commit" or not _is(sha, content := content[:-1]):
                        content = None
                place += 1
                yield sha, content
        finally:
            process.finish()
        if place < len(shas):
            place += 1
            yield shas[place - 1], None


def warning(repository: Repository, manifest: Manifest) -> str:
    """Say what a damaged repository lost, and what to do."""
    count = len(manifest.lost)
    some = ", ".join(sha[:10] for sha in manifest.lost[:3]) + ", ..." * (count > 3)
    them = "it" if count == 1 else "they"
    return (
        f"git cannot read {'1 commit' if count == 1 else f'{count} commits'} of "
        f"{repository.name} ({some}): {them} {'is' if count == 1 else 'are'} left out, "
        f"with what nothing else leads to, which leaves {manifest.commits} of the "
        "branch; numbers of what builds on them may be missing, and older commits "
        f"seem to have landed later than they did; {repository.repair}, and the next "
        "refresh reads what is readable again"
    )


def _log(repository: Repository, tips: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the parents of commits that git walks until it ends, as it says."""
    process = repository._start("rev-list", "--parents", "--stdin", lines=tips)
    try:
        lines = process.stdout.read().decode("ascii", "replace").split("\n")[:-1]
    finally:
        process.finish()
    return {sha: tuple(parents) for sha, *parents in map(str.split, lines)}


def _parents(content: bytes) -> tuple[str, ...]:
    """Return the parents that a commit names."""
    found = []
    for line in content.split(b"\n\n", 1)[0].split(b"\n")[1:]:
        kind, _, name = line.partition(b" ")
        if kind != b"parent":
            break
        found.append(name.decode("ascii", "replace"))
    return tuple(found)


def _is(sha: str, content: bytes) -> bool:
    """Whether a commit's content is what its name says."""
    kind = "sha1" if len(sha) == 40 else "sha256"
    known = hashlib.new(kind, b"commit %d\0" % len(content), usedforsecurity=False)
    known.update(content)
    return known.hexdigest() == sha
