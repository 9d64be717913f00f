"""Which commit of the first-parent chain first made each commit reachable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def landings(
    parents: Mapping[str, Sequence[str]], tip: str
) -> Iterator[tuple[str, list[str]]]:
    """Yield each landing: a chain commit, and all that it made reachable.

    The first-parent chain is walked from its oldest commit to `tip`. What a
    chain commit brings is itself and every ancestor that no earlier chain
    commit had. The order depends on the graph alone, so a history read in
    pieces has the rows of one read whole.

    Parameters
    ----------
    parents : mapping of str to sequence of str
        Parents of every commit of the range. Parents outside the mapping have
        landed before and are left alone.
    tip : str
        The newest commit of the chain.

    Yields
    ------
    (str, list of str)
        The chain commit, and what landed with it: parents before children, the
        chain commit last.

    Examples
    --------
    >>> list(landings({"m": ["b", "t"], "t": ["a"], "b": ["a"], "a": []}, "m"))
    [('a', ['a']), ('b', ['b']), ('m', ['t', 'm'])]
    """
    chain = []
    commit: str | None = tip
    while commit is not None and commit in parents:
        chain.append(commit)
        commit = next(iter(parents[commit]), None)
    unseen = set(parents)
    for landing in reversed(chain):
        unseen.discard(landing)
        if len(parents[landing]) < 2:  # its parent is what landed before
            yield landing, [landing]
            continue
        brought: list[str] = []
        # An explicit stack: histories are deeper than Python's recursion.
        stack = [(landing, iter(parents[landing]))]
        while stack:
            commit, rest = stack[-1]
            for parent in rest:
                if parent in unseen:
                    unseen.remove(parent)
                    stack.append((parent, iter(parents[parent])))
                    break
            else:
                brought.append(commit)
                stack.pop()
        yield landing, brought
