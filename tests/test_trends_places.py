"""Where the work is: hotspots, coupling, repairs, the age of code."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commitlens import CommitlensError, classify, load_history
from commitlens.testing import RepositoryBuilder, make_history
from commitlens.trends import (
    code_age,
    combine,
    coupling,
    hotspots,
    repairs,
    survival,
    time_to_fix,
)


def change(day: str, *paths: str, **columns: Any) -> dict[str, Any]:
    """Return a commit of a day that changes one line in, one out, of each path."""
    files = [{"path": path} for path in paths]
    return {"landed_at": f"{day}T12:00:00Z", "files": files, **columns}


def test_hotspots_are_compared_with_the_period_before() -> None:
    """What changes now, what changed as often before, and what is new."""
    history = make_history(
        [
            change("2025-11-01", "core/old.py"),
            change("2025-12-20", "core/app.py", "core/old.py"),
            change("2026-02-01", "core/app.py"),
            change("2026-02-02", "core/app.py", "web/ui.ts", "uv.lock", "README.md"),
        ]
    )

    table = hotspots(history, days=40)

    columns = ["path", "area", "commits", "before", "change", "lines"]
    assert table[columns].to_numpy().tolist() == [
        ["core/app.py", "core", 2, 1, 1, 4],
        ["web/ui.ts", "web", 1, 0, 1, 2],
    ]
    assert table["score"].tolist() == [1.0, 0.25]
    assert table["fixes"].isna().all()
    assert table["size"].isna().all()
    areas = hotspots(history, by="area", days=40)
    assert dict(zip(areas["area"], areas["before"], strict=True)) == {
        "core": 1,
        "web": 0,
    }
    assert hotspots(history, days=None)["before"].isna().all()


def test_a_period_before_the_history_is_not_known() -> None:
    """Nothing was seen there: missing, not zero."""
    lead = make_history([change("2025-12-20", "core/app.py")])
    history = make_history([change("2026-02-01", "core/app.py")], lead=lead)

    assert hotspots(history, days=40)["before"].isna().all()


def test_sizes_are_those_of_now_and_renames_are_followed(tmp_path: Path) -> None:
    """A file that was moved keeps its changes; one that is gone is left out."""
    builder = RepositoryBuilder(tmp_path / "demo")
    text = "".join(f"x{n} = {n}\n" for n in range(40))
    builder.commit("feat: one", {"core/a.py": text, "core/gone.py": "1\n"})
    builder.commit("fix: two", {"core/a.py": text + "y = 1\n"})
    builder.git("mv", "core/a.py", "core/b.py")
    builder.commit("refactor: three", {"core/gone.py": None})
    builder.commit("fix: four", {"core/b.py": text + "y = 2\nz = 3\n"})

    table = hotspots(classify(load_history(builder.path)))

    columns = ["path", "commits", "fixes", "size", "score"]
    assert table[columns].to_numpy().tolist() == [["core/b.py", 4, 2, 42, 1.0]]


PATHS = ["a.py", "b.py", "c.py", "d.py"]


@settings(max_examples=40)
@given(st.lists(st.sets(st.sampled_from(PATHS)), max_size=14))
def test_pairs_are_what_a_loop_counts(commits: list[set[str]]) -> None:
    """Together, alone, and Jaccard's share of both."""
    history = make_history([change("2026-01-05", *sorted(paths)) for paths in commits])
    kept = [paths for paths in commits if len(paths) <= 3]
    singles = Counter(path for paths in kept for path in paths)
    pairs = Counter(pair for paths in kept for pair in combinations(sorted(paths), 2))

    table = coupling(history, max_files=3, min_commits=1)

    found = {
        (row.left, row.right): (row.together, row.left_commits, row.right_commits)
        for row in table.itertuples()
    }
    assert found == {
        pair: (n, singles[pair[0]], singles[pair[1]]) for pair, n in pairs.items()
    }
    for row in table.itertuples():
        either = row.left_commits + row.right_commits - row.together
        assert row.degree == pytest.approx(row.together / either)
        assert row.low <= row.degree <= row.high
    assert table["low"].is_monotonic_decreasing
    assert table.attrs["left_out"] == len(commits) - len(kept)


@pytest.mark.parametrize(
    ("function", "options", "message"),
    [
        (hotspots, {"by": "author"}, "by must be one of path, area, got 'author'"),
        (hotspots, {"days": 0}, "must be at least 1, got top=30, days=0"),
        (coupling, {"max_files": 1}, "max_files 2, got top=50, min_commits=5"),
    ],
)
def test_numbers_out_of_range_are_said(
    function: Any, options: dict[str, Any], message: str
) -> None:
    """The message has all of them."""
    with pytest.raises(CommitlensError, match=message):
        function(make_history([{}]), **options)


def test_tables_of_nothing_have_their_columns() -> None:
    """A history without commits is no error."""
    empty = make_history([])

    assert hotspots(empty).empty
    assert coupling(empty).empty
    assert repairs(empty).empty
    assert time_to_fix(empty, tz="UTC").empty


SHA = "ab" * 20


