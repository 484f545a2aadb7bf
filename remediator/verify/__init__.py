"""Whether what was delivered was merged, applied and seen live."""
