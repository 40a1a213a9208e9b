(* The dual of a finite Abelian group: its characters, over any algebraically closed field with a norm. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra all_solvable all_field all_character.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* A group of characters of gT, with values in C: a pairing that is a homomorphism in both
   arguments and orthogonal in both. *)
Record dual (C : numClosedFieldType) (gT : finGroupType) := Dual {
  character :> finGroupType;
  chi : character -> gT -> C;
  chiM : forall k x y, chi k (x * y)%g = chi k x * chi k y;
  chiD : forall k l x, chi (k * l)%g x = chi k x * chi l x;
  sum_over_group : forall k, \sum_x chi k x = #|gT|%:R * (k == 1%g)%:R;
  sum_over_dual : forall x, \sum_k chi k x = #|gT|%:R * (x == 1%g)%:R }.
Arguments chi {C gT d} : rename.

Section Characters.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (x y g : gT) (k l : X).
Notation d := (#|gT|%:R : C).

Lemma card_neq0 : d != 0.
Proof. by rewrite pnatr_eq0 -lt0n; apply/card_gt0P; exists 1%g. Qed.

Lemma chi_neq0 k x : chi k x != 0.
Proof.
apply/eqP => kx; have := sum_over_group (1 : X)%g; rewrite eqxx mulr1.
move/eqP; apply/negP; have k1 : chi k 1%g = 0 by rewrite -(mulgV x) chiM kx mul0r.
have k0 y : chi k y = 0 by rewrite -[y]mulg1 chiM k1 mulr0.
have e0 y : chi (1 : X)%g y = 0 by rewrite -(mulgV k) chiD k0 mul0r.
by rewrite eq_sym big1 ?card_neq0.
Qed.

Lemma chi1 k : chi k 1%g = 1.
Proof. by apply: (mulfI (chi_neq0 k 1%g)); rewrite mulr1 -chiM mulg1. Qed.

Lemma chi_one x : chi (1 : X)%g x = 1.
Proof. by apply: (mulfI (chi_neq0 1%g x)); rewrite mulr1 -chiD mulg1. Qed.

Lemma chiV k x : chi k x^-1%g = (chi k x)^-1.
Proof. by apply: (mulfI (chi_neq0 k x)); rewrite -chiM mulgV chi1 mulfV ?chi_neq0. Qed.

Lemma chi_exp k x n : chi k (x ^+ n)%g = chi k x ^+ n.
Proof. by elim: n => [|n IH]; rewrite ?expg0 ?chi1 // expgS exprS chiM IH. Qed.

Lemma norm_chi k x : `|chi k x| = 1.
Proof.
apply/eqP; rewrite -(pexpr_eq1 (n := #[x])) ?normr_ge0 ?order_gt0 //.
by rewrite -normrX -chi_exp expg_order chi1 normr1.
Qed.

(* The character -k is the conjugate of k. *)
Lemma chi_conj k x : (chi k x)^* = chi k x^-1%g.
Proof. by rewrite chiV invC_norm norm_chi expr1n invr1 mul1r. Qed.

Lemma chiN k x : chi k^-1%g x = (chi k x)^*.
Proof.
rewrite chi_conj chiV; apply: (mulfI (chi_neq0 k x)).
by rewrite -chiD mulgV chi_one mulfV ?chi_neq0.
Qed.

Lemma chi_mul_conj k x : chi k x * (chi k x)^* = 1.
Proof. by rewrite -normCK norm_chi expr1n. Qed.

Lemma card_dual : #|X| = #|gT|.
Proof.
apply/eqP; rewrite -(eqr_nat C); have := sum_over_dual X (1 : gT)%g.
by rewrite eqxx mulr1 => <-; rewrite (eq_bigr (fun=> 1)) => [|k _]; rewrite ?sumr_const ?chi1.
Qed.

Lemma dual_commutes k l : (k * l = l * k)%g.
Proof.
apply/eqP; rewrite eq_mulgV1; apply: contraT => kl.
have := sum_over_group (k * l * (l * k)^-1 : X)%g; rewrite (negPf kl) mulr0.
rewrite (eq_bigr (fun=> 1)) => [/eqP|x _].
  by rewrite sumr_const -[_ *+ _]mulr_natl mulr1 (negPf card_neq0).
by rewrite chiD chiN [chi (k * l)%g x]chiD mulrC mulrC [chi k x * _]mulrC -chiD chi_mul_conj.
Qed.

(* The two orthogonality relations. *)
Theorem orthogonality k l : \sum_x chi k x * (chi l x)^* = d * (k == l)%:R.
Proof.
rewrite (eq_bigr (fun x => chi (k * l^-1)%g x)) => [|x _]; last by rewrite chiD chiN.
by rewrite sum_over_group -eq_mulgV1.
Qed.

Theorem dual_orthogonality x y : \sum_(k : X) chi k x * (chi k y)^* = d * (x == y)%:R.
Proof.
rewrite (eq_bigr (fun k : X => chi k (x * y^-1)%g)) => [|k _]; last by rewrite chiM chi_conj.
by rewrite sum_over_dual -eq_mulgV1.
Qed.

(* Parseval, for functions given by their coefficients. *)
Theorem parseval (F : X -> C) : \sum_x `|\sum_k F k * chi k x| ^+ 2 = d * \sum_k `|F k| ^+ 2.
Proof.
transitivity (\sum_x \sum_k \sum_l F k * (F l)^* * (chi k x * (chi l x)^*)).
  apply: eq_bigr => x _; rewrite normCK rmorph_sum mulr_suml; apply: eq_bigr => k _.
  by rewrite mulr_sumr; apply: eq_bigr => l _; rewrite rmorphM mulrACA.
rewrite exchange_big mulr_sumr; apply: eq_bigr => k _.
rewrite exchange_big (bigD1 k) //= [X in _ + X]big1 ?addr0 => [|l lk].
  by rewrite -mulr_sumr orthogonality eqxx mulr1 normCK mulrC.
by rewrite -mulr_sumr orthogonality eq_sym (negPf lk) !mulr0.
Qed.

(* Every function is a sum of characters: the Fourier inversion. *)
Definition coefficient (w : gT -> C) k : C := d^-1 * \sum_x w x * (chi k x)^*.

Theorem fourier_inversion w x : w x = \sum_k coefficient w k * chi k x.
Proof.
transitivity (d^-1 * \sum_y w y * \sum_(k : X) chi k x * (chi k y)^*).
  rewrite (bigD1 x) //= [X in _ + X]big1 ?addr0 => [|y yx].
    by rewrite dual_orthogonality eqxx mulr1 mulrCA mulVf ?mulr1 ?card_neq0.
  by rewrite dual_orthogonality eq_sym (negPf yx) !mulr0.
under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big mulr_sumr; apply: eq_bigr => k _; rewrite -mulrA mulr_suml.
by congr (_ * _); apply: eq_bigr => y _; rewrite mulrAC mulrA.
Qed.

Theorem coefficients_unique (F : X -> C) k : coefficient (fun x => \sum_l F l * chi l x) k = F k.
Proof.
transitivity (d^-1 * \sum_l F l * \sum_x chi l x * (chi k x)^*).
  congr (_ * _); under eq_bigr do rewrite mulr_suml.
  rewrite exchange_big; apply: eq_bigr => l _; rewrite mulr_sumr.
  by apply: eq_bigr => x _; rewrite mulrA.
rewrite (bigD1 k) //= [X in _ + X]big1 ?addr0 => [|l lk].
  by rewrite orthogonality eqxx mulr1 mulrCA mulVf ?mulr1 ?card_neq0.
by rewrite orthogonality (negPf lk) !mulr0.
Qed.
End Characters.

(* A character of an algebraic number field's values, with values in C instead. *)
Section Transport.
Variables (C : numClosedFieldType) (n : nat).
Hypothesis n_gt0 : (0 < n)%N.

Lemma primitive_root_exists : exists w : C, n.-primitive_root w.
Proof.
pose p : {poly C} := 'X^n - 1; have [r Dp] := closed_field_poly_normal p.
rewrite (monicP _) ?monic_Xn_sub_1 // scale1r in Dp.
have rn1: all n.-unity_root r by apply/allP=> z; rewrite -root_prod_XsubC -Dp.
have sz_r: (n < (size r).+1)%N by rewrite -(size_prod_XsubC r id) -Dp size_Xn_sub_1.
have [|z] := hasP (has_prim_root n_gt0 rn1 _ sz_r); last by exists z.
by rewrite -separable_prod_XsubC -Dp separable_Xn_sub_1 // pnatr_eq0 -lt0n.
Qed.

Variables (z : algC) (w : C).
Hypotheses (z_prim : n.-primitive_root z) (w_prim : n.-primitive_root w).

Definition transport (u : algC) : C := if [pick i : 'I_n | u == z ^+ i] is Some i then w ^+ i else 0.

Lemma transport_root i : transport (z ^+ i) = w ^+ i.
Proof.
rewrite /transport; case: pickP => [j|/(_ (Ordinal (ltn_pmod i n_gt0)))].
  by rewrite (eq_prim_root_expr z_prim) => /eqP ij; apply/eqP; rewrite (eq_prim_root_expr w_prim) ij.
by rewrite /= prim_expr_mod ?eqxx.
Qed.

Lemma transportM u v : u ^+ n = 1 -> v ^+ n = 1 -> transport (u * v) = transport u * transport v.
Proof.
by do 2!move/(prim_rootP z_prim) => [? ->]; rewrite -exprD !transport_root exprD.
Qed.

Lemma transport_eq1 u : u ^+ n = 1 -> (transport u == 1) = (u == 1).
Proof.
move/(prim_rootP z_prim) => [i ->]; rewrite transport_root -(expr0 w) -(expr0 z).
by rewrite (eq_prim_root_expr z_prim) (eq_prim_root_expr w_prim).
Qed.
End Transport.

Lemma fixed0 (C : fieldType) (a S : C) : a != 1 -> a * S = S -> S = 0.
Proof.
by move=> a1 /eqP; rewrite -subr_eq0 -{2}[S]mul1r -mulrBl mulf_eq0 subr_eq0 (negPf a1) => /eqP.
Qed.

(* Every finite Abelian group has its dual, over every such field. *)
Theorem dual_exists (C : numClosedFieldType) (gT : finGroupType) :
  abelian [set: gT] -> inhabited (dual C gT).
Proof.
move=> abG; pose G := [set: gT]%G; pose n := #|gT|.
have n_gt0 : (0 < n)%N by apply/card_gt0P; exists 1%g.
have [w w_prim] := primitive_root_exists C n_gt0.
have [z z_prim] := primitive_root_exists [numClosedFieldType of algC] n_gt0.
have [L [h [h_inj cardL h_lin h_onto] [h1 hM _ _ _]]] := lin_char_group G.
have inG x : x \in G := in_setT x.
have cardLn : #|L| = n by rewrite cardL (derG1P abG) indexg1 cardsT.
have h_root k x : h k x ^+ n = 1.
  by rewrite -(lin_charX (h_lin k)) // /n -cardsT (expg_cardG (inG x)) lin_char1.
pose t := transport n z w.
have tM k x l y : t (h k x * h l y) = t (h k x) * t (h l y) by exact: transportM.
have t1 k x : (t (h k x) == 1) = (h k x == 1) by exact: transport_eq1.
have h11 x : h 1%g x = 1 by rewrite h1 cfun1E inG.
have mulx k x y : h k (x * y)%g = h k x * h k y by rewrite lin_charM.
have mulk k l x : h (k * l)%g x = h k x * h l x by rewrite hM cfunE.
have over_group k : \sum_x t (h k x) = #|gT|%:R * (k == 1%g)%:R.
  have [->|k1] := eqVneq; first by rewrite mulr1 (eq_bigr (fun=> 1)) ?sumr_const // => x _;
    apply/eqP; rewrite t1 h11.
  rewrite mulr0; have [x] : exists x, h k x != 1.
    apply/existsP; apply: contraNT k1; rewrite negb_exists => /forallP hk.
    by apply/eqP/h_inj/cfunP => x; rewrite h11; apply/eqP; rewrite -[_ == _]negbK.
  rewrite -t1 => tx; apply/eqP; have : t (h k x) * (\sum_y t (h k y)) = \sum_y t (h k y).
    rewrite mulr_sumr [RHS](reindex_inj (mulgI x)); apply: eq_bigr => y _; by rewrite mulx tM.
  by move/(fixed0 tx)->.
have over_dual x : \sum_k t (h k x) = #|gT|%:R * (x == 1%g)%:R.
  have [->|x1] := eqVneq.
    rewrite mulr1 (eq_bigr (fun=> 1)) ?sumr_const ?cardLn // => k _.
    by apply/eqP; rewrite t1 lin_char1.
  rewrite mulr0; have [k] : exists k, h k x != 1.
    apply/existsP; apply: contraNT x1; rewrite negb_exists => /forallP hk.
    suff: x \in \bigcap_i cfker 'chi[G]_i by rewrite TI_cfker_irr inE.
    apply/bigcapP => i _; rewrite cfkerEirr inE.
    have [k ->] := h_onto _ (char_abelianP _ abG i).
    by rewrite (lin_char1 (h_lin k)) -[_ == _]negbK.
  rewrite -t1 => tk; apply/eqP; have : t (h k x) * (\sum_l t (h l x)) = \sum_l t (h l x).
    rewrite mulr_sumr [RHS](reindex_inj (mulgI k)); apply: eq_bigr => l _; by rewrite mulk tM.
  by move/(fixed0 tk)->.
split; apply: (@Dual C gT L (fun k x => t (h k x))) => //; first by move=> k x y; rewrite mulx tM.
by move=> k l x; rewrite mulk tM.
Qed.
