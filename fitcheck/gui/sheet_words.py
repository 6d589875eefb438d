"""What the model sheet says: a model of the catalogue in, rows of texts with their sources out. No widgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fitcheck.catalog.source_numbers import SourceNumbers
from fitcheck.core.units import format_tokens
from fitcheck.gui.language import said

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel, Correction

Row = tuple[str, str, str]
"""What, its value, and the numbers of its sources (empty where it has none of its own)."""


class SheetWords(QObject):
    """Words one model; ``sources`` numbers what is named."""

    def __init__(self, model: CatalogModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.sources = SourceNumbers()

    def specification(self) -> Iterator[Row]:
        """The table of the architecture, from the largest number to the smallest detail."""
        model, spec = self._model, self._model.architecture
        mark = self.sources.mark(*model.parameter_sources)
        note = said(model.parameters.note)
        yield self.tr("Parameters"), f"{model.parameters.total:,}\n{note}", mark
        yield self.tr("Active for a token"), f"{model.parameters.active:,}", mark
        yield from self._context()
        built = self.sources.mark(*model.architecture_sources)
        yield self.tr("Architecture"), spec.hf_architecture, built
        yield self.tr("Layers"), f"{spec.n_layers}", built
        yield self.tr("Hidden size"), f"{spec.hidden_size:,}", built
        yield self.tr("Feed-forward size"), f"{spec.intermediate_size:,}", built
        yield self.tr("Attention"), str(model.details.get("attention", "")), built
        yield self.tr("Attention heads"), f"{spec.n_attention_heads}", built
        if spec.mla_moe is None:
            yield self.tr("KV heads"), f"{spec.n_kv_heads}", built
        yield self.tr("Head size"), f"{spec.head_dim}", built
        yield from self._latent_and_experts(built)
        yield self.tr("Vocabulary"), self.tr("{0} tokens").format(f"{spec.vocab_size:,}"), built
        for key, name in (("activation", self.tr("Activation")), ("norm", self.tr("Normalization"))):
            if key in model.details:
                yield name, str(model.details[key]), built
        yield self.tr("Position encoding"), self._rope(), built

    def about(self) -> Iterator[Row]:
        """Where it comes from and under which terms."""
        model = self._model
        if model.base_model is not None:
            yield self.tr("Made from"), model.base_model, ""
        yield self.tr("Released"), f"{model.release_date}\n{said(model.release_date_note)}", ""
        yield self.tr("Licence"), said(model.licence), self.sources.mark(model.licence_source)
        yield self.tr("Published as"), said(model.native_dtype), ""
        yield self.tr("Tokenizer"), model.tokenizer, self.sources.mark(model.tokenizer_source)
        reasoning = model.reasoning
        answer = self.tr("about {0} tokens for a hard question").format(f"{reasoning.tokens:,}")
        note = f"\n{said(reasoning.note)}" if reasoning.note else ""
        yield self.tr("A reasoning answer"), f"{answer}{note}", self.sources.mark(reasoning.source)
        yield self.tr("Names that find it"), ", ".join(model.aliases), ""

    def benchmarks(self) -> Iterator[Row]:
        """Published scores; of several sources, one after the other."""
        for one in self._model.benchmarks:
            mark = self.sources.mark(one.source)
            for name, value in one.values.items():
                yield name, f"{value:,g}", mark

    def notes_on_benchmarks(self) -> Iterator[str]:
        """What the scores depend on, and which are second hand."""
        for one in self._model.benchmarks:
            mark = self.sources.mark(one.source)
            if not one.verified:
                yield self.tr("{0} Second hand: not read in the makers' own document.").format(mark)
            if one.note:
                yield f"{mark} {said(one.note)}"

    def corrections(self, corrections: tuple[Correction, ...]) -> Iterator[Row]:
        """Wrong figures in circulation with what is true."""
        for one in corrections:
            claimed = "" if one.claimed == "-" else self.tr("not {0}").format(said(one.claimed))
            text = "\n".join(filter(None, (said(one.correct), claimed, said(one.note))))
            yield said(one.field), text, self.sources.mark(one.source)

    def _context(self) -> Iterator[Row]:
        model = self._model
        text = self.tr("{0} tokens").format(f"{model.spec.context_limit:,}")
        if model.published_context:
            text += "\n" + self.tr("published as {0}").format(model.published_context)
        if model.context_note:
            text += "\n" + said(model.context_note)
        yield self.tr("Longest context"), text, self.sources.mark(*model.architecture_sources)

    def _latent_and_experts(self, built: str) -> Iterator[Row]:
        moe = self._model.architecture.mla_moe
        if moe is None:
            return
        rows = (
            (self.tr("Latent vector of queries"), moe.q_lora_rank),
            (self.tr("Latent vector of keys and values"), moe.kv_lora_rank),
            (self.tr("Head size without position"), moe.qk_nope_head_dim),
            (self.tr("Head size with position"), moe.qk_rope_head_dim),
            (self.tr("Head size of values"), moe.v_head_dim),
            (self.tr("Dense layers at the start"), moe.first_dense_layers),
            (self.tr("Routed experts in a layer"), moe.n_routed_experts),
            (self.tr("Shared experts in a layer"), moe.n_shared_experts),
            (self.tr("Routed experts for a token"), moe.experts_per_token),
            (self.tr("Size of an expert"), moe.expert_intermediate_size),
            (self.tr("Groups of experts"), moe.n_expert_groups),
            (self.tr("Groups for a token"), moe.n_groups_per_token),
        )
        for name, value in rows:
            yield name, f"{value:,}", built

    def _rope(self) -> str:
        """``RoPE, base 10,000, yarn 40 over 4k``."""
        rope: Any = self._model.details.get("rope", {})
        if not isinstance(rope, dict):
            return ""
        parts = ["RoPE"]
        if "theta" in rope:
            parts.append(
                self.tr("base {0}").format(f"{rope['theta']:,g}" if rope["theta"] < 1e6 else f"{rope['theta']:,.0f}")
            )
        scaling = rope.get("scaling", rope)
        kind = scaling.get("type") or scaling.get("rope_type") if isinstance(scaling, dict) else None
        if kind:
            original = scaling.get("original_context") or scaling.get("original_max_position_embeddings")
            over = self.tr("{0}, factor {1} over {2}")
            parts.append(over.format(kind, f"{scaling['factor']:g}", format_tokens(int(original or 0))))
        return ", ".join(parts)
