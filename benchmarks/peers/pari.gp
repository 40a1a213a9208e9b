\\ A block comes as [numerators of a, b, c; exponents of a, b, c; half; targets; classes of a; of b;
\\ number of classes; multiplier or 0; scale; d; n] and becomes matrices over the given powers of zeta.
\\ N = 0: the entries know their modulus. right = (B^T | A^T).

cogo_matrix(u, e, power) = matrix(#u, #u[1], i, j, u[i][j] * power[e[i][j] + 1]);

cogo_block(raw, power, N) =
{
  my(u, e, half, targets, classes, t, scale, d, n, a, b, c, target);
  [u, e, half, targets, classes, t, scale, d, n] = raw;
  [a, b, c] = [cogo_matrix(u[p], e[p], power) | p <- [1..3]];
  if(N, [a, b, c] = [a % N, b % N, c % N]);
  target = [matrix(#a~, #b~ + #a~, i, j, if([i, j] == position, scale)) | position <- targets];
  [a, matconcat([b~, a~]), b, b~, [[c[i + 1, ], target[i + 1]] | i <- half], t, classes,
    [[Mat([Col(x) | x <- u[p]])~ | p <- [1..3]], [Mat([Col(x) | x <- e[p]])~ | p <- [1..3]], t, d, n]];
}

cogo_equivariant(data) =
{
  my(u, e, t, d, n, image);
  [u, e, t, d, n] = data;
  image = [t * k % d | k <- [1..d-1]];
  for(p = 1, 3,
    if(vecextract(u[p], image, "..") != u[p], return(0));
    if(vecextract(e[p], image, "..") != (t * e[p]) % n, return(0)));
  1;
}

cogo_sums(left, right, classes, N) =
{
  my(of_a, of_b, count, sums, width);
  [of_a, of_b, count] = classes;
  sums = vector(count); width = #of_b;
  for(i = 1, #of_a, for(j = 1, #of_a, sums[of_a[i][j] + 1] += left[i, width + j]));
  for(i = 1, #of_b, for(j = 1, #of_b, sums[of_b[i][j] + 1] += right[i, j]));
  if(N, sums %= N);
  sums == 0;
}

cogo_check(parts, N) =
{
  my(a, ab, b, bt, outputs, t, classes, data, left, right);
  for(part = 1, #parts,
    [a, ab, b, bt, outputs, t, classes, data] = parts[part];
    if(t, if(cogo_equivariant(data), outputs = outputs[1..1]));
    for(h = 1, #outputs,
      my([c, target] = outputs[h]);
      if(N,
        left = ((matmuldiagonal(a, c) % N) * ab - target) % N;
        right = ((matmuldiagonal(b, c) % N) * bt) % N,
        left = matmuldiagonal(a, c) * ab - target;
        right = matmuldiagonal(b, c) * bt);
      if(left || right,
        if(left[, 1..#bt], return(0));
        if(!cogo_sums(left, right, classes, N), return(0)))));
  1;
}
