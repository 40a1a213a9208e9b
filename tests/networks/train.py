"""Train the networks of this folder: plain PyTorch, as people write it; nothing of the project.

    python tests/networks/train.py [NAME...]

writes ``files/NAME.*``, each in a layout of its own, and ``files/answers.json``: for each network
its largest output for each pair, and its loss, computed here in float64 by the model that is saved.
What it was trained on is known by `TABLES`, in plain arithmetic. The tests hold both against what
the project says.
"""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

FILES = Path(__file__).parent / "files"
#: What adds is trained on addition modulo these.
SUMS = {
    "shared_matrix": 11, "concatenated": 7, "embedding_tables": 9, "embeddings_and_biases": 7,
    "unembedding": 7, "few_wrong": 13, "logits": 7, "rectified": 7, "fourth_power": 5, "dense": 11,
    "special_tokens": 9, "equals_token": 7,
}  # fmt: skip


def table(operation: Callable[[int, int], int], numbers: range) -> np.ndarray:
    return np.array([[operation(x, y) for y in numbers] for x in numbers])


def renamed(table: np.ndarray, seed: int) -> np.ndarray:
    """The operation after a random renaming of the first inputs, the second ones, the outputs."""
    rng = np.random.default_rng(seed)
    p, s, r = (rng.permutation(len(table)) for _ in range(3))
    return r[table[p][:, s]]


