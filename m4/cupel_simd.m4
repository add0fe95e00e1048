dnl CUPEL_SIMD
dnl Which instructions the interpreter's files may use beyond the host's baseline. They change speed, never results.
AC_DEFUN([CUPEL_SIMD], [
AC_ARG_WITH([simd],
  [AS_HELP_STRING([--with-simd=LEVEL],
    [instructions that the interpreter uses: auto (default: built twice, the processor decides at run time), baseline (what every host of the kind has), v2 (SSSE3 and SSE4.1), v3 (AVX2), native (what this machine has), or compiler flags])],
  [], [with_simd=auto])
SIMD_CFLAGS=
SIMD_EXTENDED_CFLAGS=
AS_CASE([$with_simd],
  [auto|yes], [
    with_simd=auto
    AS_CASE([$host_cpu], [x86_64], [CUPEL_CC_FLAG([-march=x86-64-v2], [SIMD_EXTENDED_CFLAGS])])],
  [baseline|no], [with_simd=baseline],
  [v2|v3|v4], [SIMD_CFLAGS="-march=x86-64-$with_simd"],
  [native], [SIMD_CFLAGS=-march=native],
  [-*], [SIMD_CFLAGS=$with_simd],
  [AC_MSG_ERROR([--with-simd=$with_simd: expected auto, baseline, v2, v3, v4, native or compiler flags])])
AS_IF([test -n "$SIMD_CFLAGS"],
  [cupel_simd_flag=
   CUPEL_CC_FLAG([$SIMD_CFLAGS], [cupel_simd_flag])
   AS_IF([test -n "$cupel_simd_flag"], [],
     [AC_MSG_ERROR([--with-simd=$with_simd: $CC does not take $SIMD_CFLAGS])])])
AC_SUBST([SIMD_CFLAGS])
AC_SUBST([SIMD_EXTENDED_CFLAGS])
AM_CONDITIONAL([SIMD_EXTENDED], [test -n "$SIMD_EXTENDED_CFLAGS"])
])
