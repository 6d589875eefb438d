"""A model's architecture out of the ``config.json`` its makers publish, and how files that people name are spoken of.

Keys and their defaults are those of the ``transformers`` configuration classes (configuration_deepseek_v3.py,
configuration_qwen2.py, configuration_qwen3.py, configuration_llama.py).
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path

from fitcheck.core.model import GgufArchitecture, MlaMoe, ModelSpec
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

ARCHITECTURES: dict[str, GgufArchitecture] = {
    "deepseek_v3": "deepseek2", "qwen2": "qwen2", "qwen3": "qwen3", "llama": "llama",
    "DeepseekV3ForCausalLM": "deepseek2", "Qwen2ForCausalLM": "qwen2", "Qwen3ForCausalLM": "qwen3",
    "LlamaForCausalLM": "llama",
}  # fmt: skip
"""``model_type``, or a class of ``architectures``, -> what llama.cpp calls it."""

MAX_CONFIG_BYTES = 1_000_000
"""Published ones have 600 to 2,000 bytes."""

MAX_NUMBER = 10**9
"""Elements or tokens; the largest real number, a vocabulary or a context of ten million, is far below."""

MAX_LAYERS = 512
"""``LLAMA_MAX_LAYERS`` (llama.cpp src/llama-hparams.h)."""

MAX_NAME = 100
"""Signs of a foreign name that a message repeats."""


def one_line(text: str) -> str:
    """A text from outside, fit for one line: unprintable signs replaced, a long one shortened."""
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:MAX_NAME])
    return f"{clean}…" if len(text) > MAX_NAME else clean


def shown(value: object) -> str:
    """What a file says, quoted for a message on one line; of lists and objects only that they are such."""
    return f"a {type(value).__name__}" if isinstance(value, (list, dict)) else f"'{one_line(str(value))}'"


def regular_file_bytes(path: Path) -> int:
    """Size of a file with something in it.

    RequestError: ``file_not_found``, ``not_a_file`` (a directory or device), ``unreadable_file``, ``empty_file``.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a null character in the name
        raise RequestError("file_not_found", f"There is no file {shown(str(path))}.") from None
    except OSError as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        what = "a directory" if stat.S_ISDIR(status.st_mode) else "no ordinary file"
        raise RequestError("not_a_file", f"{shown(path.name)} is {what}; name a .gguf file or a config.json.")
    if status.st_size == 0:
        raise RequestError("empty_file", f"{shown(path.name)} is empty (0 bytes).")
    return status.st_size


def unreadable(path: Path, error: Exception) -> RequestError:
    """The error for a file that the system does not let us read, with the system's reason."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return RequestError("unreadable_file", f"{shown(path.name)} cannot be read: {reason}.")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers in a file's description of a model, none of them believed.

    ``code`` is that of the errors raised, ``prefix`` what stands before every key.
    """

    file_name: str
    values: Mapping[str, object]
    code: str
    prefix: str = ""

    def number(self, key: str, default: int | None = None, least: int = 1, most: int = MAX_NUMBER) -> int:
        """A whole number within bounds; ``default`` (None: there must be one) where it is missing or null."""
        name = self.prefix + key
        value = self.values.get(name)
        if value is None:
            value = default
        if value is None:
            raise RequestError(self.code, f"{shown(self.file_name)} does not say {name}.")
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            wanted = f"a number from {least} to {most}" if most > least else f"{least}"
            raise RequestError(self.code, f"{shown(self.file_name)} has {shown(value)} for {name}, not {wanted}.")
        return value

    def kv_heads(self, key: str, heads: int) -> int:
        """Key and value heads, each shared by as many query heads."""
        kv_heads = self.number(key, default=heads)
        if heads % kv_heads:
            raise RequestError(
                self.code,
                f"{shown(self.file_name)} has {heads} attention heads, which {kv_heads} KV heads do not share.",
            )
        return kv_heads


def read_config(path: Path) -> ModelSpec:
    """The architecture a ``config.json`` describes; its id is the name of the folder the file lies in.

    RequestError, one sentence with the file's name: what ``regular_file_bytes`` raises, ``bad_config`` (no JSON object,
    over 1 MB, a number missing or absurd), ``unsupported_architecture``, ``unsupported_model`` (a variant of a known
    architecture that is counted differently).
    """
    config = _json_object(path)
    architecture = _architecture(path, config)
    numbers = Numbers(path.name, config, "bad_config")
    model_id = path.absolute().parent.name or path.stem
    if architecture == "deepseek2":
        return _latent_attention(path, config, numbers, model_id)
    return _grouped_query_attention(path, config, numbers, model_id, architecture)


def _json_object(path: Path) -> dict[str, object]:
    if regular_file_bytes(path) > MAX_CONFIG_BYTES:
        raise RequestError("bad_config", f"{shown(path.name)} is over {MAX_CONFIG_BYTES:,} bytes, so no config.json.")
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError):  # ValueError: wrong JSON, wrong text encoding, numbers of 5,000 digits
        raise RequestError("bad_config", f"{shown(path.name)} is not a JSON file that can be read.") from None
    if not isinstance(document, dict):
        raise RequestError("bad_config", f"{shown(path.name)} holds no JSON object, so it is no model's config.json.")
    if str(document.get("schema")).startswith("fitcheck.report/"):
        sentence = f"{shown(path.name)} is a report; 'fitcheck report FILE -o NAME.html' makes a document of it."
        raise RequestError("bad_config", sentence)
    return document


