"""What goes into the frozen program, and what PyInstaller would add that FitCheck has no use for.

Qt's plugins and libraries are a list of what stays: what a new version of Qt adds is left out until somebody needs it.
"""

from __future__ import annotations

from pathlib import PurePosixPath

QT_PLUGINS = frozenset(
    {
        # Screens: X11, Wayland, Windows, macOS, and none at all (pictures without a screen).
        "platforms/qxcb", "platforms/qwayland", "platforms/qwindows", "platforms/qcocoa", "platforms/qoffscreen",
        # Wayland: windows and the frame around them where the desktop draws none.
        "wayland-shell-integration/xdg-shell", "wayland-decoration-client/bradient",
        "wayland-decoration-client/adwaita",
        # The window's icon is an SVG.
        "iconengines/qsvgicon", "imageformats/qsvg",
        # Dead keys, and input methods such as those for Chinese.
        "platforminputcontexts/composeplatforminputcontextplugin",
        "platforminputcontexts/ibusplatforminputcontextplugin",
        # Dark or light, and the desktop's own file dialog.
        "platformthemes/qxdgdesktopportal",
        # The system's printers; without it a report is printed to a file only. Windows and macOS bring theirs.
        "printsupport/cupsprintersupport",
    }
)  # fmt: skip
"""Folder and name without ``lib`` and suffix."""

QT_LIBRARIES = frozenset({"Core", "DBus", "Gui", "OpenGL", "PrintSupport", "Svg", "WaylandClient", "Widgets", "XcbQpa"})
"""Libraries of Qt that the plugins above and the modules below link to."""

QT_MODULES = frozenset({"Core", "Gui", "PrintSupport", "Svg", "Widgets"})
"""Modules of PySide6: three of the window, Svg for the charts of a report in PDF, and PrintSupport to print it."""

QT_TRANSLATIONS = ("qtbase_zh_CN.qm", "qtbase_zh_TW.qm")

EXCLUDED_MODULES = (
    # Installed beside FitCheck while it is built, or offered by something that FitCheck never calls.
    "torch", "numpy", "gguf", "pytest", "_pytest", "hypothesis", "mypy", "PIL", "setuptools", "pkg_resources", "pip",
    "PyInstaller", "cryptography", "yaml", "dotenv", "email_validator", "eval_type_backport",
    # Parts of the standard library that need OpenSSL, SQLite, curses, readline or Tk, or that only developers use.
    "ssl", "_ssl", "_hashlib", "sqlite3", "_sqlite3", "curses", "_curses", "readline", "tkinter", "_tkinter", "idlelib",
    "lib2to3", "ensurepip", "venv", "pydoc", "doctest", "unittest", "pdb", "distutils", "turtledemo", "xmlrpc",
    "multiprocessing", "_multiprocessing", "asyncio", "_asyncio", "concurrent.futures.process",
)  # fmt: skip

BUNDLED_SYSTEM_LIBRARIES = (
    # Python itself and what its modules link to: versions differ between distributions.
    "libpython3", "libffi", "libbz2", "liblzma", "libexpat", "libuuid", "libmpdec",
    # What Qt needs for X11 and a desktop without another Qt program lacks.
    "libxcb-cursor", "libxcb-icccm", "libxcb-image", "libxcb-keysyms", "libxcb-render-util", "libxcb-util",
    "libxkbcommon",
)  # fmt: skip
"""Beginnings of the names of the building computer's libraries that travel along; all others are the system's own,
which keeps them safe and fitting to its graphics drivers."""

BUNDLE_ID = "io.github.r1-fitcheck.fitcheck"


def info_plist(version: str) -> dict[str, object]:
    """What macOS wants to know of the application: file types, oldest system, dark colours."""
    types = (("io.ggml.gguf", "GGUF model file", "gguf"),)
    return {
        "CFBundleDisplayName": "FitCheck",
        "CFBundleExecutable": "fitcheck-gui",
        "CFBundleShortVersionString": version,
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "CFBundleDocumentTypes": [
            {"CFBundleTypeName": name, "CFBundleTypeRole": "Viewer", "LSHandlerRank": "Alternate",
             "LSItemContentTypes": [kind]}
            for kind, name, _ in types
        ],
        "UTImportedTypeDeclarations": [
            {"UTTypeIdentifier": kind, "UTTypeDescription": name, "UTTypeConformsTo": ["public.data"],
             "UTTypeTagSpecification": {"public.filename-extension": [suffix]}}
            for kind, name, suffix in types
        ],
    }  # fmt: skip


def stays(name: str, source: str, site_packages: str) -> bool:
    """Whether a file that PyInstaller found goes into the bundle.

    ``name`` is its place in the bundle, ``source`` where it was found; ``site_packages`` holds the Python packages.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if "PySide6" in path.parts or "shiboken6" in path.parts:
        return _of_qt_stays(path)
    if not source.replace("\\", "/").startswith(site_packages.replace("\\", "/")) and _is_shared_library(path):
        return path.name.startswith(BUNDLED_SYSTEM_LIBRARIES)
    return ".dist-info" not in name


def _is_shared_library(path: PurePosixPath) -> bool:
    """Whether this is one of Linux' shared libraries; Python's own modules end in ``.so`` and lie in a folder."""
    return ".so" in path.name and path.parent == PurePosixPath(".")


def _of_qt_stays(path: PurePosixPath) -> bool:
    stem = path.name.split(".")[0].removeprefix("lib")
    if "plugins" in path.parts:
        return f"{path.parent.name}/{stem}" in QT_PLUGINS
    if "translations" in path.parts:
        return path.name in QT_TRANSLATIONS
    if stem.startswith("Qt6"):
        return stem.removeprefix("Qt6") in QT_LIBRARIES
    if stem.startswith("Qt") and path.parent.name == "PySide6":
        return stem.removeprefix("Qt") in QT_MODULES
    # Rendering in software is for OpenGL, which the window does not use.
    return stem not in {"opengl32sw", "QtNetwork"}
