"""What sensitive variables hold, kept out of sentences for people, whichever way it came there."""

from collections.abc import Iterator

from remediator.iac.terraform.configuration.instance import ModuleInstance
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.values import Data, Fields, Items

__all__ = ["hiding"]

_MASK = "(sensitive)"
_BARE = 6
"""Characters from which a text is looked for outside quotation marks, too: shorter ones stand in other words."""
_SHOWN = 80
"""Characters that a sentence shows of a value at most; nothing longer has to be found."""


def hiding(sentence: str, module: ModuleInstance) -> str:
    """A sentence without the texts that sensitive variables of a module, or of those that it is called in, hold.

    https://developer.hashicorp.com/terraform/language/values/variables#suppressing-values-in-cli-output
    """
    for secret in sorted({text[:_SHOWN] for text in _secrets(module) if text}, key=len, reverse=True):
        sentence = sentence.replace(f'"{secret}"', _MASK)
        if len(secret) >= _BARE:
            sentence = sentence.replace(secret, _MASK)
    return sentence


def _secrets(module: ModuleInstance) -> Iterator[str]:
    while True:
        for name, declared in module.code.variables.items():
            setting = declared.settings.get("sensitive")
            if setting is not None and setting.attribute.text != "false":
                try:
                    yield from _texts(module.refer("var", name).data)
                except (EvaluationError, RefusedError):
                    continue
        if module.caller is module:
            return
        module = module.caller


def _texts(data: Data) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Items):
        for item in data.items:
            yield from _texts(item.data)
    elif isinstance(data, Fields):
        for key, value in data.fields.items():
            yield key
            yield from _texts(value.data)
