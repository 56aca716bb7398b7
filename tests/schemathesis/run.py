#!/usr/bin/env python3
"""Holds a running `exam` against its own /openapi.json.

Installs a pinned schemathesis into `target/schemathesis`, starts the server on loopback with a fresh folder, signs its administrator in with two
factors, and sends what the document allows and what it does not. Ends with 0 where nothing was found, and with something else where an answer
is a 5xx or not what the document says, or where the tool cannot be had. With `--install` it installs the tool and does no more.

    cargo build -p exam && python3 tests/schemathesis/run.py
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SEED = "20261122"
EMAIL, PASSWORD = "admin@example.org", "correct horse battery"

# Everything that must hold for any answer. Left out: that valid data is always accepted, for a document cannot say which password is the right
# one; and what needs resources made on the way.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
    "missing_required_header",
]

# They can end the session that asks, so they come last, each with a session of its own.
ENDS = ["endSession", "endSessions", "logoutAll", "replaceSigningKeys"]


def main() -> int:
    tool = install()
    if sys.argv[1:] == ["--install"]:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [TARGET / "debug" / "exam", "--listen", "127.0.0.1:0", "--data", f"{folder}/data", "--insecure-generous-limits"],
            stdout=subprocess.PIPE,
            stderr=open(f"{folder}/log", "w"),
            text=True,
        )
        try:
            base = server.stdout.readline().strip().removeprefix("listening on ")
            if not base.startswith("http://127.0.0.1:"):
                print(pathlib.Path(f"{folder}/log").read_text(), file=sys.stderr)
                return 1
            admin = Admin(base, pathlib.Path(f"{folder}/data/outbox.jsonl"))
            leave_out = [word for name in ENDS for word in ("--exclude-operation-id", name)]
            token = admin.sign_in()
            found = run(tool, base, token, ["--max-examples", "60", "--max-time", "100", *leave_out])
            # Without a session most of it would have been 401 and have shown nothing.
            call(base, "me", None, token)
            for name in ENDS:
                only = ["--max-examples", "5", "--max-time", "5", "--include-operation-id", name]
                found = run(tool, base, admin.sign_in(), only) or found
            if server.poll() is not None:
                print("the server ended", file=sys.stderr)
                return 1
            if "panicked at" in (log := pathlib.Path(f"{folder}/log").read_text()):
                print(log, file=sys.stderr)
                return 1
            return found
        finally:
            server.terminate()
            server.wait(timeout=30)


def install() -> pathlib.Path:
    """The tool, installed once for each version of the list."""
    wanted = HERE / "requirements.txt"
    mark = hashlib.sha256(wanted.read_bytes()).hexdigest()
    home = TARGET / "schemathesis"
    done = home / "installed"
    if not (done.exists() and done.read_text() == mark):
        for command in (
            [sys.executable, "-m", "venv", "--clear", home / "venv"],
            [home / "venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted],
        ):
            if subprocess.run(command).returncode != 0:
                print("schemathesis cannot be installed here", file=sys.stderr)
                sys.exit(2)
        done.write_text(mark)
    return home / "venv/bin/schemathesis"


def run(tool: pathlib.Path, base: str, token: str, more: list) -> int:
    command = [
        tool, "run", f"{base}/openapi.json",
        "--header", f"Authorization: Bearer {token}",
        "--phases", "examples,coverage,fuzzing",
        "--checks", ",".join(CHECKS),
        "--seed", SEED,
        "--continue-on-failure",
        "--request-timeout", "20",
        *more,
    ]
    # It keeps what it found in the folder it runs in.
    return subprocess.run(command, cwd=TARGET / "schemathesis", env={**os.environ, "NO_COLOR": "1"}).returncode


class Admin:
    """The first to sign up, with two factors so that every route is open to them."""

    def __init__(self, base: str, outbox: pathlib.Path):
        self.base = base
        call(base, "signup", {"name": "Admin", "email": EMAIL, "password": PASSWORD})
        call(base, "verify-email", {"token": mailed_token(outbox)})
        access = call(base, "login", {"email": EMAIL, "password": PASSWORD})["access_token"]
        secret = call(base, "mfa/enroll", {}, access)["secret"]
        self.codes = call(base, "mfa/confirm", {"code": totp(secret)}, access)["backup_codes"]

    def sign_in(self) -> str:
        pending = call(self.base, "login", {"email": EMAIL, "password": PASSWORD})["pending_token"]
        completion = {"pending_token": pending, "backup_code": self.codes.pop()}
        return call(self.base, "mfa/complete", completion)["access_token"]


def mailed_token(outbox: pathlib.Path) -> str:
    for _ in range(200):
        if outbox.exists() and (token := re.search(r"#token=([\w-]+)", outbox.read_text())):
            return token.group(1)
        time.sleep(0.05)
    raise TimeoutError("no mail")


def call(base: str, path: str, body: dict | None, access: str | None = None) -> dict:
    request = urllib.request.Request(f"{base}/v1/auth/{path}", json.dumps(body).encode() if body is not None else None, {"Content-Type": "application/json"})
    if access:
        request.add_header("Authorization", f"Bearer {access}")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"{}")


def totp(secret: str) -> str:
    """RFC 6238."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


if __name__ == "__main__":
    sys.exit(main())
