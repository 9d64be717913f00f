"""A budget is kept, the telling files come first, and coverage adds up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens.packing import PART, Coverage, estimate, pack
from commitlens.patches import Patch, patch_id


def diff(path: str, lines: int, *, start: int = 1, word: str = "value") -> bytes:
    body = "".join(f"+{word}_{n} = {n}\n" for n in range(lines))
    head = (
        f"diff --git a/{path} b/{path}\nindex {'0' * 40}..{'1' * 40} 100644\n"
        f"--- a/{path}\n+++ b/{path}\n@@ -{start},0 +{start},{lines} @@ def main():\n"
    )
    return (head + body).encode()


BINARY = (
    b"diff --git a/tool b/tool\nindex " + b"0" * 40 + b".." + b"2" * 40 +
    b" 100644\nBinary files a/tool and b/tool differ\n"
)  # fmt: skip


def test_code_comes_first_and_locks_are_one_line():
    """With little room, code is read and the rest is told."""
    patch = Patch(
        diff("uv.lock", 500) + diff("tests/test_a.py", 30) + diff("docs/a.md", 30)
        + diff("src/a.py", 30) + BINARY + diff("dist/a.min.js", 5)
    )  # fmt: skip
    packed = pack(patch, 400)

    assert packed.text.index("src/a.py") < packed.text.index("docs/a.md")
    assert "[not shown: lock file uv.lock, modified, +500 -0]" in packed.text
    assert "value_499" not in packed.text
    assert dict(packed.coverage.skipped) == {"lock": 1, "binary": 1, "generated": 1}


def test_what_the_evidence_speaks_of_comes_first():
    """Of two files of code, the one with facts is read."""
    patch = Patch(diff("src/a.py", 200) + diff("src/b.py", 200, word="other"))

    assert pack(patch, 300, first=["src/b.py"]).text.startswith("=== src/b.py")
    assert pack(patch, 300).text.startswith("=== src/a.py")


def test_a_large_commit_is_read_in_parts():
    """What does not fit is shown in further requests, each line once."""
    parted = [diff(f"src/f{n}.py", 400, word=f"f{n}") for n in range(12)]
    patch = Patch(b"".join(parted))
    packed = pack(patch, 3000, parts=9)
    lines = "\n".join([packed.text, *packed.parts]).splitlines()

    assert packed.coverage == Coverage(files=12, full=12, part=0, left=0)
    for n in range(12):
        for line in (0, 199, 399):
            assert lines.count(f"+f{n}_{line} = {line}") == 1
    assert all(estimate(part) < PART * 1.1 for part in packed.parts)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["src/a%d.py", "t/test_%d.py", "a%d.lock", "d/%d.md"]),
            st.integers(1, 300),
        ),
        min_size=1, max_size=12,
    ),
    st.integers(300, 4000),
    st.integers(0, 3),
)  # fmt: skip
def test_budgets_hold_and_files_add_up(files, budget, parts):
    """Whatever a commit touches."""
    patch = Patch(
        b"".join(diff(name % n, lines) for n, (name, lines) in enumerate(files))
    )
    packed = pack(patch, budget, parts=parts)
    seen = packed.coverage

    assert estimate(packed.text) <= budget * 1.1 + 200
    assert len(packed.parts) <= parts
    skipped = sum(n for _, n in seen.skipped)
    assert seen.full + seen.part + seen.left + skipped == seen.files == len(files)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (diff("a.py", 3), diff("a.py", 3, start=90), True),
        (diff("a.py", 3), diff("a.py", 4), False),
        (diff("a.py", 3), diff("b.py", 3), False),
        (BINARY, BINARY.replace(b"2" * 40, b"3" * 40), False),
    ],
    ids=["moved", "another line", "another file", "another binary"],
)
def test_a_change_is_the_same_wherever_it_is_applied(one, other, same):
    """As `git patch-id` has it."""
    assert (patch_id(one) == patch_id(other)) == same


@pytest.mark.parametrize("text", ["", "x", "中文" * 50, "def f(x):\n" * 50, "🎉" * 20])
def test_estimates_are_between_no_token_and_one_a_byte(text):
    """No tokenizer makes more tokens than there are bytes."""
    assert 1 <= estimate(text) <= len(text.encode()) + 1


@given(st.binary(max_size=400))
def test_any_bytes_are_a_patch(raw):
    """A patch is written by strangers."""
    head = b"diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n"
    packed = pack(Patch(head + raw), 500, parts=2)

    assert packed.coverage.files >= 1
