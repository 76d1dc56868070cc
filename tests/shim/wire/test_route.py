"""The way to the upstream: TLS is verified, proxies of the environment are heeded."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from her_tui.shim.wire.gate import Gate, gate_for
from her_tui.shim.wire.upstream import parse
from tests.support.upstream import Link, Request, Upstream
from tests.support.wire import Wire, ask, to_the_break

#: A certificate for localhost and 127.0.0.1 that nobody trusts, and its key.
TLS = Path(__file__).parents[2] / "data" / "tls"


@pytest.fixture(scope="module")
def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    return context


def request(wire: Wire, body: bytes = b"hello") -> bytes:
    return (
        f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


@pytest.mark.parametrize("name", ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"])
def test_tls_to_an_upstream_that_is_trusted(
    tmp_path: Path, server_tls: ssl.SSLContext, name: str
) -> None:
    trusted = {name: str(TLS / "cert.pem")}
    with (
        Upstream(lambda asked: asked.answer(200, asked.body), tls=server_tls) as upstream,
        Wire(tmp_path / "her", upstream.url, environment=trusted) as wire,
    ):
        for _ in range(3):
            with wire.connect() as link:
                body = bytes(range(256)) * 3000
                assert ask(link, request(wire, body)).endswith(body)
        assert len(upstream.links) == 1, "one handshake serves all"
        assert upstream.requests[0].header("host") == f"localhost:{upstream.port}"
        assert [each.request_body for each in wire.recorded(3)] == [body] * 3


def test_tls_to_an_upstream_that_is_not_trusted(tmp_path: Path, server_tls: ssl.SSLContext) -> None:
    with (
        Upstream(lambda asked: asked.answer(200), tls=server_tls) as upstream,
        Wire(tmp_path / "her", upstream.url) as wire,
    ):
        with wire.connect() as link:
            link.sendall(request(wire))
            assert to_the_break(link) == b""
        assert upstream.requests == []
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "refused"
        assert "certificate" in seen.end["error"].lower()


def test_the_client_s_certificate_is_shown(tmp_path: Path) -> None:
    demanding = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    demanding.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    demanding.load_verify_locations(TLS / "cert.pem")
    demanding.verify_mode = ssl.CERT_REQUIRED
    names = {
        "NODE_EXTRA_CA_CERTS": str(TLS / "cert.pem"),
        "CLAUDE_CODE_CLIENT_CERT": str(TLS / "cert.pem"),
        "CLAUDE_CODE_CLIENT_KEY": str(TLS / "key.pem"),
    }
    with (
        Upstream(lambda asked: asked.answer(200, b"yes"), tls=demanding) as upstream,
        Wire(tmp_path / "her", upstream.url, environment=names) as wire,
        wire.connect() as link,
    ):
        assert ask(link, request(wire)).endswith(b"yes")


def test_tls_cut_short_is_an_error(tmp_path: Path, server_tls: ssl.SSLContext) -> None:
    def handler(asked: Request) -> None:
        asked.begin()
        asked.chunk(b"partial")
        asked.cut()

    trusted = {"NODE_EXTRA_CA_CERTS": str(TLS / "cert.pem")}
    with (
        Upstream(handler, tls=server_tls) as upstream,
        Wire(tmp_path / "her", upstream.url, environment=trusted) as wire,
    ):
        with wire.connect() as link:
            link.sendall(request(wire))
            to_the_break(link)
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "upstream"


class Proxy:
    """An HTTP proxy: passes on what it is asked to, and remembers heads."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 Connected\r\n\r\n") -> None:
        self.heads: list[bytes] = []
        self.answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                link = Link(self._listener.accept()[0], 0)
            except OSError:
                return  # closed
            self._threads.append(threading.Thread(target=self._pass, args=(link,), daemon=True))
            self._threads[-1].start()

    def _pass(self, link: Link) -> None:
        with link.socket:
            head = link.until(b"\r\n\r\n")
            self.heads.append(head)
            link.socket.sendall(self.answer)
            if b" 200 " not in self.answer:
                return
            port = int(head.split(b" ")[1].rsplit(b":", 1)[1])
            with socket.create_connection(("127.0.0.1", port)) as onward:
                other = threading.Thread(target=_copy, args=(onward, link.socket), daemon=True)
                other.start()
                _copy(link.socket, onward)
                other.join(10)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # either has closed


@contextmanager
def proxy(answer: bytes = b"HTTP/1.1 200 Connected\r\n\r\n") -> Iterator[Proxy]:
    running = Proxy(answer)
    try:
        yield running
    finally:
        running.close()


