# The `cupel` command: a client of libcupel.

bin_PROGRAMS += cupel

# What cupel-client (api/client/) has in common with it.
noinst_LTLIBRARIES += libcli.la
libcli_la_SOURCES = \
	engine/cli/cli.h \
	engine/cli/cli_clock.c \
	engine/cli/cli_commands.def \
	engine/cli/cli_options.c \
	engine/cli/cli_options.def \
	engine/cli/cli_report.c \
	engine/cli/cli_types.c \
	engine/cli/cli_values.c \
	engine/cli/cli_values.h

cupel_CPPFLAGS = $(AM_CPPFLAGS) -DCUPEL_LIBEXEC_DIR='"$(pkglibexecdir)"'
cupel_SOURCES = \
	engine/cli/cli_client.c \
	engine/cli/cli_json.c \
	engine/cli/cli_json.h \
	engine/cli/cli_load.c \
	engine/cli/cli_main.c \
	engine/cli/cli_sections.c \
	engine/cli/cmd_compile.c \
	engine/cli/cmd_dump.c \
	engine/cli/cmd_inspect.c \
	engine/cli/cmd_run.c \
	engine/cli/inspect_json.c \
	engine/cli/inspection.h
cupel_LDADD = libcli.la libcupel-static.la
