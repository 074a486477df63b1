#!/usr/bin/env python3
"""Makes tests/rdb/fixtures: snapshots that a real redis-server wrote, and what it says they hold.

    tests/rdb/make_fixtures.py [folder]

Each <name>.rdb has a <name>.jsonl beside it, one line a key, asked from the server that wrote it:

    {"db":0,"key":"k","type":"hash","encoding":"listpack","expires_ms":null,"value":[["f","v"]]}

A byte is the code point of its value. Sets and hashes are sorted; a score is the 16 hexadecimal
digits of its double; a stream is {"length","last","entries","groups"}. Only Python's own library is
needed, and redis-server 7.0 in PATH.
"""
import json
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time


class Server:
    """A redis-server on a Unix socket in a folder of its own."""

    def __init__(self, *settings):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "s")
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", path, "--dir", self.folder.name,
             "--save", "", "--enable-debug-command", "yes", *settings],
            stdout=subprocess.DEVNULL)
        for _ in range(100):
            if os.path.exists(path):
                break
            time.sleep(0.05)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.input = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def __call__(self, *words):
        words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        wire = b"*%d\r\n" % len(words)
        for w in words:
            wire += b"$%d\r\n%s\r\n" % (len(w), w)
        self.socket.sendall(wire)
        return self.reply()

    def reply(self):
        line = self.input.readline()[:-2]
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if rest == b"-1":
                return None
            text = self.input.read(int(rest) + 2)
            return text[:-2]
        return None if rest == b"-1" else [self.reply() for _ in range(int(rest))]

    def snapshot(self):
        self("SAVE")
        with open(os.path.join(self.folder.name, "dump.rdb"), "rb") as file:
            return file.read()


def text(data):
    return data.decode("latin-1")


def pairs(flat):
    return [[flat[i], flat[i + 1]] for i in range(0, len(flat), 2)]


def score(data):
    return struct.pack(">d", float(data)).hex()


def stream(ask, key):
    about = dict(pairs(ask("XINFO", "STREAM", key, "FULL", "COUNT", "0")))
    entries = [[text(id), [text(x) for x in fields]] for id, fields in ask("XRANGE", key, "-", "+")]
    groups = []
    for group in map(lambda g: dict(pairs(g)), about[b"groups"]):
        consumers = []
        for consumer in map(lambda c: dict(pairs(c)), group[b"consumers"]):
            consumers.append([text(consumer[b"name"]), [text(p[0]) for p in consumer[b"pending"]]])
        groups.append({
            "name": text(group[b"name"]), "last": text(group[b"last-delivered-id"]),
            "read": group[b"entries-read"],
            "pending": [[text(p[0]), p[3]] for p in group[b"pending"]], "consumers": consumers})
    return {"length": about[b"length"], "last": text(about[b"last-generated-id"]),
            "first": text(about[b"recorded-first-entry-id"]),
            "max_deleted": text(about[b"max-deleted-entry-id"]),
            "added": about[b"entries-added"], "entries": entries, "groups": groups}


def value(ask, key, kind):
    if kind == b"string":
        return text(ask("GET", key))
    if kind == b"list":
        return [text(x) for x in ask("LRANGE", key, 0, -1)]
    if kind == b"set":
        return [text(x) for x in sorted(ask("SMEMBERS", key))]
    if kind == b"hash":
        return [[text(f), text(v)] for f, v in sorted(pairs(ask("HGETALL", key)))]
    if kind == b"zset":
        return [[text(m), score(s)] for m, s in pairs(ask("ZRANGE", key, 0, -1, "WITHSCORES"))]
    return stream(ask, key)


def describe(ask, databases):
    lines = []
    for db in databases:
        ask("SELECT", db)
        for key in ask("KEYS", "*"):
            kind = ask("TYPE", key)
            encoding = text(ask("OBJECT", "ENCODING", key))
            expires = ask("PEXPIRETIME", key)
            lines.append(json.dumps({
                "db": db, "key": text(key), "type": text(kind),
                "encoding": "string" if kind == b"string" else encoding,
                "expires_ms": None if expires < 0 else expires,
                "value": value(ask, key, kind)}, separators=(",", ":")))
    ask("SELECT", 0)
    return "".join(line + "\n" for line in sorted(lines))


def strings(ask):
    ask("SET", "", "the key is empty")
    ask("SET", "empty", "")
    for n in (0, 1, -1, 127, 128, -128, -129, 32767, 32768, -32768, -32769, 2147483647, 2147483648,
              -2147483648, -2147483649, 5000000000):
        ask("SET", "number:%d" % n, n)
    for almost in ("007", "-0", "+5", "12 ", "1.5", "99999999999"):
        ask("SET", "almost:" + almost, almost)
    for n in (1, 62, 63, 64, 65, 255, 256):
        ask("SET", "length:%d" % n, random.randbytes(n))
    ask("SET", "lzf:run", "a" * 400)
    ask("SET", "lzf:words", "a word and a word and another word " * 30)
    ask("SET", "lzf:long", "".join("line %d of many\n" % i for i in range(200)))
    ask("SET", bytes(range(256)), bytes(range(255, -1, -1)))
    ask("SET", "12345", "the key is a number")
    ask("SET", "k" * 100, "the key is long")
    ask("SET", "repeated " * 20, "the key is compressed")
    ask("SETBIT", "bits", 1000, 1)
    ask("PFADD", "hyperloglog", *range(50))


def long(ask):
    for n in (16383, 16384):
        ask("SET", "length:%d" % n, random.randbytes(n))


