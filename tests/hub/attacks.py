"""What one candidate's code tries against the other, the hub, the proctor and the grader.

Each attack is a short program. It prints GOT and what it got, or nothing of the kind; T names its
targets by the paths and numbers they have outside. Run outside the walls by root it succeeds, which
shows that it is one. All of it stays on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass

BEGINNING = """
import json, os, socket, sys
T = json.loads({targets!r})
def got(what): print("GOT", str(what)[:200])
def tries(job, *args):
    try: got(job(*args))
    except OSError as no: print("no:", no.strerror or no)
def read(path):
    with open(path, "rb") as file: return file.read(100)
def write(path, how="w", text="x"):
    with open(path, how) as file: return file.write(text)
def connect(family, address):
    with socket.socket(family) as s:
        s.settimeout(3); s.connect(address)
        return address
"""
ASK = """
import http.client
class Door(http.client.HTTPConnection):
    def __init__(self, path): super().__init__("door"); self.path = path
    def connect(self): self.sock = socket.socket(socket.AF_UNIX); self.sock.connect(self.path)
given = json.load(open(T["lab_json"]))
DOORS = {
    "hub": ("hub/hub.sock", "token " + given["hosted"]["hub_token"]),
    "proctor": ("proctor/lab.sock", "Bearer " + given["lab_token"]),
}
def ask(door, method, path, body=None):
    name, token = DOORS[door]
    c = Door(T["doors"] + "/" + name)
    c.request(method, path, body and json.dumps(body),
        {"Authorization": token, "Content-Type": "application/json"})
    answer = c.getresponse()
    if answer.status >= 300: raise OSError(answer.status, str(answer.status))
    return answer.read()
"""


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: what is tried, as the table in the docs says it.
        on: whom: other, hub, proctor, grader, machine.
        code: the program.
        works_outside: whether it succeeds when root runs it outside the walls.
    """

    name: str
    on: str
    code: str
    works_outside: bool = True


FROM_CELL_OR_SERVER = (
    Attack("read the other's work folder", "other", "tries(read, T['others_file'])"),
    Attack("read the other's server folder", "other", "tries(read, T['others_lab_json'])"),
    Attack("write into the other's work folder", "other",
           "tries(write, T['others_new_file'])"),
    Attack("reach the other's server at its listener", "other",
           "tries(connect, socket.AF_UNIX, T['others_socket'])"),
    Attack("see the other's processes", "other",
           "for pid in os.listdir('/proc'):\n"
           "    try: line = open(f'/proc/{pid}/cmdline').read()\n"
           "    except OSError: continue\n"
           "    if T['other'] in line: got(line)"),
    Attack("signal the other's server", "other",
           "tries(os.kill, T['others_pid'], 0)"),
    Attack("read the memory of the other's server", "other",
           "tries(read, f\"/proc/{T['others_pid']}/maps\")"),
    Attack("read the hub's database", "hub", "tries(read, T['hub_db'])"),
    Attack("read the hub's cookie secret", "hub", "tries(read, T['hub_cookie'])"),
    Attack("read the proxy's token", "hub", "tries(read, T['hub_json'])"),
    Attack("speak to the proxy's own door", "hub",
           "tries(connect, socket.AF_UNIX, T['proxy_door'])"),
    Attack("reach the proxy on loopback", "hub",
           "tries(connect, socket.AF_INET, ('127.0.0.1', T['hub_port']))"),
    Attack("read the operator's pass", "proctor", "tries(read, T['operator_token'])"),
    Attack("read the record", "proctor", "tries(read, T['witness'])"),
    Attack("read who is who", "proctor", "tries(read, T['identity'])"),
    Attack("read the signing key", "proctor", "tries(read, T['signing_key'])"),
    Attack("reach the proctor on loopback", "proctor",
           "tries(connect, socket.AF_INET, ('127.0.0.1', T['proctor_port']))"),
    Attack("read an exercise's answers", "grader", "tries(read, T['answers'])"),
    Attack("read what the proctor holds back of an exercise", "grader",
           "tries(read, T['photograph'])"),
    Attack("read the machine's passwords", "machine", "tries(read, '/etc/shadow')"),
    Attack("reach a service on the machine's loopback", "machine",
           "tries(connect, socket.AF_INET, ('127.0.0.1', T['service_port']))"),
    Attack("reach an abstract socket of the machine's", "machine",
           "tries(connect, socket.AF_UNIX, '\\0' + T['abstract'])"),
    Attack("raise the own memory limit", "machine",
           "for root, _, names in os.walk('/sys/fs/cgroup'):\n"
           "    for name in set(names) & {'memory.limit_in_bytes', 'memory.max'}:\n"
           "        path = os.path.join(root, name)\n"
           "        if 'audition-' in root and T['outside'] or root in T['groups']:\n"
           "            tries(write, path, 'r+', str(64 << 30))"),
    Attack("make a device", "machine",
           "tries(os.mknod, 'attack', 0o20666, os.makedev(1, 1))"),
    Attack("become the other's user", "machine",
           "tries(os.setresuid, *[T['others_uid']] * 3)"),
)  # fmt: skip
"""From a cell, and from a server that has been taken over."""

FROM_SERVER = (
    Attack("write into the folders of sockets", "hub",
           "for name in ('hub', 'proctor'): tries(write, f\"{T['doors']}/{name}/mine\")"),
    Attack("put another hub in the hub's place", "hub",
           "tries(os.unlink, f\"{T['doors']}/hub/hub.sock\")", works_outside=False),
    Attack("list the hub's candidates with the own token", "hub",
           ASK + "tries(ask, 'hub', 'GET', '/hub/api/users')", works_outside=False),
    Attack("ask the hub about the other with the own token", "hub",
           ASK + "tries(ask, 'hub', 'GET', '/hub/api/users/' + T['other'])", works_outside=False),
    Attack("end the other's server with the own token", "other",
           ASK + "tries(ask, 'hub', 'DELETE', '/hub/api/users/' + T['other'] + '/server')",
           works_outside=False),
    Attack("list all sittings with the own pass", "proctor",
           ASK + "tries(ask, 'proctor', 'GET', '/sittings')", works_outside=False),
    Attack("take the other's session with the own pass", "proctor",
           ASK + "tries(ask, 'proctor', 'POST', f\"/sessions/{T['others_session']}/tokens\", {})",
           works_outside=False),
    Attack("use a link with the own pass", "proctor",
           ASK + "tries(ask, 'proctor', 'POST', '/sittings', {'secret': 'x' * 43})",
           works_outside=False),
    Attack("give oneself time with the own pass", "proctor",
           ASK + "tries(ask, 'proctor', 'POST', '/outages',"
           " {'since': '2020-01-01T00:00:00Z', 'until': '2020-01-02T00:00:00Z'})",
           works_outside=False),
    Attack("change what the server was started with", "hub",
           "tries(write, T['lab_json'], 'a')", works_outside=False),
)  # fmt: skip
"""From a server that has been taken over: it holds tokens and sees the sockets."""

FROM_CELL = (
    Attack("see the folders of sockets from a cell", "hub",
           "tries(os.listdir, T['doors'])",
           works_outside=False),
    Attack("read the server's tokens from a cell", "proctor", "tries(read, T['lab_json'])",
           works_outside=False),
    Attack("list all sittings from a cell", "proctor",
           "import urllib.request\n"
           "for path in ('/sittings', '/rounds', '/submissions'):\n"
           "    tries(urllib.request.urlopen, os.environ['AUDITION_URL'] + path)",
           works_outside=False),
)  # fmt: skip
"""From a cell: nothing of the server's own is there."""
