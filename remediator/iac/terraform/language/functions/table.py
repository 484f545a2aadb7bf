"""Every function by its name; those that `calls` handles itself are not here."""

from collections.abc import Mapping, Sequence

from remediator.iac.terraform.language.functions.arguments import unknown_call
from remediator.iac.terraform.language.functions.collections import COLLECTION
from remediator.iac.terraform.language.functions.dates import DATE
from remediator.iac.terraform.language.functions.encodings import ENCODING
from remediator.iac.terraform.language.functions.formats import FORMATTING
from remediator.iac.terraform.language.functions.maps import MAP
from remediator.iac.terraform.language.functions.networks import NETWORK
from remediator.iac.terraform.language.functions.numbers import NUMERIC
from remediator.iac.terraform.language.functions.paths import PATH
from remediator.iac.terraform.language.functions.protocol import Signature, Surroundings
from remediator.iac.terraform.language.functions.regexes import REGULAR
from remediator.iac.terraform.language.functions.sets import SET
from remediator.iac.terraform.language.functions.strings import STRING
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["FUNCTIONS"]


def _same(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return arguments[0]


def _at_apply(name: str) -> Signature:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        return unknown_call(name, arguments, f"{name}() gives another value at every run")

    return Signature(call, 0, None, takes_unknown=True)


FUNCTIONS: Mapping[str, Signature] = {
    **COLLECTION,
    **DATE,
    **ENCODING,
    **FORMATTING,
    **MAP,
    **NETWORK,
    **NUMERIC,
    **PATH,
    **REGULAR,
    **SET,
    **STRING,
    "ephemeralasnull": Signature(_same, 1, 1, takes_unknown=True),
    **{name: _at_apply(name) for name in ("timestamp", "plantimestamp", "uuid", "bcrypt", "rsadecrypt")},
}
