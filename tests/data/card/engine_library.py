"""llama.cpp's own libraries through ctypes, as far as a measurement needs them: load, make a context, decode.

The structures are those of llama.cpp v0.5.0 (include/llama.h); others are refused by what their defaults say.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from ctypes import Structure, c_bool, c_char_p, c_float, c_int, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any

LIBRARIES = ("libggml-base.so", "libggml.*v*.so", "libllama.*v*.so")
CACHE_TYPES = {"f32": 0, "f16": 1, "q4_0": 2, "q4_1": 3, "q5_0": 6, "q5_1": 7, "q8_0": 8, "iq4_nl": 20, "bf16": 30}
FLASH_ATTENTION = {"auto": -1, "off": 0, "on": 1}
BREAKDOWN = "_Z26llama_get_memory_breakdownPK13llama_context"
VARIED = 8_192
"""Token ids go round in this many, so that each token of a batch has an embedding, and with it experts, of its own."""


class ModelParams(Structure):
    """``llama_model_params``."""

    _fields_ = (
        ("devices", c_void_p), ("tensor_buft_overrides", c_void_p), ("n_gpu_layers", c_int32),
        ("split_mode", c_int32), ("load_mode", c_int32), ("lazy_mode", c_int32), ("main_gpu", c_int32),
        ("tensor_split", c_void_p), ("progress_callback", c_void_p), ("progress_callback_user_data", c_void_p),
        ("kv_overrides", c_void_p), ("vocab_only", c_bool), ("check_tensors", c_bool),
        ("use_extra_bufts", c_bool), ("no_host", c_bool), ("no_alloc", c_bool), ("load_mtp", c_bool),
    )  # fmt: skip


class ContextParams(Structure):
    """``llama_context_params``."""

    _fields_ = (
        ("n_ctx", c_uint32), ("n_batch", c_uint32), ("n_ubatch", c_uint32), ("n_seq_max", c_uint32),
        ("n_rs_seq", c_uint32), ("n_outputs_max", c_uint32), ("n_outputs_max_per_seq", c_uint32),
        ("n_threads", c_int32), ("n_threads_batch", c_int32), ("ctx_type", c_int32),
        ("rope_scaling_type", c_int32), ("pooling_type", c_int32), ("attention_type", c_int32),
        ("flash_attn_type", c_int32), ("rope_freq_base", c_float), ("rope_freq_scale", c_float),
        ("yarn_ext_factor", c_float), ("yarn_attn_factor", c_float), ("yarn_beta_fast", c_float),
        ("yarn_beta_slow", c_float), ("yarn_orig_ctx", c_uint32), ("defrag_thold", c_float),
        ("cb_eval", c_void_p), ("cb_eval_user_data", c_void_p), ("type_k", c_int32), ("type_v", c_int32),
        ("abort_callback", c_void_p), ("abort_callback_data", c_void_p), ("embeddings", c_bool),
        ("offload_kqv", c_bool), ("no_perf", c_bool), ("op_offload", c_bool), ("swa_full", c_bool),
        ("kv_unified", c_bool), ("samplers", c_void_p), ("n_samplers", c_size_t), ("ctx_other", c_void_p),
    )  # fmt: skip


class Override(Structure):
    """``llama_model_tensor_buft_override``."""

    _fields_ = (("pattern", c_char_p), ("buffer_type", c_void_p))


class Batch(Structure):
    """``llama_batch``."""

    _fields_ = (
        ("n_tokens", c_int32), ("token", c_void_p), ("embd", c_void_p), ("pos", c_void_p), ("n_seq_id", c_void_p),
        ("seq_id", c_void_p), ("logits", c_void_p),
    )  # fmt: skip


class TreeHead(Structure):
    """libstdc++'s ``std::map``, which the memory breakdown is returned as."""

    _fields_ = (
        ("compare", c_uint64), ("color", c_uint64), ("root", c_void_p), ("left", c_void_p), ("right", c_void_p),
        ("count", c_size_t),
    )  # fmt: skip


class TreeNode(Structure):
    """A node of that map: a buffer type, and its bytes of weights, cache and compute buffers."""

    _fields_ = (
        ("color", c_uint64), ("parent", c_void_p), ("left", c_void_p), ("right", c_void_p), ("key", c_void_p),
        ("weights", c_size_t), ("cache", c_size_t), ("compute", c_size_t),
    )  # fmt: skip


class EngineError(RuntimeError):
    """What the engine said when it refused."""


