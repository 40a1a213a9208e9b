"""From a trained network to the exact one next to it, of either kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from algebra.groups.group import AbelianGroup
from numeric.exact.certified import Certified, Made, NoneNearError
from numeric.exact.named.optimizer import TOLERANCE, named_optimizer
from numeric.exact.nearest.optimizer import nearest_optimizer
from numeric.weights.given import Given, reading


def certify(
    given: Given,
    *,
    group: AbelianGroup | str | None = None,
    normalised: bool = False,
    named: bool = False,
    tolerance: float = TOLERANCE,
    general: bool = False,
    seconds: float = np.inf,
    progress: Callable[[str, int, float], None] | None = None,
) -> Certified[Made]:
    """Return the exact network next to a trained one, zero loss by construction.

    Its ``element`` is what a certificate is written of, and what a checker proves to be a global
    optimizer.

    Args:
        given: a path, ``model.state_dict()``, a module, arrays by name, a plain network, weights.
        group: by default the group that the file names, else the cyclic one.
        normalised: whether the network multiplies its output by ``1 / 2d``.
        named: made of the blocks that `numeric.recognise` finds, with simple parameters, and
            farther away; else whatever is nearest.
        tolerance: of named blocks, in degrees: how far angles may be rounded.
        general: of named blocks: those of order 4 have an angle ``epsilon`` of their own; nearer.
        seconds: of the nearest one: the search in floats stops then.
        progress: called with the phase, the step and the largest residual.

    Raises:
        NoneNearError: if none is found near the network: within half of its norm, and with half of
            its frequencies as they are; or none that the checker could take.
        NotLearnedError: if the network does not solve the task.
        WeightFileError: if what is given is no such network.

    Source: docs/certify.md.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from algebra.criterion.tensor import loss
    >>> from numeric import embed, plain_network
    >>> z = optimizers.order46(AbelianGroup("Z5"), xi=zeta(8), nu=1)
    >>> state = plain_network(embed(z, gauge="balanced")).state()
    >>> found = certify(state)
    >>> found.kind, found.distance < 1e-3, loss(found.element)
    ('nearest', True, 0)
    >>> certify(state, named=True, tolerance=1).made.blocks[0].composition
    'nu*syn'
    """
    w = reading(given, group=group, normalised=normalised).weights
    found: Certified[Made]
    if named:
        found = named_optimizer(w, tolerance=tolerance, general=general, progress=progress)
    else:
        found = nearest_optimizer(w, seconds=seconds, progress=progress)
    reason = found.too_far()
    if reason is not None:
        raise NoneNearError(reason)
    return found
