"""Git that is missing, broken, too old or busy, and a disk that is full."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from commitlens import streams
from commitlens.errors import RepositoryError
from commitlens.history import load_history
from commitlens.opening import open_repository
from commitlens.testing import RepositoryBuilder

GIT = shutil.which("git")


@pytest.fixture
def builder(tmp_path):
    """A repository of two commits."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("one", {"a": "1\n"})
    builder.commit("two", {"a": "2\n"})
    return builder


@pytest.fixture
def pretend(tmp_path, monkeypatch):
    """Put a script in the place of git, or nothing."""

    def pretend(script=None, mode=0o755, rest=""):
        folder = tmp_path / "bin"
        folder.mkdir()
        if script is not None:
            (folder / "git").write_text(script)
            (folder / "git").chmod(mode)
        monkeypatch.setenv("PATH", f"{folder}{rest}")

    return pretend


@pytest.mark.parametrize("source", ["{path}", "file://{path}"])
@pytest.mark.parametrize(
    ("script", "mode", "told"),
    [
        (None, 0, "git was not found on the PATH; install git 2.31 or newer"),
        ("#!/bin/sh\n", 0o644, "cannot be started (Permission denied)"),
        ("no program", 0o755, "cannot be started (Exec format error)"),
    ],
)
def test_a_git_that_cannot_be_run_is_told(
    builder, pretend, tmp_path, source, script, mode, told
):
    """It is git that is named, not the folder in which it was to run."""
    pretend(script, mode)

    with pytest.raises(RepositoryError) as caught:
        load_history(source.format(path=builder.path), data=tmp_path / "data")

    assert told in str(caught.value)


@pytest.mark.parametrize("source", ["{path}", "file://{path}"])
def test_a_git_that_is_too_old_is_told(builder, pretend, tmp_path, source):
    """What it does not know is not taken for a repository without commits."""
    pretend(
        f"""#!/bin/sh
for word; do case "$word" in
    version) echo "git version 2.17.1"; exit;;
    --end-of-options) echo "error: unknown option" >&2; exit 129;;
esac; done
exec {GIT} "$@"
""",
        rest=f":{os.environ['PATH']}",
    )

    with pytest.raises(RepositoryError, match=r"git 2\.17\.1 is too old; install"):
        load_history(source.format(path=builder.path), data=tmp_path / "data")


def test_a_full_folder_for_temporary_files_is_no_damage(builder, pretend, tmp_path):
    """Nobody is sent to repair a repository that is whole."""
    pretend(
        f"""#!/bin/sh
case " $* " in *" log "*) exec {GIT} "$@" >/dev/full;; esac
exec {GIT} "$@"
""",
        rest=f":{os.environ['PATH']}",
    )

    with pytest.raises(RepositoryError, match="free some room in") as caught:
        load_history(builder.path, data=tmp_path / "data")

    assert "fsck" not in str(caught.value)


def test_a_busy_git_is_ended_when_nobody_waits(tmp_path):
    """What says nothing for an hour does not hold up who has had enough."""
    begun = threading.Event()

    def start(command, lines):
        begun.set()
        return streams.Process(["busy"], cwd=tmp_path, env=environment, lines=lines)

    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 3600\n")
    (tmp_path / "git").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    answers = streams.answers(start, [()], [["a" * 40]])
    assert begun.wait(60)

    answers.close()

    assert not [one for one in threading.enumerate() if one.name.endswith("(_work)")]


def test_ctrl_c_ends_a_load_that_waits_for_git(builder, pretend, tmp_path):
    """One line and the exit code of an interrupt, while git compares a large file."""
    sign = tmp_path / "sign"
    pretend(
        f"""#!/bin/sh
case " $* " in *" diff-tree "*) echo > {sign}; exec sleep 3600;; esac
exec {GIT} "$@"
""",
        rest=f":{os.environ['PATH']}",
    )
    os.mkfifo(sign)
    with subprocess.Popen(
        [sys.executable, "-m", "commitlens", "refresh", str(builder.path)],
        env=os.environ
        | {
            "COMMITLENS_DATA": str(tmp_path / "data"),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        },
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        sign.read_text()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (130, b"commitlens: interrupted\n")


def test_the_git_of_today_is_not_too_old(builder, tmp_path):
    """An address that fails for its own reasons is told with those."""
    with pytest.raises(RepositoryError, match="no repository there"):
        open_repository(f"file://{tmp_path}/none", tmp_path / "data")
