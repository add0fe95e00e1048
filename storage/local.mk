# The storage layer: SQLite behind storage/storage.h.

noinst_LTLIBRARIES += libstorage.la
libstorage_la_SOURCES = \
	storage/backup.c \
	storage/blobs.c \
	storage/blobs.h \
	storage/connection.c \
	storage/connection.h \
	storage/db.c \
	storage/db.h \
	storage/images.c \
	storage/images.h \
	storage/keys.c \
	storage/lookup.c \
	storage/lookup.h \
	storage/migrations.def \
	storage/module_list.c \
	storage/module_ref.c \
	storage/module_row.c \
	storage/module_row.h \
	storage/modules.c \
	storage/query.c \
	storage/query.h \
	storage/removal.c \
	storage/schema.c \
	storage/schema.h \
	storage/statements.def \
	storage/storage.h \
	storage/storage_error.c \
	storage/storage_error.h \
	storage/storage_errors.def \
	storage/versions.c \
	storage/versions.h
libstorage_la_LIBADD = $(SQLITE_LIBS)

EXTRA_DIST += storage/README.md
