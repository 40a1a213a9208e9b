(* Lower bounds by counting products: the theorem of Alder and Strassen for products of fields R and C, and what it
   says of networks over a finite Abelian group. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic semiring dual network criterion blocks squares placing.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The number of products that take P pairs and R real characters, and of nodes of a one-hot network. *)
Definition least_products P R : nat := 3 * P + R.
Definition least_onehot P R : nat := 3 * P + R + 1.

Section Products.
Variables (C : numClosedFieldType) (gT : finGroupType) (X : dual C gT).
Implicit Types (k l : X).

(* The algebra: u at k and u^* at -k, for the real functions on the group. *)
Notation algebra := {ffun X -> C}.
Implicit Types (u v x : algebra).
Definition along u t v : algebra := [ffun k => u k + t * v k].
Definition conjugate_pairs u := forall k, u k^-1%g = (u k)^*.
Definition real_form (a : algebra -> C) := (forall u, conjugate_pairs u -> a u \is Num.real) /\
  forall t u v, t \is Num.real -> conjugate_pairs u -> conjugate_pairs v ->
  a (along u t v) = a u + t * a v.

(* A product of two real linear forms, with an output at each character. *)
Definition product := ((algebra -> C) * (algebra -> C) * (X -> C))%type.
Implicit Types (n : product) (s : seq product).
Definition of_forms s := forall n, List.In n s -> real_form n.1.1 /\ real_form n.1.2.
(* They multiply what two maps make of u and v, at the characters of a list. *)
Definition multiplies s (f h : algebra -> algebra) (ks : seq X) := forall u v k,
  conjugate_pairs u -> conjugate_pairs v -> k \in ks ->
  \sum_(n <- s) n.1.1 u * n.1.2 v * n.2 k = f u k * h v k.

Lemma some_product s (F : product -> C) : \sum_(n <- s) F n != 0 ->
  exists s1 n s2, s = s1 ++ n :: s2 /\ F n != 0.
Proof.
elim: s => [|n s IH]; first by rewrite big_nil eqxx.
rewrite big_cons; have [->|Fn _] := eqVneq (F n) 0; last by exists [::], n, s.
by rewrite add0r => /IH[s1 [m [s2 [-> Fm]]]]; exists (n :: s1), m, s2.
Qed.

(* u less a multiple of x, so that a form b vanishes. *)
Definition off (b : algebra -> C) x u : algebra := along u (- (b u / b x)) x.
Definition on_second (h : algebra -> algebra) n : product := (n.1.1, n.1.2 \o h, n.2).
Definition on_first (h : algebra -> algebra) n : product := (n.1.1 \o h, n.1.2, n.2).
Definition exchanged n : product := (n.1.2, n.1.1, n.2).

Lemma off_conjugate b x u : real_form b -> conjugate_pairs x -> conjugate_pairs u -> conjugate_pairs (off b x u).
Proof.
move=> [br _] cx cu k; rewrite !ffunE cx cu rmorphD rmorphM /=; congr (_ + _ * _).
by apply: esym; apply/CrealP; rewrite rpredN rpred_div ?br.
Qed.

Lemma off_form0 a b x u : real_form a -> real_form b -> conjugate_pairs x -> conjugate_pairs u ->
  a (off b x u) = a u - b u / b x * a x.
Proof. by move=> [_ al] [br _] cx cu; rewrite /off al ?mulNr // rpredN rpred_div ?br. Qed.

Lemma off_form a b x : real_form a -> real_form b -> conjugate_pairs x -> real_form (a \o off b x).
Proof.
move=> fa fb cx; have [ar al] := fa; have [br bl] := fb; split=> [u cu|t u v rt cu cv] /=.
  exact/ar/off_conjugate.
have cuv : conjugate_pairs (along u t v).
  by move=> k; rewrite !ffunE cu cv rmorphD rmorphM /= (CrealP rt).
by rewrite !off_form0 // al // bl // mulrBr !mulrDl opprD !mulrA addrACA.
Qed.

(* One product can be done without, on the second side, where the form of one is not 0 at x. *)
Lemma without s1 n s2 f h x ks : of_forms (s1 ++ n :: s2) -> multiplies (s1 ++ n :: s2) f h ks ->
  conjugate_pairs x -> n.1.2 x != 0 ->
  let s := map (on_second (off n.1.2 x)) (s1 ++ s2) in
  of_forms s /\ multiplies s f (h \o off n.1.2 x) ks.
