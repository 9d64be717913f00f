"""A report shows each commit once, links that work, and nothing that acts."""

import datetime as dt
import os
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from commitlens import schema
from commitlens.errors import InputError
from commitlens.report import daily_report
from commitlens.repository import Repository
from commitlens.sections import MANY_LOW, message, page_url
from commitlens.testing import make_history
from commitlens.wording import load_words, translate, turning

ENGINE = MarkdownIt("commonmark", {"html": True}).enable("table")
SNAPSHOTS = Path(__file__).parent / "snapshots"
HOSTILE = (
    "<script>alert(1)</script> | ![x](http://a.b) [y](javascript:z) $1 \\(m\\) "
    "`c @octocat #1 </td> <a id=c-1> **b** \u202e\u200b &#60; --> {{ 7*7 }} # {% x %}"
)


def sha(number):
    return f"{number:012x}" + "0" * 28


def scored(rows, **options):
    """A history with literal scores, as `score` would leave it."""
    defaults = {
        "change_type": "fix",
        "scope": None,
        "breaking": False,
        "security": False,
        "type_confidence": 0.9,
        "type_reason": "the author's prefix 'fix'",
        "importance": "medium",
        "importance_score": 42.5,
        "importance_reasons": ["touches 2 files of the core"],
    }
    rows = [{"sha": sha(n + 1), **row} for n, row in enumerate(rows)]
    parents = [[], *([row["sha"]] for row in rows)]
    rows = [{"parents": up, **row} for up, row in zip(parents, rows, strict=False)]
    history = make_history(rows, **options)
    added = {
        name: pd.Series([row.get(name, default) for row in rows],
                        dtype=schema.pandas_dtype(
                            (schema.CLASSIFIED | schema.RATED)[name][0]))
        for name, default in defaults.items()
    }  # fmt: skip
    parts = {"score_type": 30.0, "score_size": 12.5, "score_nothing": 0.0}
    commits = history.commits.assign(**added, **parts)
    return history.replace(commits=commits, facts=schema.frame([], schema.FACTS))


def with_web(history, url="https://github.com/octo/demo"):
    repository = Repository("octo/demo", Path("none"), "host/octo/demo", web_url=url)
    return history.replace(repositories={"octo/demo": repository})


def day(count=6):
    """A day of commits of every type and tier, oldest first."""
    return [
        {
            "subject": f"change {n}",
            "change_type": schema.CHANGE_TYPES[n % 11],
            "importance": schema.TIERS[n % 3],
            "landed_at": f"2026-02-10T{n % 24:02}:{n // 24:02}:00Z",
            "files": [{"path": f"src/file{n}.py"}],
        }
        for n in range(count)
    ]


class Parsed:
    """What a Markdown engine finds in a report."""

    def __init__(self, report):
        self.tokens = ENGINE.parse(str(report))
        self.html = ENGINE.render(str(report))
        self.ids = re.findall(r'<a id="([^"]*)"></a>', self.html)
        self.links = re.findall(r'href="([^"]*)"', self.html)
        self.headings = [
            (int(token.tag[1]), self.tokens[index + 1].content)
            for index, token in enumerate(self.tokens)
            if token.type == "heading_open"
        ]
        self.tags = Counter(re.findall(r"<([a-z0-9]+)", self.html))
        self.tables = [
            [re.findall(r"<td.*?>(.*?)</td>", row, re.S)
             for row in table.split("<tr>")[2:]]
            for table in self.html.split("<table>")[1:]
        ]  # fmt: skip


