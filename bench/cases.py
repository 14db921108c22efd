"""The measurements. Each gives rows: what was timed on which side, all samples, and whether the kernel ended up the same."""

import os
import shutil

from side import Side
from worlds import World, world_of


class Tools:
    """Where the programs are, and a folder on a real disk for what they write."""

    def __init__(self, binary, floor, package, scratch):
        self.binary, self.floor, self.package, self.scratch = binary, floor, package, scratch
        self.made = 0

    def side(self):
        self.made += 1
        folder = f"{self.scratch}/side{self.made}"
        shutil.rmtree(folder, ignore_errors=True)
        for part in ("etc/network", "var/lib", "run"):
            os.makedirs(f"{folder}/root/{part}")
        side = Side(folder, self.package)
        side.root = f"{folder}/root"
        return side

    def drawbridge(self, side, *words):
        return [self.binary, "--root", side.root, *words]

    def ifreload(self):
        return ["/usr/bin/python3", "/usr/share/ifupdown2/ifreload", "-a"]


OURS, PEER, LIMIT = "drawbridge", "ifupdown2", "limit"


class Row:
    def __init__(self, case, count, limit_is):
        self.case, self.count, self.limit_is = case, count, limit_is
        self.samples = {OURS: [], PEER: [], LIMIT: []}
        self.differences = []
        self.note = ""

    def add(self, who, result):
        self.samples[who].append({key: result[key] for key in ("wall", "cpu")})

    def compare(self, who, names, reference, state):
        """A ratio between different outcomes says nothing: every difference is kept, and no ratio printed."""
        for name in names:
            ours, theirs = reference.get(name), state.get(name)
            if ours != theirs and len(self.differences) < 20:
                self.differences.append(f"{name}: {OURS} {ours}, {who} {theirs}")

    def document(self):
        return vars(self)


def set_up(tools, world, who):
    side = tools.side()
    text = world.interfaces()
    path = {OURS: f"{side.root}/etc/network/interfaces", PEER: "/etc/network/interfaces", LIMIT: "/run/batch"}[who]
    side.write(path, world.batch() if who == LIMIT else text)
    side.path = path
    return side


def command(tools, side, who):
    if who == OURS:
        return tools.drawbridge(side, "ifreload", "-a")
    return tools.ifreload() if who == PEER else ["ip", "-batch", side.path]


def first_apply(tools, kind, count, rounds, peer_rounds):
    """From nothing to vmbr0 and `count` sub-interfaces, each below a bridge with an address."""
    world = World(kind, count)
    row = Row(f"first apply, {kind}", count, "ip -batch")
    for number in range(rounds):
        reference = None
        for who in (OURS, LIMIT, PEER):
            if who == PEER and (not tools.package or number >= peer_rounds):
                continue
            side = set_up(tools, world, who)
            row.add(who, side.run(command(tools, side, who)))
            state = side.state(world.names())
            if who == OURS:
                reference = state
            else:
                row.compare(who, world.names(), reference, state)
            side.close()
    return row


def with_changes(world, number):
    """The file with one MTU other than the last time."""
    return World(world.kind, world.count, {world.bridge(1): 1400 + number % 2})


def reload(tools, kind, interfaces, rounds, peer_rounds, change, service=False):
    """The same file again, or with one changed MTU, in a kernel that holds it; with `service`, while our service runs. The processor
    time is then only that of the command."""
    world = world_of(kind, interfaces)
    row = Row(("one MTU changed" if change else "unchanged file") + (", service" if service else ""), interfaces, "dump of links and addresses" + (" + 1 operation" if change else ""))
    sides = {who: set_up(tools, world, who) for who in ((OURS, PEER, LIMIT) if tools.package and peer_rounds else (OURS, LIMIT))}
    for who, side in sides.items():
        side.run(command(tools, side, who))
        if who == OURS:
            side.run(command(tools, side, who))  # the first one notes a generation
        if who == OURS and service:
            side.start(tools.drawbridge(side, "daemon"), f"{side.root}/run/drawbridge/service.sock")
    for number in range(rounds):
        world_now = with_changes(world, number) if change else world
        for who in sides:
            if who == PEER and number >= peer_rounds:
                continue
            row.add(who, once(tools, sides[who], who, world_now, change))
        if number == 0 or number == rounds - 1:
            reference = sides[OURS].state(world.names())
            for who in sides:
                if who != OURS and (who != PEER or number < peer_rounds):
                    row.compare(who, world.names(), reference, sides[who].state(world.names()))
    for side in sides.values():
        side.close()
    return row


def once(tools, side, who, world, change):
    if who == LIMIT:
        return side.run([tools.floor, *(["mtu", world.bridge(1), str(world.mtu[world.bridge(1)])] if change else [])])
    if change:
        side.write(side.path, world.interfaces())
    return side.run(command(tools, side, who))


def start(tools, rounds):
    row = Row("drawbridge --version", 0, "aim: 10 ms")
    side = tools.side()
    for _ in range(rounds):
        row.add(OURS, side.run([tools.binary, "--version"]))
        row.add(LIMIT, side.run(["/bin/true"]))
    row.limit_is = "/bin/true"
    side.close()
    return row
