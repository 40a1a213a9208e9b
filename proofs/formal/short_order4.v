(* Blocks of characters of order 4: three nodes with two free parameters, and four that leave nothing to carry. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks squares short.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

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
