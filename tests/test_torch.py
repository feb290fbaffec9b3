"""An artifact as a module of PyTorch: the reader's rows, and gradients."""

import copy
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import functional_call

import embedsmith
import embedsmith.torch
from embedsmith.compress.binary import Binary
from embedsmith.compress.chain import apply
from embedsmith.compress.fp16 import FP16
from embedsmith.compress.hash import Hash
from embedsmith.compress.int4 import Int4
from embedsmith.compress.int8 import Int8
from embedsmith.compress.low_rank import LowRank
from embedsmith.compress.opq import OPQ
from embedsmith.compress.pq import PQ
from embedsmith.compress.prune import Prune
from embedsmith.compress.residual import Residual
from embedsmith.compress.sparse import Sparse
from embedsmith.compress.trellis import Trellis
from embedsmith.embedding import Dense, Embedding, NGrams, save
from embedsmith.embedding import Sparse as SparseCodec
from embedsmith.embedding.codec import CODECS
from embedsmith.torch.codec import MODULES

torch.set_num_threads(1)  # the arrays are small, and tests run side by side

WORDS = [f"w{row}" for row in range(40)]
ROWS = np.random.default_rng(5).normal(size=(40, 11)).astype(np.float32)
ROWS[7] = 0
SEED = {"iterations": 3, "seed": 1}
POOL = {"rounds": 2, "iterations": 5, "seed": 1}
PATHS = {"memory": 6, "emphasis": 0.5, "mean": 0.9, "rounds": 1, "sample": 40, "seed": 1}
PRUNE = Prune(by="frequency", share=0.5, number=None, composed=True)
CHAINS = {
    "dense": [],
    "fp16": [FP16()],
    "int8": [Int8()],
    "int4": [Int4(group=None, scale="max")],
    "int4 of groups": [Int4(group=4, scale="max")],
    "binary": [Binary()],
    "hash": [Hash(functions=2, reduction=4, weighted=True, **POOL)],
    "modulo": [Hash(functions=1, reduction=4, weighted=False, **POOL)],
    "low_rank": [LowRank(reduction=3)],
    "sparse": [Sparse(share=0.3, threshold=None)],
    "pq": [PQ(parts=3, bits=4, **SEED)],
    "pq of 5 bits": [PQ(parts=3, bits=5, **SEED)],
    "opq": [OPQ(parts=3, bits=3, rounds=2, **SEED)],
    "residual": [Residual(stages=3, bits=3, beam=2, refinements=1, **SEED)],
    "shared": [PRUNE],
    "shared of int8": [PRUNE, Int8()],
    "shared of low_rank": [PRUNE, LowRank(reduction=3), Int4(group=None, scale="max")],
    "trellis": [Trellis(bytes=5, lengths=True, **PATHS)],
    "trellis of directions": [Trellis(bytes=3, lengths=False, **PATHS)],
}


def compressed(chain):
    return apply({type(link).__name__: link for link in chain}, Embedding.dense(WORDS, ROWS))


def low_rank(inner):
    basis = np.random.default_rng(6).normal(size=(11, 14)).astype(np.float32)
    return Embedding(WORDS, embedsmith.embedding.LowRank(compressed(CHAINS[inner]).codec, basis))


def trellis(steps):
    """Steps of few bits and of many, and of several values."""
    steps = np.array([*steps, [1, 3], [1, 3], [5, 1], [4, 2], [5, 1]], dtype=np.uint8)
    draw = np.random.default_rng(7)
    kinds = np.unique(steps, axis=0)[:, 1].sum(dtype=int)
    return embedsmith.embedding.Trellis(
        draw.integers(256, size=(40, 3), dtype=np.uint8),
        steps,
        draw.normal(size=kinds << 6).astype(np.float16),
        np.array([6], dtype=np.uint8),
        draw.uniform(0.5, 2, 12).astype(np.float32),
        draw.normal(size=12).astype(np.float32),
        draw.integers(256, size=40, dtype=np.uint8),
        np.array([-1, 1], dtype=np.float32),
    )


CASES = {name: compressed(chain) for name, chain in CHAINS.items()}
CASES |= {f"low_rank of {inner}": low_rank(inner) for inner in ("int8", "modulo", "pq")}

CASES["trellis of all kinds"] = Embedding(WORDS, trellis([[2, 1], [6, 1]]))


@pytest.fixture(params=CASES)
def embedding(request):
    return CASES[request.param]


@pytest.fixture
def folder(embedding, tmp_path):
    save(embedding, tmp_path / "e")
    return tmp_path / "e"


IDS = [[39, 0, 7], [3, 3, 12]]


