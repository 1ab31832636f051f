#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# What vxmirrorctl does before anything is sent to the kernel: taking commands apart, refusing those that
# make no sense, helping, reading a batch. And whether its manual has all of it. No module is needed.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tool;

my $no_module = q{the vxmirror kernel module is not loaded and could not be loaded: } .
	q{the kernel knows no netlink family 'vxmirror'; try 'modprobe vxmirror' as root, which says why};
my $options = 'expected -j, -p, -s, -n, -b, --help or --version';

# The tool refuses these words with this line on standard error, and says nothing else.
sub refused {
	my ($code, $words, $line, $input) = @_;
	my @words = ref $words ? @$words : split ' ', $words;
	my ($got, $out, $err) = run($input // '', @words);
	my $name = join ' ', map { length > 60 ? substr($_, 0, 57) . '...' : $_ } @words;
	$name =~ s/[^ -~]/?/g;
	is("[$got] $out$err", "[$code] vxmirrorctl: $line\n", "refused: $name");
}

sub usage { return refused(2, @_) }

my $addable = 'dev, vni, session, filter or rule';
my $settings = 'vlan, snaplen, repair, sources, filter or dedup';

subtest 'verbs and objects' => sub {
	usage('ad', q{unknown word 'ad': expected add, set, del, clear, show, monitor, import or help});
	usage('vni', q{unknown word 'vni': expected add, set, del, clear, show, monitor, import or help});
	usage([''], q{unknown word '': expected add, set, del, clear, show, monitor, import or help});
	usage('add', "add: $addable is missing");
	usage('add v 1', "add: unknown word 'v': expected $addable");
	usage('add unknown', "add: unknown word 'unknown': expected $addable");
	usage('set', 'set: dev, vni, port, session, dedup or limits is missing');
	usage('set limit', q{set: unknown word 'limit': expected dev, vni, port, session, dedup or limits});
	usage('del', "del: $addable is missing");
	usage('del unknown', "del: unknown word 'unknown': expected $addable");
	usage('clear', 'clear: unknown is missing');
	usage('clear session', q{clear: unknown word 'session': expected unknown});
	usage('show', 'show: dev, vni, port, session, filter, dedup, unknown, causes or limits is missing');
	usage('show vnis', q{show: unknown word 'vnis': expected dev, vni, port, session, filter, dedup, unknown, causes or limits});
	usage('monitor causes', q{monitor: unknown word 'causes': expected dev, vni, port, session, filter, dedup or unknown});
	usage('monitor vni dev vni', q{monitor: 'vni' is given twice});
};

subtest 'words' => sub {
	usage('add dev', 'add dev: NAME is missing');
	usage('add dev a mtu', 'add dev a: mtu N: the value is missing');
	usage('add dev a mtu 1500 mtu 1500', q{add dev a: 'mtu' is given twice});
	usage('add dev a up', q{add dev a: unknown word 'up': expected mtu});
	usage('add dev a mtu 1500 up', q{add dev a: unknown word 'up': expected nothing more});
	usage('add vni', 'add vni: VNIS is missing');
	usage('add vni 1', 'add vni 1: dev NAME is missing');
	usage('add vni 1 port 4789', 'add vni 1: dev NAME is missing');
	usage('add vni 1 dev', 'add vni 1: dev NAME: the value is missing');
	usage('add vni 1 dev a dev b', q{add vni 1: 'dev' is given twice});
	usage('add vni 1 d a', "add vni 1: unknown word 'd': expected port, dev, $settings");
	usage('add vni 1 dev a p 1', "add vni 1: unknown word 'p': expected port, $settings");
	usage('add vni 1 dev a name web1', "add vni 1: unknown word 'name': expected port, $settings");
	usage('set dev a', 'set dev a: nothing to change: mtu, up or down is missing');
	usage('set dev a up down', q{set dev a: 'up' and 'down' exclude each other});
	usage('set dev a up up', q{set dev a: 'up' is given twice});
	usage('set vni 1', "set vni 1: nothing to change: dev, $settings is missing");
	usage('set vni 1 port 4790', "set vni 1: nothing to change: dev, $settings is missing");
	usage('set port', 'set port: P is missing');
	usage('set port 4789', 'set port 4789: front auto|socket is missing');
	usage('set port 4789 front', 'set port 4789: front auto|socket: the value is missing');
	usage("set port 4789 front $_", "set port 4789: front '$_': expected auto or socket")
		for 'early', 'Auto', 'aut', 'sockets', 0, 1;
	usage(['set', 'port', '4789', 'front', ''], q{set port 4789: front '': expected auto or socket});
	usage('set port 4789 socket', q{set port 4789: unknown word 'socket': expected front});
	usage('set port 4789 front auto front socket', q{set port 4789: 'front' is given twice});
	usage('set port 4789 front auto vni 1', q{set port 4789: unknown word 'vni': expected nothing more});
	usage('add port 4789', "add: unknown word 'port': expected $addable");
	usage('del port 4789', "del: unknown word 'port': expected $addable");
	usage('set limits', 'set limits: nothing to change: vnis, ports, sessions, memory or idle is missing');
	usage('set limits idle', 'set limits: idle SECONDS: the value is missing');
	usage('set limits memory', 'set limits: memory BYTES: the value is missing');
	usage('del dev a forced', q{del dev a: unknown word 'forced': expected force});
	usage('del dev a force force', q{del dev a: 'force' is given twice});
	usage('del vni 1 dev a', q{del vni 1: unknown word 'dev': expected port});
	usage('del session', 'del session: vni N is missing');
	usage('del session vni 1', 'del session vni 1: source ADDR is missing');
	usage('del session source 10.0.0.1', 'del session source 10.0.0.1: vni N is missing');
	usage('clear unknown 5', q{clear unknown: unknown word '5': expected nothing more});
	usage('show dev a b', q{show dev a: unknown word 'b': expected nothing more});
	usage('show vni prt 1', q{show vni: unknown word 'prt': expected VNIS, port or dev});
	usage('show vni 1 prt 1', q{show vni 1: unknown word 'prt': expected port or dev});
	usage('show port 4789 vni 1', q{show port 4789: unknown word 'vni': expected nothing more});
	usage('show session 1', q{show session: unknown word '1': expected vni, source or port});
	usage('show causes all', q{show causes: unknown word 'all': expected nothing more});
};

subtest 'filters and rules' => sub {
	my $rule = 'add rule filter web number 1 direction egress';
	usage('add filter', 'add filter: NAME is missing');
	usage('add filter web rules', q{add filter web: unknown word 'rules': expected nothing more});
	usage("$_ filter none", "$_ filter: 'none' cannot be a filter's name: it stands for no filter") for 'add', 'del', 'show';
	usage(['add', 'filter', ''], q{add filter: the filter's name is empty});
	usage('add filter ' . 'a' x 32, 'add filter: filter name \'' . 'a' x 32 . q{' is longer than 31 characters});
	usage(['add', 'filter', $_], "add filter: filter name '$_': expected letters, digits, '_', '-' and '.', the first a letter or digit")
		for '_a', '.a', 'a b', 'a/b', 'a,b', 'a#';
	usage('set filter web', q{set: unknown word 'filter': expected dev, vni, port, session, dedup or limits});
	usage('set dedup', 'set dedup: GROUP is missing');
	usage('set dedup pair', 'set dedup pair: window MS is missing');
	usage('set dedup none window 100', q{set dedup: 'none' cannot be a dedup group's name: it stands for no dedup group});
	usage('add vni 1 dev a dedup -', q{add vni 1: dedup group name '-': expected letters, digits, '_', '-' and '.', the first a letter or digit});
	usage('add rule web', q{add rule: unknown word 'web': expected filter, number, direction, action, } .
	      'protocol, source, destination, source-port, destination-port, amazon-dns or resolver');
	usage('add rule number 1', 'add rule number 1: filter NAME is missing');
	usage('add rule filter none number 1', q{add rule: 'none' cannot be a filter's name: it stands for no filter});
	usage('add rule filter web', 'add rule filter web: number N is missing');
	usage('add rule filter web number 1', 'add rule filter web number 1: direction ingress|egress is missing');
	usage($rule, "$rule: action accept|reject is missing");
	usage("add rule filter web number $_", "add rule filter web: number $_ is not in 1-32766") for 0, 32767, 65537;
	usage('add rule filter web number any', q{add rule filter web: number 'any' is not a number});
	usage("$rule action $_", "$rule: action '$_': expected accept or reject") for 'drop', 'Accept', 0;
	usage('add rule filter web number 1 direction in', q{add rule filter web number 1: direction 'in': expected ingress or egress});
	usage('del rule filter web number 1', 'del rule filter web number 1: direction ingress|egress is missing');
	usage('del rule filter web number 1 direction egress action accept',
	      q{del rule filter web number 1 direction egress: unknown word 'action': expected nothing more});

	$rule .= ' action accept';
	my $name = $rule =~ s/ action accept//r;
	my $network = 'is not a network such as 10.0.0.0/8 or 2001:db8::/32';
	usage("$rule protocol $_", "$name: protocol $_ is not in 0-255") for 256, 4294967297;
	usage("$rule protocol $_", "$name: protocol '$_' is not a number") for '6x', '0x6';
	usage("$rule protocol $_", "$name: protocol '$_' is not a number, or a name that /etc/protocols has") for 'web', '-1';
	usage("$rule protocol ip", "$name: protocol 'ip' is no protocol inside of IP: leave it out for all of them");
	for my $word ('source', 'destination') {
		usage([split(' ', $rule), $word, $_], "$name: $word '$_' $network")
			for '', 'any', '10.0/8', '10.0.0.256/8', '/8', 'localhost/8', '10.0.0.0,8', '2001:db8:::/32', '1' x 50;
		usage("$rule $word 10.0.0.1", "$name: $word '10.0.0.1' has no length: that one address is 10.0.0.1/32");
		usage("$rule $word 2001:db8::1", "$name: $word '2001:db8::1' has no length: that one address is 2001:db8::1/128");
		usage("$rule $word $_", "$name: $word '$_': the length is not a number in 0-32")
			for '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/255.0.0.0', '10.0.0.0/-1', '10.0.0.0/8/8';
		usage("$rule $word 2001:db8::/129", "$name: $word '2001:db8::/129': the length is not a number in 0-128");
		my %bits = ('10.1.2.3/8' => '10.0.0.0/8', '255.255.255.255/0' => '0.0.0.0/0', '10.0.0.1/31' => '10.0.0.0/31',
			    '10.0.255.0/23' => '10.0.254.0/23', '10.0.0.128/24' => '10.0.0.0/24', '2001:db8::1/32' => '2001:db8::/32',
			    '2001:db8:ffff::/33' => '2001:db8:8000::/33', '::1/127' => '::/127', '::1/0' => '::/0');
		usage("$rule $word $_", "$name: $word $_ has bits set behind its length: the network is $bits{$_}") for sort keys %bits;
	}
	usage("$rule source 10.0.0.0/8 destination 2001:db8::/32",
	      "$name: 'source' and 'destination' are one IPv4 and one IPv6: no packet has both");
	for my $word ('source-port', 'destination-port') {
		my $ports = "$rule protocol tcp $word";
		usage("$ports $_", "$name: $word '$_' is not a number or a range") for '-', '1-', '-2', '1-2-3', 'http', '1,2', '1--2';
		usage("$ports $_", "$name: $word $_ is not in 0-65535") for 65536, '0-65536', 4294967297;
		usage("$ports 5-3", "$name: $word 5-3 runs backwards");
		usage("$rule$_ $word 53", "$name: '$word' goes with 'protocol tcp' or 'protocol udp' only") for '', ' protocol icmp', ' protocol 132';
		usage("$rule amazon-dns $word 53", "$name: 'amazon-dns' and '$word' exclude each other");
	}
	usage("$rule amazon-dns $_ 10.0.0.0/8", "$name: 'amazon-dns' and '$_' exclude each other") for 'source', 'destination';
	usage("$rule protocol udp amazon-dns", "$name: 'amazon-dns' and 'protocol' exclude each other");
	usage("$rule resolver 10.0.0.2", "$name: 'resolver' goes with 'amazon-dns' only");
	usage("$rule amazon-dns resolver $_", "$name: resolver '$_' is not an IPv4 or IPv6 address") for 'any', '10.0.0.2/32';
};

subtest 'settings of VNI entries' => sub {
	usage("set vni 1 vlan $_", "set vni 1: vlan $_ is not in 0-4094") for 4095, '1-4095', 70000;
	usage("set vni 1 vlan $_", "set vni 1: vlan '$_' is not a number or a range") for 'any', '1-', 'None';
	usage('set vni 1-9 vlan 0-8', 'set vni 1-9: vlan 0-8: 0 is no tag, a range begins at 1');
	usage("add vni $_ dev a vlan 11-12", "add vni $_: vlan 11-12: a range of tags needs one range of as many VNIs") for '1,2', 'any', '1-2,5';
	usage('set vni 1-3 vlan 11-12', 'set vni 1-3: vlan 11-12: these are 2 tags for 3 VNIs, each needs its own');
	usage('set vni 1 vlan 11-12', 'set vni 1: vlan 11-12: these are 2 tags for 1 VNI, each needs its own');
	usage('set vni 1 snaplen all', q{set vni 1: snaplen 'all' is not a number});
	usage("set vni 1 repair $_", "set vni 1: repair '$_': expected off or on") for 'yes', 1, 'On', 'none';
	usage("set vni 1 sources $_", "set vni 1: sources '$_': expected any or listed") for 'all', 'none', 'list';
	usage('set vni 1 filter a/b', q{set vni 1: filter name 'a/b': expected letters, digits, '_', '-' and '.', the first a letter or digit});
	usage('set vni 1 filter', 'set vni 1: filter NAME|none: the value is missing');
	usage('add vni 1 dev a filter web filter web', q{add vni 1: 'filter' is given twice});
};

subtest 'sessions by hand' => sub {
	my $key = 'session vni 1 source 10.0.1.5';
	usage('add session', 'add session: vni N is missing');
	usage('add session vni 1', 'add session vni 1: source ADDR is missing');
	usage('add session vni 1-2 source 10.0.1.5', q{add session: vni '1-2' is not a number});
	usage("set $key port 4790", "set $key port 4790: nothing to change: name, mac, snaplen, filter or action is missing");
	usage("add $key vlan 5", "add $key: unknown word 'vlan': expected port, name, mac, snaplen, filter or action");
	usage("del $key name web1", "del $key: unknown word 'name': expected port");
	usage("show session vni 1 web1", q{show session vni 1: unknown word 'web1': expected source or port});
	usage(['add', split(' ', $key), 'name', ''], "add $key: the name is empty: 'none' takes it away");
	usage(['add', split(' ', $key), 'name', 'web 1'], "add $key: name 'web 1' holds a blank");
	usage(['add', split(' ', $key), 'name', "web\e"], "add $key: name 'web?' holds what is no printable ASCII character");
	usage(['add', split(' ', $key), 'name', "caf\xc3\xa9"], "add $key: name 'caf\xc3\xa9' holds what is no printable ASCII character");
	usage("add $key name #1", "add $key: name '#1' begins with '#', as a comment does");
	usage("add $key name " . 'n' x 64, "add $key: name '" . 'n' x 64 . q{' is longer than 63 characters});
	usage(['add', split(' ', $key), 'mac', $_], "add $key: mac '$_' is not a MAC address such as 0a:1b:2c:3d:4e:5f")
		for '', 'any', '0a1b2c3d4e5f', '0a:1b:2c:3d:4e', '0a:1b:2c:3d:4e:5f:60', '0a-1b-2c-3d-4e-5f', '0a:1b:2c:3d:4e:5g', 'a:1b:2c:3d:4e:5f', '0x:1b:2c:3d:4e:5f';
	usage("add $key mac $_", "add $key: mac $_ is the address of a group, not of an interface") for '01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff';
	usage("add $key mac 00:00:00:00:00:00", "add $key: mac 00:00:00:00:00:00 is no interface's address: 'none' takes it away");
	usage("add $key action drop", "add $key: action 'drop': expected accept or reject");
};

subtest 'VNIs' => sub {
	my $what = q{is not a VNI, a range such as 9-12, or 'any'};
	for my $bad ('1-', '-1', '-', '1--2', '1-2-3', 'abc', '0x10', '1.5', '+1', ' 1', '1 ', '1x', 'any1', 'Any', '*') {
		usage(['add', 'vni', $bad, 'dev', 'a'], "add vni: '$bad' $what");
		usage(['add', 'vni', "7,$bad", 'dev', 'a'], "add vni: '$bad' $what");
	}
	usage(['add', 'vni', $_, 'dev', 'a'], "add vni: the VNI list '$_' has an empty element")
		for '', ',', ',1', '1,', '1,,2';
	usage("add vni $_ dev a", q{add vni: 'any' cannot be part of a list}) for 'any,1', '1,any', 'any,any';
	usage("add vni $_ dev a", "add vni: VNI $_ is not in 0-16777215")
		for 16777216, 4294967296, 4294967297, '18446744073709551616', '9' x 40;
	usage('add vni 5-16777216 dev a', 'add vni: VNI 16777216 is not in 0-16777215');
	usage('add vni 5-3 dev a', q{add vni: the range '5-3' runs backwards});
	usage('add vni 1,5,1 dev a', 'add vni: VNI 1 is in the list twice');
	usage('add vni 10-20,15 dev a', 'add vni: VNI 15 is in the list twice');
	usage('add vni 15-30,1,10-15 dev a', 'add vni: VNI 15 is in the list twice');
	usage('set vni 5-3 dev a', q{set vni: the range '5-3' runs backwards});
	usage('del vni x', "del vni: 'x' $what");
	usage('show vni 5-3', q{show vni: the range '5-3' runs backwards});
	usage('show session vni 5-6', q{show session: vni '5-6' is not a number});
	usage('del session vni any source 10.0.0.1', q{del session: vni 'any' is not a number});
};

subtest 'device names' => sub {
	my $long = 'abcdefghijklmnop';
	usage("add dev $long", "add dev: device name '$long' is longer than 15 characters");
	usage("add vni 1 dev $long", "add vni 1: device name '$long' is longer than 15 characters");
	usage(['add', 'dev', ''], 'add dev: the device name is empty');
	usage("add dev $_", "add dev: '$_' cannot be a device name") for '.', '..';
	usage("add dev a${_}b", "add dev: device name 'a${_}b' holds a '$_'") for '/', ':', '%';
	usage(['add', 'dev', 'a b'], q{add dev: device name 'a b' holds a blank});
	usage(['add', 'dev', "a\nb"], q{add dev: device name 'a?b' holds a blank});
	usage("$_ dev a/b up", "$_ dev: device name 'a/b' holds a '/'") for 'set', 'del', 'show';
};

subtest 'numbers and addresses' => sub {
	usage("add vni 1 dev a port $_", "add vni 1: port $_ is not in 1-65535") for 0, 65536, 4294967297;
	usage(['add', 'vni', '1', 'dev', 'a', 'port', $_], "add vni 1: port '$_' is not a number")
		for '', '+1', '-1', '1x', '0x12b5', ' 1', '1 ', 'vxlan';
	usage("$_ port 65536", "$_ port: port 65536 is not in 1-65535") for 'set', 'show';
	usage('set port 0 front auto', 'set port: port 0 is not in 1-65535');
	usage('set port front auto', q{set port: port 'front' is not a number});
	usage('show port any', q{show port: port 'any' is not a number});
	usage('show port 4789,4790', q{show port: port '4789,4790' is not a number});
	usage('add dev a mtu 9k', q{add dev a: mtu '9k' is not a number});
	usage('set dev a mtu 4294967296', 'set dev a: mtu 4294967296 is not in 0-4294967295');
	usage('set limits idle 1h', q{set limits: idle '1h' is not a number});
	usage('show session vni 16777216', 'show session: vni 16777216 is not in 0-16777215');
	usage("show session source $_", "show session: source '$_' is not an IPv4 or IPv6 address")
		for '10.0.0', '10.0.0.256', '10.0.0.1/32', 'localhost', 'fe80::1%eth0', ':::', '2001:db8::1::2';
};

subtest 'options' => sub {
	usage("-$_", "unknown option '-$_': $options") for 'x', 'V';
	usage('-jx show vni', "unknown option '-x': $options");
	usage($_, "unknown option '$_': $options") for '--hel', '--json', '--help=x', '--version1';
	usage('show vni -q', "unknown option '-q': $options");
	usage('-n', q{option '-n': the value is missing});
	usage(['-n', '', 'show', 'vni'], q{option '-n': the value is missing});
	usage('-n a -n b show vni', q{option '-n' is given twice});
	usage('-b', q{option '-b': the value is missing});
	usage('-jb', q{option '-b': the value is missing});
	usage('-b - -b -', q{option '-b' is given twice});
	usage('-b - show vni', q{option '-b' takes the commands from a file: unknown word 'show'});
	usage('-- -j', q{unknown word '-j': expected add, set, del, clear, show, monitor, import or help});
	usage('-jps show vnis', q{show: unknown word 'vnis': expected dev, vni, port, session, filter, dedup, unknown, causes or limits});
	usage('show vnis -j -p', q{show: unknown word 'vnis': expected dev, vni, port, session, filter, dedup, unknown, causes or limits});
	refused(1, "$_ show vni", '-n /nowhere: cannot open the network namespace: No such file or directory')
		for '-n /nowhere', '-n/nowhere', '-jn /nowhere', '-jsn/nowhere';
	refused(1, 'show vni -n no-such-namespace',
		'-n no-such-namespace: cannot open the network namespace: No such file or directory');
	refused(1, "-n $tool show vni", "-n $tool: cannot enter the network namespace: Invalid argument");
};

subtest 'batch' => sub {
	my $none = '; nothing has been changed';
	usage('-b -', "-:1: add vni 1: dev NAME is missing$none", "add vni 1\n");
	usage('-b -', "-:7: add vni: 'x' is not a VNI, a range such as 9-12, or 'any'$none",
	      "# first\n\nadd vni 1 dev a\n  \t\nadd vni 2 dev a # two\n#add vni z dev a\n\tadd  vni\tx dev a\nadd vni y dev a\n");
	usage('-b -', "-:2: show: dev, vni, port, session, filter, dedup, unknown, causes or limits is missing$none", "show vni\nshow # vni\n");
	usage('-b -', "-:1: add dev a: unknown word '\"b\"': expected mtu$none", "add dev a \"b\"\n");
	usage('-b -', "-:1: unknown word '-j': expected add, set, del, clear, show, monitor, import or help$none", "-j show vni\n");
	usage('-b -', "-:1: monitor: it never ends, so it cannot stand in a batch$none", "monitor\n");
	usage('-b -', "-:1: unknown word 'help': expected add, set, del, clear, show, monitor, import or help$none", "help\n");
	usage('-b -', "-:1: the line holds a zero byte$none", "add vni 1 dev a\0b\n");
	usage('-b -', "-:1: add dev: device name 'a#b#c#d#e#f#g#h#' is longer than 15 characters$none",
	      'add dev a#b#c#d#e#f#g#h#');
	usage('-b -', "-:20001: add vni: the range '2-1' runs backwards$none", "add vni 1 dev a\n" x 20000 . "add vni 2-1 dev a\n");

	open my $file, '>', "$dir/batch" or die $!;
	print $file "add dev a\r\nadd dev b c\r\n";
	close $file or die $!;
	usage("-b $dir/batch", "$dir/batch:2: add dev b: unknown word 'c': expected mtu$none");
	usage("-b$dir/batch", "$dir/batch:2: add dev b: unknown word 'c': expected mtu$none");
	refused(1, '-b /nowhere', 'cannot open /nowhere: No such file or directory');
	refused(1, "-b $dir", "cannot read $dir: Is a directory");
	is(join('', map { $_ // '' } run("# nothing\n\n", '-b', '-')), '0', 'a batch without commands does nothing');
};

subtest 'one line, whatever the words are' => sub {
	usage(['set', 'port', 1, 'front', "\e[31m"], q{set port 1: front '?[31m': expected auto or socket});
	usage(["a\e[31m\nb\t"], q{unknown word 'a?[31m?b?': expected add, set, del, clear, show, monitor, import or help});
	my ($code, $out, $err) = run('', 'add', 'vni', '9' x 100_000, 'dev', 'a');
	is($code, 2, 'a number of 100,000 digits is refused');
	is($err =~ tr/\n//, 1, 'with one line');
	cmp_ok(length $err, '<', 2000, 'of bounded length');
	($code, $out, $err) = run('', 'add', 'vni', join(',', map { 2 * $_ } 0 .. 10_000), 'dev');
	is($code, 2, 'a list of 10,001 VNIs without a device is refused');
	like($err, qr/^vxmirrorctl: add vni 0,2,4,6[0-9,]*\.\.\.: dev NAME: the value is missing\n\z/, 'under a short name');
};

subtest 'without the module' => sub {
	plan(skip_all => 'the module is loaded here') if -e '/sys/module/vxmirror';
	my ($code, $out, $err) = run('', 'show', 'vni');
	plan(skip_all => 'there is no netlink here') if $err =~ /cannot open/;
	plan(skip_all => 'the module can be loaded here') if -e '/sys/module/vxmirror';
	refused(1, $_, $no_module)
		for '', 'show vni', '-j show dev', 'show vni -jps', 'monitor', 'add dev a', 'del dev a force',
		    'add vni 0,5-5,16777215 dev abcdefghijklmno port 65535', 'show vni any', 'set dev a down mtu 1500',
		    'set limits vnis 1 ports 1 sessions 1 memory 1 idle 1', 'del session source ::1 port 1 vni 0',
		    'add filter ' . 'a' x 31, 'add filter 0-._', 'del filter f', 'show filter', 'show filter f', 'monitor filter',
		    'del rule filter f number 32766 direction egress', 'add rule filter f number 1 direction ingress action accept',
		    'add rule action reject direction egress number 1 filter f source 0.0.0.0/0 destination 10.0.0.1/32 protocol 0',
		    'add rule filter f number 1 direction ingress action accept source ::/0 destination ::1/128 protocol 17 source-port 0-65535 destination-port 53',
		    'add rule filter f number 1 direction ingress action accept amazon-dns resolver fd00::2',
		    'add rule filter f number 1 direction ingress action accept protocol TCP',
		    'add rule filter f number 1 direction ingress action accept protocol hopopt',
		    'add vni 1-3 dev a vlan 11-13 snaplen 96 repair on sources listed filter f', 'set vni 1,5 vlan 7 repair off sources any',
		    'set vni 1 vlan none snaplen none filter none', 'set vni any vlan 0 snaplen 0', 'set vni 7 vlan 7-7',
		    'add session vni 1 source ::1', 'set session vni 1 source ::1 name none mac none filter none snaplen none action accept',
		    'add session mac 0A:1b:2c:3d:4e:5f name ' . 'n' x 63 . ' vni 1 source 10.0.0.1 port 1 filter f snaplen 96 action reject',
		    'show session', 'set port 1 front socket', 'show port', 'show port 65535', 'monitor port', 'show vni dev a port 1', 'clear unknown', 'add dev mtu mtu 1500', 'show dev -- -j';
	refused(1, '-b -', $no_module, "add dev a # and\nadd vni 1 dev a#b\n");
};

# --- help and manual --------------------------------------------------------------------------------

my ($help_code, $help, $help_err) = run('', '--help');
sub synopses { return $_[0] =~ s/\n    (?=[[])/ /gr =~ /^  ([a-z].+)$/mg }	# a long one goes on in the next lines
my @synopses = synopses($help);

subtest 'help' => sub {
	is("[$help_code] $help_err", '[0] ', '--help succeeds');
	is_deeply([grep { length > 80 } split /\n/, $help], [], 'no line is longer than 80 characters');
	is_deeply([grep { / $/ } split /\n/, $help], [], 'nor ends in a blank');
	cmp_ok(scalar @synopses, '>', 15, 'it has all commands');
	is((run('', @$_))[1], $help, "the same: @$_") for ['help'], ['-h'], ['help', 'help'], ['-j', '--help'], ['-b', '-', '-h'];
	for (grep { !/^help/ } @synopses) {
		my $synopsis = $_;
		my ($verb, $object) = /^(\w+)(?: (\w+))?/;
		my @path = grep { defined } $verb, $object;
		my ($code, $text) = run('', 'help', @path);
		is($code, 0, "help @path");
		is_deeply([synopses($text)], [$_], "it has that command alone");
		is((run('', @path, '--help'))[1], $text, "the same: @path --help");
		is((run('', @path, 'whatever', '-h'))[1], $text, "the same: @path whatever -h") if $object;
		ok((grep { $_ eq $synopsis } synopses((run('', $verb, '--help'))[1])), "$verb --help has it too");
	}
	usage('help ad', q{unknown word 'ad': expected add, set, del, clear, show, monitor, import or help});
	usage('help add v', "add: unknown word 'v': expected $addable");
	usage('ad --help', q{unknown word 'ad': expected add, set, del, clear, show, monitor, import or help});
	like(join('|', run('', '--version')), qr/^0\|vxmirrorctl [0-9.]+\n\|\z/, '--version');
	is(qx('$tool' --help 2>&1 >/dev/full) . ($? >> 8),
	   "vxmirrorctl: cannot write the output: No space left on device\n1", 'a full disk is an error');
	is(qx('$tool' --help 2>&1 >&-) . ($? >> 8),
	   "vxmirrorctl: cannot write the output: Bad file descriptor\n1", 'so is a closed output');
};

subtest 'manual' => sub {
	plan(skip_all => 'mandoc is not installed') if system('command -v mandoc >/dev/null') != 0;
	is(qx(mandoc -T lint -W warning tools/man/vxmirrorctl.8 2>&1), '', 'mandoc finds nothing');
	my $manual = qx(mandoc -T ascii -O width=1000 tools/man/vxmirrorctl.8);
	$manual =~ s/.\x08//g;
	for my $synopsis (@synopses) {
		(my $shown = $synopsis) =~ s/\[(dev\|vni.*)\]\.\.\./[$1 ...]/;
		like($manual, qr/^ *\Q$shown\E$/m, "it has '$synopsis'");
	}
	like($manual, qr/^ *$_/m, "it has the option $_") for $help =~ /^  (-\w)/mg;
	my %keys = map { $_ => 1 } map { slurp($_) =~ /^\t+\{ "(\w+)", /mg } map { "tools/$_.c" } qw(columns show overview);
	$keys{$_} = 1 for map { slurp($_) =~ /out_(?:number|string|put)\([\w>.-]+, "(\w+)"/g } glob 'tools/*.c';
	cmp_ok(scalar keys %keys, '>', 25, 'there are JSON keys');
	like($manual, qr/\b$_\b/, "it has the JSON key $_") for sort keys %keys;
};

done_testing();
