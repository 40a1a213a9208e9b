\\ A second opinion on a certificate of an exact optimizer, in PARI/GP:  CERTIFICATE=FILE gp -q -f --default parisizemax=2G certificate.gp
\\ It computes all outputs f(x, y)[g] of the network over Q(unity), for all values of the parameters p_i (u_i is p_i, v_i is
\\ 1/p_i), and compares them with the task: no function tensor, no theorem about it, and no code in common with checker.py.
MOST = 5 * 10^7; \\ of d^3 q phi(n), which is about the number of products of rational numbers

\\ JSON: an object is a Map, a list a vector, a number that is no integer a string.
now() = if(at > #text, error("the text ends early"), text[at]);
byte() = { while(setsearch([9, 10, 13, 32], now()), at++); text[at] };
pass(c) = { my(here = byte() == c); at += here; here };
need(c) = if(!pass(c), error("no ", strchr(c), " at byte ", at));
string() = { my(from = at); need(34); while(now() != 34, at += 1 + (text[at] == 92)); at++; strchr(text[from + 1 .. at - 2]) };
word() = { my(from = at, digits, minus); while(at <= #text && !setsearch([9, 10, 13, 32, 44, 93, 125], text[at]), at++);
  digits = apply(c -> c - 48, Vec(text[from .. at - 1])); minus = #digits > 1 && digits[1] == 45 - 48;
  digits = digits[1 + minus .. #digits]; if(!#digits || vecmin(digits) < 0 || vecmax(digits) > 9, return("no integer"));
  (-1)^minus * fromdigits(digits) };
array() = { my(all = List()); need(91); if(!pass(93), until(!pass(44), listput(all, value())); need(93)); Vec(all) };
object() = { my(all = Map(), key); need(123); if(pass(125), return(all)); until(!pass(44), byte(); key = string(); need(58);
  if(mapisdefined(all, key), error("key twice: ", key)); mapput(all, key, value())); need(125); all };
value() = { my(c = byte()); if(c == 91, array(), c == 123, object(), c == 34, string(), word()) };
integer(x, low) = { if(type(x) != "t_INT" || x < low, error("no integer of at least ", low, ": ", x)); x };
distinct(keys) = if(#Set(keys) < #keys, error("listed twice, one of ", keys), keys);

\\ Values: polynomials in u_i, v_i over Q(unity), unity = exp(2 pi i/n); conjugation (s = -1) exchanges u_i and v_i.
root(x) = unity^lift(Mod(numerator(x) * (n / denominator(x)), n)); \\ exp(2 pi i x)
power(i, e) = if(e < 0, v[i]^(-e), u[i]^e);
term(t, s) = { integer(t[2], 1); my(x = integer(t[1], -oo) / t[2] * root(s * integer(t[3], 0) / field));
  if(#t > 3, foreach(Mat(t[4])~, m, x *= power(mapget(number, m[1]), s * integer(m[2], -oo)))); x };
zero(f) = { for(i = 1, #u, if(f == 0, return(1)); my(m = poldegree(f, v[i])); \\ at v_i = 1/u_i, times u_i^m
  f = sum(e = 0, m, polcoef(f, e, v[i]) * u[i]^(m - e))); f == 0 };
angle(k, x) = sum(i = 1, #group, integer(k[i], 0) * x[i] / group[i]);
weights(p, s) = { my(w = matrix(d, q)); \\ w[x, j] = sum_k entry_k chi_k(x); chi_k is conjugated in the output layer
  for(j = 1, q, my(row = mapget(nodes[j], p)); distinct(apply(e -> e[1], row)); foreach(row, e,
    if(#e[1] != #group, error("no frequency: ", e[1])); distinct(apply(t -> t[3 .. #t], e[2]));
    my(c = vecsum(apply(t -> term(t, s), e[2]))); for(x = 1, d, w[x, j] += c * root(if(p == "c", -s, s) * angle(e[1], all[x]))))); w };
layer(p) = { my(w = weights(p, 1), gap = w - weights(p, -1)); for(x = 1, d, for(j = 1, q,
  if(!zero(gap[x, j]), refute(Str("weight ", p, " of node ", j - 1, " is not real at ", all[x]))))); w };
refute(why) = { print("refuted: ", why); quit(1) };

main() = {
  text = Vecsmall(strjoin(readstr(getenv("CERTIFICATE")), "\n")); at = 1; my(file = value(), target, A, B, C, SA, SB, R, gap);
  while(at <= #text, if(!setsearch([9, 10, 13, 32], text[at]), error("text after the end")); at++);
  if(mapget(file, "format") != "cogo-certificate" || mapget(file, "version") != 1, error("no certificate of version 1"));
  group = mapget(file, "group"); field = integer(mapget(file, "field"), 1); nodes = mapget(file, "nodes"); q = #nodes;
  d = vecprod(apply(m -> integer(m, 1), group));
  target = mapget(file, "target"); if(target != "onehot" && target != "projected", error("no target: ", target));
  n = lcm(concat(group, field)); if(!#group || d^3 * q * eulerphi(n) > MOST, print("not attempted: d^3 q phi(n) is more than ", MOST); quit(2));
  unity = Mod('z, polcyclo(n, 'z)); number = Map(); my(names = distinct(mapget(file, "parameters")));
  for(i = 1, #names, mapput(number, names[i], i)); u = vector(#names, i, varhigher(Str("u", i))); v = vector(#names, i, varhigher(Str("v", i)));
  all = vector(d, x, my(r = x - 1, e = vector(#group)); forstep(i = #group, 1, -1, e[i] = r % group[i]; r \= group[i]); e);
  A = layer("a"); B = layer("b"); C = layer("c"); SA = C * apply(sqr, A)~; SB = C * apply(sqr, B)~;
  for(x = 1, d, R = matrix(d, q, g, j, C[g, j] * A[x, j]) * B~; for(y = 1, d, for(g = 1, d, \\ below: 2 d (f(x, y)[g] - [g = x + y])
    gap = SA[g, x] + 2 * R[g, y] + SB[g, y] - 2 * d * (all[g] == vector(#group, i, (all[x][i] + all[y][i]) % group[i]));
    if(g == 1, first = gap); if(!zero(if(target == "onehot", gap, gap - first)), refute(Str("output ", all[g], " at ", all[x], ", ", all[y]))))));
  if(mapisdefined(file, "operation"), isotopic(mapget(file, "operation")));
  print("accepted: all ", d^3, " outputs are ", if(target == "onehot", "those of", "up to one number for each pair those of"), " the task, for all values of the ", #names, " parameters"); quit(0) };
isotopic(o) = { my([p, s, r, table] = apply(key -> mapget(o, key), ["p", "s", "r", "table"]));
  foreach([p, s, r], w, if(Set(w) != [0 .. d - 1], error("no permutation"))); for(x = 1, d, for(y = 1, d,
    if(all[r[table[x][y] + 1] + 1] != vector(#group, i, (all[p[x] + 1][i] + all[s[y] + 1][i]) % group[i]), refute(Str("the operation at ", [x - 1, y - 1]))))) };
iferr(main(), E, print("not checked: ", E); quit(2));