def _architecture(path: Path, config: Mapping[str, object]) -> GgufArchitecture:
    classes = config.get("architectures")
    names = [config.get("model_type"), *(classes if isinstance(classes, list) else [])]
    named = [name for name in names if isinstance(name, str)]
    if not named:
        raise RequestError("bad_config", f"{shown(path.name)} says neither model_type nor architectures.")
    architecture = ARCHITECTURES.get(named[0])
    if architecture is None:
        accepted = tuple(name for name in ARCHITECTURES if name.islower())
        raise RequestError(
            "unsupported_architecture",
            f"{shown(path.name)} describes a model of the architecture {shown(named[0])}, which FitCheck cannot count.",
            accepted,
        )
    return architecture


def _refuse(path: Path, config: Mapping[str, object], key: str, plain: tuple[object, ...]) -> None:
    """Refuse a setting that adds tensors FitCheck does not count."""
    value = config.get(key)
    if value not in plain:
        raise RequestError(
            "unsupported_model", f"{shown(path.name)} sets {key} to {shown(value)}, which FitCheck does not count."
        )


def _grouped_query_attention(
    path: Path, config: Mapping[str, object], numbers: Numbers, model_id: str, architecture: GgufArchitecture
) -> ModelSpec:
    for key in ("attention_bias", "mlp_bias"):
        _refuse(path, config, key, (None, False))
    hidden, heads = numbers.number("hidden_size"), numbers.number("num_attention_heads")
    return ModelSpec(
        id=model_id,
        gguf_arch=architecture,
        n_layers=numbers.number("num_hidden_layers", most=MAX_LAYERS),
        hidden_size=hidden,
        intermediate_size=numbers.number("intermediate_size"),
        n_attention_heads=heads,
        n_kv_heads=numbers.kv_heads("num_key_value_heads", heads),
        head_dim=numbers.number("head_dim", default=hidden // heads),
        vocab_size=numbers.number("vocab_size"),
        context_limit=numbers.number("max_position_embeddings"),
        qkv_bias=architecture == "qwen2",
        qk_norm=architecture == "qwen3",
        rope_factors=architecture == "llama" and _rope_type(config) == "llama3",
        tied_embeddings=config.get("tie_word_embeddings") is True,
    )


def _rope_type(config: Mapping[str, object]) -> object:
    """``rope_scaling`` says ``type`` in old files; ``rope_parameters`` is its name since transformers 5."""
    scaling = config.get("rope_scaling") or config.get("rope_parameters")
    return scaling.get("rope_type", scaling.get("type")) if isinstance(scaling, dict) else None


def _latent_attention(path: Path, config: Mapping[str, object], numbers: Numbers, model_id: str) -> ModelSpec:
    if config.get("q_lora_rank") is None:
        raise RequestError(
            "unsupported_model",
            f"{shown(path.name)} has no q_lora_rank; FitCheck counts DeepSeek-V3 and R1, not the Lite models.",
        )
    _refuse(path, config, "moe_layer_freq", (None, 1))
    layers, heads = numbers.number("num_hidden_layers", most=MAX_LAYERS), numbers.number("num_attention_heads")
    experts = numbers.number("n_routed_experts")
    groups = numbers.number("n_group", default=1, most=experts)
    moe = MlaMoe(
        q_lora_rank=numbers.number("q_lora_rank"),
        kv_lora_rank=numbers.number("kv_lora_rank"),
        qk_nope_head_dim=numbers.number("qk_nope_head_dim"),
        qk_rope_head_dim=numbers.number("qk_rope_head_dim"),
        v_head_dim=numbers.number("v_head_dim"),
        first_dense_layers=numbers.number("first_k_dense_replace", least=0, most=layers),
        n_routed_experts=experts,
        n_shared_experts=numbers.number("n_shared_experts"),
        experts_per_token=numbers.number("num_experts_per_tok", most=experts),
        expert_intermediate_size=numbers.number("moe_intermediate_size"),
        n_expert_groups=groups,
        n_groups_per_token=numbers.number("topk_group", default=1, most=groups),
    )
    return ModelSpec(
        id=model_id,
        gguf_arch="deepseek2",
        n_layers=layers,
        hidden_size=numbers.number("hidden_size"),
        intermediate_size=numbers.number("intermediate_size"),
        n_attention_heads=heads,
        n_kv_heads=heads,  # as published; the latent cache has none of its own
        head_dim=moe.qk_nope_head_dim + moe.qk_rope_head_dim,
        vocab_size=numbers.number("vocab_size"),
        context_limit=numbers.number("max_position_embeddings"),
        tied_embeddings=config.get("tie_word_embeddings") is True,
        mla_moe=moe,
    )
