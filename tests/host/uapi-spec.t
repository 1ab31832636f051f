#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Holds the UAPI header, its documentation and the YAML specification together."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml
from tap import TAPTestRunner

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INCLUDE = os.path.join(TOP, 'include/uapi')
HEADER = os.path.join(INCLUDE, 'linux/vxmirror.h')
SPEC = os.path.join(TOP, 'include/vxmirror.yaml')
STRICT = ['-Wall', '-Wextra', '-pedantic', '-Werror', '-I', INCLUDE]

# How the documentation of an attribute names its YAML type, when not by the type's own name.
DOC_TYPES = {'16 bytes': 'binary', '6 bytes': 'binary', 'alignment': 'pad'}

# Enums beside those of commands, attributes and causes, and how enumerators begin, when not like the enum.
ENUMS = ('vxm_front', 'vxm_direction', 'vxm_action', 'vxm_sources', 'vxm_mac_origin')
PREFIXES = {'vxm_mac_origin': 'vxm_mac'}


def run(*command, text=None):
    """Runs a command; returns its output, or raises with what it printed."""
    done = subprocess.run(command, input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}")
    return done.stdout


def compiler(*names):
    """The first of these compilers that is here."""
    return next((name for name in names if shutil.which(name)), None)


def squeeze(text):
    """Text without regard to where its lines break."""
    return ' '.join(text.split())


class Header:
    """The header as a compiler sees it, and the comments that it doesn't see."""

    def __init__(self):
        with open(HEADER, encoding='ascii') as stream:
            self.text = stream.read()
        expanded = run('cc', '-E', '-P', '-x', 'c', HEADER)
        names = {}
        for enum, body in re.findall(r'enum\s+(\w+)\s*\{(.*?)\}', expanded, re.S):
            names[enum] = [part.split('=')[0].strip() for part in body.split(',') if part.strip()]
        self.macros = re.findall(r'^#define (VXM_\w+)(?= )', self.text, re.M)
        values = self.evaluate([name for enum in names.values() for name in enum])
        self.enums = {enum: {name: values[name] for name in members}
                      for enum, members in names.items()}

    @staticmethod
    def evaluate(names):
        """What a compiled program says the values of these names are."""
        lines = ['#include <stdio.h>', '#include <linux/vxmirror.h>', 'int main(void)', '{']
        lines += [f'printf("%s %ld\\n", "{name}", (long){name});' for name in names]
        lines += ['return 0;', '}']
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, 'values')
            run('cc', *STRICT, '-x', 'c', '-o', program, '-', text='\n'.join(lines))
            output = run(program)
        return {name: int(value) for name, value in (line.split() for line in output.splitlines())}

    def string(self, macro):
        """The string that a macro stands for."""
        return re.search(rf'^#define {macro} "(.*)"$', self.text, re.M).group(1)

    def documented(self, enum):
        """[(enumerator, text)] of the kernel-doc comment in front of an enum, in its order."""
        comment = re.search(rf'/\*\*\n \* enum {enum} - (?:(?!\*/).)*\*/\nenum {enum} {{',
                            self.text, re.S)
        if not comment:
            return []
        lines = [re.sub(r'^ \* ?', '', line) for line in comment.group(0).splitlines()[1:-2]]
        return [(name, squeeze(text)) for name, text in
                re.findall(r'^@(\w+):(.*?)(?=^@|\Z)', '\n'.join(lines), re.M | re.S)]


class Spec:
    """The specification, its names as they stand in C."""

    def __init__(self):
        with open(SPEC, encoding='ascii') as stream:
            self.yaml = yaml.safe_load(stream)
        self.attributes = {}
        space = self.yaml['attribute-sets'][0]
        value = 0
        for attribute in space['attributes']:
            value = attribute.get('value', value + 1)
            self.attributes[self.c_name(space['name-prefix'], attribute)] = (value, attribute)
        self.operations = {}
        value = 0
        for operation in self.yaml['operations']['list']:
            value = operation.get('value', value + 1)
            name = self.c_name(self.yaml['operations']['name-prefix'], operation)
            self.operations[name] = (value, operation)

    @staticmethod
    def c_name(prefix, item):
        """The enumerator that the specification's own rules give an item."""
        return (prefix + item['name']).upper().replace('-', '_')

    def definition(self, name):
        """A definition by its name."""
        return next(d for d in self.yaml['definitions'] if d['name'] == name)


