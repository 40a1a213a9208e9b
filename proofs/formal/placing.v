(* Blocks at the characters of a finite Abelian group, and what remains for a carrier. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network criterion blocks squares.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Placing.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l : X) (x y g : gT).
Notation d := (d C gT).
Notation spectral := {ffun row * X -> C}.
Notation pair_node := (pair_node C).
Implicit Types (j : spectral) (s : seq spectral) (n : pair_node) (z : seq pair_node).

(* Conjugate pairs {k, -k}, each by one of the two, and the real characters but the trivial one. *)
Definition pairs : seq X := [seq k <- enum X | enum_rank k < enum_rank k^-1%g]%N.
Definition reals : seq X := [seq k <- enum X | (k == k^-1)%g && (k != 1%g)].

Lemma sum_over_pairs (F : X -> C) :
  \sum_k F k = F 1%g + \sum_(k <- reals) F k + \sum_(k <- pairs) (F k + F k^-1%g).
Proof.
rewrite !big_filter !big_enum_cond /= big_split /=.
have -> : \sum_(k : X | (enum_rank k < enum_rank k^-1%g)%N) F k^-1%g =
          \sum_(k : X | (enum_rank k^-1%g < enum_rank k)%N) F k.
  rewrite [RHS](reindex_inj invg_inj); apply: eq_bigl => k; by rewrite invgK.
rewrite (bigID (fun k => k == k^-1)%g) (bigD1 1%g) /= ?invg1 //; congr (_ + _).
rewrite (bigID (fun k => enum_rank k < enum_rank k^-1%g)%N) /=; congr (_ + _); apply: eq_bigl => k.
  by rewrite andb_idl // => /ltn_eqF; apply: contraFN => /eqP <-.
rewrite -leqNgt leq_eqVlt andb_orr val_eqE (inj_eq enum_rank_inj) eq_sym andNb /= andb_idl //.
by move/ltn_eqF; apply: contraFN => /eqP ->.
Qed.

Theorem card_pairs : (2 * size pairs + size reals).+1 = #|gT|.
Proof.
have count (r : seq X) t : \sum_(k <- r) t = t *+ size r :> C.
  by rewrite big_const_seq count_predT iter_addr_0.
apply/eqP; rewrite -(eqr_nat C) -(card_dual X) -sum1_card natr_sum (sum_over_pairs (fun=> 1)).
by rewrite !count -[(1 + 1) *+ _]mulr_natr mulrSr natrD natrM addrC [_ + (size reals)%:R]addrC addrA.
Qed.

