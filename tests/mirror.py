"""A file server on this machine that misbehaves on request, for tests of what fetches files."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


class Mirror:
    """Serves `files` by name while used as a context manager.

    Attributes (set them at any time)
    ---------------------------------
    files : name -> content.
    ranges : whether a Range header is obeyed; otherwise the whole file is sent, as servers may.
    shift : bytes by which an obeyed range starts too late, and says so.
    cut : every answer ends after so many bytes of the body; None sends all that was announced.
    chunked : send without a length, in chunks; a cut one lacks the last chunk.
    status : answer everything with this number and no file.
    asked : (name, Range header or None) of every request so far.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.ranges = True
        self.shift = 0
        self.cut: int | None = None
        self.chunked = False
        self.status: int | None = None
        self.asked: list[tuple[str, str | None]] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Mirror:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        name, wanted = request.path.lstrip("/"), request.headers.get("Range")
        self.asked.append((name, wanted))
        if self.status or name not in self.files:
            request.send_error(self.status or 404)
            return
        body = self.files[name]
        if wanted and self.ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) + self.shift
            if start >= len(body):
                request.send_error(416)
                return
            request.send_response(206)
            request.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            body = body[start:]
        else:
            request.send_response(200)
        sent = body if self.cut is None else body[: self.cut]
        if self.chunked:
            # Chunks are HTTP/1.1, and a chunk of no bytes would end the answer.
            request.send_header("Transfer-Encoding", "chunked")
            request.end_headers()
            chunk = f"{len(sent):x}\r\n".encode() + sent + b"\r\n" if sent else b""
            request.wfile.write(chunk + (b"0\r\n\r\n" if sent == body else b""))
        else:
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(sent)
