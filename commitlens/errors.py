"""The errors that reach users: every message says what, expected, got, next step.

The command line prints these as one line and exits with 1; anything else is a
defect of commitlens and keeps its traceback.
"""

from __future__ import annotations


class CommitlensError(Exception):
    """An expected failure, with a message written for the person who reads it."""


class RepositoryError(CommitlensError):
    """A repository cannot be found, reached, opened or read."""


class StoreError(CommitlensError):
    """The data folder cannot be read or written, or holds something else."""


class InputError(CommitlensError):
    """An argument (a date, a zone, a path, a frame) is not what the call takes."""
