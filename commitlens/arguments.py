"""What the commands take: their shared arguments and options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

#: What `commitlens trends` counts by, and its periods: as in `commitlens.trends`,
#: which brings pandas along.
KEYS = (
    "change_type",
    "importance",
    "breaking",
    "security",
    "author",
    "area",
    "bot",
    "repo",
)
FREQUENCIES = ("D", "W", "M", "release")


def several(*decorators: Callable[..., Any]) -> Callable[..., Any]:
    """Return the decorators as one, in the order in which help shows them."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


repo = click.argument("repo", required=False)
period = several(
    click.option("--since", metavar="DATE", help="First day, or instant, to include."),
    click.option("--until", metavar="DATE", help="Last day, or instant to stop at."),
)
tz = click.option(
    "--tz", metavar="ZONE", help="Zone of the days [default: the machine's]."
)
output = click.option(
    "--output", metavar="PATH|-", help="File to write, or - for standard output."
)
data_folder = click.option(
    "--data",
    metavar="DIR",
    help="Data folder [default: COMMITLENS_DATA, else ./data, else the user's].",
)
data = several(
    data_folder,
    click.option(
        "--refresh/--no-refresh",
        default=True,
        help="Look for new commits first [default], or use what was read before.",
    ),
)
frame = several(
    repo,
    period,
    tz,
    click.option(
        "--format",
        type=click.Choice(["csv", "jsonl", "parquet"]),
        help="[default: by the ending of --output, else csv]",
    ),
    click.option(
        "--spreadsheet",
        is_flag=True,
        help="csv for Excel and the like: text that could be taken for a formula"
        " gets an apostrophe in front.",
    ),
    click.option(
        "--lines/--no-lines",
        default=True,
        help="Count changed lines [default], or leave them out: a first load is"
        " several times faster.",
    ),
    output,
    data,
)