def listpack_edges():
    numbers = [0, 1, 127, 128, -1, 4095, 4096, -4096, -4097, 32767, 32768, -32768, -32769,
               (1 << 23) - 1, 1 << 23, -(1 << 23), -(1 << 23) - 1, (1 << 31) - 1, 1 << 31,
               -(1 << 31), -(1 << 31) - 1, (1 << 63) - 1, -(1 << 63)]
    return [str(n).encode() for n in numbers] + [b"", b"a", b"-0", b"00", b"1e3"]


def lists(ask):
    ask("RPUSH", "edges", *listpack_edges())
    ask("CONFIG", "SET", "list-max-listpack-size", "-5")
    for n in (62, 63, 64, 126, 127, 4094, 4095, 4096, 16378, 16379, 16380, 16381):
        ask("RPUSH", "text:%d" % n, "x" * n, n)
    ask("CONFIG", "SET", "list-max-listpack-size", "4")
    ask("RPUSH", "many nodes", *["element %d" % i for i in range(50)])
    ask("CONFIG", "SET", "list-compress-depth", "1")
    ask("RPUSH", "compressed nodes", *["the same element %d" % (i // 9) for i in range(60)])
    ask("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "200b")
    ask("RPUSH", "plain nodes", "small", random.randbytes(300), "a" * 500, "small", "b" * 201)


def sets(ask):
    ask("SADD", "width 2", 1, -3, 2, 32767, -32768)
    ask("SADD", "width 4", 1, 100000, -100000)
    ask("SADD", "width 8", 1, 1 << 40, -(1 << 63))
    ask("SADD", "hashtable", "a", "", "5", b"\x00\xff", "long " * 30)
    ask("SADD", "large", *["member %d" % i for i in range(60)])


def hashes(ask):
    ask("HSET", "small", "f", "v", "n", 1000, "", "", "5", "five")
    ask("HSET", "edges", *[x for e in listpack_edges() for x in (e, e)])
    ask("HSET", "large", *[x for i in range(130) for x in ("field%d" % i, i * i)])
    ask("HSET", "long value", "f", "v" * 100, "g", "w" * 5000)


def zsets(ask):
    scores = ["inf", "-inf", "0", "-0", "1", "1.5", "-2.25", "3.0000000000000004", "0.1", "1e308",
              "5e-324", "-1e-300", "17179869184", "123456789012345", "1.7976931348623157e308"]
    ask("ZADD", "small", *[x for i, s in enumerate(scores) for x in (s, "m%d" % i)])
    ask("ZADD", "skiplist", *[x for i, s in enumerate(scores) for x in (s, "m" * 65 + "%d" % i)])
    ask("ZADD", "large", *[x for i in range(130) for x in (i / 7, "member %d" % i)])
    ask("GEOADD", "geo", 13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania")


def streams(ask):
    ask("XADD", "mixed", "1000-1", "f1", "v1", "f2", "v2")
    ask("XADD", "mixed", "1005-0", "f1", "v3", "f2", "v4")
    ask("XADD", "mixed", "1005-7", "g", 12)
    ask("XADD", "mixed", "2000-0", "f1", "", "f2", "x" * 200)
    ask("XDEL", "mixed", "1005-0")
    ask("XGROUP", "CREATE", "mixed", "g1", "0")
    ask("XREADGROUP", "GROUP", "g1", "alice", "COUNT", 2, "STREAMS", "mixed", ">")
    ask("XREADGROUP", "GROUP", "g1", "bob", "COUNT", 1, "STREAMS", "mixed", ">")
    ask("XREADGROUP", "GROUP", "g1", "bob", "STREAMS", "mixed", "0")
    ask("XGROUP", "CREATECONSUMER", "mixed", "g1", "idle")
    ask("XGROUP", "CREATE", "mixed", "42", "1000-1")
    ask("XGROUP", "CREATE", "made", "g", "$", "MKSTREAM")
    ask("XADD", "emptied", "5-5", "a", "b")
    ask("XDEL", "emptied", "5-5")
    ask("CONFIG", "SET", "stream-node-max-entries", "10")
    for i in range(45):
        ask("XADD", "nodes", "%d-%d" % (i // 3 + 1, i % 3), "sensor", i % 4, "value", i * 1.5)
    for i in range(20, 40, 3):
        ask("XDEL", "nodes", "%d-%d" % (i // 3 + 1, i % 3))


def attributes(ask):
    ask("SET", "expires", "v", "PXAT", 4102444800123)
    ask("SET", "stays", "v")
    ask("SELECT", 3)
    ask("RPUSH", "list", 1, 2, 3)
    ask("PEXPIREAT", "list", 4102444800001)
    ask("SELECT", 15)
    ask("SET", "last database", 1)
    ask("SELECT", 0)
    ask("FUNCTION", "LOAD", "#!lua name=fixture\nredis.register_function('f', function() end)\n")


MADE = [
    ("strings", strings, [0], []),
    ("long", long, [0], []),
    ("lists", lists, [0], []),
    ("sets", sets, [0], []),
    ("hashes", hashes, [0], []),
    ("zsets", zsets, [0], []),
    ("streams", streams, [0], []),
    ("attributes", attributes, [0, 3, 15], []),
    ("lru", attributes, [0, 3, 15], ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]),
    ("lfu", attributes, [0, 3, 15], ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lfu"]),
    ("uncompressed", hashes, [0], ["--rdbcompression", "no"]),
    ("unchecked", sets, [0], ["--rdbchecksum", "no"]),
    ("empty", lambda ask: None, [0], []),
]


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "fixtures")
    os.makedirs(folder, exist_ok=True)
    for name, fill, databases, settings in MADE:
        random.seed(name)
        with Server(*settings) as ask:
            fill(ask)
            holds = describe(ask, databases)
            with open(os.path.join(folder, name + ".rdb"), "wb") as file:
                file.write(ask.snapshot())
            with open(os.path.join(folder, name + ".jsonl"), "w") as file:
                file.write(holds)


if __name__ == "__main__":
    main()