def test_https_goes_through_a_tunnel_of_the_proxy(
    tmp_path: Path, server_tls: ssl.SSLContext
) -> None:
    with (
        Upstream(lambda asked: asked.answer(200, asked.body), tls=server_tls) as upstream,
        proxy() as gate,
        Wire(
            tmp_path / "her",
            upstream.url,
            environment={
                "HTTPS_PROXY": f"http://me:p%40ss@127.0.0.1:{gate.port}",
                "NODE_EXTRA_CA_CERTS": str(TLS / "cert.pem"),
            },
        ) as wire,
    ):
        with wire.connect() as link:
            for _ in range(2):
                assert ask(link, request(wire)).endswith(b"hello")
        (head,) = gate.heads
        where = f"localhost:{upstream.port}"
        pair = base64.b64encode(b"me:p@ss").decode()
        assert head.decode() == (
            f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n"
            f"Proxy-Authorization: Basic {pair}\r\n\r\n"
        )
        assert upstream.requests[0].header("proxy-authorization") is None
        assert all(pair not in str(each) for each in wire.recorded(2))


def test_a_proxy_that_says_no_is_an_unreachable_upstream(tmp_path: Path) -> None:
    with (
        proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as gate,
        Wire(
            tmp_path / "her",
            "https://localhost:9",
            environment={"HTTPS_PROXY": f"127.0.0.1:{gate.port}"},
        ) as wire,
    ):
        with wire.connect() as link:
            link.sendall(request(wire))
            to_the_break(link)
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "refused"
        assert seen.end["error"] == "the proxy answered 407"


def test_http_names_the_whole_url_to_the_proxy(tmp_path: Path) -> None:
    with (
        Upstream(lambda asked: asked.answer(200, b"yes")) as gate,
        Wire(
            tmp_path / "her",
            "http://api.example:8080/base",
            environment={"http_proxy": f"http://me:word@127.0.0.1:{gate.port}"},
        ) as wire,
    ):
        with wire.connect() as link:
            assert ask(link, request(wire)).endswith(b"yes")
        (asked,) = gate.requests
        assert asked.path == "http://api.example:8080/base/v1/messages"
        assert asked.header("host") == "api.example:8080"
        assert (asked.header("proxy-authorization") or "").startswith("Basic ")
        (seen,) = wire.recorded()
        assert seen.request["path"] == "/v1/messages"


HERE = Gate(False, "gate", 3128, b"")


@pytest.mark.parametrize(
    ("url", "environment", "expected"),
    [
        ("https://api.example", {}, None),
        ("https://api.example", {"HTTPS_PROXY": "http://gate:3128"}, HERE),
        ("https://api.example", {"https_proxy": "gate:3128", "HTTPS_PROXY": "http://b"}, HERE),
        ("https://api.example", {"HTTP_PROXY": "http://gate:3128/"}, HERE),
        ("http://api.example", {"HTTPS_PROXY": "http://gate:3128"}, None),
        ("http://api.example", {"HTTP_PROXY": "http://gate:3128"}, HERE),
        ("https://api.example", {"HTTPS_PROXY": "https://gate"}, Gate(True, "gate", 443, b"")),
        ("https://api.example", {"HTTPS_PROXY": "http://gate:3128", "NO_PROXY": "*"}, None),
        ("https://api.example", {"HTTPS_PROXY": "http://gate:3128", "NO_PROXY": "other"}, HERE),
        ("https://api.example", {"HTTPS_PROXY": "http://gate:3128", "NO_PROXY": ".example"}, None),
        ("https://api.example", {"HTTPS_PROXY": "http://g", "no_proxy": "x, API.example"}, None),
        ("https://api.example", {"HTTPS_PROXY": "http://gate:3128", "NO_PROXY": "i.example"}, HERE),
        ("https://api.example", {"HTTPS_PROXY": "http://g", "NO_PROXY": "api.example:443"}, None),
        ("https://api.example", {"HTTPS_PROXY": "http://gate:3128", "NO_PROXY": "a:80"}, HERE),
        ("http://127.0.0.1:9", {"HTTP_PROXY": "http://g", "NO_PROXY": "127.0.0.1"}, None),
        ("http://[::1]:9", {"HTTP_PROXY": "http://g", "NO_PROXY": "[::1]"}, None),
    ],
)
def test_which_proxy_is_heeded(
    url: str, environment: dict[str, str], expected: Gate | None
) -> None:
    assert gate_for(parse(url), environment) == expected


def test_base_urls() -> None:
    plain = parse("https://api.example/v1/")
    assert (plain.authority, plain.port, plain.base) == ("api.example", 443, "/v1")
    assert plain.origin == "https://api.example"
    odd = parse("http://[::1]:8080")
    assert (odd.host, odd.authority, odd.base) == ("::1", "[::1]:8080", "")
    for wrong in ("", "api.example", "http://a?b=c", "http://a#b", "http://ä", "http://a/b c"):
        with pytest.raises(ValueError, match="URL"):
            parse(wrong)
