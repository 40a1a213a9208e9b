(* The semiring of weights, and potentials as its homomorphisms [Tian24, Theorems 2, 3 and 4]. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* A weight is a finite sequence of nodes, up to the order of its nodes (perm_eq). Nodes are
   the elements of any commutative monoid, such as families of entries with the entrywise product. *)
Section Semiring.
Variables (N : eqType) (e : N) (mul : Monoid.com_law e).
Implicit Types x y z : seq N.

Definition zero_weight : seq N := [::].
Definition one_weight : seq N := [:: e].
Definition add_weight x y : seq N := x ++ y.
Definition mul_weight x y : seq N := [seq mul i j | i <- x, j <- y].

Local Notation "0" := zero_weight.
Local Notation "1" := one_weight.
Local Infix "+" := add_weight.
Local Infix "*" := mul_weight.
Local Infix "~" := perm_eq (at level 70).

Lemma sum_mul_weight (V : Type) (o : V) (plus : Monoid.com_law o) (F : N -> V) x y :
  \big[plus/o]_(n <- x * y) F n = \big[plus/o]_(i <- x) \big[plus/o]_(j <- y) F (mul i j).
Proof. exact: big_allpairs_dep. Qed.

Lemma same_sums x y : (forall F : N -> nat, \sum_(i <- x) F i = \sum_(i <- y) F i)%N -> x ~ y.
Proof. by move=> xy; apply/permP => p; rewrite -!sum1_count big_mkcond xy -big_mkcond. Qed.

(* Theorem 2: a commutative semiring, up to the order of nodes. *)
Theorem addA x y z : x + (y + z) ~ (x + y) + z. Proof. by rewrite /add_weight catA. Qed.
Theorem addC x y : x + y ~ y + x. Proof. by rewrite perm_catC. Qed.
Theorem add0 x : 0 + x ~ x. Proof. by []. Qed.


Theorem mulA x y z : x * (y * z) ~ (x * y) * z.
Proof.
apply: same_sums => F; rewrite !sum_mul_weight; apply: eq_bigr => i _.
rewrite sum_mul_weight; do 2!apply: eq_bigr => ? _; by rewrite Monoid.mulmA.
Qed.

Theorem mulC x y : x * y ~ y * x.
Proof.
apply: same_sums => F; rewrite !sum_mul_weight exchange_big.
by do 2!apply: eq_bigr => ? _; rewrite Monoid.mulmC.
Qed.

Theorem mul1 x : 1 * x ~ x.
Proof.
apply: same_sums => F; rewrite sum_mul_weight big_seq1.
by apply: eq_bigr => ? _; rewrite Monoid.mul1m.
Qed.

Theorem mul0 x : 0 * x ~ 0. Proof. by []. Qed.

Theorem mulD x y z : x * (y + z) ~ x * y + x * z.
Proof.
apply: same_sums => F; rewrite sum_mul_weight big_cat !sum_mul_weight -big_split.
by apply: eq_bigr => i _; rewrite big_cat.
Qed.

(* Both operations respect the order of nodes being forgotten. *)
Theorem add_perm x x' y y' : x ~ x' -> y ~ y' -> x + y ~ x' + y'.
Proof. exact: perm_cat. Qed.

Theorem mul_perm x x' y y' : x ~ x' -> y ~ y' -> x * y ~ x' * y'.
Proof.
move=> xx yy; apply: same_sums => F; rewrite !sum_mul_weight (perm_big _ xx).
by apply: eq_bigr => ? _; rewrite (perm_big _ yy).
Qed.

(* The order, the number of nodes, is a homomorphism as well. *)
Theorem order_add x y : size (x + y) = (size x + size y)%N. Proof. exact: size_cat. Qed.
Theorem order_mul x y : size (x * y) = (size x * size y)%N. Proof. exact: size_allpairs. Qed.

Definition prod_weight (zs : seq (seq N)) : seq N := foldr mul_weight 1 zs.
End Semiring.

(* A potential sums over nodes what is multiplicative in a node. *)
Section Potentials.
Variables (N : eqType) (e : N) (mul : Monoid.com_law e) (R : comRingType).
Implicit Types (x y z : seq N) (m : N -> R).

Definition potential m z : R := \sum_(j <- z) m j.
Definition multiplicative m : Prop := m e = 1 /\ forall i j, m (mul i j) = m i * m j.

Theorem potential_perm m x y : perm_eq x y -> potential m x = potential m y.
Proof. exact: perm_big. Qed.

(* Theorem 3: potentials are homomorphisms. *)
Theorem potential0 m : potential m (zero_weight N) = 0.
Proof. exact: big_nil. Qed.

Theorem potential1 m : multiplicative m -> potential m (one_weight e) = 1.
Proof. by case=> m1 _; rewrite /potential big_seq1. Qed.

Theorem potentialD m x y : potential m (add_weight x y) = potential m x + potential m y.
Proof. exact: big_cat. Qed.

Theorem potentialM m x y : multiplicative m ->
  potential m (mul_weight mul x y) = potential m x * potential m y.
Proof.
case=> _ mM; rewrite /potential sum_mul_weight mulr_suml.
by apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => j _.
Qed.

Lemma potential_prod m zs : multiplicative m ->
  potential m (prod_weight mul zs) = \prod_(z <- zs) potential m z.
Proof.
move=> mm; elim: zs => [|z zs IH]; first by rewrite big_nil potential1.
by rewrite big_cons /= potentialM // IH.
Qed.

(* Theorem 4: the product of u + s^ over the values s of u kills every potential that has one of
   these values at u, where s^ is a node at which it is -s. *)
