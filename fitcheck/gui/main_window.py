"""What the window holds: machine strip, tabs, and the page that answers.

Made after the first paint and put into the shell (``shell.py``), which is the top-level window; made anew when the
language changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fitcheck.errors import RequestError
from fitcheck.gui.dresser import Dresser
from fitcheck.gui.language import LANGUAGES, chosen_language, said
from fitcheck.gui.later_pages import LaterPages
from fitcheck.gui.own_files import OwnFileReader, dropped_file
from fitcheck.gui.readings import REPLAN_BYTES, moved_bytes
from fitcheck.gui.stops import go_on, next_area, stops
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.gui.what_if import WhatIf, imagined_from
from fitcheck.gui.widgets.machine_details import DetailsOpener
from fitcheck.gui.widgets.machine_strip import MachineStrip
from fitcheck.gui.widgets.nav_bar import NavBar
from fitcheck.gui.widgets.notice_bar import NoticeBar
from fitcheck.gui.window_menu import WindowMenu

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.gui.fixes import MachineChange
    from fitcheck.gui.widgets.search_box import Found, SearchBox
    from fitcheck.gui.widgets.what_if_panel import WhatIfPanel
    from fitcheck.settings import Settings

_STRIP_MAX = 320
"""The strip at its widest, in device-independent pixels (grid of the look)."""

PAGES = ("fit", "sheet", "verify", "report", "settings")
"""Pages in the order of their tabs, as the settings name them."""

MakePage = Callable[[Theme, "Settings", QWidget], Any]
"""Makes the Fit page (``pages/fit.py``): theme, settings and parent in, the page out."""


class MainWindow(QWidget):
    """All of the window. ``settings_changed`` carries what is to be kept; ``look_again`` asks for a new probe.

    ``answered`` follows once the page is full for all that is known; ``theme_changed`` goes to what is not its own.
    """

    look_again = Signal()
    answered = Signal()
    settings_changed = Signal(object)
    theme_changed = Signal(object)

    def __init__(
        self, theme: Theme, settings: Settings, make_page: MakePage, strip_width: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._seen: Machine | None = None
        self._final = False
        self._planned_for: Machine | None = None
        self._search: SearchBox | None = None
        self.details = DetailsOpener(self)
        self.details.look_again.connect(self.look_again)
        self._what_if_panel: WhatIfPanel | None = None
        self._dresser = Dresser(self, self._themed)
        self._dresser.changed.connect(self.theme_changed)
        self.what_if = WhatIf(self)
        self.what_if.changed.connect(self._show_machine)
        self._lay_out(make_page, strip_width or theme.size("machine_strip_width"))
        self._add_menu()
        self._add_keys()
        self.own_files = OwnFileReader(self)
        self.own_files.read.connect(self._on_own_file)
        self.own_files.report_read.connect(self.others.open_report)
        for wanted in (self.menu.open_file.triggered, self.others.open_file_wanted):
            wanted.connect(self.own_files.ask)
        self.own_files.failed.connect(lambda sentence: self.notice.say(said(sentence)))
        self.setAcceptDrops(True)
        self.show_page(settings.page)

    @property
    def theme(self) -> Theme:
        """The palette in use."""
        return self._theme

    @property
    def page_name(self) -> str:
        """The page that is shown."""
        return PAGES[self.nav.tabs.currentIndex()]

    def set_machine(self, machine: Machine, final: bool) -> None:
        """Show a machine and plan for it; ``final`` when the probe has nothing more to say."""
        self._seen, self._final = machine, final
        self._allow_what_if(True)
        self.others.set_machine(machine)
        self.details.follow(machine)
        if self.what_if.current is None:
            self.strip.set_machine(machine, final)
            self._plan_anew()

    def follow_live(self, machine: Machine) -> None:
        """Show new readings; plan anew only where so much memory came or went that an answer may change."""
        self._seen = machine
        self.details.follow(machine)
        if self.what_if.current is not None:
            return
        self.strip.set_live(machine)
        now, planned_for = self.strip.planned_machine, self._planned_for
        if now is not None and planned_for is not None and moved_bytes(planned_for, now) > REPLAN_BYTES:
            self._plan_anew()

    def set_looking(self) -> None:
        """The machine is being looked at (again)."""
        self._final = False
        if self.what_if.current is None:
            self.strip.set_looking()

    def set_failed(self, reason: str) -> None:
        """This machine could not be looked at; one that is imagined does not need that."""
        if self.what_if.current is None:
            self.strip.set_failed(reason)

    def set_theme(self, theme: Theme, *, soon: bool = False) -> None:
        """Take another palette, everywhere; ``soon``: in steps, so that nothing stops."""
        self._theme = theme
        (self._dresser.soon if soon else self._dresser.now)(theme)

    def _themed(self) -> Iterator[Any]:
        parts = (self.strip, self.nav, self.notice, self.page, self.others, self._what_if_panel, self._search)
        return (part for part in parts if part is not None)

    def follow_system(self) -> None:
        """The system's scheme changed: follow it unless a palette was chosen."""
        if self._settings.theme == "system":
            self.set_theme(load_theme("system"), soon=True)

    def take_over(self, other: MainWindow) -> None:
        """Go on where another window stopped: its machine and what was imagined; all else is in the settings."""
        other._dresser.finish(other.theme)
        if other.others.own_file is not None:
            self.page.own_row.file = other.others.own_file
        if other._seen is not None:
            self.set_machine(other._seen, other._final)
        self.what_if.take_over(other.what_if)
        self.others.take_over(other.others)

    def show_page(self, name: str) -> None:
        """Go to a page by its name."""
        self.nav.tabs.setCurrentIndex(PAGES.index(name))

    def open_search(self) -> None:
        """Ask for a model, a quantization or a card."""
        from fitcheck.gui.widgets.search_box import SearchBox

        if self._search is None:
            self._search = SearchBox(self._theme, self)
            self._search.chosen.connect(self._go_to)
        self._search.open_for(self._seen)

    def start_what_if(self) -> None:
        """Imagine a machine, at first the one that is here."""
        if self.what_if.current is None:
            self.what_if.imagine(imagined_from(self._seen))
        panel = self._need_what_if_panel()
        panel.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def _imagine_change(self, change: MachineChange) -> None:
        """A button of the choice that needs another machine."""
        try:
            self.what_if.imagine((self.what_if.current or imagined_from(self._seen)).changed(change))
        except RequestError as error:
            self.notice.say(said(error.message))

    def change(self, **values: Any) -> None:
        """Take new values of settings and show what follows from them."""
        self._settings = replace(self._settings, **values)
        self.settings_changed.emit(values)
        for name, value in values.items():
            self.menu.tick(name, value)
        if "theme" in values:
            self.set_theme(load_theme(values["theme"]), soon=True)
        if "units" in values:
            self._show_units()
        if "margin_bytes" in values:
            self.page.set_margin_bytes(values["margin_bytes"])
        if "models_folder" in values:
            self.look_again.emit()
        if "cards_left_out" in values and self.what_if.current is None:
            self.strip.leave_out(values["cards_left_out"])
            self._plan_anew()
        if "runtime" in values:
            self.page.set_runtime(values["runtime"])
        self.others.set_settings(self._settings)

    def _lay_out(self, make_page: MakePage, strip_width: int) -> None:
        """Make everything from the outside in: a widget that changes its parent later is styled twice."""
        theme, settings = self._theme, self._settings
        if self.parentWidget() is not None:
            self.resize(self.parentWidget().size())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        whole.addWidget(self.splitter)
        right = QWidget(self.splitter)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        names = (self.tr("Fit"), self.tr("Model sheet"), self.tr("Verify"), self.tr("Report"), self.tr("Settings"))
        self.nav = NavBar(theme, names, right)
        self.notice = NoticeBar(theme, right)
        self._pages = QStackedWidget(right)
        for widget, stretch in ((self.nav, 0), (self.notice, 0), (self._pages, 1)):
            column.addWidget(widget, stretch)
        self.page: Any = make_page(theme, settings, self._pages)
        """The Fit page."""
        self._pages.addWidget(self.page)
        self.others = LaterPages(theme, settings, self._pages)
        self.others.settings_changed.connect(lambda values: self.change(**values))
        self.others.open_in_fit.connect(self._open_in_fit)
        self.others.noticed.connect(self.notice.say)
        self.others.page_wanted.connect(self.show_page)
        self.strip = MachineStrip(theme, self.splitter)
        self.strip.setMinimumWidth(theme.size("machine_strip_min"))
        self.strip.setMaximumWidth(round(_STRIP_MAX * theme.scale))
        self.splitter.insertWidget(0, self.strip)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([strip_width, max(1, self.width() - strip_width - 1)])
        self.strip.leave_out(settings.cards_left_out)
        self.strip.cards_changed.connect(self._on_cards_changed)
        self.strip.what_if_clicked.connect(self.start_what_if)
        self.strip.details_wanted.connect(self._open_details)
        self.nav.tabs.currentChanged.connect(self._on_tab)
        self.page.filled.connect(self._on_filled)
        self.page.choice_changed.connect(self._on_choice)
        self.page.what_if_wanted.connect(self._imagine_change)
        self.page.verify_wanted.connect(lambda: self.show_page("verify"))
        self.page.offer_what_if()
        self.page.settings_changed.connect(lambda values: self.change(**values))

    def _add_menu(self) -> None:
        self.menu = menu = WindowMenu(self)
        menu.look_again.triggered.connect(self.look_again)
        menu.details.triggered.connect(self._open_details)
        menu.save_report.triggered.connect(self.others.save_report)
        self.page.report_wanted.connect(lambda: self.show_page("report"))
        menu.search.triggered.connect(self.open_search)
        menu.what_if.triggered.connect(self.start_what_if)
        menu.undo.triggered.connect(self.what_if.undo)
        menu.redo.triggered.connect(self.what_if.redo)
        menu.settings.triggered.connect(lambda: self.show_page("settings"))
        menu.quit.triggered.connect(lambda: self.window().close())
        menu.on_value(lambda name, value: self.change(**{name: value}))
        for name in ("theme", "language", "units"):
            menu.tick(name, getattr(self._settings, name))
        self.what_if.changed.connect(self._enable_steps)
        self._enable_steps()
        self._allow_what_if(False)
        self.addActions(list(menu.keyed()))
        self.nav.set_menu(menu)
        spoken = chosen_language(self._settings.language)
        other = next(code for code in LANGUAGES if code != spoken)
        self.nav.set_language(LANGUAGES[spoken], LANGUAGES[other])
        self.nav.language_clicked.connect(lambda: self.change(language=other))
        self.nav.units_clicked.connect(lambda: self.change(units="GB" if self._settings.units == "GiB" else "GiB"))
        self.nav.search_clicked.connect(self.open_search)
        self._show_units()

    def _add_keys(self) -> None:
        keys: list[tuple[str, Callable[[], Any]]] = [
            ("F10", self.nav.open_menu), ("F6", self._jump), ("Ctrl+L", self._go_to_slider),
        ]  # fmt: skip
        keys += [(f"Ctrl+{place + 1}", lambda name=name: self.show_page(name)) for place, name in enumerate(PAGES)]
        for key, slot in keys:
            QShortcut(QKeySequence(key), self, slot)

    def _allow_what_if(self, allowed: bool) -> None:
        """There must be a machine to come back to."""
        self.strip.what_if.setEnabled(allowed)
        self.menu.what_if.setEnabled(allowed)

    def _open_details(self) -> None:
        self.details.open(self._theme, self._settings.units, self._seen)

    def _enable_steps(self) -> None:
        self.menu.undo.setEnabled(self.what_if.can_undo)
        self.menu.redo.setEnabled(self.what_if.can_redo)

    def _on_own_file(self, file: OwnFile) -> None:
        self.others.own_file = file
        self.show_page("fit")
        self.page.show_own_file(file)

    def _show_units(self) -> None:
        units = self._settings.units
        self.nav.set_units(units)
        self.strip.set_units(units)
        self.page.set_units(units)

    def _on_cards_changed(self) -> None:
        if self.what_if.current is None:
            self.change(cards_left_out=tuple(sorted(self.strip.left_out)))
        else:
            self._plan_anew()

    def _on_choice(self, plan: Plan | None) -> None:
        self.strip.set_choice(plan)
        self.others.follow(plan, imagined=self.what_if.current is not None)

    def _on_tab(self, place: int) -> None:
        name = PAGES[place]
        if name != self._settings.page:
            self.change(page=name)
        self._pages.setCurrentWidget(self.page if name == "fit" else self.others.page(name))

    def _open_in_fit(self, model_id: str, type_id: str) -> None:
        self.show_page("fit")
        self.page.show_cell(model_id, type_id)

    def _go_to(self, found: Found) -> None:
        """What was chosen in the search."""
        if found.kind == "model":
            self.show_page("sheet")
            self.others.page("sheet").show_model(found.model_id)
        elif found.kind == "type":
            self._open_in_fit(found.model_id, found.type_id)
        elif found.kind == "own card":
            self.what_if.imagine(None)
            self.strip.focus_card(found.card)
        else:
            self.what_if.imagine((self.what_if.current or imagined_from(None)).with_card(found.card))
            self._need_what_if_panel().cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def _need_what_if_panel(self) -> WhatIfPanel:
        from fitcheck.gui.widgets.what_if_panel import WhatIfPanel

        if self._what_if_panel is None:
            self._what_if_panel = WhatIfPanel(self._theme, self.what_if, self.strip)
            self._what_if_panel.refused.connect(self.notice.say)
            self.strip.set_head(self._what_if_panel)
        return self._what_if_panel

    def _show_machine(self) -> None:
        """The machine that is imagined now, or this one again."""
        imagined = self.what_if.current
        if imagined is not None:
            self._need_what_if_panel()
            self.strip.set_machine(imagined.machine(), True)
        elif self._seen is not None:
            self.strip.set_machine(self._seen, self._final)
        self.strip.set_imagined(imagined is not None)
        self._plan_anew()

    def _go_to_slider(self) -> None:
        self.show_page("fit")
        self.page.focus_slider()

    def _jump(self) -> None:
        """Move the focus between strip, page and choice."""
        next_area((self.strip, *(self.page.areas if self.page_name == "fit" else (self._pages,))))

    def _plan_anew(self) -> None:
        machine = self.strip.planned_machine
        self._planned_for = machine
        if machine is not None:
            self.page.set_machine(machine, self._final or self.what_if.current is not None)

    def _on_filled(self) -> None:
        if self._final:
            self.answered.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._search is not None and not self._search.isHidden():
            return go_on(tuple(stops(self._search)), forward=forward)
        tabs, *buttons = stops(self.nav)
        return go_on((tabs, *stops(self.notice), *stops(self._pages), *stops(self.strip), *buttons), forward=forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.own_files.open(path)
