"""linked.py COMPILER NATIVE PROGRAM: prints the packages of which the published program contains code or libraries, as `NAME VERSION`.

COMPILER is the response file of the native compiler, which names every assembly that it could link. A package is in the program if the
debugger's symbols in NATIVE have a name of one of its assemblies, or if a native library of it is in the folder PROGRAM.
"""

import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml


def package_of(path: pathlib.Path) -> tuple[str, str] | None:
    """The package that a file in the cache of packages belongs to."""
    for folder in path.parents:
        for specification in folder.glob("*.nuspec"):
            fields = {element.tag.rsplit("}", 1)[-1]: element.text for element in xml.parse(specification).getroot()[0]}
            return fields["id"], folder.name
    return None


def main() -> None:
    compiler, native, program = map(pathlib.Path, sys.argv[1:])
    symbols = subprocess.run(["nm", "--format=just-symbols", native], check=True, capture_output=True, text=True).stdout.split("\n")
    assemblies = [pathlib.Path(line[3:]) for line in compiler.read_text().split("\n") if line.startswith("-r:")]
    # The name of an assembly begins its symbols, so that a longer name is tried before one that it begins with.
    prefixes = {re.sub(r"\W", "_", path.stem) + "_": path for path in assemblies}
    longest_first = re.compile("|".join(sorted(map(re.escape, prefixes), key=len, reverse=True)))
    linked = {prefixes[match[0]] for name in symbols if (match := longest_first.match(name))}
    found = {package for path in linked if (package := package_of(path))}

    manifest = json.loads(next(native.parents[1].glob("*.deps.json")).read_text(encoding="utf-8-sig"))
    for target in manifest["targets"].values():
        for name, library in target.items():
            if any((program / pathlib.PurePosixPath(asset).name).exists() for asset in library.get("native", {})):
                found.add(tuple(name.removeprefix("runtimepack.").split("/")))
    for name, version in sorted(found, key=lambda package: package[0].lower()):
        print(name, version)


main()