def check(report, shas):
    """Assert what every report promises about its `shas`."""
    page = Parsed(report)
    anchors = [f"#c-{name[:12]}" for name in shas]

    assert len(page.ids) == len(set(page.ids))
    inner = [target for target in page.links if target.startswith("#")]
    assert {target[1:] for target in inner} <= set(page.ids)
    assert sorted(f"#{name}" for name in page.ids if name.startswith("c-")) == sorted(
        anchors
    )
    if shas:
        first = [re.findall(r'href="(#c-\w+)"', row[2])[0] for row in page.tables[0]]
        assert first == anchors[::-1]
    levels = [level for level, _ in page.headings]
    assert levels[:2] == [1, 2]
    assert levels.count(1) == levels.count(2) == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
    assert sum(report.counts.values()) == len(shas)
    for tier, number in report.counts.items():
        name = load_words(report.lang)["tiers"][tier]
        assert f"{name} {number}" in report.markdown
        if number:
            heading = load_words(report.lang)["headings"][tier].format(n=number)
            assert (3, heading) in page.headings
    return page


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("web", [True, False])
def test_every_commit_once_and_every_link_works(lang, web):
    """Anchors are unique, links have one, headings nest and counts agree."""
    history = scored(day())
    history = with_web(history) if web else history
    report = daily_report(history, tz="UTC", lang=lang)
    page = check(report, list(history.commits["sha"]))

    outer = [target for target in page.links if not target.startswith("#")]
    expected = [
        f"https://github.com/octo/demo/commit/{name}" for name in history.commits["sha"]
    ]
    assert sorted(outer) == (sorted(expected) if web else [])
    assert dict(report.counts) == {"high": 2, "medium": 2, "low": 2}
    assert (report.repo, report.label, report.tz) == ("octo/demo", "2026-02-10", "UTC")
    assert not report.degraded


def test_languages_say_the_same():
    """Numbers, links and their order are equal in both languages."""
    history = with_web(scored(day(40)))
    one, other = (
        daily_report(history, tz="Asia/Shanghai", lang=lang) for lang in ("en", "zh")
    )

    assert Parsed(one).links == Parsed(other).links
    assert Parsed(one).ids == Parsed(other).ids
    assert [level for level, _ in Parsed(one).headings] == [
        level for level, _ in Parsed(other).headings
    ]
    digits = [re.findall(r"\d+", str(report)) for report in (one, other)]
    assert digits[0] == digits[1]


def test_same_input_same_bytes():
    """Nothing in a report depends on when it is written."""
    early, late = (
        daily_report(
            scored(day()),
            "2026-02-10",
            tz="UTC",
            now=dt.datetime(year, 1, 1, tzinfo=dt.UTC),
        )
        for year in (2026, 2030)
    )

    assert early == late
    assert early.to_html() == late.to_html()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("importance", schema.TIERS)
def test_hostile_text_in_every_field(lang, importance):
    """Markup in any field of a commit shows as text, in a table as in a section."""
    plain, hostile = (
        with_web(
            scored(
                [
                    {
                        "subject": text,
                        "body": f"{text}\n\n{text}\n",
                        "author_name": text,
                        "author_email": text,
                        "committer_name": text,
                        "scope": text,
                        "type_reason": text,
                        "importance": importance,
                        "importance_reasons": [text],
                        "files": [{"path": text, "old_path": text, "status": "R"}],
                    }
                ],
                repo="octo/demo",
            ).replace(warnings=(text,))
        )
        for text in ("word", HOSTILE)
    )
    facts = [
        {"repo": "octo/demo", "sha": sha(1), "kind": kind, "name": HOSTILE,
         "old": HOSTILE, "new": HOSTILE, "path": HOSTILE}
        for kind in ("symbol_added", "option_added", "dependency_changed")
    ]  # fmt: skip
    hostile = hostile.replace(facts=schema.frame(facts, schema.FACTS))
    report = daily_report(hostile, tz="UTC", lang=lang)
    page = check(report, [sha(1)])

    calm = Parsed(daily_report(plain, tz="UTC", lang=lang))
    allowed = {"span", "br", "code", "li", "ul", "p", "strong"}
    assert page.tags.keys() <= calm.tags.keys() | allowed
    assert page.tags["a"] == calm.tags["a"]
    assert page.tags["td"] == calm.tags["td"]
    assert page.tags["tr"] == calm.tags["tr"]
    assert "<script" not in report.to_html()
    assert not {"\u202e", "\u200b"} & set(str(report))
    bare = re.sub(r"<span>[$\\]</span>", "", page.html)
    assert "$" not in bare
    assert "\\(" not in bare


def test_hostile_repository_name():
    """A folder's name is foreign text too."""
    rows = [{"repo": "<b>|$", "subject": "x"}]
    report = daily_report(scored(rows, repo="<b>|$"), tz="UTC")

    assert (2, r"&lt;b&gt;&#124;<span>&#36;</span>") in Parsed(report).headings
    assert "<b>" not in report.to_html()


def test_a_day_of_300_commits_stays_readable():
    """Many low commits share one table, and the commit table has one line each."""
    history = scored([row | {"body": "more\n\nand more"} for row in day(300)])
    report = daily_report(history, tz="UTC")
    page = check(report, list(history.commits["sha"]))

    assert sum(level == 4 for level, _ in page.headings) == 200
    assert [len(table) for table in page.tables] == [300, 100]
    assert "<br>and more" not in str(report).split("### ")[1]


