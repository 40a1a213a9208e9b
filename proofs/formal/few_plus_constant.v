(* The family few-plus-constant: short blocks where there are any, else blocks of order 4, and one constant node. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network blocks squares placing short.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Few.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l : X) (x y g : gT).
Notation d := (d C gT).
Notation CR := [comRingType of C].
Add Ring C_ring : (ring_laws CR).
Local Ltac to_C := to_ring constr:(CR).
Notation pair_node := (pair_node C).
Implicit Types (n : pair_node) (z : seq pair_node).
Variables (w : C) (e xi : X -> C).
Hypothesis w_third : w ^+ 2 + w + 1 = 0.
Hypotheses (e_imaginary : forall k, imaginary (e k)) (xi_circle : forall k, on_circle (xi k)).

(* The block of a pair by the order of its character: its constant part, its nodes and its leftover. *)
Definition third k : bool := (k ^+ 3 == 1)%g.
Definition fourth k : bool := (k ^+ 4 == 1)%g.
Definition constant_part k : C := if third k then -1 else 0.
Definition few_at k : seq pair_node :=
  if third k then short3 w else if fourth k then short4 C else order4 'i (e k) (xi k).
Definition few_left k : C := if third k then 0 else if fourth k then 5%:R / 4%:R else 1 + e k.

Lemma chi_power k x m : chi (k ^+ m)%g x = chi k x ^+ m.
Proof. by elim: m => [|m IH]; rewrite ?expg0 ?chi_one // expgS exprS chiD IH. Qed.

Lemma few_adds k x y : adds (constant_part k) (few_at k) (few_left k) (chi k x) (chi k y).
Proof.
have circle h : on_circle (chi k h) by exact: chi_mul_conj.
rewrite /constant_part /few_at /few_left; case: ifP => [/eqP k3|_].
  have cubes h : cubic (chi k h).
    split=> //; apply: (mulfI (chi_neq0 k h)); rewrite -exprS -chi_power k3 chi_one; exact: circle.
  exact: short3_adds.
case: ifP => [/eqP k4|_ t]; last first.
  rewrite -(squares_of_block _ _ _ (order4_solved (imaginary_i C) (e_imaginary k) (xi_circle k))) //.
  by apply: eq_bigr => n _; rewrite add0r.
have quart h : quartic (chi k h).
  split=> //; apply: (mulfI (expf_neq0 2 (chi_neq0 k h))).
  by rewrite -exprMn circle expr1n -exprD -chi_power k4 chi_one.
exact: short4_adds.
Qed.

(* The nodes as functions on the group. *)
Definition wave k (a : C) x : C := a * chi k x + a^* * (chi k x)^*.
Definition node_at k (s : C) n : node C gT :=
  make (fun x => s + wave k n.1.1 x) (wave k n.1.2) (wave k^-1%g n.2).
Definition sign_at k : node C gT := make (chi k) (chi k) (chi k).
Definition leftovers g : C :=
  \sum_(k <- pairs X) (few_left k * (chi k g)^* + (few_left k * (chi k g)^*)^*) + \sum_(k <- reals X) chi k g.
Definition constant (t : C) : node C gT := make (fun=> 1) (fun=> 0) (fun g => 2%:R * (t - leftovers g)).
Definition few_with t : seq (node C gT) :=
  flatten [seq map (node_at k (constant_part k)) (few_at k) | k <- pairs X]
  ++ map sign_at (reals X) ++ [:: constant t].

Lemma squares_few t x y g : squares (few_with t) x y g = 2%:R * (d * target C x y g - 1 + t).
Proof.
rewrite !squares_cat squares_flatten squares1 !ffunE addr0 expr1n mulr1.
have conjM k : chi k x * chi k y * (chi k g)^* = chi k (x * y * g^-1)%g by rewrite !chiM chi_conj.
have at_pair k : squares (map (node_at k (constant_part k)) (few_at k)) x y g =
    2%:R * (chi k (x * y * g^-1)%g + chi k^-1%g (x * y * g^-1)%g
      + (few_left k * (chi k g)^* + (few_left k * (chi k g)^*)^*)).
  rewrite chiN -conjM -few_adds /squares big_map; apply: eq_bigr => n _.
  by rewrite !ffunE /wave !chiN conjCK /input -!addrA.
