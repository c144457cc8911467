"""A browser's tab as a process of its own, to be killed in the middle of a cell.

URL PATH KERNEL_ID CODE CELL_ID: says the request's id once the cell prints something.
"""

import sys
from typing import Any

from harness.bench.jupyter_wire import Notebook


class SecondTab(Notebook):
    """A tab on a kernel that is there."""

    def __init__(self, url: str, path: str, kernel_id: str) -> None:
        self._wanted = kernel_id
        super().__init__(url, path=path)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        if method == "POST" and path == "/api/sessions":
            return {"id": "", "kernel": {"id": self._wanted}}
        return super().ask(method, path, body)

    def begin(self, code: str, cell_id: str) -> str:
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {},
                   "allow_stdin": False, "stop_on_error": True}  # fmt: skip
        request = self._send("shell", "execute_request", content, {"cellId": cell_id})
        while (message := self._receive(60)).parent != request or message.kind != "stream":
            pass
        return request


if __name__ == "__main__":
    url, path, kernel_id, code, cell_id = sys.argv[1:6]
    tab = SecondTab(url, path, kernel_id)
    sys.stdout.write(tab.begin(code, cell_id) + "\n")
    sys.stdout.flush()
    while True:
        tab._receive(600)
