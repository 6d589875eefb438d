"""A report in words: what is said in which order, for one choice, a comparison and a matrix."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fitcheck.core.report import Cell, ChoiceReport, MachineFacts, Report
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import format_bandwidth, format_tokens
from fitcheck.core.verdict import VERDICTS
from fitcheck.export.choice_blocks import ChoiceBlocks
from fitcheck.export.document import Block, Bullets, Document, Facts, Grid, Heading, Legend, Paragraph, Table
from fitcheck.export.words import VERDICT_SIGNS, Words


def document(report: Report, words: Words) -> Document:
    """The whole report in one language."""
    return _Composer(report, words).document()


def machine_line(machine: MachineFacts, words: Words) -> str:
    """A machine in a few words: its cards and its RAM."""
    names = [card.name for card in machine.cards]
    cards = " + ".join(f"{names.count(one)}× {one}" if names.count(one) > 1 else one for one in dict.fromkeys(names))
    tr, ram_bytes = words.tr, machine.ram_bytes
    ram = tr("RAM unknown") if ram_bytes is None else tr("{0} of RAM").format(words.size(ram_bytes))
    parts = [cards or tr("no graphics card"), ram]
    if machine.what_if:
        parts.append(tr("an imagined machine"))
    return " · ".join(parts)


class _Composer:
    def __init__(self, report: Report, words: Words) -> None:
        self._report, self._words, self._tr = report, words, words.tr
        self._blocks = ChoiceBlocks(report, words)

    def document(self) -> Document:
        report, words, tr = self._report, self._words, self._words.tr
        one = report.choices[0] if report.kind == "choice" else None
        titles = {
            "choice": tr("Will {0} run?"),
            "comparison": tr("Which of these runs best?"),
            "matrix": tr("What runs on this machine?"),
        }
        bodies = {"choice": self._of_choice, "comparison": self._of_comparison, "matrix": self._of_matrix}
        date = datetime.fromisoformat(report.date)
        return Document(
            title=titles[report.kind].format(f"{one.name} {one.quant}" if one else ""),
            subtitle=machine_line(report.machine, words),
            language=words.tag,
            verdict=one.verdict if one else "",
            badge=words.verdict(one.verdict) if one else "",
            blocks=tuple(bodies[report.kind]()),
            foot=tr("FitCheck {0}, {1}").format(report.version, f"{date:%Y-%m-%d %H:%M}"),
        )

    def _of_choice(self) -> Iterator[Block]:
        choice, blocks, tr = self._report.choices[0], self._blocks, self._words.tr
        yield Paragraph(self._words.join(*blocks.answer(choice)), "lead")
        yield from blocks.key_facts(choice)
        yield Heading(tr("Memory"))
        yield from blocks.memory(choice)
        yield Heading(tr("Where it lies"))
        yield from blocks.placement(choice)
        yield from blocks.speed(choice)
        if choice.commands:
            yield Heading(tr("Run it"))
            yield from blocks.commands(choice)
        yield Heading(tr("What would make it better") if choice.verdict != "no" else tr("What would make it fit"))
        yield from blocks.better(choice)
        yield from blocks.cards(choice)
        yield from blocks.quality(choice)
        yield from blocks.verification(choice)
        yield from self._machine()
        yield from blocks.origins(choice)

    def _of_comparison(self) -> Iterator[Block]:
        words, tr, blocks = self._words, self._words.tr, self._blocks
        choices = self._report.choices
        yield Paragraph(words.join(*self._comparison_answer(choices)), "lead")
        head = (
            tr("model"), tr("type"), tr("runs"), tr("{0} in all").format(words.unit), tr("tokens/s"),
            tr("file, {0}").format(words.unit), tr("score"), tr("loss"),
        )  # fmt: skip
        yield Table(head, tuple(self._comparison_row(one) for one in choices), 3, tuple(one.verdict for one in choices))
        for one in choices:
            yield Heading(f"{one.name} {one.quant}")
            yield Paragraph(words.join(*blocks.answer(one)))
            yield from blocks.memory(one, contexts=False)
            yield from blocks.placement(one)
            yield from blocks.speed(one, 3)
            if one.commands:
                yield from blocks.commands(one, first_only=True)
            yield from blocks.cards(one, 3)
        yield from self._machine()
        yield from blocks.origins(choices[0])

    def _comparison_answer(self, choices: tuple[ChoiceReport, ...]) -> Iterator[str]:
        tr = self._words.tr
        running = [one for one in choices if one.decode is not None and one.verdict != "disk"]
        context = format_tokens(self._report.context)
        if not running:
            yield tr("None of these {0} runs from memory here, with {1} of context.").format(len(choices), context)
            return
        text = tr("{0} of these {1} run from memory here, with {2} of context.")
        yield text.format(len(running), len(choices), context)
        fastest = max(running, key=lambda one: one.decode.expected if one.decode else 0)
        assert fastest.decode is not None
        said = tr("The fastest is {0}: {1}.")
        yield said.format(f"{fastest.name} {fastest.quant}", self._words.speed(fastest.decode))

    def _comparison_row(self, one: ChoiceReport) -> tuple[str, ...]:
        words, quality = self._words, one.quality
        score = "–" if quality is None or quality.score_percent is None else f"{quality.score_percent:g}"
        loss = words.loss(quality.loss) if quality is not None and quality.loss else "–"
        return (
            one.name, one.quant, words.verdict(one.verdict), words.bare(one.total_bytes), words.span(one.decode),
            words.bare(one.download_bytes), score, loss,
        )  # fmt: skip

    def _of_matrix(self) -> Iterator[Block]:
        words, tr, report = self._words, self._words.tr, self._report
        yield Paragraph(words.join(*self._matrix_answer()), "lead")
        yield Heading(tr("Every model by every quantization"))
        yield Legend(tuple((f"verdict.{one}.solid", f"{VERDICT_SIGNS[one]} {words.verdict(one)}") for one in VERDICTS))
        yield self._grid()
        yield Paragraph(
            tr("Each cell: {0} it takes in all, and tokens per second or what it lacks.").format(words.unit), "small"
        )
        if report.left_out:
            text = tr("Left out, because their limit is below {0} of context: {1}.")
            yield Paragraph(text.format(format_tokens(report.context), ", ".join(report.left_out)), "small")
        yield from self._machine()
        yield from self._blocks.method()

    def _matrix_answer(self) -> Iterator[str]:
        words, tr, report = self._words, self._words.tr, self._report
        counted = [one.verdict for one in report.cells]
        runs = sum(counted.count(one) for one in VERDICTS[:3])
        text = tr("{0} of {1} files run from memory here with {2} of context, {3} of them all on the GPU.")
        context = format_tokens(report.context)
        best = None if report.best is None else report.cells[report.best]
        if best is not None and best.decode is not None:
            said = tr("Recommended: {0}, {1}, {2}.")
            yield said.format(f"{best.name} {best.quant}", words.verdict(best.verdict), words.speed(best.decode))
        yield text.format(runs, len(counted), context, counted.count("gpu"))

    def _grid(self) -> Grid:
        cells = self._report.cells
        columns = tuple(dict.fromkeys(one.quant for one in cells))
        rows: dict[str, dict[str, Cell]] = {}
        for one in cells:
            rows.setdefault(one.name, {})[one.quant] = one
        return Grid(
            columns,
            tuple(
                (name, tuple(self._grid_cell(found[one]) if one in found else ("", "", "") for one in columns))
                for name, found in rows.items()
            ),
        )

    def _grid_cell(self, cell: Cell) -> tuple[str, str, str]:
        words = self._words
        if cell.decode is None:
            second = words.tr("lacks {0}").format(words.bare(cell.lacking_bytes))
        else:
            second = words.tr("{0} t/s").format(rate(cell.decode.expected))
        return cell.verdict, f"{VERDICT_SIGNS[cell.verdict]} {words.bare(cell.total_bytes)}", second

    def _machine(self) -> Iterator[Block]:
        words, tr, machine = self._words, self._words.tr, self._report.machine
        yield Heading(tr("The machine"))
        rows = []
        for card in machine.cards:
            size = tr("memory unknown") if card.memory_bytes is None else words.size(card.memory_bytes)
            free = (
                tr("free: unknown") if card.free_bytes is None else tr("{0} free").format(words.size(card.free_bytes))
            )
            parts = [card.name, size, free]
            if card.bandwidth_bytes_per_s is not None:
                parts.append(format_bandwidth(card.bandwidth_bytes_per_s))
            if not card.planned:
                parts.append(tr("not planned for"))
            rows.append((tr("Card"), ", ".join(parts)))
        rows.append((tr("RAM"), ", ".join(self._ram(machine))))
        if machine.cpu_name:
            cores = tr("{0} cores").format(machine.cpu_cores) if machine.cpu_cores else ""
            rows.append((tr("Processor"), ", ".join(filter(None, (machine.cpu_name, cores)))))
        if machine.disk_free_bytes is not None:
            rows.append((tr("Disk for models"), tr("{0} free").format(words.size(machine.disk_free_bytes))))
        if machine.os_name:
            driver = tr("driver {0}").format(machine.driver_version) if machine.driver_version else ""
            rows.append((tr("System"), ", ".join(filter(None, (machine.os_name, driver)))))
        rows.append((tr("Kept free"), tr("{0} on every device").format(words.size(self._report.margin_bytes))))
        yield Facts(tuple(rows))
        if machine.notes:
            yield Bullets(tuple(map(words.said, machine.notes)))

    def _ram(self, machine: MachineFacts) -> Iterator[str]:
        words, tr = self._words, self._words.tr
        yield tr("unknown") if machine.ram_bytes is None else words.size(machine.ram_bytes)
        if machine.ram_available_bytes is not None:
            yield tr("{0} available").format(words.size(machine.ram_available_bytes))
        if machine.ram_bandwidth_bytes_per_s is not None:
            yield format_bandwidth(machine.ram_bandwidth_bytes_per_s)
        if machine.ram_bandwidth_from:
            yield words.said(machine.ram_bandwidth_from)
