"""Certificates: how they are written, and the five stand-alone checkers."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from proofs.certificates.certificate import CertificateError as CertificateError

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
