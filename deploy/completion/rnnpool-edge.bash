# bash completion: the program itself knows what may follow, so that this never falls behind it.
_rnnpool_edge() {
  local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT}
  mapfile -t COMPREPLY < <(compgen -W "$(rnnpool-edge "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word")
  # Nothing known: a file, perhaps.
  if [ ${#COMPREPLY[@]} -eq 0 ]; then mapfile -t COMPREPLY < <(compgen -f -- "$word"); fi
}
complete -o filenames -F _rnnpool_edge rnnpool-edge
