"""Whatever a model does, a report is whole, valid and true to its commits."""

from __future__ import annotations

import json
import re

import pytest
from model_day import FAST
from model_server import Reply, good, in_turn, user
from test_report import check

from commitlens.analysis import analyse
from commitlens.history import load_history
from commitlens.llm import Model
from commitlens.report import daily_report
from commitlens.scoring import score
from commitlens.testing import RepositoryBuilder
from commitlens.written import write_analyses


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_commit_is_written_of(server, model_day, lang, tmp_path):
    """Good answers fill the fields of each tier, and nothing is missing."""
    report = daily_report(
        model_day, since="2026-01-05", until="2026-01-05", tz="UTC", lang=lang,
        model=FAST, data=tmp_path,
    )  # fmt: skip

    check(report, list(model_day.commits["sha"]))
    merges = int(model_day.commits["is_merge"].sum())
    assert report.written.written == len(model_day.commits) - merges
    assert not report.written.failures
    assert not report.degraded
    tiers = {one.tier for one in report.written.analyses}
    assert tiers == {"high", "medium", "low"}
    for one in report.written.analyses:
        fields = {said.field for said in one.statements}
        if one.source == "model" and one.tier == "high":
            assert fields >= {
                "summary", "scope", "architecture", "performance", "security",
                "maintainability", "risk", "advice", "source",
            }  # fmt: skip
        if one.source == "model" and one.tier == "medium":
            assert fields >= {"summary", "scope", "advice", "source"}


def test_a_second_run_makes_no_request(server, written):
    """What was answered once is kept, and says the same."""
    first = written()
    asked = len(server.sent)
    second = written()

    assert asked > 0
    assert len(server.sent) == asked
    assert second.analyses == first.analyses
    assert second.usage.requests == 0
    assert second.tokens == first.tokens > 0


def test_a_rebase_hits_and_a_changed_hunk_misses(server, tmp_path):
    """An answer belongs to a change, wherever it is applied."""
    lines = [f"def f{n}():\n    return {n}\n\n\n" for n in range(30)]

    def made(name: str, *, above: str = "", change: str = "return 2500"):
        builder = RepositoryBuilder(tmp_path / name)
        builder.commit("feat: begin", {"src/a.py": above + "".join(lines)})
        text = above + "".join(lines).replace("return 25", change)
        builder.commit("fix: another answer", {"src/a.py": text}, date=1767776400)
        scored = score(load_history(builder.path, since="2026-01-07", tz="UTC"))
        asked = len(server.sent)
        done = write_analyses(scored, model=FAST, data=tmp_path / "data")
        return len(server.sent) - asked, done

    def script(request):
        place = re.search(r"@@ -\d+,\d+ \+(\d+),", user(request))
        return (
            good(request, cite=f"src/a.py:{int(place[1]) + 1}")
            if place
            else good(request)
        )

    server.script = script
    asked, first = made("one")
    again, rebased = made("two", above="import os\n\n\n" * 5)
    changed, _ = made("three", change="return 2501")

    assert (asked, again, changed) == (1, 0, 1)
    cites = [
        [str(said.values["cite"]) for said in done.analyses[0].statements
         if said.message == "claim_cited"]
        for done in (first, rebased)
    ]  # fmt: skip
    # The line is the same; only its number is another.
    numbers = [[int(cite.rpartition(":")[2]) for cite in some] for some in cites]
    assert [a + 15 for a in numbers[0]] == numbers[1] != []


# --- What goes wrong ----------------------------------------------------------


