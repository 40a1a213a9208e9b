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
have -> : \sum_(k : X | (enum_rank k < enum_rank k^-1)%N) F k^-1%g =
          \sum_(k : X | (enum_rank k^-1 < enum_rank k)%N) F k.
  rewrite [RHS](reindex_inj invg_inj); apply: eq_bigl => k; by rewrite invgK.
rewrite (bigID (fun k => k == k^-1)%g) (bigD1 1%g) /= ?invg1 //; congr (_ + _).
rewrite (bigID (fun k => enum_rank k < enum_rank k^-1)%N) /=; congr (_ + _); apply: eq_bigl => k.
  by rewrite andb_idl // => /ltn_eqF; apply: contraFN => /eqP {1}->.
rewrite -leqNgt leq_eqVlt andb_orr val_eqE (inj_eq enum_rank_inj) eq_sym andNb /= andb_idl //.
by move/ltn_eqF; apply: contraFN => /eqP {2}->.
Qed.

Theorem card_pairs : (2 * size pairs + size reals).+1 = #|gT|.
Proof.
have count (r : seq X) t : \sum_(k <- r) t = t *+ size r :> C.
  by rewrite big_const_seq count_predT iter_addr_0.
apply/eqP; rewrite -(eqr_nat C) -(card_dual X) -sum1_card natr_sum (sum_over_pairs (fun=> 1)).
by rewrite !count -mulrnA mulrSr natrD natrM mulr2n -addrA addrC addrACA -mulr2n.
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
under eq_bigr do rewrite ffunE; rewrite at_k chiN conjCK; congr (_ * _ ^+ 2).
by under eq_bigr do rewrite ffunE; under [X in _ + X]eq_bigr do rewrite ffunE; rewrite !at_k !chiN.
Qed.
End Placing.