def test_stated_repairs_name_what_they_repair() -> None:
    """By name, by the start of one, by subject; not what is unknown or later."""
    rows: list[dict[str, Any]] = [
        {"sha": SHA, "subject": "feat: one"},
        {"subject": "feat: two"},
        {"subject": 'Revert "feat: one"', "body": f"This reverts commit {SHA}."},
        {"subject": 'Revert "feat: two"'},
        {"subject": "net: repair", "body": f'Fixes: {SHA[:12]} ("feat: one")'},
        {"subject": 'Revert "feat: never"', "body": f"This reverts commit {'c' * 40}."},
        {"subject": 'Revert "feat: later"'},
        {"subject": "feat: later"},
    ]
    days = pd.date_range("2026-01-05", periods=len(rows), tz="UTC")
    history = make_history(
        [row | {"landed_at": day} for row, day in zip(rows, days, strict=True)]
    )

    table = repairs(history)

    assert table[["sha", "cause", "how", "days"]].to_numpy().tolist() == [
        [f"{3:040x}", SHA, "reverts", 2.0],
        [f"{4:040x}", f"{2:040x}", "reverts", 2.0],
        [f"{5:040x}", SHA, "fixes", 4.0],
    ]
    weekly = time_to_fix(history, freq="M", tz="UTC")
    assert weekly[["repairs", "median"]].to_numpy().tolist() == [[3, 2.0]]
    assert weekly["small"].tolist() == [True]


def test_causes_are_known_from_before_the_range() -> None:
    """The commits that landed just before are the likeliest to be repaired."""
    lead = make_history([{"sha": SHA, "landed_at": "2026-01-05T00:00:00Z"}])
    history = make_history(
        [{"body": f"Fixes: {SHA[:10]}", "landed_at": "2026-01-06T12:00:00Z"}], lead=lead
    )

    assert repairs(history)["days"].tolist() == [1.5]


def test_the_lines_that_a_fix_takes_away_lead_to_who_wrote_them(tmp_path: Path) -> None:
    """The newest of the commits that wrote them; comments are no cause."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"app.py": "# say\na = 1\nb = 1\n"})
    cause = builder.commit("feat: two", {"app.py": "# say\na = 1\nb = 2\n"})
    builder.commit("docs: three", {"app.py": "# said\na = 1\nb = 2\n"})
    fix = builder.commit("fix: four", {"app.py": "# so\na = 2\nb = 3\n"})
    history = classify(load_history(builder.path))

    assert repairs(history).empty
    table = repairs(history, lines=True)

    assert table[["sha", "cause", "how"]].to_numpy().tolist() == [[fix, cause, "lines"]]


@pytest.fixture
def aged(tmp_path: Path) -> RepositoryBuilder:
    """Return a repository whose six lines of 2020 are replaced, two a year."""
    builder = RepositoryBuilder(tmp_path / "demo")
    lines = [f"old{n} = 1" for n in range(6)]
    for year in range(4):
        for place in range(2 * year):
            lines[place] = f"new{place} = {place // 2 + 1}"
        text = "\n".join([*lines, ""])
        date = f"{2020 + year}-07-01T12:00:00+0000"
        builder.commit(f"feat: {year}", {"app.py": text, "a.md": "x\n"}, date=date)
    return builder


def test_lines_are_of_the_years_in_which_they_were_written(
    aged: RepositoryBuilder, tmp_path: Path
) -> None:
    """At each moment as many lines of each year as git blames on it."""
    history = load_history(aged.path)

    ages = code_age(history, samples=3, data=tmp_path / "kept")

    found = ages.assign(at=ages["at"].dt.year)[["at", "cohort", "lines"]]
    assert found.to_numpy().tolist() == [
        [2021, 2020, 4], [2021, 2021, 2],
        [2022, 2020, 2], [2022, 2021, 2], [2022, 2022, 2],
        [2023, 2021, 2], [2023, 2022, 2], [2023, 2023, 2],
    ]  # fmt: skip
    assert ages.groupby("at")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    assert ages[["files", "of"]].drop_duplicates().to_numpy().tolist() == [[1, 1]]
    lasting = survival(ages)
    assert lasting[lasting["cohort"] == 2020]["share"].tolist() == [1.0, 0.5, 0.0]
    assert lasting["cohort"].unique().tolist() == [2020, 2021]


def test_ages_go_on_where_they_were_cut_off(
    aged: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was blamed is not blamed again; a line that was cut off is."""
    from commitlens.trends import readings

    history = load_history(aged.path)
    options: dict[str, Any] = {"samples": 3, "data": tmp_path / "kept"}
    whole = code_age(history, **options)
    (kept,) = (tmp_path / "kept" / "ages").rglob("*.jsonl")
    kept.write_text(kept.read_text("utf-8")[:-20], "utf-8")
    asked: list[str] = []
    blame = readings.blame

    def counted(repository: Any, sha: str, path: str) -> Any:
        asked.append(sha)
        return blame(repository, sha, path)

    monkeypatch.setattr(readings, "blame", counted)

    pd.testing.assert_frame_equal(code_age(history, **options), whole)
    assert len(asked) == 1
    pd.testing.assert_frame_equal(code_age(history, **options), whole)
    assert len(asked) == 1


