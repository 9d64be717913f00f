"""Where commitlens keeps what it fetched, read and wrote."""

from __future__ import annotations

import os
from pathlib import Path

#: The branch of a mirror: what the remote's HEAD was at the last fetch. Asking
#: for HEAD, not for a name, notices a default branch that moved.
MIRROR_HEAD = "refs/commitlens/head"


def data_folder(data: str | os.PathLike[str] | None = None) -> Path:
    """Return the data folder: mirrors, history, analyses and reports live there.

    Parameters
    ----------
    data : path-like, optional
        The folder. Left out: ``COMMITLENS_DATA`` of the environment, else
        ``data/`` of the working directory when that exists, else the user's
        data folder. Nothing is created here.
    """
    given = data or os.environ.get("COMMITLENS_DATA")
    if given:
        return Path(os.path.expanduser(given)).absolute()
    here = Path("data")
    if here.is_dir():
        return here.absolute()
    from platformdirs import user_data_path

    return user_data_path("commitlens", appauthor=False)
