"""Interpreting the code that builds an application: module bodies, and the functions that touch routers.

Every branch is taken, every loop over a literal run through, every call that can matter followed. Objects are known by
the place that makes them, so what one module does to a router and another to the same router fit together later.
"""

from collections.abc import Callable
from typing import Any

from archlint.facts.expressions import Call, Const, Expr, Item, Seq, Star
from archlint.facts.statements import Block, Class, Def, Do, For, If, Import, Match, Return, Set, Stmt, Try, While, With
from archlint.project.classes import symbol_of
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.fastapi.activity import TOP, active_functions, active_slots, is_active
from archlint.project.fastapi.calls import STEPS, TURNS, Calls
from archlint.project.fastapi.events import NO_RUN, NOTHING, Outcome, Run, View
from archlint.project.fastapi.expressions import elements_of, grown
from archlint.project.fastapi.kinds import class_kind
from archlint.project.fastapi.lookups import MAX_NESTING, NO_ARGUMENTS
from archlint.project.fastapi.routers import handler_of
from archlint.project.fastapi.values import (
    Argument,
    ClassRef,
    Frame,
    Given,
    Instance,
    Items,
    Key,
    Passed,
    Point,
    Registrar,
    Router,
    Routine,
    Table,
    Value,
    Wrapping,
    either,
    routers_in,
)  # fmt: skip
from archlint.project.model import Module, Project, question
from archlint.project.names import Binding, Symbol, absolute, function_scope, imported, module_scope, module_symbol
from archlint.project.walk import statements

Action = Callable[[Frame, Any], None]

MOST_QUESTIONS = 24
"""Questions waiting for one another when a name is no longer followed through further modules."""
MOST_BINDINGS = 6
GROWS = (".append", ".extend", ".insert", ".update")


