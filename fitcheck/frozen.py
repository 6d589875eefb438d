"""``dataclasses.dataclass(frozen=True)`` in a third of the time that the standard library takes for a class.

That compiles six methods for each class, a third of a millisecond; the window defines more than a hundred before its
first answer. Here only ``__init__`` is compiled, the other methods are the same code for all. What a class does stays
as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    from dataclasses import MISSING, FrozenInstanceError, fields
    from dataclasses import dataclass as _with_fields
    from inspect import get_annotations
    from operator import attrgetter

    def dataclass(*, frozen, slots=False, kw_only=False, eq=True):
        """A decorator as that of ``dataclasses``, for frozen classes that are compared by their fields."""
        assert frozen

        def make(kind):
            # In place: of a compiled class mypyc leaves no other.
            _with_fields(init=False, repr=False, eq=False, kw_only=kw_only)(kind)
            methods = {
                "__init__": _initializer(kind),
                "__repr__": _shown,
                "__setattr__": _refuse,
                "__delattr__": _refuse,
            }
            if eq:
                methods |= _by_fields([one.name for one in fields(kind) if one.compare])
            for name, method in methods.items():
                # Python itself gives a class without a hash where it has an equality.
                if kind.__dict__.get(name) is None:
                    setattr(kind, name, method)
            return _with_slots(kind) if slots else kind

        return make

    def _with_slots(kind):
        """The same class with room for its fields and nothing else, which only a new class can have."""
        own = [one.name for one in fields(kind) if one.name in get_annotations(kind)]
        left_out = {"__dict__", "__weakref__", *own}
        namespace = {name: value for name, value in kind.__dict__.items() if name not in left_out}
        made = type(kind)(kind.__name__, kind.__bases__, {**namespace, "__slots__": tuple(own)})
        made.__qualname__ = kind.__qualname__
        return made

    def _initializer(kind):
        """The one method whose parameters are the class's own."""
        plain, named, body = ["self"], [], []
        values = {"_put": object.__setattr__, "_missing": MISSING}
        for one in fields(kind):
            name, value, default = one.name, one.name, ""
            if one.default is not MISSING:
                default, values[f"default_{name}"] = f"=default_{name}", one.default
            elif one.default_factory is not MISSING:
                default, values[f"new_{name}"] = "=_missing", one.default_factory
                value = f"new_{name}() if {name} is _missing else {name}"
            (named if one.kw_only else plain).append(name + default)
            body.append(f"_put(self, {name!r}, {value})")
        if hasattr(kind, "__post_init__"):
            body.append("self.__post_init__()")
        if named:
            plain += ["*", *named]
        exec(f"def __init__({', '.join(plain)}):\n    " + "\n    ".join(body or ["pass"]), values)
        made = values["__init__"]
        made.__qualname__ = f"{kind.__qualname__}.__init__"
        return made

    def _by_fields(names):
        """``__eq__`` and ``__hash__`` of classes with these fields."""
        # Of a single name it would get the value alone, which may be unlike itself; a tuple of it is not.
        get = attrgetter(*names if len(names) > 1 else 2 * names)

        def equals(self, other):
            if other.__class__ is not self.__class__:
                return NotImplemented
            return self is other or get(self) == get(other)

        def hashed(self):
            return hash(get(self))

        return {"__eq__": equals, "__hash__": hashed}

    def _shown(self):
        values = [f"{one.name}={getattr(self, one.name)!r}" for one in fields(self)]
        return f"{self.__class__.__qualname__}({', '.join(values)})"

    def _refuse(self, name, *_value):
        raise FrozenInstanceError(f"cannot change field {name!r}")
