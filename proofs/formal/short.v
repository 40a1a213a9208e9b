(* Blocks of characters of order 2 to 5, which take fewer nodes. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks squares.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Short.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Implicit Types (u v t w s : C) (n : pair_node) (z : seq pair_node).

(* What the nodes z with the constant part s in their inputs add to the squares, and that this is
   the frequency but for the leftover l. *)
Definition added s z u v t : C := \sum_(n <- z) (n.2 * t^* + n.2^* * t) * (s + input n u v) ^+ 2.
Definition adds s z (l : C) u v : Prop := forall t,
  added s z u v t = 2%:R * (u * v * t^* + (u * v * t^*)^* + (l * t^* + (l * t^*)^*)).

(* Order 2: one node, with a constant left. *)
Theorem short2 u v t : u ^+ 2 = 1 -> v ^+ 2 = 1 -> t * (u + v) ^+ 2 = 2%:R * (u * v * t + t).
Proof. by move=> hu hv; by_ring (hu, hv). Qed.

(* Scaling c by a real number scales what is added. *)
Lemma added_scaled s z u v t (r : C) : r \is Num.real ->
  added s [seq (n.1, r * n.2) | n <- z] u v t = r * added s z u v t.
Proof.
move=> /CrealP rR; rewrite /added big_map mulr_sumr; apply: eq_bigr => [[[p q] c]] _.
by rewrite /input /= rmorphM rR mulrA mulrDr !mulrA.
Qed.

Definition cubic u : Prop := on_circle u /\ u^* = u ^+ 2.
Definition quartic u : Prop := on_circle u /\ u^* ^+ 2 = u ^+ 2.

(* Order 3: syn with a constant part, and nothing is left. *)
Definition short3_nodes w : seq pair_node :=
  [:: (2%:R, 2%:R, 1); (2%:R * w, 2%:R * w, w); (2%:R * w ^+ 2, 2%:R * w ^+ 2, w ^+ 2)].
Definition short3 w : seq pair_node := [seq (n.1, 12%:R^-1 * n.2) | n <- short3_nodes w].

Theorem short3_adds w u v : w ^+ 2 + w + 1 = 0 -> cubic u -> cubic v -> adds (-1) (short3 w) 0 u v.
Proof.
move=> /conj_third[cw ww] [hu cu] [hv cv] t; rewrite added_scaled; last by rewrite realV realn.
apply: (canLR (mulKf _)); first by rewrite pnatr_eq0.
rewrite (_ : 12%:R = 6%:R * 2%:R); last by rewrite -natrM.
rewrite mul0r conjC0 !addr0 /added !big_cons big_nil /input /=.
by move: hu hv; rewrite /on_circle cu cv => hu hv; by_ring (cw, cu, cv, ww, hu, hv).
Qed.

(* Order 4: three nodes, and 5/4 is left. *)
Definition short4_nodes : seq pair_node :=
  [:: (3%:R - 'i, 3%:R - 'i, 3%:R + 4%:R * 'i); (3%:R + 'i, 3%:R + 'i, - (4%:R * 'i));
      (1 - 3%:R * 'i, - (1 - 3%:R * 'i), 3%:R)].
Definition short4 : seq pair_node := [seq (n.1, 96%:R^-1 * n.2) | n <- short4_nodes].

Lemma short4_sum u v t : quartic u -> quartic v -> added 0 short4_nodes u v t =
  8%:R * (6%:R * (4%:R * (u * v * t^* + (u * v * t^*)^*) + 5%:R * (t^* + t))).
Proof.
move=> [hu cu] [hv cv]; have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
rewrite /added !big_cons big_nil /input /=.
by_ring (@conjCi C, ii, hu, cu, hv, cv).
Qed.

