"""``fitcheck estimate`` for vLLM and SGLang."""

from __future__ import annotations

import pytest

from .test_cli import Out, answered, in_json, refused

H200 = ("--gpu", "8x H200")


def test_r1_in_its_own_format_fits_eight_h200(capsys: Out) -> None:
    answer = in_json(capsys, "estimate", "r1", "--engine", "vllm", "-c", "32k", *H200)

    assert (answer["quant"], answer["tensor_parallel"], len(answer["devices"])) == ("FP8", 8, 8)
    assert answer["checkpoint_bytes"] == 688_574_839_360
    assert answer["loaded_bytes"] == 673_150_611_808
    assert answer["devices"][0]["kv_cache_bytes"] == 32768 * 70_272
    assert answer["room_tokens"] > 163_840


def test_the_text_says_what_is_loaded_and_what_is_a_margin(capsys: Out) -> None:
    code, out = answered(capsys, "estimate", "r1", "--engine", "sglang", *H200)

    assert code == 0
    for words in ("8 cards share each layer", "margin", "(689 GB)", "without the layer", "tokens of all chats"):
        assert words in out


def test_eight_h100_are_too_small_and_the_exit_code_says_so(capsys: Out) -> None:
    code, out = answered(capsys, "estimate", "r1", "--engine", "vllm", "--gpu", "8x H100 SXM5 80 GB")

    assert code == 1
    assert "lacks" in out


def test_an_fp8_cache_takes_half(capsys: Out) -> None:
    ask = ("estimate", "32b", "--engine", "vllm", "--tensor-parallel", "2")
    plain = in_json(capsys, *ask)
    fp8 = in_json(capsys, *ask, "--type-k", "fp8", "--type-v", "fp8")

    assert plain["kv_cache_bytes"] == 2 * fp8["kv_cache_bytes"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("-q", "Q4_K_M", "--engine", "vllm"), "Q4_K_M"),
        (("--engine", "vllm", "--type-k", "q8_0"), "f16"),
        (("--engine", "vllm", "--tensor-parallel", "3", *H200), "3 cards"),
        (("--engine", "vllm", "--tensor-parallel", "3"), "heads"),
        (("--type-k", "fp8", "--type-v", "fp8"), "fp8"),
        (("--engine", "vllm", "--gpu-memory-utilization", "1.5"), "1.5"),
        (("--engine", "vllm", "-c", "1024k"), "163840"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(capsys: Out, arguments: tuple[str, ...], word: str) -> None:
    assert word in refused(capsys, "estimate", "r1", *arguments)
