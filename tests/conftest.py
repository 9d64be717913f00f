"""What every test stands on: nothing of the machine it runs on leaks in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
