"""What trends ask git beyond the frames, on demand: zones, tags, sizes, blame.

Git is started by `commitlens.repository`, as hermetically as for everything else.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import gitlog
from ..diffs import read_patch
from ..errors import InputError, RepositoryError
from ..paths import category

#: Commits whose messages are read at once.
READ = 4096

if TYPE_CHECKING:
    from ..history import History
    from ..repository import Repository


def where(history: History, repo: str, what: str) -> Repository:
    """Return where a repository is, or say what cannot be read without it."""
    found = history.repositories.get(repo)
    if found is None:
        msg = (
            f"the history does not say where {repo} is, so {what} cannot be read; "
            "load it with commitlens.load_history()"
        )
        raise InputError(msg)
    return found


def only_repository(history: History, what: str) -> Repository:
    """Return the one repository of a history."""
    names = list(history.commits["repo"].unique()) or list(history.repositories)
    if len(names) != 1:
        msg = (
            f"{what} are of one repository, and the history has {len(names)}; "
            "select(history, repos=...) takes one"
        )
        raise InputError(msg)
    return where(history, names[0], what)


def author_offsets(history: History) -> np.ndarray:
    """Return for each commit how many minutes its author's clock was before UTC."""
    commits = history.commits
    minutes = np.zeros(len(commits), dtype="int64")
    place = list(gitlog.FIELDS).index("authored")
    names = commits["repo"].to_numpy(dtype=object)
    for repo in dict.fromkeys(names):
        repository = where(history, repo, "the zones of its authors")
        rows = np.flatnonzero(names == repo)
        shas = commits["sha"].iloc[rows].tolist()
        minutes[rows] = [
            _minutes(date)
            for start in range(0, len(shas), READ)
            for date in repository.messages(shas[start : start + READ]).split(b"\0")[
                place :: len(gitlog.FIELDS)
            ]
        ]
    return minutes


def _minutes(date: bytes) -> int:
    """Return the offset of git's raw date, ``1767603600 +0530``, in minutes."""
    zone = date.split()[-1] if date.split() else b""
    if len(zone) != 5 or not zone[1:].isdigit():
        return 0
    value = int(zone[1:3]) * 60 + int(zone[3:])
    # Clocks are at most 14 hours apart from UTC: more is a broken date.
    return 0 if value > 14 * 60 else -value if zone[:1] == b"-" else value


class Tag(NamedTuple):
    """A tag that leads to a commit."""

    name: str
    commit: str
    tagged: int  # seconds since the epoch


def tags(repository: Repository) -> list[Tag]:
    """Return the tags of a repository that lead to a commit, oldest first."""
    out = repository._read(
        "for-each-ref", "refs/tags", "--sort=creatordate", "--sort=refname",
        "--format=%(refname:lstrip=2)%00%(objecttype)%00%(objectname)"
        "%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)",
    )  # fmt: skip
    found = []
    for line in out.split(b"\n"):
        fields = line.split(b"\0")
        if len(fields) != 6:
            continue
        name, kind, sha, inner_kind, inner, when = fields
        commit = sha if kind == b"commit" else inner if inner_kind == b"commit" else b""
        if inner_kind == b"tag":  # a tag of a tag: git looks one step ahead
            commit = _commit_of(repository, inner)
        if commit:
            said = gitlog.decode(name)
            found.append(Tag(said, commit.decode("ascii"), int(when or 0)))
    return found


def _commit_of(repository: Repository, tag: bytes) -> bytes:
    """Return the commit that a tag leads to in the end, empty for none."""
    name = tag.decode("ascii") + "^{commit}"
    done = repository._run("rev-parse", "--verify", "--quiet", name)
    return b"" if done.returncode else done.stdout.strip()


def ancestry(repository: Repository, tip: str) -> Iterator[tuple[str, int, list[str]]]:
    """Yield commits that the tip or a tag reaches: sha, committed, parents.

    Parents come before children.
    """
    out = repository._read(
        "rev-list", "--topo-order", "--reverse", "--parents", "--timestamp",
        tip, "--tags", "--",
    )  # fmt: skip
    for line in out.decode("ascii").splitlines():
        when, sha, *parents = line.split()
        yield sha, int(when), parents


def sizes(repository: Repository) -> dict[str, int]:
    """Return how many lines each text file has at the branch's tip.

    Empty where contents are not at hand, as in a mirror of commits only.
    """
    empty = repository._read("hash-object", "-t", "tree", os.devnull).decode().strip()
    try:
        out = repository._read(
            "diff-tree", "-r", "--numstat", "-z", "--no-renames", "--no-ext-diff",
            "--no-textconv", empty, repository.tip(),
        )  # fmt: skip
    except RepositoryError:
        return {}
    lines = {}
    for record in out.split(b"\0"):
        added, _, rest = record.partition(b"\t")
        if added.isdigit():
            lines[gitlog.decode(rest.partition(b"\t")[2])] = int(added)
    return lines


