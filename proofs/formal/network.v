(* The network over a finite group, its two losses, and what leaves them as they are. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From CoGO Require Import ring_tactic.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GroupScope GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Network.
Variables (C : numClosedFieldType) (gT : finGroupType).
Notation function := {ffun gT -> C}.

(* A hidden node: the columns of w_a, w_b and w_c. The group is written multiplicatively, and
   numbers are those of any algebraically closed field with a norm, such as the complex numbers. *)
Definition node := (function * function * function)%type.
Implicit Types (j : node) (z : seq node) (f : gT -> gT -> gT -> C) (x y g : gT).
Definition wa j := j.1.1.
Definition wb j := j.1.2.
Definition wc j := j.2.
Definition make (a b c : gT -> C) : node := ([ffun x => a x], [ffun x => b x], [ffun x => c x]).
Definition real_node j := [forall x, [&& wa j x \is Num.real, wb j x \is Num.real & wc j x \is Num.real]].

Definition d : C := #|gT|%:R.
Definition squares z x y g : C := \sum_(j <- z) wc j g * (wa j x + wb j y) ^+ 2.
Definition output z x y g : C := (2%:R * d)^-1 * squares z x y g.
Definition target x y g : C := (x * y == g)%g%:R.

(* The losses of any function of two inputs and an output. *)
Definition error f x y g : C := f x y g - target x y g.
Definition mean (v : gT -> C) : C := d^-1 * \sum_g v g.
Definition onehot_loss f : C := d ^- 2 * \sum_x \sum_y \sum_g `|error f x y g| ^+ 2.
Definition projected_loss f : C :=
  d ^- 2 * \sum_x \sum_y \sum_g `|error f x y g - mean (error f x y)| ^+ 2.

Lemma d_gt0 : 0 < d. Proof. by rewrite ltr0n; apply/card_gt0P; exists 1%g. Qed.
Lemma d_neq0 : d != 0. Proof. exact: lt0r_neq0 d_gt0. Qed.

Lemma eq_loss f f' : (forall x y g, f x y g = f' x y g) ->
  onehot_loss f = onehot_loss f' /\ projected_loss f = projected_loss f'.
Proof.
move=> ff; split; congr (_ * _); do 3![apply: eq_bigr => ? _]; rewrite /error ff //.
by congr (`|_ - _| ^+ 2); congr (_ * _); apply: eq_bigr => g _; rewrite /error ff.
Qed.

Lemma sum_of_squares0 (F : gT -> gT -> gT -> C) :
  d ^- 2 * (\sum_x \sum_y \sum_g `|F x y g| ^+ 2) = 0 <-> forall x y g, F x y g = 0.
