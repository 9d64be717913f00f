"""What a sentence may name that can be looked up: patterns of names and numbers.

Both languages of a report share them: names of code are the same in each.
"""

from __future__ import annotations

import re

#: What stands in backticks: meant as code.
TICKS = re.compile(r"`([^`]+)`")
URL = re.compile(r"(?:https?|ftp)://[^\s)>\]`，。]+")

_ENDING = (
    r"(?:py|pyi|pyx|ipynb|js|jsx|mjs|cjs|ts|tsx|mts|vue|svelte|rs|go|java|kt|scala|c|h"
    r"|cc|cpp|hpp|cu|cuh|cs|rb|php|swift|sh|bash|ps1|sql|proto|json|jsonc|ya?ml|toml"
    r"|ini|cfg|conf|xml|html|css|scss|md|mdx|rst|txt|lock|gradle|properties|tf|ex|exs"
    r"|hs|ml|lua|pl|pm|zig|dart|adoc|cmake|mk|env|tmpl|tpl|jinja|svg|png|patch)"
)
#: Folders joined by slashes, or a name with an ending that files have.
PATH = re.compile(
    rf"(?<![\w/.:@-])(?:[\w.@+-]+/)+[\w.@+-]*\w"
    rf"|(?<![\w/.:@-])[\w.+-]*\w\.{_ENDING}(?![\w])",
    re.ASCII,
)
OPTION = re.compile(r"(?<![\w-])--[A-Za-z][\w-]*(?![\w-])", re.ASCII)
ISSUE = re.compile(
    r"(?<![\w&/])#(\d+)\b|\b(?:PR|issue|MR)\s?#?(\d{2,})\b|!(\d{2,})\b", re.I | re.ASCII
)
VERSION = re.compile(
    r"(?<![\w.])[vV]?\d+(?:\.\d+){1,3}(?:[-.+]?[a-z]{1,5}\.?\d*)?(?![\w.]*\w)", re.ASCII
)
SHA = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b", re.ASCII)
ADVISORY = re.compile(
    r"\b(?:CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}|RFC\s?\d+)\b", re.I | re.ASCII
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d+)?"
#: Numbers in a text that they are looked for in, those in names among them.
NUMBER = re.compile(
    rf"(?<![\w.]){_DIGITS}(?![\d])|(?<=[A-Za-z_])\d+(?![\w.])|\d+(?:\.\d+)?",
    re.ASCII,
)
#: Numbers of a sentence: those in names stand with their name.
BARE_NUMBER = re.compile(rf"(?<![\w.]){_DIGITS}", re.ASCII)
#: Names that only code has: parts joined, a call, capitals inside.
SYMBOL = re.compile(
    r"(?<![\w.])(?:[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+"
    r"|[A-Za-z_$][\w$]*(?=\(\))|[a-z]+[\w]*_[\w]+|_+[A-Za-z]\w*|[a-z]+[A-Z]\w*"
    r"|[A-Z][a-z0-9]+[A-Z]\w*|[A-Z]\w*_\w+)(?!\w)",
    re.ASCII,
)
#: Words that look like one of these and are none, in lower case.
PLAIN_WORDS = frozenset(
    [
        *("github", "gitlab", "javascript", "typescript", "postgresql", "mysql"),
        *("sqlite", "nosql", "graphql", "openai", "openapi", "openssl", "websocket"),
        *("webassembly", "macos", "ios", "ipados", "youtube", "devops", "latex"),
        *("powershell", "dockerhub", "freebsd", "openbsd", "netbsd", "node.js"),
        *("vue.js", "next.js", "nuxt.js", "e.g", "i.e", "a.k.a", "ci/cd", "and/or"),
        *("i/o", "tcp/ip", "client/server", "read/write", "input/output", "on/off"),
        *("true/false", "yes/no", "import/export", "start/stop", "he/she", "his/her"),
    ]
)

