/* One library of linear algebra in the program instead of two.
 *
 * NumPy and SciPy each bring their own OpenBLAS, 28 MB apiece: NumPy's counts with 64 bits and its names end in 64_, SciPy's counts
 * with 32. This library has NumPy's names and asks SciPy's copy: counts are narrowed (a count that does not fit ends the program
 * with a word, it would be a matrix of more than 16 GB), and the whole numbers that LAPACK hands back are widened again. Every
 * function that NumPy calls is here; tools/package/lighter.py compares the list before it puts this in the other's place.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int64_t wide;
typedef int count;
typedef size_t length; /* what Fortran is told of a letter, behind the other arguments */

static count narrow(wide given) {
    if (given != (count)given) {
        fputs("A matrix of more than two thousand million numbers is too large for this build.\n", stderr);
        abort();
    }
    return (count)given;
}

/* The places of `n` narrow numbers, widened where they lie: from the last to the first, since they overlap. */
static void widen(wide *numbers, wide n) {
    for (wide i = n; i-- > 0;) {
        count one;
        memcpy(&one, (const char *)numbers + i * sizeof one, sizeof one);
        numbers[i] = one;
    }
}

#define N(given) narrow(given)
#define OPEN(...) const count __VA_ARGS__; count told = 0

/* ---- BLAS, as C calls it: counts by value ---- */
#define REAL_BLAS(p, T) \
    extern void scipy_cblas_##p##axpy(count, T, const T *, count, T *, count); \
    void scipy_cblas_##p##axpy64_(wide n, T a, const T *x, wide dx, T *y, wide dy) { scipy_cblas_##p##axpy(N(n), a, x, N(dx), y, N(dy)); } \
    extern T scipy_cblas_##p##dot(count, const T *, count, const T *, count); \
    T scipy_cblas_##p##dot64_(wide n, const T *x, wide dx, const T *y, wide dy) { return scipy_cblas_##p##dot(N(n), x, N(dx), y, N(dy)); } \
    MATRIX_BLAS(p, T, T)
#define COMPLEX_BLAS(p, T) \
    extern void scipy_cblas_##p##axpy(count, const void *, const void *, count, void *, count); \
    void scipy_cblas_##p##axpy64_(wide n, const void *a, const void *x, wide dx, void *y, wide dy) { scipy_cblas_##p##axpy(N(n), a, x, N(dx), y, N(dy)); } \
    extern void scipy_cblas_##p##dotc_sub(count, const void *, count, const void *, count, void *); \
    void scipy_cblas_##p##dotc_sub64_(wide n, const void *x, wide dx, const void *y, wide dy, void *r) { scipy_cblas_##p##dotc_sub(N(n), x, N(dx), y, N(dy), r); } \
    extern void scipy_cblas_##p##dotu_sub(count, const void *, count, const void *, count, void *); \
    void scipy_cblas_##p##dotu_sub64_(wide n, const void *x, wide dx, const void *y, wide dy, void *r) { scipy_cblas_##p##dotu_sub(N(n), x, N(dx), y, N(dy), r); } \
    MATRIX_BLAS(p, const void *, void)
#define MATRIX_BLAS(p, S, T) \
    extern void scipy_cblas_##p##gemm(int, int, int, count, count, count, S, const T *, count, const T *, count, S, T *, count); \
    void scipy_cblas_##p##gemm64_(int o, int ta, int tb, wide m, wide n, wide k, S a, const T *A, wide la, const T *B, wide lb, S b, T *C, wide lc) { \
        scipy_cblas_##p##gemm(o, ta, tb, N(m), N(n), N(k), a, A, N(la), B, N(lb), b, C, N(lc)); } \
    extern void scipy_cblas_##p##gemv(int, int, count, count, S, const T *, count, const T *, count, S, T *, count); \
    void scipy_cblas_##p##gemv64_(int o, int t, wide m, wide n, S a, const T *A, wide la, const T *x, wide dx, S b, T *y, wide dy) { \
        scipy_cblas_##p##gemv(o, t, N(m), N(n), a, A, N(la), x, N(dx), b, y, N(dy)); } \
    extern void scipy_cblas_##p##syrk(int, int, int, count, count, S, const T *, count, S, T *, count); \
    void scipy_cblas_##p##syrk64_(int o, int u, int t, wide n, wide k, S a, const T *A, wide la, S b, T *C, wide lc) { \
        scipy_cblas_##p##syrk(o, u, t, N(n), N(k), a, A, N(la), b, C, N(lc)); }
REAL_BLAS(s, float)
REAL_BLAS(d, double)
COMPLEX_BLAS(c, float)
COMPLEX_BLAS(z, double)