Proof.
have pos x y g : 0 <= `|F x y g| ^+ 2 by rewrite exprn_ge0.
split=> [/eqP|F0]; last first.
  by rewrite big1 ?mulr0 // => x _; rewrite big1 // => y _; rewrite big1 // => g _;
    rewrite F0 normr0 expr0n.
rewrite mulf_eq0 invr_eq0 expf_eq0 (negPf d_neq0) andbF /= => /eqP F0 x y g.
move/psumr_eq0P: F0 => /(_ (fun x _ => sumr_ge0 _ (fun y _ => sumr_ge0 _ (fun g _ => pos x y g)))).
move/(_ x isT)/psumr_eq0P => /(_ (fun y _ => sumr_ge0 _ (fun g _ => pos x y g))).
move/(_ y isT)/psumr_eq0P => /(_ (fun g _ => pos x y g)) /(_ g isT) /eqP.
by rewrite expf_eq0 normr_eq0 => /eqP.
Qed.

(* Zero loss is what it should be: the outputs are right, or right up to a constant. *)
Theorem onehot_loss0 f : onehot_loss f = 0 <-> forall x y g, f x y g = target x y g.
Proof.
rewrite sum_of_squares0; split=> H x y g; first by apply/eqP; rewrite -subr_eq0; apply/eqP/H.
by rewrite /error H subrr.
Qed.

Theorem projected_loss0 f : projected_loss f = 0 <->
  forall x y, exists s, forall g, f x y g = target x y g + s.
Proof.
rewrite sum_of_squares0; split=> [H x y|H x y g].
  exists (mean (error f x y)) => g; have /eqP := H x y g.
  by rewrite subr_eq0 /error => /eqP <-; rewrite addrC subrK.
have [s fs] := H x y; have E h : error f x y h = s by rewrite /error fs addrC addKr.
rewrite E /mean (eq_bigr (fun => s)) => [|h _]; last exact: E.
by rewrite sumr_const -mulr_natl mulKf ?subrr // d_neq0.
Qed.

Theorem onehot_is_projected f : onehot_loss f = 0 -> projected_loss f = 0.
Proof.
by move/onehot_loss0 => H; apply/projected_loss0 => x y; exists 0 => g; rewrite H addr0.
Qed.

(* Networks side by side add their outputs. *)
Lemma squares_cat z z' x y g : squares (z ++ z') x y g = squares z x y g + squares z' x y g.
Proof. exact: big_cat. Qed.

Lemma squares1 j x y g : squares [:: j] x y g = wc j g * (wa j x + wb j y) ^+ 2.
Proof. exact: big_seq1. Qed.

Lemma squares_flatten (I : Type) (r : seq I) (F : I -> seq node) x y g :
  squares (flatten [seq F i | i <- r]) x y g = \sum_(i <- r) squares (F i) x y g.
Proof. by rewrite /squares big_flatten big_map. Qed.

(* What families are shown to have: squares that add up to d times the target but for a constant. *)
Theorem zero_projected z (s : gT -> gT -> C) :
  (forall x y g, squares z x y g = 2%:R * (d * target x y g + s x y)) -> projected_loss (output z) = 0.
Proof.
move=> H; apply/projected_loss0 => x y; exists (d^-1 * s x y) => g.
rewrite /output H invfM mulrACA mulVf ?pnatr_eq0 // mul1r mulrDr mulKf //; exact: d_neq0.
Qed.

Theorem zero_onehot z :
  (forall x y g, squares z x y g = 2%:R * (d * target x y g)) -> onehot_loss (output z) = 0.
Proof.
move=> H; apply/onehot_loss0 => x y g.
rewrite /output H invfM mulrACA mulVf ?pnatr_eq0 // mul1r mulKf //; exact: d_neq0.
Qed.
End Network.

Section Symmetries.
Variables (C : numClosedFieldType) (gT : finGroupType).
Notation node := (node C gT).
Implicit Types (j : node) (z : seq node).

Definition same_loss z z' : Prop := onehot_loss (output z) = onehot_loss (output z') /\
  projected_loss (output z) = projected_loss (output z').

(* Permuting nodes. *)
Theorem permutation_symmetry z z' : perm_eq z z' -> same_loss z z'.
Proof. by move=> zz; apply: eq_loss => x y g; congr (_ * _); apply: perm_big. Qed.

(* Scaling: (s a, s b, c / s^2), with another s for each node. *)
Definition scaled (s : node -> C) j : node :=
  make (fun x => s j * wa j x) (fun x => s j * wb j x) (fun g => wc j g / s j ^+ 2).

Theorem scaling_symmetry (s : node -> C) z : (forall j, s j != 0) -> same_loss (map (scaled s) z) z.
Proof.
move=> s0; apply: eq_loss => x y g; congr (_ * _); rewrite /squares big_map.
by apply: eq_bigr => j _; rewrite !ffunE -mulrDr exprMn mulrA mulfVK // expf_neq0.
Qed.

(* Three bijections that keep the operation: an autotopy. *)
Definition moved (p q r : gT -> gT) j : node :=
  make (fun x => wa j (p x)) (fun y => wb j (q y)) (fun g => wc j (r g)).

Lemma output_moved p q r z x y g : output (map (moved p q r) z) x y g = output z (p x) (q y) (r g).
Proof. by congr (_ * _); rewrite /squares big_map; apply: eq_bigr => j _; rewrite !ffunE. Qed.

Theorem autotopy_symmetry p q r z : injective p -> injective q -> injective r ->
  (forall x y, p x * q y = r (x * y))%g -> same_loss (map (moved p q r) z) z.
Proof.
move=> pI qI rI pqr; have E x y g :
  error (output (map (moved p q r) z)) x y g = error (output z) (p x) (q y) (r g).
  by rewrite /error output_moved /target pqr (inj_eq rI).
split; congr (_ * _); rewrite [RHS](reindex_inj pI); apply: eq_bigr => x _;
  rewrite [RHS](reindex_inj qI); apply: eq_bigr => y _;
  rewrite [RHS](reindex_inj rI); apply: eq_bigr => g _; rewrite E //.
congr (`|_ - _| ^+ 2); congr (_ * _); rewrite [RHS](reindex_inj rI).
by apply: eq_bigr => h _; rewrite E.
Qed.

