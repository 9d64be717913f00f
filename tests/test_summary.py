"""A summary tells every commit of a range once, by theme, with what it rests on."""

import re

import pytest
from model_day import FAST
from model_server import WORDS, Reply, good
from test_day import high, with_facts
from test_report import HOSTILE, Parsed, day, scored, sha, with_web

import commitlens as cl
from commitlens.errors import InputError
from commitlens.evidence import from_patch
from commitlens.net import net_changes
from commitlens.summary import summarize
from commitlens.testing import RepositoryBuilder


def once(summary):
    """The commits of the statements that tell each commit once."""
    frame = summary.to_frame()
    return frame.loc[frame["kind"].isin(["commit", "group"]), "sha"].tolist()


def section(summary, title, **options):
    """The lines under a heading."""
    text = summary.to_markdown(**options)
    return text.partition(f"### {title}\n")[2].partition("\n###")[0].strip().split("\n")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_model_says_what_named_commits_do(server, model_day, tmp_path, lang):
    """A checked sentence each, beside its link; in the other language none."""
    options = {"tz": "UTC", "lang": lang, "model": FAST, "data": tmp_path}
    plain = summarize(model_day, tz="UTC", lang=lang)
    told = summarize(model_day, **options)
    asked = len(server.sent)
    named = [point for point in told.points if point.kind == "commit"]

    assert told.points == plain.points
    assert len(told.written.analyses) == len(named) > 0
    assert told.to_markdown().count(WORDS[lang]) == len(named)
    other = "zh" if lang == "en" else "en"
    assert told.to_markdown(lang=other) == plain.to_markdown(lang=other)
    assert str(summarize(model_day, **options)) == str(told)
    assert len(server.sent) == asked


@pytest.mark.parametrize(
    "script",
    [
        lambda request: Reply(status=403),
        lambda request: good(request, text="It is 37 % faster in `quux_frob`."),
    ],
)
def test_a_summary_is_whole_without_the_model(server, model_day, tmp_path, script):
    """What is refused or invented is not there, and a warning says so."""
    server.script = script
    plain = summarize(model_day, tz="UTC")
    told = summarize(model_day, tz="UTC", model=FAST, data=tmp_path)
    lines = told.to_markdown().splitlines()

    assert told.points == plain.points
    assert "rest on evidence alone" in told.warnings[-1]
    assert [
        line for line in plain.to_markdown().splitlines() if line not in lines
    ] == []


@pytest.mark.parametrize("by", ["theme", "area", "author"])
@pytest.mark.parametrize("count", [1, 6, 60, 300])
def test_every_commit_is_told_once(by, count):
    """Statements divide the commits of the range, whatever they are sorted by."""
    history = scored(day(count))
    summary = summarize(history, tz="UTC", by=by)

    assert sorted(once(summary)) == sorted(history.commits["sha"])
    assert summary.numbers["commits"] == count


def test_themes_and_what_they_rest_on():
    """Each theme has its commits, the weightiest first, and links to them."""
    rows = [
        {"subject": "feat(api)!: drop v1", "change_type": "feat", "breaking": True,
         "scope": "api"},
        {"subject": "feat: small", "change_type": "feat", "importance_score": 20.0},
        {"subject": "feat: large (#3)", "change_type": "feat", "scope": "ui"},
        {"subject": "fix(net): a", "scope": "net"},
        {"subject": "fix(Net): b", "scope": "Net"},
        {"subject": "fix: c", "files": [{"path": "src/store/disk.py"}]},
        {"subject": "perf: faster", "change_type": "perf"},
        {"subject": "docs: more", "change_type": "docs"},
    ]  # fmt: skip
    summary = summarize(with_web(scored(rows)), tz="UTC")
    url = "https://github.com/octo/demo/commit/"

    assert section(summary, "💥 Breaking changes") == [
        f"- api: [drop v1]({url}{sha(1)})"
    ]
    assert section(summary, "✨ New capabilities") == [
        f"- ui: [large]({url}{sha(3)})",
        f"- [small]({url}{sha(2)})",
    ]
    assert section(summary, "🐛 Fixes by area") == [
        f"- **Net** (2): [b]({url}{sha(5)}); [a]({url}{sha(4)})",
        f"- **store** (1): [c]({url}{sha(6)})",
    ]
    assert section(summary, "🧹 The rest in numbers") == [
        f"- **documentation** (1): [`0000000`]({url}{sha(8)})"
    ]
    assert summary.to_frame()["theme"].unique().tolist() == [
        "breaking", "features", "performance", "fixes", "rest",
    ]  # fmt: skip


