(* The family four-two-plus-constant: four nodes at each pair, two with a constant part at its double, and one constant node. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network blocks squares placing short waves few.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Widths, by the numbers P of pairs, R of real characters, and F of pairs of order 4. *)
Definition width_four_two_plus_constant P R F : nat := 6 * P + 2 * R - 2 * F + (0 < P).
Definition width_four_two_plus_constant_onehot P R F : nat := 6 * P + 2 * R - 2 * F + 1.

Section FourNodes.
Variable C : numClosedFieldType.
Implicit Types (v p q t : C).

(* The four nodes, for v of modulus one that is no power of i. *)
Definition cosine2 v : C := v + v^*.
Definition sine4 v : C := 2%:R - v ^+ 2 - v^* ^+ 2.
Definition four_numbers v : seq (pair_node C) := let c := cosine2 v in
  [:: (v^*, v^*, - (4%:R * v^*)); (v, v, - (4%:R * v)); (1, 1, c ^+ 3); (1, -1, - (sine4 v * c))].
Definition four_nodes v : seq (pair_node C) :=
  mul_weight (mul_pair_com C) (times_c (4%:R * (sine4 v * cosine2 v))^-1) (four_numbers v).

Lemma four_numbers_table v : on_circle v -> let e := sine4 v * cosine2 v in
  exists r, table (four_numbers v) =
  [:: 4%:R * e; 0; 0; 0; r; - (4%:R * e) - r; 2%:R * e; - (2%:R * e); 2%:R * e; - (2%:R * e)].
Proof.
move=> hv e; exists (- (4%:R * (v^* + v)) + cosine2 v ^+ 3 - e); rewrite /e /four_numbers /sine4 /cosine2.
rewrite /table /= /value /potential /word unlock /= /letter /=.
by repeat congr (_ :: _); by_ring hv.
Qed.

Lemma sine_cosine v : on_circle v -> v ^+ 4 != 1 -> sine4 v * cosine2 v != 0.
Proof.
move=> hv; apply: contra; rewrite mulf_eq0 => /orP[/eqP|].
  have -> : sine4 v = - (v - v^*) ^+ 2.
    by rewrite /sine4; by_ring hv.
  move/eqP; rewrite oppr_eq0 expf_eq0 subr_eq0 => /eqP vv.
  by move: hv; rewrite /on_circle -vv -expr2 (exprM _ 2 2) => ->; rewrite expr1n.
rewrite addr_eq0 => /eqP vv.
have vw : v^* = - v by rewrite [in RHS]vv opprK.
move: hv; rewrite /on_circle vw mulrN -expr2 => /(canRL (@opprK _)) v2.
by rewrite (exprM _ 2 2) v2 sqrrN expr1n.
Qed.

(* What they leave at the double of their pair. *)
Definition difference p q : C := p ^+ 2 - p^* ^+ 2 + (q ^+ 2 - q^* ^+ 2).

Lemma four_nodes_added v p q t : on_circle v -> v ^+ 4 != 1 -> on_circle p -> on_circle q ->
  added 0 (four_nodes v) p q t =
  2%:R * (p * q * t^* + (p * q * t^*)^* + (- t^* - t)) + 2%:R^-1 * (t^* - t) * difference p q.
Proof.
move=> hv v4 hp hq; have [r tv] := four_numbers_table hv; have e0 := sine_cosine hv v4.
rewrite /four_nodes; set e := sine4 v * cosine2 v in tv e0 *.
have eR : e^* = e.
  by rewrite /e /sine4 /cosine2; by_ring.
have fR : (4%:R * e)^-1 \is Num.real by rewrite realV rpredM ?realn //; apply/CrealP.
rewrite /added; under eq_bigr do rewrite add0r.
rewrite squares_of_pairs // scaled_table // tv /half_squares /=.
have f4 : (4%:R * e)^-1 * (4%:R * e) = 1 by rewrite mulVf // mulf_neq0 // pnatr_eq0.
have f2 : (4%:R * e)^-1 * (2%:R * e) = 2%:R^-1.
  by apply: (mulfI (_ : 2%:R != 0)); rewrite ?pnatr_eq0 // mulfV ?pnatr_eq0 // mulrCA [2%:R * (_ * _)]mulrA -natrM f4.
