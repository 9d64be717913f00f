"""What every test stands on: nothing of the machine it runs on leaks in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from model_day import model_day, model_repository, written  # noqa: F401
from model_server import Server, serve

# A shared machine is slow at times, and slow is not wrong.
settings.register_profile(
    "commitlens", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("commitlens")


@pytest.fixture(autouse=True)
def _own_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep what a test stores apart from the data folder of its user."""
    monkeypatch.setenv("COMMITLENS_DATA", str(tmp_path_factory.mktemp("data")))


@pytest.fixture(autouse=True)
def _no_window(monkeypatch: pytest.MonkeyPatch) -> object:
    """Draw without a display, and close what a test drew."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def root() -> Path:
    """Return the folder of the project."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def _model_server() -> Iterator[Server]:
    """Serve one server for all tests of a process."""
    with serve() as server:
        yield server


@pytest.fixture
def server(_model_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Return a server of a model, which litellm finds as ``openai/...``."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COMMITLENS_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_BASE", _model_server.url)
    # A test need not wait as a user does.
    monkeypatch.setattr("commitlens.asking.PAUSE", 0.01)
    return _model_server.reset()
