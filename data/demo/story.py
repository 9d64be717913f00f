"""The course of events: who does what on which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from operator import itemgetter
from random import Random

from events import EVENTS, Event
from everyday import Branch, Everyday
from words import AREAS, CLOSING, DRIVE_BYS, PEOPLE, PLACES, VERBS, Person
from writer import Writer

FIRST, LAST = dt.date(2024, 8, 5), dt.date(2026, 2, 10)

#: Versions and the mornings they were tagged on.
RELEASES = {
    dt.date(2024, 10, 14): "v0.1.0",
    dt.date(2025, 1, 20): "v0.2.0",
    dt.date(2025, 4, 28): "v0.3.0",
    dt.date(2025, 8, 4): "v0.4.0",
    dt.date(2025, 8, 20): "v0.4.1",
    dt.date(2025, 9, 15): "v0.4.2",
    dt.date(2025, 12, 1): "v0.5.0",
    dt.date(2026, 2, 2): "v0.6.0",
}

#: What some of those who pass by put before theirs.
EMOJI = {"feat": ":sparkles: ", "fix": ":bug: ", "docs": ":memo: "}

#: How most subjects begin before the project agreed on prefixes.
BEFORE_CONVENTIONS = {"feat": "add a way to ", "fix": "fix: ", "perf": "speed up: ",
                      "refactor": "clean up: "}  # fmt: skip

#: Until when (exclusive) commits are of which types, with which weights. The
#: scheduler was rewritten in July 2025, and fixes rise with the release after it.
CONVENTIONS, REWRITTEN, SETTLED = (
    dt.date(2025, 1, 6), dt.date(2025, 8, 4), dt.date(2025, 12, 1),
)  # fmt: skip
CALM = {"feat": 30, "fix": 15, "refactor": 11, "perf": 4, "docs": 15, "test": 9,
        "build": 3, "ci": 5, "style": 2, "chore": 4}  # fmt: skip
STORMY = CALM | {"feat": 13, "fix": 60, "docs": 9, "refactor": 7}

#: Days off: the end of each year, and the weeks around them are thin.
HOLIDAYS = ((dt.date(2024, 12, 23), dt.date(2025, 1, 3)),
            (dt.date(2025, 12, 24), dt.date(2026, 1, 2)))  # fmt: skip

#: Days of which only the events happen: the last day is told in full.
QUIET = {dt.date(2024, 8, 5), dt.date(2026, 2, 10)}


class Story(Everyday):
    """The course of events, from the first commit to the last."""

    def __init__(self, writer: Writer) -> None:
        self.random = Random(20240805)
        self.writer = writer
        self.main = Branch()
        self.open: list[Branch] = []
        self.number = 11  # of the next pull request
        self.done: list[tuple[str, str, str, str]] = []  # sha, subject, area, path
        self.landed: dict[str, tuple[str, dict[str, str | bytes | None]]] = {}
        self.undo: str | None = None  # subject of the last commit, where it can be
        self.undone = self.bumped = ""  # what an event did, for its message
        self.said: set[str] = set()
        self.tags: list[str] = []
        self.clock = dt.datetime(2024, 8, 5, 6, tzinfo=dt.UTC)

    # -- commits --------------------------------------------------------------

    def moment(self, day: dt.date, person: Person) -> dt.datetime:
        """Return a moment in the person's working hours of a day."""
        start, end = person.hours
        hour = start + (end - start) * (self.random.random() + self.random.random()) / 2
        zone = dt.timezone(dt.timedelta(minutes=person.offset_on(day)))
        at = dt.datetime.combine(day, dt.time(), zone) + dt.timedelta(hours=hour)
        return at.replace(microsecond=0)

    def commit(
        self,
        day: dt.date,
        person: Person,
        message: str,
        changes: dict[str, str | bytes | None],
        *,
        branch: Branch | None = None,
        merged: Branch | None = None,
    ) -> str:
        """Commit changes to a branch, the main one by default."""
        self.clock += dt.timedelta(seconds=97)
        zone = dt.timezone(dt.timedelta(minutes=person.offset_on(day)))
        at = self.clock.astimezone(zone)
        stamp = f"{int(at.timestamp())} {at:%z}"
        who = f"{person.name} <{person.address(day)}> {stamp}"
        line = branch or self.main
        parents = [line.mark] if line.mark else []
        if merged:
            parents.append(merged.mark)
        ref = f"refs/heads/{'work' if branch else 'main'}"
        sha = self.writer.commit(ref, who, who, message, changes, tuple(parents))
        line.mark = self.writer.marks
        line.changed |= changes
        before = {path: line.files.get(path) for path in changes}
        for path, content in changes.items():
            if content is None:
                line.files.pop(path, None)
            else:
                line.files[path] = content
        if branch is None:
            subject = message.partition("\n")[0]
            self.landed[subject] = (sha, before)
            self.undo = None if merged else subject
        return sha

    def locked(self) -> set[str]:
        """Return the paths that an open branch has changed: main leaves them."""
        return {path for branch in self.open for path in branch.changed}

    # -- everyday commits -----------------------------------------------------

    def subject(self, day: dt.date, person: Person, kind: str, area: str, what: str,
                zh: str) -> str:  # fmt: skip
        """Word a subject as this person does at this time."""
        said = zh if person.chinese and self.chance(0.75) else what
        if person.habit == "plain":
            emoji = self.pick(("", "", EMOJI.get(kind, "")))
            return emoji + said[:1].upper() + said[1:]
        if day < CONVENTIONS:
            if said.isascii() and self.chance(0.9):
                said = BEFORE_CONVENTIONS.get(kind, "") + said
            if person.habit == "tag":
                return f"[{area}] {said[:1].upper()}{said[1:]}"
            colon = person.habit == "colon"
            return f"{area}: {said}" if colon else said[:1].upper() + said[1:]
        plain = kind in ("ci", "chore") or self.chance(0.2)
        scope = "" if plain else f"({area})"
        return f"{kind}{scope}: {said}"

    def finish(self, day: dt.date, person: Person, subject: str, body: str) -> str:
        """Add what people add: a number, a body, trailers."""
        while subject in self.said:
            place, zh_place = self.pick(PLACES)
            subject += f" {place}" if subject.isascii() else f"（{zh_place}）"
        self.said.add(subject)
        if day >= CONVENTIONS and self.chance(0.7):
            self.number += 1 + int(self.random.random() * 3)
            subject += f" (#{self.number})"
        trailers = ""
        if person.signs:
            trailers = f"\n\nSigned-off-by: {person.name} <{person.address(day)}>"
        elif self.chance(0.05):
            other = self.pick(PEOPLE[:5])
            trailers = f"\n\nCo-authored-by: {other.name} <{other.email}>"
        return subject + (f"\n\n{body}" if body else "") + trailers

    def everyday(
        self, day: dt.date, person: Person, branch: Branch | None = None
    ) -> None:
        """Make one ordinary commit of a person."""
        line = branch or self.main
        stormy = REWRITTEN <= day < SETTLED
        kind = self.pick(STORMY if stormy else CALM)
        weights = dict(person.areas)
        if stormy and "scheduler" in weights:
            weights["scheduler"] *= 3
        area = self.pick(weights)
        path = self.module(area, line)
        if path is None or path not in line.files and day > FIRST + dt.timedelta(60):
            kind = "docs"
        step = getattr(self, f"_{kind}")
        made = step(day, line, area, path)
        if not made or not made[3]:
            return
        what, zh, body, changes = made
        if set(changes) & (self.locked() - set(line.changed)) or any(
            line.files.get(path) != self.main.files.get(path)
            for path in set(changes) - set(line.changed)
        ):
            return  # it would conflict: somebody else is at work on these
        scope = "deps" if kind == "build" else area
        subject = self.subject(day, person, kind, scope, what, zh)
        message = self.finish(day, person, subject, body)
        sha = self.commit(day, person, message, changes, branch=branch)
        if kind in ("feat", "perf", "refactor") and branch is None and path:
            self.done.append((sha, message.partition("\n")[0], area, path))

    # -- larger events --------------------------------------------------------

    def start_branch(self, day: dt.date, person: Person, days: int, topic: str) -> None:
        """Open a line of work that lands later with a merge."""
        self.open.append(Branch(
            files=dict(self.main.files), mark=self.main.mark, person=person,
            due=day + dt.timedelta(days=days), topic=topic,
        ))  # fmt: skip

    def land(self, day: dt.date, branch: Branch, maintainer: Person) -> None:
        """Merge an open line of work."""
        self.open.remove(branch)
        if not branch.changed:
            return
        assert branch.person
        self.number += 1
        user = branch.person.email.partition("@")[0]
        message = (
            f"Merge pull request #{self.number} from {user}/{branch.topic}"
            f"\n\n{branch.topic.replace('-', ' ').capitalize()}"
        )
        self.commit(day, maintainer, message, branch.changed, merged=branch)

    def revert(self, day: dt.date, person: Person) -> None:
        """Undo the last commit of the main branch, where it can be undone."""
        subject = self.undo
        if subject and not subject.startswith(("Revert", "Initial", "chore(release)")):
            sha, before = self.landed[subject]
            if not set(before) & self.locked():
                why = self.pick(("It broke uploads on slow links.", "Not ready yet.",
                                 "Tests fail now and then since."))  # fmt: skip
                said = f'Revert "{subject}"\n\nThis reverts commit {sha}.\n\n{why}'
                self.commit(day, person, said, before)

    def release(self, day: dt.date, version: str, bot: Person) -> None:
        """Write the changelog, set the version, and tag."""
        project = self.text(self.main, "pyproject.toml")
        start = project.index('version = "')
        end = project.index("\n", start)
        changelog = self.text(self.main, "CHANGELOG.md")
        number = version.removeprefix("v")
        said = "\n".join(f"- {entry[1]}" for entry in self.done[-6:])
        prefix = "chore(release): " if day >= CONVENTIONS else "Release "
        self.commit(day, bot, f"{prefix}{version}", {
            "pyproject.toml": f'{project[:start]}version = "{number}"{project[end:]}',
            "CHANGELOG.md": f"# Changelog\n\n## {version} ({day})\n\n{said}\n"
            + changelog.removeprefix("# Changelog\n"),
        })  # fmt: skip
        self.tag(version, bot, day)

    def tag(self, version: str, person: Person, day: dt.date) -> None:
        """Put an annotated tag on the main branch."""
        stamp = f"{int(self.clock.timestamp())} +0000"
        self.writer.send(f"tag {version}\nfrom :{self.main.mark}\n")
        self.writer.send(f"tagger {person.name} <{person.address(day)}> {stamp}\n")
        self.writer.data(f"ferry {version}\n")
        self.tags.append(version)

    def happen(self, day: dt.date, event: Event) -> None:
        """Do what happened on this one day only."""
        _, who, message, change = event
        person = next(p for p in PEOPLE if p.key == who)
        # Its own chance: an event more or less leaves all other days as they were.
        everyday, self.random = self.random, Random(day.toordinal())
        changes = change(self)
        touched = [b for b in self.open if set(b.changed) & set(changes)]
        for branch in touched:
            self.land(day, branch, person)
        if touched:
            changes = change(self)
        self.random = everyday
        self.commit(day, person, message.format(story=self), dict(changes))

    @property
    def cause(self) -> str:
        """Name the last change to the heart of the storage, as a fix names it."""
        sha, subject = next(e[:2] for e in reversed(self.done) if e[2] == "storage")
        return f'{sha[:12]} ("{subject}")'

    # -- the days -------------------------------------------------------------

    def plan(self, day: dt.date) -> list[tuple[dt.datetime, Callable[[], None]]]:
        """Return what happens on a day, and when."""
        people = [p for p in PEOPLE if p.first <= day < p.last and not p.bot]
        maintainers = [p for p in people if p.merges]
        bots = {p.key: p for p in PEOPLE if p.bot}
        midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
        plan = []
        if day in RELEASES:
            at, act = midnight + dt.timedelta(hours=7), partial(
                self.release, day, RELEASES[day], bots["release"]
            )  # fmt: skip
            plan.append((at, act))
        for event in EVENTS.get(day, ()):
            at = midnight + dt.timedelta(hours=event[0])
            plan.append((at, partial(self.happen, day, event)))
        if day in QUIET or self.chance(0.9) and any(a <= day <= b for a, b in HOLIDAYS):
            return plan
        person = self.pick(maintainers)
        plan.append((self.moment(day, person), partial(self.land_due, day, person)))
        for person in people:
            busy = person.pace * (
                0.12 if day.weekday() > 4 and not person.weekends else 1
            )
            while self.chance(busy):
                plan.append((self.moment(day, person), partial(self.work, day, person)))
                busy *= 0.45
        if day.weekday() < 5 and self.chance(0.04):
            name, email, offset = self.pick(DRIVE_BYS)
            guest = Person("guest", name, email, offset, (9, 23), day, day, 0,
                           {self.pick(list(AREAS)): 1}, habit="plain")  # fmt: skip
            plan.append((self.moment(day, guest), partial(self.everyday, day, guest)))
        if day.weekday() == 0 and self.chance(0.75):
            bot = bots["deps"]
            plan.append((self.moment(day, bot), partial(self.by_bot, day, bot)))
        if day > FIRST + dt.timedelta(40) and self.chance(0.016):
            person = self.pick(maintainers)
            plan.append((self.moment(day, person), partial(self.revert, day, person)))
        return plan

    def live(self) -> None:
        """Live all days, in the order of the moments."""
        days = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
        plan = [entry for day in days for entry in self.plan(day)]
        for at, act in sorted(plan, key=itemgetter(0)):
            self.clock = max(at, self.clock)
            act()

    def work(self, day: dt.date, person: Person) -> None:
        """Let a person commit, to a line of work that is open or begins now."""
        mine = [b for b in self.open if b.person is person]
        if person.branches and not mine and self.chance(0.1):
            topic = f"{self.pick(VERBS)[0]}-{self.pick(person.areas)}"
            self.start_branch(day, person, 3 + int(self.random.random() * 9), topic)
            mine = self.open[-1:]
        self.everyday(day, person, mine[0] if mine else None)

    def land_due(self, day: dt.date, maintainer: Person) -> None:
        """Merge the lines of work that are due."""
        for branch in [b for b in self.open if b.due <= day]:
            self.land(day, branch, maintainer)

    def by_bot(self, day: dt.date, bot: Person) -> None:
        """Let the bot raise one or two dependencies."""
        for _ in range(1 if self.chance(0.6) else 2):
            what, _, _, changes = self.bump(self.main)
            self.number += 1
            start = "build(deps): " if day >= CONVENTIONS else "Bump "
            said = what if day >= CONVENTIONS else what.removeprefix("bump ")
            self.commit(
                day, bot, f"{start}{said} (#{self.number})\n\n{CLOSING}", changes
            )
