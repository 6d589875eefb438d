"""One buffer that grows as needed. Rules of ggml/src/ggml-alloc.c (``ggml_dyn_tallocr``)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TypeAlias

FreeBlocks: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Offsets and sizes of what is free, in order; the last block has no end."""

_ENDLESS = 1 << 62


class Arena:
    """Free blocks by offset; ``peak`` is the furthest byte ever taken."""

    def __init__(self) -> None:
        self.peak = 0
        self._offsets = [0]
        self._sizes = [_ENDLESS]

    @property
    def free_blocks(self) -> FreeBlocks:
        """What is free now."""
        return tuple(self._offsets), tuple(self._sizes)

    @free_blocks.setter
    def free_blocks(self, blocks: FreeBlocks) -> None:
        self._offsets, self._sizes = list(blocks[0]), list(blocks[1])

    def take(self, size: int) -> int:
        """The offset of ``size`` bytes: the smallest block that holds them, else the end."""
        offsets, sizes = self._offsets, self._sizes
        best = last = len(offsets) - 1
        best_size = _ENDLESS
        for index in range(last):
            available = sizes[index]
            # Of equal blocks the engine takes the last one.
            if size <= available <= best_size:
                best, best_size = index, available
        offset = offsets[best]
        if size == sizes[best]:
            del offsets[best], sizes[best]
        else:
            offsets[best] = offset + size
            if best != last:
                sizes[best] -= size
        if offset + size > self.peak:
            self.peak = offset + size
        return offset

    def give(self, offset: int, size: int) -> None:
        """Free ``size`` bytes, joined with free neighbours."""
        if not size:
            return
        offsets, sizes = self._offsets, self._sizes
        place = bisect_left(offsets, offset)
        joins_left = place > 0 and offsets[place - 1] + sizes[place - 1] == offset
        if offset + size == offsets[place]:
            # The last block stays endless whatever joins it.
            size = _ENDLESS if sizes[place] == _ENDLESS else size + sizes[place]
            if joins_left:
                sizes[place - 1] = size if size == _ENDLESS else sizes[place - 1] + size
                del offsets[place], sizes[place]
            else:
                offsets[place], sizes[place] = offset, size
        elif joins_left:
            sizes[place - 1] += size
        else:
            offsets.insert(place, offset)
            sizes.insert(place, size)
