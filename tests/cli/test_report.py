"""``fitcheck report``: one model, several, all; from a report's JSON; exit codes and refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pypdf
import pytest

from fitcheck import service
from fitcheck.catalog.published import file_type_for
from fitcheck.cli.main import main
from fitcheck.contract.verification import verification_object
from fitcheck.core.verification import Verification
from fitcheck.core.workload import Workload
from tests.catalog import gguf_files as gf
from tests.catalog.test_config_json import QWEN

CARD = ("--gpu", "RTX 4090", "--ram", "64GiB")
Out = pytest.CaptureFixture[str]


def written(path: Path, *arguments: str) -> tuple[int, Any]:
    code = main(["report", *arguments, "-o", str(path), "--no-cards"])
    return code, json.loads(path.read_text(encoding="utf-8"))


def refused(capsys: Out, *arguments: str) -> str:
    code = main(["report", *arguments])
    told = capsys.readouterr()
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    return told.err


def test_one_model_is_planned_as_plan_does(tmp_path: Path) -> None:
    code, found = written(tmp_path / "a.json", "32b", "-q", "Q4_K_M", "-c", "16k", *CARD)

    model = service.find_model("32b")
    machine = service.what_if_machine(["RTX 4090"], ram_bytes=64 << 30)
    plan = service.plan(
        model, file_type_for(model.id, "Q4_K_M"), Workload(context=16384, flash_attn="auto"), machine
    )  # fmt: skip
    assert code == 0
    assert found["kind"] == "choice"
    assert [one["headroom_bytes"] for one in found["choices"][0]["devices"]] == [
        one.headroom_bytes for one in plan.devices
    ]


def test_several_models_are_compared_each_in_its_type(tmp_path: Path) -> None:
    code, found = written(tmp_path / "a.json", "32b@Q4_K_M", "14b", "-q", "Q8_0", *CARD)

    assert code == 0
    assert found["kind"] == "comparison"
    assert [one["quant"] for one in found["choices"]] == ["Q4_K_M", "Q8_0"]


def test_without_a_model_it_is_the_matrix(tmp_path: Path) -> None:
    code, found = written(tmp_path / "a.json", "-c", "140k", *CARD)

    # Only R1 takes so long a context, and it would stream from the disk here.
    assert code == 1
    assert found["kind"] == "matrix"
    assert {one["model"] for one in found["cells"]} == {
        one.id for one in service.models() if one.spec.context_limit >= 140 * 1024
    }
    assert len(found["left_out"]) + len({one["model"] for one in found["cells"]}) == len(service.models())


def test_what_does_not_fit_is_written_and_exits_with_one(tmp_path: Path) -> None:
    code, found = written(tmp_path / "a.json", "70b@Q8_0", "--gpu", "RTX 4060", "--ram", "1GiB")

    assert (code, found["choices"][0]["verdict"]) == (1, "no")


def test_a_report_of_json_is_written_anew(tmp_path: Path) -> None:
    _, found = written(tmp_path / "a.json", "7b@Q4_K_M", *CARD)

    code, again = written(tmp_path / "b.json", str(tmp_path / "a.json"))

    assert (code, again) == (0, found)


def test_a_verification_stands_beside_its_plan(tmp_path: Path) -> None:
    measured = Verification("deepseek-r1-distill-qwen-7b", "Q4_K_M", 4096, "quick", "fits", "It fits.", 28, 2, True)
    file = tmp_path / "measured.json"
    file.write_text(json.dumps(verification_object(measured)))

    _, found = written(tmp_path / "a.json", "7b@Q4_K_M", "--verification", str(file), *CARD)

    assert found["choices"][0]["verification"]["sentence"] == "It fits."


def test_a_verification_of_another_plan_is_refused(capsys: Out, tmp_path: Path) -> None:
    measured = Verification("deepseek-r1-distill-qwen-7b", "Q4_K_M", 4096, "quick", "fits", "It fits.", 28, 2, True)
    file = tmp_path / "measured.json"
    file.write_text(json.dumps(verification_object(measured)))

    told = refused(capsys, "7b@Q8_0", "--verification", str(file), "-o", str(tmp_path / "a.json"), *CARD)

    assert "Q4_K_M" in told


def test_a_persons_own_file_is_reported_as_it_is_planned(tmp_path: Path) -> None:
    mine = gf.quantized(tmp_path / "mine.gguf", service.find_model("7b").spec, "Q5_K_M")

    code, found = written(tmp_path / "a.json", str(mine), "-c", "16k", *CARD)

    file, machine = service.own_file(mine), service.what_if_machine(["RTX 4090"], ram_bytes=64 << 30)
    assert file.file_type is not None
    plan = service.plan_own(file, file.file_type, Workload(context=16384, flash_attn="auto"), machine)
    choice = found["choices"][0]
    assert code == 0
    assert (choice["own_file"], choice["quant"], choice["download_bytes"]) == (True, "Q5_K_M", mine.stat().st_size)
    assert [one["headroom_bytes"] for one in choice["devices"]] == [one.headroom_bytes for one in plan.devices]
    server = next(one for one in choice["commands"] if one["engine"] == "llama-server")
    assert "mine.gguf" in server["sh"]
    assert (choice["quality"], choice["others"], choice["cards"]) == (None, [], [])


def test_an_own_file_is_compared_with_models_of_the_catalogue(tmp_path: Path) -> None:
    mine = gf.quantized(tmp_path / "mine@home.gguf", service.find_model("7b").spec, "Q5_K_M")

    code, found = written(tmp_path / "a.json", str(mine), "7b@Q8_0", *CARD)

    assert code == 0
    assert [(one["own_file"], one["quant"]) for one in found["choices"]] == [(True, "Q5_K_M"), (False, "Q8_0")]


def test_the_longest_context_of_an_own_file_keeps_its_verdict(tmp_path: Path) -> None:
    mine = gf.quantized(tmp_path / "mine.gguf", service.find_model("7b").spec, "Q8_0")

    _, found = written(tmp_path / "a.json", str(mine), "-c", "0", "--gpu", "RTX 4070", "--ram", "64GiB")
    _, longer = written(
        tmp_path / "b.json", str(mine), "-c", str(found["context"] + 256), "--gpu", "RTX 4070", "--ram", "64GiB"
    )

    assert found["choices"][0]["verdict"] == "gpu"
    assert 4096 < found["context"] < 131_072
    assert longer["choices"][0]["verdict"] != "gpu"


def test_a_type_for_a_file_that_has_its_own_is_refused(capsys: Out, tmp_path: Path) -> None:
    mine = gf.quantized(tmp_path / "mine.gguf", service.find_model("7b").spec, "Q8_0")

    assert "has its types in it" in refused(capsys, f"{mine}@Q4_K_M", "-o", str(tmp_path / "a.html"), *CARD)


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_a_pdf_has_the_paper_that_was_asked_for(tmp_path: Path, paper: str, width: int) -> None:
    main(["report", "1.5b@Q4_K_M", "-o", str(tmp_path / "a.pdf"), "--no-cards", "--paper", paper, *CARD])

    assert round(float(pypdf.PdfReader(tmp_path / "a.pdf").pages[0].mediabox.width)) == width


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("7b", "-o", "a.txt"), "Accepted: .html, .pdf, .md, .json, .csv."),
        (("7b", "-o", "gone/a.html"), "gone"),
        (("7b", "-o", "a.html", "--lang", "fr"), "Accepted: en, zh."),
        (("8b", "-o", "a.html"), "8b"),
        (("7b@Q9", "-o", "a.html"), "Q9"),
        (("7b", "-o", "a.html", "-c", "1000k"), "tokens"),
        (("gone.json", "-o", "a.html"), "no file 'gone.json'"),
        (("gone.gguf", "-o", "a.html"), "no file 'gone.gguf'"),
        (("gone.fitcheck.json", "-o", "a.html"), "cannot be read"),
        (("gone.fitcheck.json", "7b", "-o", "a.html"), "by itself"),
        (("7b", "14b", "-o", "a.html", "--verification", "m.json"), "one model"),
        (("7b",), "-o"),
    ],
)  # fmt: skip
def test_wrong_requests_are_refused_in_one_line_and_write_nothing(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], word: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert word in refused(capsys, *arguments, *CARD)
    assert not list(tmp_path.glob("a*"))


def test_a_description_of_a_model_is_priced_as_the_type_behind_it(tmp_path: Path) -> None:
    folder = tmp_path / "my-distill"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(QWEN), encoding="utf-8")

    code, found = written(tmp_path / "a.json", f"{folder / 'config.json'}@Q8_0", *CARD)

    choice = found["choices"][0]
    assert code == 0
    assert (choice["name"], choice["quant"], choice["own_file"]) == ("my-distill", "Q8_0", False)
    assert "PATH/TO" in next(one for one in choice["commands"] if one["engine"] == "llama-server")["sh"]
