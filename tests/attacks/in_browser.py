"""Attacks by what a cell shows: scripts in outputs, acting in the browser as the person at it."""

from __future__ import annotations

import secrets
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


_POLICY = "the page's policy: no script but its own"
ATTACKS = [
    Attack("a script in an HTML output", "act on the server with the browser's login", _POLICY, _shown("html")),
    Attack("a handler in an HTML output", "the same by onerror", _POLICY, _shown("handler")),
    Attack("a JavaScript output", "the same by application/javascript", _POLICY, _shown("javascript")),
    Attack("a frame in an HTML output", "the same by a page within the page", _POLICY, _shown("frame")),
    Attack("a script file shown by an output", "the same by a file a cell wrote",
           "scripts are served as text, and not run", _shown("file")),
]  # fmt: skip
"""Outputs that act."""
