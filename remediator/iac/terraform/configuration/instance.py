"""One instance of a module: what each name in it means, evaluated when it is asked for and then kept."""

from collections.abc import Iterator, Mapping
from posixpath import relpath

from remediator.iac.terraform.configuration.lazy import LazyMapping
from remediator.iac.terraform.configuration.module import Declared, Module, Setting, module_of
from remediator.iac.terraform.configuration.readable import as_read, readable
from remediator.iac.terraform.configuration.repetition import Key, Repeated, collected, counted, for_each, supposed
from remediator.iac.terraform.configuration.shared import Shared
from remediator.iac.terraform.configuration.variables import is_sensitive, variable
from remediator.iac.terraform.language.evaluation import evaluated_text, unknown
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import Names, RefusedError, Scope
from remediator.iac.terraform.language.values import Evaluated, Fields, Trail, Unknown
from remediator.iac.terraform.modules import called_folder, unfollowed
from remediator.model import Role, index_suffix

__all__ = ["EndlessError", "ModuleInstance"]

MAX_DEPTH = 32
"""Calls of modules inside one another that are followed; people write some five levels."""
STEPS_A_MODULE = 300
"""What an instance of a module counts as, so that calls that multiply are cut short."""


class EndlessError(RefusedError):
    """Modules call each other in a circle, so that Terraform does not load the root at all, whatever `count` says."""


