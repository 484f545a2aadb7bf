import pytest

from remediator.config import Config
from remediator.iac.terraform.sites import find_site
from remediator.model import StateAddress
from remediator.trace.moves import earlier_headers
from remediator.trace.origins import trace_origins

OLD = 'resource "aws_instance" "web" {\n  instance_type = "m5.large"\n}\n'
MOVED = "moved {{\n  from = {}\n  to   = {}\n}}\n"


def moved(old: str, new: str) -> str:
    return MOVED.format(old, new)


@pytest.fixture
def headers(repository, index_of):
    def former(files: dict[str, str], module: str, name: str) -> tuple[str, ...]:
        repository.commit(files)
        index = index_of(repository.sync())
        at = StateAddress("infra", "envs/dev", "s", "default", "l", 1, module, "managed", "aws_instance", name, None)
        site = find_site(index, "envs/dev", at)
        assert not isinstance(site, str)
        return earlier_headers(index, site.calls, site.folder, site.block)

    return former


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([], ()),
        ([("aws_instance.a", "aws_instance.web")], ("a",)),
        ([("aws_instance.b", "aws_instance.web"), ("aws_instance.a", "aws_instance.b")], ("b", "a")),
        ([('aws_instance.a["x"]', "aws_instance.web[0]")], ("a",)),
        ([("aws_instance.web", "aws_instance.a"), ("aws_instance.a", "aws_instance.web")], ("a",)),
        ([("aws_instance.a", "aws_instance.web2")], ()),
        ([("module.old.aws_instance.this", "aws_instance.web")], ("this",)),
        ([('aws_instance.a["x]y.z"]', 'aws_instance.web["[\\"]."]')], ("a",)),
        ([(f'"{"[" * 200_000}"', "aws_instance.web")], ()),
    ],
)
def test_names_are_followed_through_moves(headers, moves, expected) -> None:
    text = OLD + "".join(moved(*pair) for pair in moves)

    assert headers({"envs/dev/main.tf": text}, "", "web") == tuple(f'resource "aws_instance" "{n}"' for n in expected)


def test_a_caller_may_have_moved_it_into_the_module(headers) -> None:
    call = 'module "site" {\n  source = "../../modules/site"\n}\n'
    moves = moved("aws_instance.before", "module.site.aws_instance.web") + moved("module.gone", "module.site")
    files = {
        "envs/dev/main.tf": call + moves,
        "modules/site/main.tf": OLD + moved("aws_instance.x", "aws_instance.web"),
    }

    assert headers(files, "module.site", "web") == (
        'resource "aws_instance" "x"',
        'resource "aws_instance" "before"',
        'resource "aws_instance" "web"',
    )


def test_the_creator_of_a_renamed_block_stays_its_creator(repository, index_of, make_change, root, tmp_path) -> None:
    first = OLD.replace('"web"', '"server"')
    created = repository.commit({"envs/dev/main.tf": "# a\n" + first}, "Create (#1)", "Bo Lind <bo@acme.io>")
    repository.commit({"envs/dev/main.tf": "# a\n\n" + first.replace(" = ", "   = ")}, "Format (#2)")
    repository.commit(
        {"envs/dev/web.tf": OLD + moved("aws_instance.server", "aws_instance.web"), "envs/dev/main.tf": "# a\n"}
    )
    clone = repository.sync()

    (origin,) = trace_origins(clone, index_of(clone), [(make_change("web"), root, ())], Config(), tmp_path / "cache")

    assert origin.created.sha == created
    assert origin.changed.sha == created


def test_what_was_moved_and_not_applied_has_its_creator(repository, index_of, make_change, root, tmp_path) -> None:
    repository.commit({"envs/dev/main.tf": OLD}, author="Alice <alice@acme.io>")
    text = OLD.replace('"web"', '"site"') + moved("aws_instance.web", "aws_instance.site")
    repository.commit({"envs/dev/main.tf": text}, author="Bob <bob@acme.io>")
    clone = repository.sync()

    (origin,) = trace_origins(clone, index_of(clone), [(make_change("web"), root, ())], Config(), tmp_path)

    assert [place.address for place in origin.call_chain] == ["aws_instance.site"]
    assert origin.created.author_name == "Alice"


def test_names_beyond_the_limit_are_left_out(headers) -> None:
    moves = "".join(moved(f"aws_instance.a{n}", "aws_instance.web") for n in range(500))

    assert len(headers({"envs/dev/main.tf": OLD + moves}, "", "web")) == 99
