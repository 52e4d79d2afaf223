#!/usr/bin/env python3
"""mutate.py [--jobs N] [--verbose] [FILE.c...] [WORD...] - deliberate mistakes in the core,
one at a time: the tests must notice each.  No part of ctest.

Without a FILE the mistakes of mutations.tsv: every cell of the decision table, every
comparison of a limit, every key of the queue, the floor.  This is what .ci/run does; two
minutes.  With FILEs of agent/ (or --all, the whole core) those made there by rule, from the
text of the code itself; some minutes a file:

  a comparison     moves by one (< becomes <=) or turns (== becomes !=)
  && and ||        become each other; a ! goes; + and - become each other
  a condition      turns round (if, while)
  a number         is one more
  a name of a list (a phase, a role, a cause, a kind of action) is the next one of its list
  true and false   become each other
  a statement      is left out

WORDs choose mistakes by what is printed of them.  What survives is either a missing
scenario or changes nothing that a plan could show: the latter are in mutations_equal.tsv,
with the reason.  A mistake of which the compiler makes the same code is none.  Status 1
when another one survives, or when a line of these files fits nothing any more.

Needs gcc, ld and the libraries of the tests.
"""

import argparse
import collections
import concurrent.futures
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LIBRARY = ["base.c", "text.c", "digest.c", "identify.c"]
TESTS = ["table", "rules", "canary", "leavers", "identity", "seats", "ways", "floor", "tokens", "sources",
         "unit", "forecast"]
STORIES = ["pains", "safety", "corners", "edges", "refusals"]
WORLDS = "400"
SECONDS, MEMORY = 20, 2 << 30
SAME = "nobody: it is the same"
FLAGS = ["-std=c11", "-D_GNU_SOURCE", '-DSEATSYNC_VERSION="0"', "-w", "-O1", "-I."]

# What is left out without any effect on a plan: freeing.  valgrind and the sanitizers look.
FREES = {"VEC_FREE", "free", "arena_free", "cast_free", "rulebook_free"}

TOKEN = re.compile(
    r"(?P<skip>/\*.*?\*/|//[^\n]*|^[ \t]*#[^\n]*(?:\\\n[^\n]*)*|\s+)"
    r"|(?P<text>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<number>\d\w*)"
    r"|(?P<op>->|\+\+|--|<<=|>>=|<<|>>|[<>=!]=|&&|\|\||[-+*/%&|^]=|.)",
    re.S | re.M)

OPERATORS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
             "&&": "||", "||": "&&", "!": "", "+": "-", "-": "+", "++": "--", "+=": "-=",
             "-=": "+=", "|=": "="}
KEYWORDS = {"return", "if", "for", "while", "else", "switch", "case", "default", "do", "goto",
            "struct", "enum", "static", "const", "union", "typedef", "sizeof", "VEC", "bool"}


class Token:
    def __init__(self, match):
        self.kind, self.text = match.lastgroup, match.group()
        self.start, self.end = match.span()


def tokens_of(source):
    return [t for t in map(Token, TOKEN.finditer(source)) if t.kind != "skip"]


def siblings():
    """For each name of an enumeration without numbers the next one."""
    following = {}
    for name in sorted(os.listdir(os.path.join(ROOT, "agent"))):
        if not name.endswith((".h", ".c")):
            continue
        with open(os.path.join(ROOT, "agent", name), encoding="utf-8") as f:
            text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
        for body in re.findall(r"enum\s+\w+\s*\{([^}=]*)\}", text):
            names = [n.strip() for n in body.split(",") if n.strip()]
            names = [n for n in names if not n.endswith("_NR")]
            for i, n in enumerate(names):
                if len(names) > 1:
                    following[n] = names[(i + 1) % len(names)]
    return following


def closing(tokens, at):
    """The index of the parenthesis that closes the one at `at`."""
    depth = 0
    for i in range(at, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[i].text, 0)
        if not depth:
            return i
    raise ValueError("no closing parenthesis")


def body_depths(tokens):
    """For each token whether it is inside a function."""
    inside, depth = [], 0
    for t in tokens:
        if t.text == "}":
            depth -= 1
        inside.append(depth > 0)
        if t.text == "{":
            depth += 1
    return inside


def is_unary(tokens, i):
    before = tokens[i - 1]
    return before.text in {"return", "case"} or (before.kind == "op" and before.text not in {")", "]"})


def says_order(tokens, i):
    """One of the numbers of `? -1 : 1`, of which only the sign counts."""
    text = [t.text for t in tokens[max(i - 4, 0):i + 4]]
    return any(text[j:j + 5] == ["?", "-", "1", ":", "1"] for j in range(len(text)))


