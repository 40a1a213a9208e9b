"""Whatever layout, container, dtype, prefix: the network that is read has the outputs of its own.

Each network is written down by its formula in NumPy, and shares nothing with what is tested.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numeric.weights.arrays.layouts import fitting
from numeric.weights.files import read_weights
from numeric.weights.given import reading
from tests.numeric.network_loss import outputs as outputs_of

torch = pytest.importorskip("torch")
D, M, R = 7, 9, 11
RNG = np.random.default_rng(5)
State = dict[str, Any]

# Layers that add modulo 7: cosines of three frequencies, each with five phases.
TURN = 2 * np.pi * np.repeat([1, 2, 3], 5)[:, None] * np.arange(D) / D
PHASE = 2 * np.pi * np.tile(np.arange(5), 3)[:, None] / 5
A, B = np.cos(TURN + PHASE), np.cos(TURN + PHASE + 0.3)
C_AA, C_AB = np.cos(TURN + 2 * PHASE).T, np.cos(TURN + 2 * PHASE + 0.3).T
Q = len(A)
E, F, U = RNG.normal(size=(D, M)), RNG.normal(size=(D, M)), RNG.normal(size=(D, R))
A_E, B_E, B_F = (w @ np.linalg.pinv(e).T for w, e in ((A, E), (B, E), (B, F)))
V_AA, V_AB = (np.linalg.pinv(U) @ c for c in (C_AA, C_AB))
BQ, B2, BD, BR, BM = (0.01 * RNG.normal(size=n) for n in (Q, Q, D, R, M))
I = np.eye(D)  # noqa: E741


def side(x: Any, y: Any) -> Any:
    return np.concatenate([x, y])


#: The arrays, and the outputs for x and y in terms of them.
NETWORKS: dict[str, tuple[State, Callable[[State, int, int], Any]]] = {
    "(q,d) (q,d) (d,q)": (
        {"in_x": A, "in_y": B, "out": C_AB},
        lambda s, x, y: s["out"] @ (s["in_x"][:, x] + s["in_y"][:, y]) ** 2,
    ),
    "(q,d) (d,q)": (
        {"W": A, "V": C_AA},
        lambda s, x, y: s["V"] @ (s["W"] @ (I[x] + I[y])) ** 2,
    ),
    "(q,2d) (d,q)": (
        {"fc1.weight": np.hstack([A, B]), "fc1.bias": BQ, "fc2.weight": C_AB, "fc2.bias": BD},
        lambda s, x, y: s["fc2.weight"] @ (s["fc1.weight"] @ side(I[x], I[y]) + s["fc1.bias"]) ** 2
        + s["fc2.bias"],
    ),
    "(q,d) (q,d) (r,q) (d,r)": (
        {"l.weight": A, "l.bias": BQ, "m.weight": B, "m.bias": B2, "n.weight": V_AB, "n.bias": BR,
         "unembed.weight": U, "unembed.bias": BD},
        lambda s, x, y: s["unembed.weight"] @ (s["n.weight"] @ (s["l.weight"][:, x] + s["l.bias"]
        + s["m.weight"][:, y] + s["m.bias"]) ** 2 + s["n.bias"]) + s["unembed.bias"],
    ),
    "(q,2d) (r,q) (d,r)": (
        {"net.0.weight": np.hstack([A, B]), "net.1.weight": V_AB, "net.2.weight": U},
        lambda s, x, y: s["net.2.weight"] @ s["net.1.weight"]
        @ (s["net.0.weight"] @ side(I[x], I[y])) ** 2,
    ),
    "(d,m) (q,m) (q,m) (d,q)": (
        {"embed": E, "x": A_E, "y": B_E, "out": C_AB},
        lambda s, x, y: s["out"] @ (s["x"] @ s["embed"][x] + s["y"] @ s["embed"][y]) ** 2,
    ),
    "(d,m) (q,m) (d,q)": (
        {"embed": E, "hidden": A_E, "out": C_AA},
        lambda s, x, y: s["out"] @ (s["hidden"] @ (s["embed"][x] + s["embed"][y])) ** 2,
    ),
    "(d,m) (q,2m) (d,q)": (
        {"embed": E, "hidden": np.hstack([A_E, B_E]), "out": C_AB},
        lambda s, x, y: s["out"] @ (s["hidden"] @ side(s["embed"][x], s["embed"][y])) ** 2,
    ),
    "(d,m) (d,m) (q,m) (q,m) (d,q)": (
        {"embed_x": E, "embed_y": F, "x": A_E, "y": B_F, "out": C_AB},
        lambda s, x, y: s["out"] @ (s["x"] @ s["embed_x"][x] + s["y"] @ s["embed_y"][y]) ** 2,
    ),
    "(d,m) (d,m) (q,2m) (d,q)": (
        {"embed_x": E, "embed_y": F, "hidden": np.hstack([A_E, B_F]), "out": C_AB},
        lambda s, x, y: s["out"] @ (s["hidden"] @ side(s["embed_x"][x], s["embed_y"][y])) ** 2,
    ),
    "(d,m) (q,m) (r,q) (d,r)": (
        {"embed": E, "hidden": A_E, "out": V_AA, "unembed": U},
        lambda s, x, y: s["unembed"] @ s["out"]
        @ (s["hidden"] @ (s["embed"][x] + s["embed"][y])) ** 2,
    ),
    "(d,m) (q,m) (q,m) (m,q)": (
        {"embed": E, "x": A_E, "y": B_E, "inner": np.linalg.pinv(E) @ C_AB},
        lambda s, x, y: s["embed"] @ s["inner"]
        @ (s["x"] @ s["embed"][x] + s["y"] @ s["embed"][y]) ** 2,
    ),
    "(m,d) (q,m) (d,q)": (
        {"emb.weight": E.T, "emb.bias": BM, "hid.weight": A_E, "hid.bias": BQ, "out.weight": C_AA},
        lambda s, x, y: s["out.weight"] @ (s["hid.weight"] @ (s["emb.weight"][:, x]
        + s["emb.weight"][:, y] + 2 * s["emb.bias"]) + s["hid.bias"]) ** 2,
    ),
}  # fmt: skip


def outputs(state: State, f: Callable[[State, int, int], Any]) -> Any:
    wide = {name: x.astype(np.float64) for name, x in state.items()}
    return np.array([f(wide, x, y) for x in range(D) for y in range(D)])


def check(network: Any, wanted: Any) -> None:
    x, y = np.divmod(np.arange(D * D), D)
    np.testing.assert_allclose(network.at(x, y), wanted, rtol=0, atol=1e-11)
    plain = outputs_of(network).reshape(D * D, D)
    np.testing.assert_allclose(plain, wanted, rtol=0, atol=1e-11)


@pytest.mark.parametrize("text", NETWORKS)
def test_every_layout_is_read_by_its_shapes_with_the_outputs_of_its_formula(text):
    state, f = NETWORKS[text]
    network = reading(state).network
    assert f" {text.split(maxsplit=1)[0]}" in network.notes[0]
    for shape in text.split():
        assert shape in network.notes[0]
    check(network, outputs(state, f))


@pytest.mark.parametrize("text", NETWORKS)
def test_a_layout_whose_matrices_are_all_transposed_is_the_same_network(text):
    state, f = NETWORKS[text]
    turned = {name: x.T for name, x in state.items()}
    check(reading(turned).network, outputs(state, f))


def tensor(x: Any) -> Any:
    return torch.from_numpy(np.array(x, dtype=x.dtype.newbyteorder("="), order="C"))


def by_torch(path: Path, state: State, **options: Any) -> None:
    torch.save({name: tensor(x) for name, x in state.items()}, path, **options)


def by_safetensors(path: Path, state: State) -> None:
    from safetensors.numpy import save_file

    save_file({name: np.ascontiguousarray(x) for name, x in state.items()}, path)


SAVED: dict[str, Callable[[Path, State], None]] = {
    "w.npz": lambda path, s: np.savez(path, **s),
    "c.npz": lambda path, s: np.savez_compressed(path, **s),
    "w.safetensors": by_safetensors,
    "w.pt": by_torch,
    "old.pth": lambda path, s: by_torch(path, s, _use_new_zipfile_serialization=False),
    "w.ckpt": lambda path, s: torch.save(
        {"state_dict": {f"model.{k}": tensor(x) for k, x in s.items()}, "epoch": 3,
         "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(Q, D), "step": 4}}}]}, path
    ),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f4", ">f8", ">f2"])
@pytest.mark.parametrize("name", SAVED)
def test_every_container_and_dtype_is_widened_exactly(name, dtype, tmp_path):
    state, f = NETWORKS["(q,2d) (d,q)"]
    state = {key: x.astype(dtype) for key, x in state.items()}
    if name.endswith("safetensors") and dtype[0] == ">":
        pytest.skip("the format is little-endian")
    SAVED[name](tmp_path / name, state)
    network = read_weights(tmp_path / name)
    check(network, outputs(state, f))
    wanted = np.float64 if dtype.endswith("8") or dtype == "float64" else np.float32
    assert {x.dtype for x in (*network.first, *network.last)} == {np.dtype(wanted)}
    assert not any("left out: epoch" in x for x in network.notes)
    assert any("exp_avg" in x for x in network.notes) == name.endswith("ckpt")


def test_bfloat16_is_the_upper_half_of_a_float32(tmp_path):
    from safetensors.torch import save_file

    state, f = NETWORKS["(q,2d) (d,q)"]
    half = {key: tensor(x).bfloat16() for key, x in state.items()}
    wide = {key: x.float().numpy() for key, x in half.items()}
    save_file(half, tmp_path / "w.safetensors")
    torch.save(half, tmp_path / "w.pt")
    for given in (half, tmp_path / "w.safetensors", tmp_path / "w.pt"):
        check(reading(given).network, outputs(wide, f))


def test_three_matrices_in_one_npy_file_are_read(tmp_path):
    np.save(tmp_path / "w.npy", np.stack([A, B, C_AB.T]))
    check(read_weights(tmp_path / "w.npy"), outputs(*NETWORKS["(q,d) (q,d) (d,q)"]))


@pytest.mark.parametrize(
    "prefix",
    ["module.", "_orig_mod.", "model.", "module.module._orig_mod.", "params/", "state_dict.",
     "model_state_dict.net."],
)  # fmt: skip
@pytest.mark.parametrize("text", ["(q,2d) (d,q)", "(d,m) (q,m) (d,q)"])
def test_prefixes_and_wrappers_do_not_matter(prefix, text):
    state, f = NETWORKS[text]
    named = {prefix + key: x for key, x in state.items()}
    check(reading(named).network, outputs(state, f))
    nested: Any = dict(state)
    for part in reversed(prefix.replace("/", ".").split(".")[:-1]):
        nested = {part: nested}
    more = {"optimizer": {"state": [{"exp_avg": A, "exp_avg_sq": A * A}]}, "losses": np.ones(50)}
    network = reading({**nested, **more, "epoch": 7}).network
    check(network, outputs(state, f))
    assert any(x.startswith("left out: optimizer.state.0.exp_avg, ") for x in network.notes)


class Module(torch.nn.Module):
    """One of PyTorch's own, whose outputs are its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = torch.nn.Embedding(D, M)
        self.fc1 = torch.nn.Linear(2 * M, Q)
        self.fc2 = torch.nn.Linear(Q, D)
        state = {"embed.weight": E, "fc1.weight": np.hstack([A_E, B_E]), "fc1.bias": BQ}
        self.double().load_state_dict(
            {k: tensor(x) for k, x in {**state, "fc2.weight": C_AB, "fc2.bias": BD}.items()}
        )

    def forward(self, x: Any, y: Any) -> Any:
        return self.fc2(self.fc1(torch.cat([self.embed(x), self.embed(y)], dim=-1)).relu())


