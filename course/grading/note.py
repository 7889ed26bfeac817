"""A note of everything that judges an answer, so that a change of it can be seen."""


def note_of_checks(names: list[str]) -> str:
    """Note the functions of some checks, what they call by name, and what runs cells.

    Its source is run inside a submission's kernel (see `course.grading.canary`), so it needs
    nothing from around it.

    Args:
        names: modules of `course.checks`.

    Returns:
        Short digests, one for each thing; a later note holds them all, and others for what was
        imported meanwhile, as long as nothing was replaced.
    """
    import builtins
    import hashlib
    import importlib
    import sys
    import types

    found: set[str] = set()
    seen: set[int] = set()

    def put(name: str, *state: object) -> None:
        found.add(hashlib.sha256(repr((name, state)).encode()).hexdigest()[:12])

    def words(code: types.CodeType) -> set[str]:
        inner = [value for value in code.co_consts if isinstance(value, types.CodeType)]
        return set(code.co_names).union(*map(words, inner))

    def add(name: str, value: object) -> None:
        put(name, id(value))
        if isinstance(value, types.FunctionType):
            put(name, *map(id, (value.__code__, value.__defaults__, value.__kwdefaults__)))
        elif isinstance(value, type) and id(value) not in seen:
            seen.add(id(value))
            for inner, one in vars(value).items():
                one = getattr(one, "fget", None) or getattr(one, "__func__", one)
                if isinstance(one, (types.FunctionType, type)):
                    add(f"{value.__module__}.{value.__qualname__}.{inner}", one)

    def add_used(module: types.ModuleType, used: set[str]) -> None:
        if id(module) in seen:
            return
        seen.add(id(module))
        for name in used & vars(module).keys():
            value = vars(module)[name]
            if isinstance(value, types.ModuleType):
                add_used(value, used)
            elif callable(value):
                add(f"{module.__name__}.{name}", value)

    ours, modules = "course.checks.", []
    for name in names:
        try:
            modules.append(importlib.import_module(ours + name))
        except ImportError:
            put(name)
    used = set()
    for module in modules:
        for value in vars(module).values():
            for one in vars(value).values() if isinstance(value, type) else [value]:
                if isinstance(one, types.FunctionType) and str(one.__module__).startswith(ours):
                    used |= words(one.__code__)
    add_used(builtins, used)
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, types.ModuleType):
                add_used(value, used)
            elif callable(value):
                add(f"{module.__name__}.{name}", value)
    tools = [sys.monitoring.get_tool(x) for x in range(6)] if hasattr(sys, "monitoring") else []
    put("traced by", sys.gettrace(), sys.getprofile(), tools)
    shell = builtins.get_ipython() if hasattr(builtins, "get_ipython") else None
    for part in (shell, getattr(shell, "kernel", None), getattr(shell, "display_pub", None)):
        own = getattr(part, "__dict__", {}).items()
        functions = [x for x, value in own if isinstance(value, types.FunctionType)]
        put(type(part).__name__, sorted(x for x in functions if hasattr(type(part), x)))
        for kind in type(part).__mro__:
            if kind.__module__.startswith(("IPython", "ipykernel")):
                add(kind.__name__, kind)
    return " ".join(sorted(found))
