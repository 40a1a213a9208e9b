"""Train the networks of this folder: plain PyTorch, as people write it; nothing of the project.

    python tests/networks/train.py [NAME...]

writes ``files/NAME.*``, each in a layout of its own, and ``files/answers.json``: for each network
its largest output for each pair, and its loss, computed here in float64 by the model that is saved.
What it was trained on is known by `TABLES`, in plain arithmetic. The tests hold both against what
the project says.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FILES = Path(__file__).parent / "files"


def cyclic(p: int, f: Callable[[int, int], int]) -> np.ndarray:
    return np.array([[f(x, y) % p for y in range(p)] for x in range(p)])


def products(p: int, quotient: bool = False) -> np.ndarray:
    """x*y, or x/y, mod p on 1..p-1, numbered from 0."""
    power = p - 2 if quotient else 1
    return np.array([[x * y**power % p - 1 for y in range(1, p)] for x in range(1, p)])


def renamed(table: np.ndarray, seed: int) -> np.ndarray:
    """The operation after a random renaming of the first inputs, the second ones, the outputs."""
    rng = np.random.default_rng(seed)
    p, s, r = (rng.permutation(len(table)) for _ in range(3))
    return r[table[p][:, s]]


Z2Z4 = np.array([[4 * ((x // 4 + y // 4) % 2) + (x + y) % 4 for y in range(8)] for x in range(8)])
Z3Z4_AS_Z12 = cyclic(12, lambda x, y: x + y)
#: For each network the answer to each pair, by arithmetic.
TABLES = {
    "shared_matrix": cyclic(11, lambda x, y: x + y),
    "concatenated": cyclic(7, lambda x, y: x + y),
    "embedding_tables": cyclic(9, lambda x, y: x + y),
    "embeddings_and_biases": cyclic(7, lambda x, y: x + y),
    "unembedding": cyclic(7, lambda x, y: x + y),
    "difference": cyclic(11, lambda x, y: x - y),
    "affine": cyclic(7, lambda x, y: 2 * x + 3 * y + 1),
    "product": products(11),
    "quotient": products(7, quotient=True),
    "z2xz4_renamed": renamed(Z2Z4, 5),
    "few_wrong": cyclic(13, lambda x, y: x + y),
    "logits": cyclic(7, lambda x, y: x + y),
    "rectified": cyclic(7, lambda x, y: x + y),
    "fourth_power": cyclic(5, lambda x, y: x + y),
    "dense": cyclic(11, lambda x, y: x + y),
    "special_tokens": cyclic(9, lambda x, y: x + y),
    "equals_token": cyclic(7, lambda x, y: x + y),
    "maximum": np.array([[max(x, y) for y in range(7)] for x in range(7)]),
    "symmetric_group": np.array(
        # S3 as (turn, flip): (t, f)(u, g) = (t + u (-1)^f, f + g)
        [
            [
                3 * ((x // 3 + y // 3) % 2) + (x % 3 + (y % 3) * (-1) ** (x // 3)) % 3
                for y in range(6)
            ]
            for x in range(6)
        ]
    ),
}


class TwoMatrices(nn.Module):
    """layerc(act(layera[x] + layerb[y])), the plain network."""

    def __init__(self, d: int, q: int, act=torch.square, out: int | None = None) -> None:
        super().__init__()
        self.left = nn.Linear(d, q, bias=False)
        self.right = nn.Linear(d, q, bias=False)
        self.head = nn.Linear(q, out or d, bias=False)
        self.act = act
        for layer in (self.left, self.right, self.head):
            nn.init.normal_(layer.weight, std=0.3)

    def forward(self, x, y):
        return self.head(self.act(self.left.weight.T[x] + self.right.weight.T[y]))


class Shared(nn.Module):
    """One matrix reads both inputs."""

    def __init__(self, d: int, q: int) -> None:
        super().__init__()
        self.W_E = nn.Parameter(0.4 * torch.randn(d, q))
        self.W_U = nn.Parameter(0.4 * torch.randn(q, d))

    def forward(self, x, y):
        return (self.W_E[x] + self.W_E[y]) ** 2 @ self.W_U


class Concatenated(nn.Module):
    def __init__(self, d: int, q: int) -> None:
        super().__init__()
        self.d = d
        self.fc1 = nn.Linear(2 * d, q, bias=False)
        self.fc2 = nn.Linear(q, d, bias=False)
        nn.init.normal_(self.fc1.weight, std=0.4)
        nn.init.normal_(self.fc2.weight, std=0.4)

    def forward(self, x, y):
        one_hot = torch.cat([F.one_hot(x, self.d), F.one_hot(y, self.d)], dim=-1)
        return self.fc2(self.fc1(one_hot.to(self.fc1.weight.dtype)) ** 2)


class Tables(nn.Module):
    """Two embeddings straight into the nodes: matrices (d, q)."""

    def __init__(self, d: int, q: int) -> None:
        super().__init__()
        self.emb_a = nn.Embedding(d, q)
        self.emb_b = nn.Embedding(d, q)
        self.out = nn.Linear(q, d, bias=True)
        for p in (self.emb_a.weight, self.emb_b.weight, self.out.weight):
            nn.init.normal_(p, std=0.4)

    def forward(self, x, y):
        return self.out((self.emb_a(x) + self.emb_b(y)).square())


class Everything(nn.Module):
    """A learned embedding, biases in both layers; 1/2d is in the code, not in the file."""

    def __init__(self, d: int, m: int, q: int, factor: float) -> None:
        super().__init__()
        self.embed = nn.Embedding(d, m)
        self.lin_a = nn.Linear(m, q)
        self.lin_b = nn.Linear(m, q)
        self.lin_c = nn.Linear(q, d)
        self.factor = factor
        nn.init.normal_(self.embed.weight, std=1.0)

    def forward(self, x, y):
        h = self.lin_a(self.embed(x)) + self.lin_b(self.embed(y))
        return self.factor * self.lin_c(h * h)


class Unembedding(nn.Module):
    def __init__(self, d: int, q: int, m: int) -> None:
        super().__init__()
        self.a = nn.Parameter(0.4 * torch.randn(q, d))
        self.b = nn.Parameter(0.4 * torch.randn(q, d))
        self.down = nn.Parameter(0.4 * torch.randn(m, q))
        self.unembed = nn.Parameter(0.4 * torch.randn(d, m))

    def forward(self, x, y):
        return (self.a.T[x] + self.b.T[y]) ** 2 @ self.down.T @ self.unembed.T


def pairs(d: int):
    x, y = np.divmod(np.arange(d * d), d)
    return torch.as_tensor(x), torch.as_tensor(y)


def fit(
    name: str,
    model: nn.Module,
    *,
    steps: int = 4000,
    lr: float = 0.02,
    decay: float = 0.0,
    logits: bool = False,
    until: float = 2.0,
    outputs: int | None = None,
) -> nn.Module:
    """Adam on all pairs, squared error against one-hot (or cross-entropy), lr to 0 by cosine."""
    table = TABLES[name]
    d = len(table)
    x, y = pairs(d)
    target = torch.as_tensor(table.ravel())
    n_out = outputs or d
    model.train()
    dtype = next(model.parameters()).dtype
    hot = F.one_hot(target, n_out).to(dtype)
    adam = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=decay)
    rate = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda t: 0.5 * (1 + math.cos(math.pi * min(t / steps, 1)))
    )
    step = 0
    while step < steps:
        step += 1
        adam.zero_grad()
        out = model(x, y)
        loss = F.cross_entropy(out, target) if logits else ((out - hot) ** 2).sum(1).mean()
        loss.backward()
        adam.step()
        rate.step()
        accuracy = (out.argmax(1) == target).double().mean().item()
        if accuracy >= until:
            break
    print(f"{name}: step {step}, loss {loss.item():.3g}, accuracy {accuracy:.4f}", flush=True)
    return model


def record(name: str, model: nn.Module) -> dict[str, object]:
    """What the model answers, in float64, and its loss: the mean over pairs of the squared
    distance from one-hot, both with their means over the outputs taken out."""
    table = TABLES[name]
    d = len(table)
    x, y = pairs(d)
    with torch.no_grad():
        out = model.double()(x, y)
    hot = F.one_hot(torch.as_tensor(table.ravel()), out.shape[1]).double()
    rest = out - hot
    rest = rest - rest.mean(1, keepdim=True)
    answers = out.argmax(1)
    return {
        "answers": answers.tolist(),
        "right": int((answers == torch.as_tensor(table.ravel())).sum()),
        "loss": float((rest**2).sum(1).mean()),
    }


def save(path: str, obj: object, **options: object) -> None:
    torch.save(obj, FILES / path, **options)


def save_npz(path: str, **arrays: np.ndarray) -> None:
    np.savez(FILES / path, **arrays)


def state(model: nn.Module) -> dict[str, torch.Tensor]:
    return {key: x.detach().clone() for key, x in model.state_dict().items()}


def arrays(model: nn.Module) -> dict[str, np.ndarray]:
    return {key: x.numpy() for key, x in state(model).items()}


def checkpoint(model: nn.Module) -> None:
    adam = torch.optim.Adam(model.parameters())
    parts = {
        "epoch": 4000,
        "global_step": 4000,
        "pytorch-lightning_version": "2.4.0",
        "state_dict": {f"module.{key}": x for key, x in state(model).items()},
        "optimizer_states": [adam.state_dict()],
        "hyper_parameters": {"d": 7, "lr": 0.02},
    }
    save("concatenated.ckpt", parts)


def transposed(model: nn.Module) -> None:
    w = arrays(model)
    left, right, head = (w[f"{name}.weight"].T for name in ("left", "right", "head"))
    save_npz("quotient.npz", W_x=left, W_y=right, W_out=head)


def safe(model: nn.Module) -> None:
    from safetensors.torch import save_file

    save_file(state(model), FILES / "z2xz4_renamed.safetensors")


#: Of each network: the model, how it is trained, and how it is left in a file. Of the special
#: tokens three never occur, in inputs and outputs; the equals token is one of the inputs alone.
NETWORKS: dict[str, tuple[Callable[[], nn.Module], dict[str, Any], Callable[[Any], None]]] = {
    "shared_matrix": (
        lambda: Shared(11, 48), {}, lambda m: save("shared_matrix.pth", state(m))),
    "concatenated": (lambda: Concatenated(7, 40), {}, checkpoint),
    "embedding_tables": (
        lambda: Tables(9, 48), {},
        lambda m: save("embedding_tables.pt", state(m), _use_new_zipfile_serialization=False)),
    "embeddings_and_biases": (
        lambda: Everything(7, 12, 48, 1 / 14), {"steps": 8000},
        lambda m: save("embeddings_and_biases.pt", {"model_state_dict": state(m), "loss": 0.0})),
    "unembedding": (
        lambda: Unembedding(7, 40, 10), {"steps": 8000},
        lambda m: save_npz("unembedding.npz", **arrays(m))),
    "difference": (
        lambda: TwoMatrices(11, 48), {},
        lambda m: save_npz("difference.npz", **{k: x.astype(">f4") for k, x in arrays(m).items()})),
    "affine": (
        lambda: TwoMatrices(7, 32).double(), {},
        lambda m: save("affine.pt", {f"_orig_mod.model.{k}": x for k, x in state(m).items()})),
    "product": (lambda: TwoMatrices(10, 48), {}, lambda m: save("product.pt", state(m))),
    "quotient": (lambda: TwoMatrices(6, 32), {}, transposed),
    "z2xz4_renamed": (lambda: TwoMatrices(8, 48), {}, safe),
    "few_wrong": (
        lambda: TwoMatrices(13, 24), {"until": 0.95, "lr": 0.01},
        lambda m: save_npz("few_wrong.npz", **arrays(m))),
    "logits": (
        lambda: TwoMatrices(7, 40), {"logits": True, "steps": 3000, "decay": 0.01},
        lambda m: save("logits.pt", state(m))),
    "rectified": (
        lambda: TwoMatrices(7, 48, torch.relu), {}, lambda m: save("rectified.pt", state(m))),
    "fourth_power": (
        lambda: TwoMatrices(5, 24, lambda h: h**4), {"lr": 0.005},
        lambda m: save("fourth_power.pt", state(m))),
    "dense": (
        lambda: TwoMatrices(11, 128), {"decay": 0.3, "lr": 0.01, "steps": 6000},
        lambda m: save("dense.pt", state(m.to(torch.bfloat16)))),
    "special_tokens": (
        lambda: TwoMatrices(12, 48), {"outputs": 12, "decay": 1e-4},
        lambda m: save("special_tokens.pt", state(m))),
    "equals_token": (
        lambda: TwoMatrices(8, 40, out=7), {}, lambda m: save_npz("equals_token.npz", **arrays(m))),
    "maximum": (lambda: TwoMatrices(7, 64), {}, lambda m: save("maximum.pt", state(m))),
    "symmetric_group": (
        lambda: TwoMatrices(6, 48), {}, lambda m: save("symmetric_group.pt", state(m))),
}  # fmt: skip


def three_operands() -> None:
    rng = np.random.default_rng(0)
    shapes = {"W1": (24, 7), "W2": (24, 7), "W3": (24, 7), "W_out": (7, 24)}
    drawn = {key: rng.normal(size=shape).astype(np.float32) for key, shape in shapes.items()}
    save_npz("three_operands.npz", **drawn)


def two_hidden_layers() -> None:
    layers = nn.Linear(14, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 7)
    save("two_hidden_layers.pt", state(nn.Sequential(*layers)))


def attention() -> None:
    model = nn.TransformerEncoderLayer(16, 2, 32)
    save("attention.pt", state(model) | {"embed.weight": torch.randn(8, 16)})


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    FILES.mkdir(exist_ok=True)
    path = FILES / "answers.json"
    answers = json.loads(path.read_text()) if path.exists() else {}
    for name, (make, how, leave) in NETWORKS.items():
        if not names or name in names:
            torch.manual_seed(0)
            model = fit(name, make(), **how)
            leave(model)
            answers[name] = record(name, model)
    for others in (three_operands, two_hidden_layers, attention):
        if not names or others.__name__ in names:
            torch.manual_seed(0)
            others()
    path.write_text(
        "{\n"
        + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in answers.items())
        + "\n}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
