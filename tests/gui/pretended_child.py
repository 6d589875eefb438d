"""Speaks as the child of a verification does, within a moment and without torch; ``sys.argv[1]`` says how it ends."""

import json
import sys


def say(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


def answer(job: dict) -> dict:
    """Facts of a pass in which everything took what the job says."""
    devices = job["devices"]
    weights, cache = dict.fromkeys(devices, 0), dict.fromkeys(devices, 0)
    for part in job["parts"]:
        for tensor in part["tensors"]:
            weights[tensor["device"]] += tensor["bytes"]
        if "cache" in part:
            cache[part["cache"]["device"]] += part["cache"]["bytes"]
    time: dict[str, object] = {"prompt_seconds": 0.01, "token_seconds": 0.002}
    time["token_bytes"], time["token_busy_seconds"] = dict.fromkeys(devices, 10**8), dict.fromkeys(devices, 0.002)
    names = ["embedding", *(f"layer {at}" for at in range(len(job["parts"]) - 2)), "head"]
    passed = {"parts": dict.fromkeys(names, time), "prompt_tokens": job["prompt_tokens"], "decode_tokens": 1}
    return {
        "pass_": passed, "weights_bytes": weights, "kv_cache_bytes": cache,
        "activation_bytes": dict.fromkeys(devices, 10**7), "copy_bytes_per_s": dict.fromkeys(devices, 10**10),
        "lowest_free_bytes": dict.fromkeys(devices, 8 << 30), "compute_held_bytes": job["compute_bytes"],
        "resident_empty_bytes": 1 << 28, "resident_full_bytes": 1 << 31,
    }  # fmt: skip


def main() -> int:
    job, way = json.loads(sys.stdin.readline()), sys.argv[1]
    if way == "babbles":
        print("a driver says hello", flush=True)
        return 4
    say("started", python="3.11.0", torch="2.9", threads=2)
    if way == "dies":
        return 4
    say("progress", phase="allocating", label="layer 3", done=1, of=4)
    for steps, size in enumerate((1 << 28, 1 << 31)):
        say("memory", resident_bytes=size, host_free_bytes=1 << 33, card_free_bytes={}, steps=steps)
    if way == "no-room":
        sentence = "RAM has 1 GiB free; layer 3 takes 2 GiB, and 1 GiB stay free."
        say("failed", code="does_not_fit", sentence=sentence, part="layer 3")
    elif way == "waits":
        # Until nobody is there to answer.
        sys.stdin.read()
    else:
        say("result", **answer(job))
    return 0


if __name__ == "__main__":
    sys.exit(main())
