(* With one product more than the least number, three long pairs or real characters are too many. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network criterion blocks pencil products split_factors one_more narrow.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Three.
Variables (C : numClosedFieldType) (X : finGroupType) (J : finType).
Notation forms := (J -> X -> C).
Variables (a b : forms).
Hypotheses (real_a : real_forms a) (real_b : real_forms b).
Implicit Types (k l m : X) (j : J) (S : {set J}) (c : forms).
Notation nontrivial := (nontrivial X).
Notation multiply S := (multiplies S nontrivial nontrivial nontrivial a b).
Notation nothing_of_one := (nothing_of_one a b).
Notation tensor := (tensor a b).
Notation square := (square a b).

(* One product more: if the products are dependent, one function of x plus one of y stands in for a node. *)
Lemma dependent S c (t : J -> C) j0 : real_forms c -> multiply S c -> nothing_of_one S c ->
  (2 * #|S| = twice nontrivial + 2)%N -> j0 \in S -> t j0 != 0 ->
  {in nontrivial &, forall l1 l2, \sum_(j in S) t j * (a j l1 * b j l2) = 0} ->
  exists supp : pred X,
    (forall k, long k -> supp (k * k)%g || supp (k * k)^-1%g) /\
    (forall k, long k \/ real_character k /\ tensor S c 1%g 1%g k = 0 -> {in nontrivial, forall l, supp l -> l \in around k}).
Proof.
move=> real_c H none more j0S t0' rel; have cP := (@nontrivial_closed X).
have [u [ru u0 relu]] := real_relation cP real_a real_b t0' rel.
pose N l1 l2 := \sum_(j in S) u j * square j l1 l2; pose c' := spread u j0 c; pose S' := S :\ j0.
have T' l1 l2 l : tensor S' c' l1 l2 l = tensor S c l1 l2 l - N l1 l2 * (c j0 l / u j0) by exact: spread_sum.
have rc' : real_forms c' by exact: spread_real.
have H' : multiply S' c'.
  move=> l1 l2 l3 h1 h2 h3; rewrite -(H l1 l2 l3) //; under eq_bigr do rewrite mulrA.
  by rewrite spread_sum // relu // mul0r subr0; apply: eq_bigr => j _; rewrite mulrA.
have few k : k \in nontrivial -> split S' c' k.
  move=> kP; apply: (least_is_split cP real_a real_b rc' H' kP); move/eqP: more.
  by rewrite (cardsD1 j0) j0S mulnDr addnC eqn_add2r => /eqP->.
exists (fun l => (N l 1%g != 0) || (N 1%g l != 0)).
have beyond k l s1 s2 : k \in nontrivial -> l \in nontrivial -> tensor S' c' s1 s2 k != 0 -> tensor S c s1 s2 k = 0 ->
    (N l 1%g != 0) || (N 1%g l != 0) -> l \in around k.
  move=> kP lP; rewrite T' => nz z; rewrite z sub0r oppr_eq0 mulf_eq0 negb_or in nz; have /andP[_ A0] := nz.
  apply: contraLR => far; have [e1 e2] := none_beyond real_a real_b rc' H' kP (few k kP) lP far.
  have zero n : - (n * (c j0 k / u j0)) = 0 -> n = 0.
    by move/eqP; rewrite oppr_eq0 mulf_eq0 (negPf A0) orbF => /eqP.
  have [n1 n2] := none k l kP lP; move: e1 e2; rewrite !T' n1 n2 !sub0r => /zero-> /zero->.
  by rewrite eqxx.
have inP k l : l \in nontrivial :\: ends k -> l \in nontrivial by rewrite in_setD => /andP[].
have doubles k : long k -> exists2 s, s = (k * k)%g \/ s = (k * k)^-1%g &
    (exists s1 s2, [/\ tensor S' c' s1 s2 k != 0, tensor S c s1 s2 k = 0 & N s1 s2 != 0 -> (N s 1%g != 0) || (N 1%g s != 0)]).
  move=> lk; have [kP d1 _ d2] := long_apart lk; have := long_double real_a real_b rc' H' kP (few k kP) lk.
  have [n1 n2] := none k _ kP (inP _ _ d1); have [n3 n4] := none k _ kP (inP _ _ d2).
  case/or4P=> nz.
  - by exists (k * k)%g; [left | exists (k * k)%g, 1%g; split=> // ->].
  - by exists (k * k)^-1%g; [right | exists (k * k)^-1%g, 1%g; split=> // ->].
  - by exists (k * k)%g; [left | exists 1%g, (k * k)%g; split=> // ->; rewrite orbT].
  - by exists (k * k)^-1%g; [right | exists 1%g, (k * k)^-1%g; split=> // ->; rewrite orbT].
split=> [k lk|k [lk|[/andP[k1 /eqP kk] t1]] l lP].
- have [s ss [s1 [s2 [nz z imp]]]] := doubles k lk; suff : N s1 s2 != 0 by case: ss imp => -> imp /imp->; rewrite ?orbT.
  by move: nz; rewrite T' z sub0r oppr_eq0; apply: contraNneq => ->; rewrite mul0r.
- have [s _ [s1 [s2 [nz z _]]]] := doubles k lk; have [kP _ _ _] := long_apart lk; exact: beyond kP lP nz z.
- have kP : k \in nontrivial by rewrite inE.
  exact: beyond kP lP (real_constant real_a real_b rc' H' kP (few k kP) kk) t1.
Qed.

Section More.
Variables (S : {set J}) (c : forms).
Hypothesis commutes : forall k l : X, (k * l = l * k)%g.
Hypotheses (real_c : real_forms c) (H : multiply S c) (none : nothing_of_one S c).
Hypothesis more : (2 * #|S| = twice nontrivial + 2)%N.
Definition bad k := long k \/ real_character k /\ tensor S c 1%g 1%g k = 0.

Lemma bad_nontrivial k : bad k -> k \in nontrivial.
Proof. by case=> [/long_apart[]|[/andP[k1 _] _]] //; rewrite inE. Qed.

Lemma bad_split k : bad k -> ~~ split S c k.
Proof. by case=> [lk|[kk t0]]; [apply: (not_long real_a real_b real_c H none lk) | apply: (not_real real_a real_b real_c H t0 kk)]. Qed.

Lemma none_of_three k k2 k3 : bad k -> bad k2 -> bad k3 -> k2 \notin ends k -> k3 \notin ends k -> k3 \notin ends k2 ->
  (forall supp : pred X, (forall l, long l -> supp (l * l)%g || supp (l * l)^-1%g) ->
    (forall l, bad l -> {in nontrivial, forall m, supp m -> m \in around l}) -> False) -> False.
Proof.
move=> b1 b2 b3 n2 n3 n23 no.
suff : [|| split S c k, split S c k2 | split S c k3] by rewrite !(negPf (bad_split _)).
apply: (one_product_more (@nontrivial_closed X) real_a real_b real_c H more) => //; try exact: bad_nontrivial.
move=> t rel j jS; apply/eqP; apply: contraT => tj.
by have [supp [p1 p2]] := dependent real_c H none more jS tj rel; case: (no supp p1 p2).
Qed.

Lemma around_inv k l : (l^-1%g \in around k) = (l \in around k).
Proof.
have sub m : m \in around k -> m^-1%g \in around k.
  by rewrite !inE -!orbA => /or4P[| | |/orP[]] /eqP->; rewrite ?invg1 ?invgK eqxx ?orbT.
by apply/idP/idP => /sub; rewrite ?invgK.
Qed.

Lemma endsC k l : (k \in ends l) = (l \in ends k).
Proof. by apply/idP/idP => /endsP[]->; rewrite ?ends_k // !inE invgK eqxx orbT. Qed.

Lemma ends_trans k l m : k \in ends l -> l \in ends m -> k \in ends m.
Proof. by move=> /endsP[]-> lm //; apply: ends_closed. Qed.

Section Supports.
Variable supp : pred X.
Hypothesis p1 : forall l, long l -> supp (l * l)%g || supp (l * l)^-1%g.
Hypothesis p2 : forall l, bad l -> {in nontrivial, forall m, supp m -> m \in around l}.

Lemma double_around k l : long k -> bad l -> (k * k \in around l)%g.
Proof.
move=> lk bl; have [_ d1 _ d2] := long_apart lk.
have inP m : m \in nontrivial :\: ends k -> m \in nontrivial by rewrite in_setD => /andP[].
case/orP: (p1 lk) => s; first exact: p2 bl _ (inP _ d1) s.
by rewrite -around_inv; apply: p2 bl _ (inP _ d2) s.
Qed.

Lemma double_ends k l : long k -> bad l -> (k * k \in ends l)%g || (k * k \in ends (l * l))%g.
Proof.
move=> lk bl; have [_ k2 _ _] := longP lk.
by have := double_around lk bl; rewrite !inE (negPf k2) /= -!orbA.
Qed.

Lemma no_real k l : long k -> bad l -> real_character l -> False.
Proof.
move=> lk bl /andP[_ /eqP ll]; have [_ k2 _ k4] := longP lk.
have l2 : (l * l = 1)%g by rewrite {2}ll mulgV.
case/orP: (double_ends lk bl); rewrite !inE ?l2 ?invg1 ?orbb ?(negPf k2) // -ll orbb => /eqP E.
by move: k4; rewrite E l2 eqxx.
Qed.
End Supports.

(* Right up to a constant for all outputs: not with three pairs or real characters, one of them long. *)
Lemma not_projected k k2 k3 : (forall l, real_character l -> tensor S c 1%g 1%g l = 0) -> long k ->
  long k2 || real_character k2 -> long k3 || real_character k3 -> k2 \notin ends k -> k3 \notin ends k -> k3 \notin ends k2 -> False.
Proof.
move=> t11 lk c2 c3 n2 n3 n23.
have badness l : long l || real_character l -> bad l by case/orP=> h; [left | right; split=> //; apply: t11].
apply: (@none_of_three k k2 k3 (or_introl lk) (badness _ c2) (badness _ c3) n2 n3 n23) => supp p1 p2.
have [/existsP[r rr]|/existsPn noreal] := boolP [exists r : X, real_character r].
  by apply: (no_real p1 p2 lk _ rr); apply: badness; rewrite rr orbT.
have in_ends l : long l || real_character l -> l \notin ends k -> (k * k \in ends l)%g.
  move=> cl nl; have [//|E] := orP (double_ends p1 p2 lk (badness l cl)); exfalso.
  have one m : (m * m = 1)%g -> m = 1%g.
    move=> mm; apply/eqP; apply: contraT => m1; have := noreal m; rewrite /real_character m1 /=.
    by rewrite -(inj_eq (mulgI m)) mm mulgV eqxx.
  have sq m : (k * m * (k * m) = k * k * (m * m))%g by rewrite -mulgA [(m * (k * m))%g]mulgA [(m * k)%g]commutes !mulgA.
  case/negP: nl; rewrite endsC; case/endsP: E => E.
    have /one : (k * l^-1 * (k * l^-1) = 1)%g by rewrite sq E -invMg mulgV.
    by move/(canRL (mulgKV l)); rewrite mul1g => ->; apply: ends_k.
  have /one : (k * l * (k * l) = 1)%g by rewrite sq E mulVg.
  by move/(canRL (mulgK l)); rewrite mul1g => ->; apply: ends_inv.
by move/negP: n23; apply; apply: ends_trans (in_ends _ c2 n2); rewrite endsC in_ends.
Qed.

(* Right but for a constant: not with three long pairs of different doubles. *)
Lemma not_onehot k k2 k3 : long k -> long k2 -> long k3 -> k2 \notin ends k -> k3 \notin ends k -> k3 \notin ends k2 ->
  (k * k \notin ends (k2 * k2))%g -> False.
Proof.
move=> l1 l2 l3 n2 n3 n23 d.
apply: (@none_of_three k k2 k3 (or_introl l1) (or_introl l2) (or_introl l3) n2 n3 n23) => supp p1 p2.
have two k' k'' : long k' -> long k'' -> (k' * k' \notin ends (k'' * k''))%g -> (k' * k' \in ends k'')%g.
  by move=> l' l'' n; have := double_ends p1 p2 l' (or_introl l''); rewrite (negPf n) orbF.
have e12 := two _ _ l1 l2 d; have e21 : (k2 * k2 \in ends k)%g by apply: two; rewrite // endsC.
have [e3|n31] := boolP (k3 * k3 \in ends (k * k))%g; last first.
  move/negP: n23; apply; apply: ends_trans e12; rewrite endsC; apply: two => //; by rewrite endsC.
move/negP: n3; apply; apply: ends_trans e21; rewrite endsC; apply: two => //.
apply: contra d => d2; rewrite endsC; apply: ends_trans d2 e3.
Qed.
End More.
End Three.
