#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Drives the family with ynl, the kernel tree's own tool, by the YAML specification alone.

    NETNS ynl-source-PID                NETNS ynl-sensor-PID
    ynl1 ------------------------------ ynl0 192.0.2.200, 2001:db8::200
    sends as 192.0.2.1, 2001:db8::1     this script; makes um0, um1

Each way of using ynl is tried once by its command line; the rest goes through the same tool's
library, since a start of ynl takes seconds in a guest.
"""

import ctypes
import glob
import json
import os
import subprocess
import sys
import time
import unittest

import yaml
from tap import TAPTestRunner

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SPEC = os.path.join(TOP, 'include/vxmirror.yaml')
SENSOR = f'ynl-sensor-{os.getpid()}'
SOURCE = f'ynl-source-{os.getpid()}'
MAC = '02:00:00:00:02:c9'
PATIENCE = 20	# seconds
CLONE_NEWNET = 0x40000000
ZERO = {'received-packets': 0, 'received-bytes': 0, 'delivered-packets': 0, 'delivered-bytes': 0,
        'truncated-packets': 0, 'unattributed-packets': 0, 'repaired-packets': 0,
        'unrepairable-packets': 0, 'undirected-packets': 0}


def run(*command):
    """Runs a command that must succeed; returns its output."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def wait_for(what):
    """Calls what until it says something true, and returns that."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        result = what()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError('it did not come to be')


def cli_command(*words):
    """The command line for ynl's cli.py."""
    command = ['/usr/bin/python3', CLI, '--spec', SPEC, '--output-json', *words]
    if '--schema' not in words:
        command.append('--no-schema')	# one test looks at it, and it takes seconds more
    return command


