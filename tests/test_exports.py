"""The names that users import, and what importing them costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

import commitlens
from commitlens.cli import cli

HEAVY = {"pandas", "numpy", "pyarrow", "matplotlib", "git", "jinja2", "litellm"}


def modules_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after `code`."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_public_names_are_sorted_and_listed() -> None:
    """Names are in the order of ruff's own sorting: constants, classes, the rest."""
    names = commitlens.__all__
    constants = sorted(name for name in names if name.isupper())
    classes = sorted(name for name in names if name[0].isupper() and not name.isupper())
    rest = sorted(name for name in names if not name[0].isupper())

    assert names == [*constants, *classes, *rest]
    assert set(names) <= set(dir(commitlens))


@pytest.mark.parametrize("name", commitlens.__all__)
def test_every_public_name_resolves_and_is_documented(name: str) -> None:
    """A function or class says what it does; a constant is not empty."""
    value = getattr(commitlens, name)

    assert (value.__doc__ or "").strip() if callable(value) else value


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A typing error is told as Python tells it."""
    with pytest.raises(AttributeError, match="'commitlens' has no attribute 'scoer'"):
        commitlens.scoer  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    """The frames' libraries come with the first step, not with the package."""
    assert not HEAVY & modules_after("import commitlens; dir(commitlens)")


def test_help_imports_nothing_heavy() -> None:
    """Asking how a command is used takes no time."""
    code = (
        "from commitlens.cli import cli\n"
        "for words in (['--help'], ['report', '--help'], ['trends', '--help']):\n"
        "    cli.main(words, standalone_mode=False)"
    )

    assert not HEAVY & modules_after(code)


def test_the_readme_shows_every_command(root: Path) -> None:
    """A command that nobody reads about is not there."""
    readme = (root / "README.md").read_text("utf-8")

    assert isinstance(cli, click.Group)
    missing = [name for name in cli.commands if f"commitlens {name}" not in readme]
    assert missing == []


def test_every_option_has_its_python_keyword() -> None:
    """What a terminal can ask, a notebook can ask under the same name."""
    import inspect

    from commitlens import daily_report, export, history, trend

    takers = {
        "report": [history.load_history, daily_report, commitlens.Report.save],
        "commits": [history.load_history, export.frame_bytes],
        "files": [history.load_history, export.frame_bytes],
        "trends": [history.load_history, trend],
        "refresh": [history.refresh],
        "verify": [commitlens.verify],
        "rebuild": [commitlens.rebuild],
    }
    for name, command in cli.commands.items():
        known = {
            key for call in takers[name] for key in inspect.signature(call).parameters
        }
        options = {
            option.name
            for option in command.params
            if isinstance(option, click.Option) and option.name != "help"
        }
        # Where a result goes is a path given to what writes it.
        others = {"output", "format"}
        assert options - known <= others, name
