"""What is shipped: the wheel, its metadata, and the two lists of dependencies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

from commitlens import __version__
from commitlens.testing import RepositoryBuilder

# Where conda-forge calls a package otherwise: its `tzdata` is the database of
# the system, not the package of the Python registry.
CONDA_NAMES = {"tzdata": "python-tzdata"}

# What conda brings that pip cannot.
CONDA_ONLY = {"python", "git", "pip"}


@pytest.fixture
def project(root: Path) -> dict:
    """Return pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture
def conda(root: Path) -> dict[str, MatchSpec]:
    """Return the specs of environment.yml by name, each parsed strictly."""
    listed = yaml.safe_load((root / "environment.yml").read_text("utf-8"))
    specs = [text for text in listed["dependencies"] if isinstance(text, str)]
    parsed = [MatchSpec(text, strict=True) for text in specs]
    return {str(spec.name.normalized): spec for spec in parsed}


def test_conda_and_pip_ask_for_the_same(
    project: dict, conda: dict[str, MatchSpec]
) -> None:
    """environment.yml has every dependency and extra, with the same floors."""
    extras = project["optional-dependencies"].values()
    texts = [*project["dependencies"], *(text for extra in extras for text in extra)]
    wanted = {}
    for requirement in map(Requirement, texts):
        if requirement.marker is None or requirement.marker.evaluate():
            name = canonicalize_name(requirement.name)
            wanted[CONDA_NAMES.get(name, name)] = str(requirement.specifier)

    found = {name: str(spec.version) for name, spec in conda.items()}

    assert found.pop("python") == project["requires-python"]
    assert {name: found[name] for name in found if name not in CONDA_ONLY} == wanted


def test_environment_installs_this_project(root: Path) -> None:
    """Activating the environment is enough: no second command."""
    listed = yaml.safe_load((root / "environment.yml").read_text("utf-8"))

    assert listed["dependencies"][-1] == {"pip": ["--editable ."]}
    assert listed["channels"][0] == "conda-forge"


def test_the_changelog_has_a_place_for_what_comes_next(root: Path) -> None:
    """Every change a user notices has somewhere to be told."""
    changelog = (root / "CHANGELOG.md").read_text("utf-8")

    assert re.search(r"^## \[?Unreleased", changelog, re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of what git would ship."""
    root = Path(__file__).parents[1]
    copy = tmp_path_factory.mktemp("source") / "commitlens"
    skip = shutil.ignore_patterns(".*", "__pycache__", "data", "dist", "build")
    shutil.copytree(root, copy, ignore=skip)
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    subprocess.run([*build, "--outdir", out, copy], check=True, capture_output=True)
    (path,) = out.glob("*.whl")
    return path


def test_the_wheel_has_every_file_of_the_package(root: Path, wheel: Path) -> None:
    """Templates, texts and the typing marker are not only in the work tree."""
    shipped = {
        path.relative_to(root).as_posix()
        for path in (root / "commitlens").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert packed == shipped
    assert "commitlens/py.typed" in packed
    assert any(name.endswith(".jinja") for name in packed)


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed with nothing but its own dependencies, it writes a report."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: say hello", {"hello.py": "def hello():\n    return 1\n"})
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("PYTHONPATH", "VIRTUAL_ENV", "COMMITLENS_DATA")
    }

    def run(*words: str | Path) -> str:
        done = subprocess.run(
            list(map(str, words)),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    venv = tmp_path / "venv"
    if shutil.which("uv"):  # as the Makefile does: there may be no other way
        run("uv", "venv", "--python", sys.executable, venv)
        run("uv", "pip", "install", "--python", venv / "bin/python", wheel)
    else:
        run(sys.executable, "-m", "venv", venv)
        run(venv / "bin/python", "-m", "pip", "install", "--quiet", wheel)
    commitlens = venv / "bin/commitlens"

    assert run(commitlens, "--version") == f"commitlens, version {__version__}"
    day = ("--date", "2026-01-05", "--tz", "UTC", "--data", tmp_path / "data")
    for lang in ("en", "zh"):
        path = run(commitlens, "report", builder.path, *day, "--lang", lang)
        assert "say hello" in Path(path).read_text("utf-8")
    html = run(commitlens, "report", "demo", *day, "--format", "html", "--output", "-")
    assert "say hello" in html
    where = run(venv / "bin/python", "-c", "import commitlens; print(commitlens)")
    assert str(venv) in where
