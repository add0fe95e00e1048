/* Products of matrices of doubles, floats and integers; an LU decomposition solves a system. */
#include "tests/programs/program.h"

#define MAX 64

static double a[MAX][MAX], b[MAX][MAX], c[MAX][MAX];
static float fa[MAX][MAX], fc[MAX][MAX];
static int64_t ia[MAX][MAX], ic[MAX][MAX];

static void fill(uint32_t size)
{
    uint64_t random = 987654321;
    for (uint32_t i = 0; i < size; i++) {
        for (uint32_t k = 0; k < size; k++) {
            a[i][k] = (double)(int64_t)(random_next(&random) >> 40) / 4096 - 2048;
            b[i][k] = (double)(int32_t)random_next(&random) / 65536;
            fa[i][k] = (float)a[i][k];
            ia[i][k] = (int64_t)random_next(&random);
        }
        a[i][i] += 10000;
    }
}

static void multiply(uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        for (uint32_t k = 0; k < size; k++) {
            double sum = 0;
            float fsum = 0;
            uint64_t isum = 0;
            for (uint32_t m = 0; m < size; m++) {
                sum += a[i][m] * b[m][k];
                fsum += fa[i][m] * fa[m][k];
                isum += (uint64_t)ia[i][m] * (uint64_t)ia[m][k];
            }
            c[i][k] = sum;
            fc[i][k] = fsum;
            ic[i][k] = (int64_t)isum;
        }
    }
}

/* Gaussian elimination of `a` with partial pivoting; the first column of `c` is the right side. */
static void solve(uint32_t size, double x[MAX])
{
    for (uint32_t i = 0; i < size; i++) {
        uint32_t pivot = i;
        for (uint32_t k = i + 1; k < size; k++) {
            if (__builtin_fabs(a[k][i]) > __builtin_fabs(a[pivot][i])) {
                pivot = k;
            }
        }
        for (uint32_t k = 0; k < size; k++) {
            double t = a[i][k];
            a[i][k] = a[pivot][k];
            a[pivot][k] = t;
        }
        double right = c[i][0];
        c[i][0] = c[pivot][0];
        c[pivot][0] = right;
        for (uint32_t k = i + 1; k < size; k++) {
            double factor = a[k][i] / a[i][i];
            for (uint32_t m = i; m < size; m++) {
                a[k][m] -= factor * a[i][m];
            }
            c[k][0] -= factor * c[i][0];
        }
    }
    for (uint32_t i = size; i-- > 0;) {
        x[i] = c[i][0];
        for (uint32_t k = i + 1; k < size; k++) {
            x[i] -= a[i][k] * x[k];
        }
        x[i] /= a[i][i];
    }
}

PROGRAM(matmul)
{
    static double x[MAX];
    uint32_t size = n < MAX ? n : MAX;
    fill(size);
    multiply(size);
    uint64_t digest = digest_bytes(DIGEST_INIT, c, sizeof c);
    digest = digest_bytes(digest, fc, sizeof fc);
    digest = digest_bytes(digest, ic, sizeof ic);
    solve(size, x);
    return digest_bytes(digest, x, sizeof x);
}
