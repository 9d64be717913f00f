"""Tables of the rules that tell a change type: kinds of files, verbs and objects."""

from __future__ import annotations

import re

from . import vocabulary as words


def only(
    kinds: frozenset[str], *, core: frozenset[str], beside: frozenset[str]
) -> bool:
    """Say whether `kinds` has some of `core`, and nothing else than `beside`."""
    return bool(kinds & core) and kinds <= core | beside


def named(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: A row: type, what must be there, what may be there beside it, words of the reason.
Only = tuple[str, frozenset[str], frozenset[str], str]

#: Kinds of files that leave no doubt.
ONLY: tuple[Only, ...] = (
    ("docs", named("docs"), named("asset"), "only documentation is touched"),
    ("ci", named("ci"), named("docs lock"), "only the CI is touched"),
    ("test", named("test"), named("docs asset"), "only tests are touched"),
    ("docs", named("translation"), named("docs"), "only translations are touched"),
)
#: Kinds of files that most often tell.
MOSTLY: tuple[Only, ...] = (
    (
        "test",
        named("benchmark"),
        named("test docs lock"),
        "only benchmarks are touched",
    ),
    ("docs", named("example"), named("docs asset"), "only examples are touched"),
    ("chore", named("housekeeping"), named("docs"), "only housekeeping is touched"),
    ("build", named("lock dependency"), named("example"), "only manifests are touched"),
    (
        "build",
        named("vendored"),
        named("lock dependency"),
        "only vendored code is touched",
    ),
    (
        "build",
        named("build"),
        named("lock dependency"),
        "only the build is touched",
    ),
)

#: What a leading verb is about changes its kind: verbs, what follows, type,
#: how sure. First match wins; "" is any verb.
_OBJECTS: tuple[tuple[str, str, str, float], ...] = (
    ("add adds added", r"^\w+ (?:\w+ )?missing\b(?!.*\btests?\b)", "fix", 0.6),
    (
        "add adds added update improve extend expand more",
        r"^(?!.*\b(?:support|command|option|flag|helper|fix)\b)\S+ (?:\S+ ){0,3}?"
        + words.TESTS.pattern,
        "test",
        0.65,
    ),
    (
        "add adds added re-add update updates improve improves fix fixes tweak revise"
        " polish correct expand remove rewrite rework change adjust",
        r"^\S+ (?:\S+ ){0,4}?" + words.TEXTS.pattern,
        "docs",
        0.65,
    ),
    (
        "use uses using make makes improve improves reduce reduces avoid avoids remove"
        " skip lower cut decrease switch shrink save boost increase do don't add batch"
        " eliminate minimize improved",
        words.FASTER.pattern,
        "perf",
        0.7,
    ),
    (
        "remove removes removed delete drop drops clean",
        words.NEEDLESS.pattern,
        "refactor",
        0.75,
    ),
    (
        "add adds added improve improves enhance update updates fix complete enable",
        words.TYPING.pattern,
        "refactor",
        0.6,
    ),
    (
        "stop stops don't do avoid",
        r"^\S+ (?:not )?(?:us(?:e|ing)|depend(?:ing)?|rely(?:ing)?)\b",
        "refactor",
        0.55,
    ),
    ("make makes", r"^\w+ sure\b", "fix", 0.65),
    (
        "make makes",
        r"\b(?:configurable|optional|customi[sz]able|public|available|aware|pluggable"
        r"|possible|support)\b",
        "feat",
        0.65,
    ),
    (
        "remove removes drop drops",
        r"\b(?:option|flag|command|api|endpoint|support)\b",
        "feat",
        0.5,
    ),
    (
        "improve improves enhance enhances change changes extend set switch update"
        " updates rework increase show default",
        r"\b(?:default|option|flag|message|errors?|output|support|ui|ux|api"
        r"|diagnostics?|help|experience|behaviou?r)\b",
        "feat",
        0.55,
    ),
    (
        "update updates upgrade bump",
        r"\b(?:version|images?|toolchain|vendored|bundled|snapshots?|submodule)\b",
        "build",
        0.6,
    ),
)
OBJECTS = tuple(
    (frozenset(verbs.split()), re.compile(pattern), kind, sure)
    for verbs, pattern, kind, sure in _OBJECTS
)

#: Where nothing else answers: a kind of file, and the type it stands for.
LEFT: tuple[tuple[str, str, float, str], ...] = (
    ("code", "refactor", 0.3, "nothing in the message tells; code is touched"),
    ("test", "test", 0.45, "nothing in the message tells; tests are touched"),
    ("example", "docs", 0.5, "nothing in the message tells; examples are touched"),
    ("build", "build", 0.45, "nothing in the message tells; the build is touched"),
    (
        "dependency",
        "build",
        0.45,
        "nothing in the message tells; manifests are touched",
    ),
    ("docs", "docs", 0.45, "nothing in the message tells; documentation is touched"),
)
