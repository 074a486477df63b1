"""Parameters in C++: how they are declared, and what is said to the command `c`."""

import itertools
from dataclasses import dataclass, field

from .syntax import Count, Param, Repeated, Word

MS = "std::chrono::milliseconds"
INSTANT = "commands::instant"

# type -> declaration, statement; {n} is the parameter's name.
TYPES = {
    "key": ("std::string_view {n}", "commands::add_key(c, {n});"),
    "text": ("std::string_view {n}", "commands::add_text(c, {n});"),
    "int": ("std::int64_t {n}", "c.add({n});"),
    "uint": ("std::uint64_t {n}", "c.add({n});"),
    "double": ("double {n}", "commands::add_number(c, {n});"),
    "bit": ("bool {n}", "c.add({n} ? 1 : 0);"),
    "on_off": ("bool {n}", 'c.add({n} ? "ON" : "OFF");'),
    "yes_no": ("bool {n}", 'c.add({n} ? "YES" : "NO");'),
    "seconds": ("std::chrono::seconds {n}", "c.add({n}.count());"),
    "milliseconds": (MS + " {n}", "c.add({n}.count());"),
    "positive_s": ("std::chrono::seconds {n}", "commands::add_positive(c, {n});"),
    "positive_ms": (MS + " {n}", "commands::add_positive(c, {n});"),
    "ex": (MS + " {n}", "commands::add_expiry(c, {n});"),
    "block_ms": (MS + " {n}", "commands::add_timeout_ms(c, {n});"),
    "wait": (MS + " {n}", "commands::add_timeout_seconds(c, {n});"),
    "unix_s": (INSTANT + " {n}", "commands::add_instant<std::chrono::seconds>(c, {n});"),
    "unix_ms": (INSTANT + " {n}", "commands::add_instant<std::chrono::milliseconds>(c, {n});"),
    "score_bound": ("score_bound {n}", "{n}.add_to(c);"),
    "lex_bound": ("const lex_bound& {n}", "{n}.add_to(c);"),
    "geo_origin": ("const geo_origin& {n}", "{n}.add_to(c);"),
    "geo_area": ("const geo_area& {n}", "{n}.add_to(c);"),
}


@dataclass
class Shape:
    """One way to call a factory, an option or a finisher."""
    templates: list = field(default_factory=list)
    params: list = field(default_factory=list)
    requires: list = field(default_factory=list)
    body: list = field(default_factory=list)
    list_shape: str = ""

    def joined(self, other):
        return Shape(self.templates + other.templates, self.params + other.params,
                     self.requires + other.requires, self.body + other.body,
                     self.list_shape or other.list_shape)


def quoted(text):
    return '"' + text + '"'


def type_name(name):
    """field -> Field, min_idle -> MinIdle: a template parameter."""
    return "".join(part.capitalize() for part in name.split("_"))


def of_param(one):
    if one.type == "value":
        t = type_name(one.name)
        return Shape([f"any_argument {t}"], [f"{t}&& {one.name}"], [],
                     [f"commands::add(c, std::forward<{t}>({one.name}));"])
    if one.type in TYPES:
        declared, said = TYPES[one.type]
        return Shape([], [declared.format(n=one.name)], [], [said.format(n=one.name)])
    return Shape([], [f"{one.type} {one.name}"], [], [f"c.add(word_of({one.name}));"])


def plural(name):
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch")) else "s")


def kind_of(repeated):
    types = tuple(p.type for p in repeated.params)
    texts = ("value", "text")
    if types == ("key",):
        return "keys"
    if len(types) == 1:
        return "numbers" if types[0] in ("int", "double") else "values"
    if types[0] == "key":
        return "streams" if repeated.params[1].name == "id" else "key_pairs"
    if types == ("double", "value"):
        return "scored"
    if types == ("double", "double", "value"):
        return "places"
    if len(types) == 2 and all(t in texts + ("int",) for t in types):
        return "pairs"
    raise SystemExit(f"no list of {types}")


# kind -> concept of a range, type in braces, function that sends a range, its argument
LISTS = {
    "keys": ("text_range", "commands::texts", "put_keys", "{n}"),
    "values": ("argument_range", "commands::arguments", "put_all", "std::forward<{t}>({n})"),
    "numbers": ("number_range", "std::initializer_list<{e}>", "put_numbers", "{n}"),
    "pairs": ("pair_range", "commands::pairs<argument>", "put_pairs", "std::forward<{t}>({n})"),
    "key_pairs": ("key_pair_range", "commands::pairs<std::string_view>", "put_key_pairs",
                  "std::forward<{t}>({n})"),
    "streams": ("key_pair_range", "commands::pairs<std::string_view>", "put_streams",
                "std::forward<{t}>({n})"),
    "scored": ("scored_range", "commands::pairs<double>", "put_scored", "std::forward<{t}>({n})"),
    "places": ("place_range", "commands::places", "put_places", "std::forward<{t}>({n})"),
}


