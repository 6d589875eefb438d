"""What tests of commands share with those of reports, which commands write: one application of Qt."""

from __future__ import annotations

from tests.export.conftest import _application

__all__ = ["_application"]
