(* Nodes that are waves on the group, and the one node of square 1 that carries what blocks leave over. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network blocks squares placing short.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Waves.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l h : X) (x y g : gT).
Notation d := (d C gT).
Notation node := (node C gT).
Notation pair_node := (pair_node C).
Implicit Types (n : pair_node) (z : seq pair_node) (s : seq node) (o : gT -> C).

(* The real function with the coefficient a at k, and its conjugate at -k. *)
Definition wave k (a : C) x : C := a * chi k x + a^* * (chi k x)^*.

Lemma wave_real k a x : wave k a x \is Num.real.
Proof. by apply/CrealP; rewrite /wave rmorphD !rmorphM !conjCK addrC. Qed.

Lemma waveN k a x : wave k^-1%g a x = wave k a^* x.
Proof. by rewrite /wave chiN !conjCK addrC. Qed.

Lemma chi_power k x m : chi (k ^+ m)%g x = chi k x ^+ m.
Proof. by elim: m => [|m IH]; rewrite ?expg0 ?chi_one // expgS exprS chiD IH. Qed.

Lemma chi_circle k x : on_circle (chi k x). Proof. exact: chi_mul_conj. Qed.

Lemma chi_target k x y g : chi k x * chi k y * (chi k g)^* = chi k (x * y * g^-1)%g.
Proof. by rewrite !chiM chi_conj. Qed.

(* A block's node with the constant part t, and the one node of a real character. *)
Definition node_at k (t : C) n : node :=
  make (fun x => t + wave k n.1.1 x) (wave k n.1.2) (wave k^-1%g n.2).
Definition sign_at k : node := make (chi k) (chi k) (chi k).

Lemma squares_at k t z x y g :
  squares (map (node_at k t) z) x y g = added t z (chi k x) (chi k y) (chi k g).
Proof.
rewrite /squares big_map; apply: eq_bigr => n _.
rewrite !ffunE waveN /wave !conjCK [n.2^* * _ + _]addrC; congr (_ * _ ^+ 2).
by rewrite /input !addrA.
Qed.

(* A pair's frequency, and what is left over. *)
Definition frequency k x y g : C := chi k (x * y * g^-1)%g + chi k^-1%g (x * y * g^-1)%g.

Lemma squares_adds k t z (l : C) x y g : adds t z l (chi k x) (chi k y) ->
  squares (map (node_at k t) z) x y g = 2%:R * (frequency k x y g + wave k^-1%g l g).
Proof.
move=> H; rewrite squares_at H /frequency chiN -chi_target waveN /wave conjCK.
by congr (_ * (_ + _)); rewrite rmorphM conjCK addrC.
Qed.

Lemma character_square k x : k \in reals X -> chi k x ^+ 2 = 1.
Proof.
rewrite mem_filter => /andP[/andP[/eqP kk _] _]; rewrite expr2 {2}kk chiN; exact: chi_mul_conj.
Qed.

Lemma squares_signs x y g :
  squares (map sign_at (reals X)) x y g = \sum_(k <- reals X) 2%:R * (chi k (x * y * g^-1)%g + chi k g).
Proof.
rewrite /squares big_map; apply: eq_big_seq => k kr; have := kr.
rewrite mem_filter => /andP[/andP[/eqP kk _] _].
by rewrite !ffunE short2 ?character_square // -chi_target -chiN -kk.
Qed.

(* Squares that add up to d times the target but for a function of the output, which a node carries. *)
Definition leaves s o : Prop := forall x y g, squares s x y g = 2%:R * (d * target C x y g - 1 + o g).
Definition carrier (a o : gT -> C) (t : C) : node := make a (fun=> 0) (fun g => 2%:R * (t - o g)).

Lemma leaves_all s o : (forall x y g, squares s x y g =
    2%:R * (\sum_(k <- reals X) chi k (x * y * g^-1)%g + \sum_(k <- pairs X) frequency k x y g + o g)) ->
  leaves s o.
Proof.
move=> H x y g; rewrite H; congr (_ * (_ + _)).
have := sum_over_pairs (fun k => chi k (x * y * g^-1)%g); rewrite sum_over_dual -eq_mulgV1 chi_one.
by rewrite /target /network.d => ->; rewrite -addrA [RHS]addrC addKr.
Qed.

Lemma leaves_carried s a o t : (forall x, a x ^+ 2 = 1) -> leaves s o ->
  leaves (s ++ [:: carrier a o t]) (fun=> t).
Proof.
move=> a1 H x y g; rewrite squares_cat squares1 H !ffunE addr0 a1 mulr1 -mulrDr.
by congr (_ * _); rewrite -addrA [o g + _]addrC subrK.
Qed.

(* Zero loss, real weights, and so many nodes. *)
Definition solution s (width : nat) : Prop :=
  [/\ projected_loss (output s) = 0, all (@real_node C gT) s & size s = width].
Definition onehot_solution s (width : nat) : Prop :=
  [/\ onehot_loss (output s) = 0, all (@real_node C gT) s & size s = width].

Lemma leaves_projected s t : leaves s (fun=> t) -> projected_loss (output s) = 0.
Proof. by move=> H; apply: (zero_projected (s := fun _ _ => -1 + t)) => x y g; rewrite H addrA. Qed.

Lemma leaves_onehot s : leaves s (fun=> 1) -> onehot_loss (output s) = 0.
Proof. by move=> H; apply: zero_onehot => x y g; rewrite H subrK. Qed.

(* Weights are real. *)
Lemma real_node_at k t z : t \is Num.real -> all (@real_node C gT) (map (node_at k t) z).
Proof.
by move=> tR; apply/allP => _ /mapP[n _ ->]; apply/forallP => x; rewrite !ffunE rpredD ?wave_real.
Qed.

Lemma real_character k x : k \in reals X -> chi k x \is Num.real.
Proof. by rewrite mem_filter => /andP[/andP[/eqP kk _] _]; apply/CrealP; rewrite -chiN -kk. Qed.

Lemma real_signs : all (@real_node C gT) (map sign_at (reals X)).
Proof. by apply/allP => _ /mapP[k kr ->]; apply/forallP => x; rewrite !ffunE real_character. Qed.

Lemma real_carrier a o t : (forall x, a x \is Num.real) -> (forall g, o g \is Num.real) ->
  t \is Num.real -> real_node (carrier a o t).
Proof.
by move=> aR oR tR; apply/forallP => x; rewrite !ffunE aR real0 /= rpredM ?realn ?rpredB.
Qed.

End Waves.