Proof.
move=> forms works cx nx s.
have [_ fn] : real_form n.1.1 /\ real_form n.1.2.
  by apply: forms; apply/List.in_or_app; right; left.
split=> [m /List.in_map_iff[m1 [<- m1s]]|u v k cu cv kk].
  have [fa fb] : real_form m1.1.1 /\ real_form m1.1.2.
    apply: forms; apply/List.in_or_app; have [|] := List.in_app_or _ _ _ m1s; first by left.
    by right; right.
  by split=> //; apply: off_form.
have cv' : conjugate_pairs (off n.1.2 x v) by apply: off_conjugate.
rewrite /= -(works u _ k cu cv' kk) /s map_cat !big_cat big_cons !big_map /=.
by rewrite off_form0 // divfK // subrr mulr0 mul0r add0r.
Qed.

Lemma step s f h k ks x y : of_forms s -> multiplies s f h (k :: ks) -> conjugate_pairs x -> conjugate_pairs y ->
  f y k * h x k != 0 ->
  exists b s', [/\ size s = (size s').+1, real_form b, of_forms s' & multiplies s' f (h \o off b x) (k :: ks)].
Proof.
move=> forms works cx cy; rewrite -(works y x k cy cx (mem_head _ _)) => /some_product[s1 [n [s2 [E]]]].
rewrite E in forms works *; rewrite !mulf_eq0 !negb_or => /andP[/andP[_ nx] _].
have [forms' works'] := without forms works cx nx; exists n.1.2, (map (on_second (off n.1.2 x)) (s1 ++ s2)).
split=> //; first by rewrite size_map !size_cat addnS.
by have [] : real_form n.1.1 /\ real_form n.1.2 by apply: forms; apply/List.in_or_app; right; left.
Qed.

Lemma exchange s f h ks : of_forms s -> multiplies s f h ks ->
  of_forms (map exchanged s) /\ multiplies (map exchanged s) h f ks.
Proof.
move=> forms works; split=> [m /List.in_map_iff[n [<- /forms[]]]|u v k cu cv kk] //.
by rewrite big_map [RHS]mulrC -works //; apply: eq_bigr => n _ /=; rewrite [_ * n.1.2 _]mulrC.
Qed.

(* What is at k and -k alone. *)
Definition at_ k (t : C) : algebra := [ffun l => t * (l == k)%:R + t^* * (l == k^-1)%g%:R].
Definition keeps (f : algebra -> algebra) (ks : seq X) :=
  forall u k, conjugate_pairs u -> k \in ks -> f u k = u k.
Definition apart k (ks : seq X) := all (fun l => (l != k) && (l != k^-1)%g) ks.

Lemma at_conjugate k t : conjugate_pairs (at_ k t).
Proof.
move=> l; rewrite !ffunE rmorphD !rmorphM /= !rmorph_nat conjCK addrC.
by rewrite (inj_eq invg_inj) (can2_eq invgK invgK).
Qed.

Lemma keeps_off f b k ks t : keeps f ks -> apart k ks -> real_form b -> keeps (f \o off b (at_ k t)) ks.
Proof.
move=> fk /allP far fb u l cu lk /=; rewrite fk //; last exact: off_conjugate fb (at_conjugate k t) cu.
by have /andP[/negPf l1 /negPf l2] := far l lk; rewrite !ffunE l1 l2 !mulr0 addr0 mulr0 addr0.
Qed.

Lemma imaginary_left (r : C) : r \is Num.real -> 'i + r != 0.
Proof.
move=> rr; apply/eqP => ir; have /CrealP : 'i \is @Num.real C by rewrite -(addrK r 'i) ir sub0r rpredN.
by rewrite conjCi => /eqP; rewrite eq_sym -addr_eq0 -mulr2n mulrn_eq0 /= (negPf (neq0Ci C)).
Qed.

(* The theorem of Alder and Strassen, for real and complex factors. *)
Definition products_at k : nat := if k == k^-1%g then 1%N else 3%N.
Fixpoint apart_all (ks : seq X) := if ks is k :: ks' then apart k ks' && apart_all ks' else true.

Lemma least_number ks s f h : apart_all ks -> of_forms s -> multiplies s f h ks -> keeps f ks -> keeps h ks ->
  (\sum_(k <- ks) products_at k <= size s)%N.
