"""The command line: parse, call, print.

What a command makes goes to standard output, all else to standard error. Exit
codes: 0 done; 1 an expected error, told in one line; 2 wrong usage; 3 done, but
from less than was asked for; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from . import __version__
from .errors import CommitlensError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

FAILED, DEGRADED, INTERRUPTED = 1, 3, 130


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line, and exit with its code.

    Parameters
    ----------
    args : sequence of str, optional
        The words after ``commitlens``; the process's own by default.
    """
    _open_closed_streams()
    try:
        code = cli.main(args, prog_name="commitlens", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = _say("interrupted", INTERRUPTED)
    except (CommitlensError, OSError, UnicodeEncodeError) as error:
        code = _say(error)
    sys.exit(code)


def _open_closed_streams() -> None:
    """Give what was started without a standard stream one that leads nowhere.

    Python has None for it, and a file opened later would get its number: what
    another program writes to its standard output would end up in that file.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: SIM115


def _say(problem: object, code: int = FAILED, *, about: str = "") -> int:
    """Print one line on standard error and return the exit code."""
    if isinstance(problem, OSError) and problem.strerror:
        named = f": {os.fsdecode(problem.filename)}" if problem.filename else ""
        problem = f"{problem.strerror}{named}"
    elif isinstance(problem, UnicodeEncodeError):
        problem = (
            f"a name has characters that the locale's encoding, {problem.encoding}, "
            f"does not have: {problem.object}; "
            f"set LC_ALL=C.UTF-8 or PYTHONUTF8=1"
        )
    line = " ".join(f"commitlens: {about}{problem}".split())
    click.echo(line.encode(errors="replace"), err=True)
    return code


def _options(*decorators: Callable[..., Any]) -> Callable[..., Any]:
    """Return the decorators as one, in the order in which help shows them."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


_repo = click.argument("repo", required=False)
_range = _options(
    click.option("--since", metavar="DATE", help="First day, or instant, to include."),
    click.option("--until", metavar="DATE", help="Last day, or instant to stop at."),
)
_tz = click.option(
    "--tz", metavar="ZONE", help="Zone of the days [default: the machine's]."
)
_output = click.option(
    "--output", metavar="PATH|-", help="File to write, or - for standard output."
)
_data_folder = click.option(
    "--data",
    metavar="DIR",
    help="Data folder [default: COMMITLENS_DATA, else ./data, else the user's].",
)
_data = _options(
    _data_folder,
    click.option(
        "--refresh/--no-refresh",
        default=True,
        help="Look for new commits first [default], or use what was read before.",
    ),
)
_frame_options = _options(
    _repo,
    _range,
    _tz,
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
    _output,
    _data,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="commitlens")
def cli() -> None:
    """What changed in a git repository, and does it matter?

    REPO is a URL, owner/name on GitHub, or a path; left out, it is the
    repository of the working directory. A repository of yours is only read.
    Days are those of --tz, and a commit belongs to the day it landed on the
    branch. DATE is 2026-02-10, today or yesterday.

    Exit codes: 0 done; 1 an error, told in one line; 2 wrong usage; 3 done, but
    degraded: the remote could not be reached, and what was fetched before was
    used. Standard error says so, and a report says it at its top.
    """


@cli.command()
@click.argument("repo", nargs=-1)
@click.option(
    "--date", metavar="DATE", help="The day [default: the last with commits]."
)
@_range
@_tz
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="en", help="[default: en]"
)
@click.option("--model", metavar="M", help="Not available yet.")
@click.option(
    "--format",
    type=click.Choice(["md", "html"]),
    help="[default: by the ending of --output, else md]",
)
@_output
@_data
def report(
    repo: tuple[str, ...], output: str | None, format: str | None, **options: Any
) -> int:
    """Write the report of a day, or of a range of days.

    Prints the path of each report written; it goes to reports/ of the data
    folder unless --output says otherwise. With several REPO, one that fails is
    told and the others are written all the same.

    \b
    commitlens report
    commitlens report pallets/click --date 2026-02-10 --tz Asia/Shanghai --lang zh
    commitlens report . ../other --since 2026-02-09 --until 2026-02-15 --output -
    """
    if options["date"] and (options["since"] or options["until"]):
        msg = "--date is one day; give it, or --since and --until"
        raise click.UsageError(msg)
    if len(repo) > 1 and output not in (None, "-"):
        msg = "--output PATH is one file; with several REPO leave it out, or use -"
        raise click.UsageError(msg)
    format = _format(format, output, ("md", "html"))
    if options["date"]:
        # Once, so that midnight cannot pass between reading and writing.
        options["date"] = _day(options["date"], options["tz"])
    codes = set()
    for one in repo or (None,):
        about = f"{one}: " if len(repo) > 1 else ""
        try:
            codes.add(_report(one, output, format, about=about, **options))
        except (CommitlensError, OSError, UnicodeEncodeError) as error:
            codes.add(_say(error, about=about))
    return FAILED if FAILED in codes else max(codes)


