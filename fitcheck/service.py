"""The use cases. Both faces, the window and the command line, call only this module.

Light to import: nothing here pulls in pynvml or psutil until a function needs it, so the window can paint first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fitcheck.core.best_file import best_file
from fitcheck.core.estimate import Estimate
from fitcheck.core.estimate import check_context as check
from fitcheck.core.estimate import estimate as price
from fitcheck.core.hardware import MOST_CARDS, Gpu, Machine, ModelFile, SameMachine
from fitcheck.core.placement import Placement
from fitcheck.core.planner import MARGIN_BYTES, Plan
from fitcheck.core.planner import plan as search
from fitcheck.core.quantization import FILE_TYPES, FileType
from fitcheck.core.units import GB, GIB, format_bytes
from fitcheck.core.wishes import NO_WISHES, Wishes
from fitcheck.core.workload import Workload
from fitcheck.errors import RequestError

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.advice import Advice
    from fitcheck.core.contexts import AtContext
    from fitcheck.core.speed import Speed
    from fitcheck.engines.command import Command, ModelSource
    from fitcheck.probe.client import ProbeClient
    from fitcheck.probe.detect import Detection

__all__ = [
    "MARGIN_BYTES",
    "advice",
    "advice_steps",
    "at_contexts",
    "best_plan",
    "commands",
    "commands_own",
    "decode_speed",
    "detect",
    "estimate",
    "estimate_own",
    "file_here",
    "find_model",
    "load_machine",
    "matrix",
    "models",
    "new_detection",
    "own_file",
    "plan",
    "plan_own",
    "record",
    "start_probe",
    "what_if_machine",
    "with_known_rates",
    "with_more_ram",
]  # fmt: skip


def models() -> tuple[CatalogModel, ...]:
    """The catalogue, biggest model first."""
    from fitcheck.catalog.models import catalogue

    return catalogue()


def find_model(name: str) -> CatalogModel:
    """A model by id or alias, case-insensitive (RequestError ``unknown_model`` or ``ambiguous_model``)."""
    from fitcheck.catalog.models import find_model as find

    return find(name)


def detect() -> Machine:
    """Look at this computer and wait for the answer; a source that is silent for three seconds is left behind."""
    from fitcheck.probe.client import detect as look

    return look()


def record(path: Path) -> Machine:
    """Look at this computer and keep what was read in a file (RequestError ``bad_file`` where it cannot be written)."""
    from fitcheck.probe.recording import record as keep

    return keep(path)


def start_probe(on_line: Callable[[bytes], None], on_end: Callable[[int | str], None]) -> ProbeClient:
    """Begin to look at this computer in a child process; the callbacks come from another thread."""
    from fitcheck.probe.client import start

    return start(on_line, on_end)


def new_detection() -> Detection:
    """What puts the lines of ``start_probe`` together into a Machine."""
    from fitcheck.probe.detect import Detection

    return Detection()


def load_machine(path: Path | str) -> Machine:
    """A machine that ``scan --json`` or ``scan --record`` wrote (RequestError ``bad_machine`` where it is not one)."""
    from fitcheck.probe.machine_json import read_machine

    return read_machine(Path(path))


def what_if_machine(
    gpus: Sequence[str],
    *,
    ram_bytes: int | None = None,
    ram_bandwidth_bytes_per_s: int | None = None,
    free_vram_bytes: int | None = None,
) -> Machine:
    """A machine made of cards such as ``2x RTX 3090``; what is not said is unknown, never this computer's.

    All memory counts as free unless ``free_vram_bytes`` (for each card) says less. A chip with unified memory, such
    as ``M3 Ultra 512GB``, brings the RAM and its bandwidth. Raises RequestError: ``bad_value`` for more cards than
    an engine takes or two such chips, ``bad_size`` where the RAM that was named is not the chip's.
    """
    from fitcheck.catalog.cards import memory_share_note, parse_gpu

    cards = tuple(card for text in gpus for card in parse_gpu(text))
    if len(cards) > MOST_CARDS:
        raise RequestError("bad_value", f"A machine has {MOST_CARDS} cards at most, not {len(cards)}.")
    chip = _unified_chip(cards)
    if chip is not None:
        ram_bytes = _one_memory(chip, ram_bytes)
        ram_bandwidth_bytes_per_s = ram_bandwidth_bytes_per_s or chip.bandwidth_bytes_per_s
    note = memory_share_note(chip) if chip is not None and free_vram_bytes is None else ""
    machine = Machine(
        gpus=cards,
        ram_total_bytes=ram_bytes,
        ram_available_bytes=ram_bytes,
        ram_bandwidth_bytes_per_s=ram_bandwidth_bytes_per_s,
        unified=chip is not None,
        what_if=True,
        notes=(note,) if note else (),
        unknown={} if ram_bytes is not None else {"ram_available_bytes": "No RAM was named for this machine."},
    )
    return machine if free_vram_bytes is None else with_free_vram(machine, free_vram_bytes)


def _unified_chip(cards: Sequence[Gpu]) -> Gpu | None:
    """The one chip whose memory is the computer's own, if there is one."""
    chips = [card for card in cards if card.unified]
    if len(chips) > 1:
        names = " and ".join(chip.name for chip in chips)
        raise RequestError("bad_value", f"{names} are {len(chips)} computers; name one chip with unified memory.")
    return chips[0] if chips else None


