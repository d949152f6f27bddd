"""The rules of the house that a machine can hold: who imports whom, how large things are, and what they are called."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = (
    "errors loading nouns arguments periods styling drawing counts fits chance models claims charts reports "
    "progress countverbs reportverbs verbs commandline completion cli"
).split()
FACADE, DOORS = (
    "trends/__init__.py",
    (
        "trends/__init__.py",
        "trends/__main__.py",
        "trends/cli.py",
        "trends/countverbs.py",
        "trends/reportverbs.py",
        "trends/verbs.py",
    ),
)
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc", "core", "base"}
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def imported(node):
    """The modules that one statement may load: ``from a import b`` may mean a, or its module b."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "later":
        return [name.value if isinstance(name, ast.Constant) else "trends.loading" for name in node.args]
    return []


def import_faults(path, tree):
    place = path.split("/")[1].removesuffix(".py")
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, FUNCTION) for part in ast.walk(node)}
    for node in ast.walk(tree):
        for name in imported(node):
            top, layer = [*name.split("."), ""][:2]
            if name.startswith("matplotlib.pyplot") and path != "trends/drawing.py":
                yield f"has pyplot in {ast.unparse(node)!r}"
            if top == "":
                yield f"has a relative name in {ast.unparse(node)!r}"
            if top != "trends":
                continue
            if isinstance(node, ast.Call):
                yield f"has {ast.unparse(node)!r}, which is ours or nobody can tell"
            if id(node) in inside and path not in DOORS:
                yield f"has {ast.unparse(node)!r} inside a function"
            if layer not in LAYERS and path not in DOORS:
                yield f"has the facade in {ast.unparse(node)!r}"
            if layer in LAYERS and place in LAYERS and LAYERS.index(layer) > LAYERS.index(place):
                yield f"looks to its right in {ast.unparse(node)!r}"
        called = getattr(node, "attr", getattr(node, "id", ""))
        if called in ("import_module", "__import__") and path not in DOORS:
            yield "imports by name"


def shape_faults(path, text, tree):
    lines = len(text.splitlines())
    if lines > 400:
        yield f"has {lines} lines"
    if path.endswith("/__init__.py") and path != FACADE and (len(tree.body) != 1 or not ast.get_docstring(tree)):
        yield "holds more than a docstring"
    if VAGUE & set(re.split(r"[/_.]", path)):
        yield "has a vague name"
    if path.split("/")[1].removesuffix(".py") not in [*LAYERS, "__init__", "__main__"]:
        yield "is in no layer"
    for node in ast.walk(tree):
        name = getattr(node, "name", "") or ""
        if isinstance(node, FUNCTION):
            told = ast.get_docstring(node, clean=False) is not None
            length = node.end_lineno - node.lineno + 1 - told * (node.body[0].end_lineno - node.body[0].lineno + 1)
            if length > 60:
                yield f"has {name} of {length} lines"
        if isinstance(node, ast.ClassDef) and any(is_thawed(each) for each in node.decorator_list):
            yield f"has {name}, a dataclass that is not frozen"
        if isinstance(node, FUNCTION | ast.ClassDef) and re.match("test_|Test", name):
            yield f"has {name}, which pytest would collect"


def is_thawed(decorator):
    """Whether a decorator makes a dataclass whose attributes can be set after it was made."""
    plain = ast.unparse(decorator)
    return plain.startswith(("dataclass", "dataclasses.")) and "frozen=True" not in plain


def package_faults(root):
    faults = []
    for file in sorted(root.glob("trends/**/*.py")):
        path, text = file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")
        tree = ast.parse(text)
        faults += [f"{path} {fault}" for fault in (*import_faults(path, tree), *shape_faults(path, text, tree))]
    return faults


def listed_paths(text):
    """The paths in the first fenced block of a text: ``path  what it is``, in full or indented under its folder."""
    paths, folders = [], []
    for line in text.split("```")[1].splitlines()[1:]:
        plain = re.sub("[│├└─]", " ", line)
        if not plain.strip():
            continue
        indent, name = len(plain) - len(plain.lstrip()), plain.split()[0]
        folders = [(depth, folder) for depth, folder in folders if depth < indent]
        path = (folders[-1][1] if folders else "") + name
        if name.endswith("/"):
            folders.append((indent, path))
        paths.append(path)
    return paths


