"""One choice in the window's words: what limits it, where its layers are, what it costs in time and quality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck import service
from fitcheck.core.placement import HOST_INDEX
from fitcheck.core.speed import Term
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import format_tokens
from fitcheck.gui.language import said
from fitcheck.gui.sentences import Sentences, needed_bytes
from fitcheck.sentence_templates import put_in

if TYPE_CHECKING:
    from fitcheck.core.layer_places import LayerPlace, Shares
    from fitcheck.core.planner import Plan
    from fitcheck.core.prediction import Prediction
    from fitcheck.core.speed import Speed
    from fitcheck.recommendations import CardChoice, Quality


class ChoiceWords(QObject):
    """Sentences about the choice; sizes as ``said`` has them."""

    def __init__(self, said: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said = said

    def facts(self, plan: Plan, prediction: Prediction) -> str:
        """One line: the band, memory by kind of device, the download, how long loading takes."""
        size, parts = self._said.size, []
        if plan.verdict != "no":
            text = self.tr("expect {low} to {high} tokens/s")
            parts.append(text.format(low=rate(prediction.decode.low), high=rate(prediction.decode.high)))
        on_cards = sum(device.memory.total_bytes for device in plan.devices[:-1])
        host = needed_bytes(plan.devices[-1])
        if not plan.runs:
            parts.append(self.tr("needs {0}").format(size(plan.estimate.total_bytes)))
        elif on_cards and host:
            parts.append(self.tr("{0} of VRAM and {1} of RAM").format(size(on_cards), size(host)))
        else:
            text = self.tr("{0} of VRAM") if on_cards else self.tr("{0} of RAM")
            parts.append(text.format(size(on_cards or host)))
        if plan.verdict != "no":
            parts.append(self.tr("loads in about {0}").format(self._said.duration(prediction.load_seconds)))
        return " · ".join(parts)

    def device(self, plan: Plan, name: str) -> str:
        """A device of the core (``GPU0``, ``host``, ``link``, ``disk``) as people call it."""
        if name.startswith("GPU"):
            return self._said.device_name(plan, int(name.removeprefix("GPU")))
        words = {
            "host": self.tr("RAM"),
            "link": self.tr("the link to the card"),
            "disk": self.tr("the disk"),
            "cards": self.tr("the cards"),
        }
        return words.get(name, name)

    def download(self, plan: Plan) -> str:
        """What must be fetched, and where the disk does not hold it, how much is free; or that it is here."""
        if service.file_here(service.find_model(plan.model_id), plan) is not None:
            return self.tr("its file is here already")
        size, disk = self._said.size(plan.download_bytes), plan.machine.disk
        if disk is not None and disk.free_bytes is not None and disk.free_bytes < plan.download_bytes:
            return self.tr("{0} to download, but only {1} free on disk").format(size, self._said.size(disk.free_bytes))
        return self.tr("{0} to download").format(size)

    def idle_cards(self, plan: Plan) -> str:
        """Cards of the plan that hold none of it."""
        idle = [
            self._said.device_name(plan, index)
            for index, device in enumerate(plan.devices[:-1])
            if not needed_bytes(device)
        ]
        return self.tr("not needed: {0}").format(", ".join(idle)) if idle else ""

    def limit(self, plan: Plan, speed: Speed) -> str:
        """What takes most of the time."""
        most = speed.limit
        share = f"{100 * most.seconds / sum(one.seconds for one in speed.terms):.0f}"
        return put_in(self.tr("{share} % of the time goes into {what}"), share=share, what=self.term(plan, most))

    def term(self, plan: Plan, term: Term) -> str:
        """One part of the time of a token or prompt."""
        where = self.device(plan, term.device)
        texts = {
            "weights": self.tr("reading weights from {where}"),
            "cache": self.tr("reading the cache from {where}"),
            "unpacking": self.tr("unpacking weights on {where}"),
            "layers": self.tr("starting the work of each layer on {where}"),
            "crossings": self.tr("handing over between devices"),
            "compute": self.tr("computing on {where}"),
            "attention": self.tr("attention over the prompt on {where}"),
            "link": self.tr("fetching weights over {where}"),
            "disk": self.tr("reading weights from {where}"),
        }
        said = put_in(texts[term.kind], where=where)
        if term.bytes and term.rate:
            moved = self.tr("{0} at {1} GB/s").format(
                self._said.size(round(term.bytes)),
                f"{term.rate / 1e9:,.3g}" if term.rate < 1e12 else f"{term.rate / 1e9:,.0f}",
            )
            said = f"{said} ({moved})"
        return said

    def thinking(self, plan: Plan, prediction: Prediction, tokens: int) -> Iterator[str]:
        """How long a reasoning answer takes, and whether the context holds it."""
        text = self.tr("A hard question takes about {tokens} tokens of thinking: {time} at this speed.")
        taken = self._said.duration(prediction.decode.seconds_for(tokens))
        yield text.format(tokens=f"{tokens:,}", time=taken)
        context = plan.workload.context // plan.workload.parallel
        asked = format_tokens(context)
        if context < tokens:
            yield self.tr("The context of {0} is too short for that: the answer would be cut off.").format(asked)
        else:
            left = context - tokens
            yield self.tr("The context of {0} holds it, with {1} tokens left for you.").format(asked, f"{left:,}")

    def prompt(self, prediction: Prediction) -> str:
        """Reading a prompt."""
        speed = prediction.prompt
        text = self.tr("Reads a prompt at about {expected} tokens/s ({low} to {high}).")
        return text.format(expected=rate(speed.expected), low=rate(speed.low), high=rate(speed.high))

    def layers(self, plan: Plan, places: Sequence[LayerPlace]) -> str:
        """Where layers and experts are, by runs of layers that are alike."""
        repeating = places[:-1]
        routed = [place.routed for place in repeating]
        if any(routed):
            shared = self._runs(plan, [place.shared for place in repeating])
            experts = self._runs(plan, routed)
            if len({place.shared[0][0] for place in repeating}) == 1:
                return self.tr("experts of layers {0}").format(experts)
            return self.tr("layers {0}; experts of layers {1}").format(shared, experts)
        return self.tr("layers {0}").format(self._runs(plan, [place.shared for place in repeating]))

    def _runs(self, plan: Plan, places: Sequence[Shares]) -> str:
        found, layer = [], 0
        for devices, run in groupby(places, key=lambda shares: tuple(device for device, _ in shares)):
            length = len(list(run))
            if devices:
                last = layer + length - 1
                span = f"{layer}–{last}" if length > 1 else str(layer)
                found.append(self.tr("{0} {1}").format(span, self._place(plan, devices)))
            layer += length
        return ", ".join(found)

    def _place(self, plan: Plan, devices: Sequence[int]) -> str:
        if len(devices) > 1:
            names = [self._card(plan, one) for one in devices]
            return self.tr("parted between {0}").format(" + ".join(names))
        return self.tr("in RAM") if devices[0] == HOST_INDEX else self.tr("on {0}").format(self._card(plan, devices[0]))

    def _card(self, plan: Plan, device: int) -> str:
        return self._said.device_name(plan, device if device != HOST_INDEX else len(plan.devices) - 1)

    def share(self, plan: Plan, shares: Shares) -> str:
        """Where one layer's weights are."""
        if not shares:
            return self.tr("no experts")
        parts = [f"{self._card(plan, device)} {100 * part:.0f} %" for device, part in shares]
        return ", ".join(parts) if len(parts) > 1 else self._place(plan, [shares[0][0]])

    def quality(self, quality: Quality) -> Iterator[tuple[str, str]]:
        """(text, source) of the model's score and of the quantization's loss."""
        if quality.score is None:
            yield self.tr("No benchmark score of this model is known."), ""
        else:
            text = self.tr("{benchmark}: {percent} %, unquantized").format(
                benchmark=quality.benchmark.split(",")[0], percent=f"{quality.score.percent:g}"
            )
            yield text, quality.score.source
        loss = quality.loss
        if loss is None:
            yield self.tr("Nobody published what this type loses."), ""
            return
        text = self.tr("This type: {word}").format(word=self.loss_word(loss.word))
        if loss.perplexity_percent is not None:
            text = self.tr("{0}, perplexity +{1} %").format(text, f"{loss.perplexity_percent:.2g}")
        if loss.kld_mean is not None:
            text = self.tr("{0}, mean divergence {1}").format(text, f"{loss.kld_mean:.2g}")
        where = (
            self.tr("{0} (measured on {1})")
            if quality.same_kind
            else self.tr("{0} (measured on a smaller model, {1}; a large one loses less)")
        )
        yield where.format(text, said(loss.table)), loss.source

    def loss_word(self, word: str) -> str:
        """A word of the scale of losses."""
        words = {
            "near lossless": self.tr("near lossless"),
            "very good": self.tr("very good"),
            "good": self.tr("good, little is lost"),
            "noticeable loss": self.tr("noticeable loss"),
            "strong loss": self.tr("strong loss"),
            "severe": self.tr("severe loss"),
        }
        return words.get(word, word)

    def card(self, found: CardChoice) -> tuple[str, str]:
        """A recommended card: how many of which, and how it would run on them."""
        name = f"{found.count}× {found.card.name}" if found.count > 1 else found.card.name
        size = self._said.size(found.card.memory_bytes or 0)
        speed = self.tr("about {0} tokens/s").format(rate(found.decode.expected))
        if found.plan.verdict == "gpu":
            return name, self.tr("{0} each: all on cards, {1}").format(size, speed)
        ram = self._said.size(found.ram_bytes)
        return name, self.tr("{0}, with {1} of RAM: {2}").format(size, ram, speed)

    def headline(self, plan: Plan, name: str, decode: Speed | None = None) -> str:
        """The choice in a sentence, with its speed where it runs; ``decode`` where that is known already."""
        said = self._said.pick(plan, name)
        if plan.verdict == "no":
            return said
        speed = rate((decode or service.decode_speed(plan)).expected)
        whole = self.tr("{0}: about {1} tokens/s.").format(said.rstrip(".。"), speed)
        return unbroken(whole)


def unbroken(text: str) -> str:
    """The words with a joiner (U+2060) after each slash, where Qt would else begin a new line."""
    return text.replace("/", "/\u2060")
