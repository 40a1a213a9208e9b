(* Multiplying with as few products as possible, and with one more: the theorems on algebras R^r x C^p. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Products.
Variables (C : numClosedFieldType) (X : finGroupType) (J : finType).
(* A real linear form has an entry at each character, and a product of two is a node j with an output. *)
Notation forms := (J -> X -> C).
Implicit Types (k l m : X) (i j x y : J) (S I : {set J}) (B D P : {set X}) (a b c e : forms).
Definition real_form (f : X -> C) := forall l, f l^-1%g = (f l)^*.
Definition real_forms a := forall j, real_form (a j).

(* The products in S multiply, at characters of three sets. *)
Definition unit3 l1 l2 l3 : C := ((l1 == l2) && (l1 == l3))%:R.
Definition multiplies S D1 D2 D3 a b c := forall l1 l2 l3, l1 \in D1 -> l2 \in D2 -> l3 \in D3 ->
  \sum_(j in S) a j l1 * (b j l2 * c j l3) = unit3 l1 l2 l3.
Notation multiply S P := (multiplies S P P P).

Lemma swapped S D1 D2 D3 a b c : multiplies S D1 D2 D3 a b c -> multiplies S D2 D1 D3 b a c.
Proof.
move=> H l1 l2 l3 h1 h2 h3; under eq_bigr do rewrite mulrCA.
by rewrite H // /unit3 eq_sym; case: eqP => // ->.
Qed.

Lemma rotated S D1 D2 D3 a b c : multiplies S D1 D2 D3 a b c -> multiplies S D3 D1 D2 c a b.
Proof.
move=> H l1 l2 l3 h1 h2 h3; under eq_bigr do rewrite mulrC -mulrA.
by rewrite H // /unit3 [l2 == l1]eq_sym andbC; case: (eqVneq l1 l2) => [->|].
Qed.

Lemma restricted S D1 D2 D3 P a b c : P \subset D1 -> P \subset D2 -> P \subset D3 ->
  multiplies S D1 D2 D3 a b c -> multiply S P a b c.
Proof. by move=> /subsetP s1 /subsetP s2 /subsetP s3 H l1 l2 l3 /s1 h1 /s2 h2 /s3 h3; apply: H. Qed.

(* A factor is R or C: what is at k and -k. Twice the number of products that it takes is 2 or 6. *)
Definition ends k : {set X} := [set k; k^-1%g].
Definition twice P : nat := (\sum_(k in P) if k == k^-1%g then 2 else 3)%N.
Definition closed P := forall k, k \in P -> k^-1%g \in P.

Lemma endsP k l : reflect (l = k \/ l = k^-1%g) (l \in ends k).
Proof. by rewrite !inE; apply: (iffP orP) => -[/eqP|/eqP]; auto. Qed.
Lemma ends_k k : k \in ends k. Proof. by rewrite !inE eqxx. Qed.
Lemma ends_inv k : k^-1%g \in ends k. Proof. by rewrite !inE eqxx orbT. Qed.
Lemma ends_closed k : closed (ends k).
Proof. by move=> l /endsP[]->; rewrite ?invgK !inE eqxx ?orbT. Qed.
Lemma ends_sub k P : closed P -> k \in P -> ends k \subset P.
Proof. by move=> cP kP; apply/subsetP => l /endsP[]->; rewrite ?cP. Qed.
Lemma rest_closed k P : closed P -> closed (P :\: ends k).
Proof.
move=> cP l; rewrite inE => /andP[lk lP]; rewrite inE cP // andbT; apply: contra lk => /ends_closed.
by rewrite invgK.
Qed.

Lemma sum_ends k (F : X -> C) : k != k^-1%g -> \sum_(m in ends k) F m = F k + F k^-1%g.
Proof. by move=> kk; rewrite big_setU1 ?inE // big_set1. Qed.

Lemma twice_ends k : twice (ends k) = (if k == k^-1%g then 2 else 6)%N.
Proof.
rewrite /twice; case: eqVneq => [kk|kk].
  have -> : ends k = [set k] by apply/setP => l; rewrite !inE -kk orbb.
  by rewrite big_set1 -kk eqxx.
by rewrite big_setU1 ?inE // big_set1 invgK (negPf kk) eq_sym (negPf kk).
Qed.

Lemma twice_rest k P : closed P -> k \in P -> twice P = (twice (ends k) + twice (P :\: ends k))%N.
Proof. by move=> cP kP; rewrite /twice (big_setID (ends k)) /= (setIidPr (ends_sub cP kP)). Qed.

(* Forms a_i with i in I, independent at the characters of B: real vectors dual to them. *)
Definition dual_to B a I e := real_forms e /\
  {in I &, forall i j, \sum_(m in B) a j m * e i m = (i == j)%:R}.
(* Inputs x less what is in B, so that the forms of I vanish. *)
Definition off B I e a : forms := fun j l => a j l - \sum_(i in I) a i l * \sum_(m in B) a j m * e i m.

Lemma off_sum S B I e a (f : J -> C) l : \sum_(j in S) off B I e a j l * f j =
  \sum_(j in S) a j l * f j - \sum_(i in I) a i l * \sum_(m in B) e i m * \sum_(j in S) a j m * f j.
Proof.
under eq_bigr do rewrite mulrBl; rewrite sumrB; congr (_ - _).
under eq_bigr do rewrite mulr_suml; rewrite exchange_big; apply: eq_bigr => i _ /=.
under eq_bigr do rewrite -mulrA; rewrite -mulr_sumr; congr (_ * _).
under eq_bigr do rewrite mulr_suml; rewrite exchange_big; apply: eq_bigr => m _ /=.
by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrAC mulrC.
Qed.

Lemma off_real k I e a : real_forms a -> dual_to (ends k) a I e -> real_forms (off (ends k) I e a).
Proof.
move=> ra [re _] j l; rewrite /off ra rmorphB rmorph_sum /=; congr (_ - _); apply: eq_bigr => i _.
rewrite ra rmorphM rmorph_sum; congr (_ * _) => /=; rewrite (reindex_inj invg_inj) /=.
apply: eq_big => [m|m _]; last by rewrite ra re rmorphM.
by apply/idP/idP => /ends_closed; rewrite ?invgK.
Qed.

Lemma off0 B I e a j l : dual_to B a I e -> j \in I -> off B I e a j l = 0.
Proof.
move=> [_ de] jI; rewrite /off (bigD1 j) //= de // eqxx mulr1 big1 ?addr0 ?subrr // => i /andP[iI ij].
by rewrite de // (negPf ij) mulr0.
Qed.

Lemma without S I (F : J -> C) : I \subset S -> {in I, F =1 fun=> 0} -> \sum_(j in S) F j = \sum_(j in S :\: I) F j.
Proof. by move=> sIS F0; rewrite (big_setID I) /= (setIidPr sIS) big1 ?add0r. Qed.

Lemma off_multiplies S B I e a b c D1 D2 D3 : I \subset S -> dual_to B a I e -> B \subset D1 ->
  [disjoint B & D2] -> multiplies S D1 D2 D3 a b c -> multiplies (S :\: I) D1 D2 D3 (off B I e a) b c.
Proof.
move=> sIS de /subsetP sB dB H l1 l2 l3 h1 h2 h3; rewrite -(without sIS) => [|j jI]; last first.
  by rewrite (off0 _ de jI) mul0r.
rewrite off_sum H // big1 ?subr0 // => i _; rewrite big1 ?mulr0 // => m mB.
rewrite H ?sB // /unit3; case: eqP => [E|]; last by rewrite mulr0.
by have := disjointFr dB mB; rewrite E h2.
Qed.

(* Two sets of nodes can be done without, and what is left multiplies at the other characters. *)
Lemma reduced k P S a b c I e I' g : closed P -> k \in P -> I \subset S -> I' \subset S -> [disjoint I & I'] ->
  dual_to (ends k) a I e -> dual_to (ends k) c I' g -> multiply S P a b c ->
  multiply (S :\: I :\: I') (P :\: ends k) (off (ends k) I e a) b (off (ends k) I' g c).
Proof.
move=> cP kP sI sI' dI de dg H; have sB := ends_sub cP kP.
have dB : [disjoint ends k & P :\: ends k].
  by rewrite -setI_eq0 setIDA setIC setDE -setIA setICr setI0.
have dP : P :\: ends k \subset P by apply: subsetDl.
have {}H : multiplies (S :\: I) P (P :\: ends k) P (off (ends k) I e a) b c.
  by apply: off_multiplies => // l1 l2 l3 h1 h2 h3; apply: H => //; apply: (subsetP dP).
have sI'S : I' \subset S :\: I by rewrite subsetD sI' disjoint_sym.
apply/rotated/swapped; apply: (@restricted _ P (P :\: ends k) P) => //.
by apply: off_multiplies => //; apply/rotated/swapped.
Qed.

Lemma some_term S (F : J -> C) : \sum_(j in S) F j != 0 -> exists2 j, j \in S & F j != 0.
Proof.
case: (boolP [exists j in S, F j != 0]) => [/exists_inP//|/exists_inPn none].
by rewrite big1 ?eqxx // => j /none/negPn/eqP.
Qed.

(* One form that is not zero on a factor, or two that are independent there, have dual vectors. *)
Lemma norm_neq0 k a i : a i k != 0 -> \sum_(m in ends k) a i m * (a i m)^* != 0.
Proof.
move=> ak; apply: contraNneq ak => /psumr_eq0P zero; rewrite -mul_conjC_eq0 zero ?ends_k // => m _.
exact: mul_conjC_ge0.
Qed.

Lemma single k a i : real_forms a -> a i k != 0 -> exists e, dual_to (ends k) a [set i] e.
Proof.
move=> ra ak; pose N := \sum_(m in ends k) a i m * (a i m)^*; have N0 : N != 0 := norm_neq0 ak.
exists (fun _ m => (a i m)^* / N); split=> [_ l|i1 j1 /set1P-> /set1P->].
  rewrite ra rmorphM; congr (_ * _); rewrite fmorphV; congr (_^-1); apply: esym; apply: CrealP.
  by apply: ger0_real; apply: sumr_ge0 => m _; apply: mul_conjC_ge0.
by under eq_bigr do rewrite mulrA; rewrite -mulr_suml mulfV // eqxx.
Qed.

Section Pair.
Variable k : X.
Hypothesis pair : k != k^-1%g.
Definition det a i j : C := 'i * (a i k * a j k^-1%g - a i k^-1%g * a j k).

Lemma detC a i j : det a i j = - det a j i. Proof. by rewrite /det; by_ring. Qed.
Lemma detxx a i : det a i i = 0. Proof. by rewrite /det [_ * a i k]mulrC subrr mulr0. Qed.
Lemma plucker a i j x y : det a i j * det a x y = det a i x * det a j y - det a i y * det a j x.
Proof.
rewrite /det; move: 'i (a i k) (a j k) (a x k) (a y k) (a i k^-1%g) (a j k^-1%g) (a x k^-1%g) (a y k^-1%g).
by move=> *; by_ring.
Qed.

Lemma double a i j : real_forms a -> det a i j != 0 -> exists e, dual_to (ends k) a [set i; j] e.
Proof.
move=> ra d0; pose kernel x m := 'i * ((m == k)%:R - (m == k^-1%g)%:R) * a x m^-1%g.
have value x y : \sum_(m in ends k) a y m * kernel x m = det a y x.
  rewrite sum_ends // /kernel !eqxx invgK [_^-1%g == k]eq_sym (negPf pair) /det.
  by move: 'i (a y k) (a x k) (a y k^-1%g) (a x k^-1%g) => *; by_ring.
have ii := @conjCi C; have rk x l : kernel x l^-1%g = (kernel x l)^*.
  rewrite /kernel invgK [a x l^-1%g]ra !rmorphM rmorphB !rmorph_nat ii conjCK (can2_eq invgK invgK) (inj_eq invg_inj).
  by move: 'i (_%:R : C) (_%:R : C) (a x l) => *; by_ring.
have rd x y : (det a x y)^* = det a x y.
  by rewrite /det !rmorphM rmorphB !rmorphM ii -!ra invgK; move: 'i (a x k) (a x k^-1%g) (a y k) (a y k^-1%g) => *; by_ring.
have ij : i != j by apply: contraNneq d0 => ->; rewrite detxx.
pose other x := if x == i then j else i.
exists (fun x m => kernel (other x) m / det a x (other x)); split=> [x l|x y xI yI].
  by rewrite rk [in RHS]rmorphM fmorphV rd.
under eq_bigr do rewrite mulrA; rewrite -mulr_suml value /other; move: xI yI => /set2P[]-> /set2P[]->;
  rewrite ?eqxx ?[j == i]eq_sym ?(negPf ij) ?detxx ?mul0r ?mulfV //.
by rewrite detC oppr_eq0.
Qed.

(* Two nodes at least see what the form of one more node takes to 0, and their other forms are independent. *)
Lemma seen S P a b c j : ends k \subset P -> multiply S P a b c -> c j k != 0 -> c j k^-1%g != 0 ->
  exists i1 i2, [/\ i1 \in S, i2 \in S, det c i1 j != 0 & [/\ det c i2 j != 0, det a i1 i2 != 0 & det b i1 i2 != 0]].
Proof.
move=> sB H c1 c2; pose M l1 l2 := \sum_(x in S) det c x j * (a x l1 * b x l2).
have /subsetP inP := sB; have kP := inP k (ends_k k); have kP' := inP _ (ends_inv k).
have value l1 l2 : l1 \in ends k -> l2 \in ends k ->
    M l1 l2 = 'i * (c j k^-1%g * unit3 l1 l2 k - c j k * unit3 l1 l2 k^-1%g).
  move=> /inP h1 /inP h2; rewrite -!H // !mulr_sumr -sumrB mulr_sumr; apply: eq_bigr => x _.
  by rewrite /det; move: 'i (a x l1) (b x l2) (c x k) (c x k^-1%g) (c j k) (c j k^-1%g) => *; by_ring.
have two : 2%:R * (M k k * M k^-1%g k^-1%g - M k k^-1%g * M k^-1%g k) =
    - \sum_(x in S) \sum_(y in S) det c x j * det c y j * (det a x y * det b x y).
  transitivity (M k k * M k^-1%g k^-1%g - M k k^-1%g * M k^-1%g k - M k^-1%g k * M k k^-1%g + M k^-1%g k^-1%g * M k k).
    by move: (M k k) (M k k^-1%g) (M k^-1%g k) (M k^-1%g k^-1%g) => *; by_ring.
  rewrite /M !big_distrlr -!sumrB -big_split -sumrN; apply: eq_bigr => x _ /=.
  rewrite -!sumrB -big_split -sumrN; apply: eq_bigr => y _ /=; rewrite [det a x y]/det [det b x y]/det.
  have : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
  move: (det c x j) (det c y j) (a x k) (a x k^-1%g) (a y k) (a y k^-1%g) => s t a1 a2 a3 a4.
  by move: 'i (b x k) (b x k^-1%g) (b y k) (b y k^-1%g) => i b1 b2 b3 b4 ii; by_ring ii.
have : \sum_(x in S) \sum_(y in S) det c x j * det c y j * (det a x y * det b x y) != 0.
  rewrite -oppr_eq0 -two !value ?ends_k ?ends_inv // /unit3 !eqxx [_^-1%g == k]eq_sym (negPf pair) !andbF.
  rewrite /= !(mulr1n, mulr0n, mulr1, mulr0, subr0, sub0r).
  by rewrite !mulf_neq0 ?oppr_eq0 ?mulf_neq0 ?pnatr_eq0 ?neq0Ci.
move=> /some_term[x xS /some_term[y yS]]; rewrite mulf_eq0 negb_or => /andP[cxy]; rewrite mulf_eq0 negb_or => /andP[axy bxy]; exists x, y; split=> //.
  by apply: contraNneq cxy => ->; rewrite mul0r.
by split=> //; apply: contraNneq cxy => ->; rewrite mulr0.
Qed.

(* If these see all that one form takes to 0, then their other forms are in the factor. *)
Lemma alone S P a b c j i1 i2 l : closed P -> ends k \subset P -> multiply S P a b c ->
  i1 \in S -> i2 \in S -> det c i1 j != 0 -> det c i2 j != 0 -> det b i1 i2 != 0 ->
  {in S, forall x, det c x j != 0 -> x \in [set i1; i2]} -> l \in P :\: ends k -> a i1 l = 0 /\ a i2 l = 0.
Proof.
move=> cP /subsetP inP H s1 s2 c1 c2 bd only; rewrite inE => /andP[lk lP].
have i12 : i1 != i2 by apply: contraNneq bd => ->; rewrite detxx.
have rel l2 : l2 \in ends k -> det c i1 j * a i1 l * b i1 l2 + det c i2 j * a i2 l * b i2 l2 = 0.
  move=> l2k; transitivity (\sum_(x in S) det c x j * (a x l * b x l2)).
    rewrite (big_setID [set i1; i2]) /= (setIidPr _); last by rewrite subUset !sub1set s1 s2.
    rewrite [X in _ = _ + X]big1 ?addr0 => [|x]; last first.
      rewrite inE => /andP[/negPf no xS]; have [->|/(only x xS)] := eqVneq (det c x j) 0; first by rewrite mul0r.
      by rewrite no.
    by rewrite big_setU1 ?inE // big_set1 !mulrA.
  transitivity ('i * (c j k^-1%g * (\sum_(x in S) a x l * (b x l2 * c x k))
                    - c j k * (\sum_(x in S) a x l * (b x l2 * c x k^-1%g)))).
    rewrite !mulr_sumr -sumrB mulr_sumr; apply: eq_bigr => x _; rewrite /det.
    by move: 'i (a x l) (b x l2) (c x k) (c x k^-1%g) (c j k) (c j k^-1%g) => *; by_ring.
  have ll2 : (l == l2) = false by apply: contraNF lk => /eqP->.
  have zero l3 : l3 \in ends k -> \sum_(x in S) a x l * (b x l2 * c x l3) = 0.
    by move=> /inP h3; rewrite (H l l2 l3 lP (inP _ l2k) h3) /unit3 ll2.
  by rewrite !zero ?ends_k ?ends_inv // !mulr0 subr0 mulr0.
have i0 : 'i != 0 :> C by rewrite neq0Ci.
have := rel k (ends_k k); have := rel _ (ends_inv k); rewrite -/(det b i1 i2); move: c1 c2.
move: (det c i1 j) (det c i2 j) => u v u0 v0 e' e.
suff both : u * a i1 l * det b i1 i2 = 0 /\ v * a i2 l * det b i1 i2 = 0.
  case: both => /eqP; rewrite mulf_eq0 (negPf bd) orbF mulf_eq0 (negPf u0) => /eqP-> /eqP.
  by rewrite mulf_eq0 (negPf bd) orbF mulf_eq0 (negPf v0) => /eqP->.
rewrite /det; move: (u * _) (v * _) e e' => p q e e'; split.
  transitivity ('i * (b i2 k^-1%g * (p * b i1 k + q * b i2 k) - b i2 k * (p * b i1 k^-1%g + q * b i2 k^-1%g))).
    by move: 'i (b i1 k) (b i2 k) (b i1 _) (b i2 _) => *; by_ring.
  by rewrite e e' !mulr0 subr0 mulr0.
transitivity ('i * (b i1 k * (p * b i1 k^-1%g + q * b i2 k^-1%g) - b i1 k^-1%g * (p * b i1 k + q * b i2 k))).
  by move: 'i (b i1 k) (b i2 k) (b i1 _) (b i2 _) => *; by_ring.
by rewrite e e' !mulr0 subr0 mulr0.
Qed.
End Pair.

Lemma some_node S P a b c k : multiply S P a b c -> k \in P ->
  exists j, [/\ j \in S, a j k != 0, b j k != 0 & c j k != 0].
Proof.
move=> H kP; have : \sum_(j in S) a j k * (b j k * c j k) != 0 by rewrite H // /unit3 !eqxx oner_neq0.
case/some_term=> j jS; rewrite !mulf_eq0 !negb_or => /andP[aj /andP[bj cj]]; by exists j.
Qed.

(* Nodes I and I' can be done without, by their first forms and by their outputs. *)
Lemma framed k S P a b c I I' e g : closed P -> k \in P -> I \subset S -> I' \subset S -> [disjoint I & I'] ->
  real_forms a -> real_forms b -> real_forms c -> dual_to (ends k) a I e -> dual_to (ends k) c I' g -> multiply S P a b c ->
  let S' := S :\: I :\: I' in let P' := P :\: ends k in
  exists a' c', [/\ real_forms a', real_forms c', multiply S' P' a' b c' & #|S| = (#|I| + #|I'| + #|S'|)%N].
Proof.
move=> cP kP sI sI' dI ra rb rc de dg H S' P'; exists (off (ends k) I e a), (off (ends k) I' g c); split.
- exact: off_real.
- exact: off_real.
- exact: reduced.
- have sI'S : I' \subset S :\: I by rewrite subsetD sI' disjoint_sym.
  rewrite /S' -(cardsID I S) (setIidPr sI) -addnA; congr (_ + _)%N.
  by rewrite -(cardsID I' (S :\: I)) (setIidPr sI'S).
Qed.

Lemma dual0 B a : exists e, dual_to B a set0 e.
Proof. by exists (fun _ _ => 0); split=> [i l|i j]; rewrite ?inE ?conjC0. Qed.

Lemma disjoint1 i I : i \notin I -> [disjoint [set i] & I]. Proof. by rewrite disjoints1. Qed.

(* The theorem of Alder and Strassen, for real and complex factors. *)
Theorem products_at_least S P a b c : closed P -> real_forms a -> real_forms b -> real_forms c ->
  multiply S P a b c -> (twice P <= 2 * #|S|)%N.
Proof.
have [n] := ubnP #|P|; elim: n => // n IH in S P a b c *; rewrite ltnS => Pn cP ra rb rc H.
have [->|[k kP]] := set_0Vmem P; first by rewrite /twice big_set0.
have [j [jS aj bj cj]] := some_node H kP.
suff [I [I' [sI sI' dI [[e de] [g dg]] two]]] : exists I I', [/\ I \subset S, I' \subset S, [disjoint I & I'],
    (exists e, dual_to (ends k) a I e) /\ (exists g, dual_to (ends k) c I' g) & (2 * (#|I| + #|I'|) = twice (ends k))%N].
  have [a' [c' [ra' rc' H' ->]]] := framed cP kP sI sI' dI ra rb rc de dg H.
  rewrite (twice_rest cP kP) mulnDr two leq_add2l; apply: IH H' => //; last exact: rest_closed.
  apply: leq_trans Pn; apply/proper_card/properP; split; first exact: subsetDl.
  by exists k; rewrite // !inE eqxx.
rewrite twice_ends; have [kk|kk] := eqVneq k k^-1%g.
  exists [set j], set0; split; rewrite ?sub1set ?sub0set ?cards0 ?cards1 //; first by rewrite disjoint_sym disjoints_subset sub0set.
  by split; [apply: single | apply: dual0].
have cj' : c j k^-1%g != 0 by rewrite rc conjC_eq0.
have [i1 [i2 [s1 s2 c1 [c2 da _]]]] := seen kk (ends_sub cP kP) H cj cj'.
have i12 : i1 != i2 by apply: contraNneq da => ->; rewrite detxx.
exists [set i1; i2], [set j]; split; rewrite ?subUset ?sub1set ?s1 ?s2 ?cards1 ?cards2 ?i12 //.
  rewrite disjoint_sym disjoint1 // !inE negb_or; apply/andP; split.
    by apply: contraNneq c1 => ->; rewrite detxx.
  by apply: contraNneq c2 => ->; rewrite detxx.
by split; [apply: double | apply: single].
Qed.

(* One product can be written through the others, and its output spread over theirs. *)
Definition spread (t : J -> C) j0 c : forms := fun j l => c j l - t j / t j0 * c j0 l.

Lemma spread_real t j0 c : (forall j, (t j)^* = t j) -> real_forms c -> real_forms (spread t j0 c).
Proof. by move=> rt rc j l; rewrite /spread !rc rmorphB !rmorphM fmorphV !rt. Qed.

Lemma spread_sum S (t F : J -> C) j0 c l : j0 \in S -> t j0 != 0 -> \sum_(j in S :\ j0) F j * spread t j0 c j l =
  \sum_(j in S) F j * c j l - (\sum_(j in S) t j * F j) * (c j0 l / t j0).
Proof.
move=> j0S t0; transitivity (\sum_(j in S) F j * spread t j0 c j l).
  by rewrite [RHS](big_setD1 j0) //= /spread mulfV // mul1r subrr mulr0 add0r.
rewrite mulr_suml -sumrB; apply: eq_bigr => j _; rewrite /spread mulrBr; congr (_ - _).
by move: (t j0)^-1 (t j) (F j) (c j0 l) => *; by_ring.
Qed.

(* With as few products as possible, those of two of the three forms are independent. A relation has a real one. *)
Lemma real_relation S P a b (t : J -> C) j0 : closed P -> real_forms a -> real_forms b -> t j0 != 0 ->
  {in P &, forall l1 l2, \sum_(j in S) t j * (a j l1 * b j l2) = 0} -> exists t' : J -> C,
  [/\ forall j, (t' j)^* = t' j, t' j0 != 0 & {in P &, forall l1 l2, \sum_(j in S) t' j * (a j l1 * b j l2) = 0}].
Proof.
move=> cP ra rb t0 rel; have conj : {in P &, forall l1 l2, \sum_(j in S) (t j)^* * (a j l1 * b j l2) = 0}.
  move=> l1 l2 h1 h2; have := congr1 (fun u : C => u^*) (rel _ _ (cP _ h1) (cP _ h2)); rewrite conjC0 rmorph_sum => E.
  by rewrite -[RHS]E; apply: eq_bigr => j _ /=; rewrite ra rb !rmorphM !conjCK.
have [re|re] := eqVneq (t j0 + (t j0)^*) 0; last first.
  exists (fun j => t j + (t j)^*); split=> // [j|l1 l2 h1 h2]; first by rewrite rmorphD conjCK addrC.
  by under eq_bigr do rewrite mulrDl; rewrite big_split /= rel // conj // addr0.
exists (fun j => 'i * (t j - (t j)^*)); split=> [j||l1 l2 h1 h2].
- by rewrite rmorphM rmorphB conjCK conjCi mulNr -mulrN opprB.
- rewrite mulf_neq0 ?neq0Ci //; move/eqP: re; rewrite addr_eq0 => /eqP re; rewrite -[(t j0)^*]opprK -re opprK.
  by rewrite -mulr2n mulrn_eq0.
- under eq_bigr do rewrite -mulrA mulrBl; rewrite -mulr_sumr sumrB rel // conj // subrr mulr0. by [].
Qed.

Lemma independent S P a b c (t : J -> C) : closed P -> real_forms a -> real_forms b -> real_forms c ->
  multiply S P a b c -> (2 * #|S| <= twice P)%N ->
  {in P &, forall l1 l2, \sum_(j in S) t j * (a j l1 * b j l2) = 0} -> {in S, forall j, t j = 0}.
Proof.
move=> cP ra rb rc H least rel j jS; apply/eqP; apply: contraT => tj.
have [t' [rt tj' rel']] := real_relation cP ra rb tj rel.
have rc' := spread_real j rt rc.
suff /(products_at_least cP ra rb rc') : multiply (S :\ j) P a b (spread t' j c).
  by move/(leq_trans least); rewrite leq_mul2l /= [#|S|](cardsD1 j) jS ltnn.
move=> l1 l2 l3 h1 h2 h3; rewrite -(H l1 l2 l3) //; under eq_bigr do rewrite mulrA.
by rewrite spread_sum // rel' // mul0r subr0; apply: eq_bigr => i _; rewrite mulrA.
Qed.
End Products.
