"""Of which parts a provider says that its model takes none."""

import pytest

from conversations.protocol.refused_parts import has_part, refused_part


@pytest.mark.parametrize(
    "words",
    [
        "Invalid content type. image_url is only supported by certain models.",
        "This model does not support image inputs.",
        "No endpoints found that support image input",
        "deepseek-r1 is not a multimodal model",
        "At most 0 image(s) may be provided in one prompt.",
        "Image input is not supported for this model",
        "Invalid value: 'input_image'. Supported values are: 'input_text'.",
        "The model cannot process images.",
    ],
)
def test_a_model_without_eyes_is_known_by_the_words_of_its_refusal(words: str) -> None:
    assert refused_part(f"Example did not accept the request. It says: {words}") == "input_image"


@pytest.mark.parametrize(
    "words",
    [
        "This model does not support file content types.",
        "Invalid value: 'input_file'. Supported values are: 'input_text' and 'input_image'.",
        "PDF input is not supported by this model.",
        "input_file is not supported",
    ],
)
def test_a_model_that_takes_no_files_is_known_by_them(words: str) -> None:
    assert refused_part(words) == "input_file"


@pytest.mark.parametrize(
    "words",
    [
        "You uploaded an unsupported image. Please make sure your image is valid.",
        "Unsupported image format: tiff.",
        "The image is too large, which is not supported.",
        "Unsupported MIME type of the file.",
        "PDFs with more than 100 pages are not supported.",
        "The tool image_generation is not supported with this model.",
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "The model does not exist.",
    ],
)
def test_what_is_said_of_one_picture_or_of_something_else_is_no_such_refusal(words: str) -> None:
    assert refused_part(words) is None


def test_parts_are_found_in_the_input_of_a_request() -> None:
    message = {"role": "user", "content": [{"type": "input_image", "image_url": "data:"}]}
    assert has_part([message, {"role": "user", "content": "text"}], "input_image")
    assert not has_part([message], "input_file")
    assert not has_part("text", "input_image")
