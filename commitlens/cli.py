"""The command line: parse, call, print.

What a command makes goes to standard output, all else to standard error. Exit
codes: 0 done; 1 an expected error, told in one line; 2 wrong usage; 3 done, but
from less than was asked for; 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from . import __version__, arguments
from .errors import CommitlensError, InputError
from .terminal import (
    DEGRADED,
    FAILED,
    choose_format,
    done,
    ended,
    open_closed_streams,
    print_bytes,
    refreshed,
    say,
    tell,
    write,
)

if TYPE_CHECKING:
    import pandas as pd

    from .history import History
    from .llm import Model
    from .report import Report


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line, and exit with its code.

    Parameters
    ----------
    args : sequence of str, optional
        The words after ``commitlens``; the process's own by default.
    """
    open_closed_streams()

    def command() -> int | None:
        try:
            code: int | None = cli.main(
                args, prog_name="commitlens", standalone_mode=False
            )
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except click.Abort:
            raise KeyboardInterrupt from None
        return code

    sys.exit(ended(command))


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
    used, or a model did not write all analyses. Standard error says so, and a
    report says it at its top.
    """


@cli.command()
@click.argument("repo", nargs=-1)
@click.option(
    "--date", metavar="DATE", help="The day [default: the last with commits]."
)
@arguments.period
@arguments.tz
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="en", help="[default: en]"
)
@click.option(
    "--model",
    metavar="M",
    envvar="COMMITLENS_MODEL",
    help="Who writes the analyses, such as openai/gpt-4o-mini"
    " [default: COMMITLENS_MODEL; without one they are made from evidence].",
)
@click.option(
    "--model-option",
    "model_options",
    metavar="KEY=N",
    multiple=True,
    help="concurrency, timeout, tries, requests_per_minute, tokens_per_minute"
    " or context of the model.",
)
@click.option(
    "--budget",
    metavar="B",
    help="The most the model may cost: 0.50 (US dollars) or 200k-tokens.",
)
@click.option(
    "--plan", is_flag=True, help="Say what the model would cost, and send nothing."
)
@click.option(
    "--show-prompt",
    is_flag=True,
    help="Print exactly what the model would be sent, and send nothing.",
)
@click.option(
    "--format",
    type=click.Choice(["md", "html"]),
    help="[default: by the ending of --output, else md]",
)
@arguments.output
@arguments.data
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
    commitlens report --model openai/gpt-4o-mini --budget 0.50
    """
    if options["date"] and (options["since"] or options["until"]):
        msg = "--date is one day; give it, or --since and --until"
        raise click.UsageError(msg)
    if len(repo) > 1 and output not in (None, "-"):
        msg = "--output PATH is one file; with several REPO leave it out, or use -"
        raise click.UsageError(msg)
    format = choose_format(format, output, ("md", "html"))
    if options["date"]:
        # Once, so that midnight cannot pass between reading and writing.
        options["date"] = _day(options["date"], options["tz"])
    codes = set()
    for one in repo or (None,):
        about = f"{one}: " if len(repo) > 1 else ""
        try:
            codes.add(_report(one, output, format, about=about, **options))
        except (CommitlensError, OSError, UnicodeEncodeError) as error:
            codes.add(say(error, about=about))
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
    model_options: tuple[str, ...],
    budget: str | None,
    plan: bool,
    show_prompt: bool,
    data: str | None,
    refresh: bool,
) -> int:
    from .history import load_history, load_last_day
    from .llm import require_litellm
    from .report import daily_report

    asked = _model(model, model_options, needed=plan or bool(budget))
    if show_prompt:
        require_litellm()

    where: dict[str, Any] = {"tz": tz, "data": data, "refresh": refresh}
    if date or since or until:
        history = load_history(repo, since=date or since, until=date or until, **where)
    else:
        history = load_last_day(repo, **where)
    # Only the commits of the period are scored, and their diffs read.
    period: dict[str, Any] = {"date": date, "since": since, "until": until, "tz": tz}
    made = daily_report(
        history, **period, lang=lang, model=asked, budget=budget, plan=plan,
        show_prompt=show_prompt, data=data,
    )  # fmt: skip
    if plan or show_prompt:
        _foretell(made)
        return 0
    tell(made.warnings, about=about)
    if made.written:
        tell(made.written.told(), about=about)
    if output == "-":
        text = made.to_html() if format == "html" else made.markdown
        write(text.encode())
    else:
        done(made.save(output, data=data, format=format))
    return DEGRADED if made.degraded else 0


