dnl CUPEL_PROG_CC
dnl Records the compiler's version and refuses a compiler that cannot build the project.
AC_DEFUN([CUPEL_PROG_CC], [
cupel_cc_version=`$CC --version 2>/dev/null | sed -n 1p`
AC_SUBST([CUPEL_CC_VERSION], [$cupel_cc_version])
AC_MSG_CHECKING([whether $CC takes GNU C11])
cupel_save_CFLAGS=$CFLAGS
CFLAGS="-std=gnu11 $CFLAGS"
AC_COMPILE_IFELSE(
  [AC_LANG_PROGRAM([[
_Static_assert(sizeof(void *) >= 4, "");
static const int value __attribute__((unused)) = 3;
]], [[return _Generic(value, int: 0, default: 1) + (__builtin_expect(value, 3) - 3);]])],
  [AC_MSG_RESULT([yes])],
  [AC_MSG_RESULT([no])
   AC_MSG_ERROR([a compiler for GNU C11 is needed (Debian packages: clang-19 or gcc)])])
CFLAGS=$cupel_save_CFLAGS
])

dnl CUPEL_CC_FLAG(FLAG, VARIABLE)
dnl Appends FLAG to VARIABLE when the compiler takes it.
AC_DEFUN([CUPEL_CC_FLAG], [
AC_MSG_CHECKING([whether $CC takes $1])
cupel_save_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS -Werror $1"
AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
  [AC_MSG_RESULT([yes])
   AS_VAR_APPEND([$2], [" $1"])],
  [AC_MSG_RESULT([no])])
CFLAGS=$cupel_save_CFLAGS
])

dnl CUPEL_REQUIRE(PREFIX, MODULE, DEBIAN-PACKAGE)
dnl A library without which nothing can be built.
AC_DEFUN([CUPEL_REQUIRE], [
PKG_CHECK_MODULES([$1], [$2], [],
  [AC_MSG_ERROR([$2 is missing: apt-get install $3 (or run: sh $srcdir/deploy/deps.sh)])])
])