def test_few_low_commits_have_sections():
    """Up to a limit low commits are told one by one."""
    rows = [row | {"importance": "low"} for row in day(MANY_LOW + 1)]
    few, many = (daily_report(scored(part), tz="UTC") for part in (rows[1:], rows))

    assert sum(level == 4 for level, _ in Parsed(few).headings) == MANY_LOW
    assert sum(level == 4 for level, _ in Parsed(many).headings) == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_day_says_so(lang):
    """A day on which nothing landed still has a report."""
    report = daily_report(scored(day()), "2026-02-11", tz="UTC", lang=lang)
    check(report, [])

    assert load_words(lang)["empty"] in str(report)
    assert dict(report.counts) == {"high": 0, "medium": 0, "low": 0}
    assert "2026-02-11" in str(report)


def test_a_history_without_commits():
    """With no commit to take the day from, it is today."""
    now = dt.datetime(2026, 2, 10, 20, tzinfo=dt.UTC)
    report = daily_report(scored([]), tz="Asia/Shanghai", now=now)

    assert report.label == "2026-02-11"


def test_the_day_is_that_of_the_zone():
    """A commit is in the day it landed on by the clocks of the zone."""
    history = scored(
        [{"landed_at": f"2026-02-{at}Z"} for at in ("09T15:59:59", "09T16:00:00",
                                                   "10T15:59:59", "10T16:00:00")]
    )  # fmt: skip
    report = daily_report(history, "2026-02-10", tz="Asia/Shanghai")
    page = check(report, [sha(2), sha(3)])

    assert [row[0] for row in page.tables[0]] == [
        "2026-02-10 23:59:59",
        "2026-02-10 00:00:00",
    ]
    assert "Asia/Shanghai" in str(report)
    assert daily_report(history, tz="Asia/Shanghai").label == "2026-02-11"
    assert daily_report(history, tz="UTC").label == "2026-02-10"


@pytest.mark.parametrize(
    ("since", "until", "label", "count"),
    [
        ("2026-02-09", "2026-02-10", "2026-02-09..2026-02-10", 3),
        ("2026-02-10", "2026-02-10", "2026-02-10", 2),
        ("2026-02-10", None, "2026-02-10..2026-02-11", 3),
        (None, "2026-02-09", "2026-02-09", 1),
        ("2027-01-01", None, "2027-01-01", 0),
        (None, "2020-01-01", "2020-01-01", 0),
        ("2026-02-10T05:00", "2026-02-10", "2026-02-10T050000..2026-02-10", 1),
        (
            "2026-02-10T00:00Z",
            "2026-02-10T05:00Z",
            "2026-02-10..2026-02-10T050000",
            1,
        ),
    ],
)
def test_ranges(since, until, label, count):
    """A range holds its days, and an open end is where the history ends."""
    history = scored(
        [{"landed_at": f"2026-02-{at}:00Z"} for at in ("09T12:00", "10T04:59",
                                                      "10T05:00", "11T00:00")]
    )  # fmt: skip
    report = daily_report(history, since=since, until=until, tz="UTC")

    assert (report.label, sum(report.counts.values())) == (label, count)
    assert label in str(report).splitlines()[0]


def test_what_landed_before_is_the_lead():
    """Commits before the day are context: no report shows them."""
    history = scored(day(30))
    report = daily_report(history, since="2026-02-10T10:00Z", tz="UTC")
    cut = history.commits["landed_at"] >= pd.Timestamp("2026-02-10T10:00Z")

    check(report, list(history.commits.loc[cut, "sha"]))


def test_the_history_is_not_changed():
    """A report leaves the frames it was given as they were."""
    history = scored(day())
    before = history.commits.copy(), history.files.copy()
    daily_report(history, tz="UTC")

    pd.testing.assert_frame_equal(history.commits, before[0])
    pd.testing.assert_frame_equal(history.files, before[1])


def merged():
    """Two commits on a branch, landed by a merge after one on the main branch."""
    rows = [
        {"subject": "main work", "sha": sha(1), "parents": []},
        {"subject": "branch one", "sha": sha(2), "parents": [sha(1)]},
        {"subject": "branch two", "sha": sha(3), "parents": [sha(2)]},
        {
            "subject": "Merge branch 'topic'",
            "sha": sha(4),
            "parents": [sha(1), sha(3)],
            "importance": "low",
            "change_type": "chore",
        },
    ]
    times = ["09:00", "10:00", "10:00", "10:00"]
    return [
        row | {"landed_at": f"2026-02-10T{time}Z"}
        for row, time in zip(rows, times, strict=True)
    ]


