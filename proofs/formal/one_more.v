(* One product more than the least number: all factors but two are split. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic products split_factors.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section More.
Variables (C : numClosedFieldType) (X : finGroupType) (J : finType).
Notation forms := (J -> X -> C).
Notation multiply S P := (multiplies S P P P).
Notation unit3 := (unit3 C).
Implicit Types (k l m : X) (i j x y : J) (S I : {set J}) (B D P : {set X}) (a b c e : forms).

(* One product more, where nodes can be done without at the factor of k. *)
Section Frame.
Variables (S I I' : {set J}) (P : {set X}) (k : X) (a b c e g : forms).
Hypotheses (cP : closed P) (kP : k \in P) (ra : real_forms a) (rb : real_forms b) (rc : real_forms c).
Hypotheses (H : multiply S P a b c) (sI : I \subset S) (sI' : I' \subset S) (dI : [disjoint I & I']).
Hypotheses (de : dual_to (ends k) a I e) (dg : dual_to (ends k) c I' g).
Notation B := (ends k).
Notation R := (S :\: I :\: I').
Notation P' := (P :\: B).
Notation a' := (off B I e a).
Notation c' := (off B I' g c).
Hypothesis least : (2 * #|R| <= twice P')%N.
Definition change l m : C := \sum_(i in I') c i l * g i m.
Definition phi l m : C := \sum_(i in I) a i l * e i m.

Let inP l : l \in B -> l \in P. Proof. exact: subsetP (ends_sub cP kP) l. Qed.
Let ra' : real_forms a'. Proof. exact: off_real. Qed.
Let rc' : real_forms c'. Proof. exact: off_real. Qed.
Let HR : multiply R P' a' b c'. Proof. exact: reduced. Qed.

Lemma pick B' (F : X -> C) l : \sum_(m in B') F m * (m == l)%:R = (l \in B')%:R * F l.
Proof.
have [lB|lB] := boolP (l \in B'); last first.
  by rewrite mul0r big1 // => x xB; case: eqP xB lB => [->->|_]; rewrite ?mulr0.
by rewrite (bigD1 l) //= eqxx mulr1 mul1r big1 ?addr0 // => x /andP[_ /negPf->]; rewrite mulr0.
Qed.

Lemma outside l1 l2 l3 : l1 \in P -> l2 \in P -> l3 \in P -> \sum_(j in S) a j l1 * (b j l2 * c' j l3) =
  unit3 l1 l2 l3 - (l1 == l2)%:R * ((l1 \in B)%:R * change l3 l1).
Proof.
move=> h1 h2 h3; rewrite -(H h1 h2 h3).
have turn (u v w : C) : u * (v * w) = w * (u * v) by rewrite mulrA mulrC.
under eq_bigr do rewrite turn; rewrite off_sum; congr (_ - _); first by apply: eq_bigr => j _; rewrite turn.
rewrite /change mulr_sumr mulr_sumr; apply: eq_bigr => i _.
transitivity (c i l3 * ((l1 \in B)%:R * ((l1 == l2)%:R * g i l1))); last first.
  by move: (c i l3) (_%:R : C) (_%:R : C) (g i l1) => *; by_ring.
congr (_ * _); rewrite -(pick B (fun m => (l1 == l2)%:R * g i m)); apply: eq_bigr => m mB.
rewrite (rotated H (inP mB) h1 h2) /unit3; case: (eqVneq m l1) => [->|]; by rewrite ?mulr0 ?mulr1 //= mulrC.
Qed.

Lemma change_conj l m : change l^-1%g m^-1%g = (change l m)^*.
Proof. by rewrite /change rmorph_sum; apply: eq_bigr => i _ /=; rewrite rc (proj1 dg) rmorphM. Qed.

Lemma off_phi j l : a' j l = a j l - \sum_(m in B) phi l m * a j m.
Proof.
rewrite /off; congr (_ - _); rewrite /phi; under [RHS]eq_bigr do rewrite mulr_suml.
rewrite exchange_big; apply: eq_bigr => i _ /=; rewrite mulr_sumr; apply: eq_bigr => m _.
by rewrite -mulrA [a j m * _]mulrC.
Qed.

Lemma off_change j l : c' j l = c j l - \sum_(m in B) change l m * c j m.
Proof.
rewrite /off; congr (_ - _); rewrite /change; under [RHS]eq_bigr do rewrite mulr_suml.
rewrite exchange_big; apply: eq_bigr => i _ /=; rewrite mulr_sumr; apply: eq_bigr => m _.
by rewrite -mulrA [c j m * _]mulrC.
Qed.

(* At a factor l that is not that of k, only the nodes with output there are left. *)
Section Other.
Variable l : X.
Hypothesis lP : l \in P'.
Notation L := (outputs R c' l).
Let cP' : closed P'. Proof. exact: rest_closed. Qed.
Let inP' m : m \in P' -> m \in P. Proof. by rewrite inE => /andP[]. Qed.
Let ends_l m : m \in ends l -> m \in P'. Proof. exact: subsetP (ends_sub cP' lP) m. Qed.
Let HL : multiplies L P' P' (ends l) a' b c'. Proof. exact: outputs_multiply. Qed.
Let apart m n : m \in B -> n \in P' -> (m == n) = false.
Proof. by move=> mB; rewrite inE => /andP[nB _]; apply: contraNF nB => /eqP <-. Qed.

Lemma split_L : split R c' l. Proof. exact: least_is_split HR lP least. Qed.

Lemma inside_L : {in L, forall j m, m \in P' :\: ends l -> a' j m = 0}.
Proof. exact: split_inside HR lP split_L. Qed.

Lemma only_L (F : J -> C) l3 : l3 \in ends l -> {in I, F =1 fun=> 0} ->
  \sum_(j in S) F j * c' j l3 = \sum_(j in L) F j * c' j l3.
Proof.
move=> h3 F0; rewrite [LHS](big_setID I) /= (setIidPr sI) big1 ?add0r => [|j /F0->]; last by rewrite mul0r.
rewrite [LHS](big_setID I') /= [X in X + _ = _]big1 ?add0r => [|j]; last first.
  by rewrite inE => /andP[_ jI]; rewrite (off0 _ dg jI) mulr0.
rewrite [LHS](big_setID L) /= (setIidPr _); last by apply/subsetP => j; rewrite inE => /andP[].
rewrite [X in _ + X = _]big1 ?addr0 // => j; rewrite inE => /andP[jL jR].
by rewrite (no_output rc' jR jL h3) mulr0.
Qed.

Lemma star l1 l2 l3 : l1 \in P' -> l2 \in P -> l3 \in ends l -> \sum_(j in L) a' j l1 * (b j l2 * c' j l3) =
  unit3 l1 l2 l3 + (l2 \in B)%:R * (phi l1 l2 * change l3 l2).
Proof.
move=> h1 h2 h3; have h1P := inP' h1; have h3P := inP' (ends_l h3).
transitivity (\sum_(j in S) a' j l1 * (b j l2 * c' j l3)).
  under [RHS]eq_bigr do rewrite mulrA; under [LHS]eq_bigr do rewrite mulrA.
  by rewrite only_L // => j jI; rewrite (off0 _ de jI) mul0r.
have l1B : l1 \in B = false by apply/negbTE; move: h1; rewrite inE => /andP[].
rewrite off_sum outside // l1B mul0r mulr0 subr0; congr (_ + _); rewrite -sumrN.
rewrite /phi mulr_suml mulr_sumr; apply: eq_bigr => i _; rewrite -mulrN -sumrN.
transitivity (a i l1 * \sum_(m in B) e i m * change l3 m * (m == l2)%:R); last by rewrite pick mulrCA !mulrA.
congr (_ * _); apply: eq_bigr => m mB; rewrite (outside (inP mB) h2 h3P) mB /unit3 (apart mB (ends_l h3)) andbF sub0r mul1r.
by rewrite mulrN opprK [_ * change _ _]mulrC mulrA.
Qed.

(* Where the second term vanishes, the nodes of L do not see k. *)
Lemma unseen : {in ends l & B, forall l1 l2, forall l3, l3 \in ends l -> phi l1 l2 * change l3 l2 = 0} ->
  {in L & B, forall j m, b j m = 0}.
Proof.
move=> zero j m jL mB.
refine (@independent C X J L (ends l) a' c' b (fun j => b j m) (@ends_closed X l) ra' rc' rb _ split_L _ j jL).
  by apply/swapped/rotated; apply: restricted HL; rewrite ?(ends_sub cP' lP).
move=> l1 l3 h1 h3; transitivity (\sum_(i in L) a' i l1 * (b i m * c' i l3)).
  by apply: eq_bigr => i _; rewrite mulrCA.
by rewrite (star (ends_l h1) (inP mB) h3) (zero l1 m) // mulr0 addr0 /unit3 eq_sym (apart mB (ends_l h1)).
Qed.

(* If outputs at l are not changed by what is taken off, l is split. *)
Lemma unchanged f : dual_to B b I f -> {in ends l & B, forall l3 m, change l3 m = 0} -> split S c l.
Proof.
move=> df chi0; have b0 : {in L & B, forall j m, b j m = 0}.
  by apply: unseen => l1 l2 _ l2B l3 l3l; rewrite chi0 // mulr0.
have lP0 : l \in P := inP' lP.
have c0 i : i \in I -> c' i l = 0.
  move=> iI; have v m : m \in B -> b i m * c' i l = 0.
    move=> mB; transitivity (\sum_(n in B) e i n * \sum_(j in I) a j n * (b j m * c' j l)).
      under eq_bigr do rewrite mulr_sumr; rewrite exchange_big (bigD1 i) //= [X in _ = _ + X]big1 => [|j /andP[jI ji]].
        rewrite addr0; under eq_bigr do rewrite mulrA [e i _ * _]mulrC; rewrite -mulr_suml (proj2 de) // eqxx mul1r. by [].
      by under eq_bigr do rewrite mulrA [e i _ * _]mulrC; rewrite -mulr_suml (proj2 de) // eq_sym (negPf ji) mul0r.
    apply: big1 => n nB; rewrite (_ : \sum_(j in I) _ = 0) ?mulr0 //.
    have := outside (inP nB) (inP mB) lP0; rewrite chi0 ?ends_k // !mulr0 subr0 /unit3 (apart nB lP) andbF.
    rewrite [LHS in LHS = _ -> _](big_setID I) /= (setIidPr sI) => E; rewrite -[RHS]E [X in _ = _ + X]big1 ?addr0 // => j.
    rewrite inE => /andP[jI jS]; have [jI'|jI'] := boolP (j \in I'); first by rewrite (off0 _ dg jI') !mulr0.
    have jR : j \in R by rewrite !inE jI' jI.
    by have [jL|jL] := boolP (j \in L); [rewrite b0 // mul0r mulr0 | rewrite (no_output rc' jR jL (ends_k l)) !mulr0].
  have := congr1 (fun u : C => u * c' i l) (proj2 df i i iI iI); rewrite eqxx mul1r => <-.
  by rewrite mulr_suml big1 // => m mB; rewrite mulrAC v // mul0r.
have same j : c' j l = c j l.
  by rewrite off_change big1 ?subr0 // => m mB; rewrite chi0 ?ends_k // mul0r.
apply: leq_trans split_L; rewrite leq_mul2l /=; apply: subset_leq_card; apply/subsetP => j.
rewrite inE => /andP[jS cj]; rewrite inE same cj andbT !inE jS andbT.
apply/andP; split; apply: contraNN cj => jI; first by rewrite -same (off0 _ dg jI).
by rewrite -same c0.
Qed.

(* If they are, what is taken off vanishes at the factors other than that of l. *)
Lemma changed : ~~ [forall l3 in ends l, [forall m in B, change l3 m == 0]] -> {in P' :\: ends l & B, forall l1 m, phi l1 m = 0}.
Proof.
case/forall_inPn=> l3 h3 /forall_inPn[m0 m0B chi0] l1 m h1 mB.
have {}chi0 : exists2 l4, l4 \in ends l & change l4 m != 0.
  have [->|n] := eqVneq m m0; first by exists l3.
  exists l3^-1%g; first exact: ends_closed.
  have -> : m = m0^-1%g by case/endsP: mB n m0B => -> n /endsP[] E; rewrite E ?invgK ?eqxx // in n *.
  by rewrite change_conj conjC_eq0.
have [l4 h4 chi4] := chi0; have h1P : l1 \in P' by move: h1; rewrite inE => /andP[].
have := star h1P (inP mB) h4; rewrite big1 => [|j jL]; last by rewrite inside_L ?mul0r.
rewrite mB mul1r /unit3 [l1 == m]eq_sym (apart mB h1P) add0r => /esym/eqP.
by rewrite mulf_eq0 (negPf chi4) orbF => /eqP.
Qed.
End Other.
End Frame.

Section OneMore.
Variables (S : {set J}) (P : {set X}) (a b c : forms).
Hypotheses (cP : closed P) (ra : real_forms a) (rb : real_forms b) (rc : real_forms c) (H : multiply S P a b c).
Hypothesis more : (2 * #|S| = twice P + 2)%N.
Hypothesis indep : forall t : J -> C, {in P &, forall l1 l2, \sum_(j in S) t j * (a j l1 * b j l2) = 0} ->
  {in S, forall j, t j = 0}.

Lemma split_of_relation k l (Q : {set J}) c1 : Q \subset S -> l \in P -> (2 * #|Q| <= twice (ends l))%N ->
  {in P &, forall l1 l2, \sum_(j in Q) a j l1 * (b j l2 * c1 j l) = unit3 l1 l2 l} -> split S c l.
Proof.
move=> sQ lP few rel; have sum (F : J -> C) : \sum_(j in S) (j \in Q)%:R * F j = \sum_(j in Q) F j.
  rewrite (big_setID Q) /= (setIidPr sQ) [X in _ + X]big1 ?addr0 => [|j]; last first.
    by rewrite inE => /andP[/negPf-> _]; rewrite mul0r.
  by apply: eq_bigr => j ->; rewrite mul1r.
have zero : {in S, forall j, c j l - (j \in Q)%:R * c1 j l = 0}.
  apply: indep => l1 l2 h1 h2; under eq_bigr do rewrite mulrBl -mulrA; rewrite sumrB sum.
  have -> : \sum_(j in S) c j l * (a j l1 * b j l2) = unit3 l1 l2 l.
    by rewrite -(H h1 h2 lP); apply: eq_bigr => j _; rewrite mulrC -mulrA.
  by rewrite -(rel l1 l2) // -sumrB big1 // => j _; rewrite [X in _ - X]mulrC -mulrA subrr.
apply: leq_trans few; rewrite leq_mul2l /=; apply: subset_leq_card; apply/subsetP => j.
rewrite inE => /andP[jS]; have := zero j jS; case: (j \in Q) => //.
by rewrite mul0r subr0 => ->; rewrite eqxx.
Qed.

Lemma more_framed k k2 k3 : k \in P -> k2 \in P :\: ends k -> k3 \in P :\: ends k -> k3 \notin ends k2 ->
  frame S k a b c -> split S c k2 || split S c k3.
Proof.
move=> kP h2 h3 apart [I [I' [sI sI' dI [[e de] [f df] [g dg]] two]]].
have least : (2 * #|S :\: I :\: I'| <= twice (P :\: ends k))%N.
  have [a' [c' [_ _ _ E]]] := framed cP kP sI sI' dI ra rb rc de dg H.
  by move: more; rewrite E (twice_rest cP kP) mulnDr two addnAC => /eqP; rewrite eqn_add2r eqn_add2l => /eqP->.
have H' := swapped H.
have same l : l \in P :\: ends k -> [forall l3 in ends l, [forall m in ends k, change I' c g l3 m == 0]] -> split S c l.
  move=> lP /forall_inP chi0; apply: (unchanged cP kP ra rb rc H sI sI' dI de dg least lP df) => l3 m lk mk.
  by have /forall_inP/(_ m mk)/eqP := chi0 l3 lk.
have [/(same k2 h2)->//|chi2] := boolP [forall l3 in ends k2, [forall m in ends k, change I' c g l3 m == 0]].
have [/(same k3 h3)->|chi3] := boolP [forall l3 in ends k3, [forall m in ends k, change I' c g l3 m == 0]]; first exact: orbT.
have none (a1 b1 e1 : forms) (r1 : real_forms a1) (r2 : real_forms b1) (H1 : multiply S P a1 b1 c) (d1 : dual_to (ends k) a1 I e1) :
    {in P :\: ends k & ends k, forall l m, phi I a1 e1 l m = 0}.
  move=> l m lP mk; have [lk|lk] := boolP (l \in ends k2); last first.
    by apply: (changed cP kP r1 r2 rc H1 sI sI' dI d1 dg least h2 chi2) => //; rewrite inE lk.
  apply: (changed cP kP r1 r2 rc H1 sI sI' dI d1 dg least h3 chi3) => //; rewrite inE lP andbT.
  by apply: contra apart => /endsP[] E; move: lk; rewrite E => /ends_closed; rewrite ?invgK // => /ends_closed; rewrite ?invgK.
have phi_a := none a b e ra rb H de; have phi_b := none b a f rb ra H' df.
have in2 l : l \in ends k2 -> l \in P :\: ends k := subsetP (ends_sub (rest_closed cP) h2) l.
have aL : {in outputs (S :\: I :\: I') (off (ends k) I' g c) k2 & ends k, forall j m, a j m = 0}.
  apply: (unseen cP kP rb ra rc H' sI sI' dI df dg least h2) => l1 l2 h1 hk l3 _.
  by rewrite phi_b ?mul0r // in2.
have k2P : k2 \in P by move: h2; rewrite inE => /andP[].
rewrite (@split_of_relation k k2 (outputs (S :\: I :\: I') (off (ends k) I' g c) k2) (off (ends k) I' g c)) //.
- by apply/subsetP => j; rewrite !inE => /andP[/and3P[]].
- exact: (split_L cP kP ra rb rc H sI sI' dI de dg least h2).
move=> l1 l2 p1 p2; have [lk|lk] := boolP (l1 \in ends k).
  rewrite big1 => [|j jL]; last by rewrite aL // mul0r.
  rewrite /unit3 [l1 == k2](_ : _ = false) ?andbF //; apply: contraTF lk => /eqP->.
  by move: h2; rewrite inE => /andP[].
have p1' : l1 \in P :\: ends k by rewrite inE lk.
have := star cP kP rc H sI de dg h2 p1' p2 (ends_k k2).
have -> : (l2 \in ends k)%:R * (phi I a e l1 l2 * change I' c g k2 l2) = 0.
  by have [l2k|_] := boolP (l2 \in ends k); [rewrite phi_a // mul0r mulr0 | rewrite mul0r].
rewrite addr0 => <-; apply: eq_bigr => j _; congr (_ * _).
by rewrite off_phi big1 ?subr0 // => m mk; rewrite phi_a // mul0r.
Qed.

Lemma more_crossed k l : k \in P -> l \in P :\: ends k -> crossed S k a b c -> split S c l.
Proof.
move=> kP lP [kk [i1 [i2 [j1 [j2 [sub card4 _ [c1 c2 da db only1] [d1 d2 ea eb only2]]]]]]].
set Q := [set i1; i2; j1; j2] in sub card4 *; have sB := ends_sub cP kP; have H' := swapped H.
have [s1 s2 t1 t2] : [/\ i1 \in S, i2 \in S, j1 \in S & j2 \in S].
  by move: sub; rewrite !subUset !sub1set -!andbA => /and4P[].
have inside : {in Q, forall j m, m \in P :\: ends k -> a j m = 0 /\ b j m = 0}.
  move=> j jQ m mP.
  have [a1 a2] := alone cP sB H s1 s2 c1 c2 db only1 mP; have [a3 a4] := alone cP sB H t1 t2 d1 d2 eb only2 mP.
  have [b1 b2] := alone cP sB H' s1 s2 c1 c2 da only1 mP; have [b3 b4] := alone cP sB H' t1 t2 d1 d2 ea only2 mP.
  by move: jQ; rewrite !inE -!orbA => /or4P[] /eqP->.
have lP0 : l \in P by move: lP; rewrite inE => /andP[].
have inP m : m \in P :\: ends k -> m \in P by rewrite inE => /andP[].
have rest l1 l2 l3 : l1 \in P -> l2 \in P -> l3 \in P -> (l1 \notin ends k) || (l2 \notin ends k) ->
    \sum_(j in S :\: Q) a j l1 * (b j l2 * c j l3) = unit3 l1 l2 l3.
  move=> h1 h2 h3 out; rewrite -(H h1 h2 h3) [RHS](big_setID Q) /= (setIidPr sub) [X in _ = X + _]big1 ?add0r // => j jQ.
  case/orP: out => out.
    by have [|-> _] := inside j jQ l1; rewrite ?in_setD ?out ?h1 // mul0r.
  by have [|_ ->] := inside j jQ l2; rewrite ?in_setD ?out ?h2 // mul0r mulr0.
have HR : multiply (S :\: Q) (P :\: ends k) a b c by move=> l1 l2 l3 h1 /inP h2 /inP h3; apply: rest (inP _ h1) h2 h3 _; move: h1; rewrite in_setD => /andP[->].
have least : (2 * #|S :\: Q| <= twice (P :\: ends k))%N.
  move: more; rewrite (twice_rest cP kP) twice_ends (negPf kk) -(cardsID Q S) (setIidPr sub) card4.
  by rewrite mulnDr addnAC -[(6 + 2)%N]/(2 * 4)%N => /eqP; rewrite eqn_add2l => /eqP->.
have cP' := rest_closed (k := k) cP.
have bR : {in S :\: Q & ends k, forall j m, b j m = 0}.
  move=> j m jR mk; refine (@independent C X J _ _ a c b (fun j => b j m) cP' ra rc rb _ least _ j jR).
    exact/swapped/rotated.
  move=> l1 l3 h1 h3; transitivity (\sum_(i in S :\: Q) a i l1 * (b i m * c i l3)).
    by apply: eq_bigr => i _; rewrite mulrCA.
  have l1k : l1 \notin ends k by move: h1; rewrite inE => /andP[].
  rewrite (rest _ _ _ (inP _ h1) (subsetP sB _ mk) (inP _ h3)) ?l1k // /unit3; case: eqP => //= E.
  by move: l1k; rewrite E mk.
have few := least_is_split cP' ra rb rc HR lP least.
apply: (@split_of_relation k l (outputs (S :\: Q) c l) c) => //.
  by apply/subsetP => j; rewrite !inE => /andP[/andP[]].
move=> l1 l2 h1 h2.
transitivity (\sum_(j in S :\: Q) a j l1 * (b j l2 * c j l)).
  rewrite [RHS](big_setID (outputs (S :\: Q) c l)) /= (setIidPr _); last by apply/subsetP => j; rewrite inE => /andP[].
  by rewrite [X in _ = _ + X]big1 ?addr0 // => j; rewrite inE => /andP[jo jS]; rewrite (no_output rc jS jo (ends_k l)) !mulr0.
have [out|] := boolP ((l1 \notin ends k) || (l2 \notin ends k)); first exact: rest.
rewrite negb_or !negbK => /andP[k1 k2']; rewrite big1 => [|j jR]; last by rewrite bR // mul0r mulr0.
rewrite /unit3 [l1 == l](_ : _ = false) ?andbF //; apply: contraTF lP => /eqP <-; by rewrite inE k1.
Qed.

(* One product more, independent ones: of three factors one is split. *)
Theorem one_product_more k k2 k3 : k \in P -> k2 \in P -> k3 \in P -> k2 \notin ends k -> k3 \notin ends k ->
  k3 \notin ends k2 -> [|| split S c k, split S c k2 | split S c k3].
Proof.
move=> kP h2 h3 n2 n3 n23; have [//|ns] := boolP (split S c k) => /=.
have h2' : k2 \in P :\: ends k by rewrite inE n2.
have [fr|cr] := frame_or_crossed cP ra rb rc H kP ns; last by rewrite (more_crossed kP h2' cr).
by apply: more_framed fr; rewrite // inE n3.
Qed.
End OneMore.
End More.
