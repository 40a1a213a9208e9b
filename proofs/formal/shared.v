(* The family three-plus-shared: three nodes at each pair, one that all pairs of equal double share, and one constant node. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network blocks squares placing short waves few.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The width, by the numbers P of pairs, R of real characters, and M of pairs that are doubles of long ones. *)
Definition width_three_plus_shared P R M : nat := 3 * P + R + M + 1.

(* Three squares give a frequency but for a constant and one linear function at its double. *)
Section ThreeSquares.
Variable C : numClosedFieldType.
Implicit Types (u v p q t n tau : C).

(* For characters' values p, q at x, y: twice the real part of a p + b q. *)
Definition both (a b p q : C) : C := a * p + a^* * p^* + (b * q + b^* * q^*).

Lemma both_scaled (s a b p q : C) : s^* = s -> both (s * a) (s * b) p q = s * both a b p q.
Proof. by move=> sR; rewrite /both !rmorphM /= sR -!mulrA !mulrDr. Qed.

Lemma both_real (a b p q : C) : (both a b p q)^* = both a b p q.
Proof. by rewrite /both !rmorphD !rmorphM !conjCK addrC [a^* * _ + _]addrC [b^* * _ + _]addrC addrC. Qed.

(* What nodes add, by the sum of their squares. *)
Lemma added_sum z p q t (S : C) : \sum_(n <- z) n.2 * both n.1.1 n.1.2 p q ^+ 2 = S ->
  added 0 z p q t = S * t^* + (S * t^*)^*.
Proof.
move=> <-; rewrite mulr_suml rmorph_sum -big_split /=; apply: eq_bigr => n _.
rewrite add0r -[input _ _ _]/(both n.1.1 n.1.2 p q).
have : (both n.1.1 n.1.2 p q ^+ 2)^* = both n.1.1 n.1.2 p q ^+ 2 by rewrite rmorphX both_real.
move: (both _ _ _ _ ^+ 2) => X XR; by rewrite !rmorphM XR conjCK mulrDl mulrAC [n.2^* * t * _]mulrAC.
Qed.

(* With (1 - i tau) u = v, so that n = u v: nodes in Re u D, Im u E and Re v E, and the linear function Re n E2. *)
Lemma three_squares_at u v tau ti p q : on_circle p -> on_circle q ->
  tau \is Num.real -> tau * ti = 1 -> (1 - 'i * tau) * u = v ->
  8%:R * u ^+ 2 * (p * q) = - (1 - 'i * ti) * (both u (- u) p q ^+ 2 - 8%:R * (u * u^*))
    - (1 + 'i * tau) * both (- 'i * u) (- 'i * u) p q ^+ 2
    + 'i * ti * (both v v p q ^+ 2 - 2%:R * both (u * v) (u * v) (p ^+ 2) (q ^+ 2)).
Proof.
move=> hp hq /CrealP tR tt <-; have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
by rewrite /both; by_ring (@conjCi C, tR, ii, tt, hp, hq).
Qed.

(* The nodes of the library: v = 2 - i, and u = n / v for the wanted direction n, with v^2 n^* = r - i m. *)
Definition pure : C := 2%:R - 'i.
Definition long_u (n : C) : C := n / pure.
Definition long_kappa (n : C) (r : nat) : C := n * n^* / r%:R.
Definition long3 (n : C) (r m : nat) : seq (pair_node C) := let u := long_u n in let h := (4%:R * u ^+ 2)^-1 in
  [:: (pure, pure, h * ('i * (r%:R / m%:R)) * long_kappa n r ^+ 2);
      (u, - u, - (h * (1 - 'i * (r%:R / m%:R))));
      (- 'i * u, - 'i * u, - (h * (1 + 'i * (m%:R / r%:R))))].
Definition long_left (n : C) (r m : nat) : C := - (1 - 'i * (r%:R / m%:R)) * (long_u n)^* / long_u n.
Definition long_linear (n : C) (r m : nat) : C :=
  (2%:R * long_u n ^+ 2)^-1 * ('i * (r%:R / m%:R)) * long_kappa n r.

Lemma pure_neq0 : pure != 0.
Proof.
suff: pure * pure^* != 0 by rewrite mulf_eq0 negb_or => /andP[].
rewrite /pure rmorphB rmorph_nat conjCi opprK -subr_sqr sqrCi opprK -natrX -[1]/1%:R -natrD.
by rewrite pnatr_eq0.
Qed.

Lemma long3_added n r m p q t : n != 0 -> pure ^+ 2 * n^* = r%:R - 'i * m%:R -> (0 < r)%N -> (0 < m)%N ->
  on_circle p -> on_circle q -> added 0 (long3 n r m) p q t =
  2%:R * (p * q * t^* + (p * q * t^*)^* + (long_left n r m * t^* + (long_left n r m * t^*)^*))
  + (long_linear n r m * t^* + (long_linear n r m * t^*)^*) * both n n (p ^+ 2) (q ^+ 2).
Proof.
move=> n0 rm r0 m0 hp hq; have rC : r%:R != 0 :> C by rewrite pnatr_eq0 -lt0n.
have mC : m%:R != 0 :> C by rewrite pnatr_eq0 -lt0n.
pose tau : C := m%:R / r%:R; pose ti : C := r%:R / m%:R; pose ka := long_kappa n r; pose u := long_u n.
have tt : tau * ti = 1 by rewrite /tau /ti mulrA divfK // mulfV.
have tR : tau \is Num.real by rewrite rpredM ?realV ?realn.
have kR : ka^* = ka by rewrite /ka /long_kappa !rmorphM fmorphV rmorph_nat conjCK [n^* * n]mulrC.
have vu : (1 - 'i * tau) * u = ka * pure.
  have -> : 1 - 'i * tau = pure ^+ 2 * n^* / r%:R by rewrite rm mulrBl mulfV // mulrA.
  rewrite /u /long_u /ka /long_kappa expr2; have := mulfV pure_neq0; move: (pure^-1) (r%:R^-1) => i j.
  by move=> h; by_ring h.
have u0 : u != 0 by rewrite mulf_neq0 ?invr_eq0 ?pure_neq0.
have := three_squares_at hp hq tR tt vu; rewrite -/ti.
have -> : u * (ka * pure) = ka * n by rewrite mulrCA /u /long_u divfK // pure_neq0.
rewrite !(both_scaled _ _ _ _ kR) => H.
have u2 : u ^+ 2 != 0 by rewrite expf_neq0.
have sum : \sum_(n <- long3 n r m) n.2 * both n.1.1 n.1.2 p q ^+ 2 =
    2%:R * (p * q + long_left n r m) + long_linear n r m * both n n (p ^+ 2) (q ^+ 2).
  rewrite !big_cons big_nil /= /long_left /long_linear -/ti -/u -/ka addr0.
  have two0 : 2%:R != 0 :> C by rewrite pnatr_eq0.
  have four0 : 4%:R != 0 :> C by rewrite pnatr_eq0.
  apply: (mulfI (mulf_neq0 four0 u2)).
  have h4 : 4%:R * u ^+ 2 * (4%:R * u ^+ 2)^-1 = 1 by rewrite mulfV // mulf_neq0.
  have -> : (2%:R * u ^+ 2)^-1 = 2%:R * (4%:R * u ^+ 2)^-1.
    by rewrite (natrM _ 2 2) -[in RHS]mulrA [in RHS](invfM 2%:R) mulVKf ?pnatr_eq0.
  have uj : u * u^-1 = 1 by rewrite mulfV.
  transitivity (8%:R * u ^+ 2 * (p * q) - 8%:R * (1 - 'i * ti) * (u * u^*)
    + 2%:R * ('i * ti) * ka * both n n (p ^+ 2) (q ^+ 2)).
    rewrite H; move: h4; rewrite -/tau; move: (4%:R * _)^-1 => h.
    move: (both _ _ _ _) (both _ _ _ _) (both _ _ _ _) (both _ _ _ _) => X1 X2 V Lin.
    by move: ('i * ti) ('i * tau) (u^*) (ka) (u) => ? ? ? ? ? h4; by_ring h4.
  move: h4 uj; move: (4%:R * _)^-1 u^-1 => h j; move: (both _ _ _ _) (p * q) => Lin pq.
  by move: ('i * ti) (u^*) (ka) (u) => ? ? ? ? h4 uj; by_ring (h4, uj).
rewrite (added_sum t sum); have := both_real n n (p ^+ 2) (q ^+ 2); move: (both _ _ _ _) => Lin LR.
by_ring LR.
Qed.
End ThreeSquares.

Section Shared.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k : X) (x y g : gT).
Notation d := (d C gT).
Notation node := (node C gT).
Variable w : C.
Hypothesis w_third : w ^+ 2 + w + 1 = 0.

(* Long pairs; the double of one, as it stands among the pairs; and the direction of the function that is shared there. *)
Definition long k : bool := ~~ third k && ~~ fourth k.
Definition kept k : bool := (k ^+ 2)%g \in pairs X.
Definition double k : X := if kept k then (k ^+ 2)%g else (k ^+ 2)^-1%g.
Definition direction k : C := if third k then 2%:R else if fourth k then 3%:R - 'i else pure C.
Definition wanted k : C := if kept k then direction (double k) else (direction (double k))^*.
Definition ratio k : nat * nat :=
  if third (double k) then (6, 8)%N
  else if fourth (double k) then (if kept k then (13, 9) else (5, 15))%N
  else (if kept k then (10, 5) else (2, 11))%N.

(* The three nodes of a pair, their constant part, and what they leave. *)
Definition part k : C := if third k then -1 else 0.
Definition long3_at k := long3 (wanted k) (ratio k).1 (ratio k).2.
Definition three_at k : seq (pair_node C) :=
  if third k then short3 w else if fourth k then short4 C else long3_at k.
Definition three_left k : C :=
  if third k then 0 else if fourth k then 5%:R / 4%:R else long_left (wanted k) (ratio k).1 (ratio k).2.
Definition linear k g : C := wave k^-1%g (long_linear (wanted k) (ratio k).1 (ratio k).2) g.
Definition shape k x y : C := wave k (direction k) x + wave k (direction k) y.

Lemma wanted_ratio k : [/\ wanted k != 0, pure C ^+ 2 * (wanted k)^* = (ratio k).1%:R - 'i * (ratio k).2%:R,
  (0 < (ratio k).1)%N & (0 < (ratio k).2)%N].
Proof.
have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
rewrite /wanted /ratio /direction; split; last 2 first.
- by do 3?case: ifP.
- by do 3?case: ifP.
- have three0 : 3%:R - 'i != 0 :> C.
    suff: (3%:R - 'i) * (3%:R - 'i)^* != 0 :> C by rewrite mulf_eq0 negb_or => /andP[].
    by rewrite rmorphB rmorph_nat conjCi opprK -subr_sqr sqrCi opprK -natrX -[1]/1%:R -natrD pnatr_eq0.
  by do 3?case: ifP => _; rewrite ?fmorph_eq0 ?pure_neq0 ?pnatr_eq0.
do 3?case: ifP => _; rewrite /pure ?conjCK ?rmorphB ?rmorph_nat ?conjCi /=;
  by_ring ii.
Qed.

Lemma squares_three k x y g : squares (map (node_at k (part k)) (three_at k)) x y g =
  2%:R * (frequency k x y g + wave k^-1%g (three_left k) g)
  + (if long k then linear k g * shape (double k) x y else 0).
Proof.
have circle1 : on_circle (1 : C) by rewrite /on_circle conjC1 mulr1.
have := few_adds w_third (fun k => imaginary_i C) (fun k => circle1) true k x y.
rewrite /constant_part /few_at /few_left /is3 /= /long /part /three_at /three_left.
case: (third k) => /= [|H]; first by move/(squares_adds g)->; rewrite addr0.
case: (fourth k) H => /= [|_]; first by move/(squares_adds g)->; rewrite addr0.
have [n0 rm r0 m0] := wanted_ratio k.
rewrite -[squares _ _ _ _]/(squares (map (node_at k 0) (long3_at k)) x y g) squares_at.
rewrite (long3_added _ n0 rm r0 m0 (chi_circle k x) (chi_circle k y)); congr (_ * _ + _ * _).
- by rewrite /frequency chiN -chi_target waveN /wave conjCK [(long_left _ _ _ * _)^*]rmorphM conjCK [_^* * chi k g + _]addrC.
- by rewrite /linear waveN /wave conjCK rmorphM conjCK addrC.
by rewrite /shape /wanted /double; case: (kept k); rewrite ?waveN /both /wave -?(rmorphX _ 2) -!chi_power.
Qed.

(* The double of a long pair is a pair. *)
Lemma in_pairs k : (k \in pairs X) = (enum_rank k < enum_rank k^-1%g)%N.
Proof. by rewrite mem_filter andb_idr // mem_enum. Qed.

Lemma double_pair k : long k -> double k \in pairs X.
Proof.
move=> /andP[_ k4]; rewrite /double; rewrite /kept; case: ifP => // /negbT; rewrite !in_pairs invgK.
rewrite -leqNgt leq_eqVlt => /orP[/eqP/val_inj/enum_rank_inj E|] //.
by case/negP: k4; rewrite /fourth (expgD k 2 2) -{2}E mulgV.
Qed.

(* The node that all long pairs of one double share is that pair's first node with the constant part 1, and its
   weights are taken from that. *)
Definition weight k g : C := linear k g / (2%:R * (1 - part (double k))).
Definition taken k g : C := \sum_(l <- pairs X | long l && (double l == k)) weight l g.
Definition first_node k : node := make (fun x => part k + wave k (direction k) x) (wave k (direction k))
  (fun g => wave k^-1%g (head (0, 0, 0) (three_at k)).2 g + taken k g).
Definition shared_node k : node := make (fun x => 1 + wave k (direction k) x) (wave k (direction k))
  (fun g => - taken k g).
Definition nodes_at k : seq node := first_node k :: map (node_at k (part k)) (behead (three_at k)).
Definition doubles : seq X := undup [seq double k | k <- pairs X & long k].
Definition shared_body : seq node :=
  flatten [seq nodes_at k | k <- pairs X] ++ map shared_node doubles ++ map (@sign_at _ _ X) (reals X).

Lemma first_of_three k : exists c z, three_at k = (direction k, direction k, c) :: z /\ size z = 2%N.
Proof.
rewrite /three_at /direction; case: (third k); first by do 2 eexists.
by case: (fourth k); do 2 eexists.
Qed.

Lemma squares_nodes k x y g : squares (nodes_at k) x y g =
  squares (map (node_at k (part k)) (three_at k)) x y g + taken k g * (part k + shape k x y) ^+ 2.
Proof.
rewrite /nodes_at /first_node; have [c [z [-> _]]] := first_of_three k.
rewrite /squares /= !big_cons !ffunE /= mulrDl [RHS]addrAC.
by congr (_ + _ * _ ^+ 2 + _); rewrite /shape addrA.
Qed.

Lemma sum_taken (ks : seq X) (F : X -> C) g : uniq ks -> (forall k, k \in pairs X -> long k -> double k \in ks) ->
  \sum_(k <- ks) taken k g * F k = \sum_(k <- pairs X | long k) weight k g * F (double k).
Proof.
move=> uks sub; under eq_bigr do rewrite /taken mulr_suml big_mkcondr.
rewrite exchange_big /= [LHS]big_seq_cond [RHS]big_seq_cond; apply: eq_bigr => k /andP[kp kl].
rewrite (bigD1_seq (double k)) ?sub //= eqxx big1 ?addr0 // => l; by rewrite eq_sym => /negPf->.
Qed.

Definition shared_left g : C := \sum_(k <- pairs X) wave k^-1%g (three_left k) g
  - \sum_(k <- pairs X | long k) weight k g * (1 - part (double k) ^+ 2) / 2%:R + \sum_(k <- reals X) chi k g.

Lemma shared_leaves : leaves shared_body shared_left.
Proof.
have uniq_pairs : uniq (pairs X) by rewrite filter_uniq ?enum_uniq.
apply: (leaves_all (X := X)) => x y g; rewrite !squares_cat squares_flatten squares_signs.
under eq_bigr do rewrite squares_nodes squares_three; rewrite !big_split /= -big_mkcond /=.
rewrite (sum_taken (fun k => (part k + shape k x y) ^+ 2)) // => [|k _ /double_pair //].
have -> : squares (map shared_node doubles) x y g =
    - \sum_(k <- doubles) taken k g * (1 + shape k x y) ^+ 2.
  rewrite /squares big_map -sumrN; apply: eq_bigr => k _.
  rewrite !ffunE mulNr; congr (- (_ * _ ^+ 2)); exact: esym (addrA _ _ _).
have -> : \sum_(k <- doubles) taken k g * (1 + shape k x y) ^+ 2 =
    \sum_(k <- pairs X | long k) weight k g * (1 + shape (double k) x y) ^+ 2.
  apply: (sum_taken (fun k => (1 + shape k x y) ^+ 2)) => [|k kp kl]; first exact: undup_uniq.
  by rewrite mem_undup map_f // mem_filter kl.
have -> : \sum_(k <- pairs X | long k) linear k g * shape (double k) x y =
    \sum_(k <- pairs X | long k) weight k g * (1 + shape (double k) x y) ^+ 2
    - \sum_(k <- pairs X | long k) weight k g * (part (double k) + shape (double k) x y) ^+ 2
    - 2%:R * \sum_(k <- pairs X | long k) weight k g * (1 - part (double k) ^+ 2) / 2%:R.
  rewrite mulr_sumr -!sumrB; apply: eq_bigr => k _.
  have -> : linear k g = weight k g * (2%:R * (1 - part (double k))).
    rewrite /weight mulfVK // mulf_neq0 ?pnatr_eq0 // /part.
    by case: ifP => _; rewrite ?opprK ?subr0 ?oner_eq0 // -(natrD _ 1 1) pnatr_eq0.
  move: (weight _ _) (shape _ _ _) (part _) => a s p; rewrite [2%:R * (_ / _)]mulrC mulfVK ?pnatr_eq0 //.
  by_ring.
rewrite -!mulr_sumr /shared_left [\sum_(k <- pairs X) (frequency _ _ _ _ + _)]big_split.
rewrite [\sum_(k <- reals X) (_ + _)]big_split [\sum_(k <- pairs X) frequency _ _ _ _]big_split /=.
by do 8!move: (\sum_(k <- _ | _) _) => ?; by_ring.
Qed.

(* Weights are real, and so many nodes. *)
Lemma taken_real k g : taken k g \is Num.real.
Proof.
apply: rpred_sum => l _; rewrite rpredM ?wave_real // realV rpredM ?realn // rpredB ?real1 //.
by rewrite /part; case: ifP => _; rewrite ?realN ?real0 ?real1.
Qed.

Lemma part_real k : part k \is Num.real.
Proof. by rewrite /part; case: ifP => _; rewrite ?realN ?real0 ?real1. Qed.

Local Ltac reals := repeat first [exact: wave_real | exact: part_real | exact: taken_real | exact: real1
  | exact: realn | apply: rpredD | rewrite rpredN | apply: rpredM | rewrite realV | apply: rpredX | apply/andP; split].

Lemma shared_body_real : all (@real_node C gT) shared_body.
Proof.
rewrite !all_cat real_signs andbT; apply/andP; split; apply/allP => j.
  case/flatten_mapP => k _; rewrite inE => /orP[/eqP->|]; last first.
    by apply: (allP (real_node_at _ _ (part_real k))).
  by apply/forallP => x; rewrite !ffunE; reals.
by case/mapP => k _ ->; apply/forallP => x; rewrite !ffunE; reals.
Qed.

Lemma shared_left_real g : shared_left g \is Num.real.
Proof.
apply: rpredD; last by rewrite big_seq rpred_sum // => k kr; apply: real_character.
by apply: rpredB; apply: rpred_sum => k _; rewrite /weight /linear; reals.
Qed.

Definition three_plus_shared t : seq node := shared_body ++ [:: carrier (fun=> 1) shared_left t].

Lemma three_plus_shared_size t : size (three_plus_shared t) =
  width_three_plus_shared (size (pairs X)) (size (reals X)) (size doubles).
Proof.
rewrite !size_cat !size_map /width_three_plus_shared; congr (_ + _)%N.
rewrite addnA addnAC; congr (_ + _ + _)%N; elim: (pairs X) => // k ks IH.
rewrite -[flatten _]/(nodes_at k ++ flatten [seq nodes_at k | k <- ks]) size_cat IH mulnS; congr (_ + _)%N.
by have [c [z [E z2]]] := first_of_three k; rewrite /nodes_at E /= size_map z2.
Qed.

Lemma three_plus_shared_real t : t \is Num.real -> all (@real_node C gT) (three_plus_shared t).
Proof.
by move=> tR; rewrite all_cat shared_body_real all_seq1 real_carrier // => x; rewrite ?real1 ?shared_left_real.
Qed.

Lemma three_plus_shared_leaves t : leaves (three_plus_shared t) (fun=> t).
Proof. by apply: leaves_carried shared_leaves => x; rewrite expr1n. Qed.

Theorem three_plus_shared_zero_loss : solution (three_plus_shared 0)
  (width_three_plus_shared (size (pairs X)) (size (reals X)) (size doubles)).
Proof.
split; [exact: leaves_projected (three_plus_shared_leaves 0)|exact: three_plus_shared_real (real0 _)|].
exact: three_plus_shared_size.
Qed.

Theorem three_plus_shared_onehot_zero_loss : onehot_solution (three_plus_shared 1)
  (width_three_plus_shared (size (pairs X)) (size (reals X)) (size doubles)).
Proof.
split; [exact: leaves_onehot (three_plus_shared_leaves 1)|exact: three_plus_shared_real (real1 _)|].
exact: three_plus_shared_size.
Qed.
End Shared.
