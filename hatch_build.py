"""What the build of a wheel does beside packing: it compiles the translations (``packaging/translations.py``)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TranslationsHook(BuildHookInterface):
    """Makes ``resources/i18n/*.qm`` from the ``.ts`` files; for an editable install, too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before anything is collected."""
        sys.path.insert(0, str(Path(self.root) / "packaging"))
        import translations

        translations.build()
