"""The rules that tell a change type, in the order of their evidence.

What the author says is evidence, not truth: a ``fix:`` that only touches a
workflow is ``ci``. The first rule of `RULES` that answers decides, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from . import vocabulary as words
from .message import Message
from .type_case import Case, Verdict
from .type_tables import LEFT, MOSTLY, OBJECTS, ONLY, Only, named, only


def merged(case: Case) -> Verdict | None:
    """Answer for a merge that says nothing of its own."""
    if case.message.merge == "":
        return Verdict("chore", 0.9, "a merge that says nothing of its own")
    return None


def empty(case: Case) -> Verdict | None:
    """Answer for a commit without a message that files do not explain."""
    if not case.message.text and not case.message.tags and not case.kinds:
        return Verdict("chore", 0.3, "neither a message nor files")
    return None


def reverted(case: Case) -> Verdict | None:
    """Answer for git's own reverts and for prefixes that say revert."""
    if case.message.reverts % 2:
        return Verdict("revert", 0.98, "the subject says Revert")
    if case.tag == "revert":
        return Verdict("revert", 0.95, f"the author's prefix '{case.mark}'")
    return None


def released(case: Case) -> Verdict | None:
    """Answer for release bookkeeping, whatever prefix it wears."""
    message = case.message
    if case.code_files > 4 or case.tag in ("feat", "fix", "perf"):
        return None
    scope = (message.scope or "").lower()
    told = Verdict("docs", 0.85, "what is told of a release, in words")
    only_docs = case.kinds == {"docs"}
    if only_docs and (scope == "changelog" or _NEWS.search(message.lower)):
        return told
    if case.kinds and case.kinds <= {"ci", "lock"}:
        return None  # nothing of the product's own has a version there
    if scope in ("release", "version", "changelog") and case.tag in ("chore", "build"):
        return Verdict("chore", 0.97, f"release bookkeeping: '{message.scope}'")
    if any(mark.lower() in ("release", "releases", "rel") for mark in message.marks):
        return Verdict("chore", 0.95, "release bookkeeping: the author's prefix")
    if words.RELEASE.search(message.lower[:200]):
        # Where only manifests change, what is named is often what is needed.
        needed = bool(case.kinds) and case.kinds <= _ELSEWHERE
        if needed and words.NAMED_VERSION.search(message.lower):
            return None
        if only_docs and case.tag == "docs":
            return told
        return Verdict("chore", 0.93, "release bookkeeping: the subject")
    return None


#: Files that name other projects' versions, too.
_ELSEWHERE = named("dependency lock test")
_NEWS = re.compile(r"\b(?:changelog|release notes?|news)\b(?!:? v?\d)")


def upgraded(case: Case) -> Verdict | None:
    """Answer for another project's release taken in."""
    message = case.message
    deps = (message.scope or "").lower() in ("deps", "deps-dev", "dependencies", "dep")
    deps = deps or any(
        mark.lower() in ("deps", "dependencies", "dependabot", "renovate")
        for mark in message.marks
    )
    if deps or words.DEPENDENCY.search(message.lower[:200]):
        if case.kinds and case.kinds <= {"docs", "asset"}:
            return None  # nothing is taken in
        held = bool(case.kinds & _HOLDS) or "code" not in case.kinds
        if "ci" in case.kinds and not case.kinds & (_HOLDS | {"code"}):
            return Verdict("ci", 0.93, "a dependency update of the CI")
        if not held and not deps and not words.TAKEN_IN.search(message.lower[:200]):
            return None  # a limit is raised, a link moved: nothing is taken in
        if case.code_files <= 6 or deps or message.lower.startswith("squashed"):
            return Verdict("build", 0.93, "a dependency update")
    return None


#: Files that hold what is taken in from other projects.
_HOLDS = named("dependency lock vendored generated build")


def touched(case: Case) -> Verdict | None:
    """Answer from files that leave no doubt, whatever the author says."""
    if case.tag in words.PLACES and case.tag in case.kinds <= _AROUND:
        return Verdict(
            case.tag, 0.95, f"the author's prefix '{case.mark}' and the files"
        )
    return _by_files(case, ONLY)


def supposed(case: Case) -> Verdict | None:
    """Answer from files that most often tell."""
    return _by_files(case, MOSTLY)


def _by_files(case: Case, table: tuple[Only, ...]) -> Verdict | None:
    for kind, core, beside, reason in table:
        if only(case.kinds, core=core, beside=beside):
            if case.tag == "style":
                break  # how files look, whatever they are for
            if core == {"translation"} and case.tag in ("feat", "fix"):
                break  # words of the product: its author says what they do
            verb, about = _verb(case.message.lower)
            if core == {"vendored"} and about and verb not in words.WEAK:
                break  # somebody changes the copy itself, and says how
            if case.tag in (kind, None):
                return Verdict(kind, 0.97, reason)
            return Verdict(kind, 0.9, f"the author says '{case.mark}'; {reason}")
    return None


