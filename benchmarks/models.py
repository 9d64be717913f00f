"""What written analysis costs and how long it waits, against a server on loopback.

    python benchmarks/models.py speed [--concurrency 4 8]
    python benchmarks/models.py tokens PATH DATE [PATH DATE ...]
    python benchmarks/models.py failures

`speed`: 30 commits, a server that takes half a second an answer; the ideal is what
as many requests as are allowed at a time need when nothing else takes time.
`tokens`: what a day sends, compared with one request a commit that has the whole
diff, up to 50 KB a file, after the same instructions. Both are counted alike.
`failures`: for each way in which a server fails, what a report makes of it.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

from model_server import Reply, good, serve  # noqa: E402

from commitlens.history import load_history  # noqa: E402
from commitlens.llm import Model  # noqa: E402
from commitlens.packing import estimate  # noqa: E402
from commitlens.planning import plan_analyses, prompts  # noqa: E402
from commitlens.prompting import text  # noqa: E402
from commitlens.report import select  # noqa: E402
from commitlens.scoring import score  # noqa: E402
from commitlens.testing import RepositoryBuilder  # noqa: E402
from commitlens.written import write_analyses  # noqa: E402

MOST = 50_000  # bytes of one file, for those who send whole diffs


def speed(levels: list[int]) -> None:
    """Time 30 commits."""
    with tempfile.TemporaryDirectory() as folder, serve() as server:
        os.environ["OPENAI_API_BASE"] = server.url
        builder = RepositoryBuilder(Path(folder, "demo"))
        for n in range(30):
            code = "".join(f"def f{n}_{m}(x):\n    return x + {m}\n" for m in range(20))
            builder.commit(f"fix: case {n}", {f"src/f{n}.py": code})
        history = score(load_history(builder.path, data=folder))
        # One request a commit: all of medium importance.
        commits = history.commits.assign(importance="medium")
        kinds = {"importance": history.commits["importance"].dtype}
        history = history.replace(commits=commits.astype(kinds))
        # What is imported and opened once is not of a request.
        write_analyses(
            history.replace(commits=history.commits[:1]),
            model="openai/x",
            data=f"{folder}/warm",
        )
        print("| concurrency | requests | seconds | ideal | ratio |")
        print("| --- | --- | --- | --- | --- |")
        for at in levels:
            server.reset(lambda request: Reply(_said(request), delay=0.5))
            begin = time.perf_counter()
            done = write_analyses(
                history, model=Model("openai/x", concurrency=at), data=f"{folder}/{at}"
            )
            took = time.perf_counter() - begin
            assert done.written == 30, done.failures
            ideal = math.ceil(len(server.sent) / at) * 0.5
            print(
                f"| {at} | {len(server.sent)} | {took:.2f} | {ideal:.2f} | "
                f"{took / ideal:.2f} |"
            )


def _said(request: dict) -> str:
    import json

    return json.dumps(good(request))


def tokens(days: list[str]) -> None:
    """Count what is sent for a day."""
    print(
        "| repository, day | commits | whole diffs | sent | ratio | requests | read |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for path, date in zip(days[::2], days[1::2], strict=True):
        since, _, until = date.partition("..")
        with tempfile.TemporaryDirectory() as data:
            period = {"since": since, "until": until or since, "tz": "UTC"}
            history = load_history(path, data=data, **period)
            part = select(history, **period)
            planned = plan_analyses(part, model="openai/x", data=data).total
            sent = [said for _, said in prompts(part)]
        count = sum(estimate(one["content"]) for said in sent for one in said)
        assert count == planned.read
        whole = 0
        plain = part.commits[~part.commits["is_merge"]]
        source = part.repositories[plain["repo"].iloc[0]]
        for (_, patch), row in zip(
            source.diffs(plain["sha"].tolist(), context=3, limit=10**8),
            plain.to_dict("records"),
            strict=True,
        ):
            files = (b"\n" + patch).split(b"\ndiff --git ")[1:]
            shown = b"".join(file[:MOST] for file in files).decode(errors="replace")
            whole += estimate(
                text("system", "en") + row["subject"] + row["body"] + shown
            )
        print(
            f"| {Path(path).stem}, {date} | {len(plain)} | {whole:,} | {count:,} | "
            f"{count / whole:.2f} | {planned.requests} | {_coverage(part)} |"
        )


def _coverage(history) -> str:  # noqa: ANN001
    from commitlens.analysis import analyse
    from commitlens.material import materials

    full = part = left = skipped = 0
    for one in materials(history, analyse(history), "en"):
        seen = one.packed(one.tier).coverage
        full, part, left = full + seen.full, part + seen.part, left + seen.left
        skipped += sum(n for _, n in seen.skipped)
    return f"{full} files in full, {part} in part, {left} left out, {skipped} skipped"


def failures() -> None:
    """Print what each failure comes to, as the command line sees it."""
    from test_written import FAILURES

    from commitlens.cli import main as commitlens

    ways = {"good answers": (lambda request: good(request), set())} | FAILURES
    ways["hang"] = (lambda request: Reply("{}", delay=2), set())
    with tempfile.TemporaryDirectory() as folder, serve() as server:
        os.environ["OPENAI_API_BASE"] = server.url
        builder = RepositoryBuilder(Path(folder, "demo"))
        for n in range(12):
            builder.commit(
                f"fix: case {n}", {f"src/f{n}.py": f"def f():\n    {n}\n" * 60}
            )
        print("| what the server does | requests | what the report says | exit code |")
        print("| --- | --- | --- | --- |")
        for at, (name, (script, _)) in enumerate(ways.items()):
            server.reset(script)
            out = Path(folder, f"{at}.md")
            words = [
                *("report", str(builder.path), "--date", "2026-01-05", "--tz", "UTC"),
                *("--model", "openai/x", "--data", f"{folder}/{at}"),
                *("--model-option", "timeout=0.5", "--model-option", "tries=2"),
                *("--output", str(out)),
            ]
            code: object = 0
            with (
                open(os.devnull, "w") as nowhere,
                contextlib.redirect_stderr(nowhere),
                contextlib.redirect_stdout(nowhere),
            ):
                try:
                    commitlens(words)
                except SystemExit as exit:
                    code = exit.code
            said = [
                line[2:]
                for line in out.read_text().splitlines()
                if line.startswith(("> ⚠️", "> 🤖"))
            ]
            told = said[0].partition("evidence alone: ")
            shown = (told[2] or told[0]).replace("|", "/")
            print(f"| {name} | {len(server.sent)} | {shown} | {code} |", flush=True)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("speed").add_argument(
        "--concurrency", type=int, nargs="+", default=[4, 8]
    )
    kinds.add_parser("tokens").add_argument("days", nargs="+")
    kinds.add_parser("failures")
    options = parser.parse_args()
    if options.kind == "speed":
        speed(options.concurrency)
    elif options.kind == "tokens":
        tokens(options.days)
    else:
        failures()


if __name__ == "__main__":
    main()
