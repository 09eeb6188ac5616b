"""The proxies before two processes, as deploy/ has them but for addresses and certificates."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.processes import ROOT, end

DEPLOY = ROOT / "deploy"
WITHIN = 20.0  # seconds in which a proxy has to listen
LOOK_AGAIN = 0.02
# Where Debian's nginx would write, which only root may.
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def proxy(name: str, folder: Path, port: int, upstreams: Sequence[str]) -> Iterator[None]:
    """Run "nginx" or "caddy" at this port of this machine, without TLS.

    upstreams: the addresses of the two processes, as host and port.
    """
    write = {"nginx": _nginx, "caddy": _caddy}[name]
    arguments, variables = write(folder, port, upstreams)
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen[bytes](
            [name, *arguments],
            env={"PATH": os.environ["PATH"], **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_it_listens(process, port, log)
        yield
    finally:
        end(process)


def _nginx(
    folder: Path, port: int, upstreams: Sequence[str]
) -> tuple[Sequence[str], Mapping[str, str]]:
    first, second = upstreams
    changes = {
        "127.0.0.1:8001": first,
        "127.0.0.1:8002": second,
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "server_name chat.example;": "server_name 127.0.0.1;",
    }
    site = re.sub(
        r"^ *ssl_certificate.*\n", "", _changed("nginx.conf", changes), flags=re.MULTILINE
    )
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in TEMPORARY)
    lines = [
        "daemon off;",
        "user root;" if os.geteuid() == 0 else "",  # who alone may look into the folder
        f"pid {folder}/pid;",
        "events {}",
        f"http {{\naccess_log off;\n{paths}{site}}}\n",
    ]
    configuration = folder / "nginx.conf"
    configuration.write_text("\n".join(lines))
    return ["-e", "stderr", "-p", str(folder), "-c", str(configuration)], {}


def _caddy(
    folder: Path, port: int, upstreams: Sequence[str]
) -> tuple[Sequence[str], Mapping[str, str]]:
    site = _changed("Caddyfile", {"\n{$DOMAIN} {\n": "\nhttp://{$DOMAIN} {\n\tbind 127.0.0.1\n"})
    configuration = folder / "Caddyfile"
    configuration.write_text(f"{{\n\tadmin off\n}}\n{site}")
    variables = {"DOMAIN": f"127.0.0.1:{port}", "UPSTREAMS": " ".join(upstreams)}
    variables |= {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return ["run", "--config", str(configuration), "--adapter", "caddyfile"], variables


def _changed(name: str, changes: Mapping[str, str]) -> str:
    """The file in deploy/ with these changes, all of which have to be possible."""
    text = (DEPLOY / name).read_text()
    for old, new in changes.items():
        assert text.count(old) == 1, f"{name} has no longer one {old!r}"
        text = text.replace(old, new)
    return text


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + WITHIN
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text()[-4000:])
        time.sleep(LOOK_AGAIN)