class HeaderAlone(unittest.TestCase):
    """The header by itself."""

    def compile(self, compilers, language, standard):
        """Compiles a file that holds nothing but the header, twice."""
        cc = compiler(*compilers)
        if not cc:
            self.skipTest(f'no {" or ".join(compilers)}')
        run(cc, *STRICT, f'-std={standard}', '-x', language, '-fsyntax-only', '-',
            text='#include <linux/vxmirror.h>\n' * 2)

    def test_c90(self):
        """the header compiles alone as C90"""
        self.compile(['gcc', 'cc'], 'c', 'c90')

    def test_cxx98(self):
        """the header compiles alone as C++98"""
        self.compile(['g++', 'c++'], 'c++', 'c++98')

    def test_clang(self):
        """the header compiles alone as C90 with clang"""
        self.compile(['clang'], 'c', 'c90')

    def test_licence(self):
        """the header says that programs may use it"""
        self.assertEqual(HEADER_TEXT.text.splitlines()[0],
                         '/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */')

    def test_prefix(self):
        """every name that the header defines carries its prefix"""
        names = re.findall(r'^#define (\w+)', HEADER_TEXT.text, re.M)
        names += [name for enum in HEADER_TEXT.enums.values() for name in enum]
        names = [name for name in names if name != '_UAPI_LINUX_VXMIRROR_H']
        self.assertEqual([n for n in names if not re.match(r'(__)?VXM_', n)], [])


class Documentation(unittest.TestCase):
    """The header's comments."""

    def test_enumerators(self):
        """every enumerator is documented, once and in order"""
        for enum in ('vxm_cmd', 'vxm_attr') + ENUMS:
            documented = [name for name, text in HEADER_TEXT.documented(enum) if text]
            self.assertEqual(list(HEADER_TEXT.enums[enum]), documented)

    def test_causes(self):
        """every cause has its own name, and one sentence for the operator"""
        causes = re.findall(r'X\((\w+),\s*"([^"]*)",[\s\\]*"([^"]*)"\)', HEADER_TEXT.text)
        public = [n for n in HEADER_TEXT.enums['vxm_cause'] if not n.startswith('__')]
        self.assertEqual(['VXM_CAUSE_' + word for word, _, _ in causes], public)
        for word, name, text in causes:
            self.assertEqual(name, word.lower().replace('_', '-'))
            self.assertRegex(text, r'^[A-Z].*\.$')

    def test_macros(self):
        """every macro that holds a value is documented"""
        for macro in HEADER_TEXT.macros:
            if macro.endswith('_MAX') and macro[:-4] in ('VXM_CMD', 'VXM_ATTR', 'VXM_CAUSE'):
                continue
            self.assertIn(f'/** {macro} - ', HEADER_TEXT.text)

    def test_mentions(self):
        """every name that the documentation mentions exists"""
        names = {name for enum in HEADER_TEXT.enums.values() for name in enum}
        names.update(HEADER_TEXT.macros)
        self.assertEqual(set(re.findall(r'%(\w+)', HEADER_TEXT.text)) - names, set())

    def test_kernel_doc(self):
        """the kernel's own kernel-doc has no complaint"""
        scripts = sorted(glob.glob('/usr/lib/linux-kbuild-*/scripts/kernel-doc'))
        if not scripts:
            self.skipTest('no kernel-doc')
        self.assertEqual(run(scripts[-1], '-none', '-Werror', HEADER), '')
        manual = run(scripts[-1], '-rst', HEADER)
        for name in HEADER_TEXT.enums['vxm_attr']:
            if not name.startswith('__'):
                self.assertEqual(len(re.findall(rf'^``{name}``$', manual, re.M)), 1, name)


