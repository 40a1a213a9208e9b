(* Blocks of order 6 with six inputs on a twisted cubic: two poles, or a double one. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks pencil.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* For F(x) = prod (x - y) over the points y: F(x), and F'(x) at one of them. *)
Section Lagrange.
Variable K : fieldType.
Implicit Types (s : seq K) (p : {poly K}) (x u : K).
Definition at_points s x : K := \prod_(y <- s) (x - y).
Definition slope s x : K := at_points (rem x s) x.

Lemma at_points_neq0 s x : x \notin s -> at_points s x != 0.
Proof.
by move=> xs; rewrite prodf_seq_neq0; apply/allP => y ys /=; rewrite subr_eq0; apply: contraNneq xs => ->.
Qed.

Lemma slope_neq0 s x : uniq s -> slope s x != 0.
Proof. by move=> us; apply: at_points_neq0; rewrite mem_rem_uniqF. Qed.

Lemma lagrange s p : uniq s -> (size p < size s)%N -> \sum_(x <- s) p.[x] / slope s x = 0.
Proof.
move=> us small; pose others x := \prod_(y <- rem x s) ('X - y%:P).
have size_others x : x \in s -> size (others x) = size s.
  by move=> xs; rewrite size_prod_XsubC size_rem // prednK // (leq_ltn_trans _ small).
have at_others x z : (others x).[z] = at_points (rem x s) z.
  by rewrite horner_prod; apply: eq_bigr => y _; rewrite hornerXsubC.
pose q := \sum_(x <- s) (p.[x] / slope s x) *: others x.
have pq : p = q.
  apply/eqP; rewrite -subr_eq0; apply/eqP/(roots_geq_poly_eq0 (rs := s)) => //.
    apply/allP => z zs; rewrite rootE hornerD hornerN horner_sum (big_rem z) //= big_seq big1.
      by rewrite addr0 hornerZ at_others mulfVK ?slope_neq0 // subrr.
    move=> x xs; rewrite hornerZ at_others; move: xs; rewrite mem_rem_uniq // inE => /andP[xz xs].
    by rewrite /at_points (big_rem z) ?mem_rem_uniq ?inE ?(eq_sym z) ?xz //= subrr mul0r mulr0.
  rewrite (leq_trans (size_add _ _)) // size_opp geq_max (ltnW small) (leq_trans (size_sum _ _ _)) //.
  by apply/bigmax_leqP_seq => x xs _; rewrite (leq_trans (size_scale_leq _ _)) ?size_others.
have s0 : (0 < size s)%N by exact: leq_ltn_trans small.
transitivity q`_(size s).-1; last by rewrite -pq nth_default // -ltnS prednK.
rewrite /q coef_sum; apply: eq_big_seq => x xs; rewrite coefZ -(size_others _ xs).
by rewrite -/(lead_coef _) (monicP (monic_prod_XsubC _ _ _)) mulr1.
Qed.

(* Two more points, or one. *)
Lemma slope_cons s u x : x != u -> slope (u :: s) x = (x - u) * slope s x.
Proof. by move=> xu; rewrite /slope /= eq_sym (negPf xu) /at_points big_cons. Qed.

Lemma slope_head s u : slope (u :: s) u = at_points s u.
Proof. by rewrite /slope /= eqxx. Qed.

Lemma slope_outside s x : x \notin s -> slope s x = at_points s x.
Proof. by move=> xs; rewrite /slope rem_id. Qed.

Lemma two_poles s p u v : uniq s -> u \notin s -> v \notin s -> u != v -> (size p < (size s).+2)%N ->
  \sum_(x <- s) p.[x] / (slope s x * ((x - u) * (x - v))) =
  - ((p.[u] / at_points s u - p.[v] / at_points s v) / (u - v)).
Proof.
move=> us u_s v_s uv small; have := @lagrange (u :: v :: s) p.
rewrite /= inE negb_or uv u_s v_s us => /(_ isT small); rewrite !big_cons slope_head.
rewrite (slope_cons _ (_ : v != u)) 1?eq_sym // slope_head addrA => /eqP; rewrite addrC addr_eq0 => /eqP sum.
rewrite (eq_big_seq (fun x => p.[x] / slope [:: u, v & s] x)) => [|x xs]; last first.
  by rewrite !slope_cons; [congr (_ / _); by_ring | apply: contraNneq v_s => <- | apply: contraNneq u_s => <-].
rewrite sum; congr (- _); rewrite /at_points big_cons -/(at_points s u) -/(at_points s v) -(opprB u v).
by rewrite !invfM invrN; by_ring.
Qed.

Lemma one_pole s u : uniq s -> u \notin s -> (0 < size s)%N ->
  \sum_(x <- s) (slope s x * (x - u))^-1 = - (at_points s u)^-1.
Proof.
move=> us u_s s0; have := @lagrange (u :: s) 1.
rewrite /= u_s us size_poly1 ltnS => /(_ isT s0); rewrite big_cons slope_head hornerC mul1r => /eqP.
rewrite addrC addr_eq0 => /eqP <-; apply: eq_big_seq => x xs.
by rewrite slope_cons ?hornerC ?mul1r ?[slope _ _ * _]mulrC //; apply: contraNneq u_s => <-.
Qed.

Lemma first_order p u : exists2 q, p = p.[u]%:P + q * ('X - u%:P) & (size q <= (size p).-1)%N.
Proof.
have /factor_theorem[q pq] : root (p - p.[u]%:P) u by rewrite rootE !hornerE subrr.
exists q; first by rewrite -pq addrC subrK.
have [->|q0] := eqVneq q 0; first by rewrite size_poly0.
have sq : size (p - p.[u]%:P) = (size q).+1 by rewrite pq size_Mmonic ?monicXsubC // size_XsubC addn2.
rewrite -ltnS -sq; have [p0|p0] := eqVneq p 0; first by move: sq; rewrite p0 horner0 subr0 size_poly0.
rewrite prednK ?size_poly_gt0 // (leq_trans (size_add _ _)) // size_opp geq_max leqnn.
by rewrite (leq_trans (size_polyC_leq1 _)) ?size_poly_gt0.
Qed.

Lemma second_order p u : exists2 q, p = p.[u]%:P + p^`().[u] *: ('X - u%:P) + q * ('X - u%:P) ^+ 2
  & (size q <= (size p).-2)%N.
Proof.
have [q pq sq] := first_order p u; have [r qr sr] := first_order q u.
exists r; last by rewrite (leq_trans sr) // -!subn1 leq_sub2r // subn1.
have -> : p^`().[u] = q.[u].
  by rewrite pq derivD derivC derivM derivXsubC mulr1 add0r hornerD hornerM hornerXsubC subrr mulr0 add0r.
by rewrite {1}pq {1}qr -mul_polyC mulrDl addrA -mulrA -expr2.
Qed.

Definition points_poly s : {poly K} := \prod_(y <- s) ('X - y%:P).
Lemma double_pole s p u (F := points_poly s) : uniq s -> u \notin s -> (0 < size s)%N ->
  (size p < (size s).+2)%N -> \sum_(x <- s) p.[x] / (slope s x * (x - u) ^+ 2) =
  (p.[u] * F^`().[u] - p^`().[u] * F.[u]) / F.[u] ^+ 2.
Proof.
move=> us u_s s0 small; have [q pq sq] := second_order p u; have [r Fr sr] := second_order F u.
have Fu : F.[u] = at_points s u by rewrite horner_prod; apply: eq_bigr => y _; rewrite hornerXsubC.
have F0 : F.[u] != 0 by rewrite Fu at_points_neq0.
pose e := F.[u] * p^`().[u] - p.[u] * F^`().[u]; pose o := F.[u] *: q - p.[u] *: r.
have term x : x \in s -> F.[u] * (p.[x] / (slope s x * (x - u) ^+ 2)) =
    e * (slope s x * (x - u))^-1 + o.[x] / slope s x.
  move=> xs; have xu : x - u != 0 by rewrite subr_eq0; apply: contraNneq u_s => <-.
  have Fx : F.[x] = 0 by apply/rootP; rewrite root_prod_XsubC.
  have px := congr1 (horner^~ x) pq; have := congr1 (horner^~ x) Fr.
  rewrite Fx !(hornerXsubC, horner_exp, hornerD, hornerM, hornerZ, hornerC) => /esym/eqP; rewrite -addrA addr_eq0 => /eqP fx.
  rewrite px /o /e !(hornerXsubC, horner_exp, hornerD, hornerN, hornerM, hornerZ, hornerC) !invfM.
  have : (x - u)^-1 * (x - u) = 1 by rewrite mulVf.
  move: fx; move: (x - u) (x - u)^-1 (slope s x)^-1 F.[u] p.[u] p^`().[u] F^`().[u] q.[x] r.[x] => y yi sl f0 p0 p1 f1 qx rx.
  by move=> fx yy; by_ring (fx, yy).
apply: (mulfI F0); rewrite mulr_sumr (eq_big_seq _ term) big_split -mulr_sumr /=.
have fits n : (n < (size s).+2)%N -> (n.-2 < size s)%N by case: n => [|[|n]].
rewrite one_pole // -Fu lagrange //; last first.
  rewrite (leq_ltn_trans (size_add _ _)) // size_opp gtn_max !(leq_ltn_trans (size_scale_leq _ _)) //.
    by rewrite (leq_ltn_trans sr) // fits // size_prod_XsubC.
  by rewrite (leq_ltn_trans sq) ?fits.
have : F.[u]^-1 * F.[u] = 1 by rewrite mulVf.
by rewrite /e -exprVn; move: F.[u]^-1 => v vv; by_ring vv.
Qed.
End Lagrange.

Section Curve.
Variable C : numClosedFieldType.
Notation pair_node := (pair_node C).
Notation "x ** y" := (mul_weight (mul_pair_com C) x y) (at level 40, left associativity).
Implicit Types (s : seq C) (a b p : {poly C}) (c : C -> C) (u : C) (z : seq pair_node) (i k : row * bool).

(* A complex ratio, which is the scale of cubic and the ratio of coplanar. *)
Definition with_ratio t z : seq pair_node := [:: (t, t^-1, 1)] ** z.

Lemma with_ratio_solved t z : t != 0 -> solved z -> solved (with_ratio t z).
Proof.
move=> t0; rewrite /solved /with_ratio table_mul => ->; rewrite /table /= !mulr0; congr [:: _; 0; 0; 0; 0; 0; 0; 0; 0; 0].
by rewrite mulr1 /value /potential /word unlock /= /letter /= !mulr1 addr0 mulfV.
Qed.

(* Nodes with inputs a(x), b(x) for real points x; letters are polynomials there. *)
Definition on_curve a b c s : seq pair_node := [seq (a.[x], b.[x], c x) | x <- s].
Definition bar a : {poly C} := map_poly conjC a.
Definition letter_poly a b i : {poly C} :=
  let p := if i.1 is Some true then b else a in if i.2 then bar p else p.

Lemma bar_horner a u : (bar a).[u] = (a.[u^*])^*.
Proof. by rewrite -[u in LHS]conjCK horner_map. Qed.

Lemma curve_value a b c s i k : all (mem Num.real) s -> i.1 -> k.1 ->
  value [:: i; k; (rc, false)] (on_curve a b c s) = \sum_(x <- s) (letter_poly a b i * letter_poly a b k).[x] * c x.
Proof.
move=> /allP sR i1 k1; rewrite /value /potential big_map; apply: eq_big_seq => x /sR xR.
have real p : (bar p).[x] = (p.[x])^* by rewrite bar_horner (CrealP xR).
rewrite /word !big_cons !big_nil mulr1 mulrA hornerM; congr (_ * _ * _).
  by case: i i1 => [[[]|] []] _ //=; rewrite /letter /letter_poly /= ?real.
by case: k k1 => [[[]|] []] _ //=; rewrite /letter /letter_poly /= ?real.
Qed.

Lemma size_mul_at_most p (q : {poly C}) m n : (size p <= m.+1)%N -> (size q <= n)%N -> (size (p * q)%R <= m + n)%N.
Proof. by move=> pm qn; rewrite (leq_trans (size_mul_leq _ _)) // -subn1 leq_subLR (leq_add pm qn). Qed.

Lemma curve_solved a b c s (H : {poly C} -> C) : all (mem Num.real) s -> (size a <= 4)%N -> (size b <= 4)%N ->
  (forall p, (size p < 8)%N -> \sum_(x <- s) p.[x] * c x = H p) ->
  (forall p, H (bar a * p) = 0) -> (forall p, H (bar b * p) = 0) ->
  H (a * b) = 1 -> H (a * a) = 0 -> H (b * b) = 0 -> solved (on_curve a b c s).
Proof.
move=> sR a4 b4 sum aH bH ab aa bb.
have small i : (size (letter_poly a b i) <= 4)%N by case: i => [[[]|] []]; rewrite /letter_poly /= ?size_map_poly.
have at_H i k : i.1 -> k.1 -> value [:: i; k; (rc, false)] (on_curve a b c s) = H (letter_poly a b i * letter_poly a b k).
  by move=> i1 k1; rewrite curve_value // sum // ltnS (size_mul_at_most (m := 3) (n := 4)).
rewrite /solved /table /= value_conj (value_swap (ra, false) (rb, true)) (value_swap (ra, false) (ra, true)).
rewrite (value_swap (rb, false) (rb, true)) !at_H //= /letter_poly /= ab aa bb !aH !bH conjC0.
by [].
Qed.

(* Two poles u and v, neither real, equal, nor conjugate. *)
Section TwoPoles.
Variables (s : seq C) (u v om : C).
Notation F := (at_points s).
Hypotheses (points : uniq s) (six : size s = 6%N) (real_points : all (mem Num.real) s).
Hypotheses (u_pole : u \isn't Num.real) (v_pole : v \isn't Num.real) (uv : u != v) (uv' : u != v^*).
Hypothesis root : om ^+ 2 * F v = F u.
Definition W x : C := (x - u^* ) * (x - v^* ).
Definition cubic_poly (e : C) : {poly C} :=
  ('X - u^*%:P) * ('X - v^*%:P) * ((om / W u) *: ('X - v%:P) + (e / W v) *: ('X - u%:P)).
Definition cubic_c x : C := - (F v / (2%:R * (u - v))) / (slope s x * ((x - u) * (x - v))).
Definition cubic := on_curve (cubic_poly (-1)) (cubic_poly 1) cubic_c s.

Lemma cubic_size e : (size (cubic_poly e) <= 4)%N.
Proof.
rewrite !(size_mul_at_most (m := 2) (n := 2)) ?(size_mul_at_most (m := 1) (n := 2)) ?size_XsubC //.
by rewrite (leq_trans (size_add _ _)) // geq_max !(leq_trans (size_scale_leq _ _)) ?size_XsubC.
Qed.

Lemma off_points x : x \isn't Num.real -> x \notin s.
Proof. by apply: contraNN => /(allP real_points). Qed.

Theorem cubic_solved : solved cubic.
Proof.
have Fu : F u != 0 by rewrite at_points_neq0 ?off_points.
have Fv : F v != 0 by rewrite at_points_neq0 ?off_points.
have off x : x \isn't Num.real -> x - x^* != 0 by rewrite CrealE subr_eq0 eq_sym.
have uv0 : u - v != 0 by rewrite subr_eq0.
have vu' : v != u^* by apply: contraNneq uv' => ->; rewrite conjCK.
have Wu : W u != 0 by rewrite mulf_neq0 ?off // subr_eq0.
have Wv : W v != 0 by rewrite mulf_neq0 ?off // subr_eq0.
have at_x e x : (cubic_poly e).[x] = W x * (om / W u * (x - v) + e / W v * (x - u)).
  by rewrite /cubic_poly !(hornerXsubC, hornerD, hornerM, hornerZ).
have at_u e : (cubic_poly e).[u] = om * (u - v).
  by rewrite at_x subrr mulr0 addr0; move: (mulfV Wu); move: (W u) (W u)^-1 => w w1 h; by_ring h.
have at_v e : (cubic_poly e).[v] = e * (v - u).
  by rewrite at_x subrr mulr0 add0r; move: (mulfV Wv); move: (W v) (W v)^-1 => w w1 h; by_ring h.
have bar_u e : (bar (cubic_poly e)).[u] = 0.
  by rewrite bar_horner /cubic_poly !(hornerXsubC, hornerM) subrr !mul0r conjC0.
have bar_v e : (bar (cubic_poly e)).[v] = 0.
  by rewrite bar_horner /cubic_poly !(hornerXsubC, hornerM) subrr mulr0 mul0r conjC0.
have h2 : 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
have hu : (u - v)^-1 * (u - v) = 1 by rewrite mulVf.
have hF : (F u)^-1 * F u = 1 by rewrite mulVf.
have hG : (F v)^-1 * F v = 1 by rewrite mulVf.
have hom : om * om / F u = (F v)^-1 by rewrite -root invfM mulrA mulfV ?mul1r // -expr2; apply: contraNneq Fu => om0; rewrite -root om0 mul0r.
pose H (p : {poly C}) := F v / (2%:R * (u - v)) * ((p.[u] / F u - p.[v] / F v) / (u - v)).
apply: (curve_solved (H := H)); rewrite ?cubic_size ?real_points //.
- move=> p p8; rewrite /H -[RHS]mulrNN -two_poles ?off_points ?six // mulr_sumr.
  by apply: eq_bigr => x _; rewrite /cubic_c mulrCA.
- by move=> p; rewrite /H !hornerM bar_u bar_v !mul0r subrr mul0r mulr0.
- by move=> p; rewrite /H !hornerM bar_u bar_v !mul0r subrr mul0r mulr0.
all: rewrite /H !(at_u, at_v, hornerM) -(opprB u v) !invfM.
all: move: h2 hu hG hom; move: (u - v) (F u) (F v) 2%:R^-1 (u - v)^-1 (F u)^-1 (F v)^-1 => y G0 G1 h i f g.
all: by move=> h2 hu hG hom; by_ring (h2, hu, hG, hom).
Qed.
End TwoPoles.

(* The confluent case, a double pole u. *)
Section DoublePole.
Variables (s : seq C) (u : C).
Hypotheses (points : uniq s) (six : size s = 6%N) (real_points : all (mem Num.real) s) (pole : u \isn't Num.real).
Let F := points_poly s.
Let W := (('X - u^*%:P) ^+ 2) : {poly C}.
(* g = F'/2F - W'/W at u *)
Definition confluent_slope : C := F^`().[u] / (2%:R * F.[u]) - 2%:R / (u - u^* ).
Definition confluent_a : {poly C} := W * ('X - u%:P).
Definition confluent_b : {poly C} := W * (1 + confluent_slope *: ('X - u%:P)).
Definition confluent_c x : C := - (F.[u] / W.[u] ^+ 2) / (slope s x * (x - u) ^+ 2).
Definition confluent := on_curve confluent_a confluent_b confluent_c s.

Theorem confluent_solved : solved confluent.
Proof.
have us : u \notin s by apply: contraNN pole => /(allP real_points).
have Fu : F.[u] = at_points s u by rewrite horner_prod; apply: eq_bigr => y _; rewrite hornerXsubC.
have F0 : F.[u] != 0 by rewrite Fu at_points_neq0.
have u0 : u - u^* != 0 by rewrite subr_eq0 eq_sym -CrealE.
pose e := u - u^*; pose g := confluent_slope.
have Wu : W.[u] = e ^+ 2 by rewrite horner_exp hornerXsubC.
have dW : W^`().[u] = 2%:R * e by rewrite deriv_exp derivXsubC mul1r hornerMn expr1 hornerXsubC mulr_natl.
have au : confluent_a.[u] = 0 by rewrite hornerM hornerXsubC subrr mulr0.
have bu : confluent_b.[u] = e ^+ 2.
  by rewrite hornerM Wu hornerD hornerC hornerZ hornerXsubC subrr mulr0 addr0 mulr1.
have dau : confluent_a^`().[u] = e ^+ 2.
  by rewrite derivM derivXsubC hornerD 2!hornerM hornerXsubC subrr mulr0 add0r hornerC mulr1 Wu.
have dbu : confluent_b^`().[u] = 2%:R * e + e ^+ 2 * g.
  rewrite derivM derivD derivC derivZ derivXsubC add0r hornerD 2!hornerM Wu dW.
  by rewrite hornerD hornerC !hornerZ hornerXsubC subrr mulr0 addr0 hornerC !mulr1.
have bar0 p q : (bar (W * p) * q).[u] = 0 /\ (bar (W * p) * q)^`().[u] = 0.
  have -> : bar (W * p) = ('X - u%:P) * (('X - u%:P) * bar p).
    rewrite /bar rmorphM rmorphX rmorphB /= map_polyX map_polyC /= conjCK; move: (map_poly _ p) => q0.
    by rewrite expr2 mulrA.
  have := hornerXsubC u u; rewrite subrr -!mulrA; move: ('X - u%:P) (bar p * q) => r o r0.
  by rewrite derivM hornerD !hornerM r0 !(mul0r, mulr0) addr0.
pose H (p : {poly C}) := - (F.[u] / W.[u] ^+ 2) * ((p.[u] * F^`().[u] - p^`().[u] * F.[u]) / F.[u] ^+ 2).
have small p : (size p <= 2)%N -> (size (W * p)%R <= 4)%N.
  move=> p2; rewrite (size_mul_at_most (m := 2) (n := 2)) // /W expr2.
  by rewrite (size_mul_at_most (m := 1) (n := 2)) ?size_XsubC.
apply: (curve_solved (H := H)) => //.
- by apply: small; rewrite size_XsubC.
- apply: small; rewrite (leq_trans (size_add _ _)) // geq_max size_poly1.
  by rewrite (leq_trans (size_scale_leq _ _)) ?size_XsubC.
- move=> p p8; rewrite /H -double_pole ?six // mulr_sumr.
  by apply: eq_bigr => x _; rewrite /confluent_c mulrCA.
- by move=> p; rewrite /H; have [-> ->] := bar0 ('X - u%:P) p; rewrite !mul0r subrr mul0r mulr0.
- by move=> p; rewrite /H; have [-> ->] := bar0 (1 + g *: ('X - u%:P)) p; rewrite !mul0r subrr mul0r mulr0.
all: rewrite /H derivM hornerD Wu !(au, bu, dau, dbu, hornerM).
all: rewrite ?(mul0r, mulr0, addr0, subrr) //.
all: rewrite ?/g /confluent_slope -/e !invfM; have he : e^-1 * e = 1 by rewrite mulVf.
all: have hF : F.[u]^-1 * F.[u] = 1 by rewrite mulVf.
all: have h2 : 2%:R^-1 * 2%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
all: move: he hF h2; rewrite -?exprVn; clear Wu dW bu dau dbu; move: e F.[u] F^`().[u] 2%:R^-1 e^-1 F.[u]^-1 => y G1 d h i f.
all: by move=> he hF h2; by_ring (he, hF, h2).
Qed.
End DoublePole.
End Curve.
