"""The files that a person can attach once more: those of a folder first, then their latest."""

from typing import TYPE_CHECKING, Any

from conversations.models.attachment import Attachment
from conversations.models.folder import Folder

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PAGE = 20
LONGEST = 200  # of what is looked for


def page_of(
    user: "User", words: str = "", folder_id: str | None = None, before: str | None = None
) -> dict[str, Any]:
    """A page of a person's own files whose names have `words`, the latest first, and the cursor of
    the next page. Those of the folder, if it is theirs, come before all with the first page.
    """
    words = words.replace("\0", "")[:LONGEST].strip()
    own = Attachment.objects.usable_by(user.pk).filter(owner=user).defer("text")
    found = own.filter(name__icontains=words).order_by("-pk")
    first: list[Attachment] = []
    if folder_id:
        theirs = Folder.objects.visible_to(user).filter(pk=folder_id)
        if before is None:
            first = list(found.filter(folder__in=theirs))
        found = found.exclude(folder__in=theirs)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    return {
        "folder": [row.as_part() for row in first],
        "files": [row.as_part() for row in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
    }
