# The program behind `cupel push`, `call`, `ls` and `rm`; see ../../Makefile.am for the lists.

if HAVE_CLIENT
pkglibexec_PROGRAMS += cupel-client
endif

cupel_client_SOURCES = \
	api/client/client.h \
	api/client/client_answer.c \
	api/client/client_http.c \
	api/client/client_main.c \
	api/client/client_progress.c \
	api/client/client_values.c \
	api/client/cmd_call.c \
	api/client/cmd_modules.c
cupel_client_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
cupel_client_LDADD = libcli.la libcupel-static.la $(CURL_LIBS) $(JANSSON_LIBS)

EXTRA_DIST += api/client/README.md
