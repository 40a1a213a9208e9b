(* Blocks of order 6 with four of the six inputs in a plane. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks pencil.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Four inputs in a plane, three of them dual to a triangle that is self-polar for Im(N / tau), and two on a = b. *)
Section Coplanar.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Variables (corner side : 'M[C]_3) (tau s t : C) (R : 'I_3 -> C).
Definition height : C := (s + 'i) * (t + 'i).
Definition form (p q : 'rV[C]_3) : C :=
  - p 0 0 * q 0 0 + 'i * (p 0 0 * q 0 1 + p 0 1 * q 0 0) + p 0 1 * q 0 1 + height * (p 0 (- 1) * q 0 (- 1)).
Hypotheses (s_real : s \is Num.real) (t_real : t \is Num.real) (st : s != t).
Hypotheses (corner_real : forall j (k : 'I_3), corner j k \is Num.real) (R_real : forall j, R j \is Num.real).
Hypotheses (R_neq0 : forall j, R j != 0) (dual : side *m corner^T = 1%:M).
(* The form of two sides is tau R of the third. *)
Hypothesis self_polar : forall (j k : 'I_3), j != k -> form (matrix.row j side) (matrix.row k side) = tau * R (- (j + k)).
Definition fourth : 'rV[C]_3 := \sum_j (R j)^-1 *: matrix.row j corner.
Definition fourth_c : C := tau * (R 0 * R 1 * R (- 1)).
Definition corner_c j : C := form (matrix.row j side) (matrix.row j side) - fourth_c / R j ^+ 2.
Definition in_plane (p : 'rV[C]_3) (w : C) : pair_node :=
  (p 0 0 + 'i * (p 0 1 + p 0 (- 1)), - p 0 0 + 'i * (p 0 (- 1) - p 0 1), w / 8%:R).
Definition on_line (r w : C) : pair_node := (1 + 'i * r, 1 + 'i * r, w / (8%:R * (s - t))).
Definition coplanar : seq pair_node :=
  [:: in_plane (matrix.row 0 corner) (corner_c 0); in_plane (matrix.row 1 corner) (corner_c 1);
      in_plane (matrix.row (- 1) corner) (corner_c (- 1)); in_plane fourth fourth_c; on_line s (- (t + 'i)); on_line t (s + 'i)].

Lemma three (f : 'I_3 -> C) : \sum_j f j = f 0 + f 1 + f (- 1).
Proof. by rewrite !big_ord_recl big_ord0 addr0 addrA; congr (f _ + f _ + f _); apply: val_inj. Qed.

(* The sum of c v v^T over the four is the form, given in its dual coordinates. *)
Definition dot (p q : 'rV[C]_3) : C := p 0 0 * q 0 0 + p 0 1 * q 0 1 + p 0 (- 1) * q 0 (- 1).
Lemma four_squares p q :
  \sum_j corner_c j * (dot p (matrix.row j corner) * dot q (matrix.row j corner)) + fourth_c * (dot p fourth * dot q fourth) = form p q.
Proof.
have coordinates r : let x j := dot r (matrix.row j corner) in forall (k : 'I_3), r 0 k = x 0 * side 0 k + x 1 * side 1 k + x (- 1) * side (- 1) k.
  move=> x k; rewrite -[in LHS](mulmx1 r) -(mulmx1C dual) mulmxA mxE three.
  by congr (_ * _ + _ * _ + _ * _); rewrite mxE three !mxE /x /dot !mxE.
have -> : dot p fourth = \sum_j dot p (matrix.row j corner) / R j.
  rewrite /dot /fourth !summxE !mulr_sumr -!big_split; apply: eq_bigr => j _ /=.
  by rewrite !mxE; by_ring.
have -> : dot q fourth = \sum_j dot q (matrix.row j corner) / R j.
  rewrite /dot /fourth !summxE !mulr_sumr -!big_split; apply: eq_bigr => j _ /=.
  by rewrite !mxE; by_ring.
rewrite !three; have := coordinates p; have := coordinates q; rewrite /=.
move: (dot p _) (dot p _) (dot p _) (dot q _) (dot q _) (dot q _) => p2 p1 p0 q2 q1 q0 qk pk.
transitivity (p0 * q0 * form (matrix.row 0 side) (matrix.row 0 side) + p1 * q1 * form (matrix.row 1 side) (matrix.row 1 side)
  + p2 * q2 * form (matrix.row (- 1) side) (matrix.row (- 1) side) + (p0 * q1 + p1 * q0) * form (matrix.row 0 side) (matrix.row 1 side)
  + (p1 * q2 + p2 * q1) * form (matrix.row 1 side) (matrix.row (- 1) side) + (p0 * q2 + p2 * q0) * form (matrix.row 0 side) (matrix.row (- 1) side)); last first.
  rewrite /form !mxE !pk !qk; move: height => h; by_ring.
have -> : form (matrix.row 0 side) (matrix.row 1 side) = tau * R (- 1).
  by rewrite self_polar //; congr (_ * R _); apply: val_inj.
have -> : form (matrix.row 1 side) (matrix.row (- 1) side) = tau * R 0.
  by rewrite self_polar //; congr (_ * R _); apply: val_inj.
have -> : form (matrix.row 0 side) (matrix.row (- 1) side) = tau * R 1.
  by rewrite self_polar //; congr (_ * R _); apply: val_inj.
rewrite /corner_c /fourth_c -!exprVn; move: (mulVf (R_neq0 0)) (mulVf (R_neq0 1)) (mulVf (R_neq0 (- 1))).
move: (form _ _) (form _ _) (form _ _) (R 0) (R 1) (R (- 1)) (R 0)^-1 (R 1)^-1 (R (- 1))^-1 => f0 f1 f2 r0 r1 r2 i0 i1 i2.
by move=> h0 h1 h2; by_ring (h0, h1, h2).
Qed.

(* The letters of a node in the plane, and on the line. *)
Definition letter_row (i : row * bool) : 'rV[C]_3 :=
  let e := if i.2 then - 'i else 'i in let f := if i.1 is Some true then -1 else 1 in
  \row_k (if k == 0 then f else if k == 1 then f * e else e).
Definition line_letter (i : row * bool) (r : C) : C := 1 + (if i.2 then - 'i else 'i) * r.

Lemma coplanar_value (i k : row * bool) : i.1 -> k.1 -> value [:: i; k; (rc, false)] coplanar =
  form (letter_row i) (letter_row k) / 8%:R +
  (- (t + 'i) * (line_letter i s * line_letter k s) + (s + 'i) * (line_letter i t * line_letter k t)) / (8%:R * (s - t)).
Proof.
move=> i1 k1; rewrite -four_squares three.
have fourth_real m : fourth 0 m \is Num.real.
  by rewrite /fourth summxE rpred_sum // => j _; rewrite !mxE rpredM ?realV.
have plane (l : row * bool) (p : 'rV[C]_3) w : l.1 -> (forall m, p 0 m \is Num.real) -> letter l (in_plane p w) = dot (letter_row l) p.
  move=> l1 pR; have [p0 p1 p2] := And3 (CrealP (pR 0)) (CrealP (pR 1)) (CrealP (pR (- 1))).
  case: l l1 => [[[]|] []] // _; rewrite /letter /dot !mxE /=; by_ring (@conjCi C, p0, p1, p2).
have line (l : row * bool) r w : l.1 -> r \is Num.real -> letter l (on_line r w) = line_letter l r.
  by move=> l1 /CrealP rR; case: l l1 => [[[]|] []] // _; rewrite /letter /line_letter /=; by_ring (@conjCi C, rR).
have row_real j m : matrix.row j corner 0 m \is Num.real by rewrite mxE.
have at_c n : letter (rc, false) n = n.2 by [].
rewrite /value /potential /coplanar !big_cons big_nil /word !big_cons !big_nil !at_c.
rewrite !(plane i) // !(plane k) // !(line i) // !(line k) //= invfM.
by move: 8%:R^-1 (s - t)^-1 (corner_c _) (corner_c _) (corner_c _) => h g f0 f1 f2; by_ring.
Qed.

Theorem coplanar_solved : solved coplanar.
Proof.
rewrite /solved /table /= value_conj (value_swap (ra, false) (rb, true)) (value_swap (ra, false) (ra, true)).
rewrite (value_swap (rb, false) (rb, true)) !coplanar_value // /form !mxE /line_letter /height /=.
have h8 : 8%:R^-1 * 8%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
have hst : (s - t)^-1 * s = 1 + (s - t)^-1 * t.
  by apply/eqP; rewrite -subr_eq -mulrBr mulVf // subr_eq0.
have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
rewrite !invfM; move: h8 hst ii; move: (s - t)^-1 8%:R^-1 'i => g h e h8 hst ii.
do 10?[congr (_ :: _)]; try (rewrite -[RHS]conjC0; congr (_^* )).
all: by_ring (h8, hst, ii).
Qed.
End Coplanar.
