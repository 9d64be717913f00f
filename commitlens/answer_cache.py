"""Answers kept on disk: a file each, under ``analyses/`` of the data folder.

A file is JSON, whole or not there, and can be read by people; several processes
may write at once. (Caches that keep pickles run what they read.) A file that
cannot be read is as good as none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .export import write_file


class AnswerCache:
    """Answers by what they were asked for.

    Parameters
    ----------
    folder : Path or None
        Where they are; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what was kept under a key, None if nothing was."""
        if self.folder is None:
            return None
        try:
            found = json.loads(self._path(key).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        right = isinstance(found, dict) and found.get("key") == key
        return found if right else None

    def put(self, key: str, entry: Mapping[str, Any]) -> None:
        """Keep what was answered; a full disk loses no more than that."""
        if self.folder is None:
            return
        path = self._path(key)
        text = json.dumps({"key": key, **entry}, ensure_ascii=False, sort_keys=True)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, text.encode("utf-8", "replace"))
        except OSError:
            return

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / f"{key}.json"


def key_of(*parts: object) -> str:
    """Return a name for the parts together."""
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
