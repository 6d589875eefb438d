"""A model file on this machine as something to price: its architecture, and the type of every tensor in it.

A file may hold any mixture of types, so the types are taken from the file and its tensors are held against those that
the architecture implies; only where all agree are the sums exact. Metadata keys: gguf-py ``constants.py``.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import get_args

from fitcheck.catalog.config_json import MAX_LAYERS, Numbers, one_line, read_config, shown, unreadable
from fitcheck.catalog.gguf_header import GgufHeader, GgufTensor, read_header
from fitcheck.core.model import GgufArchitecture, MlaMoe, ModelSpec, tensors
from fitcheck.core.workload import KvLayout
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

ARCHITECTURES: tuple[GgufArchitecture, ...] = get_args(GgufArchitecture)

OUTPUT = "output.weight"
"""Missing where the token embedding is the output matrix too."""

_PART = re.compile(r"(?P<prefix>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.DOTALL)
"""``llama_split_path`` (llama.cpp src/llama.cpp): name-00001-of-00009.gguf."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model that somebody has as a file.

    ``tensor_types`` gives the ggml type of every tensor llama.cpp loads (the layers for multi-token prediction are left
    out), in the order of ``core.model.tensors``; empty for a ``config.json``, which may be priced as any type.
    ``file_bytes`` is the size of all parts, 0 for a ``config.json``.
    """

    spec: ModelSpec
    name: str
    kv_layout: KvLayout
    tensor_types: dict[str, str]
    file_bytes: int
    paths: tuple[Path, ...]


def open_model(path: Path) -> LocalModel:
    """Read a GGUF file (of a split one, any part) or a ``config.json``.

    RequestError, one sentence with the file's name: all of ``read_header`` and ``read_config``, ``missing_parts``,
    ``bad_metadata`` (a number missing or absurd), ``unsupported_architecture``, ``unsupported_model`` (its tensors are
    not those of its architecture).
    """
    if path.suffix.lower() == ".json":
        spec = read_config(path)
        return LocalModel(spec, spec.id, "mla", {}, 0, (path,))
    paths = _parts(path)
    headers = tuple(read_header(part) for part in paths)
    _check_parts(paths, headers)
    return _model(paths, headers)


def _parts(path: Path) -> tuple[Path, ...]:
    """All parts of a split file, or the file itself."""
    match = _PART.fullmatch(path.name)
    if match is None:
        return (path,)
    count = int(match["count"])
    names = [f"{match['prefix']}-{number:05}-of-{count:05}.gguf" for number in range(1, count + 1)]
    if path.name not in names:
        raise RequestError(
            "missing_parts", f"{shown(path.name)} names a part that a file of {count} parts does not have."
        )
    try:
        missing = [name for name in names if not path.with_name(name).exists()]
    except OSError as error:
        raise unreadable(path, error) from error
    if path.name in missing:
        return (path,)  # read_header says that it is not there
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        listed = ", ".join(shown(name) for name in missing[:3])
        raise RequestError("missing_parts", f"{shown(path.name)} is one of {count} parts; missing: {listed}{more}.")
    return tuple(path.with_name(name) for name in names)


def _check_parts(paths: tuple[Path, ...], headers: tuple[GgufHeader, ...]) -> None:
    """Renamed files: what the parts say of themselves (``split.count``, ``split.no``) is what their names say."""
    for number, (path, header) in enumerate(zip(paths, headers, strict=True)):
        count, own_number = header.metadata.get("split.count", len(paths)), header.metadata.get("split.no", number)
        if (count or 1, own_number) != (len(paths), number):
            raise RequestError(
                "missing_parts",
                f"{shown(path.name)} calls itself part {shown(own_number)} (from 0) of {shown(count)}; "
                "a split file's parts keep the names they were made with.",
            )


def _model(paths: tuple[Path, ...], headers: tuple[GgufHeader, ...]) -> LocalModel:
    """The model of all parts; the metadata are those of the first."""
    file_name, metadata = paths[0].name, headers[0].metadata
    architecture = _architecture(file_name, metadata.get("general.architecture"))
    lists = {key: f"a list of {length}" for key, length in headers[0].array_lengths.items()}
    numbers = Numbers(file_name, {**metadata, **lists}, "bad_metadata", f"{architecture}.")
    present = _tensors_by_name(paths, headers)
    match = _PART.fullmatch(file_name)
    name = one_line(str(metadata.get("general.name") or (match["prefix"] if match else paths[0].stem)))
    layers, present = _without_prediction_layers(numbers, present)
    layout: KvLayout = "mla"
    if architecture == "deepseek2":
        if "blk.0.attn_kv_b.weight" in present and "blk.0.attn_k_b.weight" not in present:
            layout = "legacy"
        spec = _latent_attention(name, numbers, layers, present, layout)
    else:
        spec = _grouped_query_attention(name, architecture, numbers, layers, present)
    types = _types(file_name, spec, layout, present)
    return LocalModel(spec, name, layout, types, sum(header.file_bytes for header in headers), paths)


def _architecture(file_name: str, named: object) -> GgufArchitecture:
    for architecture in ARCHITECTURES:
        if named == architecture:
            return architecture
    if named is None:
        raise RequestError("bad_metadata", f"{shown(file_name)} does not say general.architecture.")
    raise RequestError(
        "unsupported_architecture",
        f"{shown(file_name)} holds a model of the architecture {shown(named)}, which FitCheck cannot count.",
        ARCHITECTURES,
    )


def _tensors_by_name(paths: tuple[Path, ...], headers: tuple[GgufHeader, ...]) -> dict[str, GgufTensor]:
    found: dict[str, GgufTensor] = {}
    for path, header in zip(paths, headers, strict=True):
        for tensor in header.tensors:
            if tensor.name in found:
                raise RequestError(
                    "damaged_gguf", f"{shown(path.name)} holds {shown(tensor.name)}, which an earlier part holds, too."
                )
            found[tensor.name] = tensor
    return found


def _without_prediction_layers(numbers: Numbers, present: dict[str, GgufTensor]) -> tuple[int, dict[str, GgufTensor]]:
    """How many layers are run, and the tensors without those of layers for multi-token prediction, which are not."""
    stored = numbers.number("block_count", most=MAX_LAYERS)
    run = stored - numbers.number("nextn_predict_layers", default=0, least=0, most=stored - 1)
    extra = {f"blk.{layer}" for layer in range(run, stored)}
    return run, {name: tensor for name, tensor in present.items() if ".".join(name.split(".")[:2]) not in extra}


def _vocabulary(file_name: str, present: dict[str, GgufTensor]) -> int:
    embedding = present.get("token_embd.weight")
    if embedding is None or len(embedding.shape) != 2:
        raise RequestError("unsupported_model", f"{shown(file_name)} has no table of token embeddings.")
    return embedding.shape[1]


def _grouped_query_attention(
    name: str, architecture: GgufArchitecture, numbers: Numbers, layers: int, present: dict[str, GgufTensor]
) -> ModelSpec:
    hidden, heads = numbers.number("embedding_length"), numbers.number("attention.head_count")
    head_dim = numbers.number("attention.key_length", default=hidden // heads)
    numbers.number("attention.value_length", default=head_dim, least=head_dim, most=head_dim)
    return ModelSpec(
        id=name,
        gguf_arch=architecture,
        n_layers=layers,
        hidden_size=hidden,
        intermediate_size=numbers.number("feed_forward_length"),
        n_attention_heads=heads,
        n_kv_heads=numbers.kv_heads("attention.head_count_kv", heads),
        head_dim=head_dim,
        vocab_size=_vocabulary(numbers.file_name, present),
        context_limit=numbers.number("context_length"),
        qkv_bias="blk.0.attn_q.bias" in present,
        qk_norm="blk.0.attn_q_norm.weight" in present,
        rope_factors="rope_freqs.weight" in present,
        tied_embeddings=OUTPUT not in present,
    )


def _latent_attention(
    name: str, numbers: Numbers, layers: int, present: dict[str, GgufTensor], layout: KvLayout
) -> ModelSpec:
    if numbers.values.get("deepseek2.attention.q_lora_rank") is None:
        raise RequestError(
            "unsupported_model",
            f"{shown(numbers.file_name)} has no q_lora_rank; FitCheck counts DeepSeek-V3 and R1, not the Lite models.",
        )
    heads, experts = numbers.number("attention.head_count"), numbers.number("expert_count")
    # Legacy files know only the full heads; in current ones key_length is that of the latent vector.
    suffix = "" if layout == "legacy" else "_mla"
    key_length = numbers.number(f"attention.key_length{suffix}", least=2)
    rope = numbers.number("rope.dimension_count", most=key_length - 1)
    groups = numbers.number("expert_group_count", default=0, least=0, most=experts) or 1
    moe = MlaMoe(
        q_lora_rank=numbers.number("attention.q_lora_rank"),
        kv_lora_rank=numbers.number("attention.kv_lora_rank"),
        qk_nope_head_dim=key_length - rope,
        qk_rope_head_dim=rope,
        v_head_dim=numbers.number(f"attention.value_length{suffix}"),
        first_dense_layers=numbers.number("leading_dense_block_count", default=0, least=0, most=layers),
        n_routed_experts=experts,
        n_shared_experts=numbers.number("expert_shared_count"),
        experts_per_token=numbers.number("expert_used_count", most=experts),
        expert_intermediate_size=numbers.number("expert_feed_forward_length"),
        n_expert_groups=groups,
        n_groups_per_token=numbers.number("expert_group_used_count", default=0, least=0, most=groups) or 1,
    )
    return ModelSpec(
        id=name,
        gguf_arch="deepseek2",
        n_layers=layers,
        hidden_size=numbers.number("embedding_length"),
        intermediate_size=numbers.number("feed_forward_length"),
        n_attention_heads=heads,
        n_kv_heads=heads,  # as published; current files say 1, which is the latent vector
        head_dim=key_length,
        vocab_size=_vocabulary(numbers.file_name, present),
        context_limit=numbers.number("context_length"),
        tied_embeddings=OUTPUT not in present,
        mla_moe=moe,
    )


def _types(file_name: str, spec: ModelSpec, layout: KvLayout, present: dict[str, GgufTensor]) -> dict[str, str]:
    """The type of every tensor, once they are those of the architecture: same names, rows and elements."""
    types: dict[str, str] = {}
    for expected in tensors(spec, layout):
        if expected.duplicate:
            continue
        found = present.get(expected.name)
        if found is None:
            raise _different(file_name, spec, f"{shown(expected.name)} is missing")
        if (found.shape[0], math.prod(found.shape)) != (expected.row, expected.elements):
            shape = "x".join(map(str, found.shape))
            wanted = f"{expected.row}x{expected.rows}"
            raise _different(file_name, spec, f"{shown(expected.name)} is {shape} and should be {wanted}")
        types[expected.name] = found.type
    for name in present:
        if name not in types:
            raise _different(file_name, spec, f"{shown(name)} is one more")
    return types


def _different(file_name: str, spec: ModelSpec, what: str) -> RequestError:
    return RequestError(
        "unsupported_model",
        f"The tensors of {shown(file_name)} are not those of a {spec.gguf_arch} model as FitCheck counts them: {what}.",
    )
