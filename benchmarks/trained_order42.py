"""How near the "non-factorable" frequencies of a trained network are to `algebra.blocks.order4`.

python benchmarks/trained_order42.py d127_q512_wd5e-5_s2.npz FREQUENCY...

For each frequency: its four nodes and its two nodes with a constant part, and the angle and the
ratio that the closed form of least norm has (0.3454 pi and 0.3536). Measured, in floats.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.optimize import minimize_scalar


def norm(t: float) -> float:
    """The balanced squared norm of `algebra.blocks.order4` at the angle t."""
    m = 1 / (8 * np.sin(t) ** 2 * np.cos(t))
    cot = 1 / np.tan(t)
    return 6 * (2 * m ** (2 / 3) + (cot**2 / 4) ** (2 / 3) + 2 * 4 ** (-2 / 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights")
    parser.add_argument("frequencies", type=int, nargs="+")
    options = parser.parse_args()
    best = minimize_scalar(norm, bounds=(0.5, 1.4), method="bounded")
    print(f"closed form: least norm {best.fun:.4f} at {best.x / np.pi:.4f} pi, ratio {2**-1.5:.4f}")
    with np.load(options.weights, allow_pickle=False) as file:
        layera, layerb, layerc = (file[name] for name in ("layera", "layerb", "layerc"))
    d = layera.shape[1]
    dual = np.fft.fft(layera, axis=1) / d, np.fft.fft(layerb, axis=1) / d
    output = np.fft.fft(layerc.T, axis=1).conj() / d
    home = np.abs(dual[0][:, : d // 2 + 1]).argmax(axis=1)
    for k in options.frequencies:
        four = np.flatnonzero((home == k) & (np.abs(dual[0][:, k]) > 0.05))
        constant = np.flatnonzero((home == 0) & (np.abs(output[:, k]) > 0.03))
        a, b, c = dual[0][four, k], dual[1][four, k], output[four, k]
        print(f"k = {k}: nodes {four.tolist()}, |a| {np.abs(a).round(4).tolist()}")
        abc = (a * b * c).sum()
        for name, value in (("aac", a * a * c), ("a-a-c", a.conj() ** 2 * c), ("bbc", b * b * c)):
            print(f"  |{name}| / |abc| = {abs(value.sum() / abc):.3f}", end="")
        print()
        first, second = np.argsort(-np.abs(a))[:2]  # nodes 1 and 2 are the largest
        angle = abs(np.angle(a[first] / a[second])) / 2 / np.pi
        print(f"  angle {min((angle, 0.5 - angle), key=lambda x: abs(x - 0.345)):.4f} pi")
        for j in constant:
            double = min(2 * k, d - 2 * k)
            ratio = abs(dual[0][j, double]) / abs(dual[0][j, 0] + dual[1][j, 0])
            print(f"  node {j}: |u| / (a_0 + b_0) = {ratio:.4f}, |c| = {abs(output[j, k]):.4f}")


if __name__ == "__main__":
    main()