@pytest.mark.parametrize("trainable", [False, True])
def test_rows_are_those_of_the_reader(folder, trainable):
    read = embedsmith.load(folder)
    module = embedsmith.torch.load(folder, trainable=trainable)
    assert (module.num_embeddings, module.embedding_dim) == (len(read), read.dimension)
    rows = module(torch.tensor(IDS))
    assert (rows.dtype, rows.shape) == (torch.float32, (2, 3, read.dimension))
    expected = read.rows(np.ravel(IDS)).reshape(2, 3, -1)
    np.testing.assert_allclose(rows.detach(), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(module.weight.detach(), read.matrix(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("trainable", [False, True])
def test_numbers_come_in_any_shape_and_must_be_those_of_rows(embedding, trainable):
    module = embedsmith.torch.module(embedding.codec, trainable=trainable)
    dimension = embedding.dimension
    for shape in [(), (0,), (4,), (0, 3), (2, 1, 3)]:
        for kind in (torch.int64, torch.int32):
            assert module(torch.zeros(shape, dtype=kind)).shape == (*shape, dimension)
    for number in (-1, 40):
        with pytest.raises(IndexError):
            module(torch.tensor([0, number]))


def test_a_frozen_module_holds_the_bytes_of_the_artifact(embedding):
    module = embedsmith.torch.module(embedding.codec)
    assert list(module.parameters()) == []
    held = {name: tensor.numpy().tobytes() for name, tensor in module.state_dict().items()}
    numbers = ("dimension", "group", "memory")
    arrays = embedding.codec.arrays.items()
    assert held == {name: array.tobytes() for name, array in arrays if name.rpartition(".")[2] not in numbers}


def test_every_number_with_a_point_can_be_trained_and_no_code(embedding):
    module = embedsmith.torch.module(embedding.codec, trainable=True)
    arrays = embedding.codec.arrays.items()
    floating = {name for name, array in arrays if array.dtype.kind == "f" and array.size}
    if embedding is CASES["trellis of directions"]:  # which have no factors
        floating.remove("span")
    assert {name for name, _ in module.named_parameters()} == floating
    before = {name: buffer.clone() for name, buffer in module.named_buffers()}
    optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
    module(torch.tensor([1, 2])).square().sum().backward()
    optimiser.step()
    for name, buffer in module.named_buffers():
        assert torch.equal(buffer, before[name])


def test_gradients_are_those_of_finite_differences(embedding):
    module = embedsmith.torch.module(embedding.codec, trainable=True).double()
    names, values = zip(*module.named_parameters(), strict=True)
    ids = torch.tensor([[0, 3], [3, 7]])  # one twice, one of zeros

    def rows(*values):
        return functional_call(module, dict(zip(names, values, strict=True)), (ids,))

    assert torch.autograd.gradcheck(rows, values)


def test_the_gradient_of_a_matrix_is_that_of_an_embedding_of_pytorch():
    ours = embedsmith.torch.module(CASES["dense"].codec, trainable=True)
    theirs = nn.Embedding.from_pretrained(torch.from_numpy(ROWS), freeze=False)
    ids, weights = torch.tensor(IDS), torch.arange(66.0).view(2, 3, 11)
    for module in (ours, theirs):
        (module(ids) * weights).sum().backward()
    assert ours.weight is ours.matrix
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad)


def test_what_was_not_asked_for_does_not_change():
    module = embedsmith.torch.module(CASES["int8"].codec, trainable=True)
    module(torch.tensor([2, 5])).square().sum().backward()
    assert torch.nonzero(module.scales.grad).ravel().tolist() == [2, 5]


def test_rows_of_one_number_learn_together():
    module = embedsmith.torch.module(CASES["shared"].codec, trainable=True)
    number = int(module.numbers[30])
    before = module.weight.detach().clone()
    module(torch.tensor([30, number])).sum().backward()
    torch.optim.SGD(module.parameters(), lr=0.5).step()
    together = torch.nonzero((module.weight != before).any(dim=1)).ravel()
    assert together.tolist() == torch.nonzero(module.numbers == number).ravel().tolist()
    torch.testing.assert_close(module.weight[together], before[together] - 1)  # a gradient of 2: it was asked for twice


def test_a_state_of_other_steps_is_read_by_its_own():
    first, second = (trellis(steps) for steps in ([[2, 1], [6, 1]], [[6, 1], [2, 1]]))
    module = embedsmith.torch.module(first)
    module.load_state_dict(embedsmith.torch.module(second).state_dict())
    np.testing.assert_allclose(module.weight, second.rows(slice(0, 40)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("trainable", [False, True])
def test_the_state_goes_into_another_module(folder, embedding, trainable):
    module = embedsmith.torch.load(folder, trainable=trainable)
    empty = embedsmith.torch.load(folder, trainable=trainable)
    for tensor in empty.state_dict().values():
        tensor.zero_()
    empty.load_state_dict(module.state_dict())
    for other in (empty, copy.deepcopy(module)):
        assert torch.equal(other(torch.tensor(IDS)), module(torch.tensor(IDS)))


@pytest.mark.parametrize("kind", [torch.float64, torch.float16, torch.bfloat16])
def test_another_type_comes_out_of_the_same_stored_arrays(embedding, kind):
    module = embedsmith.torch.module(embedding.codec)
    before = {name: (tensor.dtype, tensor.clone()) for name, tensor in module.state_dict().items()}
    rows = module(torch.tensor(IDS))
    changed = module.to(kind)(torch.tensor(IDS))
    assert changed.dtype == kind
    torch.testing.assert_close(changed, rows.to(kind), rtol=1e-5, atol=1e-6)
    for name, tensor in module.state_dict().items():
        assert tensor.dtype == before[name][0]
        assert torch.equal(tensor, before[name][1])


def test_parameters_take_the_type_that_the_module_is_given():
    module = embedsmith.torch.module(CASES["pq"].codec, trainable=True).double()
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float64}
    assert module.codes.dtype == torch.uint8


def test_all_of_it_moves(embedding):
    module = embedsmith.torch.module(embedding.codec).to("meta", torch.float16)
    assert {tensor.device.type for tensor in module.state_dict().values()} == {"meta"}
    if embedding.codec.name.rpartition(":")[2] != "sparse":  # whose shapes depend on what is stored
        rows = module(torch.zeros(5, dtype=torch.int64, device="meta"))
        assert (rows.device.type, rows.dtype, rows.shape) == ("meta", torch.float16, (5, embedding.dimension))


def test_it_learns_in_a_network(embedding):
    torch.manual_seed(0)
    module = embedsmith.torch.module(embedding.codec, trainable=True)
    network = nn.Sequential(module, nn.Flatten(), nn.Linear(2 * embedding.dimension, 1))
    network[2].requires_grad_(False)
    ids, wanted = torch.arange(40).view(20, 2), torch.linspace(-1, 1, 20)[:, None]
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = []
    for _ in range(50):
        loss = (network(ids) - wanted).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.parametrize("bounds", [np.uint16, np.uint32, np.uint64])
@pytest.mark.parametrize("columns", [np.uint8, np.uint16])
def test_large_numbers_without_a_sign_are_read_as_they_are(bounds, columns):
    dimension, entries = {np.uint8: 256, np.uint16: 65536}[columns], 40_000
    values = np.arange(entries).astype(np.float16)
    ends = np.array([0, entries - 2, entries, entries], dtype=bounds)
    numbers = np.r_[np.arange(entries - 2) % dimension, dimension - 1, 0].astype(columns)
    codec = SparseCodec(values, numbers, ends, np.array([dimension]))
    np.testing.assert_array_equal(embedsmith.torch.module(codec)(torch.tensor([1, 2])), codec.rows(np.array([1, 2])))


def test_an_unseen_word_is_the_mean_of_its_units():
    units = NGrams(3, 3, 5, np.arange(5, dtype=np.int32), Dense(ROWS[:5]))
    embedding = Embedding.dense(WORDS, ROWS, fallback=units)
    module = embedsmith.torch.module(embedding.fallback.codec)
    vector = module(torch.from_numpy(units.units("unseen"))).mean(dim=0)
    np.testing.assert_allclose(vector, embedding["unseen"], rtol=1e-5, atol=1e-6)


def test_every_codec_has_a_module():
    assert set(MODULES) == set(CODECS.values())
    assert {type(embedding.codec) for embedding in CASES.values()} == set(MODULES)


def test_a_codec_without_a_module_is_refused_by_name():
    class Other(Dense):
        name = "other"

    with pytest.raises(TypeError, match="^codec 'other' has no module; store the rows by another, for example fp16$"):
        embedsmith.torch.module(Other(ROWS))


def test_what_is_no_artifact_is_said_to_be_none(tmp_path):
    with pytest.raises(embedsmith.embedding.FormatError, match="is not an embedding"):
        embedsmith.torch.load(tmp_path)


def test_reading_imports_no_pytorch(tmp_path):
    save(CASES["int8"], tmp_path / "e")
    code = "import sys, embedsmith; embedsmith.load(sys.argv[1])['w1']; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "e")], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_pytorch_the_extra_that_brings_it_is_named():
    code = "import sys; sys.modules['torch'] = None; import embedsmith.torch"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.endswith("ImportError: torch is missing; pip install 'embedsmith[neural]'\n")
