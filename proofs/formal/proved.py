"""Which claims are theorems of Coq, for all groups, weights and parameters; and what these state.

Statements are read from the files that prove them; Coq itself is not run.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

#: File, claim, and the theorems of the file that prove it.
_TABLE = """
semiring    laws.add-associative                  addA
semiring    laws.add-commutative                  addC
semiring    laws.zero                             add0
semiring    laws.multiply-associative             mulA
semiring    laws.multiply-commutative             mulC
semiring    laws.one                              mul1
semiring    laws.annihilates                      mul0
semiring    laws.distributive                     mulD
semiring    laws.unital                           potential0 potential1
semiring    laws.additive                         potentialD
semiring    laws.multiplicative                   potentialM
semiring    composition.zeros-of-products         O0_mul
semiring    composition.zeros-of-sums             O0_add
semiring    composition.ones-of-products          O1_mul
semiring    composition.polynomial                polynomial_value monomials_killed
dual        characters.orthogonal                 orthogonality
criterion   criterion.tensor                      T_nodes
criterion   criterion.output                      output_T
criterion   criterion.loss                        projected_loss_T onehot_loss_T
paper       criterion.paper                       loss_of_paper
blocks      blocks.syn                            syn_table
blocks      blocks.nu                             nu_table
blocks      blocks.nu(i)                          nu_i_table
blocks      blocks.xi                             xi_table
blocks      blocks.xi'                            xi_table
blocks      blocks.syn(alpha,beta)                syn_ab_table
blocks      blocks.three_c                        three_c_table
squares     blocks.real                           real_block_values
blocks      blocks.syn*nu                         order6_solved
blocks      blocks.nu(i)*syn(alpha,beta)          order6_ab_solved
blocks      blocks.three_c*syn                    order9_solved
blocks      blocks.nu(i)*xi                       order4_solved
blocks      blocks.order4-leftover                order4_solved
blocks      blocks.normalised  order6_solved order6_ab_solved order9_solved order4_solved
squares     blocks.normalised                     real_block_values
more_blocks blocks.order6                 triples_solved opposites_solved mirrors_solved
general_position blocks.order6            cubic_solved
coplanar    blocks.order6                 coplanar_solved
families    optimizers.six-per-frequency  six_per_frequency_zero_loss six_per_frequency_ab_zero_loss
families    optimizers.nine-per-frequency         nine_per_frequency_zero_loss
families    optimizers.four-plus-constant         four_plus_constant_zero_loss
families    optimizers.four-plus-constant         four_plus_constant_any_zero_loss
families    optimizers.four-plus-real             four_plus_real_zero_loss
families    optimizers.four-plus-six              four_plus_six_zero_loss
families    optimizers.six-per-frequency.onehot   six_per_frequency_zero_loss one_more_optimizer
families    optimizers.nine-per-frequency.onehot  nine_per_frequency_zero_loss one_more_optimizer
families    optimizers.four-plus-constant.onehot  four_plus_constant_onehot_zero_loss
families    optimizers.four-plus-real.onehot      four_plus_real_onehot_zero_loss
families    optimizers.four-plus-six.onehot       four_plus_six_onehot_zero_loss
few         optimizers.few-plus-constant          few_plus_constant_zero_loss
few         optimizers.few-plus-constant.onehot   few_plus_constant_onehot_zero_loss
few         optimizers.few-plus-real              few_plus_real_zero_loss
few         optimizers.few-plus-real.onehot       few_plus_real_onehot_zero_loss
shared      optimizers.three-plus-shared          three_plus_shared_zero_loss
shared      optimizers.three-plus-shared.onehot   three_plus_shared_onehot_zero_loss
four_two    optimizers.four-two-plus-constant     four_two_plus_constant_zero_loss
four_two    optimizers.four-two-plus-constant.onehot four_two_plus_constant_onehot_zero_loss
every_group optimizers.syn-alone                  syn_alone_loss syn_alone_right
every_group optimizers.memorization               memorization_zero_loss
every_group optimizers.memorization.onehot        memorization_onehot_zero_loss
bounds      width.dimension  onehot_width_at_least projected_width_at_least projected_width_real
products    width.lower-bound                 products_at_least
bounds_products width.lower-bound             projected_width_of_products
bounds_products width.projected               projected_width_of_products plain_width_of_products
bounds_products width.onehot                  onehot_width_of_products
every_group groups.memorization                   memorization_onehot_zero_loss
representations groups.representation             representation_zero_loss
"""


def _read() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for file, claim, *names in map(str.split, _TABLE.strip().splitlines()):
        found[claim] = (*found.get(claim, ()), *(f"{file}.v:{name}" for name in names))
    return MappingProxyType(found)


#: By claim, its theorems as ``"file.v:name"``.
PROVED: Mapping[str, tuple[str, ...]] = _read()


def statement(theorem: str, *, folder: Path = Path(__file__).parent) -> str:
    """Return what ``"file.v:name"`` states, as it stands in the file, without comments.

    A ValueError says that there is no such file, or no such theorem with a proof in it.
    """
    name, path = theorem.partition(":")[2], folder / theorem.partition(":")[0]
    if not re.fullmatch(r"\w+\.v:[\w']+", theorem) or not path.is_file():
        raise ValueError(f"theorem={theorem!r}: no such file; pass FILE.v:NAME of proofs/formal")
    text = re.sub(r"(?s)\(\*.*?\*\)", "", path.read_text("utf-8"))
    stated = rf"\b(?:Theorem|Lemma|Corollary|Proposition|Fact)\s+{re.escape(name)}(?![\w'])"
    found = re.search(
        rf"(?s){stated}(?:(?!\bProof\b).)*?\."
        r"(?=\s+Proof\b(?:(?!\b(?:Admitted|Abort)\b).)*?\b(?:Qed|Defined)\.)",
        text,
    )
    if found is None:
        raise ValueError(f"theorem={theorem!r}: {path.name} proves nothing of this name")
    return found[0]
