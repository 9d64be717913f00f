"""commitlens: what changed in a git repository, and what matters."""

from __future__ import annotations

__version__ = "0.1.0"
