"""The marks between the pages of a file, in the text that is read of it."""

PAGE_END = "\f"


def paged(pages: list[str]) -> str:
    """The texts of pages as one; "" where nothing stands on any."""
    texts = [page.replace(PAGE_END, "\n").strip() for page in pages]
    return PAGE_END.join(texts) if any(texts) else ""


def unpaged(text: str) -> str:
    """A text without the marks, for whoever just reads it."""
    return "\n\n".join(filter(None, text.split(PAGE_END)))
