"""Finding planners: the shipped ones, and those of a distribution that is really on the path."""

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remediator.config import Config
from remediator.errors import ConfigError
from remediator.model import Attributes, Catalogue, Context, Estate, Observation, PriceBook, Resource, Usage
from remediator.registry import check_rules, load_planners

DOCS = Path(__file__).parent.parent / "docs" / "writing-a-planner.md"
RULES = [
    "abandoned_experiment",
    "cache_size",
    "checkpoint_expiry",
    "database_class",
    "database_storage",
    "ebs_gp3",
    "endpoint_scaling",
    "endpoint_size",
    "gpu_generation",
    "group_bounds",
    "idle_accelerator",
    "idle_database",
    "idle_endpoint",
    "idle_file_system",
    "idle_gateway",
    "idle_gpu",
    "idle_group",
    "idle_instance",
    "idle_load_balancer",
    "idle_notebook",
    "idle_studio_app",
    "incomplete_uploads",
    "log_retention",
    "off_hours",
    "old_snapshot",
    "oversized_accelerator",
    "oversized_gpu",
    "oversized_group",
    "previous_generation",
    "provisioned_iops",
    "required_tags",
    "rightsize_instance",
    "unassociated_address",
    "unattached_volume",
    "unused_reservation",
]

Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Lay a distribution with one planner on the path, as an installer does."""
    monkeypatch.syspath_prepend(tmp_path)
    known = set(sys.modules)

    def write(rule: str, source: str) -> None:
        package = tmp_path / "acme_rules"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / f"{rule}.py").write_text(source, "utf-8")
        info = tmp_path / "acme_rules-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[remediator.planners]\n{rule} = acme_rules.{rule}\n", "utf-8")

    yield write
    for name in set(sys.modules) - known:
        if name.startswith("acme_rules"):
            del sys.modules[name]


def problem(tables: dict[str, dict[str, object]], only: str | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_planners(tables, only)  # type: ignore[arg-type]  # hostile tables are the point
    return str(caught.value)


def block(language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[number]


def test_the_shipped_rules_are_found_and_on() -> None:
    loaded = load_planners({}, None)

    assert [p.rule for p in loaded] == RULES
    assert all(p.summary and p.kinds and p.settings for p in loaded)


def test_a_rule_may_be_switched_off_or_asked_for_alone() -> None:
    assert [p.rule for p in load_planners({"idle_gpu": {"enabled": False}}, None)] == [
        r for r in RULES if r != "idle_gpu"
    ]
    assert [p.rule for p in load_planners({}, "ebs_gp3")] == ["ebs_gp3"]


def test_tables_fill_the_settings() -> None:
    [planner] = load_planners({"idle_gpu": {"cpu_percent": 12, "keep_tags": ["a", "b"]}}, "idle_gpu")

    assert (planner.settings.cpu_percent, planner.settings.keep_tags) == (12.0, ("a", "b"))  # type: ignore[attr-defined]  # typed by the planner


def test_an_environment_overrides_single_settings() -> None:
    tables = tomllib.loads("""
        [planners.idle_gpu]
        cpu_percent = 12
        [planners.idle_gpu.dev]
        gpu_percent = 2
        [planners.idle_gpu.prod]
        enabled = false
    """)
    [planner] = load_planners(Config.model_validate(tables).planners, "idle_gpu")

    [(environment, settings)] = planner.in_environments
    assert environment == "dev"
    assert settings == replace(planner.settings, gpu_percent=2.0)  # type: ignore[type-var]  # typed by the planner
    assert settings.cpu_percent == 12.0  # type: ignore[attr-defined]  # typed by the planner
    assert planner.off == ("prod",)


def test_a_rule_may_be_on_in_one_environment_alone() -> None:
    [planner] = load_planners({"idle_gpu": {"enabled": False, "dev": {"enabled": True}}}, "idle_gpu")

    assert planner.off == (None, "prod", "staging")
    tables: dict[str, dict[str, object]] = {"idle_gpu": {"enabled": False, "dev": {"gpu_percent": 2}}}
    assert "switched off" in problem(tables, "idle_gpu")


def test_a_rule_may_be_off_in_every_environment_and_on_where_none_is_known() -> None:
    off = {name: {"enabled": False} for name in ("prod", "staging", "dev")}
    [planner] = load_planners({"idle_gpu": {**off}}, "idle_gpu")

    assert planner.off == ("prod", "staging", "dev")


def test_names_of_rules_are_checked() -> None:
    check_rules(RULES)
    with pytest.raises(ConfigError, match="there is no rule 'idle_gpus'; did you mean 'idle_gpu'"):
        check_rules(["idle_gpus"])


@pytest.mark.parametrize(
    ("tables", "only", "sentence"),
    [
        ({"idle_gpus": {}}, None, "there is no rule 'idle_gpus'; did you mean 'idle_gpu'?"),
        ({"_money": {}}, None, "there is no rule '_money'"),
        ({}, "ebs_gp2", "there is no rule 'ebs_gp2'; did you mean 'ebs_gp3'?"),
        ({}, "zzz", f"known are {', '.join(RULES)}"),
        ({"idle_gpu": {"enabled": False}}, "idle_gpu", "switched off; set enabled = true in [planners.idle_gpu]"),
        ({"idle_gpu": {"enabled": "no"}}, None, "planners.idle_gpu.enabled is 'no'; write true or false"),
        ({"idle_gpu": {"coverge": 1}}, None, "unknown key 'planners.idle_gpu.coverge'; did you mean 'coverage'?"),
        ({"idle_gpu": {"enabeld": False}}, None, "did you mean 'enabled'?"),
        ({"idle_gpu": {"coverage": "most"}}, None, "planners.idle_gpu.coverage: write a number, without quotes"),
        ({"idle_gpu": {"coverage": 99}}, None, "planners.idle_gpu: coverage = 99 is not between 0.99 and 1"),
        ({"ebs_gp3": {"keep_tags": [1]}}, None, "planners.ebs_gp3.keep_tags.0: Input should be a valid string"),
        ({"idle_gpu": {"stging": {}}}, None, "[planners.idle_gpu.stging] is of no environment; did you mean 'staging'"),
        ({"idle_gpu": {"Prod": {}}}, None, "[planners.idle_gpu.Prod] is of no environment; did you mean 'prod'?"),
        ({"idle_gpu": {"coverage": {}}}, None, "[planners.idle_gpu.coverage] is of no environment; known are dev,"),
        ({"idle_gpu": {"dev": 1}}, None, "planners.idle_gpu.dev is 1; write a table, [planners.idle_gpu.dev]"),
        ({"idle_gpu": {"dev": {"coverge": 1}}}, None, "unknown key 'planners.idle_gpu.dev.coverge'; did you mean"),
        ({"idle_gpu": {"dev": {"coverage": "most"}}}, None, "planners.idle_gpu.dev.coverage: write a number"),
        ({"idle_gpu": {"dev": {"coverage": 99}}}, None, "planners.idle_gpu.dev: coverage = 99 is not between 0.99"),
        ({"idle_gpu": {"dev": {"enabled": 0}}}, None, "planners.idle_gpu.dev.enabled is 0; write true or false"),
        (
            {"idle_gpu": {name: {"enabled": False} for name in ("enabled", "prod", "staging", "dev")}},
            None,
            "planners.idle_gpu.enabled is {'enabled': False}; write true or false",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(tables: dict[str, dict[str, object]], only: str | None, sentence: str) -> None:
    assert sentence in problem(tables, only)


def test_the_planner_of_the_documentation_works_from_a_distribution(install: Install) -> None:
    entry = tomllib.loads(block("toml"))["project"]["entry-points"]["remediator.planners"]
    [(rule, module)] = entry.items()
    assert module == f"acme_rules.{rule}"
    install(rule, block("python"))
    [planner] = load_planners(tomllib.loads(block("toml", 1))["planners"], rule)

    def volume(size: int) -> Observation:
        spec = Attributes({"type": "gp2", "size": size})
        resource = Resource("aws", "ml", "us-east-1", "aws_ebs_volume", "vol-1", None, spec, Attributes(), None)
        return Observation(resource, Usage(), None, None)

    context: Context[object] = Context(datetime(2026, 1, 1, tzinfo=UTC), _NoPrices(), _NoTypes(), planner.settings)
    changes = list(planner.plan(Estate((volume(999), volume(1000))), context))

    assert [c.reason for c in changes] == ["1,000 GiB of gp2 carry no tag `purpose`"]
    assert "is not a size" in problem({rule: {"least_gib": 0}})


class _NoPrices(PriceBook):
    def price(self, kind: str, item: str, region: str) -> None:
        return None


class _NoTypes(Catalogue):
    def instance_type(self, name: str) -> None:
        return None

    def every(self) -> tuple[()]:
        return ()

    def family(self, name: str) -> tuple[()]:
        return ()


def test_a_rule_of_others_that_cannot_be_imported_may_be_switched_off(install: Install) -> None:
    install("theirs", "raise RuntimeError('no licence')")

    assert "the planner 'theirs' cannot be imported (RuntimeError: no licence)" in problem({})
    assert [p.rule for p in load_planners({"theirs": {"enabled": False}}, None)] == RULES


def test_a_name_shipped_twice_is_refused(install: Install) -> None:
    install("idle_gpu", "")

    assert "the rule 'idle_gpu' is shipped twice, also as 'acme_rules.idle_gpu'" in problem({})


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ("SUMMARY =", "_SUMMARY =", "SUMMARY"),
        ("LAYER = Layer.CONFIGURATION", "LAYER = 'configuration'", "LAYER"),
        ('KINDS = ("aws_ebs_volume",)', 'KINDS = ("aws_ebs_volume")', "KINDS"),
        ("@dataclass(frozen=True, slots=True)", "", "Settings has to be a frozen dataclass"),
        ("frozen=True", "frozen=False", "Settings has to be a frozen dataclass"),
        ("least_gib: int = 500", "least_gib: int", "planners.theirs.least_gib: Field required"),
        ("least_gib: int = 500", "least_gib: int = 500\n    dev: int = 5", "'dev' has the name of an environment"),
        ("def plan(", "def planned(", "plan(estate, context) is missing"),
    ],
)
def test_what_breaks_the_contract_is_said(install: Install, was: str, now: str, what: str) -> None:
    source = block("python")
    assert was in source
    install("theirs", source.replace(was, now))

    assert what in problem({})
