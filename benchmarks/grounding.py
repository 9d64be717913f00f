"""How well invented claims are told from true ones, on real commits.

    python benchmarks/grounding.py PATH [PATH ...] [--commits 12] [--show]

Claims are planted: from the diff of each of the last commits with code, true ones
are made of names and numbers that stand in it, and each has a false twin in which
one name, number or direction is another. A false twin is not checked for being
absent: a number that happens to stand elsewhere in the diff counts against us.
Sentences are in English and Chinese in turns. Sentences of the authors, as they
are and with one name or number changed, judgements that name nothing, and figures
that nobody measured, are planted too.

Precision: of the claims that were dropped, how many are false. Recall: of the
false ones, how many were dropped.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from commitlens import prose
from commitlens.grounding import Commit, ground
from commitlens.material import CONTEXT, contents
from commitlens.opening import open_repository
from commitlens.patches import Patch

#: Sentences, by what they claim; English, then Chinese.
WORDS = {
    "path": ("The change is in {a}.", "改动位于 {a}。"),
    "added": ("This adds `{a}`.", "新增 `{a}`。"),
    "removed": ("This removes `{a}`.", "移除 `{a}`。"),
    "number": ("One of the values there is {a}.", "其中一个取值是 {a}。"),
    "fromto": ("It goes from {a} to {b}.", "由 {a} 变为 {b}。"),
    "option": ("Scripts can pass {a}.", "脚本可以传入 {a}。"),
    "issue": ("It belongs to #{a}.", "与 #{a} 有关。"),
    "prose": ("{a}", "{a}"),
    "call": ("It calls {a}() on the way.", "过程中会调用 {a}()。"),
}
JUDGEMENTS = (
    "Readers of the code will find it easier to follow.",
    "Whoever relies on the old behaviour should look again.",
    "接口保持不变，调用方无需修改。",
    "这一改动降低了出错的可能。",
)
FIGURES = (
    "Requests become {n} % faster.",
    "It saves {n} ms on each call.",
    "Throughput doubles in the common case: two times as much.",
    "内存占用降低约 {n}%。",
    "构建时间缩短一半。",
    "延迟减少 {n} 毫秒。",
)

_NAME = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]{5,40}\b")
_NUMBER = re.compile(r"(?<![\w.])\d{2,5}(?![\w.])")
#: Numbers and names of code in what authors wrote, as they wrote it.
_NAMED = re.compile(
    r"(?<![\w.#/-])\d{2,5}(?![\w.-])|\b[a-z]+_[a-z_]{3,30}\b|\b[a-z]+[A-Z]\w{3,30}\b"
)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]{3,30}\b")


def other_name(name: str, chance: random.Random) -> str:
    """Return a name like another one, as somebody who guesses would write it."""
    ways = [name + "_all", name + "s", "get_" + name, name[:-2] + name[-1] + name[-2]]
    return chance.choice([way for way in ways if way != name])


def claims(
    patch: Patch, words: str, chance: random.Random
) -> Iterator[tuple[str, bool, dict[str, object]]]:
    """Yield what is claimed of a commit: its kind, whether it is true, its values."""
    removed, added = patch.changed
    path = chance.choice(patch.paths)
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.partition(".")
    wrong = (
        f"{folder}/" * bool(folder)
        + f"{stem}_{chance.choice(('old', 'utils', 'v2'))}{dot}{ending}"
    )
    yield "path", True, {"a": path}
    yield "path", False, {"a": wrong}
    only = [sorted(set(_NAME.findall(one)) - set(_NAME.findall(two)))
            for one, two in ((added, removed), (removed, added))]  # fmt: skip
    for kind, names in zip(("added", "removed"), only, strict=True):
        if names:
            name = chance.choice(names)
            yield kind, True, {"a": name}
            yield kind, False, {"a": other_name(name, chance)}
            # The name is right, and on the other side.
            yield "removed" if kind == "added" else "added", False, {"a": name}
    numbers = sorted(set(_NUMBER.findall(added)))
    if numbers:
        number = int(chance.choice(numbers))
        yield "number", True, {"a": number}
        yield "number", False, {"a": number + chance.choice((1, 7, number))}
    options = sorted(set(_OPTION.findall(added)))
    if options:
        option = chance.choice(options)
        yield "option", True, {"a": option}
        yield "option", False, {"a": option + chance.choice(("-all", "s", "-path"))}
    issues = re.findall(r"#(\d{2,6})\b", words)
    if issues:
        yield "issue", True, {"a": issues[0]}
        yield "issue", False, {"a": int(issues[0]) + chance.choice((1, 10, -3))}
    calls = sorted(set(re.findall(r"\b([A-Za-z_]\w{4,30})\(", added)))
    if calls:
        name = chance.choice(calls)
        yield "call", True, {"a": name}
        yield "call", False, {"a": other_name(name, chance)}
    for sentence in prose.sentences(words.partition("\n")[2]):
        found = [m for m in _NAMED.finditer(sentence) if "//" not in sentence]
        if found:
            at = chance.choice(found)
            other = (
                str(int(at[0]) + chance.choice((1, 10, 40)))
                if at[0].isdigit()
                else other_name(at[0], chance)
            )
            yield "prose", True, {"a": sentence}
            changed = sentence[: at.start()] + other + sentence[at.end() :]
            yield "prose", False, {"a": changed}
            break
    for old, new in replaced(patch):
        yield "fromto", True, {"a": old, "b": new}
        yield "fromto", False, {"a": new, "b": old}
        yield "fromto", False, {"a": old, "b": f"{new}9"}
        break


def replaced(patch: Patch) -> Iterator[tuple[str, str]]:
    """Yield values of which one took the place of the other in a line."""
    value = re.compile(r"[\w.+-]*\d[\w.+-]*")
    for file in patch.files:
        for hunk in file.hunks:
            for old, new in hunk.blocks:
                if len(old) == len(new) == 1:
                    sides = [value.findall(line[0]) for line in (old, new)]
                    pairs = [(a, b) for a, b in zip(*sides, strict=False) if a != b]
                    if len(pairs) == 1 and len(sides[0]) == len(sides[1]):
                        yield pairs[0]


def main() -> None:
    """Plant, check and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--commits", type=int, default=12)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    counts: dict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for path in options.repositories:
        repository, _ = open_repository(path, Path("unused"))
        log = [
            "git",
            f"--git-dir={repository.git_dir}",
            "log",
            "--no-merges",
            "--format=%H",
        ]
        shas = subprocess.check_output([*log, "-n", "200"], text=True).split()
        chance, done = random.Random(1), 0
        for sha, raw in repository.diffs(shas, context=CONTEXT):
            patch = Patch(raw)
            code = any(file.category == "code" and file.body for file in patch.files)
            if not code or len(raw) > 60_000:
                continue
            words = subprocess.check_output(
                [*log[:2], "log", "-1", "--format=%B", sha]
            ).decode(errors="replace")
            commit = Commit(
                patch, words,
                partial(repository.paths, sha),
                partial(contents, repository, sha, patch),
            )  # fmt: skip
            planted = [
                (kind, true, WORDS[kind][done % 2].format(**values))
                for kind, true, values in claims(patch, words, chance)
            ]
            planted.append(("judgement", True, chance.choice(JUDGEMENTS)))
            figure = chance.choice(FIGURES).format(n=chance.choice((15, 27, 35, 42)))
            planted.append(("figure", False, figure))
            for kind, true, text in planted:
                kept = bool(ground(text, commit)[0])
                for name in (f"kind {kind}", f"repository {path.stem}", "all"):
                    counts[name][true, kept] += 1
                if options.show and kept != true:
                    print(f"{path.stem} {sha[:10]} true={true} kept={kept}: {text}")
            done += 1
            if done == options.commits:
                break
    print(
        "| | claims | true kept | dropped | false dropped | kept | precision | recall |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, n in counts.items():
        dropped, false = (
            n[True, False] + n[False, False],
            n[False, True] + n[False, False],
        )
        print(
            f"| {name} | {n.total()} | {n[True, True]} | {n[True, False]} | "
            f"{n[False, False]} | {n[False, True]} | "
            f"{n[False, False] / dropped if dropped else 1:.3f} | "
            f"{n[False, False] / false if false else 1:.3f} |"
        )


if __name__ == "__main__":
    main()