have h2 : 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
have hR : (2%:R^-1)^* = 2%:R^-1 :> C by rewrite fmorphV rmorph_nat.
rewrite !(mulrN, mulrBr, mulr0, f4, f2) conjC0; move: (_ * r) => s.
rewrite /difference; move: 2%:R^-1 hR h2 => h hR h2; by_ring (hR, h2).
Qed.
End FourNodes.

Section FourTwo.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k : X) (x y g : gT).
Notation d := (d C gT).
Notation node := (node C gT).
Notation P := (size (pairs X)).
Notation R := (size (reals X)).
Notation F := (count (fun k => fourth k) (pairs X)).
Variable phi : X -> C.
Hypotheses (phi_circle : forall k, on_circle (phi k)) (phi_power : forall k, phi k ^+ 4 != 1).

(* (g + u + v)^2 - (g - u - v)^2 = 4 g (u + v): two nodes with a_0 = b_0 = 1/2, and i/8 and -i/8 at the double. *)
Definition linear_node k (s : C) : node :=
  let f x := 2%:R^-1 + s * wave (k ^+ 2)%g (8%:R^-1 * 'i) x in make f f (fun g => s * wave k^-1%g 'i g).
Definition six_at k : seq node := map (node_at k 0) (four_nodes (phi k))
  ++ (if fourth k then [::] else [:: linear_node k 1; linear_node k (-1)]).
Definition real_at k : seq node :=
  [seq make (fun x => n.1.1 * chi k x) (fun x => n.1.2 * chi k x) (fun g => n.2 * chi k g) | n <- real_block C].
Definition four_two_body : seq node :=
  flatten [seq six_at k | k <- pairs X] ++ flatten [seq real_at k | k <- reals X].
Definition four_two_left g : C := \sum_(k <- pairs X) wave k^-1%g (-1) g.

Lemma squares_six k x y g : squares (six_at k) x y g = 2%:R * (frequency k x y g + wave k^-1%g (-1) g).
Proof.
rewrite squares_cat squares_at (four_nodes_added _ (phi_circle k) (phi_power k) (chi_circle k x) (chi_circle k y)).
have -> : chi k x * chi k y * (chi k g)^* + (chi k x * chi k y * (chi k g)^*)^* + (- (chi k g)^* - chi k g) =
    frequency k x y g + wave k^-1%g (-1) g.
  by rewrite /frequency chiN -chi_target waveN /wave conjCK rmorphN conjC1 !mulN1r [- chi k g - _]addrC.
rewrite -[RHS]addr0 -addrA; congr (_ + _).
case: ifP => [/eqP k4|_].
  have square u : chi k u ^+ 2 = (chi k u)^* ^+ 2.
    apply: (mulfI (expf_neq0 2 (chi_neq0 k u))).
    by rewrite -[RHS]exprMn chi_mul_conj expr1n -exprD -chi_power k4 chi_one.
  by rewrite /squares big_nil addr0 /difference !square !subrr addr0 mulr0.
have h2 : 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
have e8 : 8%:R^-1 = 2%:R^-1 ^+ 3 :> C by rewrite exprVn -natrX.
have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
have hR : (2%:R^-1)^* = 2%:R^-1 :> C by rewrite fmorphV rmorph_nat.
rewrite /squares !big_cons big_nil !ffunE /difference waveN /wave !chi_power e8.
by move: 2%:R^-1 h2 hR => h h2 hR; by_ring (@conjCi C, hR, h2, ii).
Qed.

Lemma four_two_leaves : leaves four_two_body four_two_left.
Proof.
apply: (leaves_all (X := X)) => x y g; rewrite squares_cat !squares_flatten.
under eq_bigr do rewrite squares_six.
rewrite [X in _ + X](eq_big_seq (fun k => 2%:R * chi k (x * y * g^-1)%g)) => [|k]; last first.
  rewrite mem_filter => /andP[/andP[/eqP kk _] _]; rewrite -chi_target -chiN -kk -squares_of_real_block.
  by rewrite /squares !big_map; apply: eq_bigr => n _; rewrite !ffunE.
