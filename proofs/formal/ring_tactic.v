(* Coq's ring tactic, for the commutative rings of MathComp. *)
From Coq Require Export Ring.
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The operations of one ring under names that do not depend on how a term came to them. *)
Section Operations.
Variable R : comRingType.
Definition carrier : Type := R.
Definition add (x y : carrier) : carrier := @GRing.add R x y.
Definition mul (x y : carrier) : carrier := @GRing.mul R x y.
Definition opp (x : carrier) : carrier := @GRing.opp R x.
Definition sub (x y : carrier) : carrier := add x (opp y).
Definition zero : carrier := 0 : R.
Definition one : carrier := 1 : R.

Lemma ring_laws : @ring_theory carrier zero one add mul sub opp eq.
Proof.
split=> //; [exact: add0r | exact: addrC | exact: addrA | exact: mul1r | exact: mulrC
  | exact: mulrA | exact: mulrDl | exact: subrr].
Qed.
End Operations.

(* Write the goal, and the equations before its arrows, with these operations. Small natural
   numbers, multiples and powers are written out. *)
Ltac to_ring R :=
  rewrite ?(mulrS, mulr0n, exprS, expr0);
  repeat match goal with
  | |- context [@GRing.add ?V ?x ?y] => change (@GRing.add V x y) with (@add R x y)
  | |- context [@GRing.mul ?V ?x ?y] => change (@GRing.mul V x y) with (@mul R x y)
  | |- context [@GRing.opp ?V ?x] => change (@GRing.opp V x) with (@opp R x)
  | |- context [GRing.zero ?V] => change (GRing.zero V) with (@zero R)
  | |- context [GRing.one ?V] => change (GRing.one V) with (@one R)
  end;
  repeat match goal with
  | |- context [@eq ?T ?x ?y] => lazymatch T with carrier _ => fail | _ =>
      change (@eq T x y) with (@eq (carrier R) x y) end
  end.
