"""Opens the state of a root wherever it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from remediator.config import Config, RootConfig
from remediator.errors import RemediatorError
from remediator.observe.states.access import host_of
from remediator.observe.states.commands import from_command
from remediator.observe.states.files import from_file
from remediator.observe.states.hcp import from_hcp
from remediator.observe.states.s3 import from_s3
from remediator.observe.states.streams import StateStream, bounded
from remediator.observe.states.web import from_http

__all__ = ["open_bytes", "open_state"]

_PRINTED = {
    "gs": 'set state_command = ["gcloud", "storage", "cat", "{}"]',
    "azblob": 'set state_command = ["terraform", "state", "pull"] and state_command_dir',
}
"""How that is read for which no light library exists; the programs that come with the service know every sign-in."""


@contextmanager
def open_state(root: RootConfig, config: Config) -> Iterator[StateStream]:
    """The state of a root, decompressed and within bounds, to be read once; raises RemediatorError, while reading too.

    `state` is a path, `s3://bucket/key`, `tfc://[host/]organization/workspace` or the http(s) URL of a state.
    """
    with _opened(root, config) as stream:
        yield StateStream(bounded(stream.chunks, root.backend), stream.written_at)


def open_bytes(content: bytes, where: str) -> AbstractContextManager[StateStream]:
    """A state that is at hand already, as one that is committed is."""
    return nullcontext(StateStream(bounded([content], where)))


def _opened(root: RootConfig, config: Config) -> AbstractContextManager[StateStream]:
    ref, scheme = root.state, root.state.partition("://")[0]
    if root.state_command:
        return from_command(root)
    if ref.startswith("s3://"):
        account = config.account(root.state_account)
        if account is None and root.state_account is not None:
            raise RemediatorError(
                f"{ref}: its state_account '{root.state_account}' is neither configured nor in an organization that is"
            )
        return from_s3(ref, account, root.workspace, root.workspace_key_prefix)
    if ref.startswith("tfc://"):
        return from_hcp(ref, config.state_hosts)
    if scheme in ("http", "https"):
        return from_http(ref, root.workspace, config.state_hosts.get(host_of(ref)))
    if scheme in _PRINTED:
        raise RemediatorError(f"{ref}: it is read by a command; {_PRINTED[scheme].format(ref)} for the root")
    if "://" in ref:
        raise RemediatorError(
            f"{ref}: states are read from a path, s3://, tfc://, http(s):// or a state_command; name the state by one "
            "of them"
        )
    return from_file(Path(ref.removeprefix("file:")), root.workspace)
