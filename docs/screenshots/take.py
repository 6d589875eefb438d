"""Takes the pictures of README and guide: the window on recorded and imagined machines, in English and Chinese.

    python docs/screenshots/take.py [NAME]

Needs no screen; a few minutes on two cores. A font with Chinese characters has to be installed. Look at the pictures
before keeping them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

DESKTOP = "rtx-4090-128gb"
R1 = ("deepseek-r1-671b", "Q4_K_M")
SETTLED_MS = 6000
"""What a choice of R1 takes until its curves and cards are there."""


def main(only: str = "") -> int:
    """Take all pictures whose name has ``only`` in it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import translations
    from PySide6.QtWidgets import QApplication

    from fitcheck.gui.style import FitStyle
    from tests.bench.contact_sheets import picture_of

    translations.build()
    app = QApplication(["take"])
    app.setStyle(FitStyle())
    for name, (prepare, size, themes, languages) in pictures().items():
        for theme in themes:
            for language in languages:
                file = FOLDER / (f"{name}-{theme}.png" if len(themes) > 1 else f"{name}.{language}.png")
                if only in file.name:
                    _save(picture_of(DESKTOP, prepare, theme, language, size), file)
    return 0


def pictures() -> dict[str, tuple[Callable[[Any], None], tuple[int, int], tuple[str, ...], tuple[str, ...]]]:
    """Name -> what a person does, size of the window, palettes, languages."""
    both, guide = ("en", "zh"), (1120, 720)
    return {
        "fit": (lambda window: None, (1280, 800), ("light", "dark"), ("en",)),
        "r1": (_choose, (1280, 860), ("light", "dark"), ("en",)),
        "first-answer": (lambda window: None, guide, ("light",), both),
        "what-if": (_imagine, guide, ("light",), both),
        "choice": (_choose, (1280, 860), ("light",), both),
        "verify": (_verify, guide, ("light",), both),
    }


def _imagine(window: Any) -> None:
    from fitcheck.gui.what_if import Imagined

    window.start_what_if()
    window.what_if.imagine(Imagined(("GeForce RTX 4090",), 512, "8x DDR5-4800"))
    _settle()
    window.page.show_cell(*R1)


def _choose(window: Any) -> None:
    _imagine(window)
    window.page.show_choice()
    _settle()


def _verify(window: Any) -> None:
    window.page.show_cell("deepseek-r1-distill-qwen-32b", "IQ4_XS")
    window.show_page("verify")


def _settle() -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(SETTLED_MS, loop.quit)
    loop.exec()


def _save(picture: Any, file: Path) -> None:
    """With the 256 colours that most points have: the rest are shades at the edges of letters."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QImageWriter

    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    points = Counter(memoryview(image.constBits()).cast("I"))
    colours = [colour for colour, _ in points.most_common(256)]
    plain = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    writer = QImageWriter(str(file), b"png")
    writer.setCompression(100)
    if not writer.write(image.convertToFormat(QImage.Format.Format_Indexed8, colours, plain)):
        raise OSError(writer.errorString())
    sys.stdout.write(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