def status(code: int, **headers: str) -> Reply:
    return Reply(
        status=code, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def cut_at(share: float):
    """Return a script whose answers end after a share of their text."""

    def script(request):
        text = json.dumps(good(request), ensure_ascii=False)
        return Reply(text[: int(len(text) * share)], finish="length")

    return script


TOO_LONG = Reply(
    status=400,
    body={
        "error": {
            "message": "This model's maximum context length is 512 tokens.",
            "type": "invalid_request_error",
            "code": "context_length_exceeded",
        }
    },
)

#: How a server fails, always: name -> (script, why commits fall back).
FAILURES = {
    "401 key refused": (lambda request: status(401), {"key", "stopped"}),
    "403 access denied": (lambda request: status(403), {"forbidden", "stopped"}),
    "404 no such model": (lambda request: status(404), {"unknown_model", "stopped"}),
    "400 request refused": (lambda request: status(400), {"refused", "stopped"}),
    "429 busy": (lambda request: status(429, Retry_After="0.01"), {"rate", "stopped"}),
    "429 for an hour": (
        lambda request: status(429, Retry_After="3600"), {"rate", "stopped"}),
    "500 broken": (lambda request: status(500), {"server", "stopped"}),
    "503 overloaded": (lambda request: status(503), {"server", "stopped"}),
    "reset": (lambda request: Reply(reset=True), {"unreachable", "stopped"}),
    "context too long": (lambda request: TOO_LONG, {"context"}),
    "empty": (lambda request: Reply(""), {"empty"}),
    "no content": (lambda request: Reply(None), {"empty"}),
    "no choices": (
        lambda request: Reply(body={"id": "x", "choices": []}), {"empty"}),
    "no completion": (
        lambda request: Reply(body={"hello": 1}), {"empty", "server", "stopped"}),
    "cut": (cut_at(0.5), {"cut"}),
    "cut and called whole": (
        lambda request: json.dumps(good(request))[:-20], {"nonsense"}),
    "no JSON": (lambda request: "I would rather not.", {"nonsense"}),
    "an open fence": (lambda request: "```json\n{", {"nonsense"}),
    "another shape": (lambda request: {"result": "fine"}, {"nonsense"}),
    "a type that is none": (
        lambda request: good(request, change_type="improvement"), {"nonsense"}),
    "a field too many": (lambda request: good(request) | {"html": "x"}, {"nonsense"}),
    "fields that say nothing": (
        lambda request: good(request, text="-"), {"nonsense"}),
    "another language": (
        lambda request: good(request, text="这次提交调整了模块的行为。"), {"nonsense"}),
    "an invented summary": (
        lambda request: good(request, text="It is 37 % faster in `quux_frob`."),
        {"nonsense"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_a_report_is_whole_when_the_model_fails(server, model_day, tmp_path, name):
    """Every commit keeps its analysis from evidence, and the report says why."""
    script, kinds = FAILURES[name]
    server.script = script
    report = daily_report(
        model_day, since="2026-01-05", until="2026-01-05", tz="UTC", model=FAST,
        data=tmp_path,
    )  # fmt: skip
    plain = daily_report(model_day, since="2026-01-05", until="2026-01-05", tz="UTC")

    check(report, list(model_day.commits["sha"]))
    assert set(report.written.failures) <= kinds
    asked = int((~model_day.commits["is_merge"]).sum())
    assert sum(report.written.failures.values()) == asked
    assert report.degraded
    assert f"⚠️ {asked} of {asked} commits have no analysis" in report.markdown
    for analysis, text in zip(report.written.analyses, analyse(model_day), strict=True):
        assert analysis.statements[: len(text.statements)] == text.statements
    # What the evidence says stands there, word by word.
    assert lines(report) == lines(plain)
    assert len(server.sent) <= 40


def lines(report) -> list[str]:
    """Return the lines of a report that are not about the model."""
    some = (line.removesuffix("<br>") for line in report.markdown.splitlines())
    return [line for line in some if line and "🤖" not in line and line[2:5] != "⚠️ "]


def test_the_same_failure_again_and_again_ends_the_run(server, written):
    """A bad key is refused a few times, not once for each commit."""
    done = written(lambda request: status(401), model=Model("openai/x", concurrency=1))

    assert len(server.sent) == 3
    assert done.failures["stopped"] > 0
    assert done.failures["key"] >= 3


@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_an_answer_cut_anywhere_is_asked_for_with_more_room(server, written, share):
    """Whatever is missing at the end, what is printed is whole."""
    seen: dict[str, int] = {}

    def script(request):
        times = seen[user(request)] = seen.get(user(request), 0) + 1
        return cut_at(share)(request) if times == 1 else good(request)

    done = written(script)

    assert not done.failures
    rooms = {}
    for request in server.sent:
        rooms.setdefault(user(request), []).append(request["max_tokens"])
    assert all(len(some) == 2 and some[1] == 2 * some[0] for some in rooms.values())


def test_what_cannot_be_used_is_mended_once(server, written):
    """The model is told what is wrong, and its second answer is printed."""
    seen: set[str] = set()

    def script(request):
        if user(request) in seen:
            return good(request)
        seen.add(user(request))
        return {"change_type": "improvement"}

    done = written(script)

    assert not done.failures
    assert len(server.sent) == 2 * len(seen)
    mended = [one for one in server.sent if len(one["messages"]) == 4]
    assert len(mended) == len(seen)
    assert all("cannot be used" in one["messages"][3]["content"] for one in mended)


def test_a_server_that_knows_no_schema_is_asked_in_another_way(server, written):
    """json_schema, then json_object, then words alone; it is tried once a run."""

    def script(request):
        return status(400) if "response_format" in request else good(request)

    done = written(script, model=Model("openai/x", concurrency=1))
    forms = [(one.get("response_format") or {}).get("type") for one in server.sent]

    assert not done.failures
    assert forms[:3] == ["json_schema", "json_object", None]
    assert set(forms[3:]) == {None}


def test_a_busy_provider_is_waited_for(server, written):
    """What Retry-After asks for is heeded, and then all is written."""
    done = written(in_turn(*[status(429, Retry_After="0.05")] * 2))

    assert not done.failures
    assert done.usage.requests == len(server.sent)


def test_a_model_that_reads_less_is_sent_less(server, written):
    """A diff that does not fit is sent again in half, then in a quarter."""
    longest = []

    def script(request):
        longest.append(len(user(request)))
        return TOO_LONG if len(user(request)) > 6200 else good(request)

    done = written(script, model=Model("openai/x", concurrency=1))

    assert sum(done.failures.values()) < len(done.analyses)


def test_low_commits_that_do_not_fit_together_are_asked_for_apart(server, written):
    """A request of several that is too long is sent again in halves."""

    def script(request):
        return TOO_LONG if user(request).count("\nCommit, id") > 2 else good(request)

    done = written(script)

    assert not done.failures


def test_a_hang_ends_after_the_timeout(server, written):
    """An answer that does not come is not waited for."""
    model = Model("openai/x", timeout=0.3, concurrency=8)
    done = written(lambda request: Reply("{}", delay=1.5), model=model)

    assert set(done.failures) <= {"timeout", "stopped"}
    assert done.failures


def test_no_key_is_told_without_a_request(server, written, monkeypatch):
    """A provider that needs a key is not asked without one."""
    monkeypatch.delenv("OPENAI_API_BASE")
    done = written()

    assert server.sent == []
    assert set(done.failures) == {"key", "stopped"}
    assert "OPENAI_API_KEY" in done.words
    assert done.usage.requests == 0
