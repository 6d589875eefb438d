"""What quantization costs in quality, as others measured it, and how well the unquantized models answer."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Annotated

from fitcheck.catalog.data import load
from fitcheck.catalog.models import find_model
from fitcheck.core.model import ModelSpec
from fitcheck.frozen import dataclass
from fitcheck.records import AtLeast, Between

Percent = Annotated[float, Between(0, 100)]
Text = Annotated[str, AtLeast(1)]


@dataclass(frozen=True, kw_only=True)
class Level:
    """A word for losses below both limits; None at the last, which has none."""

    word: Text
    kld_mean_below: float | None
    perplexity_percent_below: float | None


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The words from the smallest loss to the largest: a proposal of ours, ``about`` says how it was made."""

    about: Text
    levels: Annotated[tuple[Level, ...], AtLeast(2)]

    def __post_init__(self) -> None:
        *closed, last = self.levels
        for limits in (
            [level.kld_mean_below for level in closed],
            [level.perplexity_percent_below for level in closed],
        ):
            known = [limit for limit in limits if limit is not None]
            if len(known) != len(closed) or any(below >= above for below, above in pairwise(known)):
                raise ValueError("the limits of the scale do not rise")
        if (last.kld_mean_below, last.perplexity_percent_below) != (None, None):
            raise ValueError("the last word of the scale has a limit")


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """The loss of one file. ``mix_of``: the maker whose own mix it is, None for llama.cpp's own types.

    ``kld_mean`` is the mean Kullback-Leibler divergence from the reference, ``perplexity_percent`` the rise of
    perplexity over it. ``imatrix`` None: the source does not say. ``source`` None: that of the table.
    """

    quant: Text
    mix_of: str | None = None
    imatrix: bool | None
    kld_mean: Annotated[float, Between(0)] | None
    perplexity_percent: Annotated[float, Between(0)]
    source: Text | None = None


@dataclass(frozen=True, kw_only=True)
class LossTable:
    """Measurements that compare with each other.

    ``models`` are those of the catalogue that were measured; others of the same architecture are read from it too.
    ``dense``: so are all dense models.
    """

    id: Text
    dense: bool
    models: tuple[str, ...]
    measured_on: Text
    text: Text
    reference: Text
    source: Text
    note: Text
    rows: Annotated[tuple[Measurement, ...], AtLeast(1)]


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Published measurements that are left out: ``quants`` of a table, or all of it where there are none."""

    table: Text
    quants: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Score:
    """What an unquantized model reached in the benchmark."""

    model: Text
    percent: Percent
    source: Text
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class QualityDocument:
    """``resources/catalog/quality.json``."""

    about: Text
    scale: Scale
    tables: tuple[LossTable, ...]
    skipped: tuple[Skipped, ...]
    benchmark: Text
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """What a quantization costs. ``table`` says what it was measured on, and ``same_model`` whether on this very model.

    ``word`` comes from our own scale; ``kld_mean`` and ``perplexity_percent`` as in ``Measurement``.
    """

    word: str
    kld_mean: float | None
    perplexity_percent: float | None
    table: str
    source: str
    same_model: bool


@cache
def _document() -> QualityDocument:
    return load("quality.json", QualityDocument)


def scale() -> Scale:
    """The words for losses, with where they end."""
    return _document().scale


def loss_tables() -> tuple[LossTable, ...]:
    """All measurements that are used."""
    return _document().tables


def skipped_measurements() -> tuple[Skipped, ...]:
    """Published measurements that are not used, with the reason."""
    return _document().skipped


def word_for(kld_mean: float | None, perplexity_percent: float) -> str:
    """The word for a loss: by its divergence, and by perplexity only where no divergence was measured."""
    *closed, last = scale().levels
    for level in closed:
        limit = level.perplexity_percent_below if kld_mean is None else level.kld_mean_below
        if limit is not None and (perplexity_percent if kld_mean is None else kld_mean) < limit:
            return level.word
    return last.word


def quantization_loss(model: ModelSpec, quant: str, imatrix: bool = True) -> Loss | None:
    """What exactly this quantization costs, from the nearest table; None where nobody measured it.

    Dense models are read from LLaMA 3 8B, the 671B models from R1-0528. A maker's own mix counts only for the
    model it was measured on: under the same name another model's file is another mix. ``imatrix`` asks for a file
    made with an importance matrix; where only one without was measured, that one stands, and ``table`` says so.
    """
    for table in loss_tables():
        if not _stands_for(table, model):
            continue
        same_model = model.id in table.models
        row = _row([row for row in table.rows if row.quant == quant and (same_model or row.mix_of is None)], imatrix)
        if row is not None:
            return Loss(
                word=word_for(row.kld_mean, row.perplexity_percent),
                kld_mean=row.kld_mean,
                perplexity_percent=row.perplexity_percent,
                table=_described(table, row),
                source=row.source or table.source,
                same_model=same_model,
            )
    return None


def _stands_for(table: LossTable, model: ModelSpec) -> bool:
    if model.mla_moe is None:
        return table.dense
    return any(replace(find_model(one).spec, id=model.id) == model for one in table.models)


def _row(rows: list[Measurement], imatrix: bool) -> Measurement | None:
    order = (True, None, False) if imatrix else (False, None)
    return next((row for wanted in order for row in rows if row.imatrix is wanted), None)


def _described(table: LossTable, row: Measurement) -> str:
    """``LLaMA 3 8B, wikitext-2 test, against F16, with importance matrix``."""
    described = f"{table.measured_on}, {table.text}, against {table.reference}"
    if row.imatrix is None:
        return described
    return f"{described}, with importance matrix" if row.imatrix else f"{described}, without importance matrix"


def benchmark() -> str:
    """What ``model_score`` is a score in."""
    return _document().benchmark


def model_scores() -> tuple[Score, ...]:
    """Every model's score with its source."""
    return _document().scores


def model_score(model_id: str) -> float | None:
    """What the unquantized model reached in ``benchmark()``, in percent; None where it is not known."""
    return next((score.percent for score in model_scores() if score.model == model_id), None)
