"""Samples of everything that an answer can contain."""

import re

MARKDOWN = """\
## What an answer can contain

A paragraph with **bold**, *italic*, ~~struck out~~ words, `inline code` and a \
[link](https://example.org/).

1. Numbered lists,
2. with a second entry
   - and a list inside.

> A quotation, in which somebody says something.

- [x] A task that is done
- [ ] and one that is not

A statement that needs a note[^1], and another[^two].

[^1]: The note, with a [link](https://example.org/).
[^two]: Notes may have names as well.

---

中文、日本語 and العربية are written as they should be.
"""

CODE = """\
Here is a function in Python, and how it is called from a shell:

```python
from collections.abc import Iterator


def primes(limit: int) -> Iterator[int]:
    \"\"\"The prime numbers below `limit`, by the sieve of Eratosthenes.\"\"\"
    sieve = bytearray([1]) * limit
    for number in range(2, limit):
        if sieve[number]:
            yield number
            sieve[number * number :: number] = bytes(len(sieve[number * number :: number]))


print(*primes(50))  # 2 3 5 7 11 …
```

```bash
python primes.py | wc --words
```
"""

TABLE = """\
The four planets nearest to the sun:

| Planet  | Diameter (km) | Day (hours) | Moons |
|:--------|--------------:|------------:|:-----:|
| Mercury |         4,879 |     4,222.6 |   0   |
| Venus   |        12,104 |     2,802.0 |   0   |
| Earth   |        12,756 |        24.0 |   1   |
| Mars    |         6,792 |        24.7 |   2   |
"""

MATHS = """\
Inside a line, $e^{i\\pi} + 1 = 0$ joins five numbers. On a line of its own:

$$
\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}
\\qquad
\\sum_{n=1}^{\\infty} \\frac{1}{n^2} = \\frac{\\pi^2}{6}
$$
"""

DIAGRAM = """\
How a message travels:

```mermaid
flowchart LR
    person([You]) -->|asks| app[Chatapp]
    app -->|stores| base[(Database)]
    app <-->|streams| provider[Provider]
    app -->|follows| tabs[Every open tab]
```
"""

SAMPLES = {"markdown": MARKDOWN, "code": CODE, "table": TABLE, "maths": MATHS, "diagram": DIAGRAM}
SPELLINGS = {"math": "maths", "mathematics": "maths", "formula": "maths", "tables": "table"}
SPELLINGS |= {"diagrams": "diagram", "mermaid": "diagram"}

_NAMES = r"markdown|code|tables?|math(?:s|ematics)?|formula|diagrams?|mermaid"
_WANTED = re.compile(
    r"^\W*(?:(?:can|could|would) you )?(?:please )?"
    r"(?:(?:show|give|write|stream|make|draw)\b[^.?!\n]*?)?"
    rf"(?:\b(?:me|some|a|an|the|with|and|of|example|block|sample|piece)\b[\s,]*)*\b(?:{_NAMES})\b"
    rf"(?:[\s,&+]|and|with|a|some|please|block|sample|example|{_NAMES})*[.!?]*\s*$",
    re.I,
)


def samples(names: list[str]) -> str:
    """The samples with these names, one after the other."""
    return "\n".join(SAMPLES[name] for name in names)


def asked_samples(question: str) -> list[str]:
    """Which samples a question asks for ("show me a table and some code"); else none."""
    if not _WANTED.match(question):
        return []
    found = [name.lower() for name in re.findall(_NAMES, question, re.I)]
    return list(dict.fromkeys(SPELLINGS.get(name, name) for name in found))
