"""Automations are told from people by whole words of name and address."""

import pytest

from commitlens.bots import is_bot

BOTS = [
    ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
    ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
    ("Renovate Bot", "bot@renovateapp.com"),
    ("github-actions", "github-actions@github.com"),
    ("GitHub Action", "action@github.com"),
    ("pre-commit-ci[bot]", "66853113+pre-commit-ci[bot]@users.noreply.github.com"),
    ("Gopher Robot", "gobot@golang.org"),
    ("k8s-ci-robot", "k8s-ci-robot@users.noreply.github.com"),
    ("Kubernetes Prow Robot", "someone@example.org"),
    ("bors", "bors@rust-lang.org"),
    ("Copybara-Service", "copybara-worker@google.com"),
    ("BrewTestBot", "1589480+BrewTestBot@users.noreply.github.com"),
    ("TravisCI", "deploy@example.org"),
    ("Garage-Bot", "owner+fixbot@example.com"),
    ("Jenkins", "ops@example.org"),
    ("jenkins-ci", "ops@example.org"),
    ("Release Automation", "x@example.org"),
    ("", "build@proj-1.iam.gserviceaccount.com"),
    ("Weblate", "noreply@weblate.org"),
    ("semantic-release-bot", "semantic-release-bot@martynus.net"),
]

PEOPLE = [
    ("Ada Lovelace", "ada@example.org"),
    ("Anna Abbott", "aabbott@example.org"),
    ("Botond Kiss", "botond@example.org"),
    ("Jan Robota", "robota@example.org"),
    ("Probo Tan", "probotan.probot@example.com"),
    ("Marie Rabot", "rabot@example.org"),
    ("Joan Bottomley", "joan.bottomley@example.org"),
    ("John Cabot", "cabot@example.org"),
    ("Travis Doe", "travis@example.org"),
    ("Jenkins Wu", "jenkins@example.org"),
    ("Cici Ren", "cici@example.org"),
    ("Ceci", "ceci@example.org"),
    ("Ravi", "ravi.service@example.org"),
    ("Lars Doe", "lars@autodepot.example"),
    ("Max Doe", "max@auto.example"),
    ("Eve", "eve@circleci.com"),
    ("river", "abc_ci@example.com"),
    ("Mona", "noreply@github.com"),
    ("Mona", "1234+mona@users.noreply.github.com"),
    ("", ""),
    (None, None),
]


@pytest.mark.parametrize(("name", "email"), BOTS)
def test_automations_are_recognised(name, email):
    """A name or an address that only an automation has is enough."""
    assert is_bot(name, email)


@pytest.mark.parametrize(("name", "email"), PEOPLE)
def test_people_are_not_automations(name, email):
    """A name that merely contains the letters of a bot's is a person's."""
    assert not is_bot(name, email)


def test_an_endless_identity_is_answered():
    """A hostile name of a megabyte gets an answer, not a hang."""
    assert is_bot("b" * 1_000_000, "o-" * 500_000) is False
