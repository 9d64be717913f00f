"""The day in a few lines is true, whole, and led by what weighs most."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from test_report import HOSTILE, Parsed, check, day, scored, sha, with_web

from commitlens import schema
from commitlens.analysis import analyse
from commitlens.day import MOST, brief, day_lines, titles
from commitlens.report import daily_report
from commitlens.sections import make_rows
from commitlens.statements import Prose, Statement
from commitlens.wording import load_words


def items(report):
    """The lines of a report, and its sentence above them."""
    text = str(report).partition('<a id="brief"></a>')[2].partition("\n| ")[0]
    lines = re.findall(r"^- (.*)$", text, re.MULTILINE)
    said = [line for line in text.split("\n")[3:] if line and line[:2] != "- "]
    return lines, " ".join(said)


def with_facts(history, *facts):
    """A history with facts: sha, kind, name and the values before and after."""
    names = ("sha", "kind", "name", "old", "new")
    rows = [
        {"repo": "octo/demo", "path": None, "old": None, "new": None}
        | dict(zip(names, fact, strict=False))
        for fact in facts
    ]
    return history.replace(facts=schema.frame(rows, schema.FACTS))


def high(*subjects, **values):
    return [{"subject": each, "importance": "high"} | values for each in subjects]


def test_high_commits_with_what_their_users_have_to_do():
    """A line is a commit's title, what it is, and its weightiest facts."""
    rows = [
        *high("feat(cli)!: drop the old store (#12)", change_type="feat", scope="cli",
              breaking=True),
        {"subject": "fix: a small thing"},
    ]  # fmt: skip
    history = with_facts(
        scored(rows),
        (sha(1), "option_removed", "--old"),
        (sha(1), "option_added", "--new"),
        (sha(1), "config_added", "store"),
    )
    lines, said = items(daily_report(history, tz="UTC"))

    assert said == ""
    assert lines == [
        "🔴 **feature, breaking** (cli): [drop the old store](#c-000000000001)."
        " Option removed: `--old`. New option: `--new`."
    ]


def test_a_day_without_high_commits_tells_the_weightiest():
    """Without any of high importance, the first three of medium are named."""
    rows = [{"subject": f"fix: {n}", "importance_score": n * 10.0} for n in range(5)]
    lines, said = items(daily_report(scored(rows), tz="UTC"))

    assert said == load_words("en")["day"]["medium"]
    assert [re.search(r"\[(\d)\]", line)[1] for line in lines] == ["4", "3", "2"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_quiet_day_says_so(lang):
    """A day of low importance has one sentence and no lines."""
    rows = [{"importance": "low"}] * 3
    lines, said = items(daily_report(scored(rows), tz="UTC", lang=lang))

    assert (lines, said) == ([], load_words(lang)["day"]["quiet"])


def test_an_empty_day_has_no_lines():
    """A day on which nothing landed says only that."""
    report = daily_report(scored(day()), "2026-02-12", tz="UTC")

    assert 'id="brief"' not in str(report)


def test_a_repair_stands_with_what_it_repairs():
    """A fix of another commit of the day, high as well, shares its line."""
    rows = high("feat: a cache", "fix: the cache leaks", "feat: else")
    rows[0]["importance_score"] = 90.0
    history = with_facts(scored(rows), (sha(2), "fixes_commit", sha(1)[:10]))
    lines, _ = items(daily_report(history, tz="UTC"))

    assert len(lines) == 2
    assert lines[0] == (
        "🔴 **bug fix**: [a cache](#c-000000000001); "
        "[the cache leaks](#c-000000000002)."
        " Repaired by [`0000000`](#c-000000000002)."
    )


def test_what_was_taken_back_comes_last():
    """A commit that was reverted on the same day is told after all others."""
    rows = high("feat: a", "feat: b")
    rows[0]["importance_score"] = 99.0
    rows.append({"subject": 'Revert "feat: a"', "change_type": "revert"})
    history = with_facts(scored(rows), (sha(3), "reverts", sha(1)))
    lines, _ = items(daily_report(history, tz="UTC"))

    assert [re.search(r"\[(.*?)\]", line)[1] for line in lines] == ["b", "a"]
    assert "Reverted by [`0000000`](#c-000000000003)" in lines[1]


def test_what_one_merge_brought_is_one_line():
    """Commits of one topic stand under the sentence of the merge, uncut."""
    told = "The widget has been taught to spin, which " + "it could not do " * 12
    rows = [
        {"subject": "main", "sha": sha(1), "parents": []},
        *high("widget: part one", sha=sha(2), parents=[sha(1)]),
        *high("widget: part two", sha=sha(3), parents=[sha(2)]),
        {"subject": "Merge branch 'ab/spin'", "body": f"{told.strip()}.\n",
         "sha": sha(4), "parents": [sha(1), sha(3)], "importance": "low"},
    ]  # fmt: skip
    for row, hour in zip(rows, (9, 10, 10, 10), strict=True):
        row["landed_at"] = f"2026-02-10T{hour}:00Z"
    lines, _ = items(daily_report(scored(rows), tz="UTC"))

    assert len(lines) == 1
    assert f"[{told.strip()}](#c-000000000004): " in lines[0]
    assert lines[0].count("](#c-") == 3


def test_themes_are_merged_only_where_there_is_no_room():
    """Commits of one type and place share a line when there are many."""
    rows = high(*(f"feat(router): {n}" for n in "abc"), scope="router")
    rows += high(*(f"fix: {n}" for n in "def"))
    few, many = (items(daily_report(scored(r), tz="UTC"))[0] for r in (rows[:5], rows))

    assert len(few) == 5
    assert len(many) == 4
    assert "(router): [c](#c-000000000003); [b](#c" in " ".join(many)


@pytest.mark.parametrize("count", [6, 12, 40])
def test_never_more_than_five_lines(count):
    """What there is no room for is named or counted, and nothing is lost."""
    rows = high(*(f"fix: {n} things" for n in range(count)))
    for n, row in enumerate(rows):
        row["landed_at"] = f"2026-02-10T09:{n:02}Z"
    lines, _ = items(daily_report(scored(rows), tz="UTC"))
    named = sum(line.count("](#c-") for line in lines)
    left = re.search(r"\[(\d+) more\]\(#tier-high\)", lines[-1])

    assert len(lines) == MOST
    assert named + int(left[1] if left else 0) == count


def test_every_line_has_its_section():
    """Each line leads to sections that the report has, in both languages alike."""
    history = with_web(scored(day(40)))
    one, other = (daily_report(history, tz="UTC", lang=lang) for lang in ("en", "zh"))
    check(one, list(history.commits["sha"]))

    links = [
        [re.findall(r"\]\((#.*?)\)", x) for x in items(r)[0]] for r in (one, other)
    ]
    assert links[0] == links[1]
    assert all(links[0])
    assert {target[1:] for some in links[0] for target in some} <= set(Parsed(one).ids)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("It crashed on exit. Now it does not.", "Now it does not."),
        ("This removes the old store. It was slow.", "This removes the old store."),
        ("Avoid a copy. Copies are slow.", "Avoid a copy."),
        ("This causes a leak. Right now nobody sees it.", ""),
        ("One name is accepted today.", ""),
        ("This process is hard to follow.", ""),
        ("Removing one may report two.", ""),
        (f"This adds {'very ' * 60}much.", ""),
        (f"This adds one. This adds {'very ' * 60}much.", "This adds one."),
    ],
)
def test_sentences_say_what_changes_or_are_left_out(body, told):
    """The author's words are whole sentences, and not of what was before."""
    (line,), _ = items(daily_report(scored(high("fix: a", body=f"{body}\n")), tz="UTC"))

    assert line.partition("). ")[2] == told
    assert "…" not in line


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_text_shows_and_does_nothing(lang):
    """Titles, places and facts from outside make no element and no link."""
    rows = high(HOSTILE, body=f"{HOSTILE} And so on.\n", scope=HOSTILE[:38])
    history = with_facts(
        scored(rows), (sha(1), "option_added", HOSTILE), (sha(1), "env_added", "`|`$x$")
    )
    report = daily_report(history, tz="UTC", lang=lang)
    page = check(report, [sha(1)])
    text = items(report)[0][0]

    assert text.count("](#") == 1
    assert not page.tags.keys() & {"script", "img"}
    assert "$" not in re.sub("<span>[$]</span>", "", page.html)


