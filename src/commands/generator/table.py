"""The table: what a server told of its commands, and the notes of people."""

import json
import pathlib
from dataclasses import dataclass, field

from . import syntax

TABLE = pathlib.Path(__file__).resolve().parents[1] / "table"

GROUPS = ["string", "generic", "hash", "list", "set", "sorted_set", "stream", "bitmap",
          "hyperloglog", "geo", "pubsub", "transactions", "scripting", "connection", "server",
          "cluster"]

# Texts that name things: copied, never referenced. Every other string is a `value`.
TEXTS = {"pattern", "group", "consumer", "id", "start", "end", "node_id", "username", "password",
         "host", "ip", "ip_port", "type", "name", "path", "event", "section", "library_name",
         "library_name_pattern", "groupname", "consumername", "newconsumer", "channel",
         "shardchannel", "sha1", "function", "category", "categoryname", "module_name", "encoding",
         "parameter", "rule", "command", "command_name", "connection_name", "last_id", "cursor",
         "replicationid", "max_deleted_entry_id", "clientname", "prefix", "subcommand"}

DEFAULT_TYPES = {"key": "key", **{name: "text" for name in TEXTS}}

TYPES = {"key": "key", "pattern": "text", "integer": "int", "double": "double"}

# What a note may say; docs/parts/commands.md tells what each means.
NOTE = {"reply", "syntax", "reads", "acts", "repeatable", "repeatable_if", "once", "blocks", "blocking",
        "cacheable", "keyless", "keyspace", "connection", "more", "single", "check", "live",
        "unchecked", "sample", "no_sample", "newer_finishers",
        "since", "summary", "complexity", "arity", "flags"}

# A word of the server's that reads better in parts, or means something else in C++.
SPLIT = {"KEEPTTL": "keep_ttl", "WITHSCORES": "with_scores", "WITHSCORE": "with_score",
         "WITHVALUES": "with_values", "WITHCOORD": "with_coord", "WITHDIST": "with_dist",
         "WITHHASH": "with_hash", "WITHCODE": "with_code", "WITHMATCHLEN": "with_match_len",
         "MINMATCHLEN": "min_match_len", "NOMKSTREAM": "no_mkstream", "NOVALUES": "no_values",
         "NOACK": "no_ack", "NOLOOP": "no_loop", "NOSAVE": "no_save", "JUSTID": "just_id",
         "LASTID": "last_id", "RETRYCOUNT": "retry_count", "ENTRIESREAD": "entries_read",
         "ENTRIESADDED": "entries_added", "MAXDELETEDID": "max_deleted_id",
         "STOREDIST": "store_dist", "ABSTTL": "abs_ttl", "IDLETIME": "idle_time",
         "LIBRARYNAME": "library_name", "SETNAME": "set_name", "BYSCORE": "by_score",
         "BYLEX": "by_lex", "KEEPREF": "keep_ref", "DELREF": "del_ref", "SKIPME": "skip_me",
         "MAXAGE": "max_age", "SETINFO": "set_info", "ORDERBY": "order_by",
         "SLOTSRANGE": "slots_range", "IFEQ": "if_eq"}

# Words that C++ keeps for itself, and names that this library has given to something else.
TAKEN = {"and", "or", "not", "xor", "delete", "new", "default", "command", "client", "error",
         "result", "reply", "argument", "batch", "options", "no", "yes"}


def name_of(text):
    """SET -> set, CLIENT NO-EVICT -> client_no_evict, AND -> and_."""
    if text in SPLIT:
        return SPLIT[text]
    name = text.lower().replace(" ", "_").replace("-", "_").replace(":", "_").replace("/", "_")
    return name + "_" if name in TAKEN else name


@dataclass
class Command:
    name: str
    told: dict
    note: dict
    forms: list = field(default_factory=list)

    @property
    def newer(self):
        """Nobody asked a server about it: it is in the notes alone."""
        return not self.told

    def fact(self, key, default=None):
        return self.note.get(key, self.told.get(key, default))

    def has_flag(self, flag):
        return flag in self.fact("flags", [])


