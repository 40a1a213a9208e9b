(* A tactic for the commutative rings of MathComp, with complex conjugation where there is one: by_ring
   proves an equation, and by_ring (h, h') one that follows from others, whose left sides are monomials. *)
From Coq Require Import ZArith Ring Ring_polynom InitialRing.
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Terms as data: an atom is its place in a list. *)
Inductive expr :=
  | Atom of nat | Zero | One | Opp of expr | Bar of expr
  | Add of expr & expr | Mul of expr & expr | Muln of expr & nat | Exp of expr & nat.

(* The letters of a term or its conjugate, in order: an atom is 2 i, its conjugate 2 i + 1. *)
Fixpoint letters (b : bool) e (found : seq nat) : seq nat := match e with
  | Atom i => let x := (b + i.*2)%N in if x \in found then found else rcons found x
  | Zero | One => found
  | Bar e => letters (~~ b) e found
  | Opp e | Muln e _ | Exp e _ => letters b e found
  | Add e f | Mul e f => letters b f (letters b e found)
  end.

(* The polynomial of a term or its conjugate, in the letters of a list. *)
Fixpoint poly (xs : seq nat) (b : bool) e : PExpr Z := match e with
  | Atom i => PEX Z (Pos.of_succ_nat (index (b + i.*2)%N xs))
  | Zero => PEc Z0
  | One => PEc (Zpos xH)
  | Opp e => PEopp (poly xs b e)
  | Bar e => poly xs (~~ b) e
  | Add e f => PEadd (poly xs b e) (poly xs b f)
  | Mul e f => PEmul (poly xs b e) (poly xs b f)
  | Muln e n => PEmul (PEc (Z.of_nat n)) (poly xs b e)
  | Exp e n => PEpow (poly xs b e) (N.of_nat n)
  end.

(* Given equations, a tuple of them, as data. *)
Inductive given := Nothing | Equation of expr & expr | Both of given & given.
Fixpoint given_letters g found := match g with
  | Nothing => found
  | Equation e _ => letters false e found
  | Both g g' => given_letters g (given_letters g' found)
  end.
Fixpoint equations xs g (rest : seq (PExpr Z * PExpr Z)) := match g with
  | Nothing => rest
  | Equation e f => (poly xs false e, poly xs false f) :: rest
  | Both g g' => equations xs g (equations xs g' rest)
  end.

(* The letters of left sides come first, since Coq's ring wants them next to each other. *)
Definition all_letters n g : seq nat := given_letters g [::] ++ iota 0 n.*2.
Definition same_poly n g e f : bool :=
  let xs := all_letters n g in
  let normal := norm_subst Z0 (Zpos xH) Z.add Z.mul Z.sub Z.opp Zeq_bool Z.quotrem 10
    (mk_monpol_list Z0 (Zpos xH) Z.add Z.mul Z.sub Z.opp Zeq_bool Z.quotrem (equations xs g [::])) in
  Peq Zeq_bool (normal (poly xs false e)) (normal (poly xs false f)).

Lemma nth_succ T (x : T) p l : BinList.nth x (Pos.succ p) l = BinList.nth x p (List.tl l).
Proof.
elim: p l => //= p IH l.
by rewrite IH !BinList.jump_tl BinList.jump_succ /= BinList.jump_tl.
Qed.

Lemma nth_of_succ_nat T (x : T) i l : BinList.nth x (Pos.of_succ_nat i) l = nth x l i.
Proof. by elim: i l => [|i IH] [|y l] //=; rewrite nth_succ IH //= nth_nil. Qed.

Section Ring.
Variables (R : comRingType) (bar : {rmorphism R -> R}) (barK : involutive bar).

Fixpoint value (atoms : seq R) e : R := match e with
  | Atom i => nth 0 atoms i
  | Zero => 0
  | One => 1
  | Opp e => - value atoms e
  | Bar e => bar (value atoms e)
  | Add e f => value atoms e + value atoms f
  | Mul e f => value atoms e * value atoms f
  | Muln e n => value atoms e *+ n
  | Exp e n => value atoms e ^+ n
  end.

Fixpoint hold atoms g : Type := match g with
  | Nothing => True
  | Equation e f => value atoms e = value atoms f
  | Both g g' => (hold atoms g * hold atoms g')%type
  end.

