"""Rows that are mostly zero: the values that are not, and their columns."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from embedsmith.torch.stored import StoredEmbedding, unsigned


class Sparse(StoredEmbedding):
    """Compressed sparse rows. The values can be trained, the columns stay, and what is zero stays so."""

    plain: ClassVar[tuple[str, ...]] = ("dimension",)

    values: Tensor
    columns: Tensor
    bounds: Tensor
    dimension: int

    def decode(self, ids: Tensor) -> Tensor:
        starts = unsigned(self.bounds[:-1].index_select(0, ids))
        lengths = unsigned(self.bounds[1:].index_select(0, ids)) - starts
        places = torch.arange(len(starts), device=ids.device).repeat_interleave(lengths)
        before = lengths.cumsum(0) - lengths  # entries of the rows that come before in the answer
        entries = torch.arange(len(places), device=ids.device) + (starts - before).repeat_interleave(lengths)
        values = self.exact(self.values.index_select(0, entries))
        columns = unsigned(self.columns.index_select(0, entries))
        return values.new_zeros(len(starts), self.dimension).index_put((places, columns), values)
