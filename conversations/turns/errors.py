"""What a person asked for and can't have."""

from django.utils.translation import gettext, ngettext

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60


class RequestError(Exception):
    """A request that can't be carried out, in the API's terms; `message` is for the person.

    What may be asked again later says after how many seconds, in whose place `%(wait)s` stands.
    """

    def __init__(
        self,
        message: str,
        code: str,
        param: str | None = None,
        status: int = 400,
        retry_after: float | None = None,
    ):
        super().__init__(message)
        self.message, self.code, self.param, self.status = message, code, param, status
        self.retry_after = retry_after

    def said(self) -> str:
        """The message in the language that is spoken."""
        said = gettext(self.message)
        return said if self.retry_after is None else said % {"wait": in_words(self.retry_after)}


def in_words(seconds: float) -> str:
    """A time to wait, rounded up in the unit that says it best."""
    whole = max(1, round(seconds))
    if whole <= MINUTE:
        return ngettext("%(number)d second", "%(number)d seconds", whole) % {"number": whole}
    if whole <= HOUR:
        number = -(-whole // MINUTE)
        return ngettext("%(number)d minute", "%(number)d minutes", number) % {"number": number}
    if whole <= 2 * DAY:
        number = -(-whole // HOUR)
        return ngettext("%(number)d hour", "%(number)d hours", number) % {"number": number}
    number = -(-whole // DAY)
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}