class ModuleInstance:
    """The names of a module instance; everything is evaluated at most once."""

    def __init__(
        self, shared: Shared, code: Module, address: str = "", call: Declared | None = None, outer: Names | None = None
    ) -> None:
        """`address` is `module.a["k"]`, empty for the root; `call` stands in the caller, whose names are `outer`."""
        self.shared = shared
        self.code = code
        self.address = address
        self.call = call
        self.outer = outer
        self._known: dict[tuple[str, str], Evaluated | Exception | None] = {}
        self._children: dict[str, Mapping[Key, ModuleInstance] | Unknown] = {}

    def refer(self, kind: str, name: str) -> Evaluated:
        """The value of `kind.name` in this module; raises EvaluationError and RefusedError."""
        at = (kind, name)
        if at in self._known:
            found = self._known[at]
            if found is None:
                raise EvaluationError(f"{kind}.{name} refers to itself")
            if isinstance(found, Exception):
                raise found
            return found
        self._known[at] = None
        try:
            value = self._value(kind, name)
        except (EvaluationError, RefusedError) as error:
            self._known[at] = error
            raise
        except BaseException:
            del self._known[at]
            raise
        self._known[at] = value
        return value

    def _value(self, kind: str, name: str) -> Evaluated:
        match kind:
            case "var":
                return variable(self, name) if name in self.code.variables else self._undeclared(kind, name)
            case "local":
                setting = self.code.locals.get(name)
                return self.defined(setting, Role.LOCAL, f"local.{name}") if setting else self._undeclared(kind, name)
            case "module":
                return self._outputs(name)
            case "path":
                return self._path(name)
            case "terraform" if name == "workspace":
                return Evaluated(self.shared.root.workspace)
            case "each" | "count" | "self":
                return unknown(f"{kind}.{name} is not known here", self.address, kind, name)
            case _:
                return self._resource(f"{kind}.{name}")

    def scope(self, setting: Setting, role: Role, address: str, names: Names | None = None) -> Scope:
        """The scope of a setting's expression."""
        place = setting.place(role, address, self.address)
        text, pieces = setting.attribute.text, setting.attribute.pieces
        return Scope(names or self, self.shared.around, self.shared.budget, place, text, pieces=pieces)

    def defined(self, setting: Setting, role: Role, address: str, names: Names | None = None) -> Evaluated:
        """The value of a definition, which came through it; raises EvaluationError and RefusedError."""
        scope = self.scope(setting, role, address, names)
        value, place = evaluated_text(scope), scope.definition
        if value.origin is not None and (value.origin.path, value.origin.start, value.origin.end) == (
            place.path,
            place.start,
            place.end,
        ):
            return value
        return value.passing(Trail(place))

    def instances(self, declared: Declared, address: str) -> Mapping[Key, Names] | Unknown:
        """The instances of a block by key; where they are not known, those of a state; raises EvaluationError."""
        count, each = declared.settings.get("count"), declared.settings.get("for_each")
        if count is not None:
            made = counted(self, self.defined(count, Role.ATTRIBUTE, address))
        elif each is not None:
            made = for_each(self, self.defined(each, Role.FOR_EACH, address))
        else:
            return {None: self}
        if not isinstance(made, Unknown):
            return made
        held = self.shared.keys(f"{self.address}.{address}" if self.address else address)
        return {key: supposed(self, key, made) for key in held} or made

    def children(self, name: str) -> Mapping[Key, "ModuleInstance"] | Unknown:
        """The instances of the module that a call makes; raises EvaluationError."""
        if name not in self._children:
            self._children[name] = self._called(name)
        return self._children[name]

    def supposed_child(self, name: str, why: Unknown) -> "ModuleInstance | None":
        """One module that stands for all that a call makes while its instances are not known; None where none can."""
        call = self.code.calls[name]
        folder = self._folder_of(call)
        repeated = "count" in call.settings or "for_each" in call.settings
        above = tuple(self._folders())
        if folder is None or folder in above or len(above) > MAX_DEPTH or not repeated:
            return None
        self.shared.budget.spend(STEPS_A_MODULE)
        address = f"{self.address}.module.{name}[*]".removeprefix(".")
        names = supposed(self, None, why)
        return ModuleInstance(self.shared, module_of(self.shared.index, folder), address, call, names)

    def _folder_of(self, call: Declared) -> str | None:
        folder = called_folder(self.shared.index, call.block, self.code.folder)
        return folder if folder in self.shared.index.folders else None

    def _called(self, name: str) -> Mapping[Key, "ModuleInstance"] | Unknown:
        call = self.code.calls[name]
        folder = self._folder_of(call)
        if folder is None:
            why = unfollowed(self.shared.index, call.file, call.block, self.code.folder)
            return Unknown(why, f"{self.address}.{name}")
        above = tuple(self._folders())
        if len(above) > MAX_DEPTH:
            return Unknown(f"modules are nested deeper than {MAX_DEPTH} levels", f"{self.address}.{name}")
        if folder in above:
            why = f"module.{name} calls the module that it stands in ({call.file.path}:{call.block.header.start_line})"
            raise EndlessError(f"{why}; Terraform loads none of it")
        code = module_of(self.shared.index, folder)
        made = self.instances(call, f"module.{name}")
        if isinstance(made, Unknown):
            return made
        base = f"{self.address}.module.{name}" if self.address else f"module.{name}"
        self.shared.budget.spend(STEPS_A_MODULE * len(made))
        return {
            key: ModuleInstance(self.shared, code, f"{base}{index_suffix(key)}", call, names)
            for key, names in made.items()
        }

    def _folders(self) -> Iterator[str]:
        """The folders of this module and of those that it is called in."""
        module = self
        yield module.code.folder
        while module.caller is not module:
            module = module.caller
            yield module.code.folder

    def _outputs(self, name: str) -> Evaluated:
        if name not in self.code.calls:
            return self._undeclared("module", name)
        children = self.children(name)
        if isinstance(children, Unknown):
            return Evaluated(children)
        return collected({key: child.exported() for key, child in children.items()}, self.code.calls[name])

    def exported(self) -> Evaluated:
        """The outputs, each evaluated only where something reads it."""
        return Evaluated(Fields(LazyMapping(self.code.outputs, lambda name: self.refer("output", name))))

    @property
    def caller(self) -> "ModuleInstance":
        """The module instance that this one is called in; the root is its own."""
        names = self.outer
        while isinstance(names, Repeated):
            names = names.names
        return names if isinstance(names, ModuleInstance) else self

    @property
    def key(self) -> Key:
        """Its key among the instances of its call."""
        if self.call is None:
            return None
        made = self.caller.children(self.call.block.labels[0])
        return next((key for key, child in made.items() if child is self), None) if isinstance(made, Mapping) else None

    def _path(self, name: str) -> Evaluated:
        if name == "module":
            path = relpath(self.code.folder or ".", self.shared.index.module_folder(self.shared.root.path) or ".")
            return Evaluated(path)
        return Evaluated(".") if name == "root" else unknown("path.cwd is where Terraform is run", "path", name)

    def _resource(self, address: str) -> Evaluated:
        if address.startswith("output."):
            name = address.removeprefix("output.")
            output = self.code.outputs[name]
            value = output.settings.get("value")
            found = self.defined(value, Role.OUTPUT, address) if value else Evaluated(None)
            return found.marked() if is_sensitive(output) else found
        declared = self.code.resources.get(address)
        if declared is None:
            return self._undeclared(*address.rsplit(".", 1))
        instances = self.instances(declared, address)
        if isinstance(instances, Unknown):
            return Evaluated(instances)
        parts, full = readable(declared), f"{self.address}.{address}".removeprefix(".")
        made = {
            key: as_read(self, parts, address, names, f"{full}{index_suffix(key)}") for key, names in instances.items()
        }
        return collected(made, declared)

    def _undeclared(self, kind: str, name: str) -> Evaluated:
        folder = self.code.folder or "the top folder"
        return unknown(f"{kind[:80]}.{name[:80]} is not declared in {folder}", self.address, kind, name)
