"""Before anything else in the frozen program: what it starts gets the environment that the person gave.

PyInstaller's starter points the loader of shared libraries at the bundle. A driver's tool or another Python that
inherits that would load FitCheck's libraries in place of its own.
"""

import os


def _clean() -> None:
    given = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if given is not None:
        os.environ["LD_LIBRARY_PATH"] = given
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    # Another start of this program is a start like the first one: PyInstaller sets up all it needs again.
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]


_clean()