def test_the_last_of_a_theme_is_not_counted_alone():
    """Up to a limit commits are named, and one more is named as well."""
    rows = [{"change_type": "feat", "subject": f"feat: {n}"} for n in range(10)]
    few, many = (summarize(scored(r), tz="UTC", top=8) for r in (rows[:9], rows))

    assert len(section(few, "✨ New capabilities")) == 9
    assert section(many, "✨ New capabilities")[-1].startswith("- **others** (2): ")


def test_the_top_folder_has_a_name():
    """Fixes of files beside all folders are not told of a dot."""
    rows = [{"subject": "fix: a", "files": [{"path": "Makefile"}]}]
    summary = summarize(scored(rows), tz="UTC")

    assert section(summary, "🐛 Fixes by area") == ["- **top folder** (1): a `0000000`"]
    assert "**顶层目录** (1)" in summary.to_markdown(lang="zh")


def test_what_was_taken_back_inside_the_range_is_told_apart():
    """A commit and its revert are no feature; a revert of the revert is none."""
    rows = [
        {"subject": "feat: a", "change_type": "feat"},
        {"subject": "feat: b", "change_type": "feat"},
        {"subject": 'Revert "feat: a"', "change_type": "revert"},
        {"subject": "Revert an old one", "change_type": "revert"},
    ]
    history = with_facts(
        scored(rows), (sha(3), "reverts", sha(1)[:9]), (sha(4), "reverts", "f" * 40)
    )
    frame = summarize(history, tz="UTC").to_frame().set_index("sha")["theme"]

    assert frame.to_dict() == {
        sha(1): "undone", sha(2): "features", sha(3): "undone", sha(4): "reverts",
    }  # fmt: skip


def test_settings_and_dependencies_are_told_as_they_came_out():
    """An option that came and went is not told; versions go from first to last."""
    history = with_facts(
        scored(high("a", "b", "c")),
        (sha(1), "option_added", "--gone"),
        (sha(1), "option_added", "--kept"),
        (sha(1), "dependency_changed", "lib", "1.0", "1.5"),
        (sha(2), "option_removed", "--gone"),
        (sha(2), "env_removed", "OLD"),
        (sha(3), "dependency_changed", "lib", "1.5", "2.0"),
    )
    summary = summarize(history, tz="UTC")

    assert section(summary, "🎛️ What can be set") == [
        "- Environment variables no longer read: `OLD` (`0000000`)",
        "- New options: `--kept` (`0000000`)",
    ]
    assert section(summary, "📦 Dependencies") == [
        "- Dependencies at another version: `lib 1.0 → 2.0` (`0000000` `0000000`)"
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([("option_added", "x", None, None), ("option_removed", "x", None, None)], []),
        ([("option_removed", "x", None, None), ("option_added", "x", None, None)], []),
        ([("dependency_added", "x", None, "1"), ("dependency_changed", "x", "1", "2")],
         [("added", None, "2")]),
        ([("dependency_changed", "x", "1", "2"), ("dependency_changed", "x", "2", "1")],
         []),
        ([("dependency_changed", "x", "1", "2"), ("dependency_changed", "x", "7", "8")],
         [("changed", "1", "2"), ("changed", "7", "8")]),
        ([("dependency_changed", "x", "1", "2"),
          ("dependency_removed", "x", "2", None)], [("removed", "1", None)]),
    ],
)  # fmt: skip
def test_net_changes(facts, expected):
    """Changes are joined where one begins with what the other ended with."""
    rows = [
        {"sha": str(n), "kind": kind, "name": name, "old": old, "new": new}
        for n, (kind, name, old, new) in enumerate(facts)
    ]
    found = net_changes(rows, [row["sha"] for row in rows])

    assert [(each.verb, each.old, each.new) for each in found] == expected


def test_the_argument_is_not_read_by_a_key():
    """A key that moves to a call with another argument is not removed."""
    patch = b"""diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -1,3 +1,3 @@
 void f(void) {
-\trepo_config_get_int(the_repository, "gc.auto", &n);
+\trepo_config_get_int(odb->repo, "gc.auto", &n);
 }
"""
    assert [fact for fact in from_patch(patch) if fact[0] == "config_removed"] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("by", ["theme", "area", "author"])
def test_hostile_text_in_a_summary(lang, by):
    """Titles, places, authors and names make no element and no link."""
    rows = [
        {"subject": HOSTILE, "scope": HOSTILE[:38], "author_name": HOSTILE,
         "change_type": kind, "files": [{"path": f"{HOSTILE}/x"}]}
        for kind in ("feat", "fix", "docs")
    ]  # fmt: skip
    history = with_facts(
        scored(rows).replace(warnings=(HOSTILE,)), (sha(1), "option_added", HOSTILE)
    )
    summary = summarize(history, tz="UTC", lang=lang, by=by)
    page = Parsed(summary.to_markdown())

    allowed = {"h2", "h3", "p", "ul", "li", "strong", "code", "span"}
    assert page.tags.keys() <= allowed
    assert "$" not in re.sub("<span>[$]</span>", "", page.html)
    assert len(page.headings) == len({point.theme for point in summary.points}) + 1


