(* The families few-plus-constant and few-plus-real: short blocks where there are any, else blocks of order 4,
   and one node that carries. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network blocks squares placing short waves fives.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Widths, by the numbers P of pairs, T of those of order 3, R of real characters, S of pairs of order 3 and 4
   and of fours of order 5, and F of pairs of order 4. *)
Definition width_few_plus_constant P T R S : nat := 4 * P + R - S + (T < P + R).
Definition width_few_plus_constant_onehot P R S : nat := 4 * P + R - S + 1.
Definition width_few_plus_real P R F : nat := 4 * P + R - F + 1.

Section Few.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k : X) (x y g : gT).
Notation d := (d C gT).
Notation node := (node C gT).
Variables (w : C) (e xi : X -> C).
Hypothesis w_third : w ^+ 2 + w + 1 = 0.
Hypotheses (e_imaginary : forall k, imaginary (e k)) (xi_circle : forall k, on_circle (xi k)).

Definition third k : bool := (k ^+ 3 == 1)%g.
Definition fourth k : bool := (k ^+ 4 == 1)%g.

(* Whether nodes may have constant parts, which the blocks of order 3 and 5 have. *)
Section Constants.
Variable constants : bool.
Definition is3 k : bool := constants && third k.
Definition is5 k : bool := constants && fifth k.
Definition fives_at : seq X := if constants then fives X else [::].

(* The block of a pair by the order of its character: its constant part, its nodes and its leftover. *)
Definition constant_part k : C := if is3 k then -1 else 0.
Definition few_at k : seq (pair_node C) :=
  if is3 k then short3 w else if fourth k then short4 C else order4 'i (e k) (xi k).
Definition few_left k : C := if is3 k then 0 else if fourth k then 5%:R / 4%:R else 1 + e k.

Lemma few_adds k x y : adds (constant_part k) (few_at k) (few_left k) (chi k x) (chi k y).
Proof.
have circle h : on_circle (chi k h) by exact: chi_circle.
rewrite /constant_part /few_at /few_left; case: ifP => [/andP[_ /eqP k3]|_].
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

(* The block of k and 2k of order 5: two nodes at each, and three at both. *)
Definition mixed_rows : seq (C * C * C * (C * C)) :=
  [:: (3%:R, - 4%:R, 4%:R, (5%:R, - 5%:R)); (1, - 2%:R, 4%:R, (- 6%:R, 12%:R)); (3%:R, 4%:R, 2%:R, (4%:R, 2%:R))].
Definition mixed_at k (r : C * C * C * (C * C)) : node :=
  let f x := r.1.1.2 * wave k 1 x + r.1.2 * wave (k ^+ 2)%g w x in
  make (fun x => r.1.1.1 + f x) f (fun g => (8%:R * 15%:R * 6%:R)^-1 *
    (r.2.1 * weight5 w (chi k g) + r.2.2 * weight5 w (w ^+ 2 * chi (k ^+ 2)%g g))).
Definition five_at k : seq node := map (node_at k 0) (short5 w)
  ++ map (node_at (k ^+ 2)%g 0) (short5_turned w) ++ map (mixed_at k) mixed_rows.
Definition five_left k g : C := wave k^-1%g (left5_at w) g + wave (k ^+ 2)^-1%g (left5_at_double w) g.

Lemma squares_five k x y g : fifth k ->
  squares (five_at k) x y g = 2%:R * (frequency k x y g + frequency (k ^+ 2)%g x y g + five_left k g).
Proof.
move=> /eqP k5; have quint h : quintic (chi k h).
  split; first exact: chi_circle.
  by apply: (mulfI (chi_neq0 k h)); rewrite -exprS -chi_power k5 chi_one; exact: chi_circle.
rewrite !squares_cat !squares_at !chi_power addrA.
have -> : squares (map (mixed_at k) mixed_rows) x y g = (8%:R * 15%:R * 6%:R)^-1 *
    mixed (weight5 w (chi k g)) (weight5 w (w ^+ 2 * chi k g ^+ 2))
      (two_waves 1 (chi k x) (chi k y)) (two_waves w (chi k x ^+ 2) (chi k y ^+ 2)).
  rewrite /squares /= !big_cons big_nil !ffunE /= /mixed /two_waves /wave !chi_power !rmorphM conjC1 /=.
  move: (weight5 _ _) (weight5 _ _) => p q; move: (chi k x)^* (chi k y)^* w^* => x1 y1 w1.
  by move: (_^-1) => i; by_ring.
rewrite short5_adds // /frequency /five_left !chiN !waveN /wave -!chi_target !chi_power.
by_ring.
Qed.

Definition few_body : seq node :=
  flatten [seq map (node_at k (constant_part k)) (few_at k) | k <- pairs X & ~~ is5 k]
  ++ flatten [seq five_at k | k <- fives_at] ++ map (@sign_at _ _ X) (reals X).
Definition few_left_at g : C := \sum_(k <- pairs X | ~~ is5 k) wave k^-1%g (few_left k) g
  + \sum_(k <- fives_at) five_left k g + \sum_(k <- reals X) chi k g.

