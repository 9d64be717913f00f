"""Clone and fetch with GitPython: the one part that reaches a network."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from .addresses import without_password
from .data import MIRROR_HEAD
from .errors import RepositoryError
from .hermetic import not_started, run, too_old, version

#: What git says of a failure, in its own words, and what it means for a reader.
_MEANINGS = (
    ("couldn't find remote ref HEAD", "it has no commits yet; commit something first"),
    ("could not read Username", "it does not exist, or needs credentials"),
    ("could not read Password", "its credentials were not accepted"),
    ("Authentication failed", "its credentials were not accepted"),
    ("Permission denied", "the server refused this user; check your key"),
    ("not found", "there is no such repository; check the spelling"),
    ("does not appear to be a git repository", "there is no repository there"),
    ("The requested URL returned error: 403", "the server refused access"),
    ("Could not resolve host", "the host's name cannot be resolved; check the network"),
    ("Connection refused", "nothing answers there; check host, port and network"),
    ("Failed to connect", "the host cannot be reached; check the network"),
    ("timed out", "the host does not answer; check the network"),
    ("No space left on device", "the disk is full; free some room"),
    ("unable to write", "the data folder cannot be written; check its room and rights"),
)


#: Contents of files are left out. The settings are git's for this one call: in
#: the mirror's own, reading would fetch one by one, and the URL would be kept. The
#: remote has a name of ours: many people set something for every ``origin``.
_REMOTE = "commitlens"
_PARTIAL = {
    f"remote.{_REMOTE}.promisor": "true",
    f"remote.{_REMOTE}.partialCloneFilter": "blob:none",
}
_IGNORED_FILTER = "filtering not recognized by server"


def clone(
    url: str,
    git_dir: Path,
    *,
    name: str,
    partial: bool = False,
    progress: bool | None = None,
) -> None:
    """Make a bare mirror of the default branch at `git_dir`.

    With `partial` contents of files are left out (see `commitlens.partial`), if
    the server and git can do so. It is fetched beside its place and renamed: a
    clone that fails or is killed leaves nothing that looks like a mirror.

    Raises
    ------
    RepositoryError
        The remote cannot be reached, refuses, or has no commits.
    """
    import glob
    import shutil
    import tempfile

    from .partial import MARK

    git_dir.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".clone-{git_dir.name}-"
    for left in git_dir.parent.glob(f"{glob.escape(prefix)}*"):
        # Of a clone that was killed: the lock of this mirror is ours.
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        dir=git_dir.parent, prefix=prefix, ignore_cleanup_errors=True
    ) as folder:
        fresh = Path(folder) / "mirror.git"
        _init(fresh)
        mark = fresh / MARK
        # Older ones could not complete it later.
        if partial and version() >= (2, 36):
            mark.touch()
        said = fetch(url, fresh, name=name, progress=progress)
        if any(_IGNORED_FILTER in line for line in said):
            mark.unlink(missing_ok=True)
        if not (fresh / MIRROR_HEAD).exists():
            # Git refuses what would leave holes in a history, and calls it done.
            msg = (
                f"{name} gave no history: it is itself a shallow clone; name the "
                "address that it was cloned from"
            )
            raise RepositoryError(msg)
        # A thousand tags are a thousand files, which every later call would open.
        run(f"--git-dir={fresh}", "pack-refs", "--all", cwd=fresh)
        shutil.move(fresh, git_dir)


#: Releases are told from tags, also of commits that the branch does not have.
_TAGS = "+refs/tags/*:refs/tags/*"


def fetch(
    url: str, git_dir: Path, *, name: str, progress: bool | None = None
) -> list[str]:
    """Bring the mirror at `git_dir` to what the remote's HEAD and tags are now.

    Returns
    -------
    list of str
        What git said.

    Raises
    ------
    RepositoryError
        As for `clone`; the mirror is as it was.
    """
    from .partial import is_partial

    return _fetch(
        url, git_dir, ["--no-tags", "--force", "--end-of-options"],
        [f"+HEAD:{MIRROR_HEAD}", _TAGS],
        name=name, partial=is_partial(git_dir), progress=progress,
    )  # fmt: skip


def unchanged(url: str, git_dir: Path, *, name: str) -> bool:
    """Whether the mirror has what the remote's HEAD and tags are now.

    One question, without the machinery of a fetch: most refreshes find nothing.

    Raises
    ------
    RepositoryError
        As for `fetch`.
    """
    try:
        process = subprocess.Popen(
            ["git", "ls-remote", "--quiet", "--end-of-options", url],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise not_started(error) from error
    with process:
        try:
            # While the server thinks: what will read the answer is imported, and
            # git lists what the mirror has.
            from . import loader  # noqa: F401

            here = _refs(run(
                f"--git-dir={git_dir}", "for-each-ref",
                "--format=%(objectname)%09%(refname)", MIRROR_HEAD, "refs/tags/",
                cwd=git_dir,
            ).stdout)  # fmt: skip
            answer, said = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RepositoryError(_explain(url, name, said.decode(errors="replace")))
    there = _refs(answer)
    tags = {
        ref: sha
        for ref, sha in there.items()
        # What an annotated tag is of (^{}) follows from the tag.
        if ref.startswith(b"refs/tags/") and not ref.endswith(b"^{}")
    }
    same = here.get(MIRROR_HEAD.encode("ascii"), b"") == there.get(b"HEAD")
    # A tag that the remote has dropped is kept.
    return same and tags.items() <= here.items()


def _refs(listed: bytes) -> dict[bytes, bytes]:
    """Return names of commits and tags by their refs, as git lists them."""
    pairs = (line.split(b"\t") for line in listed.splitlines())
    return {ref: sha for sha, ref in pairs}


def fetch_all(
    url: str, git_dir: Path, *, name: str, progress: bool | None = None
) -> None:
    """Fetch everything anew into a partial mirror, contents of files included.

    Raises
    ------
    RepositoryError
        As for `fetch`.
    """
    _fetch(
        url, git_dir,
        ["--refetch", "--no-filter", "--no-auto-maintenance", "--no-tags", "--force",
         "--end-of-options"],
        [f"+HEAD:{MIRROR_HEAD}", _TAGS],
        name=name, progress=progress,
    )  # fmt: skip


def fetch_objects(
    url: str,
    git_dir: Path,
    shas: Sequence[str],
    *,
    name: str,
    progress: bool | None = None,
) -> None:
    """Fetch single objects into a partial mirror, all with one request.

    Raises
    ------
    RepositoryError
        As for `fetch`, or the server does not give single objects.
    """
    import tempfile

    with tempfile.TemporaryFile() as wanted:
        wanted.writelines(f"{sha}\n".encode("ascii") for sha in shas)
        wanted.seek(0)
        _fetch(
            url, git_dir, ["--no-tags", "--stdin"], [],
            name=name, partial=True, stdin=wanted, progress=progress,
        )  # fmt: skip


def _fetch(
    url: str,
    git_dir: Path,
    options: Sequence[str],
    refs: Sequence[str],
    *,
    name: str,
    partial: bool = False,
    stdin: BinaryIO | None = None,
    progress: bool | None = None,
) -> list[str]:
    """Run ``git fetch`` and return what it said."""
    settings = {
        "core.hooksPath": os.devnull,
        "gc.autoDetach": "false",
        "fetch.writeCommitGraph": "true",
        "fetch.recurseSubmodules": "false",
    }
    if partial:
        settings |= _PARTIAL | {"maintenance.auto": "false"}
    if stdin:  # objects, not history: what is here already does not matter
        settings |= {"fetch.writeCommitGraph": "false",
                     "fetch.negotiationAlgorithm": "noop"}  # fmt: skip
    command = [
        "git",
        *(word for pair in settings.items() for word in ("-c", "=".join(pair))),
        f"--git-dir={git_dir}", "fetch", "--progress", "--no-write-fetch-head",
        *options, _REMOTE if partial else url, *refs,
    ]  # fmt: skip
    environment = _environment()
    if partial:
        # Not an argument, which other users of the machine could read.
        place = int(environment.get("GIT_CONFIG_COUNT", "0") or 0)
        environment |= {
            "GIT_CONFIG_COUNT": str(place + 1),
            f"GIT_CONFIG_KEY_{place}": f"remote.{_REMOTE}.url",
            f"GIT_CONFIG_VALUE_{place}": url,
        }
    for left in ("refs/commitlens/head.lock", "shallow.lock",
                 "objects/info/commit-graphs/commit-graph-chain.lock"):  # fmt: skip
        # Whoever left it was killed: the mirror's lock is ours.
        (git_dir / left).unlink(missing_ok=True)
    try:
        process = subprocess.Popen(
            command,
            cwd=git_dir,
            env=environment,
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            # Without a terminal ssh has nobody to ask.
            start_new_session=True,
        )
    except OSError as error:
        raise not_started(error) from error
    try:
        lines = _follow(process, f"fetching {name}", progress)
        code = process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()
    if code:
        raise RepositoryError(_explain(url, name, "\n".join(lines)))
    return lines


def _follow(process: Any, label: str, progress: bool | None) -> list[str]:
    """Return what a running fetch says, and show its counts as one bar."""
    import git  # while the fetch works: it takes as long as a small one

    from .progress import bar

    class Bar(git.RemoteProgress):
        def __init__(self) -> None:
            super().__init__()
            self.bar = bar(label, show=progress)

        def update(
            self, op_code: int, cur_count: Any, max_count: Any = None, message: str = ""
        ) -> None:
            self.bar.total = max_count or None
            self.bar.n = cur_count
            self.bar.set_postfix_str(message, refresh=False)
            self.bar.refresh()

    shown = Bar()
    handler = shown.new_message_handler()
    lines: list[str] = []

    def note(line: str) -> None:
        lines.append(line)
        handler(line)

    try:
        git.cmd.handle_process_output(process, None, note, decode_streams=False)
    finally:
        shown.bar.close()
    return lines


#: Variables of git that a fetch keeps: how to reach a server, and the user's own
#: configuration. The rest says where a repository is (a hook's environment has
#: them), and would make git work on another one than our mirror.
_KEPT = ("GIT_CONFIG_", "GIT_SSL_", "GIT_SSH", "GIT_HTTP_", "GIT_PROXY_", "GIT_CURL_")


def _environment() -> dict[str, str]:
    """Return the environment of a git that may use a network and never prompts."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_KEPT)
    }
    kept.pop("GIT_CONFIG_PARAMETERS", None)
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "SSH_ASKPASS_REQUIRE": "never",
        "LC_ALL": "C",
    }


def _init(git_dir: Path) -> None:
    """Make an empty bare repository, whatever the environment says."""
    try:
        done = subprocess.run(
            ["git", "init", "--quiet", "--bare", str(git_dir)],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except OSError as error:
        raise not_started(error) from error
    if done.returncode:
        msg = f"a mirror cannot be made at {git_dir} ({done.stderr.strip()})"
        raise RepositoryError(" ".join(msg.split()))


def _explain(url: str, name: str, said: str) -> str:
    reason = next((why for words, why in _MEANINGS if words in said), None)
    last = [
        line.strip().replace(url, without_password(url))
        for line in said.splitlines()
        if line.strip().startswith(("fatal:", "error:", "remote:", "ERROR:"))
    ]
    detail = f" (git: {last[-1]})" if last else ""
    return (
        f"{name} could not be fetched from {without_password(url)}: "
        f"{reason or too_old() or 'git failed'}{detail}"
    )
