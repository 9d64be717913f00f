"""A real server on loopback that speaks the chat-completions API.

It answers as a script says and records what it was sent. By default an answer is
good: of the shape asked for, in the language, and true to the commit.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """How one request is answered.

    Attributes
    ----------
    text : str or None
        What the model says; None is an answer with nothing in it.
    status, headers, body : what is sent instead of an answer
        An error when `status` is not 200.
    finish : str
        The reason why it ended.
    delay : float
        Seconds before it is sent.
    reset : bool
        The connection is cut instead.
    """

    text: str | None = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    finish: str = "stop"
    delay: float = 0.0
    reset: bool = False


Script = Callable[[dict[str, Any]], Reply | str | Mapping[str, Any]]


@dataclass
class Server:
    """A running server.

    Attributes
    ----------
    url : str
        What a client takes for its base.
    script : callable
        Called with each request's JSON; returns how it is answered.
    sent : list of dict
        The requests, in the order in which they came.
    keys : list of str
        The keys that they carried.
    busiest : int
        Most requests that were under way at once.
    """

    url: str = ""
    script: Script = lambda request: good(request)
    sent: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    busiest: int = 0
    read: int = 0
    written: int = 0

    def reset(self, script: Script | None = None) -> Server:
        """Forget what came, and answer by another script."""
        self.script = script or good
        self.sent, self.keys, self.busiest = [], [], 0
        self.read = self.written = 0
        return self

    @property
    def text(self) -> str:
        """All that was ever sent, as one text."""
        return "\n".join(
            message["content"] for one in self.sent for message in one["messages"]
        )


def user(request: Mapping[str, Any]) -> str:
    """Return the first thing that the user of a request says."""
    return next(m["content"] for m in request["messages"] if m["role"] == "user")


def shape(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON schema that a request asks for, wherever it stands."""
    asked = (request.get("response_format") or {}).get("json_schema")
    if asked:
        return asked["schema"]
    asked = json.loads(user(request).rpartition("\n")[2])
    return {"properties": dict.fromkeys(asked)}


WORDS = {
    "en": "This changes what the module does for its users in a small way.",
    "zh": "该提交调整了模块的行为，使用者会看到细微变化。",
}


def language(request: Mapping[str, Any]) -> str:
    return "zh" if "简体中文" in user(request) else "en"


def good(
    request: Mapping[str, Any],
    *,
    text: str | None = None,
    cite: str | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return a good answer; `text` for every text, `changes` for named fields."""
    words = text if text is not None else WORDS[language(request)]
    said = user(request)
    path = re.search(r"^=== (\S+) \(", said, re.MULTILINE)
    cite = cite if cite is not None else (path[1] if path else "")
    claim = [{"text": words, "cite": cite}]
    names = shape(request)["properties"]
    tiers = re.findall(r"(?:importance|重要程度) (low|medium|high)", said)

    def one(tier: str) -> dict[str, Any]:
        return {
            "change_type": "fix",
            "summary": words,
            "proposal": {"tier": tier, "reason": words, "cite": ""},
        }

    if "commits" in names:
        ids = re.findall(r"(?:, |，)id (c\d+)", said)
        return {"commits": [one("low") | {"id": name} | changes for name in ids]}
    if "notes" in names:
        return {"notes": claim}
    answer = one(tiers[0]) | {name: claim for name in names if name not in
                              ("change_type", "summary", "proposal", "id")}  # fmt: skip
    if "id" in names:
        answer["id"] = "c1"
    return answer | changes


def in_turn(*replies: Any, after: Script = good) -> Script:
    """Return a script of replies, one a request, and then another script."""
    waiting = list(replies)
    lock = threading.Lock()

    def script(request: dict[str, Any]) -> Any:
        with lock:
            reply = waiting.pop(0) if waiting else after
        return reply(request) if callable(reply) else reply

    return script


@contextmanager
def serve(script: Script = good):
    """Serve on a free port, and yield the `Server`."""
    state = Server(script=script)
    lock = threading.Lock()
    active = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            nonlocal active
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                active += 1
                state.busiest = max(state.busiest, active)
                state.sent.append(request)
                state.keys.append(self.headers.get("Authorization", ""))
            try:
                reply = state.script(request)
                if not isinstance(reply, Reply):
                    said = (
                        reply
                        if isinstance(reply, str)
                        else json.dumps(reply, ensure_ascii=False)
                    )
                    reply = Reply(said)
                if reply.delay:
                    time.sleep(reply.delay)
                self._send(reply, request)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with lock:
                    active -= 1

        def _send(self, reply: Reply, request: Mapping[str, Any]) -> None:
            if reply.reset:
                # Closed at once and hard: the client sees a reset.
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.close_connection = True
                self.connection.close()
                return
            body = reply.body
            if body is None and reply.status != 200:
                body = {"error": {"message": "no", "type": "error", "code": None}}
            if body is None:
                body = self._completion(reply, request)
            raw = json.dumps(body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _completion(self, reply: Reply, request: Mapping[str, Any]) -> Any:
            read = sum(len(m["content"]) for m in request["messages"]) // 4
            written = len(reply.text or "") // 4
            with lock:
                state.read += read
                state.written += written
            return {
                "id": "x",
                "object": "chat.completion",
                "created": 1,
                "model": request["model"],
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": reply.finish,
                        "message": {"role": "assistant", "content": reply.text},
                    }
                ],
                "usage": {
                    "prompt_tokens": read,
                    "completion_tokens": written,
                    "total_tokens": read + written,
                },
            }

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: Any) -> None:
            """Say nothing of clients that went away."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve good answers until interrupted, for trying things by hand."""
    with serve() as server:
        print(server.url, flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
