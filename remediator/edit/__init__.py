"""Bytes in, bytes out: where to write, what to write, and the proof that nothing else changed."""
