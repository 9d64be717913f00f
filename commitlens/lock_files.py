"""Lock files: large, often changed, and on request not counted.

Git is told to take them for binary, and then compares no contents. What it says
of them is put right here: they are text whose lines nobody counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .repository import LOCK_FILES

if TYPE_CHECKING:
    import pyarrow as pa


def as_text(files: pa.Table, lead: int) -> tuple[pa.Table, list[str]]:
    """Return lock files whose lines were left out as text, and a sentence on them.

    It tells of the commits that follow the first `lead`.
    """
    import pyarrow.compute as pc

    lines = LOCK_FILES.read_text("utf-8").splitlines()
    names = [re.escape(line.split()[0]) for line in lines if not line.startswith("#")]
    pattern = rf"(?:^|/)(?:{'|'.join(names)})$"
    of_lock = pc.or_(
        pc.match_substring_regex(files["path"], pattern),
        pc.fill_null(pc.match_substring_regex(files["old_path"], pattern), False),
    )
    skipped = pc.and_(of_lock, files["is_binary"])
    at = files.schema.get_field_index("is_binary")
    text = pc.and_not(files["is_binary"], skipped)
    count = pc.sum(pc.and_(skipped, pc.greater_equal(files["commit"], lead))).as_py()
    changes = "1 change" if count == 1 else f"{count} changes"
    told = f"lines of {changes} of lock files are not counted, as asked"
    return files.set_column(at, "is_binary", text), [told] if count else []