def cli(*words):
    """Runs cli.py; returns its exit code and what it printed."""
    done = subprocess.run(cli_command(*words), check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def do(operation, **attributes):
    """One request; returns the reply's attributes, or None."""
    return YNL.do(operation, {name.replace('_', '-'): value for name, value in attributes.items()})


def dump(operation, **attributes):
    """A dump; returns the replies' attributes, a list."""
    replies = YNL.dump(operation,
                       {name.replace('_', '-'): value for name, value in attributes.items()})
    return replies or []


def listen():
    """A connection of its own that hears the events."""
    family = YnlFamily(SPEC, '')
    family.ntf_subscribe('events')
    return family


def heard(family, count):
    """[(name, attributes)] of the next so many events."""
    got = []

    def collect():
        family.check_ntf()
        queue = family.async_msg_queue
        while queue if isinstance(queue, list) else not queue.empty():
            event = queue.pop(0) if isinstance(queue, list) else queue.get()
            got.append((event['name'], event['msg']))
        return len(got) >= count
    wait_for(collect)
    return got


def send(*words, family=4):
    """Sends mirror packets to the sensor."""
    addresses = {4: ('192.0.2.1', '192.0.2.200'), 6: ('2001:db8::1', '2001:db8::200')}[family]
    run('ip', 'netns', 'exec', SOURCE, os.path.join(HERE, 'send'), 'dev', 'ynl1', 'dmac', MAC,
        'src', addresses[0], 'dst', addresses[1], *words)


class Ynl(unittest.TestCase):
    """In the order of their names, each leaves the namespace as it found it."""

    maxDiff = None

    def tearDown(self):
        for device in dump('dev-get'):
            do('dev-del', ifname=device['ifname'], force=True)
        for some in dump('filter-get'):
            do('filter-del', filter=some['filter'])
        do('unknown-del')

    def test_cli_schema(self):
        """cli.py: the specification is good by the kernel tree's schema"""
        code, output = cli('--schema', SCHEMA, '--list-ops')
        self.assertEqual(code, 0, output)
        self.assertEqual([line.split()[0] for line in output.splitlines()],
                         [op['name'] for op in SPECIFIED['operations']['list']
                          if 'notify' not in op])

    def test_cli_do(self):
        """cli.py: a request, and its reply"""
        code, output = cli('--do', 'net-get')
        self.assertEqual(code, 0, output)
        self.assertEqual(json.loads(output), do('net-get'))

    def test_cli_dump(self):
        """cli.py: a dump with a filter"""
        do('vni-new', vni=7, ifname='um0')
        do('vni-new', vni=8, ifname='um1')
        code, output = cli('--dump', 'vni-get', '--json', '{"ifname": "um1"}')
        self.assertEqual(code, 0, output)
        self.assertEqual(json.loads(output), [do('vni-get', vni=8)])

    def test_cli_error(self):
        """cli.py: a refusal with errno, message and attribute"""
        do('vni-new', vni=7, ifname='um0')
        code, output = cli('--do', 'vni-new', '--json', '{"vni": 7, "ifname": "um0"}')
        self.assertEqual(code, 1, output)
        self.assertIn('File exists', output)
        self.assertIn('this VNI entry exists already', output)
        self.assertIn("'bad-attr': '.vni'", output)

    def test_cli_subscribe(self):
        """cli.py: events"""
        # ynl before 6.13 cannot make a request on a socket on which events come
        wait = '--duration' if '--duration' in cli('--help')[1] else '--sleep'
        before = listeners()
        with subprocess.Popen(cli_command('--subscribe', 'events', wait, '1'), text=True,
                              stdout=subprocess.PIPE) as listener:
            wait_for(lambda: listeners() > before)
            do('dev-new', ifname='um0')
            output = listener.communicate()[0]
        values = [json.loads(line) for line in output.splitlines()]
        events = [event for value in values
                  for event in (value if isinstance(value, list) else [value])]
        self.assertEqual([event['name'] for event in events], ['dev-new-ntf', 'dev-set-ntf'])
        self.assertEqual(events[1]['msg'], do('dev-get', ifname='um0'))

    def test_cli_schema_bites(self):
        """cli.py: the schema is really looked at"""
        with open(SPEC, encoding='ascii') as stream:
            text = stream.read()
        broken = f'/tmp/ynl-broken-{os.getpid()}.yaml'
        with open(broken, 'w', encoding='ascii') as stream:
            stream.write(text.replace('type: u32', 'type: u33'))
        done = subprocess.run(['/usr/bin/python3', CLI, '--spec', broken, '--schema', SCHEMA,
                               '--list-ops'], check=False, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        os.unlink(broken)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('u33', done.stdout)

    def test_net(self):
        """net-get, net-set"""
        limits = {'max-vnis': 65536, 'max-ports': 64, 'max-sessions': 65536,
                  'session-memory': 16 << 20, 'session-idle': 3600}
        got = do('net-get')
        self.assertEqual(got, {**got, **limits})
        self.assertIsNone(do('net-set', max_vnis=7, session_idle=60))
        got = do('net-get')
        self.assertEqual(got, {**got, **limits, 'max-vnis': 7, 'session-idle': 60})
        do('net-set', max_vnis=65536, session_idle=3600)
        got = do('net-get')
        self.assertEqual(got, {**got, **limits})

    def test_devices(self):
        """dev-new, dev-set, dev-get, dev-del"""
        want = {'ifname': 'um0', 'mtu': 1500, 'up': 1, 'vnis': 0, 'delivered-packets': 0,
                'delivered-bytes': 0, 'tx-refused': 0}
        self.assertIsNone(do('dev-new', ifname='um0', mtu=1500))
        got = do('dev-get', ifname='um0')
        self.assertEqual(got.pop('ifindex') > 0 and got, want)
        do('dev-set', ifname='um0', mtu=9000, up=0)
        got = dump('dev-get')
        self.assertEqual([{k: v for k, v in d.items() if k != 'ifindex'} for d in got],
                         [{**want, 'mtu': 9000, 'up': 0}])
        do('dev-del', ifname='um0')
        self.assertEqual(dump('dev-get'), [])

    def test_entries(self):
        """vni-new, vni-set, vni-get, vni-del"""
        do('vni-new', vni=7, ifname='um0')
        do('vni-new', vni=100, vni_last=199, ifname='um0')
        do('vni-new', vni_any=True, port=5000, ifname='um1')
        index = {device['ifname']: device['ifindex'] for device in dump('dev-get')}
        number = {'port': 4789, 'vni': 7, 'ifname': 'um0', 'ifindex': index['um0'], **ZERO}
        any_vni = {'port': 5000, 'vni-any': True, 'ifname': 'um1', 'ifindex': index['um1'], **ZERO}
        # ynl prints a flag that is there as true, or as the nothing that it holds
        got = [{**entry, 'vni-any': True} if 'vni-any' in entry else entry
               for entry in dump('vni-get')]
        self.assertEqual(got, [number, {**number, 'vni': 100, 'vni-last': 199}, any_vni])
        self.assertEqual(do('vni-get', vni=7), number)
        self.assertEqual(dump('vni-get', ifname='um0', port=4789), got[:2])
        do('vni-set', vni=7, ifname='um1')
        self.assertEqual(do('vni-get', vni=7)['ifname'], 'um1')
        do('vni-del', vni=7)
        do('vni-del', vni=100, vni_last=199)
        self.assertEqual(len(dump('vni-get')), 1)

    def test_ports(self):
        """port-set, port-get: fronts are read and written as names"""
        do('vni-new', vni=7, ifname='um0')
        do('vni-new', vni=7, port=5000, ifname='um0')
        do('vni-new', vni=8, port=5000, ifname='um0')
        port = {'port': 4789, 'front': 'auto', 'vnis': 1, 'early-packets': 0, 'socket-packets': 0}
        other = {**port, 'port': 5000, 'vnis': 2}
        self.assertEqual(dump('port-get'), [port, other])
        self.assertIsNone(do('port-set', port=5000, front='socket'))
        self.assertEqual(do('port-get', port=5000), {**other, 'front': 'socket'})
        self.assertEqual(do('port-get'), port)
        send('vni', '7', 'frame-size', '60', 'udp-checksum', 'zero', 'count', '3')
        send('vni', '7', 'frame-size', '60', 'count', '2', family=6)
        wait_for(lambda: do('port-get') == {**port, 'early-packets': 3, 'socket-packets': 2})
        with self.assertRaises(NlError) as caught:
            do('port-set', port=5001, front='auto')
        self.assertEqual(caught.exception.nl_msg.error, -2)
        self.assertEqual(caught.exception.nl_msg.extack['msg'], 'no VNI entry uses this port')

    def test_filters(self):
        """filter-new, filter-set, filter-get, filter-del, rule-get: rules are nests"""
        first = {'rule-number': 100, 'direction': 'ingress', 'action': 'accept', 'protocol': 6,
                 'dst-port': 80, 'dst-port-last': 443}
        second = {'rule-number': 100, 'direction': 'egress', 'action': 'reject',
                  'src-ipv4': 0x0a000000, 'src-len': 8}
        do('filter-new', filter='web', rule=[second, first])
        seen = {'filter': 'web', 'hit-packets': 0}
        self.assertEqual(dump('rule-get', filter='web'),
                         [{**seen, **first}, {**seen, **second, 'src-ipv4': '10.0.0.0'}])
        got = do('filter-get', filter='web')
        self.assertEqual(got, {'filter': 'web', 'rules': 2, 'users': 0, 'unmatched-packets': 0,
                               'generation': got['generation']})
        do('filter-set', filter='web', generation=got['generation'], rule=[first])
        self.assertEqual(dump('rule-get', filter='web'), [{**seen, **first}])
        with self.assertRaises(NlError) as caught:
            do('filter-set', filter='web', generation=got['generation'])
        self.assertEqual(caught.exception.nl_msg.error, -11)
        self.assertEqual([some['filter'] for some in dump('filter-get')], ['web'])

    def test_settings(self):
        """vni-set, session-new, session-set: settings are read and written as names"""
        do('filter-new', filter='web')
        do('vni-new', vni=100, vni_last=101, ifname='um0', vlan=7, vlan_last=8, snaplen=96,
           repair=1, sources='listed', filter='web')
        got = do('vni-get', vni=100, vni_last=101)
        self.assertEqual(got, {**got, 'vlan': 7, 'vlan-last': 8, 'snaplen': 96, 'repair': 1,
                               'sources': 'listed', 'filter': 'web'})
        key = {'vni': 100, 'source_ipv4': 0xc0000209}
        do('session-new', **key, name='eni', filter='web', action='reject', mac=b'\2\0\0\0\0\1')
        got = do('session-get', **key)
        self.assertEqual(got, {**got, 'name': 'eni', 'filter': 'web', 'action': 'reject',
                               'mac': '02:00:00:00:00:01', 'mac-origin': 'given'})
        self.assertEqual(do('filter-get', filter='web')['users'], 2)
        do('session-set', **key, name='', filter='')
        self.assertEqual({'name', 'filter'} & set(do('session-get', **key)), set())

    def test_errors(self):
        """refusals name the attribute that is missing, and refused dumps a reason"""
        with self.assertRaises(NlError) as caught:
            do('dev-new', mtu=1500)
        error = caught.exception.nl_msg
        self.assertEqual(error.error, -22)
        self.assertEqual(error.extack['msg'], 'the name of a mirror device is needed')
        if tuple(int(part) for part in os.uname().release.split('.')[:2]) >= (6, 1):
            # ynl before 6.13 says the attribute's number only
            self.assertIn(error.extack['miss-type'], ('ifname', 2))
        with self.assertRaises(NlError) as caught:
            dump('vni-get', ifname='um9')
        self.assertEqual(caught.exception.nl_msg.error, -19)
        self.assertIn('there is no', caught.exception.nl_msg.extack['msg'])

    def test_causes(self):
        """cause-get: identifiers are read as names"""
        causes = dump('cause-get')
        self.assertEqual([cause['cause-id'] for cause in causes],
                         next(d['entries'] for d in SPECIFIED['definitions']
                              if d['name'] == 'cause'))
        for cause in causes:
            self.assertEqual(cause['cause-name'], cause['cause-id'])
            self.assertTrue(cause['cause-text'].endswith('.'))

    def test_traffic(self):
        """session-get, unknown-get: addresses are read as such; causes in their nest"""
        do('vni-new', vni=7, ifname='um0')
        for family in (4, 6):
            # the first packets may come before there is a slot for the session
            wait_for(lambda n=family: send('vni', '7', 'frame-size', '60', family=n) or
                     len(dump('session-get')) > (n == 6))
        sessions = dump('session-get', port=4789, vni=7)
        self.assertEqual(sorted(str(s.get('source-ipv4', s.get('source-ipv6'))) for s in sessions),
                         ['192.0.2.1', '2001:db8::1'])
        for session in sessions:
            self.assertEqual(session['received-bytes'], 60 * session['received-packets'])
            self.assertLess(session['last-seen'], 60000)
        send('vni', '99', 'frame-size', '60', 'count', '3')
        unknown = wait_for(lambda: [u for u in dump('unknown-get') if u['received-packets'] == 3])
        want = {'port': 4789, 'vni': 99, 'source-ipv4': '192.0.2.1', 'received-packets': 3,
                'received-bytes': 180, 'overcount': 0}
        self.assertEqual(want, {name: unknown[0][name] for name in want})
        do('dev-set', ifname='um0', up=0)
        send('vni', '7', 'frame-size', '60', 'count', '2')
        entry = wait_for(lambda: [e for e in dump('vni-get') if 'cause' in e])[0]
        self.assertEqual([cause['cause-id'] for cause in entry['cause']], ['dev-down'])
        self.assertEqual(entry['received-packets'], entry['delivered-packets'] +
                         sum(cause['cause-packets'] for cause in entry['cause']))

    def test_events(self):
        """events are told apart and hold what a get replies"""
        listener = listen()
        do('vni-new', vni=7, ifname='um0')
        events = heard(listener, 3)
        self.assertEqual([name for name, _ in events],
                         ['dev-new-ntf', 'dev-set-ntf', 'vni-new-ntf'])
        self.assertEqual(events[1][1], {**do('dev-get', ifname='um0'), 'vnis': 0})
        self.assertEqual(events[2][1], do('vni-get', vni=7))
        do('port-set', front='socket')
        self.assertEqual(heard(listener, 1), [('port-set-ntf', do('port-get'))])
        do('dev-set', ifname='um0', mtu=1500)
        device = do('dev-get', ifname='um0')
        self.assertEqual(heard(listener, 1), [('dev-set-ntf', device)])
        entry = do('vni-get', vni=7)
        do('dev-del', ifname='um0', force=True)
        down = {**device, 'up': 0}
        self.assertEqual(heard(listener, 3), [('dev-set-ntf', down), ('vni-del-ntf', entry),
                                              ('dev-del-ntf', {**down, 'vnis': 0})])


def listeners():
    """How many netlink sockets of this namespace have joined a group."""
    with open('/proc/net/netlink', encoding='ascii') as stream:
        return sum(int(line.split()[3], 16) != 0 for line in stream.readlines()[1:])


def kernel_tree():
    """The newest tree that "tests/packages kernel-tree" has put into the cache."""
    cache = os.environ.get('XDG_CACHE_HOME', os.path.expanduser('~/.cache'))
    trees = glob.glob(f'{cache}/vxmirror/source/linux-source-*[0-9]')
    if not trees:
        raise SystemExit('Bail out! no kernel tree; run "tests/packages kernel-tree" first')
    return max(trees, key=lambda tree: [int(n) for n in tree.rsplit('-', 1)[1].split('.')])


def set_up():
    """Makes the namespaces."""
    run('modprobe', 'vxmirror')		# ynl looks for the family without asking for it by name
    run('ip', 'netns', 'add', SENSOR)
    run('ip', 'netns', 'add', SOURCE)
    for command in (f'-n {SENSOR} link add ynl0 address {MAC} type veth peer name ynl1 netns {SOURCE}',
                    f'-n {SENSOR} addr add 192.0.2.200/24 dev ynl0',
                    f'-n {SENSOR} addr add 2001:db8::200/64 dev ynl0 nodad',
                    f'-n {SENSOR} link set ynl0 up', f'-n {SOURCE} link set ynl1 up'):
        run('ip', *command.split())


def enter(name):
    """Moves this process into a network namespace."""
    with open(f'/run/netns/{name}', encoding='ascii') as namespace:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(namespace.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), name)


TREE = kernel_tree()
CLI = (glob.glob(f'{TREE}/tools/net/ynl/pyynl/cli.py') + glob.glob(f'{TREE}/tools/net/ynl/cli.py'))[0]
SCHEMA = f'{TREE}/Documentation/netlink/genetlink-legacy.yaml'
sys.path.insert(0, os.path.dirname(CLI))
sys.dont_write_bytecode = True
from lib import NlError, YnlFamily	# noqa: E402 pylint: disable=wrong-import-position,import-error

with open(SPEC, encoding='ascii') as spec_stream:
    SPECIFIED = yaml.safe_load(spec_stream)

if __name__ == '__main__':
    RUNNER = TAPTestRunner()
    RUNNER.set_stream(True)
    RUNNER.set_format('{short_description}')
    try:
        set_up()
        enter(SENSOR)
        YNL = YnlFamily(SPEC, '')
        unittest.main(testRunner=RUNNER)
    finally:
        for name in (SOURCE, SENSOR):
            subprocess.run(['ip', 'netns', 'del', name], check=False)
