"""Layers to devices, as llama.cpp counts them out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX, Placement, layer_devices
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.weights import tensor_devices, weight_file, weights_by_device
from fitcheck.errors import RequestError

from .specs import DENSE, LATENT

PLACEMENTS = st.builds(
    Placement, gpus=st.integers(0, 8), gpu_layers=st.integers(0, 12), cpu_moe_layers=st.integers(0, 8)
)


def test_the_output_layer_is_the_first_to_be_offloaded() -> None:
    assert layer_devices(4, Placement(gpus=1, gpu_layers=1)) == (HOST_INDEX,) * 4 + (0,)


def test_then_layers_from_the_last_one_backwards() -> None:
    assert layer_devices(4, Placement(gpus=1, gpu_layers=3)) == (HOST_INDEX, HOST_INDEX, 0, 0, 0)


def test_cards_get_layers_by_their_free_memory() -> None:
    placement = Placement(gpus=2, gpu_layers=4, gpu_free_bytes=(3, 1))

    assert layer_devices(3, placement) == (0, 0, 0, 1)


def test_a_card_without_a_share_gets_nothing() -> None:
    placement = Placement(gpus=3, gpu_layers=4, tensor_split=(1, 0, 1))

    assert set(layer_devices(3, placement)) == {0, 2}


@pytest.mark.parametrize("split", [(1.0,), (0.0, 0.0), (-1.0, 2.0)])
def test_a_split_that_cannot_be_is_refused(split: tuple[float, ...]) -> None:
    with pytest.raises(RequestError, match="tensor_split"):
        Placement(gpus=2, tensor_split=split)


@pytest.mark.parametrize(("pattern", "device"), [("blk.1", "GPU1"), ("(", "host")])
def test_an_override_that_cannot_be_is_refused(pattern: str, device: str) -> None:
    placement = Placement(gpus=1, gpu_layers=9, overrides=((pattern, device),))

    with pytest.raises(RequestError) as caught:
        weights_by_device(DENSE, find_file_type("Q4_K_M"), True, "mla", placement)

    assert caught.value.code == "bad_override"


@given(placement=PLACEMENTS, spec=st.sampled_from((DENSE, LATENT)))
def test_a_placement_covers_every_layer_once(placement: Placement, spec: ModelSpec) -> None:
    devices = layer_devices(spec.n_layers, placement)

    assert len(devices) == spec.n_layers + 1
    assert all(HOST_INDEX <= device < max(placement.gpus, 1) for device in devices)
    assert list(devices) == sorted(devices)


@given(placement=PLACEMENTS, spec=st.sampled_from((DENSE, LATENT)), file_type=st.sampled_from(FILE_TYPES))
def test_the_sums_by_layer_agree_with_every_tensor_by_itself(
    placement: Placement, spec: ModelSpec, file_type: FileType
) -> None:
    file = weight_file(spec, file_type, True, "mla")
    expected = [0] * (placement.gpus + 1)
    for index, device in enumerate(tensor_devices(spec, file_type, True, "mla", placement)):
        expected[device] += file.host_bytes[index] if device == HOST_INDEX else file.gpu_bytes[index]

    assert weights_by_device(spec, file_type, True, "mla", placement) == expected
