#!/usr/bin/env bash
# Checks the tree itself: vocabulary, lengths of lines, files and classes, formatting, and the figures of the README. Ends with 'N passed, N failed'.
# Usage: tools/checks.sh [--list]   (--list prints every finding, also those of a check that passes)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
. tools/test-functions.sh

list=false most=20
if [ "${1:-}" = --list ]; then
  list=true most=100000
fi
export SHOWN=$((most + 1))

# Generated files and recorded data follow other rules.
generated='(^|/)(vectors|TestData|node_modules|lib)/|_data\.h$|\.g\.cs$|packages\.lock\.json$|^models/training/annotations/'
code() { git ls-files -co --exclude-standard -- "$@" | grep -vE "$generated" | while read -r file; do [ -f "$file" ] && echo "$file"; done; }

# at_most LIMIT: fails when there are more findings on standard input. The limits are what is left to mend; they only go down.
at_most() {
  local found count
  found=$(cat)
  count=$(grep -c . <<<"$found")
  [ "$count" -le "$1" ] && ! "$list" && return 0
  [ -z "$found" ] || head -n "$most" <<<"$found"
  echo "$count in all, $1 allowed"
  [ "$count" -le "$1" ]
}

# Words that documentation of machines does without: they hide the subject, or treat a component as a person.
vocabulary() {
  code '*.cs' '*.c' '*.h' '*.S' '*.md' '*.py' '*.sh' '*.js' '*.html' '*.1' '*.service' |
    grep -vx tools/checks.sh |
    xargs awk -v words='whoever|whatever|somebody|nobody|anybody|anew|told|tells|has its say|have their say|has the say|goes on|of itself|what is there' '
      tolower($0) ~ "(^|[^a-z0-9_])(" words ")([^a-z0-9_]|$)" { print FILENAME ":" FNR ":" substr($0, 1, 160) }' | at_most 0
}

long_lines() {
  code '*.cs' '*.c' '*.h' '*.py' '*.js' | xargs awk 'length > 140 { print FILENAME ":" FNR ": " length " columns" }' | at_most 0
}

long_files() {
  code '*.cs' '*.c' '*.h' '*.py' '*.sh' '*.js' '*.css' '*.html' | xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }' | at_most 0
}

# A class ends with the first line that is a closing brace at the column of its declaration.
long_classes() {
  code 'src/*.cs' | xargs awk '
    FNR == 1 { name = "" }
    name == "" && match($0, /^ *(public |internal |private |protected |file )*(static |sealed |abstract |partial |unsafe |readonly )*(class|struct|record|record struct) [A-Z]/) {
      indent = match($0, /[^ ]/) - 1; name = $0; start = FNR; sub(/^ */, "", name)
    }
    name != "" && /^ *}/ && match($0, /[^ ]/) - 1 == indent {
      if (FNR - start + 1 > 250) print FILENAME ": " FNR - start + 1 " lines: " substr(name, 1, 60)
      name = ""
    }
    name != "" && /;$/ && FNR == start { name = "" }' | at_most 0
}

# Three and more fields are assigned one by one: in one tuple, a reader must count positions.
tuple_assignments() {
  code 'src/*.cs' | xargs awk '/\([_A-Za-z][._A-Za-z0-9]*, ([_A-Za-z][._A-Za-z0-9]*, )+[_A-Za-z][._A-Za-z0-9]*\) = \(/ { print FILENAME ":" FNR ":" substr($0, 1, 160) }' | at_most 0
}

# CSharpier decides where lines break.
formatted() { "$DOTNET" tool restore >/dev/null && "$DOTNET" csharpier check src tests fuzz | tail -n "$most"; [ "${PIPESTATUS[0]}" -eq 0 ]; }

# The findings of a check that passes only appear when they are requested.
if "$list"; then
  check() {
    local name=$1
    shift
    echo "$name:"
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  }
fi

find_dotnet
check "the texts use plain words" vocabulary
check "lines have at most 140 columns" long_lines
check "files have at most 400 lines" long_files
check "classes of the product have at most 250 lines" long_classes
check "fields are assigned one by one" tuple_assignments
check "CSharpier agrees with the C# code" formatted
check "the README shows the figures of docs/figures.json" tools/figures.sh --check

summary
