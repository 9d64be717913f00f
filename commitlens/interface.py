"""What facts say of a commit that its users would notice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .paths import category

if TYPE_CHECKING:
    import pandas as pd

#: Where facts are about the product: elsewhere nobody depends on a name.
_PRODUCT = frozenset({"code", "config", "build", "dependency"})

#: Kinds of facts that count, and what is said of them.
WORTH: dict[str, str] = {
    "default_changed": "changes the default of {}",
    "command_removed": "removes the command {}",
    "option_removed": "removes the option {}",
    "env_removed": "removes the environment variable {}",
    "config_removed": "removes the setting {}",
    "platform_changed": "asks for another version of {}",
    "deprecated": "deprecates {}",
    "symbol_removed": "removes the public name {}",
    "symbol_changed": "changes the signature of {}",
    "schema_changed": "changes the schema {}",
    "migration": "brings the migration {}",
    "command_added": "adds the command {}",
    "option_added": "adds the option {}",
    "env_added": "adds the environment variable {}",
    "config_added": "adds the setting {}",
    "symbol_added": "adds the public name {}",
    "dependency_added": "adds the dependency {}",
    "dependency_removed": "removes the dependency {}",
    "dependency_changed": "moves to another version of {}",
    "condition_changed": "decides otherwise in {}",
    "fixes_issue": "closes {}",
}
#: Kinds of facts that say what changed lines of code are.
SHARES = ("comments", "inline_tests")
#: Those that somebody else's code or set-up can depend on.
_VISIBLE = frozenset(WORTH) - {
    *("symbol_added", "config_added", "config_removed", "deprecated"),
    *("dependency_added", "dependency_removed", "platform_changed"),
    *("dependency_changed", "condition_changed", "fixes_issue"),
}


@dataclass(slots=True)
class Interface:
    """The facts of one commit that count, by kind, in their order."""

    names: dict[str, list[str]] = field(default_factory=dict)
    only: str = ""  # what the whole commit is, if that is one mechanical change
    words: tuple[list[str], list[str]] = ([], [])  # fewer in code, and more
    shares: dict[str, int] = field(default_factory=dict)  # percent of code, by kind

    @property
    def visible(self) -> bool:
        """Whether something changes that others can depend on."""
        return any(kind in _VISIBLE for kind in self.names)

    @property
    def contract(self) -> bool:
        """Whether options, variables, defaults, schemas or data change.

        Names of code come and go when it is only moved; these do not.
        """
        return any(
            kind in _VISIBLE and not kind.startswith("symbol") for kind in self.names
        )

    def sentence(self, kind: str) -> str:
        """Return what is said of the facts of one kind."""
        names = self.names.get(kind, [])
        listed = ", ".join(f"'{name[:60]}'" for name in names[:3])
        rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return WORTH[kind].format(listed + rest)


#: No facts, or facts were not gathered.
NOTHING = Interface()


def interfaces(facts: pd.DataFrame | None) -> dict[tuple[str, str], Interface]:
    """Sort the facts that count by commit; none if they were not gathered."""
    if facts is None:
        return {}
    found: dict[tuple[str, str], Interface] = defaultdict(Interface)
    columns = ("repo", "sha", "kind", "name", "path", "old", "new")
    for repo, sha, kind, name, path, old, new in zip(
        *(facts[column].tolist() for column in columns), strict=True
    ):
        if kind == "mechanical":
            found[repo, sha].only = str(name)
        elif kind == "words":
            found[repo, sha].words = (str(old).split(), str(new).split())
        elif kind in SHARES:
            found[repo, sha].shares[kind] = int(new)
        elif kind in WORTH and (
            not isinstance(path, str) or category(path) in _PRODUCT
        ):
            names = found[repo, sha].names.setdefault(kind, [])
            told = str(name if isinstance(name, str) else path)
            if told not in names:
                names.append(told)
    return dict(found)