_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|dozens?|hundred)"
)
_WORDS = rf"(?:{_TENS}(?:-{_ONES})?|{_ONES})"
_HAN = r"[一二两三四五六七八九十百千万几数]"
#: Quantities in words: nobody measured them unless somebody did.
MAGNITUDE = re.compile(
    r"\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|several"
    r"|\d+)[ -]?(?:times|fold)|(?:tw|thr|ten|hundred)\w*fold|twice as"
    r"|half (?:the|of|as)"
    r"|(?:doubles?|triples?|halves|halved|doubled|tripled|quadrupled) (?:the|its|in)"
    r"|an? order of magnitude|orders of magnitude|(?:a|one) (?:quarter|third|fifth)"
    r"|twice (?:faster|slower|more|less|the)|(?:doubled|tripled|quadrupled|halved)"
    r"(?! quot\w+| slash\w*| backslash\w*)|(?:dozens|hundreds|thousands|millions) of"
    r"|(?:two|three) (?:thirds|quarters|fifths)"
    rf"|{_WORDS}[ -](?:percent|per cent|(?:milli|micro|nano)?seconds?|minutes?|hours?"
    r"|(?:kilo|mega|giga)?bytes?))\b|[½⅓⅔¼¾⅕⅛]"
    r"|[一二两三四五六七八九十百千几数]+(?:成|倍)|百分之[一二三四五六七八九十百]+|一半"
    rf"|翻[一两倍番]|数量级|{_HAN}+(?:多|余)?(?:毫秒|微秒|秒钟?|分钟|小时|兆|字节)|{_HAN}+分之{_HAN}+"
    r"|\b(?:a few|several|some|tens of|hundreds of) (?:milli|micro|nano)?seconds\b",
    re.IGNORECASE,
)
#: A number with its unit.
MEASURE = re.compile(
    rf"(?<![\w.])({_DIGITS})\s?(%|percent|per cent|个百分点|ms|毫秒|µs|us|微秒"
    r"|ns|纳秒|s|sec|seconds?|秒|min|minutes?|分钟|hours?|小时|[KMGT]i?B|bytes?|字节|x|×"
    r"|倍|times)(?![A-Za-z])",
    re.IGNORECASE,
)
#: Units that say the same.
UNITS = {
    name: names
    for names in (
        ("%", "percent", "per cent"),
        ("ms", "毫秒", "millis", "milliseconds"),
        ("µs", "us", "微秒", "micros"),
        ("ns", "纳秒", "nanos"),
        ("s", "sec", "second", "seconds", "秒"),
        ("min", "minute", "minutes", "分钟"),
        ("hour", "hours", "小时"),
        ("x", "×", "倍", "times", "fold"),
        ("个百分点",),
        ("byte", "bytes", "字节"),
    )
    for name in names
}
#: Units that code gives in a name, or not at all: timeout = 30.
IN_NAMES = frozenset(
    name for unit in ("s", "ms", "min", "byte", "hour") for name in UNITS[unit]
)

#: Words of who has measured something: their number needs its unit.
GAINS = re.compile(
    r"\b(?:sav(?:es?|ed|ing)|fast\w*|slow\w*|reduc\w+|cuts?|shorten\w*|latency|speed\w*"
    r"|gain\w*|improv\w+)\b|降低|减少|缩短|提升|提高|节省|加快|更快|更慢",
    re.IGNORECASE,
)

_VALUE = r"`?([^`\s，。,;]{1,60})`?"
#: "from X to Y": X was there before, Y is there after.
FROM_TO = re.compile(
    rf"(?:\bfrom\s+|从\s*|由\s*){_VALUE}\s*"
    r"(?:to|→|->|改为|变为|改成|提高到|降低?到|降至|升级?到|升至|增加到|提升到|调整为"
    rf"|更新为|更新到|换成|到|至|为)\s*{_VALUE}"
)
#: Verbs that say on which side of the diff a name is.
ADDS = re.compile(
    r"\b(?:adds?|added|adding|introduc\w+|creat(?:es?|ed|ing))\b"
    r"|新增|引入|添加|增加了|加入了|新建",
    re.IGNORECASE,
)
REMOVES = re.compile(
    r"\b(?:removes?|removed|removing|delet(?:es?|ed|ing)|drops?|dropped)\b"
    r"|移除|删除|去掉|去除|删掉",
    re.IGNORECASE,
)
#: Words that turn around what a verb says, or give it another object.
OTHER_SENSE = re.compile(
    r"\b(?:no longer|not|never|instead|replac\w+|mov\w+|renam\w+|from|without|support"
    r"|to|in|for|when|if|so|that|by|via|using|with)\b"
    r"|不|替换|移动|重命名|改为|支持|以便|用于|从|在|对|为|使|当|若|通过|到",
    re.IGNORECASE,
)
