(* The main theorems of each file, and that none of them rests on an axiom. *)
From CoGO Require Import semiring network dual criterion blocks squares placing families every_group.

Definition of_semiring :=
  (@addA, @addC, @add0, @mulA, @mulC, @mul1, @mul0, @mulD, @add_perm, @mul_perm, @potential_perm,
   @potential0, @potential1, @potentialD, @potentialM, @polynomial_value, @polynomial_kills,
   @O0_mul, @O0_add, @O1_mul, @monomial_multiplicative, @monomials_killed).

Definition of_network :=
  (@onehot_loss0, @projected_loss0, @permutation_symmetry, @scaling_symmetry, @autotopy_symmetry,
   @translation_symmetry, @automorphism_symmetry, @exchange_symmetry, @one_more_onehot).

Definition of_dual :=
  (@dual_exists, @orthogonality, @dual_orthogonality, @parseval, @fourier_inversion).

Definition of_criterion :=
  (@output_T, @onehot_loss_T, @projected_loss_T, @onehot_criterion, @projected_criterion,
   @every_network).

Definition of_blocks :=
  (@table_mul, @syn_table, @nu_table, @nu_i_table, @xi_table, @syn_ab_table, @three_c_table,
   @order6_solved, @order6_ab_solved, @order9_solved, @order4_solved, @block_orders).

Definition of_squares :=
  (@squares_of_block, @energy_of_carrier, @squares_of_real_block).

Definition of_placing :=
  (@card_pairs, @real_network).

Definition of_families :=
  (@six_per_frequency_zero_loss, @six_per_frequency_ab_zero_loss, @nine_per_frequency_zero_loss, @four_plus_constant_zero_loss,
   @four_plus_constant_onehot_zero_loss, @four_plus_six_zero_loss, @four_plus_six_onehot_zero_loss,
   @four_plus_real_zero_loss, @four_plus_real_onehot_zero_loss).

Definition of_every_group :=
  (@families_exist, @odd_group, @memorization_zero_loss, @memorization_width, @memorization_real).

Definition all_theorems :=
  (of_semiring, of_network, of_dual, of_criterion, of_blocks, of_squares, of_placing, of_families, of_every_group).
Print Assumptions all_theorems.
