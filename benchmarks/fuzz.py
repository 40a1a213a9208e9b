"""How many optimizers does a campaign check a second, drawing included?

For every family and all groups up to order 16, `optimizers.zero-loss`: Hypothesis draws a recipe
(family, target, parameters, symmetries), the weights are made, and the loss is decided exactly.
Beside it, on the same weights and in the same run, two peers that only check: the loss of the
float network in NumPy, which proves nothing, and the stand-alone checker on the certificate.

    python benchmarks/fuzz.py [EXAMPLES [SEED]]
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from algebra.criterion.target import Target
from algebra.semiring.element import Element
from numeric import embed
from proofs.certificates import certificate, checker
from proofs.fuzzing.campaign import Piece, default_groups, run_piece
from proofs.properties.registry import property_named
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import INSTALLED

NAME = "optimizers.zero-loss"
#: The peers are given this many of the optimizers: the checker takes half a second for some.
COMPARED = 200


def drawn(count: int, number: int) -> list[Recipe]:
    found: list[Recipe] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(property_named(NAME).strategy(among=default_groups()))
    def collect(recipe: Recipe) -> None:
        found.append(recipe)

    collect()
    return found


def float_loss(z: Element, target: Target) -> float:
    w = embed(z)
    d = z.group.order
    out = np.square(w.w_a[:, None] + w.w_b[None]) @ w.w_c.T / (2 * d)
    x = np.arange(d)
    out[x[:, None], x[None], z.group.add(x[:, None], x[None])] -= 1
    if target == "projected":
        out -= out.mean(axis=2, keepdims=True)
    return float(np.square(out).sum() / d**2)


def seconds(work: Callable[[Any], Any], items: list[Any]) -> float:
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    groups = default_groups()
    print(
        f"{len(groups)} groups up to order {max(G.order for G in groups)}, seed {number}\n",
        flush=True,
    )
    start, wall = time.process_time(), time.perf_counter()
    found = run_piece(Piece(NAME, tuple(map(str, groups)), count, number))
    cpu, wall = time.process_time() - start, time.perf_counter() - wall
    assert not found.wrong
    print(f"{found.checks} checks, drawn and proved, in {cpu:.1f} s of one core ({wall:.1f} s)")
    print(f"{found.checks / cpu:8.0f} checks a second and core\n", flush=True)

    recipes = [r for r in drawn(count, number) if not r.build().parameters][:COMPARED]
    made = seconds(Recipe.build, recipes)
    elements = [(r.build(), r.target) for r in recipes]
    data = [certificate.to_text(z, target=t).encode() for z, t in elements]
    ours = seconds(lambda x: INSTALLED.loss(*x), elements)
    print(f"of {len(recipes)} optimizers without free parameters, weights given:")
    table: list[tuple[str, Callable[[], float]]] = [
        ("weights made from recipes", lambda: made),
        ("exact loss", lambda: ours),
        ("float64 loss in NumPy, no proof", lambda: seconds(lambda x: float_loss(*x), elements)),
        ("stand-alone checker", lambda: seconds(checker.check, data)),
    ]
    for name, measured in table:
        spent = measured()
        each = 1000 * spent / len(recipes)
        print(f"  {name:34} {each:8.2f} ms  {spent / ours:7.2f} x ours", flush=True)


if __name__ == "__main__":
    main()
