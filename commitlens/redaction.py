"""Secrets taken out of text before it leaves the machine.

Most are found by the detectors of detect-secrets. What those look at line by
line and cannot see (blocks of a private key, lines of a block whose beginning is
elsewhere) and kinds of keys that are younger than they are have rules here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache

#: What stands where a secret stood.
MARK = "[REDACTED]"

#: Detectors of detect-secrets that find what has the shape of a secret, by module
#: and class. Those that judge by randomness alone would take out every checksum.
_DETECTORS = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)

#: Names of what is secret, whatever stands around them.
_NAMES = (
    r"password|passwd|passphrase|secret|api_?-?key|access_?-?key|auth_?-?token"
    r"|access_?-?token|refresh_?-?token|bot_?-?token|private_?-?key|encryption_?-?key"
    r"|signing_?-?(?:key|salt)|master_?-?key|session_?-?key|client_?-?secret|credential"
)
#: Names that are of other things too: tokens of a language, schemes of a request.
_TOKENS = r"[Tt]oken|TOKEN|[Aa]uth|AUTH|_pwd|PWD|_pass|PASS"
#: Letters and digits, as words and names of code seldom are.
_RANDOM = r"(?=[^\s]{0,200}\d)(?=[^\s]{0,200}[A-Za-z])"

#: Each takes out its first group, or all that it matches.
_RULES: tuple[re.Pattern[str], ...] = (
    # A private key, whole, or as far as it is shown.
    re.compile(
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"((?:(?!-----END)[A-Za-z0-9+/=\s\\\"':,.-])*)"
    ),
    # Lines of a block that begins elsewhere; long base64 tells a reader nothing.
    re.compile(
        r"^(?:@@ [^@\n]{1,60} @@ |[ +-])?[ \t]*[\"']?([A-Za-z0-9+/]{60,}={0,2})"
        r"(?:\\n)?[\"']?[,;\\]?[ \t]*$",
        re.MULTILINE,
    ),
    # user:password@host in the address of anything.
    re.compile(r"\b[a-zA-Z][\w+.-]{1,20}://[^\s:/@'\"<>]{0,100}:([^\s/@'\"<>{}$]{1,200})@"),
    # Connection strings of databases and queues: Password=...; AccountKey=...
    re.compile(
        r"(?i)\b(?:password|pwd|accountkey|sharedaccesskey|sharedsecret)=([^\s;&'\"{}$<>]{3,200})"
    ),
    # Keys that say what they are.
    re.compile(r"\bsk-(?:ant-|proj-|or-|svcacct-)?[A-Za-z0-9_-]{16,200}"),
    re.compile(r"\bAIza[A-Za-z0-9_-]{30,50}"),
    re.compile(r"\b(?:hf|gsk|xai|glpat|dckr_pat|shpat|pul|nvapi)[_-][A-Za-z0-9_-]{16,200}"),
    re.compile(r"\bgithub_pat_[A-Za-z0-9_]{20,200}"),
    re.compile(r"\bgh[oprsu]_[A-Za-z0-9]{20,255}"),
    re.compile(r"\b(?:A3T[A-Z0-9]|AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b"),
    re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,250}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(
        r"(?i)\b(?:authorization|bearer)[\"']?\s*[:=]?\s*[\"']?(?:bearer|basic|token)"
        r"\s+([A-Za-z0-9._~+/=-]{12,400})"
    ),
    # A token for a user in the address of anything.
    re.compile(r"\b[a-zA-Z][\w+.-]{1,20}://([A-Za-z0-9_-]{20,200})@"),
    # What files of credentials hold: .netrc, .pgpass, XML, tools on a command line.
    re.compile(r"(?i)\bmachine\s{1,4}\S{1,100}\s.{0,200}\bpassword\s{1,4}([^\s$]{3,200})"),
    re.compile(
        r"(?m)^[ +-]?[\w.*-]{1,100}:(?:\d{1,5}|\*):[^\s:]{1,60}:[^\s:]{1,60}"
        r":(\S{4,200})$"
    ),
    re.compile(rf"(?i)<[\w.:-]{{0,40}}(?:{_NAMES})[\w-]{{0,20}}>([^<>\s${{]{{4,400}})</"),
    re.compile(
        r"\s(?:-u|--user)[ =][\"']?[^\s:\"'$]{1,60}:((?!\d+\b)[^\s\"'$]{4,200})"
    ),
    re.compile(rf"(?i)\s--[\w-]{{0,30}}(?:{_NAMES})[ =][\"']?"
               r"(?=\S*\d)(?=\S*[a-z])([^\s\"'${<(\[]{6,200})"),
    # A name that says secret, and a literal for a value.
    re.compile(
        rf"(?i)(?:{_NAMES})[\w-]{{0,20}}[\"']?\]?"
        r"\s{0,4}(?::=|=>|[:=])[\s+\\(]{0,60}[rbuf]{0,2}[\"'`]([^\"'`\s${}<>%]{6,400})[\"'`]"
    ),
    # The same for a name that says it less surely, and a value that looks like it.
    re.compile(
        rf"(?:{_TOKENS})[\"']?\]?"
        r"\s{0,4}(?::=|=>|[:=])[\s+\\(]{0,60}[rbuf]{0,2}[\"'`]"
        rf"({_RANDOM}[A-Za-z0-9+/=_~.-]{{16,400}})[\"'`]"
    ),
    # The same without quotes: in a sentence, yaml, ini and properties ...
    re.compile(
        rf"(?i)(?:{_NAMES})(?:[_-]?(?:id|key|base|value)){{0,2}}[ \t]{{0,4}}"
        rf"(?:[:=]|\bis\b)[ \t]{{0,4}}({_RANDOM}[^\s\"'`(){{}}<>\[\],;$.]{{8,400}})"
        r"(?![\w.(\[])"
    ),
    re.compile(
        rf"(?im)^[ +-]?[ \t]*(?:export[ \t]+)?[\w.-]{{0,60}}(?:{_NAMES}|token|_auth)"
        rf"(?:_?id)?[ \t]{{0,4}}[:=][ \t]{{0,4}}"
        rf"({_RANDOM}[A-Za-z0-9+/=_~.-]{{16,400}})[ \t]*$"
    ),
    # ... in yaml, where a plain word may be one, unless it is that of a type ...
    re.compile(
        r"(?im)^[ +-]?[ \t]*(?:- )?[\w.-]{0,40}(?:password|passwd|passphrase)[\"']?: "
        r"(?!string|optional|required|\w+(?:\[\]|\?)?[,;]|[A-Z]\w+\b[^\w\n])"
        r"([^\s\"'`(){}<>\[\],;$:!&*|]{8,200})[ \t]*$"
    ),
    # ... and in .env and shell, where a value is what stands there.
    re.compile(
        r"(?m)^[ +-]?[ \t]*(?:(?:export|set|ENV|ARG)[ \t]+)?(?:[A-Z0-9]+_){0,8}"
        rf"(?i:{_NAMES}"
        r"|pass|token|salt|pepper|auth|dsn)(?:_(?!URL|URI|HOST|LIMIT|COUNT"
        r"|TYPE|NAME|FILE|PATH|TTL|DIR|LEN|SIZE|EXP|METHOD|MODE)[A-Z0-9]+){0,3}="
        r"[\"']?(?!\d+[\"']?$)([^\s\"'`${}<>()]{6,400})"
    ),
    # There also what has no such name, when it looks like one, and not like a checksum.
    re.compile(
        r"(?m)^[ +-]?[ \t]*(?:export[ \t]+)?(?!\w*(?:SHA|HASH|SUM|DIGEST|COMMIT|REV|REF"
        r"|INTEGRITY|VERSION|PATH))[A-Z][A-Z0-9_]{2,60}=[\"']?"
        r"((?=\S*\d)(?=\S*[a-z])(?=\S*[A-Z])[A-Za-z0-9+=_-]{24,400}"
        r"|[0-9a-f]{32,128})[\"']?[ \t]*$"
    ),
)  # fmt: skip

#: Values that stand for a secret and are none.
_HARMLESS = re.compile(
    r"(?i)^(?:\W*|\[REDACTED\]|x{3,}|\*{3,}|<.*|\$.*|your[-_ ].*|example.*|changeme"
    r"|placeholder.*|redacted|none|null|true|false|undefined)$"
)


@cache
def _finders() -> tuple[Callable[[str], list[str]], ...]:
    from importlib import import_module

    found = []
    for module, name in _DETECTORS:
        plugin = getattr(import_module(f"detect_secrets.plugins.{module}"), name)()
        found.append(lambda line, plugin=plugin: list(plugin.analyze_string(line)))
    return tuple(found)


def redact(text: str) -> tuple[str, int]:
    """Return text without secrets, and how many places were taken out.

    Parameters
    ----------
    text : str
        A diff, a message, anything. Lines stay lines.

    Examples
    --------
    >>> redact("url = 'postgres://ada:s3cr3t@db/x'")
    ("url = 'postgres://ada:[REDACTED]@db/x'", 1)
    """
    # Literals first: of a key in two, a rule finds only the half that has its name.
    text, across = _across(text)
    clean, count = _redact(text)
    return clean, count + across


#: Where a literal is taken up again, on the same line or on the next.
_JOINT = re.compile(
    r"(?<=[\w+/=.-])([\"'`])[ \t]*[+.&]?[ \t]*\\?[ \t]*(?:\n[ +-]?[ \t]*[+.&]?[ \t]*)?"
    r"[rbuf]?\1(?=[\w+/=.-])"
)


def _across(text: str) -> tuple[str, int]:
    """Take out secrets that are put together from several literals."""
    joints = [match.span() for match in _JOINT.finditer(text)]
    if not joints:
        return text, 0
    ends, begins = [0, *(end for _, end in joints)], [start for start, _ in joints]
    pieces = [text[a:b] for a, b in zip(ends, [*begins, len(text)], strict=True)]
    whole, starts, at = "".join(pieces), [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece)
    hidden: dict[int, tuple[int, int]] = {}
    count = 0
    for rule in _RULES:
        for match in rule.finditer(whole):
            start, end = match.span(1 if match.re.groups else 0)
            first, last = (bisect_right(starts, at) - 1 for at in (start, end - 1))
            if first == last or _HARMLESS.match(whole[start:end]):
                continue
            count += 1
            for place in range(first, last + 1):
                low = max(start - starts[place], 0)
                high = min(end - starts[place], len(pieces[place]))
                was = hidden.get(place, (low, high))
                hidden[place] = min(low, was[0]), max(high, was[1])
    for place, (low, high) in hidden.items():
        piece = pieces[place]
        pieces[place] = piece[:low] + MARK + piece[high:]
    between = [text[start:end] for start, end in joints]
    parts = [part for pair in zip(pieces, [*between, ""], strict=True) for part in pair]
    return "".join(parts), count


def _redact(text: str) -> tuple[str, int]:
    count = 0

    def hide(match: re.Match[str]) -> str:
        nonlocal count
        group = 1 if match.re.groups else 0
        secret = match[group]
        if _HARMLESS.match(secret.strip()):
            return match[0]
        count += 1
        start, end = (
            match.start(group) - match.start(),
            match.end(group) - match.start(),
        )
        # A block keeps its lines and their signs: it may stand in a diff.
        rest = (line[:1] for line in secret.split("\n")[1:])
        signs = [sign if sign in "+- " else "" for sign in rest]
        lines = "\n".join([MARK, *signs])
        return match[0][:start] + lines + match[0][end:]

    for rule in _RULES:
        text = rule.sub(hide, text)
    lines = text.split("\n")
    for at, line in enumerate(lines):
        # Shorter ones cannot hold a key; longer ones cost too much time.
        if not 16 <= len(line) <= 4000:
            continue
        for finder in _finders():
            for secret in finder(line):
                if secret and secret in lines[at] and not _HARMLESS.match(secret):
                    lines[at] = lines[at].replace(secret, MARK)
                    count += 1
    return "\n".join(lines), count
