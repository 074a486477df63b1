"""table/told/<group>.json: what a server says of its commands."""

import json
import pathlib
import socket
import subprocess
import tempfile
import time

TOLD = pathlib.Path(__file__).resolve().parents[1] / "table" / "told"


def run(server="redis-server"):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/s"
        process = subprocess.Popen(
            [server, "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL)
        try:
            link = Link(path)
            version = [line.split(":")[1] for line in link.ask("INFO", "server").splitlines()
                       if line.startswith("redis_version:")][0]
            docs = as_map(link.ask("COMMAND", "DOCS"))
            info = {row[0]: row for row in link.ask("COMMAND", "INFO")}
        finally:
            process.terminate()
            process.wait()
    write(version, docs, info)
    return 0


def write(version, docs, info):
    groups = {}
    for name in sorted(docs):
        said = document(docs[name])
        told = groups.setdefault(said["group"].replace("-", "_"), {})
        add(told, name, said, info[name])
    TOLD.mkdir(parents=True, exist_ok=True)
    for group, told in groups.items():
        lines = [f"  {json.dumps(name)}: {json.dumps(told[name], sort_keys=True)}"
                 for name in sorted(told)]
        head = '{\n "asked": ' + json.dumps(f"redis-server {version}") + ',\n "commands": {\n'
        (TOLD / f"{group}.json").write_text(head + ",\n".join(lines) + "\n }\n}\n")


def add(told, name, said, info):
    """A command, or its subcommands when it has some and does nothing by itself."""
    inner = {row[0].split("|")[1]: row for row in info[9]}
    for sub, more in said.pop("subcommands", {}).items():
        add(told, f"{name} {sub.split('|')[1]}", more, inner[sub.split("|")[1]])
    if inner and "arguments" not in said and info[1] != -1:
        return
    said.pop("group", None)
    said.update(arity=info[1], flags=sorted(info[2]), categories=sorted(info[6]),
                tips=sorted(info[7]), keys=[key_spec(s) for s in info[8]])
    told[name.upper()] = said


def document(answer):
    said = as_map(answer)
    kept = {k: said[k] for k in ("summary", "since", "group", "complexity", "history",
                                 "deprecated_since", "replaced_by") if k in said}
    if "arguments" in said:
        kept["arguments"] = [argument(a) for a in said["arguments"]]
    if "subcommands" in said:
        kept["subcommands"] = {n: document(s)
                               for n, s in as_map(said["subcommands"]).items()}
    return kept


def argument(answer):
    said = as_map(answer)
    said.pop("key_spec_index", None)
    if "arguments" in said:
        said["arguments"] = [argument(a) for a in said["arguments"]]
    return said


def key_spec(answer):
    said = as_map(answer)
    begin, find = as_map(said["begin_search"]), as_map(said["find_keys"])
    return {"begin": [begin["type"], as_map(begin["spec"])],
            "find": [find["type"], as_map(find["spec"])], "flags": sorted(said["flags"])}


def as_map(flat):
    return dict(zip(flat[::2], flat[1::2]))


class Link:
    """A connection to a server that has just been started."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        for _ in range(500):
            try:
                self.socket.connect(path)
                break
            except OSError:
                time.sleep(0.01)
        self.file = self.socket.makefile("rb")

    def ask(self, *words):
        request = f"*{len(words)}\r\n" + "".join(f"${len(w)}\r\n{w}\r\n" for w in words)
        self.socket.sendall(request.encode())
        return self.read()

    def read(self):
        line = self.file.readline().decode().rstrip("\r\n")
        kind, rest = line[0], line[1:]
        if kind == "$":
            return self.file.read(int(rest) + 2)[:-2].decode() if int(rest) >= 0 else None
        if kind == "*":
            return [self.read() for _ in range(int(rest))]
        if kind == "-":
            raise RuntimeError(rest)
        return int(rest) if kind == ":" else rest