Lemma few_leaves : leaves few_body few_left_at.
Proof.
apply: (leaves_all (X := X)) => x y g; rewrite !squares_cat !squares_flatten squares_signs big_filter.
rewrite (eq_bigr _ (fun k _ => squares_adds g (few_adds k x y))).
rewrite (eq_big_seq (fun k => 2%:R * (frequency k x y g + frequency (k ^+ 2)%g x y g + five_left k g))); last first.
  by move=> k; rewrite /fives_at; case: (constants) => //; rewrite mem_filter => /andP[/andP[k5 _] _]; apply: squares_five.
rewrite [\sum_(k <- pairs X) _](bigID is5) /=.
have -> : \sum_(k <- pairs X | is5 k) frequency k x y g =
    \sum_(k <- fives_at) (frequency k x y g + frequency (k ^+ 2)%g x y g).
  rewrite /is5 /fives_at; case: (constants) => /=; last by rewrite big_pred0 ?big_nil.
  rewrite (sum_over_fives (fun k => chi k (x * y * g^-1)%g)); apply: eq_bigr => k _.
  by rewrite !big_cons big_nil addr0 addrA.
rewrite -!mulr_sumr -!mulrDr /few_left_at [\sum_(k <- pairs X | _) (_ + wave _ _ _)]big_split.
rewrite [\sum_(k <- fives_at) (_ + five_left _ _)]big_split [\sum_(k <- reals X) (_ + _)]big_split /=.
by do 6!move: (\sum_(k <- _ | _) _) => ?; by_ring.
Qed.

Lemma few_body_real : all (@real_node C gT) few_body.
Proof.
rewrite !all_cat real_signs andbT; apply/andP; split; apply/allP => j /flatten_mapP[k _]; apply/allP.
  by apply: real_node_at; rewrite /constant_part; case: ifP => _; rewrite ?realN ?real0 ?real1.
rewrite !all_cat !real_node_at ?real0 //; apply/allP => _ /mapP[r rr ->].
have weightR u : weight5 w u \is Num.real by apply/CrealP; rewrite /weight5 rmorphD conjCK addrC.
have [[r1 r2 r3] [r4 r5]] : [/\ r.1.1.1 \is Num.real, r.1.1.2 \is Num.real & r.1.2 \is Num.real] /\
    r.2.1 \is Num.real /\ r.2.2 \is Num.real.
  by move: rr; rewrite !inE => /or3P[]/eqP-> /=; rewrite ?realN !realn ?real1.
have fR x : r.1.1.2 * wave k 1 x + r.1.2 * wave (k ^+ 2)%g w x \is Num.real.
  by apply: rpredD; apply: rpredM => //; apply: wave_real.
apply/forallP => x; rewrite !ffunE fR (rpredD r1 (fR x)) /=; apply: rpredM; last by apply: rpredD; apply: rpredM.
by rewrite realV !rpredM ?realn.
Qed.

Lemma few_left_real g : few_left_at g \is Num.real.
Proof.
rewrite /few_left_at !rpredD //; last by rewrite big_seq rpred_sum // => k kr; apply: real_character.
  by apply: rpred_sum => k _; apply: wave_real.
by apply: rpred_sum => k _; rewrite rpredD // wave_real.
Qed.

(* Pairs with a shorter block, and fours. *)
Definition shorter : nat := (count (fun k => ~~ is5 k && (is3 k || fourth k)) (pairs X) + size fives_at)%N.

Lemma few_body_size : size few_body = (4 * size (pairs X) + size (reals X) - shorter)%N.
Proof.
suff <- : (size few_body + shorter = 4 * size (pairs X) + size (reals X))%N by rewrite addnK.
have split5 : count is5 (pairs X) = (2 * size fives_at)%N.
  rewrite /is5 /fives_at; case: (constants); first exact: card_fives.
  by rewrite (eq_count (a2 := pred0)) ?count_pred0.
have fours : size (flatten [seq five_at k | k <- fives_at]) = (7 * size fives_at)%N.
  by elim: fives_at => // k ks IH; rewrite mulnS -IH.
have ones : (size (flatten [seq map (node_at k (constant_part k)) (few_at k) | k <- pairs X & ~~ is5 k])
    + count (fun k => ~~ is5 k && (is3 k || fourth k)) (pairs X) + 4 * count is5 (pairs X) = 4 * size (pairs X))%N.
  elim: (pairs X) => // k ks IH; rewrite /=; case: (is5 k) => /=.
    by rewrite add0n mulnDr addnCA [in RHS]mulnS -IH muln1.
  rewrite size_cat size_map [in RHS]mulnS -IH add0n /few_at; case: (is3 k) => /=; last case: (fourth k) => /=.
  - by rewrite addnACA -addnA.
  - by rewrite addnACA -addnA.
  - by rewrite add0n -!addnA.
rewrite !size_cat size_map fours /shorter -ones split5.
move: (size (flatten _)) (count _ _) (size fives_at) => a b c.
by rewrite mulnA -[(4 * 2)%N]/(7 + 1)%N mulnDl mul1n addnACA -[RHS]addnA; congr (_ + _)%N; rewrite addnAC.
Qed.
End Constants.