def test_languages_have_the_same_facts():
    """Links, numbers and their order do not depend on the language."""
    summary = summarize(with_web(scored(day(60))), tz="UTC")
    one, other = (summary.to_markdown(lang=lang) for lang in ("en", "zh"))

    assert one != other
    assert re.findall(r"\]\(.*?\)|\d+", one) == re.findall(r"\]\(.*?\)|\d+", other)
    assert summary.to_markdown() == summary._repr_markdown_() == one


def test_a_summary_shows_itself():
    """As text it has titles and short names; in a notebook, HTML."""
    summary = summarize(scored(high("feat: a | b", change_type="feat")), tz="UTC")

    assert str(summary) == repr(summary)
    assert "- a | b [0000000]" in str(summary)
    assert summary._repr_html_().startswith("<h2>octo/demo 2026-01-05</h2>")


def test_a_fix_is_of_the_code_that_it_changes():
    """A test may be longer; without code it is what was fixed."""
    code, test = {"path": "src/net/io.py"}, {"path": "tests/io.py", "insertions": 99}
    rows = [
        {"subject": "fix: a", "files": [code, test]},
        {"subject": "fix: b", "files": [test, {"path": "uv.lock", "insertions": 9}]},
    ]
    said = section(summarize(scored(rows), tz="UTC"), "🐛 Fixes by area")

    assert {line.partition(" (")[0] for line in said} == {"- **net**", "- **tests**"}


def test_a_version_that_is_a_commit_is_cut():
    """An action is pinned to a whole sha, which nobody reads."""
    fact = (sha(1), "dependency_changed", "octo/act", "a" * 40, "b" * 40)
    summary = summarize(with_facts(scored(high("a")), fact), tz="UTC")

    assert section(summary, "📦 Dependencies") == [
        "- Dependencies at another version: `octo/act aaaaaaa → bbbbbbb` (`0000000`)"
    ]


def test_an_empty_range():
    """A range in which nothing landed says only that."""
    summary = summarize(scored(day()), since="2027-01-01", until="2027-01-02", tz="UTC")

    assert summary.points == ()
    assert "No commit landed" in str(summary)


def test_between_two_tags(tmp_path):
    """A release is what one tag has and the other has not, by graph and not by date."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("feat: a", {"a.py": "a = 1\n"})
    builder.git("tag", "v1.0")
    wanted = [builder.commit("fix: b", {"a.py": "a = 2\n"})]
    wanted.append(builder.commit("docs: c", {"README.md": "c\n"}))
    builder.git("tag", "-a", "-m", "x", "v1.1")
    later = builder.commit("feat: d", {"d.py": "d = 1\n"})
    history = cl.load_history(builder.path, data=tmp_path / "data")

    release = summarize(history, since="v1.0", until="v1.1", tz="UTC")
    assert (release.label, sorted(once(release))) == ("v1.0..v1.1", sorted(wanted))
    assert once(summarize(history, since="v1.1", tz="UTC")) == [later]
    assert len(once(summarize(history, until="v1.1", tz="UTC"))) == 3
    assert release.warnings == ()
    builder.branch("release", "v1.1")
    builder.commit("chore: release 1.1.1", {"VERSION": "1.1.1\n"})
    builder.git("tag", "v1.1.1")
    builder.checkout("main")
    beside = summarize(history, since="v1.0", until="v1.1.1", tz="UTC").warnings
    assert beside == (
        "not told, for not on the branch: 1 of the 3 commits of the range, up to "
        "v1.1.1",
    )

    recent = history.replace(commits=history.commits.tail(2))
    assert (
        "1 of the 2 commits"
        in summarize(recent, since="v1.0", until="v1.1", tz="UTC").warnings[-1]
    )
    for wrong, said in (
        ({"since": "v9"}, "no revision 'v9'"),
        ({"since": "--output=x"}, "no revision"),
        ({"since": "v1.0", "until": "2026-01-05"}, "two of one kind"),
    ):
        with pytest.raises(InputError, match=said):
            summarize(history, **wrong, tz="UTC")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"by": "mood"}, "unknown by 'mood': expected one of theme, area, author"),
        ({"lang": "fr"}, "unknown lang 'fr'"),
        ({"top": 0}, "top must be at least 1, got 0"),
        ({"since": "v1.0"}, "which this history does not have; give dates"),
    ],
)
def test_wrong_arguments(arguments, said):
    """A wrong argument is told in one line."""
    with pytest.raises(InputError, match=said):
        summarize(scored(day()), **({"tz": "UTC"} | arguments))
