"""What a price list answers that refuses."""

from tests.aws_service import Error

DENIED = Error("AccessDeniedException", "not authorized to perform: pricing:GetProducts")
