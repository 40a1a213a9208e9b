(* The closed-form optimizers: zero loss for every finite Abelian group and all unit parameters. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import semiring dual network criterion blocks squares placing.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Widths, by the numbers P of conjugate pairs and R of real characters. *)
Definition width_six_per_frequency P R : nat := 6 * P + 2 * R.
Definition width_nine_per_frequency P R : nat := 9 * P + 2 * R.
Definition width_four_plus_constant P R : nat := 4 * P + 2 * R + (0 < P).
Definition width_four_plus_constant_onehot P R : nat := 4 * P + 2 * R + 1.
Definition width_four_plus_real P R : nat := 4 * P + 2 * R.
Definition width_four_plus_six P R : nat := 4 * P + 2 * R + 2 * (0 < P).

(* Entries in c of carriers, times 1 + i: -(2) of the constant node, -1/2 and -1/12 of the others. *)
Definition constant_entry : nat := 2.
Definition real_share : nat := 2.
Definition six_share : nat := 12.

Section Families.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l : X) (x y g : gT).
Notation d := (d C gT).
Notation spectral := {ffun row * X -> C}.
Notation P := (size (pairs X)).
Notation R := (size (reals X)).
Implicit Types (s : seq spectral).

(* The parameters: a primitive third root of unity w; at each pair, numbers of modulus one; and
   i, or -i for the mirror of xi, at each pair. *)
Variables (w : C) (nu xi al be e : X -> C).
Hypotheses (w_third : w ^+ 2 + w + 1 = 0).
Hypotheses (nu_circle : forall k, on_circle (nu k)) (xi_circle : forall k, on_circle (xi k)).
Hypotheses (al_circle : forall k, on_circle (al k)) (be_circle : forall k, on_circle (be k)).
Hypothesis (e_imaginary : forall k, imaginary (e k)).

(* Zero loss, real weights, and so many nodes. *)
Definition optimizer s (width : nat) : Prop :=
  [/\ projected_loss (output (network s)) = 0, real_weights s & size s = width].
Definition onehot_optimizer s (width : nat) : Prop :=
  [/\ onehot_loss (output (network s)) = 0, real_weights s & size s = width].

(* Where nothing is carried, one-hot outputs take one more node. *)
Theorem one_more_optimizer s q : optimizer s q ->
  onehot_loss (output (one_more (network s))) = 0 /\ size (one_more (network s)) = q.+1.
Proof.
by case=> loss0 _ <-; rewrite one_more_width size_map; split=> //; apply: one_more_onehot.
Qed.

Lemma size_blocks_at (zs : X -> seq (pair_node C)) ks q :
  (forall k, k \in ks -> size (zs k) = q) -> size (blocks_at zs ks) = (q * size ks)%N.
Proof.
elim: ks => [|k ks IH] hq; first by rewrite muln0.
rewrite /blocks_at /= size_cat size_map hq ?mem_head // mulnS; congr (_ + _)%N.
by apply: IH => l lk; apply: hq; rewrite inE lk orbT.
Qed.

Lemma size_real_blocks_at (ks : seq X) : size (real_blocks_at ks) = (2 * size ks)%N.
Proof. by elim: ks => [|k ks IH] //; rewrite /real_blocks_at /= mulnS -IH. Qed.

Lemma uniq_pairs : uniq (pairs X). Proof. by rewrite filter_uniq ?enum_uniq. Qed.
Lemma uniq_reals : uniq (reals X). Proof. by rewrite filter_uniq ?enum_uniq. Qed.

Lemma squares_networkD s s1 x y g :
  squares (network (s ++ s1)) x y g = squares (network s) x y g + squares (network s1) x y g.
Proof. by rewrite /network map_cat squares_cat. Qed.

Lemma real_body (zs : X -> seq (pair_node C)) : real_weights (body zs).
Proof. by apply: real_cat; [apply: real_blocks_at_pairs | apply: real_blocks_at_reals]. Qed.

Lemma leftover0 l : leftover (fun=> 0 : C) l = 0.
Proof. by apply: big1 => k _; rewrite conjC0 !mul0r addr0. Qed.

(* Solved blocks at every pair need no carrier. *)
Lemma solved_body (zs : X -> seq (pair_node C)) q : (forall k, solved (zs k)) -> (forall k, size (zs k) = q) ->
  optimizer (body zs) (q * P + 2 * R).
