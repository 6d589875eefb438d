"""What quantization costs, and where each figure comes from."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.catalog.models import CatalogModel, catalogue, find_model
from fitcheck.catalog.quality import (
    Level,
    LossTable,
    Measurement,
    Scale,
    benchmark,
    loss_tables,
    model_score,
    model_scores,
    quantization_loss,
    scale,
    skipped_measurements,
    word_for,
)
from fitcheck.core.quantization import FILE_TYPES

ROWS = [(table, row) for table in loss_tables() for row in table.rows]
WORDS = [level.word for level in scale().levels]
KNOWN = {file_type.id for file_type in FILE_TYPES}


def _named(case: tuple[LossTable, Measurement]) -> str:
    return f"{case[0].id}-{case[1].quant}-{case[1].imatrix}"


def _levels(*limits: tuple[float | None, float | None]) -> tuple[Level, ...]:
    return tuple(
        Level(word=str(at), kld_mean_below=kld, perplexity_percent_below=percent)
        for at, (kld, percent) in enumerate(limits)
    )


def test_every_record_has_a_source() -> None:
    sources = [row.source or table.source for table, row in ROWS] + [score.source for score in model_scores()]

    assert all("https://" in source for source in sources)


@pytest.mark.parametrize("case", ROWS, ids=_named)
def test_every_measured_quantization_is_a_file_type_or_a_makers_mix(case: tuple[LossTable, Measurement]) -> None:
    _, row = case

    assert (row.quant in KNOWN) == (row.mix_of is None)


def test_what_is_left_out_says_why_and_is_in_no_table() -> None:
    measured = {(table.id, row.quant) for table, row in ROWS}
    left_out = {(skipped.table, quant) for skipped in skipped_measurements() for quant in skipped.quants}

    assert all(len(skipped.reason) > 20 for skipped in skipped_measurements())
    assert ("r1-0528", "IQ1_S_R4") in left_out
    assert not measured & left_out


def test_no_file_is_measured_twice_in_a_table() -> None:
    keys = [(table.id, row.quant, row.imatrix) for table, row in ROWS]

    assert len(set(keys)) == len(keys)


def test_the_limits_of_the_words_rise_and_the_scale_is_called_a_proposal() -> None:
    closed = scale().levels[:-1]

    assert all(
        (low.kld_mean_below or 0) < (high.kld_mean_below or 0)
        and (low.perplexity_percent_below or 0) < (high.perplexity_percent_below or 0)
        for low, high in pairwise(closed)
    )
    assert "Our proposal" in scale().about


@pytest.mark.parametrize(
    ("levels", "mistake"),
    [
        (_levels((0.2, 1), (0.1, 2), (None, None)), "do not rise"),
        (_levels((0.1, 2), (0.2, 2), (None, None)), "do not rise"),
        (_levels((0.1, 1), (None, 2), (None, None)), "do not rise"),
        (_levels((0.1, 1), (0.2, 2)), "has a limit"),
    ],
)
def test_a_scale_that_does_not_rise_or_end_is_refused(levels: tuple[Level, ...], mistake: str) -> None:
    with pytest.raises(ValueError, match=mistake):
        Scale(about="a scale", levels=levels)


@pytest.mark.parametrize("case", [case for case in ROWS if case[1].kld_mean is not None], ids=_named)
def test_divergence_and_perplexity_give_the_same_word_where_both_are_measured(
    case: tuple[LossTable, Measurement],
) -> None:
    _, row = case

    assert word_for(row.kld_mean, row.perplexity_percent) == word_for(None, row.perplexity_percent)


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 1000), st.floats(0, 1000))
def test_a_larger_loss_never_gets_a_better_word(kld: float, more_kld: float, percent: float, more: float) -> None:
    assert WORDS.index(word_for(kld, percent)) <= WORDS.index(word_for(kld + more_kld, percent))
    assert WORDS.index(word_for(None, percent)) <= WORDS.index(word_for(None, percent + more))


@pytest.mark.parametrize(
    ("quant", "word", "kld_mean", "percent"),
    [
        ("Q8_0", "near lossless", 0.001355, 0.043),
        ("Q5_K_M", "very good", 0.010762, 0.914),
        ("Q4_K_M", "good", 0.028152, 2.428),
        ("Q3_K_M", "noticeable loss", 0.084358, 8.066),
        ("Q2_K", "strong loss", 0.332223, 38.773),
        ("IQ1_S", "severe", 2.254554, 873.976),
    ],
)
def test_dense_models_are_read_from_llama_3_8b(quant: str, word: str, kld_mean: float, percent: float) -> None:
    loss = quantization_loss(find_model("32b").spec, quant)

    assert loss is not None
    assert (loss.word, loss.kld_mean, loss.perplexity_percent) == (word, kld_mean, percent)
    assert loss.table.startswith("LLaMA 3 8B, wikitext-2 test, against F16")
    assert not loss.same_model


@pytest.mark.parametrize("model", ["r1", "r1-zero", "r1-0528"])
def test_the_671b_models_are_read_from_r1_0528(model: str) -> None:
    loss = quantization_loss(find_model(model).spec, "IQ4_XS")

    assert loss is not None
    assert (loss.word, loss.kld_mean, loss.perplexity_percent) == ("very good", None, 1.46)
    assert loss.table == "DeepSeek-R1-0528 671B, wiki.test, context 512, against Q8_0"
    assert loss.same_model == (model == "r1-0528")


def test_a_row_with_a_source_of_its_own_names_that() -> None:
    losses = [quantization_loss(find_model("r1").spec, quant) for quant in ("IQ4_XS", "Q4_0")]

    assert ["258" in loss.source for loss in losses if loss] == [True, False]


def test_a_makers_mix_counts_only_for_the_model_it_was_measured_on() -> None:
    measured = quantization_loss(find_model("r1-0528").spec, "UD-Q2_K_XL")

    assert measured is not None
    assert (measured.word, measured.perplexity_percent) == ("noticeable loss", 9.8)
    assert quantization_loss(find_model("r1").spec, "UD-Q2_K_XL") is None


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.id)
@pytest.mark.parametrize("quant", ["TQ1_0", "UD-NONSENSE", "q4_k_m"])
def test_what_nobody_measured_is_unknown(model: CatalogModel, quant: str) -> None:
    assert quantization_loss(model.spec, quant) is None


def test_no_neighbour_stands_in_for_a_file_of_r1_that_nobody_measured() -> None:
    assert quantization_loss(find_model("r1").spec, "Q4_K_M") is None
    assert quantization_loss(find_model("r1-0528").spec, "Q8_0") is None


def test_another_mixture_of_experts_is_unknown() -> None:
    other = replace(find_model("r1").spec, n_layers=27)

    assert quantization_loss(other, "IQ4_XS") is None


def test_a_file_without_importance_matrix_loses_more() -> None:
    spec = find_model("llama-8b").spec
    made, plain = quantization_loss(spec, "Q2_K"), quantization_loss(spec, "Q2_K", imatrix=False)

    assert made is not None
    assert plain is not None
    assert (made.kld_mean or 0) < (plain.kld_mean or 0)
    assert made.table.endswith("with importance matrix")
    assert plain.table.endswith("without importance matrix")


def test_a_measurement_with_importance_matrix_says_nothing_of_a_file_without() -> None:
    assert quantization_loss(find_model("7b").spec, "IQ4_XS", imatrix=False) is None


def test_every_model_has_a_score_in_one_named_benchmark() -> None:
    assert benchmark() == "GPQA Diamond, pass@1, in percent"
    assert [score.model for score in model_scores()] == [model.id for model in catalogue()]


def test_the_score_of_a_model_is_the_published_one_and_unknown_models_have_none() -> None:
    assert model_score("deepseek-r1-671b") == 71.5
    assert model_score("deepseek-r1-distill-qwen-1.5b") == 33.8
    assert model_score("some-other-model") is None


def test_a_second_hand_score_says_so() -> None:
    (score,) = (score for score in model_scores() if score.model == "deepseek-r1-0528-qwen3-8b")

    assert "second hand" in score.note


def test_the_score_of_the_scale_is_among_each_models_benchmarks() -> None:
    for score in model_scores():
        published = find_model(score.model).benchmarks
        assert score.percent in [one.values.get("GPQA Diamond pass@1") for one in published], score.model
