"""How a number comes about, in words: formula, inputs and source, all from the expression that gives the number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck.core.derivation import Derivation, Derived, Expression, Leaf
from fitcheck.core.speed_sentences import rate
from fitcheck.frozen import dataclass
from fitcheck.gui.choice_words import ChoiceWords
from fitcheck.gui.sentences import Sentences
from fitcheck.sentence_templates import put_in

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan

_MOST_INPUTS = 12


@dataclass(frozen=True, slots=True)
class Explained:
    """One number: what it is, its value, its formula, the inputs as (name, value), how sure it is, its source."""

    name: str
    value: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    certainty: str
    source: str


class DerivationWords(QObject):
    """Words for expressions; sizes as ``said`` has them."""

    def __init__(self, said: Sentences, words: ChoiceWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said, self._words = said, words

    def explained(self, plan: Plan, derivation: Derivation) -> Explained:
        """Everything about one number of a plan."""
        names = {
            "weights": self.tr("Weights"),
            "kv_cache": self.tr("KV cache"),
            "compute": self.tr("Compute buffers"),
            "runtime": self.tr("Runtime overhead"),
            "speed": self.tr("Tokens per second"),
        }
        speed = derivation.component == "speed"
        value = rate(derivation.value) if speed else self._said.size(round(derivation.value))
        leaves = [leaf for leaf in _leaves(derivation.expression) if leaf.value]
        inputs = tuple((self._name(plan, leaf), self._value(leaf)) for leaf in leaves[:_MOST_INPUTS])
        if len(leaves) > _MOST_INPUTS:
            inputs += ((self.tr("and {0} smaller ones").format(len(leaves) - _MOST_INPUTS), ""),)
        return Explained(
            names[derivation.component], value, self._formula(plan, derivation.expression), inputs,
            self._certainty(plan, derivation), derivation.source,
        )  # fmt: skip

    def _certainty(self, plan: Plan, derivation: Derivation) -> str:
        if derivation.certainty == "exact":
            return self.tr("Exact: what the engine allocates, to the byte.")
        if derivation.certainty == "margin":
            return self.tr("A margin, not a measurement of your card.")
        said = self.tr("A prediction: most published cases lie within the band.")
        if derivation.certainty == "assumed":
            return " ".join((said, self.tr("Assumed:"), *plan.prediction.assumptions))
        return said

    def _formula(self, plan: Plan, expression: Derived, *, inside: bool = False) -> str:
        if isinstance(expression, Leaf):
            return self._name(plan, expression)
        parts = expression.parts
        if expression.operator == "+" and len(parts) > 4 and all(isinstance(part, Leaf) for part in parts):
            return self.tr("sum of {0} kinds of tensors").format(len(parts))
        sign = f" {expression.operator} "
        text = sign.join(self._formula(plan, part, inside=True) for part in parts)
        return f"({text})" if inside and len(parts) > 1 else text

    def _name(self, plan: Plan, leaf: Leaf) -> str:
        where = self._words.device(plan, leaf.detail)
        if leaf.kind == "rate":
            return self.tr("bytes a second of {0}").format(where)
        if leaf.kind.startswith(("moved_", "time_")):
            return self._moved(leaf, where)
        texts = {
            "tensors": self.tr("{0} tensors").format(leaf.detail),
            "layers": self.tr("layers there"),
            "cells": self.tr("tokens held"),
            "key_bytes": self.tr("bytes of a key ({0})").format(leaf.detail),
            "value_bytes": self.tr("bytes of a value ({0})").format(leaf.detail),
            "padding": self.tr("alignment"),
            "graph_peak": self.tr("most that tensors of one batch of {0} tokens take at once").format(leaf.detail),
            "runtime_margin": self.tr("context and libraries of the driver"),
            "runtime_seen": self.tr("context and libraries, as seen on this card"),
            "tokens": self.tr("tokens"),
        }
        return texts[leaf.kind]

    def _moved(self, leaf: Leaf, where: str) -> str:
        what, _, kind = leaf.kind.partition("_")
        kinds = {
            "weights": self.tr("weights read from {0}"),
            "cache": self.tr("cache read from {0}"),
            "unpacking": self.tr("unpacking on {0}"),
            "layers": self.tr("starting layers on {0}"),
            "crossings": self.tr("handing over between devices"),
            "compute": self.tr("computing on {0}"),
            "attention": self.tr("attention on {0}"),
            "link": self.tr("weights over {0}"),
            "disk": self.tr("weights read from {0}"),
        }
        name = put_in(kinds[kind], where)
        return put_in(self.tr("time of {0}"), name) if what == "time" else name

    def _value(self, leaf: Leaf) -> str:
        if leaf.unit == "bytes":
            small = leaf.value < 1 << 20
            return self.tr("{0} bytes").format(f"{leaf.value:,.0f}") if small else self._said.size(round(leaf.value))
        if leaf.unit == "bytes/s":
            return f"{leaf.value / 1e9:.4g} GB/s"
        if leaf.unit == "seconds":
            return f"{leaf.value * 1e3:.3g} ms"
        return f"{leaf.value:,.0f}"


def _leaves(expression: Derived) -> Iterator[Leaf]:
    if isinstance(expression, Leaf):
        yield expression
        return
    assert isinstance(expression, Expression)
    for part in expression.parts:
        yield from _leaves(part)
