"""What names and attributes denote while code that builds an application is interpreted."""

from archlint.facts.expressions import Call, Const, Expr, Lambda
from archlint.facts.statements import Class, Def, Set
from archlint.project.classes import find_class, find_function, method, methods, mro
from archlint.project.constants.values import external, string
from archlint.project.definitions import ClassDefinition, Function, inner_definitions
from archlint.project.fastapi.activity import is_active_class
from archlint.project.fastapi.events import Event, Outcome
from archlint.project.fastapi.kinds import class_kind, named_class
from archlint.project.fastapi.values import (
    APP,
    BARE,
    Argument,
    ClassRef,
    Either,
    External,
    Frame,
    Given,
    Instance,
    Key,
    Method,
    ModuleRef,
    Router,
    Routes,
    Routine,
    Super,
    Value,
    Wrapped,
    alternatives,
    either,
)  # fmt: skip
from archlint.project.model import Module, Project
from archlint.project.names import MODULE, Symbol, member, resolve
from archlint.project.places import whole
from archlint.project.walk import statements

ROUTER_METHODS = frozenset(
    {
        "get", "post", "put", "delete", "options", "head", "patch", "trace", "api_route", "websocket", "add_api_route",
        "add_api_websocket_route", "include_router", "generate_and_include_versioned_routers", "mount", "__init__",
    }
)  # fmt: skip
GETTERS = ("property", "cached_property")
AUTO = ("auto", "enum.auto")
"""What gives a member of a `StrEnum` its name in lower case."""
NO_ARGUMENTS = Given((), ())
MAX_DEPTH = 12
"""Calls followed inside one another at most."""
MAX_NESTING = 60
"""Expressions and blocks inside one another at most: Python's own stack holds few more."""