def test_merges_are_told_with_what_they_landed():
    """A merge has a row, not a section, and its commits stand under it."""
    report = daily_report(scored(merged()), tz="UTC")
    page = check(report, [sha(n) for n in (1, 2, 3, 4)])
    messages = [re.sub("<.*?>", "", row[2]) for row in page.tables[0]]

    assert messages == [
        "Merge branch 'topic'🔀 lands 2 commits",
        "↳ branch two",
        "↳ branch one",
        "main work",
    ]
    assert (4, "Merge branch 'topic'") not in page.headings
    assert "1 merge" in str(report)


def test_a_merge_at_the_edge_of_a_range():
    """What the oldest merge landed stands under it, though its parent is outside."""
    rows = merged()[1:]
    page = Parsed(daily_report(scored(rows), tz="UTC"))
    messages = [re.sub("<.*?>", "", row[2])[:13] for row in page.tables[0]]

    assert messages == ["Merge branch ", "↳ branch two", "↳ branch one"]


def test_warnings_are_at_the_top():
    """What is incomplete is said before anything else."""
    history = scored(day()).replace(warnings=("the mirror is 3 days old",))
    lines = [line for line in str(daily_report(history, tz="UTC")).splitlines() if line]

    assert lines[1] == "> ⚠️ the mirror is 3 days old"


def test_a_commit_written_long_ago_says_when():
    """What landed today may have been written on another day."""
    rows = [{"authored_at": "2025-11-02T08:00Z", "landed_at": "2026-02-10T08:00Z"}]

    assert "written 2025-11-02 08:00" in str(daily_report(scored(rows), tz="UTC"))
    assert "written" not in str(daily_report(scored(day()), tz="UTC"))


def test_numbers_git_could_not_give_are_left_out():
    """A commit whose lines are unknown has no lines, rather than zero."""
    rows = [{"insertions": None, "deletions": None, "files_changed": 3}]

    assert " · 3 files\n" in str(daily_report(scored(rows), tz="UTC"))


def test_a_type_that_its_author_does_not_say_has_a_basis():
    """The prefix alone needs no word; anything else does."""
    rows = [{"type_reason": "only the CI is touched"}]

    assert "bug fix (by: only the CI is touched)" in str(
        daily_report(scored(rows), tz="UTC")
    )
    assert "(by: " not in str(daily_report(scored(day()), tz="UTC"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_part_of_a_score_has_a_name_in_each_language(lang):
    """A report in Chinese has no part of a score in English, and none is left over."""
    from commitlens.parts import SCORES
    from commitlens.wording import load_words

    parts = {name.removeprefix("score_") for name in SCORES}
    assert load_words(lang)["parts"].keys() == parts


def test_the_score_is_shown_with_its_parts():
    """The parts that count for something add up to the score shown."""
    text = str(daily_report(scored(day(1)), tz="UTC"))

    assert "42.5/100" in text
    assert "+30 · " in text
    assert "+12.5)" in text
    assert "nothing" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"date": "2026-02-10", "since": "2026-02-10"}, "give one of the two"),
        ({"lang": "fr"}, "unknown lang 'fr': expected 'en' or 'zh'"),
        ({"model": " any"}, "a model needs a name"),
        ({"tz": "Mars/Base"}, "unknown time zone 'Mars/Base'"),
        ({"date": "soon"}, "date must be a day"),
        ({"since": "2026-02-11", "until": "2026-02-10"}, "ends before it starts"),
    ],
)
def test_wrong_arguments(arguments, said):
    """A wrong argument is told in one line."""
    with pytest.raises(InputError, match=said) as info:
        daily_report(scored(day()), **({"tz": "UTC"} | arguments))

    assert "\n" not in str(info.value)


def test_two_repositories():
    """A report is of one repository."""
    rows = [{"repo": "a/b"}, {"repo": "c/d"}]
    with pytest.raises(InputError, match="has 2: a/b, c/d"):
        daily_report(scored(rows), tz="UTC")