/* ---- LAPACK, as Fortran calls it: everything by address ---- */
/* Copying is done here: NumPy hands a step backwards as a count near 2^64 / size, which comes out right only where addresses go round. */
#define COPY(p, T) \
    void scipy_##p##copy_64_(const wide *n, const T *x, const wide *dx, T *y, const wide *dy) { \
        const uint64_t many = (uint64_t)(*n > 0 ? *n : 0), sx = (uint64_t)*dx * sizeof(T), sy = (uint64_t)*dy * sizeof(T); \
        uint64_t from = (uint64_t)(uintptr_t)x + (*dx < 0 ? (1 - many) * sx : 0), to = (uint64_t)(uintptr_t)y + (*dy < 0 ? (1 - many) * sy : 0); \
        for (uint64_t i = 0; i < many; i++, from += sx, to += sy) memcpy((void *)(uintptr_t)to, (const void *)(uintptr_t)from, sizeof(T)); }
COPY(s, float)
COPY(d, double)
COPY(c, float _Complex)
COPY(z, double _Complex)

#define EVERY(p) \
    extern void scipy_##p##gesv_(const count *, const count *, void *, const count *, count *, void *, const count *, count *); \
    void scipy_##p##gesv_64_(const wide *n, const wide *k, void *a, const wide *la, wide *pivots, void *b, const wide *lb, wide *info) { \
        OPEN(n_ = N(*n), k_ = N(*k), la_ = N(*la), lb_ = N(*lb)); \
        scipy_##p##gesv_(&n_, &k_, a, &la_, (count *)pivots, b, &lb_, &told); widen(pivots, told < 0 ? 0 : *n); *info = told; } \
    extern void scipy_##p##getrf_(const count *, const count *, void *, const count *, count *, count *); \
    void scipy_##p##getrf_64_(const wide *m, const wide *n, void *a, const wide *la, wide *pivots, wide *info) { \
        OPEN(m_ = N(*m), n_ = N(*n), la_ = N(*la)); \
        scipy_##p##getrf_(&m_, &n_, a, &la_, (count *)pivots, &told); widen(pivots, told < 0 ? 0 : *m < *n ? *m : *n); *info = told; } \
    extern void scipy_##p##potrf_(const char *, const count *, void *, const count *, count *, length); \
    void scipy_##p##potrf_64_(const char *u, const wide *n, void *a, const wide *la, wide *info) { \
        OPEN(n_ = N(*n), la_ = N(*la)); scipy_##p##potrf_(u, &n_, a, &la_, &told, 1); *info = told; }
EVERY(s)
EVERY(d)
EVERY(c)
EVERY(z)

/* Where the size of the working space is asked, LAPACK answers in the first whole number of it: the last argument of `widen`. */
#define REAL(p) \
    extern void scipy_##p##gelsd_(const count *, const count *, const count *, void *, const count *, void *, const count *, void *, const void *, count *, void *, const count *, count *, count *); \
    void scipy_##p##gelsd_64_(const wide *m, const wide *n, const wide *k, void *a, const wide *la, void *b, const wide *lb, void *s, const void *rcond, wide *rank, void *work, const wide *lw, wide *whole, wide *info) { \
        OPEN(m_ = N(*m), n_ = N(*n), k_ = N(*k), la_ = N(*la), lb_ = N(*lb), lw_ = N(*lw)); count rank_ = 0; \
        scipy_##p##gelsd_(&m_, &n_, &k_, a, &la_, b, &lb_, s, rcond, &rank_, work, &lw_, (count *)whole, &told); widen(whole, 1); *rank = rank_; *info = told; } \
    extern void scipy_##p##gesdd_(const char *, const count *, const count *, void *, const count *, void *, void *, const count *, void *, const count *, void *, const count *, count *, count *, length); \
    void scipy_##p##gesdd_64_(const char *j, const wide *m, const wide *n, void *a, const wide *la, void *s, void *u, const wide *lu, void *v, const wide *lv, void *work, const wide *lw, wide *whole, wide *info) { \
        OPEN(m_ = N(*m), n_ = N(*n), la_ = N(*la), lu_ = N(*lu), lv_ = N(*lv), lw_ = N(*lw)); \
        scipy_##p##gesdd_(j, &m_, &n_, a, &la_, s, u, &lu_, v, &lv_, work, &lw_, (count *)whole, &told, 1); *info = told; } \
    extern void scipy_##p##geev_(const char *, const char *, const count *, void *, const count *, void *, void *, void *, const count *, void *, const count *, void *, const count *, count *, length, length); \
    void scipy_##p##geev_64_(const char *jl, const char *jr, const wide *n, void *a, const wide *la, void *re, void *im, void *vl, const wide *ll, void *vr, const wide *lr, void *work, const wide *lw, wide *info) { \
        OPEN(n_ = N(*n), la_ = N(*la), ll_ = N(*ll), lr_ = N(*lr), lw_ = N(*lw)); \
        scipy_##p##geev_(jl, jr, &n_, a, &la_, re, im, vl, &ll_, vr, &lr_, work, &lw_, &told, 1, 1); *info = told; } \
    extern void scipy_##p##syevd_(const char *, const char *, const count *, void *, const count *, void *, void *, const count *, count *, const count *, count *, length, length); \
    void scipy_##p##syevd_64_(const char *j, const char *u, const wide *n, void *a, const wide *la, void *w, void *work, const wide *lw, wide *whole, const wide *lh, wide *info) { \
        OPEN(n_ = N(*n), la_ = N(*la), lw_ = N(*lw), lh_ = N(*lh)); \
        scipy_##p##syevd_(j, u, &n_, a, &la_, w, work, &lw_, (count *)whole, &lh_, &told, 1, 1); widen(whole, 1); *info = told; }
