"""What the records of a parsed file are, as `scanning` and `structure` write them and `syntax` reads them."""

__all__ = ["ATTRIBUTE", "BLOCK", "END", "MAX_DEPTH"]

MAX_DEPTH = 64
"""Blocks nested deeper than this are refused; providers nest some ten levels."""
ATTRIBUTE, BLOCK, END = 0, 1, 2
"""What a record is: ATTRIBUTE, start and end of the name and of the value; or BLOCK, where the next record begins, how
many words its header has, start and end of each, start and end of the body, end of the block, the records inside, END.
"""
