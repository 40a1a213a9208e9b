(* The families for every finite Abelian group, with nothing assumed: the dual and the third root
   of unity exist. Memorization, for every finite group, and what syn alone does. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra all_solvable.
From CoGO Require Import ring_tactic semiring dual network criterion blocks squares placing families.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Root.
Variable C : numClosedFieldType.
Add Ring C_ring : (ring_laws [comRingType of C]).

Lemma third_root_exists : exists w : C, w ^+ 2 + w + 1 = 0.
Proof.
have [w p] := primitive_root_exists C (isT : (0 < 3)%N); exists w.
have w1 : w - 1 != 0.
  by rewrite subr_eq0 -{1}(expr1 w) -(prim_expr_order p) (eq_prim_root_expr p).
by apply: (mulfI w1); move: (prim_expr_order p); to_ring [comRingType of C] => h; ring [h].
Qed.
End Root.

(* The families exist for every group, over any such field; parameters are chosen freely. *)
Theorem families_exist (C : numClosedFieldType) (gT : finGroupType) : abelian [set: gT] ->
  exists (X : dual C gT) (w : C), w ^+ 2 + w + 1 = 0 /\
  forall nu xi e : X -> C, (forall k, on_circle (nu k)) -> (forall k, on_circle (xi k)) ->
    (forall k, imaginary (e k)) ->
  let P := size (pairs X) in let R := size (reals X) in
  [/\ optimizer (six_per_frequency w nu) (width_six_per_frequency P R),
      optimizer (nine_per_frequency X w) (width_nine_per_frequency P R),
      onehot_optimizer (four_plus_constant_onehot xi e) (width_four_plus_constant_onehot P R),
      forall h, h \in pairs X -> 
        onehot_optimizer (four_plus_six_onehot w nu xi e h) (4 * P + 2 * R + 2) &
      forall h, h \in reals X -> 
        onehot_optimizer (four_plus_real_onehot xi e h) (width_four_plus_real P R)].
Proof.
move=> /(dual_exists C)[X]; have [w w3] := third_root_exists C; exists X, w; split=> // nu xi e hn hx he.
split; [exact: six_per_frequency_zero_loss|exact: nine_per_frequency_zero_loss|exact: four_plus_constant_onehot_zero_loss| |].
  by move=> h; apply: four_plus_six_onehot_zero_loss.
by move=> h; apply: four_plus_real_onehot_zero_loss.
Qed.

(* Groups of odd order have no real characters, so 3(d-1), 2d and 2d-1 are their widths. *)
Theorem odd_group (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT) :
  odd #|gT| -> size (reals X) = 0%N.
Proof.
move=> oddG; apply/eqP; rewrite size_filter -leqn0 leqNgt -has_count; apply/hasPn => k _.
rewrite negb_and negbK orbC; case: eqVneq => //= k1; apply: contra k1 => /eqP kk.
have k2 : (k ^+ 2 = 1)%g by rewrite expgS expg1 {1}kk mulVg.
have : (k ^+ #|gT| = 1)%g by rewrite -(card_dual X) -cardsT expg_cardG ?inE.
by rewrite -(expg_mod _ k2) modn2 oddG expg1 => ->.
Qed.

Section Memorization.
Variables (C : numClosedFieldType) (gT : finGroupType).
Notation d := (d C gT).
Add Ring C_ring2 : (ring_laws [comRingType of C]).
Implicit Types (x y g u v : gT).

(* One node for each pair of inputs (u, v), each entry without its mean. *)
Definition spike u x : C := d * (x == u)%:R - 1.
Definition memorizing (p : gT * gT) : node C gT :=
  make (spike p.1) (spike p.2) (fun g => d ^- 2 * spike (p.1 * p.2)%g g).
Definition memorization : seq (node C gT) := map memorizing (enum {: gT * gT}).

Lemma sum_spike (F : gT -> C) x : \sum_u F u = 0 -> \sum_u spike u x * F u = d * F x.
Proof.
move=> F0; under eq_bigr do rewrite mulrBl mul1r -mulrA; rewrite sumrB F0 subr0 -mulr_sumr.
rewrite (bigD1 x) //= eqxx mul1r big1 ?addr0 // => u; by rewrite eq_sym => /negPf->; rewrite mul0r.
Qed.

Lemma sum_spikes g : \sum_u spike u g = 0.
Proof.
rewrite sumrB -mulr_sumr (bigD1 g) //= eqxx big1 => [|u]; last by rewrite eq_sym => /negPf->.
by rewrite /= addr0 mulr1 sumr_const; apply: subrr.
Qed.

Theorem memorization_zero_loss : projected_loss (output memorization) = 0.
Proof.
have d0 := d_neq0 C gT; apply: (zero_projected (s := fun _ _ => -1)) => x y g.
rewrite /squares big_map big_enum /= (eq_bigr (fun p => d ^- 2 * (spike (p.1 * p.2)%g g *
    (spike p.1 x + spike p.2 y) ^+ 2))) => [|p _]; last by rewrite !ffunE -mulrA.
rewrite (eq_bigl xpredT) // -mulr_sumr -(pair_bigA _ (fun u v => spike (u * v)%g g * (spike u x + spike v y) ^+ 2)) /=.
have left u : \sum_v spike (u * v)%g g = 0.
  by rewrite -[RHS](sum_spikes g) [RHS](reindex_inj (mulgI u)).
have right v : \sum_u spike (u * v)%g g = 0.
  by rewrite -[RHS](sum_spikes g) [RHS](reindex_inj (mulIg v)).
have -> : \sum_u \sum_v spike (u * v)%g g * (spike u x + spike v y) ^+ 2 =
    2%:R * (\sum_u spike u x * \sum_v spike v y * spike (u * v)%g g).
  transitivity (\sum_u (spike u x ^+ 2 * (\sum_v spike (u * v)%g g)
    + 2%:R * (spike u x * \sum_v spike v y * spike (u * v)%g g)
    + \sum_v spike v y ^+ 2 * spike (u * v)%g g)).
    apply: eq_bigr => u _; rewrite !mulr_sumr -!big_split; apply: eq_bigr => v _ /=.
    move: (spike _ g) (spike u x) (spike v y) => r s t.
    by to_ring [comRingType of C]; ring.
  rewrite !big_split /= big1 ?add0r => [|u _]; last by rewrite left mulr0.
  rewrite -mulr_sumr exchange_big [X in _ + X]big1 ?addr0 // => v _.
  by rewrite -mulr_sumr right mulr0.
rewrite (eq_bigr (fun u => spike u x * (d * spike (u * y)%g g))) => [|u _]; last by rewrite sum_spike.
rewrite sum_spike; last by rewrite -mulr_sumr right mulr0.
rewrite mulrCA [d * (d * _)]mulrA -expr2 mulKf ?expf_neq0 //.
by rewrite /spike /target eq_sym.
Qed.

Theorem memorization_width : size memorization = (#|gT| ^ 2)%N.
Proof. by rewrite size_map -cardE card_prod mulnn. Qed.

Theorem memorization_real : all (@real_node C gT) memorization.
Proof.
apply/allP => _ /mapP[p _ ->]; apply/forallP => x; rewrite !ffunE /spike.
by rewrite !(rpredM, rpredB, rpredX, rpredV, realn, real1).
Qed.
End Memorization.
