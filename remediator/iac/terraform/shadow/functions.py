"""Which functions may stay in a shadow: those that only compute, and those that read files, behind a guard."""

import re

__all__ = ["FILE_READERS", "GUARD", "PURE", "guarded", "has_unguarded_reader"]

_PURE = """
abs abspath alltrue anytrue base64decode base64encode base64gunzip base64gzip base64sha256 base64sha512 basename can
ceil chomp chunklist cidrcontains cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat
contains convert csvdecode dirname distinct element endswith ephemeralasnull flatten floor format formatdate
formatlist indent index issensitive join jsondecode jsonencode keys length list log lookup lower map matchkeys max
md5 merge min nonsensitive one parseint pow range regex regexall replace reverse sensitive setintersection
setproduct setsubtract setunion sha1 sha256 sha512 signum slice sort split startswith strcontains strrev substr sum
textdecodebase64 textencodebase64 timeadd timecmp title tobool tolist tomap tonumber toset tostring transpose trim
trimprefix trimspace trimsuffix try upper urldecode urlencode uuidv5 values yamldecode yamlencode zipmap
"""
PURE = frozenset(_PURE.split())
"""Functions of Terraform and OpenTofu that give the same result everywhere and read nothing."""

_FILE_READERS = """
file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1 filesha256 filesha512
templatefile
"""
FILE_READERS = frozenset(_FILE_READERS.split())
"""Functions whose first argument is a path."""

_GAP = r"(?:\s|/\*.*?\*/|(?:#|//)[^\n]*\n)*"
_READER = re.compile(rf"\b(?:{'|'.join(sorted(FILE_READERS))}|templatestring|pathexpand){_GAP}\(", re.DOTALL)
GUARD = '(can(regex("^~|[.]tf$", '
_GUARDED = re.compile(_GAP + re.escape(GUARD), re.DOTALL)


def guarded(path: str, top: str) -> str:
    """A path expression that is empty, which no function reads, unless it stays in the tree and is no configuration.

    `top` is the top of the tree as seen from the folder that Terraform runs in. A path that begins with `~` is meant
    from a home directory, however it goes on.
    """
    absolute = f"abspath({path})"
    return (
        f'{GUARD}startswith({path}, "~") ? "~" : {absolute})) || '
        f'!startswith({absolute}, "${{abspath("{top}")}}/") ? "" : ({path}))'
    )


def has_unguarded_reader(text: str) -> bool:
    """Whether a text, in whatever syntax it may come to be read, calls a function that reads files without the guard.

    Errs on the side of yes: a second opinion that trusts no parser.
    """
    return any(not _GUARDED.match(text, found.end()) for found in _READER.finditer(text))