class Lookups:
    """Names, attributes and symbols to what they denote; collects, on the way, what happens to routers."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.events: list[Event] = []
        self.entered: set[Function] = set()
        self.is_decorating = False
        self.nesting = 0
        self.class_state: dict[tuple[ClassDefinition, str], Value] = {}

    def evaluate(self, frame: Frame, expr: Expr) -> Value:
        """What an expression denotes."""
        raise NotImplementedError

    def follow(self, callee: Routine, given: Given, frame: Frame, at: Key) -> Value:
        """What a function returns for some arguments."""
        raise NotImplementedError

    def global_outcome(self, module: Module, name: str, wanted: bool) -> Outcome:
        """What a module-level name denotes; ``wanted`` follows every call to find out."""
        raise NotImplementedError

    def stand_in(self, definition: ClassDefinition) -> Instance:
        """The object that stands for any of a class, where nothing says which."""
        raise NotImplementedError

    def name(self, frame: Frame, dotted: str) -> Value:
        """What a dotted name denotes in a frame."""
        head, _, rest = dotted.partition(".")
        found, value = self.local(frame, head)
        if found:
            return self.attributes(value, rest, frame)
        symbol = resolve(self.project, frame.module, dotted, frame.function)
        if symbol is None and rest:
            # Inheritance is not followed by the names: ask the object.
            symbol = resolve(self.project, frame.module, head, frame.function)
            return self.attributes(self.symbol(symbol, frame), rest, frame) if symbol else None
        return self.symbol(symbol, frame) if symbol else None

    def local(self, frame: Frame, name: str) -> tuple[bool, Value]:
        """Whether a frame or one around it binds a name, and to what."""
        inner: Frame | None = frame
        while inner is not None:
            if name in inner.names:
                return True, inner.names[name]
            inner = inner.outer
        return False, None

    def held(self, frame: Frame, dotted: str) -> Value:
        """What a dotted name denotes that begins with a name a frame or one around it binds."""
        return self.name(frame, dotted) if self.local(frame, dotted.partition(".")[0])[0] else None

    def rebind(self, frame: Frame, name: str, value: Value) -> None:
        """Give a name, or an attribute of an object, the value it has after a method changed it."""
        if not name:
            return
        head, _, attribute = name.partition(".")
        inner: Frame | None = frame
        while inner is not None and head not in inner.names:
            inner = inner.outer
        if not attribute:
            (inner or frame).names[head] = value
            return
        holder = inner.names[head] if inner is not None else None
        if isinstance(holder, Instance) and "." not in attribute:
            holder.attributes[attribute] = value

    def attributes(self, value: Value, dotted: str, frame: Frame) -> Value:
        for name in dotted.split(".") if dotted else ():
            value = self.attribute(value, name, frame)
        return value

    def symbol(self, symbol: Symbol, frame: Frame) -> Value:
        """What a resolved name denotes."""
        if symbol.is_external:
            return external(symbol.name) or External(symbol)
        module = self.project.by_path[symbol.path]
        if symbol.name == MODULE:
            return ModuleRef(module)
        if ".<locals>." in symbol.name:
            return self.definition(symbol)
        head, _, rest = symbol.name.partition(".")
        value = self.global_outcome(module, head, False).value
        if value is None and frame.wants_result:
            value = self.global_outcome(module, head, True).value
        return self.attributes(value, rest, frame)

    def definition(self, symbol: Symbol) -> Value:
        """The class or function a symbol names."""
        definition = find_class(self.project, symbol)
        if definition is not None:
            return ClassRef(definition)
        function = find_function(self.project, symbol)
        return Routine(function) if function is not None else None

    def attribute(self, value: Value, name: str, frame: Frame) -> Value:
        """What ``value.name`` denotes."""
        match value:
            case Router():
                return self.of_router(value, name)
            case Instance():
                return self.of_instance(value, name, frame)
            case ModuleRef(module=module):
                found = member(self.project, module, Symbol(module.path, MODULE), name)
                return self.symbol(found, frame) if found else None
            case External(symbol=symbol):
                found = member(self.project, frame.module, symbol, name)
                return self.symbol(found, frame) if found else None
            case ClassRef(definition=definition):
                return self.of_class(definition, name)
            case Super():
                return self.of_super(value, name)
            case Wrapped(inner=inner):
                return self.attribute(inner, name, frame)
            case Const() if name == "value":  # an enum member stands for its value
                return value
            case Either():
                return either([self.attribute(one, name, frame) for one in alternatives(value)])
        return None

    def of_router(self, router: Router, name: str) -> Value:
        if name in ROUTER_METHODS:
            return Method(router, name)
        if name == "routes":
            return Routes(router)
        if name == "router" and router.kind in (APP, BARE):
            return router
        if name == "prefix":
            return string(router.prefix)
        definition = find_class(self.project, router.class_)
        own = method(self.project, definition, name) if definition else None
        return Routine(own, router) if own else None

    def of_instance(self, instance: Instance, name: str, frame: Frame) -> Value:
        if name in instance.attributes:
            return instance.attributes[name]
        passed = instance.given.get(name, self.field_position(instance.definition, name))
        changed = self.of_class_state(instance.definition, name)
        if changed is not None:
            return changed
        declared = self.of_class_body(instance.definition, name)
        if passed is not None and declared is not None:
            return passed.value
        own = method(self.project, instance.definition, name)
        if own is not None:
            if is_getter(own):
                return self.follow(Routine(own, instance), NO_ARGUMENTS, frame, instance.key)
            return bound_to(own, instance, instance.definition)
        if declared is not None:
            return declared
        if passed is not None:
            return passed.value
        return self.assigned_later(instance, name, frame)

    def field_position(self, definition: ClassDefinition, name: str) -> int:
        """Which argument of a dataclass or named tuple sets a field; -1 where none does."""
        if method(self.project, definition, "__init__") is not None:
            return -1
        fields: dict[str, None] = {}
        for owner in reversed(mro(self.project, definition)):
            for statement in owner.node.body:
                if isinstance(statement, Set) and statement.annotation is not None:
                    fields[str(statement.targets[0])] = None
        return list(fields).index(name) if name in fields else -1

    def field_argument(self, instance: Instance, name: str) -> Argument | None:
        """The code of what a field of a dataclass or the like holds: the argument it was made with, or a plain default."""
        definition = instance.definition
        if (
            instance.is_assumed
            or name in instance.attributes
            or method(self.project, definition, "__init__") is not None
        ):
            return None
        passed = instance.given.get(name, self.field_position(definition, name))
        for owner in mro(self.project, definition):
            for statement in owner.node.body:
                if isinstance(statement, Set) and name in statement.targets and statement.annotation is not None:
                    if passed is not None:
                        return passed.argument
                    default = statement.value if instance.given.is_complete else None
                    is_plain = isinstance(default, str | Const)
                    return Argument(default, owner.module, owner.outer) if is_plain else None
        return None

    def of_class_state(self, definition: ClassDefinition, name: str) -> Value:
        """What a class method has assigned to ``cls.name``."""
        if not self.class_state:
            return None
        owners = mro(self.project, definition)
        return next((self.class_state[owner, name] for owner in owners if (owner, name) in self.class_state), None)

    def assigned_later(self, instance: Instance, name: str, frame: Frame) -> Value:
        """What some method assigns to ``self.name``, where that method has not been followed."""
        if not frame.wants_result and not is_active_class(self.project, instance.definition):
            return None
        target = f"self.{name}"
        for owner in mro(self.project, instance.definition):
            for function in methods(self.project, owner).values():
                for statement in statements(function.body):
                    if isinstance(statement, Set) and target in statement.targets:
                        return self.assigned(instance, function, statement, frame)
        return None

    def assigned(self, instance: Instance, function: Function, statement: Set, frame: Frame) -> Value:
        inner = Frame(function.module, function)
        inner.names = {param.name: None for param in function.node.params}
        inner.names["self"] = instance
        inner.context = (instance.key,)
        inner.is_assumed = instance.is_assumed
        inner.wants_result = frame.wants_result
        inner.depth = frame.depth + 3 if frame.wants_result else MAX_DEPTH
        value = self.evaluate(inner, statement.value) if statement.value is not None else None
        if value is None:
            value = self.promised(inner, statement.annotation, Key(function.module.path, statement.line, statement.col))
        instance.attributes[f"{statement.targets[0]}".removeprefix("self.")] = value
        return value

    def of_class(self, definition: ClassDefinition, name: str) -> Value:
        own = method(self.project, definition, name)
        if own is not None:
            return bound_to(own, None, definition)
        value = self.of_class_state(definition, name)
        if value is None:
            value = self.of_class_body(definition, name)
        if value is None:
            inner = find_class(self.project, Symbol(definition.module.path, f"{definition.name}.{name}"))
            return ClassRef(inner) if inner else None
        return value

    def of_class_body(self, definition: ClassDefinition, name: str) -> Value:
        """What the body of a class or of an ancestor assigns to a name."""
        for owner in mro(self.project, definition):
            for statement in statements(owner.node.body):
                if isinstance(statement, Set) and name in statement.targets:
                    return self.class_member(owner, statement)
        return None

    def class_member(self, owner: ClassDefinition, statement: Set) -> Value:
        if isinstance(statement.value, Call) and statement.value.func in AUTO:
            return string(str(statement.targets[0]).lower())
        frame = Frame(owner.module, owner.outer)
        frame.depth = MAX_DEPTH // 2
        value = self.evaluate(frame, statement.value) if statement.value is not None else None
        if value is None:
            value = self.promised(frame, statement.annotation, Key(owner.module.path, statement.line, statement.col))
        return value

    def of_super(self, value: Super, name: str) -> Value:
        """The next definition of a method after the class ``super()`` stands in."""
        this = value.this
        definition = find_class(self.project, this.class_) if isinstance(this, Router) else this.definition
        order = mro(self.project, definition) if definition else ()
        after = order[order.index(value.owner) + 1 :] if value.owner in order else ()
        for owner in after:
            own = methods(self.project, owner).get(name)
            if own is not None:
                return Routine(own, this)
        return Method(this, name) if isinstance(this, Router) and name in ROUTER_METHODS else None

    def promised(self, frame: Frame, annotation: Expr, key: Key) -> Value:
        """What stands for a value only the annotation is known of: an app or router, or an object that has one."""
        symbol = named_class(self.project, frame.module, frame.function, annotation)
        if symbol is None:
            return None
        kind = class_kind(self.project, symbol)
        if kind:
            return Router(key, kind, symbol, frame.module, (key.line, key.col), is_assumed=True)
        definition = find_class(self.project, symbol)
        if definition is None or not is_active_class(self.project, definition):
            return None
        return self.stand_in(definition)

    def function_of(self, frame: Frame, node: Def) -> Function:
        """The function a ``def`` met in a frame defines."""
        if frame.function is not None and not frame.is_class:
            name = f"{frame.function.name}.<locals>.{node.name}"
            found = inner_definitions(self.project, frame.function).functions.get(name)
        else:
            name = f"{frame.owner.name}.{node.name}" if frame.owner else node.name
            found = find_function(self.project, Symbol(frame.module.path, name))
        if found is None or found.node is not node:
            found = Function(frame.module, name, node, frame.owner if frame.is_class else None, frame.function)
        return found

    def class_of(self, frame: Frame, node: Class) -> ClassDefinition | None:
        """The class a ``class`` met in a frame defines."""
        if frame.function is not None:
            name = f"{frame.function.name}.<locals>.{node.name}"
        else:
            name = f"{frame.owner.name}.{node.name}" if frame.is_class and frame.owner else node.name
        found = find_class(self.project, Symbol(frame.module.path, name))
        return found if found is not None and found.node is node else None


def factory_of(default: Expr) -> Expr:
    """The call that the default of a field makes for each object; None where it makes nothing."""
    if not isinstance(default, Call):
        return None
    made = default.keyword("default_factory") or default.keyword("factory")
    wrapped = default.keyword("default")
    if (
        isinstance(wrapped, Call)
        and isinstance(wrapped.func, str)
        and wrapped.func.endswith("Factory")
        and wrapped.args
    ):
        made = wrapped.args[0]
    if isinstance(made, Lambda):
        return made.body
    return Call(made, (), (), *whole(default)) if isinstance(made, str) else None


def bound_to(function: Function, this: Instance | None, definition: ClassDefinition) -> Routine:
    """A method as an object, or its class, gives it."""
    if "classmethod" in function.node.decorators:
        return Routine(function, ClassRef(definition))
    return Routine(function, None if "staticmethod" in function.node.decorators else this)


def is_getter(function: Function) -> bool:
    """Whether a method is read like an attribute."""
    return any(isinstance(d, str) and d.rpartition(".")[2] in GETTERS for d in function.node.decorators)