Theorem short4_adds u v : quartic u -> quartic v -> adds 0 short4 (5%:R / 4%:R) u v.
Proof.
move=> hu hv t; rewrite added_scaled; last by rewrite realV realn.
apply: (canLR (mulKf _)); first by rewrite pnatr_eq0.
set l : C := 5%:R / 4%:R; have l4 : 4%:R * l = 5%:R by rewrite /l mulrCA mulfV ?mulr1 ?pnatr_eq0.
have lR : l^* = l by apply: CrealP; rewrite /l rpredM ?realV ?realn.
rewrite short4_sum // -l4 [(l * _)^*]rmorphM conjCK lR.
rewrite (_ : 96%:R = 8%:R * 6%:R * 2%:R); last by rewrite -!natrM.
by clear l4 lR; move: l (u * v * t^*)^* (u * v * t^*) t^* => l1 p q t1; by_ring.
Qed.

(* Order 5: two nodes at each of k and 2k, and three that mix both. With sums P of waves at k and Q at 2k
   the three give P^2 + Q and Q^2 + P but for constants. *)
Definition mixed (p q P Q : C) : C :=
  5%:R * (p - q) * (3%:R - 4%:R * P + 4%:R * Q) ^+ 2
  + 6%:R * (2%:R * q - p) * (1 - 2%:R * P + 4%:R * Q) ^+ 2
  + 2%:R * (2%:R * p + q) * (3%:R + 4%:R * P + 2%:R * Q) ^+ 2.

Lemma three_squares p q P Q : mixed p q P Q =
  8%:R * 15%:R * (p * (P ^+ 2 + Q) + q * (Q ^+ 2 + P)) + 15%:R * (5%:R * p - q).
Proof. by rewrite /mixed; by_ring. Qed.

Definition two_waves w u v : C := w * u + (w * u)^* + (w * v + (w * v)^*).

Definition weight5 w t : C := 2%:R * (2%:R + w) * t^* + (2%:R * (2%:R + w) * t^*)^*.
Definition left5 w t : C := 8%:R * ((1 - w) * t^* + ((1 - w) * t^*)^*).

(* At one pair, with c six times that of the block, and P^2 + Q in place of the three nodes. *)
Definition short5_nodes w : seq pair_node :=
  [:: (- 'i * w, - 'i * w, 3%:R * w ^+ 2); (w, - w, - (w * (2%:R + w)))].

Theorem short5_pair w u v t : w ^+ 2 + w + 1 = 0 -> on_circle u -> on_circle v ->
  added 0 (short5_nodes w) u v t + weight5 w t * (two_waves 1 u v ^+ 2 + two_waves w (u ^+ 2) (v ^+ 2)) =
  12%:R * (u * v * t^* + (u * v * t^*)^*) + left5 w t.
Proof.
move=> /conj_third[cw ww] hu hv; have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
rewrite /added /two_waves /weight5 /left5 !big_cons big_nil /input /=.
by_ring (@conjCi C, cw, ii, ww, hu, hv).
Qed.

(* The pair of 2k has all inputs turned by w. So seven nodes give u v at t and u^2 v^2 at t2. *)
Definition quintic u : Prop := on_circle u /\ u^* = u ^+ 4.

Theorem short5_nodes_add w u v t t2 : w ^+ 2 + w + 1 = 0 -> quintic u -> quintic v -> let s := w ^+ 2 * t2 in
  8%:R * 15%:R * (added 0 (short5_nodes w) u v t + added 0 (short5_nodes w) (w * u ^+ 2) (w * v ^+ 2) s)
  + mixed (weight5 w t) (weight5 w s) (two_waves 1 u v) (two_waves w (u ^+ 2) (v ^+ 2)) =
  8%:R * 15%:R * (12%:R * (u * v * t^* + (u * v * t^*)^*)
    + 12%:R * (u ^+ 2 * v ^+ 2 * t2^* + (u ^+ 2 * v ^+ 2 * t2^*)^*) + left5 w t + left5 w s)
  + 15%:R * (5%:R * weight5 w t - weight5 w s).