def statement_end(tokens, i):
    """The semicolon that ends a statement which begins at i, or None when it is none."""
    first, second = tokens[i], tokens[i + 1]
    if tokens[i - 1].text not in {";", "{", "}", ")", "else", ":"}:
        return None
    if first.text in {"continue", "break"} or (first.text == "return" and second.text == ";"):
        return i + 1
    if first.text in KEYWORDS | FREES or first.kind != "name" and first.text != "*":
        return None
    if second.kind == "name" or second.text == ":":
        return None
    depth = 0
    for j in range(i, len(tokens)):
        depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(tokens[j].text, 0)
        if depth < 0:
            return None
        if tokens[j].text == ";" and not depth:
            return j
    return None


def mistakes_in(source, following):
    """(start, end, replacement) of every mistake."""
    tokens = tokens_of(source)
    inside = body_depths(tokens)
    for i, t in enumerate(tokens[:-1]):
        if t.kind == "op" and t.text in OPERATORS and inside[i]:
            if t.text in "+-" and is_unary(tokens, i):
                continue
            yield t.start, t.end, OPERATORS[t.text]
        elif t.kind == "number" and not says_order(tokens, i):
            digits = re.match(r"\d+", t.text).group()
            if not t.text.startswith("0x"):
                yield t.start, t.end, str(int(digits) + 1) + t.text[len(digits):]
        elif t.text in following and inside[i] and tokens[i - 1].text not in {"case", "["}:
            yield t.start, t.end, following[t.text]
        elif t.text in ("true", "false"):
            yield t.start, t.end, "false" if t.text == "true" else "true"
        if t.text in ("if", "while") and tokens[i + 1].text == "(":
            last = closing(tokens, i + 1)
            inner = source[tokens[i + 1].end:tokens[last].start]
            yield tokens[i + 1].end, tokens[last].start, f"!({inner})"
        end = statement_end(tokens, i) if inside[i] and i else None
        if end is not None:
            yield t.start, tokens[end].start, ""


class Mistake:
    def __init__(self, file, source, change, line, label):
        self.file, self.text, self.line, self.label = file, change, line, label
        self.equal = self.text == source


def shown(text):
    return " ".join(text.split())


def line_around(source, start, end):
    first = source.rfind("\n", 0, start) + 1
    last = source.find("\n", end)
    return first, last if last >= 0 else len(source)


def mistakes_made(file, source, following):
    for start, end, new in mistakes_in(source, following):
        first, last = line_around(source, start, end)
        was = shown(source[first:last])
        now = shown(source[first:start] + new + source[end:last])
        yield Mistake(file, source, source[:start] + new + source[end:],
                      source.count("\n", 0, start) + 1, f"{was}  =>  {now}")


def rows(name, columns):
    path = os.path.join(HERE, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t", columns - 1) for line in f
                if line.strip() and not line.startswith("#")]


def mistakes_listed(sources):
    for file, change in rows("mutations.tsv", 2):
        text = subprocess.run(["sed", change], input=sources[file], capture_output=True, text=True,
                              check=True).stdout
        yield Mistake(file, sources[file], text, 0, change)


# ---- building and trying ------------------------------------------------------------------

def run(command, **more):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace",
                          **more)