Proof.
move=> solved hq; split; last by rewrite size_cat size_real_blocks_at (size_blocks_at (q := q)).
  apply: (zero_projected (s := fun _ _ => -1)) => x y g.
  rewrite (squares_body (L := fun=> 0)) => [|k _]; last exact/solved_is_solved_but.
  rewrite /output_of big1 ?addr0 // => l _; by rewrite leftover0 mul0r.
exact: real_body.
Qed.

Definition six_per_frequency := body (fun k : X => order6 w (nu k)).
Theorem six_per_frequency_zero_loss : optimizer six_per_frequency (width_six_per_frequency P R).
Proof. by apply: solved_body => k; [apply: order6_solved | rewrite !order_mul]. Qed.

Definition six_per_frequency_ab := body (fun k : X => order6_ab w 'i (al k) (be k)).
Theorem six_per_frequency_ab_zero_loss : optimizer six_per_frequency_ab (width_six_per_frequency P R).
Proof.
apply: solved_body => k; last by rewrite !order_mul.
exact: order6_ab_solved (imaginary_i C) _ _.
Qed.

Definition nine_per_frequency := body (fun _ : X => order9 w).
Theorem nine_per_frequency_zero_loss : optimizer nine_per_frequency (width_nine_per_frequency P R).
Proof. by apply: solved_body => k; [apply: order9_solved | rewrite !order_mul]. Qed.

(* Order-4 blocks leave L = 1 + i at their pair (1 - i for the mirror). *)
Definition order4_at k := order4 'i (e k) (xi k).
Definition L k : C := 1 + e k.

Lemma order4_at_solved k : solved_but (L k) (order4_at k).
Proof. exact: order4_solved (imaginary_i C) _ _. Qed.

(* Blocks of four nodes that leave M at their pair, and one node a_0 = 1, b = 0 that carries -2 M; for one-hot
   outputs it takes c_0 = 2 as well. *)
Section ConstantNode.
Variables (zs : X -> seq (pair_node C)) (M : X -> C).
Hypotheses (zs_solved : forall k, solved_but (M k) (zs k)) (zs_size : forall k, size (zs k) = 4%N).
Definition constant_node (t : C) : spectral := [ffun i =>
  match i.1 with Some false => (i.2 == 1%g)%:R | Some true => 0
  | None => - constant_entry%:R * leftover M i.2 + t * (i.2 == 1%g)%:R end].

Lemma squares_constant t x y g :
  squares (network [:: constant_node t]) x y g = - 2%:R * output_of (leftover M) g + t.
Proof.
rewrite squares1 !ffunE; under eq_bigr do rewrite ffunE /=.
rewrite [X in X * _](_ : _ = - 2%:R * output_of (leftover M) g + t); last first.
  by rewrite -output_scaled -output_constant.
under eq_bigr do rewrite ffunE /=; rewrite [X in (_ + X) ^+ 2]big1 => [|k _]; last by rewrite ffunE mul0r.
rewrite addr0; under eq_bigr do rewrite mulrC.
by rewrite (only (fun k => chi k x)) chi_one expr1n mulr1.
Qed.

Lemma real_constant t : t \is Num.real -> real_weights [:: constant_node t].
Proof.
move=> /CrealP tR j; rewrite inE => /eqP -> p k; rewrite !ffunE /=.
rewrite eq_invg1; case: p => [[]|]; rewrite ?conjC0 ?rmorph_nat //.
by rewrite rmorphD !rmorphM rmorphN !rmorph_nat tR real_leftover.
Qed.

Definition plus_constant : seq spectral := body zs ++ (if P is 0 then [::] else [:: constant_node 0]).
Lemma plus_constant_zero_loss : optimizer plus_constant (width_four_plus_constant P R).
Proof.
have sq x y g := squares_body x y g (fun k _ => zs_solved k).
have size_body : size (body zs) = (4 * P + 2 * R)%N.
  by rewrite size_cat size_real_blocks_at (size_blocks_at (q := 4)).
rewrite /plus_constant /width_four_plus_constant; case Ppos: P => [|p]; split.
- apply: (zero_projected (s := fun _ _ => -1)) => x y g; rewrite cats0 sq output_leftover.
  by rewrite (size0nil Ppos) big_nil addr0.
- by rewrite cats0; apply: real_body.
- by rewrite cats0 size_body Ppos !addn0.
- apply: (zero_projected (s := fun _ _ => -1)) => x y g.
  rewrite squares_networkD sq squares_constant addr0 mulNr -mulrBr.
  by rewrite addrK.
- by apply: real_cat; [apply: real_body | apply: real_constant; rewrite real0].
- by rewrite size_cat size_body Ppos.
Qed.

Definition plus_constant_onehot : seq spectral := body zs ++ [:: constant_node 2%:R].
Lemma plus_constant_onehot_zero_loss :
  onehot_optimizer plus_constant_onehot (width_four_plus_constant_onehot P R).
Proof.
split.
- apply: zero_onehot => x y g; rewrite squares_networkD squares_constant.
  rewrite (squares_body _ _ _ (fun k _ => zs_solved k)).
  rewrite mulNr addrA -mulrBr addrK -{2}[2%:R]mulr1 -mulrDr subrK //.
- by apply: real_cat; [apply: real_body | apply: real_constant; rewrite realn].
- by rewrite !size_cat size_real_blocks_at (size_blocks_at (q := 4)).
Qed.
End ConstantNode.

(* four-plus-constant, with the blocks nu(i) * xi(x), ... *)
Lemma order4_at_size k : size (order4_at k) = 4%N. Proof. by rewrite !order_mul. Qed.

Definition four_plus_constant := plus_constant order4_at L.
Theorem four_plus_constant_zero_loss : optimizer four_plus_constant (width_four_plus_constant P R).
Proof. exact: plus_constant_zero_loss order4_at_solved order4_at_size. Qed.

Definition four_plus_constant_onehot := plus_constant_onehot order4_at L.
Theorem four_plus_constant_onehot_zero_loss :
  onehot_optimizer four_plus_constant_onehot (width_four_plus_constant_onehot P R).
Proof. exact: plus_constant_onehot_zero_loss order4_at_solved order4_at_size. Qed.

(* ... and with any blocks of order 4. *)
Section AnyBlocks.
Variables (eps rho sigma : X -> C).
Hypotheses (eps_circle : forall k, on_circle (eps k)) (eps_imaginary_part : forall k, (eps k)^* != eps k).
Hypotheses (rho_real : forall k, rho k \is Num.real) (rho_neq0 : forall k, rho k != 0).
Hypotheses (sigma_real : forall k, sigma k \is Num.real) (sigma_neq0 : forall k, sigma k != 0).
Definition order4_any_at k := order4_any 'i (eps k) (rho k) (sigma k) (xi k).
Definition left4_at k : C := left4 (eps k) (rho k) (sigma k).

Lemma order4_any_at_solved k : solved_but (left4_at k) (order4_any_at k).
Proof. exact: order4_any_solved (imaginary_i C) _ _ _ _ _ _ _. Qed.

Lemma order4_any_at_size k : size (order4_any_at k) = 4%N. Proof. by rewrite !order_mul. Qed.

Definition four_plus_constant_any := plus_constant order4_any_at left4_at.
Theorem four_plus_constant_any_zero_loss : optimizer four_plus_constant_any (width_four_plus_constant P R).
Proof. exact: plus_constant_zero_loss order4_any_at_solved order4_any_at_size. Qed.

Definition four_plus_constant_any_onehot := plus_constant_onehot order4_any_at left4_at.
Theorem four_plus_constant_any_onehot_zero_loss :
  onehot_optimizer four_plus_constant_any_onehot (width_four_plus_constant_onehot P R).
Proof. exact: plus_constant_onehot_zero_loss order4_any_at_solved order4_any_at_size. Qed.
End AnyBlocks.

(* A carrier among the blocks: the nodes of one of them get more entries in c. *)
Definition carried (gamma : X -> C) h (f : X -> seq spectral) ks : seq spectral :=
  flatten [seq (if k == h then map (carry gamma) (f k) else f k) | k <- ks].

Lemma squares_carried gamma h f ks x y g : uniq ks -> h \in ks ->
  squares (network (carried gamma h f ks)) x y g = squares (network (flatten [seq f k | k <- ks])) x y g
  + output_of gamma g * \sum_(j <- network (f h)) (wa j x + wb j y) ^+ 2.
Proof.
elim: ks => // k ks IH /= /andP[kks uks]; rewrite /carried /= !squares_networkD inE.
rewrite -[flatten _]/(carried gamma h f ks).
case: (eqVneq h k) => [hk _|_ /= hks]; last by rewrite IH // addrA.
rewrite -hk in kks *; rewrite squares_carry addrAC; congr (_ + squares (network (flatten _)) x y g + _).
by apply/eq_in_map => l lks; case: eqP lks kks => // -> ->.
Qed.

Lemma size_carried gamma h f ks : size (carried gamma h f ks) = size (flatten [seq f k | k <- ks]).
Proof.
elim: ks => // k ks IH; rewrite /carried /= !size_cat -[flatten _]/(carried gamma h f ks) IH.
by congr (_ + _)%N; case: ifP => _; rewrite ?size_map.
Qed.

Lemma real_carried gamma h f ks : (forall k, gamma k^-1%g = (gamma k)^*) ->
  (forall k, k \in ks -> real_weights (f k)) -> real_weights (carried gamma h f ks).
Proof.
move=> hg hf j /flatten_mapP[k kks]; case: ifP => _; last exact: hf.
exact: real_carry hg (hf _ kks) _.
Qed.

Definition carrier_entries (s t : C) (M : X -> C) l : C := s * leftover M l + t * (l == 1%g)%:R.

Lemma real_carrier_entries (s t : C) (M : X -> C) k : s \is Num.real -> t \is Num.real ->
  carrier_entries s t M k^-1%g = (carrier_entries s t M k)^*.
Proof.
move=> /CrealP sR /CrealP tR; rewrite /carrier_entries rmorphD !rmorphM rmorph_nat sR tR.
by rewrite real_leftover eq_invg1.
Qed.

Lemma output_carrier_entries (s t : C) (M : X -> C) g :
  output_of (carrier_entries s t M) g = s * output_of (leftover M) g + t.
Proof. by rewrite output_constant output_scaled. Qed.

Lemma carried_sum (n o t : C) : n != 0 -> (- n^-1 * o + t) * (2%:R * n) = 2%:R * (- o + n * t).
Proof.
move=> n0; rewrite mulrCA; congr (_ * _).
by rewrite mulrDl !mulNr mulrAC mulVf // mul1r [t * n]mulrC.
Qed.

(* four-plus-six: the order-6 block at h carries -(1 + i)/12; for one-hot outputs 1/12 at k = 0. *)
Section FourPlusSix.
Variable h : X.
Definition zs46 k := if k == h then order6 w (nu h) else order4_at k.
Definition L46 k : C := if k == h then 0 else L k.
Definition four_plus_six_with (t : C) : seq spectral :=
  carried (carrier_entries (- six_share%:R^-1) t L46) h (fun k => map (at_pair k) (zs46 k)) (pairs X)
  ++ real_blocks_at (reals X).

Lemma zs46_solved k : solved_but (L46 k) (zs46 k).
Proof.
rewrite /zs46 /L46; case: eqP => [_|_]; last exact: order4_at_solved.
exact/solved_is_solved_but/order6_solved.
Qed.

Lemma squares46 t x y g : h \in pairs X ->
  squares (network (four_plus_six_with t)) x y g = 2%:R * (d * target C x y g - 1 + six_share%:R * t).
Proof.
move=> hp; rewrite squares_networkD squares_carried ?uniq_pairs // addrAC -squares_networkD.
rewrite -[flatten _ ++ _]/(body zs46) (squares_body _ _ _ (fun k _ => zs46_solved k)).
rewrite energy_at_pair /zs46 eqxx.
rewrite (energy_of_carrier _ _ _ _ (order6_energies w_third (nu_circle h))) ?realn //;
  try exact: chi_mul_conj.
by rewrite output_carrier_entries -natrD carried_sum ?pnatr_eq0 // -mulrDr addrA addrK.
Qed.

Lemma real46 t : t \is Num.real -> real_weights (four_plus_six_with t).
Proof.
move=> tR; apply: real_cat; last exact: real_blocks_at_reals.
apply: real_carried => [k|k _]; last exact: real_at_pair.
by apply: real_carrier_entries; rewrite // realN realV realn.
Qed.

Lemma size46 t : h \in pairs X -> size (four_plus_six_with t) = (4 * P + 2 * R + 2)%N.
Proof.
move=> hp; rewrite size_cat size_carried size_real_blocks_at addnAC; congr (_ + _)%N.
rewrite size_flatten /shape -map_comp -[sumn _]/(sumn (map _ (pairs X))).
rewrite (eq_map (f2 := fun k => 4 + 2 * (k == h))%N) => [|k]; last first.
  by rewrite /= size_map /zs46; case: eqP; rewrite !order_mul.
have -> (ks : seq X) : sumn [seq (4 + 2 * (k == h))%N | k <- ks] = (4 * size ks + 2 * count_mem h ks)%N.
  by elim: ks => //= k ks ->; rewrite mulnS mulnDr addnACA.
by rewrite count_uniq_mem ?uniq_pairs // hp.
Qed.

Definition four_plus_six := four_plus_six_with 0.
Theorem four_plus_six_zero_loss : ((0 < P)%N -> h \in pairs X) -> optimizer four_plus_six (width_four_plus_six P R).
Proof.
rewrite /width_four_plus_six; case: posnP => [P0 _|_ /(_ isT) hp].
  have E : four_plus_six = body order4_at.
    by rewrite /four_plus_six /four_plus_six_with /carried /body /blocks_at (size0nil P0).
  have := four_plus_constant_zero_loss; rewrite E /four_plus_constant /plus_constant /width_four_plus_constant P0 cats0.
  by rewrite muln0 !addn0.
split; [|exact: real46 (real0 _)|exact: size46].
apply: (zero_projected (s := fun _ _ => -1)) => x y g.
by rewrite squares46 // mulr0 addr0.
Qed.

Definition four_plus_six_onehot := four_plus_six_with six_share%:R^-1.
Theorem four_plus_six_onehot_zero_loss : h \in pairs X ->
  onehot_optimizer four_plus_six_onehot (4 * P + 2 * R + 2).
Proof.
move=> hp; split; [|by apply: real46; rewrite realV realn|exact: size46].
by apply: zero_onehot => x y g; rewrite squares46 // mulfV ?pnatr_eq0 // subrK.
Qed.
End FourPlusSix.

(* four-plus-real: a real block carries -(1 + i)/2; for one-hot outputs 1/2 at k = 0. *)
Section FourPlusReal.
Variable h : X.
Hypothesis h_real : h \in reals X.
Definition four_plus_real_with (t : C) : seq spectral := blocks_at order4_at (pairs X)
  ++ carried (carrier_entries (- real_share%:R^-1) t L) h (fun k => map (at_real k) (real_block C)) (reals X).

Lemma real_character_square x : chi h x ^+ 2 = 1.
Proof.
move: h_real; rewrite mem_filter => /andP[/andP[/eqP hh _] _].
by rewrite expr2 {2}hh chiN chi_mul_conj.
Qed.

Lemma squares4_real t x y g :
  squares (network (four_plus_real_with t)) x y g = 2%:R * (d * target C x y g - 1 + 2%:R * t).
Proof.
rewrite squares_networkD squares_carried ?uniq_reals // addrA -squares_networkD.
rewrite -[_ ++ flatten _]/(body order4_at) (squares_body _ _ _ (fun k _ => order4_at_solved k)).
rewrite energy_at_real energy_of_real_block ?real_character_square // output_carrier_entries.
by rewrite (natrM _ 2 2) carried_sum ?pnatr_eq0 // -mulrDr addrA addrK.
Qed.

Lemma real4_real t : t \is Num.real -> real_weights (four_plus_real_with t).
Proof.
move=> tR; apply: real_cat; first exact: real_blocks_at_pairs.
apply: real_carried => [k|k]; last by rewrite mem_filter => /andP[/andP[kk _] _]; exact: real_at_real.
by apply: real_carrier_entries; rewrite // realN realV realn.
Qed.

Lemma size4_real t : size (four_plus_real_with t) = width_four_plus_real P R.
Proof.
rewrite size_cat size_carried (size_blocks_at (q := 4)) // /width_four_plus_real; congr (_ + _)%N.
exact: size_real_blocks_at.
Qed.

Definition four_plus_real := four_plus_real_with 0.
Theorem four_plus_real_zero_loss : optimizer four_plus_real (width_four_plus_real P R).
Proof.
split; [|exact: real4_real (real0 _)|exact: size4_real].
apply: (zero_projected (s := fun _ _ => -1)) => x y g.
by rewrite squares4_real mulr0 addr0.
Qed.

Definition four_plus_real_onehot := four_plus_real_with real_share%:R^-1.
Theorem four_plus_real_onehot_zero_loss : onehot_optimizer four_plus_real_onehot (width_four_plus_real P R).
Proof.
split; [|by apply: real4_real; rewrite realV realn|exact: size4_real].
by apply: zero_onehot => x y g; rewrite squares4_real mulfV ?pnatr_eq0 // subrK.
Qed.
End FourPlusReal.
End Families.
