"""What the fake provider makes: a picture, and a file in a container of its own."""

import base64
import io
from functools import cache
from typing import Any

PROMPT = "A teal square, large"
SIZES = ((64, 64), (256, 256), (640, 640))
CONTAINER = "cntr_1"
FILE = "cfile_1"
NAME = "table.csv"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="640">'
    b'<rect width="640" height="640" fill="teal"/><script>alert(1)</script></svg>'
)
CONTENT = b"town,people\nUlm,126000\n"
LINK = f"[the table](sandbox:/mnt/data/{NAME})"


@cache
def picture(step: int) -> str:
    """As base64, the larger the later."""
    from PIL import Image  # late: few answers have one

    out = io.BytesIO()
    Image.new("RGB", SIZES[min(step, len(SIZES) - 1)], "teal").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def drawing(item_id: str) -> dict[str, Any]:
    return {"id": item_id, "type": "image_generation_call", "status": "in_progress", "result": None}


def drawn(item_id: str, *, is_svg: bool = False) -> dict[str, Any]:
    result = base64.b64encode(SVG).decode() if is_svg else picture(len(SIZES))
    form = "svg" if is_svg else "png"
    made = {"result": result, "revised_prompt": PROMPT, "output_format": form}
    return drawing(item_id) | {"status": "completed", "size": "640x640"} | made


def citation(text: str, number: int) -> dict[str, Any] | None:
    """The annotation of a text that has the link, of the file of this number: there is one."""
    start = text.find("sandbox:")
    if start < 0:
        return None
    return {
        "type": "container_file_citation",
        "container_id": CONTAINER,
        "file_id": f"cfile_{number}",
        "filename": NAME,
        "start_index": start,
        "end_index": text.index(")", start),
    }