Proof.
move=> hw [hu cu] [hv cv] s; have [cw ww] := conj_third hw.
have w3 : w ^+ 3 = 1 by by_ring ww.
have turned x : on_circle x -> on_circle (w * x ^+ 2).
  by rewrite /on_circle rmorphM rmorphX cw => hx; rewrite mulrACA -exprS w3 mul1r -exprMn hx expr1n.
have := short5_pair s hw (turned u hu) (turned v hv); have := short5_pair t hw hu hv.
have -> : two_waves 1 (w * u ^+ 2) (w * v ^+ 2) = two_waves w (u ^+ 2) (v ^+ 2).
  by rewrite /two_waves !mul1r.
have -> : two_waves w ((w * u ^+ 2) ^+ 2) ((w * v ^+ 2) ^+ 2) = two_waves 1 u v.
  have fold x : w * (w * x ^+ 2) ^+ 2 = x ^+ 4 by by_ring w3.
  rewrite /two_waves !fold !mul1r -cu -cv !conjCK.
  by rewrite addrC [u^* + u]addrC [v^* + v]addrC addrC.
have -> : w * u ^+ 2 * (w * v ^+ 2) * s^* = u ^+ 2 * v ^+ 2 * t2^*.
  by rewrite /s; by_ring (cw, w3).
rewrite three_squares; move: (added _ _ _ _ _) (added _ _ _ _ _) (weight5 _ _) (weight5 _ _) => A1 A2 p q e1 e2.
move: e1 e2 => /(canRL (addrK _)) -> /(canRL (addrK _)) ->.
move: (two_waves _ _ _) (two_waves _ _ _) (left5 _ _) (left5 _ _) => P Q l1 l2.
move: (_ + (u * v * t^*)^*) (_ + (u ^+ 2 * v ^+ 2 * t2^*)^*) => X1 X2; move: 12%:R 15%:R 8%:R => a b c.
by_ring.
Qed.

(* The same with the weights c of the blocks, and what is left at k and at 2k. *)
Definition short5 w : seq pair_node := [seq (n.1, 6%:R^-1 * n.2) | n <- short5_nodes w].
Definition short5_turned w : seq pair_node := [seq (n.1.1 * w, n.1.2 * w, n.2 * w) | n <- short5 w].
Definition left5_at w : C := 16%:R^-1 * (14%:R - 9%:R * w).
Definition left5_at_double w : C := 16%:R^-1 * (11%:R + 21%:R * w).

Lemma added_turned w u v t : w ^+ 2 + w + 1 = 0 ->
  added 0 (short5_turned w) u v t = added 0 (short5 w) (w * u) (w * v) (w ^+ 2 * t).
Proof.
move=> /conj_third[cw ww]; have ct : (w ^+ 2 * t)^* = w * t^* by rewrite rmorphM -cw conjCK.
rewrite /added big_map ct; apply: eq_bigr => [[[p q] c]] _.
by rewrite /input /=; congr (_ * _ ^+ 2); by_ring cw.
Qed.

Theorem short5_adds w u v t t2 : w ^+ 2 + w + 1 = 0 -> quintic u -> quintic v ->
  added 0 (short5 w) u v t + added 0 (short5_turned w) (u ^+ 2) (v ^+ 2) t2
  + (8%:R * 15%:R * 6%:R)^-1 *
    mixed (weight5 w t) (weight5 w (w ^+ 2 * t2)) (two_waves 1 u v) (two_waves w (u ^+ 2) (v ^+ 2))
  = 2%:R * (u * v * t^* + (u * v * t^*)^* + (u ^+ 2 * v ^+ 2 * t2^* + (u ^+ 2 * v ^+ 2 * t2^*)^*)
    + (left5_at w * t^* + (left5_at w * t^*)^* + (left5_at_double w * t2^* + (left5_at_double w * t2^*)^*))).
