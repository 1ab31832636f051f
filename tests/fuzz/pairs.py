# SPDX-License-Identifier: GPL-2.0
"""Random filters, and frames for them: at the borders of what the rules ask for, and just outside."""

import ipaddress
import struct

from oracle import EGRESS, EXTENSIONS, AUTHENTICATION, FRAGMENT, INGRESS, TCP, UDP, DNS_PORT, DNS_SERVERS, Rule

MAC, PEER, GROUP = b'\x0a\x00\x00\x00\x00\x01', b'\x0a\x00\x00\x00\x00\x02', b'\x01\x00\x5e\x00\x00\x01'
PROTOCOLS = (TCP, UDP, TCP, UDP, 1, 58, 132, 50, 0, 44, 255)
BITS = {4: (0, 1, 8, 15, 16, 17, 24, 31, 32), 6: (0, 1, 16, 47, 48, 49, 63, 64, 65, 127, 128)}
ADDRESS = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}
OTHER_TYPES = (0x0806, 0x0005, 0x8847, 0x9100, 0x0801, 0x86dc, 0x8100, 0xffff)


class World:
    """What the rules of one filter, and the frames for it, have in common."""

    def __init__(self, random):
        self.random = random
        bases = {4: (b'\x0a\x01\x02\x03', b'\xc0\xa8\x07\x09'),
                 6: (b'\xfd\x00' + bytes(12) + b'\x00\x07', b'\x20\x01\x0d\xb8' + bytes(11) + b'\x09')}
        self.addresses = {version: [int.from_bytes(base, 'big') for base in bases[version]] for version in bases}
        for version, known in self.addresses.items():
            known += [known[0] ^ 1 << random.randrange(version * 8 if version == 4 else 128) for _ in range(2)]
        self.ports = [0, 80, 443, 1024, 65535, random.randrange(65536), random.randrange(65536)]
        self.outer = self.address(random.choice((4, 4, 6)))
        self.mac = random.choice((MAC, None))
        self.rules = []
        self.make_rules()

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def noise(self, size):
        return self.random.getrandbits(8 * size + 8).to_bytes(size + 1, 'big')[1:]

    def address(self, version):
        return ADDRESS[version](self.random.choice(self.addresses[version]))

    # --- rules ------------------------------------------------------------------------------------------

    def make_rules(self):
        random = self.random
        many = self.chance(3)
        count = 128 if many else random.randrange(1, 24)
        for direction in random.sample((INGRESS, EGRESS), 2):
            numbers = random.sample(range(1, 32767 if self.chance(50) else 140), count)
            share = count if many or self.chance(10) else count // 2
            self.rules += [self.make_rule(number, direction) for number in sorted(numbers[:share])]
        del self.rules[128:]
        if self.chance(30):
            # the order of the two directions' rules does not matter
            self.rules.sort(key=lambda rule: (rule.number, rule.direction))

    def make_rule(self, number, direction):
        rule = Rule(number, direction, self.chance(60))
        if self.chance(5):
            rule.amazon_dns = True
            if self.chance(50):
                rule.resolver = self.address(self.random.choice((4, 6)))
            return rule
        if self.chance(75):
            rule.protocol = self.random.choice(PROTOCOLS)
        version = self.random.choice((4, 4, 6))
        if self.chance(60):
            rule.source = self.block(version)
        if self.chance(60):
            rule.destination = self.block(version)
        if rule.protocol in (TCP, UDP):
            if self.chance(40):
                rule.source_port = self.range()
            if self.chance(60):
                rule.destination_port = self.range()
        return rule

    def block(self, version):
        bits = self.random.choice(BITS[version]) if self.chance(80) else \
            self.random.randrange(ADDRESS[version](0).max_prefixlen + 1)
        return ipaddress.ip_network((self.address(version), bits), strict=False)

    def range(self):
        if self.chance(40):
            port = self.random.choice(self.ports)
            return port, port
        if self.chance(10):
            return 0, 65535
        if self.chance(30):
            first = self.random.randrange(65536)
            return first, min(65535, first + self.random.choice((1, 7, 255, 256, 257, 1000)))
        first, last = self.random.choice(self.ports), self.random.choice(self.ports)
        return min(first, last), max(first, last)

    # --- frames -----------------------------------------------------------------------------------------

    def at_block(self, block, version):
        """An address: the first or last of a block, the next outside, or any that is known."""
        if block is None or block.version != version or self.chance(20):
            return self.address(version)
        first, last = int(block.network_address), int(block.broadcast_address)
        value = self.random.choice((first, last, first - 1, last + 1, self.random.randint(first, last)))
        return ADDRESS[version](value % (1 << block.max_prefixlen))

    def at_range(self, ports):
        if ports is None or self.chance(20):
            return self.random.choice(self.ports)
        first, last = ports
        return self.random.choice((first, last, first - 1, last + 1, self.random.randint(first, last))) % 65536

    def make_frame(self):
        random = self.random
        rule = random.choice(self.rules) if self.rules else Rule(1, INGRESS, True)
        tags = random.randrange(7) if self.chance(20) else 0
        head = random.choice((MAC + PEER, PEER + MAC, MAC + PEER, PEER + MAC, GROUP + PEER, PEER + GROUP,
                              PEER + PEER, MAC + MAC, MAC + bytes(6)))
        head += b''.join(struct.pack('>HH', random.choice((0x8100, 0x88a8)), random.randrange(65536))
                         for _ in range(tags))
        if self.chance(7):
            return self.cut(head + struct.pack('>H', random.choice(OTHER_TYPES)) + self.noise(40))
        return self.cut(head + self.make_packet(rule))

    def make_packet(self, rule):
        random = self.random
        protocol = random.choice(PROTOCOLS) if rule.protocol is None or self.chance(10) else rule.protocol
        blocks = [block.version for block in (rule.source, rule.destination) if block]
        version = blocks[0] if blocks and self.chance(90) else random.choice((4, 4, 6))
        source, destination = self.at_block(rule.source, version), self.at_block(rule.destination, version)
        ports = [self.at_range(rule.source_port), self.at_range(rule.destination_port)]
        if rule.amazon_dns or self.chance(3):
            server = random.choice([*DNS_SERVERS, rule.resolver or self.address(version)])
            version, protocol = server.version, random.choice((TCP, UDP, UDP, 1))
            source, destination = self.address(version), self.address(version)
            to_server = (rule.direction == EGRESS) ^ self.chance(10)
            if to_server:
                destination = server
            else:
                source = server
            ports[to_server] = random.choice((DNS_PORT, DNS_PORT, DNS_PORT, 54))
        elif version == self.outer.version and self.chance(60):
            source, destination = random.choice(((self.outer, destination), (source, self.outer)))
        upper = struct.pack('>HH', *ports) + self.noise(random.choice((0, 4, 16)))
        if version == 4:
            return b'\x08\x00' + self.ipv4(protocol, source, destination) + upper
        return b'\x86\xdd' + self.ipv6(protocol, source, destination) + upper

    def fragment(self):
        """The offset, in units of eight bytes, and whether more follow."""
        if self.chance(85):
            return 0, 0
        return self.random.choice((0, 1, 0x100, 0x1fff)), self.random.randrange(2)

    def ipv4(self, protocol, source, destination):
        words = self.random.choice((0, 4, 6, 15)) if self.chance(20) else 5
        offset, more = self.fragment()
        flags = self.random.choice((0, 0x4000, 0x8000)) | more << 13 | offset
        return struct.pack('>BBHHHBBH', self.random.choice((0x40, 0x40, 0x60)) | words, 0, 100, 1, flags, 64,
                           protocol, 0) + source.packed + destination.packed + self.noise(max(words * 4 - 20, 0))

    def ipv6(self, protocol, source, destination):
        offset, more = self.fragment()
        count = self.random.choice((1, 2, 3, 7, 8, 9)) if self.chance(40) else 0
        chain = [self.random.choice(EXTENSIONS) for _ in range(count)]
        kinds = [*chain, protocol]
        headers = b''
        for kind, following in zip(chain, kinds[1:]):
            size = self.random.choice((0, 0, 0, 1, 2, 40))
            if kind == FRAGMENT:
                headers += struct.pack('>BBHI', following, self.random.randrange(256),
                                       offset << 3 | self.random.choice((0, 6)) | more, 7)
            else:
                body = 6 + 8 * size if kind != AUTHENTICATION else 10 + 4 * size
                headers += bytes([following, size + (kind == AUTHENTICATION)]) + self.noise(body)
        return struct.pack('>IHBB', 0x60000000, 100, kinds[0], 64) + source.packed + destination.packed + headers

    def cut(self, frame):
        if self.chance(25):
            frame = frame[:self.random.randrange(14, max(len(frame), 14) + 1)]
        return frame + bytes(14 - len(frame)) if len(frame) < 14 else frame
