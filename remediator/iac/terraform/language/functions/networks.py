"""Functions of network addresses."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from remediator.iac.terraform.language.functions.arguments import listed, number, text, whole
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated, RefusedError

__all__ = ["NETWORK"]

_MOST_BITS = 32
"""More bits than this cidrsubnets() does not add."""

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


_ZEROS = re.compile(r"(?<![\d:])0+(?=\d)")


def _network(value: Evaluated) -> Network:
    shown = text(value)
    address, slash, length = shown.partition("/")
    if not slash or not length.isdecimal() or not shown.isascii():
        raise EvaluationError(f"{shown[:80]!r} is no network in CIDR notation")
    if ":" in address and "." in address:
        raise RefusedError("an IPv4 address written as one of IPv6 is not followed")
    try:
        return ipaddress.ip_network(f"{address if ':' in address else _ZEROS.sub('', address)}/{length}", strict=False)
    except ValueError as error:
        raise EvaluationError(f"no network: {str(error)[:120]}") from None


def _made(network: Network, start: int, length: int) -> Network:
    return type(network)((start, length))


def _large(value: Evaluated) -> int:
    """A whole number of any size; raises EvaluationError."""
    found = number(value)
    if found != found.to_integral_value():
        raise EvaluationError("a whole number is required")
    return int(found)


def _cidrhost(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    network, host = _network(arguments[0]), _large(arguments[1])
    at = host if host >= 0 else network.num_addresses + host
    if not 0 <= at < network.num_addresses:
        raise EvaluationError(f"{network} has no host {host}")
    return Evaluated(str(network[at]))


def _cidrnetmask(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    network = _network(arguments[0])
    if network.version != 4:
        raise EvaluationError("cidrnetmask() takes IPv4 only")
    return Evaluated(str(network.netmask))


def _cidrsubnet(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    network, bits, at = _network(arguments[0]), whole(arguments[1]), _large(arguments[2])
    if bits < 0 or at < 0:
        raise RefusedError("a network made of negative numbers is not followed")
    length = network.prefixlen + bits
    if length > network.max_prefixlen or at >= 2**bits:
        raise EvaluationError(f"{network} has no subnet {at} of {bits} more bits")
    start = int(network.network_address) + at * 2 ** (network.max_prefixlen - length)
    return Evaluated(str(_made(network, start, length)))


def _cidrsubnets(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    network = _network(arguments[0])
    at, end = int(network.network_address), int(network.broadcast_address)
    made: list[Evaluated] = []
    for argument in arguments[1:]:
        bits = whole(argument)
        length = network.prefixlen + bits
        if bits > _MOST_BITS or not network.prefixlen < length <= network.max_prefixlen:
            raise EvaluationError(f"{network} has no subnets of such a length")
        size = 2 ** (network.max_prefixlen - length)
        at = -(-at // size) * size
        if at + size - 1 > end:
            raise EvaluationError(f"{network} has no room for so many subnets")
        made.append(Evaluated(str(_made(network, at, length))))
        at += size
    return listed(made)


NETWORK: Mapping[str, Signature] = {
    "cidrhost": Signature(_cidrhost, 2, 2),
    "cidrnetmask": Signature(_cidrnetmask, 1, 1),
    "cidrsubnet": Signature(_cidrsubnet, 3, 3),
    "cidrsubnets": Signature(_cidrsubnets, 1, None),
}