(* A block's node at k and -k, a real one at a real character, and more entries in c. *)
Definition entry (p : row) n : C := match p with Some false => n.1.1 | Some true => n.1.2 | None => n.2 end.
Definition at_pair k n : spectral :=
  [ffun i => entry i.1 n * (i.2 == k)%:R + (entry i.1 n)^* * (i.2 == k^-1)%g%:R].
Definition at_real k n : spectral := [ffun i => entry i.1 n * (i.2 == k)%:R].
Definition carry (gamma : X -> C) j : spectral := [ffun i => j i + (i.1 == rc)%:R * gamma i.2].

Lemma only (F : X -> C) k : \sum_l F l * (l == k)%:R = F k.
Proof. by rewrite (bigD1 k) //= eqxx mulr1 big1 ?addr0 // => l /negPf->; rewrite mulr0. Qed.

Lemma squares_at_pair k z x y g : squares (network (map (at_pair k) z)) x y g =
  \sum_(n <- z) (n.2 * (chi k g)^* + n.2^* * chi k g) * input n (chi k x) (chi k y) ^+ 2.
Proof.
rewrite /squares /network !big_map; apply: eq_bigr => n _; rewrite !ffunE.
have at_k (t t' : C) (F : X -> C) :
    \sum_l (t * (l == k)%:R + t' * (l == k^-1)%g%:R) * F l = t * F k + t' * F k^-1%g.
  under eq_bigr do rewrite mulrDl mulrAC [_ * F _]mulrAC; by rewrite big_split /= !only.
under eq_bigr do rewrite ffunE /=; rewrite at_k chiN conjCK; congr (_ * _ ^+ 2).
by under eq_bigr do rewrite ffunE /=; under [X in _ + X]eq_bigr do rewrite ffunE /=; rewrite !at_k !chiN.
Qed.

Lemma squares_at_real k z x y g : squares (network (map (at_real k) z)) x y g =
  \sum_(n <- z) n.2 * (chi k g)^* * (n.1.1 * chi k x + n.1.2 * chi k y) ^+ 2.
Proof.
rewrite /squares /network !big_map; apply: eq_bigr => n _; rewrite !ffunE.
have at_k (t : C) (F : X -> C) : \sum_l (t * (l == k)%:R) * F l = t * F k.
  by under eq_bigr do rewrite mulrAC; rewrite only.
under eq_bigr do rewrite ffunE /=; rewrite at_k; congr (_ * _ ^+ 2).
by under eq_bigr do rewrite ffunE /=; under [X in _ + X]eq_bigr do rewrite ffunE /=; rewrite !at_k.
Qed.

(* What a carrier does: its nodes' input energy, times what its new entries give. *)
Definition output_of (gamma : X -> C) g : C := \sum_l gamma l * (chi l g)^*.

Lemma squares_carry gamma s x y g : squares (network (map (carry gamma) s)) x y g =
  squares (network s) x y g
  + output_of gamma g * \sum_(j <- network s) (wa j x + wb j y) ^+ 2.
Proof.
rewrite /squares /network !big_map mulr_sumr -big_split /=; apply: eq_bigr => j _.
rewrite -mulrDl !ffunE; congr (_ * _ ^+ 2).
  rewrite /output_of -big_split; apply: eq_bigr => k _; by rewrite ffunE /= mul1r mulrDl.
by congr (_ + _); apply: eq_bigr => k _; rewrite ffunE /= mul0r addr0.
Qed.

Lemma energy_at_pair k z x y :
  \sum_(j <- network (map (at_pair k) z)) (wa j x + wb j y) ^+ 2 =
  \sum_(n <- z) input n (chi k x) (chi k y) ^+ 2.
Proof.
rewrite /network !big_map; apply: eq_bigr => n _; rewrite !ffunE.
have at_k (t t' : C) (F : X -> C) :
    \sum_l (t * (l == k)%:R + t' * (l == k^-1)%g%:R) * F l = t * F k + t' * F k^-1%g.
  under eq_bigr do rewrite mulrDl mulrAC [_ * F _]mulrAC; by rewrite big_split /= !only.
congr (_ ^+ 2).
by under eq_bigr do rewrite ffunE /=; under [X in _ + X]eq_bigr do rewrite ffunE /=; rewrite !at_k !chiN.
Qed.

Lemma energy_at_real k z x y :
  \sum_(j <- network (map (at_real k) z)) (wa j x + wb j y) ^+ 2 =
  \sum_(n <- z) (n.1.1 * chi k x + n.1.2 * chi k y) ^+ 2.
Proof.
rewrite /network !big_map; apply: eq_bigr => n _; rewrite !ffunE.
have at_k (t : C) (F : X -> C) : \sum_l (t * (l == k)%:R) * F l = t * F k.
  by under eq_bigr do rewrite mulrAC; rewrite only.
congr (_ ^+ 2).
by under eq_bigr do rewrite ffunE /=; under [X in _ + X]eq_bigr do rewrite ffunE /=; rewrite !at_k.
Qed.

(* The leftovers L k of the pairs, as entries in c: L k at k and its conjugate at -k. *)
Definition leftover (L : X -> C) l : C :=
  \sum_(k <- pairs) (L k * (l == k)%:R + (L k)^* * (l == k^-1)%g%:R).

Lemma output_leftover L g :
  output_of (leftover L) g = \sum_(k <- pairs) (L k * (chi k g)^* + (L k * (chi k g)^*)^*).
Proof.
rewrite /output_of; under eq_bigr do rewrite mulr_suml; rewrite exchange_big; apply: eq_bigr => k _ /=.
under eq_bigr do rewrite mulrDl mulrAC [_ * (chi _ g)^*]mulrAC; rewrite big_split /= !only.
by rewrite chiN conjCK rmorphM conjCK.
Qed.

Lemma output_scaled (s : C) gamma g : output_of (fun l => s * gamma l) g = s * output_of gamma g.
Proof. by rewrite /output_of mulr_sumr; apply: eq_bigr => l _; rewrite mulrA. Qed.

Lemma output_constant (s : C) gamma g :
  output_of (fun l => gamma l + s * (l == 1%g)%:R) g = output_of gamma g + s.
Proof.
rewrite /output_of; under eq_bigr do rewrite mulrDl mulrAC; rewrite big_split /= only.
by rewrite chi_one conjC1 mulr1.
Qed.

(* Blocks at all pairs that are solved but for leftovers, and real blocks at all real characters,
   compute the target but for the trivial character and the leftovers. *)
Definition blocks_at (zs : X -> seq pair_node) (ks : seq X) : seq spectral :=
  flatten [seq map (at_pair k) (zs k) | k <- ks].
Definition real_blocks_at (ks : seq X) : seq spectral :=
  flatten [seq map (at_real k) (real_block C) | k <- ks].
Definition body zs := blocks_at zs pairs ++ real_blocks_at reals.

Lemma squares_body zs L x y g : (forall k, k \in pairs -> solved_but (L k) (zs k)) ->
  squares (network (body zs)) x y g = 2%:R * (d * target C x y g - 1 + output_of (leftover L) g).
Proof.
move=> solved; rewrite /network map_cat squares_cat !map_flatten -!map_comp !squares_flatten.
have circle k h : on_circle (chi k h) by exact: chi_mul_conj.
have conjM k : chi k x * chi k y * (chi k g)^* = chi k (x * y * g^-1)%g by rewrite !chiM chi_conj.
rewrite (eq_big_seq (fun k => 2%:R * (chi k (x * y * g^-1)%g + chi k^-1%g (x * y * g^-1)%g
    + (L k * (chi k g)^* + (L k * (chi k g)^*)^*)))) => [|k kp]; last first.
  by rewrite chiN -conjM -(squares_of_block _ _ _ (solved k kp)) // -squares_at_pair.
rewrite [X in _ + X](eq_bigr (fun k => 2%:R * chi k (x * y * g^-1)%g)) => [|k _]; last first.
  by rewrite -conjM -squares_of_real_block -squares_at_real.
rewrite -!mulr_sumr -mulrDr big_split /= output_leftover; congr (_ * _).
rewrite addrAC; congr (_ + _); rewrite addrC.
have := sum_over_pairs (fun k => chi k (x * y * g^-1)%g); rewrite sum_over_dual -eq_mulgV1 chi_one.
by rewrite /target /network.d => ->; rewrite -[in RHS]addrA [RHS]addrC addKr.
Qed.

(* Weights are real: entries at -k are the conjugates of those at k. *)
Definition real_weights s : Prop :=
  forall j, j \in s -> forall (p : row) k, j (p, k^-1%g) = (j (p, k))^*.

Lemma real_cat s s1 : real_weights s -> real_weights s1 -> real_weights (s ++ s1).
Proof. by move=> hs hs1 j; rewrite mem_cat => /orP[/hs|/hs1]. Qed.

Lemma real_at_pair k z : real_weights (map (at_pair k) z).
Proof.
move=> _ /mapP[n _ ->] p l; rewrite !ffunE /= rmorphD !rmorphM /= conjCK !rmorph_nat addrC.
by rewrite (inj_eq invg_inj) (can2_eq invgK invgK).
Qed.

Lemma real_blocks_at_pairs zs ks : real_weights (blocks_at zs ks).
Proof. by move=> j /flatten_mapP[k _ jk]; apply: real_at_pair jk. Qed.

Lemma real_at_real k : (k == k^-1)%g -> real_weights (map (at_real k) (real_block C)).
Proof.
move=> /eqP kk j jk p l; have [n nb ->] := mapP jk.
rewrite !ffunE /= rmorphM rmorph_nat /= (can2_eq invgK invgK) -kk; congr (_ * _); apply: esym.
by move: nb; rewrite !inE => /orP[] /eqP->; case: p => [[]|] /=;
  rewrite ?rmorphN ?conjC1 //= ?fmorphV ?rmorph_nat.
Qed.

Lemma real_blocks_at_reals ks : {subset ks <= reals} -> real_weights (real_blocks_at ks).
Proof.
move=> sub j /flatten_mapP[k /sub kr jk]; apply: real_at_real jk.
by move: kr; rewrite mem_filter => /andP[/andP[]].
Qed.

Lemma real_carry gamma s : (forall k, gamma k^-1%g = (gamma k)^*) -> real_weights s ->
  real_weights (map (carry gamma) s).
Proof.
move=> hg hs _ /mapP[j js ->] p k.
by rewrite !ffunE /= rmorphD rmorphM rmorph_nat hg -(hs _ js).
Qed.

Lemma real_leftover L k : leftover L k^-1%g = (leftover L k)^*.
Proof.
rewrite /leftover rmorph_sum; apply: eq_bigr => l _ /=.
rewrite rmorphD !rmorphM !rmorph_nat /= conjCK addrC.
by rewrite (inj_eq invg_inj) (can2_eq invgK invgK).
Qed.

Theorem real_network s : real_weights s -> all (@real_node C gT) (network s).
Proof.
move=> hs; apply/allP => _ /mapP[j js ->]; apply/forallP => x; rewrite !ffunE.
have real (F : X -> C) : (forall k, F k^-1%g = (F k)^*) -> \sum_k F k \is Num.real.
  move=> hF; apply/CrealP; rewrite rmorph_sum (reindex_inj invg_inj); apply: eq_bigr => k _ /=.
  by rewrite hF conjCK.
by apply/and3P; split; apply: real => k; rewrite (hs _ js) chiN rmorphM.
Qed.
End Placing.
