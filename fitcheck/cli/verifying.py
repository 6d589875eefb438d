"""``fitcheck verify``: run the short forward pass, show how it goes, lay measured beside predicted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace

from fitcheck import service, verifying
from fitcheck.catalog.published import file_type_for
from fitcheck.cli import inputs
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.cli.tables import table, terminal_width, wrapped
from fitcheck.contract.answers import planned
from fitcheck.contract.requests import PlanRequest
from fitcheck.contract.verification import verification_object
from fitcheck.core.hardware import Machine
from fitcheck.core.units import format_bandwidth, format_bytes, format_tokens
from fitcheck.core.verification import Band, Verification
from fitcheck.core.wishes import NO_WISHES
from fitcheck.errors import EnvironmentLacksError, RequestError
from fitcheck.verify.job import VerifyOptions
from fitcheck.verify.protocol import Event, MemoryNow, Progress

NOT_VERIFIED = EnvironmentLacksError.exit_code

_EXIT_CODES = {"fits": RUNS, "just_fits": RUNS, "does_not_fit": DOES_NOT_RUN, "not_verified": NOT_VERIFIED}


def verify(options: argparse.Namespace) -> int:
    """Measure one plan on this machine."""
    model = service.find_model(options.model)
    workload = inputs.workload(options, "auto")
    file_type = None if options.quant is None else file_type_for(model.id, options.quant)
    service.check_context(model, workload)
    machine, margin = _with_device(service.detect(), options.device), inputs.margin(options)
    plan = planned(PlanRequest(model, file_type, options.imatrix, workload, machine, margin, False, NO_WISHES))
    how = VerifyOptions(
        "thorough" if options.thorough else "quick", options.layers, options.tokens, margin, threads=options.threads
    )
    line = _Line()
    try:
        found = verifying.verify(model, plan, how, python=options.python or _python_of_settings(), on_event=line.show)
    finally:
        line.clear()
    if options.json:
        print(json.dumps(verification_object(found), indent=1, ensure_ascii=False))
    else:
        print(wrapped(verification_text(found, model.name), terminal_width()))
    return _EXIT_CODES[found.verdict]


def _python_of_settings() -> str | None:
    from fitcheck.settings import load

    return load().settings.verify_python


def _with_device(machine: Machine, device: str) -> Machine:
    """The machine with the cards that may be used (RequestError ``bad_device`` where the one named is not there)."""
    if device == "auto":
        return machine
    if device == "cpu":
        return replace(machine, gpus=())
    cards, number = machine.plannable_gpus, int(device.removeprefix("cuda:"))
    if number >= len(cards):
        accepted = ("auto", "cpu", *(f"cuda:{index}" for index in range(len(cards))))
        raise RequestError("bad_device", f"There is no card '{device}' here.", accepted)
    return replace(machine, gpus=(cards[number],))


class _Line:
    """One line on standard error that is written over: phase, memory now, time left; nothing where nobody watches."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._doing = self._memory = ""

    def show(self, event: Event) -> None:
        """Take an event of the run; called from its thread."""
        if not self._watched:
            return
        if isinstance(event, Progress):
            left = "" if event.seconds_left is None else f", {event.seconds_left:.0f} s left"
            self._doing = f"{event.phase}: {event.label} ({100 * event.done // event.of} %{left})"
        elif isinstance(event, MemoryNow):
            free = "" if event.host_free_bytes is None else f", {format_bytes(event.host_free_bytes)} free"
            cards = "".join(
                f", {name} {format_bytes(size)} free"
                for name, size in event.card_free_bytes.items()
                if size is not None
            )
            self._memory = f"  RAM {format_bytes(event.resident_bytes)} taken{free}{cards}"
        self._write(f"{self._doing}{self._memory}")

    def clear(self) -> None:
        """Leave nothing behind."""
        if self._watched:
            self._write("")

    def _write(self, text: str) -> None:
        limit = (terminal_width() or 80) - 1
        sys.stderr.write(f"\r{text[:limit]}\x1b[K")
        sys.stderr.flush()


def verification_text(found: Verification, name: str) -> str:
    """The answer for people: verdict, predicted beside measured, times, speeds."""
    where = f"torch {found.torch} in Python {found.python}, {found.threads} threads" if found.torch else "torch"
    lines = [
        f"{name} {found.quantization}, context {format_tokens(found.context)}, {found.mode}: "
        f"{found.layers_run} of {found.layers} layers in {where}, {found.seconds:.0f} s",
        f"Not verified: {found.sentence}" if found.verdict == "not_verified" else found.sentence,
    ]
    if found.comparisons:
        lines += ["", "Predicted and measured, in bytes", _comparison_table(found)]
    if found.times:
        lines += ["", "Time, in milliseconds for one", _time_table(found), "", *_speeds(found)]
    lines += [f"Note: {note}" for note in found.notes]
    return "\n".join(lines)


_COMPONENTS = {
    "weights": "weights", "kv_cache": "KV cache", "compute": "compute buffers",
    "activations": "activations of this pass", "runtime": "runtime", "resident": "growth of the process",
}  # fmt: skip


def _comparison_table(found: Verification) -> str:
    rows = [
        (
            one.device, _COMPONENTS[one.component], _bytes(one.predicted_bytes), _bytes(one.measured_bytes),
            {True: "equal", False: "DIFFERS", None: ""}[one.agrees],
        )
        for one in found.comparisons
    ]  # fmt: skip
    return table(("device", "component", "predicted", "measured", ""), rows, left=2, limit=terminal_width())


def _bytes(size: int | None) -> str:
    return "-" if size is None else f"{size:,}"


def _time_table(found: Verification) -> str:
    rows = [
        (
            one.kind, f"{one.measured} of {one.count}", f"{1000 * one.prompt_seconds:.1f}",
            f"{1000 * one.token_seconds:.1f}", format_bytes(round(one.token_bytes)),
        )
        for one in found.times
    ]  # fmt: skip
    head = ("part", "measured", f"prompt of {found.prompt_tokens}", "token", "read by a token")
    return table(head, rows, limit=terminal_width())


def _speeds(found: Verification) -> Iterator[str]:
    for one in found.rates:
        copied = "not measured" if one.copy_bytes_per_s is None else format_bandwidth(round(one.copy_bytes_per_s))
        read = (
            "" if one.pass_bytes_per_s is None else f"; this pass reads {format_bandwidth(round(one.pass_bytes_per_s))}"
        )
        yield f"{one.device}: copying {copied}{read}"
    pace = found.pace
    if pace is None:
        return
    scaled = ", scaled to all layers" if found.scaled else ""
    yield f"This pass in torch{scaled}: {pace.pass_decode:.3g} tokens/s, reading {pace.pass_prompt:.3g} tokens/s."
    if pace.bandwidth_decode is not None:
        yield f"With every byte at the measured copy bandwidth: {pace.bandwidth_decode:.3g} tokens/s."
    if pace.predicted is not None:
        yield f"Predicted for an engine: {_band(pace.predicted)}."
    if pace.corrected is not None:
        yield f"Corrected by the measured bandwidths: {_band(pace.corrected)} (errs on the slow side)."


def _band(band: Band) -> str:
    return f"{band.expected:.3g} tokens/s ({band.low:.3g} to {band.high:.3g})"
