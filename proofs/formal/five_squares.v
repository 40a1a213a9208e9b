(* No five squares for order 7: what works for order 5 takes six. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The function f is in the span of 1 and of the squares of the functions v. *)
Definition spanned (F : fieldType) (T : Type) q (v : 'I_q -> T -> F) (f : T -> F) :=
  exists (k : F) (c : 'I_q -> F), forall t, f t = k + \sum_j c j * v j t ^+ 2.

Section Five.
Variable F : fieldType.
Hypothesis two : 2%:R != 0 :> F.

(* More unknowns than equations. *)
Lemma more_unknowns m n p q (f : {linear 'M[F]_(m, n) -> 'M[F]_(p, q)}) : (p * q < m * n)%N -> exists2 U, U != 0 & f U = 0.
Proof.
move=> less; have : kermx (lin_mx f) != 0.
  by rewrite -mxrank_eq0 mxrank_ker -lt0n subn_gt0 (leq_ltn_trans (rank_leq_col _)).
case/rowV0Pn=> u /sub_kermxP u0 un; exists (vec_mx u); first by rewrite vec_mx_eq0.
by apply: (can_inj mxvecK); rewrite -mul_rV_lin u0 linear0.
Qed.

(* Polynomials of degree two in three variables. *)
Lemma quadratic (A B C D E G X Y Z K : F) :
  (forall s t u, A * s ^+ 2 + B * t ^+ 2 + C * u ^+ 2 + D * (t * u) + E * (s * u) + G * (s * t) + X * s + Y * t + Z * u + K = 0) ->
  [/\ A = 0, B = 0, C = 0, [/\ D = 0, E = 0 & G = 0] & [/\ X = 0, Y = 0 & Z = 0]].
Proof.
move=> H; have half (x : F) : 2%:R * x = 0 -> x = 0 by move/eqP; rewrite mulf_eq0 (negPf two) => /eqP.
have K0 : K = 0 by have := H 0 0 0; rewrite !(expr0n, mulr0, addr0, add0r).
have sq (x y : F) : x + y = 0 -> x - y = 0 -> x = 0 /\ y = 0.
  move=> p m; have x0 : x = 0 by apply: half; rewrite -[RHS]addr0 -{1}p -m; by_ring.
  by split=> //; move: p; rewrite x0 add0r.
have [A0 X0] : A = 0 /\ X = 0.
  by apply: sq; [rewrite -[RHS](H 1 0 0) | rewrite -[RHS](H (-1) 0 0)]; rewrite K0; by_ring.
have [B0 Y0] : B = 0 /\ Y = 0.
  by apply: sq; [rewrite -[RHS](H 0 1 0) | rewrite -[RHS](H 0 (-1) 0)]; rewrite K0; by_ring.
have [C0 Z0] : C = 0 /\ Z = 0.
  by apply: sq; [rewrite -[RHS](H 0 0 1) | rewrite -[RHS](H 0 0 (-1))]; rewrite K0; by_ring.
split=> //; split=> //; [rewrite -[RHS](H 0 1 1) | rewrite -[RHS](H 1 0 1) | rewrite -[RHS](H 1 1 0)];
  by rewrite K0 A0 B0 C0 X0 Y0 Z0 -[LHS]addr0; by_ring.
Qed.

Section Squares.
Variables (q : nat) (x y z w c : 'I_q -> F).
Notation square s t u := (fun j => (x j * s + y j * t + z j * u + w j) ^+ 2).
Notation S f g := (\sum_j c j * (f j * g j)).

Lemma moments k A B C X Y Z :
  (forall s t u, A * s ^+ 2 + B * t ^+ 2 + C * u ^+ 2 + X * s + Y * t + Z * u = k + \sum_j c j * square s t u j) ->
  [/\ S x x = A, S y y = B, S z z = C,
      [/\ S y z = 0, S x z = 0 & S x y = 0]
    & [/\ 2%:R * S x w = X, 2%:R * S y w = Y & 2%:R * S z w = Z]].
Proof.
move=> H.
have E s t u : \sum_j c j * square s t u j = S x x * s ^+ 2 + S y y * t ^+ 2 + S z z * u ^+ 2 + 2%:R * S y z * (t * u)
    + 2%:R * S x z * (s * u) + 2%:R * S x y * (s * t) + 2%:R * S x w * s + 2%:R * S y w * t + 2%:R * S z w * u + S w w.
  rewrite !mulr_sumr !mulr_suml -!big_split; apply: eq_bigr => j _ /=.
  by move: (c j) (x j) (y j) (z j) (w j) => *; by_ring.
have [] := @quadratic (S x x - A) (S y y - B) (S z z - C) (2%:R * S y z) (2%:R * S x z) (2%:R * S x y)
    (2%:R * S x w - X) (2%:R * S y w - Y) (2%:R * S z w - Z) (k + S w w).
  move=> s t u; rewrite -[RHS](subrr (k + \sum_j c j * square s t u j)) -{2}H E.
  by move: (S x x) (S y y) (S z z) (S y z) (S x z) (S x y) (S x w) (S y w) (S z w) (S w w) => *; by_ring.
have half (a : F) : 2%:R * a = 0 -> a = 0 by move/eqP; rewrite mulf_eq0 (negPf two) => /eqP.
by move=> /subr0_eq-> /subr0_eq-> /subr0_eq-> [/half-> /half-> /half->] [/subr0_eq-> /subr0_eq-> /subr0_eq->].
Qed.
End Squares.

Section Count.
Variables (q : nat) (x y z w c1 c2 c3 : 'I_q -> F).
Notation S c f g := (\sum_j c j * (f j * g j)).

(* A row of U as a linear form, at the square j; and two equations that make c and U parallel there. *)
Definition at_ (U : 'M[F]_(3, 4)) i j :=
  U i (inord 0) * x j + U i (inord 1) * y j + U i (inord 2) * z j + U i (inord 3) * w j.
Definition parallel (U : 'M[F]_(3, 4)) : 'M[F]_(q, 2) := \matrix_(j, i)
  let u1 := at_ U (inord 0) j in let u2 := at_ U (inord 1) j in let u3 := at_ U (inord 2) j in
  if c1 j == 0 then if i == 0 then u1 else c3 j * u2 - c2 j * u3
  else if i == 0 then c2 j * u1 - c1 j * u2 else c3 j * u1 - c1 j * u3.

Lemma at_linear a U V i j : at_ (a *: U + V) i j = a * at_ U i j + at_ V i j.
Proof. rewrite /at_ !mxE; move: (U i) (V i) (x j) (y j) (z j) (w j) => *; by_ring. Qed.

Lemma parallel_linear : linear parallel.
Proof.
move=> a U V; apply/matrixP => j i; rewrite !mxE /= !at_linear.
case: (c1 j == 0); case: (i == 0); move: (c1 j) (c2 j) (c3 j) (at_ U) (at_ V) => *; by_ring.
Qed.
Canonical parallel_linear_map := Linear parallel_linear.

Lemma parallelP U j (u := at_ U^~ j) : parallel U = 0 ->
  [/\ c1 j * u (inord 1) = c2 j * u (inord 0), c2 j * u (inord 2) = c3 j * u (inord 1) & c1 j * u (inord 2) = c3 j * u (inord 0)].
Proof.
move=> /matrixP H; have := H j 1; have := H j 0; rewrite !mxE /= -!/(u _).
move: (u _) (u _) (u _) (c2 j) (c3 j) => u1 u2 u3 d2 d3; have [->|c0] := eqVneq (c1 j) 0.
  by move=> -> /subr0_eq->; rewrite !mul0r !mulr0.
move=> /subr0_eq E2 /subr0_eq E3; rewrite E2 E3; split=> //; apply: (mulfI c0).
by rewrite mulrCA -E3 [RHS]mulrCA -E2 mulrCA.
Qed.

(* What parallel forms say of the moments. *)
Definition row_at (U : 'M[F]_(3, 4)) (i n : nat) : F := U (inord i) (inord n).
Lemma parallel_moments (U : 'M[F]_(3, 4)) (c d f : 'I_q -> F) i n (u := row_at U i) (v := row_at U n) :
  (forall j, c j * at_ U (inord i) j = d j * at_ U (inord n) j) ->
  u 0%N * S c x f + u 1%N * S c y f + u 2%N * S c z f + u 3%N * S c w f =
  v 0%N * S d x f + v 1%N * S d y f + v 2%N * S d z f + v 3%N * S d w f.
Proof.
move=> H; have E (e : 'I_q -> F) k : row_at U k 0 * S e x f + row_at U k 1 * S e y f + row_at U k 2 * S e z f + row_at U k 3 * S e w f =
    \sum_j e j * at_ U (inord k) j * f j.
  rewrite !mulr_sumr -!big_split; apply: eq_bigr => j _; rewrite /row_at /at_ /=.
  by move: (U (inord k)) (x j) (y j) (z j) (w j) (e j) (f j) => *; by_ring.
by rewrite /u /v !E; apply: eq_bigr => j _; rewrite H.
Qed.

(* Symmetric products of x, y, z, w are written in this order. *)
Local Ltac in_order swap x y z w :=
  rewrite !(swap _ y x) !(swap _ z x) !(swap _ z y) !(swap _ w x) !(swap _ w y) !(swap _ w z).

(* The moments of a1 x^2 + b2 y, a2 y^2 + b3 z and a3 z^2 + b1 x leave no such U but 0. *)
Lemma more_than_five a1 a2 a3 b1 b2 b3 : [&& a1 != 0, a2 != 0 & a3 != 0] -> [&& b1 != 0, b2 != 0 & b3 != 0] ->
  [/\ S c1 x x = a1, S c1 y y = 0, S c1 z z = 0, [/\ S c1 y z = 0, S c1 x z = 0 & S c1 x y = 0]
    & [/\ 2%:R * S c1 x w = 0, 2%:R * S c1 y w = b2 & 2%:R * S c1 z w = 0]] ->
  [/\ S c2 x x = 0, S c2 y y = a2, S c2 z z = 0, [/\ S c2 y z = 0, S c2 x z = 0 & S c2 x y = 0]
    & [/\ 2%:R * S c2 x w = 0, 2%:R * S c2 y w = 0 & 2%:R * S c2 z w = b3]] ->
  [/\ S c3 x x = 0, S c3 y y = 0, S c3 z z = a3, [/\ S c3 y z = 0, S c3 x z = 0 & S c3 x y = 0]
    & [/\ 2%:R * S c3 x w = b1, 2%:R * S c3 y w = 0 & 2%:R * S c3 z w = 0]] ->
  (5 < q)%N.
Proof.
move=> /and3P[a10 a20 a30] /and3P[b10 b20 b30].
have half (a : F) : 2%:R * a = 0 -> a = 0 by move/eqP; rewrite mulf_eq0 (negPf two) => /eqP.
have twice (a b : F) : 2%:R * a = b -> b != 0 -> a != 0 by move=> <-; rewrite mulf_eq0 negb_or => /andP[].
move=> [xx1 yy1 zz1 [yz1 xz1 xy1] [/half xw1 /twice/(_ b20) yw1 /half zw1]].
move=> [xx2 yy2 zz2 [yz2 xz2 xy2] [/half xw2 /half yw2 /twice/(_ b30) zw2]].
move=> [xx3 yy3 zz3 [yz3 xz3 xy3] [/twice/(_ b10) xw3 /half yw3 /half zw3]].
have swap (c f g : 'I_q -> F) : S c f g = S c g f by apply: eq_bigr => j _; rewrite [f j * _]mulrC.
rewrite ltnNge; apply/negP => few; have [|U] := more_unknowns [linear of parallel].
  by rewrite muln2 -[(3 * 4)%N]/(6.*2) ltn_double.
move=> /eqP nz U0; case: nz.
have P j := parallelP j U0.
have p12 f := @parallel_moments U c1 c2 f 1 0 (fun j => let: And3 E _ _ := P j in E).
have p23 f := @parallel_moments U c2 c3 f 2 1 (fun j => let: And3 _ E _ := P j in E).
have p13 f := @parallel_moments U c1 c3 f 2 0 (fun j => let: And3 _ _ E := P j in E).
have zero (a b : F) : b != 0 -> a * b = 0 -> a = 0 by move=> b0 /eqP; rewrite mulf_eq0 (negPf b0) orbF => /eqP.
have := p13 x; have := p13 y; have := p13 z; have := p13 w.
in_order swap x y z w.
rewrite xx1 yy1 zz1 yz1 xz1 xy1 xw1 zw1 xx3 yy3 zz3 yz3 xz3 xy3 yw3 zw3 !(mulr0, addr0, add0r).
move=> w13 /esym/(zero _ _ a30) p2 /(zero _ _ yw1) r3 x13.
have := p23 x; have := p23 y; have := p23 z; have := p23 w.
in_order swap x y z w.
rewrite xx2 yy2 zz2 yz2 xz2 xy2 xw2 yw2 xx3 yy3 zz3 yz3 xz3 xy3 yw3 zw3 !(mulr0, addr0, add0r).
move=> w23 z23 /(zero _ _ a20) r1 /esym/(zero _ _ xw3) q3.
have := p12 x; have := p12 y; have := p12 z; have := p12 w.
in_order swap x y z w.
rewrite xx1 yy1 zz1 yz1 xz1 xy1 xw1 zw1 xx2 yy2 zz2 yz2 xz2 xy2 xw2 yw2 !(mulr0, addr0, add0r).
move=> w12 /esym/(zero _ _ zw2) p3 y12 /(zero _ _ a10) q0.
have p1 : row_at U 0 1 = 0 by apply: (zero _ _ a20); rewrite -y12 q3 mul0r.
have q2 : row_at U 1 2 = 0 by apply: (zero _ _ a30); rewrite -z23 r3 mul0r.
have r0 : row_at U 2 0 = 0 by apply: (zero _ _ a10); rewrite x13 p3 mul0r.
have q1 : row_at U 1 1 = 0 by apply: (zero _ _ yw1); move: w12; rewrite q3 p2 p3 !mul0r !addr0.
have r2 : row_at U 2 2 = 0 by apply: (zero _ _ zw2); move: w23; rewrite r3 q0 q3 !mul0r !addr0.
have p0 : row_at U 0 0 = 0 by apply: (zero _ _ xw3); move: w13; rewrite r1 r3 p3 !mul0r !addr0.
apply/matrixP => i j; rewrite mxE -(inord_val i) -(inord_val j) -/(row_at U i j).
by case: i => -[|[|[|]]] // ?; case: j => -[|[|[|[|]]]].
Qed.
End Count.

(* The functions a_i P_i^2 + b_{i+1} P_{i+1} of three numbers. *)
Section Numbers.
Variables (q : nat) (x y z w : 'I_q -> F).
Definition affine j : F * F * F -> F := fun '(P1, P2, P3) => x j * P1 + y j * P2 + z j * P3 + w j.

Lemma on_lines a1 a2 a3 b1 b2 b3 : [&& a1 != 0, a2 != 0 & a3 != 0] -> [&& b1 != 0, b2 != 0 & b3 != 0] ->
  spanned affine (fun '(P1, P2, _) => a1 * P1 ^+ 2 + b2 * P2) ->
  spanned affine (fun '(_, P2, P3) => a2 * P2 ^+ 2 + b3 * P3) ->
  spanned affine (fun '(P1, _, P3) => a3 * P3 ^+ 2 + b1 * P1) -> (6 <= q)%N.
Proof.
move=> an bn [k1 [c1 H1]] [k2 [c2 H2]] [k3 [c3 H3]].
apply: (more_than_five (x := x) (y := y) (z := z) (w := w) (c1 := c1) (c2 := c2) (c3 := c3) an bn).
- by apply: (moments (k := k1)) => s t u; rewrite -(H1 (s, t, u)) !mul0r !(addr0, add0r).
- by apply: (moments (k := k2)) => s t u; rewrite -(H2 (s, t, u)) !mul0r !(addr0, add0r).
by apply: (moments (k := k3)) => s t u; rewrite -(H3 (s, t, u)) !mul0r !(addr0, add0r).
Qed.
End Numbers.

(* No five squares and the constants span P1^2 + P2, P2^2 + P3 and P3^2 + P1. *)
Theorem no_five_squares (x y z w : 'I_5 -> F) :
  ~ [/\ spanned (affine x y z w) (fun '(P1, P2, _) => P1 ^+ 2 + P2),
        spanned (affine x y z w) (fun '(_, P2, P3) => P2 ^+ 2 + P3)
      & spanned (affine x y z w) (fun '(P1, _, P3) => P3 ^+ 2 + P1)].
Proof.
move=> [H1 H2 H3]; suff : (6 <= 5)%N by [].
by apply: (@on_lines 5 x y z w 1 1 1 1 1 1); rewrite ?oner_eq0 //;
  [case: H1 | case: H2 | case: H3] => k [c H]; exists k, c; move=> [[P1 P2] P3]; rewrite -H !mul1r.
Qed.

(* Six do: those of P_i and of P_i + 1. *)
Theorem six_squares : exists x y z w : 'I_6 -> F,
  [/\ spanned (affine x y z w) (fun '(P1, P2, _) => P1 ^+ 2 + P2),
      spanned (affine x y z w) (fun '(_, P2, P3) => P2 ^+ 2 + P3)
    & spanned (affine x y z w) (fun '(P1, _, P3) => P3 ^+ 2 + P1)].
Proof.
pose row s (j : 'I_6) : F := s`_j; have [h halves] : exists h : F, forall t, t = (h + h) * t.
  by exists 2%:R^-1 => t; rewrite -mulr2n -[_ *+ 2]mulr_natl mulfV ?mul1r.
exists (row [:: 1; 0; 0; 1; 0; 0]), (row [:: 0; 1; 0; 0; 1; 0]), (row [:: 0; 0; 1; 0; 0; 1]), (row [:: 0; 0; 0; 1; 1; 1]).
split; exists (- h); [exists (row [:: 1; - h; 0; 0; h; 0]) | exists (row [:: 0; 1; - h; 0; 0; h]) | exists (row [:: - h; 0; 1; h; 0; 0])];
  move=> [[s t] u]; rewrite !big_ord_recl big_ord0 /affine /row /= !(mul1r, mul0r, addr0, add0r).
- have -> : s ^+ 2 + t = s ^+ 2 + (h + h) * t by rewrite -halves.
  by_ring.
- have -> : t ^+ 2 + u = t ^+ 2 + (h + h) * u by rewrite -halves.
  by_ring.
have -> : u ^+ 2 + s = u ^+ 2 + (h + h) * s by rewrite -halves.
by_ring.
Qed.

(* The same for linear functions P_i and L_i, not 0, of any three spaces. *)
Section Spaces.
Variables (V1 V2 V3 : lmodType F) (P1 L1 : {scalar V1}) (P2 L2 : {scalar V2}) (P3 L3 : {scalar V3}).
Notation nonzero P := (exists s, P s != 0).

(* There is a line where neither is 0. *)
Lemma line (V : lmodType F) (P L : {scalar V}) : nonzero P -> nonzero L -> exists s, (P s != 0) && (L s != 0).
Proof.
move=> [s Ps] [t Lt]; have [Ls|Ls] := eqVneq (L s) 0; last by exists s; rewrite Ps.
have [Pt|Pt] := eqVneq (P t) 0; last by exists t; rewrite Pt.
by exists (s + t); rewrite !linearD /= Pt Ls addr0 add0r Ps.
Qed.

Theorem at_least_six_squares q (x : 'I_q -> {scalar V1}) (y : 'I_q -> {scalar V2}) (z : 'I_q -> {scalar V3}) (w : 'I_q -> F)
    (v := fun j '(s1, s2, s3) => x j s1 + y j s2 + z j s3 + w j) :
  nonzero P1 -> nonzero P2 -> nonzero P3 -> nonzero L1 -> nonzero L2 -> nonzero L3 ->
  spanned v (fun '(s1, s2, _) => P1 s1 ^+ 2 + L2 s2) ->
  spanned v (fun '(_, s2, s3) => P2 s2 ^+ 2 + L3 s3) ->
  spanned v (fun '(s1, _, s3) => P3 s3 ^+ 2 + L1 s1) -> (6 <= q)%N.
Proof.
move=> Pn1 Pn2 Pn3 Ln1 Ln2 Ln3 H1 H2 H3.
have [s1 /andP[p1 l1]] := line Pn1 Ln1; have [s2 /andP[p2 l2]] := line Pn2 Ln2; have [s3 /andP[p3 l3]] := line Pn3 Ln3.
apply: (@on_lines q (x^~ s1) (y^~ s2) (z^~ s3) w (P1 s1 ^+ 2) (P2 s2 ^+ 2) (P3 s3 ^+ 2) (L1 s1) (L2 s2) (L3 s3));
  rewrite ?expf_neq0 ?l1 ?l2 //; [case: H1 | case: H2 | case: H3] => k [c H]; exists k, c; move=> [[s t] u];
  have := H (s *: s1, t *: s2, u *: s3); rewrite !linearZ /= => E;
  rewrite [X in X + _ = _]mulrC -exprMn [X in _ + X = _]mulrC E; congr (_ + _); apply: eq_bigr => j _;
  by rewrite /affine !linearZ /= (mulrC s) (mulrC t) (mulrC u).
Qed.
End Spaces.
End Five.