@dataclass
class Group:
    name: str
    commands: list
    enums: dict
    asked: str


def load():
    enums = json.loads((TABLE / "notes" / "enums.json").read_text())
    return [load_group(name, enums) for name in GROUPS]


def load_group(name, enums):
    told = json.loads((TABLE / "told" / f"{name}.json").read_text())
    notes = json.loads((TABLE / "notes" / f"{name}.json").read_text())
    for missing in sorted(set(told["commands"]) - set(notes)):
        raise SystemExit(f"notes/{name}.json says nothing of {missing}")
    commands = []
    for command in sorted(notes):
        one = Command(command, told["commands"].get(command, {}), notes[command])
        if set(one.note) - NOTE:
            raise SystemExit(f"{command}: nobody knows {', '.join(set(one.note) - NOTE)}")
        if not one.told and "since" not in one.note:
            raise SystemExit(f"{command} is in no server's answer, and has no `since`")
        one.forms = forms_of(one, enums)
        commands.append(one)
    used = {p.type for c in commands for f in c.forms for p in params_of(f)} & set(enums)
    return Group(name, commands, {e: enums[e] for e in enums if e in used}, told["asked"])


def params_of(form):
    """All parameters, of the factory, the options and the finishers."""
    def walk(items):
        for one in items:
            if isinstance(one, syntax.Param):
                yield one
            elif isinstance(one, syntax.Repeated):
                yield from walk(one.params)
            elif isinstance(one, (syntax.Option, syntax.Finisher)):
                yield from walk(one.items)
    yield from walk(form.items + form.options() + form.finishers)


def forms_of(command, enums):
    texts = command.note.get("syntax") or to_notation(command.told.get("arguments", []))
    texts = [texts] if isinstance(texts, str) else texts
    forms = []
    for text in texts:
        parsed = syntax.parse(text, name_of(command.name), name_of, DEFAULT_TYPES)
        for form in parsed:
            for items in [form.items] + [o.items for o in form.options() + form.finishers]:
                items[:] = [chosen(i, enums) for i in items]
        forms += parsed
    replies = command.note["reply"]
    replies = replies if isinstance(replies, list) else [replies] * len(forms)
    if len(replies) != len(forms):
        raise SystemExit(f"{command.name} has {len(forms)} forms and {len(replies)} replies")
    for form, reply in zip(forms, replies):
        form.reply = reply if isinstance(reply, dict) else {"": reply}
    return forms


def chosen(item, enums):
    """A choice of words becomes a parameter of the enum that has exactly these words."""
    if not isinstance(item, syntax.Choice):
        return item
    for name, enum in enums.items():
        if list(enum["words"]) == item.words or sorted(enum["words"]) == sorted(item.words):
            return syntax.Param(enum.get("parameter", name), name)
    raise SystemExit(f"notes/enums.json has no enum of {item.words}")


def to_notation(arguments):
    return " ".join(notation(a) for a in arguments)


def notation(a):
    flags = a.get("flags", [])
    if a["type"] == "pure-token":
        text = a["token"]
    elif a["type"] == "oneof":
        text = " | ".join(notation(x) for x in a["arguments"])
        if "optional" not in flags:
            text = f"({text})"
    elif a["type"] == "block":
        text = " ".join(notation(x) for x in a["arguments"])
        if "multiple" in flags:
            text = "{" + text + "}"
    else:
        text = typed(a)
    token = a.get("token") if a["type"] != "pure-token" else None
    if "multiple" in flags and "multiple_token" not in flags:
        text += "..."
    if token is not None:
        text = (token or '""') + " " + text
    if "optional" in flags:
        text = "[" + text + ("]*" if "multiple_token" in flags else "]")
    return text


def typed(a):
    name = a["name"].lower().replace("-", "_").replace(":", "_").replace("/", "_")
    kind = TYPES.get(a["type"])
    if a["type"] == "unix-time":
        kind = "unix_ms" if "milliseconds" in name else "unix_s"
        name = "time"
    elif kind == "int" and name in ("seconds", "milliseconds"):
        kind, name = name, "span"
    return f"{name}:{kind}" if kind else name