Proof.
move=> hw hu hv; have [cw ww] := conj_third hw; set e : C := _^-1.
have e1 : e * (8%:R * 15%:R * 6%:R) = 1 by rewrite mulVf // -!natrM pnatr_eq0.
have i6 : 6%:R^-1 = 8%:R * 15%:R * e :> C.
  apply: (mulfI (_ : 6%:R != 0)); rewrite ?pnatr_eq0 // mulfV ?pnatr_eq0 // -[LHS]e1 [RHS]mulrCA [LHS]mulrC [RHS]mulrA. by [].
have i16 : 16%:R^-1 = 3%:R * 15%:R * e :> C.
  by apply: (mulfI (_ : 16%:R != 0)); rewrite ?mulfV ?pnatr_eq0 // -[LHS]e1 [RHS]mulrA [RHS]mulrC -!natrM.
have real m : m%:R^-1 \is @Num.real C by rewrite realV realn.
rewrite added_turned // /short5 !added_scaled // i6.
have ct : (w ^+ 2 * t2)^* = w * t2^* by rewrite rmorphM -cw conjCK.
have := short5_nodes_add t t2 hw hu hv => /=.
rewrite /left5 /weight5 ct /left5_at /left5_at_double i16.
have er : e^* = e by apply: CrealP; rewrite realV -!natrM realn.
move: (mixed _ _ _ _) (added _ _ _ _ _) (added _ _ _ _ _) => M A1 A2.
by rewrite [LHS in LHS = _ -> _]addrC => /(canRL (addrK _)) ->; by_ring (er, cw, ww, e1).
Qed.
End Short.

(* Order 4 again: three nodes with two free parameters, and four that leave nothing to carry. *)
Section ShortOrder4.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Implicit Types (u v t : C).

(* What a block of order 4 has to satisfy there: the doubles of k and -k are the same. *)
Lemma quartic_adds (p q r s : C) z u v : quartic u -> quartic v ->
  table z = [:: 1; 0; 0; 0; p; q; r; - r; s; - s] -> adds 0 z (p + q) u v.
Proof.
move=> [hu cu] [hv cv] T t; rewrite /added; under eq_bigr do rewrite add0r.
rewrite squares_of_pairs // T /half_squares /= cu cv.
by rewrite ?conjCK; by_ring (cu, cv).
Qed.

