"""How a command is written, as a tree.

The notation of table/notes/, and of what the server told once it is put into it:

    key count:int             parameters of the factory: a name and a type (TYPES below, or an enum)
    LEFT "*" ~                words that are sent as they are: all that has no small letter
    (MIN | MAX)               one of several words: an enum
    value...                  one or more; {field value}... one or more of both
    #                         how many elements the list behind it has
    [count:int]               may be left out: two factories
    [LIMIT n:int]             an option: a chained call, named after its word ...
    [limit= LIMIT n:int]      ... or so
    [NX | XX]                 options that exclude each other
    [GT !nx]  [LIMIT n ?maxlen]  !: not together with these; ?: only with one of these
    [GET pattern]*            an option that may be given again
    [WITHSCORE @7.2.0]        an option that came later than the command
    .add {score m}...         the call that completes the command; options that stand before it
                              are given before it
    @name key ...             names the classes of this form, where a command has several
    name: NO ONE              names the factory, where it is not the command's own name
"""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r'\.\.\.|\]\*|[\[\](){}|#]|"[^"]*"|[^\s\[\](){}|#]+?(?=\.\.\.)|[^\s\[\](){}|#]+')


@dataclass
class Word:
    text: str


@dataclass
class Param:
    name: str
    type: str


@dataclass
class Count:
    """The number of elements of the next list."""


@dataclass
class Repeated:
    params: list


@dataclass
class Choice:
    """One of several words, without a name yet."""
    words: list
    type: str = ""


@dataclass
class Maybe:
    """What stands in brackets and does not begin with a word."""
    branches: list


@dataclass
class Option:
    name: str
    items: list
    excludes: set
    requires: set
    repeats: bool = False
    since: str = ""
    bit: int = 0
    of_group: int = 0


@dataclass
class Finisher:
    name: str
    items: list
    options_after: bool = False
    bit: int = 0


@dataclass
class Form:
    factory: str
    classes: str
    items: list                                     # what the factory sends
    before: list = field(default_factory=list)      # options that come before a finisher
    finishers: list = field(default_factory=list)
    after: list = field(default_factory=list)
    reply: object = None
    text: str = ""

    def options(self):
        return self.before + self.after

    def describe(self):
        lines = [f"{self.factory}: {self.text}"]
        lines += [f"    before .{o.name}" for o in self.before]
        lines += [f"    completes .{f.name}" for f in self.finishers]
        lines += [f"    .{o.name}  not with {sorted(o.excludes)}" for o in self.after]
        return "\n".join(lines)


def is_word(token):
    return token.startswith('"') or (not re.search("[a-z]", token) and token not in "[](){}|#")