#: Files around the product: between them, the author's word decides.
_AROUND = named(
    "docs test ci build benchmark example asset translation lock dependency"
)


def licensed(case: Case) -> Verdict | None:
    """Answer for notices of copyright, in whatever files they stand."""
    found = words.COPYRIGHT.search(case.message.lower)
    if not found or case.tag in ("feat", "fix", "perf", "ci"):
        return None
    return Verdict("chore", 0.75, f"the words '{found[0][:40]}'")


def misspelt(case: Case) -> Verdict | None:
    """Answer for typos: in text, unless the sentence tells of real trouble."""
    lower = case.message.lower
    if not words.TYPO.search(lower) or case.tag in ("feat", "perf", "refactor"):
        return None
    if words.SERIOUS.search(lower) or re.search(
        r"caus|broke|break|prevent|wrong", lower
    ):
        return None
    return Verdict("docs", 0.65, "a typo")


def annotated(case: Case) -> Verdict | None:
    """Answer for comments that document code: the code does what it did."""
    found = words.DOC_COMMENTS.search(case.message.lower)
    if not found or case.tag in ("feat", "perf", "test", "build", "ci"):
        return None
    # A project that reads such comments has them for a product.
    verb, _ = _verb(case.message.lower)
    if verb not in _REWORDS or words.SERIOUS.search(case.message.lower):
        return None
    return Verdict("docs", 0.8, f"the word '{found[0]}'")


#: What one does to a text.
_REWORDS = named(
    """fix fixes fixed update updates updated add adds added improve improves correct
    corrects clean cleanup clarify remove removes expand adjust tweak reword missing
    complete polish revise rewrite enhance more better minor incorrect wrong"""
)


def only_formatted(case: Case) -> Verdict | None:
    """Answer for subjects that name a formatter or a linter, and nothing else."""
    if not words.ONLY_FORMAT.search(case.message.lower):
        return None
    beside = case.tag == "ci" and "ci" not in case.kinds  # a job that formats
    if case.tag not in (None, "chore", "fix", "style") and not beside:
        return None
    if case.kinds and case.kinds <= _TOLD:
        return None  # a linter of prose, or what a linter is told
    return Verdict("style", 0.93, "formatting, or a linter's complaints")


#: Files that say things to people or to tools.
_TOLD = named("ci config housekeeping dependency lock build docs translation asset")


def formatted(case: Case) -> Verdict | None:
    """Answer for formatters and for the complaints of linters."""
    lower = case.message.lower
    if case.tag not in (None, "chore", "fix") or not words.FORMAT.search(lower):
        return None
    if case.kinds and case.kinds <= _SETTINGS:
        return None  # what a linter is told
    if re.search(r"\bpre-?commit\b", lower) and case.tag is None:
        return Verdict("style", 0.6, "formatting, or a linter's complaints")
    # A linter's own project has lints for a product: ask for a short sentence.
    if _verb(lower)[0] in words.FORMAT_VERBS and len(lower.split()) <= 7:
        return Verdict("style", 0.7, "formatting, or a linter's complaints")
    return None


#: Files that tell tools what to do.
_SETTINGS = named("ci config housekeeping dependency lock build docs")


def understated(case: Case) -> Verdict | None:
    """Answer where ``chore:`` stands over a repair or a new capability in code."""
    if case.tag != "chore" or "code" not in case.kinds:
        return None
    verb, kind = _verb(case.message.lower)
    lower = case.message.lower
    if kind == "fix" and words.SERIOUS.search(lower):
        return Verdict(
            "fix", 0.65, f"'{verb}' and trouble in code, under a chore prefix"
        )
    if kind == "feat" and re.search(r"\b(?:support|option|flag|endpoint|api)\b", lower):
        return Verdict("feat", 0.55, f"'{verb}' in code, under a chore prefix")
    return None


def said(case: Case) -> Verdict | None:
    """Answer with the author's prefix, less sure where no file bears it out."""
    tag = case.tag
    if tag is None:
        return None
    at_odds = (
        tag in words.PLACES
        and case.kinds
        and not case.kinds & (_BEARS_OUT[tag] | {"config", "generated"})
    )
    reason = f"the author's prefix '{case.mark}'"
    if at_odds:
        return Verdict(tag, 0.55, f"{reason}, though no file of that kind is touched")
    return Verdict(tag, 0.95, reason)


_BEARS_OUT = {
    "docs": named("docs translation example asset"),
    "test": named("test benchmark"),
    "ci": named("ci build test"),
    "build": named("build dependency lock vendored ci"),
}


