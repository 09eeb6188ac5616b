"""A file that was given and is not stored: the API's error that says why."""

from conversations.gateway.refusals import Refusal
from conversations.turns.uploading import NotStored

STATUSES = {413: 413, 507: 503}
CODES = {
    "empty": "empty_file",
    "quota": "quota_exceeded",
    "size": "file_too_large",
    "storage": "storage_unavailable",
    "type": "unsupported_file_type",
}
CODES_OF_IMAGES = CODES | {
    "broken": "invalid_image",
    "disagrees": "invalid_image_format",
    "effort": "image_parse_error",
    "empty": "empty_image_file",
    "pixels": "image_too_large",
    "size": "image_file_too_large",
    "type": "unsupported_image_media_type",
}


def refusal_of_file(error: NotStored, param: str, *, is_image: bool = False) -> Refusal:
    """`param` is where the file was given."""
    codes = CODES_OF_IMAGES if is_image else CODES
    code = codes.get(error.reason, "invalid_file")
    return Refusal(STATUSES.get(error.status, 400), str(error), code, param, retry=False)
