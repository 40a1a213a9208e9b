"""Irreducible real representations of finite groups, exact, each checked before it is used."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.representations.irreducibles import (
        NoRepresentationsError as NoRepresentationsError,
        irreducibles as irreducibles,
    )
    from algebra.representations.representation import Representation as Representation

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
