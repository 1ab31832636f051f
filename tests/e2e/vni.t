#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# VNI entries, the ports they take and the mirror devices they deliver to: how they come, what they do, and
# how they go.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(sum0);

# The entries there are: "port vni dev", in the order shown.
sub entries {
	return [map { "$_->{port} " . ($_->{vni_any} ? 'any' : join '-', grep { defined } @$_{'vni', 'vni_last'}) .
		      " $_->{dev}" } @{ ctl_json('show vni') }];
}

# Sends one packet; says which devices showed it.
sub shown {
	my ($words) = @_;
	my $before = counters();
	send_mirrored("$words frame-size 60");
	return join ' ', map { /^dev (\S+) delivered_packets$/ } keys %{ changes($before, counters()) };
}

# What a command that has to be refused says; nothing may be changed by it.
sub refused {
	my ($words, $message) = @_;
	my $before = entries();
	my ($code, $out, $err) = attempt("vxmirrorctl -n sensor $words");
	is($code, 1, "$words: refused");
	like($err, $message, "$words: the reason");
	is_deeply(entries(), $before, "$words: nothing changed");
}

sub has_module { return -d '/sys/module/vxmirror' }

topology();

# The module comes by itself.
sh('modprobe -r vxmirror');
ok(!has_module(), 'the module is not loaded');
sh('ip -n sensor link add zm0 type vxmirror');
ok(has_module(), 'ip link add loads it');
sh('modprobe -r vxmirror');
unlike(sh('ip -n sensor link'), qr/zm0/, 'mirror devices go with it');
ctl('add vni 1 dev zm0');
ok(has_module(), 'vxmirrorctl add loads it');

# What a mirror device is.
my $link = sh('ip -n sensor -d link show zm0');
like($link, qr/<NOARP,UP,LOWER_UP> mtu 9216 /, 'up, without ARP, MTU 9216');
like($link, qr/^\s+vxmirror .*numrxqueues 64 /m, 'of kind vxmirror, 64 receive queues');
is(sh("ip netns exec sensor sh -c 'ls -d /sys/class/net/zm0/queues/rx-* | wc -l'"), 64, 'in sysfs as well');
is(sh("ip netns exec sensor cat /sys/class/net/zm0/carrier"), 1, 'carrier on');
like(sh('ip netns exec sensor ethtool -i zm0'), qr/^driver: vxmirror$/m, 'ethtool -i');
is(sh('ip -n sensor address show dev zm0 | grep inet; true'), '', 'no addresses');
is(shown('vni 1'), 'zm0', 'one packet');
like(sh('ip netns exec sensor ethtool -S zm0'), qr/rx_packets: 1\s+rx_bytes: 60\s+tx_refused: 0$/, 'ethtool -S');
like(sh('ip -n sensor -s link show zm0'), qr/RX:.*\n\s+60\s+1\s+0\s+0\s/, 'ip -s link');
sh('ip -n sensor link add zm1 mtu 1500 type vxmirror');
is_deeply([map { "$_->{dev} $_->{mtu} " . ($_->{up} ? 'up' : 'down') } @{ ctl_json('show dev') }],
	  ['zm0 9216 up', 'zm1 1500 down'], 'made by ip link: a device like any other');
isnt((attempt('ip -n sensor link set zm0 mtu 1279'))[0], 0, 'no MTU at which IPv6 leaves the device');
ctl('set dev zm0 mtu 1280');
send_mirrored('vni 1 frame-size 8947');
is(ctl_json('show dev zm0')->[0]{delivered_bytes}, 9007, 'a frame beyond the MTU is shown');
ctl('set dev zm0 mtu 9216');
is(sh('ip -n sensor -6 address show dev zm0'), '', 'no IPv6 address comes with another MTU');

# A device with fewer queues than usual, on a machine that spreads its load: the queue must be one of them.
sh('ip -n sensor link add zm9 numrxqueues 2 type vxmirror');
sh("ip netns exec sensor sh -c 'echo 3 >/sys/class/net/zm9/queues/rx-0/rps_cpus'");
ctl('add vni 900 dev zm9');
send_mirrored('vni 900 frame-size 60 count 20');
ok(wait_for(sub { ctl_json('show dev zm9')->[0]{delivered_packets} == 20 }), 'a device with two receive queues');
ctl('del dev zm9 force');

