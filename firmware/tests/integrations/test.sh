#!/usr/bin/env bash
# The libraries as other projects use them: headers as C11 and C++17, install and find_package with the examples, and files for other build
# systems. Arguments: a folder to build in, a build folder of the firmware for the host, a package and a picture for it.
set -euo pipefail
build=$(realpath -m "$1")
host=$(realpath "$2")
package=$(realpath "$3")
picture=$(realpath "$4")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rm -rf "$build"
mkdir -p "$build"

# Each header alone and twice.
for header in include/rnnp/*.h; do
  name=$(basename "$header" .h)
  printf '#include "rnnp/%s.h"\n#include "rnnp/%s.h"\nextern int declared;\n' "$name" "$name" >"$build/$name.c"
  cp "$build/$name.c" "$build/$name.cpp"
done
gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude "$build"/*.c
g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude "$build"/*.cpp

cmake --install "$host" --prefix "$build/installed"
cmake -S examples -B "$build/examples" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_PREFIX_PATH="$build/installed"
cmake --build "$build/examples" -j2
"$build/examples/rnnpool" | grep "4x4 pixels"
"$build/examples/detect" "$package" "$picture" | grep "^0\."
"$build/examples/link"

cmake -S tests/integrations -B "$build/integrations" -G Ninja
cmake --build "$build/integrations" -j2
"$build/integrations/with_pico"
python3 -m json.tool library.json >"$build/library.json"
for folder in kernels model link sha256; do grep -q "+<$folder/>" library.json; done

# Arduino compiles everything in src, and searches headers there alone.
integrations/arduino/pack.sh "$build/arduino"
gcc -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I"$build/arduino/src" $(find "$build/arduino/src" -name '*.c')
g++ -std=gnu++17 -Wall -Wextra -Werror -fsyntax-only -I"$build/arduino/src" -include rnnp.h -x c++ /dev/null
