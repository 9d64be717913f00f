"""Is this author an automation?

Two identities are looked at, the name and the address, because automations
fill in either. Words are compared whole: "Abbott", "Botond" and
``stevenprobot@`` are people.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    """Return the words of a list that is easier to read as running text."""
    return frozenset(text.split())


#: Accounts that nothing but a list tells from people, in lower case, compared
#: whole, as a name and as the local part of an address.
_ACCOUNTS = _words(
    """
    asfgit autobors automerge autoroll bazel-io bors bors-servo bumpversion
    copybara copybara-service deepsource dependabot dependabot-preview
    github-actions github-merge-queue gobot greenkeeper homu imgbot llvmbot
    mergify pre-commit-ci pullapprove pytorchmergebot pytorchupdatebot pyup
    release-please release-plz renovate rust-timer rustbot scala-steward
    semantic-release sonatype-lift travis-ci txbot weblate
    """
)

#: The same, where the local part of an address may well be a person's.
_NAMES = _ACCOUNTS | _words(
    """
    actions-user buildkite changesets circleci copilot crowdin github gitlab
    jenkins merge-queue pre-commit snyk teamcity transifex web-flow zuul
    """
)

#: Rules over the name: a word that only an automation signs with.
_NAME = re.compile(
    r"""
    \[(?:bot|ci)\]                          # GitHub applications
    | (?:^|[\s_.@/-])(?:ro)?bots?$          # renovate-bot, Gopher Robot
    | (?:^|[\s_.-])(?:ro)?bot[\s_-]?\d+$    # ci-bot-2
    | ^(?:ro)?bot[_-]                       # bot-of-ours
    | (?:^|[\s_-])(?:ro)?bot[\s_-]          # the bot of something
    | (?-i:[a-z0-9](?:Ro)?Bot$)             # BrewTestBot
    | (?-i:[a-z0-9]CI$)                     # TravisCI
    | ^(?:ci|cd|auto|automation|automated|build|release|deploy|deployment|
          service|sync|system|mirror|nightly|jenkins|travis|gitlab|github|
          azure|circle|drone|merge|autofix|translations?|localization)
      [\s_-]+
      (?:ci|cd|bot|user|account|action|actions|runner|worker|server|service|
         automation|machine|agent|queue|system|pipelines?|builder|manager)$
    | ^svc[\s_-]
    | (?:^|[\s_-])(?:ci|automation|buildbot|autoroll(?:er)?)$
    | service[\s_-]account | auto[\s_-]?roller | copybara | semantic[\s_-]release
    | ^(?:renovate|dependabot|greenkeeper|weblate|transifex|crowdin|mergify
          |scala[\s_-]steward|pre-commit|github[\s_-]actions?)(?:\b|_)
    """,
    re.IGNORECASE | re.VERBOSE,
)

#: Rules over the address, in lower case: its local part, then its domain.
_EMAIL = re.compile(
    r"""
    \[bot\]
    | ^(?:[^@]*[+._-])?(?:ro)?bots?(?:[+._-]\d+)?@  # gobot is an account, see above
    | ^(?:ro)?bot[_-][^@]*@
    | ^(?:github-actions|actions|action|automation|autoroll|autobuild|buildbot
         |ci|circleci|copybara|dependabot|renovate|semantic-release
         |release-bot|svc[_-][^@]*|[^@]*-service-account|[^@]*-autoroll[^@]*)@
    | @(?:renovateapp|dependabot|greenkeeper)\.(?:com|io)$
    | \.gserviceaccount\.com$
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=65536)
def is_bot(name: str | None, email: str | None) -> bool:
    """Say whether an author's identity belongs to an automation.

    Parameters
    ----------
    name, email : str or None
        As recorded in a commit. None and "" say nothing.

    Returns
    -------
    bool
        True for dependency updaters, CI service accounts, merge queues,
        translation platforms and other automations.

    Examples
    --------
    >>> is_bot("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com")
    True
    >>> is_bot("Ada Abbott", "abbott@example.org")
    False
    """
    # An identity is a few words; a hostile megabyte is not worth a match.
    name = (name or "").strip()[:200]
    email = (email or "").strip().lower()[:300]
    local = email.partition("@")[0].rpartition("+")[2]
    return bool(
        name.lower() in _NAMES
        or local in _ACCOUNTS
        or _NAME.search(name)
        or _EMAIL.search(email)
    )
