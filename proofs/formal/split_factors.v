(* Factors that take as few products as possible: all of them, where the number of products is the least. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic products.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Split.
Variables (C : numClosedFieldType) (X : finGroupType) (J : finType).
Notation forms := (J -> X -> C).
Notation multiply S P := (multiplies S P P P).
Notation unit3 := (unit3 C).
Implicit Types (k l m : X) (i j x y : J) (S I : {set J}) (B D P : {set X}) (a b c e : forms).

(* A factor is split if as few nodes as possible have output in it. These are then in that factor. *)
Definition outputs S c k : {set J} := [set j in S | c j k != 0].
Definition split S c k : bool := (2 * #|outputs S c k| <= twice (ends k))%N.

Lemma no_output S c k j l : real_forms c -> j \in S -> j \notin outputs S c k -> l \in ends k -> c j l = 0.
Proof. by move=> rc jS; rewrite inE jS negbK /= => /eqP c0 /endsP[]->; rewrite ?rc c0 ?conjC0. Qed.

Lemma outputs_multiply S P a b c k : closed P -> real_forms c -> k \in P -> multiply S P a b c ->
  multiplies (outputs S c k) P P (ends k) a b c.
Proof.
move=> cP rc kP H l1 l2 l3 h1 h2 h3; rewrite -(H l1 l2 l3 h1 h2 (subsetP (ends_sub cP kP) l3 h3)).
rewrite [RHS](big_setID (outputs S c k)) /= (setIidPr _); last by apply/subsetP => j; rewrite inE => /andP[].
rewrite [X in _ = _ + X]big1 ?addr0 // => j; rewrite inE => /andP[jo jS].
by rewrite (no_output rc jS jo h3) !mulr0.
Qed.

Lemma split_inside S P a b c k : closed P -> real_forms a -> real_forms b -> real_forms c -> multiply S P a b c ->
  k \in P -> split S c k -> {in outputs S c k, forall j l, l \in P :\: ends k -> a j l = 0}.
Proof.
move=> cP ra rb rc H kP few j jo l; rewrite inE => /andP[lk lP]; have HL := outputs_multiply cP rc kP H.
have sB := ends_sub cP kP.
refine (@independent C X J _ (ends k) b c a (fun j => a j l) (@ends_closed X k) rb rc ra _ few _ j jo).
- by apply/rotated/rotated; apply: restricted HL.
- move=> l1 l2 h1 h2; rewrite (HL l l1 l2 lP (subsetP sB _ h1) h2) /unit3; case: eqP => //= E.
  by move: lk; rewrite E h1.
Qed.

(* Where it is not split there are such I and I', with one node more, or four nodes in two classes. *)
Definition frame S k a b c := exists I I', [/\ I \subset S, I' \subset S, [disjoint I & I'],
  [/\ exists e, dual_to (ends k) a I e, exists f, dual_to (ends k) b I f & exists g, dual_to (ends k) c I' g] &
  (2 * (#|I| + #|I'|) = twice (ends k) + 2)%N].
Definition alone_at S k a b c j i1 i2 := [/\ det k c i1 j != 0, det k c i2 j != 0, det k a i1 i2 != 0, det k b i1 i2 != 0 &
  {in S, forall x, det k c x j != 0 -> x \in [set i1; i2]}].
Definition crossed S k a b c := k != k^-1%g /\ exists i1 i2 j1 j2, let four := [set i1; i2; j1; j2] in
  [/\ four \subset S, #|four| = 4%N, outputs S c k \subset four, alone_at S k a b c j1 i1 i2 & alone_at S k a b c i1 j1 j2].

Lemma three_term k c i j x : det k c x i * c j k - det k c x j * c i k = det k c j i * c x k.
Proof. by rewrite /det; move: 'i (c i k) (c j k) (c x k) (c i k^-1%g) (c j k^-1%g) (c x k^-1%g) => *; by_ring. Qed.

Lemma frame_or_crossed S P a b c k : closed P -> real_forms a -> real_forms b -> real_forms c -> multiply S P a b c ->
  k \in P -> ~~ split S c k -> frame S k a b c \/ crossed S k a b c.
Proof.
move=> cP ra rb rc H kP; rewrite /split twice_ends -ltnNge; have sB := ends_sub cP kP.
have [kk|kk] := eqVneq k k^-1%g => many.
  have [j [jS aj bj cj]] := some_node H kP; left.
  have [none|[i]] := set_0Vmem (outputs S c k :\ j).
    by move: many; rewrite (cardsD1 j) none cards0 addn0; case: (_ \in _).
  rewrite !inE => /and3P[ij iS ci]; exists [set j], [set i]; split; rewrite ?sub1set ?disjoint1 ?inE 1?eq_sym //.
    by split; apply: single.
  by rewrite !cards1 twice_ends -kk eqxx.
have [j1 j1o] : exists j, j \in outputs S c k by apply/card_gt0P; move: many; case: #|_|.
have four : (4 <= #|outputs S c k|)%N by rewrite -(@ltn_pmul2l 2).
have out j : j \in outputs S c k -> [/\ j \in S, c j k != 0 & c j k^-1%g != 0].
  by rewrite inE => /andP[-> cj]; rewrite rc conjC_eq0.
have [jS cj cj'] := out j1 j1o; have [i1 [i2 [s1 s2 c1 [c2 da db]]]] := seen kk sB H cj cj'.
have neq j : det k c j j1 != 0 -> j != j1 by apply: contraNneq => ->; rewrite detxx.
have make I x y i : (exists u v, [/\ I = [set u; v], u \in S, v \in S & [/\ det k a u v != 0, det k b u v != 0, det k c u y != 0 & det k c v y != 0]]) ->
    x \in S -> y \in S -> x \notin I -> det k c x y != 0 -> frame S k a b c.
  move=> [u [v [-> uS vS [uva uvb uy vy]]]] xS yS xI xy; exists [set u; v], [set x; y].
  have ne p q (d : forms) : det k d p q != 0 -> p != q by apply: contraNneq => ->; rewrite detxx.
  split; rewrite ?subUset ?sub1set ?xS ?yS ?uS ?vS //.
  - rewrite disjoint_sym disjoints_subset; apply/subsetP => t /set2P[]->; rewrite in_setC //.
    by rewrite !inE ![y == _]eq_sym (negPf (ne _ _ _ uy)) (negPf (ne _ _ _ vy)).
  - by split; apply: double.
  - by rewrite !cards2 (ne _ _ _ uva) (ne _ _ _ xy) twice_ends (negPf kk).
have [/existsP[x /and3P[xS xI cx]]|/existsPn no1] := boolP [exists x, [&& x \in S, x \notin [set i1; i2] & det k c x j1 != 0]].
  by left; apply: (make [set i1; i2] x j1) => //; exists i1, i2.
have only1 : {in S, forall x, det k c x j1 != 0 -> x \in [set i1; i2]}.
  by move=> x xS cx; have := no1 x; rewrite xS cx andbT /= negbK.
have ci1 : c i1 k != 0.
  by apply: contraNneq c1 => c0; rewrite /det [c i1 _^-1%g]rc c0 conjC0 !mul0r subrr mulr0.
have ci1' : c i1 k^-1%g != 0 by rewrite rc conjC_eq0.
have [x1 [x2 [t1 t2 d1 [d2 ea eb]]]] := seen kk sB H ci1 ci1'.
have [/existsP[x /and3P[xS xI cx]]|/existsPn no2] := boolP [exists x, [&& x \in S, x \notin [set x1; x2] & det k c x i1 != 0]].
  by left; apply: (make [set x1; x2] x i1) => //; exists x1, x2.
have only2 : {in S, forall x, det k c x i1 != 0 -> x \in [set x1; x2]}.
  by move=> x xS cx; have := no2 x; rewrite xS cx andbT /= negbK.
have cji : det k c j1 i1 != 0 by rewrite detC oppr_eq0.
right; split=> //.
have outs : outputs S c k \subset [set i1; i2; x1; x2].
  apply/subsetP => x xo; have [xS cx _] := out x xo; rewrite -[[set i1; i2; x1; x2]]setUA.
  have [xj|/(only1 x xS)] := eqVneq (det k c x j1) 0; last by rewrite !inE => /orP[]->; rewrite ?orbT.
  suff /(only2 x xS) : det k c x i1 != 0 by rewrite !inE => /orP[]->; rewrite ?orbT.
  apply: contraNneq cx => xi; have := three_term k c i1 j1 x; rewrite xi xj !mul0r subrr => /esym/eqP.
  by rewrite mulf_eq0 (negPf cji).
have card4 : #|[set i1; i2; x1; x2]| = 4%N.
  apply/eqP; rewrite eqn_leq (leq_trans four (subset_leq_card outs)) andbT.
  by rewrite setUC cardsU1 setUC cardsU1 cards2; case: (_ \notin _); case: (_ \notin _); case: (_ != _).
have sub4 : [set i1; i2; x1; x2] \subset S by rewrite !subUset !sub1set s1 s2 t1 t2.
have /set2P[E|E] := only2 j1 jS cji; first by exists i1, i2, j1, x2; rewrite E; split=> //; split=> //; rewrite -E.
exists i1, i2, j1, x1; rewrite E; have -> : [set i1; i2; x2; x1] = [set i1; i2; x1; x2].
  by apply/setP => x; rewrite !inE -!orbA [(x == x1) || _]orbC.
split=> //; first by split=> //; rewrite -E.
by split; rewrite ?[det k _ x2 x1]detC ?oppr_eq0 // => x xS /(only2 x xS); rewrite !inE orbC.
Qed.

(* With as few products as possible each factor is split. *)
Theorem least_is_split S P a b c k : closed P -> real_forms a -> real_forms b -> real_forms c -> multiply S P a b c ->
  k \in P -> (2 * #|S| <= twice P)%N -> split S c k.
Proof.
move=> cP ra rb rc H kP least; apply: contraT => /(frame_or_crossed cP ra rb rc H kP) cases.
suff [I [I' [sI sI' dI [[e de] [g dg]] two]]] : exists I I', [/\ I \subset S, I' \subset S, [disjoint I & I'],
    (exists e, dual_to (ends k) a I e) /\ (exists g, dual_to (ends k) c I' g) & (2 * (#|I| + #|I'|) = twice (ends k) + 2)%N].
  have [a' [c' [ra' rc' H' E]]] := framed cP kP sI sI' dI ra rb rc de dg H.
  have := products_at_least (rest_closed cP) ra' rb rc' H'; move: least.
  rewrite E (twice_rest cP kP) mulnDr two -addnA leq_add2l => least /(leq_trans least).
  by rewrite -{2}[(2 * _)%N]add0n leq_add2r.
case: cases => [[I [I' [sI sI' dI [de _ dg] two]]]|]; first by exists I, I'.
case=> kk [i1 [i2 [j1 [j2 [sub card4 _ [c1 c2 da _ only1] [d1 d2 ea _ _]]]]]].
have uniq4 : uniq [:: i1; i2; j1; j2].
  by apply/card_uniqP; rewrite [RHS](_ : _ = 4%N) // -card4; apply: eq_card => x; rewrite !inE -!orbA.
move: sub uniq4; rewrite !subUset !sub1set /= !inE !negb_or => /andP[/andP[/andP[s1 s2] t1] t2].
case/and4P=> /and3P[n12 n1 n1'] /andP[n2 n2'] n3 _.
have c2' : det k c i2 j2 != 0.
  have := plucker k c i2 j1 j2 i1; have -> : det k c j1 j2 = 0.
    apply/eqP; rewrite detC oppr_eq0; apply: contraT => /(only1 j2 t2).
    by rewrite !inE ![j2 == _]eq_sym (negPf n1') (negPf n2').
  rewrite mulr0 subr0 => E; have : det k c i2 j1 * det k c j2 i1 != 0 by rewrite mulf_neq0.
  by rewrite E mulf_eq0 negb_or => /andP[].
have pick x y u v : [/\ x \in S, y \in S, u \in S & v \in S] -> uniq [:: x; y; u; v] -> det k a x y != 0 -> det k c u v != 0 ->
  exists I I', [/\ I \subset S, I' \subset S, [disjoint I & I'],
    (exists e, dual_to (ends k) a I e) /\ (exists g, dual_to (ends k) c I' g) & (2 * (#|I| + #|I'|) = twice (ends k) + 2)%N].
  move=> [xS yS uS vS]; rewrite /= !inE !negb_or => /and4P[/and3P[xy xu xv] /andP[yu yv] uv _] axy cuv.
  exists [set x; y], [set u; v]; split; rewrite ?subUset ?sub1set ?xS ?yS ?uS ?vS //.
  - by rewrite disjoints_subset; apply/subsetP => t /set2P[]->; rewrite !inE negb_or ?xu ?yu.
  - by split; apply: double.
  - by rewrite !cards2 xy uv twice_ends (negPf kk).
have : det k a i1 i2 * det k a j1 j2 != 0 by rewrite mulf_neq0.
rewrite plucker; have [->|a11 _] := eqVneq (det k a i1 j1) 0.
  rewrite mul0r sub0r oppr_eq0 mulf_eq0 negb_or => /andP[a12 _].
  apply: (pick i1 j2 i2 j1) => //=; rewrite !inE !negb_or n12 n1 n1' [j2 == _]eq_sym n2' [j2 == _]eq_sym n3 n2; done.
by apply: (pick i1 j1 i2 j2) => //=; rewrite !inE !negb_or n12 n1 n1' [j1 == _]eq_sym n2 n3 n2'.
Qed.
End Split.