def test_save(tmp_path):
    """A report goes to its place in the data folder, and only there."""
    report = daily_report(scored(day()), tz="UTC")
    path = report.save(data=tmp_path)

    assert path == tmp_path / "reports/2026/demo/2026-02-10.md"
    assert path.read_text("utf-8") == report.markdown
    assert report.save(data=tmp_path) == path
    files = {each.name for each in tmp_path.rglob("*") if each.is_file()}
    assert files == {path.name, ".repository"}
    assert report.save(data=tmp_path, format="html").name == "2026-02-10.html"


def test_save_under_a_name(tmp_path):
    """A path of one's own decides the format, and missing folders are made."""
    report = daily_report(scored(day()), tz="UTC")

    page = report.save(tmp_path / "a/b/today.html").read_text("utf-8")
    assert page == report.to_html()
    assert report.save(tmp_path / "c.txt").read_text("utf-8") == report.markdown
    with pytest.raises(InputError, match="unknown format 'pdf'"):
        report.save(tmp_path / "d", format="pdf")


@pytest.mark.parametrize("format", ["md", "html"])
def test_save_keeps_what_belongs_to_another_repository(tmp_path, format):
    """Two repositories of one short name each keep their report."""
    ours, theirs = (
        daily_report(scored(day(), repo=repo), tz="UTC")
        for repo in ("octo/demo", "hepta/demo")
    )
    paths = [r.save(data=tmp_path, format=format) for r in (ours, theirs, ours, theirs)]

    assert [path.parent.name for path in paths] == ["demo", "hepta-demo"] * 2
    assert "hepta/demo" in paths[1].read_text("utf-8")
    assert "hepta/demo" not in paths[0].read_text("utf-8")


def test_save_tells_folders_of_one_name_apart(tmp_path):
    """Two local repositories whose folders have one name each keep their report."""
    reports = []
    for key in ("local/demo-1111", "local/demo-2222"):
        repository = Repository("demo", Path("none"), key)
        history = scored(day(), repo="demo").replace(repositories={"demo": repository})
        reports.append(daily_report(history, tz="UTC"))

    paths = [report.save(data=tmp_path) for report in [*reports, *reports]]

    assert [path.parent.name for path in paths] == ["demo", "local-demo-2222"] * 2


def test_save_of_a_range_and_of_odd_names(tmp_path):
    """No name of a repository leads out of the folder of reports."""
    names = {}
    for repo in ("../..", "a/.git", "x:y*z", "组/项目", "group/sub/name"):
        rows = [row | {"repo": repo} for row in day()]
        report = daily_report(
            scored(rows, repo=repo), since="2026-02-09", until="2026-02-10", tz="UTC"
        )
        path = report.save(data=tmp_path)
        names[repo] = path.relative_to(tmp_path / "reports/2026").as_posix()

    assert names == {
        "../..": "repository/2026-02-09..2026-02-10.md",
        "a/.git": "git/2026-02-09..2026-02-10.md",
        "x:y*z": "x-y-z/2026-02-09..2026-02-10.md",
        "组/项目": "项目/2026-02-09..2026-02-10.md",
        "group/sub/name": "name/2026-02-09..2026-02-10.md",
    }


def test_the_page_asks_nobody_for_anything():
    """The HTML page has its style inside, no script and no outside request."""
    page = daily_report(with_web(scored(day())), tz="UTC", lang="zh").to_html()

    assert page.startswith('<!doctype html>\n<html lang="zh">')
    assert not re.search(r"<(script|link|img|iframe)\b|\bsrc=|url\(|@import", page)
    assert set(re.findall(r'href="(?!#)(.*?)"', page)) == {
        f"https://github.com/octo/demo/commit/{sha(n + 1)}" for n in range(6)
    }
    assert page.count('<a id="c-') == 6


def test_a_report_shows_itself():
    """In a notebook a report is itself without a page around, on a prompt one line."""
    report = daily_report(scored(day()), tz="UTC")

    assert report._repr_html_() in report.to_html()
    assert report._repr_html_().startswith("<h1>")

    assert report._repr_markdown_() == str(report) == report.markdown
    assert repr(report) == (
        "<Report of octo/demo, 2026-02-10 (UTC): 2 high, 2 medium, 2 low>"
    )


