(* Four nodes for a character of order 4 that leave nothing for a carrier. *)
From mathcomp Require Import all_ssreflect all_algebra.
From CoGO Require Import ring_tactic semiring blocks squares short.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Corners.
Variable C : numClosedFieldType.
Notation CR := [comRingType of C].
Add Ring C_ring : (ring_laws CR).
Local Ltac to_C := to_ring constr:(CR).
Notation pair_node := (pair_node C).
Implicit Types (u v t : C).

(* Order 4: four nodes at eighth roots of unity, e^2 = i. *)
Definition corners (e : C) : seq pair_node :=
  [seq (n.1, n.2, 4%:R^-1 * (n.1 * n.2)^* ) | n <- [:: (e^*, e^* ); (e^*, e); (e, - e^* ); (e, e)]].

Theorem corners_adds (e : C) u v : e ^+ 2 = 'i -> quartic u -> quartic v -> adds 0 (corners e) 0 u v.
Proof.
move=> ee [hu cu] [hv cv] t; rewrite mul0r conjC0 !addr0.
have e1 : e * e^* = 1.
  have n1 : `|e| = 1 by apply/eqP; rewrite -(pexpr_eq1 (n := 2)) // -normrX ee normCi.
  by rewrite -normCK n1 expr1n.
have ce : e^* ^+ 2 = - 'i by rewrite -rmorphX ee conjCi.
have ii : 'i * 'i = -1 :> C by rewrite -expr2 sqrCi.
have h4 : 4%:R^-1 * 4%:R = 1 :> C by rewrite mulVf ?pnatr_eq0.
have hR : (4%:R^-1)^* = 4%:R^-1 :> C by rewrite fmorphV rmorph_nat.
rewrite /added /corners !big_cons big_nil /input /=.
rewrite !(rmorphM, rmorphN, conjCK, hR) /=.
move: hu cu hv cv ee ce e1 ii h4; rewrite /on_circle; move: 'i u^* v^* t^* e^* 4%:R^-1 => i u1 v1 t1 f h.
to_C => hu cu hv cv ee ce e1 ii h4; ring [ee ce e1 ii hu cu hv cv h4].
Qed.
End Corners.
