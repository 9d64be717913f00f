"""What a message says of the weight of a change, as patterns over lower case."""

from __future__ import annotations

import re

#: How bad the trouble is that a repair ends, worst first.
TROUBLE: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "grave trouble": (
            r"\b(?:data loss|corrupt\w*|deadlock\w*|use[- ]after[- ]free|uaf"
            r"|los(?:e|es|ing|t) (?:data|writes?|messages?|updates?|objects?|commits?)"
            r"|double[- ]free|unsound\w*|undefined behaviou?r|wrong results?"
            r"|data races?|silently (?:drop|discard|los|truncat|ignor|wrong)\w*"
            r"|out[- ]of[- ]bounds|incorrect results?"
            r"|miscompil\w*|buffer over\w+)\b|数据丢失|死锁"
        ),
        "serious trouble": (
            r"\b(?:crash\w*|seg(?:mentation )?faults?|segv|panics?|panick?\w+|livelock"
            r"|hang(?:s|ing)?|race|racy|race conditions?|infinite (?:loop|recursion)"
            r"|regress\w*|out of memory|oom|outage|stack overflow"
            r"|(?:null|nil) (?:pointer|deref\w*))\b|崩溃|竞态"
        ),
        "trouble": (
            r"\b(?:leak\w*|overflow\w*|starv\w+|stall\w*|stuck|timeouts?)\b|泄漏"
        ),
    }.items()
}
FASTER = re.compile(
    r"quadratic|\bo\([n^2 ]+\)|\d+(?:\.\d+)?\s*(?:x|%|×)\s*(?:faster|less|speed)"
    r"|from \d[\w.]* (?:minutes?|seconds?|hours?|ms|s) to"
)
#: What a subject says, by name.
SAYS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "defaults": (
            r"\b(?:by default|defaults? (?:to|of)|change (?:the )?default|no longer)\b"
            r"|默认"
        ),
        "support": (
            r"\bstabili[sz]e\b|\bmsrv\b|\b(?:minimum|required) (?:\w+ )?version"
            r"|\b(?:discontinue|(?:drop|remove) support)\b"
        ),
        "deprecation": (
            r"\bdeprecates?\b|\bdeprecation of\b|\b(?:phase[sd]? out|retire)\b"
        ),
        "something new": (
            r"\bnew (?:\w+ )?(?:command|subcommand|option|flag|api|backend|protocol"
            r"|format|method|module|model|feature)s?\b|\bsupport(?:s|ing)? (?:for|of)\b"
            r"|^(?:add|initial|introduce|implement|support|enable|allow)\w*\b|支持|新增"
        ),
        "an option": (
            r"(?:^|[\s`'\"])--[a-z][\w-]+|\b(?:option|flag|subcommand|endpoint"
            r"|env(?:ironment)? var\w*)\b"
        ),
        "rewriting": (
            r"\b(?:rewrit\w+|redesign\w*|overhaul\w*|rework\w*|re-?implement\w*"
            r"|migrat\w+|replace \w+ (?:with|by)|switch(?:es|ing)? (?:to|from)|port"
            r"|unif(?:y|ied|ies)\w*|re-?architect\w*)\b|重写|迁移"
        ),
        "removal": r"^(?:remove|drop|delete|disable|forbid|reject|disallow)\w*\b|移除",
        "tidying": (
            r"^(?:rename|move|extract|split|clean|simplif|tidy|refactor|inline|reorder"
            r"|sort|dedup|share|reuse|hoist|factor)\w*\b|\b(?:unused|dead code|nits?"
            r"|typos?|clean-?ups?|const|lint\w*|clippy|format\w*|indent\w*|whitespace"
            r"|comments?|naming|annotat\w+|type hints?|stray|redundant|unnecessary"
            r"|unneeded|leftover|warnings?|simplification|polish\w*|misc)\b|清理|整理"
        ),
        "texts": (
            r"\b(?:messages?|wording|reword\w*|spelling|misspell\w*|grammatical|logs?"
            r"|logging|strings? for translation|help (?:text|message)|docstrings?"
            r"|typos?|hints?|tooltip|icons?|logo|completions?|translations?)\b"
        ),
        "tests": r"\b(?:tests?|flak[ye]\w*|ci|benchmarks?|coverage|fixtures?)\b",
        "internals": r"\b(?:internal\w*|private|experimental|unstable|wip|debug\w*)\b",
        "smallness": (
            r"\b(?:trivial(?:ly)?|minor|small|nits?|cosmetic|tiny|simple|slight\w*)\b"
        ),
    }.items()
}