Definition polynomial (u : N) (hat : R -> N) (S : seq R) : seq N :=
  prod_weight mul [seq [:: u; hat s] | s <- S].

Theorem polynomial_value m u hat S : multiplicative m -> (forall s, s \in S -> m (hat s) = - s) ->
  potential m (polynomial u hat S) = \prod_(s <- S) (m u - s).
Proof.
move=> mm hatE; rewrite potential_prod // big_map; apply: eq_big_seq => s sS.
by rewrite /potential big_cons big_seq1 hatE.
Qed.

Theorem polynomial_kills m u hat S : multiplicative m ->
  (forall s, s \in S -> m (hat s) = - s) -> m u \in S -> potential m (polynomial u hat S) = 0.
Proof.
move=> mm hatE uS; rewrite polynomial_value //.
by elim: S uS {hatE} => // s S IH; rewrite inE big_cons => /predU1P[<-|/IH->];
  rewrite ?subrr ?mul0r ?mulr0.
Qed.

Theorem polynomial_order u hat S : size (polynomial u hat S) = (2 ^ size S)%N.
Proof. by rewrite /polynomial; elim: S => //= s S IH; rewrite order_mul IH expnS. Qed.
End Potentials.

(* O_v(z) is the set of potentials with the value v; multiplying unites what is killed. *)
Section ZeroSets.
Variables (N : eqType) (e : N) (mul : Monoid.com_law e) (R : idomainType).
Implicit Types (x y z : seq N) (m : N -> R).
Definition has_value (v : R) z m : Prop := potential m z = v.

Theorem O0_mul m x y : multiplicative mul m ->
  has_value 0 (mul_weight mul x y) m <-> has_value 0 x m \/ has_value 0 y m.
Proof.
move=> mm; rewrite /has_value potentialM //; split; first by move/eqP; rewrite mulf_eq0 => /orP[]/eqP; auto.
by case=> ->; rewrite (mul0r, mulr0).
Qed.

Theorem O0_add m x y : has_value 0 x m -> has_value 0 y m -> has_value 0 (add_weight x y) m.
Proof. by rewrite /has_value potentialD => -> ->; rewrite addr0. Qed.

Theorem O1_mul m x y : multiplicative mul m ->
  has_value 1 x m -> has_value 1 y m -> has_value 1 (mul_weight mul x y) m.
Proof. by move=> mm; rewrite /has_value potentialM // => -> ->; rewrite mulr1. Qed.
End ZeroSets.

(* The three rows of weights. *)
Notation row := (option bool).
Notation ra := (Some false).
Notation rb := (Some true).
Notation rc := (@None bool).

(* Nodes with one entry for each index, such as row and character. *)
Section Entries.
Variables (I : finType) (R : comRingType).
Notation node := {ffun I -> R}.
Implicit Types x y : node.
Definition one_node : node := [ffun => 1].
Definition mul_node x y : node := [ffun i => x i * y i].

Lemma mul_nodeA : associative mul_node.
Proof. by move=> x y z; apply/ffunP => i; rewrite !ffunE mulrA. Qed.
Lemma mul_nodeC : commutative mul_node.
Proof. by move=> x y; apply/ffunP => i; rewrite !ffunE mulrC. Qed.
Lemma mul_node1 : left_id one_node mul_node.
Proof. by move=> x; apply/ffunP => i; rewrite !ffunE mul1r. Qed.
Canonical mul_node_monoid := Monoid.Law mul_nodeA mul_node1 (fun x => etrans (mul_nodeC x _) (mul_node1 x)).
Canonical mul_node_com := Monoid.ComLaw mul_nodeC.

(* The monomial of an index multiset. *)
Definition monomial (idx : seq I) x : R := \prod_(i <- idx) x i.

Theorem monomial_multiplicative idx : multiplicative mul_node_com (monomial idx).
Proof.
split; first by apply: big1 => i _; rewrite ffunE.
by move=> x y; rewrite /monomial -big_split /=; apply: eq_bigr => i _; rewrite ffunE.
Qed.

(* Like the node (1, 1, -s): a monomial that contains the index c once, and otherwise meets ones. *)
Definition hat_at (c : I) (idx : seq I) (s : R) x : Prop :=
  x c = - s /\ forall i, i \in idx -> i != c -> x i = 1.

Lemma monomial_hat c idx s x : count_mem c idx = 1%N -> hat_at c idx s x -> monomial idx x = - s.
Proof.
move=> once [xc x1]; rewrite /monomial -xc; elim: idx once x1 => //= i idx IH.
rewrite big_cons; case: eqP => [-> [none] x1|ic once x1]; last first.
  rewrite x1 ?mem_head ?mul1r //; last exact/eqP.
  by apply: IH => // j jidx; apply: x1; rewrite inE jidx orbT.
rewrite big_seq big1 ?mulr1 // => j jidx; apply: x1; first by rewrite inE jidx orbT.
by apply: contraTneq jidx => ->; apply/count_memPn.
Qed.

(* Theorem 4 for monomial potentials: the product over their distinct values at u kills them all. *)
Theorem monomials_killed c u (hat : R -> node) (killed : seq (seq I)) :
  (forall idx, idx \in killed -> count_mem c idx = 1%N /\ forall s, hat_at c idx s (hat s)) ->
  forall idx, idx \in killed ->
  potential (monomial idx) (polynomial mul_node_com u hat (undup [seq monomial i u | i <- killed])) = 0.
Proof.
move=> once idx idxK; have [idx1 hatP] := once _ idxK.
apply: polynomial_kills; first exact: monomial_multiplicative.
  by move=> s _; apply: monomial_hat (idx1) (hatP s).
by rewrite mem_undup; apply: map_f.
Qed.
End Entries.
