#!/bin/sh
# Fails on an include that points the wrong way: each folder may use only what DESIGN allows it.
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"

# FOLDER  what it may include besides itself (a prefix; the first matching row of a file counts)
rules='
engine/cupel.h
engine/base       engine/cupel.h
engine/isa        engine/cupel.h engine/base/
engine/module     engine/cupel.h engine/base/ engine/isa/
engine/validate   engine/cupel.h engine/base/ engine/isa/ engine/module/
engine/translate  engine/cupel.h engine/base/ engine/isa/ engine/module/ engine/validate/
engine/runtime    engine/cupel.h engine/build_id.h engine/base/ engine/isa/ engine/module/ engine/validate/ engine/translate/
engine/exec       engine/cupel.h engine/base/ engine/isa/ engine/module/ engine/validate/ engine/translate/ engine/runtime/interp.h
engine/serial     engine/cupel.h engine/base/ engine/isa/ engine/module/ engine/validate/ engine/translate/ engine/runtime/ engine/exec/
engine/native     engine/cupel.h engine/base/ engine/isa/ engine/translate/ engine/runtime/ engine/exec/ engine/native/
engine/capi       engine/cupel.h engine/base/alloc.h
engine/cli        engine/cupel.h
storage
api/client        engine/cupel.h engine/cli/cli.h engine/cli/cli_commands.def engine/cli/cli_values.h
api               engine/cupel.h storage/storage.h
daemon            engine/cupel.h storage/storage.h api/
'

# Headers from outside that only some folders may see: PATTERN folders
outside='
microhttpd        daemon
systemd/          daemon
gnutls/           daemon
seccomp           daemon
ini.h             daemon
sqlite3           storage
jansson           api daemon
syslog            daemon
curl/             api/client
'

allowed_by_rules() { # file include
    printf '%s\n' "$rules" | while read -r folder targets; do
        [ -n "$folder" ] || continue
        case $1 in
        "$folder" | "$folder"/*) ;;
        *) continue ;;
        esac
        for target in "$folder" $targets; do
            case $2 in
            "$target" | "${target%/}"/*) echo yes ;;
            esac
        done
        echo end
        break
    done | head -n 1
}

allowed_outside() { # file include
    printf '%s\n' "$outside" | while read -r pattern folders; do
        [ -n "$pattern" ] || continue
        case $2 in
        *"$pattern"*) ;;
        *) continue ;;
        esac
        for folder in $folders; do
            case $1 in
            "$folder"/*) echo yes ;;
            esac
        done
        echo end
        break
    done | head -n 1
}

list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT
(
    cd "$srcdir" || exit 1
    find engine storage api daemon -type f \( -name '*.[ch]' -o -name '*.inc' -o -name '*.def' \) \
        -exec grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]+["<]' {} +
) | sed -E 's/^([^:]*):([0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]+(["<])([^">]+).*/\1 \2 \3 \4/' > "$list"

while read -r file line mark include; do
    case $mark:$include in
    '<:'*)
        [ "$(allowed_outside "$file" "$include")" != end ] ||
            complain "$file:$line: <$include> has no business in $(dirname "$file")/"
        ;;
    '":config.h')
        case $file in
        *.c) ;;
        *) complain "$file:$line: config.h belongs into .c files only" ;;
        esac
        ;;
    '":'engine/* | '":'storage/* | '":'api/* | '":'daemon/* | '":'tests/*)
        [ "$(allowed_by_rules "$file" "$include")" = yes ] ||
            complain "$file:$line: may not include $include"
        ;;
    *)
        complain "$file:$line: write \"$include\" from the root of the project"
        ;;
    esac
done < "$list"

# File names are unique, so that a name in a message or a debugger says which file.
for name in $(tree_files c h inc def | sed 's,.*/,,' | LC_ALL=C sort | uniq -d); do
    complain "several files are called $name: $(tree_files c h inc def | grep "/$name\$" | tr '\n' ' ')"
done

finish check-layers
