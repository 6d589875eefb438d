"""What can be missing before a window exists, each in one sentence that names the package to install.

Standard library only: this runs when Qt does not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from fitcheck.errors import EnvironmentLacksError

PACKAGES: Mapping[str, tuple[str, str]] = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
}
"""Library Qt loads -> its package on Debian and Ubuntu, and on Fedora (both distributions' package lists)."""


def require_display(environment: Mapping[str, str], platform: str = sys.platform) -> None:
    """Raise EnvironmentLacksError (``no_display``) where no window could ever appear.

    Windows and macOS always have one; elsewhere X11 or Wayland says so, and ``QT_QPA_PLATFORM`` overrides both.
    """
    if platform in ("win32", "darwin"):
        return
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise EnvironmentLacksError(
            "no_display", "There is no display here to open a window on; `fitcheck plan` answers in the terminal."
        )


def missing_library(error: ImportError) -> EnvironmentLacksError:
    """A failed import of Qt as a sentence that says what to install."""
    text = str(error)
    for library, (debian, fedora) in PACKAGES.items():
        if library in text:
            return EnvironmentLacksError(
                "no_qt_library",
                f"The window needs {library}; install the package {debian} (Debian, Ubuntu) or {fedora} (Fedora).",
            )
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith(("PySide6", "shiboken6")):
        return EnvironmentLacksError("no_qt", "The window needs the Python package PySide6-Essentials.")
    return EnvironmentLacksError("no_qt_library", f"The window's libraries do not load: {text}.")


class QtVoice:
    """Qt's own messages: warnings go to standard error, and a failed start ends in one sentence.

    Qt aborts the process when no platform plugin loads; it calls the message handler first, and that is
    the last moment to say something readable and to end with the exit code of a missing environment.
    """

    def __init__(self) -> None:
        self._heard: list[str] = []

    def hear(self, level: int, text: str) -> None:
        """One message; levels are QtMsgType's: 0 debug, 1 warning, 2 critical, 3 fatal, 4 information."""
        self._heard.append(text)
        del self._heard[:-20]
        if level == 3:
            sys.stderr.write(f"fitcheck: {self._last_words(text)}\n")
            sys.stderr.flush()
            os._exit(EnvironmentLacksError.exit_code)
        # A missing plugin is said once, in the sentence above.
        if level in (1, 2) and "platform plugin" not in text:
            sys.stderr.write(f"Qt: {text}\n")

    def _last_words(self, text: str) -> str:
        if any("xcb-cursor" in line for line in self._heard):
            debian, fedora = PACKAGES["libxcb-cursor.so.0"]
            return f"The window needs libxcb-cursor; install {debian} (Debian, Ubuntu) or {fedora} (Fedora)."
        first = text.strip().splitlines()[0] if text.strip() else "no reason given"
        return f"Qt cannot open a window here: {first}"
