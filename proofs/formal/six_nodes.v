(* How few nodes suffice at one conjugate pair: four exactly if the leftover satisfies (1), otherwise six. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks pencil.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* A diagonal matrix and one of rank one, the square of whose sum is zero: the sum has rank one. *)
Section Nilpotent.
Variables (K : fieldType) (n : nat) (d : 'I_n -> K) (w : 'cV[K]_n) (u : 'rV[K]_n).
Let N : 'M[K]_n := diag_mx (\row_i d i) + w *m u.
Hypotheses (square : N *m N = 0) (wu : forall i, (w i 0 == 0) = (u 0 i == 0)).

Lemma nilpotent_rank : (\rank N <= 1)%N.
Proof.
pose k : K := (u *m w) 0 0.
have entry i j : (d i * d i) *+ (i == j) + (d i + d j + k) * (w i 0 * u 0 j) = 0.
  have e : N *m N = diag_mx (\row_i (d i * d i)) + \matrix_(i, j) ((d i + d j + k) * (w i 0 * u 0 j)).
    rewrite /N mulmxDl !mulmxDr mulmx_diag !mulmxA -[w *m u *m w]mulmxA [u *m w]mx11_scalar -/k.
    apply/matrixP => i' j'; rewrite -[w *m u *m diag_mx _]mulmxA !mxE !big_ord1 mul_diag_mx mul_mx_diag mul_mx_scalar !mxE.
    by move: (_ *+ _) (w i' 0) (u 0 j') => x y z; by_ring.
  by have := congr1 (fun M : 'M_n => M i j) e; rewrite square !mxE => <-.
have small i : u 0 i = 0 -> d i = 0.
  by move=> u0; have := entry i i; rewrite u0 !mulr0 addr0 eqxx => /eqP; rewrite mulf_eq0 orbb => /eqP.
have [/forallP zero|] := boolP [forall i, d i == 0].
  have -> : N = w *m u.
    rewrite /N [X in diag_mx X](_ : _ = 0) ?linear0 ?add0r //; by apply/matrixP => i j; rewrite !mxE (eqP (zero j)).
  exact: leq_trans (mxrankM_maxl _ _) (rank_leq_col _).
rewrite negb_forall => /existsP[i di].
have ui : u 0 i != 0 by apply: contraNneq di => /small->.
have sum j l : j != l -> u 0 j != 0 -> u 0 l != 0 -> d j + d l = - k.
  move=> jl uj ul; have := entry j l; rewrite (negPf jl) mulr0n add0r => /eqP.
  by rewrite !mulf_eq0 wu (negPf uj) (negPf ul) !orbF addr_eq0 => /eqP.
(* at most one more index *)
have [j others] : exists j, forall l, l != i -> l != j -> u 0 l = 0.
  have [/existsP[j /andP[ji uj]]|] := boolP [exists j, (j != i) && (u 0 j != 0)]; last first.
    by rewrite negb_exists => /forallP none; exists i => l li _; apply/eqP; have := none l; rewrite li negbK.
  exists j => l li lj; apply/eqP; apply: contraNT di => ul.
  have := sum _ _ ji uj ui; have := sum _ _ li ul ui; have := sum _ _ lj ul uj; have := entry i i.
  rewrite eqxx mulr1n.
  move=> e1 e2 e3 e4; have two : d i + d i + k = 0.
    have -> : d i + d i + k = (d j + d i) + (d l + d i) - (d l + d j) + k by by_ring.
    by rewrite e2 e3 e4; by_ring.
  by move: e1; rewrite two mul0r addr0 => /eqP; rewrite mulf_eq0 orbb.
pose V := ((delta_mx 0 i : 'rV[K]_n) + (delta_mx 0 j : 'rV[K]_n))%MS.
have rV : (\rank V <= 2)%N by rewrite (leq_trans (mxrank_adds_leqif _ _)) // !mxrank_delta.
have inV l : (l == i) || (l == j) -> ((delta_mx 0 l : 'rV_n) <= V)%MS.
  by case/orP=> /eqP->; [apply: addsmxSl | apply: addsmxSr].
have zero l : ~~ ((l == i) || (l == j)) -> u 0 l = 0 by rewrite negb_or => /andP[li lj]; apply: others.
have NV : (N <= V)%MS.
  apply/row_subP => a; rewrite [matrix.row a N]row_sum_delta summx_sub // => b _.
  have [/inV|/zero ub] := boolP ((b == i) || (b == j)); first exact: scalemx_sub.
  rewrite !mxE big_ord1 ub mulr0 addr0; case: eqP => [->|_]; first by rewrite small // scale0r sub0mx.
  by rewrite mulr0n scale0r sub0mx.
have VN : (N <= V *m N)%MS.
  apply/row_subP => a; have [/inV Va|/zero ua] := boolP ((a == i) || (a == j)).
    by rewrite rowE submxMr.
  rewrite [matrix.row a N](_ : _ = 0) ?sub0mx //; apply/rowP => b; rewrite !mxE big_ord1 (small _ ua) mul0rn add0r.
  by apply/eqP; rewrite mulf_eq0 wu ua eqxx.
have := mxrank_mul_ker V N; have /mxrankS NN : (N <= V :&: kermx N)%MS by rewrite sub_capmx NV; apply/sub_kermxP.
move=> rank; have := leq_trans (leq_add (mxrankS VN) NN); rewrite rank => /(_ _ rV).
by rewrite addnn -[2%N]/(1.*2)%N leq_double.
Qed.
End Nilpotent.

(* A sum of squares of a basis, and one with one square more: if M Q^-1 M = 0, then M has rank one. *)
Lemma one_more_square (K : fieldType) m (L : 'M[K]_m) (e f : 'I_m -> K) (v : 'rV[K]_m) (g b : K) (Y : 'M[K]_m)
    (Q := L^T *m diag_mx (\row_i e i) *m L) (M := L^T *m diag_mx (\row_i f i) *m L + g *: (v^T *m v)) :
  L \in unitmx -> (forall i, e i != 0) -> g != 0 -> b != 0 -> Q *m Y = b%:M -> M *m Y *m M = 0 -> (\rank M <= 1)%N.
Proof.
move=> unitL e0 g0 b0 QY MYM; pose D := diag_mx (\row_i (e i)^-1); pose u := v *m invmx L.
pose X := diag_mx (\row_i f i) + g *: (u^T *m u); pose N := D *m X.
have DE : D *m diag_mx (\row_i e i) = 1%:M.
  by rewrite mulmx_diag; apply/matrixP => i j; rewrite !mxE mulVf.
have ME : M = L^T *m X *m L.
  rewrite /X mulmxDr mulmxDl; congr (_ + _); rewrite -scalemxAr -scalemxAl; congr (_ *: _).
  by rewrite /u trmx_mul !mulmxA -!mulmxA mulVmx // mulmx1 !mulmxA -trmx_mul mulVmx // trmx1 mul1mx.
pose G := invmx L *m D *m (invmx L)^T; have YE : Y = b *: G.
  have inv : G *m Q = 1%:M.
    rewrite /G /Q !mulmxA -[_ *m _^T *m L^T]mulmxA -trmx_mul mulmxV // trmx1 mulmx1 -[_ *m D *m _]mulmxA DE mulmx1.
    exact: mulVmx.
  by have := mulmxA G Q Y; rewrite inv QY mul1mx mul_mx_scalar => <-.
have XDX : X *m D *m X = 0.
  move: MYM; rewrite YE /G ME -scalemxAr -scalemxAl => /eqP; rewrite scaler_eq0 (negPf b0) /= => /eqP MYM.
  have := congr1 (fun A => (invmx L)^T *m A *m invmx L) MYM; rewrite mulmx0 mul0mx => <-.
  rewrite !mulmxA -trmx_mul mulmxV // trmx1 mul1mx.
  by rewrite -[_ *m L *m invmx L]mulmxA mulmxV // mulmx1 -[_ *m L *m invmx L]mulmxA mulmxV // mulmx1
    -[_ *m _^T *m L^T]mulmxA -trmx_mul mulmxV // trmx1 mulmx1.
have unitD : D \in unitmx by case/mulmx1_unit: DE.
have rX : \rank M = \rank N.
  rewrite ME mxrankMfree ?row_free_unit // -mxrank_tr trmx_mul trmxK mxrankMfree ?row_free_unit // mxrank_tr.
  by rewrite -[RHS]mxrank_tr trmx_mul mxrankMfree ?row_free_unit ?unitmx_tr // mxrank_tr.
have NE : N = diag_mx (\row_i (f i / e i)) + (g *: (D *m u^T)) *m u.
  rewrite /N /X mulmxDr -scalemxAr mulmxA scalemxAl mulmx_diag; congr (diag_mx _ + _).
  by apply/rowP => i; rewrite !mxE mulrC.
rewrite rX NE; apply: nilpotent_rank => [|i]; first by rewrite -NE /N mulmxA -[D *m X *m D]mulmxA -mulmxA XDX mulmx0.
by rewrite mxE mul_diag_mx !mxE mulf_eq0 (negPf g0) mulf_eq0 invr_eq0 (negPf (e0 i)).
Qed.

Section SixNodes.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Notation "x ** y" := (mul_weight (mul_pair_com C) x y) (at level 40, left associativity).
Implicit Types (A B s t : C) (n : pair_node) (z : seq pair_node).

(* The condition (1), |1/(8 r_a r_b) - cos(p_a - p_b)| < 1, of leftovers A = 2 alpha and B = 2 beta. *)
Definition cross A B : C := 1 - (A * B^* + A^* * B).
Definition four_reach A B : Prop := `|cross A B| < 2%:R * `|A * B|.

Lemma cross_real A B : (cross A B)^* = cross A B.
Proof. by rewrite /cross; by_ring. Qed.

Lemma discriminant_expanded A B s t :
  discriminant A B s t = s ^+ 2 * (A * B) - s * t * cross A B + t ^+ 2 * (A * B)^*.
Proof. by rewrite /discriminant /cross; by_ring. Qed.

(* A root off the circle, unless there is a double one. *)
Lemma root_off_the_circle A B : 2%:R * `|A * B| < `|cross A B| ->
  exists s t, discriminant A B s t = 0 /\ `|s| != `|t|.
Proof.
set P := A * B; set q := cross A B => qP.
have [P0|P0] := eqVneq P 0.
  exists 1, 0; rewrite discriminant_expanded -/P P0 conjC0 normr0 normr1 oner_eq0.
  by split=> //; rewrite !(mulr0, mul0r) subr0 addr0.
have qR : q^* = q := cross_real A B.
pose r := sqrtC (q ^+ 2 - 4%:R * (P * P^* )).
have r2 : r ^+ 2 = q ^+ 2 - 4%:R * (P * P^* ) by rewrite sqrtCK.
have r0 : 0 < r.
  rewrite sqrtC_gt0 subr_gt0 -normCK -[q ^+ 2]real_normK ?CrealE ?qR // -[4%:R]/((2 * 2)%:R) natrM -expr2 -exprMn.
  by rewrite ltr_sqr ?nnegrE ?mulr_ge0 ?ler0n.
have rR : r^* = r by apply: CrealP; rewrite ger0_real ?ltW.
exists (q + r), (2%:R * P); split.
  rewrite discriminant_expanded -/P -/q; move: r2; rewrite rmorphM; move: P^* => P'.
  by move=> r2; by_ring r2.
apply: contraTneq r0 => same.
have : `|q + r| ^+ 2 - `|2%:R * P| ^+ 2 = 2%:R * r * (q + r).
  by rewrite !normCK; by_ring (qR, rR, r2).
rewrite same subrr => /esym/eqP; rewrite mulf_eq0 mulf_eq0 pnatr_eq0 /= => /orP[/eqP->|]; first by rewrite ltxx.
rewrite addr_eq0 => /eqP qr; move: r2; rewrite qr sqrrN => /eqP; rewrite -subr_eq0 opprB addrC subrK.
by rewrite mulf_eq0 pnatr_eq0 mul_conjC_eq0 (negPf P0).
Qed.

(* The matrix of all letters, as a sum over nodes. *)
Definition letter_row n : 'rV[C]_(2 + 2) :=
  row_mx (\row_i letter (left i) n) (\row_i letter (right i) n).

Lemma gram_sum s t w : (all_letters w)^T *m coefficients s t w *m all_letters w =
  \sum_(n <- w) coefficient s t n *: ((letter_row n)^T *m letter_row n).
Proof.
rewrite big_tnth; apply/matrixP => a b; rewrite summxE mul_mx_diag !mxE; apply: eq_bigr => j _.
rewrite !mxE big_ord1 !mxE.
by case: splitP => i _; case: splitP => k _; rewrite !mxE mulrA [coefficient _ _ _ * _]mulrC.
Qed.

Lemma pencil_sum A B s t z : solved_up_to A B z ->
  \sum_(n <- z) coefficient s t n *: ((letter_row n)^T *m letter_row n) = pencil A B s t.
Proof. by move=> solved; rewrite -(pencil_product solved (fun _ _ => erefl)) gram_sum. Qed.

Lemma polarised A B s t s0 t0 (K := corner A B s t) (K0 := corner A B s0 t0) (a := s * A + t * A^*) (b := s * B + t * B^*)
    (a0 := s0 * A + t0 * A^*) (b0 := s0 * B + t0 * B^*)
    (adj : 'M[C]_2 := \matrix_(i, k) if i == 0 then (if k == 0 then b else - s) else if k == 0 then - t else a) :
  [/\ K *m adj = (discriminant A B s t)%:M, adj *m K = (discriminant A B s t)%:M &
  K0 *m adj *m K0 = (a0 * b + b0 * a - s0 * t - t0 * s) *: K0 - discriminant A B s0 t0 *: K].
Proof.
split; apply/matrixP => i k; rewrite !mxE !big_ord_recl !big_ord0 !mxE ?big_ord_recl ?big_ord0 ?mxE /= /discriminant -/a -/b -/a0 -/b0.
- by case: i k => [[|[|//]] ?] [[|[|//]] ?] /=; rewrite ?mulr1n ?mulr0n; by_ring.
- by case: i k => [[|[|//]] ?] [[|[|//]] ?] /=; rewrite ?mulr1n ?mulr0n; by_ring.
by case: i k => [[|[|//]] ?] [[|[|//]] ?] /=; rewrite ?mxE /=; by_ring.
Qed.

Lemma radical_trace A B s t (P := A * B) (q := cross A B) :
  (q * A + 2%:R * P * A^*) * (s * B + t * B^*) + (q * B + 2%:R * P * B^*) * (s * A + t * A^*) - q * t - 2%:R * P * s =
    t * (4%:R * P * P^* - q * q).
Proof. by rewrite /q /cross /P; by_ring. Qed.

Lemma two_at_least A B s t : s != 0 -> (2 <= \rank (pencil A B s t))%N.
Proof.
move=> s0; have K0 : corner A B s t != 0.
  by apply: contra_neq s0 => /matrixP/(_ 0 1); rewrite !mxE.
have rK : (0 < \rank (corner A B s t))%N by rewrite lt0n mxrank_eq0.
have rT : (0 < \rank (corner A B s t)^T)%N by rewrite mxrank_tr.
apply: leq_trans (leq_add rK rT) _; rewrite -rank_diag_block_mx.
have -> : block_mx (corner A B s t) 0 0 (corner A B s t)^T = pencil A B s t *m block_mx 0 1%:M 1%:M 0.
  by rewrite mulmx_block !(mul0mx, mulmx0, mulmx1, addr0, add0r).
exact: mxrankM_maxl.
Qed.

(* Without a node whose coefficient is zero there are fewer. *)
Lemma fewer_present s t z n : n \in z -> coefficient s t n = 0 -> (size (present s t z) < size z)%N.
Proof.
move=> nz n0; rewrite size_filter ltn_neqAle count_size andbT -all_count.
by apply/allPn; exists n; rewrite // n0 eqxx.
Qed.

Lemma double_root_six A B z : solved_up_to A B z -> `|cross A B| = 2%:R * `|A * B| -> (6 <= size z)%N.
Proof.
set P := A * B; set q := cross A B => solved same; rewrite leqNgt; apply/negP => few.
have qR : q^* = q := cross_real A B.
have q2 : q * q = 4%:R * P * P^*.
  by rewrite -{2}qR -normCK same exprMn normCK; by_ring.
have q0 : q != 0.
  apply: contraTneq (oner_neq0 C) => q0; have : P = 0.
    by apply/eqP; rewrite -mul_conjC_eq0; apply/eqP; apply: (mulfI (_ : 4%:R != 0 :> C)); rewrite ?pnatr_eq0 // mulr0 mulrA -q2 q0 mulr0.
  move/eqP; rewrite mulf_eq0 negbK => /orP[]/eqP E; move: q0; rewrite /q /cross E conjC0 !(mul0r, mulr0) addr0 subr0 => ->; exact: eqxx.
have [n nz cn] : exists2 n, n \in z & coefficient q (2%:R * P) n != 0.
  apply/hasP; apply: contraNT q0 => /hasPn none; have := pairing_corner q (2%:R * P) solved 0 1; rewrite mxE /= => <-.
  by rewrite /pairing big_seq big1 // => j jz; rewrite (eqP (negbNE (none j jz))) mul0r.
pose s := n.2^*; pose t := - n.2.
have c0 : coefficient s t n = 0 by rewrite /coefficient mulNr mulrC subrr.
have d0 : discriminant A B s t != 0.
  apply: contraNneq cn => d0; rewrite /coefficient -/s -[n.2]opprK -/t; rewrite -sqrf_eq0; apply/eqP.
  have : 4%:R * P * discriminant A B s t = 0 by rewrite d0 mulr0.
  by rewrite discriminant_expanded -/P -/q expr2; move=> e; rewrite -[RHS]e; by_ring q2.
have four := four_present solved d0; have less := fewer_present nz c0.
pose w := present s t z; have w4 : size w = 4%N.
  by apply/eqP; rewrite eqn_leq four andbT -ltnS (leq_trans less).
have zw : perm_eq z (n :: w).
  have split : perm_eq (w ++ filter (predC (fun j => coefficient s t j != 0)) z) z by exact/permEl/perm_filterC.
  have : n \in filter (predC (fun j => coefficient s t j != 0)) z by rewrite mem_filter /= c0 eqxx.
  have := perm_size split; rewrite size_cat w4; move: few split.
  case: (filter _ z) => [|m [|m1 r]] //= few split sz; last by move: few; rewrite -sz !addnS.
  by rewrite inE => /eqP nm; rewrite perm_sym -cat1s perm_catC nm.
have unit4 := letters_rank solved (pairing_present s t z) d0; rewrite -/w in unit4.
have := pencil_product solved (pairing_present s t z); rewrite -/w => Q.
have M : (all_letters w)^T *m coefficients q (2%:R * P) w *m all_letters w
    + coefficient q (2%:R * P) n *: ((letter_row n)^T *m letter_row n) = pencil A B q (2%:R * P).
  rewrite -(pencil_sum _ _ solved) (perm_big _ zw) big_cons addrC; congr (_ + _); exact: gram_sum.
have e0 : all (fun j => coefficient s t j != 0) w by apply: filter_all.
move: w4 unit4 Q M e0; rewrite /coefficients; move: (w) => {zw four less} {}w; case: w => [|n1 [|n2 [|n3 [|n4 [|? ?]]]]] // _ unit4 Q M e0.
have [] := polarised A B s t q (2%:R * P); set adj := (X in _ *m X = _) => KY YK.
have -> : discriminant A B q (2%:R * P) = P * (4%:R * P * P^* - q * q).
  by rewrite discriminant_expanded -/P -/q !expr2; by_ring.
rewrite radical_trace -/P -/q q2 subrr !mulr0 !scale0r subr0 => K3.
have := @one_more_square C (2 + 2) (all_letters [:: n1; n2; n3; n4]) (fun j => coefficient s t (tnth (in_tuple [:: n1; n2; n3; n4]) j))
  (fun j => coefficient q (2%:R * P) (tnth (in_tuple [:: n1; n2; n3; n4]) j)) (letter_row n) _ (discriminant A B s t)
  (block_mx 0 adj^T adj 0) _ _ cn d0.
move=> one; have := two_at_least A B (2%:R * P) q0; rewrite -M leqNgt ltnS => /negP[]; apply: one.
- by rewrite -row_free_unit /row_free unit4.
- by move=> i; apply: (allP e0); apply: mem_tnth.
- rewrite [X in X *m _]Q /pencil mulmx_block !(mul0mx, mulmx0, add0r, addr0) KY -trmx_mul YK tr_scalar_mx.
  by rewrite -scalar_mx_block.
rewrite [X in X *m _ *m X]M /pencil !mulmx_block !(mul0mx, mulmx0, add0r, addr0) K3 -!trmx_mul mulmxA K3 trmx0.
by apply/matrixP => i k; rewrite !mxE; case: splitP => ? _; rewrite !mxE; case: splitP => ? _; rewrite !mxE.
Qed.

(* Without (1) six nodes are needed. *)
Theorem six_unless A B z : solved_up_to A B z -> (size z < 6)%N -> four_reach A B.
Proof.
move=> solved few; rewrite /four_reach real_ltNge ?normr_real ?realM ?realn ?normr_real //; apply/negP => outside.
suff : (6 <= size z)%N by rewrite leqNgt few.
move: outside; rewrite le_eqVlt => /orP[/eqP same|off]; first exact: double_root_six solved (esym same).
have [s [t [d0 st]]] := root_off_the_circle off.
apply: (rank_of_five solved) d0 => n /eqP; rewrite /coefficient addr_eq0 => /eqP/(congr1 Num.norm).
rewrite normrN !normrM norm_conjC => same; apply/eqP; apply: contraNT st => c0.
by apply/eqP; apply: (mulIf _ same); rewrite normr_eq0.
Qed.

(* With (1) four are enough: two whose c is on one line, and two on another. *)
Lemma root_on_circle A B r : A * B != 0 -> r^* = r ->
  r ^+ 2 = 4%:R * (A * B * (A * B)^*) - cross A B ^+ 2 ->
  exists e, e * e^* = 1 /\ 2%:R * (A * B)^* * e ^+ 2 = 'i * r - cross A B.
Proof.
move=> P0 rR r2; have P2 : 2%:R * (A * B)^* != 0 by rewrite mulf_neq0 ?pnatr_eq0 ?conjC_eq0.
set E := 'i * r - cross A B; exists (sqrtC (E / (2%:R * (A * B)^*))); set e := sqrtC _.
have ee : 2%:R * (A * B)^* * e ^+ 2 = E by rewrite sqrtCK mulrC divfK.
split=> //; rewrite -normCK; apply/eqP; rewrite pexpr_eq1 // -(pexpr_eq1 (n := 4)) //; apply/eqP.
have EE : E * E^* = 4%:R * (A * B * (A * B)^*).
  have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
  rewrite /E rmorphB rmorphM rR cross_real conjCi; move: r2; rewrite (expr2 (cross A B)) => r2.
  by_ring (r2, ii).
have x0 : 4%:R * (A * B * (A * B)^*) != 0 by rewrite mulf_neq0 ?pnatr_eq0 // mulf_neq0 ?conjC_eq0.
apply: (mulfI x0); rewrite mulr1 -[RHS]EE -ee.
rewrite (exprM _ 2 2) normCK; by_ring.
Qed.

Lemma root_discriminant A B x k : x * x^* = 1 -> k^* = - k ->
  2%:R * (A * B)^* * x ^+ 2 = k - cross A B -> (x^* * A - x * A^*) * (x^* * B - x * B^*) = -1.
Proof.
move=> xx kk xP; have := congr1 (fun y => y^*) xP; move: xP.
rewrite [X in X -> _ -> _ = _]/=; rewrite [(_ - _)^*]rmorphB cross_real kk !(rmorphM, rmorphX, rmorph_nat, conjCK) /cross.
move: xx; move: A^* B^* x^* => A1 B1 x1 xx xP xP'; apply: (mulfI (_ : 2%:R != 0 :> C)); rewrite ?pnatr_eq0 //.
pose u := 2%:R * (A1 * B1) * x ^+ 2 - (k - (1 - (A * B1 + A1 * B))).
pose v := 2%:R * (A * B) * x1 ^+ 2 - (- k - (1 - (A * B1 + A1 * B))).
have u0 : u = 0 by rewrite /u xP subrr.
have v0 : v = 0 by rewrite /v xP' subrr.
transitivity (u + v - 2%:R * (x * x1 - 1) * (A * B1 + A1 * B) + 2%:R * -1); last first.
  by rewrite u0 v0 xx subrr !(mulr0, mul0r) addr0 subr0 add0r.
by rewrite /u /v; by_ring.
Qed.

Theorem four_suffice A B : four_reach A B -> exists z, size z = 4%N /\ solved_up_to A B z.
Proof.
rewrite /four_reach => reach; set P := A * B; set q := cross A B; have qR : q^* = q := cross_real A B.
have P0 : P != 0.
  by apply: contraTneq reach; rewrite -/P => ->; rewrite normr0 mulr0 -real_leNgt ?normr_real ?real0.
pose r := sqrtC (4%:R * (P * P^*) - q ^+ 2).
have r2 : r ^+ 2 = 4%:R * (P * P^*) - q ^+ 2 by rewrite sqrtCK.
have r0 : 0 < r.
  rewrite sqrtC_gt0 subr_gt0 -normCK -[q ^+ 2]real_normK ?CrealE ?qR // -[4%:R]/((2 * 2)%:R) natrM -expr2 -exprMn.
  by rewrite ltr_sqr ?nnegrE ?mulr_ge0 ?ler0n.
have rR : r^* = r by apply: CrealP; rewrite ger0_real ?ltW.
have [e [ee eP]] := root_on_circle P0 rR r2.
have [||f [ff fP]] := @root_on_circle A B (- r) P0; rewrite ?rmorphN ?rR ?sqrrN //.
pose w := e^* * f - e * f^*.
have cw : w^* = - w by rewrite /w rmorphB !rmorphM !conjCK opprB.
have w0 : w != 0.
  apply: contraTneq r0 => w0; suff -> : r = 0 by rewrite ltxx.
  have same : f ^+ 2 = e ^+ 2.
    have : e * f * w = 0 by rewrite w0 mulr0.
    rewrite /w => z; apply/eqP; rewrite -subr_eq0 -z; apply/eqP.
    by move: ee ff; move: e^* f^* => e1 f1; move=> ee ff; by_ring (ee, ff).
  move: fP; rewrite same eP => /(congr1 (fun x => x + cross A B)); rewrite !subrK mulrN => /eqP.
  by rewrite -subr_eq0 opprK -mulr2n -mulr_natl mulf_eq0 mulf_eq0 pnatr_eq0 (negPf (neq0Ci _)) => /eqP.
have imag (x : C) : x^* = x -> ('i * x)^* = - ('i * x) by move=> xR; rewrite rmorphM conjCi xR mulNr.
have dE := root_discriminant ee (imag _ rR) eP.
have dF : (f^* * A - f * A^*) * (f^* * B - f * B^*) = -1.
  by apply: root_discriminant ff _ fP; apply: imag; rewrite rmorphN rR.
pose part x (X : C) := (x^* * X - x * X^*) / w.
have partR x X : (part x X)^* = part x X.
  by rewrite /part rmorphM fmorphV cw rmorphB !rmorphM !conjCK invrN mulrN -mulNr opprB.
have part_w x X : part x X * w = x^* * X - x * X^* by rewrite divfK.
have sum X : part e X * f - part f X * e = X.
  apply: (mulIf w0); rewrite mulrBl [_ * f * w]mulrAC [_ * e * w]mulrAC !part_w /w.
  by move: e^* f^* X^* => e1 f1 X1; by_ring.
have prod x : (x^* * A - x * A^*) * (x^* * B - x * B^*) = -1 -> w * w * part x A * part x B = -1.
  by move=> <-; rewrite -mulrA mulrACA; congr (_ * _); rewrite mulrC part_w.
exists (times_c 2%:R^-1 ** (nu 'i ** [:: (1, - f^* * w * part f B, - part f A * e); (1, - e^* * w * part e B, part e A * f)])).
split; first by rewrite !order_mul.
rewrite /solved_up_to scaled_table ?(realV, realn) // table_mul nu_i_table; last exact: imaginary_i.
have pq : part f A * part f B = part e A * part e B.
  have ww : w * w != 0 by rewrite mulf_neq0.
  by apply: (mulfI ww); rewrite mulrA prod // mulrA prod.
have ef : e^* * f = w + e * f^* by rewrite /w subrK.
move: (prod e dE) (sum A) (sum B) pq (partR e A) (partR e B) (partR f A) (partR f B).
move: (part e A) (part e B) (part f A) (part f B) => p1 q1 p2 q2 pq1 sA sB pq Rp1 Rq1 Rp2 Rq2.
rewrite /table /= /value /potential /word unlock /= /letter /=.
rewrite !(mul0r, mulr0) !mulKf ?pnatr_eq0 //.
rewrite -[A in RHS]sA -[B in RHS]sB.
by repeat congr (_ :: _); by_ring (cw, Rp1, Rq1, Rp2, Rq2, ee, ff, ef, pq1, pq).
Qed.

(* What fewer leave for a carrier is larger than one. *)
Theorem leftover_of_four A B z : solved_up_to A B z -> (size z < 6)%N -> 1 < `|A + B|.
Proof.
move=> solved few; have := six_unless solved few; rewrite /four_reach normrM.
have realq : cross A B \is Num.real by apply/CrealP; exact: cross_real.
have [a0 b0] : 0 <= `|A| /\ 0 <= `|B| by rewrite !normr_ge0.
move=> reach; have {reach} : cross A B < 2%:R * (`|A| * `|B|) by apply: le_lt_trans reach; exact: real_ler_norm.
rewrite -(subr_gt0 (cross A B)) => reach; rewrite -(@expr_gt1 _ 2) // normCK -subr_gt0.
have -> : (A + B) * (A + B)^* - 1 = (`|A| - `|B|) ^+ 2 + (2%:R * (`|A| * `|B|) - cross A B).
  rewrite /cross sqrrB ![_ ^+ 2]normCK rmorphD; move: `|A| `|B| A^* B^* => ? ? ? ?; by_ring.
by apply: ltr_paddl reach; rewrite real_exprn_even_ge0 // realB ?normr_real.
Qed.

(* R_n, or only that nothing is left for a carrier, takes six nodes: five never do. *)
Theorem at_least_six_nodes A z : solved_up_to A (- A) z -> (6 <= size z)%N.
Proof.
move=> solved; rewrite leqNgt; apply/negP => /(six_unless solved); rewrite /four_reach /cross.
have -> : 1 - (A * (- A)^* + A^* * - A) = 1 + 2%:R * (A * A^* ) by by_ring.
have -> : `|A * - A| = `|A| ^+ 2 by rewrite mulrN normrN normrM expr2.
rewrite -normCK ger0_norm ?addr_ge0 ?mulr_ge0 ?exprn_ge0 ?ler0n ?ler01 // real_ltNge ?realE ?addr_ge0 ?mulr_ge0 ?exprn_ge0 ?ler0n ?ler01 // => /negP[].
by rewrite ler_addr ler01.
Qed.
End SixNodes.
