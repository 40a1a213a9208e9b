(* Lower bounds by counting dimensions, for every finite group. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import network.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Bounds.
Variables (C : numClosedFieldType) (gT : finGroupType).
Notation d := (d C gT).
Notation n := #|gT|.
Implicit Types (x y g : gT).
Variable z : seq (node C gT).
Notation q := (size z).
Notation z_ j := (tnth (in_tuple z) j).

(* Output weights, and squares at the inputs (0, y). *)
Definition outputs : 'M[C]_(n, q) := \matrix_(g, j) ((2%:R * d)^-1 * wc (z_ j) (enum_val g)).
Definition squares_at_0 : 'M[C]_(q, n) := \matrix_(j, y) (wa (z_ j) 1%g + wb (z_ j) (enum_val y)) ^+ 2.

Lemma output_matrix : outputs *m squares_at_0 = \matrix_(g, y) output z 1%g (enum_val y) (enum_val g).
Proof.
apply/matrixP => g y; rewrite !mxE /output /squares [in RHS]big_tnth mulr_sumr; apply: eq_bigr => j _.
by rewrite !mxE -mulrA.
Qed.

Lemma target_matrix (g y : 'I_n) : target C 1%g (enum_val y) (enum_val g) = (1%:M : 'M[C]_n) g y.
Proof. by rewrite /target mul1g mxE (inj_eq enum_val_inj) eq_sym. Qed.

(* One-hot outputs take at least d nodes: the d functions [x + y = g] are linearly independent. *)
Theorem onehot_width_at_least : onehot_loss (output z) = 0 -> (n <= q)%N.
Proof.
move/onehot_loss0 => right; apply: (@mulmx1_min _ _ _ outputs squares_at_0).
by rewrite output_matrix; apply/matrixP => g y; rewrite mxE right target_matrix.
Qed.

(* The projected task takes at least d - 1. *)
Theorem projected_width_at_least : projected_loss (output z) = 0 -> (n <= q + 1)%N.
Proof.
move/projected_loss0 => right.
pose shift : 'rV[C]_n := \row_y (output z 1%g (enum_val y) 1%g - target C 1%g (enum_val y) 1%g).
apply: (@mulmx1_min _ _ _ (row_mx outputs (const_mx (-1))) (col_mx squares_at_0 shift)).
rewrite mul_row_col output_matrix; apply/matrixP => g y; rewrite -target_matrix !mxE big_ord1 !mxE mulN1r.
have [s outs] := right 1%g (enum_val y).
by rewrite !outs [target C _ _ 1%g + s]addrC addrK addrK.
Qed.
End Bounds.
