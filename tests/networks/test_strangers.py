"""Weights as strangers lay them out: cosines, in files of many kinds, and files that are none.

The network adds modulo 11 by trigonometry: eight nodes a frequency, whose phases leave
``cos(2 pi k (x + y - g) / d)`` alone.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import cogo
from numeric.verification.verify import verify
from numeric.weights.plain_network import WeightFileError

D, RNG = 11, np.random.default_rng(0)


def waves(d: int = D) -> tuple[Any, Any, Any]:
    x, phase = np.arange(d), 2 * np.pi * np.arange(8)[:, None] / 8
    turns = [2 * np.pi * k * x / d for k in range(1, (d + 1) // 2)]
    layers = [np.concatenate([np.cos(t + n * phase) for t in turns]) for n in (1, 2, 3)]
    return layers[0], layers[1], layers[2].T / len(turns)


A, B, C = waves()
Q = len(A)
WIDE = np.hstack([A, B])
E = RNG.normal(size=(D, 16))
BEHIND = [np.linalg.lstsq(E, w.T, rcond=None)[0].T for w in (A, B)]
TOKENS = [np.hstack([w, RNG.normal(size=(Q, 2)) / 10]) for w in (A, B)]
PERMUTED = RNG.permutation(D)


def tensors(dtype: Any = torch.float32, **arrays: Any) -> dict[str, Any]:
    named = {k.replace("__", "."): x for k, x in arrays.items()}
    return {k: torch.tensor(x).to(dtype) if hasattr(x, "shape") else x for k, x in named.items()}


NAMED = {"a": A, "b": B, "c": C}
PLAIN = tensors(**NAMED)
SIGNS = np.array([[1.0, -1], [-1, 1]])
HOT, (X, Y) = np.eye(6), np.indices((6, 6)).reshape(2, -1)


def trainer() -> dict[str, Any]:
    """A checkpoint with the state of its optimizer."""
    parameters = [torch.nn.Parameter(torch.tensor(w)) for w in (A, B, C)]
    optimizer = torch.optim.AdamW(parameters, lr=0.0)
    for x in parameters:
        x.grad = torch.ones_like(x)
    optimizer.step()
    names = "net.in_x.weight", "net.in_y.weight", "net.out.weight"
    state = {k: x.detach() for k, x in zip(names, parameters, strict=True)}
    return {"state_dict": state, "optimizer_states": [optimizer.state_dict()], "epoch": 3}


SUM = "x + y over Z11"
NUMBERS = f"{SUM} on the numbers 0..10"
READ: dict[str, tuple[Any, str]] = {
    "layers of a Sequential": (tensors(**{"0__weight": WIDE, "2__weight": C}), SUM),
    "parameters, transposed": (tensors(torch.float64, U=A.T, V=B.T, W=C.T), SUM),
    "bfloat16": (tensors(torch.bfloat16, a=A, b=B, c=C), SUM),
    "float16": (tensors(torch.float16, W=WIDE, V=C), SUM),
    "a list": ([torch.tensor(w) for w in (A, B, C)], SUM),
    "a trainer's checkpoint": (trainer(), SUM),
    "an embedding, biases": (
        tensors(embed__weight=E, fc1__weight=np.hstack(BEHIND), fc1__bias=np.zeros(Q),
                fc2__weight=C, fc2__bias=RNG.normal(size=D) / 1000), SUM),
    "a scale": (tensors(a=A, b=B, c=100 * C, scale=np.array(0.01)), SUM),
    "tokens that are no numbers": (tensors(a=TOKENS[0], b=TOKENS[1], c=C), NUMBERS),
    "tokens among the outputs": (
        tensors(a=TOKENS[0], b=TOKENS[1], c=np.vstack([C, np.full((2, Q), -0.5)])), NUMBERS),
    "classes renamed": (tensors(a=A, b=B, c=C[PERMUTED]), f"a renaming of the outputs of {SUM}"),
    "residues renamed": (
        tensors(a=A[:, PERMUTED], b=B[:, PERMUTED], c=C[PERMUTED]),
        f"a renaming of the elements of {SUM}"),
    "a Fourier basis beside": ({**PLAIN, "basis": torch.fft.fft(torch.eye(D))}, SUM),
    "names with all kinds of characters": (
        {"a\x1b[31m\n": torch.tensor(A), (1, "b"): torch.tensor(B), "": torch.tensor(C)}, SUM),
    "biases that are a column and a row": (
        tensors(a=A, b=B, c=C, b1=np.full((Q, 1), 1e-3), b2=np.full((1, D), 1e-3)), SUM),
    "runs in each array": (tensors(**{k: np.stack([0 * x, x]) for k, x in NAMED.items()}), SUM),
    "one run in each array": (tensors(**{k: x[None] for k, x in NAMED.items()}), SUM),
    "networks by their epoch": (
        {f"epoch_{i}": {k: x * (i == 100) for k, x in PLAIN.items()} for i in (0, 20, 100)}, SUM),
    "before and after training": (
        {f"{name}/{k}": x * size for name, size in (("init", 0), ("final", 1), ("ruined", 0))
         for k, x in PLAIN.items()}, SUM),
    "twice as many outputs": (tensors(a=A, b=B, c=np.vstack([C, 0 * C - 0.5])), NUMBERS),
    "two layers in one array": (tensors(W_in=np.stack([A, B]), W_out=C), SUM),
    "layers that would also be a network without the others": (
        tensors(embed=np.vstack([np.eye(D), np.zeros((1, D))]), in__x=A, in__y=B, out=C), NUMBERS),
    "masks and data beside": (
        {**PLAIN, "mask": torch.ones(D, D, dtype=torch.bool),
         "data": torch.zeros(121, 3, dtype=torch.int64)}, SUM),
    "modulo 3": (tensors(**dict(zip("abc", waves(3), strict=True))), "x + y over Z3"),
    "modulo 2": (
        tensors(a=SIGNS[[0, 0]], b=SIGNS, c=SIGNS), "x + y over Z2"),
    # One node for each pair of S3, which answers it.
    "symbols of a group that is not Abelian": (
        tensors(a=HOT[X] - 0.25, b=HOT[Y] - 0.25, c=HOT[cogo.group("S3").products.ravel()].T),
        "x*y over S3"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_each_is_read_as_what_it_computes(kind, tmp_path):
    state, operation = READ[kind]
    torch.save(state, tmp_path / "w.pt")
    found = verify(tmp_path / "w.pt")
    assert (found.operation.name, found.correct) == (operation, True)


@pytest.mark.parametrize("name", ["a b.npz", "a'b.npz", "-a.npz", "\u4e2d\u6587.npz", "a\nb.npz"])
def test_files_of_any_name_and_links_to_them(name: str, tmp_path: Path) -> None:
    np.savez(tmp_path / name, a=A, b=B, c=C)
    (tmp_path / "link.npz").symlink_to(tmp_path / name)
    for path in (tmp_path / name, tmp_path / "link.npz"):
        assert verify(path).lines()[0].startswith("answers 121 of 121 pairs of x + y over Z11")


def header(of: Any) -> bytes:
    text = json.dumps(of).encode()
    return len(text).to_bytes(8, "little") + text + bytes(100)


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"
PARTS = "weights that are made of several arrays are not read"
NO_TENSOR = "a: no dtype, shape and data_offsets of a tensor"
#: A name, what is kept under it or what makes it there, and why it is refused.
REFUSED: dict[str, tuple[str, Any, str]] = {
    "complex numbers": (
        "w.pt", {**PLAIN, "a": torch.tensor(A).to(torch.complex64)},
        "a (40, 11) is complex64, which is not read; save it as float32"),
    "integers": (
        "w.npz", lambda path: np.savez(path, **{k: x.astype(int) for k, x in NAMED.items()}),
        "a (40, 11) is int64, which is not read; save it as float32"),
    "an embedding of both numbers and a sign, added": (
        "w.pt", tensors(embed=RNG.normal(size=(8, 12)), hidden=RNG.normal(size=(40, 12)),
                        out=RNG.normal(size=(7, 40))),
        "; --layout '(d,m) (q,m) (n,q)' fits, and answers no operation with a name; what is read"),
    "floats of eight bits": (
        "w.pt", tensors(torch.float8_e4m3fn, a=A, b=B, c=C),
        "a (40, 11) is float8_e4m3fn, which is not read"),
    "normalised weights": (
        "w.pt", tensors(fc1__weight_g=np.ones((Q, 1)), fc1__weight_v=WIDE, fc2=C),
        f"fc1.weight_g: {PARTS}"),
    "pruned weights": (
        "w.pt", tensors(fc1__weight_orig=WIDE, fc1__weight_mask=WIDE > 0, fc2=C),
        f"fc1.weight_orig: {PARTS}"),
    "adapters": (
        "w.pt", tensors(fc1=WIDE, fc1__lora_A=WIDE[:4], fc1__lora_B=B[:, :4], fc2=C),
        f"fc1.lora_A: {PARTS}"),
    "long floats": (
        "w.npz", lambda path: np.savez(path, a=A.astype(np.longdouble), b=B, c=C),
        f"a (40, 11) is {np.dtype(np.longdouble).name}, which is not read"),
    "a sparse matrix": (
        "w.pt", {**PLAIN, "a": torch.tensor(A).to_sparse()},
        "a (40, 11) is torch.sparse_coo float64, which is not read"),
    "a layer that normalises": (
        "w.pt",
        tensors(fc1__weight=WIDE, ln__weight=np.ones(Q), ln__bias=np.zeros(Q), fc2__weight=C),
        "ln.weight (40,) is of a layer that normalises"),
    "attention": (
        "w.pt", {**torch.nn.TransformerEncoderLayer(32, 4, 64).state_dict(),
                 "embed.weight": torch.ones(8, 32)}, "attention is not supported"),
    "runs that come last": (
        "w.pt", tensors(**{k: np.stack([x] * 5, -1) for k, x in NAMED.items()}),
        "of several runs in one array, save one, or at most 64, runs first; there are a (40, 11"),
    "convolutions": ("w.pt", torch.nn.Conv2d(1, 8, 3).state_dict(), "convolutions, and other"),
    "two hidden layers": (
        "w.pt",
        torch.nn.Sequential(*map(torch.nn.Linear, (22, 64, 64), (64, 64, 11))).state_dict(),
        "two hidden layers or more are not supported"),
    "one output": (
        "w.pt", tensors(a=np.ones((4, 1)), b=np.ones((4, 1)), c=np.ones((1, 4))),
        "the network has one output, which is always the largest"),
    "a pointer to a file": ("w.pt", LFS, "a pointer of Git LFS"),
    "a pointer to safetensors": ("w.safetensors", LFS, "a pointer of Git LFS"),
    "a page of the web": ("w.pt", b"<html>404</html>", "it is no zip archive"),
    "arrays named .pt": (
        "w.pt", lambda path: np.savez(path.open("wb"), a=A), "one of np.savez; give it a name"),
    "tensors named .npz": ("w.npz", PLAIN, "it is one of torch.save; give it a name"),
    "a mapping in one array": (
        "w.npz", lambda path: np.savez(path, all=np.array(NAMED, dtype=object)),
        "all needs pickle, which is not read: save each array by its name"),
    "two outputs": (
        "w.pt", tensors(a=np.ones((40, 7)), b=np.ones((40, 7)), c=np.ones((2, 40))),
        "2 outputs for inputs of 7 values are not supported"),
    "a header that is a list": ("w.safetensors", header([1]), "its header is no object"),
    "a header without a shape": ("w.safetensors", header({"a": {"dtype": "F32"}}), NO_TENSOR),
    "a header with words": (
        "w.safetensors",
        header({"a": {"dtype": "F32", "shape": [5, "x"], "data_offsets": [0, 100]}}), NO_TENSOR),
    "a pipe": ("w.npz", os.mkfifo, "is no regular file, and pipes and devices are not read"),
    "a folder": ("w.npz", Path.mkdir, "w.npz is a folder"),
    "a loop of links": ("w.npz", lambda path: path.symlink_to(path), "symbolic links"),
    "an empty file": ("w.npz", b"", "w.npz is empty"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_such_network_is_refused_in_one_line(kind, tmp_path):
    name, content, said = REFUSED[kind]
    path = tmp_path / name
    if callable(content):
        content(path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(ValueError, match=re.escape(said)) as refusal:
        verify(path)
    assert "\n" not in str(refusal.value)


def test_matrices_that_are_named_are_read_beside_others(tmp_path):
    state = {**PLAIN, "other": torch.tensor(A).to(torch.complex64)}
    with pytest.raises(WeightFileError, match="complex64"):
        cogo.recognise(state)
    torch.save(state, tmp_path / "w.pt")
    assert verify(tmp_path / "w.pt", keys="a,b,c").correct
    with pytest.raises(WeightFileError, match=r"other \(40, 11\) is complex64, which is not read"):
        verify(tmp_path / "w.pt", keys="a,other,c")


def test_arrays_in_a_list_and_biases_by_their_values():
    assert verify([A, B, C]).operation.name == SUM
    found = verify({"a": A, "b": B, "c": C, "b1": np.full((Q, 1), 0.25), "b2": np.ones((1, D))})
    hidden = (A.T[:, None] + B.T[None] + 0.25) ** 2
    error = hidden @ C.T + 1 - np.eye(D)[np.add.outer(np.arange(D), np.arange(D)) % D]
    low, high = (float(x) for x in found.verdict.onehot)
    assert low * (1 - 1e-9) <= (error**2).sum(axis=2).mean() <= high * (1 + 1e-9)
