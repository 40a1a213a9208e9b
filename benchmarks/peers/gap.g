# A block comes as a record of integers; `a, b, c` are lists of [numerators, exponents].

CogoMatrix := function(rows, power)
  return List(rows, row -> List([1..Length(row[1])], j -> row[1][j] * power[row[2][j] + 1]));
end;

CogoBuild := function(raw)
  local power, block;
  for block in raw do
    power := List([0..block.n-1], e -> E(block.n)^e);
    block.left_a := CogoMatrix(block.a, power);
    block.left_b := CogoMatrix(block.b, power);
    block.right_a := TransposedMat(block.left_a);
    block.right_b := TransposedMat(block.left_b);
    block.outputs := CogoMatrix(block.c, power);
    block.scalings := [];
    if block.size <= 16 then block.scalings := List(block.outputs, DiagonalMat); fi;
    block.target_matrices := List(block.targets, function(position)
      local target;
      target := NullMat(Length(block.a), Length(block.b));
      target[position[1]][position[2]] := block.scale;
      return target;
    end);
  od;
  return raw;
end;

# The node-by-node test that zeta -> zeta^t, k -> t k changes nothing.
CogoEquivariant := function(block)
  local t, rows, k, image;
  t := block.multiplier;
  for rows in [block.a, block.b, block.c] do
    for k in [1..block.d-1] do
      image := rows[t * k mod block.d];
      if image[1] <> rows[k][1] or image[2] <> t * rows[k][2] mod block.n then return false; fi;
    od;
  od;
  return true;
end;

CogoHalf := function(block)
  if block.multiplier <> 0 and CogoEquivariant(block) then return block.half{[1]}; fi;
  return block.half;
end;

CogoSumsVanish := function(block, in_a, in_b)
  local sums, i, j;
  sums := ListWithIdenticalEntries(block.classes, 0);
  for i in [1..Length(in_a)] do for j in [1..Length(in_a)] do
    sums[block.of_a[i][j]] := sums[block.of_a[i][j]] + in_a[i][j];
  od; od;
  for i in [1..Length(in_b)] do for j in [1..Length(in_b)] do
    sums[block.of_b[i][j]] := sums[block.of_b[i][j]] + in_b[i][j];
  od; od;
  return sums;
end;

CogoCyclotomics := function(blocks)
  local block, i, c, ac, bc, in_a, in_b;
  for block in blocks do
    for i in CogoHalf(block) do
      if block.scalings <> [] then
        c := block.scalings[i];
        ac := block.left_a * c; bc := block.left_b * c;
      else
        c := block.outputs[i];
        ac := List(block.left_a, row -> List([1..block.size], j -> row[j] * c[j]));
        bc := List(block.left_b, row -> List([1..block.size], j -> row[j] * c[j]));
      fi;
      if ac * block.right_b <> block.target_matrices[i] then return false; fi;
      in_a := ac * block.right_a; in_b := bc * block.right_b;
      if not (IsZero(in_a) and IsZero(in_b))
         and not IsZero(CogoSumsVanish(block, in_a, in_b)) then return false; fi;
    od;
  od;
  return true;
end;

# How often (with numerators) each exponent mod n occurs in a sum of products of monomials. One
# product with the powers of x modulo N = Phi_n(x) is then 0 exactly when the sum is.
CogoCount := function(left, right, c, n, plain)
  local exponents, counts, j;
  exponents := left[2] + right[2] + c[2] + 1;
  counts := ListWithIdenticalEntries(3 * n, 0);
  if plain then
    for j in exponents do counts[j] := counts[j] + 1; od;
  else
    for j in [1..Length(exponents)] do
      counts[exponents[j]] := counts[exponents[j]] + left[1][j] * right[1][j] * c[1][j];
    od;
  fi;
  return counts{[1..n]} + counts{[n+1..2*n]} + counts{[2*n+1..3*n]};
end;

CogoCounts := function(blocks)
  local block, n, plain, ones, i, c, x, y, part, rows, classes, counts, target, sums;
  for block in blocks do
    n := block.n;
    ones := ListWithIdenticalEntries(block.size, 1);
    plain := ForAll([block.a, block.b, block.c], rows -> ForAll(rows, row -> row[1] = ones));
    for i in CogoHalf(block) do
      c := block.c[i];
      for x in [1..Length(block.a)] do
        for y in [1..Length(block.b)] do
          target := 0;
          if [x, y] = block.targets[i] then target := block.scale; fi;
          counts := CogoCount(block.a[x], block.b[y], c, n, plain);
          if (counts * block.powers - target) mod block.modulus <> 0 then return false; fi;
        od;
      od;
      sums := NullMat(block.classes, n);
      for part in [1, 2] do
        rows := [block.a, block.b][part]; classes := [block.of_a, block.of_b][part];
        for x in [1..Length(rows)] do
          for y in [1..x] do
            counts := CogoCount(rows[x], rows[y], c, n, plain);
            if x <> y then counts := 2 * counts; fi;
            sums[classes[x][y]] := sums[classes[x][y]] + counts;
          od;
        od;
      od;
      if not IsZero(sums * block.powers mod block.modulus) then return false; fi;
    od;
  od;
  return true;
end;

# Best and median nanoseconds of a check repeated for about `span` of them, at least three times.
CogoMeasure := function(check, blocks, span)
  local times, start, before, total;
  check(blocks);
  times := []; total := 0; start := NanosecondsSinceEpoch();
  while NanosecondsSinceEpoch() - start < span
        or (Length(times) < 3 and total < 10^10) do
    before := NanosecondsSinceEpoch();
    check(blocks);
    Add(times, NanosecondsSinceEpoch() - before);
    total := total + times[Length(times)];
  od;
  Sort(times);
  Print("cogo ", times[1], " ", times[QuoInt(Length(times) + 1, 2)], " ", Length(times), "\n");
end;
