"""Pages that are made when somebody first goes to them: the window's start does not wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fitcheck.gui.theme import Theme

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.core.report import Report
    from fitcheck.gui.verifier import Verifier
    from fitcheck.settings import Settings


class LaterPages(QObject):
    """Model sheet, verify, report and settings. What they are told before they exist they know from the first moment.

    ``settings_changed`` carries values that a person changed on a page, ``open_in_fit`` a model and a quantization,
    ``page_wanted`` a page to show, ``noticed`` a sentence and whether it says that something is done;
    ``open_file_wanted`` follows a button that asks for a file.
    """

    settings_changed = Signal(object)
    open_in_fit = Signal(str, str)
    page_wanted = Signal(str)
    noticed = Signal(str, bool)
    open_file_wanted = Signal()

    def __init__(self, theme: Theme, settings: Settings, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._theme, self._settings, self._stack = theme, settings, stack
        self._machine: Machine | None = None
        self._plan: Plan | None = None
        self._made: dict[str, Any] = {}
        self._imagined = self._recorded = False
        self._verifier: Verifier | None = None
        self.own_file: OwnFile | None = None
        """The person's own file that the choice is, was or is about to be."""

    def page(self, name: str) -> Any:
        """A page by the name that the settings give it."""
        if name not in self._made:
            make = {
                "sheet": self._sheet, "verify": self._verify, "report": self._report_page,
                "settings": self._settings_page,
            }  # fmt: skip
            self._made[name] = make[name]()
            self._stack.addWidget(self._made[name])
        return self._made[name]

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        for page in self._made.values():
            page.set_theme(theme)

    def set_machine(self, machine: Machine) -> None:
        """This machine, never an imagined one."""
        self._machine = machine
        for page in self._those("settings"):
            page.set_machine(machine)

    def set_settings(self, settings: Settings) -> None:
        """Other values, wherever they were changed."""
        units_changed = settings.units != self._settings.units
        self._settings = settings
        for page in (*self._those("settings"), *self._those("verify"), *self._those("report")):
            page.show_settings(settings)
        for page in self._those("sheet") if units_changed else ():
            page.set_units(settings.units)

    def follow(self, plan: Plan | None, *, imagined: bool = False) -> None:
        """The choice of the Fit page; ``imagined`` where it is for a machine that is not here."""
        self._plan, self._imagined = plan, imagined
        for page in self._those("sheet"):
            page.follow(plan)
        for page in self._those("verify"):
            page.follow(plan, self._elsewhere())
        for page in self._those("report"):
            page.follow(plan, self._own_of(plan))

    def open_report(self, report: Report, name: str) -> None:
        """Show the report of a file that is called ``name``."""
        self.page_wanted.emit("report")
        self.page("report").open_report(report, name)

    def save_report(self) -> None:
        """Show the report and ask for its file."""
        self.page_wanted.emit("report")
        self.page("report").save()

    def set_recorded(self, recorded: bool) -> None:
        """Whether all machines come from a file: what they hold can not be measured here."""
        self._recorded = recorded
        for page in self._those("verify"):
            page.follow(self._plan, self._elsewhere())

    def take_over(self, other: LaterPages) -> None:
        """Go on with what another window's pages had: a verification that runs or ran, a file, an opened report."""
        self.own_file = other.own_file
        for page in other._those("report"):
            if page.opened is not None:
                self.open_report(*page.opened)
        if other._verifier is not None:
            self._hold(other._verifier)
            for page in self._those("verify"):
                page.set_verifier(other._verifier)
            other._verifier = None

    def _elsewhere(self) -> str:
        if self._recorded:
            return self.tr("The machine that is shown comes from a file.")
        return self.tr("The machine that is shown is imagined.") if self._imagined else ""

    def _hold(self, verifier: Verifier) -> Verifier:
        """Own it: it ends with the window that these pages are in."""
        verifier.setParent(self)
        verifier.ended.connect(self._on_measured)
        self._verifier = verifier
        return verifier

    def _on_measured(self) -> None:
        for page in self._those("report"):
            page.set_measured(self._verifier.found if self._verifier else None)

    def _own_of(self, plan: Plan | None) -> OwnFile | None:
        """The person's own file, where the plan is of it."""
        own = self.own_file
        return own if own is not None and plan is not None and plan.model is own.model.spec else None

    def _those(self, name: str) -> Iterator[Any]:
        """The page of that name if it has been made."""
        if name in self._made:
            yield self._made[name]

    def _sheet(self) -> QWidget:
        from fitcheck.gui.pages.sheet import SheetPage

        page = SheetPage(self._theme, self._settings.units, self._stack)
        page.follow(self._plan)
        page.open_in_fit.connect(self.open_in_fit)
        return page

    def _verify(self) -> QWidget:
        from fitcheck.gui.pages.verify import VerifyPage
        from fitcheck.gui.shell import Shell
        from fitcheck.gui.verifier import Verifier

        verifier = self._verifier
        if verifier is None:
            verifier = self._hold(Verifier())
            window = self._stack.window()
            if isinstance(window, Shell):
                window.closing.connect(verifier.stop)
        page = VerifyPage(self._theme, self._settings, verifier, self._stack)
        page.follow(self._plan, self._elsewhere())
        page.settings_changed.connect(self.settings_changed)
        page.report_wanted.connect(lambda: self.page_wanted.emit("report"))
        return page

    def _report_page(self) -> QWidget:
        from fitcheck.gui.pages.report import ReportPage

        page = ReportPage(self._theme, self._settings, self._stack)
        page.follow(self._plan, self._own_of(self._plan))
        page.set_measured(self._verifier.found if self._verifier else None)
        page.noticed.connect(self.noticed)
        page.open_wanted.connect(self.open_file_wanted)
        return page

    def _settings_page(self) -> QWidget:
        from fitcheck.gui.pages.settings import SettingsPage

        page = SettingsPage(self._theme, self._settings, self._stack)
        page.changed.connect(self.settings_changed)
        page.set_machine(self._machine)
        return page
