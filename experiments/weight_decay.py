"""What weight decay prefers: low orders, and a few blocks of order 6 as carriers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

import numpy as np

from algebra.blocks import paper as blocks
from algebra.criterion.tensor import loss
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import ONE, Exact
from algebra.numbers.units import I, zeta
from algebra.optimizers.from_blocks import four_plus_six, memorization, six_per_frequency
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.symmetry import balanced_norm
from experiments import table2
from experiments.experiment import Experiment, Findings
from experiments.laboratory import Laboratory
from experiments.result import Row, single
from experiments.watched import watched, weights_of
from numeric.pictures.figure import PAGE, labelled, legend, new_figure
from numeric.recognition.recognise import recognise
from numeric.training.settings import Settings
from numeric.weights.embed import embed
from numeric.weights.plain_network import Weights
from proofs.subjects.recipe import falling

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numeric.training.run import TrainingRun

#: Points of sum t^3 = 1 on the path of zero loss, from spread out to one node: (n, ..., m) for n/m.
PATH = ((3, 4, 5, 6), (1, 6, 8, 9), (1, 1))
NOISE, RATE, DECAY = 1e-3, 1e-3, 1e-3
STARTS = ("memorization", "order6", "order46")


def carried_norm(pairs: int, carriers: int) -> Any:
    """Return the balanced squared norm of ``n`` blocks of order 6 that carry ``P - n`` of order 4.

        18 n (2/9 + (P - n) / (9 n^2))^(1/3) + 6 (P - n) 4^(1/3)

    exactly. All ``6 n`` nodes carry the same: each has the entry ``-(1+i)/(12 n)`` at each of the
    ``P - n`` other frequencies, so ``A = 4`` and ``C = 1/18 + (P - n) / (36 n^2)``.
    """
    import sympy

    rest = pairs - carriers
    square = sympy.Rational(2, 9) + sympy.Rational(rest, 9 * carriers**2)
    return 18 * carriers * sympy.cbrt(square) + 6 * rest * sympy.cbrt(4)


def preferred(pairs: int) -> int:
    """Return the ``n`` of least `carried_norm`; norms are compared as algebraic numbers."""
    best = 1
    for n in range(2, pairs + 1):
        if (carried_norm(pairs, n) - carried_norm(pairs, best)).is_negative:
            best = n
    return best


def with_carriers(group: AbelianGroup, carriers: int) -> Element:
    """Return the optimizer of which `carried_norm` is the norm, over a group of odd order."""
    pairs = group.conjugate_pairs()
    homes, others = pairs[:carriers], pairs[carriers:]
    share = -(ONE + I) / (12 * carriers)
    six = blocks.normalised(blocks.syn() * blocks.nu(1)).at(group, *homes)
    carrying: list[dict[tuple[str, Index], Exact]] = [
        {**{(p, k): x for (p, k), x in node.items()}, **{("c", m): share for m in others}}
        for node in six.node_list()
    ]
    four = blocks.normalised(blocks.nu(I) * blocks.xi(1)).at(group, *others)
    return element(group, carrying) + four


@final
@dataclass(frozen=True, slots=True)
class Course:
    """A start, and what gradient descent with decay made of it.

    Args:
        norms: the squared norm of the weights in balanced gauge, divided by ``d``.
        losses: over all pairs.
        before: frequencies by order at the start, and ``after`` at the end.
    """

    start: str
    epochs: tuple[int, ...]
    norms: tuple[float, ...]
    losses: tuple[float, ...]
    before: dict[int, int]
    after: dict[int, int]


def follow(
    start: str,
    group: AbelianGroup,
    *,
    epochs: int,
    seed: int,
    laboratory: Laboratory | None = None,
) -> Course | None:
    """Train from an exact optimizer plus small noise, on all pairs, with decay."""
    exact = embed(_start(start, group), gauge="balanced")
    # The balanced network without 1/2d: the factor goes to all three layers alike.
    factor = (2 * group.order) ** (-1 / 3)
    stacked = np.stack([exact.w_a, exact.w_b, exact.w_c]) * factor
    chance = np.random.default_rng(seed)
    stacked += NOISE * np.abs(stacked).max() * chance.standard_normal(stacked.shape)
    settings = Settings(
        group=str(group), width=stacked.shape[2], epochs=epochs, train_fraction=1,
        weight_decay=DECAY, lr=RATE, dtype="float64",
    )  # fmt: skip
    options: dict[str, Any] = {
        "at": lambda epoch: epoch % max(1, epochs // 60) == 0,
        "start": stacked,
    }
    if laboratory is None:
        run: TrainingRun | None = watched(settings, _look, **options)
    else:
        name = f"weight-decay-{group}-{start}-{seed}"
        run = laboratory.watched(settings, _look, name=name, **options)
    if run is None:
        return None
    a, b, c = stacked
    at, norms, losses = zip(*run.observed, strict=True)
    return Course(
        start,
        tuple(map(int, at)),
        norms,
        losses,
        recognise(Weights(group, a, b, c * (2 * group.order))).orders,
        recognise(weights_of(run)).orders,
    )


def _look(run: TrainingRun) -> list[float]:
    return [_squared_norm(weights_of(run)), run.record()[0]["train_loss"]]


def _start(name: str, group: AbelianGroup) -> Element:
    if name == "memorization":
        return memorization(group)
    if name == "order6":
        return six_per_frequency(group, nu=zeta(20))
    return four_plus_six(group, xi=zeta(16), nu=zeta(20))


def _squared_norm(w: Weights) -> float:
    """Return ``sum_j 3 (A^2 C / 4)^(1/3)``, comparable with `balanced_norm`."""
    d = w.group.order
    inputs = (np.square(w.w_a).sum(axis=0) + np.square(w.w_b).sum(axis=0)) / d
    output = np.square(w.w_c - w.w_c.mean(axis=0)).sum(axis=0) / d
    return float((3 * np.cbrt(inputs**2 * output / 4)).sum())


def followed(*, quick: bool) -> tuple[AbelianGroup, int]:
    """Return the group of the starts that are followed, and for how many epochs."""
    return (AbelianGroup("Z5"), 3000) if quick else (AbelianGroup("Z11"), 20_000)


def make(laboratory: Laboratory) -> Findings:
    """Compute exact norms, follow three starts, and count orders of trained networks."""
    rows = [*_exact_rows(), *_path_rows(), *_preferred_rows(laboratory)]
    group, epochs = followed(quick=laboratory.quick)
    followed_all = [
        follow(start, group, epochs=epochs, seed=0, laboratory=laboratory) for start in STARTS
    ]
    courses = [course for course in followed_all if course is not None]
    for course in courses:
        name, last = f"{group} from {course.start}", course.losses[-1]
        for when, at, orders in (("start", 0, course.before), ("end", -1, course.after)):
            said = f"orders {', '.join(f'{n}: {count}' for n, count in orders.items())}"
            rows.append(single(f"{name}: squared norm at the {when}", course.norms[at], said))
        said = "a solution, shrunk a little" if last < 1e-3 else "no solution any more"
        rows.append(single(f"{name}: loss at the end", last, said))
    laboratory.notes += [
        "norms are squared, in balanced gauge, over all characters; real weights have d times that",
        f"starts are exact optimizers with noise of {NOISE:g} of the largest weight, trained on "
        f"all pairs in float64, Adam, learning rate {RATE:g}, weight decay {DECAY:g}",
        "order 0 of memorization: its nodes read all frequencies, and none alone",
        "the preferred number is that of least norm among optimizers of order 4 and 6 whose "
        "order-6 blocks carry equally; training stops before, or at other solutions near it",
    ]
    laboratory.draw(picture(courses, group), "weight-decay")
    return Findings(
        tuple(rows), {"group": str(group), "epochs": str(epochs), "seed of the noise": "0"}
    )


def _exact_rows() -> list[Row]:
    norms = {
        f"order {z.order}": balanced_norm(blocks.normalised(z))
        for z in (
            blocks.nu(I) * blocks.xi(1),
            blocks.syn() * blocks.nu(1),
            blocks.three_c() * blocks.syn(),
        )
    }
    norms["memorization, Z5"] = balanced_norm(memorization(AbelianGroup("Z5"))) / 2
    return [
        single(f"squared norm of a pair, {name}", value, f"= {value}", known="exact")
        for name, value in norms.items()
    ]


def _path_rows() -> list[Row]:
    """Go along the path of zero loss: the loss is exactly 0, and the norm falls."""
    group = AbelianGroup("Z5")
    z = six_per_frequency(group, nu=1)
    start = balanced_norm(z)
    rows = []
    for *parts, whole in PATH:
        triple = [Fraction(t, whole) for t in parts]
        product = z * falling(group, tuple(triple))
        value = loss(product)
        ratio = balanced_norm(product) / start
        shown = ", ".join(map(str, triple))
        quantity = f"path of zero loss, t = ({shown}): norm relative to one node"
        said = f"loss exactly {value}, {product.order} nodes"
        rows.append(single(quantity, ratio, said, known="exact"))
    return rows


def _preferred_rows(laboratory: Laboratory) -> list[Row]:
    """Compare the number of order-6 frequencies of trained networks with the preferred one."""
    whole = table2.plan(quick=laboratory.quick)
    chosen = laboratory.part(whole)
    runs = laboratory.trained(whole, "table2")
    rows = []
    for text in chosen.groups:
        group = AbelianGroup(text)
        pairs = len(group.conjugate_pairs())
        found = [recognise(run.weights) for run in runs if run.settings.group == text]
        best, one, every = (float(carried_norm(pairs, n)) for n in (preferred(pairs), 1, pairs))
        quantity = f"{group}: order-6 frequencies that decay prefers, of {pairs}"
        said = f"norm {best:.2f}, against {one:.2f} with one and {every:.2f} with all"
        rows += [
            single(quantity, preferred(pairs), said, known="exact"),
            Row(
                quantity=f"{group}: order-6 frequencies of trained networks",
                values=tuple(float(x.orders.get(6, 0)) for x in found if x.learned),
                said="measured, beside the line above",
            ),
        ]
    return rows


def picture(courses: list[Course], group: AbelianGroup) -> Figure:
    """Draw norm and loss from three starts, and the exact norm by the number of carriers."""
    figure = new_figure(PAGE, 2.5)
    left, middle, right = figure.subplots(1, 3)
    colours = ("#0072B2", "#E69F00", "#009E73")
    for course, colour in zip(courses, colours, strict=False):
        label = f"{course.start}: ends at {course.norms[-1]:.1f}"
        left.plot(course.epochs, course.norms, color=colour, label=label, linewidth=1.2)
        middle.semilogy(course.epochs, course.losses, color=colour, linewidth=1.2)
    left.set_ylim(bottom=0)
    for axes in (left, middle) if courses else ():
        axes.set_xscale("symlog", linthresh=1000)  # most of it happens at once
        axes.set_xlim(0, max(courses[0].epochs[-1], 1))
        axes.set_xticks([0, 1000, 10_000], ["0", "1000", "10,000"])
    legend(left, loc="upper right")
    title = f"{group}: squared norm, from exact starts"
    labelled(left, x="epoch", y="squared norm, balanced gauge", title=title)
    labelled(middle, x="epoch", y="loss over all pairs", title="loss, the same courses")
    for pairs, colour in ((11, "#0072B2"), (35, "#E69F00"), (63, "#009E73")):
        best = preferred(pairs)
        least = float(carried_norm(pairs, best))
        n = range(1, min(pairs, 16) + 1)
        right.plot(
            n, [100 * (float(carried_norm(pairs, x)) / least - 1) for x in n], "o-",
            markersize=2, linewidth=1.0, color=colour,
            label=f"$d$ = {2 * pairs + 1}: least at $n$ = {best}",
        )  # fmt: skip
    labelled(
        right, x="$n$, blocks of order 6 that carry", y="% above the least norm (exact)",
        title="norm of order 4/6 with $n$ carriers",
    )  # fmt: skip
    right.set_xticks(range(1, 17, 3))
    right.set_ylim(top=8.5)
    legend(right, loc="upper left")
    return figure


EXPERIMENT = Experiment(
    "weight-decay",
    "What weight decay does to order and norm",
    "Under weight decay training favours simple solutions, and those of high order, such as "
    "perfect memorization, are disfavoured (abstract): from an optimizer of high order a path of "
    "zero loss leads to one of lower order, and the norm falls along it (theorem on algebraically "
    "connected optimizers).",
    make,
    lambda quick: table2.plan(quick=quick),
)
