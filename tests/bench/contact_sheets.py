"""Pictures of every page in both palettes and languages, as contact sheets to look at.

    python tests/bench/contact_sheets.py FOLDER [--size 1024x680] [--scale 2]

Needs no screen. One sheet a state: light and dark across, English and Chinese down.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MACHINES = ROOT / "tests" / "data" / "machines"
LONGEST_WAIT_MS = 30_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--only", default="", help="a state's name, or a part of it")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.scale
    sys.path.insert(0, str(ROOT / "packaging"))
    import translations

    translations.build()
    options.folder.mkdir(parents=True, exist_ok=True)
    width, height = map(int, options.size.split("x"))
    _take(options.folder, (width, height), options.scale, options.only)
    return 0


def _take(folder: Path, size: tuple[int, int], scale: str, only: str) -> None:
    from PySide6.QtGui import QPainter, QPixmap
    from PySide6.QtWidgets import QApplication

    from fitcheck.gui.style import FitStyle

    app = QApplication.instance() or QApplication(["contact-sheets"])
    style = FitStyle()
    app.setStyle(style)
    for name, (machine, prepare) in _states().items():
        if only not in name:
            continue
        pictures = [
            [picture_of(machine, prepare, theme, language, size) for theme in ("light", "dark")]
            for language in ("en", "zh")
        ]
        first = pictures[0][0]
        sheet = QPixmap(2 * first.width() + 8, 2 * first.height() + 8)
        sheet.fill("#808080")
        painter = QPainter(sheet)
        for row, line in enumerate(pictures):
            for column, picture in enumerate(line):
                picture.setDevicePixelRatio(1)
                painter.drawPixmap(column * (first.width() + 8), row * (first.height() + 8), picture)
        painter.end()
        file = folder / f"{name}-{size[0]}x{size[1]}-{scale}.png"
        sheet.save(str(file))
        print(file)


def _states() -> dict[str, tuple[str | None, Callable]]:
    """Name -> the recorded machine (None: not known yet) and what a person does."""
    return {
        "looking": (None, lambda window: None),
        "fit": ("rtx-4090-128gb", lambda window: None),
        "fit-two-cards": ("rtx-3090-plus-4060ti-64gb", lambda window: None),
        "fit-laptop": ("laptop-8gb-no-gpu", lambda window: None),
        "choice": ("rtx-4090-128gb", lambda window: window.page.show_choice()),
        "sheet-r1": ("rtx-4090-128gb", _sheet("deepseek-r1-671b")),
        "sheet-32b": ("rtx-4090-128gb", _sheet("deepseek-r1-distill-qwen-32b")),
        "verify": ("rtx-4090-128gb", lambda window: window.show_page("verify")),
        "report": ("rtx-4090-128gb", lambda window: window.show_page("report")),
        "report-comparison": ("rtx-3090-plus-4060ti-64gb", _report("comparison")),
        "report-matrix": ("rtx-4090-128gb", _report("matrix")),
        "report-opened": ("rtx-4090-128gb", _opened),
        "report-nothing": (None, lambda window: window.show_page("report")),
        "settings": ("rtx-4090-128gb", lambda window: window.show_page("settings")),
        "what-if": ("laptop-8gb-no-gpu", _imagine),
        "search": ("rtx-4090-128gb", _search),
        "notice": ("rtx-4090-128gb", lambda window: window.own_files.open(str(ROOT / "README.md"))),
    }


def _sheet(model_id: str) -> Callable:
    def go(window: object) -> None:
        window.show_page("sheet")
        window.others.page("sheet").show_model(model_id)

    return go


def _report(variant: str) -> Callable:
    def go(window: object) -> None:
        window.show_page("report")
        combo = window.others.page("report").controls.variants
        combo.setCurrentIndex(combo.findData(variant))

    return go


def _opened(window: object) -> None:
    from fitcheck.export.files import read_report

    folder = Path(tempfile.mkdtemp())
    machine = str(MACHINES / "h200-x8.json")
    command = ("report", "r1@Q4_K_M", "--machine", machine, "-o", str(folder / "server.fitcheck.json"))
    subprocess.run([sys.executable, "-m", "fitcheck", *command], cwd=ROOT, check=False)
    window.others.open_report(read_report(folder / "server.fitcheck.json"), "server.fitcheck.json")
    shutil.rmtree(folder)


def _imagine(window: object) -> None:
    from fitcheck.gui.what_if import Imagined

    window.start_what_if()
    window.what_if.imagine(Imagined(("GeForce RTX 3090", "GeForce RTX 4060 Ti 16 GB"), 64, "2x DDR5-5600"))


def _search(window: object) -> None:
    window.open_search()
    window._search.field.setText("32b q4")


def _filling(window: object) -> bool:
    if window.page_name == "report":
        page = window.others.page("report")
        return page.view.isHidden() or page.view._tasks.running("show")
    return window.page_name == "sheet" and window.others.page("sheet")._tasks.running("memory")


def picture_of(machine: str | None, prepare: Callable, mode: str, language: str, size: tuple[int, int]) -> object:
    from PySide6.QtCore import QEvent, QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from fitcheck import service
    from fitcheck.gui.language import Language
    from fitcheck.gui.main_window import MainWindow
    from fitcheck.gui.pages.fit import FitPage
    from fitcheck.gui.shell import Shell
    from fitcheck.gui.theme import load_theme
    from fitcheck.settings import Settings

    speech = Language()
    speech.use(language)
    theme = load_theme(mode)  # type: ignore[arg-type]
    app = QApplication.instance()
    app.setPalette(theme.palette())
    app.setFont(theme.font("body"))
    app.setStyleSheet(theme.stylesheet())
    shell = Shell(theme)
    shell.resize(*size)
    shell.clear()
    settings = Settings(theme=mode, language=language)  # type: ignore[arg-type]
    window = MainWindow(theme, settings, FitPage, shell.strip_width, shell)
    shell.set_content(window)
    shell.show()
    loop = QEventLoop()
    QTimer.singleShot(LONGEST_WAIT_MS, loop.quit)
    if machine is not None:
        window.answered.connect(lambda: QTimer.singleShot(0, loop.quit))
        QTimer.singleShot(0, lambda: window.set_machine(service.load_machine(MACHINES / f"{machine}.json"), True))
        loop.exec()
    prepare(window)
    # Tables fill in slices, layouts settle, commands come 120 ms later.
    for _ in range(20):
        QTimer.singleShot(500, loop.quit)
        loop.exec()
        if not (window.page.filler._tasks.running("fill") or _filling(window)):
            break
    picture = shell.grab()
    shell.close()
    shell.deleteLater()
    speech.use("en")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return picture


if __name__ == "__main__":
    sys.exit(main())
