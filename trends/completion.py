"""Completion of the command line by bash, zsh and fish: scripts made from the parser itself."""

import argparse

from trends.commandline import verbs_of

SHELLS = ("bash", "zsh", "fish")
# By these a word is completed with the names of files and folders.
_BASH = """# Completion of trends by {shell}, made by: trends completion {shell}
{before}_trends() {{
    local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" verb="" study="" word words i
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${{COMP_WORDS[i]}}"
        case "$word" in
            -*) ;;
            *) if [ -z "$verb" ]; then verb="$word"
               elif [ -z "$study" ] && [ -d "$word/claims" ]; then study="$word"; fi ;;
        esac
    done
    case "$verb $prev" in
{values}
        *) words="" ;;
    esac
    if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); return; fi
    case "$verb" in
        "") words="{verbs}" ;;
{options}
    esac
    case "$verb $cur" in
        " "*|*" -"*) COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;
    esac
    case " {asking} " in
        *" $verb "*)
            if [ -n "$study" ]; then
                words=$(for word in "$study"/claims/*.toml; do word="${{word##*/}}"; echo "${{word%.toml}}"; done)
                COMPREPLY=($(compgen -W "$words" -- "$cur")); return
            fi ;;
    esac
    COMPREPLY=($(compgen -f -- "$cur"))
}}
complete -o filenames -F _trends trends
"""
_FISH = """# Completion of trends by fish, made by: trends completion fish
function __trends_claims
    for word in (commandline -opc)
        if test -d "$word/claims"
            for file in $word/claims/*.toml
                string replace -r '.*/(.*)\\.toml$' '$1' $file
            end
        end
    end
end
"""


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script by which a shell completes verbs, options, their values, files, and the claims of a study.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        With the verbs as its subparsers.
    shell : {"bash", "zsh", "fish"}
        The shell.
    """
    if shell == "fish":
        return _FISH + "\n".join(_fish_lines(parser)) + "\n"
    verbs = verbs_of(parser)
    values = [
        f'        {"|".join(f"{name!r}".replace(chr(39), chr(34)) for name in names)}) words="{" ".join(choices)}" ;;'
        for names, choices in _values(verbs)
    ]
    options = [f'        {name}) words="{" ".join(_options(verb))}" ;;' for name, verb in verbs.items()]
    return _BASH.format(
        shell=shell,
        # zsh runs completions of bash once it is told to.
        before="autoload -U +X compinit bashcompinit && compinit && bashcompinit\n" if shell == "zsh" else "",
        values="\n".join(values),
        options="\n".join(options),
        verbs=" ".join([*verbs, *_options(parser)]),
        asking=" ".join(_asking(verbs)),
    )


def _asking(verbs: dict[str, argparse.ArgumentParser]) -> list[str]:
    """The verbs that ask for claims of a study."""
    return [name for name, verb in verbs.items() if any(action.dest in ("claim", "claims") for action in verb._actions)]


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [name for action in parser._actions for name in action.option_strings if name.startswith("--")]


def _values(verbs: dict[str, argparse.ArgumentParser]) -> list[tuple[list[str], list[str]]]:
    """What stands before a word that is one of some, as verb and option, and what the word may be."""
    found = []
    for name, verb in verbs.items():
        for action in verb._actions:
            if action.choices is not None:
                places = action.option_strings or [name]
                found.append(([f"{name} {place}" for place in places], [str(choice) for choice in action.choices]))
    return found


def _fish_lines(parser: argparse.ArgumentParser) -> list[str]:
    verbs = verbs_of(parser)
    # `allow_abbrev` is not for a shell: it completes whole words.
    lines = [f"complete -c trends -n __fish_use_subcommand -l {name[2:]}" for name in _options(parser)]
    for name, verb in verbs.items():
        inside = f"-n '__fish_seen_subcommand_from {name}'"
        lines.append(f"complete -c trends -n __fish_use_subcommand -f -a {name} -d {_quoted(verb.description or '')}")
        for action in verb._actions:
            words = f" -x -a {_quoted(' '.join(map(str, action.choices)))}" if action.choices is not None else ""
            for option in action.option_strings:
                if option.startswith("--"):
                    takes = words or ("" if action.nargs == 0 else " -r")
                    lines.append(f"complete -c trends {inside} -l {option[2:]}{takes} -d {_quoted(action.help or '')}")
            if not action.option_strings and words:
                lines.append(f"complete -c trends {inside}{words}")
        if name in _asking(verbs):
            lines.append(f"complete -c trends {inside} -a '(__trends_claims)'")
    return lines


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
