"""What is secret stays on the machine, and what is not stays readable."""

from __future__ import annotations

import pytest

from commitlens.packing import pack
from commitlens.patches import Patch
from commitlens.redaction import MARK, redact
from commitlens.testing import RepositoryBuilder

#: Put together here, so that nothing that looks like a key stands in this file.
KEY = "A1b2C3d4E5f6G7h8I9j0" * 2
SECRETS = {
    "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}{KEY}\n{KEY}\n",
    "private key in a string": f'"-----BEGIN PRIVATE KEY-----\\n{KEY}\\n-----END',
    "rest of a block": f"+{KEY}{KEY}",
    "aws": "AKIA" + "QWERTYUIOPASDFGH",
    "github": "ghp_" + KEY[:36],
    "github, fine-grained": "github_pat_" + KEY[:30],
    "gitlab": "glpat-" + KEY[:20],
    "openai": "sk-proj-" + KEY,
    "anthropic": "sk-ant-" + KEY,
    "google": "AIza" + KEY[:35],
    "huggingface": "hf_" + KEY[:34],
    "slack": "xoxb-" + "123456789012-" + KEY[:24],
    "stripe": "sk_live_" + KEY[:24],
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0." + KEY[:30],
    "connection string": f"postgres://ada:{KEY[:12]}@db.example.org/x",
    "connection string with keys": f"Server=db;Password={KEY[:14]};Encrypt=yes",
    "header": f"Authorization: Bearer {KEY}",
    "literal": f'api_key = "{KEY[:20]}"',
    "literal in json": f'"client_secret": "{KEY[:20]}",',
    "dotenv": f"DB_PASSWORD={KEY[:18]}",
    "dotenv, short": "DB_PASS=" + KEY[:10] + "&3",
    "dotenv, other names": f"ENCRYPTION_KEY={KEY}",
    "dotenv, salt": f"SIGNING_SALT={KEY[:20]}",
    "dotenv, no name": f"FOO_BAR={KEY}",
    "phrase": f"PASSPHRASE={KEY[:12]}-horse",
    "base": "SECRET_KEY_BASE=" + KEY,
    "yaml": f"  password: {KEY[:12]}",
    "sentence": f"The old one was gone; password: {KEY[:16]}",
    "user of an address": f"https://{KEY}@o1.ingest.example.org/1",
    "token": f'const TOKEN = "{KEY}";',
    "a name and several literals": f'api_key = ("{KEY[:20]}"\n+          "{KEY[20:]}")',
    "a token in several literals": f'"ghp_{KEY[:12]}" + \\\n+  "{KEY[12:36]}"',
    "netrc": f"machine example.org login ada password {KEY[:14]}",
    "npmrc": f"_auth={KEY}",
    "docker": f'"auth": "{KEY}"',
    "pgpass": f"db:5432:shop:ada:{KEY[:14]}",
    "curl": f"curl -u ada:{KEY[:14]} https://example.org",
    "option": f"mysql --password={KEY[:14]} -u root",
    "xml": f"<db.password>{KEY[:14]}</db.password>",
}
PLAIN = (
    "password = get_password()",
    'password: str = ""',
    "token = request.headers['x-token']",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "index 0123456789abcdef0123456789abcdef01234567..0123456789abcdef 100644",
    "https://example.org/path?token=1&x=2",
    "max_tokens = 4096",
    "The secret of a good API is its names",
    'API_KEY = os.environ["API_KEY"]',
    'password = "${DB_PASSWORD}"',
    "integrity sha512-short==",
    "password: string;",
    "password = hash_password2(x)",
    'token: "EOF"',
    'assert_eq!(token, "ident1")',
    'tokenizer = "gpt2-large-v1-abcdef"',
    "AUTH_URL=https://example.org/abcdefg1",
    "TOKEN_LIMIT=100000",
    "COMMIT=0123456789abcdef0123456789abcdef01234567",
    "docker run -u 1000:1000 image",
    "SECRET_NAME=${NAME}",
    'text = "one " + "two"',
    '"password": { "type": "string" }',
)


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_taken_out(name):
    """No piece of a secret is left, and something says that there was one."""
    text = SECRETS[name]
    clean, count = redact(f"before\n{text}\nafter")

    assert MARK in clean
    assert count >= 1
    for start in range(0, 10, 2):
        assert KEY[start : start + 10] not in clean
    assert "QWERTY" not in clean
    assert clean.startswith("before\n")
    assert clean.endswith("\nafter") or "PRIVATE KEY" in clean


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays(text):
    """A model is to see checksums, names and calls."""
    assert redact(text) == (text, 0)


def test_lines_and_signs_of_a_diff_stay():
    """What follows a redacted block keeps its place, and its side."""
    block = "-----BEGIN EC PRIVATE KEY-----\n+" + KEY + "\n+" + KEY + "\n+-----END EC"
    clean, _ = redact(f"+{block} PRIVATE KEY-----\n context\n-gone")

    assert [line[:1] for line in clean.split("\n")] == ["+", "+", "+", "+", " ", "-"]


def test_secrets_of_a_diff_are_not_packed(tmp_path):
    """Wherever a hunk begins, no part of a key in it is shown."""
    builder = RepositoryBuilder(tmp_path / "demo")
    lines = [f"{KEY}{KEY[:24]}" for _ in range(40)]
    pem = "\n".join(
        ["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"]
    )
    builder.commit("add", {"deploy.key": pem, "a.py": "x = 1\n"})
    builder.commit("turn", {"deploy.key": pem.replace(lines[0], "z" * 64, 1)})
    builder.commit("turn", {"deploy.key": pem.replace("PRIVATE KEY", "PUBLIC KEY")})
    for sha in builder.git("rev-list", "HEAD").split():
        raw = builder.git("diff-tree", "-p", "--root", "--full-index", sha).encode()
        patch = Patch(raw.partition(b"\n")[2])
        packed = pack(patch, 5000, parts=3)
        assert KEY[:20] not in packed.text + "".join(packed.parts)
        assert packed.coverage.redacted >= 1


def test_long_and_hostile_text_takes_no_time():
    """Time grows with the size of the text, whatever stands in it."""
    for text in ("a" * 200_000, "password" * 20_000, "\n" * 200_000, "://:" * 40_000,
                 "-" * 200_000, "auth-" * 40_000, '"a"+"b"' * 20_000, "a." * 100_000,
                 "-----BEGIN PRIVATE KEY-----" * 5000, "eyJ" * 60_000):  # fmt: skip
        redact(text)


def test_a_key_in_the_name_of_a_file_is_not_packed(tmp_path):
    """Names of files are text of strangers too."""
    builder = RepositoryBuilder(tmp_path / "demo")
    builder.commit("add", {f"keys/ghp_{KEY[:36]}.py": "x = 1\n",
                           f"ghp_{KEY[:36]}.png": b"\x89PNG\0"})  # fmt: skip
    raw = builder.git("diff-tree", "-p", "--root", "--full-index", "HEAD").encode()
    packed = pack(Patch(raw.partition(b"\n")[2]), 5000)

    assert KEY[:20] not in packed.text
    assert packed.text.count(MARK) == 2
