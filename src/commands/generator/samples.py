"""tests/commands/<group>_samples_test.cpp: a call of every factory in every shape, with every
option, and what it must send. Also whether that is what the server told of their syntax."""

import itertools
import re

from . import cpp, emit, table
from .syntax import Count, Param, Repeated, Word

# name of a parameter -> what stands for it; a second one where a list has two.
TEXT = {"id": ("0-1", "0-2"), "start": ("-",), "end": ("+",), "pattern": ("*", "a*"),
        "host": ("127.0.0.1",), "ip": ("127.0.0.1",), "encoding": ("u8",), "offset": ("7",),
        "field": ("f", "g"), "member": ("m", "n"), "member1": ("m",), "member2": ("n",),
        "last_id": ("9-9",), "script": ("return{KEYS,ARGV}",), "subcommand": ("GETREG",),
        "ip_port": ("a:1",), "parameter": ("maxmemory", "timeout"),
        "function_code": ("code",), "element": ("a", "b"), "pivot": ("a",),
        "serialized_value": ("dump",), "type": ("string",), "command_name": ("get",),
        "category": ("read",), "categoryname": ("read",), "username": ("default",),
        "section": ("server", "memory"), "metric": ("KEY-COUNT",), "rule": ("on", "~*")}
NUMBER = {"cursor": 0, "offset": 2, "index": 0, "db": 1, "first": 0, "last": -1, "port": 1,
          "destination_db": 1, "protover": 3, "bits": 32, "version": 5, "rank": -1, "length": 2}

INSTANT_S = 4102444800  # the year 2100

TIMES = {"seconds": ("60s", "60"), "milliseconds": ("1500ms", "1500"), "positive_s": ("60s", "60"),
         "positive_ms": ("1500ms", "1500"), "block_ms": ("10ms", "10"), "wait": ("10ms", "0.01"),
         "unix_s": ("year_2100", str(INSTANT_S)), "unix_ms": ("year_2100", f"{INSTANT_S}000")}


class Call:
    """Arguments as they are written in C++, what they send, and which of that are keys."""

    def __init__(self, arguments=(), words=(), keys=(), newer=False):
        self.arguments, self.words, self.keys = list(arguments), list(words), list(keys)
        self.newer = newer

    def __add__(self, other):
        return Call(self.arguments + other.arguments, self.words + other.words,
                    self.keys + other.keys, self.newer or other.newer)

    def expression(self, name):
        return f"{name}({', '.join(self.arguments)})"


def values_of(one, key, enums, special):
    """Calls of a parameter: the first is the usual one, the others are tried once."""
    if one.name in special:
        text = special[one.name] if isinstance(special[one.name], str) else special[one.name][0]
        return [Call([cpp.quoted(text)], [text], [text] if one.type == "key" else [])]
    if one.type == "key":
        name = {"destination": "to", "key2": key + "2"}.get(one.name, key)
        return [Call([cpp.quoted(name)], [name], [name])]
    if one.type in ("text", "value"):
        text = TEXT.get(one.name, (one.name,))[0]
        return [Call([cpp.quoted(text)], [text])]
    if one.type in ("int", "uint"):
        n = NUMBER.get(one.name, 1)
        return [Call([str(n)], [str(n)])]
    if one.type == "double":
        number = "2" if one.name == "increment" else "1.5"  # ZINCRBY's is told to be an integer
        return [Call([number], [number])]
    if one.type == "ex":
        return [Call(["60s"], ["EX", "60"]), Call(["1500ms"], ["PX", "1500"])]
    if one.type in TIMES:
        return [Call(*([x] for x in TIMES[one.type]))]
    if one.type in ("bit", "on_off", "yes_no"):
        on, off = {"bit": ("1", "0"), "on_off": ("ON", "OFF"), "yes_no": ("YES", "NO")}[one.type]
        return [Call(["true"], [on]), Call(["false"], [off])]
    if one.type == "score_bound":
        return [Call(["1"], ["1"]) if one.name in ("min", "first") else
                Call(["exclusive(5.5)"], ["(5.5"])]
    if one.type == "lex_bound":
        return [Call(['"a"'], ["[a"]) if one.name in ("min", "first") else
                Call(['exclusive("b")'], ["(b"]), Call(["lex_bound::highest()"], ["+"])]
    if one.type == "geo_origin":
        return [Call(['geo_origin::member("m")'], ["FROMMEMBER", "m"]),
                Call(["geo_origin::at(13.5, 52.5)"], ["FROMLONLAT", "13.5", "52.5"])]
    if one.type == "geo_area":
        return [Call(["geo_area::radius(100, geo_unit::km)"], ["BYRADIUS", "100", "KM"]),
                Call(["geo_area::box(400, 200, geo_unit::m)"], ["BYBOX", "400", "200", "M"])]
    enum = enums[one.type]
    return [Call([f"{one.type}::{value}"], [word], newer=word in enum.get("newer", []))
            for word, value in enum["words"].items()]


