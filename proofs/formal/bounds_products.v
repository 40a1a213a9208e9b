(* Lower bounds by counting products, and what squares leave undone, for networks over a finite Abelian group. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import pencil six_nodes semiring dual network criterion placing products split_factors one_more narrow three_exceptions.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* So many nodes it takes, by the numbers P of pairs, R of real characters, L of long pairs, and M of their doubles. *)
Definition least_products P R L : nat := 3 * P + R + (0 < R + L) + (2 < L * (R + 1)).
Definition least_onehot P R L M : nat := 3 * P + R + 1 + (0 < L) + (2 < L) * (1 < M).

(* Without constant parts in the inputs. *)
Definition least_plain P R L : nat := 3 * P + R + (0 < P + R) + (2 < L * (R + 1)) + 2 * ((0 < P) * (P + R < 2)).

Section Products.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l : X).
Notation spectral := {ffun row * X -> C}.
Implicit Types (j : spectral) (z : seq spectral).
Definition longs : seq X := [seq k <- pairs X | long k].
Definition doubles : nat := size (undup [seq ends (k * k)%g | k <- longs]).

Lemma dual_commutes k l : (k * l = l * k)%g.
Proof.
have : \sum_x chi (k * l)%g x * (chi (l * k)%g x)^* = \sum_x chi (k * l)%g x * (chi (k * l)%g x)^*.
  by apply: eq_bigr => x _; rewrite !chiD [chi l x * _]mulrC.
rewrite !orthogonality eqxx mulr1; case: eqP => // _ /eqP.
by rewrite mulr0 eq_sym (negPf (card_neq0 C gT)).
Qed.

(* One of each conjugate pair, and the real characters. *)
Notation half := (pairs X ++ reals X).

Lemma half_uniq : uniq half.
Proof.
rewrite cat_uniq; apply/and3P; split; try exact/filter_uniq/(enum_uniq X).
apply/hasPn => k; rewrite mem_filter => /andP[/andP[/eqP kk _] _].
by apply/negP; rewrite /= mem_filter -kk ltnn.
Qed.

Lemma half_apart : {in half &, forall k l, l != k -> l \notin ends k}.
Proof.
move=> k l hk hl lk; rewrite !inE negb_or lk /=; apply: contraNneq lk => E; move: hk hl.
rewrite E !mem_cat !mem_filter invgK => hk hl.
case/orP: hk => /andP[kp _]; last by case/andP: kp => /eqP<-.
case/orP: hl => /andP[lp _]; last by case/andP: lp.
by have := ltn_trans kp lp; rewrite ltnn.
Qed.

Lemma twice_half : twice (nontrivial X) = (2 * (3 * size (pairs X) + size (reals X)))%N.
Proof.
pose F k : C := (k != 1%g)%:R * (if k == k^-1%g then 2%:R else 3%:R).
have sum (r : seq X) (G : X -> C) t : {in r, G =1 fun=> t} -> \sum_(k <- r) G k = t * (size r)%:R.
  by move=> rt; rewrite big_seq (eq_bigr (fun=> t)) // -big_seq big_const_seq count_predT iter_addr_0 mulr_natr.
apply/eqP; rewrite -(eqr_nat C) /twice natr_sum big_mkcond /=.
rewrite (eq_bigr F) => [|k _]; last first.
  by rewrite /F inE; case: (k != 1%g); rewrite ?mul0r // mul1r; case: ifP.
rewrite sum_over_pairs {1}/F eqxx mul0r add0r (sum _ F 2%:R) => [|k]; last first.
  by rewrite mem_filter /F => /andP[/andP[kk ->] _]; rewrite kk mul1r.
rewrite (sum _ _ 6%:R) => [|k].
  by rewrite -!natrM -natrD mulnDr mulnA addnC.
