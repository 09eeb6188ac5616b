"""Sentences for people, in the layers that know no language."""


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation, which happens where it is shown."""
    return text
