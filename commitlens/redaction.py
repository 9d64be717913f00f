"""Secrets taken out of text before it leaves the machine.

Most are found by the detectors of detect-secrets. What those look at line by
line and cannot see (blocks of a private key, lines of a block whose beginning is
elsewhere) and kinds of keys that are younger than they are have rules here.
"""

from __future__ import annotations

import re
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
    # A name that says secret, and a literal for a value.
    re.compile(
        r"(?i)[\w.-]{0,40}(?:password|passwd|secret|api_?-?key|access_?-?key|auth_?-?token"
        r"|private_?-?key|client_?-?secret|credential)[\w-]{0,20}[\"']?\]?"
        r"\s{0,4}(?::=|=>|[:=])\s{0,4}[rbuf]{0,2}[\"'`]([^\"'`\s${}<>%]{6,400})[\"'`]"
    ),
    # The same in files without quotes: .env, ini, properties, yaml.
    re.compile(
        r"(?im)^[ +-]?[ \t]*(?:export[ \t]+)?[\w.-]{0,60}(?:password|passwd|secret"
        r"|api_?key|access_?key|token)(?:_?id)?[ \t]{0,4}[:=][ \t]{0,4}"
        r"((?=[^\s]{0,200}\d)(?=[^\s]{0,200}[A-Za-z])[A-Za-z0-9+/=_~.-]{16,400})[ \t]*$"
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
