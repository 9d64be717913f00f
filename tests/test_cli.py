"""The command line, as a user meets it: words in; output, errors and a code out."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from commitlens import __version__
from commitlens.cli import main
from commitlens.testing import RepositoryBuilder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with commits on two days, one of them hostile."""
    builder = RepositoryBuilder(tmp_path_factory.mktemp("made") / "demo")
    builder.commit("feat: say hello", {"hello.py": "def hello():\n    return 'hi'\n"})
    builder.commit("fix: say it louder\n\n- one\r- two\n", {"hello.py": "HI = 1\n"})
    builder.commit(
        '=HYPERLINK("http://example.org","x")',
        {"docs/见.md": "text\n", "@at.txt": "at\n"},
        date=1767776400,
    )
    return builder.path


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return a function that runs a command in this process."""

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as exit:
            main([str(word) for word in words])
        out, err = capfdbinary.readouterr()
        return int(exit.value.code or 0), out.decode(), err.decode()

    return run


def command(*words: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "commitlens", *map(str, words)],
        check=False,
        **{"capture_output": True, **options},
    )


def test_the_version_is_the_packages(run: Run) -> None:
    """Users can say what they have."""
    assert run("--version") == (0, f"commitlens, version {__version__}\n", "")


def test_a_report_is_written_and_its_path_is_all_that_is_printed(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    """Scripts can take the path from standard output."""
    code, out, err = run(
        *("report", repository, "--date", "2026-01-05", "--tz", "UTC"),
        *("--data", tmp_path),
    )

    path = Path(out.removesuffix("\n"))
    assert (code, err) == (0, "")
    assert path == tmp_path / "reports/2026/demo/2026-01-05.md"
    text = path.read_text("utf-8")
    assert "say hello" in text
    assert "HYPERLINK" not in text


def test_without_a_date_the_report_is_of_the_last_day_with_commits(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    """Nobody needs to know when a repository was last worked on."""
    code, out, _ = run("report", repository, "--tz", "UTC", "--data", tmp_path)

    assert code == 0
    assert out.strip().endswith("2026-01-07.md")


def test_without_a_repository_it_is_the_one_we_stand_in(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from a folder inside of it."""
    monkeypatch.chdir(repository / "docs")

    code, out, _ = run("report", "--tz", "UTC", "--output", "-")

    assert code == 0
    assert "demo" in out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("format", ["md", "html"])
def test_a_report_goes_where_it_is_sent(
    run: Run, repository: Path, tmp_path: Path, format: str, lang: str
) -> None:
    """A file named with --output and standard output get the same bytes."""
    words = ["report", repository, "--date", "2026-01-05", "--tz", "UTC"]
    words += ["--format", format, "--lang", lang]
    target = tmp_path / f"day.{format}"

    code, out, _ = run(*words, "--output", target)
    shown = run(*words, "--output", "-")

    assert (code, out) == (0, f"{target}\n")
    assert shown == (0, target.read_text("utf-8"), "")
    assert ("<html" in shown[1]) == (format == "html")


def test_one_failing_repository_does_not_cost_the_others(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    """The failure is told with its name, and the code says that there was one."""
    code, out, err = run(
        *("report", tmp_path / "nowhere", repository, "--date", "2026-01-05"),
        *("--tz", "UTC", "--data", tmp_path / "data"),
    )

    assert code == 1
    assert len(out.splitlines()) == 1
    assert Path(out.strip()).is_file()
    assert len(err.splitlines()) == 1
    assert err.startswith(f"commitlens: {tmp_path / 'nowhere'}: ")


def test_commits_are_exported_with_their_scores(run: Run, repository: Path) -> None:
    """The csv on standard output is the scored frame; times and lists are text."""
    code, out, err = run("commits", repository)

    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert (code, err) == (0, "")
    assert [row["subject"] for row in rows] == [
        "feat: say hello",
        "fix: say it louder",
        '=HYPERLINK("http://example.org","x")',
    ]
    assert rows[0]["landed_at"] == "2026-01-05T09:00:00Z"
    assert rows[0]["change_type"] == "feat"
    assert json.loads(rows[1]["parents"]) == [rows[0]["sha"]]
    assert "- one" in rows[1]["body"]
    parts = [float(row[key]) for row in rows[:1] for key in row if key[:6] == "score_"]
    assert sum(parts) == pytest.approx(float(rows[0]["importance_score"]))


def test_formats_agree(run: Run, repository: Path, tmp_path: Path) -> None:
    """jsonl, csv and parquet hold the same commits; the ending names the format."""
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        assert run("commits", repository, "--output", tmp_path / name)[:2] == (
            0,
            f"{tmp_path / name}\n",
        )

    table = pd.read_parquet(tmp_path / "a.parquet")
    lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    flat = pd.read_csv(tmp_path / "a.csv")
    assert list(table.columns) == list(flat.columns) == list(rows[0])
    assert table["sha"].tolist() == flat["sha"].tolist() == [r["sha"] for r in rows]
    assert rows[1]["parents"] == [rows[0]["sha"]]
    assert rows[0]["landed_at"] == "2026-01-05T09:00:00Z"
    assert str(table["landed_at"].dt.tz) == "UTC"


def test_files_are_exported_with_any_name(run: Run, repository: Path) -> None:
    """A path is written as it is, whatever it begins with."""
    code, out, _ = run("files", repository, "--since", "2026-01-07", "--tz", "UTC")

    rows = csv.DictReader(io.StringIO(out, newline=""))
    assert code == 0
    assert sorted(row["path"] for row in rows) == ["@at.txt", "docs/见.md"]


def test_a_spreadsheet_gets_no_formulas(run: Run, repository: Path) -> None:
    """What a stranger wrote is text, and taking the apostrophe away restores it."""
    code, out, _ = run("commits", repository, "--spreadsheet")

    assert code == 0
    assert out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(out[1:], newline="")))
    assert rows[2]["subject"] == '\'=HYPERLINK("http://example.org","x")'
    assert rows[0]["subject"] == "feat: say hello"