def _day(date: str, tz: str | None) -> str:
    """Return the day that --date means, as 2026-02-10."""
    from .dates import parse_day, zone, zone_name

    day = parse_day(date, tz)
    if len(date.strip()) > len(day.isoformat()):
        msg = (
            f"--date is a whole day, got {date!r}; for a part of one give --since "
            f"and --until"
        )
        raise InputError(msg)
    today = parse_day("today", tz)
    if day > today:
        msg = (
            f"{day} has not begun yet: in the zone {zone_name(zone(tz))} it is "
            f"{today}; give a day up to that"
        )
        raise InputError(msg)
    return day.isoformat()


def _report(
    repo: str | None,
    output: str | None,
    format: str,
    *,
    about: str,
    date: str | None,
    since: str | None,
    until: str | None,
    tz: str | None,
    lang: str,
    model: str | None,
    data: str | None,
    refresh: bool,
) -> int:
    from .history import load_history, load_last_day
    from .report import daily_report

    where: dict[str, Any] = {"tz": tz, "data": data, "refresh": refresh}
    if date or since or until:
        history = load_history(repo, since=date or since, until=date or until, **where)
    else:
        history = load_last_day(repo, **where)
    # Only the commits of the period are scored, and their diffs read.
    made = daily_report(
        history, date, since=since, until=until, tz=tz, lang=lang, model=model
    )
    _tell(made.warnings, about=about)
    if output == "-":
        text = made.to_html() if format == "html" else made.markdown
        _write(text.encode())
    else:
        _done(made.save(output, data=data, format=format))
    return DEGRADED if made.degraded else 0


def _export(
    frame: Callable[[History], pd.DataFrame],
    format: str | None,
    spreadsheet: bool,
    output: str | None,
    **load: Any,
) -> int:
    """Write a frame of the history that is asked for."""
    from .export import FORMATS, frame_bytes

    format = _format(format, output, FORMATS)
    if spreadsheet and format != "csv":
        msg = f"--spreadsheet is about csv; the format is {format}"
        raise click.UsageError(msg)
    history, code = _load(**load)
    content = frame_bytes(frame(history), format=format, spreadsheet=spreadsheet)
    _write(content, output)
    return code


@cli.command()
@_frame_options
def commits(
    format: str | None, spreadsheet: bool, output: str | None, **options: Any
) -> int:
    """Export the scored commits, one row a commit.

    To standard output as csv unless told otherwise. Lists are JSON in csv.
    Without lines there are no scores: they rest on what the lines say.

    \b
    commitlens commits --since 2026-02-01 --output commits.parquet
    commitlens commits pallets/click --format jsonl | jq .subject
    """

    def scored(history: History) -> pd.DataFrame:
        if options["lines"]:
            from .scoring import score

            return score(history).commits
        from .change_types import classify

        return classify(history).commits

    return _export(scored, format, spreadsheet, output, **options)


@cli.command()
@_frame_options
def files(
    format: str | None, spreadsheet: bool, output: str | None, **options: Any
) -> int:
    """Export the changed files, one row a commit and path.

    \b
    commitlens files --since 2026-02-01 --format jsonl
    """
    return _export(
        lambda history: history.files, format, spreadsheet, output, **options
    )


