"""What a commit does not show is not printed, and what it shows is."""

from __future__ import annotations

import pytest

from commitlens.answers import TEXT_MOST, Claim, in_language
from commitlens.composing import place
from commitlens.grounding import Commit, ground, sentences
from commitlens.patches import Patch

PATCH = b"""\
diff --git a/src/http/client.py b/src/http/client.py
index 1111111..2222222 100644
--- a/src/http/client.py
+++ b/src/http/client.py
@@ -10,7 +10,9 @@ class Client:
     def fetch(self, url):
-        timeout = 30
-        return old_fetch(url, timeout)
+        timeout_ms = 4500
+        if self.maxRetries > 5:
+            raise RetryError(url)
+        return self.pool.send_request(url, timeout_ms)
     def close(self):
         self.pool.close()
diff --git a/docs/guide.md b/docs/guide.md
index 1111111..2222222 100644
--- a/docs/guide.md
+++ b/docs/guide.md
@@ -1,2 +1,3 @@
 # Guide
+Pass `--max-retries` to try again; see https://example.org/retries.
-Since v1.2.0 there is one way.
+Since v1.3.0-rc1 there are two.
"""
WORDS = "fix(http): retry (#482)\n\nLatency drops by 12 % on our bench. Fixes #477.\n"
TREE = ["src/http/client.py", "src/http/pool.py", "docs/guide.md", "Makefile"]
FILES = "class Client:\n    def reconnect(self):\n        pass\n"


@pytest.fixture(scope="module")
def commit() -> Commit:
    """A commit of two files."""
    return Commit(Patch(PATCH), WORDS, lambda: TREE, lambda: FILES)


TRUE = [
    "It is now harder to get this wrong.",
    "The client in `src/http/client.py` gives up earlier.",
    "Only src/http/client.py and docs/guide.md change.",
    "`client.py` uses the pool of src/http/pool.py.",
    "Adds `RetryError` where retries run out.",
    "It calls send_request() with timeout_ms.",
    "Removes `old_fetch`.",
    "`Client.reconnect` is left alone.",
    "The timeout goes from 30 to 4500.",
    "超时由 30 改为 4500。",
    "The author reports a drop of 12 % on a bench.",
    "作者称延迟降低了 12%。",
    "Scripts can pass --max-retries now.",
    "Follows #477, by way of #482.",
    "The guide speaks of v1.3.0-rc1, no longer of 1.2.0.",
    "重试超过 5 次后抛出 `RetryError`。",
    "The timeout is 4500 ms now.",
    "See https://example.org/retries.",
    "`if self.maxRetries > 5` decides.",
    "This affects client/server setups on GitHub, i.e. most of them.",
    "A timeout of 4,500 applies.",
    "`timeout_ms = 4500`",
]
FALSE = [
    "The client in `src/http/session.py` gives up earlier.",
    "Only src/http/client.py and docs/api.md change.",
    "`server.py` uses it.",
    "Adds `BackoffError` where retries run out.",
    "It calls send_all() on the way.",
    "Adds `old_fetch`.",
    "Removes `RetryError`.",
    "`Client.disconnect` is left alone.",
    "The timeout goes from 4500 to 30.",
    "超时由 4500 改为 30。",
    "The timeout goes from 30 to 6000.",
    "Requests become 15-30 % faster.",
    "It takes a few milliseconds at most.",
    "内存占用减少一半。",
    "构建时间降低 20%。",
    "This is three times as fast.",
    "性能提升约两倍。",
    "Scripts can pass --retry-limit now.",
    "Follows #478.",
    "Fixes CVE-2026-12345.",
    "The guide speaks of v1.4.0.",
    "重试超过 8 次后抛出 `RetryError`。",
    "The timeout is 9000 ms now.",
    "See https://example.com/retries.",
    "`if self.maxRetries > 7` decides.",
    "Set HTTP_RETRY_LIMIT to change it.",
    "The change is like that of commit 3f9c2aa.",
    "`src/http/client.py:400` shows it.",
    "Throughput is ３７％ better.",
    "Throughput doubled.",
    "It is twice faster now.",
    "It saves thirty-seven milliseconds.",
    "It is dozens of times faster.",
    "About ½ of the memory is saved.",
    "Two thirds of the requests end sooner.",
    "三分之一的请求更快返回。",
    "耗时减少三十七毫秒。",
    "延迟降低 ٣٧ 毫秒。",
]


@pytest.mark.parametrize("text", TRUE)
def test_what_the_commit_shows_is_kept(commit, text):
    """Names and numbers that occur, and judgement that names none."""
    assert ground(text, commit)[0] == text


@pytest.mark.parametrize("text", FALSE)
def test_what_it_does_not_show_is_dropped(commit, text):
    """An invented name or number takes its sentence with it."""
    kept, judged = ground(text, commit)

    assert kept == ""
    assert judged[0][1]


def test_only_the_sentence_is_dropped(commit):
    """What holds stays, in both languages."""
    assert ground("Adds `RetryError`. It is 40 % faster. Good.", commit)[0] == (
        "Adds `RetryError`. Good."
    )
    assert ground("新增 `RetryError`。速度提升 40%。更稳健。", commit)[0] == (
        "新增 `RetryError`。更稳健。"
    )


@pytest.mark.parametrize(
    ("cite", "expected"),
    [
        ("src/http/client.py:12", ("src/http/client.py", 12)),
        ("`client.py:12-14`", ("src/http/client.py", 12)),
        ("src/http/client.py:900", ("src/http/client.py", None)),
        ("src/http/pool.py", ("src/http/pool.py", None)),
        ("src/http/other.py:3", None),
        ("", None),
        ("see above", None),
        ("client.py:" + "9" * 40, ("src/http/client.py", None)),
    ],
)
def test_citations_lead_somewhere(commit, cite, expected):
    """A file that is not there is no citation; a line not shown is left out."""
    assert place(cite, commit) == expected


def test_sentences_do_not_end_in_code():
    """Neither a name nor an abbreviation parts a sentence."""
    text = "Reads `a. B`, e.g. From x. Then v1.2 Is out! 好。再见。"

    assert sentences(text) == [
        "Reads `a. B`, e.g. From x.", "Then v1.2 Is out!", "好。", "再见。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("修复 `load` 在空文件上的崩溃", "zh", True),
        ("修复 load_file() 与 `uv.lock` 的竞态条件", "zh", True),
        ("Fixes the crash of `load` on empty files", "zh", False),
        ("空のファイルでのクラッシュを修正します", "zh", False),
        ("Fixes the crash of `load` on empty files", "en", True),
        ("修复空文件上的崩溃", "en", False),
        ("Corrige le plantage de la fonction sur les fichiers vides quand ils"
         " sont ouverts deux fois", "en", False),
    ],
)  # fmt: skip
def test_the_language_of_prose(text, lang, expected):
    """Names of code count for neither language."""
    assert in_language(text, lang) is expected


def test_hostile_sentences_end(commit):
    """Whatever a model repeats up to the length that is read."""
    size = TEXT_MOST
    for piece in ("a.", "a/", "1,", "`", "从", "#1", "--a", "_a", "from 1 to ", "。"):
        ground(piece * (size // len(piece)), commit)


def test_claims_are_of_text_and_a_place():
    """What a model may cite is one path, with a line."""
    assert set(Claim.model_fields) == {"text", "cite"}
