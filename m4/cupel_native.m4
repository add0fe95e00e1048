dnl CUPEL_NATIVE
dnl Machine code made of the interpreter's handlers (engine/native/): on x86-64 Linux, with a compiler that has preserve_none, musttail and conditional tail calls.
AC_DEFUN([CUPEL_NATIVE], [
AC_REQUIRE([CUPEL_DISPATCH])
AC_ARG_ENABLE([native],
  [AS_HELP_STRING([--enable-native=auto|yes|no], [turn functions into machine code (default: auto, where it can be had)])],
  [], [enable_native=auto])
cupel_native_missing=
AS_CASE([$host], [x86_64-*-linux*], [], [cupel_native_missing="there is none for $host"])
AS_IF([test "$cross_compiling" = yes], [cupel_native_missing="not when cross-compiling"])
AS_IF([test "$DISPATCH" != tail || test "$cupel_cv_preserve_none" != yes || test "$cupel_cv_musttail" != yes],
  [cupel_native_missing="$CC has no preserve_none and musttail, or the dispatch is not tail; use clang-19"])
AS_CASE([$enable_native],
  [no], [have_native=no],
  [yes|auto], [AS_IF([test -z "$cupel_native_missing"], [have_native=yes],
    [test $enable_native = yes], [AC_MSG_ERROR([--enable-native: $cupel_native_missing])],
    [have_native="no ($cupel_native_missing)"])],
  [AC_MSG_ERROR([--enable-native=$enable_native: expected auto, yes or no])])
AM_CONDITIONAL([NATIVE], [test "$have_native" = yes])
])
