(* Without constant parts the loss is the paper's sum of monomial potentials [Tian24, Theorem 1]. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network criterion.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Paper.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Notation d := (d C gT).
Notation spectral := {ffun row * X -> C}.
Implicit Types (k l m : X) (z : seq spectral).
Variable z : seq spectral.
Hypothesis no_constants : forall j, j \in z -> j (ra, 1%g) = 0 /\ j (rb, 1%g) = 0.

Definition mixed k1 k2 k : C := rho z [:: (ra, k1); (rb, k2); (rc, k)].
Definition total (p : row) m k : C := \sum_l rho z [:: (p, l); (p, m * l^-1)%g; (rc, k)].
Definition paper_loss k : C := - 2%:R * 'Re (mixed k k k)
  + \sum_(k1 : X | k1 != 1%g) \sum_(k2 : X | k2 != 1%g) `|mixed k1 k2 k| ^+ 2
  + 4%:R^-1 * `|total ra 1%g k + total rb 1%g k| ^+ 2
  + 4%:R^-1 * (\sum_(m : X | m != 1%g) (`|total ra m k| ^+ 2 + `|total rb m k| ^+ 2)).

Lemma mixed0 k1 k2 k : (k1 == 1%g) || (k2 == 1%g) -> mixed k1 k2 k = 0.
Proof.
move=> k0; rewrite /mixed /rho /potential big_seq big1 // => j /no_constants[a0 b0].
by rewrite /monomial !big_cons; case/orP: k0 => /eqP->; rewrite ?a0 ?b0 ?mul0r ?mulr0.
Qed.

Lemma half_norm (x : C) : `|2%:R^-1 * x| ^+ 2 = 4%:R^-1 * `|x| ^+ 2.
Proof. by rewrite normrM exprMn normfV normr_nat exprVn -natrX. Qed.

Lemma norm_sub1 (x : C) : `|x - 1| ^+ 2 = - 2%:R * 'Re x + `|x| ^+ 2 + 1.
Proof.
rewrite !normCK rmorphB rmorph1 /= ReE mulNr mulrCA mulfV ?pnatr_eq0 // mulr1.
by move: x^* => y; by_ring.
Qed.

Lemma split4 (F : X -> X -> C) : \sum_k1 \sum_k2 F k1 k2 =
  \sum_(k1 | k1 != 1%g) \sum_(k2 | k2 != 1%g) F k1 k2 + F 1%g 1%g
  + \sum_(m : X | m != 1%g) (F m 1%g + F 1%g m).
Proof.
rewrite (bigD1 1%g) //= (bigD1 1%g) //=.
rewrite [X in _ + X = _](eq_bigr (fun k1 => F k1 1%g + \sum_(k2 | k2 != 1%g) F k1 k2)); last first.
  by move=> k1 _; rewrite (bigD1 1%g).
rewrite !big_split /= [RHS]addrAC [RHS]addrC -!addrA; congr (_ + _).
by rewrite addrA addrC [X in _ + X]addrC.
Qed.

Theorem loss_of_paper :
  projected_loss (output (network z)) = d^-1 * (\sum_(k : X | k != 1%g) paper_loss k) + #|gT|.-1%:R / d.
Proof.
rewrite projected_loss_T mulrC [X in _ = X + _]mulrC -mulrDl; congr (_ / _).
have -> : #|gT|.-1%:R = \sum_(k : X | k != 1%g) 1 :> C.
  have dE : d = 1 + \sum_(k : X | k != 1%g) 1.
    by rewrite -(bigD1 (1%g : X) (P := xpredT)) //= sumr_const card_dual.
  rewrite -subn1 natrB; last by apply/card_gt0P; exists 1%g.
  by rewrite -[#|gT|%:R]/d dE addrC addKr.
rewrite -big_split; apply: eq_bigr => k k1 /=; rewrite split4 /paper_loss.
have T2 k1' k2' : k1' != 1%g -> k2' != 1%g -> T z k1' k2' k = mixed k1' k2' k.
  by move=> /negPf h1 /negPf h2; rewrite /T h1 h2 !(mulr0, mul0r, addr0).
have T11 : T z 1%g 1%g k = 2%:R^-1 * (total ra 1%g k + total rb 1%g k).
  by rewrite /T -/(mixed _ _ k) mixed0 ?eqxx // add0r mulr1 mulrDr.
have Tm1 m : m != 1%g -> T z m 1%g k = 2%:R^-1 * total ra m k.
  by move=> /negPf hm; rewrite /T -/(mixed _ _ k) mixed0 ?eqxx ?orbT // hm add0r !(mulr1, mulr0, mul0r, addr0).
have T1m m : m != 1%g -> T z 1%g m k = 2%:R^-1 * total rb m k.
  by move=> /negPf hm; rewrite /T -/(mixed _ _ k) mixed0 ?eqxx // hm add0r !(mulr1, mulr0, mul0r, add0r).
have off m1 m2 : (m1 == 1%g) || (m2 == 1%g) -> diagonal m1 m2 k = 0.
  by rewrite /diagonal => /orP[] /eqP->; rewrite ![_ == k]eq_sym (negPf k1) ?andbF.
rewrite T11 off ?eqxx // subr0 half_norm.
have -> : \sum_(m : X | m != 1%g) (`|T z m 1%g k - diagonal m 1%g k| ^+ 2 + `|T z 1%g m k - diagonal 1%g m k| ^+ 2)
    = 4%:R^-1 * \sum_(m : X | m != 1%g) (`|total ra m k| ^+ 2 + `|total rb m k| ^+ 2).
  rewrite mulr_sumr; apply: eq_bigr => m hm.
  by rewrite !off ?eqxx ?orbT // !subr0 Tm1 // T1m // !half_norm mulrDr.
have SA : \sum_(k2 : X | (k2 != 1%g) && (k2 != k)) `|T z k k2 k - diagonal k k2 k| ^+ 2 =
    \sum_(k2 : X | (k2 != 1%g) && (k2 != k)) `|mixed k k2 k| ^+ 2.
  by apply: eq_bigr => k2 /andP[h2 /negPf nk]; rewrite T2 // /diagonal nk andbF subr0.
have SB : \sum_(k3 : X | (k3 != 1%g) && (k3 != k))
    \sum_(k2 : X | k2 != 1%g) `|T z k3 k2 k - diagonal k3 k2 k| ^+ 2 =
    \sum_(k3 : X | (k3 != 1%g) && (k3 != k)) \sum_(k2 : X | k2 != 1%g) `|mixed k3 k2 k| ^+ 2.
  apply: eq_bigr => k3 /andP[h3 /negPf nk]; apply: eq_bigr => k2 h2.
  by rewrite T2 // /diagonal nk subr0.
rewrite (bigD1 k) //= (bigD1 k) //= SA SB T2 // /diagonal !eqxx norm_sub1.
rewrite [in RHS](bigD1 k) //= [in RHS](bigD1 k) //=.
move: (- 2%:R * 'Re _) => p1; move: (`|mixed k k k| ^+ 2) => p2.
move: (4%:R^-1 * _) (4%:R^-1 * _) (\sum_(_ | _) _) (\sum_(_ | _) _) => p3 p4 p5 p6.
by_ring.
Qed.
End Paper.