def test_what_a_break_asks_of_users_is_told():
    """Of a breaking commit, the sentence with a must is the one to know."""
    rows = high("feat!: drop -d", body="It was odd. Users must write --depth.\n")
    calm, breaks = (
        items(daily_report(scored([row | {"breaking": flag} for row in rows]),
                           tz="UTC"))[0][0]
        for flag in (False, True)
    )  # fmt: skip

    assert calm.endswith("#c-000000000001).")
    assert breaks.endswith("). Users must write --depth.")


def test_sentences_of_two_languages_stand_apart():
    """A Chinese sentence after an English one has a space before it."""
    rows = high("fix: a", body="This removes b.\n", change_type="fix")
    history = with_facts(scored(rows), (sha(1), "schema_changed", "a.proto"))
    lines, _ = items(daily_report(history, tz="UTC", lang="zh"))

    assert "。This removes b. 数据结构" in lines[0]


def test_a_title_broken_by_a_forge_is_made_whole():
    """GitHub cuts a long title and goes on in the body; the line has all of it."""
    rows = high("feat: teach the planner to order joins by their selec… (#7)",
                body="…tivity and cost\n\nMore.\n")  # fmt: skip
    lines, _ = items(daily_report(scored(rows), tz="UTC"))

    assert (
        "[teach the planner to order joins by their selectivity and cost](" in lines[0]
    )


def test_lines_are_facts_before_they_are_words():
    """A line names its commits and its sentences before it has a language."""
    history = scored(high("feat: a"))
    words = load_words("en")
    analyses = analyse(history)
    rows = make_rows(history, analyses, dt.UTC, words)
    (line,) = day_lines(history, analyses, rows, titles(history))

    assert (line.shas, line.tier, line.topic) == ((sha(1),), "high", None)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "新增了 `--depth` 选项。旧的写法仍然可用。",
            "新增了 `--depth` 选项。旧的写法仍然可用。",
        ),
        ("第一句。" + "很" * 300 + "长。", "第一句。"),
        ("很" * 300 + "长。", ""),
    ],
)
def test_what_a_model_wrote_and_was_found_is_told(written, told):
    """With a model a line has the sentences of its summary that fit, whole."""
    history = scored(high("feat: a", body="Add an option.\n"))
    (one,) = analyse(history)
    said = (
        Statement("summary", "claim", {"text": Prose(written)}),
        Statement("risk", "claim", {"text": Prose("不在要点里。")}),
    )
    words = load_words("zh")
    analyses = [replace(one, source="model", statements=said)]
    rows = make_rows(history, analyses, dt.UTC, words)
    called = titles(history)
    shown = brief(
        day_lines(history, analyses, rows, called), rows, words,
        called=called, web_url=None, heading="heading",
    )  # fmt: skip

    assert (
        shown.lines[0].partition("）。")[2] + shown.lines[0].partition(")。")[2] == told
    )
