"""Verify as use cases: run a plan's forward pass in a child process, and keep what it measured of the cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.planner import Plan
    from fitcheck.core.verification import Verification
    from fitcheck.verify.job import VerifyOptions
    from fitcheck.verify.protocol import Event
    from fitcheck.verify.running import VerifyRun


def start_verify(
    model: CatalogModel,
    plan: Plan,
    options: VerifyOptions | None = None,
    *,
    python: str | None = None,
    on_event: Callable[[Event], None],
    on_end: Callable[[Verification], None],
) -> VerifyRun:
    """Begin to run a plan's forward pass in a child process of a Python that has torch.

    The callbacks come from another thread: ``on_event`` with progress and live memory, ``on_end`` once, whatever
    happens; what opening a card took is remembered before. ``VerifyRun.cancel`` ends it within three seconds. Raises
    EnvironmentLacksError (``no_torch`` …) where no Python can do it, RequestError (``bad_python``) where the chosen
    path is none.
    """
    from fitcheck.verify.job import VerifyOptions, job_of
    from fitcheck.verify.pythons import python_with_torch
    from fitcheck.verify.running import VerifyRun

    job = job_of(plan, model.details, options or VerifyOptions())

    def ended(found: Verification) -> None:
        on_end(_remembered(found, job.uuids))

    return VerifyRun(job, python_with_torch(python), on_event, ended)


def _remembered(found: Verification, uuids: Mapping[str, str]) -> Verification:
    """Keep what opening the cards took for later plans; where that fails, a note says so."""
    from fitcheck.measured import remember

    sizes = {
        uuids[one.device]: one.measured_bytes
        for one in found.comparisons
        if one.component == "runtime" and one.measured_bytes is not None and one.device in uuids
    }
    if not sizes:
        return found
    try:
        remember(sizes)
    except OSError as error:
        note = f"What opening the cards took could not be kept: {error.strerror or error}."
        return replace(found, notes=(*found.notes, note))
    return found


def verify(
    model: CatalogModel,
    plan: Plan,
    options: VerifyOptions | None = None,
    *,
    python: str | None = None,
    on_event: Callable[[Event], None] = lambda _event: None,
) -> Verification:
    """Run a plan's forward pass and wait for what was measured; interrupted, it ends the child and goes on raising."""
    ends: list[Verification] = []
    run = start_verify(model, plan, options, python=python, on_event=on_event, on_end=ends.append)
    try:
        run.wait()
    except KeyboardInterrupt:
        run.cancel()
        run.wait()
        raise
    return ends[0]
