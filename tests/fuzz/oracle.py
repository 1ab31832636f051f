# SPDX-License-Identifier: GPL-2.0
"""What a filter says of a frame: AWS's rules, as its guide words them, and vxmirror's additions.

A traffic mirror filter has two lists of rules, inbound and outbound as the mirror source sees it. They are
looked through in the order of their numbers, and the first that matches decides; what none matches is not
mirrored. A rule names a protocol, a source and a destination block of addresses, and for TCP and UDP ports;
what it does not name may be anything. The network service amazon-dns is what goes to the Amazon DNS server, or
comes from it.

vxmirror adds what AWS need not say: a rule cannot match when the frame does not have what it names, because it
is not IP, was cut, or is a later fragment. Nothing here looks at how the module does it.
"""

import ipaddress

INGRESS, EGRESS, UNKNOWN = 0, 1, 2

TCP, UDP = 6, 17
HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION = 0, 43, 44, 51, 60
EXTENSIONS = (HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION)
DEEPEST = 8     # extension headers that are walked
TAGS = (0x8100, 0x88a8)
MOST_TAGS = 4

DNS_SERVERS = (ipaddress.ip_address('169.254.169.253'), ipaddress.ip_address('fd00:ec2::253'))
DNS_PORT = 53


class Rule:
    """A rule, in the words of the tool; what is None was not said."""

    def __init__(self, number, direction, accept):
        self.number = number
        self.direction = direction
        self.accept = accept
        self.protocol = None
        self.source = None
        self.destination = None
        self.source_port = None
        self.destination_port = None
        self.amazon_dns = False
        self.resolver = None

    def __str__(self):
        words = [f'number {self.number}', 'direction ' + ('egress' if self.direction else 'ingress'),
                 'action ' + ('accept' if self.accept else 'reject')]
        if self.amazon_dns:
            words.append('amazon-dns')
        for name in ('protocol', 'source', 'destination', 'source_port', 'destination_port', 'resolver'):
            value = getattr(self, name)
            if isinstance(value, tuple):
                value = '%d-%d' % value
            if value is not None:
                words.append(f'{name.replace("_", "-")} {value}')
        return ' '.join(words)

    def matches(self, packet):
        if self.amazon_dns:
            return self.is_dns(packet)
        if self.protocol is not None and packet.protocol != self.protocol:
            return False
        return (block_holds(self.source, packet, packet.source) and
                block_holds(self.destination, packet, packet.destination) and
                range_holds(self.source_port, packet.source_port) and
                range_holds(self.destination_port, packet.destination_port))

    def is_dns(self, packet):
        if self.direction == EGRESS:
            server, port = packet.destination, packet.destination_port
        else:
            server, port = packet.source, packet.source_port
        if server is None or port != DNS_PORT or packet.protocol not in (TCP, UDP):
            return False
        return server in DNS_SERVERS or server == self.resolver


def block_holds(block, packet, address):
    if block is None:
        return True
    if packet.version != block.version:
        return False
    if block.prefixlen == 0:
        return True     # AWS wants a block in every rule: this is its word for any
    return address is not None and address in block


def range_holds(ports, port):
    return ports is None or port is not None and ports[0] <= port <= ports[1]


class Packet:
    """What a frame says about itself, as far as it is there."""

    def __init__(self, frame):
        self.version = self.source = self.destination = None
        self.protocol = self.source_port = self.destination_port = None
        self.later = False      # a fragment that is not the first
        rest = frame[12:]
        for tags in range(MOST_TAGS + 1):
            ethertype, rest = int.from_bytes(rest[:2], 'big'), rest[2:]
            if ethertype not in TAGS:
                break
            if len(rest) < 4 or tags == MOST_TAGS:
                return
            rest = rest[2:]
        if ethertype == 0x0800:
            self.read_ipv4(rest)
        elif ethertype == 0x86dd:
            self.read_ipv6(rest)

    def read_ipv4(self, data):
        self.version = 4
        if len(data) >= 10:
            self.protocol = data[9]
        if len(data) >= 16:
            self.source = ipaddress.IPv4Address(data[12:16])
        if len(data) < 20:
            return
        self.destination = ipaddress.IPv4Address(data[16:20])
        self.later = int.from_bytes(data[6:8], 'big') % 0x2000 != 0
        length = data[0] % 16 * 4
        if length >= 20:
            self.read_ports(data[length:])

    def read_ipv6(self, data):
        self.version = 6
        if len(data) >= 24:
            self.source = ipaddress.IPv6Address(data[8:24])
        if len(data) >= 40:
            self.destination = ipaddress.IPv6Address(data[24:40])
        if len(data) < 7:
            return
        self.protocol, data = data[6], data[40:]
        depth = 0
        while self.protocol in EXTENSIONS:
            depth += 1
            if not data or self.later or depth > DEEPEST:
                self.protocol = None
                return
            header, self.protocol = self.protocol, data[0]
            if header == FRAGMENT:
                self.later = int.from_bytes(data[2:4], 'big') >> 3 != 0 if len(data) >= 4 else False
                length = 8
            elif len(data) < 2:
                length = 8
            elif header == AUTHENTICATION:
                length = 8 + 4 * data[1]
            else:
                length = 8 + 8 * data[1]
            data = data[length:]
        self.read_ports(data)

    def read_ports(self, data):
        if self.later or self.protocol not in (TCP, UDP):
            return
        if len(data) >= 2:
            self.source_port = int.from_bytes(data[0:2], 'big')
        if len(data) >= 4:
            self.destination_port = int.from_bytes(data[2:4], 'big')


def direction_of(frame, packet, mac, outer):
    """Which way a frame went; mac is None as long as nobody knows the mirror source's."""
    if mac is None:
        if packet.source == outer:
            return EGRESS
        return INGRESS if packet.destination == outer else UNKNOWN
    if frame[6:12] == mac:
        return EGRESS
    return INGRESS if frame[0:6] == mac else UNKNOWN


def teaches(frame, packet, outer):
    """Whether its sender is the mirror source: not a group, and nobody sends to itself."""
    return frame[6] % 2 == 0 and any(frame[6:12]) and packet.source == outer != packet.destination


def verdict(rules, packet, direction):
    """Returns whether the frame passes and which rule said so, None if none did."""
    if direction == UNKNOWN:
        ingress, egress = verdict(rules, packet, INGRESS), verdict(rules, packet, EGRESS)
        return egress if egress[0] and not ingress[0] else ingress
    for rule in sorted(rules, key=lambda rule: rule.number):
        if rule.direction == direction and rule.matches(packet):
            return rule.accept, rule
    return False, None
