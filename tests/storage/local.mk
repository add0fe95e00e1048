# Tests of storage/, one program per file there, and three for what concerns all of it.

if HAVE_CHECK
storage_tests = \
	tests/storage/test_backup \
	tests/storage/test_db \
	tests/storage/test_images \
	tests/storage/test_keys \
	tests/storage/test_module_list \
	tests/storage/test_module_ref \
	tests/storage/test_modules \
	tests/storage/test_removal \
	tests/storage/test_schema \
	tests/storage/test_storage_error \
	tests/storage/test_storage_kill \
	tests/storage/test_storage_oom \
	tests/storage/test_storage_threads \
	tests/storage/test_versions

check_PROGRAMS += $(storage_tests)
TESTS += $(storage_tests)
VALGRIND_TESTS += $(filter-out %_kill,$(storage_tests))
OOM_TESTS += tests/storage/test_storage_oom
TSAN_TESTS += tests/storage/test_storage_threads

check_LTLIBRARIES += libstoragefixture.la
libstoragefixture_la_SOURCES = tests/storage/storage_fixture.c tests/storage/storage_fixture.h
libstoragefixture_la_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)

storage_test_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS)
storage_test_libs = libstoragefixture.la libstorage.la $(SQLITE_LIBS) $(CHECK_LIBS)

tests_storage_test_backup_SOURCES = tests/storage/test_backup.c
tests_storage_test_backup_CFLAGS = $(storage_test_cflags)
tests_storage_test_backup_LDADD = $(storage_test_libs)
tests_storage_test_db_SOURCES = tests/storage/test_db.c
tests_storage_test_db_CFLAGS = $(storage_test_cflags)
tests_storage_test_db_LDADD = $(storage_test_libs)
tests_storage_test_images_SOURCES = tests/storage/test_images.c
tests_storage_test_images_CFLAGS = $(storage_test_cflags)
tests_storage_test_images_LDADD = $(storage_test_libs)
tests_storage_test_keys_SOURCES = tests/storage/test_keys.c
tests_storage_test_keys_CFLAGS = $(storage_test_cflags)
tests_storage_test_keys_LDADD = $(storage_test_libs)
tests_storage_test_module_list_SOURCES = tests/storage/test_module_list.c
tests_storage_test_module_list_CFLAGS = $(storage_test_cflags)
tests_storage_test_module_list_LDADD = $(storage_test_libs)
tests_storage_test_module_ref_SOURCES = tests/storage/test_module_ref.c
tests_storage_test_module_ref_CFLAGS = $(storage_test_cflags)
tests_storage_test_module_ref_LDADD = $(storage_test_libs)
tests_storage_test_modules_SOURCES = tests/storage/test_modules.c
tests_storage_test_modules_CFLAGS = $(storage_test_cflags)
tests_storage_test_modules_LDADD = $(storage_test_libs)
tests_storage_test_removal_SOURCES = tests/storage/test_removal.c
tests_storage_test_removal_CFLAGS = $(storage_test_cflags)
tests_storage_test_removal_LDADD = $(storage_test_libs)
tests_storage_test_schema_SOURCES = tests/storage/test_schema.c
tests_storage_test_schema_CFLAGS = $(storage_test_cflags)
tests_storage_test_schema_LDADD = $(storage_test_libs)
tests_storage_test_storage_error_SOURCES = tests/storage/test_storage_error.c
tests_storage_test_storage_error_CFLAGS = $(storage_test_cflags)
tests_storage_test_storage_error_LDADD = $(storage_test_libs)
tests_storage_test_storage_kill_SOURCES = tests/storage/test_storage_kill.c
tests_storage_test_storage_kill_CFLAGS = $(storage_test_cflags)
tests_storage_test_storage_kill_LDADD = $(storage_test_libs)
tests_storage_test_storage_oom_SOURCES = tests/storage/test_storage_oom.c
tests_storage_test_storage_oom_CFLAGS = $(storage_test_cflags)
tests_storage_test_storage_oom_LDADD = $(storage_test_libs)
tests_storage_test_storage_threads_SOURCES = tests/storage/test_storage_threads.c
tests_storage_test_storage_threads_CFLAGS = $(storage_test_cflags)
tests_storage_test_storage_threads_LDADD = $(storage_test_libs)
tests_storage_test_versions_SOURCES = tests/storage/test_versions.c
tests_storage_test_versions_CFLAGS = $(storage_test_cflags)
tests_storage_test_versions_LDADD = $(storage_test_libs)
endif
