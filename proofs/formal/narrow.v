(* What as few products as possible, or one more, leave undone: squares are not products. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network criterion blocks pencil products split_factors.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope Order.Theory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Narrow.
Variables (C : numClosedFieldType) (X : finGroupType) (J : finType).
Notation forms := (J -> X -> C).
Variables (a b : forms).
Hypotheses (real_a : real_forms a) (real_b : real_forms b).
Implicit Types (k l m : X) (j : J) (S : {set J}) (c : forms).

(* All characters but the trivial one. Long ones have order 5 or more. *)
Definition nontrivial : {set X} := [set k | k != 1%g].
Definition long k := [&& (k ^+ 2 != 1)%g, (k ^+ 3 != 1)%g & (k ^+ 4 != 1)%g].

(* The square of a node, and the function tensor of nodes with the outputs c. *)
Definition square j l1 l2 : C := a j l1 * b j l2
  + 2%:R^-1 * (l2 == 1%g)%:R * (\sum_l a j l * a j (l1 * l^-1)%g)
  + 2%:R^-1 * (l1 == 1%g)%:R * (\sum_l b j l * b j (l2 * l^-1)%g).
Definition tensor S c l1 l2 l : C := \sum_(j in S) square j l1 l2 * c j l.
Notation multiply S := (multiplies S nontrivial nontrivial nontrivial a b).

Lemma nontrivial_closed : closed nontrivial.
Proof. by move=> k; rewrite !inE eq_invg1. Qed.

Lemma square_mixed j l1 l2 : l1 \in nontrivial -> l2 \in nontrivial -> square j l1 l2 = a j l1 * b j l2.
Proof. by rewrite !inE /square => /negPf-> /negPf->; rewrite !mulr0 !mul0r !addr0. Qed.

Lemma square_left j l : l \in nontrivial -> square j l 1%g = a j l * b j 1%g + 2%:R^-1 * (\sum_m a j m * a j (l * m^-1)%g).
Proof. by rewrite inE /square eqxx => /negPf->; rewrite mulr0 mul0r addr0 mulr1. Qed.

Lemma square_right j l : l \in nontrivial -> square j 1%g l = a j 1%g * b j l + 2%:R^-1 * (\sum_m b j m * b j (l * m^-1)%g).
Proof. by rewrite inE /square eqxx => /negPf->; rewrite mulr0 mul0r addr0 mulr1. Qed.

(* At the trivial character it is positive. *)
Lemma square_constant j k : a j k != 0 -> k \in nontrivial -> 0 < square j 1%g 1%g.
Proof.
have self (f : X -> C) : real_form f -> \sum_m f m * f (1 * m^-1)%g = \sum_m f m * (f m)^*.
  by move=> rf; apply: eq_bigr => m _; rewrite mul1g rf.
have pos (f : X -> C) : 0 <= \sum_(m in nontrivial) f m * (f m)^*.
  by apply: sumr_ge0 => m _; apply: mul_conjC_ge0.
have cut (f : X -> C) : \sum_m f m * (f m)^* = f 1%g * (f 1%g)^* + \sum_(m in nontrivial) f m * (f m)^*.
  by rewrite (bigD1 1%g) //=; congr (_ + _); apply: eq_bigl => m; rewrite inE.
have r1 (f : X -> C) : real_form f -> (f 1%g)^* = f 1%g by move=> rf; rewrite -rf invg1.
move=> ak kP; rewrite /square eqxx !mulr1 (self (a j)) // (self (b j)) // !cut !r1 //.
set A := \sum_(m in _) _; set B := \sum_(m in _) _.
have A0 : 0 < A.
  rewrite /A (bigD1 k) //=; apply: ltr_paddr; last by rewrite mul_conjC_gt0.
  by apply: sumr_ge0 => m _; apply: mul_conjC_ge0.
have -> : a j 1%g * b j 1%g + 2%:R^-1 * (a j 1%g * a j 1%g + A) + 2%:R^-1 * (b j 1%g * b j 1%g + B) =
    2%:R^-1 * ((a j 1%g + b j 1%g) ^+ 2 + (A + B)).
  rewrite -[a j 1%g * b j 1%g](mulKf (_ : 2%:R != 0)) ?pnatr_eq0 //.
  move: 2%:R^-1 (a j 1%g) (b j 1%g) (A) (B) => *.
  by_ring.
rewrite mulr_gt0 ?invr_gt0 ?ltr0n // ltr_paddl ?ltr_paddr //; last exact: pos.
by rewrite real_exprn_even_ge0 // rpredD //; apply/CrealP; rewrite r1.
Qed.

(* What a form with entries at 1, k and -k alone leaves in the square. *)
Definition within k (f : X -> C) := forall l, l \in nontrivial -> l \notin ends k -> f l = 0.
Definition around k : {set X} := [set 1; k; k^-1; k * k; (k * k)^-1]%g.

Lemma square_beyond k f l : within k f -> l \notin around k -> f l = 0 /\ \sum_m f m * f (l * m^-1)%g = 0.
Proof.
move=> wf; rewrite !inE !negb_or -!andbA => /and5P[l1 lk lk' lk2 lk2'].
have f0 : f l = 0 by apply: wf; rewrite !inE // negb_or lk.
have moved (x y : X) : (l * x^-1 == y)%g = (l == y * x)%g by apply/eqP/eqP => [<-|->]; rewrite ?mulgKV ?mulgK.
split=> //; apply: big1 => m _; have [/endsP[]->|mk] := boolP (m \in ends k).
- by rewrite [f (l * _)%g]wf ?mulr0 // !inE !moved ?negb_or ?mul1g ?mulVg // lk2 l1.
- by rewrite [f (l * _)%g]wf ?mulr0 // !inE !moved ?negb_or ?mul1g ?mulgV // -invMg lk2' l1.
- have [->|m1] := eqVneq m 1%g; first by rewrite invg1 mulg1 f0 mulr0.
  by rewrite wf ?mul0r // inE.
Qed.

Lemma longP k : long k -> [/\ k != 1, k * k != 1, k * k * k != 1 & k * k * (k * k) != 1]%g.
Proof.
case/and3P; rewrite -[(k ^+ 2)%g]/(k * k)%g -[(k ^+ 3)%g]/(k * (k * k))%g -[(k ^+ 4)%g]/(k * (k * (k * k)))%g !mulgA.
by move=> k2 k3 k4; split; rewrite ?mulgA //; apply: contraNneq k2 => ->; rewrite mulg1.
Qed.

Lemma long_apart k : long k -> [/\ k \in nontrivial, k * k \in nontrivial :\: ends k, k != k^-1 & (k * k)^-1 \in nontrivial :\: ends k]%g.
Proof.
case/longP=> k1 k2 k3 k4; have kk : (k * k \notin ends k)%g.
  rewrite !inE negb_or; apply/andP; split; first by rewrite -[X in _ != X]mulg1 (inj_eq (mulgI k)).
  by rewrite -(inj_eq (mulIg k)) mulVg.
have kkP : (k * k \in nontrivial)%g by rewrite inE.
split; rewrite ?in_setD ?kk ?kkP ?nontrivial_closed ?andbT //; first by rewrite inE.
  by rewrite -(inj_eq (mulIg k)) mulVg.
by apply: contra kk => /ends_closed; rewrite invgK.
Qed.

Lemma square_double k f : long k -> within k f -> f (k * k)%g = 0 /\ \sum_m f m * f (k * k * m^-1)%g = f k ^+ 2.
Proof.
move=> lk wf; have [kP kkP kk' _] := long_apart lk; have [k1 k2 k3 k4] := longP lk.
have f0 : f (k * k)%g = 0 by move: kkP; rewrite in_setD => /andP[? ?]; apply: wf.
split=> //; rewrite (bigD1 k) //= mulgK -expr2 big1 ?addr0 // => m mk.
have [->|m1] := eqVneq m 1%g; first by rewrite invg1 mulg1 f0 mulr0.
have [mk'|mk'] := eqVneq m k^-1%g; last by rewrite wf ?mul0r // !inE // negb_or mk.
rewrite mk' invgK [f (k * k * k)%g]wf ?mulr0 // ?inE // negb_or; apply/andP; split.
  by rewrite -mulgA -[X in _ != X]mulg1 (inj_eq (mulgI k)).
by rewrite -(inj_eq (mulIg k)) mulVg -!mulgA mulgA.
Qed.
Lemma double_back k f : long k -> within k f ->
  f (k * k)^-1%g = 0 /\ \sum_m f m * f ((k * k)^-1 * m^-1)%g = f k^-1%g ^+ 2.
Proof.
case/longP=> k1 k2 k3 k4 wf; rewrite invMg; apply: square_double.
  rewrite /long -[(k^-1 ^+ 2)%g]/(k^-1 * k^-1)%g -[(k^-1 ^+ 3)%g]/(k^-1 * (k^-1 * k^-1))%g.
  by rewrite -[(k^-1 ^+ 4)%g]/(k^-1 * (k^-1 * (k^-1 * k^-1)))%g -!invMg !eq_invg1 k2 k3 -[(k * k * k * k)%g]mulgA k4.
by move=> l lP lk; apply: wf lP _; apply: contra lk; rewrite !inE invgK orbC.
Qed.

(* Nodes at k that multiply there, with no squares at its double, are a block. *)
Lemma block_of (Q : {set J}) c k : real_forms c -> k != k^-1%g -> multiplies Q (ends k) (ends k) (ends k) a b c ->
  \sum_(j in Q) a j k ^+ 2 * c j k = 0 -> \sum_(j in Q) a j k^-1%g ^+ 2 * c j k = 0 ->
  \sum_(j in Q) b j k ^+ 2 * c j k = 0 -> \sum_(j in Q) b j k^-1%g ^+ 2 * c j k = 0 -> exists z : seq (pair_node C), size z = #|Q| /\
  solved_up_to (\sum_(j in Q) a j k * (a j k^-1%g * c j k)) (\sum_(j in Q) b j k * (b j k^-1%g * c j k)) z.
Proof.
move=> real_c kk mixed aac aac' bbc bbc'; pose z : seq (pair_node C) := [seq (a j k, b j k, c j k) | j <- enum Q].
exists z; split; first by rewrite size_map -cardE.
have product r t u : value [:: r; t; u] z =
    \sum_(j in Q) letter r (a j k, b j k, c j k) * (letter t (a j k, b j k, c j k) * letter u (a j k, b j k, c j k)).
  by rewrite /value /potential big_map big_enum; apply: eq_bigr => j _; rewrite /word !big_cons big_nil mulr1.
have kk' : (k == k^-1%g) = false by apply/negbTE.
have k_k := ends_k k; have k_i := ends_inv k.
have unit0 l1 l2 l3 : [&& l1 == l2 & l1 == l3] = false -> unit3 C l1 l2 l3 = 0 by rewrite /unit3 => ->.
rewrite /solved_up_to /table /=; congr [:: _; _; _; _; _; _; _; _; _; _]; rewrite product /letter /=.
- by rewrite mixed // /unit3 !eqxx.
- by under eq_bigr do rewrite -real_a; rewrite mixed // unit0 // eq_sym kk'.
- by under eq_bigr do rewrite -real_b; rewrite mixed // unit0 // kk'.
- by under eq_bigr do rewrite -real_c; rewrite mixed // unit0 // kk' andbF.
- by under eq_bigr do rewrite -real_a.
- by under eq_bigr do rewrite -real_b.
- by under eq_bigr do rewrite mulrA -expr2.
- by under eq_bigr do rewrite -real_a mulrA -expr2.
- by under eq_bigr do rewrite mulrA -expr2.
- by under eq_bigr do rewrite -real_b mulrA -expr2.
Qed.

Section Split.
Variables (S : {set J}) (c : forms) (k : X).
Hypotheses (real_c : real_forms c) (H : multiply S c) (kP : k \in nontrivial) (few : split S c k).
Notation L := (outputs S c k).
Let cP := nontrivial_closed.

Lemma tensor_outputs l1 l2 : tensor S c l1 l2 k = \sum_(j in L) square j l1 l2 * c j k.
Proof.
rewrite /tensor (big_setID L) /= (setIidPr _); last by apply/subsetP => j; rewrite inE => /andP[].
by rewrite [X in _ + X]big1 ?addr0 // => j; rewrite inE => /andP[jo jS]; rewrite (no_output real_c jS jo (ends_k k)) mulr0.
Qed.

Lemma inside j : j \in L -> within k (a j) /\ within k (b j).
Proof.
move=> jL; split=> l lP lk; have lR : l \in nontrivial :\: ends k by rewrite in_setD lk.
  exact: (split_inside cP real_a real_b real_c H kP few jL).
exact: (split_inside cP real_b real_a real_c (swapped H) kP few jL).
Qed.

(* The square of a real character's one node has a constant. *)
Lemma real_constant : k = k^-1%g -> tensor S c 1%g 1%g k != 0.
Proof.
move=> kk; have [j [jS aj bj cj]] := some_node H kP.
have jL : j \in L by rewrite inE jS.
have only : L = [set j].
  apply/eqP; rewrite eq_sym eqEcard sub1set jL cards1 -(leq_pmul2l (isT : 0 < 2)%N).
  by move: few; rewrite /split twice_ends -kk eqxx.
by rewrite tensor_outputs only big_set1 mulf_neq0 // gt_eqF // (square_constant aj kP).
Qed.

(* Three nodes of a long pair have a square at its double. *)
Lemma long_double : long k ->
  [|| tensor S c (k * k)%g 1%g k != 0, tensor S c (k * k)^-1%g 1%g k != 0,
      tensor S c 1%g (k * k)%g k != 0 | tensor S c 1%g (k * k)^-1%g k != 0].
Proof.
move=> lk; have [_ dk kk dk'] := long_apart lk; apply: contraT; rewrite !negb_or !negbK.
case/and4P=> /eqP t1 /eqP t2 /eqP t3 /eqP t4.
have half (F : J -> C) : \sum_(j in L) 2%:R^-1 * F j * c j k = 0 -> \sum_(j in L) F j * c j k = 0.
  under eq_bigr do rewrite -mulrA; rewrite -mulr_sumr => /eqP; rewrite mulf_eq0 invr_eq0 pnatr_eq0 => /eqP. by [].
have inP l : l \in nontrivial :\: ends k -> l \in nontrivial by rewrite in_setD => /andP[].
have aac : \sum_(j in L) a j k ^+ 2 * c j k = 0.
  apply: half; rewrite -[RHS]t1 tensor_outputs; apply: eq_bigr => j /inside[wa wb].
  by have [z1 z2] := square_double lk wa; rewrite square_left ?inP // z1 z2 mul0r add0r.
have aac' : \sum_(j in L) a j k^-1%g ^+ 2 * c j k = 0.
  apply: half; rewrite -[RHS]t2 tensor_outputs; apply: eq_bigr => j /inside[wa wb].
  by have [z1 z2] := double_back lk wa; rewrite square_left ?inP // z1 z2 mul0r add0r.
have bbc : \sum_(j in L) b j k ^+ 2 * c j k = 0.
  apply: half; rewrite -[RHS]t3 tensor_outputs; apply: eq_bigr => j /inside[wa wb].
  by have [z1 z2] := square_double lk wb; rewrite square_right ?inP // z1 z2 mulr0 add0r.
have bbc' : \sum_(j in L) b j k^-1%g ^+ 2 * c j k = 0.
  apply: half; rewrite -[RHS]t4 tensor_outputs; apply: eq_bigr => j /inside[wa wb].
  by have [z1 z2] := double_back lk wb; rewrite square_right ?inP // z1 z2 mulr0 add0r.
have [z [size_z /at_least_four_nodes]] := block_of real_c kk (restricted (ends_sub cP kP) (ends_sub cP kP) (fintype.subxx _) (outputs_multiply cP real_c kP H)) aac aac' bbc bbc'.
rewrite size_z leqNgt; case/negP; rewrite ltnS -(leq_pmul2l (isT : 0 < 2)%N).
by move: few; rewrite /split twice_ends (negPf kk).
Qed.

(* No squares elsewhere. *)
Lemma none_beyond l : l \in nontrivial -> l \notin around k -> tensor S c l 1%g k = 0 /\ tensor S c 1%g l k = 0.
Proof.
move=> lP far; rewrite !tensor_outputs; split; apply: big1 => j /inside[wa wb].
  by have [z1 z2] := square_beyond wa far; rewrite square_left // z1 z2 mul0r mulr0 addr0 mul0r.
by have [z1 z2] := square_beyond wb far; rewrite square_right // z1 z2 !mulr0 addr0 mul0r.
Qed.
End Split.

(* Nodes that are right but for constants: nothing is left of one input alone. *)
Definition nothing_of_one S c := forall k l, k \in nontrivial -> l \in nontrivial ->
  tensor S c l 1%g k = 0 /\ tensor S c 1%g l k = 0.
Definition real_character k := (k != 1%g) && (k == k^-1%g).

Lemma not_long S c k : real_forms c -> multiply S c -> nothing_of_one S c -> long k -> ~~ split S c k.
Proof.
move=> real_c H none lk; have [kP d1 _ d2] := long_apart lk.
apply: contraT; rewrite negbK => few; have := long_double real_c H kP few lk.
have inP l : l \in nontrivial :\: ends k -> l \in nontrivial by rewrite in_setD => /andP[].
have [-> ->] := none k (k * k)%g kP (inP _ d1); have [-> ->] := none k (k * k)^-1%g kP (inP _ d2).
by rewrite eqxx.
Qed.

(* Without constant parts, characters of order 3 are like long ones. *)
Section Plain.
Hypothesis plain : forall j, a j 1%g = 0 /\ b j 1%g = 0.

Lemma third_square k f : (k * k = k^-1)%g -> f 1%g = 0 -> within k f -> \sum_m f m * f (k^-1 * m^-1)%g = f k ^+ 2.
Proof.
move=> k3 f1 wf; rewrite (bigD1 k) //= -{1}k3 mulgK -expr2 big1 ?addr0 // => m mk.
have [->|m1] := eqVneq m 1%g; first by rewrite f1 mul0r.
have [->|mk'] := eqVneq m k^-1%g; first by rewrite invgK mulVg f1 mulr0.
by rewrite wf ?mul0r // !inE // negb_or mk.
Qed.

Lemma third_double S c k : real_forms c -> multiply S c -> nothing_of_one S c -> k != 1%g -> (k * k = k^-1)%g ->
  {in S, forall j, c j k != 0 -> within k (a j) /\ within k (b j)} ->
  [/\ \sum_(j in S) a j k ^+ 2 * c j k = 0, \sum_(j in S) a j k^-1%g ^+ 2 * c j k = 0,
      \sum_(j in S) b j k ^+ 2 * c j k = 0 & \sum_(j in S) b j k^-1%g ^+ 2 * c j k = 0].
Proof.
move=> real_c H none k1 k3 inside; have kP : k \in nontrivial by rewrite inE.
have kP' := nontrivial_closed kP; have k3' : (k^-1 * k^-1 = k^-1^-1)%g by rewrite -invMg k3.
have swap f : within k f -> within k^-1%g f by move=> wf l lP lk; apply: wf lP _; apply: contra lk; rewrite !inE invgK orbC.
have half (F G : J -> C) : \sum_(j in S) G j * c j k = 0 -> {in S, forall j, c j k != 0 -> G j = 2%:R^-1 * F j} ->
    \sum_(j in S) F j * c j k = 0.
  move=> G0 GF; apply: (mulfI (_ : 2%:R^-1 != 0 :> C)); rewrite ?invr_eq0 ?pnatr_eq0 // mulr0 -[RHS]G0 mulr_sumr.
  by apply: eq_bigr => j jS; have [->|cj] := eqVneq (c j k) 0; rewrite ?mulr0 // mulrA GF.
have [t1 t2] := none k _ kP kP'; have [t3 t4] := none k k kP kP.
split; [apply: half t1 _ | apply: half t3 _ | apply: half t2 _ | apply: half t4 _] => j jS cj;
  have [wa wb] := inside j jS cj; have [a1 b1] := plain j.
- by rewrite square_left // b1 mulr0 add0r third_square.
- by rewrite square_left // b1 mulr0 add0r -[in LHS](invgK k) third_square //; apply: swap.
- by rewrite square_right // a1 mul0r add0r third_square.
- by rewrite square_right // a1 mul0r add0r -[in LHS](invgK k) third_square //; apply: swap.
Qed.

Lemma plain_constant j k : k != k^-1%g -> within k (a j) -> within k (b j) ->
  square j 1%g 1%g = a j k * a j k^-1%g + b j k * b j k^-1%g.
Proof.
move=> kk wa wb; have [a1 b1] := plain j.
have two f : f 1%g = 0 -> within k f -> 2%:R^-1 * (\sum_m f m * f (1 * m^-1)%g) = f k * f k^-1%g :> C.
  move=> f1 wf; rewrite (bigD1 k) //= (bigD1 k^-1%g) /= 1?eq_sym // !mul1g invgK big1 ?addr0 => [|m /andP[mk mk']].
    have twice u : 2%:R^-1 * (u + u) = u :> C by rewrite -mulr2n -(mulr_natl u 2) mulKf // pnatr_eq0.
    by rewrite [f k^-1%g * _]mulrC twice.
  by have [->|m1] := eqVneq m 1%g; [rewrite f1 mul0r | rewrite wf ?mul0r // !inE // negb_or mk].
by rewrite /square eqxx !mulr1 a1 mul0r add0r !two.
Qed.
End Plain.

Lemma not_real S c k : real_forms c -> multiply S c -> tensor S c 1%g 1%g k = 0 -> real_character k -> ~~ split S c k.
Proof.
move=> real_c H none /andP[k1 /eqP kk]; have kP : k \in nontrivial by rewrite inE.
by apply/negP => few; have := real_constant real_c H kP few kk; rewrite none eqxx.
Qed.

(* As few products as possible. *)
Lemma least_has_none S c k : real_forms c -> multiply S c -> nothing_of_one S c -> (2 * #|S| <= twice nontrivial)%N ->
  long k = false /\ (tensor S c 1%g 1%g k = 0 -> real_character k = false).
Proof.
move=> real_c H none few; have least l : l \in nontrivial -> split S c l.
  by move=> lP; apply: least_is_split nontrivial_closed real_a real_b real_c H lP few.
split=> [|t0]; apply/negP => kk.
  by have [kP _ _ _] := long_apart kk; have := not_long real_c H none kk; rewrite least.
have kP : k \in nontrivial by rewrite inE; case/andP: kk.
by have := not_real real_c H t0 kk; rewrite least.
Qed.
End Narrow.
