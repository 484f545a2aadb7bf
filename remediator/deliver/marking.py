"""What a request says of itself, rewritten."""

from collections.abc import Callable

from remediator.deliver.markers import Marker, read_marker, with_marker
from remediator.deliver.protocols import PullRequest
from remediator.deliver.site import Site


def remark(request: PullRequest, site: Site, change: Callable[[Marker], Marker]) -> None:
    """Replace the marker of a request, as it stands now, by what `change` makes of it; the rest of its body stays."""
    body = site.forge.body(site.slug, request.reference)
    marker = change(read_marker(body) or request.marker)
    site.forge.rewrite(site.slug, request.reference, request.title, with_marker(body, marker))
