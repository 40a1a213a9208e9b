(* The blocks of order 6 with five parameters: syn at any three phases, and what it is made into. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section MoreBlocks.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Notation "x ** y" := (mul_weight (mul_pair_com C) x y) (at level 40, left associativity).
Implicit Types (z : seq pair_node).

Lemma table_cat z z1 : table (z ++ z1) = [seq p.1 + p.2 | p <- zip (table z) (table z1)].
Proof. by rewrite /table /= /value !potentialD. Qed.

Local Ltac write_out :=
  rewrite /table /= /value /potential /word unlock /= /letter /=; repeat congr (_ :: _).

(* Three nodes a = t y, b = y / t with c_j = z_j / prod_(m != j) (z_j - z_m), for z = y^2, y of modulus one, and
   real t != 0; the three t are 1 in syn_at. *)
Section SynAt.
Variables (y1 y2 y3 : C).
Hypotheses (h1 : on_circle y1) (h2 : on_circle y2) (h3 : on_circle y3).
Definition gaps : C := (y1 ^+ 2 - y2 ^+ 2) * (y2 ^+ 2 - y3 ^+ 2) * (y3 ^+ 2 - y1 ^+ 2).
Hypothesis different : gaps != 0.
Definition weight1 (x y z : C) : C := x ^+ 2 * (z ^+ 2 - y ^+ 2) / gaps.
Definition stretched (t1 t2 t3 : C) : seq pair_node :=
  [:: (t1 * y1, y1 / t1, weight1 y1 y2 y3); (t2 * y2, y2 / t2, weight1 y2 y3 y1); (t3 * y3, y3 / t3, weight1 y3 y1 y2)].
Definition syn_at := stretched 1 1 1.

Theorem syn_at_table : table syn_at = [:: 1; 0; 0; 0; 0; 0; 1; 0; 1; 0].
Proof.
have g1 : gaps^-1 * gaps = 1 by rewrite mulVf.
rewrite /syn_at /stretched /weight1 !invr1; move: gaps^-1 g1 => g; rewrite /gaps => g1.
by write_out; rewrite -?[RHS]g1; by_ring (h1, h2, h3).
Qed.

Lemma stretched_products t1 t2 t3 : t1 \is Num.real -> t2 \is Num.real -> t3 \is Num.real ->
  t1 != 0 -> t2 != 0 -> t3 != 0 ->
  exists r, table (stretched t1 t2 t3) = [:: 1; 0; 0; 0] ++ r /\ size r = 6%N.
Proof.
move=> /CrealP r1 /CrealP r2 /CrealP r3 n1 n2 n3.
exists (drop 4 (table (stretched t1 t2 t3))); split=> //; rewrite -[LHS](cat_take_drop 4); congr (_ ++ _).
have same i : (i < 4)%N -> nth 0 (table (stretched t1 t2 t3)) i = nth 0 (table syn_at) i.
  have inv_real (s : C) : s^* = s -> s^-1^* = s^-1 by rewrite fmorphV => ->.
  have [s1 s2 s3] := And3 (inv_real _ r1) (inv_real _ r2) (inv_real _ r3).
  have m1 : t1 * t1^-1 = 1 by rewrite mulfV.
  have m2 : t2 * t2^-1 = 1 by rewrite mulfV.
  have m3 : t3 * t3^-1 = 1 by rewrite mulfV.
  rewrite /syn_at /stretched !invr1; move: (weight1 _ _ _) (weight1 _ _ _) (weight1 _ _ _) => c1 c2 c3.
  case: i => [|[|[|[|//]]]] _; rewrite /table /= /value /potential /word unlock /= /letter /=;
    move: t1^-1 t2^-1 t3^-1 s1 s2 s3 m1 m2 m3 => i1 i2 i3 s1 s2 s3 m1 m2 m3; by_ring (r1, r2, r3, s1, s2, s3, m1, m2, m3).
have := syn_at_table => e; apply: (@eq_from_nth _ 0) => // i; rewrite size_take => i4.
by rewrite nth_take // same // e; case: i i4 => [|[|[|[|//]]]].
Qed.

(* Its products with nu(1). *)
Definition opposites t1 t2 t3 := times_c 2%:R^-1 ** (nu 1 ** stretched t1 t2 t3).
Theorem opposites_solved t1 t2 t3 : t1 \is Num.real -> t2 \is Num.real -> t3 \is Num.real ->
  t1 != 0 -> t2 != 0 -> t3 != 0 -> solved (opposites t1 t2 t3).
Proof.
move=> r1 r2 r3 n1 n2 n3; have [r [e _]] := stretched_products r1 r2 r3 n1 n2 n3.
rewrite /solved /opposites scaled_table ?realV ?realn // table_mul nu_table; last by rewrite /on_circle conjC1 mulr1.
have -> : (1 : C)^* = 1 by rewrite conjC1.
rewrite e; case: r e => [|s1 [|s2 [|s3 [|s4 [|s5 [|s6 r]]]]]] e; last first.
  have : size (table (stretched t1 t2 t3)) = 10%N by [].
  rewrite e /= => -[/size0nil->] {e}; rewrite /= !expr1n !subrr !(mul0r, mulr0) mulr1 mulVf ?pnatr_eq0 //.
all: by have : size (table (stretched t1 t2 t3)) = 10%N by []; rewrite e.
Qed.
End SynAt.

(* Half of one and half of another with b and c negated. *)
Definition triples y1 y2 y3 o1 o2 o3 :=
  times_c 2%:R^-1 ** (syn_at y1 y2 y3 ++ [:: (1, -1, -1)] ** syn_at o1 o2 o3).

Theorem triples_solved y1 y2 y3 o1 o2 o3 : on_circle y1 -> on_circle y2 -> on_circle y3 -> gaps y1 y2 y3 != 0 ->
  on_circle o1 -> on_circle o2 -> on_circle o3 -> gaps o1 o2 o3 != 0 -> solved (triples y1 y2 y3 o1 o2 o3).
Proof.
move=> h1 h2 h3 hg k1 k2 k3 kg; rewrite /solved /triples scaled_table ?realV ?realn //.
rewrite table_cat table_mul !syn_at_table //.
have -> : table [:: (1, -1, -1) : pair_node] = [:: 1; 1; 1; 1; -1; -1; -1; -1; -1; -1].
  by write_out; by_ring.
rewrite /= !(mulr0, mulr1, addr0) subrr mulr0; congr (_ :: _).
by rewrite -mulr2n -[1 *+ 2]/2%:R mulVf ?pnatr_eq0.
Qed.

(* nu(i) times a = t o, b = r o^* / t, with c_1 = (r_2^* - r_3^* ) / D and cyclic. *)
Section Mirrors.
Variables (r1 r2 r3 o1 o2 o3 t e : C).
Hypotheses (h1 : on_circle r1) (h2 : on_circle r2) (h3 : on_circle r3).
Hypotheses (k1 : on_circle o1) (k2 : on_circle o2) (k3 : on_circle o3).
Definition turn : C := (r2^* - r3^* ) * r1 + (r3^* - r1^* ) * r2 + (r1^* - r2^* ) * r3.
Hypotheses (t_real : t \is Num.real) (t_neq0 : t != 0) (different : turn != 0) (e_imaginary : imaginary e).
Definition frames : seq pair_node :=
  [:: (t * o1, r1 * o1^* / t, (r2^* - r3^* ) / turn); (t * o2, r2 * o2^* / t, (r3^* - r1^* ) / turn);
      (t * o3, r3 * o3^* / t, (r1^* - r2^* ) / turn)].
Definition mirrors := times_c 2%:R^-1 ** (nu e ** frames).

Theorem mirrors_solved : solved mirrors.
Proof.
rewrite /solved /mirrors scaled_table ?realV ?realn // table_mul nu_i_table // /frames.
have g1 : turn^-1 * turn = 1 by rewrite mulVf.
have tt : t * t^-1 = 1 by rewrite mulfV.
have tR : t^-1^* = t^-1 by rewrite fmorphV (CrealP t_real).
have two : 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
move: turn^-1 t^-1 2%:R^-1 g1 tR tt two => g i h; rewrite /turn => g1 tR tt two; write_out; rewrite -?[RHS]g1;
  by_ring (two, h1, h2, h3, k1, k2, k3, CrealP t_real, tR, tt).
Qed.
End Mirrors.
End MoreBlocks.