def abroad(case: Case) -> Verdict | None:
    """Answer for sentences in other languages than English."""
    lower = case.message.lower
    if lower.isascii() and not lower.startswith(_LATIN):
        return None
    for pattern, kind in words.ABROAD:
        if found := pattern.search(lower):
            return Verdict(kind, 0.75, f"the word '{found[0][:20]}'")
    return None


#: How sentences of other languages start that are written in ASCII.
_LATIN = (
    *("corrig", "correc", "arregl", "behebe", "korrig", "ajout", "agrega", "adiciona"),
    *("supprim", "elimina", "refactoris", "entfern"),
)


def _verb(lower: str) -> tuple[str, str | None]:
    """Return the verb that leads a sentence, and the kind of change it names."""
    first = re.match(
        r"(?:also |now |just |try to |attempt to |to |only )*([\w'-]+)", lower
    )
    verb = first[1] if first else ""
    return verb, words.VERBS.get(verb)


def told(case: Case) -> Verdict | None:
    """Answer from a sentence without a prefix: its verb and what it is about."""
    lower = case.message.lower
    verb, kind = _verb(lower)
    if not verb:
        return None
    plain = "code" in case.kinds or not case.kinds
    for verbs, pattern, answer, sure in OBJECTS:
        if verb in verbs and (found := pattern.search(lower)):
            if answer == "docs" and words.SERIOUS.search(lower):
                continue  # a crash on comments is a crash
            if answer in ("docs", "test") and plain and case.kinds:
                sure -= 0.15
            return Verdict(answer, sure, f"'{verb}' with '{found[0][:30].strip()}'")
    if kind and verb not in words.WEAK:
        return Verdict(kind, 0.8, f"the verb '{verb}'")
    if found := words.SECURITY.search(lower) or words.TROUBLE.search(lower):
        return Verdict("fix", 0.6, f"the word '{found[0][:30]}'")
    if found := words.FASTER.search(lower):
        return Verdict("perf", 0.55, f"the word '{found[0][:30]}'")
    if words.FIXES_COMMIT.search(case.message.body):
        return Verdict("fix", 0.7, "a trailer 'Fixes:' that names a commit")
    if kind:
        return Verdict(kind, 0.5, f"the verb '{verb}'")
    if words.FIXES_ISSUE.search(case.message.body):
        return Verdict("fix", 0.5, "the body says that it fixes an issue")
    if found := words.AMISS.search(lower):
        return Verdict("fix", 0.5, f"the word '{found[0]}'")
    if words.TEXTS.search(lower):
        return Verdict("docs", 0.45, "a sentence about documentation")
    if re.search(r"\bsupport(?:s|ed)?\b|\bnew\b|\ballow", lower):
        return Verdict("feat", 0.5, "a sentence about something new")
    return None


def left(case: Case) -> Verdict:
    """Answer by the files alone, and not surely."""
    if case.new_code:
        return Verdict("feat", 0.4, "nothing in the message tells; new code files")
    for kind, answer, sure, reason in LEFT:
        if kind in case.kinds:
            return Verdict(answer, sure, reason)
    return Verdict("chore", 0.4, "nothing in the message or the files tells more")


#: The order of evidence. Each rule answers or passes; the last always answers.
RULES: tuple[Callable[[Case], Verdict | None], ...] = (
    merged,
    empty,
    reverted,
    released,
    upgraded,
    only_formatted,
    formatted,
    touched,
    supposed,
    licensed,
    misspelt,
    annotated,
    understated,
    said,
    abroad,
    told,
    left,
)


#: Rules that leave nothing to weigh. A sentence in another language is among
#: them: no model knows more of it.
CERTAIN = frozenset(
    rule.__name__
    for rule in (
        merged,
        empty,
        reverted,
        released,
        upgraded,
        only_formatted,
        touched,
        annotated,
        abroad,
    )
)


def judge(
    message: Message,
    kinds: Iterable[str] = (),
    *,
    code_files: int = 0,
    new_code: bool = False,
) -> Verdict:
    """Return the change type of one commit.

    Parameters
    ----------
    message : Message
        From `commitlens.message.parse`.
    kinds : iterable of str, default ()
        The categories of the touched files (`commitlens.paths.category`).
    code_files : int, default 0
        How many of the files are code.
    new_code : bool, default False
        Whether one of them is new.

    Examples
    --------
    >>> judge(parse("fix: cache the wheel"), {"ci"}).change_type
    'ci'
    """
    return decide(Case(message, frozenset(kinds), code_files, new_code))


def decide(case: Case) -> Verdict:
    """Return what the first rule that answers says."""
    answers = ((rule, rule(case)) for rule in RULES)
    return next(replace(said, rule=rule.__name__) for rule, said in answers if said)
