"""What FitCheck recommends for machines that people have, and machines for models."""

from __future__ import annotations

from fitcheck import service
from fitcheck.catalog.published import where_published
from fitcheck.catalog.quality import scale
from fitcheck.core.choices import LOSS_POINTS, READING_TOKENS_PER_S
from fitcheck.core.hardware import Machine
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload
from fitcheck.recommendations import (
    MOST_CARDS,
    CardChoice,
    Recommendation,
    among,
    cards_for,
    few_cards,
    quality,
    recommend,
)

Q4_K_M = find_file_type("Q4_K_M")


def desktop(card: str, ram_gib: int = 64) -> Machine:
    return service.what_if_machine([card], ram_bytes=ram_gib * GIB, ram_bandwidth_bytes_per_s=80 * 10**9)


def recommended(machine: Machine) -> Recommendation:
    return recommend(machine, Workload(16384, flash_attn="auto"), margin_bytes=GIB)


def test_the_three_wishes_trade_quality_for_time() -> None:
    found = recommended(desktop("RTX 4090"))

    quality, balanced, fastest = (found.by_wish[wish] for wish in ("best quality", "balanced", "fastest"))

    assert quality is not None
    assert balanced is not None
    assert fastest is not None
    assert quality.facts.score >= balanced.facts.score >= fastest.facts.score
    assert quality.minutes >= balanced.minutes >= fastest.minutes
    assert balanced.decode.expected >= READING_TOKENS_PER_S


def test_among_the_plans_of_a_matrix_the_same_is_recommended() -> None:
    machine, workload = desktop("RTX 4090"), Workload(16384, flash_attn="auto")
    plans = tuple(service.matrix(machine, workload, service.models()))

    found = among(plans)

    everywhere = recommended(machine)
    assert found.ranked == everywhere.ranked
    assert found.by_wish == everywhere.by_wish


def test_among_plans_that_do_not_run_nothing_is_recommended() -> None:
    nothing = Machine(ram_available_bytes=0)

    found = among(service.matrix(nothing, Workload(4096), service.models(), [Q4_K_M]))

    assert set(found.by_wish.values()) == {None}
    assert found.ranked == ()


def test_only_published_files_are_recommended_each_model_once() -> None:
    found = recommended(desktop("RTX 3060 12 GB"))

    assert found.ranked
    for one in found.ranked:
        places = where_published(one.plan.model_id, one.plan.quantization)
        assert one.facts.repository in [place.repository for place in places]
    assert len({one.plan.model_id for one in found.ranked}) == len(found.ranked)


def test_the_raw_research_model_is_not_recommended_and_says_why() -> None:
    zero = service.find_model("r1-zero")
    server = service.what_if_machine(["8x H200"], ram_bytes=2048 * GIB)

    found = recommended(server)

    assert zero.not_recommended
    assert "deepseek-r1-zero-671b" not in [one.plan.model_id for one in found.ranked]
    assert found.by_wish["best quality"] is not None
    assert found.by_wish["best quality"].plan.model.is_moe


def test_where_nothing_runs_nothing_is_recommended() -> None:
    found = recommended(Machine(ram_total_bytes=GIB // 2, ram_available_bytes=GIB // 4))

    assert found.ranked == ()
    assert set(found.by_wish.values()) == {None}


def test_cards_for_a_model_are_the_fewest_that_hold_it() -> None:
    model, workload = service.find_model("32b"), Workload(16384, flash_attn="auto")

    found = cards_for(model, Q4_K_M, workload)

    whole = [one for one in found if one.plan.verdict == "gpu"]
    sizes = [one.card.memory_bytes or 0 for one in whole]
    assert sizes == sorted(sizes)
    by_name = {one.card.name: one for one in whole}
    assert by_name["GeForce RTX 3090"].count == 1
    assert by_name["GeForce RTX 4080"].count == 2
    assert all(one.count <= MOST_CARDS for one in whole)
    one_less = by_name["GeForce RTX 3070"]
    fewer = service.what_if_machine([f"{one_less.count - 1}x RTX 3070"], ram_bytes=256 * GIB)
    assert service.plan(model, Q4_K_M, workload, fewer).verdict != "gpu"


def test_a_card_that_cannot_hold_all_says_the_ram_it_needs_beside() -> None:
    found = cards_for(service.find_model("r1"), Q4_K_M, Workload())

    beside = next(one for one in found if one.card.name == "GeForce RTX 4090")

    assert beside.plan.verdict == "offload"
    assert beside.ram_bytes > 350 * GIB


def test_every_word_for_a_loss_has_its_points_and_worse_ones_more() -> None:
    words = [level.word for level in scale().levels]

    assert words == list(LOSS_POINTS)
    assert list(LOSS_POINTS.values()) == sorted(LOSS_POINTS.values())


def few(name: str, ram_gib: int = 128) -> list[CardChoice]:
    steps = few_cards(service.find_model(name), Q4_K_M, Workload(16384, flash_attn="auto"), ram_gib * GIB)
    return [one for one in steps if one is not None]


def test_few_cards_are_the_smallest_that_hold_it_alone_in_pairs_and_in_threes() -> None:
    every = cards_for(service.find_model("70b"), Q4_K_M, Workload(16384, flash_attn="auto"))

    whole = [one for one in few("70b") if one.plan.verdict == "gpu"]

    assert [one.count for one in whole] == [1, 2, 3]
    for one in whole:
        holding = [
            other.card.memory_bytes or 0
            for other in every
            if other.count == one.count and other.plan.verdict == "gpu"
        ]  # fmt: skip
        assert one.card.memory_bytes == min(holding)


def test_the_card_that_shares_it_with_ram_is_too_small_alone_and_the_ram_is_enough() -> None:
    (shared,) = [one for one in few("70b") if one.plan.verdict == "offload"]

    assert shared.count == 1
    assert shared.ram_bytes <= 128 * GIB
    assert not [one for one in few("70b", ram_gib=2) if one.plan.verdict == "offload"]


def test_quality_names_score_and_loss_and_whether_it_was_measured_on_its_kind() -> None:
    known = quality(service.find_model("14b"), "Q4_K_M")
    borrowed = quality(service.find_model("r1"), "Q4_K_M")

    assert known.score is not None
    assert known.score.percent == 59.1
    assert known.loss is not None
    assert known.same_kind
    assert borrowed.loss is not None
    assert not borrowed.same_kind
