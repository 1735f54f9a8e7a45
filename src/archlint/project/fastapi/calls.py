"""What calls return while code that builds an application is interpreted, and which of them are followed."""

from archlint.facts.expressions import Attr, Call, Const, Item, Param
from archlint.facts.statements import Set
from archlint.project.classes import method, mro, symbol_of
from archlint.project.constants.values import UNKNOWN, string, text
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.fastapi.activity import calls_verbs, is_active, is_active_class, passes_on
from archlint.project.fastapi.expressions import elements_of, grown
from archlint.project.fastapi.kinds import class_kind, takes_router
from archlint.project.fastapi.lookups import MAX_DEPTH, factory_of
from archlint.project.fastapi.routers import Routers, disguised
from archlint.project.fastapi.values import (
    Anonymous,
    Argument,
    ClassRef,
    Either,
    External,
    Frame,
    Given,
    Instance,
    Items,
    Key,
    Method,
    ModuleRef,
    Partial,
    Passed,
    Point,
    Registrar,
    Router,
    Routes,
    Routine,
    Super,
    Table,
    Value,
    Wrapped,
    Wrapping,
    either,
    holds_router,
    is_off,
    routers_in,
)  # fmt: skip
from archlint.project.names import Symbol, resolve

CONTAINER_METHODS = (
    "append", "extend", "insert", "add", "update", "items", "values", "keys", "get", "setdefault", "copy",
)  # fmt: skip
DICTS = ("dict", "OrderedDict")
FUNCTION_MAKERS = ("partial", "update_wrapper", "wraps")
PASSED_ON = ("list", "tuple", "set", "sorted", "reversed", "iter", "frozenset")
WANTED_COST = 3
"""Following a call only for its result uses up the allowed depth this many times faster."""
STEPS = 20_000
"""Statements one interpretation goes through at most."""
TURNS = 2_000
"""Turns of all its loops together."""
ROUTER_ARGUMENTS = frozenset({"path", "prefix", "routes", "methods", "endpoint", "app", "router"})
"""The arguments by name of a router's own methods whose values say what becomes of routers."""


def named_in(given: Given) -> Table:
    """The dict of what a call is given by name."""
    return Table(tuple((string(key), passed) for key, passed in given.named), given.is_complete)


