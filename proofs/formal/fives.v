(* Characters of order 5 in fours k, -k, 2k, -2k, each by one of them. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra all_solvable.
From CoGO Require Import dual placing.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Fives.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l : X).

Definition fifth k : bool := (k ^+ 5 == 1)%g.
Definition four k : seq X := [:: k; k^-1; k ^+ 2; k ^- 2]%g.
Definition first k : bool := k == head k [seq l <- enum X | l \in four k].
Definition fives : seq X := [seq k <- enum X | [&& fifth k, k != 1%g & first k]].

Section One.
Variable k : X.
Hypotheses (k5 : fifth k) (k1 : k != 1%g).

Lemma fifth_reduce i : (k ^+ i = k ^+ (i %% 5))%g.
Proof. by rewrite expg_mod //; apply/eqP. Qed.

Lemma fifth_eq i j : (k ^+ i == k ^+ j)%g = (i == j %[mod 5]).
Proof.
have k5' : #[k]%g = 5%N.
  apply/prime_nt_dvdP; rewrite ?order_dvdn //; first by rewrite order_eq1.
by rewrite eq_expg_mod_order k5'.
Qed.

Lemma four_powers : four k = [seq (k ^+ i)%g | i <- [:: 1; 4; 2; 3]%N].
Proof.
rewrite /four /= expg1 -[LHS]/[:: k; k^-1; k ^+ 2; k ^- 2]%g.
have inv i : (i <= 5)%N -> (k ^- i = k ^+ (5 - i))%g.
  by move=> i5; apply: (mulgI (k ^+ i)%g); rewrite mulgV -expgD subnKC // (eqP k5).
by rewrite -{2}(expg1 k) !inv.
Qed.

Lemma uniq_four : uniq (four k).
Proof. by rewrite four_powers /= !inE !fifth_eq. Qed.
End One.

Lemma fifth_power k i : fifth k -> fifth (k ^+ i)%g.
Proof. by rewrite /fifth -expgM mulnC expgM => /eqP->; rewrite expg1n. Qed.

(* The four of each of the four are the same, and one of them is the first. *)
Lemma perm_four k l : fifth k -> k != 1%g -> l \in four k -> [/\ fifth l, l != 1%g & perm_eq (four l) (four k)].
Proof.
move=> k5 k1; rewrite (four_powers k5) => /mapP[i i4 ->]; have i5 := fifth_power i k5.
split=> //; first by rewrite -(expg0 k) fifth_eq //; move: i4; rewrite !inE => /or4P[]/eqP->.
rewrite (four_powers i5).
rewrite (eq_map (f2 := fun j => (k ^+ (i * j %% 5))%g)) => [|j /=].
  apply: (perm_map (s := [seq i * j %% 5 | j <- [:: 1; 4; 2; 3]]%N) (t := [:: 1; 4; 2; 3]%N) (expgn k)).
  by move: i4; rewrite !inE => /or4P[]/eqP->.
by rewrite -expgM fifth_reduce.
Qed.

Lemma one_first (F : X -> C) k : fifth k -> k != 1%g -> \sum_(l <- four k) (first l)%:R = 1 :> C.
Proof.
move=> k5 k1; pose m := head k [seq l <- enum X | l \in four k].
have mk : m \in four k.
  have : k \in [seq l <- enum X | l \in four k] by rewrite mem_filter mem_enum inE eqxx.
  rewrite /m; case E : [seq l <- _ | _] => [|l s] //= _.
  by have := mem_head l s; rewrite -E mem_filter => /andP[].
rewrite (eq_big_seq (fun l => (l == m)%:R)) => [|l lk]; last first.
  congr (nat_of_bool _)%:R; rewrite /first /m; have [_ _ pl] := perm_four k5 k1 lk.
  rewrite (eq_filter (fun j => perm_mem pl j)).
  have : k \in [seq l <- enum X | l \in four k] by rewrite mem_filter mem_enum inE eqxx.
  by case: [seq _ <- _ | _].
by rewrite (bigD1_seq m) ?uniq_four //= eqxx big1 ?addr0 // => l /negPf->.
Qed.

Lemma sum_over_fives (F : X -> C) :
  \sum_(k <- pairs X | fifth k) (F k + F k^-1%g) = \sum_(k <- fives) \sum_(l <- four k) F l.
Proof.
pose P k := fifth k && (k != 1%g); transitivity (\sum_(k | P k) F k).
  have := sum_over_pairs (fun k => F k *+ P k); rewrite /= {2}/P eqxx andbF mulr0n add0r.
  rewrite [X in X + _]big1_seq ?add0r => [E|k /andP[_]]; last first.
    rewrite mem_filter => /andP[/andP[/eqP kk k1] _]; rewrite /P /fifth k1 andbT.
    have k2 : (k ^+ 2 = 1)%g by rewrite expgS expg1 {1}kk mulVg.
    by rewrite -(expg_mod 5 k2) expg1 (negPf k1).
  rewrite [RHS]big_mkcond; under [RHS]eq_bigr do rewrite -mulrb; rewrite E big_mkcond.
  apply: eq_big_seq => k.
  rewrite mem_filter => /andP[lt _]; have k1 : k != 1%g.
    by apply: contraTneq lt => ->; rewrite invg1 ltnn.
  by rewrite /P /fifth expgVn !eq_invg1 k1 !andbT !mulrb; case: ifP; rewrite ?addr0.
transitivity (\sum_(k | P k) \sum_(l | l \in four k) (first l)%:R * F k).
  apply: eq_bigr => k /andP[k5 k1]; rewrite -mulr_suml -big_uniq ?uniq_four //=.
  by rewrite one_first // mul1r.
rewrite (exchange_big_dep P) => [|k l /andP[k5 k1] /(perm_four k5 k1)[l5 l1 _]] /=; last first.
  exact/andP.
rewrite big_filter big_enum_cond /= [RHS]big_mkcond /= [LHS]big_mkcond; apply: eq_bigr => l _.
rewrite andbA -[fifth l && (l != _)]/(P l); case: ifP => //= /andP[l5 l1].
rewrite -mulr_sumr (eq_bigl (fun k => k \in four l)) => [|k]; last first.
  apply/andP/idP => [[/andP[k5 k1] /(perm_four k5 k1)[_ _ /perm_mem ->]]|/(perm_four l5 l1)[k5 k1 kl]].
    by rewrite mem_head.
  by rewrite /P k5 k1 (perm_mem kl) mem_head.
by rewrite -big_uniq ?uniq_four //=; case: (first l); rewrite ?mul1r ?mul0r.
Qed.

Theorem card_fives : (count fifth (pairs X) = 2 * size fives)%N.
Proof.
apply/eqP; rewrite -(eqr_nat C) -(inj_eq (mulfI (_ : 2%:R != 0))) ?pnatr_eq0 //; apply/eqP.
have := sum_over_fives (fun=> 1); rewrite big_const_seq iter_addr_0 -[(1 + 1) *+ _]mulr_natr => ->.
rewrite -natrM; elim: fives => [|k ks IH]; first by rewrite big_nil.
by rewrite big_cons IH !big_cons big_nil /= addr0 mulnS mulnDr natrD -[1]/1%:R -!natrD.
Qed.
End Fives.
