"""Who works on it: contributors, newcomers, owners."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from commitlens import CommitlensError, load_history
from commitlens.testing import RepositoryBuilder, make_history
from commitlens.trends import contributors, ownership


def landed(*rows: tuple[str, str]) -> list[dict[str, object]]:
    """Return commits of (day, author), each to a file of its own area."""
    return [
        {"landed_at": f"{day}T12:00:00Z", "author_name": name,
         "files": [{"path": "core/a.py"}]}
        for day, name in rows
    ]  # fmt: skip


def test_the_active_the_new_and_the_few_are_counted() -> None:
    """January: Ada and Bo are new; in February Cy is, and Ada makes half alone."""
    history = make_history(
        landed(
            ("2026-01-05", "Ada"), ("2026-01-06", "Bo"), ("2026-01-07", "Bo"),
            ("2026-02-02", "Ada"), ("2026-02-03", "Ada"), ("2026-02-04", "Cy"),
            ("2026-02-05", "Bo"),
        )
    )  # fmt: skip

    table = contributors(history, freq="M", tz="UTC")

    columns = ["authors", "newcomers", "returning", "commits", "bus_factor"]
    assert table[columns].to_numpy().tolist() == [[2, 2, 0, 3, 1], [3, 1, 2, 4, 1]]


@pytest.mark.parametrize(
    ("commits", "factor"),
    [([4], 1), ([2, 2], 1), ([1, 1, 1], 2), ([5, 3, 2], 1), ([3, 3, 2, 2], 2)],
)
def test_the_bus_factor_is_how_few_made_half(commits: list[int], factor: int) -> None:
    """Half, not more than half: one of two equals is enough."""
    rows = [
        ("2026-01-05", f"p{n}") for n, count in enumerate(commits) for _ in range(count)
    ]

    table = contributors(make_history(landed(*rows)), freq="M", tz="UTC")

    assert table["bus_factor"].tolist() == [factor]


def test_automations_make_nobody_a_contributor() -> None:
    """They are left out, unless they are asked for."""
    rows = landed(("2026-01-05", "Ada"), ("2026-01-05", "robot"))
    rows[1]["is_bot"] = True
    history = make_history(rows)

    assert contributors(history, tz="UTC")["authors"].tolist() == [1]
    assert contributors(history, tz="UTC", bots=True)["authors"].tolist() == [1]
    assert contributors(history, tz="UTC", bots=None)["authors"].tolist() == [2]


def test_filters_make_nobody_new() -> None:
    """Whose first commit was docs is no newcomer with their first fix."""
    history = make_history(landed(("2026-01-05", "Ada"), ("2026-02-05", "Ada")))
    kinds = history.commits.assign(change_type=["docs", "fix"])

    table = contributors(history.replace(commits=kinds), tz="UTC", types="fix")

    assert table["newcomers"].tolist() == [0, 0]
    assert table["returning"].tolist() == [0, 1]


def test_who_was_there_before_the_range_is_read_from_git(tmp_path: Path) -> None:
    """A range knows the last 500 commits before it; the first was earlier."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("one", author="Ada <ada@example.org>", date=1767603600)
    builder.commit("two", author="Bo <bo@example.org>", date=1770000000)
    builder.commit("three", author="Ada <ada@example.org>", date=1770000060)
    builder.commit("four", author="Bo <bo@example.org>", date=1775000000)

    history = load_history(builder.path, since="2026-02-01", until="2026-02-28")
    table = contributors(history, tz="UTC")

    assert table[["authors", "newcomers"]].to_numpy().tolist() == [[2, 1]]
    nowhere = contributors(history.replace(repositories={}), tz="UTC")
    assert nowhere["newcomers"].isna().all()
    assert nowhere["returning"].isna().all()


def test_owners_and_their_drift() -> None:
    """Ada owned two thirds, then Bo took over half of what was hers."""
    rows = landed(
        ("2026-01-05", "Ada"), ("2026-01-06", "Ada"), ("2026-01-07", "Bo"),
        ("2026-03-02", "Bo"), ("2026-03-03", "Bo"), ("2026-03-04", "Ada"),
    )  # fmt: skip

    table = ownership(make_history(rows), freq="M", tz="UTC")

    assert table["area"].tolist() == ["core"] * 3
    assert table["owner"].fillna("").tolist() == ["Ada", "", "Bo"]
    assert table["share"].tolist() == pytest.approx(
        [2 / 3, float("nan"), 2 / 3], nan_ok=True
    )
    # Compared with the last period that had commits.
    assert table["drift"].tolist() == pytest.approx(
        [float("nan"), float("nan"), 1 / 3], nan_ok=True
    )
    assert table["commits"].tolist() == [3, 0, 3]
    assert (table["low"] < table["share"]).sum() == 2


def test_minor_contributors_made_less_than_a_twentieth() -> None:
    """One of twenty is not minor, one of twenty-one is."""

    def minor(count: int) -> list[int]:
        rows = landed(*[("2026-01-05", "Ada")] * count, ("2026-01-05", "Bo"))
        return ownership(make_history(rows), freq="M", tz="UTC")["minor"].tolist()

    assert minor(19) == [0]
    assert minor(20) == [1]


def test_a_commit_counts_in_each_path_it_touches() -> None:
    """Owned paths overlap; there is no rest."""
    files = [{"path": "a.py"}, {"path": "b.py"}]
    history = make_history([{"files": files}, {"files": files[:1]}])

    table = ownership(history, by="path", freq="M", tz="UTC", top=2)

    assert dict(zip(table["path"], table["commits"], strict=True)) == {
        "a.py": 2,
        "b.py": 1,
    }
    with pytest.raises(CommitlensError, match="by must be one of area, path, repo"):
        ownership(history, by="author")
    assert isinstance(table["owner"].dtype, pd.StringDtype)