rewrite mem_filter /F => /andP[kp _]; have kk : (k == k^-1%g) = false by apply: contraTF kp => /eqP <-; rewrite ltnn.
have k1 : (k == 1%g) = false by apply: contraTF kp => /eqP ->; rewrite invg1 ltnn.
by rewrite invgK eq_invg1 k1 [_^-1%g == k]eq_sym kk !mul1r -natrD.
Qed.

Lemma long_mem k : k \in longs -> long k /\ k \in half.
Proof. by rewrite mem_filter mem_cat => /andP[-> ->]. Qed.
Lemma real_mem k : k \in reals X -> real_character k /\ k \in half.
Proof. by move=> kr; split; [move: kr; rewrite mem_filter /real_character [_ && (k == _)]andbC => /andP[] | rewrite mem_cat kr orbT]. Qed.

(* A network's nodes, by their number. *)
Section Nodes.
Variable z : seq spectral.
Hypothesis real : real_weights z.
Notation J := 'I_(size z).
Notation z_ := (tnth (in_tuple z)).
Definition input_a (i : J) k : C := z_ i (ra, k).
Definition input_b (i : J) k : C := z_ i (rb, k).
Definition output_c (i : J) k : C := z_ i (rc, k).

Lemma real_inputs : [/\ real_forms input_a, real_forms input_b & real_forms output_c].
Proof. by split=> i k; apply: real; apply: mem_tnth. Qed.

Lemma T_tensor k1 k2 k : T z k1 k2 k = tensor input_a input_b setT output_c k1 k2 k.
Proof.
rewrite T_nodes big_tnth /tensor; apply: eq_big => [i|i _]; first by rewrite inE.
by rewrite /node_T.
Qed.

Lemma diagonal_unit3 k1 k2 k : diagonal k1 k2 k = unit3 C k1 k2 k.
Proof. by rewrite /diagonal /unit3; case: (eqVneq k1 k) => [->|n]; rewrite ?andbF //= eq_sym andbC /= ?andbT. Qed.

Definition right_of_one k1 k2 := ~~ ((k1 == 1%g) && (k2 == 1%g)).

(* What the function tensor says of the products in S. *)
Lemma right_products (S : {set J}) c :
  (forall k1 k2 k, k != 1%g -> right_of_one k1 k2 -> tensor input_a input_b S c k1 k2 k = diagonal k1 k2 k) ->
  multiplies S (nontrivial X) (nontrivial X) (nontrivial X) input_a input_b c /\ nothing_of_one input_a input_b S c.
Proof.
move=> right; split=> [l1 l2 l3|k l]; rewrite !inE => h1 h2.
  move=> h3; rewrite -diagonal_unit3 -right ?/right_of_one ?negb_and ?h1 //; apply: eq_bigr => j _.
  by rewrite square_mixed ?inE // mulrA.
by rewrite !right // /right_of_one ?eqxx ?andbT // /diagonal eq_sym [1%g == k]eq_sym (negPf h1) ?andbF.
Qed.
End Nodes.

(* The long pairs and the real characters. *)
Definition exceptional : seq X := longs ++ reals X.

Lemma exceptional_mem k : k \in exceptional -> (long k || real_character k) /\ k \in half.
Proof. by rewrite mem_cat => /orP[/long_mem[-> ->]|/real_mem[-> ->]]; rewrite ?orbT. Qed.

Lemma exceptional_uniq : uniq exceptional.
Proof. exact: subseq_uniq (cat_subseq (filter_subseq _ _) (subseq_refl _)) half_uniq. Qed.

Definition products := (3 * size (pairs X) + size (reals X))%N.

(* For the projected task, with real weights. *)
Theorem projected_takes_products z : real_weights z -> projected_loss (output (network z)) = 0 ->
  (least_products (size (pairs X)) (size (reals X)) (size longs) <= size z)%N.
Proof.
move=> real /projected_criterion right; have [real_a real_b real_c] := real_inputs real.
set a := @input_a z in real_a; set b := @input_b z in real_b; set c := @output_c z in real_c; set S : {set 'I_(size z)} := setT.
have T0 k1 k2 k : k != 1%g -> tensor a b S c k1 k2 k = diagonal k1 k2 k by move=> k1'; rewrite -T_tensor right.
have [|H none] := @right_products z S c; first by move=> k1 k2 k k0 _; apply: T0.
have t11 l : real_character l -> tensor a b S c 1%g 1%g l = 0.
  by case/andP=> l1 _; rewrite T0 // /diagonal eq_sym (negPf l1).
have card : #|S| = size z by rewrite cardsT card_ord.
have least := products_at_least (@nontrivial_closed X) real_a real_b real_c H.
rewrite twice_half card leq_mul2l /= -/products in least; rewrite /least_products -/products.
have size_e : (size (reals X) + size longs)%N = size exceptional by rewrite size_cat addnC.
rewrite size_e.
have less : (0 < size exceptional)%N -> (products < size z)%N.
  case E: exceptional => [//|k s] _; rewrite ltn_neqAle least andbT; apply/negP => /eqP few.
  have [|lk rk] := @least_has_none C X _ _ _ real_a real_b S c k real_c H none; first by rewrite twice_half card -/products few.
  have [] := @exceptional_mem k; first by rewrite E mem_head.
  by case/orP=> h; [rewrite h in lk | have := rk (t11 k h); rewrite h].
case EL : (2 < size longs * (size (reals X) + 1))%N; last first.
  by rewrite addn0; case e0: (0 < size exceptional)%N; rewrite ?addn0 // addn1 less.
have [L0 E3] : (0 < size longs)%N /\ (2 < size exceptional)%N.
  rewrite -size_e; move: EL; case: (size longs) => [|[|[|n]]] //; rewrite ?addnS //= !addn0 ?mul1n //.
  by case: (size (reals X)).
have e0 : (0 < size exceptional)%N by rewrite ltnW // ltnW.
rewrite e0 !addn1 ltn_neqAle less // andbT; apply/negP => /eqP E.
have more : (2 * #|S| = twice (nontrivial X) + 2)%N by rewrite twice_half card -/products -E mulnS addnC.
have := exceptional_mem; have := exceptional_uniq; move: E3 (@long_mem); rewrite /exceptional.
case: longs L0 => [|k l] //= _; case: (l ++ reals X) => [|k2 [|k3 s]] //= _ lm.
rewrite !inE !negb_or => /and4P[/and3P[n2 n3 _] /andP[n23 _] _ _] mem.
have [lk _] := lm k (mem_head _ _).
have in_ x : x \in [:: k; k2; k3] -> (long x || real_character x) /\ x \in half.
  by move=> xs; apply: mem; move: xs; rewrite !inE => /or3P[]->; rewrite ?orbT.
have [|_ h1] := in_ k; first by rewrite mem_head.
have [|c2 h2] := in_ k2; first by rewrite !inE eqxx orbT.
have [|c3 h3] := in_ k3; first by rewrite !inE eqxx !orbT.
by apply: (not_projected real_a real_b dual_commutes real_c H none more t11 lk c2 c3); apply: half_apart => //; rewrite eq_sym.
Qed.

(* Without constant parts characters of order 3 count as well, and Z3 takes six nodes. *)
Lemma half_all k : k != 1%g -> [\/ k \in reals X, k \in pairs X | k^-1%g \in pairs X].
Proof.
move=> k1; have [kk|kk] := eqVneq k k^-1%g; first by constructor 1; rewrite mem_filter k1 -kk eqxx mem_enum.
have : enum_rank k != enum_rank k^-1%g by rewrite (inj_eq enum_rank_inj).
rewrite -val_eqE neq_ltn => /orP[lt|lt]; [constructor 2 | constructor 3]; by rewrite mem_filter ?invgK lt mem_enum.
Qed.

Lemma third_of k : size (reals X) = 0%N -> k \in pairs X -> ~~ long k \/ size (pairs X) = 1%N -> (k * k = k^-1)%g.
Proof.
move=> /size0nil none kp cases; have nr l : (l * l = 1)%g -> l = 1%g.
  move=> ll; apply/eqP; apply: contraT => l1; have : l \in reals X.
    by rewrite mem_filter l1 mem_enum -(inj_eq (mulgI l)) ll mulgV eqxx.
  by rewrite none.
have kk : k != k^-1%g by move: kp; rewrite mem_filter => /andP[kp _]; apply: contraTneq kp => <-; rewrite ltnn.
have k1 : k != 1%g by apply: contraNneq kk => ->; rewrite invg1.
have k2 : (k * k != 1)%g by apply: contraNneq k1 => /nr->.
case: cases => [|one].
  rewrite /long -[(k ^+ 2)%g]/(k * k)%g -[(k ^+ 3)%g]/(k * (k * k))%g -[(k ^+ 4)%g]/(k * (k * (k * k)))%g k2 /=.
  rewrite negb_and !negbK => /orP[/eqP k3|/eqP k4].
    by apply: (mulgI k); rewrite k3 mulgV.
  have /nr E : (k * k * (k * k) = 1)%g by rewrite -mulgA.
  by move: k2; rewrite E eqxx.
have only l : l \in pairs X -> l = k.
  by move: one kp; case: (pairs X) => [|x [|]] // _; rewrite !inE => /eqP-> /eqP.
have [|/only E|/only E] := half_all k2; first by rewrite none.
  by move: k1; rewrite -(inj_eq (mulgI k)) E mulg1 eqxx.
by rewrite -[LHS]invgK E.
Qed.

Theorem plain_takes_products z : real_weights z -> {in z, forall j, j (ra, 1%g) = 0 /\ j (rb, 1%g) = 0} ->
  projected_loss (output (network z)) = 0 -> (least_plain (size (pairs X)) (size (reals X)) (size longs) <= size z)%N.
Proof.
move=> real plain0 loss; have base := projected_takes_products real loss; move/projected_criterion: loss => right.
have [real_a real_b real_c] := real_inputs real.
set a := @input_a z in real_a; set b := @input_b z in real_b; set c := @output_c z in real_c; set S : {set 'I_(size z)} := setT.
have T0 k1 k2 k : k != 1%g -> tensor a b S c k1 k2 k = diagonal k1 k2 k by move=> k1'; rewrite -T_tensor right.
have [|H none] := @right_products z S c; first by move=> k1 k2 k k0 _; apply: T0.
have plain i : a i 1%g = 0 /\ b i 1%g = 0 by apply: plain0; apply: mem_tnth.
have card : #|S| = size z by rewrite cardsT card_ord.
have pair k : k \in pairs X -> k != k^-1%g /\ k != 1%g.
  rewrite mem_filter => /andP[kp _]; split; apply: contraTneq kp => E; [by rewrite -E ltnn | by rewrite E invg1 ltnn].
have longs0 k : size longs = 0%N -> k \in pairs X -> ~~ long k.
  move=> /size0nil e kp; apply/negP => lk; suff : k \in longs by rewrite e.
  by rewrite mem_filter lk.
rewrite /least_plain; have [/andP[P0 P2]|] := boolP ((0 < size (pairs X)) && (size (pairs X) + size (reals X) < 2))%N.
  have [P1 R0] : size (pairs X) = 1%N /\ size (reals X) = 0%N.
    by move: P0 P2; case: (size (pairs X)) => [|[|n]] //; case: (size (reals X)).
  have L1 : (size longs <= 1)%N by rewrite -P1 size_filter count_size.
  have -> : (2 < size longs * (size (reals X) + 1))%N = false by rewrite R0 muln1 ltnNge (leq_trans L1).
  rewrite P1 R0 /=; have [k kp] : exists k, k \in pairs X by move: P1; case: (pairs X) => // k s _; exists k; apply: mem_head.
  have [kk k1] := pair k kp; have k3 := third_of R0 kp (or_intror P1).
  have sub (f : X -> C) : within k f.
    move=> l; rewrite inE => l1 lk; exfalso; move: lk; have only m : m \in pairs X -> m = k.
      by move: P1 kp; case: (pairs X) => [|x [|]] // _; rewrite !inE => /eqP-> /eqP.
    have [|/only->|/only E] := half_all l1; first by rewrite (size0nil R0).
      by rewrite ends_k.
    by rewrite !inE -[l]invgK E eqxx orbT.
  have [z1 z2 z3 z4] := third_double plain real_c H none k1 k3 (fun i _ _ => conj (sub _) (sub _)).
  have sB : ends k \subset nontrivial X by apply: ends_sub (@nontrivial_closed X) _; rewrite inE.
  have [w [size_w]] := block_of real_a real_b real_c kk (restricted sB sB sB H) z1 z2 z3 z4.
  set A := \sum_(j in S) _; set B := \sum_(j in S) _.
  have -> : B = - A.
    apply/eqP; rewrite -addr_eq0 addrC /A /B -big_split /=; have := T0 1%g 1%g k k1.
    rewrite /diagonal eq_sym (negPf k1) /= => E; rewrite -[X in _ == X]E; apply/eqP; apply: eq_bigr => j _.
    by rewrite (plain_constant plain kk) // mulrDl !mulrA.
  by move/at_least_six_nodes; rewrite size_w card.
rewrite negb_and -leqNgt => z3.
have -> : ((0 < size (pairs X)) * (size (pairs X) + size (reals X) < 2))%N = 0%N.
  by apply/eqP; rewrite muln_eq0 !eqb0 -leqNgt; case/orP: z3 => ->; rewrite ?orbT.
rewrite muln0 addn0; have [e0|e0] := posnP (size (reals X) + size longs)%N; last first.
  apply: leq_trans base; rewrite /least_products e0 leq_add2r leq_add2l; by case: (0 < _)%N.
have [R0 L0] : size (reals X) = 0%N /\ size longs = 0%N by move/eqP: e0; rewrite addn_eq0 => /andP[/eqP-> /eqP->].
rewrite R0 L0 !addn0; have [->//|P0] := posnP (size (pairs X)).
have [k kp] : exists k, k \in pairs X by move: P0; case: (pairs X) => // k s _; exists k; apply: mem_head.
have [kk k1] := pair k kp; have k3 := third_of R0 kp (or_introl (longs0 k L0 kp)).
have least := products_at_least (@nontrivial_closed X) real_a real_b real_c H.
rewrite twice_half card leq_mul2l /= R0 addn0 in least; rewrite addn1 ltn_neqAle least andbT; apply/negP => /eqP few.
have kP : k \in nontrivial X by rewrite inE.
have fewk : split S c k by apply: least_is_split (@nontrivial_closed X) real_a real_b real_c H kP _; rewrite twice_half card R0 addn0 few.
have ins i : i \in S -> c i k != 0 -> within k (a i) /\ within k (b i).
  move=> jS cj; by apply: (inside real_a real_b real_c H kP fewk); rewrite inE jS.
have [z1 z2 z3' z4] := third_double plain real_c H none k1 k3 ins.
have cut (F : 'I_(size z) -> C) : \sum_(j in S) F j * c j k = 0 -> \sum_(j in outputs S c k) F j * c j k = 0.
  rewrite (big_setID (outputs S c k)) /= (setIidPr _); last exact: subsetT.
  by rewrite [X in _ + X]big1 ?addr0 // => j; rewrite inE => /andP[jo jS]; rewrite (no_output real_c jS jo (ends_k k)) mulr0.
have sB : ends k \subset nontrivial X by apply: ends_sub (@nontrivial_closed X) kP.
have HL := outputs_multiply (@nontrivial_closed X) real_c kP H.
have [w [size_w /at_least_four_nodes]] := block_of real_a real_b real_c kk (restricted sB sB (fintype.subxx _) HL)
  (cut _ z1) (cut _ z2) (cut _ z3') (cut _ z4).
rewrite size_w leqNgt; case/negP; rewrite ltnS -(leq_pmul2l (isT : 0 < 2)%N).
by move: fewk; rewrite /split twice_ends (negPf kk).
Qed.

(* For the one-hot task a constant comes for free, and one node can be done without. *)
Theorem onehot_takes_products z : real_weights z -> onehot_loss (output (network z)) = 0 ->
  (least_onehot (size (pairs X)) (size (reals X)) (size longs) doubles <= size z)%N.
Proof.
move=> real /onehot_criterion right; have [real_a real_b real_c] := real_inputs real.
set a := @input_a z in real_a; set b := @input_b z in real_b; set c := @output_c z in real_c; set S0 : {set 'I_(size z)} := setT.
have T0 k1 k2 k : tensor a b S0 c k1 k2 k = diagonal k1 k2 k by rewrite -T_tensor right.
have [i _ ci] : exists2 i, i \in S0 & square a b i 1%g 1%g * c i 1%g != 0.
  by apply: some_term; rewrite -/(tensor a b S0 c 1%g 1%g 1%g) T0 /diagonal eqxx oner_neq0.
have {}ci : c i 1%g != 0 by apply: contraNneq ci => ->; rewrite mulr0.
have iS : i \in S0 by rewrite inE.
pose t x := c x 1%g; have rt x : (t x)^* = t x by rewrite /t -real_c invg1.
set S := S0 :\ i; pose c' := spread t i c; have real_c' : real_forms c' by exact: spread_real.
have T1 k1 k2 k : k != 1%g -> right_of_one k1 k2 -> tensor a b S c' k1 k2 k = diagonal k1 k2 k.
  move=> k0 r; rewrite /tensor spread_sum // -/(tensor a b S0 c k1 k2 k) T0.
  under [X in _ - X * _]eq_bigr do rewrite mulrC; rewrite -/(tensor a b S0 c k1 k2 1%g) T0.
  by rewrite {2}/diagonal (negPf r) mul0r subr0.
have [|H none] := @right_products z S c'; first by move=> k1 k2 k k0 r; apply: T1.
have card : size z = #|S|.+1 by rewrite -[LHS]card_ord -cardsT (cardsD1 i) iS.
have least := products_at_least (@nontrivial_closed X) real_a real_b real_c' H.
rewrite twice_half leq_mul2l /= -/products in least; rewrite /least_onehot -/products card addn1 !addSn ltnS.
have less : (0 < size longs)%N -> (products < #|S|)%N.
  case E: longs => [//|k s] _; rewrite ltn_neqAle least andbT; apply/negP => /eqP few.
  have [|lk _] := @least_has_none C X _ _ _ real_a real_b S c' k real_c' H none; first by rewrite twice_half -/products few.
  by have [] := @long_mem k; rewrite ?E ?mem_head // lk.
case L3 : (2 < size longs)%N; last by rewrite addn0; case e0: (0 < size longs)%N; rewrite ?addn0 // addn1 less.
rewrite (ltn_trans _ L3) // mul1n addn1; case M1 : (1 < doubles)%N; rewrite ?addn0 ?less ?(ltn_trans _ L3) //.
rewrite addn1 ltn_neqAle less ?(ltn_trans _ L3) // andbT; apply/negP => /eqP E.
have more : (2 * #|S| = twice (nontrivial X) + 2)%N by rewrite twice_half -/products -E mulnS addnC.
have [k [k2 [kl k2l apart]]] : exists k k2, [/\ k \in longs, k2 \in longs & ends (k * k)%g != ends (k2 * k2)%g].
  move: M1; rewrite /doubles; set s := [seq _ | _ <- _]; have := undup_uniq s; have := mem_undup s.
  case: (undup s) => [|A [|B r]] // mem /= /andP[AB _] _.
  have /mapP[k kl EA] : A \in s by rewrite -mem mem_head.
  have /mapP[k2 k2l EB] : B \in s by rewrite -mem !inE eqxx orbT.
  by exists k, k2; split; rewrite // -EA -EB; apply: contraNneq AB => ->; rewrite mem_head.
have [k3 [k3l n3 n32]] : exists k3, [/\ k3 \in longs, k3 != k & k3 != k2].
  have ul : uniq longs by apply/filter_uniq/filter_uniq/(enum_uniq X).
  have /hasP[k3 k3l] : has (fun l => l \notin [:: k; k2]) longs.
    apply: contraLR L3; rewrite -all_predC => /allP sub; rewrite -leqNgt; apply: (uniq_leq_size ul (s2 := [:: k; k2])) => l /sub /=.
    by rewrite negbK.
  by rewrite !inE negb_or => /andP[]; exists k3.
have n2 : k2 != k by apply: contraNneq apart => ->.
have [lk hk] := long_mem kl; have [lk2 hk2] := long_mem k2l; have [lk3 hk3] := long_mem k3l.
apply: (not_onehot real_a real_b real_c' H none more lk lk2 lk3); try exact: half_apart.
apply: contra apart => /endsP[]->; apply/eqP/setP => x; rewrite !inE ?invgK // orbC. by [].
Qed.
End Products.

Section Networks.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (n : seq (node C gT)).

Lemma real_analysis n : all (@real_node C gT) n -> real_weights (map (@analysis C gT X) n).
Proof.
move=> /allP real _ /mapP[m /real /forallP mr ->] p k.
have conj (w : gT -> C) (l : X) : (forall x, w x \is Num.real) -> coefficient w (l^-1)%g = (coefficient w l)^*.
  move=> wr; rewrite /coefficient rmorphM fmorphV rmorph_nat rmorph_sum; congr (_ * _).
  by apply: eq_bigr => x _; rewrite rmorphM /= conjCK chiN conjCK (CrealP (wr x)).
by rewrite !ffunE; case: p => [[]|]; apply: conj => x; have /and3P[] := mr x.
Qed.

(* In words of weights, for all networks over the group. *)
Theorem projected_width_of_products n : all (@real_node C gT) n -> projected_loss (output n) = 0 ->
  (least_products (size (pairs X)) (size (reals X)) (size (longs X)) <= size n)%N.
Proof.
move=> /real_analysis real; rewrite -(size_map (@analysis C gT X) n) -[in output _](every_network X n).
exact: projected_takes_products.
Qed.

Theorem onehot_width_of_products n : all (@real_node C gT) n -> onehot_loss (output n) = 0 ->
  (least_onehot (size (pairs X)) (size (reals X)) (size (longs X)) (doubles X) <= size n)%N.
Proof.
move=> /real_analysis real; rewrite -(size_map (@analysis C gT X) n) -[in output _](every_network X n).
exact: onehot_takes_products.
Qed.

Definition plain_node (j : node C gT) : bool := (\sum_x wa j x == 0) && (\sum_x wb j x == 0).

Theorem plain_width_of_products n : all (@real_node C gT) n -> all plain_node n -> projected_loss (output n) = 0 ->
  (least_plain (size (pairs X)) (size (reals X)) (size (longs X)) <= size n)%N.
Proof.
move=> /real_analysis real /allP plain; rewrite -(size_map (@analysis C gT X) n) -[in output _](every_network X n).
apply: plain_takes_products => // _ /mapP[m /plain/andP[/eqP a0 /eqP b0] ->].
have trivial (w : gT -> C) : \sum_x w x = 0 -> coefficient w (1 : X)%g = 0.
  by move=> w0; rewrite /coefficient; under eq_bigr do rewrite chi_one conjC1 mulr1; rewrite w0 mulr0.
by rewrite !ffunE !trivial.
Qed.
End Networks.