class Engine:
    """The engine, one model and one context, all for the life of the process."""

    def __init__(self, folder: Path) -> None:
        self._said: list[str] = []
        opened = [ctypes.CDLL(str(next(iter(sorted(folder.glob(one))))), ctypes.RTLD_GLOBAL) for one in LIBRARIES]
        self._base, self._ggml, self._llama = opened
        self._keep = ctypes.CFUNCTYPE(None, c_int, c_char_p, c_void_p)(
            lambda _level, text, _data: self._said.append(text.decode("utf-8", "replace"))
        )
        self._llama.llama_log_set(self._keep, None)
        self._bind()
        self._llama.llama_backend_init()
        self._ggml.ggml_backend_load_all_from_path(str(folder).encode())
        self._check_layout()
        self._model = self._context = None
        self._batch = self._next = 0
        self._tokens = (c_int32 * (2 * VARIED))(*range(VARIED), *range(VARIED))

    def _bind(self) -> None:
        def declare(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> None:
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments

        declare(self._ggml, "ggml_backend_load_all_from_path", None, c_char_p)
        declare(self._ggml, "ggml_backend_dev_by_name", c_void_p, c_char_p)
        declare(self._base, "ggml_backend_dev_buffer_type", c_void_p, c_void_p)
        declare(self._base, "ggml_backend_buft_name", c_char_p, c_void_p)
        declare(self._llama, "llama_model_default_params", ModelParams)
        declare(self._llama, "llama_context_default_params", ContextParams)
        declare(self._llama, "llama_model_load_from_file", c_void_p, c_char_p, ModelParams)
        declare(self._llama, "llama_init_from_model", c_void_p, c_void_p, ContextParams)
        declare(self._llama, "llama_batch_get_one", Batch, c_void_p, c_int32)
        declare(self._llama, "llama_decode", c_int32, c_void_p, Batch)
        declare(self._llama, "llama_synchronize", None, c_void_p)
        declare(self._llama, "llama_get_logits_ith", ctypes.POINTER(c_float), c_void_p, c_int32)
        declare(self._llama, "llama_get_memory", c_void_p, c_void_p)
        declare(self._llama, "llama_memory_clear", None, c_void_p, c_bool)
        declare(self._llama, BREAKDOWN, TreeHead, c_void_p)

    def _check_layout(self) -> None:
        model, context = self._llama.llama_model_default_params(), self._llama.llama_context_default_params()
        as_known = (
            (context.n_ctx, context.n_batch, context.n_ubatch, context.n_seq_max) == (512, 2048, 512, 1)
            and (context.type_k, context.type_v, context.offload_kqv, context.op_offload) == (1, 1, True, True)
            and (model.split_mode, model.use_extra_bufts, model.no_alloc, model.vocab_only) == (1, True, False, False)
        )
        if not as_known:
            raise EngineError("This engine's parameters are not those of llama.cpp v0.5.0.")

    def load(self, path: Path, *, card: bool, gpu_layers: int, on_host: str | None) -> None:
        """Load a model onto the first card, or onto none; tensors that ``on_host`` matches stay in RAM."""
        params = self._llama.llama_model_default_params()
        devices = (c_void_p * 2)(self._device(b"CUDA0") if card else None, None)
        params.devices = ctypes.cast(devices, c_void_p)
        params.n_gpu_layers = gpu_layers
        if on_host:
            buffers = self._base.ggml_backend_dev_buffer_type(self._device(b"CPU"))
            overrides = (Override * 2)(Override(on_host.encode(), buffers), Override(None, None))
            params.tensor_buft_overrides = ctypes.cast(overrides, c_void_p)
        self._model = self._llama.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise EngineError(self.last_words())

    def make_context(
        self, *, context: int, ubatch: int, flash_attn: str, type_k: str, type_v: str, threads: int
    ) -> None:
        """Make a context for one sequence, with logits for its last token."""
        params = self._llama.llama_context_default_params()
        params.n_ctx, params.n_ubatch, params.n_batch = context, ubatch, max(2048, ubatch)
        params.n_outputs_max = params.n_outputs_max_per_seq = 1
        params.flash_attn_type = FLASH_ATTENTION[flash_attn]
        params.type_k, params.type_v = CACHE_TYPES[type_k], CACHE_TYPES[type_v]
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True
        self._batch = params.n_batch
        self._context = self._llama.llama_init_from_model(self._model, params)
        if not self._context:
            raise EngineError(self.last_words())

    def breakdown(self) -> dict[str, list[int]]:
        """Bytes of weights, cache and compute buffers by buffer type, as the engine counts them."""
        head = getattr(self._llama, BREAKDOWN)(self._context)
        rows = dict(self._rows(head.root))
        if len(rows) != head.count:
            raise EngineError("The memory breakdown has another form.")
        return rows

    def _rows(self, address: int | None) -> Iterator[tuple[str, list[int]]]:
        if address:
            node = TreeNode.from_address(address)
            yield from self._rows(node.left)
            name = self._base.ggml_backend_buft_name(node.key).decode()
            yield name, [node.weights, node.cache, node.compute]
            yield from self._rows(node.right)

    def decode(self, sizes: Sequence[int]) -> None:
        """Go through batches of so many tokens behind what the cache holds, and wait for the end."""
        for size in sizes:
            done = 0
            while done < size:
                count = min(size - done, self._batch)
                first = ctypes.addressof(self._tokens) + self._next * ctypes.sizeof(c_int32)
                batch = self._llama.llama_batch_get_one(first, count)
                if status := self._llama.llama_decode(self._context, batch):
                    raise EngineError(f"llama_decode: {status}. {self.last_words()}")
                self._next = (self._next + count) % VARIED
                done += count
        self._llama.llama_synchronize(self._context)

    def sound(self) -> bool:
        """Whether the last token's logits are numbers: then made-up weights went through all layers as real ones do."""
        logits = self._llama.llama_get_logits_ith(self._context, -1)
        return all(math.isfinite(value) for value in logits[:VARIED])

    def forget(self) -> None:
        """Empty the cache."""
        self._llama.llama_memory_clear(self._llama.llama_get_memory(self._context), False)

    def last_words(self) -> str:
        """The end of what the engine logged."""
        return "".join(self._said)[-1500:]

    def said(self, *words: str) -> list[str]:
        """Lines of its log with any of these words."""
        return [line for line in "".join(self._said).splitlines() if any(word in line for word in words)]

    def _device(self, name: bytes) -> int:
        found = self._ggml.ggml_backend_dev_by_name(name)
        if not found:
            raise EngineError(f"no device {name.decode()}. {self.last_words()}")
        return int(found)
