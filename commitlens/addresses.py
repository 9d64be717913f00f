"""What people write for a remote repository, and what it means."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

SCHEMES = ("https", "http", "ssh", "git", "file")
_SHORTHAND = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9_.][\w.-]*")
_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")
_FORGES = re.compile(
    r"(?:^|\.)(?:github|gitlab|gitea|forgejo|codeberg|bitbucket)\.", re.IGNORECASE
)


def remote_url(text: str) -> str | None:
    """Return the URL that `text` means, None if it means none."""
    if "://" in text:
        return text if text.partition("://")[0].lower() in SCHEMES else None
    if _SHORTHAND.fullmatch(text):
        return f"https://github.com/{text.removesuffix('.git')}"
    return text if _SCP.fullmatch(text) and "::" not in text else None


def host_and_path(url: str) -> tuple[str, list[str]]:
    """Return the host, with its port, and the steps of the path below it."""
    if "://" in url:
        # By hand: to git, all that follows the host is path.
        host, _, path = url.partition("://")[2].partition("/")
        host, path = host.rpartition("@")[2], unquote(path)
    else:
        match = _SCP.fullmatch(url)
        host, path = match.groups() if match else ("", "")
    steps = [step for step in path.split("/") if step not in ("", ".")]
    if steps:
        steps[-1] = steps[-1].removesuffix(".git") or steps[-1]
    return host.lower(), steps


def web_page(url: str) -> str | None:
    """Return the address of a repository's page on a forge, None if it has none."""
    host, steps = host_and_path(url)
    if not _FORGES.search(host) or len(steps) < 2 or ".." in steps:
        return None
    return f"https://{host.partition(':')[0]}/{quote('/'.join(steps))}"


def without_password(url: str) -> str:
    """Return `url` without the user and password that it may carry."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