def blame(repository: Repository, sha: str, path: str) -> Counter[int] | None:
    """Return how many lines of a file were committed in each second.

    None where git cannot say: contents that are missing, a path that is not one.
    """
    done = repository._run(*_BLAME, "--incremental", sha, "--", path)
    if done.returncode:
        return None
    counts: Counter[int] = Counter()
    times: dict[bytes, int] = {}
    current, lines = b"", 0
    for line in done.stdout.split(b"\n"):
        fields = line.split(b" ")
        if _is_group(fields):
            current, lines = fields[0], int(fields[3])
        elif fields[0] == b"committer-time" and len(fields) == 2:
            times[current] = int(fields[1])
        elif fields[0] == b"filename":
            counts[times.get(current, 0)] += lines
    return counts


def authors_before(history: History) -> set[str] | None:
    """Return the names of who landed something before a history begins.

    None where its repository is not at hand.
    """
    lead = history.lead
    assert lead is not None
    names: set[str] = set()
    merged = "person_name" in history.commits.columns
    # The newest commit of the lead reaches all that landed by then.
    last = lead.commits.drop_duplicates("repo", keep="last")
    for repo, sha in zip(last["repo"], last["sha"], strict=True):
        repository = history.repositories.get(repo)
        if repository is None:
            return None
        out = repository._read(
            "log", "-z", "--no-mailmap", "--encoding=UTF-8", "--no-show-signature",
            "--format=%an%x00%ae", "--end-of-options", sha, "--",
        )  # fmt: skip
        fields = gitlog.decode_all(out.split(b"\0"))
        people = list(dict.fromkeys(zip(fields[::2], fields[1::2], strict=False)))
        if merged:
            people = repository.canonical(people)
        names |= {name for name, _ in people}
    return names


def wrote_removed_lines(
    repository: Repository, sha: str, patch: bytes, *, most: int
) -> set[str]:
    """Return which commits wrote the lines of code that a patch takes away.

    Blank lines and comments say nothing. Empty where more than `most` files of
    code change: that is no single repair.
    """
    wanted = [
        (file, ranges)
        for file in read_patch(patch)
        if category(file.path) == "code" and (ranges := _removed(file.body))
    ]
    if len(wanted) > most:
        return set()
    found: set[str] = set()
    for file, ranges in wanted:
        places = [f"-L{start},+{count}" for start, count in ranges]
        done = repository._run(
            *_BLAME, "--incremental", "-w", *places, f"{sha}^", "--", file.old_path
        )
        for line in done.stdout.split(b"\n") if not done.returncode else ():
            fields = line.split(b" ")
            if _is_group(fields):
                found.add(fields[0].decode("ascii"))
    return found


def _removed(body: bytes) -> list[tuple[int, int]]:
    """Return the runs of lines that hunks without context take away."""
    runs: list[tuple[int, int]] = []
    at = 0
    for line in body.split(b"\n"):
        if match := _HUNK.match(line):
            at = int(match[1])
        elif line.startswith(b"-"):
            if not _SAYS_NOTHING.match(line[1:]):
                if runs and sum(runs[-1]) == at:
                    runs[-1] = (runs[-1][0], runs[-1][1] + 1)
                else:
                    runs.append((at, 1))
            at += 1
    return runs[:_RUNS]


_HUNK = re.compile(rb"@@ -(\d+)(?:,\d+)? ")
_SAYS_NOTHING = re.compile(rb"\s*(?:$|#|//|/?\*|--\s|[{}()\[\];,]*\s*$)")
_RUNS = 50

# Nothing that a repository's own configuration names is run or read.
# (An empty name ends the list of files of revisions to be ignored.)
_BLAME = ("blame", "--no-textconv", "--ignore-revs-file=")


def _is_group(fields: list[bytes]) -> bool:
    """Whether a line of ``git blame --incremental`` starts a group of lines."""
    return len(fields) == 4 and len(fields[0]) in (40, 64) and fields[3].isdigit()


def code_files(repository: Repository, sha: str) -> list[str]:
    """Return the paths of regular files of code in a commit."""
    out = repository._read("ls-tree", "-r", "-z", "--full-tree", sha, "--")
    found = []
    for entry in out.split(b"\0")[:-1]:
        meta, _, path = entry.partition(b"\t")
        if meta.startswith(b"100"):
            try:
                name = path.decode()
            except UnicodeDecodeError:
                continue  # a name that cannot be given back to git as text
            if category(name) == "code":
                found.append(name)
    return found
