"""man.py PROGRAM: prints the manual page, generated from the program's --help of every command."""

import re
import subprocess
import sys

HEADER = r'''.\" Made by deploy/man.py from the help of the commands. Do not edit.
.TH RNNPOOL\-EDGE 1 "" "RNNPool.Edge" "User Commands"
.SH NAME
rnnpool\-edge \- face and person detection on the device, with events
.SH SYNOPSIS
.B rnnpool\-edge
.I COMMAND
.RI [ options ]
.SH DESCRIPTION
'''

ENVIRONMENT = {
    "RNNPOOL_EDGE_SECTION__KEY": "Sets the setting Section:Key.",
    "RNNPOOL_EDGE_CONFIG": "Names the configuration file.",
    "RNNPOOL_EDGE_DEBUG": "With 1, errors are shown with all details.",
    "RNNPOOL_EDGE_TOKEN": "The API token of watch.",
    "SSL_CERT_FILE": "Certificates of authorities that watch trusts.",
    "NO_COLOR": "No colour on a terminal.",
}

FOOTER = r'''.SH FILES
.TP
.I /etc/rnnpool\-edge/config.json
The settings of the service. Its JSON schema is
.IR /usr/lib/rnnpool\-edge/config/rnnpool\-edge.schema.json ;
.B rnnpool\-edge config check
checks it.
.TP
.I /etc/credstore/rnnpool\-edge.mqtt\-password
The password for the MQTT broker, readable by root alone; the service gets it as a credential of systemd.
.TP
.I /var/lib/rnnpool\-edge
The journal of events, events that wait for the broker, and controls that survive a restart.
.TP
.I /usr/share/rnnpool\-edge/firmware
Firmware for microcontrollers, with its hashes in SHA256SUMS.
.TP
.I /usr/share/doc/rnnpool\-edge
Guides on settings, cameras, pins, MQTT, Home Assistant and the coprocessor; examples; the licences of all components.
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1),
.BR mosquitto (8)
'''


def escape(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return "\n".join(r"\&" + line if line.startswith((".", "'")) else line for line in text.split("\n"))


def sections(program: str, path: list[str]) -> dict[str, list[str]]:
    """The help of one command, by its headings."""
    text = subprocess.run([program, *path, "--help"], check=True, capture_output=True, text=True).stdout
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if re.fullmatch(r"[A-Z][A-Za-z ]*:", line):
            current = found.setdefault(line[:-1], [])
        elif line.strip() and not line.startswith(" "):
            current = found.setdefault("Notes", [])
            current.append(line)
        elif line.strip():
            current.append(line)
    return found


def table(lines: list[str]) -> list[tuple[str, str]]:
    return [(left, right) for left, _, right in (re.split(r"( {2,}|$)", line.strip(), maxsplit=1) for line in lines)]


def entries(lines: list[str], skip: str = "") -> str:
    return "".join(f".TP\n.B {escape(left)}\n{escape(right)}\n" for left, right in table(lines) if not (skip and left.startswith(skip)))


def command(program: str, path: list[str], out: list[str]) -> None:
    help = sections(program, path)
    if path:
        usage = " ".join(line.strip() for line in help["Usage"])
        description = " ".join(line.strip() for line in help["Description"])
        out.append(f".SS {escape('rnnpool-edge ' + ' '.join(path))}\n{escape(description)}\n.PP\n.B {escape(usage)}\n")
        out.append(entries(help.get("Arguments", [])) + entries(help.get("Options", []), skip="-?"))
        if "Examples" in help:
            out.append(".PP\nExamples:\n.PP\n.nf\n.RS\n" + escape("\n".join(line.strip() for line in help["Examples"])) + "\n.RE\n.fi\n")
    for name, _ in table(help.get("Commands", [])):
        command(program, [*path, name.split()[0]], out)


def main() -> None:
    program = sys.argv[1]
    root = sections(program, [])
    out = [HEADER, escape(" ".join(line.strip() for line in root["Description"])) + "\n", ".SH COMMANDS\n"]
    command(program, [], out)
    out.append(".SH EXIT STATUS\n" + entries(root["Exit codes"]))
    out.append(".SH ENVIRONMENT\n" + "".join(f".TP\n.B {escape(name)}\n{text}\n" for name, text in ENVIRONMENT.items()))
    out.append(FOOTER)
    print("".join(out), end="")


main()