class Specification(unittest.TestCase):
    """The specification against the header."""

    def values(self, enum, unspec):
        """Public enumerators with their values, less the one that means nothing."""
        return [(name, value) for name, value in HEADER_TEXT.enums[enum].items()
                if not name.startswith('__') and name != unspec]

    def test_attributes(self):
        """attributes: same names, values and order"""
        self.assertEqual([(name, value) for name, (value, _) in SPECIFICATION.attributes.items()],
                         self.values('vxm_attr', 'VXM_ATTR_UNSPEC'))

    def test_operations(self):
        """commands and notifications: same names, values and order"""
        self.assertEqual([(name, value) for name, (value, _) in SPECIFICATION.operations.items()],
                         self.values('vxm_cmd', 'VXM_CMD_UNSPEC'))

    def test_causes(self):
        """causes: same names, values and order"""
        entries = SPECIFICATION.definition('cause')['entries']
        self.assertEqual([('VXM_CAUSE_' + name.upper().replace('-', '_'), value)
                          for value, name in enumerate(entries)],
                         self.values('vxm_cause', None))

    def test_enums(self):
        """all other enums: same names, values and order"""
        for enum in ENUMS:
            entries = SPECIFICATION.definition(enum[4:].replace('_', '-'))['entries']
            prefix = PREFIXES.get(enum, enum).upper() + '_'
            self.assertEqual([(prefix + name.upper(), value)
                              for value, name in enumerate(entries)],
                             self.values(enum, None))

    def test_constants(self):
        """constants: same values"""
        constants = {'VXM_' + d['name'].upper().replace('-', '_'): d['value']
                     for d in SPECIFICATION.yaml['definitions'] if d['type'] == 'const'}
        self.assertEqual(set(constants), {'VXM_PORT_DEFAULT', 'VXM_VNI_MAX', 'VXM_SNAPLEN_MAX', 'VXM_RULES_MAX',
                                          'VXM_RULE_NUMBER_MAX'})
        self.assertEqual(Header.evaluate(constants), constants)

    def test_family(self):
        """family: same name, version, multicast group and header"""
        spec = SPECIFICATION.yaml
        self.assertEqual(spec['name'], HEADER_TEXT.string('VXM_GENL_NAME'))
        self.assertEqual({'VXM_GENL_VERSION': spec.get('version', 1)},
                         Header.evaluate(['VXM_GENL_VERSION']))
        self.assertEqual([group['name'] for group in spec['mcast-groups']['list']],
                         [HEADER_TEXT.string('VXM_GENL_MCGRP_EVENTS')])
        self.assertTrue(os.path.exists(os.path.join(INCLUDE, spec['uapi-header'])))

    def test_types(self):
        """attributes: same types as documented"""
        documented = dict(HEADER_TEXT.documented('vxm_attr'))
        for name, (_, attribute) in SPECIFICATION.attributes.items():
            said = re.match(r'(u\d+|flag|string|nest|16 bytes|6 bytes|alignment)\b', documented[name])
            self.assertTrue(said, f'{name} is documented without a type')
            self.assertEqual(DOC_TYPES.get(said.group(1), said.group(1)), attribute['type'], name)
            self.assertEqual('network byte order' in documented[name],
                             attribute.get('byte-order') == 'big-endian' or
                             attribute.get('display-hint') == 'ipv6', name)

    def test_ranges(self):
        """attributes: same ranges as documented"""
        limits = dict(re.findall(r'^#define (VXM_\w+_MAX) (\d+)$', HEADER_TEXT.text, re.M))
        documented = dict(HEADER_TEXT.documented('vxm_attr'))
        widest = {'u8': 0xff, 'u16': 0xffff, 'u32': 0xffffffff}
        for name, (_, attribute) in SPECIFICATION.attributes.items():
            text = re.sub(r'%(VXM_\w+_MAX)', lambda m: limits[m.group(1)], documented[name])
            said = re.match(r'u\d+, (?:\w+, )?(?:(\d+)|above %\w+,) (?:to|or) (\d+)', text)
            if not said:
                self.assertNotIn('checks', {} if attribute['type'] in ('string', 'binary')
                                 else attribute, name)
                continue
            checks = attribute.get('checks', {})
            if said.group(1):
                self.assertEqual(checks.get('min', 0), int(said.group(1)), name)
            self.assertEqual(checks.get('max', widest[attribute['type']]), int(said.group(2)), name)

    def test_texts(self):
        """attributes: same text as documented"""
        documented = dict(HEADER_TEXT.documented('vxm_attr'))
        for name, (_, attribute) in SPECIFICATION.attributes.items():
            if attribute['type'] == 'pad':
                continue
            text = re.sub(r'%VXM_ATTR_', '', documented[name])
            text = re.sub(r' in network byte order', '', text)
            text = re.sub(r'^(u\d+|flag|string|16 bytes|6 bytes|nest, repeated)[,:] ', '', text)
            self.assertEqual(squeeze(attribute['doc']).lower(), text.lower() + '.'
                             if not text.endswith('.') else text.lower(), name)

    def test_attribute_lists(self):
        """operations name only attributes that exist, and none twice"""
        known = {attribute['name'] for _, attribute in SPECIFICATION.attributes.values()}
        for name, (_, operation) in SPECIFICATION.operations.items():
            for way in ('do', 'dump'):
                for part in operation.get(way, {}).values():
                    listed = part['attributes']
                    self.assertEqual(sorted(set(listed)), sorted(listed), name)
                    self.assertLessEqual(set(listed), known, name)

    def test_requests_documented(self):
        """operations: the attributes that a request takes are those documented"""
        documented = dict(HEADER_TEXT.documented('vxm_cmd'))
        for name, (_, operation) in SPECIFICATION.operations.items():
            listed = [attribute for way in ('do', 'dump') for attribute in
                      operation.get(way, {}).get('request', {}).get('attributes', [])]
            text = documented[name]
            if ' key' in text: # what a key is made of stands at one place
                text += KEYS.get(operation['name'].split('-')[0], '')
            for attribute in listed:
                self.assertRegex(text, '%VXM_ATTR_' + attribute.upper().replace('-', '_') + r'\b',
                                 name)

    def test_permissions(self):
        """every command, and the group, is for administrators of the namespace's owner"""
        for name, (_, operation) in SPECIFICATION.operations.items():
            if 'notify' in operation:
                self.assertEqual(operation['mcgrp'], HEADER_TEXT.string('VXM_GENL_MCGRP_EVENTS'))
            else:
                self.assertEqual(operation.get('flags'), ['uns-admin-perm'], name)
        for group in SPECIFICATION.yaml['mcast-groups']['list']:
            self.assertEqual(group['flags'], ['uns-admin-perm'])

    def test_notifications(self):
        """notifications look like the replies of the object's own get"""
        for name, (_, operation) in SPECIFICATION.operations.items():
            if name.endswith('_NTF'):
                self.assertEqual(operation['notify'],
                                 operation['name'].split('-')[0] + '-get', name)


HEADER_TEXT = Header()
SPECIFICATION = Spec()
KEYS = {
    'vni': re.search(r'"key" names.*?\n \*\n', HEADER_TEXT.text, re.S).group(0),
    'session': dict(HEADER_TEXT.documented('vxm_cmd'))['VXM_CMD_SESSION_DEL'],
}

if __name__ == '__main__':
    RUNNER = TAPTestRunner()
    RUNNER.set_stream(True)
    RUNNER.set_format('{short_description}')
    unittest.main(testRunner=RUNNER)
