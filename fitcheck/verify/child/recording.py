"""Work of one card, recorded and then done at once, as engines do it (CUDA graphs).

Starting a step costs this program several microseconds, more than many steps take the card; a recorded part is started
as a whole, and its time is the card's own.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Set

import torch
from torch import Tensor

from .weights import METER


class Recorded:
    """A part that was recorded: ``play`` does it and gives its result."""

    def __init__(self, graph: Any, result: Tensor) -> None:
        self._graph, self._result = graph, result

    def play(self) -> Tensor:
        """Do it once; the result is a copy, since the recording keeps the memory it works in."""
        self._graph.replay()
        return self._result.clone()


class Recorder:
    """Records parts until one refuses; ``refused`` is why, and from then on every part is done step by step."""

    def __init__(self) -> None:
        self.refused = ""
        self._seen: Set[str] = set()
        self._pools: Dict[torch.device, Any] = {}
        self._kept: Dict[torch.device, Any] = {}

    def record(self, name: str, compute: Callable[[], Tensor], card: torch.device) -> Optional[Recorded]:
        """The work of ``compute``, which happens on one card alone, not done yet; None where it cannot be recorded."""
        if self.refused:
            return None
        if name not in self._seen:
            # What is made once, tables and libraries' memory, must be there before.
            self._seen.add(name)
            compute()
        if card not in self._pools:
            self._pools[card] = torch.cuda.graph_pool_handle()
        # Bytes are counted while recording, and only then.
        METER.reset()
        graph, METER.recording = torch.cuda.CUDAGraph(), True
        try:
            with torch.cuda.device(card), torch.cuda.graph(graph, pool=self._pools[card]):
                result = compute()
        except RuntimeError as error:
            self.refused = str(error).strip().splitlines()[0]
            METER.reset()
            return None
        finally:
            METER.recording = False
        # The memory that recordings share lasts as long as one of them.
        self._kept[card] = graph
        return Recorded(graph, result)