def test_numbers_of_requests_are_links():
    """Where the forge is known, a pull request is one click away."""
    rows = [{"subject": "fix: x (#12)"}]
    fact = {"repo": "octo/demo", "sha": sha(1), "kind": "pull_request", "name": "#12"}
    history = scored(rows).replace(facts=schema.frame([fact], schema.FACTS))
    url = "https://github.com/octo/demo/pull/12"

    assert url in Parsed(daily_report(with_web(history), tz="UTC")).links
    assert url not in Parsed(daily_report(history, tz="UTC")).links


def varied():
    """Commits of many kinds and sizes, with enough before them to compare with."""
    subjects = [
        *("feat: add --depth", "fix: crash on exit", "fix(security): CVE-2026-1234"),
        *("docs: explain", "test: more", "ci: cache", "build(deps): bump a to 2.0"),
        *("perf: 3x faster", "refactor: split", "style: format", "Add a thing"),
        *("chore(release): 1.2.0", 'Revert "feat: add --depth"', "feat!: drop py2"),
        *("Merge branch 'x'", "typo", "tidy up", "Fixes a leak", "whatever it was"),
    ]
    paths = ["src/a/b.py", "docs/x.md", "tests/test_a.py", ".github/workflows/c.yml",
             "package-lock.json", "src/c/d.py", "Makefile", "tools/run.py"]  # fmt: skip
    return [
        {
            "subject": subjects[n % len(subjects)],
            "author_email": f"{n % 23}@example.org",
            "files": [
                {"path": paths[(n + k) % 8], "insertions": (n * 37) % 400,
                 "deletions": n % 9, "status": "AMMM"[n % 4]}
                for k in range(n % 6)
            ],
        }
        for n in range(600)
    ]  # fmt: skip


def test_every_reason_has_its_words_in_chinese():
    """No reason of a score or of a type is left in English."""
    from commitlens.change_types import classify
    from commitlens.importance import rate

    rated = rate(classify(make_history(varied()))).commits
    reasons = {reason for some in rated["importance_reasons"] for reason in some}
    sentences = reasons | set(rated["type_reason"])
    words = load_words("zh")
    left = [
        each for each in sentences if not re.search("[一-鿿]", translate(each, words))
    ]

    assert left == []
    assert len(sentences) > 50


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("12 lines of code (+9)", "12 行代码（+9）"),
        ("adds the option '--a', '--b' and 2 more (+7)",
         "新增选项 '--a'、'--b' 等，另有 2 个（+7）"),
        ("change type feat (+13)", "变更类型：功能增强（+13）"),
        ("'improve' with 'improve the docs'", "'improve' 与 'the docs'"),
        ("'improve' with 'error'", "'improve' 与 'error'"),
        ("a fix that touches no code (-3)", "Bug修复，但未触及代码（-3）"),
        ("1 file: code alone (-2)", "1 个文件，仅代码（-2）"),
        ("9 files: code, lock files, CI (+4)", "9 个文件：代码、锁定文件、CI（+4）"),
        ("3 lines of code in a/b, an area that <1% of the last 500 commits touch",
         "a/b 中 3 行代码，最近 500 个提交中有 <1% 触及该处"),
        ("1 line of docs with the code (+1)", "随代码改动 1 行文档（+1）"),
        ("the author's prefix '[Bug]'", "作者的前缀 '[Bug]'"),
        ("something new (+1)", "something new（+1）"),
        ("", ""),
    ],
)  # fmt: skip
def test_translate(sentence, expected):
    """Names and numbers stay, and what is not known is left as it is."""
    assert translate(sentence, load_words("zh")) == expected


def test_english_reasons_use_the_words_of_the_report():
    """A type has one name on a page, and not every first word is a verb."""
    words = load_words("en")

    assert translate("change type fix (+13)", words) == "change type bug fix (+13)"
    assert translate("the verb 'correctly'", words) == "the word 'correctly'"
    assert translate("'make' with 'make sure'", words) == "'make' with 'sure'"
    kinds = "9 files: code, lock files, CI (+4)"
    assert translate(kinds, words) == kinds


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("en", "1 point short of high", "1 point short of 🔴 high"),
        ("zh", "1 point short of high", "距🔴高还差 1 分"),
        ("zh", "2 points above the border of medium", "高出🟡中的上界 2 分"),
        ("en", "low without: change type fix (+13)",
         "it would be 🟢 low without: change type bug fix (+13)"),
        ("zh", "low without: change type fix (+13)",
         "若不计“变更类型：Bug修复（+13）”，则为🟢低"),
    ],
)  # fmt: skip
def test_what_would_change_the_tier_reads_well(lang, sentence, expected):
    """In either language, of one point and of many."""
    assert turning(sentence, load_words(lang)) == expected


