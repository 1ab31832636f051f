#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# vxmirrorctl: what it refuses, in which words and with which exit code, without changing anything; and the
# forms of its answers.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

my $batch = save('state', "show dev\nshow vni\nshow port\nshow limits\n");

# All that can be configured, as one text, and all interfaces.
sub state {
	my @dev = sh('ip -n sensor -o link') =~ /^\d+: (\S+):/mg;
	return ctl("-j -b $batch") . "\n@dev";
}

my $state;

sub unchanged {
	my ($what) = @_;
	my $now = state();
	is($now, $state, "$what: nothing changed");
	$state = $now;
}

# A command that fails: its exit code, one line on standard error, nothing on standard output.
sub fails {
	my ($code, $words, $message) = @_;
	my @got = attempt($words =~ /^-n/ ? "vxmirrorctl $words" : "vxmirrorctl -n sensor $words");
	my @lines = split /\n/, $got[2];
	ok($got[0] == $code && $got[1] eq '' && @lines == 1 && $lines[0] =~ /^vxmirrorctl: / && $lines[0] =~ $message,
	   ($words =~ s/\n/ /r) . ": $code, " . ($lines[0] // 'and says nothing'))
		or diag("expected $code and $message, got $got[0] and\n$got[1]$got[2]");
}

# The same for one that the kernel refuses.
sub refused {
	my ($words, $message) = @_;
	fails(1, $words, $message);
	unchanged($words);
}

topology();
sh('ip -n sensor link add eth9 type dummy');
sh('ip -n sensor link add vxlan0 type vxlan id 9 dstport 4800 && ip -n sensor link set vxlan0 up');
ctl('add vni 1,10-19 dev zmirror0');
ctl('add vni any dev zmirror0 port 4790');
$state = state();

# Numbers, ranges and lists.
fails(2, "add vni $_ dev zm1", qr/\Q$_\E/)
	for '16777216', '1-', '-3', '5-3', '1,,2', '1,', '1-2-3', 'one', '0x10', '99999999999999999999', '4294967297';
fails(2, "add vni $_ dev zm1", qr/any.*list/) for 'any,1', '1,any';
fails(2, 'add vni 1,1 dev zm1', qr/VNI 1 .*twice/);
fails(2, 'add vni 5-9,7 dev zm1', qr/VNI 7 .*twice/);
fails(2, "add vni '' dev zm1", qr/vni/);
fails(2, "add vni 2 dev zm1 port $_", qr/\Q$_\E/) for 0, 65536, -1, 'http';
fails(2, "add vni 2 dev $_", qr/\Q$_\E/) for 'sixteen-letters-', 'a/b', '..';
fails(2, "add dev zm1 mtu $_", qr/\Q$_\E/) for 'x', 4294967296;
fails(2, "set limits idle x", qr/x/);
fails(2, "del session vni 1 source $_", qr/\Q$_\E/) for '192.0.2', '192.0.2.256', 'fe80::1::2', 'host';

# Words.
fails(2, $_, qr/\S/) for
	'add', 'add vni', 'add vni 2', 'add vni 2 dev', 'add vni 2 zm1', 'add vni 2 dev zm1 port', 'add rule 1',
	'add vni 2 dev zm1 dev zm2', 'add vni 2 dev zm1 port 1 port 2', 'add vni 2 dev zm1 extra', 'ad vni 2 dev zm1',
	'add vn 2 dev zm1', 'del', 'del vni', 'del dev', 'set', 'set vni 1', 'set dev zmirror0', 'set limits', 'show vnis',
	'set port', 'set port 4789', 'set port 4789 front', 'set port 4789 front early', 'set port 4789 auto', 'set port front auto',
	'del port 4789', 'show port 4789 4790', 'show port any', 'set dev zmirror0 up down', 'monitor rain', 'clear', 'del session vni 1', 'del vni 1 force', '-x show vni';
fails(2, $_, qr/\S/) for 'add vni 2 dev "z m"', "add vni 2 dev 'z\nm'", 'add vni 2 dev ""';

unchanged('words that make no sense');

# What the kernel refuses.
refused('add vni 1 dev zmirror0', qr/vni 1: .*exists/);
refused('add vni any dev zmirror0 port 4790', qr/any.*exists/);
refused('add vni 2,1,3 dev zm1', qr/vni 1: .*exists.*removed again/);
refused('add vni 15 dev zmirror0 port 4800', qr/4800.*vxlan/);
refused('add vni 2 dev eth9', qr/eth9/);
refused('add dev zmirror0', qr/zmirror0.*exists/);
refused('add dev eth9', qr/eth9.*exists/);
refused('add dev zm1 mtu 1279', qr/mtu/);
refused('add dev zm1 mtu 65536', qr/mtu/);
refused('del vni 5', qr/vni 5: .*no such/);
refused('del vni 10', qr/vni 10: .*no such/);
refused('del vni 1,5', qr/vni 5.*none.*removed/);
refused('del vni 1 port 4791', qr/no such/);
refused('del dev zm1', qr/zm1/);
refused('del dev eth9', qr/eth9/);
refused('del dev zmirror0', qr/force/);
refused('set dev zm1 up', qr/zm1/);
refused('set dev eth9 up', qr/eth9/);
refused('set vni 1 dev zm1', qr/zm1/);
refused('set vni 2 dev zmirror0', qr/no such/);
refused("set port $_ front socket", qr/port $_: .*no VNI entry/) for 4791, 4800;
refused('set limits vnis 65537', qr/vnis|65537/);
refused('set limits idle 0', qr/idle/);
refused('del session vni 1 source 192.0.2.1', qr/192\.0\.2\.1|no such/);
refused('show vni 2', qr/vni 2/);
refused('show dev zm1', qr/zm1/);
refused('show port 4791', qr/port 4791: .*no VNI entry/);
refused('-n no-such-netns show vni', qr/no-such-netns/);

# Batches.
my @lines = map { "add vni " . (20 + $_) . ' dev zmirror0' } 1 .. 6;
my $bad = save('bad', join "\n", '# seven lines', @lines[0 .. 4], 'add vni 16777216 dev zmirror0', @lines);
fails(2, "-b $bad", qr/bad:7: .*16777216/);
refused('-b no-such-file', qr/no-such-file/);
my $refused = save('refused', join "\n", @lines, 'add vni 1 dev zmirror0', 'add vni 99 dev zmirror0', '');
my ($code, $out, $err) = attempt("vxmirrorctl -n sensor -b $refused");
is($code, 1, 'a batch with an error in line 7');
like($err, qr/^vxmirrorctl: \S*refused:7: .*vni 1: .*exists.*\b6\b/, 'says line 7, and what has been done');
is((() = $err =~ /\n/g), 1, 'in one line');
is_deeply([map { $_->{vni} } grep { $_->{vni} > 19 } @{ ctl_json('show vni port 4789') }], [21 .. 26], 'and it has been');
sh("printf 'del vni 21\\n\\n# done\\n' | vxmirrorctl -n sensor -b -");
is_deeply([map { $_->{vni} } grep { $_->{vni} > 19 } @{ ctl_json('show vni port 4789') }], [22 .. 26], 'from standard input');
ctl('del vni 22,23,24,25,26');

# Who may not, and what is not there.
my $needs = qr/^vxmirrorctl: .*not permitted.*CAP_NET_ADMIN/;
for ('show vni', 'show port', 'show causes', 'add vni 2 dev zmirror0', 'set port 4789 front socket', 'monitor') {
	($code, undef, $err) = attempt("ip netns exec sensor setpriv --bounding-set -net_admin --inh-caps -net_admin vxmirrorctl $_");
	is($code, 1, "$_ without CAP_NET_ADMIN");
	like($err, $needs, 'which it says');
}
($code, undef, $err) = attempt('unshare -rn sh -c "ip link set lo up && vxmirrorctl add vni 2 dev zmirror0 && vxmirrorctl del vni 2"');
is($code, 0, "root of a user namespace may, in a network namespace of its own") or diag($err);
($code, undef, $err) = attempt('unshare -rn vxmirrorctl set limits idle 5');
is($code, 1, 'but for the limits');
like($err, qr/^vxmirrorctl: .*root of the first user namespace/, 'which it says');

# Who reads a device is asked first.
my $reader = capture('sensor', 'zmirror0');
refused('del dev zmirror0', qr/zmirror0.*tcpdump.*$reader->{pid}|zmirror0.*$reader->{pid}.*tcpdump/);
ctl('add dev zm2');
stop($reader);
$reader = capture('sensor', 'zm2');
fails(1, 'del dev zm2', qr/zm2.*tcpdump/);
($code, undef, $err) = attempt("unshare -m sh -c 'mount -t tmpfs none /proc && vxmirrorctl -n sensor del dev zm2'");
is($code, 1, 'not removed either when nobody can tell who reads it');
like($err, qr/^vxmirrorctl: .*zm2.*\/proc\/net\/packet.*force/, 'which it says');
ctl('del dev zm2 force');
unlike(sh('ip -n sensor link'), qr/zm2/, 'force removes it all the same');
stop($reader);

# Answers.
send_mirrored('vni 1 frame-size 100');
send_mirrored('vni 7 frame-size 100');
ctl('add filter web');
ctl('set vni 1 filter web dedup pair');
for ('', map { "show $_" } qw(dev vni port session filter dedup unknown causes limits)) {
	my $what = $_ || 'the overview';
	my $answer = decode_json(ctl("-j -s $_"));
	ok(ref $answer eq ($_ ? 'ARRAY' : 'HASH') && %{ $_ ? $answer->[0] : $answer }, "$what is JSON");
	my $pretty = ctl("-j -p -s $_");
	like($pretty, qr/\n +"/, "$what: indented");
	is_deeply([sort keys %{ $_ ? decode_json($pretty)->[0] : decode_json($pretty) }],
		  [sort keys %{ $_ ? $answer->[0] : $answer }], "$what: indented, it holds the same");
	unlike(ctl($_), qr/[{}\[\]"]/, "$what as text");
}
ctl('set vni 1 filter none dedup none');
like(ctl('show vni'), qr/^4789 +10-19 +zmirror0$/m, 'a range as text');
unlike(ctl('-j show vni'), qr/packets/, 'no counters without -s');
is_deeply(ctl_json('show vni 1'), [{
	port => 4789, vni => 1, dev => 'zmirror0', ifindex => ctl_json('show dev zmirror0')->[0]{ifindex},
	received_packets => 1, received_bytes => 100, delivered_packets => 1, delivered_bytes => 100,
	truncated_packets => 0, repaired_packets => 0, unrepairable_packets => 0, undirected_packets => 0,
	unattributed_packets => 0, causes => [],
}], 'one entry, whole');
is_deeply(ctl_json('show port 4789'), [{
	port => 4789, front => 'auto', vnis => 2, early_packets => 0, socket_packets => 2,
}], 'one port, whole');
is(ctl('set port 4790 front socket'), '', 'a change says nothing');
is(ctl('set port 4790 front socket'), '', 'nor does one to what is so');
is_deeply([map { [@$_{qw(port front)}] } @{ ctl_json('show port') }], [[4789, 'auto'], [4790, 'socket']], 'all ports, by number');
like(ctl('show port'), qr/^PORT +FRONT +VNIS +EARLY +SOCKET\n4789 +auto +2 +0 +2\n4790 +socket +1 +0 +0$/, 'as text');
is(scalar @{ ctl_json('show vni dev zmirror0 port 4790') }, 1, 'entries of one port');
like(sh("vxmirrorctl -n /run/netns/sensor show vni"), qr/zmirror0/, '-n with a path');
like(sh("vxmirrorctl $_"), qr/vxmirrorctl|VNIS is/, $_) for '--help', 'add --help', 'help show', '--version';
($code) = attempt('vxmirrorctl -n sensor show vni >/dev/full');
is($code, 1, 'an answer that cannot be written');

# Without the module.
sh('modprobe -r vxmirror');
my $module = sh('modinfo -F filename vxmirror');
rename $module, "$module.away" or die "$module: $!\n";
($code, $out, $err) = attempt('vxmirrorctl -n sensor show vni');
rename "$module.away", $module or die "$module: $!\n";
is($code, 1, 'the module cannot be loaded');
like($err, qr/^vxmirrorctl: .*vxmirror kernel module.*could not be loaded.*\n\z/, 'which it says');
is(ctl('-j show vni'), '[]', 'and when it can, all is well');

done_testing;
