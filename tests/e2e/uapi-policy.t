#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Holds the YAML specification and the running kernel's family together.

The kernel describes the family itself (CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY);
"tests/uapi/uapi policy" prints that.
"""

import os
import subprocess
import unittest

import yaml
from tap import TAPTestRunner

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# enum netlink_attribute_type, which is not that of the kernel's policies
POLICY_TYPES = {1: 'flag', 2: 'u8', 3: 'u16', 4: 'u32', 5: 'u64', 10: 'binary', 11: 'string',
                12: 'string', 13: 'nest'}
WIDEST = {'u8': 0xff, 'u16': 0xffff, 'u32': 0xffffffff, 'u64': 0xffffffffffffffff}

# linux/genetlink.h
UNS_ADMIN_PERM = 0x10
CAP_DO = 0x02
CAP_DUMP = 0x04


def policy():
    """What the kernel says: {kind of line: [{word: value}]}."""
    subprocess.run(['modprobe', 'vxmirror'], check=True)
    output = subprocess.run([os.path.join(TOP, 'tests/uapi/uapi'), 'policy'], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    lines = {}
    for line in output.splitlines():
        kind, *words = line.split()
        pairs = (word.split('=', 1) for word in words)
        lines.setdefault(kind, []).append({name: int(value) if value.isdigit() else value
                                           for name, value in pairs})
    return lines


def numbered(items):
    """{value: item} by the specification's own rule for values."""
    value = 0
    result = {}
    for item in items:
        value = item.get('value', value + 1)
        result[value] = item
    return result


class Policy(unittest.TestCase):
    """The family of the running kernel."""

    def setUp(self):
        self.maxDiff = None

    def test_family(self):
        """name, version, number of attributes and multicast groups"""
        merged = {name: value for line in KERNEL['family'] for name, value in line.items()}
        self.assertEqual(merged, {'name': SPEC['name'], 'version': SPEC['version'],
                                  'max-attribute': max(ATTRIBUTES)})
        self.assertEqual([group['name'] for group in KERNEL['group']],
                         [group['name'] for group in SPEC['mcast-groups']['list']])

    def test_operations(self):
        """commands, whether each has a do and a dump, and who may"""
        flags = {'uns-admin-perm': UNS_ADMIN_PERM}
        wanted = {value: sum(flags[flag] for flag in op['flags']) +
                  ('do' in op) * CAP_DO + ('dump' in op) * CAP_DUMP
                  for value, op in OPERATIONS.items() if 'notify' not in op}
        known = UNS_ADMIN_PERM | 0x01 | CAP_DO | CAP_DUMP
        self.assertEqual({op['value']: op['flags'] & known for op in KERNEL['operation']}, wanted)

    def test_requested(self):
        """an attribute is in the policy if, and only if, a request takes it"""
        taken = {name for op in OPERATIONS.values() for way in ('do', 'dump')
                 for name in op.get(way, {}).get('request', {}).get('attributes', [])}
        # a rule is nested in requests, and has a message of its own in dumps: there it has been counted, too
        rule = {name for op in OPERATIONS.values() if op['name'] == 'rule-get'
                for name in op['dump']['reply']['attributes']} - {'hit-packets'}
        self.assertEqual({ATTRIBUTES[line['value']]['name'] for line in KERNEL['attribute']},
                         taken | rule)

    def test_types(self):
        """attributes have the same type"""
        self.assertEqual({ATTRIBUTES[line['value']]['name']: POLICY_TYPES[line['type']]
                          for line in KERNEL['attribute']},
                         {ATTRIBUTES[line['value']]['name']: ATTRIBUTES[line['value']]['type']
                          for line in KERNEL['attribute']})

    def test_ranges(self):
        """the policy has the specification's range, or none (the command then checks it)"""
        for line in KERNEL['attribute']:
            attribute = ATTRIBUTES[line['value']]
            widest = WIDEST.get(attribute['type'])
            checks = attribute.get('checks', {})
            if not widest:
                continue
            got = (line.get('min', 0), line.get('max', widest))
            if got != (0, widest):
                self.assertEqual(got, (checks.get('min', 0), checks.get('max', widest)),
                                 attribute['name'])

    def test_lengths(self):
        """strings and bytes have the same length"""
        for line in KERNEL['attribute']:
            attribute = ATTRIBUTES[line['value']]
            checks = attribute.get('checks', {})
            if attribute['type'] == 'string':
                self.assertEqual(line.get('max-len'), checks['max-len'], attribute['name'])
            if attribute['type'] == 'binary':
                self.assertEqual((line.get('min-len'), line.get('max-len')),
                                 (checks['exact-len'], checks['exact-len']), attribute['name'])

    def test_global(self):
        """one policy serves all commands, as the specification says"""
        self.assertEqual(SPEC['kernel-policy'], 'global')
        self.assertEqual(len({line['policy'] for line in KERNEL['attribute']}), 1)


with open(os.path.join(TOP, 'include/vxmirror.yaml'), encoding='ascii') as stream:
    SPEC = yaml.safe_load(stream)
ATTRIBUTES = numbered(SPEC['attribute-sets'][0]['attributes'])
OPERATIONS = numbered(SPEC['operations']['list'])
KERNEL = policy()

if __name__ == '__main__':
    RUNNER = TAPTestRunner()
    RUNNER.set_stream(True)
    RUNNER.set_format('{short_description}')
    unittest.main(testRunner=RUNNER)