def _model(name: str | None, options: Sequence[str], *, needed: bool) -> Model | None:
    """Return the model that the options describe, before any work is done for it."""
    from .llm import Model, require_litellm

    pairs = [option.partition("=") for option in options]
    wrong = [key for key, sign, _ in pairs if not sign]
    if wrong:
        msg = f"--model-option is KEY=N, got {wrong[0]!r}"
        raise click.UsageError(msg)
    if not name:
        if needed or options:
            msg = "this is about a model; name one with --model or COMMITLENS_MODEL"
            raise click.UsageError(msg)
        return None
    require_litellm()
    return Model(name).having({key: value for key, _, value in pairs})


def _foretell(made: Report) -> None:
    """Print what a model would cost, or what it would be sent."""
    if made.plan:
        print_bytes(f"{made.plan}\n".encode())
    for shas, messages in made.prompts:
        lines = [f"===== {' '.join(sha[:12] for sha in shas)}"]
        for message in messages:
            lines += [f"----- {message['role']}", message["content"]]
        print_bytes("\n".join([*lines, ""]).encode(errors="replace"))


def _export(
    frame: Callable[[History], pd.DataFrame],
    format: str | None,
    spreadsheet: bool,
    output: str | None,
    **load: Any,
) -> int:
    """Write a frame of the history that is asked for."""
    from .export import FORMATS, frame_bytes

    format = choose_format(format, output, FORMATS)
    if spreadsheet and format != "csv":
        msg = f"--spreadsheet is about csv; the format is {format}"
        raise click.UsageError(msg)
    history, code = _load(**load)
    content = frame_bytes(frame(history), format=format, spreadsheet=spreadsheet)
    write(content, output)
    return code


@cli.command()
@arguments.frame
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
@arguments.frame
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
@arguments.repo
@click.option(
    "--by",
    type=click.Choice(arguments.KEYS),
    default="change_type",
    help="What to count by [default: change_type].",
)
@click.option(
    "--freq",
    type=click.Choice(arguments.FREQUENCIES),
    default="W",
    help="A row a day, week (from Monday), month or release [default: W].",
)
@click.option("--share", is_flag=True, help="Shares of each period too.")
@click.option(
    "--top",
    type=click.IntRange(1),
    default=8,
    help="How many authors, areas or repositories, the rest as other [default: 8].",
)
@arguments.period
@arguments.tz
@click.option(
    "--format",
    type=click.Choice(["csv", "png", "svg", "html"]),
    help="[default: by the ending of --output, else csv]",
)
@arguments.output
@arguments.data
def trends(
    by: str,
    freq: str,
    share: bool,
    top: int,
    format: str | None,
    output: str | None,
    **load: Any,
) -> int:
    """Count the commits of each period, as a table or a chart.

    \b
    commitlens trends --since 2026-01-01 --output weeks.png
    commitlens trends pallets/click --by author --freq M
    commitlens trends --freq release --share
    """
    format = choose_format(format, output, ("csv", "png", "svg", "html"))
    from .trends.output import steps_for, trend_bytes

    history, code = _load(**load)
    history = steps_for(by)(history)
    content = trend_bytes(
        history, format=format, by=by, freq=freq, tz=load["tz"], share=share, top=top
    )
    write(content, output)
    return code


@cli.command()
@arguments.repo
@arguments.data_folder
def refresh(repo: str | None, data: str | None) -> None:
    """Fetch and read what is new, so that other commands start at once."""
    refreshed(repo, data)


@cli.command()
@arguments.repo
@arguments.data_folder
def verify(repo: str | None, data: str | None) -> int:
    """Read everything anew from git and compare it with what is stored.

    Prints "exact: N commits", or what differs, one a line, and exits with 1.
    Nothing is fetched or changed; it takes as long as a first load.
    """
    from .upkeep import examine

    count, problems = examine(repo, data=data)
    lines = problems or [f"exact: {count} commits"]
    print_bytes("".join(f"{line}\n" for line in lines).encode(errors="replace"))
    return FAILED if problems else 0


@cli.command()
@arguments.repo
@arguments.data_folder
def rebuild(repo: str | None, data: str | None) -> None:
    """Read everything anew from git, in place of what is stored.

    What is stored stays until all is read, so that a rebuild which fails or is
    interrupted has changed nothing. Nothing is fetched.
    """
    from . import upkeep

    count = upkeep.rebuild(repo, data=data)
    print_bytes(f"{count} commits\n".encode())


def _load(**options: Any) -> tuple[History, int]:
    """Return a history, and the exit code of a command that tells nothing else."""
    from .history import load_history

    history = load_history(**options)
    tell(history.warnings)
    stale = any(warning.startswith("stale") for warning in history.warnings)
    return history, DEGRADED if stale else 0
