"""Where the layers of a choice lie: a sentence for every format, and the map of them for those with pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from fitcheck.charts.layer_map import HOST, Cell, Row, layer_map
from fitcheck.core.report import ChoiceReport, LayerRun
from fitcheck.export.document import Block, Paragraph, Picture
from fitcheck.export.drawings import WIDTH
from fitcheck.export.words import Words

Shares = tuple[tuple[str, float], ...]
"""(device, part of the bytes)."""


def layer_blocks(choice: ChoiceReport, words: Words) -> Iterator[Block]:
    """Nothing where all layers lie in RAM, which has been said already."""
    if any(device != "host" for run in choice.layers for device, _ in run.shared):
        said = _sentence(choice, words)
        yield Paragraph(said)
        cards = sum(device.kind == "gpu" for device in choice.devices)
        rows = tuple(_rows(choice, words))
        yield Picture(layer_map(rows, cards, WIDTH, said, output=words.tr("out")))


def _sentence(choice: ChoiceReport, words: Words) -> str:
    """Layers and experts by runs that lie alike."""
    tr, repeating = words.tr, choice.layers[:-1]
    experts = _runs(choice, words, [(run.count, run.routed) for run in repeating])
    shared = _runs(choice, words, [(run.count, run.shared) for run in repeating])
    if not experts:
        return tr("Layers {0}.").format(shared)
    return tr("Layers {0}; experts of layers {1}.").format(shared, experts)


def _runs(choice: ChoiceReport, words: Words, places: Sequence[tuple[int, Shares]]) -> str:
    found, layer = [], 0
    for devices, run in groupby(places, key=lambda place: tuple(device for device, _ in place[1])):
        length = sum(count for count, _ in run)
        if devices:
            span = f"{layer}–{layer + length - 1}" if length > 1 else str(layer)
            found.append(f"{span} {_place(choice, words, devices)}")
        layer += length
    return ", ".join(found)


def _place(choice: ChoiceReport, words: Words, devices: Sequence[str]) -> str:
    tr = words.tr
    if len(devices) > 1:
        return tr("parted between {0}").format(" + ".join(words.device(choice, one) for one in devices))
    return tr("in RAM") if devices[0] == "host" else tr("on {0}").format(words.device(choice, devices[0]))


def _rows(choice: ChoiceReport, words: Words) -> Iterator[Row]:
    tr, shared = words.tr, [_cell(choice, words, run.shared) for run in _each(choice)]
    yield Row(tr("attention, shared") if choice.n_experts else tr("layers"), tuple(shared[:-1]), shared[-1])
    if choice.n_experts:
        routed = tuple(_cell(choice, words, run.routed) for run in _each(choice))
        yield Row(tr("{0} experts each").format(choice.n_experts), routed[:-1], None)


def _each(choice: ChoiceReport) -> Iterator[LayerRun]:
    for run in choice.layers:
        yield from (run for _ in range(run.count))


def _cell(choice: ChoiceReport, words: Words, shares: Shares) -> Cell:
    order = [one.name for one in choice.devices]
    by_index = tuple((HOST if device == "host" else order.index(device), part) for device, part in shares)
    return Cell(by_index, _place(choice, words, [device for device, _ in shares]) if shares else "")