class Interpreter(Calls):
    """Statements, one after the other."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.steps = 0
        self.turns = 0
        self.actions: dict[type, Action] = {
            Set: self.assign, Do: self.do, Def: self.define, Class: self.define_class, Return: self.return_,
            If: self.branch, For: self.loop, While: self.while_, With: self.with_, Try: self.try_, Match: self.match,
            Import: self.import_,
        }  # fmt: skip

    def global_outcome(self, module: Module, name: str, wanted: bool) -> Outcome:
        return global_outcome(self.project, module, name, wanted)

    def stand_in(self, definition: ClassDefinition) -> Instance:
        return stand_in(self.project, definition)

    def outcome(self, value: Value) -> Outcome:
        """What has been found so far, with a value."""
        return Outcome(value, tuple(self.events), frozenset(self.entered))

    def execute(self, frame: Frame, function: Function) -> None:
        self.block(frame, function.body)

    def block(self, frame: Frame, block: Block) -> None:
        if self.nesting >= MAX_NESTING:
            return
        self.nesting += 1
        for statement in block:
            self.steps += 1
            if self.steps > STEPS:
                break
            self.statement(frame, statement)
        self.nesting -= 1

    def statement(self, frame: Frame, statement: Stmt) -> None:
        action = self.actions.get(statement.__class__)
        if action is not None:
            action(frame, statement)

    def do(self, frame: Frame, statement: Do) -> None:
        if not isinstance(statement.value, Const):
            self.evaluate(frame, statement.value)

    def return_(self, frame: Frame, statement: Return) -> None:
        if statement.value is not None:
            frame.returned.append(self.evaluate(frame, statement.value))

    def import_(self, frame: Frame, statement: Import) -> None:
        """A name imported is what resolving it says; one that a function imports from several places what this
        statement says."""
        for name, alias in statement.names:
            bound = alias or name
            frame.names.pop(bound, None)
            if frame.function is None or frame.is_class or statement.module is None:
                continue
            if len(function_scope(self.project, frame.function).names.get(bound, ())) > 1:
                source = absolute(frame.module, statement.module, statement.level)
                symbol = imported(self.project, frame.module, source, name)
                frame.names[bound] = self.symbol(symbol, frame) if symbol else None

    def while_(self, frame: Frame, statement: While) -> None:
        self.block(frame, statement.body)

    def with_(self, frame: Frame, statement: With) -> None:
        for manager, target in statement.items:
            value = self.evaluate(frame, manager)
            if target is not None:
                self.bind(frame, target, value)
        self.block(frame, statement.body)

    def try_(self, frame: Frame, statement: Try) -> None:
        self.block(frame, statement.body)
        self.block(frame, statement.orelse)
        for handler in statement.handlers:
            self.aside(frame, handler.body)
        self.block(frame, statement.final)

    def match(self, frame: Frame, statement: Match) -> None:
        for case in statement.cases:
            self.aside(frame, case.body)

    def aside(self, frame: Frame, block: Block) -> None:
        """A block that may not run: what it assigns is one possibility."""
        before = dict(frame.names)
        self.block(frame, block)
        for name, value in list(frame.names.items()):
            if name in before:
                frame.names[name] = either([before[name], value])
            elif value is None or (isinstance(value, Const) and value.kind == "none"):
                # ``except ImportError: router = None``: what the name means otherwise counts.
                del frame.names[name]

    def branch(self, frame: Frame, statement: If) -> None:
        if isinstance(statement.test, str) and statement.test.rpartition(".")[2] == "TYPE_CHECKING":
            self.block(frame, statement.orelse)
            return
        known = self.decide(frame, statement.test)
        if known is not None:
            self.block(frame, statement.body if known else statement.orelse)
            return
        before = dict(frame.names)
        self.block(frame, statement.body)
        after, frame.names = frame.names, before
        self.block(frame, statement.orelse)
        for name, value in after.items():
            other = frame.names.get(name)
            if name not in frame.names:
                frame.names[name] = value
            elif other is not value:
                frame.names[name] = either([value, other])

    def loop(self, frame: Frame, statement: For) -> None:
        iterated = self.evaluate(frame, statement.iter)
        turns = elements_of(iterated)
        context = frame.context
        for number, value in enumerate(turns):
            self.turns += 1
            if self.turns > TURNS:
                break
            frame.context = (*context, (statement.line, number))
            self.bind(frame, statement.target, value)
            self.block(frame, statement.body)
        frame.context = context
        if not turns:
            if isinstance(iterated, Items | Table):
                return
            self.bind(frame, statement.target, None)
            self.block(frame, statement.body)
        self.block(frame, statement.orelse)

    def assign(self, frame: Frame, statement: Set) -> None:
        value = self.assigned_value(frame, statement)
        if statement.op:
            target = statement.targets[0]
            if isinstance(target, str):
                before = self.name(frame, target)
                after = grown(before, statement.op, value)
                self.bind(frame, target, None) if after is None else self.rebind(frame, target, after)
            return
        for target in statement.targets:
            if isinstance(target, Item):
                passed = Passed(value, self.argument(frame, statement.value), statement.value, frame)
                self.set_item(frame, target, passed)
            else:
                self.bind(frame, target, value)

    def assigned_value(self, frame: Frame, statement: Set) -> Value:
        name = statement.targets[0]
        is_global = frame.function is None and not frame.is_class and not frame.context and isinstance(name, str)
        if is_global and not statement.op and self.is_bound_once(frame, statement, name):
            known = global_outcome(self.project, frame.module, str(name), False)
            if known.value is not None:
                self.events += known.events
                self.entered |= known.entered
                return known.value
        value = self.evaluate(frame, statement.value) if statement.value is not None else None
        if value is None and statement.annotation is not None:
            key = Key(frame.module.path, statement.line, statement.col, frame.context)
            value = self.promised(frame, statement.annotation, key)
        return value

    def is_bound_once(self, frame: Frame, statement: Set, name: Expr) -> bool:
        bindings = module_scope(self.project, frame.module).names.get(str(name), [])
        return len(statement.targets) == 1 and len(bindings) == 1

    def bind(self, frame: Frame, target: Expr, value: Value) -> None:
        if isinstance(target, str):
            head, _, attribute = target.rpartition(".")
            if not head:
                frame.names[target] = value
                return
            holder = self.held(frame, head)
            if isinstance(holder, Instance):
                known = holder.attributes.get(attribute)
                holder.attributes[attribute] = either([known, value]) if known is not None else value
            elif isinstance(holder, ClassRef):
                self.class_state[holder.definition, attribute] = value
        elif isinstance(target, Seq):
            values = elements_of(value)
            for position, item in enumerate(target.items):
                if isinstance(item, Star):
                    self.bind(frame, item.value, Items(values[position:]))
                else:
                    self.bind(frame, item, values[position] if position < len(values) else None)

    def define(self, frame: Frame, node: Def) -> None:
        """A ``def``: its decorators are applied to it, innermost first."""
        function = self.function_of(frame, node)
        visible = frame.outer if frame.is_class else frame
        closure = visible if visible is not None and visible.function is not None else None
        target = Routine(function, None, closure)
        frame.names[node.name] = target
        if not node.decorators:
            return
        at = Point(frame.module, frame.function, node.line, node.col, node.end_line, node.end_col)
        for decorator in reversed(node.decorators):
            if isinstance(decorator, str) and "." not in decorator and not self.local(frame, decorator)[0]:
                continue
            self.is_decorating = True
            value = self.evaluate(frame, decorator)
            self.is_decorating = False
            if isinstance(value, Wrapping):
                target = Routine(function, None, closure, value)
                frame.names[node.name] = target
            else:
                self.decorate(frame, value, target, at)

    def decorate(self, frame: Frame, decorator: Value, target: Routine, at: Point) -> None:
        if isinstance(decorator, Registrar):
            self.register(decorator, handler_of(target), at, is_decorator=True)
        elif isinstance(decorator, Routine) and (
            decorator.closure is not None or is_active(self.project, decorator.function)
        ):
            passed = Passed(target, Argument(target.function.node.name, frame.module, frame.function))
            key = Key(frame.module.path, at.line, at.col, frame.context)
            self.follow(decorator, Given((passed,), ()), frame, key)

    def define_class(self, frame: Frame, node: Class) -> None:
        definition = self.class_of(frame, node)
        if definition is None:
            return
        frame.names[node.name] = ClassRef(definition)
        inner = Frame(frame.module, frame.function, frame)
        inner.is_class, inner.owner = True, definition
        self.block(inner, node.body)
        for decorator in node.decorators:
            if isinstance(decorator, Call):
                for router in self.routers_passed(frame, decorator):
                    self.events.append(View(definition, router))

    def routers_passed(self, frame: Frame, call: Call) -> list[Router]:
        given = self.given(frame, call)
        return [router for value in given.everything() for router in routers_in(value)]


@question(cyclic=NOTHING)
def global_outcome(project: Project, module: Module, name: str, wanted: bool) -> Outcome:
    """What a module-level name denotes, and what evaluating it does to routers. ``wanted`` follows every call on the
    way: for a name that stands where a router has to."""
    bindings = module_scope(project, module).names.get(name)
    if not bindings or project.depth > MOST_QUESTIONS:
        return NOTHING
    interpreter = Interpreter(project)
    values = [_bound(interpreter, module, name, binding, wanted) for binding in bindings[-MOST_BINDINGS:]]
    value = either(values)
    if isinstance(value, Items | Table) and _grows(module, name):
        value = module_run(project, module, frozenset({TOP})).names.get(name, value)
    return interpreter.outcome(value)


def _bound(interpreter: Interpreter, module: Module, name: str, binding: Binding, wanted: bool) -> Value:
    project = interpreter.project
    frame = Frame(module)
    frame.wants_result = wanted
    match binding.kind:
        case "definition":
            return interpreter.definition(Symbol(module.path, name))
        case "module":
            return interpreter.symbol(module_symbol(project, module, binding.target), frame)
        case "from":
            symbol = imported(project, module, binding.target, binding.member)
            return interpreter.symbol(symbol, frame) if symbol and symbol != Symbol(module.path, name) else None
        case "opaque":
            return _unpacked(interpreter, frame, name)
    value = interpreter.evaluate(frame, binding.value) if binding.value is not None else None
    if value is None and binding.annotation is not None:
        value = interpreter.promised(frame, binding.annotation, Key(module.path, 0, 0, (name,)))
    return value


def _unpacked(interpreter: Interpreter, frame: Frame, name: str) -> Value:
    """What a name at module level gets from the tuple it is assigned in: ``public, private = make_routers()``."""
    assignments = [s for s in statements(frame.module.interface.body) if isinstance(s, Set) and not s.op]
    for statement, target in [(each, target) for each in assignments for target in each.targets]:
        if isinstance(target, Seq) and name in target.items:
            before = target.items[: target.items.index(name)]
            values = elements_of(interpreter.evaluate(frame, statement.value))
            is_there = len(before) < len(values) and not any(isinstance(item, Star) for item in before)
            return values[len(before)] if is_there else None
    return None


def _grows(module: Module, name: str) -> bool:
    callees = module.interface.callees
    if any(callees.get(name + suffix, (0,))[0] == TOP for suffix in GROWS):
        return True
    targets = [(s.op, target) for s in module.interface.body if isinstance(s, Set) for target in s.targets]
    return any(target.base == name if isinstance(target, Item) else op and target == name for op, target in targets)


@question(cyclic=None)
def _stand_in(project: Project, definition: ClassDefinition) -> Instance | None:
    key = Key(definition.module.path, definition.node.line, definition.node.col, ("stand-in",))
    instance = Instance(key, definition, NO_ARGUMENTS, is_assumed=True)
    interpreter = Interpreter(project)
    interpreter.initialise(instance, NO_ARGUMENTS, Frame(definition.module))
    return instance


def stand_in(project: Project, definition: ClassDefinition) -> Instance:
    """The object that stands for any of a class, initialised with what its annotations promise."""
    key = Key(definition.module.path, definition.node.line, definition.node.col, ("stand-in",))
    return _stand_in(project, definition) or Instance(key, definition, NO_ARGUMENTS, is_assumed=True)


@question(cyclic=NO_RUN)
def module_run(project: Project, module: Module, callers: frozenset[int]) -> Run:
    """What a module does to routers: at module level, and in each of its functions called by itself. ``callers`` are
    slots to run besides those that touch routers themselves."""
    slots = active_slots(project, module) | callers
    if not slots:
        return NO_RUN
    interpreter = Interpreter(project)
    frame = Frame(module)
    interpreter.block(frame, module.interface.body)
    top = interpreter.outcome(None)
    alone = active_functions(project, module, callers)
    return Run(frame.names, top, tuple((function, _alone(project, function)) for function in alone))


def _alone(project: Project, function: Function) -> Outcome:
    """A function called with what its annotations promise; a method on an object that stands for any."""
    interpreter = Interpreter(project)
    frame = Frame(function.module)
    at = Key(function.module.path, function.node.line, function.node.col)
    this: Instance | Router | None = None
    if function.owner is not None and "staticmethod" not in function.node.decorators:
        this = _object(project, function.owner)
        if function.node.name == "__init__" and isinstance(this, Instance):
            interpreter.initialise(this, NO_ARGUMENTS, frame)
            return interpreter.outcome(None)
    value = interpreter.follow(Routine(function, this), NO_ARGUMENTS, frame, at)
    return interpreter.outcome(value)


def _object(project: Project, definition: ClassDefinition) -> Instance | Router:
    """The object that stands for any of a class."""
    kind = class_kind(project, symbol_of(definition))
    if not kind:
        return stand_in(project, definition)
    node, module = definition.node, definition.module
    key = Key(module.path, node.line, node.col, ("stand-in",))
    return Router(key, kind, symbol_of(definition), module, (node.end_line, node.end_col), is_assumed=True)