def _one_memory(chip: Gpu, ram_bytes: int | None) -> int | None:
    """The RAM of a computer with unified memory, where a shop's 512 GB are 512 GiB."""
    memory = chip.memory_total_bytes
    if memory is None or ram_bytes in (None, memory, memory // GIB * GB):
        return memory
    raise RequestError(
        "bad_size",
        f"The RAM is the {format_bytes(memory)} of {chip.name}, not {format_bytes(ram_bytes or 0)}; leave it out.",
    )


def with_free_vram(machine: Machine, free_bytes: int) -> Machine:
    """The machine as if that much memory were free on each card (RequestError where a card has less in all)."""
    return replace(machine, gpus=tuple(_with_free(card, free_bytes) for card in machine.gpus), what_if=True)


def _with_free(card: Gpu, free_bytes: int) -> Gpu:
    if card.memory_total_bytes is not None and free_bytes > card.memory_total_bytes:
        raise RequestError("bad_size", f"{card.name} has less memory than the free VRAM that was asked for.")
    return replace(card, memory_free_bytes=free_bytes)


def check_context(model: CatalogModel, workload: Workload) -> None:
    """Refuse a context above the model's limit before anything is looked at (RequestError ``context_over_limit``)."""
    check(model.spec, workload)


def estimate(
    model: CatalogModel,
    file_type: FileType,
    workload: Workload,
    placement: Placement,
    *,
    imatrix: bool = True,
    runtime_bytes: Sequence[int] = (),
) -> Estimate:
    """Memory for one placement, per device; ``runtime_bytes`` replaces the margin of each card it names."""
    return price(model.spec, file_type, workload, placement, imatrix=imatrix, runtime_bytes=runtime_bytes)


def plan(
    model: CatalogModel,
    file_type: FileType,
    workload: Workload,
    machine: Machine,
    *,
    margin_bytes: int = MARGIN_BYTES,
    imatrix: bool = True,
    wishes: Wishes = NO_WISHES,
) -> Plan:
    """The best placement on a machine."""
    return _planned(model, file_type, workload, with_known_rates(machine), margin_bytes, imatrix, wishes)


def _planned(
    model: CatalogModel, file_type: FileType, workload: Workload, machine: Machine, margin_bytes: int, imatrix: bool,
    wishes: Wishes,
) -> Plan:  # fmt: skip
    if not wishes.asked.borrows:
        from fitcheck.engines.ktransformers import on_its_card

        machine, wishes = on_its_card(machine, wishes, model.spec)

    def planned(there: Machine) -> Plan:
        return search(
            model.spec, file_type, workload, there, margin_bytes=margin_bytes, imatrix=imatrix,
            header_bytes=model.header_bytes, wishes=wishes,
        )  # fmt: skip

    found, disk = planned(machine), machine.disk
    free = None if disk is None else disk.free_bytes
    if disk is None or free is None or free >= found.download_bytes or not file_here(model, found):
        return found
    # A file that is here already needs no room any more.
    return planned(replace(machine, disk=replace(disk, free_bytes=None)))


def file_here(model: CatalogModel, plan: Plan) -> ModelFile | None:
    """The plan's file where a runtime has it on that computer already."""
    from fitcheck.catalog.found_files import found_file

    return found_file(model, plan.quantization, plan.tensor_bytes, plan.machine.model_files)


def with_known_rates(machine: Machine) -> Machine:
    """The machine with what the catalogue knows of its cards by their names, and verifications measured on them.

    What a driver, a file or an option told stays.
    """
    from fitcheck.measured import with_measured_overheads

    return with_measured_overheads(_with_catalogued_rates(SameMachine(machine)))


@lru_cache(maxsize=16)
def _with_catalogued_rates(same: SameMachine) -> Machine:
    from fitcheck.catalog.cards import with_known_rates as known

    machine = same.machine
    cards = tuple(map(known, machine.gpus))
    return machine if cards == machine.gpus else replace(machine, gpus=cards)


def commands(model: CatalogModel, plan: Plan) -> dict[str, Command]:
    """What to type for every runtime, or why it cannot do this plan; a file that is here already is named."""
    from fitcheck.catalog.published import where_published
    from fitcheck.engines.command import ModelSource

    here = file_here(model, plan)
    files = [one for one in where_published(model.id, plan.quantization) if one.kind == "file" and one.repository]
    source = ModelSource(repository=files[0].repository) if files else ModelSource()
    if here is not None:
        source = ModelSource(here.path, shards=here.parts)
    return _commands(plan, source, model.hf_id)


def commands_own(file: OwnFile, plan: Plan) -> dict[str, Command]:
    """The same for a person's own file; a ``config.json`` stands for a file that is still to be found."""
    from fitcheck.engines.command import ModelSource

    paths = file.model.paths
    source = ModelSource() if file.file_type is None else ModelSource(str(paths[0]), shards=len(paths))
    return _commands(plan, source, None)


def _commands(plan: Plan, source: ModelSource, hugging_face: str | None) -> dict[str, Command]:
    from fitcheck.engines.all_commands import commands as all_of_them
    from fitcheck.engines.command import ModelNames
    from fitcheck.engines.devices import plan_backend

    return all_of_them(plan, source, backend=plan_backend(plan), names=ModelNames(hugging_face))


def advice(plan: Plan, *, margin_bytes: int = MARGIN_BYTES) -> tuple[Advice, ...]:
    """The nearest things that would better the verdict of a plan."""
    from fitcheck.core.advice import advice as nearest

    return nearest(plan, margin_bytes)


def own_file(path: Path | str) -> OwnFile:
    """A GGUF file or ``config.json`` of this computer (RequestError, one sentence, where it is none)."""
    from fitcheck.catalog.own_file import read_own_file

    return read_own_file(Path(path))


def estimate_own(file: OwnFile, file_type: FileType, workload: Workload, placement: Placement) -> Estimate:
    """Memory of a person's own file for one placement; the cache has the layout of the file."""
    workload = replace(workload, kv_layout=file.model.kv_layout)
    return price(file.model.spec, file_type, workload, placement, imatrix=file.imatrix)


def plan_own(
    file: OwnFile,
    file_type: FileType,
    workload: Workload,
    machine: Machine,
    *,
    margin_bytes: int = MARGIN_BYTES,
    wishes: Wishes = NO_WISHES,
) -> Plan:
    """The best placement of a person's own file; it is on the disk already, so no free space is asked for."""
    workload = replace(workload, kv_layout=file.model.kv_layout)
    return search(
        file.model.spec, file_type, workload, replace(with_known_rates(machine), disk=None),
        margin_bytes=margin_bytes, imatrix=file.imatrix, header_bytes=file.header_bytes, wishes=wishes,
    )  # fmt: skip


def best_plan(
    model: CatalogModel,
    workload: Workload,
    machine: Machine,
    *,
    margin_bytes: int = MARGIN_BYTES,
    imatrix: bool = True,
    wishes: Wishes = NO_WISHES,
) -> Plan:
    """The best common file type of one model on a machine; where none runs, the plan that lacks least."""
    row = matrix(machine, workload, (model,), _common(), margin_bytes=margin_bytes, imatrix=imatrix, wishes=wishes)
    plans = tuple(row)
    if not plans:
        check(model.spec, workload)
    return best_file(plans)


def matrix(
    machine: Machine,
    workload: Workload,
    rows: Iterable[CatalogModel],
    columns: Iterable[FileType] = FILE_TYPES,
    *,
    margin_bytes: int = MARGIN_BYTES,
    imatrix: bool = True,
    wishes: Wishes = NO_WISHES,
) -> Iterator[Plan]:
    """Every model by every file type, row by row, each computed when it is asked for.

    Models whose limit is below the context are left out.
    """
    columns, machine = tuple(columns), with_known_rates(machine)
    for model in rows:
        if workload.context <= model.spec.context_limit:
            for file_type in columns:
                yield _planned(model, file_type, workload, machine, margin_bytes, imatrix, wishes)


def _common() -> tuple[FileType, ...]:
    return tuple(file_type for file_type in FILE_TYPES if file_type.common)


def advice_steps(plan: Plan, *, margin_bytes: int = MARGIN_BYTES) -> Iterator[Advice | None]:
    """The same as ``advice`` step by step; None where nothing is said yet."""
    from fitcheck.core.advice import advice_steps as steps

    return steps(plan, margin_bytes)


def at_contexts(plan: Plan, *, margin_bytes: int = MARGIN_BYTES) -> Iterator[AtContext]:
    """The plan's file at other contexts, each computed when it is asked for."""
    from fitcheck.core.contexts import at_contexts as points

    return points(plan, margin_bytes)


def decode_speed(plan: Plan) -> Speed:
    """How fast a plan answers, without all else that its prediction says."""
    from fitcheck.core.prediction import Pace

    pace = Pace(plan.model, plan.file_type, plan.imatrix, plan.workload, plan.machine, plan.wishes.asked)
    return pace.decode(plan.placement, plan.from_disk)


def with_more_ram(plan: Plan, more_bytes: int, *, margin_bytes: int = MARGIN_BYTES) -> Plan:
    """The plan's file on the same computer with so much more RAM."""
    from fitcheck.core.replan import with_more_ram as larger

    return larger(plan, margin_bytes, more_bytes)
