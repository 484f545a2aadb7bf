"""Estates with known truth, generated from a seed: repositories, states, live resources, and the block of each."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from remediator.model import Attributes, Launcher, Resource

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = {"ml-dev": "111111111111", "ml-prod": "222222222222"}
_BORN = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Block:
    """Where a block's header stands: repository, path and line."""

    repository: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Live:
    """A live resource, what kind of case it is, and its block; None where no code declares it."""

    resource: Resource
    case: str
    truth: Block | None


@dataclass
class File:
    """A file on its way: its lines, and the line of the header written last."""

    lines: list[str] = field(default_factory=list)

    def block(self, *text: str) -> int:
        """Add a block and a blank line; the line of its header."""
        at = len(self.lines) + 1
        self.lines += [*text, ""]
        return at


@dataclass
class Estate:
    """Files by repository and path, states by repository and root, and everything that is live."""

    files: dict[str, dict[str, File]] = field(default_factory=dict)
    states: dict[tuple[str, str], list[dict[str, object]]] = field(default_factory=dict)
    live: list[Live] = field(default_factory=list)

    def file(self, repository: str, path: str) -> File:
        """The file at a path, made where it is not there yet."""
        return self.files.setdefault(repository, {}).setdefault(path, File())

    def state(self, repository: str, root: str) -> bytes:
        """A root's state as Terraform writes it."""
        resources = self.states[repository, root]
        return json.dumps(
            {"version": 4, "serial": 3, "lineage": f"{repository}/{root}", "resources": resources}
        ).encode()


@dataclass
class _Root:
    """A root on its way, in one account and region; `place` numbers the roots of those, so that names are met again."""

    estate: Estate
    repository: str
    path: str
    account: str
    region: str
    place: int
    numbers: Iterator[int]
    random: random.Random

    def id(self, prefix: str) -> str:
        return f"{prefix}-{next(self.numbers):017x}"

    def arn(self, what: str) -> str:
        return self.arn_of("ec2", what)

    def arn_of(self, service: str, what: str) -> str:
        return f"arn:aws:{service}:{self.region}:{ACCOUNTS[self.account]}:{what}"

    def main(self) -> tuple[str, File]:
        path = f"{self.path}/{self.random.choice(('main', 'compute', 'data'))}.tf"
        return path, self.estate.file(self.repository, path)

    def hold(self, module: str, type_: str, name: str, instances: list[dict[str, object]]) -> None:
        head: dict[str, object] = {"mode": "managed", "type": type_, "name": name, "provider": "aws"}
        head["instances"] = instances
        self.estate.states[self.repository, self.path].append(head | ({"module": module} if module else {}))

    def see(self, kind: str, id_: str, case: str, truth: Block | None, **more: object) -> None:
        arn, tags = more.get("arn"), more.get("tags", {})
        assert arn is None or isinstance(arn, str)
        assert isinstance(tags, dict)
        member, by = more.get("member_of"), more.get("launched_by")
        assert member is None or isinstance(member, str)
        assert by is None or isinstance(by, Launcher)
        live = Resource(
            "aws", self.account, self.region, kind, id_, arn, Attributes(), Attributes(tags), _BORN, member, by
        )
        self.estate.live.append(Live(live, case, truth))

    def instance(self, key: object = None, volume: str | None = None) -> tuple[str, dict[str, object]]:
        id_ = self.id("i")
        attributes: dict[str, object] = {"id": id_, "arn": self.arn(f"instance/{id_}"), "instance_type": "m6i.large"}
        if volume:
            attributes["root_block_device"] = [{"volume_id": volume, "volume_type": "gp3"}]
        return id_, {"attributes": attributes} | ({} if key is None else {"index_key": key})


def _plain(root: _Root, n: int) -> None:
    """An instance and the volume that it brings."""
    path, file = root.main()
    line = file.block(f'resource "aws_instance" "web_{n}" {{', '  instance_type = "m6i.large"', "}")
    truth, volume = Block(root.repository, path, line), root.id("vol")
    id_, held = root.instance(volume=volume)
    root.hold("", "aws_instance", f"web_{n}", [held])
    root.see("aws_instance", id_, "plain block", truth)
    root.see("aws_ebs_volume", volume, "volume of an instance", truth)


def _repeated(root: _Root, n: int) -> None:
    """One block for many instances, by key or by number."""
    path, file = root.main()
    keyed = root.random.random() < 0.5
    what = 'for_each = toset(["a", "b", "c"])' if keyed else "count = 3"
    line = file.block(f'resource "aws_instance" "node_{n}" {{', f"  {what}", '  instance_type = "m6i.large"', "}")
    made = [root.instance(key) for key in (("a", "b", "c") if keyed else (0, 1, 2))]
    root.hold("", "aws_instance", f"node_{n}", [held for _, held in made])
    for id_, _ in made:
        root.see("aws_instance", id_, "for_each or count", Block(root.repository, path, line))


