"""What facts say of a commit that its users would notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .paths import category

if TYPE_CHECKING:
    import pandas as pd

#: Where facts are about the product: elsewhere nobody depends on a name.
_PRODUCT = frozenset({"code", "config", "build", "dependency"})

#: Kinds of facts: points of the first, of each further one, the most, and words.
WORTH: dict[str, tuple[float, float, float, str]] = {
    "default_changed": (8, 2, 13, "changes the default of {}"),
    "option_removed": (12, 2, 16, "removes the option {}"),
    "env_removed": (10, 2, 14, "removes the environment variable {}"),
    "config_removed": (7, 1, 11, "removes the setting {}"),
    "platform_changed": (8, 2, 12, "asks for another version of {}"),
    "deprecated": (7, 1, 10, "deprecates {}"),
    "symbol_removed": (4, 1, 8, "removes the public name {}"),
    "symbol_changed": (3, 0.5, 6, "changes the signature of {}"),
    "schema_changed": (4, 1, 7, "changes the schema {}"),
    "migration": (10, 1, 12, "brings the migration {}"),
    "option_added": (6, 1, 10, "adds the option {}"),
    "env_added": (5, 1, 8, "adds the environment variable {}"),
    "config_added": (3, 0.5, 6, "adds the setting {}"),
    "symbol_added": (2, 0.5, 7, "adds the public name {}"),
    "dependency_added": (4, 1, 6, "adds the dependency {}"),
    "dependency_removed": (3, 1, 5, "removes the dependency {}"),
}
#: Those that somebody else's code or set-up can depend on.
_VISIBLE = frozenset(WORTH) - {
    *("symbol_added", "config_added", "config_removed", "deprecated"),
    *("dependency_added", "dependency_removed", "platform_changed"),
}


@dataclass(slots=True)
class Interface:
    """The facts of one commit that count, by kind, in their order."""

    names: dict[str, list[str]] = field(default_factory=dict)
    only: str = ""  # what the whole commit is, if that is one mechanical change

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

    def parts(self) -> Iterator[tuple[float, str]]:
        """Yield points and a sentence for every kind of fact, weightiest first."""
        for kind, (first, more, most, text) in WORTH.items():
            if names := self.names.get(kind):
                points = min(most, first + more * (len(names) - 1))
                listed = ", ".join(f"'{name[:60]}'" for name in names[:3])
                rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
                yield points, text.format(listed + rest)


#: No facts, or facts were not gathered.
NOTHING = Interface()


def interfaces(facts: pd.DataFrame | None) -> dict[tuple[str, str], Interface]:
    """Sort the facts that count by commit; none if they were not gathered."""
    if facts is None:
        return {}
    found: dict[tuple[str, str], Interface] = defaultdict(Interface)
    columns = ("repo", "sha", "kind", "name", "path")
    for repo, sha, kind, name, path in zip(
        *(facts[column].tolist() for column in columns), strict=True
    ):
        if kind == "mechanical":
            found[repo, sha].only = str(name)
        elif kind in WORTH and (
            not isinstance(path, str) or category(path) in _PRODUCT
        ):
            names = found[repo, sha].names.setdefault(kind, [])
            if name not in names:
                names.append(str(name))
    return dict(found)
