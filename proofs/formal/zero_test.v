(* The zero test of the engine: a number of Z[zeta_n] that vanishes modulo a large prime is 0. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra all_field.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The determinant of a polynomial in a matrix is the product over the matrix's eigenvalues. *)
Section Determinant.
Variables (m : nat) (M : 'M[algC]_m.+1) (s : seq algC).
Hypothesis eigenvalues : char_poly M = \prod_(a <- s) ('X - a%:P).

Lemma char_poly_at r : (char_poly M).[r] = \det (r%:M - M).
Proof.
rewrite -[LHS]/(horner_eval r _) /char_poly -det_map_mx; congr (\det _); apply/matrixP => i j.
by rewrite !mxE /= /horner_eval hornerD hornerN hornerMn hornerX hornerC.
Qed.

Lemma number_of_eigenvalues : size s = m.+1.
Proof. by have := size_char_poly M; rewrite eigenvalues size_prod_XsubC => -[]. Qed.

Lemma det_shift r : \det (horner_mx M ('X - r%:P)) = \prod_(a <- s) (a - r).
Proof.
rewrite rmorphB /= horner_mx_X horner_mx_C -opprB -scaleN1r detZ -char_poly_at eigenvalues.
rewrite horner_prod -number_of_eigenvalues; elim: s => [|a t IH]; first by rewrite !big_nil mulr1.
by rewrite !big_cons -IH /= exprS hornerXsubC mulrACA mulN1r opprB.
Qed.

Lemma det_polynomial h : \det (horner_mx M h) = \prod_(a <- s) h.[a].
Proof.
have [r ->] := closed_field_poly_normal h; set c := lead_coef h.
rewrite -mul_polyC rmorphM /= horner_mx_C det_mulmx det_scalar.
rewrite [RHS](eq_bigr (fun a => c * (\prod_(b <- r) ('X - b%:P)).[a])) => [|a _]; last by rewrite hornerM hornerC.
rewrite big_split /=; congr (_ * _).
  by rewrite big_const_seq count_predT iter_mulr_1 number_of_eigenvalues.
elim: r => [|b r IH].
  by rewrite big_nil rmorph1 det1 big1 // => a _; rewrite hornerC.
rewrite big_cons rmorphM /= det_mulmx det_shift IH -big_split; apply: eq_bigr => a _ /=.
by rewrite hornerM hornerXsubC.
Qed.
End Determinant.

Section Norm.
Variables (n : nat) (z : algC).
Hypothesis z_prim : n.-primitive_root z.
Notation ZtoC := (intr : int -> algC).
Notation pZtoC := (map_poly ZtoC).
Definition conjugates : seq algC := [seq z ^+ val k | k <- enum 'I_n & coprime (val k) n].

Lemma integer_matrix (p : {poly int}) m : p \is monic -> size p = m.+2 ->
  exists M : 'M[int]_m.+1, char_poly M = p.
Proof.
move=> mon sz; have sz1 : (size p).-1 = m.+1 by rewrite sz.
by move: (companionmx p) (companionmxK mon); rewrite sz1 => M <-; exists M.
Qed.

Lemma cyclotomic_conjugates : pZtoC 'Phi_n = \prod_(a <- conjugates) ('X - a%:P).
Proof.
rewrite (Cintr_Cyclotomic z_prim) /cyclotomic /conjugates big_map big_filter big_enum_cond /=.
by [].
Qed.

(* The norm of h(zeta_n) is an integer. *)
Theorem norm_integer (h : {poly int}) : exists N : int, \prod_(a <- conjugates) (pZtoC h).[a] = N%:~R.
Proof.
have n0 := prim_order_gt0 z_prim.
have [m sz] : exists m, size 'Phi_n = m.+2.
  by rewrite size_Cyclotomic; exists (totient n).-1; rewrite prednK ?totient_gt0.
have [M charM] := integer_matrix (Cyclotomic_monic n) sz.
exists (\det (horner_mx M h)); rewrite -det_map_mx map_horner_mx (det_polynomial (s := conjugates)) //.
by rewrite -map_char_poly charM cyclotomic_conjugates.
Qed.

(* An integer of Q(zeta_n) all of whose conjugates are less than 1 is 0. *)
Theorem small_is_zero (h : {poly int}) : (forall a, a \in conjugates -> `|(pZtoC h).[a]| < 1) ->
  (pZtoC h).[z] = 0.
Proof.
move=> small; have n0 := prim_order_gt0 z_prim.
have zc : exists2 a, a \in conjugates & (pZtoC h).[a] = 0.
  have [N norm] := norm_integer h.
  have lt1 : `|N%:~R : algC| < 1.
    rewrite -norm normr_prod; have : exists a, a \in conjugates.
      have : (0 < size conjugates)%N.
        have := congr1 (fun q : {poly algC} => size q) cyclotomic_conjugates.
        rewrite size_prod_XsubC size_map_inj_poly ?rmorph0 //; last exact: intr_inj.
        by rewrite size_Cyclotomic => -[<-]; rewrite totient_gt0.
      by case: conjugates => // a t _; exists a; rewrite mem_head.
    move: small; case: conjugates => [|a t] small [b]; first by rewrite in_nil.
    move=> _; rewrite big_cons; apply: (@le_lt_trans _ _ `|(pZtoC h).[a]|); last first.
      by apply: small; rewrite mem_head.
    rewrite ler_pimulr // big_seq; apply: (@le_trans _ _ (\prod_(c <- t | c \in t) 1)).
      by apply: ler_prod => c ct; rewrite normr_ge0 ltW // small // inE ct orbT.
    by rewrite big1.
  have N0 : N = 0 by apply/eqP; move: lt1; rewrite -intr_norm ltrz1 -abszE ltz_nat ltnS leqn0 absz_eq0.
  have : \prod_(a <- conjugates) (pZtoC h).[a] == 0 by rewrite norm N0.
  by rewrite prodf_seq_eq0 => /hasP[a ac /eqP]; exists a.
have [a /mapP[k kP ->] za] := zc; move: kP; rewrite mem_filter => /andP[kn _].
have [u uz] := Qn_aut_exists kn; apply/eqP; rewrite -(fmorph_eq0 u) -za; apply/eqP.
rewrite -horner_map /= uz ?(prim_expr_order z_prim) // -map_poly_comp; congr (_.[_]).
by apply: eq_map_poly => i /=; rewrite rmorph_int.
Qed.

Lemma divisible_mod_p p (x : int) : prime p -> (x%:~R == 0 :> 'F_p) = (p %| x)%Z.
Proof.
move=> pp; rewrite {1}[x]intEsign rmorphM /= rmorph_sign mulf_eq0 signr_eq0 /= -pmulrn.
by rewrite -(dvdn_charf (char_Fp pp)).
Qed.

(* If f(zeta_n) is 0 modulo p at all phi(n) roots of the cyclotomic polynomial modulo p, and p
   exceeds what f(zeta_n) is in absolute value in every embedding, then f(zeta_n) = 0. *)
Theorem zero_test (f : {poly int}) (p : nat) (B : algC) (rs : seq 'F_p) : prime p ->
  uniq rs -> size rs = totient n ->
  (forall r, r \in rs -> (map_poly intr 'Phi_n).[r] = 0 /\ (map_poly intr f).[r] = 0) ->
  (forall a, a \in conjugates -> `|(pZtoC f).[a]| <= B) -> B < p%:R -> (pZtoC f).[z] = 0.
Proof.
move=> pp urs size_rs roots bound Bp; have mon := Cyclotomic_monic n.
have [q [r [fE small]]] : exists q r, f = q * 'Phi_n + r /\ (size r <= totient n)%N.
  exists (Pdiv.Ring.rdivp f 'Phi_n), (Pdiv.Ring.rmodp f 'Phi_n).
  split; first exact: Pdiv.RingMonic.rdivp_eq.
  by rewrite -ltnS -size_Cyclotomic Pdiv.Ring.ltn_rmodp monic_neq0.
pose rp : {poly 'F_p} := map_poly intr r.
have rp0 : rp = 0.
  apply/eqP; apply: contraT => rp_neq0.
  have /(max_poly_roots rp_neq0) : all (root rp) rs.
    apply/allP => t /roots[phi0 f0]; apply/rootP; move: f0.
    by rewrite fE rmorphD rmorphM hornerD hornerM phi0 mulr0 add0r.
  move/(_ urs); rewrite size_rs ltnNge (leq_trans _ small) //.
  exact: size_poly.
have [h rE] : exists h : {poly int}, r = p%:Z%:P * h.
  exists (\poly_(i < size r) (r`_i %/ p)%Z); apply/polyP => i; rewrite coefCM coef_poly.
  case: ltnP => [_|le]; last by rewrite nth_default ?mulr0.
  rewrite mulrC divzK // -divisible_mod_p //; apply/eqP.
  by have := congr1 (fun P : {poly 'F_p} => P`_i) rp0; rewrite coef_map coef0.
have at_root a : (pZtoC 'Phi_n).[a] = 0 -> (pZtoC f).[a] = p%:R * (pZtoC h).[a].
  by move=> a0; rewrite fE rmorphD rmorphM hornerD hornerM a0 mulr0 add0r rE rmorphM hornerM /= map_polyC hornerC.
have p0 : 0 < p%:R :> algC by rewrite ltr0n prime_gt0.
rewrite at_root; last by apply/rootP; rewrite (Cintr_Cyclotomic z_prim) root_cyclotomic.
rewrite small_is_zero ?mulr0 // => a ac.
have a0 : (pZtoC 'Phi_n).[a] = 0.
  by apply/rootP; rewrite cyclotomic_conjugates root_prod_XsubC.
rewrite -(ltr_pmul2l p0) mulr1 -{1}(ger0_norm (ltW p0)) -normrM -at_root //.
exact: le_lt_trans (bound a ac) Bp.
Qed.
End Norm.