def test_blame_runs_and_reads_nothing_of_the_repositorys_own(
    aged: RepositoryBuilder, tmp_path: Path
) -> None:
    """Neither a filter of its configuration, nor revisions it wants ignored."""
    mark = tmp_path / "ran"
    aged.git("config", "diff.evil.textconv", f"touch {mark}; cat")
    aged.git("config", "blame.ignoreRevsFile", str(tmp_path / "ignored"))
    (aged.path / ".git" / "info").mkdir(exist_ok=True)
    (aged.path / ".git" / "info" / "attributes").write_text("*.py diff=evil\n")
    (tmp_path / "ignored").write_text(aged.git("rev-parse", "HEAD") + "\n")

    ages = code_age(load_history(aged.path), samples=1, data=tmp_path / "kept")

    assert ages["cohort"].tolist() == [2021, 2022, 2023]
    assert not mark.exists()


def test_paths_are_no_options(tmp_path: Path) -> None:
    """A file may be called as git's options are, or hold anything."""
    builder = RepositoryBuilder(tmp_path / "demo")
    names = ["--output=x.py", ":(top)y.py", "a\tb.py", "ü\n.py", "*.py"]
    builder.commit("feat: one", dict.fromkeys(names, "1\n2\n"))

    ages = code_age(load_history(builder.path), data=tmp_path / "kept")

    assert ages[["lines", "files"]].to_numpy().tolist() == [[10, 5]]


def test_ages_need_a_repository() -> None:
    """Literal commits have no code."""
    with pytest.raises(CommitlensError, match="does not say where octo/demo is"):
        code_age(make_history([{}]))
    with pytest.raises(CommitlensError, match="samples=0"):
        code_age(make_history([{}]), samples=0)


def moved(day: str, old: str, new: str, *others: str) -> dict[str, Any]:
    """Return a commit that renames a file, and changes others."""
    renamed = {"path": new, "old_path": old, "status": "R"}
    return {
        "landed_at": f"{day}T12:00:00Z",
        "files": [renamed, *({"path": other} for other in others)],
    }


def test_pairs_go_by_the_names_that_files_have_now() -> None:
    """Also where they were moved, or deleted, by a commit that is not counted."""
    many = [f"bulk/{number}.py" for number in range(40)]
    gone = [{"path": path, "status": "D"} for path in ("x.py", "y.py")]
    pairs = [change("2026-01-05", "a.py", "b.py"), change("2026-01-06", "x.py", "y.py")]
    history = make_history(
        [
            *pairs * 2,
            moved("2026-01-07", "a.py", "lib/a.py", *many),
            {"landed_at": "2026-01-08T12:00:00Z", "files": gone, "is_bot": True},
            change("2026-01-09", "lib/a.py", "b.py"),
        ]
    )

    table = coupling(history, min_commits=1)

    pairs_of = table[["left", "right", "together"]].to_numpy().tolist()
    assert pairs_of == [["b.py", "lib/a.py", 3]]
    assert table.attrs["left_out"] == 1


def test_hotspots_go_by_the_names_that_files_have_now() -> None:
    """A filter that leaves a rename out does not lose what was before it."""
    history = make_history(
        [
            change("2026-01-05", "a.py", subject="fix: one"),
            moved("2026-01-06", "a.py", "lib/a.py"),
            change("2026-01-07", "lib/a.py", subject="fix: two"),
        ]
    )

    table = hotspots(history, text="fix:")

    assert table[["path", "commits"]].to_numpy().tolist() == [["lib/a.py", 2]]


def test_a_period_that_a_filter_cuts_off_is_not_known() -> None:
    """What `since` leaves out was not counted: missing, not zero."""
    history = make_history(
        [change("2025-12-20", "core/app.py"), change("2026-02-01", "core/app.py")]
    )

    assert hotspots(history, days=40, tz="UTC")["before"].tolist() == [1]
    late = hotspots(history, days=40, tz="UTC", since="2026-01-01")
    assert late["before"].isna().all()
    early = hotspots(history, days=40, tz="UTC", since="2025-11-01")
    assert early["before"].tolist() == [1]


def test_recorded_data_of_tests_is_coupled_with_nothing() -> None:
    """Snapshots change with their test, and with each other."""
    paths = ["app.py", "tests/test_app.py", "tests/snapshots/a.snap"]
    history = make_history([change("2026-01-05", *paths, "tests/fixtures/in.json")] * 5)

    table = coupling(history)

    assert table[["left", "right"]].to_numpy().tolist() == [paths[:2]]


def test_files_of_several_repositories_are_those_of_their_commits() -> None:
    """Literal commits of the same sha in two repositories have files of their own."""
    day = "2026-01-05"
    history = combine(
        make_history([change(day, "a.py", repo="octo/one")]),
        make_history([change(day, "b.py", repo="octo/two")]),
    )

    assert hotspots(history)["path"].tolist() == ["a.py", "b.py"]
    alone = hotspots(history, repos="octo/two")
    assert alone[["path", "commits"]].to_numpy().tolist() == [["b.py", 1]]
