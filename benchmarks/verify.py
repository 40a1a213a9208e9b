"""How long it takes to prove what a network answers, beside exact and interval arithmetic.

    OMP_NUM_THREADS=1 python benchmarks/verify.py [--sizes 23x512 127x512]

On weights in float32 near an optimizer, d by q. `cogo.verify` and the stand-alone checker decide
all pairs, with margin and loss; the peers decide whether the first few pairs are right, no more,
and the time is that of a pair:

* our integers, which decide what bounds do not;
* ``fractions.Fraction`` of the standard library, by the definition;
* ``fmpq_mat`` and ``arb_mat``, at 128 bits, of python-flint: inputs of nodes by Python, products of
  matrices by FLINT.

The script stops if they disagree. Peers: ``pip install python-flint``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from operator import mul
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from numeric.verification.bounds import ExactNetwork
from numeric.verification.verify import verify
from numeric.weights.files import write_weights
from numeric.weights.plain_network import TwoLayer
from proofs.certificates import network_checker
from proofs.certificates.verified_file import verified_file

try:
    import flint
except ImportError:
    flint = None
BITS = 128
#: Pairs of the first row that a peer decides.
PAIRS = {"our integers": 64, "fractions": 2, "fmpq": 16, "arb": 64}
Answers = list[int]


def network(d: int, q: int) -> TwoLayer:
    """Return cosines of random frequencies and phases, and noise of one percent."""
    rng = np.random.default_rng(0)
    k, x = rng.integers(1, (d + 1) // 2, (q, 1)), np.arange(d)
    u, v = 2 * np.pi * rng.random((2, q, 1))
    layers = [np.cos(2 * np.pi * k * x / d + phase) for phase in (u, v, u + v)]
    a, b, c = (np.float32(w + 0.01 * rng.normal(size=w.shape)) for w in layers)
    return TwoLayer((a.T,), (b.T,), (c / np.float32(q),))


def by_integers(a: Any, b: Any, c: Any, pairs: int) -> Answers:
    exact = ExactNetwork(TwoLayer((a,), (b,), (c.T,)), Fraction(1))
    return [largest(exact.outputs(0, y)[0]) for y in range(pairs)]


def by_fractions(a: Any, b: Any, c: Any, pairs: int) -> Answers:
    x, *ys = ([Fraction(float(n)) for n in row] for row in (a[0], *b[:pairs]))
    last = [[Fraction(float(n)) for n in row] for row in c]
    hidden = [[(s + t) ** 2 for s, t in zip(x, y, strict=True)] for y in ys]
    return [largest([sum(map(mul, h, z)) for z in last]) for h in hidden]


def by_flint(number: Any, matrix: Any) -> Callable[..., Answers]:
    def answers(a: Any, b: Any, c: Any, pairs: int) -> Answers:
        flint.ctx.prec = BITS
        x, *ys = ([number(*ratio(n)) for n in row] for row in (a[0], *b[:pairs]))
        last = matrix([[number(*ratio(n)) for n in row] for row in c])
        hidden = matrix([[(s + t) ** 2 for s, t in zip(x, y, strict=True)] for y in ys])
        return [largest(row) for row in (hidden * last.transpose()).tolist()]

    def ratio(n: Any) -> tuple[Any, ...]:
        return float(n).as_integer_ratio() if number is flint.fmpq else (float(n),)

    return answers


def largest(f: list[Any]) -> int:
    """Return the output that is larger than every other one, for certain; -1 if none is."""
    best = 0
    for g in range(len(f)):
        best = g if f[g] > f[best] else best
    return best if all(f[best] > f[g] for g in range(len(f)) if g != best) else -1


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = call()
    return time.perf_counter() - start, found


def run(d: int, q: int) -> None:
    net = network(d, q)
    print(f"d = {d}, q = {q}: {d * d} pairs", flush=True)
    ours, found = min((timed(lambda: verify(net)) for _ in range(3)), key=lambda x: x[0])
    wrong = set(found.verdict.wrong)
    print(f"  cogo.verify       {ours:8.2f} s for all; {found.lines()[0]}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.safetensors"
        write_weights(path, net)
        text, *_ = verified_file(found, path, net.state(), copy="copy.safetensors")
        statement = path.with_name("w.verify.json")
        statement.write_bytes(text)
        seconds, (code, message) = timed(lambda: network_checker.check(str(statement)))
    assert code == 0, message
    print(f"  network_checker   {seconds:8.2f} s for all; {seconds / ours:10.1f} times", flush=True)
    peers: dict[str, Callable[..., Answers]] = {
        "our integers": by_integers,
        "fractions": by_fractions,
    }
    if flint is None:
        print("  python-flint is missing: pip install python-flint")
    else:
        peers |= {
            "fmpq": by_flint(flint.fmpq, flint.fmpq_mat),
            "arb": by_flint(flint.arb, flint.arb_mat),
        }
    a, b, c = net.plain()
    layers = a.T, b.T, c
    for name, peer in peers.items():
        pairs = min(d, PAIRS[name])
        seconds, answers = timed(lambda peer=peer, pairs=pairs: peer(*layers, pairs))
        assert [y != g for y, g in enumerate(answers)] == [(0, y) in wrong for y in range(pairs)]
        ratio = seconds / pairs / (ours / d**2)
        print(f"  {name:18}{1e3 * seconds / pairs:8.2f} ms a pair;{ratio:12.1f} times", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="cogo.verify beside exact and interval arithmetic")
    parser.add_argument("--sizes", nargs="+", default=["23x512", "127x512"])
    for size in parser.parse_args().sizes:
        run(*map(int, size.split("x")))


if __name__ == "__main__":
    main()
