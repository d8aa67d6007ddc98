# Sourced by test scripts of commands. They call check for each, and end with 'summary'.
passed=0 failed=0

# check NAME COMMAND...: counts whether the command ends with 0, and shows the end of what it printed when it does not. It runs in a shell of its own.
check() {
  local name=$1 out
  shift
  if out=$("$@" 2>&1); then
    echo "passed $name"
    passed=$((passed + 1))
  else
    echo "FAILED $name"
    [ -z "$out" ] || sed 's/^/  /' <<<"$out" | tail -n 20
    failed=$((failed + 1))
  fi
}

# summary: the last line of a test script, and its exit code.
summary() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