@cli.command()
@_repo
@click.option(
    "--by",
    type=click.Choice(["change_type", "importance", "author", "area"]),
    default="change_type",
    help="What to count by [default: change_type].",
)
@click.option(
    "--freq",
    type=click.Choice(["D", "W", "M"]),
    default="W",
    help="A row a day, week (from Monday) or month [default: W].",
)
@_range
@_tz
@click.option(
    "--format",
    type=click.Choice(["csv", "png", "svg", "html"]),
    help="[default: by the ending of --output, else csv]",
)
@_output
@_data
def trends(
    by: str, freq: str, format: str | None, output: str | None, **load: Any
) -> int:
    """Count the commits of each period, as a table or a chart.

    \b
    commitlens trends --since 2026-01-01 --output weeks.png
    commitlens trends pallets/click --by author --freq M
    """
    format = _format(format, output, ("csv", "png", "svg", "html"))
    from .export import frame_bytes
    from .trends import trend

    # Only what the question needs: importance reads diffs, the others do not.
    history, code = _load(**load)
    if by == "change_type":
        from .change_types import classify

        history = classify(history)
    elif by == "importance":
        from .scoring import score

        history = score(history)
    table = trend(history, by=by, freq=freq, tz=load["tz"])
    if format == "csv":
        days = table["period"].dt.strftime("%Y-%m-%d")
        content = frame_bytes(table.assign(period=days))
    else:
        from .plots import save_figure, trend_page

        page = format == "html"
        content = trend_page(table) if page else save_figure(table, format=format)
    _write(content, output)
    return code


@cli.command()
@click.argument("repo", required=False)
@_data_folder
def refresh(repo: str | None, data: str | None) -> None:
    """Fetch and read what is new, so that other commands start at once."""
    from . import history

    count = history.refresh(repo, data=data)
    _print(f"{count} commits\n".encode())


@cli.command()
@click.argument("repo", required=False)
@_data_folder
def verify(repo: str | None, data: str | None) -> int:
    """Read everything anew from git and compare it with what is stored.

    Prints "exact: N commits", or what differs, one a line, and exits with 1.
    Nothing is fetched or changed; it takes as long as a first load.
    """
    from .upkeep import examine

    count, problems = examine(repo, data=data)
    lines = problems or [f"exact: {count} commits"]
    _print("".join(f"{line}\n" for line in lines).encode(errors="replace"))
    return FAILED if problems else 0


@cli.command()
@click.argument("repo", required=False)
@_data_folder
def rebuild(repo: str | None, data: str | None) -> None:
    """Read everything anew from git, in place of what is stored.

    What is stored stays until all is read, so that a rebuild which fails or is
    interrupted has changed nothing. Nothing is fetched.
    """
    from . import upkeep

    count = upkeep.rebuild(repo, data=data)
    _print(f"{count} commits\n".encode())


def _load(**options: Any) -> tuple[History, int]:
    """Return a history, and the exit code of a command that tells nothing else."""
    from .history import load_history

    history = load_history(**options)
    _tell(history.warnings)
    stale = any(warning.startswith("stale") for warning in history.warnings)
    return history, DEGRADED if stale else 0


def _tell(warnings: Sequence[str], *, about: str = "") -> None:
    """Tell on standard error what is incomplete, a line each."""
    for warning in warnings:
        _say(warning, about=about)


def _format(format: str | None, output: str | None, known: Sequence[str]) -> str:
    """Return the format to write, before any work is done for it."""
    ending = os.path.splitext(output or "")[1].lstrip(".").lower()
    ending = {"htm": "html"}.get(ending, ending)
    # Plain text may be any of these; a device or a pipe has no ending.
    free = ending in ("", "txt") or _is_special(output)
    if not format and not free and ending not in known:
        msg = (
            f"--output ends in .{ending}, which is none of {', '.join(known)}; "
            f"give another ending, or --format"
        )
        raise click.UsageError(msg)
    chosen = format or (ending if ending in known else known[0])
    binary = chosen in ("parquet", "png")
    if binary and output in (None, "-") and sys.stdout.isatty():
        msg = f"{chosen} is not for a terminal: give --output PATH, or pipe it"
        raise click.UsageError(msg)
    return chosen


def _is_special(path: str | None) -> bool:
    """Return whether a path leads to a device, a pipe or a folder."""
    return path is not None and os.path.exists(path) and not os.path.isfile(path)


def _write(content: bytes, output: str | None = None) -> None:
    """Write to the file `output` and print its path, or to standard output."""
    if output in (None, "-"):
        _print(content)
        return
    from .export import write_file

    _done(write_file(output, content))


def _done(path: os.PathLike[str]) -> None:
    _print(os.fsencode(path) + b"\n")


def _print(content: bytes) -> None:
    """Write to standard output, as long as somebody reads it."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read had enough, as `head` does; and Python shall not try to
        # write the rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
