"""Rows whose values share bits: each is told by its own bits and those before it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from embedsmith.embedding.codec.trellis import WINDOW
from embedsmith.torch.codec.scales import factors
from embedsmith.torch.stored import StoredEmbedding


class Trellis(StoredEmbedding):
    """Trellis-coded quantisation. Tables, deviations, mean and the span of the rows' factors can be trained."""

    plain: ClassVar[tuple[str, ...]] = ("memory",)

    codes: Tensor
    steps: Tensor
    tables: Tensor
    memory: int
    deviations: Tensor
    mean: Tensor
    scales: Tensor
    span: Tensor

    def decode(self, ids: Tensor) -> Tensor:
        step, table = self._columns()
        places = self._states(self.codes.index_select(0, ids))[:, step] + (table << self.memory)
        rows = self.exact(self.tables.index_select(0, places.reshape(-1))).view(places.shape)
        rows = rows * self.exact(self.deviations) + self.exact(self.mean)
        if not self.scales.numel():
            return rows
        return rows * factors(self.scales.index_select(0, ids), self.exact(self.span))[:, None]

    def _states(self, codes: Tensor) -> Tensor:
        """Return what the windows of strings (n, bytes) show, (n, T)."""
        circle = torch.cat([codes[:, -WINDOW:], codes], dim=1).int()
        last = self.steps[:, 0].long().cumsum(0) - 1  # bit of each window
        byte = last // 8 + WINDOW
        three = circle[:, byte - 2] << 16 | circle[:, byte - 1] << 8 | circle[:, byte]
        return three >> 7 - last % 8 & (1 << self.memory) - 1

    def _columns(self) -> tuple[Tensor, Tensor]:
        """Return the step of each column, (dimension,), and which of all tables has its values."""
        bits, values = self.steps.long().T
        # The tables lie in the order of the kinds: before those of one are as many as the lesser kinds have values.
        kinds, order = (bits * 256 + values).sort()
        new = torch.cat([torch.ones_like(kinds[:1]), (kinds[1:] != kinds[:-1]).long()])
        of_kind = values[order]
        before = torch.empty_like(values).scatter(0, order, (of_kind * new).cumsum(0) - of_kind)
        ends = values.cumsum(0)
        columns = torch.arange(self.embedding_dim, device=values.device)
        step = torch.bucketize(columns, ends, right=True)
        return step, (before - ends + values)[step] + columns

    def _hold(self, name: str, array: np.ndarray, *, trainable: bool) -> None:
        # Without factors their span is not asked for: as a parameter it would have no gradient.
        used = name != "span" or self.scales.numel() > 0
        super()._hold(name, array, trainable=trainable and used)