Proof.
elim: ks s f h => [|k ks IH] s f h; first by rewrite big_nil.
move=> /= /andP[far apart] forms works fk hk; rewrite big_cons.
have fewer g g' r : multiplies r g g' (k :: ks) -> multiplies r g g' ks.
  by move=> gg u v l cu cv lk; apply: gg => //; rewrite inE lk orbT.
have keep g : keeps g (k :: ks) -> keeps g ks by move=> gk u l cu lk; rewrite gk // inE lk orbT.
have c := at_conjugate k.
have value g t : keeps g (k :: ks) -> g (at_ k t) k = at_ k t k by move=> gk; rewrite gk ?mem_head.
rewrite /products_at; have [kk|kk] := eqVneq k k^-1%g.
  have at1 : at_ k 1 k != 0 by rewrite ffunE -kk eqxx conjC1 !mul1r -natrD pnatr_eq0.
  have [|b [r [-> fb forms1 works1]]] := step forms works (c 1) (c 1); first by rewrite !value // mulf_neq0.
  by rewrite add1n ltnS; apply: (IH _ _ _ apart forms1 (fewer _ _ _ works1)); [apply: keep|apply: keeps_off; first apply: keep].
have at_t t : at_ k t k = t by rewrite ffunE eqxx (negPf kk) mulr1 mulr0 addr0.
have off_i g b : keeps g (k :: ks) -> real_form b -> (g \o off b (at_ k 1)) (at_ k 'i) k != 0.
  move=> gk fb; rewrite /= gk ?mem_head //; last exact: off_conjugate.
  rewrite ffunE !at_t mulr1; apply: imaginary_left; rewrite rpredN.
  by apply: rpred_div; apply: (proj1 fb).
have i0 : 'i != 0 :> C by rewrite neq0Ci.
have [|b [r [-> fb forms1 works1]]] := step forms works (c 1) (c 1); first by rewrite !value // !at_t mulr1 oner_neq0.
have [forms2 works2] := exchange forms1 works1.
have [|b2 [r2 [E2 fb2 forms3 works3]]] := step forms2 works2 (c 1) (c 'i).
  by rewrite mulf_neq0 ?off_i // value // at_t oner_neq0.
have [|b3 [r3 [E3 fb3 forms4 works4]]] := step forms3 works3 (c 'i) (c 'i).
  by rewrite mulf_neq0 ?off_i.
move: E2 E3; rewrite size_map => -> ->; rewrite addnC addn3 !ltnS.
apply: (IH _ _ _ apart forms4 (fewer _ _ _ works4)); first by apply: keeps_off => //; apply: keep.
by do 2![apply: keeps_off => //]; apply: keep.
Qed.

Theorem products_at_least ks s : apart_all ks -> of_forms s -> multiplies s id id ks ->
  (\sum_(k <- ks) products_at k <= size s)%N.
Proof. by move=> apart forms works; apply: (least_number apart forms works). Qed.

(* One of each conjugate pair, and the real characters. *)
Notation half := (pairs X ++ reals X).

Lemma apart_half : apart_all half.
Proof.
have : uniq half.
  rewrite cat_uniq; apply/and3P; split; try exact/filter_uniq/(enum_uniq X).
  apply/hasPn => k.
  by rewrite mem_filter => /andP[/andP[/eqP kk _] _]; apply/negP; rewrite /= mem_filter -kk ltnn.
have : {in half &, forall k l, l = k^-1%g -> l = k}.
  move=> k l; rewrite !mem_cat !mem_filter => hk hl E; move: hk hl; rewrite E invgK => hk hl.
  case/orP: hk => /andP[kp _]; last by case/andP: kp => /eqP<-.
  case/orP: hl => /andP[lp _]; last by case/andP: lp => /eqP.
  by have := ltn_trans kp lp; rewrite ltnn.
elim: half => //= k ks IH sub /andP[kks ku]; rewrite IH // ?andbT => [|x y xk yk].
  apply/allP => l lk; have lk0 : l != k by apply: contraNneq kks => <-.
  by rewrite lk0 /=; apply: contraNneq lk0 => /sub-> //; rewrite inE ?eqxx ?lk ?orbT.
by apply: sub; rewrite inE ?xk ?yk orbT.
Qed.

Lemma products_half : (\sum_(k <- half) products_at k = least_products (size (pairs X)) (size (reals X)))%N.
Proof.
have sum (r : seq X) m : {in r, forall k, products_at k = m} -> (\sum_(k <- r) products_at k = m * size r)%N.
  by move=> rm; rewrite big_seq (eq_bigr (fun=> m)) // -big_seq big_const_seq count_predT iter_addn_0.
rewrite big_cat /= (sum _ 3%N) ?(sum _ 1%N) ?mul1n // => k; rewrite mem_filter /products_at.
  by case/andP=> /andP[->].
by case/andP=> kk _; rewrite ifN //; apply: contraTneq kk => <-; rewrite ltnn.
Qed.

(* A node's products: its input weights but for their constant parts, and its output weights. *)
Notation spectral := {ffun row * X -> C}.
Implicit Types (j : spectral) (z : seq spectral).
Definition form_of (p : row) j u : C := \sum_k (k != 1%g)%:R * u k * j (p, k).

Lemma form_of_real p j : (forall k, j (p, k^-1%g) = (j (p, k))^*) -> real_form (form_of p j).
Proof.
move=> jr; split=> [u cu|t u v rt cu cv].
  apply/CrealP; rewrite rmorph_sum (reindex_inj invg_inj); apply: eq_bigr => k _ /=.
  by rewrite !rmorphM /= rmorph_nat eq_invg1 cu jr !conjCK.
rewrite /form_of mulr_sumr -big_split; apply: eq_bigr => k _ /=; rewrite ffunE mulrDr mulrDl; congr (_ + _).
by rewrite !mulrA [_ * t]mulrC.
Qed.

Lemma mixed z u v k : \sum_(j <- z) form_of ra j u * form_of rb j v * j (rc, k) =
  \sum_k1 \sum_k2 (k1 != 1%g)%:R * u k1 * ((k2 != 1%g)%:R * v k2) * T z k1 k2 k.
Proof.
under [RHS]eq_bigr do under eq_bigr do rewrite T_nodes mulr_sumr.
under [RHS]eq_bigr do rewrite exchange_big.
rewrite [RHS]exchange_big; apply: eq_bigr => j _ /=.
rewrite /form_of big_distrlr mulr_suml; apply: eq_bigr => k1 _; rewrite mulr_suml; apply: eq_bigr => k2 _.
rewrite /node_T; case: (k1 == 1%g); case: (k2 == 1%g); rewrite /= ?mulr0n ?mulr1n ?mul0r ?mulr0 ?mul0r //.
by rewrite !addr0 !mul1r !mulrA; congr (_ * _ * _); rewrite mulrAC.
Qed.

Lemma mixed_right z u v k : k != 1%g -> (forall k1 k2, T z k1 k2 k = diagonal k1 k2 k) ->
  \sum_(j <- z) form_of ra j u * form_of rb j v * j (rc, k) = u k * v k.
Proof.
move=> k1 right; rewrite mixed (bigD1 k) //= (bigD1 k) //= right /diagonal eqxx k1 !mul1r mulr1.
rewrite big1 => [|l /negPf lk]; last by rewrite right /diagonal lk andbF mulr0.
rewrite addr0 big1 ?addr0 // => l /negPf lk; rewrite big1 // => m _.
by rewrite right /diagonal lk mulr0.
Qed.

Lemma half_nontrivial k : k \in half -> k != 1%g.
Proof.
rewrite mem_cat !mem_filter => /orP[/andP[kp _]|/andP[/andP[_ k1] _]] //.
by apply: contraTneq kp => ->; rewrite invg1 ltnn.
Qed.

(* Real networks for the projected task: 3 P + R nodes at least. *)
Theorem projected_takes_products z : real_weights z -> projected_loss (output (network z)) = 0 ->
  (least_products (size (pairs X)) (size (reals X)) <= size z)%N.
Proof.
move=> real /projected_criterion right.
pose s := [seq (form_of ra j, form_of rb j, fun k => j (rc, k)) | j <- z] : seq product.
have <- : size s = size z by rewrite size_map.
rewrite -products_half; apply: products_at_least apart_half _ _ => [n /List.in_map_iff[j [<- jz]]|u v k cu cv kh].
  have {}jz : j \in z by elim: z jz {real right s} => //= i z IH [->|/IH jz]; rewrite inE ?eqxx ?jz ?orbT.
  by split; apply: form_of_real => k; apply: real.
rewrite big_map; have k1 := half_nontrivial kh; apply: mixed_right => // k2 k3; exact: right.
Qed.

(* Without the constant, which a one-hot network computes as well, one node can be done without. *)
Theorem onehot_takes_products z : real_weights z -> onehot_loss (output (network z)) = 0 ->
  (least_onehot (size (pairs X)) (size (reals X)) <= size z)%N.
Proof.
move=> real onehot; have right := (onehot_criterion z).1 onehot.
have [z1 [i [z2 [E ci]]]] : exists z1 (i : spectral) z2, z = z1 ++ i :: z2 /\ i (rc, 1%g) != 0.
  have : T z 1%g 1%g 1%g != 0 by rewrite right /diagonal eqxx oner_neq0.
  rewrite T_nodes; elim: z {real onehot right} => [|j z IH]; first by rewrite big_nil eqxx.
  have [j0|j0 _] := eqVneq (j (rc, 1%g)) 0; last by exists [::], j, z.
  rewrite big_cons {1}/node_T j0 mulr0 add0r => /IH[z1 [i [z2 [-> ci]]]].
  by exists (j :: z1), i, z2.
pose other j k := j (rc, k) - j (rc, 1%g) / i (rc, 1%g) * i (rc, k).
pose s := [seq (form_of ra j, form_of rb j, other j) | j <- z1 ++ z2] : seq product.
have -> : size z = (size s).+1 by rewrite E size_map !size_cat addnS.
rewrite /least_onehot addn1 ltnS -[X in (X <= _)%N]products_half; apply: products_at_least apart_half _ _ => [n /List.in_map_iff[j [<- jz]]|u v k cu cv kh].
  have {}jz : j \in z.
    rewrite E mem_cat inE; have {}jz : j \in z1 ++ z2.
      by elim: (z1 ++ z2) jz => //= l r IH [->|/IH jr]; rewrite inE ?eqxx ?jr ?orbT.
    by move: jz; rewrite mem_cat => /orP[->|->]; rewrite ?orbT.
  by split; apply: form_of_real => k; apply: real.
pose F j := form_of ra j u * form_of rb j v.
have all_sum k0 : \sum_(j <- z) F j * j (rc, k0) = (k0 != 1%g)%:R * (u k0 * v k0).
  have [->|k0'] := eqVneq k0 1%g; last first.
    by rewrite mul1r; apply: mixed_right => // k1 k2; apply: right.
  rewrite mul0r /F mixed big1 // => k1 _; rewrite big1 // => k2 _.
  by rewrite right /diagonal; case: (k1 == 1%g); rewrite ?mul0r ?mulr0.
have whole k0 : \sum_(j <- z) F j * j (rc, k0) = \sum_(j <- z1 ++ z2) F j * j (rc, k0) + F i * i (rc, k0).
  by rewrite E !big_cat big_cons /= addrCA addrC.
rewrite big_map /=; have := all_sum k; rewrite half_nontrivial // mul1r whole => <-.
have := all_sum 1%g; rewrite eqxx mul0r whole => /eqP; rewrite addr_eq0 => /eqP Fi.
transitivity (\sum_(j <- z1 ++ z2) F j * j (rc, k) - (\sum_(j <- z1 ++ z2) F j * j (rc, 1%g)) / i (rc, 1%g) * i (rc, k)).
  by rewrite !mulr_suml -sumrB; apply: eq_bigr => j _; rewrite /other mulrBr !mulrA.
by rewrite Fi !mulNr opprK mulfK.
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
  by apply: eq_bigr => x _; rewrite rmorphM /= conjCK chiN (CrealP (wr x)) conjCK.
by rewrite !ffunE; case: p => [[]|]; apply: conj => x; have /and3P[] := mr x.
Qed.

(* In words of weights, for all networks over the group. *)
Theorem projected_width_of_products n : all (@real_node C gT) n -> projected_loss (output n) = 0 ->
  (least_products (size (pairs X)) (size (reals X)) <= size n)%N.
Proof.
move=> /real_analysis real; rewrite -(size_map (@analysis C gT X) n) -[in output _](every_network X n).
exact: projected_takes_products.
Qed.

Theorem onehot_width_of_products n : all (@real_node C gT) n -> onehot_loss (output n) = 0 ->
  (least_onehot (size (pairs X)) (size (reals X)) <= size n)%N.
Proof.
move=> /real_analysis real; rewrite -(size_map (@analysis C gT X) n) -[in output _](every_network X n).
exact: onehot_takes_products.
Qed.
End Networks.