REAL(s)
REAL(d)

#define COMPLEX(p) \
    extern void scipy_##p##gelsd_(const count *, const count *, const count *, void *, const count *, void *, const count *, void *, const void *, count *, void *, const count *, void *, count *, count *); \
    void scipy_##p##gelsd_64_(const wide *m, const wide *n, const wide *k, void *a, const wide *la, void *b, const wide *lb, void *s, const void *rcond, wide *rank, void *work, const wide *lw, void *real, wide *whole, wide *info) { \
        OPEN(m_ = N(*m), n_ = N(*n), k_ = N(*k), la_ = N(*la), lb_ = N(*lb), lw_ = N(*lw)); count rank_ = 0; \
        scipy_##p##gelsd_(&m_, &n_, &k_, a, &la_, b, &lb_, s, rcond, &rank_, work, &lw_, real, (count *)whole, &told); widen(whole, 1); *rank = rank_; *info = told; } \
    extern void scipy_##p##gesdd_(const char *, const count *, const count *, void *, const count *, void *, void *, const count *, void *, const count *, void *, const count *, void *, count *, count *, length); \
    void scipy_##p##gesdd_64_(const char *j, const wide *m, const wide *n, void *a, const wide *la, void *s, void *u, const wide *lu, void *v, const wide *lv, void *work, const wide *lw, void *real, wide *whole, wide *info) { \
        OPEN(m_ = N(*m), n_ = N(*n), la_ = N(*la), lu_ = N(*lu), lv_ = N(*lv), lw_ = N(*lw)); \
        scipy_##p##gesdd_(j, &m_, &n_, a, &la_, s, u, &lu_, v, &lv_, work, &lw_, real, (count *)whole, &told, 1); *info = told; } \
    extern void scipy_##p##geev_(const char *, const char *, const count *, void *, const count *, void *, void *, const count *, void *, const count *, void *, const count *, void *, count *, length, length); \
    void scipy_##p##geev_64_(const char *jl, const char *jr, const wide *n, void *a, const wide *la, void *w, void *vl, const wide *ll, void *vr, const wide *lr, void *work, const wide *lw, void *real, wide *info) { \
        OPEN(n_ = N(*n), la_ = N(*la), ll_ = N(*ll), lr_ = N(*lr), lw_ = N(*lw)); \
        scipy_##p##geev_(jl, jr, &n_, a, &la_, w, vl, &ll_, vr, &lr_, work, &lw_, real, &told, 1, 1); *info = told; } \
    extern void scipy_##p##heevd_(const char *, const char *, const count *, void *, const count *, void *, void *, const count *, void *, const count *, count *, const count *, count *, length, length); \
    void scipy_##p##heevd_64_(const char *j, const char *u, const wide *n, void *a, const wide *la, void *w, void *work, const wide *lw, void *real, const wide *lr, wide *whole, const wide *lh, wide *info) { \
        OPEN(n_ = N(*n), la_ = N(*la), lw_ = N(*lw), lr_ = N(*lr), lh_ = N(*lh)); \
        scipy_##p##heevd_(j, u, &n_, a, &la_, w, work, &lw_, real, &lr_, (count *)whole, &lh_, &told, 1, 1); widen(whole, 1); *info = told; }
COMPLEX(c)
COMPLEX(z)

/* Orthogonal factors are asked in double precision only. */
#define FACTORS(p, Q) \
    extern void scipy_##p##geqrf_(const count *, const count *, void *, const count *, void *, void *, const count *, count *); \
    void scipy_##p##geqrf_64_(const wide *m, const wide *n, void *a, const wide *la, void *tau, void *work, const wide *lw, wide *info) { \
        OPEN(m_ = N(*m), n_ = N(*n), la_ = N(*la), lw_ = N(*lw)); scipy_##p##geqrf_(&m_, &n_, a, &la_, tau, work, &lw_, &told); *info = told; } \
    extern void scipy_##Q##_(const count *, const count *, const count *, void *, const count *, const void *, void *, const count *, count *); \
    void scipy_##Q##_64_(const wide *m, const wide *n, const wide *k, void *a, const wide *la, const void *tau, void *work, const wide *lw, wide *info) { \
        OPEN(m_ = N(*m), n_ = N(*n), k_ = N(*k), la_ = N(*la), lw_ = N(*lw)); scipy_##Q##_(&m_, &n_, &k_, a, &la_, tau, work, &lw_, &told); *info = told; }
FACTORS(d, dorgqr)
FACTORS(z, zungqr)
