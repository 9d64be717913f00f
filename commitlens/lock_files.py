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


def as_text(files: pa.Table) -> tuple[pa.Table, list[str]]:
    """Return lock files whose lines were left out as text, and a sentence on them."""
    import pyarrow.compute as pc

    lines = LOCK_FILES.read_text("utf-8").splitlines()
    names = [re.escape(line.split()[0]) for line in lines if not line.startswith("#")]
    pattern = rf"(?:^|/)(?:{'|'.join(names)})$"
    of_lock = pc.or_(
        pc.match_substring_regex(files["path"], pattern),
        pc.fill_null(pc.match_substring_regex(files["old_path"], pattern), False),
    )
    skipped = pc.and_(of_lock, files["is_binary"])
    count = pc.sum(skipped).as_py() or 0
    if not count:
        return files, []
    at = files.schema.get_field_index("is_binary")
    text = pc.and_not(files["is_binary"], skipped)
    told = f"lines of {count} changes of lock files are not counted, as asked"
    return files.set_column(at, "is_binary", text), [told]
