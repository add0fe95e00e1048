#!/usr/bin/env bash
# The completion for bash offers exactly what the tables of the command have.
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}" "${builddir:=.}"
[ -x "$builddir/cupel" ] || { echo "there is no $builddir/cupel" >&2; exit 1; }
if [ -z "${BASH_VERSION:-}" ]; then
    command -v bash > /dev/null || { echo 'skipped: bash is missing'; exit 77; }
    exec bash "$0"
fi
cupel=$(cd "$builddir" && pwd)/cupel
srcdir=$(cd "$srcdir" && pwd)
# shellcheck source=deploy/completion/cupel.bash
. "$srcdir/deploy/completion/cupel.bash"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" && touch one.wasm two.wasm || exit 1
count=0
failures=0

# offers EXPECTED WORD...: what completing the last word gives, sorted, one space between.
offers() {
    local expected=$1 given
    shift
    COMP_WORDS=("$cupel" "$@")
    COMP_CWORD=$#
    _cupel "$cupel"
    given=$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | tr '\n' ' ')
    count=$((count + 1))
    if [ "${given% }" != "$expected" ]; then
        failures=$((failures + 1))
        echo "cupel $*: offers '${given% }', expected '$expected'"
    fi
}

sorted() { LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//'; }

commands=$(sed -nE 's/^(REMOTE_)?COMMAND\([A-Z]+, ([a-z]+),.*/\2/p' "$srcdir/engine/cli/cli_commands.def")
remote=$(sed -nE 's/^REMOTE_COMMAND\([A-Z]+, ([a-z]+),.*/\1/p' "$srcdir/engine/cli/cli_commands.def")
[ "$(echo "$commands" | wc -l)" -ge 9 ] || { echo 'the table of commands cannot be read'; exit 1; }
offers "$(printf '%s\n' $commands --help --version | sorted)" ''
offers 'call compile' c
offers '' nonsense
for command in $commands; do
    upper=$(echo "$command" | tr '[:lower:]' '[:upper:]')
    own="IN\\($upper\\)"
    case " $(echo $remote) " in
    *" $command "*) own="$own|REMOTE" ;;
    esac
    options=$(tr '\n' ' ' < "$srcdir/engine/cli/cli_options.def" | sed 's/OPTION(/\n&/g' | grep -vF '"ARGUMENT"' |
        grep -E -- "$own" | sed -E 's/^OPTION\([a-z_]+, "([a-z-]+)".*/--\1/')
    offers "$(echo "$options" | sorted)" "$command" --
done
offers '--fuel' call --fu
offers 'one.wasm two.wasm' push ''
offers 'one.wasm' run --fuel 10 o
offers '' call --fuel ''
offers '' call ''
offers 'lazy lazy-translation' run --compilation-mode l
offers 'two.wasm' compile -o t
echo "$((count - failures)) passed, $failures failed"
[ $failures -eq 0 ]
