"""Eight floats in a register, as a type that kernels calculate with.

Loops over arrays leave it to the compiler to find vector instructions, to keep sums in registers, and to choose the
order of sums. Here the kernel says so itself. Addresses are taken as they are given: no index is checked, and none may
be negative.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

LANES = 8
"""Floats of a vector: rows are padded to a multiple."""

_BYTE, _INDEX, _FLOAT = ir.IntType(8), ir.IntType(32), ir.FloatType()
_VECTOR, _HALF = ir.VectorType(_FLOAT, LANES), ir.VectorType(_FLOAT, LANES // 2)
_UNALIGNED = 4
_CLOSE, _DATA = 3, 1
"""What a prefetch says: keep it in the nearest cache; it is no code."""


class Vector(types.Type):
    """Of eight float32."""

    def __init__(self) -> None:
        super().__init__(name="Vector")


vector = Vector()


@register_model(Vector)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _address(context: Any, builder: Any, signature: Any, arguments: Any, pointee: Any) -> Any:
    """Return where matrix[part, row, column] is, these being the first four of `arguments`."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    offset = ir.Constant(ir.IntType(64), 0)
    for index, stride in zip(arguments[1:4], cgutils.unpack_tuple(builder, array.strides), strict=True):
        offset = builder.add(offset, builder.mul(index, stride))
    return builder.bitcast(builder.gep(builder.bitcast(array.data, _BYTE.as_pointer()), [offset]), pointee.as_pointer())


def _shuffle(builder: Any, a: Any, b: Any, places: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_INDEX, len(places)), places))


def _spread(builder: Any, value: Any) -> Any:
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, ir.Constant(_INDEX, 0))
    return _shuffle(builder, one, one, [0] * LANES)


def _add_neighbours(builder: Any, a: Any, b: Any) -> Any:
    """Return a0+a1, a2+a3, b0+b1, b2+b3, and the same of the other halves."""
    even = _shuffle(builder, a, b, [0, 2, 8, 10, 4, 6, 12, 14])
    return builder.fadd(even, _shuffle(builder, a, b, [1, 3, 9, 11, 5, 7, 13, 15]))


@intrinsic
def load(typing_context: Any, matrix: Any, part: Any, row: Any, column: Any) -> Any:
    """Return matrix[part, row, column : column + 8]."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_address(context, builder, signature, arguments, _VECTOR), align=_UNALIGNED)

    return vector(matrix, types.int64, types.int64, types.int64), generate


@intrinsic
def store(typing_context: Any, matrix: Any, part: Any, row: Any, column: Any, value: Any) -> Any:
    """Set matrix[part, row, column : column + 8]."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[4], _address(context, builder, signature, arguments, _VECTOR), align=_UNALIGNED)
        return context.get_dummy_value()

    return types.void(matrix, types.int64, types.int64, types.int64, vector), generate


@intrinsic
def spread(typing_context: Any, value: Any) -> Any:
    """Return a vector of the same float everywhere."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _spread(builder, arguments[0])

    return vector(types.float32), generate


@intrinsic
def load_spread(typing_context: Any, matrix: Any, part: Any, row: Any, column: Any) -> Any:
    """Return a vector of matrix[part, row, column] everywhere."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _spread(builder, builder.load(_address(context, builder, signature, arguments, _FLOAT)))

    return vector(matrix, types.int64, types.int64, types.int64), generate


@intrinsic
def add(typing_context: Any, a: Any, b: Any) -> Any:
    """Return a + b."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fadd(*arguments)

    return vector(vector, vector), generate


@intrinsic
def multiply(typing_context: Any, a: Any, b: Any) -> Any:
    """Return a * b."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fmul(*arguments)

    return vector(vector, vector), generate


@intrinsic
def add_product(typing_context: Any, total: Any, a: Any, b: Any) -> Any:
    """Return total + a * b, rounded once where the processor can."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{LANES}f32")
        total, a, b = arguments
        return builder.call(function, [a, b, total])

    return vector(vector, vector, vector), generate


@intrinsic
def store_sums(
    typing_context: Any, matrix: Any, part: Any, row: Any, column: Any, a: Any, b: Any, c: Any, d: Any
) -> Any:
    """Set matrix[part, row, column : column + 4] to the sums of four vectors."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        a, b, c, d = arguments[4:]
        sums = _add_neighbours(builder, _add_neighbours(builder, a, b), _add_neighbours(builder, c, d))
        low, high = (_shuffle(builder, sums, sums, places) for places in ([0, 1, 2, 3], [4, 5, 6, 7]))
        address = _address(context, builder, signature, arguments, _HALF)
        builder.store(builder.fadd(low, high), address, align=_UNALIGNED)
        return context.get_dummy_value()

    return types.void(matrix, types.int64, types.int64, types.int64, vector, vector, vector, vector), generate


@intrinsic
def at(typing_context: Any, array: Any, index: Any) -> Any:
    """Return array[index] of integers, whose elements stand side by side."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        value = builder.load(builder.gep(array.data, [arguments[1]]))
        return value if value.type.width == 64 else builder.sext(value, ir.IntType(64))

    return types.int64(array, types.int64), generate


@intrinsic
def copy(typing_context: Any, source: Any, start: Any, target: Any, place: Any) -> Any:
    """Set target[place : place + 8] to source[start : start + 8], both int32, with no element between another two."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source, target = (context.make_array(signature.args[i])(context, builder, arguments[i]).data for i in (0, 2))
        eight = ir.VectorType(_INDEX, LANES).as_pointer()
        value = builder.load(builder.bitcast(builder.gep(source, [arguments[1]]), eight), align=_UNALIGNED)
        builder.store(value, builder.bitcast(builder.gep(target, [arguments[3]]), eight), align=_UNALIGNED)
        return context.get_dummy_value()

    return types.void(source, types.int64, target, types.int64), generate


@intrinsic
def prefetch(typing_context: Any, matrix: Any, part: Any, row: Any, column: Any) -> Any:
    """Ask for the cache line of matrix[part, row, column] ahead of its use."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, signature, arguments, _BYTE)
        kind = ir.FunctionType(ir.VoidType(), [_BYTE.as_pointer(), _INDEX, _INDEX, _INDEX])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        for_writing = 1
        builder.call(function, [address, *(_INDEX(value) for value in (for_writing, _CLOSE, _DATA))])
        return context.get_dummy_value()

    return types.void(matrix, types.int64, types.int64, types.int64), generate