have at_real : squares (map sign_at (reals X)) x y g =
    \sum_(k <- reals X) 2%:R * (chi k (x * y * g^-1)%g + chi k g).
  rewrite /squares big_map; apply: eq_big_seq => k.
  rewrite mem_filter => /andP[/andP[/eqP kk _] _].
  have square h : chi k h ^+ 2 = 1 by rewrite expr2 {2}kk chiN chi_mul_conj.
  by rewrite !ffunE short2 // -conjM -chiN -kk.
rewrite (eq_bigr _ (fun k _ => at_pair k)) at_real -!mulr_sumr -!mulrDr; congr (_ * _).
have := sum_over_pairs (fun k => chi k (x * y * g^-1)%g); rewrite sum_over_dual -eq_mulgV1 chi_one.
rewrite /target /network.d => ->; rewrite /leftovers !big_split /=.
do 6!move: (\sum_(k <- _) _) => ?; to_C; ring.
Qed.

(* Zero loss, for both targets, with real weights and so many nodes. *)
Theorem few_plus_constant_zero_loss : projected_loss (output (few_with 0)) = 0.
Proof. by apply: (zero_projected (s := fun _ _ => -1)) => x y g; rewrite squares_few addr0. Qed.

Theorem few_plus_constant_onehot_zero_loss : onehot_loss (output (few_with 1)) = 0.
Proof. by apply: zero_onehot => x y g; rewrite squares_few subrK. Qed.

Definition short_pairs : nat := count (fun k => third k || fourth k) (pairs X).

Theorem few_plus_constant_width t :
  (size (few_with t) + short_pairs = 4 * size (pairs X) + size (reals X) + 1)%N.
Proof.
rewrite !size_cat size_map addnAC /= addnA; congr (_ + _ + _)%N.
rewrite size_flatten /shape -map_comp /short_pairs; elim: (pairs X) => [|k ks IH]; first by rewrite muln0.
rewrite /= mulnS -IH addnACA; congr (_ + _)%N.
by rewrite size_map /few_at; case: ifP => // _; case: ifP => //= _; rewrite !order_mul.
Qed.

Lemma wave_real k (a : C) x : wave k a x \is Num.real.
Proof. by apply/CrealP; rewrite /wave rmorphD !rmorphM !conjCK addrC. Qed.

Theorem few_plus_constant_real t : t \is Num.real -> all (@real_node C gT) (few_with t).
Proof.
move=> tR; rewrite !all_cat all_seq1 andbA; apply/andP; split; first apply/andP; first split.
- apply/allP => _ /flatten_mapP[k _ /mapP[n _ ->]]; apply/forallP => x; rewrite !ffunE !wave_real !andbT.
  by rewrite rpredD ?wave_real // /constant_part; case: ifP => _; rewrite ?realN ?real0 ?real1.
- apply/allP => _ /mapP[k + ->]; rewrite mem_filter => /andP[/andP[/eqP kk _] _]; apply/forallP => x.
  have kR : chi k x \is Num.real by apply/CrealP; rewrite -chiN -kk.
  by rewrite !ffunE kR.
- apply/forallP => x; rewrite !ffunE real1 real0 /= rpredM ?realn ?rpredB // /leftovers.
  apply/CrealP; rewrite rmorphD !rmorph_sum; congr (_ + _).
    by apply: eq_bigr => k _; rewrite rmorphD conjCK addrC.
  by apply: eq_big_seq => k; rewrite mem_filter => /andP[/andP[/eqP kk _] _]; rewrite /= -chiN -kk.
Qed.
End Few.