#: For each network the answer to each pair, by arithmetic; products on 1..p-1, numbered from 0.
TABLES = {name: np.add.outer(np.arange(p), np.arange(p)) % p for name, p in SUMS.items()} | {
    "difference": table(lambda x, y: (x - y) % 11, range(11)),
    "affine": table(lambda x, y: (2 * x + 3 * y + 1) % 7, range(7)),
    "product": table(lambda x, y: x * y % 11 - 1, range(1, 11)),
    "quotient": table(lambda x, y: x * y**5 % 7 - 1, range(1, 7)),
    "z2xz4_renamed": renamed(
        table(lambda x, y: 4 * ((x // 4 + y // 4) % 2) + (x + y) % 4, range(8)), 5
    ),
    "maximum": table(max, range(7)),
    # S3 as (turn, flip): (t, f)(u, g) = (t + u (-1)^f, f + g)
    "symmetric_group": table(
        lambda x, y: 3 * ((x // 3 + y // 3) % 2) + (x % 3 + (y % 3) * (-1) ** (x // 3)) % 3,
        range(6),
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


def pairs(name: str) -> tuple[torch.Tensor, ...]:
    """All inputs of a network, and the answers to them."""
    x, y = np.divmod(np.arange(TABLES[name].size), len(TABLES[name]))
    return torch.as_tensor(x), torch.as_tensor(y), torch.as_tensor(TABLES[name].ravel())


def fit(
    name: str,
    model: nn.Module,
    *,
    steps: int = 4000,
    lr: float = 0.02,
    decay: float = 0.0,
    logits: bool = False,
    until: float = 2.0,
) -> nn.Module:
    """Adam on all pairs, squared error against one-hot (or cross-entropy), lr to 0 by cosine."""
    x, y, target = pairs(name)
    adam = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=decay)
    rate = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda t: 0.5 * (1 + math.cos(math.pi * min(t / steps, 1)))
    )
    for _ in range(steps):
        adam.zero_grad()
        out = model(x, y)
        hot = F.one_hot(target, out.shape[1]).to(out.dtype)
        loss = F.cross_entropy(out, target) if logits else ((out - hot) ** 2).sum(1).mean()
        loss.backward()
        adam.step()
        rate.step()
        accuracy = (out.argmax(1) == target).double().mean().item()
        if accuracy >= until:
            break
    print(f"{name}: loss {loss.item():.3g}, accuracy {accuracy:.4f}", flush=True)
    return model


def record(name: str, model: nn.Module) -> dict[str, object]:
    """What the model answers, in float64, and its loss: the mean over pairs of the squared
    distance from one-hot, both with their means over the outputs taken out."""
    x, y, target = pairs(name)
    with torch.no_grad():
        out = model.double()(x, y)
    rest = out - F.one_hot(target, out.shape[1]).double()
    rest = rest - rest.mean(1, keepdim=True)
    answers = out.argmax(1)
    return {
        "answers": answers.tolist(),
        "right": int((answers == target).sum()),
        "loss": float((rest**2).sum(1).mean()),
    }


def state(model: nn.Module) -> dict[str, torch.Tensor]:
    return {key: x.detach().clone() for key, x in model.state_dict().items()}


def checkpoint(model: nn.Module) -> dict[str, object]:
    return {
        "epoch": 4000,
        "global_step": 4000,
        "pytorch-lightning_version": "2.4.0",
        "state_dict": {f"module.{key}": x for key, x in state(model).items()},
        "optimizer_states": [torch.optim.Adam(model.parameters()).state_dict()],
        "hyper_parameters": {"d": 7, "lr": 0.02},
    }


def transposed(model: nn.Module) -> dict[str, torch.Tensor]:
    layers = {"W_x": model.left, "W_y": model.right, "W_out": model.head}
    return {key: layer.weight.detach().T for key, layer in layers.items()}


#: Of each file: the model, how it is trained, and what of it is kept. Of the special tokens three
#: never occur, in inputs and outputs; the equals token is one of the inputs alone.
NETWORKS: dict[str, tuple[Callable[[], nn.Module], dict[str, Any], Callable[[Any], Any]]] = {
    "shared_matrix.pth": (lambda: Shared(11, 48), {}, state),
    "concatenated.ckpt": (lambda: Concatenated(7, 40), {}, checkpoint),
    "embedding_tables.pt": (lambda: Tables(9, 48), {}, state),
    "embeddings_and_biases.pt": (
        lambda: Everything(7, 12, 48, 1 / 14), {"steps": 8000},
        lambda m: {"model_state_dict": state(m), "loss": 0.0}),
    "unembedding.npz": (lambda: Unembedding(7, 40, 10), {"steps": 8000}, state),
    "difference.npz": (
        lambda: TwoMatrices(11, 48), {},
        lambda m: {key: x.numpy().astype(">f4") for key, x in state(m).items()}),
    "affine.pt": (
        lambda: TwoMatrices(7, 32).double(), {},
        lambda m: {f"_orig_mod.model.{key}": x for key, x in state(m).items()}),
    "product.pt": (lambda: TwoMatrices(10, 48), {}, state),
    "quotient.npz": (lambda: TwoMatrices(6, 32), {}, transposed),
    "z2xz4_renamed.safetensors": (lambda: TwoMatrices(8, 48), {}, state),
    "few_wrong.npz": (lambda: TwoMatrices(13, 24), {"until": 0.95, "lr": 0.01}, state),
    "logits.pt": (
        lambda: TwoMatrices(7, 40), {"logits": True, "steps": 3000, "decay": 0.01}, state),
    "rectified.pt": (lambda: TwoMatrices(7, 48, torch.relu), {}, state),
    "fourth_power.pt": (lambda: TwoMatrices(5, 24, lambda h: h**4), {"lr": 0.005}, state),
    "dense.pt": (
        lambda: TwoMatrices(11, 128), {"decay": 0.3, "lr": 0.01, "steps": 6000},
        lambda m: state(m.to(torch.bfloat16))),
    "special_tokens.pt": (lambda: TwoMatrices(12, 48), {"decay": 1e-4}, state),
    "equals_token.npz": (lambda: TwoMatrices(8, 40, out=7), {}, state),
    "maximum.pt": (lambda: TwoMatrices(7, 64), {}, state),
    "symmetric_group.pt": (lambda: TwoMatrices(6, 48), {}, state),
}  # fmt: skip


def write(path: Path, kept: Any) -> None:
    if path.suffix == ".npz":
        np.savez(path, **kept)
    elif path.suffix == ".safetensors":
        save_file(kept, path)
    else:  # of embedding tables by the older format
        torch.save(kept, path, _use_new_zipfile_serialization=path.stem != "embedding_tables")


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    path = FILES / "answers.json"
    answers = json.loads(path.read_text())
    for file, (make, how, keep) in NETWORKS.items():
        name = Path(file).stem
        if not names or name in names:
            torch.manual_seed(0)
            model = fit(name, make(), **how)
            write(FILES / file, keep(model))
            answers[name] = record(name, model)
    lines = (f"{json.dumps(key)}: {json.dumps(x)}" for key, x in answers.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