Let laws : @ring_theory R 0 1 +%R *%R (fun x y => x - y) -%R eq.
Proof.
split=> //; [exact: add0r | exact: addrC | exact: addrA | exact: mul1r | exact: mulrC
  | exact: mulrA | exact: mulrDl | exact: subrr].
Qed.
Let Eqsth := Eqsth R.
Let ext := Eq_ext +%R *%R (-%R : R -> R).
Let almost := Rth_ARth Eqsth ext laws.
Let phi := gen_phiZ 0 1 +%R *%R (-%R : R -> R).
Let morph : ring_morph 0 1 +%R *%R (fun x y => x - y) -%R eq
   Z0 (Zpos xH) Z.add Z.mul Z.sub Z.opp Zeq_bool phi := gen_phiZ_morph Eqsth ext laws.
Let pow (x : R) (n : N) : R := x ^+ N.to_nat n.
Let eval := PEeval 0 1 +%R *%R (fun x y => x - y) -%R phi id pow.
Let letter (atoms : seq R) k : R := nth 0 (flatten [seq [:: x; bar x] | x <- atoms]) k.

Lemma powers : power_theory 1 *%R eq id pow.
Proof.
split=> x [|n] //=; rewrite /pow /=; elim/Pos.peano_ind: n => // p IH.
by rewrite Pos2Nat.inj_succ exprS IH -(pow_pos_succ Eqsth (Rmul_ext ext) (@mulrA R)).
Qed.

Lemma phi_nat n : phi (Z.of_nat n) = n%:R.
Proof.
elim: n => // n IH; rewrite Nat2Z.inj_succ -Z.add_1_r (morph_add morph) IH mulrS addrC.
by [].
Qed.

Lemma letterE atoms (b : bool) i : letter atoms (b + i.*2) = if b then bar (nth 0 atoms i) else nth 0 atoms i.
Proof.
rewrite /letter; elim: atoms i => [|x atoms IH] i; first by rewrite !nth_nil rmorph0 if_same.
by case: i => [|i]; [clear IH; case: b | rewrite -IH doubleS !addnS].
Qed.

Lemma nth_letters atoms xs k : {subset iota 0 (size atoms).*2 <= xs} ->
  nth 0 [seq letter atoms j | j <- xs] (index k xs) = letter atoms k.
Proof.
move=> sub; case kx: (k \in xs); first by rewrite (nth_map 0%N) ?index_mem // nth_index.
have big : ((size atoms).*2 <= k)%N by rewrite leqNgt; apply: contraFN kx => k2; rewrite sub // mem_iota.
rewrite (@nth_default _ 0 _ (index k xs)) ?size_map; last by rewrite leqNgt index_mem kx.
rewrite /letter nth_default //; suff -> : size (flatten [seq [:: x; bar x] | x <- atoms]) = (size atoms).*2 by [].
by elim: (atoms) => //= x l ->.
Qed.

Section Letters.
Variables (atoms : seq R) (xs : seq nat).
Hypothesis all : {subset iota 0 (size atoms).*2 <= xs}.
Let values := [seq letter atoms k | k <- xs].

Lemma eval_poly b e : eval values (poly xs b e) = if b then bar (value atoms e) else value atoms e.
Proof.
elim: e b => [i|||e IH|e IH|e IH f IHf|e IH f IHf|e IH n|e IH n] b /=.
- by rewrite nth_of_succ_nat nth_letters // letterE.
- by rewrite rmorph0 if_same.
- by rewrite rmorph1 if_same.
- by rewrite IH rmorphN; case: b.
- by rewrite IH; case: b => //=; rewrite barK.
- by rewrite IH IHf rmorphD; case: b.
- by rewrite IH IHf rmorphM; case: b.
- by rewrite IH -/phi phi_nat mulr_natl rmorphMn; case: b.
by rewrite /pow IH Nnat.Nat2N.id rmorphX; case: b.
Qed.

