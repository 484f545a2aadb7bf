"""JSON read from the front, a value at a time: only the value at hand and one chunk are ever held."""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import count
from json import JSONDecoder
from typing import Never, cast

from pydantic import JsonValue

__all__ = ["LARGEST_VALUE", "MOST_PARTS", "BrokenJsonError", "DeepJsonError", "JsonStream"]

LARGEST_VALUE = 64 << 20
"""Characters of one value that is taken whole, such as a resource instance; Terraform's largest are some megabytes.

One of this size takes 180 MiB, or 560 where it has characters beyond the sixteenth bit."""
MOST_PARTS = 4 << 20
"""Commas and brackets of a value of more than a megabyte, since each may become an object of some 70 bytes."""
_MANY = 1 << 20
_SURROGATES = ("\\ud", "\\uD")
_SPACE = re.compile(r"[ \t\n\r]*")
_BRACKETS = re.compile(r'[][{}"]')
_IN_TEXT = re.compile(r'["\\]')


class BrokenJsonError(ValueError):
    """What is read is no JSON; the message says in a few words what is wrong, and repeats nothing of it."""


class DeepJsonError(BrokenJsonError):
    """The value at hand nests deeper than Python reads; the cursor still stands before it, to go `shallow`."""


class JsonStream:
    """A cursor over a JSON text that arrives in chunks of bytes; all raise BrokenJsonError where it is wrong."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        """Nothing is read yet."""
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = JSONDecoder(parse_constant=_no_constant)
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that is not space; empty at the end."""
        while True:
            if self._at < len(self._text) and not (here := self._text[self._at]).isspace():
                return here  # as in nearly all states of some size, which are written without space
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def value(self) -> JsonValue:
        """The next value, whole; raises DeepJsonError where it nests too deep."""
        self.peek()
        wanted = 0
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
                if end < len(self._text) or not self._more():  # a number may go on in the next chunk
                    begun, self._at = self._at, end
                    return self._whole(cast(JsonValue, value), begun)
            except RecursionError:
                raise DeepJsonError("nests too deep") from None
            except BrokenJsonError:
                raise
            except ValueError:  # cut by the chunk's end, or no JSON at all
                wanted = max(2 * wanted, 1 << 16)  # twice as much each time, so that nothing is read over and over
                if not self._more(wanted):
                    raise BrokenJsonError("is not JSON or was cut short") from None
            self._check_size()

    def members(self) -> Iterator[str]:
        """The names of an object's members; whoever asks reads or skips the value of each before the next."""
        self._take("{")
        if self.peek() == "}":
            return self._take("}")
        while True:
            if self.peek() != '"':
                raise self._wrong()
            name = self.value()
            self._take(":")
            yield str(name)
            if self.peek() == "}":
                return self._take("}")
            self._take(",")

    def items(self) -> Iterator[int]:
        """The number of every item of an array; whoever asks reads or skips each before the next."""
        self._take("[")
        if self.peek() == "]":
            return self._take("]")
        for number in count():
            yield number
            if self.peek() == "]":
                return self._take("]")
            self._take(",")

    def skip(self) -> None:
        """Pass over the next value; of an object or array, no more than one part is held."""
        match self.peek():
            case "{":
                for _ in self.members():
                    self.shallow(0)
            case "[":
                for _ in self.items():
                    self.shallow(0)
            case _:
                self.value()

    def shallow(self, levels: int) -> JsonValue:
        """The next value, with None for all within so many levels of it that nests too deep."""
        try:
            return self.value()
        except DeepJsonError:
            if levels == 0:
                self._pass_over()
                return None
            if self.peek() == "{":
                return {name: self.shallow(levels - 1) for name in self.members()}
            return [self.shallow(levels - 1) for _ in self.items()]

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.peek():
            raise self._wrong()

    def _check_size(self) -> None:
        """Refuse what is at hand of a value where it is too much to be taken whole."""
        size = len(self._text) - self._at
        if size > LARGEST_VALUE:
            raise BrokenJsonError(f"has a value of more than {LARGEST_VALUE >> 20} MiB, or is not JSON")
        if size > _MANY and sum(self._text.count(sign, self._at) for sign in ",[{") > MOST_PARTS:
            raise BrokenJsonError(f"has a value of more than {MOST_PARTS:,} parts, or is not JSON")

    def _whole(self, value: JsonValue, begun: int) -> JsonValue:
        """The value that was read from there on, with text that can be written."""
        halves = any(self._text.find(escape, begun, self._at) >= 0 for escape in _SURROGATES)
        return _written(value) if halves else value

    def _pass_over(self) -> None:
        """Pass over an object or array by its brackets alone, however deep they nest."""
        depth, quoted = 0, False
        while depth or self.peek():
            found = (_IN_TEXT if quoted else _BRACKETS).search(self._text, self._at)
            self._at = found.end() if found else len(self._text)
            sign = found[0] if found else ""
            if (not found or (sign == "\\" and self._at == len(self._text))) and not self._more():
                break
            if sign == "\\":
                self._at += 1  # what follows is of the text, whatever it is
            elif sign == '"':
                quoted = not quoted
            elif sign:
                depth += 1 if sign in "[{" else -1
                if not depth:
                    return
        raise self._wrong()

    def _take(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise self._wrong()
        self._at += 1

    def _wrong(self) -> BrokenJsonError:
        return BrokenJsonError("holds NUL bytes" if self.peek() == "\0" else "is not JSON or was cut short")

    def _more(self, wanted: int = 1) -> bool:
        """Take in at least so many characters more; False at the end."""
        if self._ended:
            return False
        parts, size = [self._text[self._at :]], 0
        while size < wanted and not self._ended:
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            try:
                parts.append(self._decoder.decode(chunk or b"", final=self._ended))
            except UnicodeDecodeError:
                raise BrokenJsonError("is not UTF-8 text") from None
            size += len(parts[-1])
        self._text, self._at = "".join(parts), 0
        return size > 0


def _written(value: JsonValue) -> JsonValue:
    """The value with U+FFFD for every half of a surrogate pair, as Go reads it: no encoding can write one."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_written(item) for item in value]
        case dict():
            return {str(_written(name)): _written(item) for name, item in value.items()}
    return value


def _no_constant(_: str) -> Never:
    raise BrokenJsonError("is not JSON or was cut short")
