"""Make data/demo.bundle: the invented history that the notebooks read.

The project, its people and every line of it are made up, from the tables of
`words.py`, the events of `events.py` and a fixed seed: nothing comes from
anywhere else.

    python data/demo [PATH]

Names of commits are hashes of all they hold, so two runs that end at the same
commit made the same history. Bytes of a bundle also depend on the git and zlib
that packed it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from story import Story
from writer import Writer


def make(target: Path) -> None:
    """Write the bundle to `target`."""
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LC_ALL": "C",
    }

    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git("init", "--quiet", "--bare", "--initial-branch=main")
        writer = Writer(folder)
        story = Story(writer)
        story.live()
        writer.close()
        tags = [f"refs/tags/{tag}" for tag in story.tags]
        pack = ("-c", "pack.threads=1", "-c", "core.compression=9")
        small = ("-c", "repack.writeBitmaps=false")
        git(*pack, *small, "repack", "-adfq", "--window=250", "--depth=50")
        git(*pack, "bundle", "create", "--quiet", str(target.absolute()),
            "HEAD", "refs/heads/main", *tags)  # fmt: skip


if __name__ == "__main__":
    here = Path(__file__).parents[1] / "demo.bundle"
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
