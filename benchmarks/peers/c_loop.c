/* A plain loop over blocks of one shape; entries are monomials (numerator, exponent of zeta_n).
 *
 * Few nodes: every product of monomials adds one reduced coefficient vector of zeta^e, e < 3n.
 * Many nodes: count exponents first, then reduce. Sums are exact in 32 bits (the caller bounds them).
 */
#include <stdint.h>
#include <string.h>

enum { MAX_PHI = 64, MAX_CLASSES = 512, MAX_COUNTS = 256 };

typedef struct {
    int32_t n, phi, blocks, rows_a, rows_b, rows_c, nodes, classes, outputs, scale;
    int32_t multiplier, d, plain;
    const int32_t *reduced;                 /* [3n][phi] */
    const int32_t *class_a, *class_b;       /* [rows_a][rows_a], [rows_b][rows_b] */
    const int32_t *output, *target;         /* [outputs] row of c; position in rows_a x rows_b */
    const int16_t *exponent_a, *exponent_b, *exponent_c;      /* [blocks][rows][nodes] */
    const int16_t *numerator_a, *numerator_b, *numerator_c;
} Stack;

#define INLINE static inline __attribute__((always_inline))

INLINE void add_products(int32_t *sum, const int32_t *reduced, int phi, int n, int nodes, int plain,
                         const int16_t *x, const int16_t *y, const int16_t *z,
                         const int16_t *u, const int16_t *v, const int16_t *w, int twice) {
    if (nodes <= n) {
        for (int j = 0; j < nodes; j++) {
            const int32_t *power = reduced + (x[j] + y[j] + z[j]) * phi;
            const int32_t weight = (plain ? 1 : u[j] * v[j] * w[j]) << twice;
            for (int i = 0; i < phi; i++) sum[i] += weight * power[i];
        }
        return;
    }
    int32_t counts[4][MAX_COUNTS];
    memset(counts, 0, sizeof counts);
    int j = 0;
    if (plain)
        for (; j + 4 <= nodes; j += 4)
            for (int i = 0; i < 4; i++) counts[i][x[j + i] + y[j + i] + z[j + i]]++;
    for (; j < nodes; j++) counts[0][x[j] + y[j] + z[j]] += plain ? 1 : u[j] * v[j] * w[j];
    for (int e = 0; e < n; e++) {
        int32_t total = 0;
        for (int i = 0; i < 4; i++)
            total += counts[i][e] + counts[i][e + n] + counts[i][e + 2 * n];
        for (int i = 0; i < phi; i++) sum[i] += (total << twice) * reduced[e * phi + i];
    }
}

INLINE int block_vanishes(const Stack *s, int block, int outputs, int phi, int n, int nodes,
                          int rows_a, int rows_b, int classes, int plain) {
    const int16_t *ea = s->exponent_a + (int64_t)block * rows_a * nodes;
    const int16_t *eb = s->exponent_b + (int64_t)block * rows_b * nodes;
    const int16_t *ua = s->numerator_a + (int64_t)block * rows_a * nodes;
    const int16_t *ub = s->numerator_b + (int64_t)block * rows_b * nodes;
    int32_t bad = 0;
    for (int h = 0; h < outputs; h++) {
        const int64_t at = ((int64_t)block * s->rows_c + s->output[h]) * nodes;
        const int16_t *ec = s->exponent_c + at, *uc = s->numerator_c + at;
        for (int x = 0; x < rows_a; x++)
            for (int y = 0; y < rows_b; y++) {
                int32_t sum[MAX_PHI];
                for (int i = 0; i < phi; i++) sum[i] = 0;
                if (x * rows_b + y == s->target[h]) sum[0] = -s->scale;
                add_products(sum, s->reduced, phi, n, nodes, plain, ea + x * nodes, eb + y * nodes,
                             ec, ua + x * nodes, ub + y * nodes, uc, 0);
                for (int i = 0; i < phi; i++) bad |= sum[i];
            }
        if (bad) return 0;
        int32_t sums[MAX_CLASSES * MAX_PHI];
        memset(sums, 0, sizeof(int32_t) * classes * phi);
        for (int x = 0; x < rows_a; x++)
            for (int y = 0; y <= x; y++)
                add_products(sums + s->class_a[x * rows_a + y] * phi, s->reduced, phi, n, nodes,
                             plain, ea + x * nodes, ea + y * nodes, ec, ua + x * nodes,
                             ua + y * nodes, uc, x != y);
        for (int x = 0; x < rows_b; x++)
            for (int y = 0; y <= x; y++)
                add_products(sums + s->class_b[x * rows_b + y] * phi, s->reduced, phi, n, nodes,
                             plain, eb + x * nodes, eb + y * nodes, ec, ub + x * nodes,
                             ub + y * nodes, uc, x != y);
        for (int i = 0; i < classes * phi; i++) bad |= sums[i];
        if (bad) return 0;
    }
    return 1;
}

/* Does zeta -> zeta^t, k -> t k map every node of the block to itself? Row k - 1 is frequency k. */
static int rows_equivariant(const int16_t *e, const int16_t *u, int t, int d, int n, int nodes) {
    for (int k = 1; k < d; k++) {
        const int image = t * k % d;
        const int16_t *from = e + (k - 1) * nodes, *to = e + (image - 1) * nodes;
        if (memcmp(u + (k - 1) * nodes, u + (image - 1) * nodes, 2 * nodes)) return 0;
        int bad = 0;
        for (int j = 0; j < nodes; j++) bad |= to[j] ^ (from[j] * t % n);
        if (bad) return 0;
    }
    return 1;
}

int vanishes(const Stack *s) {
    int outputs = s->outputs;
    if (s->multiplier && s->blocks == 1 &&
        rows_equivariant(s->exponent_a, s->numerator_a, s->multiplier, s->d, s->n, s->nodes) &&
        rows_equivariant(s->exponent_b, s->numerator_b, s->multiplier, s->d, s->n, s->nodes) &&
        rows_equivariant(s->exponent_c, s->numerator_c, s->multiplier, s->d, s->n, s->nodes))
        outputs = 1;
    const int order6 = s->rows_a == 2 && s->rows_b == 2 && s->nodes == 6 && s->phi == 4 &&
                       s->n == 12 && s->classes == 5 && outputs == 1 && s->plain;
    for (int block = 0; block < s->blocks; block++)
        if (!(order6 ? block_vanishes(s, block, 1, 4, 12, 6, 2, 2, 5, 1)
                     : block_vanishes(s, block, outputs, s->phi, s->n, s->nodes, s->rows_a,
                                      s->rows_b, s->classes, s->plain)))
            return 0;
    return 1;
}
