dnl CUPEL_BUILD_MODES
dnl The special builds behind check-asan, check-oom, fuzz, coverage: options that add compiler flags.
AC_DEFUN([CUPEL_BUILD_MODES], [
CUPEL_MODE_CFLAGS=
AC_ARG_ENABLE([sanitizers],
  [AS_HELP_STRING([--enable-sanitizers=LIST], [build with -fsanitize=LIST, e.g. address,undefined or thread])],
  [], [enable_sanitizers=no])
AS_CASE([$enable_sanitizers], [yes], [enable_sanitizers=address,undefined])
AS_IF([test "$enable_sanitizers" != no],
  [CUPEL_MODE_CFLAGS="$CUPEL_MODE_CFLAGS -fsanitize=$enable_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer"])
AM_CONDITIONAL([SANITIZE_ADDRESS], [AS_CASE([,$enable_sanitizers,], [*,address,*], [true], [false])])
AM_CONDITIONAL([SANITIZE_THREAD], [AS_CASE([,$enable_sanitizers,], [*,thread,*], [true], [false])])
AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" != no])

AC_ARG_ENABLE([fault-injection],
  [AS_HELP_STRING([--enable-fault-injection], [let tests make the N-th allocation fail (make check-oom)])],
  [], [enable_fault_injection=no])
AS_IF([test "$enable_fault_injection" = yes],
  [AC_DEFINE([CUPEL_FAULT_INJECTION], [1], [Define to 1 to let tests make allocations fail.])])
AM_CONDITIONAL([FAULT_INJECTION], [test "$enable_fault_injection" = yes])

AC_ARG_ENABLE([fuzzers],
  [AS_HELP_STRING([--enable-fuzzers], [build the fuzz targets with libFuzzer (clang only)])],
  [], [enable_fuzzers=no])
AS_IF([test "$enable_fuzzers" = yes],
  [cupel_fuzz_flag=
   CUPEL_CC_FLAG([-fsanitize=fuzzer-no-link], [cupel_fuzz_flag])
   AS_IF([test -n "$cupel_fuzz_flag"], [],
     [AC_MSG_ERROR([--enable-fuzzers needs clang with libFuzzer (Debian packages: clang-19 libclang-rt-19-dev)])])
   CUPEL_MODE_CFLAGS="$CUPEL_MODE_CFLAGS$cupel_fuzz_flag"
   AC_DEFINE([CUPEL_FUZZING], [1], [Define to 1 in a build for the fuzzers.])])
AM_CONDITIONAL([FUZZERS], [test "$enable_fuzzers" = yes])

AC_ARG_ENABLE([coverage],
  [AS_HELP_STRING([--enable-coverage], [count executed lines (make coverage)])],
  [], [enable_coverage=no])
AS_IF([test "$enable_coverage" = yes],
  [CUPEL_MODE_CFLAGS="$CUPEL_MODE_CFLAGS --coverage"])

AC_ARG_ENABLE([werror],
  [AS_HELP_STRING([--enable-werror], [make compiler warnings errors])],
  [], [enable_werror=no])
CUPEL_WERROR=
AS_IF([test "$enable_werror" = yes], [CUPEL_WERROR=-Werror])
AC_SUBST([CUPEL_WERROR])
AC_SUBST([CUPEL_MODE_CFLAGS])

CUPEL_VISIBILITY=
CUPEL_CC_FLAG([-fvisibility=hidden], [CUPEL_VISIBILITY])
AC_SUBST([CUPEL_VISIBILITY])
])

dnl CUPEL_TEST_DATA(OPTION, VARIABLE, FILE, DEFAULT, WHAT)
dnl Where tests find data that is not part of the tree. Absent data is no error: its tests are skipped.
AC_DEFUN([CUPEL_TEST_DATA], [
AC_ARG_WITH([$1],
  [AS_HELP_STRING([--with-$1=DIR], [$5 (default: $4 beside the sources)])],
  [cupel_dir=$withval], [cupel_dir=auto])
AS_CASE([$cupel_dir],
  [auto|yes], [cupel_dir=$srcdir/$4; cupel_given=no],
  [no], [cupel_given=no],
  [cupel_given=yes])
AS_IF([test "$cupel_dir" != no && test -r "$cupel_dir/$3"],
  [$2=`cd "$cupel_dir" && pwd`
   $2[]_REPORT=$$2],
  [AS_IF([test $cupel_given = yes], [AC_MSG_ERROR([--with-$1=$cupel_dir: there is no $3 in it])])
   $2=
   $2[]_REPORT="not found (--with-$1=DIR); their tests are skipped"])
AC_SUBST([$2])
AC_DEFINE_UNQUOTED([$2], ["$$2"], [Folder of $5, or empty.])
AM_CONDITIONAL([HAVE_$2], [test -n "$$2"])
])
