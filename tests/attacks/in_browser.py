"""Attacks by what a cell shows: scripts in outputs, acting in the browser as the person at it."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from typing import Any

from tests.attacks.attack import Attack
from tests.attacks.sides import SECOND, Side

_ACT = (
    "(function(){{const xsrf = (document.cookie.match('_xsrf=([^;]+)') || [])[1];"
    "fetch('/api/contents/practice/{name}', {{method: 'PUT', headers: {{'X-XSRFToken': xsrf,"
    " 'Content-Type': 'application/json'}}, body: JSON.stringify("
    "{{type: 'file', format: 'text', content: 'x'}})}})}})()"
)
"""What a script would do to our API: it could pause, submit, or run cells as well."""

_SHOWS = {
    "html": "from IPython.display import HTML, display\ndisplay(HTML('<script>' + {act!r} + '</script>'))",
    "handler": "from IPython.display import HTML, display\n"
    "display(HTML('<img src=\"x\" onerror=\"' + {act!r}.replace('\"', '&quot;') + '\">'))",
    "javascript": "from IPython.display import Javascript, display\ndisplay(Javascript({act!r}))",
    "frame": "from IPython.display import HTML, display\n"
    "act = ('<script>' + {act!r} + '</script>').replace('\"', '&quot;')\n"
    "display(HTML('<iframe srcdoc=\"' + act + '\"></iframe>'))",
    "file": "open('shown.js', 'w').write({act!r})\nfrom IPython.display import HTML, display\n"
    "display(HTML('<script src=\"/files/practice/shown.js\"></script>'))",
}


def _shown(kind: str) -> Callable[[Side], str]:
    def act(side: Side) -> str:
        assert side.browser is not None
        page: Any = side.browser()
        name = f"acted-{secrets.token_hex(4)}.txt"
        code = _SHOWS[kind].format(act=_ACT.format(name=name))
        code += "\nprint('shown ' + 'whole')"
        page.type_and_run(side, SECOND, code)
        for _ in range(20):
            if (side.work / "practice" / name).exists():
                (side.work / "practice" / name).unlink()
                return "acted as the person at the browser"
            page.wait(50)
        return ""

    return act


_FETCHES = {
    "picture": '<img src="http://127.0.0.1:{port}/">',
    "style": '<div style="background: url(http://127.0.0.1:{port}/); height: 9px">x</div>',
    "sheet": '<link rel="stylesheet" href="http://127.0.0.1:{port}/">',
    "page": '<iframe src="http://127.0.0.1:{port}/"></iframe>',
    "nested": '<iframe src="data:text/html,%3Cimg src=http://127.0.0.1:{port}/%3E"></iframe>',
}


def _fetched(kind: str) -> Callable[[Side], str]:
    """An output has the browser ask another address: ours here, anyone's on the internet."""

    def act(side: Side) -> str:
        assert side.browser is not None
        page: Any = side.browser()
        with socket.create_server(("127.0.0.1", 0)) as outside:
            outside.settimeout(0.02)
            shown = _FETCHES[kind].format(port=outside.getsockname()[1])
            code = f"from IPython.display import HTML, display\ndisplay(HTML({shown!r}))"
            page.type_and_run(side, SECOND, f"{code}\nprint('shown ' + 'whole')")
            for _ in range(20):
                try:
                    caller, _ = outside.accept()
                except TimeoutError:
                    page.wait(50)
                    continue
                if _asks(caller):
                    return "the browser asked an address outside"
        return ""

    return act


def _asks(caller: socket.socket) -> bool:
    """Tell whether a request comes; Chromium connects before it looks at the policy of a frame."""
    with caller:
        caller.settimeout(1)
        try:
            return caller.recv(16).startswith(b"GET ")
        except OSError:
            return False


_OUTSIDE = "the page's policy: nothing is loaded from outside"
_POLICY = "the page's policy: no script but its own"
ATTACKS = [
    Attack("a script in an HTML output", "act on the server with the browser's login", _POLICY, _shown("html")),
    Attack("a handler in an HTML output", "the same by onerror", _POLICY, _shown("handler")),
    Attack("a JavaScript output", "the same by application/javascript", _POLICY, _shown("javascript")),
    Attack("a frame in an HTML output", "the same by a page within the page", _POLICY, _shown("frame")),
    Attack("a script file shown by an output", "the same by a file a cell wrote",
           "scripts are served as text, and not run", _shown("file")),
    Attack("a picture from outside", "carry words out by the browser, and see who looks", _OUTSIDE, _fetched("picture")),
    Attack("a background from outside", "the same by a style", _OUTSIDE, _fetched("style")),
    Attack("a style sheet from outside", "the same by a link", _OUTSIDE, _fetched("sheet")),
    Attack("a page from outside", "the same by a frame", _OUTSIDE, _fetched("page")),
    Attack("a picture in a frame of data", "the same by a frame with a policy of its own", _OUTSIDE, _fetched("nested")),
]  # fmt: skip
"""Outputs that act."""