def list_calls(repeated, counted, last, key, special):
    kind = cpp.kind_of(repeated)
    names = [p.name for p in repeated.params]

    def text(name, i):
        some = special.get(name, TEXT.get(name, (name, name + "2")))
        some = [some] if isinstance(some, str) else some
        return some[i] if i < len(some) else some[0] + str(i)

    if kind == "keys":
        rows = [[key], [key + "2"]]
    elif kind in ("key_pairs", "streams"):
        rows = [[key, text(names[1], 0)], [key + "2", text(names[1], 1)]]
    elif kind == "scored":
        rows = [["1.5", text(names[1], 0)], ["2", text(names[1], 1)]]
    elif kind == "places":
        rows = [["13.5", "52.5", text(names[2], 0)], ["2", "48.5", text(names[2], 1)]]
    elif kind == "numbers":
        rows = [["1.5"], ["2"]] if repeated.params[0].type == "double" else [["1"], ["2"]]
    else:
        rows = [[text(p.name, i) if p.type != "int" else str(i + 1) for p in repeated.params]
                for i in range(2)]

    def literal(word, column):
        numbers = kind == "numbers" or (kind in ("scored", "places") and column < len(names) - 1)
        return word if numbers else cpp.quoted(word)

    def keys_in(some):
        return [r[0] for r in some] if kind in ("keys", "key_pairs", "streams") else []

    def words(some):
        count = [str(len(some))] if counted else []
        if kind == "streams":
            return count + [r[0] for r in some] + [r[1] for r in some]
        return count + [w for r in some for w in r]

    flat = [literal(w, c) for r in rows for c, w in enumerate(r)]
    groups = ["{" + ", ".join(literal(w, c) for c, w in enumerate(r)) + "}" for r in rows]
    braces = "{" + ", ".join(flat if len(names) == 1 else groups) + "}"
    holder = {"keys": "words", "values": "words", "scored": "scored",
              "places": "std::vector<geo_place>",
              "numbers": "std::vector<double>" if "." in rows[0][0] else "std::vector<int>"
              }.get(kind, "word_pairs")
    calls = []
    if kind in ("scored", "places") or not last:
        if kind in ("scored", "places") or len(names) == 1:
            calls.append(Call([literal(w, c) for c, w in enumerate(rows[0])], words(rows[:1]),
                              keys_in(rows[:1])))
    else:
        calls.append(Call(flat, words(rows), keys_in(rows)))
    calls.append(Call([holder + braces], words(rows), keys_in(rows)))
    calls.append(Call([braces], words(rows), keys_in(rows)))
    return calls


def calls_of(items, key, enums, special):
    """The first is the usual one."""
    choices = []
    counted = False
    for i, one in enumerate(items):
        last = not any(isinstance(x, (Param, Repeated)) for x in items[i + 1:])
        if isinstance(one, Word):
            choices.append([Call([], [one.text])])
        elif isinstance(one, Count):
            counted = True
        elif isinstance(one, Param):
            choices.append(values_of(one, key, enums, special))
        else:
            choices.append(list_calls(one, counted, last, key, special))
            counted = False
    usual = [c[0] for c in choices]
    found = [sum(usual, Call())]
    for i, some in enumerate(choices):
        for other in some[1:]:
            found.append(sum(usual[:i] + [other] + usual[i + 1:], Call()))
    return found


class Sample:
    def __init__(self, command, expression, words, keys, newer, options):
        self.command, self.expression = command, expression
        self.words, self.keys, self.newer, self.options = words, keys, newer, options


def allowed(one, given):
    return not one.excludes & set(given) and (not one.requires or one.requires & set(given))


