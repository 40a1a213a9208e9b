(* The criterion of the certificate checker is sound: what it finds of a file implies zero loss. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network criterion blocks squares placing.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Certificate.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Notation spectral := {ffun row * X -> C}.
Implicit Types (k l : X) (z : seq spectral).

(* Real weights give T[-k1, -k2, -k] = conj T[k1, k2, k], so one of k and -k is enough. *)
Theorem T_conjugate z k1 k2 k : real_weights z -> T z k1^-1%g k2^-1%g k^-1%g = (T z k1 k2 k)^*.
Proof.
move=> real; rewrite !T_nodes rmorph_sum big_seq [RHS]big_seq; apply: eq_bigr => j jz.
have sums (p : row) m : \sum_l j (p, l) * j (p, m^-1 * l^-1)%g = (\sum_l j (p, l) * j (p, m * l^-1)%g)^*.
  rewrite rmorph_sum (reindex_inj invg_inj); apply: eq_bigr => l _ /=.
  by rewrite rmorphM -!(real _ jz) invMg invgK dual_commutes.
rewrite /node_T !sums !eq_invg1 !(real _ jz) rmorphM !rmorphD !rmorphM /= fmorphV !rmorph_nat.
by [].
Qed.

(* The checker finds the weights real, and every entry of T at one of k and -k, k != 0, right. *)
Theorem checked_is_solved z (half : pred X) : real_weights z ->
  (forall k, k != 1%g -> half k || half k^-1%g) ->
  (forall k1 k2 k, k != 1%g -> half k -> T z k1 k2 k = diagonal k1 k2 k) ->
  projected_loss (output (network z)) = 0 /\ all (@real_node C gT) (network z).
Proof.
move=> real halves right; split; last exact: real_network.
apply/projected_criterion => k1 k2 k k0; case/orP: (halves k k0) => [/right->//|hk].
have kV : (k^-1 != 1)%g by rewrite eq_invg1.
rewrite -[LHS]conjCK -T_conjugate // right // /diagonal !(inj_eq invg_inj).
by rewrite rmorph_nat.
Qed.

(* The one-hot target: k = 0 as well. *)
Theorem checked_is_solved_onehot z (half : pred X) : real_weights z ->
  (forall k, half k || half k^-1%g) -> (forall k1 k2 k, half k -> T z k1 k2 k = diagonal k1 k2 k) ->
  onehot_loss (output (network z)) = 0 /\ all (@real_node C gT) (network z).
Proof.
move=> real halves right; split; last exact: real_network.
apply/onehot_criterion => k1 k2 k; case/orP: (halves k) => [/right->//|hk].
by rewrite -[LHS]conjCK -T_conjugate // right // /diagonal !(inj_eq invg_inj) rmorph_nat.
Qed.
End Certificate.
