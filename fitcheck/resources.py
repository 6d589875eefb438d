"""Where the data files are: beside the package once installed, at the top of the checkout before.

An editable install does not contain files that the build moves into the package, so both places are
tried; a frozen program unpacks the package and its data as an installation does. Standard library only,
because the window reads its colours from here before its first paint.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fitcheck.errors import EnvironmentLacksError


@cache
def root() -> Path:
    """The folder that holds ``catalog/``, ``icons/``, ``look/`` and the other data.

    Raises EnvironmentLacksError (``no_resources``) where the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "resources", package.parent / "resources"):
        # Another program may have left a folder of that name beside the installed package.
        if (folder / "catalog").is_dir():
            return folder
    raise EnvironmentLacksError(
        "no_resources", "FitCheck's data files are missing; installing it again brings them back."
    )