class Parser:
    def __init__(self, text, rename, types):
        self.tokens = TOKEN.findall(text)
        self.at = 0
        self.rename = rename
        self.types = types
        self.groups = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.peek()
        if wanted is not None and token != wanted:
            raise SyntaxError(f"expected {wanted}, found {token!r} in {' '.join(self.tokens)}")
        self.at += 1
        return token

    def items(self, until=()):
        """Items up to one of `until`, which is not taken."""
        found = []
        while self.peek() and self.peek() not in until:
            token = self.peek()
            if token == "[":
                found += self.bracket()
            elif token.startswith(".") and token != "...":
                break
            else:
                found.append(self.item())
        return found

    def item(self):
        token = self.take()
        if token == "#":
            return Count()
        if token == "(":
            words = self.choice()
            self.take(")")
            return words
        if token == "{":
            params = self.items(until=("}",))
            self.take("}")
            self.take("...")
            return Repeated(params)
        if is_word(token):
            return Word(token.strip('"'))
        one = self.param(token)
        if self.peek() == "...":
            self.take()
            return Repeated([one])
        return one

    def param(self, token):
        name, _, kind = token.partition(":")
        if kind.startswith("("):
            raise SyntaxError(token)
        return Param(name, kind or self.types.get(name, "value"))

    def choice(self):
        words = [self.take().strip('"')]
        while self.peek() == "|":
            self.take()
            words.append(self.take().strip('"'))
        return Choice(words)

    def bracket(self):
        """[...]: options, or what may be left out."""
        self.take("[")
        branches = [self.branch()]
        while self.peek() == "|":
            self.take()
            branches.append(self.branch())
        repeats = self.take() == "]*"
        named = [b for b in branches if b[0]]
        if len(named) < len(branches):
            if any(isinstance(i, Option) for b in branches for i in b[1]):
                raise SyntaxError(f"an option in what may be left out: {' '.join(self.tokens)}")
            return [Maybe([b[1] for b in branches])]
        self.groups += 1
        options = [self.option(b, repeats) for b in branches]
        if not repeats:
            for one in options:
                one.excludes |= {o.name for o in options}
        return options

    def option(self, branch, repeats):
        name, items, marks = branch
        one = Option(name, items, set(), set(), repeats, of_group=self.groups)
        for mark in marks:
            names = set(mark[1:].split(","))
            if mark[0] == "!":
                one.excludes |= names
            elif mark[0] == "?":
                one.requires |= names
            else:
                one.since = mark[1:]
        return one

    def branch(self):
        name, marks, items = "", [], []
        if self.peek().endswith("=") and self.peek() != "=":
            name = self.take()[:-1]
        while self.peek() not in ("|", "]", "]*"):
            if self.peek()[0] in "!?@" and len(self.peek()) > 1:
                marks.append(self.take())
            elif self.peek() == "[":
                items += self.bracket()
            else:
                items.append(self.item())
        if not name and items and isinstance(items[0], Word):
            name = self.rename(items[0].text)
        return name, items, marks


def expand(items):
    """What may be left out, once without and once with it: lists of items, the shortest first."""
    for i, one in enumerate(items):
        if not isinstance(one, Maybe):
            continue
        with_it = [items[:i] + b + items[i + 1:] for b in one.branches]
        without = items[:i] + items[i + 1:]
        if i > 0 and isinstance(items[i - 1], Count):
            without = items[:i - 1] + [Word("0")] + items[i + 1:]
        return [e for some in [without] + with_it for e in expand(some)]
    return [items]


def parse(text, factory, rename, types):
    """The forms that a text stands for. More than one share their options."""
    own, classes = factory, factory
    match = re.match(r"(?:(\w+):(?=\s|$))?\s*(?:@(\w+)(?=\s|$))?\s*(.*)", text)
    if match[1]:
        own = classes = match[1]
    classes = match[2] or classes
    parser = Parser(match[3], rename, types)
    head = parser.items()
    finishers = []
    after = []
    while parser.peek().startswith("."):
        name = parser.take()[1:]
        items = parser.items()
        after += [i for i in items if isinstance(i, Option)]
        finishers.append(Finisher(name, [i for i in items if not isinstance(i, Option)]))
    if parser.peek():
        raise SyntaxError(f"{parser.peek()!r} is left of {text}")
    options = [i for i in head if isinstance(i, Option)]
    rest = [i for i in head if not isinstance(i, Option)]
    forms = [Form(own, classes, items, options if finishers else [], finishers,
                  after if finishers else options, text=text) for items in expand(rest)]
    close(forms[0])
    return forms


def close(form):
    """What excludes another is excluded by it; every option excludes itself unless it repeats."""
    by_name = {o.name: o for o in form.options()}
    for one in form.options():
        for other in one.excludes:
            if other in by_name and other != one.name:
                by_name[other].excludes.add(one.name)
        if not one.repeats:
            one.excludes.add(one.name)
        else:
            one.excludes.discard(one.name)
    bit = 1
    for one in form.options():
        one.bit, bit = bit, bit << 1
    for one in form.finishers:
        used = any(one.name in o.excludes | o.requires for o in form.options())
        one.bit, bit = (bit, bit << 1) if used else (0, bit)
