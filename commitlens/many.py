"""Several histories at once: each is loaded as if it were alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    as_completed,
)
from typing import Any, NamedTuple

from . import progress as progress_bars
from .errors import CommitlensError, InputError, RepositoryError
from .history import History, load_history

#: Loads at a time: git is a process, and of a remote one mostly waits.
WORKERS = min(8, max(4, os.cpu_count() or 1))


class Loaded(NamedTuple):
    """What `load_many` could load, and what not.

    Attributes
    ----------
    histories : dict of str to History
        By what was asked, in that order.
    errors : dict of str to CommitlensError
        Why the others are not there, in that order.
    """

    histories: dict[str, History]
    errors: dict[str, CommitlensError]


def load_many(
    repos: Iterable[str | os.PathLike[str]],
    *,
    executor: Executor | None = None,
    progress: bool | None = None,
    **load_options: Any,
) -> Loaded:
    """Load the histories of several repositories side by side.

    Parameters
    ----------
    repos : iterable of str or path-like
        Each as `load_history` takes it; one named twice is loaded once.
    executor : concurrent.futures.Executor, optional
        What runs the loads, such as a ``ProcessPoolExecutor`` of one's own,
        which stays open. Default: some threads, while git works in processes.
    progress : bool, optional
        Show a bar over the repositories; default: where somebody watches.
    **load_options
        The other options of `load_history`, the same for all.

    Returns
    -------
    Loaded
        ``histories`` and ``errors``, by ``str`` of what was asked: one that
        fails is reported, and the others arrive.

    Raises
    ------
    InputError
        `repos` is one name, not several.
    KeyboardInterrupt
        Ctrl-C ends the loads too; what they have stored is continued by the
        next load. An `executor` of processes ends those that have not begun.

    Examples
    --------
    >>> histories, errors = load_many(["owner/one", "owner/two"], since="2026-01-01")
    >>> {name: len(history.commits) for name, history in histories.items()}
    """
    if isinstance(repos, (str, bytes, os.PathLike)):
        msg = f"repos must be several, such as [{os.fspath(repos)!r}], got one name"
        raise InputError(msg)
    asked = list(dict.fromkeys(os.fspath(repo) for repo in repos))
    done: dict[str, History | CommitlensError] = {}
    pool = executor or ThreadPoolExecutor(WORKERS, thread_name_prefix="commitlens-load")
    # An event cannot be sent to another process.
    stop = threading.Event() if isinstance(pool, ThreadPoolExecutor) else None
    futures: dict[Future[History], str] = {}
    try:
        for repo in asked:
            futures[pool.submit(_load, repo, load_options, stop)] = repo
        with progress_bars.bar("loading", len(asked), show=progress) as bar:
            for future in as_completed(futures):
                done[futures[future]] = _outcome(future, futures[future])
                bar.update()
    except BaseException:
        if stop is not None:
            stop.set()
        for future in futures:
            future.cancel()
        raise
    finally:
        if executor is None:
            pool.shutdown(wait=False)
    return Loaded(
        {name: found for name in asked if isinstance(found := done[name], History)},
        {
            name: found
            for name in asked
            if isinstance(found := done[name], CommitlensError)
        },
    )


def _load(repo: str, options: dict[str, Any], stop: threading.Event | None) -> History:
    # The bars of several loads at once would write over one another.
    with progress_bars.stopping(stop):
        return load_history(repo, progress=False, **options)


def _outcome(future: Future[History], repo: str) -> History | CommitlensError:
    try:
        return future.result()
    except CommitlensError as error:
        return error
    except OSError as error:
        msg = f"{repo} could not be loaded ({error})"
    except BrokenExecutor as error:
        msg = f"{repo} could not be loaded: the process that read it ended ({error})"
    return RepositoryError(msg)