Let hold_all := interp_PElist 0 1 +%R *%R (fun x y => x - y) -%R eq phi id pow values.
Lemma hold_equations g rest : hold atoms g -> hold_all rest -> hold_all (equations xs g rest).
Proof.
elim: g rest => [|e f|g IH g' IH'] rest //= => [E|[/IH{}IH /IH'{}IH'] /IH' /IH //].
have {}E : eval values (poly xs false e) = eval values (poly xs false f) by rewrite !eval_poly.
by case: rest => // p rest; split.
Qed.
End Letters.

Lemma decide atoms g e f : hold atoms g -> same_poly (size atoms) g e f -> value atoms e = value atoms f.
Proof.
move=> H E; have all : {subset iota 0 (size atoms).*2 <= all_letters (size atoms) g}.
  by move=> k ks; rewrite mem_cat ks orbT.
rewrite -(eval_poly all false e) -(eval_poly all false f).
exact (ring_correct Eqsth ext almost morph powers (Ztriv_div_th Eqsth phi) 10 _ _ _ _
  (hold_equations all (rest := [::]) H I) E).
Qed.
End Ring.

(* The list of the atoms of a term, added to a list, and the term as data. *)
Ltac literal n := lazymatch n with O => constr:(true) | S ?m => literal m
  | nat_of_bool true => constr:(true) | nat_of_bool false => constr:(true) | _ => constr:(false) end.
Ltac find t l := lazymatch l with t :: _ => O | _ :: ?l => let n := find t l in constr:(S n) end.
Ltac split_term t on0 on1 on2 on_nat on_atom := lazymatch t with
  | GRing.zero _ => on0 Zero
  | GRing.one _ => on0 One
  | GRing.opp ?s => on1 Opp s
  | @GRing.RMorphism.apply _ _ _ (@conjC _) ?s => on1 Bar s
  | GRing.add ?s ?t => on2 Add s t
  | GRing.mul ?s ?t => on2 Mul s t
  | GRing.natmul ?s ?n => let b := literal n in lazymatch b with true => on_nat Muln s n | _ => on_atom t end
  | GRing.exp ?s ?n => let b := literal n in lazymatch b with true => on_nat Exp s n | _ => on_atom t end
  | _ => on_atom t
  end.
Ltac atoms l t := split_term t
  ltac:(fun _ => l)
  ltac:(fun _ s => atoms l s)
  ltac:(fun _ s t => let l := atoms l s in atoms l t)
  ltac:(fun _ s _ => atoms l s)
  ltac:(fun t => match l with _ => let n := find t l in l | _ => constr:(t :: l) end).
Ltac reify l t := split_term t
  ltac:(fun c => c)
  ltac:(fun c s => let e := reify l s in constr:(c e))
  ltac:(fun c s t => let e := reify l s in let f := reify l t in constr:(c e f))
  ltac:(fun c s n => let e := reify l s in constr:(c e n))
  ltac:(fun t => let n := find t l in constr:(Atom n)).

(* The same for the types of given proofs. *)
Ltac given_atoms l P := lazymatch P with
  | True => l
  | prod ?P ?Q => let l := given_atoms l P in given_atoms l Q
  | ?s = ?t => let l := atoms l s in atoms l t
  | _ => let P := eval red in P in given_atoms l P
  end.
Ltac reify_given l P := lazymatch P with
  | True => Nothing
  | prod ?P ?Q => let g := reify_given l P in let g' := reify_given l Q in constr:(Both g g')
  | ?s = ?t => let e := reify l s in let f := reify l t in constr:(Equation e f)
  | _ => let P := eval red in P in reify_given l P
  end.

Ltac decision T := match T with
  | _ => let C := constr:([numClosedFieldType of T]) in constr:(decide (@conjCK C))
  | _ => constr:(@decide [comRingType of T] (GRing.idfun_rmorphism [ringType of T]) (fun=> erefl))
  end.
Tactic Notation "by_ring" constr(H) := lazymatch goal with |- @eq ?T ?s ?t =>
  let P := type of H in
  let l := atoms (@nil T) s in let l := atoms l t in let l := given_atoms l P in
  let g := reify_given l P in let e := reify l s in let f := reify l t in
  let decide := decision T in
  exact (decide l g e f H (erefl true <: same_poly (size l) g e f = true)) end.
Tactic Notation "by_ring" := by_ring I.
