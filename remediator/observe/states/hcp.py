"""States in HCP Terraform and Terraform Enterprise, by their API.

https://developer.hashicorp.com/terraform/cloud-docs/api-docs/state-versions
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, Field, ValidationError

from remediator.config import StateHostConfig
from remediator.errors import RemediatorError
from remediator.observe.states.access import Access, access, host_of
from remediator.observe.states.streams import StateStream, bounded
from remediator.observe.states.web import body, fetched, joined

__all__ = ["HCP_HOST", "from_hcp"]

HCP_HOST = "app.terraform.io"
_ShapeT = TypeVar("_ShapeT", bound=BaseModel)
_LARGEST_ANSWER = 4 << 20
"""Bytes of an answer that is no state."""


class _Named(BaseModel):
    id: str = Field(pattern=r"^[A-Za-z0-9-]{1,64}$")


class _Workspace(BaseModel):
    data: _Named


class _Attributes(BaseModel):
    created_at: datetime | None = Field(default=None, alias="created-at")
    download_url: str | None = Field(default=None, alias="hosted-state-download-url")


class _Version(BaseModel):
    attributes: _Attributes


class _StateVersion(BaseModel):
    data: _Version


@contextmanager
def from_hcp(ref: str, hosts: Mapping[str, StateHostConfig]) -> Iterator[StateStream]:
    """The current state of a workspace; `ref` is `tfc://organization/workspace` or `tfc://host/organization/workspace`.

    Raises RemediatorError.
    """
    parts = ref.removeprefix("tfc://").split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise RemediatorError(
            f"{ref}: a state in HCP Terraform is written tfc://organization/workspace or "
            "tfc://host/organization/workspace"
        )
    organization, workspace = (quote(part, safe="") for part in parts[-2:])
    name = parts[0].lower() if len(parts) == 3 else HCP_HOST
    host = hosts.get(name)
    if host is None or host.token_env is None:
        raise RemediatorError(
            f"{ref}: no token is configured for {name}; name the variable that holds one as token_env in "
            f'[state_hosts."{name}"]'
        )
    api = f"{(host.url or f'https://{name}').rstrip('/')}/api/v2"
    known = access(api, host, ref)
    workspace_id = _read(_Workspace, f"{api}/organizations/{organization}/workspaces/{workspace}", known, ref).data.id
    url = f"{api}/workspaces/{workspace_id}/current-state-version"
    version = _read(_StateVersion, url, known, ref).data.attributes
    if not version.download_url:
        raise RemediatorError(f"{ref}: its current state has not been uploaded whole; run again later")
    # At another host than the API's, the link itself is the credential, and no token is sent.
    with fetched(joined(url, version.download_url, ref), known, ref) as answer:
        yield StateStream(body(answer, ref), _in_utc(version.created_at))


def _in_utc(time: datetime | None) -> datetime | None:
    """The API gives a zone; what stands in for it may not, and times with and without one cannot be compared."""
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time


def _read(shape: type[_ShapeT], url: str, known: Access, ref: str) -> _ShapeT:
    raw = bytearray()
    with fetched(url, known, ref) as answer:
        for chunk in bounded(body(answer, ref), ref):
            raw += chunk
            if len(raw) > _LARGEST_ANSWER:
                break
    try:
        return shape.model_validate_json(bytes(raw))
    except ValidationError:
        raise RemediatorError(
            f"{ref}: {host_of(url)} does not answer as the API of Terraform Enterprise does; check the host"
        ) from None
