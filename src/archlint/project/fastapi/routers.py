"""What calls on routers do: making them, registering handlers, including one in another, mounting apps."""

from archlint.facts.expressions import Call, Const
from archlint.project.classes import find_class, method
from archlint.project.constants.objects import Context, local_value
from archlint.project.constants.values import UNKNOWN, text
from archlint.project.definitions import Function
from archlint.project.fastapi.activity import http_methods
from archlint.project.fastapi.events import INCLUDE, MOUNT, Creation, Inclusion, Registration
from archlint.project.fastapi.expressions import Expressions, elements_of
from archlint.project.fastapi.kinds import class_kind
from archlint.project.fastapi.values import (
    APP,
    BARE,
    Arguments,
    Frame,
    Given,
    Instance,
    Key,
    Method,
    Partial,
    Passed,
    Point,
    Registrar,
    RouteObject,
    Router,
    Routes,
    Routine,
    Value,
    Wrapping,
    alternatives,
    either,
    routers_in,
)  # fmt: skip
from archlint.project.knowledge import names_in
from archlint.project.names import Symbol

GET = ("GET",)


class Routers(Expressions):
    """Calls on routers to events."""

    def make_router(self, frame: Frame, type_: Symbol, given: Given, at: Point, key: Key) -> Router:
        """The router a call of its class makes; a class of the project runs its own ``__init__`` first."""
        kind = class_kind(self.project, type_)
        end = at.end_line, at.end_col
        router = Router(key, kind, type_, at.module, end, is_assumed=frame.is_assumed)
        self.events.append(Creation(router, at))
        definition = find_class(self.project, type_)
        init = method(self.project, definition, "__init__") if definition else None
        if init is None:
            self.construct(router, given, at)
        else:
            self.follow(Routine(init, router), given, frame, key)
        return router

    def construct(self, router: Router, given: Given, at: Point) -> None:
        """What FastAPI's own ``__init__`` does with its arguments."""
        router.arguments = given.arguments
        router.prefix = self.passed_text(given.get("prefix")) if router.kind != APP else ""
        routes = given.get("routes", 1 if router.kind == BARE else -1)
        if routes is not None:
            for value in elements_of(routes.value):
                self.hold(router, value)

    def hold(self, router: Router, value: Value) -> None:
        """Add a route object to a router."""
        if not isinstance(value, RouteObject):
            return
        if value.kind == MOUNT:
            self.attach(router, value.target, value.path, MOUNT, value.given.arguments, value.at)
        elif router.kind != BARE:
            handler = handler_of(value.target)
            is_websocket = value.kind == "websocket"
            methods, given, at = value.methods, value.given, value.at
            self.events.append(
                Registration(router, methods, value.path, handler, given, at, is_websocket, False, False)
            )

    def router_method(self, method: Method, frame: Frame, call: Call, given: Given, at: Point) -> Value:
        """What a method FastAPI defines on routers returns, and what it does."""
        router, name = method
        if name == "__init__":
            self.construct(router, given, at)
            return None
        if name == "include_router":
            self.include(frame, router, given, at)
            return None
        if name == "generate_and_include_versioned_routers":
            for passed in given.positional:
                self.attach(router, self.insisted(frame, passed), "", INCLUDE, given.arguments, at)
            return None
        if name == "mount":
            path = self.passed_text(given.get("path", 0))
            self.attach(router, self.insisted(frame, given.get("app", 1)), path, MOUNT, given.arguments, at)
            return None
        if router.kind == BARE:
            return None
        is_websocket = "websocket" in name
        path = self.passed_text(given.get("path", 0))
        methods = () if is_websocket else (name.upper(),) if name in http_methods() else self.methods(given)
        if not name.startswith("add_"):
            return Registrar(router, methods, path, given, is_websocket)
        handler = self.handler(frame, given.get("endpoint", 1))
        self.events.append(Registration(router, methods, path, handler, given, at, is_websocket, False))
        return None

    def methods(self, given: Given) -> tuple[str, ...]:
        """The HTTP methods ``methods=`` names; GET without it, empty where nothing says."""
        passed = given.get("methods")
        if passed is None or (isinstance(passed.value, Const) and passed.value.kind == "none"):
            return GET
        values = [text(one) if isinstance(one, Const) else None for one in elements_of(passed.value)]
        return tuple(dict.fromkeys(value.upper() for value in values if value is not None))

    def register(self, registrar: Registrar, handler: Function | None, at: Point, *, is_decorator: bool) -> None:
        """``router.get("/x")(handler)``."""
        router, methods, path, given, is_websocket = registrar
        self.events.append(Registration(router, methods, path, handler, given, at, is_websocket, is_decorator))

    def handler(self, frame: Frame, passed: Passed | None) -> Function | None:
        """The function that an argument calls. Where its value is not known, it may be what some call makes of one: a
        wrapper that passes itself off for it."""
        if passed is None or passed.value is not None:
            return handler_of(passed.value) if passed else None
        made = alternatives(self.insisted(frame, passed))
        return handler_of(either([one for one in made if isinstance(one, Routine) and one.wraps is not None]))

    def insisted(self, frame: Frame, passed: Passed | None) -> Value:
        """An argument that has to hold a router: where its value is not known, every call that leads to it is
        followed."""
        if passed is None or passed.value is not None:
            return passed.value if passed else None
        expr, module, function = passed.argument
        if module is not frame.module or (function is not None and function is not frame.function):
            return None
        if function is not None and isinstance(expr, str):
            bound = local_value(self.project, function, expr, Context(module, function))
            expr = bound[0] if bound else expr
        before, frame.wants_result = frame.wants_result, True
        value = self.evaluate(frame, expr)
        frame.wants_result = before
        return value

    def include(self, frame: Frame, router: Router, given: Given, at: Point) -> None:
        prefix = self.passed_text(given.get("prefix"))
        if not given.is_complete and given.get("prefix") is None:
            prefix = UNKNOWN
        self.attach(router, self.insisted(frame, given.get("router", 0)), prefix, INCLUDE, given.arguments, at)

    def attach(
        self, parent: Router, target: Value, prefix: str, kind: str, arguments: Arguments, at: Point
    ) -> None:  # fmt: skip
        children = routers_in(target)
        if not children and isinstance(target, Instance):
            children = routers_in(target.attributes.get("router"))
        for child in children or (None,):
            self.events.append(Inclusion(parent, child, prefix, kind, arguments, at))

    def route_object(self, kind: str, given: Given, at: Point) -> RouteObject:
        """``APIRoute(...)``, ``APIWebSocketRoute(...)`` or ``Mount(...)``."""
        target = given.get("app" if kind == MOUNT else "endpoint", 1)
        methods = () if kind in (MOUNT, "websocket") else self.methods(given)
        path = self.passed_text(given.get("path", 0))
        return RouteObject(path, target.value if target else None, methods, kind, given, at)

    def object_kind(self, symbol: Symbol) -> str:
        """What kind of route object a third-party class makes; empty for any other."""
        for kind, group in (("http", "api_routes"), ("websocket", "websocket_routes"), (MOUNT, "mounts")):
            if symbol.name in names_in("fastapi", "objects", group):
                return kind
        return ""

    def extend_routes(self, routes: Routes, name: str, given: Given) -> None:
        """``router.routes.append(APIRoute(...))``, ``router.routes.extend(other.routes)``."""
        value = given.positional[0].value if given.positional else None
        for one in (value,) if name == "append" else elements_of(value):
            self.hold(routes.router, one)
        if name == "extend" and isinstance(value, Routes):
            self.events.append(Inclusion(routes.router, value.router, "", INCLUDE, (), point_of(value.router)))


def point_of(router: Router) -> Point:
    """Where a router is made."""
    return Point(router.module, None, router.line, router.col, router.end_line, router.end_col)


def handler_of(value: Value) -> Function | None:
    """The function a value calls; of a wrapper what it passes itself off for, as that is what FastAPI reads."""
    for one in alternatives(value):
        found = None
        if isinstance(one, Routine):
            found = handler_of(one.wraps.inner) if one.wraps is not None else one.function
        elif isinstance(one, Partial):
            found = handler_of(one.target)
        if found is not None:
            return found
    return None


def disguised(value: Value, wraps: Wrapping) -> Value:
    """A function, as a wrapper that passes itself off for another."""
    return Routine(value.function, value.this, value.closure, wraps) if isinstance(value, Routine) else value
