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


# One function a network: how it is trained, and the file it is left in.


def shared_matrix() -> nn.Module:
    model = fit("shared_matrix", Shared(11, 48))
    save("shared_matrix.pth", state(model))
    return model


def concatenated() -> nn.Module:
    model = fit("concatenated", Concatenated(7, 40))
    adam = torch.optim.Adam(model.parameters())
    wrapped = {f"module.{key}": x for key, x in state(model).items()}
    save(
        "concatenated.ckpt",
        {
            "epoch": 4000,
            "global_step": 4000,
            "pytorch-lightning_version": "2.4.0",
            "state_dict": wrapped,
            "optimizer_states": [adam.state_dict()],
            "hyper_parameters": {"d": 7, "lr": 0.02},
        },
    )
    return model


def embedding_tables() -> nn.Module:
    model = fit("embedding_tables", Tables(9, 48))
    save("embedding_tables.pt", state(model), _use_new_zipfile_serialization=False)
    return model


def embeddings_and_biases() -> nn.Module:
    model = fit("embeddings_and_biases", Everything(7, 12, 48, 1 / 14), steps=8000)
    save("embeddings_and_biases.pt", {"model_state_dict": state(model), "loss": 0.0})
    return model


def unembedding() -> nn.Module:
    model = fit("unembedding", Unembedding(7, 40, 10), steps=8000)
    save_npz("unembedding.npz", **arrays(model))
    return model


def difference() -> nn.Module:
    model = fit("difference", TwoMatrices(11, 48))
    big = {key: x.astype(">f4") for key, x in arrays(model).items()}
    save_npz("difference.npz", **big)
    return model


def affine() -> nn.Module:
    model = fit("affine", TwoMatrices(7, 32).double())
    save("affine.pt", {f"_orig_mod.model.{key}": x for key, x in state(model).items()})
    return model


def product() -> nn.Module:
    model = fit("product", TwoMatrices(10, 48))
    save("product.pt", state(model))
    return model


def quotient() -> nn.Module:
    model = fit("quotient", TwoMatrices(6, 32))
    w = arrays(model)
    left, right, head = (w[f"{name}.weight"].T for name in ("left", "right", "head"))
    save_npz("quotient.npz", W_x=left, W_y=right, W_out=head)
    return model


def z2xz4_renamed() -> nn.Module:
    from safetensors.torch import save_file

    model = fit("z2xz4_renamed", TwoMatrices(8, 48))
    save_file(state(model), FILES / "z2xz4_renamed.safetensors")
    return model


def few_wrong() -> nn.Module:
    model = fit("few_wrong", TwoMatrices(13, 24), until=0.95, lr=0.01)
    save_npz("few_wrong.npz", **arrays(model))
    return model


def logits() -> nn.Module:
    model = fit("logits", TwoMatrices(7, 40), logits=True, steps=3000, decay=0.01)
    save("logits.pt", state(model))
    return model


def rectified() -> nn.Module:
    model = fit("rectified", TwoMatrices(7, 48, torch.relu))
    save("rectified.pt", state(model))
    return model


def fourth_power() -> nn.Module:
    model = fit("fourth_power", TwoMatrices(5, 24, lambda h: h**4), lr=0.005)
    save("fourth_power.pt", state(model))
    return model


def dense() -> nn.Module:
    model = fit("dense", TwoMatrices(11, 128), decay=0.3, lr=0.01, steps=6000)
    model = model.to(torch.bfloat16)
    save("dense.pt", state(model))
    return model


def special_tokens() -> nn.Module:
    """Three tokens that never occur, in inputs and outputs."""
    d = 9
    model = fit("special_tokens", TwoMatrices(d + 3, 48), outputs=d + 3, decay=1e-4)
    save("special_tokens.pt", state(model))
    return model


def equals_token() -> nn.Module:
    """A token of the inputs alone, as for the sign '='."""
    d = 7
    model = fit("equals_token", TwoMatrices(d + 1, 40, out=d))
    save_npz("equals_token.npz", **arrays(model))
    return model


def maximum() -> nn.Module:
    model = fit("maximum", TwoMatrices(7, 64))
    save("maximum.pt", state(model))
    return model


def symmetric_group() -> nn.Module:
    model = fit("symmetric_group", TwoMatrices(6, 48))
    save("symmetric_group.pt", state(model))
    return model


def three_operands() -> None:
    rng = np.random.default_rng(0)
    f = lambda *shape: rng.normal(size=shape).astype(np.float32)  # noqa: E731
    save_npz("three_operands.npz", W1=f(24, 7), W2=f(24, 7), W3=f(24, 7), W_out=f(7, 24))


def two_hidden_layers() -> None:
    model = nn.Sequential(
        nn.Linear(14, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 7)
    )
    save("two_hidden_layers.pt", state(model))


def attention() -> None:
    model = nn.TransformerEncoderLayer(16, 2, 32)
    save("attention.pt", state(model) | {"embed.weight": torch.randn(8, 16)})


NETWORKS = (
    shared_matrix, concatenated, embedding_tables, embeddings_and_biases, unembedding,
    difference, affine, product, quotient, z2xz4_renamed, few_wrong, logits, rectified,
    fourth_power, dense, special_tokens, equals_token, maximum, symmetric_group,
    three_operands, two_hidden_layers, attention,
)  # fmt: skip


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    FILES.mkdir(exist_ok=True)
    path = FILES / "answers.json"
    answers = json.loads(path.read_text()) if path.exists() else {}
    for network in NETWORKS:
        name = network.__name__
        if not names or name in names:
            torch.manual_seed(0)
            model = network()
            if model is not None:
                answers[name] = record(name, model)
    path.write_text(
        "{\n"
        + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in answers.items())
        + "\n}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
