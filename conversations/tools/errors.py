"""What went wrong with a call, in words for the model: it may try again, or say so."""


class ToolError(Exception):
    """The message is sent to the model, and its person sees it: nothing secret may be in it."""
