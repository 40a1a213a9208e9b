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

(* With real weights the projected task takes d nodes as well. With d - 1 the output weights and the constant would be
   independent, but they add up to a constant with the squares' sums over all inputs, which are not negative. *)
Theorem projected_width_real : (1 < n)%N -> all (@real_node C gT) z -> projected_loss (output z) = 0 -> (n <= q)%N.
Proof.
move=> n1 /allP real loss; have := projected_width_at_least loss; rewrite addn1 leq_eqVlt ltnS => /orP[/eqP nq|//].
exfalso; have /projected_loss0 right := loss.
pose M := row_mx outputs (const_mx (-1)) : 'M[C]_(n, q + 1).
pose S j := \sum_x \sum_y (wa (z_ j) x + wb (z_ j) y) ^+ 2.
pose shift x y := output z x y 1%g - target C x y 1%g.
have fullM : row_full M.
  pose N := col_mx squares_at_0 (\row_y shift 1%g (enum_val y)).
  have MN : M *m N = 1%:M.
    rewrite mul_row_col output_matrix; apply/matrixP => g y; rewrite -target_matrix !mxE big_ord1 !mxE mulN1r.
    have [s outs] := right 1%g (enum_val y).
    by rewrite /shift !outs [target C _ _ 1%g + s]addrC addrK addrK.
  have : row_free M by apply/row_freeP; exists N.
  by rewrite /row_full /row_free => /eqP->; rewrite nq addn1.
have sums : M *m col_mx (\col_j S j) (const_mx (\sum_x \sum_y shift x y)) = const_mx n%:R.
  rewrite mul_row_col; apply/matrixP => g k; rewrite !mxE big_ord1 !mxE mulN1r.
  transitivity (\sum_x \sum_y (output z x y (enum_val g) - shift x y)).
    under [RHS]eq_bigr do rewrite sumrB; rewrite sumrB; congr (_ - _).
    under eq_bigr do rewrite !mxE /S mulr_sumr; rewrite exchange_big; apply: eq_bigr => x _ /=.
    under eq_bigr do rewrite mulr_sumr; rewrite exchange_big; apply: eq_bigr => y _ /=.
    by rewrite /output /squares [in RHS]big_tnth mulr_sumr; apply: eq_bigr => l _; rewrite -mulrA.
  transitivity (\sum_x \sum_y target C x y (enum_val g)).
    apply: eq_bigr => x _; apply: eq_bigr => y _; have [s outs] := right x y.
    by rewrite /shift !outs [target C _ _ 1%g + s]addrC addrK addrK.
  have one x : \sum_y target C x y (enum_val g) = 1.
    rewrite (bigD1 (x^-1 * enum_val g)%g) //= /target mulKVg eqxx big1 ?addr0 // => y.
    by rewrite -(inj_eq (mulgI x)) mulKVg => /negPf->.
  by rewrite (eq_bigr (fun=> 1)) ?sumr_const // => x _; apply: one.
have squares0 j : S j = 0.
  have E : M *m col_mx (\col_j S j) (const_mx (\sum_x \sum_y shift x y)) = M *m col_mx 0 (const_mx (- n%:R)).
    by rewrite sums mul_row_col mulmx0 add0r; apply/matrixP => g k; rewrite !mxE big_ord1 !mxE mulN1r opprK.
  have := congr1 (mulmx (pinvmx M)) E; rewrite !mulmxA mulVpmx // !mul1mx => /eq_col_mx[/matrixP/(_ j ord0)].
  by rewrite !mxE.
have none x y j : (wa (z_ j) x + wb (z_ j) y) ^+ 2 = 0.
  have /forallP rj : real_node (z_ j) by apply: real; apply: mem_tnth.
  have pos x' y' : 0 <= (wa (z_ j) x' + wb (z_ j) y') ^+ 2.
    by rewrite real_exprn_even_ge0 // realD //; [have /and3P[] := rj x'|have /and3P[] := rj y'].
  have /psumr_eq0P/(_ x isT) := squares0 j => /(_ (fun x' _ => sumr_ge0 _ (fun y' _ => pos x' y'))).
  by move/psumr_eq0P => /(_ (fun y' _ => pos x y') y isT).
have zero x y g : output z x y g = 0.
  by rewrite /output /squares big_tnth big1 ?mulr0 // => j _; rewrite none mulr0.
have [s outs] := right 1%g 1%g; have /card_gt1P[g [h [_ _ gh]]] := n1.
pose t (k : gT) := target C 1%g 1%g k.
have at_ k : t k = - s by have /esym/eqP := outs k; rewrite zero addr_eq0 => /eqP.
have none_is k : t k = t 1%g by rewrite !at_.
have := none_is (if g == 1%g then h else g); rewrite /t /target mulg1 eqxx.
have [g1|g1] := eqVneq g 1%g; last by rewrite eq_sym (negPf g1) => /eqP; rewrite eq_sym oner_eq0.
by rewrite -[X in (X == _)%g]g1 (negPf gh) => /eqP; rewrite eq_sym oner_eq0.
Qed.
End Bounds.
