"""What is measured: interfaces files, and the same state as the fewest `ip` commands."""

import dataclasses
import itertools

UPLINK = "eno1"


def world_of(kind, interfaces):
    """With about so many stanzas, lo, the uplink and vmbr0 among them."""
    each = 1 if kind == "bridge" else 2
    return World(kind, max(1, (interfaces - 3) // each))


@dataclasses.dataclass(frozen=True)
class World:
    """vmbr0 with the uplink, and `count` bridges beside it, each with an address and one port. `kind` says which: "vlan" on vmbr0,
    "vxlan", or "bridge" for bridges without ports."""

    kind: str
    count: int
    mtu: dict = dataclasses.field(default_factory=dict, hash=False)  # of single bridges; the others have 1500

    def names(self):
        """Every interface that the file configures."""
        pairs = [[self.bridge(i), *([self.lower(i)] if self.kind != "bridge" else [])] for i in self.numbers()]
        return ["lo", UPLINK, "vmbr0", *itertools.chain.from_iterable(pairs)]

    def numbers(self):
        return range(1, self.count + 1)

    def lower(self, number):
        return {"vlan": f"vmbr0.{number}", "vxlan": f"vx{number}", "bridge": "none"}[self.kind]

    def bridge(self, number):
        return f"guests{number}"

    def address(self, number):
        return f"10.{number // 250}.{number % 250}.1/24"

    def interfaces(self):
        """The file that both tools read."""
        parts = ["auto lo\niface lo inet loopback\n", f"auto {UPLINK}\niface {UPLINK} inet manual\n",
                 bridge_stanza("vmbr0", "192.0.2.1/24", UPLINK, self.mtu.get("vmbr0"))]
        for i in self.numbers():
            if self.kind != "bridge":
                parts.append(self.lower_stanza(i))
            parts.append(bridge_stanza(self.bridge(i), self.address(i), self.lower(i), self.mtu.get(self.bridge(i))))
        return "\n".join(parts)

    def lower_stanza(self, number):
        name = self.lower(number)
        if self.kind == "vlan":
            return f"auto {name}\niface {name} inet manual\n"
        return (f"auto {name}\niface {name} inet manual\n\tvxlan-id {number}\n\tvxlan-local-tunnelip 192.0.2.1\n"
                "\tvxlan-learning on\n\tbridge-learning on\n\tmtu 1500\n")

    def batch(self):
        """For `ip -batch`: each object made once, with everything that one message can say of it."""
        lines = ["link set lo up", bridge_link("vmbr0"), f"link set {UPLINK} master vmbr0 up",
                 "address add 192.0.2.1/24 dev vmbr0", "link set vmbr0 up"]
        for i in self.numbers():
            lower, bridge = self.lower(i), self.bridge(i)
            lines.append(bridge_link(bridge))
            if self.kind == "vlan":
                lines.append(f"link add link vmbr0 name {lower} up master {bridge} type vlan id {i}")
            if self.kind == "vxlan":
                lines.append(f"link add {lower} up master {bridge} mtu 1500 type vxlan id {i} local 192.0.2.1 dstport 4789 ttl auto")
            lines.append(f"address add {self.address(i)} dev {bridge}")
            lines.append(f"link set {bridge} up")
        return "\n".join(lines) + "\n"


def bridge_stanza(name, address, port, mtu=None):
    return (f"auto {name}\niface {name} inet static\n\taddress {address}\n\tbridge-ports {port}\n\tbridge-stp off\n\tbridge-fd 0\n"
            + (f"\tmtu {mtu}\n" if mtu else ""))


def bridge_link(name):
    return f"link add {name} type bridge stp_state 0 forward_delay 0"
