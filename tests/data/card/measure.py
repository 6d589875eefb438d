"""Runs llama.cpp itself on this computer's first card, case by case, and keeps what it says and how fast it is.

    python tests/data/card/measure.py ENGINE_FOLDER MODEL_FILE RESULTS SECONDS [CASES]

ENGINE_FOLDER holds the libraries of llama.cpp v0.5.0. MODEL_FILE is written and overwritten, best in ``/dev/shm``: up
to 43 GB. RESULTS gets a line of JSON a case; none begins when SECONDS have passed. CASES is a file with a list of cases
instead of those below. Needs Python 3.11, what FitCheck and its tests need, and nvidia-ml-py for memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from model_files import write_model  # type: ignore[import-not-found,unused-ignore]

from fitcheck.catalog.models import find_model
from fitcheck.core.model import ModelSpec
from fitcheck.core.quantization import find_file_type

DEEP = {"context": 40960, "depths": [0, 8192, 32768]}
MIDDLE = {"context": 10240, "depths": [0, 8192]}
Q15, L8, Q14 = "deepseek-r1-distill-qwen-1.5b", "deepseek-r1-distill-llama-8b", "deepseek-r1-distill-qwen-14b"
Q32, L70, R1 = "deepseek-r1-distill-qwen-32b", "deepseek-r1-distill-llama-70b", "deepseek-r1-671b"
CUT = {"model": R1, "n_layers": 7, "quant": "Q4_K_M"}
"""R1 with its three dense layers and the first four with experts: what one card holds."""
IN_RAM = {"experts_on_host": True, "count": 32, "repeats": 2}
SMALL_TYPES = ("IQ1_S", "IQ2_XS", "Q2_K", "Q3_K_M", "IQ4_XS", "Q4_0")

CASES: tuple[dict[str, Any], ...] = (
    {"model": Q15, "quant": "Q4_K_M", **DEEP},
    {"model": L8, "quant": "Q4_K_M", **DEEP},
    {"model": L8, "quant": "Q4_K_M", "flash_attn": "off", **MIDDLE},
    {"model": L8, "quant": "Q4_K_M", "type_k": "q8_0", "type_v": "q8_0", **DEEP},
    {"model": L8, "quant": "Q4_K_M", "type_k": "q4_0", "type_v": "q4_0", **DEEP},
    {"model": L8, "quant": "Q4_K_M", "ubatch": 2048},
    {"model": L8, "quant": "Q4_K_M", "gpu_layers": 17, "count": 24},
    {"model": L8, "quant": "Q4_K_M", "gpus": 0, "count": 12, "prompts": [512], "repeats": 1},
    {"model": L8, "quant": "Q8_0", **DEEP},
    {"model": L8, "quant": "F16", **MIDDLE},
    {"model": Q32, "quant": "Q4_K_M", **DEEP},
    {**CUT, **DEEP},
    {**CUT, **MIDDLE, **IN_RAM},
    {**CUT, **MIDDLE, **IN_RAM, "ubatch": 2048, "prompts": [2048], "depths": [0]},
    *({"model": L8, "quant": name, "imatrix": name.startswith("IQ")} for name in SMALL_TYPES),
    {"model": L8, "quant": "Q5_K_M"},
    {"model": L8, "quant": "Q6_K"},
    {"model": Q14, "quant": "Q4_K_M", **DEEP},
    {"model": Q32, "quant": "Q8_0", **MIDDLE},
    {"model": L70, "quant": "Q4_K_M", **MIDDLE},
)
LONGEST_S = 90
"""A case is stopped then: the engine may hang, and the next case may do."""
LEAST_S = 12
"""A case does not begin with less time than this."""


def spec_of(case: dict[str, Any]) -> ModelSpec:
    """A model of the catalogue, cut to the layers that the case wants."""
    spec = find_model(case["model"]).spec
    return replace(spec, n_layers=case["n_layers"]) if case.get("n_layers") else spec


def run(engine: Path, model: Path, case: dict[str, Any], limit: float) -> dict[str, Any]:
    """One case in its own process: the last thing it said."""
    command = [sys.executable, str(Path(__file__).with_name("measure_one.py")), str(engine), str(model)]
    try:
        done = subprocess.run([*command, json.dumps(case)], capture_output=True, timeout=limit, check=False)
        said, failure = done.stdout, done.stderr.decode("utf-8", "replace")[-800:] if done.returncode else ""
    except subprocess.TimeoutExpired as stopped:
        said, failure = stopped.stdout or b"", f"stopped after {limit:.0f} s"
    lines = said.decode("utf-8", "replace").splitlines()
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return {"case": case, **found, **({"failure": failure} if failure else {})}


def summary(record: dict[str, Any]) -> str:
    """A line for whoever waits."""
    case = record["case"]
    told = " ".join(f"{key}={value}" for key, value in case.items() if key not in ("model", "quant", "depths"))
    rates = f"decode {record.get('decode')} prefill {record.get('prefill')} load {record.get('load_s', 0):.1f} s"
    return f"{case['model']} {case['quant']} {told}: {rates} {record.get('error', '')}{record.get('failure', '')}"


def main() -> None:
    """All cases, as far as the time allows."""
    engine, model, results, limit = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])
    cases = json.loads(Path(sys.argv[5]).read_text("utf-8")) if len(sys.argv) > 5 else CASES
    ends = time.monotonic() + limit
    written = None
    try:
        with results.open("w", encoding="utf-8") as lines:
            for case in cases:
                if ends - time.monotonic() < LEAST_S:
                    print("no time for", case, flush=True)
                    continue
                file = (case["model"], case.get("n_layers"), case["quant"])
                begun = time.monotonic()
                if file != written:
                    write_model(model, spec_of(case), find_file_type(case["quant"]), case.get("imatrix", False))
                    written = file
                made = time.monotonic() - begun
                record = run(engine, model, case, max(5.0, min(LONGEST_S, ends - time.monotonic())))
                record |= {"made_s": round(made, 1), "took_s": round(time.monotonic() - begun - made, 1)}
                lines.write(json.dumps(record) + "\n")
                lines.flush()
                print(
                    f"{ends - time.monotonic():.0f} s left, {record['made_s']}+{record['took_s']} s:",
                    summary(record),
                    flush=True,
                )
    finally:
        model.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
