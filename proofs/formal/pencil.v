(* How few nodes suffice at one conjugate pair: never three; and the matrices by which one sees it. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Pencil.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Implicit Types (A B s t : C) (n : pair_node) (z : seq pair_node) (x y : row * bool).

(* abc is 1, R_c and R_* vanish, and R_n leaves A = aa-c and B = bb-c, whatever they are. *)
Definition solved_up_to A B z : Prop := table z = [:: 1; 0; 0; 0; A; B; 0; 0; 0; 0].

(* The pencil of conditions: c is replaced by its multiple plus one of its conjugate. *)
Definition coefficient s t n : C := s * n.2 + t * n.2^*.
Definition pairing s t z x y : C := \sum_(n <- z) coefficient s t n * (letter x n * letter y n).
Definition flip x : row * bool := (x.1, ~~ x.2).

Lemma letter_flip x n : (letter (flip x) n)^* = letter x n.
Proof. by case: x => r []; rewrite /letter /= ?conjCK. Qed.

Lemma pairing_value s t z x y : pairing s t z x y =
  s * value [:: x; y; (rc, false)] z + t * (value [:: flip x; flip y; (rc, false)] z)^*.
Proof.
rewrite /pairing /value /potential rmorph_sum !mulr_sumr -big_split /=; apply: eq_bigr => n _.
rewrite /word !big_cons !big_nil !rmorphM rmorph1 /= !letter_flip /coefficient /=.
by move: (letter x n) (letter y n) => p q; rewrite /letter /=; move: n.2^* n.2 => ? ?; by_ring.
Qed.

Lemma value_swap x y z : value [:: x; y; (rc, false)] z = value [:: y; x; (rc, false)] z.
Proof. by apply: eq_bigr => n _; rewrite /word !big_cons !big_nil mulrCA. Qed.

Lemma value_conj x y z :
  value [:: x; y; (rc, true)] z = (value [:: flip x; flip y; (rc, false)] z)^*.
Proof.
rewrite /value /potential rmorph_sum; apply: eq_bigr => n _.
by rewrite /word !big_cons !big_nil !rmorphM rmorph1 /= !letter_flip.
Qed.

(* Its matrix in the rows a, b- and columns a-, b. *)
Definition left (i : 'I_2) : row * bool := if i == 0 then (ra, false) else (rb, true).
Definition right (i : 'I_2) : row * bool := flip (left i).
Definition corner A B s t : 'M[C]_2 := \matrix_(i, k)
  if i == 0 then (if k == 0 then s * A + t * A^* else s)
  else (if k == 0 then t else s * B + t * B^*).

Section Block.
Variables (A B s t : C) (z : seq pair_node).
Hypothesis solved : solved_up_to A B z.

Lemma pairing_corner i k : pairing s t z (left i) (right k) = corner A B s t i k.
Proof.
move: solved; rewrite /solved_up_to /table /=; case=> abc _ _ abc' aac bbc _ _ _ _.
have a'b'c : value [:: (ra, true); (rb, true); (rc, false)] z = 0.
  by apply/eqP; rewrite -conjC_eq0 -(value_conj (ra, false) (rb, false)) abc'.
rewrite pairing_value mxE /left /right /flip /=; case: i k => [[|[|//]] ?] [[|[|//]] ?] //=.
- by rewrite aac (value_swap (ra, true)) aac.
- by rewrite abc a'b'c conjC0 mulr0 mulr1 addr0.
- by rewrite (value_swap (rb, true)) a'b'c (value_swap (rb, false)) abc conjC1 mulr0 mulr1 add0r.
- by rewrite (value_swap (rb, true)) bbc.
Qed.

Lemma pairing_left i k : pairing s t z (left i) (left k) = 0.
Proof.
move: solved; rewrite /solved_up_to /table /=; case=> _ a'bc ab'c _ _ _ aac a'a'c bbc b'b'c.
rewrite pairing_value /left /flip /=; case: i k => [[|[|//]] ?] [[|[|//]] ?] //=;
  rewrite ?aac ?a'a'c ?ab'c ?a'bc ?bbc ?b'b'c ?(value_swap (rb, _)) ?ab'c ?a'bc;
  by rewrite conjC0 !mulr0 addr0.
Qed.

Lemma pairing_right i k : pairing s t z (right i) (right k) = 0.
Proof.
move: solved; rewrite /solved_up_to /table /=; case=> _ a'bc ab'c _ _ _ aac a'a'c bbc b'b'c.
rewrite pairing_value /right /left /flip /=; case: i k => [[|[|//]] ?] [[|[|//]] ?] //=;
  rewrite ?aac ?a'a'c ?ab'c ?a'bc ?bbc ?b'b'c ?(value_swap (rb, _)) ?ab'c ?a'bc;
  by rewrite conjC0 !mulr0 addr0.
Qed.
End Block.

(* The matrix of all four letters is a product through the nodes with a coefficient. *)
Definition pencil A B s t : 'M[C]_(2 + 2) := block_mx 0 (corner A B s t) (corner A B s t)^T 0.
Definition letters (l : 'I_2 -> row * bool) (w : seq pair_node) : 'M[C]_(size w, 2) :=
  \matrix_(j, i) letter (l i) (tnth (in_tuple w) j).
Definition all_letters w : 'M[C]_(size w, 2 + 2) := row_mx (letters left w) (letters right w).
Definition coefficients s t w : 'M[C]_(size w) :=
  diag_mx (\row_j coefficient s t (tnth (in_tuple w) j)).

Lemma letters_product s t w l r :
  (letters l w)^T *m coefficients s t w *m letters r w = \matrix_(i, k) pairing s t w (l i) (r k).
Proof.
apply/matrixP => i k; rewrite mul_mx_diag !mxE /pairing [in RHS]big_tnth; apply: eq_bigr => j _.
by rewrite !mxE; by_ring.
Qed.

Definition present s t z := [seq n <- z | coefficient s t n != 0].

Lemma pairing_present s t z x y : pairing s t (present s t z) x y = pairing s t z x y.
Proof.
rewrite /pairing /present big_filter [RHS](bigID (fun n => coefficient s t n != 0)) /=.
by rewrite [X in _ = _ + X]big1 ?addr0 // => n; rewrite negbK => /eqP->; rewrite mul0r.
Qed.

Lemma pencil_product A B s t z w : solved_up_to A B z -> pairing s t w =2 pairing s t z ->
  (all_letters w)^T *m coefficients s t w *m all_letters w = pencil A B s t.
Proof.
move=> solved same; rewrite tr_row_mx mul_col_mx mul_col_row !letters_product /pencil.
congr block_mx; apply/matrixP => i k; rewrite [LHS]mxE same.
- by rewrite (pairing_left _ _ solved) mxE.
- exact: pairing_corner.
- rewrite [RHS]mxE -(pairing_corner _ _ solved) /pairing; apply: eq_bigr => n _; by rewrite [letter _ _ * _]mulrC.
- by rewrite (pairing_right _ _ solved) mxE.
Qed.

Definition discriminant A B s t : C := (s * A + t * A^*) * (s * B + t * B^*) - s * t.

Lemma corner_unit A B s t : (corner A B s t \in unitmx) = (discriminant A B s t != 0).
Proof.
rewrite unitmxE unitfE (expand_det_row _ ord0) !big_ord_recl big_ord0 /cofactor !det_mx11 !mxE /=.
rewrite /discriminant; congr (_ != _); move: (s * A + _) (s * B + _) => p r.
by rewrite !(expr0, expr1, addr0) /bump /=; by_ring.
Qed.

Lemma pencil_rank A B s t : discriminant A B s t != 0 -> \rank (pencil A B s t) = 4%N.
Proof.
rewrite -corner_unit => unit; apply: mxrank_unit.
have [] := @mulmx1_unit _ _ (pencil A B s t) (block_mx 0 (invmx (corner A B s t)^T) (invmx (corner A B s t)) 0);
  last by [].
rewrite mulmx_block !(mul0mx, mulmx0) !(add0r, addr0).
by rewrite mulmxV // mulmxV ?unitmx_tr // -scalar_mx_block.
Qed.

Lemma letters_rank A B s t z w : solved_up_to A B z -> pairing s t w =2 pairing s t z ->
  discriminant A B s t != 0 -> \rank (all_letters w) = 4%N.
Proof.
move=> solved same /pencil_rank; rewrite -(pencil_product solved same) => four.
by apply/eqP; rewrite eqn_leq rank_leq_col -four mxrankM_maxr.
Qed.

(* Fewer than four nodes with a coefficient make the pencil singular. *)
Theorem four_present A B s t z : solved_up_to A B z -> discriminant A B s t != 0 ->
  (4 <= size (present s t z))%N.
Proof. by move=> solved /(letters_rank solved (pairing_present s t z)) <-; exact: rank_leq_row. Qed.

Lemma not_singular A B : exists s t, discriminant A B s t != 0.
Proof.
have [z0|d0] := eqVneq (discriminant A B 1 0) 0; last by exists 1, 0.
exists 1, 1; move: z0; rewrite /discriminant !(mul1r, mul0r, addr0, subr0) => /eqP.
by rewrite mulf_eq0 => /orP[]/eqP->; rewrite conjC0 addr0 ?mul0r ?mulr0 add0r oppr_eq0 oner_eq0.
Qed.

(* Three nodes never suffice. *)
Theorem at_least_four_nodes A B z : solved_up_to A B z -> (4 <= size z)%N.
Proof.
move=> solved; have [s [t /(four_present solved) four]] := not_singular A B.
exact: leq_trans four (size_subseq (filter_subseq _ _)).
Qed.

(* Nodes whose coefficient is zero only if c is can be left out. *)
Lemma value_present s t z x y k : (forall n, coefficient s t n = 0 -> n.2 = 0) ->
  value [:: x; y; (rc, k)] (present s t z) = value [:: x; y; (rc, k)] z.
Proof.
move=> c0; rewrite /value /potential big_filter [RHS](bigID (fun n => coefficient s t n != 0)) /=.
rewrite [X in _ = _ + X]big1 ?addr0 // => n; rewrite negbK => /eqP/c0 n0.
by rewrite /word !big_cons {3}/letter /= n0; case: k; rewrite ?conjC0 mul0r !mulr0.
Qed.

Lemma solved_present A B s t z : (forall n, coefficient s t n = 0 -> n.2 = 0) ->
  solved_up_to A B z -> solved_up_to A B (present s t z).
Proof. by move=> c0; rewrite /solved_up_to /table /= !value_present. Qed.

(* Where the discriminant vanishes the pencil has rank two at most. *)
Lemma singular_rank A B s t : discriminant A B s t = 0 -> (\rank (pencil A B s t) <= 2)%N.
Proof.
move=> d0; have small : (\rank (corner A B s t) <= 1)%N.
  rewrite -ltnS ltn_neqAle rank_leq_row andbT.
  by have := row_free_unit (corner A B s t); rewrite corner_unit d0 eqxx /row_free => ->.
rewrite /pencil /block_mx -addsmxE (leq_trans (mxrank_adds_leqif _ _)) //.
by rewrite rank_row_0mx rank_row_mx0 mxrank_tr (leq_add small small).
Qed.

Lemma rank_of_five A B s t z : solved_up_to A B z -> (forall n, coefficient s t n = 0 -> n.2 = 0) ->
  discriminant A B s t = 0 -> (6 <= size z)%N.
Proof.
move=> solved c0 d0; pose w := present s t z; have solved_w : solved_up_to A B w by exact: solved_present.
have [s0 [t0 e0]] := not_singular A B; have := singular_rank d0; rewrite -(pencil_product solved_w (fun _ _ => erefl)) => rank2.
have unit : coefficients s t w \in unitmx.
  rewrite unitmxE det_diag unitfE; apply/prodf_neq0 => j _; rewrite mxE.
  by have := mem_tnth j (in_tuple w); rewrite mem_filter => /andP[].
have := mxrank_mul_min ((all_letters w)^T *m coefficients s t w) (all_letters w).
have four := letters_rank solved_w (fun _ _ => erefl) e0.
have -> : \rank ((all_letters w)^T *m coefficients s t w) = 4%N.
  by rewrite mxrankMfree ?row_free_unit // mxrank_tr.
rewrite four => bound.
have := leq_trans bound rank2; rewrite leq_subLR => six.
by apply: leq_trans (size_subseq (filter_subseq _ z)); rewrite -(leq_add2r 2); exact: six.
Qed.
End Pencil.
