(* The families for every finite Abelian group, with nothing assumed: the dual and the third root
   of unity exist. Memorization, for every finite group, and what syn alone does. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra all_solvable.
From CoGO Require Import ring_tactic semiring dual network criterion blocks squares placing families.
From CoGO Require Import waves few shared four_two.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.Theory GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Root.
Variable C : numClosedFieldType.

Lemma third_root_exists : exists w : C, w ^+ 2 + w + 1 = 0.
Proof.
have [w p] := primitive_root_exists C (isT : (0 < 3)%N); exists w.
have w1 : w - 1 != 0.
  by rewrite subr_eq0 -{1}(expr1 w) -(prim_expr_order p) (eq_prim_root_expr p).
by apply: (mulfI w1); move: (prim_expr_order p); move=> h; by_ring h.
Qed.
End Root.

(* The families exist for every group, over any such field; parameters are chosen freely. *)
Theorem families_exist (C : numClosedFieldType) (gT : finGroupType) : abelian [set: gT] ->
  exists (X : dual C gT) (w : C), w ^+ 2 + w + 1 = 0 /\
  forall nu xi e : X -> C, (forall k, on_circle (nu k)) -> (forall k, on_circle (xi k)) ->
    (forall k, imaginary (e k)) ->
  let P := size (pairs X) in let R := size (reals X) in
  [/\ optimizer (six_per_frequency w nu) (width_six_per_frequency P R),
      optimizer (nine_per_frequency X w) (width_nine_per_frequency P R),
      onehot_optimizer (four_plus_constant_onehot xi e) (width_four_plus_constant_onehot P R),
      forall h, h \in pairs X -> 
        onehot_optimizer (four_plus_six_onehot w nu xi e h) (4 * P + 2 * R + 2) &
      forall h, h \in reals X -> 
        onehot_optimizer (four_plus_real_onehot xi e h) (width_four_plus_real P R)].
Proof.
move=> /(dual_exists C)[X]; have [w w3] := third_root_exists C; exists X, w; split=> // nu xi e hn hx he.
split; [exact: six_per_frequency_zero_loss|exact: nine_per_frequency_zero_loss|
  exact: four_plus_constant_onehot_zero_loss| |].
  by move=> h; apply: four_plus_six_onehot_zero_loss.
by move=> h; apply: four_plus_real_onehot_zero_loss.
Qed.

(* The families with short blocks, shared nodes and non-factorable frequencies, for one-hot outputs. *)
Theorem narrow_families_exist (C : numClosedFieldType) (gT : finGroupType) : abelian [set: gT] ->
  exists (X : dual C gT) (w : C), w ^+ 2 + w + 1 = 0 /\
  forall xi e phi : X -> C, (forall k, on_circle (xi k)) -> (forall k, imaginary (e k)) ->
    (forall k, on_circle (phi k)) -> (forall k, phi k ^+ 4 != 1) ->
  let P := size (pairs X) in let R := size (reals X) in
  [/\ onehot_solution (few_plus_constant_onehot w e xi) (width_few_plus_constant_onehot P R (few_S X)),
      forall h, h \in reals X ->
        onehot_solution (few_plus_real_with w e xi h 1) (width_few_plus_real P R (few_F X)),
      onehot_solution (three_plus_shared X w 1) (width_three_plus_shared P R (size (doubles X))) &
      onehot_solution (four_two_plus_constant_onehot phi) (width_four_two_plus_constant_onehot P R (few_F X))].
Proof.
move=> /(dual_exists C)[X]; have [w w3] := third_root_exists C; exists X, w; split=> // xi e phi hx he hp p4.
split; [exact: few_plus_constant_onehot_zero_loss| |exact: three_plus_shared_onehot_zero_loss|
  exact: four_two_plus_constant_onehot_zero_loss].
by move=> h; apply: few_plus_real_onehot_zero_loss.
Qed.

(* Groups of odd order have no real characters, so 3(d-1), 2d and 2d-1 are their widths. *)
Theorem odd_group (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT) :
  odd #|gT| -> size (reals X) = 0%N.
Proof.
move=> oddG; apply/eqP; rewrite size_filter -leqn0 leqNgt -has_count; apply/hasPn => k _.
rewrite negb_and negbK orbC; case: eqVneq => //= k1; apply: contra k1 => /eqP kk.
have k2 : (k ^+ 2 = 1)%g by rewrite expgS expg1 {1}kk mulVg.
have : (k ^+ #|gT| = 1)%g by rewrite -(card_dual X) -cardsT expg_cardG ?inE.
by rewrite -(expg_mod _ k2) modn2 oddG expg1 => ->.
Qed.

Section Memorization.
Variables (C : numClosedFieldType) (gT : finGroupType).
Notation d := (d C gT).
Implicit Types (x y g u v : gT).

(* One node for each pair of inputs (u, v), each entry without its mean. *)
Definition spike u x : C := d * (x == u)%:R - 1.
Definition memorizing (p : gT * gT) : node C gT :=
  make (spike p.1) (spike p.2) (fun g => d ^- 2 * spike (p.1 * p.2)%g g).
Definition memorization : seq (node C gT) := map memorizing (enum {: gT * gT}).

Lemma sum_spike (F : gT -> C) x : \sum_u F u = 0 -> \sum_u spike u x * F u = d * F x.
Proof.
move=> F0; under eq_bigr do rewrite mulrBl mul1r -mulrA; rewrite sumrB F0 subr0 -mulr_sumr.
rewrite (bigD1 x) //= eqxx mul1r big1 ?addr0 // => u; by rewrite eq_sym => /negPf->; rewrite mul0r.
Qed.

Lemma sum_spikes g : \sum_u spike u g = 0.
Proof.
rewrite sumrB -mulr_sumr (bigD1 g) //= eqxx big1 => [|u]; last by rewrite eq_sym => /negPf->.
by rewrite /= addr0 mulr1 sumr_const; apply: subrr.
Qed.

Theorem memorization_zero_loss : projected_loss (output memorization) = 0.
Proof.
have d0 := d_neq0 C gT; apply: (zero_projected (s := fun _ _ => -1)) => x y g.
rewrite /squares big_map big_enum /= (eq_bigr (fun p => d ^- 2 * (spike (p.1 * p.2)%g g *
    (spike p.1 x + spike p.2 y) ^+ 2))) => [|p _]; last by rewrite !ffunE -mulrA.
rewrite (eq_bigl xpredT) // -mulr_sumr.
rewrite -(pair_bigA _ (fun u v => spike (u * v)%g g * (spike u x + spike v y) ^+ 2)) /=.
have left u : \sum_v spike (u * v)%g g = 0.
  by rewrite -[RHS](sum_spikes g) [RHS](reindex_inj (mulgI u)).
have right v : \sum_u spike (u * v)%g g = 0.
  by rewrite -[RHS](sum_spikes g) [RHS](reindex_inj (mulIg v)).
have -> : \sum_u \sum_v spike (u * v)%g g * (spike u x + spike v y) ^+ 2 =
    2%:R * (\sum_u spike u x * \sum_v spike v y * spike (u * v)%g g).
  transitivity (\sum_u (spike u x ^+ 2 * (\sum_v spike (u * v)%g g)
    + 2%:R * (spike u x * \sum_v spike v y * spike (u * v)%g g)
    + \sum_v spike v y ^+ 2 * spike (u * v)%g g)).
    apply: eq_bigr => u _; rewrite !mulr_sumr -!big_split; apply: eq_bigr => v _ /=.
    move: (spike _ g) (spike u x) (spike v y) => r s t.
    by_ring.
  rewrite !big_split /= big1 ?add0r => [|u _]; last by rewrite left mulr0.
  rewrite -mulr_sumr exchange_big [X in _ + X]big1 ?addr0 // => v _.
  by rewrite -mulr_sumr right mulr0.
rewrite (eq_bigr (fun u => spike u x * (d * spike (u * y)%g g))) => [|u _]; last by rewrite sum_spike.
rewrite sum_spike; last by rewrite -mulr_sumr right mulr0.
rewrite mulrCA [d * (d * _)]mulrA -expr2 mulKf ?expf_neq0 //.
by rewrite /spike /target eq_sym.
Qed.

Theorem memorization_onehot_zero_loss : onehot_loss (output (one_more memorization)) = 0.
Proof. exact: one_more_onehot memorization_zero_loss. Qed.

Theorem memorization_width : size memorization = (#|gT| ^ 2)%N.
Proof. by rewrite size_map -cardE card_prod mulnn. Qed.

Theorem memorization_real : all (@real_node C gT) memorization.
Proof.
apply/allP => _ /mapP[p _ ->]; apply/forallP => x; rewrite !ffunE /spike.
by rewrite !(rpredM, rpredB, rpredX, rpredV, realn, real1).
Qed.
End Memorization.

(* syn alone, normalised, at every pair of a group of odd order: every answer is right, by a margin
   of 1/2, and the loss is (d - 1)/2d. *)
Section SynAlone.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT) (w : C).
Hypotheses (w_third : w ^+ 2 + w + 1 = 0) (odd_order : odd #|gT|).
Notation d := (d C gT).
Implicit Types (x y g u v : gT).

Definition syn_alone := blocks_at (fun _ : X => mul_weight (mul_pair_com C) (times_c 3%:R^-1) (syn w)) (pairs X).

Theorem syn_alone_width : (2 * size syn_alone = 3 * #|gT|.-1)%N.
Proof.
rewrite (size_blocks_at (q := 3)) => [|k _]; last by rewrite order_mul.
by rewrite -(card_pairs X) odd_group // addn0 /= mulnCA.
Qed.

Lemma syn_alone_squares x y g : squares (network syn_alone) x y g =
  2%:R * (d * target C x y g - 1) + (d * (x * x == g)%g%:R - 1) + (d * (y * y == g)%g%:R - 1).
Proof.
have circle k h : on_circle (chi (d := X) k h) by exact: chi_mul_conj.
have all_pairs a b : \sum_(k <- pairs X) (chi k (a * b^-1)%g + chi k^-1%g (a * b^-1)%g) = d * (a == b)%:R - 1.
  have := sum_over_pairs (X := X) (fun k => chi k (a * b^-1)%g).
  rewrite (size0nil (odd_group X odd_order)) big_nil addr0 chi_one sum_over_dual -eq_mulgV1.
  by rewrite /network.d => ->; rewrite addrC addKr.
rewrite -!all_pairs mulr_sumr -!big_split /= /syn_alone /network map_flatten -map_comp squares_flatten.
apply: eq_bigr => k _; rewrite -[squares _ x y g]/(squares (network (map (at_pair k) _)) x y g).
rewrite squares_at_pair squares_of_pairs // scaled_table ?(realV, realn) // syn_table //.
rewrite /half_squares /= !mulr0 mulVf ?pnatr_eq0 // conjC0 !(mulr0, add0r, addr0, mulr1).
rewrite !chiN !chiM !chi_conj -!chi_conj !(rmorphM, rmorphD, rmorph_nat) /= !conjCK.
by move: (chi k x)^* (chi k y)^* (chi k g)^* => ? ? ?; by_ring.
Qed.

Lemma squaring_injective : injective (fun x : gT => x * x)%g.
Proof.
have E (z : gT) : ((z * z) ^+ (#|gT|./2).+1 = z)%g.
  have -> : (z * z = z ^+ 2)%g by rewrite expgS expg1.
  have n1 : (2 * (#|gT|./2).+1 = #|gT|.+1)%N.
    by rewrite mulnS mul2n -[X in _ = X.+1]odd_double_half odd_order.
  have zn : (z ^+ #|gT| = 1)%g by have := expg_cardG (in_setT z : z \in [set: gT]%G); rewrite cardsT.
  by rewrite -expgM n1 expgS zn mulg1.
by move=> x y xy; rewrite -(E x) -(E y) xy.
Qed.

Lemma syn_alone_output x y g : output (network syn_alone) x y g =
  target C x y g + 2%:R^-1 * ((x * x == g)%g%:R + (y * y == g)%g%:R) - 2%:R * d^-1.
Proof.
have d0 := d_neq0 C gT; have two0 : 2%:R != 0 :> C by rewrite pnatr_eq0.
rewrite /output syn_alone_squares invfM.
have hh : 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf.
have id : d^-1 * d = 1 by rewrite mulVf.
move: (target C x y g) (_ == g)%:R (_ == g)%:R => t q p.
transitivity ((2%:R^-1 * 2%:R) * (d^-1 * d) * t + 2%:R^-1 * (d^-1 * d) * (p + q)
    - (2%:R^-1 * 2%:R) * 2%:R * d^-1); last by rewrite hh id !(mul1r, mulr1).
by move: 2%:R^-1 d^-1 => h i; move: d => n; by_ring.
Qed.

(* Every answer is right, by a margin of 1/2. *)
Theorem syn_alone_right x y g : g != (x * y)%g ->
  output (network syn_alone) x y g + 2%:R^-1 <= output (network syn_alone) x y (x * y)%g.
Proof.
move=> gxy; rewrite !syn_alone_output -addrAC ler_add2r /target eq_sym (negPf gxy) eqxx add0r /=.
have h0 : 0 <= 2%:R^-1 :> C by rewrite invr_ge0 ler0n.
have half : 2%:R^-1 + 2%:R^-1 = 1 :> C by rewrite -mulr2n -[2%:R^-1 *+ 2]mulr_natl mulfV ?pnatr_eq0.
have [xy|xy] := eqVneq x y.
  rewrite xy in gxy *; rewrite eqxx (eq_sym _ g) (negPf gxy) addr0 mulr0 add0r.
  apply: (@le_trans _ _ 1); first by rewrite -[X in _ <= X]half ler_addl.
  by rewrite ler_addl mulr_ge0 ?addr_ge0 ?ler01.
rewrite !(eq_sym _ (x * y)%g) (inj_eq (mulgI x)) (inj_eq (mulIg y)) (negPf xy) [y == x]eq_sym (negPf xy).
rewrite addr0 mulr0 addr0 -[X in _ <= X]half ler_add2r -[X in _ <= X]mulr1 ler_wpmul2l //.
case: eqP => [xg|_]; last by rewrite add0r lern1 leq_b1.
case: eqP => [yg|_]; last by rewrite addr0 lexx.
by have := squaring_injective (etrans xg (esym yg)) => /eqP; rewrite (negPf xy).
Qed.

Theorem syn_alone_loss :
  projected_loss (output (network syn_alone)) = (#|gT|.-1)%:R / (2%:R * d).
Proof.
have d0 := d_neq0 C gT; have two0 : 2%:R != 0 :> C by rewrite pnatr_eq0.
pose h : C := 2%:R^-1; pose i : C := d^-1; have hh : h * 2%:R = 1 by rewrite mulVf.
have id : i * d = 1 by rewrite mulVf.
have delta u : \sum_g (u == g)%g%:R = 1 :> C.
  by rewrite (bigD1 u) //= eqxx big1 ?addr0 // => g; rewrite eq_sym => /negPf->.
have err x y g : error (output (network syn_alone)) x y g - mean (error (output (network syn_alone)) x y) =
    h * ((x * x == g)%g%:R + (y * y == g)%g%:R) - i.
  have e k : error (output (network syn_alone)) x y k = h * ((x * x == k)%g%:R + (y * y == k)%g%:R) - 2%:R * i.
    by rewrite /error syn_alone_output addrC -addrA addKr.
  rewrite /mean (eq_bigr _ (fun k _ => e k)) e sumrB -mulr_sumr big_split /= !delta sumr_const.
  rewrite -[_ *+ #|_|]mulr_natl -[#|_|%:R]/d -/h mulrBr [i * (d * _)]mulrA id mul1r hh mulr1.
  by rewrite -/i opprB addrA subrK.
have square x y g : `|h * ((x * x == g)%g%:R + (y * y == g)%g%:R) - i| ^+ 2 =
    (h * ((x * x == g)%g%:R + (y * y == g)%g%:R) - i) ^+ 2.
  have hR : h \is Num.real by rewrite realV realn.
  have iR : i \is Num.real by rewrite realV /network.d realn.
  by apply: real_normK; rewrite rpredB // rpredM // rpredD // realn.
have idem (b : bool) : b%:R * b%:R = b%:R :> C by case: b; rewrite ?mulr1 ?mulr0.
have row x y : \sum_g (h * ((x * x == g)%g%:R + (y * y == g)%g%:R) - i) ^+ 2 =
    h + h * (x == y)%:R - i.
  have cross : \sum_g (x * x == g)%g%:R * (y * y == g)%g%:R = (x == y)%:R :> C.
    rewrite (bigD1 (x * x)%g) //= eqxx mul1r eq_sym (inj_eq squaring_injective) big1 ?addr0 //.
    by move=> g; rewrite eq_sym => /negPf->; rewrite mul0r.
  transitivity (\sum_g (h * h * ((x * x == g)%g%:R + (y * y == g)%g%:R)
      + h * h * 2%:R * ((x * x == g)%g%:R * (y * y == g)%g%:R)
      - h * 2%:R * i * ((x * x == g)%g%:R + (y * y == g)%g%:R) + i * i)).
    apply: eq_bigr => g _; move: (idem (x * x == g)%g) (idem (y * y == g)%g).
    move: (_ == g)%:R (_ == g)%:R => p q.
    by move=> e1 e2; by_ring (e1, e2).
  rewrite !big_split /= -!mulr_sumr sumrN -mulr_sumr !big_split /= !delta cross hh.
  have -> : \sum_(g : gT) i = 1 by rewrite sumr_const -[_ *+ _]mulr_natl mulrC; exact: id.
  have hh2 : h * h * 2%:R = h by rewrite -mulrA hh mulr1.
  rewrite !hh2 mul1r; move: (x == y)%:R => r; by_ring.
rewrite /projected_loss.
under eq_bigr do under eq_bigr do under eq_bigr do rewrite err square.
under eq_bigr do under eq_bigr do rewrite row.
have rows x : \sum_y (h + h * (x == y)%:R - i) = d * h + h - 1.
  rewrite sumrB big_split /= -mulr_sumr delta mulr1 !sumr_const -[h *+ _]mulr_natl -[i *+ _]mulr_natr.
  by rewrite -[in RHS]id.
under eq_bigr do rewrite rows; rewrite sumr_const -[_ *+ _]mulr_natl.
rewrite -[X in _ * (X * _)]/d.
have -> : #|gT|.-1%:R = d - 1.
  by rewrite -subn1 natrB //; apply/card_gt0P; exists 1%g.
rewrite expr2 !invfM -/h -/i.
have -> : i * i * (d * (d * h + h - 1)) = (i * d) * ((i * d) * h + i * h - (h * 2%:R) * i).
  by rewrite hh; by_ring.
have -> : (d - 1) * (h * i) = (i * d) * h - h * i by by_ring.
have ih : i = i * h + i * h by rewrite -mulrDr -mulr2n -[h *+ 2]mulr_natr hh mulr1.
rewrite id !mul1r hh mul1r [X in _ + _ - X]ih; move: ih => _.
by_ring.
Qed.
End SynAlone.
