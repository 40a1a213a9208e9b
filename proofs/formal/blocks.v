(* The building blocks at one conjugate pair: what each kills and leaves, for all unit parameters. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Blocks.
Variable C : numClosedFieldType.
Implicit Types (u v w x e t s al be : C).

(* A node at one conjugate pair: its entries a, b, c at k; those at -k are their conjugates. *)
Definition pair_node := (C * C * C)%type.
Implicit Types (n m : pair_node) (z : seq pair_node).
Definition one_pair : pair_node := (1, 1, 1).
Definition mul_pair n m : pair_node := (n.1.1 * m.1.1, n.1.2 * m.1.2, n.2 * m.2).

Lemma mul_pairA : associative mul_pair.
Proof. by move=> x y z; rewrite /mul_pair /= !mulrA. Qed.
Lemma mul_pairC : commutative mul_pair.
Proof. by move=> x y; rewrite /mul_pair; congr (_, _, _); rewrite mulrC. Qed.
Lemma mul_pair1 : left_id one_pair mul_pair.
Proof. by case=> [[a b] c]; rewrite /mul_pair /= !mul1r. Qed.
Lemma mul_1pair : right_id one_pair mul_pair.
Proof. by move=> n; rewrite mul_pairC mul_pair1. Qed.
Canonical mul_pair_monoid := Monoid.Law mul_pairA mul_pair1 mul_1pair.
Canonical mul_pair_com := Monoid.ComLaw mul_pairC.
Notation "x ** y" := (mul_weight mul_pair_com x y) (at level 40, left associativity).

(* A potential is written by its letters; a letter is a row, and whether it is conjugate. *)
Definition letter (i : row * bool) n : C :=
  let x := match i.1 with Some false => n.1.1 | Some true => n.1.2 | None => n.2 end in
  if i.2 then x^* else x.
Definition word (s : seq (row * bool)) n : C := \prod_(i <- s) letter i n.
Definition value (s : seq (row * bool)) z : C := potential (word s) z.

Lemma word_multiplicative (s : seq (row * bool)) : multiplicative mul_pair_com (word s).
Proof.
split; first by apply: big1 => [[[[]|] []] _]; rewrite /letter /= ?conjC1.
move=> x y; rewrite /word -big_split; apply: eq_bigr => [[[[]|] []] _] //; exact: rmorphM.
Qed.

Let a := (ra, false). Let b := (rb, false). Let c := (rc, false).
Let a' := (ra, true). Let b' := (rb, true). Let c' := (rc, true).

(* The ten potentials that matter, in this order:
   abc, a-bc, ab-c, abc-, aa-c, bb-c, aac, a-a-c, bbc, b-b-c. *)
Definition ten : seq (seq (row * bool)) := [::
  [:: a; b; c]; [:: a'; b; c]; [:: a; b'; c]; [:: a; b; c'];
  [:: a; a'; c]; [:: b; b'; c]; [:: a; a; c]; [:: a'; a'; c]; [:: b; b; c]; [:: b'; b'; c]].
Definition table z : seq C := [seq value s z | s <- ten].

Theorem table_mul z z1 : table (z ** z1) = [seq p.1 * p.2 | p <- zip (table z) (table z1)].
Proof. by rewrite /table /= /value !(potentialM _ _ (word_multiplicative _)). Qed.

(* The blocks. Parameters have modulus one (on_circle), w is a primitive third root of unity, and e is i,
   or -i for the mirror of xi. *)
Definition on_circle (x : C) : Prop := x * x^* = 1.
Definition syn w : seq pair_node := [:: (1, 1, 1); (w, w, w); (w ^+ 2, w ^+ 2, w ^+ 2)].
Definition nu v : seq pair_node := [:: (1, 1, 1); (v, - v, - v^* ^+ 2)].
Definition xi e x : seq pair_node := [:: (1, 1, 1); (x, - e * x^*, e)].
Definition syn_ab w al be : seq pair_node :=
  [:: (1, 1, 1); (al * w, al^* * w, w); (be * w ^+ 2, be^* * w ^+ 2, w ^+ 2)].
Definition three_c w : seq pair_node := [:: (1, 1, 1); (w, w ^+ 2, 1); (w ^+ 2, w, 1)].
Definition times_c s : seq pair_node := [:: (1, 1, s)].

Lemma conj_third w : w ^+ 2 + w + 1 = 0 -> w^* = w ^+ 2 /\ w * w = - 1 - w.
Proof.
move=> w2; have ww : w * w = - 1 - w.
  by apply/eqP; rewrite -subr_eq0 -w2; apply/eqP; by_ring.
have w3 : w ^+ 3 = 1 by by_ring ww.
have w0 : w != 0 by apply: contra_eqN w3 => /eqP->; rewrite expr0n eq_sym oner_eq0.
split=> //; have w1 : `|w| = 1.
  by apply/eqP; rewrite -(pexpr_eq1 (n := 3)) // -normrX w3 normr1.
by apply: (mulfI w0); rewrite -exprS w3 -normCK w1 expr1n.
Qed.

Lemma circle_conj (x : C) : on_circle x -> x^* * x = 1. Proof. by rewrite mulrC. Qed.

(* Write out the ten values. *)
Local Ltac write_out :=
  rewrite /table /= /value /potential /word unlock /= /letter /=; repeat congr (_ :: _).

Theorem syn_table w : w ^+ 2 + w + 1 = 0 ->
  table (syn w) = [:: 3%:R; 0; 0; 0; 0; 0; 3%:R; 0; 3%:R; 0].
Proof. by case/conj_third => cw h; write_out; by_ring (cw, h). Qed.

Theorem nu_table v : on_circle v -> table (nu v) =
  [:: 2%:R; 1 + v^* ^+ 2; 1 + v^* ^+ 2; 1 + v ^+ 4; 1 - v^* ^+ 2; 1 - v^* ^+ 2;
      0; 1 - v^* ^+ 4; 0; 1 - v^* ^+ 4].
Proof.
by move=> h; write_out; by_ring h.
Qed.

Theorem xi_table e x : e * e = -1 -> e^* = - e -> on_circle x -> table (xi e x) =
  [:: 2%:R; 1 + x^* ^+ 2; 1 - x ^+ 2; 0; 1 + e; 1 + e;
      1 + e * x ^+ 2; 1 + e * x^* ^+ 2; 1 - e * x^* ^+ 2; 1 - e * x ^+ 2].
Proof.
by move=> ee ce h; write_out; by_ring (ee, ce, h).
Qed.

Theorem three_c_table w : w ^+ 2 + w + 1 = 0 ->
  table (three_c w) = [:: 3%:R; 0; 0; 3%:R; 3%:R; 3%:R; 0; 0; 0; 0].
Proof. by case/conj_third => cw h; write_out; by_ring (cw, h). Qed.

Theorem syn_ab_table w al be : w ^+ 2 + w + 1 = 0 -> on_circle al -> on_circle be ->
  table (syn_ab w al be) =
  [:: 3%:R; 1 + w ^+ 2 * be^* ^+ 2 + w * al^* ^+ 2; 1 + w ^+ 2 * be ^+ 2 + w * al ^+ 2; 0; 0; 0;
      1 + al ^+ 2 + be ^+ 2; 1 + w ^+ 2 * al^* ^+ 2 + w * be^* ^+ 2;
      1 + al^* ^+ 2 + be^* ^+ 2; 1 + w ^+ 2 * al ^+ 2 + w * be ^+ 2].
Proof.
by case/conj_third => cw h ha hb; write_out; by_ring (cw, h, ha, hb).
Qed.

(* The imaginary unit, or minus it for the mirror of xi. *)
Definition imaginary e : Prop := e * e = -1 /\ e^* = - e.

Lemma imaginary_i : imaginary 'i.
Proof. by split; rewrite ?conjCi // -expr2 sqrCi. Qed.

Lemma imaginary_on_circle e : imaginary e -> on_circle e.
Proof. by case=> ee ce; rewrite /on_circle ce mulrN ee opprK. Qed.

Theorem nu_i_table e : imaginary e -> table (nu e) = [:: 2%:R; 0; 0; 2%:R; 2%:R; 2%:R; 0; 0; 0; 0].
Proof.
move=> ie; rewrite nu_table; last exact: imaginary_on_circle.
by case: ie => ee ->; repeat congr (_ :: _); by_ring ee.
Qed.

(* Scaling c by a real number scales all ten, so that abc can be made 1. *)
Theorem scaled_table s z : s \is Num.real -> table (times_c s ** z) = [seq s * x | x <- table z].
Proof.
move=> sR; rewrite table_mul; suff -> : table (times_c s) = nseq 10 s by [].
by write_out; by_ring (CrealP sR).
Qed.

(* Products: what one factor leaves, the other kills. *)
Definition order6 w v := times_c 6%:R^-1 ** (syn w ** nu v).
Definition order6_ab w e al be := times_c 6%:R^-1 ** (nu e ** syn_ab w al be).
Definition order9 w := times_c 9%:R^-1 ** (three_c w ** syn w).
Definition order4 e e' x := times_c 4%:R^-1 ** (nu e ** xi e' x).

(* Nine potentials vanish and abc is 1, but for a leftover in R_n. *)
Definition solved z : Prop := table z = [:: 1; 0; 0; 0; 0; 0; 0; 0; 0; 0].
Definition solved_but (l : C) z : Prop := exists p, table z = [:: 1; 0; 0; 0; p; l - p; 0; 0; 0; 0].

Local Ltac tables := rewrite scaled_table ?(realV, realn) // table_mul.
Local Ltac zeros := rewrite /= !(mul0r, mulr0).

Theorem order6_solved w v : w ^+ 2 + w + 1 = 0 -> on_circle v -> solved (order6 w v).
Proof.
move=> hw hv; rewrite /solved /order6; tables; rewrite syn_table // nu_table //; zeros.
by rewrite -natrM mulVf ?pnatr_eq0.
Qed.

Theorem order6_ab_solved w e al be : w ^+ 2 + w + 1 = 0 -> imaginary e ->
  on_circle al -> on_circle be -> solved (order6_ab w e al be).
Proof.
move=> hw he ha hb; rewrite /solved /order6_ab; tables; rewrite nu_i_table // syn_ab_table //; zeros.
by rewrite -natrM mulVf ?pnatr_eq0.
Qed.

Theorem order9_solved w : w ^+ 2 + w + 1 = 0 -> solved (order9 w).
Proof.
move=> hw; rewrite /solved /order9; tables; rewrite three_c_table // syn_table //; zeros.
by rewrite -natrM mulVf ?pnatr_eq0.
Qed.

(* Order 4 leaves the constant T[0,0,k] = aa-c + bb-c = 1 + i, whatever xi is. *)
Theorem order4_solved e e' x : imaginary e -> imaginary e' -> on_circle x ->
  solved_but (1 + e') (order4 e e' x).
Proof.
move=> he he' hx; exists ((1 + e') / 2%:R); rewrite /order4; tables; rewrite nu_i_table //.
case: (he') => ee ce; rewrite xi_table //; zeros.
have -> : 4%:R^-1 * (2%:R * (1 + e')) = (1 + e') / 2%:R.
  by rewrite mulrA mulrC (natrM _ 2 2) invfM mulfVK ?pnatr_eq0.
rewrite -natrM mulVf ?pnatr_eq0 // -[X in X - _](mulfVK (_ : 2%:R != 0)) ?pnatr_eq0 //.
by rewrite mulr_natr mulr2n addrK.
Qed.

(* All blocks of order 4 (order4.v): with x and eps of modulus one, eps^* != eps, and real rho, sigma != 0. *)
Definition xi_pair eps rho sigma x : seq pair_node := let gap := eps^* - eps in
  [:: (rho, 1, eps^* / (rho * gap)); (sigma * x, eps * x^*, - (sigma * gap)^-1)].
Definition order4_any e eps rho sigma x := times_c 2%:R^-1 ** (nu e ** xi_pair eps rho sigma x).
Definition left4 eps rho sigma : C :=
  (eps^* * (rho + rho^-1) - (sigma + sigma^-1)) / (eps^* - eps).

Theorem order4_any_solved e eps rho sigma x : imaginary e -> on_circle eps -> eps^* != eps ->
  on_circle x -> rho \is Num.real -> rho != 0 -> sigma \is Num.real -> sigma != 0 ->
  solved_but (left4 eps rho sigma) (order4_any e eps rho sigma x).
Proof.
move=> he /circle_conj heps; rewrite -subr_eq0 => gap0 /circle_conj hx /CrealP rR r0 /CrealP sR s0.
exists ((eps^* * rho - sigma) / (eps^* - eps)); rewrite /order4_any; tables; rewrite nu_i_table //.
rewrite /table /= /value /potential /word unlock /= /letter /= ?(rmorphM, rmorphX, rmorphN, rmorph1, conjCK).
rewrite !(rmorphM, rmorphB, fmorphV, conjCK) /= rR sR; zeros; rewrite /left4 /xi_pair.
have g1 : (eps^* - eps)^-1 * (eps^* - eps) = 1 by rewrite mulVf.
have -> : eps - eps^* = - (eps^* - eps) by rewrite opprB.
have r1 : rho^-1 * rho = 1 by rewrite mulVf.
have s1 : sigma^-1 * sigma = 1 by rewrite mulVf.
rewrite !mulKf ?pnatr_eq0 // !mulrN !invrN !invfM; move: x^* hx g1 r1 s1 heps => x1.
move: eps^* rho^-1 sigma^-1 (eps^* - eps)^-1 => e1 r s g hx g1 r1 s1 heps.
have g2 : g * e1 = 1 + g * eps by move: g1; rewrite mulrBr => /(canRL (subrK _)).
by do 10?[congr (_ :: _)]; first [by_ring (hx, r1, s1, g2) | by_ring (hx, r1, s1, heps)].
Qed.

Lemma solved_is_solved_but z : solved z -> solved_but 0 z.
Proof. by move=> H; exists 0; rewrite subrr. Qed.

(* Orders, the numbers of nodes. *)
Theorem block_orders w v e e' x al be : [/\ size (order6 w v) = 6, size (order6_ab w e al be) = 6,
  size (order9 w) = 9 & size (order4 e e' x) = 4]%N.
Proof. by split; rewrite !order_mul. Qed.

(* The potentials without c, of which carriers are made: ab, a-b, aa, bb, aa-, bb-. *)
Definition six : seq (seq (row * bool)) :=
  [:: [:: a; b]; [:: a'; b]; [:: a; a]; [:: b; b]; [:: a; a']; [:: b; b']].
Definition energies z : seq C := [seq value s z | s <- six].

Theorem energies_mul z z1 : energies (z ** z1) = [seq p.1 * p.2 | p <- zip (energies z) (energies z1)].
Proof. by rewrite /energies /= /value !(potentialM _ _ (word_multiplicative _)). Qed.

Theorem order6_energies w v : w ^+ 2 + w + 1 = 0 -> on_circle v ->
  energies (order6 w v) = [:: 0; 0; 0; 0; 6%:R; 6%:R].
Proof.
move=> hw hv; have [cw h] := conj_third hw.
have -> : energies (order6 w v) = [seq p.1 * p.2 | p <- zip (energies (syn w)) (energies (nu v))].
  have ones s : energies (times_c s) = nseq 6 1.
    by rewrite /energies; write_out; by_ring.
  by rewrite /order6 energies_mul ones energies_mul /= !mul1r.
have -> : energies (syn w) = [:: 0; 3%:R; 0; 0; 3%:R; 3%:R].
  by rewrite /energies; write_out; by_ring (cw, h).
have -> : energies (nu v) = [:: 1 - v ^+ 2; 0; 1 + v ^+ 2; 1 + v ^+ 2; 2%:R; 2%:R].
  by rewrite /energies; write_out; by_ring hv.
by zeros; rewrite -natrM.
Qed.
End Blocks.
