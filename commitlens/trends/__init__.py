"""Small tables over time, one question each.

Each function takes a `History`, changes nothing in it, and returns a tidy
DataFrame; `docs/trends.md` has all columns in one place.

- How the work changes: `trend`; over it `rolling`, `cumulative`, `change_points`.
- Of what kind it is: `fix_share`, `revert_rate`, `breaking_rate`,
  `security_rate`, `code_with_tests`.
- How much: `churn`, `commit_sizes`; when: `rhythm`; how soon it is repaired:
  `repairs`, `time_to_fix`.
- Who: `contributors`, `ownership`.
- Where: `hotspots`, `coupling`; how old: `code_age`, `survival`.
- Between two: `compare`, of what `select`, `releases` and `combine` give.

Counts are of what landed, periods are half-open, and a number says what it is
worth: ``low`` and ``high`` around a share, ``partial`` for a period that the
history does not cover, ``small`` for what rests on fewer than 5 commits.
"""

from __future__ import annotations

from .age import code_age, survival
from .changepoints import change_points
from .comparison import ASPECTS, compare
from .counts import cumulative, rolling, trend
from .cuts import releases
from .fixes import repairs, time_to_fix
from .keys import KEYS, NO_FILES, OTHER
from .people import contributors, ownership
from .periods import FREQUENCIES, UNRELEASED
from .places import coupling, hotspots
from .rates import breaking_rate, code_with_tests, fix_share, revert_rate, security_rate
from .selection import combine, select
from .work import WEEKDAYS, churn, commit_sizes, rhythm

__all__ = [
    "ASPECTS",
    "FREQUENCIES",
    "KEYS",
    "NO_FILES",
    "OTHER",
    "UNRELEASED",
    "WEEKDAYS",
    "breaking_rate",
    "change_points",
    "churn",
    "code_age",
    "combine",
    "commit_sizes",
    "compare",
    "contributors",
    "coupling",
    "cumulative",
    "fix_share",
    "hotspots",
    "ownership",
    "releases",
    "repairs",
    "revert_rate",
    "rhythm",
    "rolling",
    "security_rate",
    "select",
    "survival",
    "code_with_tests",
    "time_to_fix",
    "trend",
]
