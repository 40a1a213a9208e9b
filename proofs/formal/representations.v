(* Every finite group: networks made of representations with an invariant diagonal form. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import network.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Rows.
Variables (F : fieldType) (gT : finGroupType) (N : nat).
Variable rho : gT -> 'M[F]_N.
Hypothesis rhoM : forall x y, rho (x * y)%g = rho x *m rho y.
Variable D : 'rV[F]_N.
Hypothesis D_neq0 : forall k, D 0 k != 0.
Hypothesis form : forall x, rho x *m diag_mx D *m (rho x)^T = diag_mx D.

Lemma row_norm x i : \sum_k D 0 k * rho x i k ^+ 2 = D 0 i.
Proof.
move/matrixP: (form x) => /(_ i i); rewrite !mxE eqxx mulr1n => <-.
apply: eq_bigr => k _; rewrite !mxE (bigD1 k) //= !mxE eqxx mulr1n big1 ?addr0.
  by rewrite expr2 mulrA [rho x i k * D 0 k]mulrC -!mulrA.
by move=> j jk; rewrite !mxE (negbTE jk) mulr0n mulr0.
Qed.

Definition Dinv : 'rV[F]_N := \row_k (D 0 k)^-1.

Lemma diagV : diag_mx D *m diag_mx Dinv = 1%:M.
Proof.
rewrite mulmx_diag -diag_const_mx; congr diag_mx; apply/rowP => k.
by rewrite !mxE mulfV ?D_neq0.
Qed.

Lemma form_dual x : (rho x)^T *m diag_mx Dinv *m rho x = diag_mx Dinv.
Proof.
have U : rho x *m (diag_mx D *m (rho x)^T *m diag_mx Dinv) = 1%:M.
  by rewrite !mulmxA form diagV.
have V : diag_mx D *m ((rho x)^T *m diag_mx Dinv *m rho x) = 1%:M.
  by rewrite !mulmxA; apply: mulmx1C U.
by rewrite -[LHS]mul1mx -(mulmx1C diagV) -(mulmxA (diag_mx Dinv)) V mulmx1.
Qed.

Lemma column_norm y j : \sum_k rho y k j ^+ 2 / D 0 k = (D 0 j)^-1.
Proof.
move/matrixP: (form_dual y) => /(_ j j); rewrite !mxE eqxx mulr1n => <-.
apply: eq_bigr => k _; rewrite !mxE (bigD1 k) //= !mxE eqxx mulr1n big1 ?addr0.
  by rewrite expr2 mulrAC.
by move=> l lk; rewrite !mxE (negbTE lk) mulr0n mulr0.
Qed.

(* N nodes give one entry of the product and a constant. *)
Theorem squares_of_product x y i j :
  \sum_k (D 0 k)^-1 * (D 0 k * rho x i k + rho y k j) ^+ 2 =
  D 0 i + (D 0 j)^-1 + 2%:R * rho (x * y)%g i j.
Proof.
rewrite -(row_norm x i) -(column_norm y j) rhoM mxE mulr_sumr -!big_split /=.
apply: eq_bigr => k _; have Dk := D_neq0 k.
have sq : (D 0 k)^-1 * (D 0 k * rho x i k) ^+ 2 = D 0 k * rho x i k ^+ 2.
  by rewrite exprMn [D 0 k ^+ 2]expr2 !mulrA mulVf // mul1r.
have cross : (D 0 k)^-1 * (D 0 k * rho x i k * rho y k j *+ 2) = 2%:R * (rho x i k * rho y k j).
  by rewrite mulrnAr -(mulrA (D 0 k)) mulKf // mulr_natl.
by rewrite sqrrD mulrDr mulrDr sq cross [(D 0 k)^-1 * _]mulrC addrAC.
Qed.
End Rows.

(* Representations rho_i of degree N_i over C, each with a diagonal form that it keeps, and
   multiplicities m_i for which sum_i m_i tr(rho_i(x)) is the character of the regular
   representation: d at 1, and 0 elsewhere. *)
Section Family.
Variables (C : numClosedFieldType) (gT : finGroupType) (I : finType).
Notation d := (d C gT).
Variables (N : I -> nat) (m : I -> C) (rho : forall i, gT -> 'M[C]_(N i)) (D : forall i, 'rV[C]_(N i)).
Hypothesis rhoM : forall i x y, rho i (x * y)%g = rho i x *m rho i y.
Hypothesis D_neq0 : forall i k, D i 0 k != 0.
Hypothesis form : forall i x, rho i x *m diag_mx (D i) *m (rho i x)^T = diag_mx (D i).
Hypothesis regular : forall x, \sum_i m i * \tr (rho i x) = d * (x == 1%g)%:R.
Implicit Types (x y g : gT).

(* For the entry (p, q) of rho_i, N_i nodes with the output weights m_i rho_i(g^-1)_qp. *)
Definition entry_nodes i (p q : 'I_(N i)) : seq (node C gT) :=
  [seq make (fun x => D i 0 k * rho i x p k) (fun y => rho i y k q)
     (fun g => m i * rho i g^-1%g q p / D i 0 k) | k <- enum 'I_(N i)].
Definition constant g : C :=
  \sum_i \sum_p \sum_q m i * rho i g^-1%g q p * (D i 0 p + (D i 0 q)^-1).
Definition all_entries : seq (node C gT) := flatten [seq flatten [seq flatten
  [seq entry_nodes p q | q <- enum 'I_(N i)] | p <- enum 'I_(N i)] | i <- enum I].
Definition representation_network : seq (node C gT) :=
  make (fun=> 1) (fun=> 0) (fun g => - constant g) :: all_entries.

Lemma squares_entry i (p q : 'I_(N i)) x y g : squares (entry_nodes p q) x y g =
  m i * rho i g^-1%g q p * (D i 0 p + (D i 0 q)^-1) + 2%:R * (m i * (rho i (x * y)%g p q * rho i g^-1%g q p)).
Proof.
rewrite /squares big_map big_enum /= (eq_bigr (fun k => m i * rho i g^-1%g q p *
  ((D i 0 k)^-1 * (D i 0 k * rho i x p k + rho i y k q) ^+ 2))) => [|k _]; last by rewrite !ffunE -mulrA.
rewrite -mulr_sumr (squares_of_product (@rhoM i) (@D_neq0 i) (@form i)) mulrDr; congr (_ + _).
by rewrite mulrCA; congr (_ * _); rewrite -mulrA [rho i g^-1%g q p * _]mulrC.
Qed.

Lemma squares_entries x y g : squares all_entries x y g = constant g + 2%:R * (d * target C x y g).
Proof.
rewrite /all_entries squares_flatten big_enum /=.
rewrite (eq_bigr (fun i => \sum_p \sum_q (m i * rho i g^-1%g q p * (D i 0 p + (D i 0 q)^-1)
    + 2%:R * (m i * (rho i (x * y)%g p q * rho i g^-1%g q p))))) => [|i _]; last first.
  rewrite squares_flatten big_enum /=; apply: eq_bigr => p _.
  by rewrite squares_flatten big_enum /=; apply: eq_bigr => q _; rewrite squares_entry.
under eq_bigr do under eq_bigr do rewrite big_split /=.
under eq_bigr do rewrite big_split /=; rewrite big_split; congr (_ + _).
rewrite /target eq_mulgV1 -regular mulr_sumr; apply: eq_bigr => i _.
rewrite (rhoM _ (x * y)%g) /mxtrace !mulr_sumr; apply: eq_bigr => p _; rewrite mxE !mulr_sumr.
by apply: eq_bigr => q _.
Qed.

(* Zero one-hot loss: such a network multiplies in the group. *)
Theorem representation_zero_loss : onehot_loss (output representation_network) = 0.
Proof.
apply: zero_onehot => x y g; rewrite /representation_network -cat1s squares_cat squares1 squares_entries !ffunE.
by rewrite addr0 expr1n mulr1 addrA addNr add0r.
Qed.

(* One node, and N nodes for each of the N^2 entries. *)
Theorem representation_width : size representation_network = (\sum_i N i ^ 3)%N.+1.
Proof.
rewrite /= /all_entries size_flatten /shape -map_comp sumnE big_map big_enum /=; congr _.+1.
apply: eq_bigr => i _; rewrite /= size_flatten /shape -map_comp sumnE big_map big_enum /=.
rewrite (eq_bigr (fun=> N i * N i)%N) => [|p _]; last first.
  rewrite /= size_flatten /shape -map_comp sumnE big_map big_enum /=.
  rewrite (eq_bigr (fun=> N i)) => [|q _]; last by rewrite /= size_map size_enum_ord.
  by rewrite sum_nat_const card_ord.
by rewrite sum_nat_const card_ord !expnS expn0 muln1.
Qed.
End Family.

(* Such representations exist for every finite group: the regular one is enough. *)
Section Regular.
Variables (C : numClosedFieldType) (gT : finGroupType).
Notation n := #|gT|.
Implicit Types (x y : gT).
Definition regular_matrix x : 'M[C]_n := \matrix_(i, j) ((enum_val i * x)%g == enum_val j)%:R.

Lemma regular_sum (F : 'I_n -> C) g : \sum_k (g == enum_val k)%:R * F k = F (enum_rank g).
Proof.
rewrite (bigD1 (enum_rank g)) //= enum_rankK eqxx mul1r big1 ?addr0 // => k kg.
case: eqP => [gk|_]; last by rewrite mul0r.
by rewrite gk enum_valK eqxx in kg.
Qed.

Lemma regularM x y : regular_matrix (x * y)%g = regular_matrix x *m regular_matrix y.
Proof.
apply/matrixP => i j; rewrite !mxE; under [RHS]eq_bigr do rewrite !mxE.
by rewrite regular_sum enum_rankK mulgA.
Qed.

Lemma regular_form x : regular_matrix x *m diag_mx (const_mx 1) *m (regular_matrix x)^T =
  diag_mx (const_mx 1 : 'rV_n).
Proof.
rewrite diag_const_mx mulmx1; apply/matrixP => i j; rewrite !mxE; under eq_bigr do rewrite !mxE.
by rewrite regular_sum enum_rankK (inj_eq (mulIg x)) (inj_eq enum_val_inj) eq_sym.
Qed.

Theorem regular_exists : exists z : seq (node C gT), onehot_loss (output z) = 0.
Proof.
exists (representation_network (fun=> 1) (fun=> regular_matrix) (fun _ : unit => const_mx 1)).
apply: representation_zero_loss => [_|_ k|_|x]; [exact: regularM | by rewrite mxE oner_eq0 | exact: regular_form |].
rewrite (big_pred1 tt) => [|[]//]; rewrite mul1r /mxtrace.
under eq_bigr do rewrite mxE -[X in _ == X]mulg1 (inj_eq (mulgI _)).
by rewrite sumr_const card_ord mulr_natl.
Qed.
End Regular.