def _module(root: _Root, n: int) -> None:
    """An instance in a shared module that another shared module calls, for some of several keys."""
    _, file = root.main()
    depth = root.random.choice((1, 2))
    folder = "box" if depth == 1 else "stack"
    file.block(f'module "team_{n}" {{', f'  source = "../../modules/{folder}"', '  for_each = toset(["x", "y"])', "}")
    inner = "" if depth == 1 else ".module.box"
    for key in ("x", "y"):
        id_, held = root.instance()
        root.hold(f'module.team_{n}["{key}"]{inner}', "aws_instance", "this", [held])
        root.see("aws_instance", id_, f"module, {depth} deep", Block(root.repository, "modules/box/main.tf", 1))


def _group(root: _Root, n: int) -> None:
    """A group whose name another account has as well, and the instances that AWS made for it."""
    path, file = root.main()
    line = file.block(f'resource "aws_autoscaling_group" "pool_{n}" {{', "  max_size = 4", "}")
    truth, name = Block(root.repository, path, line), f"pool-{root.place}-{n}"
    arn = root.arn_of("autoscaling", f"autoScalingGroup:{root.repository}-{n}:autoScalingGroupName/{name}")
    root.hold("", "aws_autoscaling_group", f"pool_{n}", [{"attributes": {"id": name, "arn": arn}}])
    root.see("aws_autoscaling_group", name, "group", truth, arn=arn)
    for _ in range(3):
        root.see("aws_instance", root.id("i"), "member of a group", truth, member_of=name)


def _twins(root: _Root, n: int) -> None:
    """Volumes whose state knows the account by their ARN alone."""
    path, file = root.main()
    line = file.block(f'resource "aws_ebs_volume" "disk_{n}" {{', '  type = "gp2"', "}")
    id_ = root.id("vol")
    root.hold("", "aws_ebs_volume", f"disk_{n}", [{"attributes": {"id": id_, "arn": root.arn(f"volume/{id_}")}}])
    root.see("aws_ebs_volume", id_, "volume", Block(root.repository, path, line))


def _nodes(root: _Root, n: int) -> None:
    """Instances that EKS and Batch made for what code declares."""
    path, file = root.main()
    line = file.block(f'resource "aws_eks_node_group" "gpu_{n}" {{', f'  node_group_name = "gpu-{n}"', "}")
    cluster = f"cluster-{root.place}"
    arn = root.arn_of("eks", f"nodegroup/{cluster}/gpu-{n}/{root.repository}")
    root.hold("", "aws_eks_node_group", f"gpu_{n}", [{"attributes": {"id": f"{cluster}:gpu-{n}", "arn": arn}}])
    tags = {"eks:cluster-name": cluster, "eks:nodegroup-name": f"gpu-{n}"}
    for _ in range(2):
        root.see("aws_instance", root.id("i"), "node of EKS", Block(root.repository, path, line), tags=tags)
    name = f"train-{root.place}-{n}"
    line = file.block(f'resource "aws_batch_compute_environment" "train_{n}" {{', f'  name = "train-{n}"', "}")
    arn = root.arn_of("batch", f"compute-environment/{name}")
    root.hold("", "aws_batch_compute_environment", f"train_{n}", [{"attributes": {"id": arn, "arn": arn}}])
    by = Launcher("AWS Batch", "compute environment", name)
    root.see("aws_instance", root.id("i"), "worker of Batch", Block(root.repository, path, line), launched_by=by)


def _fleets(root: _Root, n: int) -> None:
    """Instances that EC2 Fleet and Spot Fleet made for what code declares, and such that Karpenter made for nothing."""
    path, file = root.main()
    for type_, name, tag, prefix in (
        ("aws_ec2_fleet", f"burst_{n}", "aws:ec2:fleet-id", "fleet"),
        ("aws_spot_fleet_request", f"spot_{n}", "aws:ec2spot:fleet-request-id", "sfr"),
    ):
        line = file.block(f'resource "{type_}" "{name}" {{', "}")
        id_ = root.id(prefix)
        root.hold("", type_, name, [{"attributes": {"id": id_}}])
        for _ in range(2):
            truth = Block(root.repository, path, line)
            root.see("aws_instance", root.id("i"), "member of a fleet", truth, tags={tag: id_})
    by = Launcher("Karpenter", "node pool", f"gpu-{n}")
    root.see("aws_instance", root.id("i"), "made by Karpenter", None, launched_by=by)


