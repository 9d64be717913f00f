"""The command ``commitlens``, which is also ``python -m commitlens``.

A refresh that finds nothing waits for imports more than for git. So the plain one
is known without those of the command line; all else is read by `commitlens.cli`.
"""

from __future__ import annotations

import gc
import sys

from .terminal import ended, open_closed_streams, refreshed


def main() -> None:
    """Run the command that the process was given, and exit with its code."""
    # Imports make hundreds of thousands of objects, none of them garbage: looking
    # for some takes a tenth of a second.
    gc.set_threshold(100_000)
    plain = _plain_refresh(sys.argv[1:])
    if plain is None:
        from .cli import main

        main()
    else:
        open_closed_streams()
        sys.exit(ended(lambda: refreshed(*plain)))


def _plain_refresh(words: list[str]) -> tuple[str, str | None] | None:
    """Return what ``refresh REPO [--data DIR]`` names; None for any other command."""
    if any(word.startswith("-") for word in words[1::2]):
        return None
    match words:
        case ["refresh", repo]:
            return repo, None
        case ["refresh", repo, "--data", data]:
            return repo, data
    return None


if __name__ == "__main__":
    main()