(* few-plus-constant: one constant node, for the projected target only where something is left over. *)
Notation few_P := (size (pairs X)).
Notation few_R := (size (reals X)).
Definition few_T : nat := count third (pairs X).
Definition few_S : nat := shorter true.
Definition few_constant t : node := carrier (fun=> 1) (few_left_at true) t.
Definition few_plus_constant : seq node :=
  few_body true ++ (if (few_T < few_P + few_R)%N then [:: few_constant 0] else [::]).

Lemma few_left0 g : (few_P + few_R <= few_T)%N -> few_left_at true g = 0.
Proof.
move=> le; have /eqP all3 : few_T == few_P.
  by rewrite eqn_leq count_size (leq_trans (leq_addr _ _) le).
have R0 : few_R = 0%N by apply/eqP; rewrite -leqn0 -(leq_add2l few_P) addn0 -{2}all3.
have fours0 : fives_at true = [::].
  apply: size0nil; apply/eqP; rewrite -(eqn_pmul2l (isT : 0 < 2)%N) muln0 -card_fives.
  rewrite -leqn0 leqNgt -has_count; apply/hasPn => k kp; apply/negP => /eqP k5.
  have k3 : third k by move/eqP: all3; rewrite -all_count => /allP; apply.
  have k1 : k = 1%g.
    by rewrite -(expg1 k) -[1%N]/(6 %% 5)%N expg_mod // (expgM k 3 2) (eqP k3) expg1n.
  by move: kp; rewrite k1 mem_filter invg1 ltnn.
rewrite /few_left_at fours0 (size0nil R0) !big_nil !addr0 big1_seq // => k /andP[_ kp].
have k3 : third k by move/eqP: all3; rewrite -all_count => /allP; apply.
by rewrite /few_left /is3 k3 /wave conjC0 !mul0r addr0.
Qed.

Lemma few_constant_real t : t \is Num.real -> real_node (few_constant t).
Proof. by move=> tR; apply: real_carrier => // x; rewrite ?real1 //; apply: few_left_real. Qed.

Theorem few_plus_constant_zero_loss :
  solution few_plus_constant (width_few_plus_constant few_P few_T few_R few_S).
Proof.
rewrite /few_plus_constant /width_few_plus_constant; case: ltnP => [_|le]; split.
- apply: (leaves_projected (t := 0)); apply: leaves_carried; last exact: few_leaves.
  by move=> x; rewrite expr1n.
- by rewrite all_cat few_body_real all_seq1 few_constant_real ?real0.
- by rewrite size_cat few_body_size.
- apply: (leaves_projected (t := 0)); rewrite cats0 => x y g.
  by rewrite few_leaves few_left0.
- by rewrite cats0 few_body_real.
- by rewrite cats0 few_body_size addn0.
Qed.

Definition few_plus_constant_onehot : seq node := few_body true ++ [:: few_constant 1].
Theorem few_plus_constant_onehot_zero_loss :
  onehot_solution few_plus_constant_onehot (width_few_plus_constant_onehot few_P few_R few_S).
Proof.
split.
- apply: leaves_onehot; apply: leaves_carried; last exact: few_leaves.
  by move=> x; rewrite expr1n.
- by rewrite all_cat few_body_real all_seq1 few_constant_real ?real1.
- by rewrite size_cat few_body_size.
Qed.

(* few-plus-real: no constant parts; the node of a real character h carries. *)
Definition few_F : nat := count fourth (pairs X).
Definition few_plus_real_with (h : X) t : seq node :=
  few_body false ++ [:: carrier (chi h) (few_left_at false) t].

Lemma few_plus_real_leaves (h : X) t : h \in reals X -> leaves (few_plus_real_with h t) (fun=> t).
Proof.
move=> hr; apply: leaves_carried; last exact: few_leaves.
by move=> x; apply: character_square.
Qed.

Lemma few_plus_real_real (h : X) t : h \in reals X -> t \is Num.real -> all (@real_node C gT) (few_plus_real_with h t).
Proof.
move=> hr tR; rewrite all_cat few_body_real all_seq1 real_carrier // => x; first exact: real_character.
exact: few_left_real.
Qed.

Lemma few_plus_real_size (h : X) t :
  size (few_plus_real_with h t) = width_few_plus_real few_P few_R few_F.
Proof. by rewrite size_cat few_body_size /shorter addn0. Qed.

Theorem few_plus_real_zero_loss (h : X) : h \in reals X ->
  solution (few_plus_real_with h 0) (width_few_plus_real few_P few_R few_F).
Proof.
move=> hr; split; [|by apply: few_plus_real_real; rewrite ?real0|exact: few_plus_real_size].
exact: leaves_projected (few_plus_real_leaves 0 hr).
Qed.

Theorem few_plus_real_onehot_zero_loss (h : X) : h \in reals X ->
  onehot_solution (few_plus_real_with h 1) (width_few_plus_real few_P few_R few_F).
Proof.
move=> hr; split; [|by apply: few_plus_real_real; rewrite ?real1|exact: few_plus_real_size].
exact: leaves_onehot (few_plus_real_leaves 1 hr).
Qed.
End Few.
