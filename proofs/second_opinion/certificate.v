(* A second opinion on a certificate of an exact optimizer: Coq computes all outputs of the network over Q(zeta), for all
   values of the parameters, and compares them with the task. "accepted file = true" is then a theorem of Coq's kernel. *)
From Coq Require Import ZArith List Bool.
Import ListNotations.
Open Scope Z_scope.

(* (num, den, e, powers) is num/den * zeta_field^e * prod_i p_i^(powers_i); an entry belongs to a frequency. *)
Definition term := (Z * Z * Z * list Z)%type.
Definition row := list (list Z * list term).
Record node := Node { row_a : row; row_b : row; row_c : row }.
(* r(table[x][y]) = p(x) + s(y), the elements of the group numbered in row-major order. *)
Record operation := Operation { table : list (list Z); p : list Z; s : list Z; r : list Z }.
Record certificate := Certificate
  { group : list Z; field : Z; onehot : bool; nodes : list node; relabelled : option operation }.

(* A value is a sum of coefficient * zeta_n^e * monomial, each stored as (coefficient, (e, powers)). *)
Definition value := list (Z * (Z * list Z)).
Fixpoint plus (u v : list Z) := match u, v with x :: u', y :: v' => x + y :: plus u' v' | [], w | w, [] => w end.
Definition times (u v : value) : value :=
  flat_map (fun '(x, (e, m)) => map (fun '(y, (f, k)) => (x * y, (e + f, plus m k))) v) u.
Definition scaled (x : Z) (v : value) : value := map (fun '(y, e) => (x * y, e)) v.
Definition bar (v : value) : value := map (fun '(x, (e, m)) => (x, (- e, map Z.opp m))) v.

(* Polynomials in zeta, lowest power first; the rest modulo a monic p, which is given without its leading 1. *)
Fixpoint rest (p f : list Z) : list Z :=
  match f with
  | [] => repeat 0 (length p)
  | x :: f' => let r := rest p f' in let lead := last r 0 in plus (map (Z.mul (- lead)) p) (x :: removelast r)
  end.
(* The quotient of f by a monic p, by long division from the top. *)
Fixpoint quotient (p f : list Z) : list Z :=
  match f with
  | [] => []
  | x :: f' => if (length f' <? length p)%nat then [] else last (rest p f') 0 :: quotient p f'
  end.
(* The cyclotomic polynomial of m without its leading 1: x^m - 1 divided by those of the proper divisors. *)
Fixpoint cyclotomic (fuel : nat) (m : Z) : list Z :=
  match fuel with
  | O => []
  | S less =>
    let divide f e := if (e <? m) && (m mod e =? 0) then quotient (cyclotomic less e) f else f in
    removelast (fold_left divide (map Z.of_nat (seq 1 (Z.to_nat m - 1))) (-1 :: repeat 0 (Z.to_nat m - 1) ++ [1]))
  end.

Fixpoint same (u v : list Z) := match u, v with
  | x :: u', y :: v' => (x =? y) && same u' v' | [], w | w, [] => forallb (Z.eqb 0) w end.
Fixpoint at_power (x : Z) (e : nat) (f : list Z) : list Z :=
  match e, f with O, [] => [x] | O, y :: f' => x + y :: f' | S e', [] => 0 :: at_power x e' [] | S e', y :: f' => y :: at_power x e' f' end.
Fixpoint collect (n : Z) (v : value) (found : list (list Z * list Z)) : list (list Z * list Z) :=
  let fix put x e m l := match l with
    | [] => [(m, at_power x e [])]
    | (k, f) :: l' => if same k m then (k, at_power x e f) :: l' else (k, f) :: put x e m l' end in
  match v with [] => found | (x, (e, m)) :: v' => collect n v' (put x (Z.to_nat (e mod n)) m found) end.
(* Distinct monomials are linearly independent on the torus; zeta is a root of its cyclotomic polynomial alone. *)
Definition zero (n : Z) (phi : list Z) (v : value) : bool :=
  forallb (fun '(_, f) => forallb (Z.eqb 0) (rest phi f)) (collect n v []).

Fixpoint elements (orders : list Z) : list (list Z) :=
  match orders with [] => [[]] | m :: l => flat_map (fun x => map (cons (Z.of_nat x)) (elements l)) (seq 0 (Z.to_nat m)) end.
Definition added (orders x y : list Z) : list Z := map (fun '(s, m) => s mod m) (combine (plus x y) orders).
Definition all_terms (c : certificate) : list term :=
  flat_map (fun v => flat_map snd (row_a v ++ row_b v ++ row_c v)) (nodes c).

Definition isotopic (orders : list Z) (o : operation) : bool :=
  let all := elements orders in
  let at_ l x := nth (Z.to_nat x) l (-1) in let element x := nth (Z.to_nat x) all [] in
  let numbers := map Z.of_nat (seq 0 (length all)) in
  let permutation l := (length l =? length all)%nat && forallb (fun x => existsb (Z.eqb x) l) numbers in
  permutation (p o) && permutation (s o) && permutation (r o) && (length (table o) =? length all)%nat
  && forallb (fun x => forallb (fun y => let z := at_ (nth (Z.to_nat x) (table o) []) y in (0 <=? z)
       && same (element (at_ (r o) z)) (added orders (element (at_ (p o) x)) (element (at_ (s o) y)))) numbers) numbers.

Definition accepted (c : certificate) : bool :=
  let n := fold_left Z.lcm (group c) (field c) in
  let d := fold_left Z.mul (group c) 1 in
  let phi := cyclotomic (S (Z.to_nat n)) n in
  let scale := fold_left (fun l '(_, den, _, _) => Z.lcm l den) (all_terms c) 1 in
  let angle k x := fold_left (fun s '(k, (x, m)) => s + k * x * (n / m)) (combine k (combine x (group c))) 0 in
  let weight sign (r : row) x : value := flat_map (fun '(k, entry) => map (fun '(num, den, e, powers) =>
    (num * (scale / den), (e * (n / field c) + sign * angle k x, powers))) entry) r in
  let everything := elements (group c) in
  let layer sign part := map (fun x => map (fun v => weight sign (part v) x) (nodes c)) everything in
  let a := layer 1 row_a in let b := layer 1 row_b in let w := layer (-1) row_c in
  let real := forallb (forallb (fun v => zero n phi (v ++ scaled (-1) (bar v)))) in
  let unit : value := [(2 * d * scale * scale * scale, (0, []))] in
  let output (xs ys gs : list value) : value :=
    flat_map (fun '(u, (v, z)) => times z (times (u ++ v) (u ++ v))) (combine xs (combine ys gs)) in
  let gaps x y xs ys := map (fun '(g, gs) => output xs ys gs ++ (if same g (added (group c) x y) then scaled (-1) unit else []))
    (combine everything w) in
  let right l := if onehot c then forallb (zero n phi) l
    else forallb (fun v => zero n phi (v ++ scaled (-1) (hd [] l))) l in
  forallb (fun m => 0 <? m) (field c :: group c) && forallb (fun '(_, den, _, _) => 0 <? den) (all_terms c)
  && forallb (fun v => forallb (fun '(k, _) => (length k =? length (group c))%nat) (row_a v ++ row_b v ++ row_c v)) (nodes c)
  && real a && real b && real w
  && forallb (fun '(x, xs) => forallb (fun '(y, ys) => right (gaps x y xs ys)) (combine everything b)) (combine everything a)
  && match relabelled c with Some o => isotopic (group c) o | None => true end.
