# Sourced by test scripts. They call check for every test and end with 'summary'.
passed=0 failed=0

# check NAME COMMAND...: runs the command in a subshell, counts success or failure, and shows the end of its output after a failure.
check() {
  local name=$1 out
  shift
  if out=$("$@" 2>&1); then
    echo "passed $name"
    passed=$((passed + 1))
  else
    echo "FAILED $name"
    [ -z "$out" ] || sed 's/^/  /' <<<"$out" | tail -n "${SHOWN:-20}"
    failed=$((failed + 1))
  fi
}

# summary: the last line of a test script, and its exit code.
summary() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
