"""What a hostile file may use: measured from outside, and held by the system itself."""

import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from conversations.files.checking import ROOT, NotTaken, check
from conversations.files.limits import CPU_SECONDS, MEMORY_BYTES
from tests.support.uploads import huge_png, picture

# A process whose only child is the one that looks at the file.
MEASURED = """
import resource, sys
from pathlib import Path
from conversations.files.checking import NotTaken, check
try:
    check(Path(sys.argv[1]), sys.argv[2])
except NotTaken as error:
    print(error.reason, end=" ")
else:
    print("taken", end=" ")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def zip_bomb(path: Path) -> None:
    """A document of 1 GB, in one megabyte."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/document.xml", "w") as entry,
    ):
        for _ in range(1000):
            entry.write(b"a" * 1_000_000)


def huge_picture(path: Path) -> None:
    path.write_bytes(huge_png(50_000, 50_000))


def large_picture(path: Path) -> None:
    """As large as one may be."""
    path.write_bytes(picture("PNG", (8000, 5000)))


@pytest.mark.parametrize(
    ("make", "name", "outcome"),
    [
        (zip_bomb, "a.docx", "broken"),
        (huge_picture, "a.png", "pixels"),
        (large_picture, "a.png", "taken"),
    ],
)
def test_45_a_file_is_looked_at_in_less_than_300_mb(
    tmp_path: Path, make: object, name: str, outcome: str
) -> None:
    assert callable(make)
    path = tmp_path / "incoming"
    make(path)
    command = [sys.executable, "-c", MEASURED, str(path), name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    told, kilobytes = done.stdout.split()
    assert told == outcome
    assert 1 < int(kilobytes) / 1024 < 300


def test_45_the_system_holds_the_process_that_looks_to_its_limits(tmp_path: Path) -> None:
    pipe = tmp_path / "incoming"
    os.mkfifo(pipe)
    reasons: list[str] = []

    def look() -> None:
        with pytest.raises(NotTaken) as caught:
            check(pipe, "a.png")
        reasons.append(caught.value.reason)

    thread = threading.Thread(target=look)
    thread.start()
    # Opened here when it is opened there, which is when the limits are set.
    with pipe.open("wb") as file:
        (looking,) = _processes_on(pipe)
        limits = Path(f"/proc/{looking}/limits").read_text()
        file.write(b"no picture at all")
    thread.join(30)
    assert reasons == ["disagrees"]
    held = {line[:25].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert held["Max address space"] == str(MEMORY_BYTES)
    assert held["Max cpu time"] == str(CPU_SECONDS)
    assert held["Max core file size"] == "0"


def _processes_on(path: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if str(path).encode() in arguments:
            found.append(process.name)
    return found
