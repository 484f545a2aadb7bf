"""The nearest known word to one that is not known."""

import difflib


def nearest(word: str, known: list[str]) -> str:
    """An end of a sentence that names the nearest known word, or all of them."""
    longer = [name for name in known if name.startswith(f"{word}_")]
    close = longer or difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known are {', '.join(sorted(known))}" if known else ""
