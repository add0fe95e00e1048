dnl CUPEL_DISPATCH
dnl
dnl Chooses how the interpreter goes from one op to the next:
dnl   tail    every handler ends in a tail call. Safe only where the compiler promises it: clang's
dnl           musttail, or gcc when a probe shows that it turns sibling calls into jumps with the
dnl           very CFLAGS given (it does at -O2, it does not at -O0 or under a sanitizer).
dnl   goto    one function, a table of label addresses.
dnl   switch  one function, one switch: portable, and easiest in a debugger.
dnl All three are always built from the same sources for the tests; this names the one that is used.
AC_DEFUN([CUPEL_DISPATCH], [
AC_ARG_WITH([dispatch],
  [AS_HELP_STRING([--with-dispatch=auto|tail|goto|switch], [how the interpreter dispatches (default: auto)])],
  [], [with_dispatch=auto])

cupel_save_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS -std=gnu11 -Werror"

AC_CACHE_CHECK([for musttail], [cupel_cv_musttail],
  [AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
typedef int fn(int, void *);
int hop(int n, void *next);
int hop(int n, void *next) { __attribute__((musttail)) return ((fn *)next)(n - 1, next); }
]])], [cupel_cv_musttail=yes], [cupel_cv_musttail=no])])

AC_CACHE_CHECK([for preserve_none], [cupel_cv_preserve_none],
  [AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
typedef __attribute__((preserve_none)) int fn(int, void *);
__attribute__((preserve_none)) int hop(int n, void *next);
__attribute__((preserve_none)) int hop(int n, void *next)
{
    __attribute__((musttail)) return ((fn *)next)(n - 1, next);
}
]])], [cupel_cv_preserve_none=yes], [cupel_cv_preserve_none=no])])

AC_CACHE_CHECK([for computed goto], [cupel_cv_computed_goto],
  [AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [[
static const void *const table[] = {&&here, &&there};
volatile int i = 1;
goto *table[i];
here: return 1;
there: return 0;
]])], [cupel_cv_computed_goto=yes], [cupel_cv_computed_goto=no])])

CFLAGS="$cupel_save_CFLAGS -std=gnu11"
AS_CASE([,$enable_sanitizers,], [,no,|,,|,yes,], [],
        [CFLAGS="$CFLAGS -fsanitize=$enable_sanitizers"])
AC_CACHE_CHECK([whether sibling calls become jumps], [cupel_cv_sibcalls],
  [AC_RUN_IFELSE([AC_LANG_SOURCE([[
/* Five million hops through a table: with a frame for each, the stack would not hold them. */
typedef long fn(long n, long a, long b, long c, long d, double e);
static fn even, odd;
static fn *volatile table[2] = {even, odd};
static long even(long n, long a, long b, long c, long d, double e)
{
    if (n == 0) {
        return a + b + c + d + (long)e;
    }
    return table[n & 1](n - 1, b, c, d, a, e);
}
static long odd(long n, long a, long b, long c, long d, double e)
{
    if (n == 0) {
        return a + b + c + d + (long)e;
    }
    return table[n & 1](n - 1, d, a, b, c, e);
}
int main(void) { return table[0](5000000, 1, 2, 3, 4, 5.0) == 15 ? 0 : 1; }
]])], [cupel_cv_sibcalls=yes], [cupel_cv_sibcalls=no], [cupel_cv_sibcalls=no])])
CFLAGS=$cupel_save_CFLAGS

cupel_tail=no
AS_IF([test "$cupel_cv_musttail" = yes || test "$cupel_cv_sibcalls" = yes], [cupel_tail=yes])
AS_IF([test "$cupel_cv_musttail" = yes],
  [AC_DEFINE([HAVE_MUSTTAIL], [1], [Define to 1 if the compiler has the musttail attribute.])])
AS_IF([test "$cupel_cv_preserve_none" = yes],
  [AC_DEFINE([HAVE_PRESERVE_NONE], [1], [Define to 1 if the compiler has the preserve_none calling convention.])])
AS_IF([test "$cupel_cv_computed_goto" = yes],
  [AC_DEFINE([HAVE_COMPUTED_GOTO], [1], [Define to 1 if labels have addresses.])])

AS_CASE([$with_dispatch],
  [auto|yes], [AS_IF([test $cupel_tail = yes], [DISPATCH=tail],
                     [test $cupel_cv_computed_goto = yes], [DISPATCH=goto],
                     [DISPATCH=switch])],
  [tail], [AS_IF([test $cupel_tail = yes], [],
             [AC_MSG_ERROR([--with-dispatch=tail: $CC with CFLAGS="$CFLAGS" makes no tail calls; use clang-19, or gcc at -O2])])
           DISPATCH=tail],
  [goto], [AS_IF([test $cupel_cv_computed_goto = yes], [],
             [AC_MSG_ERROR([--with-dispatch=goto: $CC has no computed goto])])
           DISPATCH=goto],
  [switch], [DISPATCH=switch],
  [AC_MSG_ERROR([--with-dispatch=$with_dispatch: expected auto, tail, goto or switch])])

AS_CASE([$DISPATCH:$cupel_cv_musttail:$cupel_cv_preserve_none],
  [tail:yes:yes], [cupel_dispatch_note=' (musttail, preserve_none)'],
  [tail:yes:no], [cupel_dispatch_note=' (musttail)'],
  [tail:no:*], [cupel_dispatch_note=' (sibling calls)'],
  [cupel_dispatch_note=])

AC_SUBST([DISPATCH])
AM_CONDITIONAL([CAN_TAIL], [test $cupel_tail = yes])
AM_CONDITIONAL([CAN_GOTO], [test $cupel_cv_computed_goto = yes])
AS_CASE([$DISPATCH],
  [tail], [AC_DEFINE([CUPEL_DISPATCH_DEFAULT_TAIL], [1], [Define to 1 if tail calls are the default dispatch.])],
  [goto], [AC_DEFINE([CUPEL_DISPATCH_DEFAULT_GOTO], [1], [Define to 1 if computed goto is the default dispatch.])],
  [switch], [AC_DEFINE([CUPEL_DISPATCH_DEFAULT_SWITCH], [1], [Define to 1 if a switch is the default dispatch.])])
AH_BOTTOM([
/* The libraries of the three dispatch builds say -DCUPEL_DISPATCH_x themselves; all else gets the default. */
#if !defined CUPEL_DISPATCH_TAIL && !defined CUPEL_DISPATCH_GOTO && !defined CUPEL_DISPATCH_SWITCH
#if defined CUPEL_DISPATCH_DEFAULT_TAIL
#define CUPEL_DISPATCH_TAIL 1
#elif defined CUPEL_DISPATCH_DEFAULT_GOTO
#define CUPEL_DISPATCH_GOTO 1
#else
#define CUPEL_DISPATCH_SWITCH 1
#endif
#endif])
])