def test_without_lines_commits_and_files_have_no_counts(
    run: Run, repository: Path
) -> None:
    """Names and types of changes are told; lines and scores are not."""
    code, out, err = run("commits", repository, "--no-lines")
    commits = list(csv.DictReader(io.StringIO(out)))
    files = list(csv.DictReader(io.StringIO(run("files", repository, "--no-lines")[1])))

    assert (code, err) == (0, "")
    assert [row["change_type"] for row in commits[:2]] == ["feat", "fix"]
    assert {row["insertions"] for row in [*commits, *files]} == {""}
    assert "importance" not in commits[0]
    assert files[0]["path"] == "hello.py"


@pytest.mark.parametrize("by", ["change_type", "importance", "author", "area"])
def test_trends_count_commits(run: Run, repository: Path, by: str) -> None:
    """Counts in the table add up to the commits."""
    code, out, err = run("trends", repository, "--by", by, "--tz", "UTC")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, err) == (0, "")
    assert sum(int(row["commits"]) for row in rows) == 3
    assert {row["period"] for row in rows} == {"2026-01-05"}


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.html", b"<!doctype html>")],
)
def test_trends_are_drawn(
    run: Run, repository: Path, tmp_path: Path, name: str, start: bytes
) -> None:
    """The ending of the file says what to draw."""
    code, _, err = run("trends", repository, "--output", tmp_path / name)

    assert (code, err) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_refresh_makes_later_commands_independent_of_the_repository(
    run: Run, tmp_path: Path
) -> None:
    """--no-refresh shows what was read before, and only that."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"a": "1\n"})
    assert run("refresh", builder.path) == (0, "1 commits\n", "")
    builder.commit("feat: two", {"a": "2\n"})

    before = run("files", builder.path, "--no-refresh")[1]
    after = run("files", builder.path)[1]

    assert len(before.splitlines()) == 2
    assert len(after.splitlines()) == 3


@pytest.mark.parametrize(
    "words",
    [
        ["report", "{no}"],
        ["commits", "{empty}"],
        ["report", "{repo}", "--date", "2026-02-31"],
        ["report", "{repo}", "--date", "soon"],
        ["report", "{repo}", "--tz", "Mars/Olympus"],
        ["files", "{repo}", "--since", "2026-01-06", "--until", "2026-01-05"],
        ["trends", "{repo}", "--tz", "Mars/Olympus"],
        ["commits", "{repo}", "--output", "{empty}/no/such/folder.csv"],
        ["commits", "{repo}", "--output", "{empty}"],
        ["commits", "{repo}", "--output", "/dev/full"],
        ["refresh", "{file}"],
    ],
    ids=" ".join,
)
def test_an_expected_error_is_one_line(
    run: Run, repository: Path, tmp_path: Path, words: list[str]
) -> None:
    """No traceback, nothing on standard output, code 1."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("no repository")
    names = {"repo": repository, "no": tmp_path / "no"}
    names |= {"empty": tmp_path / "empty", "file": tmp_path / "file"}

    code, out, err = run(*(word.format(**names) for word in words))

    assert (code, out) == (1, "")
    assert err.startswith("commitlens: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["report", "--lang", "fr"],
        ["report", "--date", "2026-01-05", "--since", "2026-01-05"],
        ["report", "one", "two", "--output", "a.md"],
        ["commits", "--format", "xlsx"],
        ["commits", "--format", "jsonl", "--spreadsheet"],
        ["trends", "--by", "colour"],
        ["wach"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(run: Run, words: list[str]) -> None:
    """And says how it is used."""
    code, out, err = run(*words)

    assert (code, out) == (2, "")
    assert "Usage: commitlens" in err


def test_a_file_that_cannot_be_written_is_left_as_it_was(
    repository: Path, tmp_path: Path
) -> None:
    """A full disk is told in one line, and the file before it is still there."""
    target = tmp_path / "commits.csv"
    target.write_text("before")
    # No file may grow beyond 100 bytes: what a full disk looks like to a process.
    code = (
        "import resource, signal, sys\n"
        "from commitlens import export\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "from pathlib import Path\n"
        "export.write_file(Path(sys.argv[1]), b'x' * 1000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, check=False
    )

    assert b"OSError" in done.stderr
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_an_output_keeps_its_mode_and_a_link_its_target(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    """Writing a file anew changes what is in it, and nothing else."""
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.write_text("before")
    target.chmod(0o640)
    link.symlink_to(target)

    code, out, _ = run("files", repository, "--output", link)

    assert (code, out) == (0, f"{link}\n")
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.read_text().startswith('"repo","sha","path"')


def test_a_reader_that_has_enough_is_no_error(repository: Path) -> None:
    """`commitlens commits | head -1` ends without a word."""
    reader, writer = os.pipe()
    os.close(reader)

    done = command(
        "commits",
        repository,
        capture_output=False,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (0, b"")


def test_an_interruption_is_one_line(repository: Path) -> None:
    """Control-C exits with 130 and no traceback, below the line it was typed in."""
    code = (
        "import os, signal, sys\n"
        "from commitlens import cli, history\n"
        "def load(*args, **options): os.kill(os.getpid(), signal.SIGINT)\n"
        "history.load_history = load\n"
        "cli.main(['files'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )

    assert (done.returncode, done.stdout) == (130, b"")
    assert done.stderr == b"\ncommitlens: interrupted\n"
