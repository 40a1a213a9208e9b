(* The function tensor, and the loss as the sum of its squared errors: exact and two-sided. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Criterion.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l : X) (x y g : gT).
Notation d := (d C gT).
(* A node in spectral coordinates: an entry for each row and character. *)
Notation spectral := {ffun row * X -> C}.
Implicit Types (j : spectral) (z : seq spectral) (E T : X -> X -> X -> C).

(* Its weights: w_a[x] = sum_k a_k chi_k(x), w_b likewise, w_c[g] = sum_k c_k conj(chi_k(g)). *)
Definition synthesis j : node C gT :=
  make (fun x => \sum_k j (ra, k) * chi k x) (fun x => \sum_k j (rb, k) * chi k x)
       (fun g => \sum_k j (rc, k) * (chi k g)^*).
Definition network z : seq (node C gT) := map synthesis z.

(* The function tensor, made of potentials. *)
Definition rho z (idx : seq (row * X)) : C := potential (monomial idx) z.
Definition T z k1 k2 k : C :=
  rho z [:: (ra, k1); (rb, k2); (rc, k)]
  + 2%:R^-1 * (k2 == 1%g)%:R * (\sum_l rho z [:: (ra, l); (ra, k1 * l^-1)%g; (rc, k)])
  + 2%:R^-1 * (k1 == 1%g)%:R * (\sum_l rho z [:: (rb, l); (rb, k2 * l^-1)%g; (rc, k)]).
Definition diagonal k1 k2 k : C := ((k1 == k) && (k2 == k))%:R.

(* Functions of two inputs and an output, by their coefficients. *)
Definition expansion E x y g : C :=
  d^-1 * \sum_k \sum_k1 \sum_k2 E k1 k2 k * (chi k1 x * chi k2 y * (chi k g)^*).

Lemma expansion_nested E x y g : expansion E x y g =
  d^-1 * \sum_k (\sum_k1 (\sum_k2 E k1 k2 k * chi k2 y) * chi k1 x) * (chi k g)^*.
Proof.
congr (_ * _); apply: eq_bigr => k _; rewrite mulr_suml; apply: eq_bigr => k1 _.
rewrite -mulrA mulr_suml; apply: eq_bigr => k2 _; rewrite -!mulrA; congr (_ * _).
by rewrite mulrCA.
Qed.

Lemma parseval_conj (F : X -> C) : \sum_g `|\sum_k F k * (chi k g)^*| ^+ 2 = d * \sum_k `|F k| ^+ 2.
Proof.
rewrite [in RHS](reindex_inj invg_inj) -(parseval (fun k => F k^-1%g)); apply: eq_bigr => g _.
by rewrite (reindex_inj invg_inj); do 2![congr (_ ^+ 2) || congr `|_|]; apply: eq_bigr => k _;
  rewrite chiN conjCK.
Qed.

Theorem parseval3 E :
  d ^- 2 * (\sum_x \sum_y \sum_g `|expansion E x y g| ^+ 2) = d^-1 * \sum_k \sum_k1 \sum_k2 `|E k1 k2 k| ^+ 2.
Proof.
have d0 := d_neq0 C gT; have nd : `|d| = d by rewrite normr_nat.
transitivity (d ^- 2 * (d ^- 2 * (\sum_x \sum_y d * \sum_k
    `|\sum_k1 (\sum_k2 E k1 k2 k * chi k2 y) * chi k1 x| ^+ 2)) : C).
  congr (_ * _); rewrite mulr_sumr; apply: eq_bigr => x _; rewrite mulr_sumr; apply: eq_bigr => y _.
  rewrite -parseval_conj mulr_sumr; apply: eq_bigr => g _.
  by rewrite expansion_nested normrM exprMn normfV nd exprVn.
transitivity (d ^- 2 * (d ^- 2 * (d * (\sum_y d * \sum_k \sum_k1 `|\sum_k2 E k1 k2 k * chi k2 y| ^+ 2))) : C).
  do 2!congr (_ * _); rewrite exchange_big mulr_sumr; apply: eq_bigr => y _.
  rewrite -mulr_sumr; congr (_ * _); rewrite exchange_big mulr_sumr; apply: eq_bigr => k _.
  exact: parseval.
