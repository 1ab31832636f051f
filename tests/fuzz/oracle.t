#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Random filters and frames: the module's filters say what AWS's documentation says.

What it says stands in oracle.py, what is tried in pairs.py; filter_pairs.c is the module's part. VXM_ORACLE_PAIRS
(default 100000) is how many frames are tried; VXM_ORACLE_SEED repeats a run.
"""

import collections
import os
import random
import struct
import subprocess
import sys
import time
import unittest

from tap import TAPTestRunner

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)
import oracle   # noqa: E402 pylint: disable=wrong-import-position
import pairs    # noqa: E402 pylint: disable=wrong-import-position

PAIRS = int(os.environ.get('VXM_ORACLE_PAIRS', '100000'))
SEED = int(os.environ.get('VXM_ORACLE_SEED', time.time_ns() % 2**32))
FRAMES = 100    # for each filter
NO_RULE = 128
WAYS = ('ingress', 'egress', 'unknown')


def packed_prefix(prefix, length=None):
    """An address or a network, as filter_pairs.c reads it."""
    if prefix is None:
        return bytes(18)
    if length is None:
        prefix, length = prefix.network_address, prefix.prefixlen
    return struct.pack('=BB16s', prefix.version, length, prefix.packed)


def packed_address(address):
    return packed_prefix(address, address.max_prefixlen) if address is not None else packed_prefix(None)


def packed_range(ports):
    return struct.pack('=BHH', ports is not None, *(ports or (0, 0)))


def packed_rule(rule):
    protocol = -1 if rule.protocol is None else rule.protocol
    return (struct.pack('=HBBBh', rule.number, rule.direction, rule.accept, rule.amazon_dns, protocol) +
            packed_prefix(rule.source) + packed_prefix(rule.destination) + packed_address(rule.resolver) +
            packed_range(rule.source_port) + packed_range(rule.destination_port))


def packed_frame(frame, world):
    return b'F' + (world.mac or bytes(6)) + packed_address(world.outer) + struct.pack('=H', len(frame)) + frame


class Difference(Exception):
    """The module and the oracle disagree."""


def told(direction, teaches, accept, number):
    return (f'{WAYS[direction]}{", teaches the MAC" if teaches else ""}: {"accept" if accept else "reject"}, '
            f'{"no rule" if number is None else f"rule {number}"}')


def kinds_of(packet, rule, frame, direction):
    """What the frame is an example of."""
    yield 'IPv4' if packet.version == 4 else 'IPv6' if packet.version == 6 else 'not IP'
    yield f'direction {WAYS[direction]}'
    if packet.later:
        yield 'a later fragment'
    if packet.version and packet.protocol is None:
        yield 'of an unknown protocol'
    if packet.protocol in (oracle.TCP, oracle.UDP) and packet.destination_port is None:
        yield 'without its ports'
    if packet.version and packet.destination is None:
        yield 'without an address'
    if packet.version == 6 and packet.protocol is not None and packet.protocol != frame[20]:
        yield 'with tags or extension headers'
    if rule and rule.amazon_dns:
        yield 'Amazon DNS'


class Module:
    """The module's filters, as a process."""

    def __init__(self):
        options = {**os.environ, 'ASAN_OPTIONS': 'quarantine_size_mb=16'}
        self.process = subprocess.Popen([f'{HERE}/build/filter-pairs'], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=options)
        self.seen = collections.Counter()

    def compare(self, world):
        """Tries one filter with many frames."""
        frames = [world.make_frame() for _ in range(FRAMES)]
        self.process.stdin.write(b'R' + struct.pack('=H', len(world.rules)) + b''.join(map(packed_rule, world.rules)) +
                                 b''.join(packed_frame(frame, world) for frame in frames) + b'E')
        self.process.stdin.flush()
        answers = self.process.stdout.read(4 * FRAMES)
        if len(answers) != 4 * FRAMES:
            raise Difference('the module\'s side ended')
        for frame, answer in zip(frames, struct.iter_unpack('=BBBB', answers)):
            self.compare_frame(world, frame, answer)

    def compare_frame(self, world, frame, answer):
        packet = oracle.Packet(frame)
        direction = oracle.direction_of(frame, packet, world.mac, world.outer)
        accept, rule = oracle.verdict(world.rules, packet, direction)
        want = (direction, oracle.teaches(frame, packet, world.outer), accept, rule and rule.number)
        number = None if answer[3] == NO_RULE else world.rules[answer[3]].number
        got = (*answer[:3], number)
        if got != want:
            raise Difference('\n'.join([
                '', *map(str, world.rules), f'MAC {world.mac and world.mac.hex(":")}, outer {world.outer}',
                f'frame {frame.hex()}', f'the module: {told(*got)}', f'the oracle: {told(*want)}']))
        outcome = 'accepted' if accept else 'rejected' if rule else 'not matched'
        self.seen.update((kind, outcome) for kind in kinds_of(packet, rule, frame, direction))

    def end(self):
        self.process.stdin.close()
        return self.process.wait()


class Oracle(unittest.TestCase):
    """One long test, and whether it was one."""

    module = None

    @classmethod
    def setUpClass(cls):
        cls.module = Module()

    def test_1_same(self):
        """the module and the oracle say the same of each frame"""
        generator = random.Random(SEED)
        for _ in range(-(-PAIRS // FRAMES)):
            self.module.compare(pairs.World(generator))

    def test_2_all_kinds(self):
        """frames of each kind were accepted, rejected, and not matched"""
        seen = self.module.seen
        kinds = ('IPv4', 'IPv6', 'not IP', *(f'direction {way}' for way in WAYS), 'a later fragment',
                 'of an unknown protocol', 'without its ports', 'without an address',
                 'with tags or extension headers')
        wanted = [(kind, outcome) for kind in kinds for outcome in ('accepted', 'rejected', 'not matched')]
        wanted += [('Amazon DNS', 'accepted'), ('Amazon DNS', 'rejected')]
        rare = {f'{kind}, {outcome}': seen[kind, outcome] for kind, outcome in wanted
                if seen[kind, outcome] < PAIRS / 2000}
        self.assertEqual(rare, {})

    def test_3_ends(self):
        """the module's side ends well"""
        self.assertEqual(self.module.end(), 0)


if __name__ == '__main__':
    print(f'# {PAIRS} frames, VXM_ORACLE_SEED={SEED}', flush=True)
    subprocess.run(['make', '-s', '-C', HERE, 'build/filter-pairs'], check=True)
    RUNNER = TAPTestRunner()
    RUNNER.set_stream(True)
    RUNNER.set_format('{short_description}')
    unittest.main(testRunner=RUNNER)
