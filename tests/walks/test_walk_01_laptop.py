"""Walk 1: somebody with an 8 GiB laptop and no card. What runs, and what would help?"""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck import service
from tests.walks.asking import Asked, Question, ask_everywhere, compare_matrix, compare_picks
from tests.walks.conftest import FromShelf
from tests.walks.walker import Walker

pytestmark = pytest.mark.slow


def test_an_8_gib_laptop(walker: Walker, from_shelf: FromShelf, tmp_path: Path) -> None:
    # Given the laptop, looked at as it is
    file = from_shelf("laptop-8gb-no-card")
    here = ("--machine", str(file))

    # When its owner opens the window, without a click
    recommended, table = Asked("recommend", *here, "--json"), Asked("matrix", "--all", *here, "--json")
    window = walker.open(service.load_machine(file))
    walker.picture("fit")

    # Then the sentence names what `recommend` calls balanced, and the cells are those of `matrix`
    picks = window.page.filler.picks
    compare_picks(picks, recommended.json(), 4096)
    compare_matrix(window.page.model.plans(), table.json())
    best = picks.by_wish["balanced"].plan
    assert best.quantization in window.page.answer.sentence.text()
    assert "from RAM" in window.page.answer.sentence.text()

    # When the owner opens the choice
    plan = walker.choose(best.model_id, best.quantization)
    walker.picture("choice")
    ask_everywhere(Question(plan.model_id, plan.quantization), plan, here, tmp_path, "cpu")

    # Then something would help: more RAM for a type that loses less, and cards to buy
    assert "GiB of RAM" in walker.words(window.page.choice.fixes)
    assert window.page.choice.cards.rows

    # And of what does not run they are told what is missing
    plan = walker.choose("deepseek-r1-671b", "IQ1_S")
    walker.picture("r1")
    answer = ask_everywhere(Question("r1", "IQ1_S"), plan, here, tmp_path, "no")
    assert (answer.plan["lacking_of"], [one["kind"] for one in answer.plan["advice"]]) == ("disk", ["memory"])
    assert "on the disk" in walker.words(window.page.choice)
