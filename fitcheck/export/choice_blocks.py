"""The parts of a report about one choice, each as blocks of a document."""

from __future__ import annotations

from collections.abc import Iterator

from fitcheck.core.report import ChoiceReport, DeviceShare, Report, RuntimeCommand, TimeShare
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import format_tokens, whole_k
from fitcheck.export.document import Block, Bullets, Code, Facts, Heading, Legend, Paragraph, Picture, Table
from fitcheck.export.drawings import memory_curve, memory_picture, speed_curve
from fitcheck.export.layer_blocks import layer_blocks
from fitcheck.export.words import Words
from fitcheck.sentence_templates import put_in

_SHOWN_FIRST = "llama-server"


class ChoiceBlocks:
    """Blocks about choices of one report."""

    def __init__(self, report: Report, words: Words) -> None:
        self._report, self._words = report, words

    def answer(self, choice: ChoiceReport) -> Iterator[str]:
        """The answer in two sentences: whether and where it runs, and how fast or what it lacks."""
        words, tr = self._words, self._words.tr
        texts = {
            "gpu": tr("Yes: {0} fits on the GPU alone, with {1} of context."),
            "offload": tr("Yes, with offload: {0} runs on GPU and RAM together, with {1} of context."),
            "cpu": tr("Yes, but without a GPU: {0} runs from RAM, on the processor, with {1} of context."),
            "disk": tr("Not from memory: {0} would stream from the disk for every token, with {1} of context."),
            "no": tr("No: {0} does not run here, with {1} of context."),
        }
        yield texts[choice.verdict].format(f"{choice.name} {choice.quant}", format_tokens(choice.context))
        if choice.decode is None:
            text = tr("It needs {0} in all and lacks {1} of {2}.")
            needed, lacking = words.size(choice.total_bytes), words.size(choice.lacking_bytes)
            yield put_in(text, needed, lacking, words.lacking(choice.lacking_of))
        elif choice.lacking_bytes:
            text = tr("It lacks {0} of {1}; expect {2}.")
            speed = words.speed(choice.decode)
            yield put_in(text, words.size(choice.lacking_bytes), words.lacking(choice.lacking_of), speed)
        else:
            yield tr("It takes {0} and answers at {1}.").format(
                words.size(choice.total_bytes), words.speed(choice.decode)
            )

    def key_facts(self, choice: ChoiceReport) -> Iterator[Block]:
        """The question, and what there is to download."""
        words, tr = self._words, self._words.tr
        cache = choice.type_k if choice.type_k == choice.type_v else f"{choice.type_k} / {choice.type_v}"
        rows = [
            (tr("Model"), choice.name),
            (tr("Quantization"), choice.quant),
            (tr("Context"), tr("{0} tokens").format(f"{choice.context:,}")),
            (tr("KV cache"), cache),
        ]
        if choice.parallel > 1:
            rows.append((tr("Chats at once"), str(choice.parallel)))
        size = words.size(choice.download_bytes)
        here = tr("{0}, here already").format(size)
        rows.append((tr("The file"), here) if choice.file_is_here else (tr("Download"), size))
        if choice.load_seconds is not None:
            rows.append((tr("Loading"), tr("about {0}").format(words.duration(choice.load_seconds))))
        yield Facts(tuple(rows))

    def memory(self, choice: ChoiceReport, *, contexts: bool = True) -> Iterator[Block]:
        """A bar for each device that holds a part, and all numbers as a table; then other ``contexts`` as another."""
        words, tr = self._words, self._words.tr
        shown = [one for one in choice.devices if one.total_bytes > one.runtime_bytes]
        yield Legend((
            ("component.weights", tr("weights")), ("component.kv_cache", tr("KV cache")),
            ("component.compute", tr("compute")), ("component.runtime", tr("runtime")),
            ("component.other_programs", tr("in use")),
        ))  # fmt: skip
        for one in shown:
            yield Picture(memory_picture(choice, one, words))
        head = (
            tr("in {0}").format(words.unit), tr("weights"), tr("KV cache"), tr("compute"), tr("runtime"), tr("in all"),
            tr("may use"), tr("left"),
        )  # fmt: skip
        rows: list[tuple[str, ...]] = [
            (
                words.share(choice, one), words.bare(one.weights_bytes), words.bare(one.kv_cache_bytes),
                words.bare(one.compute_bytes), words.bare(one.runtime_bytes), words.bare(one.total_bytes),
                words.bare(one.usable_bytes), words.bare(one.headroom_bytes),
            )
            for one in choice.devices
        ]  # fmt: skip
        sums = [
            sum(getattr(one, f"{part}_bytes") for one in choice.devices)
            for part in ("weights", "kv_cache", "compute", "runtime")
        ]
        rows.append((tr("all devices"), *map(words.bare, sums), words.bare(choice.total_bytes), "", ""))
        yield Table(head, tuple(rows), total=True)
        note = tr("May use: free memory less a reserve of {0}; the runtime's part is taken from that reserve.")
        yield Paragraph(words.join(note.format(words.size(self._report.margin_bytes)), self._runtime(choice)), "small")
        if len(choice.points) > 1:
            watched = choice.devices[choice.watched]
            text = tr("RAM by context, {1}") if watched.kind == "host" else tr("Memory of {0} by context, {1}")
            title = text.format(words.share(choice, watched), words.unit)
            yield Picture(memory_curve(choice, words, title), title)
            if contexts:
                yield self._contexts(choice, watched)

    def _runtime(self, choice: ChoiceReport) -> str:
        """Whether the runtime's part was measured on these cards."""
        words, tr = self._words, self._words.tr
        held = [one for one in choice.devices if one.runtime_bytes]
        seen = [one for one in held if one.runtime_seen]
        if not held or len(seen) == len(held):
            return tr("The runtime's part was measured on this computer.") if held else ""
        if not seen:
            return tr("The runtime's part is a margin; verifying measures it.")
        names = ", ".join(words.share(choice, one) for one in seen)
        return tr("The runtime's part was measured on {0}; elsewhere it is a margin.").format(names)

    def _contexts(self, choice: ChoiceReport, watched: DeviceShare) -> Table:
        """What the curves show, in numbers."""
        words, tr = self._words, self._words.tr
        head = (
            tr("context"), tr("runs"), tr("{0}, {1}").format(words.share(choice, watched), words.unit),
            tr("tokens/s, context full"),
        )  # fmt: skip
        rows = tuple(
            (
                format_tokens(whole_k(one.context)), words.verdict(one.verdict), words.bare(one.needed_bytes),
                words.span(None if one.verdict == "no" else one.decode),
            )
            for one in choice.points
        )  # fmt: skip
        return Table(head, rows, 2, tuple(one.verdict for one in choice.points))

    def placement(self, choice: ChoiceReport) -> Iterator[Block]:
        """Why, in the core's sentences, then the settings in llama.cpp's words."""
        words, tr = self._words, self._words.tr
        for sentence in choice.reasons:
            yield Paragraph(words.said(sentence))
        yield from layer_blocks(choice, words)
        layers = choice.n_layers + 1
        rows = [("gpu_layers", tr("{0} of {1}").format(min(choice.gpu_layers, layers), layers))]
        if choice.cpu_moe_layers:
            rows.append(("n_cpu_moe", str(choice.cpu_moe_layers)))
        if choice.tensor_split:
            rows.append(("tensor_split", ", ".join(f"{one:g}" for one in choice.tensor_split)))
        rows += [("override_tensor", f"{pattern}={device}") for pattern, device in choice.overrides]
        yield Facts(tuple(rows))
        if choice.warnings:
            yield Bullets(tuple(map(words.said, choice.warnings)))

    def speed(self, choice: ChoiceReport, level: int = 2) -> Iterator[Block]:
        """Answering, thinking, reading a prompt; what takes the time; what was assumed."""
        words, tr = self._words, self._words.tr
        decode, prompt = choice.decode, choice.prompt
        if decode is None or prompt is None:
            return
        yield Heading(tr("How fast"), level)
        items = [tr("Answers at {0}.").format(words.speed(decode))]
        items.append(tr("Reads a prompt at {0}.").format(words.speed(prompt)))
        if choice.reasoning_tokens:
            text = tr("A hard question takes about {0} tokens of thinking: {1} at this speed.")
            tokens = choice.reasoning_tokens
            items.append(text.format(f"{tokens:,}", words.duration(tokens / decode.expected)))
            context = choice.context // choice.parallel
            if context < tokens:
                text = tr("The context of {0} is too short for that: the answer would be cut off.")
                items.append(text.format(format_tokens(context)))
        yield Bullets(tuple(items))
        whole = sum(term.seconds for term in choice.terms)
        if whole:
            head = (tr("what takes the time of a token"), tr("ms"), tr("share"), tr("GB moved"), "GB/s")
            rows = tuple(self._term(choice, one, whole) for one in sorted(choice.terms, key=lambda one: -one.seconds))
            yield Table(head, rows)
        if len(choice.points) > 1:
            title = tr("Tokens per second with the context full")
            yield Picture(speed_curve(choice, words, title), title)
        if choice.assumptions:
            yield Bullets(tuple(map(words.said, choice.assumptions)))

    def _term(self, choice: ChoiceReport, term: TimeShare, whole: float) -> tuple[str, ...]:
        tr = self._words.tr
        texts = {
            "weights": tr("reading weights from {0}"),
            "cache": tr("reading the cache from {0}"),
            "unpacking": tr("unpacking weights on {0}"),
            "layers": tr("starting the work of each layer on {0}"),
            "crossings": tr("handing over between devices"),
            "compute": tr("computing on {0}"),
            "attention": tr("attention over the prompt on {0}"),
            "link": tr("fetching weights over {0}"),
            "disk": tr("reading weights from {0}"),
        }
        moved = "–" if term.bytes is None else f"{term.bytes / 1e9:.3g}"
        speed = "–" if term.bytes_per_s is None else f"{term.bytes_per_s / 1e9:,.0f}"
        taken, share = 1000 * term.seconds, 100 * term.seconds / whole
        return (
            put_in(texts[term.kind], self._words.device(choice, term.device)),
            f"{taken:,.0f}" if taken >= 1000 else f"{taken:.3g}", f"{share:.0f} %" if share >= 0.5 else "<1 %",
            moved, speed,
        )  # fmt: skip

    def commands(self, choice: ChoiceReport, *, first_only: bool = False) -> Iterator[Block]:
        """Steps, then text to paste for each runtime, and which runtimes cannot do it."""
        words, tr = self._words, self._words.tr
        usable = [one for one in choice.commands if one.sh]
        if not first_only:
            yield Bullets(tuple(self._steps(choice)), numbered=True)
        for one in usable:
            if not first_only or one.engine == _SHOWN_FIRST:
                yield Code(one.title, self._pasted(one), tuple(map(words.said, one.notes)))
        refused = [one for one in choice.commands if one.refusal]
        if refused and not first_only:
            yield Paragraph(tr("Runtimes that cannot do this:"))
            pair = tr("{0}: {1}")
            yield Bullets(tuple(pair.format(one.title, words.said(one.refusal)) for one in refused))

    def _pasted(self, one: RuntimeCommand) -> str:
        """For the shell of the machine's system."""
        windows = (self._report.machine.os_name or "").startswith("Windows")
        return (one.powershell or one.sh) if windows else one.sh

    def _steps(self, choice: ChoiceReport) -> Iterator[str]:
        words, tr = self._words, self._words.tr
        if not choice.file_is_here:
            yield tr("Make room: {0} on the disk for the file.").format(words.size(choice.download_bytes))
        for one in choice.devices:
            held = one.total_bytes - one.runtime_bytes
            if held and one.capacity_bytes is not None:
                text = tr("Keep {0} of {1} free: close other programs that use it.")
                yield put_in(text, words.size(one.total_bytes), words.share(choice, one))
        yield tr("Paste one of the commands below into a terminal; the placement is in it.")
        yield tr("Compare the speed with the band above; far below it, look at the driver's memory first.")

    def better(self, choice: ChoiceReport) -> Iterator[Block]:
        """What would change the verdict, and the other quantizations of the model."""
        words, tr = self._words, self._words.tr
        if choice.advice:
            yield Bullets(tuple(map(words.said, choice.advice)))
        elif choice.verdict == "gpu":
            yield Paragraph(
                tr("Everything is on the GPU already; another quantization trades quality for speed and room.")
            )
        else:
            yield Paragraph(tr("No shorter context, smaller cache or smaller quantization changes where it runs."))
        if choice.others:
            head = (
                tr("the same model as"), tr("runs"), tr("{0} in all").format(words.unit), tr("tokens/s"),
                tr("file, {0}").format(words.unit),
            )  # fmt: skip
            rows = tuple(
                (
                    one.quant, words.verdict(one.verdict), words.bare(one.total_bytes), words.span(one.decode),
                    words.bare(one.download_bytes),
                )
                for one in choice.others
            )  # fmt: skip
            yield Table(head, rows, 2, tuple(one.verdict for one in choice.others))

    def cards(self, choice: ChoiceReport, level: int = 2) -> Iterator[Block]:
        """Cards of the catalogue."""
        words, tr = self._words, self._words.tr
        if not choice.cards:
            return
        yield Heading(tr("Cards that run it"), level)
        rows = []
        for one in choice.cards:
            name = f"{one.count}× {one.card}" if one.count > 1 else one.card
            ram = words.bare(one.ram_bytes)
            rows.append((name, words.verdict(one.verdict), words.bare(one.memory_bytes), ram, words.span(one.decode)))
        head = (
            tr("card"), tr("runs"), tr("{0} each").format(words.unit), tr("{0} of RAM").format(words.unit),
            tr("tokens/s"),
        )  # fmt: skip
        yield Table(head, tuple(rows), 2, tuple(one.verdict for one in choice.cards))

    def quality(self, choice: ChoiceReport) -> Iterator[Block]:
        """Published scores and losses, with their sources."""
        words, tr, found = self._words, self._words.tr, choice.quality
        if found is None:
            return
        yield Heading(tr("How good"))
        if found.score_percent is not None:
            text = tr("{0} of the unquantized model: {1} % (source: {2})")
            yield Paragraph(text.format(words.said(found.benchmark), f"{found.score_percent:g}", found.score_source))
        if found.loss is None:
            yield Paragraph(tr("Nobody published what {0} loses.").format(choice.quant))
            return
        parts = [tr("{0}: {1}").format(choice.quant, words.loss(found.loss))]
        if found.perplexity_percent is not None:
            parts.append(tr("perplexity +{0} %").format(f"{found.perplexity_percent:.2g}"))
        if found.kld_mean is not None:
            parts.append(tr("mean divergence {0}").format(f"{found.kld_mean:.2g}"))
        where = (
            tr("measured on {0}") if found.same_kind else tr("measured on a smaller model, {0}; a large one loses less")
        )
        parts.append(where.format(words.said(found.measured_on)))
        source = tr("source: {0}").format(found.loss_source)
        yield Paragraph(f"{'; '.join(parts)} ({source})")

    def verification(self, choice: ChoiceReport) -> Iterator[Block]:
        """What was measured, where it was."""
        words, tr, found = self._words, self._words.tr, choice.verification
        if found is None:
            return
        yield Heading(tr("Not verified") if found.verdict == "not_verified" else tr("Verified"))
        yield Paragraph(words.said(found.sentence))
        names = {
            "weights": tr("weights"), "kv_cache": tr("KV cache"), "compute": tr("compute"), "runtime": tr("runtime"),
            "activations": tr("activations"), "resident": tr("growth of the process"),
        }  # fmt: skip
        rows = tuple(
            (
                words.device(choice, one.device),
                names[one.component],
                _count(one.predicted_bytes),
                _count(one.measured_bytes),
            )
            for one in found.comparisons
        )
        if rows:
            yield Table((tr("device"), tr("part"), tr("predicted, bytes"), tr("measured, bytes")), rows, 2)
        pace = found.pace
        if pace is not None:
            text = tr("This pass in torch: {0} tokens/s; reading {1} tokens/s.")
            yield Paragraph(text.format(rate(pace.pass_decode), rate(pace.pass_prompt)))
        if found.notes:
            yield Bullets(tuple(map(words.said, found.notes)))

    def origins(self, choice: ChoiceReport) -> Iterator[Block]:
        """How each number was obtained."""
        words, tr = self._words, self._words.tr
        yield Heading(tr("How these numbers came about"))
        names = {
            "weights": tr("weights"), "kv_cache": tr("KV cache"), "compute": tr("compute"), "runtime": tr("runtime"),
            "speed": tr("speed"),
        }  # fmt: skip
        sure = {
            "exact": tr("exact, to the byte"), "margin": tr("a margin, not a measurement"),
            "model": tr("predicted, with a band"), "assumed": tr("predicted from assumed rates"),
        }  # fmt: skip
        rows = tuple((names[one.component], sure[one.certainty], words.said(one.source)) for one in choice.origins)
        yield Table((tr("number"), tr("how sure"), tr("where from")), rows, 3)

    def method(self) -> Iterator[Block]:
        """The same for a table of many."""
        tr = self._words.tr
        yield Heading(tr("How these numbers came about"))
        yield Bullets((
            tr("Weights, KV cache and compute buffers: what llama.cpp allocates, to the byte."),
            tr("Runtime overhead of a card: a margin, unless it was seen on that card."),
            tr("Tokens per second: predicted from the bytes that each token moves."),
        ))  # fmt: skip


def _count(size_bytes: int | None) -> str:
    return "–" if size_bytes is None else f"{size_bytes:,}"
