"""From words to commits: one ``git fast-import``."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Writer:
    """Commits through one ``git fast-import``, which tells each commit's name."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            ["git", "fast-import", "--quiet", "--force", "--date-format=raw"],
            cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.marks = 0

    def send(self, text: str | bytes) -> None:
        """Write to git."""
        assert self.process.stdin
        self.process.stdin.write(text.encode() if isinstance(text, str) else text)

    def data(self, content: str | bytes) -> None:
        """Write a counted string."""
        raw = content.encode() if isinstance(content, str) else content
        self.send(f"data {len(raw)}\n")
        self.send(raw + b"\n")

    def commit(
        self,
        ref: str,
        author: str,
        committer: str,
        message: str,
        changes: dict[str, str | bytes | None],
        parents: tuple[int, ...],
    ) -> str:
        """Write one commit and return its name."""
        self.marks += 1
        self.send(f"commit {ref}\nmark :{self.marks}\n")
        self.send(f"author {author}\ncommitter {committer}\n")
        self.data(message + "\n")
        for word, parent in zip(("from", "merge"), parents, strict=False):
            self.send(f"{word} :{parent}\n")
        for path, content in sorted(changes.items()):
            if content is None:
                self.send(f"D {path}\n")
            else:
                self.send(f"M 100644 inline {path}\n")
                self.data(content)
        self.send(f"\nget-mark :{self.marks}\n")
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.flush()
        return self.process.stdout.readline().decode().strip()

    def close(self) -> None:
        """Let git finish."""
        self.process.communicate()
        if self.process.returncode:
            msg = "git fast-import failed"
            raise RuntimeError(msg)
