"""Says what is in the package: third-party notices with every licence in full, and a CycloneDX list of components.

Lists the packages that linked.py found in the published program. The licences come from the packages themselves. A component without a
licence text is an error, because its terms would be unknown.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys
import time
import os
import uuid
import xml.etree.ElementTree as xml

PACKAGES = pathlib.Path(os.environ.get("NUGET_PACKAGES", pathlib.Path.home() / ".nuget/packages"))
COMMON = pathlib.Path("/usr/share/common-licenses")
MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
# MIT without its condition (opensource.org/license/mit-0).
MIT_0 = MIT.split(", subject to the")[0] + ".\n\n" + MIT[MIT.index("THE SOFTWARE IS PROVIDED"):]


class Part:
    """One package of others that is inside."""

    def __init__(self, name: str, version: str):
        self.name, self.version = name, version
        self.folder = PACKAGES / name.lower() / version
        specification = next(self.folder.glob("*.nuspec"), None)
        if specification is None:
            sys.exit(f"error: {name} {version} is in the program but not in {PACKAGES}; its licence cannot be read.")
        fields = {element.tag.rsplit("}", 1)[-1]: element for element in xml.parse(specification).getroot()[0]}
        self.copyright = (fields["copyright"].text if "copyright" in fields else "") or ""
        self.authors = fields["authors"].text or ""
        licence = fields.get("license")
        self.expression = licence.text if licence is not None and licence.get("type") == "expression" else None

    def texts(self) -> list[str]:
        """Licence and notices in full."""
        names = re.compile(r"(license|third.?party.?notices|notice|copying)", re.I)
        found = [path for path in sorted(self.folder.iterdir()) if names.match(path.name)]
        texts = [path.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n") for path in found]
        if not any(re.match("license", path.name, re.I) for path in found):
            texts.insert(0, self.common_text())
        return texts

    def common_text(self) -> str:
        for expression, text in (("MIT", MIT), ("MIT-0", MIT_0)):
            if self.expression == expression:
                return f"{self.copyright or 'Copyright (c) ' + self.authors}\n\n{text}"
        for name, file in (("Apache-2.0", "Apache-2.0"), ("BSD-3-Clause", "BSD")):
            if self.expression == name:
                return f"{self.copyright}\n\n{(COMMON / file).read_text()}"
        if self.name == "SQLite":
            return "SQLite is in the public domain; its authors disclaim copyright to the source code.\n"
        sys.exit(f"error: the licence of {self.name} {self.version} is unknown ({self.expression or 'no licence file, no expression'}).")

    def licence_name(self) -> str:
        if self.expression:
            return self.expression
        text = self.texts()[0].lstrip()
        if "public domain" in text[:300]:
            return "blessing"
        return "MIT" if "Permission is hereby granted, free of charge" in text[:1500] else "see the notices"

    def digest(self) -> str | None:
        file = next(self.folder.glob("*.nupkg.sha512"), None)
        return base64.b64decode(file.read_text()).hex() if file else None


def parts(packages: pathlib.Path) -> list[Part]:
    return [Part(*line.split()) for line in packages.read_text(encoding="utf-8").splitlines()]


def sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def toolchain(firmware: pathlib.Path) -> list[tuple[str, str]]:
    """What a compiler adds to the firmware."""
    if not firmware.exists():
        return []
    names = {"newlib (in the firmware images)": "libnewlib-arm-none-eabi", "libgcc (in the firmware images)": "gcc-arm-none-eabi"}
    found = []
    for title, package in names.items():
        path = pathlib.Path("/usr/share/doc") / package / "copyright"
        if not path.exists():
            sys.exit(f"error: {path} is missing, and with it the licence of {title}.")
        found.append((title, path.read_text(errors="replace")))
    return found


def write_notices(path: pathlib.Path, components: list[Part], tools: list[tuple[str, str]]) -> None:
    rule = "=" * 100 + "\n"
    with path.open("w", encoding="utf-8") as out:
        out.write("RNNPool.Edge contains the following works of others. This list is made from the files of this very package.\n\n")
        for part in components:
            out.write(f"  {part.name} {part.version}: {part.licence_name()}\n")
        for title, _ in tools:
            out.write(f"  {title}\n")
        for part in components:
            texts = "\n\n".join(text.strip() for text in part.texts())
            out.write(f"\n{rule}{part.name} {part.version}\n{part.authors}\n{rule}\n{texts}\n")
        for title, text in tools:
            out.write(f"\n{rule}{title}\n{rule}\n{text.strip()}\n")


def write_bill(path: pathlib.Path, arguments: argparse.Namespace, components: list[Part]) -> None:
    listed = []
    for part in components:
        name = part.licence_name()
        listed.append({
            "type": "framework" if ".Runtime." in part.name else "library", "name": part.name, "version": part.version,
            "author": part.authors,
            "purl": f"pkg:nuget/{part.name}@{part.version}", "bom-ref": f"{part.name}@{part.version}",
            "licenses": [{"license": {"name": name} if " " in name else {"id": name}}],
            **({"hashes": [{"alg": "SHA-512", "content": digest}]} if (digest := part.digest()) else {}),
        })
    for file in sorted(arguments.program.glob("models/*/model.*")):
        listed.append({
            "type": "machine-learning-model", "name": f"{file.parent.name}/{file.name}", "version": arguments.version,
            "bom-ref": f"model:{file.parent.name}/{file.name}",
            "hashes": [{"alg": "SHA-256", "content": sha256(file)}], "licenses": [{"license": {"id": "MIT"}}],
        })
    for file in sorted(arguments.firmware.glob("*.elf")) if arguments.firmware.exists() else []:
        listed.append({
            "type": "firmware", "name": file.name, "version": arguments.version, "bom-ref": f"firmware:{file.name}",
            "hashes": [{"alg": "SHA-256", "content": sha256(file)}], "licenses": [{"license": {"id": "MIT"}}],
        })
    device = {"type": "application", "name": "rnnpool-edge", "version": arguments.version, "bom-ref": "rnnpool-edge",
              "licenses": [{"license": {"id": "MIT"}}]}
    content = json.dumps(listed, sort_keys=True)
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    bill = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, arguments.arch + content)}",
        "metadata": {"timestamp": moment, "component": device, "properties": [{"name": "architecture", "value": arguments.arch}]},
        "components": listed, "dependencies": [{"ref": "rnnpool-edge", "dependsOn": [part["bom-ref"] for part in listed]}],
    }
    path.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--program", "--packages", "--firmware", "--notices", "--sbom"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--arch", required=True)
    arguments = parser.parse_args()
    components = parts(arguments.packages)
    write_notices(arguments.notices, components, toolchain(arguments.firmware))
    write_bill(arguments.sbom, arguments, components)
    print(f"{len(components)} works of others are inside, each with its licence.")


main()
