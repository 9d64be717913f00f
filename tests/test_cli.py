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
        ["report", "{repo}", "--date", "2026-01-05T08:00"],
        ["report", "{repo}", "--date", "9000-01-01"],
        ["report", "{repo}", "{repo}", "--date", "9000-01-01"],
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
    ("name", "words", "start"),
    [
        ("page.htm", [], b"<!doctype html>"),
        ("report.txt", [], b"# "),
        ("report", [], b"# "),
        ("report.pdf", ["--format", "md"], b"# "),
    ],
)
def test_a_report_is_written_as_its_file_is_called(
    run: Run,
    repository: Path,
    tmp_path: Path,
    name: str,
    words: list[str],
    start: bytes,
) -> None:
    """An ending that says nothing, or --format beside another, is no mistake."""
    code, _, err = run("report", repository, "--output", tmp_path / name, *words)

    assert (code, err) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_pipe_may_be_called_anything(repository: Path, tmp_path: Path) -> None:
    """Its name is no ending of a file: csv goes through it."""
    pipe = tmp_path / "files.d"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "commitlens", "files", str(repository)]
        + ["--output", str(pipe)],
        stdout=subprocess.PIPE,
    )
    content = pipe.read_bytes()

    assert process.wait() == 0
    assert content.startswith(b'"repo","sha","path"')


@pytest.mark.parametrize(
    "words",
    [
        ["report", "--lang", "fr"],
        ["report", "--date", "2026-01-05", "--since", "2026-01-05"],
        ["report", "one", "two", "--output", "a.md"],
        ["report", "--output", "day.pdf"],
        ["commits", "--format", "xlsx"],
        ["commits", "--output", "commits.xlsx"],
        ["files", "--output", "files.CSVX"],
        ["trends", "--output", "weeks.jpg"],
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


def test_an_error_is_all_that_a_process_says(tmp_path: Path) -> None:
    """Also where it ends the process while frames are still being got ready."""
    done = command("report", tmp_path / "missing", "--data", tmp_path)

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"commitlens: no repository at")
    assert done.stderr.count(b"\n") == 1


def test_an_error_names_the_file_that_was_asked_for(run: Run, repository: Path) -> None:
    """And not the temporary one, which nobody knows."""
    for words in (["report", "--output", "/proc/x.md"],
                  ["files", "--output", "/proc/x.csv"]):  # fmt: skip
        code, _, err = run(words[0], repository, *words[1:])

        assert code == 1
        assert err.rstrip().endswith(f": {words[-1]}")


@pytest.mark.parametrize("words", [["commits"], ["files"], ["report"]])
def test_what_is_stale_is_told_and_has_its_own_code(
    run: Run, tmp_path: Path, words: list[str]
) -> None:
    """A remote that is gone: what was fetched before serves, and 3 says so."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"a": "1\n"})
    url = f"file://{builder.path}"
    fresh = run(*words, url, "--output", "-")
    builder.path.rename(tmp_path / "gone")

    stale = run(*words, url, "--output", "-")

    assert fresh[0] == 0
    assert fresh[2] == ""
    assert stale[0] == 3
    assert stale[2].startswith("commitlens: stale: ")
    assert len(stale[2].splitlines()) == 1
    assert words == ["report"] or stale[1] == fresh[1]
    assert run(*words, url, "--output", "-", "--no-refresh") == fresh


def test_a_week_is_over_only_for_who_could_ask(run: Run, tmp_path: Path) -> None:
    """Without a word from the remote, the last week may have gone on."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"a": "1\n"})
    url = f"file://{builder.path}"

    def weeks(*words: str) -> tuple[int, set[str]]:
        code, out, _ = run("trends", url, *words)
        return code, {row["partial"] for row in csv.DictReader(io.StringIO(out))}

    assert weeks() == (0, {"false"})
    assert weeks("--no-refresh") == (0, {"true"})
    builder.path.rename(tmp_path / "gone")
    assert weeks() == (3, {"true"})


@pytest.mark.parametrize("by", ["breaking", "security", "bot", "repo"])
def test_trends_count_by_what_there_is(run: Run, repository: Path, by: str) -> None:
    """Each key runs the steps that it needs."""
    code, out, err = run("trends", repository, "--by", by, "--share", "--tz", "UTC")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, err) == (0, "")
    assert sum(int(row["commits"]) for row in rows) == 3
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1)