rewrite -mulr_sumr exchange_big.
rewrite (eq_bigr (fun k => d * \sum_k1 \sum_k2 `|E k1 k2 k| ^+ 2)) => [|k _].
  by rewrite -mulr_sumr expr2 invfM -!mulrA !mulKf.
by rewrite exchange_big mulr_sumr; apply: eq_bigr => k1 _; apply: parseval.
Qed.

(* The square of a sum of characters. *)
Lemma square_of_sum (F : X -> C) x :
  (\sum_k F k * chi k x) ^+ 2 = \sum_k (\sum_l F l * F (k * l^-1)%g) * chi k x.
Proof.
rewrite expr2 mulr_suml; under [RHS]eq_bigr do rewrite mulr_suml.
rewrite [RHS]exchange_big; apply: eq_bigr => l _; rewrite mulr_sumr.
rewrite [RHS](reindex_inj (mulIg l)); apply: eq_bigr => k _.
by rewrite mulgK chiD mulrACA [chi l x * _]mulrC.
Qed.

Lemma half_square (a b c : C) :
  2%:R^-1 * (c * (a + b) ^+ 2) = (a * b + 2%:R^-1 * a ^+ 2 + 2%:R^-1 * b ^+ 2) * c.
Proof.
have: 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
move: 2%:R^-1 => h half; rewrite -[a * b]mulr1 -[X in a * b * X]half.
by_ring.
Qed.

(* What one node contributes to the tensor. *)
Definition node_T j k1 k2 k : C :=
  (j (ra, k1) * j (rb, k2)
  + 2%:R^-1 * (k2 == 1%g)%:R * (\sum_l j (ra, l) * j (ra, k1 * l^-1)%g)
  + 2%:R^-1 * (k1 == 1%g)%:R * (\sum_l j (rb, l) * j (rb, k2 * l^-1)%g)) * j (rc, k).

Theorem T_nodes z k1 k2 k : T z k1 k2 k = \sum_(j <- z) node_T j k1 k2 k.
Proof.
have three j (a b c : row * X) : monomial [:: a; b; c] j = j a * j b * j c.
  by rewrite /monomial !big_cons big_nil mulr1 mulrA.
rewrite /T /rho /potential.
have pull (F : X -> spectral -> C) s : s * (\sum_l \sum_(j <- z) F l j) = \sum_(j <- z) s * \sum_l F l j.
  by rewrite exchange_big mulr_sumr.
rewrite !pull -!big_split; apply: eq_bigr => j _ /=.
rewrite three /node_T !mulrDl; congr (_ + _ + _); rewrite -[RHS]mulrA mulr_suml; congr (_ * _);
  by apply: eq_bigr => l _; rewrite three.
Qed.

(* The network's output has the function tensor as its coefficients. *)
Theorem output_T z x y g : output (network z) x y g = expansion (T z) x y g.
Proof.
have d0 := d_neq0 C gT; have two0 : 2%:R != 0 :> C by rewrite pnatr_eq0.
transitivity (\sum_(j <- z) expansion (node_T j) x y g); last first.
  rewrite /expansion -mulr_sumr exchange_big; congr (_ * _); apply: eq_bigr => k _.
  rewrite exchange_big; apply: eq_bigr => k1 _; rewrite exchange_big; apply: eq_bigr => k2 _.
  by rewrite T_nodes mulr_suml.
rewrite /output /squares big_map mulr_sumr; apply: eq_bigr => j _.
rewrite /expansion !ffunE invfM [2%:R^-1 * _]mulrC -mulrA; congr (_ * _).
set a := \sum_k _ * chi k x; set b := \sum_k _ * chi k y; set c := \sum_k _.
pose S (F : X -> X -> C) := \sum_k1 \sum_k2 F k1 k2 * (chi k1 x * chi k2 y).
have S_ab : S (fun k1 k2 => j (ra, k1) * j (rb, k2)) = a * b.
  rewrite /a mulr_suml; apply: eq_bigr => k1 _; rewrite mulr_sumr.
  by apply: eq_bigr => k2 _; rewrite mulrACA.
have S_aa : S (fun k1 k2 => 2%:R^-1 * (k2 == 1%g)%:R * (\sum_l j (ra, l) * j (ra, k1 * l^-1)%g)) =
    2%:R^-1 * a ^+ 2.
  rewrite square_of_sum mulr_sumr; apply: eq_bigr => k1 _.
  rewrite (bigD1 1%g) //= eqxx mulr1 chi_one mulr1 -mulrA [X in _ + X]big1 ?addr0 // => k2 /negPf->.
  by rewrite mulr0 !mul0r.
have S_bb : S (fun k1 k2 => 2%:R^-1 * (k1 == 1%g)%:R * (\sum_l j (rb, l) * j (rb, k2 * l^-1)%g)) =
    2%:R^-1 * b ^+ 2.
  rewrite square_of_sum mulr_sumr /S exchange_big; apply: eq_bigr => k2 _.
  rewrite (bigD1 1%g) //= eqxx mulr1 chi_one mul1r -mulrA [X in _ + X]big1 ?addr0 // => k1 /negPf->.
  by rewrite mulr0 !mul0r.
transitivity ((a * b + 2%:R^-1 * a ^+ 2 + 2%:R^-1 * b ^+ 2) * c).
  exact: half_square.
rewrite -S_ab -S_aa -S_bb -!big_split mulr_sumr; apply: eq_bigr => k _; rewrite mulr_suml.
apply: eq_bigr => k1 _; rewrite -!big_split mulr_suml; apply: eq_bigr => k2 _.
by rewrite /= -!mulrDl /node_T mulrACA -!mulrA.
Qed.

(* The target, and what removing the mean over outputs does. *)
Lemma target_expansion x y g : target C x y g = expansion diagonal x y g.
Proof.
have d0 := d_neq0 C gT; transitivity (d^-1 * \sum_(k : X) chi k (x * y)%g * (chi k g)^*).
  by rewrite dual_orthogonality mulKf.
congr (_ * _); apply: eq_bigr => k _; rewrite (bigD1 k) //= [X in _ + X]big1 ?addr0 => [|k1 /negPf k1k].
  rewrite (bigD1 k) //= [X in _ + X]big1 ?addr0 => [|k2 /negPf k2k].
    by rewrite /diagonal !eqxx mul1r chiM.
  by rewrite /diagonal k2k andbF mul0r.
by apply: big1 => k2 _; rewrite /diagonal k1k mul0r.
Qed.

Definition off_target z k1 k2 k : C := T z k1 k2 k - diagonal k1 k2 k.

Lemma error_expansion z x y g : error (output (network z)) x y g = expansion (off_target z) x y g.
Proof.
rewrite /error output_T target_expansion -mulrBr -sumrB; congr (_ * _); apply: eq_bigr => k _.
rewrite -sumrB; apply: eq_bigr => k1 _; rewrite -sumrB; apply: eq_bigr => k2 _.
by rewrite -mulrBl.
Qed.

Lemma mean_expansion E x y g : expansion E x y g - mean (expansion E x y) =
  expansion (fun k1 k2 k => E k1 k2 k * (k != 1%g)%:R) x y g.
Proof.
have d0 := d_neq0 C gT; pose S k := \sum_k1 \sum_k2 E k1 k2 k * (chi k1 x * chi k2 y).
have flat F h : expansion F x y h =
    d^-1 * \sum_k (\sum_k1 \sum_k2 F k1 k2 k * (chi k1 x * chi k2 y)) * (chi k h)^*.
  congr (_ * _); apply: eq_bigr => k _; rewrite mulr_suml; apply: eq_bigr => k1 _.
  by rewrite mulr_suml; apply: eq_bigr => k2 _; rewrite mulrA.
have -> : mean (expansion E x y) = d^-1 * S 1%g.
  rewrite /mean; under eq_bigr do rewrite flat; rewrite -mulr_sumr exchange_big; congr (_ * _).
  rewrite (bigD1 1%g) //= [X in _ + X]big1 ?addr0 => [|k k1].
    by under eq_bigr do rewrite chi_one conjC1 mulr1; rewrite sumr_const -[_ *+ _]mulr_natl mulKf.
  rewrite -mulr_sumr (eq_bigr (fun h => chi k^-1%g h)) => [|h _]; last by rewrite chiN.
  by rewrite sum_over_group eq_invg1 (negPf k1) !mulr0.
rewrite !flat -mulrBr; congr (_ * _).
rewrite (bigD1 1%g) //= [RHS](bigD1 1%g) //= eqxx chi_one conjC1 mulr1 addrAC subrr add0r.
rewrite [X in _ = X + _]mulr1 [X in _ = X + _]big1 ?add0r => [|k1 _].
  by apply: eq_bigr => k ->; congr (_ * _); do 2![apply: eq_bigr => ? _]; rewrite mulr1.
by apply: big1 => k2 _; rewrite mulr0 mul0r.
Qed.

(* The loss is (1/d) sum |T - target|^2, over all k for one-hot outputs, ... *)
Theorem onehot_loss_T z : onehot_loss (output (network z)) =
  d^-1 * \sum_k \sum_k1 \sum_k2 `|T z k1 k2 k - diagonal k1 k2 k| ^+ 2.
Proof.
rewrite -(parseval3 (off_target z)); congr (_ * _); do 3![apply: eq_bigr => ? _].
by rewrite error_expansion.
Qed.

(* ... and over k != 0 for outputs up to a constant. *)
Theorem projected_loss_T z : projected_loss (output (network z)) =
  d^-1 * \sum_(k : X | k != 1%g) \sum_k1 \sum_k2 `|T z k1 k2 k - diagonal k1 k2 k| ^+ 2.
Proof.
transitivity (d^-1 * \sum_k \sum_k1 \sum_k2 `|off_target z k1 k2 k * (k != 1%g)%:R| ^+ 2).
  rewrite -parseval3; congr (_ * _); do 3![apply: eq_bigr => ? _]; rewrite -mean_expansion.
  rewrite error_expansion; congr (`|_ - _| ^+ 2); congr (_ * _); apply: eq_bigr => h _.
  by rewrite error_expansion.
congr (_ * _); rewrite [RHS]big_mkcond; apply: eq_bigr => k _; case: eqP => _ /=.
  by do 2![apply: big1 => ? _]; rewrite mulr0 normr0 expr0n.
by do 2![apply: eq_bigr => ? _]; rewrite mulr1.
Qed.

(* Hence zero loss if and only if the tensor is the target. *)
Lemma sum_of_squares_T (P : pred X) E :
  d^-1 * (\sum_(k | P k) \sum_k1 \sum_k2 `|E k1 k2 k| ^+ 2) = 0 <->
  forall k1 k2 k, P k -> E k1 k2 k = 0.
Proof.
have pos k1 k2 k : 0 <= `|E k1 k2 k| ^+ 2 by rewrite exprn_ge0.
split=> [/eqP|E0]; last first.
  by rewrite big1 ?mulr0 // => k Pk; do 2![apply: big1 => ? _]; rewrite E0 // normr0 expr0n.
rewrite mulf_eq0 invr_eq0 (negPf (d_neq0 C gT)) /= => /eqP E0 k1 k2 k Pk.
move/psumr_eq0P: E0 => /(_ (fun k _ => sumr_ge0 _ (fun k1 _ => sumr_ge0 _ (fun k2 _ => pos k1 k2 k)))).
move/(_ k Pk)/psumr_eq0P => /(_ (fun k1 _ => sumr_ge0 _ (fun k2 _ => pos k1 k2 k))).
move/(_ k1 isT)/psumr_eq0P => /(_ (fun k2 _ => pos k1 k2 k)) /(_ k2 isT) /eqP.
by rewrite expf_eq0 normr_eq0 => /eqP.
Qed.

Theorem onehot_criterion z : onehot_loss (output (network z)) = 0 <->
  forall k1 k2 k, T z k1 k2 k = diagonal k1 k2 k.
Proof.
rewrite onehot_loss_T; split=> [/(sum_of_squares_T xpredT) H k1 k2 k|H].
  by apply/eqP; rewrite -subr_eq0 H.
by apply/(sum_of_squares_T xpredT) => k1 k2 k _; rewrite H subrr.
Qed.

Theorem projected_criterion z : projected_loss (output (network z)) = 0 <->
  forall k1 k2 k, k != 1%g -> T z k1 k2 k = diagonal k1 k2 k.
Proof.
rewrite projected_loss_T; split=> [/sum_of_squares_T H k1 k2 k k1'|H].
  by apply/eqP; rewrite -subr_eq0 H.
by apply/sum_of_squares_T => k1 k2 k k1'; rewrite H ?subrr.
Qed.

(* Every network has spectral coordinates: the criterion speaks of all networks. *)
Definition analysis (n : node C gT) : spectral := [ffun i : row * X =>
  let: (p, k) := i in match p with
  | Some false => coefficient (wa n) k | Some true => coefficient (wb n) k
  | None => coefficient (wc n) k^-1%g end].

Theorem synthesis_analysis n : synthesis (analysis n) = n.
Proof.
case: n => [[a b] c]; congr (_, _, _); apply/ffunP => x; rewrite ffunE.
- by rewrite [RHS](fourier_inversion X); apply: eq_bigr => k _; rewrite ffunE.
- by rewrite [RHS](fourier_inversion X); apply: eq_bigr => k _; rewrite ffunE.
rewrite [RHS](fourier_inversion X) (reindex_inj invg_inj); apply: eq_bigr => k _.
by rewrite ffunE invgK chiN conjCK.
Qed.

Theorem every_network (n : seq (node C gT)) : network (map analysis n) = n.
Proof. by rewrite /network -map_comp map_id_in // => j _; apply: synthesis_analysis. Qed.
End Criterion.