class Calls(Routers):
    """Calls to what they return."""

    def execute(self, frame: Frame, function: Function) -> None:
        """Go through the body of a function."""
        raise NotImplementedError

    def call(self, frame: Frame, call: Call) -> Value:
        func = call.func
        if func == "super" and not call.args:
            return self.superclass(frame)
        if isinstance(func, str):
            head, _, last = func.rpartition(".")
            if head and last in CONTAINER_METHODS:
                holder = self.name(frame, head)
                if isinstance(holder, Items | Table):
                    return self.container(frame, head, holder, last, call)
        elif isinstance(func, Attr) and func.name in CONTAINER_METHODS:
            holder = self.evaluate(frame, func.base)
            if isinstance(holder, Items | Table):
                return self.container(frame, "", holder, func.name, call)
        callee = self.evaluate(frame, func)
        at = Point(frame.module, frame.function, call.line, call.col, call.end_line, call.end_col)
        key = Key(frame.module.path, call.line, call.col, frame.context)
        if not isinstance(callee, Either):
            return self.apply(frame, callee, call, at, key)
        return either([self.apply(frame, one, call, at, key) for one in callee.values])

    def apply(self, frame: Frame, callee: Value, call: Call, at: Point, key: Key) -> Value:
        """What calling one value returns."""
        if callee is None:
            class_ = self.router_class(frame, call)
            if class_ is not None:
                return self.make_router(frame, class_, self.given(frame, call), at, key)
            return self.unknown(frame, call)
        if isinstance(callee, External):
            return self.external(frame, callee.symbol, call, at, key)
        wanted = ROUTER_ARGUMENTS if isinstance(callee, Method) else None
        return self.apply_given(frame, callee, self.given(frame, call, wanted), call, at, key)

    def apply_given(self, frame: Frame, callee: Value, given: Given, call: Call, at: Point, key: Key) -> Value:
        match callee:
            case Method():
                return self.router_method(callee, frame, call, given, at)
            case Registrar():
                target = given.get("func", 0)
                self.register(callee, self.handler(frame, target), at, is_decorator=False)
                return target.value if target else None
            case Wrapping():
                return disguised(given.positional[0].value, callee) if given.positional else None
            case Routine():
                return self.follow(callee, given, frame, key) if self.matters(frame, callee, given) else None
            case ClassRef(definition=definition):
                return self.make(frame, definition, given, at, key)
            case Anonymous(node=node, frame=outer):
                inner = Frame(outer.module, outer.function, outer)
                inner.depth = frame.depth + 1
                self.assign_parameters(inner, node.params, given, None)
                return self.evaluate(inner, node.body) if inner.depth < MAX_DEPTH else None
            case Partial(target=target, given=before):
                named = (*[pair for pair in before.named if given.get(pair[0]) is None], *given.named)
                merged = Given((*before.positional, *given.positional), named, before.is_complete and given.is_complete)
                return self.apply_partial(frame, target, merged, call, at, key)
        return None

    def apply_partial(self, frame: Frame, target: Value, given: Given, call: Call, at: Point, key: Key) -> Value:
        if not isinstance(target, External):
            return self.apply_given(frame, target, given, call, at, key)
        kind = class_kind(self.project, target.symbol)
        return self.make_router(frame, target.symbol, given, at, key) if kind else None

    def router_class(self, frame: Frame, call: Call) -> Symbol | None:
        """The class of apps or routers a call names, where only a function made that class."""
        if not isinstance(call.func, str):
            return None
        symbol = resolve(self.project, frame.module, call.func, frame.function)
        return symbol if symbol is not None and class_kind(self.project, symbol) else None

    def unknown(self, frame: Frame, call: Call) -> Value:
        """A call of nothing known: its arguments are still evaluated, for what they do."""
        if isinstance(call.func, str) and call.func.endswith((".routes.append", ".routes.extend")):
            head, _, name = call.func.rpartition(".")
            routes = self.name(frame, head)
            if isinstance(routes, Routes):
                self.extend_routes(routes, name, self.given(frame, call))
                return None
        self.given(frame, call)
        return None

    def wrapped(self, frame: Frame, symbol: Symbol, call: Call) -> Value:
        """What a third-party call makes of the app it is given: the app in something that serves it, as a middleware
        does. What only calls the app is none."""
        inner = [value for value in self.given(frame, call).everything() if routers_in(value)]
        is_caller = symbol.last.endswith(("Client", "Transport"))
        return Wrapped(inner[0]) if inner and not is_caller else None

    def external(self, frame: Frame, symbol: Symbol, call: Call, at: Point, key: Key) -> Value:
        """A call of something third-party or built in."""
        package, _, last = symbol.name.rpartition(".")
        if package == "builtins" or symbol.name == "collections.OrderedDict":
            return self.builtin(frame, last, call)
        if symbol.name == "typing.cast":
            return self.evaluate(frame, call.args[-1]) if call.args else None
        if symbol.name == "importlib.import_module":
            return self.imported(frame, call)
        if class_kind(self.project, symbol):
            return self.make_router(frame, symbol, self.given(frame, call), at, key)
        kind = self.object_kind(symbol)
        if kind:
            return self.route_object(kind, self.given(frame, call), at)
        if package == "functools" and last in FUNCTION_MAKERS:
            return self.of_functools(last, self.given(frame, call))
        if last == "__init__" and class_kind(self.project, Symbol("", package)):
            given = self.given(frame, call)
            this = given.positional[0].value if given.positional else None
            if isinstance(this, Router):
                self.construct(this, Given(given.positional[1:], given.named, given.is_complete), at)
            return None
        return self.wrapped(frame, symbol, call)

    def of_functools(self, name: str, given: Given) -> Value:
        """What gives one function for another."""
        if name == "partial":
            rest = Given(given.positional[1:], given.named, given.is_complete)
            return Partial(given.positional[0].value, rest) if given.positional else None
        inner = given.get("wrapped", 0 if name == "wraps" else 1)
        wrapping = Wrapping(inner.value if inner else None)
        wrapper = given.get("wrapper", 0)
        return wrapping if name == "wraps" else disguised(wrapper.value, wrapping) if wrapper else None

    def builtin(self, frame: Frame, name: str, call: Call) -> Value:
        values = [self.evaluate(frame, arg) for arg in call.args]
        if name in PASSED_ON and values:
            return Items(elements_of(values[0])) if elements_of(values[0]) else None
        if name == "enumerate" and values:
            numbered = enumerate(elements_of(values[0]))
            return Items(tuple(Items((Const("int", number), value)) for number, value in numbered))
        if name == "zip":
            columns = [elements_of(value) for value in values]
            return Items(tuple(Items(row) for row in zip(*columns, strict=False)))
        if name == "getattr" and len(values) > 1:
            attribute = text(values[1] if isinstance(values[1], Const) else self.constant(frame, call.args[1]))
            return self.attribute(values[0], attribute, frame) if attribute else None
        if name in DICTS:
            first = values[0] if values else Table(())
            before = first if isinstance(first, Table) else self.paired(frame, elements_of(first))
            return grown(before, "|", named_in(self.given(frame, call))) if before.pairs or not values else None
        if name == "str":
            return self.constant(frame, call)
        return self.unknown(frame, call)

    def imported(self, frame: Frame, call: Call) -> Value:
        """``importlib.import_module("app.users")``."""
        name = self.text(frame, call.args[0]) if call.args else ""
        if name.startswith("."):
            package = self.text(frame, call.args[1]) if len(call.args) > 1 else ""
            name = package + name if name.count(".", 0, 2) == 1 else name
        found = self.project.find(name, frame.module)
        return ModuleRef(found) if found else None

    def container(self, frame: Frame, name: str, holder: Items | Table, method_name: str, call: Call) -> Value:
        """A method of a list or dict."""
        if isinstance(holder, Table):
            return self.of_table(frame, name, holder, method_name, call)
        values = [self.evaluate(frame, arg) for arg in call.args]
        if method_name in ("append", "add", "insert") and values:
            self.rebind(frame, name, Items((*holder.values, values[-1])))
        elif method_name in ("extend", "update") and values:
            self.rebind(frame, name, Items((*holder.values, *elements_of(values[0]))))
        return holder if method_name == "copy" else None

    def of_table(self, frame: Frame, name: str, table: Table, method_name: str, call: Call) -> Value:
        if method_name == "items":
            return Items(tuple(Items((key, passed.value)) for key, passed in table.pairs))
        if method_name == "values":
            return Items(tuple(passed.value for _, passed in table.pairs))
        if method_name == "keys":
            return Items(tuple(key for key, _ in table.pairs))
        if method_name == "copy":
            return table
        if method_name in ("get", "setdefault") and call.args:
            key = self.evaluate(frame, call.args[0])
            default = self.passed(frame, call.args[1]) if len(call.args) > 1 else None
            is_there = isinstance(key, Const) and table.get(key) is not None
            if method_name == "setdefault" and default is not None and not is_there:
                self.set_item(frame, Item(name, call.args[0]), default)
            return table.get_or(key, default.value if default is not None else Const("none"))
        if method_name == "update":
            given = self.given(frame, call)
            after: Value = table
            for more in (*[passed.value for passed in given.positional], named_in(given)):
                after = grown(after, "|", more if isinstance(more, Table) else Table((), is_complete=False))
            self.rebind(frame, name, after)
        return None

    def superclass(self, frame: Frame) -> Value:
        """``super()``."""
        inner: Frame | None = frame
        while inner is not None and (inner.owner is None or inner.is_class):
            inner = inner.outer
        if inner is None or inner.function is None or inner.owner is None or not inner.function.node.params:
            return None
        this = inner.names.get(inner.function.node.params[0].name)
        return Super(this, inner.owner) if isinstance(this, Router | Instance) else None

    def matters(self, frame: Frame, callee: Routine, given: Given) -> bool:
        """Whether a call is worth following: it may touch a router, or its result is asked for."""
        if frame.wants_result or callee.closure is not None or is_active(self.project, callee.function):
            return True
        if self.is_decorating and calls_verbs(self.project, callee.function):
            return True
        if any(holds_router(value) for value in given.everything()) or holds_router(callee.this):
            return True
        return takes_router(self.project, callee.function) or passes_on(self.project, callee.function)

    def make(self, frame: Frame, definition: ClassDefinition, given: Given, at: Point, key: Key) -> Value:
        """The object a call of a class of the project makes."""
        symbol = symbol_of(definition)
        if class_kind(self.project, symbol):
            return self.make_router(frame, symbol, given, at, key)
        instance = Instance(key, definition, given, is_assumed=frame.is_assumed)
        if is_active_class(self.project, definition) or any(holds_router(v) for v in given.everything()):
            self.initialise(instance, given, frame)
        return instance

    def initialise(self, instance: Instance, given: Given, frame: Frame) -> None:
        """Run what an object's class runs when one is made."""
        self.make_fields(instance, given)
        for name in ("__init__", "__post_init__", "__attrs_post_init__"):
            arguments = given if name == "__init__" else Given((), ())
            own = method(self.project, instance.definition, name)
            if own is not None:
                self.follow(Routine(own, instance), arguments, frame, instance.key)

    def make_fields(self, instance: Instance, given: Given) -> None:
        """Make what defaults of an object's fields make for it: ``router: APIRouter = field(default_factory=APIRouter)``.

        Sources: Python, ``dataclasses.field``; attrs, ``attrs.field`` and ``attr.ib``.
        """
        for owner in mro(self.project, instance.definition):
            for statement in owner.node.body:
                if not isinstance(statement, Set):
                    continue
                factory, name = factory_of(statement.value), str(statement.targets[0])
                if not isinstance(factory, Call) or name in instance.attributes:
                    continue
                if given.get(name, self.field_position(instance.definition, name)) is not None:
                    continue
                frame = Frame(owner.module, owner.outer)
                frame.depth, frame.context = MAX_DEPTH // 2, (instance.key,)
                made = self.evaluate(frame, factory)
                if made is not None:
                    instance.attributes[name] = made

    def follow(self, callee: Routine, given: Given, frame: Frame, at: Key) -> Value:
        function = callee.function
        if frame.depth >= MAX_DEPTH or self.is_running(frame, function):
            return None
        inner = Frame(function.module, function, callee.closure)
        inner.caller = frame
        inner.depth = frame.depth + (WANTED_COST if frame.wants_result else 1)
        inner.context = (at,) if isinstance(callee.this, Instance) else (*frame.context, at[:3])
        inner.is_assumed = frame.is_assumed or (isinstance(callee.this, Instance) and callee.this.is_assumed)
        inner.wants_result = frame.wants_result
        params = function.node.params
        if callee.this is not None and params and params[0].kind in ("", "/"):
            inner.names[params[0].name] = callee.this
            params = params[1:]
        self.assign_parameters(inner, params, given, function)
        self.entered.add(function)
        self.execute(inner, function)
        return either(inner.returned)

    def is_running(self, frame: Frame, function: Function) -> bool:
        caller: Frame | None = frame
        while caller is not None:
            if caller.function is function:
                return True
            caller = caller.caller
        return False

    def assign_parameters(
        self, frame: Frame, params: tuple[Param, ...], given: Given, function: Function | None
    ) -> None:  # fmt: skip
        """Bind parameters to arguments, defaults, or what their annotations promise."""
        names = {param.name for param in params}
        for position, param in enumerate(p for p in params if p.kind in ("", "/", "k")):
            passed = given.get(param.name, -1 if param.kind == "k" else position)
            if passed is not None:
                frame.names[param.name] = passed.value
                frame.sources[param.name] = passed.argument
                if passed.value is None:
                    self.remember(frame, param, passed)
            elif param.default is not None:
                outer = Frame(frame.module, function.outer if function else None, frame.outer)
                default = self.evaluate(outer, param.default)
                default = self.constant(outer, param.default) if default is None else default
                # What is off by default may be on in what nobody knows of the call.
                frame.names[param.name] = default if given.is_complete or not is_off(default) else None
            else:
                frame.names[param.name] = None
                frame.sources[param.name] = Argument(param.name, frame.module, frame.function)
            self.fill(frame, param)
        for param in params:
            if param.kind == "**":
                rest = tuple((string(key), passed) for key, passed in given.named if key not in names)
                frame.names[param.name] = Table(rest) if given.is_complete or rest else None
            elif param.kind == "*":
                plain = sum(p.kind in ("", "/") for p in params)
                frame.names[param.name] = Items(tuple(passed.value for passed in given.positional[plain:]))

    def remember(self, frame: Frame, param: Param, passed: Passed) -> None:
        """Keep the constant an argument is, or the known part of a text."""
        if passed.frame is None:
            return
        value = self.constant(passed.frame, passed.expr)
        if value is None:
            shown = self.text(passed.frame, passed.expr)
            value = string(shown) if shown.strip(UNKNOWN) else None
        frame.names[param.name] = value

    def fill(self, frame: Frame, param: Param) -> None:
        """Let the annotation say what a parameter holds when the call does not."""
        value = frame.names[param.name]
        if (value is None or isinstance(value, Const)) and param.annotation is not None:
            key = Key(frame.module.path, param.line, param.col, ("promised",))
            promised = self.promised(frame, param.annotation, key)
            if promised is not None:
                frame.names[param.name] = promised
