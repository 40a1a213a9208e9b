"""How long recognition of 1,000 frequencies takes, and how often it is right, beside the author's.

    python benchmarks/recognise.py

Then whole networks of the families with short blocks and with constant parts, time for as many as
1,000 frequencies, the evaluation of the loss on all pairs left out. Times are CPU seconds, the
best of five. Samples: exact solutions in random gauge, order, conjugation and exchange of inputs,
with noise; 1,000 frequencies of one family at a time.
"""

import sys
import time
from pathlib import Path
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from algebra import AbelianGroup, optimizers, unit
from algebra.groups.group import character_order
from experiments.like_paper import _classified
from numeric.recognition import recognise as recognition
from numeric.recognition.block_match import chosen_fit
from numeric.recognition.compositions import COMPOSITIONS, PRODUCTS, PhaseTable, fit
from numeric.weights.performance import performance
from tests.numeric.trained_like import disguised

FREQUENCIES = 1000
#: Family, group, a frequency, and its name.
NETWORKS = (
    ("few-plus-constant", "Z2^8", 1, "short 2"),
    ("few-plus-constant", "Z3^5", 1, "short 3"),
    ("few-plus-constant", "Z4^4", 1, "short 4"),
    ("few-plus-constant", "Z5^3", 1, "short 5"),
    ("four-two-plus-constant", "Z251", 1, "order42"),
    ("few-plus-real", "Z4^4", 1, "short 4"),
)
AUTHORS = {
    "nu(i)*xi": {"nu(i)*xi"},
    "nu*syn": {"nu*syn"},
    "nu(i)*syn(al,be)": {"nu(i)*syn(al,be)", "nu(i)*syn"},
}


def sample(composition: PhaseTable, rng: np.random.Generator, noise: float, gauge: float):
    """Return entries of shape (F, 3, n): a random composition under random symmetries."""
    n = composition.order
    angles = rng.uniform(0, 2 * np.pi, (FREQUENCIES, len(composition.parameters)))
    if composition.name == "order 4":  # epsilon, away from -i, which is nu(i)*xi
        angles[:, 3] = -rng.uniform(0.6, 1.0, FREQUENCIES)
    z = np.exp(1j * composition.phases(angles)) * np.cbrt(composition.size(angles))[:, None, :]
    s = np.exp(rng.normal(0, gauge, (FREQUENCIES, n))) * rng.choice([-1, 1], (FREQUENCIES, n))
    z = z * np.stack([s, s, s**-2], axis=1)
    z = np.where(rng.random(FREQUENCIES)[:, None, None] < 0.5, z.conj(), z)
    z = np.where(rng.random(FREQUENCIES)[:, None, None] < 0.5, z[:, [1, 0, 2]], z)
    order = rng.permuted(np.tile(np.arange(n), (FREQUENCIES, 1)), axis=1)
    z = np.take_along_axis(z, order[:, None], axis=2)
    size = np.abs(z) * noise / np.sqrt(2)
    return z + size * (rng.normal(size=z.shape) + 1j * rng.normal(size=z.shape))


def recognised(z) -> list[str]:
    tables = [x for x in (*COMPOSITIONS, *PRODUCTS) if x.order == z.shape[2]]
    fits = zip(*(fit(z, x) for x in tables), strict=True)
    return [chosen_fit(x).composition.name for x in fits]


def main() -> None:
    rng = np.random.default_rng(0)
    print(f"{FREQUENCIES} frequencies        seconds   right, 1 % noise   author's, .1 % noise")
    for composition in COMPOSITIONS:
        z = sample(composition, rng, 0.01, 0.3)
        times = []
        for _ in range(5):
            start = time.process_time()
            names = recognised(z)
            times.append(time.process_time() - start)
        right = 100 * np.mean([name == composition.name for name in names])
        author = ""
        if composition.name in AUTHORS:
            clean = sample(composition, rng, 0.001, 0.0)
            found = [_classified(x)[0] in AUTHORS[composition.name] for x in clean]
            author = f"{100 * np.mean(found):6.1f} %"
        name = f"{composition.name:18s} n={composition.order}"
        print(f"{name}  {min(times):8.3f}   {right:8.1f} %         {author}", flush=True)
    print("whole networks, 1 % noise               per 1,000 frequencies   right")
    for family, spec, k, name in NETWORKS:
        networks(family, spec, k, name, rng)


def networks(family: str, spec: str, k: int, name: str, rng: np.random.Generator) -> None:
    """Time recognition of five disguised networks; count the names at frequencies of one kind."""
    group = AbelianGroup(spec)
    options = {"xi": unit(3)} if family.startswith(("few-plus", "three-plus")) else {}
    z = optimizers.build(group, family, **options)
    kind = character_order(group, k)
    seconds, right, seen = [], 0, 0
    for _ in range(5):
        w, image = disguised(z, rng)
        known = performance(w)
        with mock.patch.object(recognition, "performance", lambda *_, known=known, **__: known):
            start = time.process_time()
            found = {x.frequency: x for x in recognition.recognise(w).frequencies}
            seconds.append((time.process_time() - start) * FREQUENCIES / len(found))
        for m in (int(m) for m in group.representatives if m):
            if character_order(group, group.tuple(m)) == kind:
                seen += 1
                right += found[int(image[m])].composition == name
    time_and_share = f"{min(seconds):18.3f} s {100 * right / seen:14.1f} %"
    print(f"{family:14s} {spec:8s} {name:10s} {time_and_share}", flush=True)


if __name__ == "__main__":
    main()