def memory_limit():
    """Some mistakes allocate without end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def compile_all(jobs):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in pool.map(run, jobs):
            if done.returncode:
                sys.exit(done.stderr)


class Bench:
    """Everything but the core compiled once, and the core's own objects."""

    def __init__(self, work, core):
        self.work = work
        self.libraries = run(["pkg-config", "--libs", "cmocka", "nettle"]).stdout.split()
        self.objects = {f: os.path.join(work, f + ".o") for f in core}
        self.same = {}
        jobs = [self.compiling(f"agent/{f}", o) for f, o in self.objects.items()]
        rest = []

        def add(source, *flags):
            rest.append(os.path.join(work, f"rest{len(rest)}.o"))
            jobs.append(self.compiling(source, rest[-1], *flags))

        for f in LIBRARY:
            add(f"agent/{f}")
        for f in sorted(os.listdir(HERE)):
            if f.endswith(".c") and not f.endswith("_test.c"):
                add(f"tests/core/{f}")
        for t in TESTS + ["property"]:
            add(f"tests/core/{t}_test.c", f"-Dmain=main_{t}")
        for t in STORIES:
            add("tests/core/story_test.c", f"-Dmain=main_{t}", f'-DSTORIES="{HERE}/{t}.txt"')
        add(self.driver())
        compile_all(jobs)
        self.rest = os.path.join(work, "rest.o")
        compile_all([["ld", "-r", "-o", self.rest] + rest])
        for f, o in self.objects.items():
            self.same[f] = content(o)

    def compiling(self, source, to, *flags):
        return ["gcc", *flags, *FLAGS, "-c", source, "-o", to]

    def driver(self):
        """One program: the scenarios, or with an argument the random worlds."""
        path = os.path.join(self.work, "driver.c")
        names = STORIES + TESTS
        with open(path, "w", encoding="utf-8") as f:
            f.write("".join(f"int main_{t}(int, char **);\n" for t in names + ["property"]))
            f.write("int main(int argc, char **argv)\n{\n\tif (argc > 1)\n"
                    "\t\treturn main_property(argc, argv) != 0;\n\treturn ")
            f.write(" || ".join(f"main_{t}(1, argv)" for t in names) + ";\n}\n")
        return path

    def program(self):
        """The tests without any mistake."""
        to = os.path.join(self.work, "program")
        run(["gcc", "-o", to, self.rest, *self.objects.values(), *self.libraries], check=True)
        return to

    def notice(self, mistake):
        """None: nobody noticed; SAME: the compiler makes no difference; else by what."""
        with tempfile.TemporaryDirectory(dir=self.work) as place:
            os.mkdir(os.path.join(place, "agent"))
            program = os.path.join(place, "program")
            with open(os.path.join(place, "agent", mistake.file), "w", encoding="utf-8") as f:
                f.write(mistake.text)
            objects = dict(self.objects)
            for file in objects if mistake.file.endswith(".h") else [mistake.file]:
                source = os.path.join(place, "agent", file)
                objects[file] = os.path.join(place, file + ".o")
                if run(self.compiling(source if os.path.exists(source) else f"agent/{file}",
                                      objects[file], f"-I{place}",
                                      f"-fmacro-prefix-map={place}/=")).returncode:
                    return "the compiler"
            if all(content(o) == self.same[f] for f, o in objects.items()):
                return SAME
            run(["gcc", "-o", program, self.rest, *objects.values(), *self.libraries], check=True)
            return self.failure([program]) or self.failure([program, "1", WORLDS])

    def failure(self, command):
        try:
            done = run(command, timeout=SECONDS, preexec_fn=memory_limit)
        except subprocess.TimeoutExpired:
            return "time"
        if done.returncode == 0:
            return None
        found = re.search(r"FAILED  \] (?!\d+ test)(.*)", done.stderr + done.stdout)
        return found.group(1) if found else "a crash"


def content(path):
    with open(path, "rb") as f:
        return f.read()


# ---- all of it ----------------------------------------------------------------------------------

def core_files():
    with open(os.path.join(ROOT, "agent", "CMakeLists.txt"), encoding="utf-8") as f:
        return re.search(r"add_library\(core STATIC ([^)]*)\)", f.read()).group(1).split()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--all", action="store_true", help="those made in the whole core")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="also what was noticed, and by what")
    parser.add_argument("words", nargs="*", metavar="FILE.c|WORD")
    return parser.parse_args()


def mistakes_wanted(options, core):
    sources = {}
    for file in core + ["draft.h"]:
        sources[file] = content(os.path.join(ROOT, "agent", file)).decode()
    files = core if options.all else [f for f in core if f in options.words]
    words = [w for w in options.words if w not in core]
    following = siblings()
    made = [m for f in files for m in mistakes_made(f, sources[f], following)]
    return [m for m in made or mistakes_listed(sources)
            if all(w in f"{m.file}:{m.line}: {m.label}" for w in words)]


def judge(mistake, by, equal):
    """What is said of a mistake, and whether that is as it must be."""
    listed = not mistake.line
    if mistake.equal or listed and by in (SAME, "the compiler"):
        return "STALE", False
    if by == SAME or not by and (mistake.file, mistake.label) in equal:
        return "same", True
    return ("noticed", True) if by else ("SURVIVED", False)


def main():
    options = arguments()
    core = core_files()
    mistakes = mistakes_wanted(options, core)
    equal = {(file, label): why for file, label, why in rows("mutations_equal.tsv", 3)}
    found = collections.Counter()
    work = tempfile.mkdtemp(prefix="seatsync-mutate.")
    try:
        bench = Bench(work, core)
        if bench.failure([bench.program()]) or bench.failure([bench.program(), "1", WORLDS]):
            sys.exit("the tests fail without any mistake")
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for m, by in zip(mistakes, pool.map(bench.notice, mistakes)):
                verdict, good = judge(m, by, equal)
                found[verdict] += 1
                if options.verbose or not good:
                    print(f"{verdict:<9} {m.file}:{m.line}: {m.label}  (by: {by})", flush=True)
    finally:
        shutil.rmtree(work)
    gone = [key for key in equal if options.all and not any(key == (m.file, m.label) for m in mistakes)]
    for file, label in gone:
        print(f"STALE     {file}: {label}  (mutations_equal.tsv)")
    print(", ".join(f"{nr} {verdict}" for verdict, nr in sorted(found.items())))
    sys.exit(bool(gone or found["SURVIVED"] or found["STALE"]))


if __name__ == "__main__":
    main()
