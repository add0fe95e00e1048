# Completion of `cupel` for bash. Commands and options are asked of the program's own --help, so that
# they are those of the version that is installed.

_cupel_commands() {
    "$1" --help 2> /dev/null | sed -nE 's/^ +cupel ([a-z]+) .*/\1/p'
}

_cupel_options() {
    "$1" "$2" --help 2> /dev/null | sed -nE 's/^ +(--[a-z-]+).*/\1/p'
}

# Does the option want an argument? Its line of the help has an upper-case word for it.
_cupel_takes_argument() {
    "$1" "$2" --help 2> /dev/null | grep -qE -- "^ +$3 [A-Z]"
}

_cupel() {
    local program=$1 word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
    local previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$(_cupel_commands "$program") --help --version" -- "$word")
        return
    fi
    case $previous in
    --compilation-mode)
        mapfile -t COMPREPLY < <(compgen -W 'eager lazy-translation lazy' -- "$word")
        return
        ;;
    --output | -o | --ca-file | --client-certificate | --client-key)
        compopt -o filenames 2> /dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --*)
        if _cupel_takes_argument "$program" "$command" "$previous"; then
            return # a word that only the caller knows
        fi
        ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_cupel_options "$program" "$command")" -- "$word")
        return
    fi
    case $command in
    run | inspect | validate | dump | compile | push)
        compopt -o filenames 2> /dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    esac
}

complete -F _cupel cupel