def of_list(repeated, counted, last, after=()):
    """The shapes of a list: written out, a range, in braces. `counted`: its length goes first."""
    kind = kind_of(repeated)
    concept, braces, put, argument = LISTS[kind]
    names = [p.name for p in repeated.params]
    n = "_and_".join(plural(p) for p in names)
    t = "".join(type_name(plural(p)) for p in names)
    element = "double" if repeated.params[0].type == "double" else "std::int64_t"
    braces = braces.format(e=element)
    forward = argument.format(n=n, t=t)
    move = f"std::move({n})" if "forward" in argument else n
    count = [f"c.add(commands::count_of({n}));"] if counted else []
    check = [line.format(count=f"commands::count_of({n})") for line in after]
    shapes = [Shape([f"{concept} {t}"], [f"{t}&& {n}"], [],
                    count + [f"commands::{put}(c, {forward});"] + check, "range"),
              Shape([], [f"{braces} {n}"], [], count + [f"commands::{put}(c, {move});"] + check,
                    "braces")]
    written = written_out(repeated, kind, n, t, counted, last)
    if written:
        written.body += [line.format(count=f"sizeof...({n})") for line in after]
        shapes.insert(0, written)
    return shapes


def written_out(repeated, kind, n, t, counted, last):
    size = f"sizeof...({t})"
    if kind in ("scored", "places"):
        member = type_name(repeated.params[-1].name)
        shape = [of_param(p) for p in repeated.params]
        add = "add_scored" if kind == "scored" else "add_place"
        numbers = ", ".join(p.name for p in repeated.params[:-1])
        body = f"commands::{add}(c, {numbers}, std::forward<{member}>({repeated.params[-1].name}));"
        return Shape(shape[-1].templates, [p for s in shape for p in s.params], [], [body], "one")
    if not last:
        if len(repeated.params) > 1:
            return None
        one = of_param(repeated.params[0])
        return Shape(one.templates, one.params, [], (["c.add(1);"] if counted else []) + one.body,
                     "one")
    if kind == "keys":
        return Shape([f"text_argument... {t}"], [f"const {t}&... {n}"], [f"({size} > 0)"],
                     ([f"c.add({size});"] if counted else []) +
                     [f"(commands::add_key(c, {n}), ...);"],
                     "written")
    if kind == "values":
        return Shape([f"any_argument... {t}"], [f"{t}&&... {n}"], [f"({size} > 0)"],
                     ([f"c.add({size});"] if counted else []) +
                     [f"(commands::add(c, std::forward<{t}>({n})), ...);"], "written")
    if kind == "numbers":
        return Shape([f"number_argument... {t}"], [f"{t}... {n}"], [f"({size} > 0)"],
                     [f"(c.add({n}), ...);"] if repeated.params[0].type == "int" else
                     [f"(commands::add_number(c, static_cast<double>({n})), ...);"], "written")
    if kind == "pairs":
        return Shape([f"any_argument... {t}"], [f"{t}&&... {n}"],
                     [f"({size} > 0 && {size} % 2 == 0)"],
                     ([f"c.add({size} / 2);"] if counted else []) +
                     [f"(commands::add(c, std::forward<{t}>({n})), ...);"], "written")
    add = {"key_pairs": f"commands::add_keys_and_values(c, std::forward<{t}>({n})...);",
           "streams": f"commands::add_streams(c, {n}...);"}[kind]
    return Shape([f"class... {t}"], [f"{t}&&... {n}"],
                 [f"(commands::are_keys_and_values<{t}...>())"],
                 ([f"c.add({size} / 2);"] if counted else []) + [add], "written")


def shapes_of(items, after_list=()):
    """All ways to call what takes `items`."""
    choices = []
    counted = False
    for i, one in enumerate(items):
        last = not any(isinstance(x, (Param, Repeated)) for x in items[i + 1:])
        if isinstance(one, Word):
            choices.append([Shape(body=[f"c.add({quoted(one.text)});"])])
        elif isinstance(one, Count):
            counted = True
        elif isinstance(one, Param):
            choices.append([of_param(one)])
        else:
            choices.append(of_list(one, counted, last, after_list))
            counted = False
    shapes = []
    for combination in itertools.product(*choices):
        whole = Shape()
        for part in combination:
            whole = whole.joined(part)
        shapes.append(whole)
    return shapes
