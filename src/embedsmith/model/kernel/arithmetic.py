"""The small arithmetic that kernels share."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from embedsmith.compiled import compiled

f4 = np.float32
LANES = 16
"""Float32 values of a 64-byte cache line: rows are padded to a multiple, so that no two share a line."""


@compiled
def sigmoid(x: np.float32) -> np.float32:
    """Return 1 / (1 + exp(-x)), within 2e-7: (1 + tanh(x / 2)) / 2, tanh by the rational function that Eigen uses."""
    y = min(max(x * f4(0.5), f4(-9)), f4(9))
    z = y * y
    p = f4(-2.76076847742355e-16)
    p = p * z + f4(2.00018790482477e-13)
    p = p * z + f4(-8.60467152213735e-11)
    p = p * z + f4(5.12229709037114e-08)
    p = p * z + f4(1.48572235717979e-05)
    p = p * z + f4(6.37261928875436e-04)
    p = p * z + f4(4.89352455891786e-03)
    q = f4(1.19825839466702e-06)
    q = q * z + f4(1.18534705686654e-04)
    q = q * z + f4(2.26843463243900e-03)
    q = q * z + f4(4.89352518554385e-03)
    return f4(0.5) + f4(0.5) * y * p / q


@intrinsic
def prefetch(typing_context: Any, matrix: Any, part: Any, row: Any, column: Any) -> Any:
    """Ask for the cache line of matrix[part, row, column] ahead of its use."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        strides = cgutils.unpack_tuple(builder, array.strides)
        steps = [builder.mul(index, stride) for index, stride in zip(arguments[1:], strides, strict=True)]
        offset = builder.add(builder.add(steps[0], steps[1]), steps[2])
        byte = ir.IntType(8).as_pointer()
        address = builder.gep(builder.bitcast(array.data, byte), [offset])
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, number(1), number(3), number(1)])  # for writing, keep close, data
        return context.get_dummy_value()

    return types.void(matrix, types.int64, types.int64, types.int64), generate
