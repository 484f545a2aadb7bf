import time

import pytest

from remediator.trace.people import People, Person, folded, shown

WORK = Person("Bruno Keller", "bruno@acme.io")
HUB = Person("bruno k", "7+BrunoK@users.noreply.github.com")
HOME = Person("Bruno  Keller", "7+BrunoK@users.noreply.github.com")


def test_an_address_an_account_or_a_full_name_makes_one_person():
    people = People.of([HUB, WORK, HOME])

    key = people.key("bruno@acme.io")
    assert {people.key(name) for name in people.names(key)} == {key}
    assert set(people.names(key)) == {
        "bruno@acme.io", "7+brunok@users.noreply.github.com", "@brunok", "bruno keller", "bruno k",
    }  # fmt: skip
    assert people.handle(key) == "@BrunoK"


def test_a_single_word_is_nobodys_name():
    people = People.of([Person("Sam", "sam@a.io"), Person("Sam", "sam@b.io")])

    assert people.key("sam@a.io") != people.key("sam@b.io")
    assert people.handle(people.key("sam@a.io")) is None


def test_a_single_word_that_is_an_account_is_that_accounts():
    people = People.of([Person("brunok", "b@home.io"), HUB])

    assert people.handle(people.key("b@home.io")) == "@BrunoK"


def test_an_account_of_another_forge_is_nobodys_here():
    lab = Person("Bo Lind", "9-brunok@users.noreply.gitlab.com")

    assert (HUB.forge, lab.forge, WORK.forge) == ("github.com", "gitlab.com", None)
    people = People.of([lab, HUB], "github.com")
    assert people.key(lab.names()[0]) != people.key(HUB.names()[0])
    assert people.handle(people.key(lab.names()[0])) is None
    assert people.handle(people.key("@brunok")) == "@BrunoK"
    assert People.of([lab]).handle("9-brunok@users.noreply.gitlab.com") == "@brunok"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Alice Moreau", "Alice Moreau"),
        ("alice@acme.io", "alice"),
        ("@alice@acme.io", "alice"),
        ("Alice  <alice@acme.io>", "Alice"),
        ("<alice@acme.io>", "alice"),
        ("(alice@acme.io)", "alice"),
        ("@acme/team", "@acme/team"),
        ("@@maintainer", "@@maintainer"),
        ("@" * 100_000, "@" * 100_000),
    ],
)
def test_of_an_address_only_what_stands_before_the_host_is_shown(name, expected):
    assert shown(name) == expected


def test_fifty_thousand_addresses_of_one_name_take_no_time():
    started = time.process_time()
    people = People.of([Person("Al Moro", f"{n}@acme.io") for n in range(50_000)])

    assert len(people.names(people.key("7@acme.io"))) == 50_001
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jos\u00e9 Mu\u00f1oz", "JOSE\u0301  MUN\u0303OZ"),
        ("Gro\u00df Stra\u00dfe", "GROSS strasse"),
        ("Bo\u00a0Lind", "bo lind"),
        ("\uff22\uff4f Lind", "Bo Lind"),
    ],
)
def test_a_name_is_the_same_whatever_its_case_and_way_to_write_accents(one, other):
    assert folded(one) == folded(other)
    people = People.of([Person(one, "a@acme.io"), Person(other, "b@acme.io")])
    assert people.key("a@acme.io") == people.key("b@acme.io")


def test_strangers_who_share_a_placeholder_are_not_one_person():
    commits = [
        Person("Al Moro", "root@localhost", addressed=False),
        Person("Bo Lind", "root@localhost", addressed=False),
        Person("Your Name", "cy@acme.io", named=False),
        Person("Your Name", "di@acme.io", named=False),
        Person("Al Moro", "al@acme.io"),
    ]
    people = People.of(commits)

    keys = [people.key(person.names()[0]) for person in commits]
    assert len(set(keys)) == 4
    assert keys[0] == keys[4]
    assert not people.knows("root@localhost")
    assert not people.knows("your name")


def test_who_is_not_known_is_themselves():
    people = People.of([])

    assert (people.knows("@x"), people.key("@x"), people.names("@x"), people.handle("@x")) == (
        False,
        "@x",
        ("@x",),
        None,
    )
