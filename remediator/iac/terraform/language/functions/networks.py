"""Functions of network addresses."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from remediator.iac.terraform.language.functions.arguments import listed, number, text, whole
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["NETWORK"]

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(value: Evaluated) -> Network:
    try:
        return ipaddress.ip_network(text(value), strict=False)
    except ValueError as error:
        raise EvaluationError(f"no network: {str(error)[:120]}") from None


def _made(network: Network, start: int, length: int) -> Network:
    return type(network)((start, length))


def _cidrhost(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    network, host = _network(arguments[0]), int(number(arguments[1]))
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
    network, bits, at = _network(arguments[0]), whole(arguments[1]), int(number(arguments[2]))
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= at < 2**bits:
        raise EvaluationError(f"{network} has no subnet {at} of {bits} more bits")
    start = int(network.network_address) + at * 2 ** (network.max_prefixlen - length)
    return Evaluated(str(_made(network, start, length)))


def _cidrsubnets(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    network = _network(arguments[0])
    at, end = int(network.network_address), int(network.broadcast_address)
    made: list[Evaluated] = []
    for argument in arguments[1:]:
        length = network.prefixlen + whole(argument)
        if not network.prefixlen < length <= network.max_prefixlen:
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
