"""The documentation names what there is, and what it shows works.

Pages and the notebooks on them are run when the site is built (`make docs`); what
can be known without that is tested here.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import shlex
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt
from numpydoc.validate import validate

import commitlens as cl
from commitlens import cli, plots, testing, trends

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*DOCS.glob("*.md"), *ROOT.glob("*.md"), ROOT / "data" / "README.md"],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)

PUBLIC = [
    f"{module.__name__}.{name}"
    for module in (cl, trends, plots)
    for name in module.__all__
] + ["commitlens.testing.RepositoryBuilder", "commitlens.testing.make_history"]

#: What numpydoc calls it: no docstring, no or a broken summary, parameters that
#: are missing, unknown, out of order or without a word, and no result.
ASKED = {"GL06", "GL07", "GL08", "PR01", "PR02", "PR03", "PR07", "RT01", "SS01", "SS02"}

#: Pages whose Python is read as instructions, which a reader copies.
COPIED = ["README.md", "docs/index.md", "docs/reports.md", "docs/trends.md"]

#: What stands for the reader's own in them, and a history that has it.
STAND_INS = {
    "https://github.com/owner/name": "{demo}",
    "owner/name": "{demo}",
    "v1.0": "v0.4.0",
    "v1.1": "v0.5.0",
}


def tokens(page: Path) -> list:
    """Return what a page is made of."""
    text = page.read_text("utf-8")
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    return MarkdownIt("commonmark").enable("table").parse(text)


def blocks(page: Path, language: str) -> list[str]:
    """Return the blocks of code on a page that are in a language."""
    found = [token for token in tokens(page) if token.type == "fence"]
    return [token.content for token in found if token.info.strip() == language]


def value_of(name: str) -> object:
    """Return what a public name means."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def listed() -> set[str]:
    """Return the names in the reference, with the module that each stands below."""
    current, found = "commitlens", set()
    for line in (DOCS / "api.md").read_text("utf-8").splitlines():
        if said := re.match(r"\.\. currentmodule:: (\S+)", line):
            current = said[1]
        elif said := re.match(r"(?:\.\. py:data:: |   )([\w.]+)$", line):
            found.add(f"{current}.{said[1]}")
        else:
            words = re.findall(r"`([\w.]+)`", line)
            found |= {w if "." in w else f"{current}.{w}" for w in words}
    return found


def test_the_architecture_has_every_module() -> None:
    """Its table names each module of the package, and none that is gone."""
    package = Path(cl.__file__).parent
    modules = {
        path.stem if path.suffix else path.name
        for path in package.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    text = (DOCS / "architecture.md").read_text("utf-8")
    steps = [row.split("|") for row in text.splitlines() if row.startswith("| ")]
    named = set(re.findall(r"`(\w+)`", " ".join(cells[2] for cells in steps)))
    parts = {path.stem for path in package.glob("*/*.py")}

    assert modules - named == {"__init__", "__main__"}
    assert named - parts <= modules


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_in_the_reference(name: str) -> None:
    """What can be imported can be looked up, below its module."""
    assert name in listed()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in PUBLIC
        if inspect.isfunction(value_of(name)) or inspect.isclass(value_of(name))
    ],
)
def test_every_docstring_says_parameters_and_result(name: str) -> None:
    """A summary, each parameter in order, and what comes back, as numpydoc asks."""
    asked = set(ASKED)
    if "\nAttributes\n---" in str(inspect.getdoc(value_of(name))):
        asked -= {"PR01"}  # what makes one is what one has

    said = [error for error in validate(name)["errors"] if error[0] in asked]

    assert said == []


def test_the_gallery_shows_every_chart() -> None:
    """Each function that draws is called on the page that shows what it draws."""
    code = "\n".join(blocks(DOCS / "gallery.md", "{code-cell} ipython3"))
    charts = {name for name in plots.__all__ if name.startswith("plot_")}

    assert {name for name in charts if f"{name}(" not in code} == set()


@pytest.mark.parametrize("page", COPIED)
def test_the_python_on_a_page_runs(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who copies it, with a repository of their own, gets no error."""
    monkeypatch.chdir(tmp_path)
    code = "\n".join(blocks(ROOT / page, "python"))
    for words, instead in STAND_INS.items():
        code = code.replace(words, instead)
    code = code.replace("{demo}", str(ROOT / "data" / "demo.bundle"))

    exec(compile(code, page, "exec"), {})


def options(command: click.Command) -> set[str]:
    """Return the options that a command takes, as they are written."""
    return {word for item in command.params for word in item.opts}


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_commands_on_a_page_exist(page: Path) -> None:
    """No page names a command or an option that is not there, or not any more."""
    commands = cli.cli.commands
    unknown = []
    for block in blocks(page, ""):
        for line in re.findall(r"(?:^|  )(commitlens .*)$", block, re.MULTILINE):
            _, name, *words = shlex.split(line, comments=True)
            if name not in commands and not name.isupper():
                unknown.append(line)
            elif name in commands:
                used = {word.partition("=")[0] for word in words if word[:2] == "--"}
                unknown += sorted(used - options(commands[name]) - {"--help"})

    assert unknown == []


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_links_on_a_page_lead_somewhere(page: Path) -> None:
    """A link to another file of the project is to one that there is."""
    inline = [child for token in tokens(page) for child in token.children or ()]
    targets = [str(child.attrs.get("href", "")) for child in inline]
    targets += [str(child.attrs.get("src", "")) for child in inline]
    local = [t.partition("#")[0] for t in targets if t and "://" not in t]

    assert [t for t in local if t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize(
    ("markup", "fetches"),
    [
        ('<script src="https://cdn.example/x.js">', True),
        ('<link rel="stylesheet" href="//fonts.example/a.css">', True),
        ("@import url(https://fonts.example/a.css)", True),
        ('<a href="https://semver.org/">versions</a>', False),
        ('<script src="../_static/x.js">', False),
        ('<link rel="next" href="trends.html">', False),
    ],
)
def test_the_build_knows_what_a_page_would_fetch(markup: str, fetches: bool) -> None:
    """Pages that ask another server for something do not pass; links do."""
    spec = importlib.util.spec_from_file_location("conf", DOCS / "conf.py")
    assert spec
    assert spec.loader
    conf = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conf)

    assert bool(conf._FETCHED.search(markup)) == fetches


def test_testing_is_documented_whole() -> None:
    """The doubles that are listed are all that the module defines."""
    defined = {
        name
        for name, value in vars(testing).items()
        if getattr(value, "__module__", "") == "commitlens.testing"
        and not name.startswith("_")
    }

    assert {f"commitlens.testing.{name}" for name in defined} <= set(PUBLIC)
