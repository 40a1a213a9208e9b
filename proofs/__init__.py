"""Claims that link exact algebra and float weights, certificates and their stand-alone checkers."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from proofs.certificates.certificate import (
        from_bytes as read_certificate,
        write as write_certificate,
    )
    from proofs.certificates.checker_of import check_certificate as check_certificate
    from proofs.proving.prove import prove as prove
    from proofs.testing.assertions import (
        assert_global_optimizer as assert_global_optimizer,
        assert_kills as assert_kills,
    )

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
