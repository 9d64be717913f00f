"""What ordinary commits do to the files, and how they are told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from words import (
    AREAS,
    CASES,
    DOCS,
    FEATS,
    FIXES,
    PACKAGES,
    PERFS,
    REFACTORS,
    TESTS,
    VERBS,
    Person,
    shape,
    test_shape,
)

Changes = dict[str, str | bytes | None]


@dataclass
class Branch:
    """Files of one line of work, as text, and its last commit."""

    files: dict[str, str | bytes] = field(default_factory=dict)
    mark: int = 0
    changed: dict[str, str | bytes | None] = field(default_factory=dict)
    person: Person | None = None
    due: dt.date = dt.date.min
    topic: str = ""


class Everyday:
    """Chance, files, and one method a change type."""

    random: Random
    main: Branch
    open: list[Branch]
    done: list[tuple[str, str, str, str]]
    number: int
    bumped: str

    # -- chance: only random() itself is promised to stay the same ------------

    def chance(self, share: float) -> bool:
        """Say yes that often."""
        return self.random.random() < share

    def pick(self, choices):
        """Return one of them, by weight where they have weights."""
        if isinstance(choices, dict):
            at = self.random.random() * sum(choices.values())
            for choice, weight in choices.items():
                at -= weight
                if at < 0:
                    return choice
        choices = list(choices)
        return choices[int(self.random.random() * len(choices))]

    # -- what one commit does to the files ------------------------------------

    def module(self, area: str, branch: Branch) -> str | None:
        """Choose a module of an area; one of each area is where most happens."""
        paths = AREAS[area].paths
        weights = {path: 6 if path == paths[0] else 2 for path in paths}
        taken = self.locked() - set(branch.changed)
        free = {p: w for p, w in weights.items() if p not in taken}
        return self.pick(free) if free else None

    def text(self, branch: Branch, path: str) -> str:
        """Return a file's text."""
        content = branch.files.get(path, "")
        return content if isinstance(content, str) else ""

    def add_function(self, branch: Branch, area: str, path: str, name: str) -> str:
        """Return the module with one more function."""
        text = self.text(branch, path)
        head = text or f'"""{AREAS[area].says.capitalize()}."""\n'
        return head + shape(name, AREAS[area].thing, self.random.random)

    def edit(self, text: str) -> str:
        """Return the text with a few lines of one function changed."""
        blocks = text.split("\n\n\n")
        functions = [n for n, block in enumerate(blocks) if block.count("\n    ") > 3]
        if not functions:
            return text + f"\n\nLIMIT = {int(self.random.random() * 90) + 10}\n"
        at = self.pick(functions)
        lines = blocks[at].split("\n")
        inside = [n for n, line in enumerate(lines) if line.startswith("    ")]
        where = self.pick(inside[1:-1])
        number = int(self.random.random() * 90) + 2
        indent = " " * (len(lines[where]) - len(lines[where].lstrip()))
        lines.insert(where, f"{indent}{self.pick(CASES).format(n=number)}")
        if self.chance(0.5) and len(inside) > 5:
            del lines[where + 1]
        blocks[at] = "\n".join(lines)
        return "\n\n\n".join(blocks)

    def shorten(self, text: str) -> str:
        """Return the text without one of its functions."""
        blocks = text.split("\n\n\n")
        if len(blocks) > 4:
            del blocks[1 + int(self.random.random() * (len(blocks) - 1))]
        return "\n\n\n".join(blocks)

    def tests(self, branch: Branch, area: str, path: str, name: str) -> dict:
        """Return the test module of a module, with one test more."""
        where = f"tests/test_{Path(path).stem}.py"
        if where in self.locked() - set(branch.changed):
            return {}
        text = self.text(branch, where)
        head = text or f'"""Of {AREAS[area].says}."""\n'
        return {where: head + test_shape(name, self.random.random)}

    def section(self, branch: Branch, path: str, title: str) -> dict:
        """Return a page with one paragraph more."""
        if path in self.locked() - set(branch.changed):
            return {}
        text = self.text(branch, path) or f"# {Path(path).stem.replace('-', ' ')}\n"
        number = int(self.random.random() * 60) + 2
        said = f"{title[:1].upper()}{title[1:]}. The default is {number}."
        return {path: f"{text}\n{said}\n"}

    # -- one method a change type: what, the same in Chinese, why, and the files --

    def _feat(self, day, line, area, path):
        verb, zh_verb = self.pick(VERBS)
        noun, zh_noun = self.pick(AREAS[area].nouns)
        what, zh = self.pick(FEATS)
        name = f"{verb}_{noun.replace(' ', '_')}"
        if f"def {name}(" in self.text(line, path):
            name += self.pick(("_lazily", "_twice", "_later", "_safely"))
        changes = {path: self.add_function(line, area, path, name)}
        if self.chance(0.6):
            changes |= self.tests(line, area, path, name)
        if self.chance(0.75) and AREAS[area].page:
            changes |= self.section(
                line, AREAS[area].page, f"`{name}` can {verb} {noun}s"
            )
        if self.chance(0.35) and AREAS[area].partner:
            partner = AREAS[area].partner
            if partner in line.files and partner not in self.locked():
                changes[partner] = self.edit(self.text(line, partner))
        body = self.pick((
            "", "", f"A {noun} was read whole before, which took memory with its size.",
            f"People asked to {verb} a {noun} without stopping the others.",
        ))  # fmt: skip
        return (
            what.format(verb=verb, noun=noun),
            zh.format(verb=zh_verb, noun=zh_noun),
            body,
            changes,
        )

    def _fix(self, day, line, area, path):
        problem, zh = self.pick(FIXES)
        noun, zh_noun = self.pick(AREAS[area].nouns)
        changes = {path: self.edit(self.text(line, path))}
        if self.chance(0.55):
            changes |= self.tests(line, area, path, f"{noun.replace(' ', '_')}")
        partner = AREAS[area].partner
        if partner in line.files and self.chance(0.3) and partner not in self.locked():
            changes[partner] = self.edit(self.text(line, partner))
        body = ""
        causes = [entry for entry in self.done[-60:] if entry[3] == path]
        if causes and self.chance(0.4):
            sha, subject, _, _ = causes[
                -1 - int(self.random.random() * min(4, len(causes)))
            ]
            body = f'Fixes: {sha[:12]} ("{subject}")'
        elif self.chance(0.4):
            body = f"Fixes #{self.number - int(self.random.random() * 9)}"
        what = problem.format(noun=noun)
        return what, zh.format(noun=zh_noun), body, changes

    def _perf(self, day, line, area, path):
        noun, zh_noun = self.pick(AREAS[area].nouns)
        number = int(self.random.random() * 60) + 15
        body = f"Listing 10,000 {noun}s takes {number} % less time on my machine."
        what, zh = self.pick(PERFS)
        return (what.format(noun=noun), zh.format(noun=zh_noun), body,
                {path: self.edit(self.edit(self.text(line, path)))})  # fmt: skip

    def _refactor(self, day, line, area, path):
        noun, zh_noun = self.pick(AREAS[area].nouns)
        text = self.text(line, path)
        text = self.shorten(text) if self.chance(0.4) else text
        changes = {path: self.edit(self.edit(text))}
        partner = AREAS[area].partner
        if partner in line.files and self.chance(0.5) and partner not in self.locked():
            changes[partner] = self.edit(self.text(line, partner))
        what, zh = self.pick(REFACTORS)
        return what.format(noun=noun), zh.format(noun=zh_noun), "", changes

    def _docs(self, day, line, area, path):
        noun, zh_noun = self.pick(AREAS[area].nouns)
        page, said, zh = self.pick(DOCS)
        page = AREAS[area].page if page == "area" else page
        changes = self.section(line, page, said.format(noun=noun))
        return said.format(noun=noun), zh.format(noun=zh_noun), "", changes

    def _test(self, day, line, area, path):
        noun, zh_noun = self.pick(AREAS[area].nouns)
        name = noun.replace(" ", "_")
        changes = self.tests(line, area, path, name)
        what, zh = self.pick(TESTS)
        return what.format(noun=noun), zh.format(noun=zh_noun), "", changes

    def _build(self, day, line, area, path):
        return self.bump(line) if line is self.main else None

    def _ci(self, day, line, area, path):
        workflow = self.pick(
            (".github/workflows/test.yml", ".github/workflows/nightly.yml")
        )
        text = self.text(line, workflow) or "name: tests\non: [push]\njobs:\n"
        number = int(self.random.random() * 90)
        step = f"  job{number}:\n    timeout-minutes: {number + 5}\n"
        what = f"give job {number} {number + 5} minutes"
        return what, f"调整任务{number}的超时", "", {workflow: text + step}

    def _style(self, day, line, area, path):
        text = self.text(line, path)
        other = text.replace("'", '"') if "'" in text else text.replace("  #", "   #")
        if other == text:
            other = text.replace('"', "'", 2)
        return (
            "reformat the code, no change of behaviour",
            "统一代码格式",
            "",
            {path: other},
        )

    def _chore(self, day, line, area, path):
        text = self.text(line, ".gitignore")
        name = self.pick(("build", "dist", ".cache", "logs", "tmp", ".venv", "out"))
        number = int(self.random.random() * 99)
        return (f"ignore {name}{number}", f"忽略{name}{number}目录", "",
                {".gitignore": f"{text}{name}{number}/\n"})  # fmt: skip

    def bump(self, line: Branch):
        """Raise one dependency, in the manifest and the lock file."""
        project, lock = (self.text(line, p) for p in ("pyproject.toml", "ferry.lock"))
        package = self.pick(PACKAGES)
        at = project.index(f'"{package}>=') + len(package) + 3
        old = project[at : project.index('"', at)]
        major, minor = map(int, old.split("."))
        new = f"{major}.{minor + 1}" if self.chance(0.85) else f"{major + 1}.0"
        changes = {
            "pyproject.toml": project.replace(f"{package}>={old}", f"{package}>={new}"),
            "ferry.lock": lock.replace(f"{package} {old}\n", f"{package} {new}\n"),
        }
        self.bumped = f"bump {package} from {old} to {new}"
        return self.bumped, f"升级{package}到{new}", "", changes