(* Translation by s and t. *)
Theorem translation_symmetry s t z :
  same_loss (map (moved (mulg s) (mulg^~ t) (fun g => s * g * t)%g) z) z.
Proof.
apply: autotopy_symmetry; [exact: mulgI | exact: mulIg | by move=> x y /mulIg/mulgI |].
by move=> x y; rewrite !mulgA.
Qed.

(* Automorphisms. *)
Theorem automorphism_symmetry (phi : gT -> gT) z : injective phi ->
  {morph phi : x y / (x * y)%g} -> same_loss (map (moved phi phi phi) z) z.
Proof. by move=> phiI phiM; apply: autotopy_symmetry. Qed.

(* Exchange of the inputs, in an Abelian group. *)
Definition swapped j : node := (wb j, wa j, wc j).

Theorem exchange_symmetry z : abelian [set: gT] -> same_loss (map swapped z) z.
Proof.
move=> /centsP ab; have E x y g : error (output (map swapped z)) x y g = error (output z) y x g.
  rewrite /error /target (ab y (in_setT y) x (in_setT x)); congr (_ * _ - _).
  by rewrite /squares big_map; apply: eq_bigr => j _; rewrite addrC.
split; congr (_ * _); rewrite [RHS]exchange_big; apply: eq_bigr => x _; apply: eq_bigr => y _;
  apply: eq_bigr => g _; rewrite E //.
by congr (`|_ - _| ^+ 2); congr (_ * _); apply: eq_bigr => h _; rewrite E.
Qed.
End Symmetries.

Section OneMoreNode.
Variables (C : numClosedFieldType) (gT : finGroupType).
Notation node := (node C gT).
Notation d := (d C gT).
Implicit Types (j : node) (z : seq node).

(* Take the mean from the output weights, and add the node a = 1, b = 0, c = 2. *)
Definition centred j : node := make (wa j) (wb j) (fun g => wc j g - mean (wc j)).
Definition one_more z : seq node := make (fun=> 1) (fun=> 0) (fun=> 2%:R) :: map centred z.

Theorem one_more_width z : size (one_more z) = (size z).+1.
Proof. by rewrite /= size_map. Qed.

(* Any optimizer of the projected task becomes one of the one-hot task by one more node. *)
Theorem one_more_onehot z : projected_loss (output z) = 0 -> onehot_loss (output (one_more z)) = 0.
Proof.
move=> /projected_loss0 H; apply/onehot_loss0 => x y g; have [s zs] := H x y.
have d0 := d_neq0 C gT; have two0 : 2%:R != 0 :> C by rewrite pnatr_eq0.
have mean_out : mean (output z x y) = d^-1 + s.
  rewrite /mean (eq_bigr (fun h => target C x y h + s)) => [|h _]; last exact: zs.
  rewrite big_split /= sumr_const -[s *+ _]mulr_natl mulrDr mulKf //; congr (_ + _).
  rewrite (bigD1 (x * y)%g) //= big1 ?addr0 => [|h]; first by rewrite /target eqxx mulr1.
  by rewrite /target eq_sym => /negPf->.
have -> : output (one_more z) x y g = output z x y g - mean (output z x y) + d^-1.
  rewrite /output /squares big_cons big_map !ffunE addr0 expr1n mulr1 mulrDr addrC; congr (_ + _).
    rewrite /mean -mulr_sumr mulrCA -mulrBr; congr (_ * _).
    rewrite [X in _ - _ * X]exchange_big mulr_sumr -sumrB; apply: eq_bigr => j _.
    by rewrite !ffunE /mean mulrBl -mulr_suml mulrA.
  by rewrite invfM mulrAC mulVf ?mul1r.
by rewrite mean_out zs [d^-1 + s]addrC addrKA subrK.
Qed.
End OneMoreNode.
