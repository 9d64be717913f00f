"""Clone and fetch with GitPython: the one part that reaches a network."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from . import partial as partial_mirrors
from . import progress as progress_bars
from .addresses import without_password
from .errors import RepositoryError
from .repository import MIRROR_HEAD

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
    try:
        import git
    except ImportError as error:  # GitPython looks for git when it is imported
        msg = "git was not found on the PATH; install git 2.30 or newer"
        raise RepositoryError(msg) from error
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
        mark = fresh / partial_mirrors.MARK
        # Older ones could not complete it later.
        if partial and git.Git().version_info >= (2, 36):
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
    partial = partial_mirrors.is_partial(git_dir)
    return _fetch(
        url, git_dir, ["--no-tags", "--force", "--end-of-options"],
        [f"+HEAD:{MIRROR_HEAD}", _TAGS],
        name=name, partial=partial, progress=progress,
    )  # fmt: skip


def unchanged(url: str, git_dir: Path, *, name: str) -> bool:
    """Whether the remote's HEAD is still what the mirror has.

    One question, without the machinery of a fetch: most refreshes find nothing.

    Raises
    ------
    RepositoryError
        As for `fetch`.
    """
    done = subprocess.run(
        ["git", "ls-remote", "--quiet", "--end-of-options", url, "HEAD"],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    if done.returncode:
        raise RepositoryError(_explain(url, name, done.stderr.splitlines()))
    try:
        known = (git_dir / MIRROR_HEAD).read_text("ascii").strip()
    except OSError:
        return False
    return done.stdout.split() == [known, "HEAD"]


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
    import git  # its progress parser, and its guard against ext:: and the like

    class Bar(git.RemoteProgress):
        """Git's own counts, shown as one bar."""

        def __init__(self) -> None:
            super().__init__()
            self.bar = progress_bars.bar(f"fetching {name}", show=progress)

        def update(
            self, op_code: int, cur_count: Any, max_count: Any = None, message: str = ""
        ) -> None:
            self.bar.total = max_count or None
            self.bar.n = cur_count
            self.bar.set_postfix_str(message, refresh=False)
            self.bar.refresh()

    bar = Bar()
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
    git.Git.check_unsafe_protocols(url)
    lines: list[str] = []
    handler = bar.new_message_handler()

    def note(line: str) -> None:
        lines.append(line)
        handler(line)

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
        bar.bar.close()
        raise _cannot_start(error) from error
    try:
        git.cmd.handle_process_output(process, None, note, decode_streams=False)
        code = process.wait()
    finally:
        bar.bar.close()
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()
    if code:
        raise RepositoryError(_explain(url, name, lines))
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


def _cannot_start(error: OSError) -> RepositoryError:
    if error.filename == "git":
        return RepositoryError(
            "git was not found on the PATH; install git 2.30 or newer"
        )
    return RepositoryError(f"git cannot be started ({error.strerror or error})")


def _init(git_dir: Path) -> None:
    """Make an empty bare repository, whatever the environment says."""
    done = subprocess.run(
        ["git", "init", "--quiet", "--bare", str(git_dir)],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        msg = f"a mirror cannot be made at {git_dir} ({done.stderr.strip()})"
        raise RepositoryError(" ".join(msg.split()))


def _explain(url: str, name: str, lines: list[str]) -> str:
    said = "\n".join(lines)
    reason = next((why for words, why in _MEANINGS if words in said), None)
    last = [
        line.strip().replace(url, without_password(url))
        for line in said.splitlines()
        if line.strip().startswith(("fatal:", "error:", "remote:", "ERROR:"))
    ]
    detail = f" (git: {last[-1]})" if last else ""
    return (
        f"{name} could not be fetched from {without_password(url)}: "
        f"{reason or 'git failed'}{detail}"
    )