def test_trends_by_release_name_it(run: Run, tmp_path: Path) -> None:
    """What landed for a release, and what followed it."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: one", {"a": "1\n"})
    builder.git("tag", "v1.0")
    builder.commit("fix: two", {"a": "2\n"})

    code, out, err = run(
        "trends", builder.path, "--freq", "release", "--by", "author", "--top", "1"
    )

    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, err) == (0, "")
    assert [(row["release"], row["commits"]) for row in rows] == [
        ("v1.0", "1"),
        ("unreleased", "1"),
    ]


def test_each_jsonl_record_is_one_line_for_any_tool(run: Run, tmp_path: Path) -> None:
    """Characters that some tools take for the end of a line are escaped."""
    builder = RepositoryBuilder(tmp_path / "demo")
    odd = "odd\u2028one\u2029two\u0085three"
    builder.commit("feat: one", {odd: "1\n"})

    code, out, _ = run("files", builder.path, "--format", "jsonl")

    assert code == 0
    assert [json.loads(line)["path"] for line in out.splitlines()] == [odd]


def closed(*fds: int) -> Callable[[], None]:
    """Return what closes streams in a new process, as `>&-` does."""
    return lambda: [os.close(fd) for fd in fds] and None


@pytest.mark.parametrize("fds", [(1,), (1, 2), (0, 1, 2)])
def test_a_report_is_written_without_standard_streams(
    repository: Path, tmp_path: Path, fds: tuple[int, ...]
) -> None:
    """A service may be started with none; the file is as it always is."""
    path = tmp_path / "day.md"
    words = ["report", repository, "--tz", "UTC", "--output", path]
    assert command(*words).returncode == 0
    usual = path.read_bytes()
    path.unlink()

    done = command(*words, preexec_fn=closed(*fds))

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert path.read_bytes() == usual


def test_a_closed_standard_output_is_no_traceback(repository: Path) -> None:
    """Nobody reads what was asked for, as with `head`."""
    done = command("commits", repository, preexec_fn=closed(1))

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_name_beyond_the_locale_is_one_line(tmp_path: Path) -> None:
    """With what to do about it, or the report where no name is in the way."""
    builder = RepositoryBuilder(tmp_path / "见")
    builder.commit("feat: 见", {"a": "1\n"})
    ascii = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    options = {"env": {**os.environ, **ascii}, "cwd": builder.path}

    unnamed = command("report", **options)
    named = command("report", "--output", tmp_path / "day.md", **options)

    assert (unnamed.returncode, unnamed.stdout) == (1, b"")
    (line,) = unnamed.stderr.decode().splitlines()
    assert line.startswith("commitlens: a name has characters that the locale's")
    assert line.endswith("见; set LC_ALL=C.UTF-8 or PYTHONUTF8=1")
    assert named.returncode == 0
    assert "feat: 见" in (tmp_path / "day.md").read_text("utf-8")


def test_two_repositories_of_one_name_get_a_report_each(
    run: Run, tmp_path: Path
) -> None:
    """Folders elsewhere that are called the same do not overwrite each other."""
    for parent in "pq":
        builder = RepositoryBuilder(tmp_path / parent / "same")
        builder.commit(f"feat: in {parent}", {"a": "1\n"})

    code, out, _ = run(
        *("report", tmp_path / "p/same", tmp_path / "q/same"),
        *("--tz", "UTC", "--data", tmp_path / "data"),
    )

    first, second = (Path(line).read_text("utf-8") for line in out.splitlines())
    assert code == 0
    assert "in p" in first
    assert "in q" in second


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