def _moved(root: _Root, n: int) -> None:
    """An instance and a module's that were moved, with the blocks of their old names beside them."""
    path, file = root.main()
    file.block("moved {", f"  from = aws_instance.old_{n}", f"  to   = aws_instance.new_{n}", "}")
    line = file.block(f'resource "aws_instance" "new_{n}" {{', '  instance_type = "m6i.large"', "}")
    file.block("moved {", f"  from = module.before_{n}", f"  to   = module.after_{n}[0]", "}")
    file.block(f'module "after_{n}" {{', '  source = "../../modules/box"', "  count = 1", "}")
    for module, name, truth in (
        ("", f"new_{n}", Block(root.repository, path, line)),
        (f"module.after_{n}[0]", "this", Block(root.repository, "modules/box/main.tf", 1)),
    ):
        id_, held = root.instance()
        root.hold(module, "aws_instance", name, [held])
        root.see("aws_instance", id_, "moved", truth)


def _pending(root: _Root, n: int) -> None:
    """An instance and a module's that were moved in code, which nobody applied yet."""
    path, file = root.main()
    line = file.block(f'resource "aws_instance" "next_{n}" {{', '  instance_type = "m6i.large"', "}")
    file.block("moved {", f"  from = aws_instance.last_{n}", f"  to   = aws_instance.next_{n}", "}")
    file.block(f'module "next_{n}" {{', '  source = "../../modules/box"', "}")
    file.block("moved {", f"  from = module.last_{n}", f"  to   = module.next_{n}", "}")
    for module, name, truth in (
        ("", f"last_{n}", Block(root.repository, path, line)),
        (f"module.last_{n}", "this", Block(root.repository, "modules/box/main.tf", 1)),
    ):
        id_, held = root.instance()
        root.hold(module, "aws_instance", name, [held])
        root.see("aws_instance", id_, "moved, not applied", truth)


def _split(root: _Root, n: int) -> None:
    """Instances of one block that moves part between two, key by key, which nobody applied yet."""
    path, file = root.main()
    lines = [file.block(f'resource "aws_instance" "{half}_{n}" {{', "}") for half in ("left", "right")]
    whole = f"aws_instance.whole_{n}"
    for key, half in (("a", "left"), ("b", "right")):
        file.block("moved {", f'  from = {whole}["{key}"]', f"  to   = aws_instance.{half}_{n}", "}")
    made = [root.instance(key) for key in ("a", "b")]
    root.hold("", "aws_instance", f"whole_{n}", [held for _, held in made])
    for (id_, _), line in zip(made, lines, strict=True):
        root.see("aws_instance", id_, "split by keys, not applied", Block(root.repository, path, line))


def _contested(root: _Root, n: int) -> None:
    """An instance that the state of another root claims as well, so that a person must say whose it is."""
    _, file = root.main()
    file.block(f'resource "aws_instance" "both_{n}" {{', '  instance_type = "m6i.large"', "}")
    id_, held = root.instance()
    head: dict[str, object] = {"mode": "managed", "type": "aws_instance", "name": f"both_{n}", "provider": "aws"}
    for place in {(root.repository, root.path): 0, next(iter(root.estate.states)): 0, [*root.estate.states][-1]: 0}:
        root.estate.states[place].append(head | {"instances": [held]})
    root.see("aws_instance", id_, "claimed by two states", None)


def _stray(root: _Root, n: int) -> None:
    """What no code declares, and what code declares but the state of another root has under the same name."""
    root.see("aws_instance", root.id("i"), "declared nowhere", None, tags={"Name": f"web_{n}"})
    root.see("aws_ebs_volume", root.id("vol"), "declared nowhere", None)


_CASES = (_plain, _repeated, _module, _group, _twins, _nodes, _fleets, _moved, _pending, _split, _contested, _stray)


def generate(resources: int, states: int, repositories: int, seed: int = 7) -> Estate:
    """An estate of about that many live resources; roots of one repository have blocks of the same names on purpose."""
    estate, dice = Estate(), random.Random(seed)
    numbers = iter(range(10**9))
    roots: list[_Root] = []
    for n in range(states):
        repository, path = f"repo-{n % repositories:02}", f"envs/{['dev', 'prod', 'stage'][n // repositories % 3]}"
        account, region = dice.choice(sorted(ACCOUNTS)), dice.choice(REGIONS)
        place = sum((root.account, root.region) == (account, region) for root in roots)
        estate.states[repository, path] = []
        roots.append(_Root(estate, repository, path, account, region, place, numbers, dice))
        box = estate.file(repository, "modules/box/main.tf")
        if not box.lines:
            box.block('resource "aws_instance" "this" {', '  instance_type = "m6i.large"', "}")
            stack = estate.file(repository, "modules/stack/main.tf")
            stack.block('module "box" {', '  source = "../box"', "}")
    n = 0
    while len(estate.live) < resources:
        for root in roots:
            dice.choice(_CASES)(root, n)
        n += 1
    return estate