def test_a_module_of_pytorch_has_its_own_outputs_with_its_own_nodes():
    module = Module()
    x, y = np.divmod(np.arange(D * D), D)
    wanted = module(torch.from_numpy(x), torch.from_numpy(y)).detach().numpy()
    network = reading(module, activation="relu").network
    assert network.activation == "relu"
    np.testing.assert_allclose(network.at(x, y), wanted, atol=1e-12)


def test_a_scale_and_the_factor_are_folded_and_said():
    state, f = NETWORKS["(q,d) (d,q)"]
    network = reading({**state, "out_scale": np.array([0.25])}, normalised=True).network
    check(network, outputs(state, f) * 0.25 / 14)
    assert "folded in exactly: scale out_scale, the factor 1/2d" in network.notes
    kept = reading({**state, "temperature": np.array(2.0)}).network
    assert "left out: temperature" in kept.notes
    check(kept, outputs(state, f))


def test_the_bias_of_a_layer_for_both_inputs_counts_once_or_twice():
    state = {"W.weight": A, "W.bias": BQ, "V.weight": C_AA}
    for layout, times in ((None, 1), ("(q,d) (d,q)", 1), ("(q,d) (d,q) twice", 2)):
        hidden = A[:, :, None] + A[:, None, :] + times * BQ[:, None, None]
        wanted = np.einsum("gj,jxy->xyg", C_AA, hidden**2).reshape(-1, D)
        network = reading(state, layout=layout).network
        check(network, wanted)
        assert any("--layout '(q,d) (d,q) twice'" in x for x in network.notes) == (layout is None)
        said = any("bias is added for each input" in x for x in network.notes)
        assert said == (layout != "(q,d) (d,q)")


def test_the_bias_of_one_node_is_a_bias():
    state = {"a.weight": A[:1], "a.bias": BQ[:1], "b.weight": B[:1], "c.weight": C_AB[:, :1]}
    hidden = A[:1, :, None] + B[:1, None] + BQ[0]
    wanted = np.einsum("gj,jxy->xyg", C_AB[:, :1], hidden**2).reshape(-1, D)
    check(reading(state, keys="a.weight,b.weight,c.weight").network, wanted)


def test_layouts_fit_shapes_in_the_order_of_the_names():
    wide, double = fitting({"fc1": (20, 14), "fc2": (7, 20)})
    assert (wide.text, dict(wide.sizes)) == ("(q,2d) (d,q)", {"q": 20, "d": 7, "n": 7})
    assert (double.text, dict(double.sizes)) == ("(d,q) (q,n)", {"q": 20, "d": 7, "n": 14})
    square = fitting({"W_in": (9, 5), "W_out": (5, 9)}, ordered=True)
    assert [x.text for x in square] == ["(q,d) (d,q)", "(d,q) (q,d)"]