rewrite -!mulr_sumr -mulrDr; congr (_ * _); rewrite [X in X + _]big_split /= addrC -addrA.
by [].
Qed.

Lemma four_two_left_real g : four_two_left g \is Num.real.
Proof. by apply: rpred_sum => k _; apply: wave_real. Qed.

Lemma four_two_body_real : all (@real_node C gT) four_two_body.
Proof.
have hR : 2%:R^-1 \is @Num.real C by rewrite realV realn.
rewrite all_cat; apply/andP; split; apply/allP => j /flatten_mapP[k kk]; last first.
  case/mapP => n nb ->; apply/forallP => x; rewrite !ffunE; have kR := real_character _ kk.
  by move: nb; rewrite !inE => /orP[]/eqP->; rewrite /= !rpredM ?rpredN ?real1.
apply/allP; rewrite all_cat real_node_at ?real0 //=; case: ifP => //= _.
by rewrite andbT; apply/andP; split; apply/forallP => x; rewrite !ffunE;
  repeat first [exact: wave_real | exact: hR | exact: real1 | rewrite rpredN | apply: rpredM | apply: rpredD | apply/andP; split].
Qed.

Lemma four_two_body_size : size four_two_body = (6 * P + 2 * R - 2 * F)%N.
Proof.
suff <- : (size four_two_body + 2 * F = 6 * P + 2 * R)%N by rewrite addnK.
rewrite size_cat addnAC; congr (_ + _)%N; last by elim: (reals X) => // k ks IH; rewrite mulnS -IH.
elim: (pairs X) => // k ks IH; rewrite -[flatten _]/(six_at k ++ flatten [seq six_at l | l <- ks]).
rewrite -[count _ _]/(fourth k + count (fun k => fourth k) ks)%N size_cat mulnDr addnACA IH mulnS.
by congr (_ + _)%N; rewrite /six_at size_cat size_map /four_nodes order_mul; case: (fourth k).
Qed.

Definition four_two_constant t : node := carrier (fun=> 1) four_two_left t.
Definition four_two_plus_constant : seq node :=
  four_two_body ++ (if (0 < P)%N then [:: four_two_constant 0] else [::]).
Definition four_two_plus_constant_onehot : seq node := four_two_body ++ [:: four_two_constant 1].

Lemma four_two_constant_real t : t \is Num.real -> real_node (four_two_constant t).
Proof. by move=> tR; apply: real_carrier => // x; rewrite ?real1 ?four_two_left_real. Qed.

Theorem four_two_plus_constant_zero_loss :
  solution four_two_plus_constant (width_four_two_plus_constant P R F).
Proof.
rewrite /four_two_plus_constant /width_four_two_plus_constant; case: posnP => [P0|_]; split.
- apply: (leaves_projected (t := 0)); rewrite cats0 => x y g.
  by rewrite four_two_leaves /four_two_left (size0nil P0) big_nil.
- by rewrite cats0 four_two_body_real.
- by rewrite cats0 four_two_body_size addn0.
- apply: (leaves_projected (t := 0)); apply: leaves_carried four_two_leaves => x; exact: expr1n.
- by rewrite all_cat four_two_body_real all_seq1 four_two_constant_real ?real0.
- by rewrite size_cat four_two_body_size.
Qed.

Theorem four_two_plus_constant_onehot_zero_loss :
  onehot_solution four_two_plus_constant_onehot (width_four_two_plus_constant_onehot P R F).
Proof.
split.
- apply: leaves_onehot; apply: leaves_carried four_two_leaves => x; exact: expr1n.
- by rewrite all_cat four_two_body_real all_seq1 four_two_constant_real ?real1.
- by rewrite size_cat four_two_body_size.
Qed.
End FourTwo.