# The most exact entry wins.
ctl('add vni 1-10 dev zm1');
ctl('add vni any dev zm2');
is_deeply(entries(), ['4789 1 zm0', '4789 1-10 zm1', '4789 any zm2'], 'a number, a range and any');
is(shown('vni 1'), 'zm0', 'number before range');
is(shown("vni $_"), 'zm1', "$_: range before any") for 2, 10;
is(shown("vni $_"), 'zm2', "$_: any") for 0, 11, 16777215;
ctl('del vni 1');
is(shown('vni 1'), 'zm1', 'without the number: range');
ctl('set vni 1-10 dev zm0');
is(shown('vni 1'), 'zm0', 'the range set to another device');

# Words are kept as they were given.
refused('add vni 5-15 dev zm0', qr/5-15.*overlap/);
refused('add vni 10-20 dev zm0', qr/10-20.*overlap/);
refused('add vni 1-10 dev zm0', qr/1-10.*exists/);
refused('add vni any dev zm0', qr/any.*exists/);
refused('add vni 20,21,5-6,22 dev zm0', qr/5-6.*overlap/);
refused('del vni 5', qr/no such/);
refused('del vni 1-9', qr/no such/);
refused('set vni 3 dev zm1', qr/no such/);
ctl('add vni 11-20,0,21 dev zm1');
is_deeply(entries(), ['4789 0 zm1', '4789 21 zm1', '4789 1-10 zm0', '4789 11-20 zm1', '4789 any zm2'],
	  'a list is several entries, neighbours do not overlap');
ctl('del vni 0,21,11-20');
ctl('del vni any');
is_deeply(entries(), ['4789 1-10 zm0'], 'and can be deleted as one');
is(shown('vni 11'), '', 'what no entry covers is not shown');

# Ports.
ctl('add vni 1 dev zm1 port 4790');
is(shown('vni 1 dport 4790'), 'zm1', 'the same VNI on another port is another entry');
is(shown('vni 1'), 'zm0', 'and leaves the first alone');
is(free_port('sensor', 4789) . free_port('sensor', 4790), '', 'both ports are taken');
ctl('del vni 1 port 4790');
is(free_port('sensor', 4790), '4 6', 'the last entry of a port frees it');
sh('ip -n sensor link del zm0');
is_deeply(entries(), [], 'ip link del takes the entries of the device along');
is(free_port('sensor', 4789), '4 6', 'and frees their port');

sh('ip -n sensor link add vxlan0 type vxlan id 9 dstport 4789 && ip -n sensor link set vxlan0 up');
refused('add vni 1 dev zm5', qr/4789.*vxlan/);
unlike(sh('ip -n sensor link'), qr/zm5/, 'no device is left half made');
sh('ip -n sensor link del vxlan0');
my $holder = start(q{ip netns exec sensor perl -MSocket=:all -e 'socket(S, AF_INET6, SOCK_DGRAM, 0); } .
		   q{setsockopt S, IPPROTO_IPV6, IPV6_V6ONLY, 1; bind S, pack_sockaddr_in6(4789, "\0" x 16) or die; } .
		   q{$| = 1; print "bound\n"; sleep 100'});
wait_for(sub { output($holder) =~ /bound/ }) or die errors($holder);
refused('add vni 1 dev zm5', qr/4789/);
is(free_port('sensor', 4789), '4', 'a port taken on IPv6 only: IPv4 is given back');
stop($holder);

# Deleting a device.
ctl('add vni 1,2 dev zm5');
refused('del dev zm5', qr/zm5.*force/);
ctl('del dev zm5 force');
is_deeply(entries(), [], 'del dev force takes the entries along');
ctl('add dev zm5');
ctl('del dev zm5');
unlike(sh('ip -n sensor link'), qr/zm5/, 'del dev');

# Changes lose nothing and count nothing twice.
ctl('add vni any dev zm1');
my $before = counters();
my $sender = start('ip netns exec client send dev m0 dmac ' . U0_MAC .
		   ' src 192.0.2.1 dst 192.0.2.2 vni 7 count 30000 frame-size 60');
my $changes = 'vxmirrorctl -n sensor -b ' . save('changes', <<'END' x 10);
add vni 7 dev zm2
set vni any dev zm2
del vni 7
set vni any dev zm1
add vni 0-99 dev zm1
del vni 0-99
END
my $rounds = 0;
until (ended($sender)) {
	sh($changes);
	$rounds++;
}
cmp_ok($rounds, '>', 1, 'packets came all the time');
my $change = changes($before, counters());
is(sum0(map { $change->{"dev $_ delivered_packets"} // 0 } 'zm1', 'zm2'), 30000,
   'entries changed under traffic: every packet delivered once');
is_deeply([grep { /^cause/ } keys %$change], [], 'and none for any cause');

done_testing;
