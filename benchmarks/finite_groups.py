"""How long exact networks over the symmetric groups take: built, proved, checked in plain Python.

The peer is NumPy: the same ``d^3`` outputs in float64, which prove nothing.

    python benchmarks/finite_groups.py
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cogo
from algebra.networks.table_network import TableNetwork
from proofs.certificates import certificate, table_checker


def main() -> None:
    """Print the processor seconds of each step, and of the floats."""
    for name in ("S4", "S5"):
        start = time.process_time()
        z = cogo.build(name, "representation", target="onehot")
        assert isinstance(z, TableNetwork)
        built = time.process_time()
        assert cogo.check(z, target="onehot").accepted
        proved = time.process_time()
        data = certificate.to_text(z, target="onehot").encode()
        written = time.process_time()
        assert table_checker.check(data)[0] == 0
        checked = time.process_time()
        w = cogo.embed(z)
        begin = time.process_time()
        a, b, c = w.plain()
        ((a.T[:, None] + b.T[None]) ** 2).reshape(-1, z.order) @ c.T
        floats = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
        print(
            f"{name}: {z.order} nodes; built {built - start:.2f} s, proved {proved - built:.2f} s, "
            f"in plain Python {checked - written:.1f} s; floats {floats:.3f} s, "
            f"proved / floats = {(proved - built) / floats:.0f}; peak {peak:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