def tree_faults(root):
    listed = listed_paths((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    modules = {file.relative_to(root).as_posix() for file in root.glob("trends/**/*.py")}
    return [
        *(f"{path} is listed twice" for path in sorted({path for path in listed if listed.count(path) > 1})),
        *(f"{path} is listed and not there" for path in listed if not (root / path).exists()),
        *(f"{path} is there and not listed" for path in sorted(modules - set(listed))),
    ]


def test_the_package_keeps_the_rules_of_the_house():
    assert package_faults(ROOT) == []


def test_the_tree_in_the_architecture_is_the_tree_on_disk():
    assert tree_faults(ROOT) == []


GOOD = {
    "trends/__init__.py": "import importlib\n\n\ndef __getattr__(name):\n    importlib.import_module('trends.models')",
    "trends/cli.py": "def main():\n    import trends\n    from trends.models import trend",
    "trends/drawing.py": "import matplotlib.pyplot as plt\nfrom matplotlib import pyplot",
    "trends/models/__init__.py": '"""Models."""',
    "trends/models/trend.py": "from trends.counts.panel import Panel\nfrom trends.models import design\nimport json",
    "trends/models/long.py": "def f():\n    '''" + "\n" * 90 + "'''\n" + "    x = 1\n" * 59 + "\n" * 249,
}
WRONG = [
    ("counts/panel.py", "import trends.models.trend", "looks to its right in 'import trends.models.trend'"),
    ("counts/panel.py", "from trends import models", "looks to its right in 'from trends import models'"),
    ("errors.py", "from trends.periods import span", "looks to its right in 'from trends.periods import span'"),
    ("models/trend.py", "import trends", "has the facade in 'import trends'"),
    ("models/trend.py", "from trends import Panel", "has the facade in 'from trends import Panel'"),
    ("models/trend.py", "from . import design", "has a relative name in 'from . import design'"),
    ("models/trend.py", "def f():\n    import trends.errors", "has 'import trends.errors' inside a function"),
    ("models/trend.py", "import importlib\nimportlib.import_module('a')", "imports by name"),
    ("models/trend.py", "__import__('a')", "imports by name"),
    (
        "models/trend.py",
        "x = later('trends.drawing')",
        "has \"later('trends.drawing')\", which is ours or nobody can tell",
    ),
    ("models/trend.py", "x = later(name)", "has 'later(name)', which is ours or nobody can tell"),
    ("charts/maps.py", "x = later('matplotlib.pyplot')", "has pyplot in \"later('matplotlib.pyplot')\""),
    ("charts/maps.py", "import matplotlib.pyplot", "has pyplot in 'import matplotlib.pyplot'"),
    ("charts/maps.py", "from matplotlib import pyplot as p", "has pyplot in 'from matplotlib import pyplot as p'"),
    ("charts/maps.py", "from matplotlib.pyplot import plot", "has pyplot in 'from matplotlib.pyplot import plot'"),
    ("models/__init__.py", "'''Models.'''\nimport json", "holds more than a docstring"),
    ("models/__init__.py", "", "holds more than a docstring"),
    ("models/fit_utils.py", "'''Fits.'''", "has a vague name"),
    ("models/core/fit.py", "'''Fits.'''", "has a vague name"),
    ("guesses/fit.py", "'''A room of its own.'''", "is in no layer"),
    ("models/trend.py", "x = 1\n" * 401, "has 401 lines"),
    ("models/trend.py", "def f():\n" + "    x = 1\n" * 60, "has f of 61 lines"),
    ("models/trend.py", "@dataclass\nclass Fit:\n    pass", "has Fit, a dataclass that is not frozen"),
    ("models/trend.py", "@dataclass(eq=False)\nclass Fit:\n    pass", "has Fit, a dataclass that is not frozen"),
    ("models/trend.py", "def test_break():\n    pass", "has test_break, which pytest would collect"),
    ("models/trend.py", "class TestBreak:\n    pass", "has TestBreak, which pytest would collect"),
]


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_a_package_that_keeps_the_rules_has_no_fault(tmp_path):
    write(tmp_path, GOOD)
    assert package_faults(tmp_path) == []


@pytest.mark.parametrize(("path", "text", "fault"), WRONG, ids=[fault for _, _, fault in WRONG])
def test_each_breach_of_a_rule_is_found(path, text, fault, tmp_path):
    write(tmp_path, GOOD | {f"trends/{path}": text})
    assert package_faults(tmp_path) == [f"trends/{path} {fault}"]


TREE = """\
# The tree

```
setup.cfg           metadata
trends/
├── __init__.py     the facade
├── cli.py          verbs
├── drawing.py      charts
└── models/         how counts behave
    ├── __init__.py one docstring
    ├── long.py     a long one
    └── trend.py    a trend
```

```console
$ trends report
```
"""


def test_a_tree_drawn_with_folders_or_with_full_paths_is_read(tmp_path):
    write(tmp_path, GOOD | {"setup.cfg": "", "ARCHITECTURE.md": TREE})
    assert tree_faults(tmp_path) == []
    write(tmp_path, {"ARCHITECTURE.md": "```\n" + "\n".join(f"{path}  a file" for path in GOOD) + "\n```\n"})
    assert tree_faults(tmp_path) == []


def test_a_tree_that_misses_invents_or_repeats_a_module_is_found(tmp_path):
    missing = "    ├── long.py     a long one\n"
    write(tmp_path, GOOD | {"setup.cfg": "", "ARCHITECTURE.md": TREE.replace(missing, "")})
    assert tree_faults(tmp_path) == ["trends/models/long.py is there and not listed"]
    write(tmp_path, {"ARCHITECTURE.md": TREE.replace(missing, missing + missing.replace("long", "short"))})
    assert tree_faults(tmp_path) == ["trends/models/short.py is listed and not there"]
    write(tmp_path, {"ARCHITECTURE.md": TREE.replace(missing, missing * 2)})
    assert tree_faults(tmp_path) == ["trends/models/long.py is listed twice"]
