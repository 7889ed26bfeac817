"""A note of everything that judges an answer, so that a change of it can be seen."""


def note_of_checks(names: list[str]) -> str:
    """Note the functions of some checks, what they call by name, and what runs cells.

    Its source is run inside a submission's kernel (see `course.grading.canary`), so it needs
    nothing from around it.

    Args:
        names: modules of `course.checks`.

    Returns:
        A digest, equal as long as nothing of it was replaced.
    """
    import builtins
    import hashlib
    import importlib
    import sys
    import types

    found: list[object] = [sys.gettrace(), sys.getprofile()]
    if hasattr(sys, "monitoring"):
        found += [sys.monitoring.get_tool(number) for number in range(6)]
    seen: set[int] = set()

    def words(code: types.CodeType) -> set[str]:
        inner = [value for value in code.co_consts if isinstance(value, types.CodeType)]
        return set(code.co_names).union(*map(words, inner))

    def add(value: object) -> None:
        found.append(id(value))
        if isinstance(value, types.FunctionType):
            found.extend(map(id, (value.__code__, value.__defaults__, value.__kwdefaults__)))
        elif isinstance(value, type) and id(value) not in seen:
            seen.add(id(value))
            for inner in vars(value).values():
                inner = getattr(inner, "fget", None) or getattr(inner, "__func__", inner)
                if isinstance(inner, (types.FunctionType, type)):
                    add(inner)

    def add_used(module: types.ModuleType, used: set[str]) -> None:
        if id(module) in seen:
            return
        seen.add(id(module))
        for name in sorted(used & vars(module).keys()):
            value = vars(module)[name]
            if isinstance(value, types.ModuleType):
                add_used(value, used)
            elif callable(value):
                add(value)

    modules = []
    for name in names:
        try:
            modules.append(importlib.import_module(f"course.checks.{name}"))
        except ImportError:
            found.append(name)
    used = set()
    for module in modules:
        for value in vars(module).values():
            for one in vars(value).values() if isinstance(value, type) else [value]:
                if isinstance(one, types.FunctionType) and one.__module__ == module.__name__:
                    used |= words(one.__code__)
    add_used(builtins, used)
    for module in modules:
        for _, value in sorted(vars(module).items()):
            if isinstance(value, types.ModuleType):
                add_used(value, used)
            elif callable(value):
                add(value)
    shell = builtins.get_ipython() if hasattr(builtins, "get_ipython") else None
    for part in (shell, getattr(shell, "kernel", None), getattr(shell, "display_pub", None)):
        own = [name for name in getattr(part, "__dict__", ()) if hasattr(type(part), name)]
        found += [name for name in sorted(own) if isinstance(vars(part)[name], types.FunctionType)]
        for kind in type(part).__mro__:
            if kind.__module__.startswith(("IPython", "ipykernel")):
                add(kind)
    return hashlib.sha256(repr(found).encode()).hexdigest()