(* Order 4: three nodes, for real a = tan theta and b = tan Theta. *)
Section OrderFour.
Variables (a b : C).
Hypotheses (a_real : a \is Num.real) (b_real : b \is Num.real) (a0 : a != 0) (b0 : b != 0).
Hypotheses (sum0 : a + b != 0) (product1 : 1 - a * b != 0).
Definition both_parts (x y : C) : C := (1 - 'i) * x + (1 + 'i) * y.
Definition three4 : seq pair_node :=
  [:: (both_parts 1 b^-1, both_parts 1 a^-1, 8%:R^-1 * (a * b * ((a + b)^-1 - 'i * (1 - a * b)^-1)));
      (both_parts 1 a, both_parts 1 b, 8%:R^-1 * ('i * (1 - a * b)^-1));
      (both_parts a (-1), both_parts (- b) 1, 8%:R^-1 * (a + b)^-1)].
Definition three4_left : C := nth 0 (table three4) 4 + nth 0 (table three4) 5.

Theorem three4_adds u v : quartic u -> quartic v -> adds 0 three4 three4_left u v.
Proof.
move=> hu hv; apply: (quartic_adds (r := nth 0 (table three4) 6) (s := nth 0 (table three4) 8)) => //.
have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
have aa : a * a^-1 = 1 by rewrite mulfV.
have bb : b * b^-1 = 1 by rewrite mulfV.
have pp : (a + b)^-1 * (a + b) = 1 by rewrite mulVf.
have mm : (1 - a * b)^-1 * (1 - a * b) = 1 by rewrite mulVf.
have ap : a * (a + b)^-1 = 1 - b * (a + b)^-1 by rewrite -pp mulrDr [_ * a]mulrC [_ * b]mulrC addrK.
pose nodes : seq pair_node := [seq (n.1, 8%:R * n.2) | n <- three4].
have {}E : three4 = mul_weight (mul_pair_com C) (times_c 8%:R^-1) nodes.
  by rewrite /nodes /three4 /mul_weight /= /mul_pair /= !mul1r !mulKf ?pnatr_eq0.
rewrite E scaled_table ?realV ?realn //.
suff [e0 e1 e2 e3 [e7 e9]] : let t k := nth 0 (table nodes) k in [/\ t 0%N = 8%:R, t 1%N = 0, t 2%N = 0, t 3%N = 0 & t 7%N = - t 6%N /\ t 9%N = - t 8%N].
  move: e0 e1 e2 e3 e7 e9 => /=; rewrite /= => -> -> -> -> -> ->.
  by rewrite !mulr0 !mulrN mulVf ?pnatr_eq0.
rewrite /nodes /three4 /both_parts /table /= /value /potential /word unlock /= /letter /=.
rewrite !mulVKf ?pnatr_eq0 //; have [aR bR] := (CrealP a_real, CrealP b_real).
have real_inv (x : C) : x^* = x -> x^-1^* = x^-1 by rewrite fmorphV => ->.
have mR : (1 - a * b)^-1^* = (1 - a * b)^-1 by apply: real_inv; by_ring (aR, bR).
have pR : (a + b)^-1^* = (a + b)^-1 by apply: real_inv; by_ring (aR, bR).
have ci := @conjCi C; move: (real_inv _ aR) (real_inv _ bR) mR pR ci ii aa bb ap mm.
move: (1 - a * b)^-1 (a + b)^-1 => m p; move: 'i a^-1 b^-1 => i a1 b1 a1R b1R mR pR ci ii aa bb ap mm.
have abm : a * b * m = m - 1 by rewrite -mm mulrBr mulr1 opprB addrC subrK mulrC.
have am : a * m = b1 * m - b1.
  have F : b1 * (m * (1 - a * b)) = b1 by rewrite mm mulr1.
  rewrite -[X in _ - X]F; by_ring bb.
have bm : b * m = a1 * m - a1.
  have F : a1 * (m * (1 - a * b)) = a1 by rewrite mm mulr1.
  rewrite -[X in _ - X]F; by_ring aa.
by do 5?split; first [by_ring (aR, bR, a1R, b1R, mR, pR, ci, ii, aa, bb, ap, abm)
  | by_ring (aR, bR, a1R, b1R, mR, pR, ci, ii, aa, bb, am, bm, ap)].
Qed.
End OrderFour.

(* Order 4: four nodes at eighth roots of unity, e^2 = i. *)
Definition corners (e : C) : seq pair_node :=
  [seq (n.1, n.2, 4%:R^-1 * (n.1 * n.2)^* ) | n <- [:: (e^*, e^* ); (e^*, e); (e, - e^* ); (e, e)]].

Theorem corners_adds (e : C) u v : e ^+ 2 = 'i -> quartic u -> quartic v -> adds 0 (corners e) 0 u v.
Proof.
move=> ee [hu cu] [hv cv] t; rewrite mul0r conjC0 !addr0.
have e1 : e * e^* = 1.
  have n1 : `|e| = 1 by apply/eqP; rewrite -(pexpr_eq1 (n := 2)) // -normrX ee normCi.
  by rewrite -normCK n1 expr1n.
have ce : e^* ^+ 2 = - 'i by rewrite -rmorphX ee conjCi.
have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
have h4 : 4%:R^-1 * 4%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
have hR : (4%:R^-1)^* = 4%:R^-1 :> C by rewrite fmorphV rmorph_nat.
rewrite /added /corners !big_cons big_nil /input /=.
move: 4%:R^-1 h4 hR => h h4 hR; by_ring (hR, ee, ce, e1, ii, hu, cu, hv, cv, h4).
Qed.
End ShortOrder4.