def test_no_number_is_minus_nothing():
    """A score that rounds to nothing has no sign."""
    history = scored([{"subject": "fix: a"}])
    score = history.commits["importance_score"] * 0 - 0.01
    report = daily_report(
        history.replace(commits=history.commits.assign(importance_score=score)),
        tz="UTC",
    )

    assert " 0/100" in str(report)
    assert "−0/100" not in str(report)


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        ("https://github.com/a/b", "https://github.com/a/b/commit/123"),
        ("https://gitlab.com/g/s/p", "https://gitlab.com/g/s/p/-/commit/123"),
        ("https://bitbucket.org/a/b/", "https://bitbucket.org/a/b/commits/123"),
        ("https://codeberg.org/a/b", "https://codeberg.org/a/b/commit/123"),
        ("https://go.googlesource.com/net", "https://go.googlesource.com/net/+/123"),
        ("https://example.org/a/b", None),
        ("http://github.com/a/b", None),
        ("javascript:alert(1)//github.com", None),
        ("https://github.com/a/b?x=1", None),
        ("", None),
        (None, None),
    ],
)
def test_links_go_to_known_forges_only(web, expected):
    """A link is made where the address of a commit is known, and is https."""
    assert page_url(web, "123") == expected


def test_pages_of_numbers():
    """Requests and issues have addresses of their own on each forge."""
    lab, source = "https://gitlab.com/g/p", "https://go.googlesource.com/net"

    assert page_url(lab, "12", "request") == f"{lab}/-/merge_requests/12"
    assert page_url(lab, "12", "issue") == f"{lab}/-/issues/12"
    assert page_url(source, "12", "issue") is None


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("fix: x", "", ("fix: x", ())),
        ("a\tb  c", None, ("a b c", ())),
        ("x", "One\nline.\n\nTwo", ("x", ("One line.", "Two"))),
        ("x", "- a\n  more\n- b\n1. c", ("x", ("- a more", "- b", "1. c"))),
        ("x", "Why\n\nSigned-off-by: A <a@b.c>\nCo-authored-by: B", ("x", ("Why",))),
        ("x", "Fixes: #12\nReviewed-by: C", ("x", ("Fixes: #12",))),
        ("x", "a\n---------\nb", ("x", ("a", "b"))),
        ("x", "## Summary\na\nb\n### Part one\nc", ("x", ("a b", "Part one", "c"))),
        ("x", "a\n```\nlog\n```\nb\n```sh\nc", ("x", ("a", "b"))),
        ("x", "LUCI-TryBot-Result: a\nChange-Id: b\nNote: c", ("x", ("Note: c",))),
        ("x", "<!-- fill\nin -->a\n## Test plan:", ("x", ("a",))),
        ("x", "\n\n".join("abcdefghi"), ("x", (*"abcdef", "…"))),
        ("x", "wörd " * 100, ("x", (" ".join(["wörd"] * 47) + "…",))),
    ],
)
def test_message(subject, body, expected):
    """A message is told in a few lines, without who passed it on."""
    assert message(subject, body) == expected


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_whole_report(lang):
    """A small report, as it is written; COMMITLENS_SNAPSHOTS=1 writes it anew."""
    rows = [
        *merged(),
        {
            "sha": sha(5),
            "parents": [sha(4)],
            "subject": "feat(cli)!: add --depth | drop -d (#12)",
            "body": "Users of -d must write --depth.\n\nSigned-off-by: Ada <a@b.org>\n",
            "scope": "cli",
            "change_type": "feat",
            "breaking": True,
            "importance": "high",
            "landed_at": "2026-02-10T11:00Z",
            "authored_at": "2026-01-31T11:00Z",
            "files": [{"path": "src/cli.py", "insertions": 40, "deletions": 2}],
        },
        {
            "sha": sha(6),
            "parents": [sha(5)],
            "subject": "docs: mention $HOME",
            "change_type": "docs",
            "importance": "low",
            "landed_at": "2026-02-10T12:00Z",
            "files": [{"path": "README.md"}],
        },
    ]
    text = str(daily_report(with_web(scored(rows)), tz="Asia/Shanghai", lang=lang))
    path = SNAPSHOTS / f"report.{lang}.md"
    if os.environ.get("COMMITLENS_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    assert text == path.read_text("utf-8")