class Maker:
    """All samples of a form."""

    def __init__(self, command, form, key, enums):
        self.command, self.form = command, form
        self.context = (key, enums, command.note.get("sample", {}))
        self.found = []
        self.name = command.name.split(" ")

    def add(self, expression, call, given, newer):
        newer = newer or self.command.newer or call.newer
        if self.command.note.get("no_sample", "\n") in expression:
            return
        self.found.append(Sample(self.command, expression, self.name + call.words, call.keys, newer,
                                 list(given)))

    def options(self, options, expression, call, given, newer, then):
        """`then` without options, with each alone, and with as many as go together."""
        then(expression, call, given, newer)
        for one in options:
            needed = [o for o in options if o.name in one.requires][:1]
            if one.requires and not needed and not one.requires & set(given):
                continue
            for extra in calls_of(one.items, *self.context):
                self.chain(needed + [one], expression, call, given, newer, then, {one.name: extra})
        together = []
        for one in options:
            if allowed(one, given + [o.name for o in together]):
                together.append(one)
        if len(together) > 1:
            self.chain(together, expression, call, given, newer, then, {})

    def chain(self, options, expression, call, given, newer, then, calls):
        given = list(given)
        for one in options:
            if not allowed(one, given):
                return
            extra = calls.get(one.name) or calls_of(one.items, *self.context)[0]
            expression += "." + extra.expression(one.name)
            call = call + Call([], extra.words, extra.keys, extra.newer)
            given.append(one.name)
            newer = newer or bool(one.since)
        then(expression, call, given, newer)

    def run(self):
        form = self.form
        for first, call in enumerate(calls_of(form.items, *self.context)):
            start = call.expression(form.factory)
            if first > 0:
                self.completed(start, call, [], False, True)
            else:
                self.options(form.before, start, call, [], False,
                             lambda e, c, g, n: self.completed(e, c, g, n, len(g) > 0))
        return self.found

    def completed(self, expression, call, given, newer, short):
        """With its finishers, if it has some, and its options if `short` is not set."""
        form = self.form
        if not form.finishers:
            self.ended(expression, call, given, newer, short)
            return
        for one in form.finishers if not short else form.finishers[:1]:
            late = newer or one.name in self.command.note.get("newer_finishers", [])
            calls = calls_of(one.items, *self.context)
            for i, extra in enumerate(calls if not short else calls[:1]):
                self.ended(expression + "." + extra.expression(one.name),
                           call + Call([], extra.words, extra.keys, extra.newer),
                           given + [one.name] * (one.bit != 0), late, short or i > 0)

    def ended(self, expression, call, given, newer, short):
        if short:
            self.add(expression, call, given, newer)
        else:
            self.options(self.form.after, expression, call, given, newer, self.add)


def samples_of(group):
    enums = {**group.enums}
    found = []
    seen = set()
    for command in group.commands:
        for form in command.forms:
            for one in Maker(command, form, group.name, enums).run():
                if one.expression not in seen:
                    seen.add(one.expression)
                    found.append(one)
    return found


def source(group):
    lines = [emit.FIRST_LINE, "// clang-format off",
             f'#include "sandpiper/commands/{group.name}.hpp"', "", "#include <gtest/gtest.h>", "",
             "#include <vector>", "", '#include "commands/samples.hpp"', "",
             "namespace sandpiper::test {", "",
             f"void add_{group.name}_samples(samples& to) {{"]
    for one in samples_of(group):
        words = " ".join(w or "''" for w in one.words)
        kind = "newer" if one.newer else (
            "offline" if one.command.note.get("live") is False else "asked")
        breakable = one.expression.replace(").", ") .")
        added = emit.wrapped(f"to.add({breakable}, {cpp.quoted(words)}, "
                             f"{cpp.quoted(' '.join(one.keys))}, {kind});", "  ")
        lines += [line.replace(") .", ").") for line in added]
    title = "".join(p.capitalize() for p in group.name.split("_"))
    lines += ["}", "", f"TEST(Samples, {title}CommandsSendWhatTheTableSays) {{",
              f"  expect_encoded(add_{group.name}_samples);", "}", "",
              "}  // namespace sandpiper::test"]
    return "\n".join(lines) + "\n"


# --- against what the server told

def complaints(groups):
    """Samples that are no sentence of the syntax the server told."""
    found = []
    for group in groups:
        for one in samples_of(group):
            skipped = set(one.command.note.get("unchecked", []))
            if one.newer or len(one.options) > 1 or "" in skipped or skipped & set(one.options):
                continue
            words = one.words[len(one.command.name.split(" ")):]
            ends = list(matches(one.command.told.get("arguments", []), words, 0))
            if len(words) not in ends:
                found.append(f"{one.expression} sends {' '.join(one.words)}, which is not "
                             f"{emit.syntax_words(one.command)}")
    return found


def matches(arguments, words, at):
    """Where `arguments` may end when they begin at `at`."""
    if not arguments:
        yield at
        return
    for end in sorted(set(ends_of(arguments[0], words, at))):
        yield from matches(arguments[1:], words, end)


def ends_of(a, words, at):
    flags = a.get("flags", [])
    if "optional" in flags:
        yield at
    ends = {at}
    once = "multiple" not in flags
    token = a.get("token") if a["type"] != "pure-token" else None
    if token is not None and "multiple_token" not in flags:
        if at >= len(words) or words[at] != token:
            return
        ends = {at + 1}
    reached = set()
    while ends:
        step = set()
        for end in ends:
            if token is not None and "multiple_token" in flags:
                if end >= len(words) or words[end] != token:
                    continue
                end += 1
            step |= set(one_of(a, words, end))
        ends = step - reached
        reached |= step
        if once:
            break
    yield from reached


def one_of(a, words, at):
    if a["type"] == "oneof":
        for x in a["arguments"]:
            yield from ends_of(x, words, at)
    elif a["type"] == "block":
        yield from matches(a["arguments"], words, at)
    elif at < len(words):
        if a["type"] == "pure-token":
            fits = words[at] == a["token"]
        elif a["type"] == "integer":
            fits = re.fullmatch(r"-?\d+", words[at])
        elif a["type"] == "double":
            fits = re.fullmatch(r"[(]?-?\d+(\.\d+)?", words[at])
        else:
            fits = True
        if fits:
            yield at + 1
