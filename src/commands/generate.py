#!/usr/bin/env python3
"""Makes include/sandpiper/commands/<group>.hpp, and the samples that test them, from the table.

    generate.py write            writes what the table says into the tree
    generate.py check            fails, and says where, when the tree holds anything else
    generate.py refresh [PATH]   asks a redis-server of its own (PATH, or the one in $PATH) for
                                 table/told/*.json
    generate.py show NAME        the forms of a command, as they are understood: show "CLIENT KILL"

table/told/ is what a server answered to COMMAND DOCS and COMMAND INFO; nobody edits it.
table/notes/ is what it did not say and people know: the type of a reply, what may run twice, names;
and the commands of newer servers. docs/parts/commands.md tells how to read and change it.
"""

import pathlib
import sys

sys.dont_write_bytecode = True

from generator import emit, refresh, samples, table  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def outputs():
    """What the tree should hold: path -> text."""
    groups = table.load()
    files = {}
    for group in groups:
        files[f"include/sandpiper/commands/{group.name}.hpp"] = emit.header(group)
        files[f"tests/commands/{group.name}_samples_test.cpp"] = samples.source(group)
    files["src/commands/known.hpp"] = emit.known(groups)
    return {ROOT / path: text for path, text in files.items()}


def write():
    for path, text in outputs().items():
        path.write_text(text)
    return 0


def check():
    stale = [p for p, text in outputs().items() if not p.exists() or p.read_text() != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what src/commands/generate.py makes of the table")
    for complaint in samples.complaints(table.load()):
        print(complaint)
        stale.append(complaint)
    return 1 if stale else 0


def show(name):
    for group in table.load():
        for command in group.commands:
            if command.name == name.upper():
                for form in command.forms:
                    print(form.describe())
                return 0
    print(f"no command {name}")
    return 1


def main(arguments):
    verbs = {"write": write, "check": check, "refresh": refresh.run, "show": show}
    if not arguments or arguments[0] not in verbs:
        print(__doc__)
        return 2
    return verbs[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
