"""Exact solutions of neural networks on finite Abelian groups: construct, prove, recognise.

>>> import cogo
>>> z = cogo.build("Z5", "four-plus-constant", xi=cogo.zeta(8))
>>> cogo.check(z).accepted, cogo.loss(z)
(True, 0)
>>> state = cogo.embed(z, gauge="balanced")  # or model.state_dict(), or a file
>>> cogo.recognise(state).compositions, cogo.certify(state).distance < 1e-3
({'nu(i)*xi': 2}, True)
"""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra import blocks as blocks, optimizers as optimizers
    from algebra.criterion.tensor import function_tensor as function_tensor
    from algebra.groups.group import AbelianGroup as AbelianGroup
    from algebra.groups.group_names import group as group
    from algebra.networks.any_group import build as build, check as check, loss as loss
    from algebra.numbers.units import param as param, unit as unit, zeta as zeta
    from algebra.semiring.made import block as block, element as element
    from cogo.version import __version__ as __version__
    from numeric import pictures as pictures
    from numeric.exact.certify import certify as certify
    from numeric.recognition.recognise import recognise as recognise
    from numeric.verification.verify import verify as verify
    from numeric.weights.embed import embed as embed
    from numeric.weights.files import read_weights as read_weights, write_weights as write_weights
    from proofs.certificates.certificate import write as write_certificate
    from proofs.certificates.checker_of import check_certificate as check_certificate

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
