"""What a person asked for and can't have."""


class RequestError(Exception):
    """A request that can't be carried out, in the API's terms; `message` is for the person."""

    def __init__(self, message: str, code: str, param: str | None = None, status: int = 400):
        super().__init__(message)
        self.message, self.code, self.param, self.status = message, code, param, status
