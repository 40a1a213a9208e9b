(* What blocks add to the squares of a network, and what carriers do. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Squares.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Implicit Types (u v t : C) (n : pair_node) (z : seq pair_node).

(* What a block adds to the squares, for unit u = chi(x), v = chi(y), t = chi(g): the ten
   potentials and their conjugates. *)
Definition half_squares u v t (r : seq C) : C := let p i := nth 0 r i in
  t^* * (u ^+ 2 * p 6%N + u^* ^+ 2 * p 7%N + v ^+ 2 * p 8%N + v^* ^+ 2 * p 9%N
  + 2%:R * (p 4%N + p 5%N
    + u * v * p 0%N + u^* * v * p 1%N + u * v^* * p 2%N + u^* * v^* * (p 3%N)^*)).

Lemma values_cons (words : seq (seq (row * bool))) n z : [seq value s (n :: z) | s <- words] =
  [seq p.1 + p.2 | p <- zip [seq value s [:: n] | s <- words] [seq value s z | s <- words]].
Proof. by elim: words => //= s words ->; rewrite /value /potential big_cons big_seq1. Qed.

Lemma table_cons n z : table (n :: z) = [seq p.1 + p.2 | p <- zip (table [:: n]) (table z)].
Proof. exact: values_cons. Qed.

Definition input n u v : C := n.1.1 * u + n.1.1^* * u^* + (n.1.2 * v + n.1.2^* * v^*).

Lemma half_squaresD u v t z z1 :
  half_squares u v t [seq p.1 + p.2 | p <- zip (table z) (table z1)] =
  half_squares u v t (table z) + half_squares u v t (table z1).
Proof. by rewrite /table /half_squares /=; by_ring. Qed.

Lemma squares_of_node n u v t : on_circle u -> on_circle v ->
  (n.2 * t^* + n.2^* * t) * input n u v ^+ 2 =
  half_squares u v t (table [:: n]) + (half_squares u v t (table [:: n]))^*.
Proof.
move=> hu hv; case: n => [[p q] r].
rewrite /half_squares /input /table /= /value /potential /word unlock /= /letter /=.
by_ring (hu, hv).
Qed.

Theorem squares_of_pairs z u v t : on_circle u -> on_circle v ->
  \sum_(n <- z) (n.2 * t^* + n.2^* * t) * input n u v ^+ 2 =
  half_squares u v t (table z) + (half_squares u v t (table z))^*.
Proof.
move=> hu hv; elim: z => [|n z IH].
  rewrite big_nil /half_squares /table /value /potential /= !big_nil conjC0.
  by rewrite !(mulr0, addr0) conjC0 addr0.
by rewrite big_cons IH table_cons half_squaresD rmorphD squares_of_node // addrACA.
Qed.

(* A solved block adds its frequency, and a constant for its leftover l. *)
Theorem squares_of_block l z u v t : on_circle u -> on_circle v -> solved_but l z ->
  \sum_(n <- z) (n.2 * t^* + n.2^* * t) * input n u v ^+ 2 =
  2%:R * (u * v * t^* + (u * v * t^*)^* + (l * t^* + (l * t^*)^*)).
Proof.
move=> hu hv [p solved]; rewrite squares_of_pairs // solved /half_squares /=.
by_ring.
Qed.

(* The inputs of a carrier have the same energy whatever they are. *)
Lemma energies_cons n z : energies (n :: z) = [seq p.1 + p.2 | p <- zip (energies [:: n]) (energies z)].
Proof. exact: values_cons. Qed.

Definition half_energy u v (r : seq C) : C := let p i := nth 0 r i in
  u ^+ 2 * p 2%N + v ^+ 2 * p 3%N + 2%:R * (u * v * p 0%N + u^* * v * p 1%N) + (p 4%N + p 5%N).

Lemma half_energyD u v z z1 :
  half_energy u v [seq p.1 + p.2 | p <- zip (energies z) (energies z1)] =
  half_energy u v (energies z) + half_energy u v (energies z1).
Proof. by rewrite /energies /half_energy /=; by_ring. Qed.

Lemma energy_of_node n u v : on_circle u -> on_circle v -> input n u v ^+ 2 =
  half_energy u v (energies [:: n]) + (half_energy u v (energies [:: n]))^*.
Proof.
move=> hu hv; case: n => [[p q] r].
rewrite /half_energy /input /energies /= /value /potential /word unlock /= /letter /=.
by_ring (hu, hv).
Qed.

Theorem energy_of_carrier ea eb z u v : on_circle u -> on_circle v ->
  ea \is Num.real -> eb \is Num.real -> energies z = [:: 0; 0; 0; 0; ea; eb] ->
  \sum_(n <- z) input n u v ^+ 2 = 2%:R * (ea + eb).
Proof.
move=> hu hv ra rb ez; transitivity (half_energy u v (energies z) + (half_energy u v (energies z))^*).
  elim: z {ez} => [|n z IH].
    by rewrite big_nil /half_energy /energies /value /potential /= !big_nil !(mulr0, addr0, conjC0).
  by rewrite big_cons IH energies_cons half_energyD [in RHS]rmorphD energy_of_node // addrACA.
rewrite ez /half_energy /= !(mulr0, addr0, add0r) rmorphD /= (CrealP ra) (CrealP rb).
by_ring.
Qed.

(* The real character: 4xy = (x + y)^2 - (x - y)^2. *)
Definition real_block : seq pair_node := [:: (1, 1, 2%:R^-1); (1, -1, - 2%:R^-1)].

(* abc is 1 there, aac and bbc are 0. *)
Theorem real_block_values : [/\ \sum_(n <- real_block) n.1.1 * n.1.2 * n.2 = 1,
  \sum_(n <- real_block) n.1.1 * n.1.1 * n.2 = 0 & \sum_(n <- real_block) n.1.2 * n.1.2 * n.2 = 0].
Proof.
have half : 2%:R^-1 + 2%:R^-1 = 1 :> C by rewrite -mulr2n -[2%:R^-1 *+ 2]mulr_natl mulfV ?pnatr_eq0.
by split; rewrite !big_cons big_nil /=; first rewrite -[RHS]half; move: 2%:R^-1 => h; by_ring.
Qed.

Theorem squares_of_real_block u v t :
  \sum_(n <- real_block) n.2 * t * (n.1.1 * u + n.1.2 * v) ^+ 2 = 2%:R * (u * v * t).
Proof.
rewrite !big_cons big_nil addr0 /=; have half : 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
rewrite -[X in _ = 2%:R * X]mul1r -[X in _ = 2%:R * (X * _)]half; move: 2%:R^-1 => h.
by_ring.
Qed.

Theorem energy_of_real_block u v : u ^+ 2 = 1 -> v ^+ 2 = 1 ->
  \sum_(n <- real_block) (n.1.1 * u + n.1.2 * v) ^+ 2 = 4%:R.
Proof.
by move=> u2 v2; rewrite !big_cons big_nil addr0 /=; by_ring (u2, v2).
Qed.
End Squares.
