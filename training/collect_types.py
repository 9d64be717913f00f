"""Read prefixed commits of public clones into one file a repository.

    python training/collect_types.py CLONES OUT [--only NAME ...]

CLONES is a folder of bare clones named `owner+name` or `name.git`; the
repositories are those of `repositories.toml`. OUT gets `NAME.pickle`: a list of
dicts, oldest first, of the last commits whose author used a conventional prefix
(no bots, merges, reverts). Needs the packages of commitlens alone.
"""

from __future__ import annotations

import argparse
import pickle
import re
import subprocess
import time
import tomllib
import zlib
from pathlib import Path

from commitlens import gitlog
from commitlens.bots import is_bot
from commitlens.diffs import FileDiff, read_patch
from commitlens.message import kind_of_tag
from commitlens.opening import open_repository

#: Of one repository, the last this many: large ones must not rule.
CAP = 1000
#: How many commits are looked at for them.
READ = 6000
#: Bytes of a patch that are read, and that are kept.
LIMIT, PATCH = 400_000, 60_000

HEADER = re.compile(r"\s*(\w+)\s?(?:\([^()\n]{0,80}\))?!?\s?:\s+(?=\S)")
#: Prefixes that leave no doubt what their author called the change.
SYNONYMS = re.compile(
    "feat|feats|features?|enhancement|enh|improvement|fix|fixes|bugfix|bug|hotfix|perf"
    "|performance|optimize|optimization|refactor|refact|refactoring|cleanup|docs?"
    "|documentation|tests?|build|deps?|bump|ci|style|lint|format|fmt|chores?|maint"
    "|maintenance"
)


def label(subject: str) -> tuple[str, str] | None:
    """Return the author's type and the subject without it, if it has a prefix."""
    found = HEADER.match(subject)
    if not found or not SYNONYMS.fullmatch(found[1].lower()):
        return None
    kind = kind_of_tag(found[1])
    return (kind, subject[found.end() :]) if kind else None


def collect(clone: Path) -> list[dict]:
    """Return the rows of one repository."""
    (repository, _) = open_repository(clone, clone.parent, refresh=False)
    command = ["git", "-C", str(clone), "rev-list", "--no-merges", f"-n{READ}", "HEAD"]
    shas = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = []
    width = len(gitlog.FIELDS)
    printed = repository.messages(shas.split()).split(b"\0")
    for at in range(0, len(printed) - 1, width):
        raw = dict(zip(gitlog.FIELDS, printed[at : at + width], strict=True))
        name, email, message = (
            gitlog.decode(raw[field])
            for field in ("author_name", "author_email", "message")
        )
        subject, body = gitlog.message_parts(message)
        named = None if is_bot(name, email) else label(subject)
        if named and not re.match(r"(?i)revert\b", named[1]):
            found.append((raw["sha"].decode(), *named, subject, body[:20_000]))
        if len(found) == CAP:
            break
    found.reverse()
    patches = repository.diffs([row[0] for row in found], context=3, limit=LIMIT)
    return [
        {
            "sha": sha,
            "label": kind,
            "subject": text,
            "original": subject,
            "body": body,
            "files": [touched(file) for file in read_patch(patch)],
            "patch": zlib.compress(patch[:PATCH], 1),
        }
        for (sha, patch), (_, kind, text, subject, body) in zip(
            patches, found, strict=True
        )
    ]


def touched(file: FileDiff) -> tuple[str, str, int, int]:
    """Return path, status, lines added and lines removed."""
    body = b"\n" + file.body
    return file.path, file.status, body.count(b"\n+"), body.count(b"\n-")


def main() -> None:
    """Collect what is not collected yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clones", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*")
    given = parser.parse_args()
    table = tomllib.loads((Path(__file__).parent / "repositories.toml").read_text())
    names = [name for part in table.values() for name in part]
    given.out.mkdir(parents=True, exist_ok=True)
    for name in given.only or names:
        target = given.out / f"{name.replace('/', '+')}.pickle"
        places = (
            given.clones / name.replace("/", "+"),
            given.clones / name.replace("/", "+") / "repo",
            given.clones / f"{name.rpartition('/')[2]}.git",
        )
        clone = next((place for place in places if place.exists()), None)
        if target.exists() or clone is None:
            print(f"{name}: {'kept' if clone else 'no clone'}")
            continue
        began = time.time()
        rows = collect(clone)
        target.write_bytes(pickle.dumps(rows))
        print(f"{name}: {len(rows)} commits, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
