#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Mirror packets with made-up sources and VNIs, and as many VNI entries as there may be: every limit is reached and
# kept, memory is bounded, every packet is delivered or has a cause, and what counts under no session is counted so.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(sum0);

use constant {
	SESSIONS => 65_536,
	UNKNOWN => 1024,
	ENTRIES => 65_536,
	MEMORY => 16 << 20,
	SOURCES => 70_000,
	FLOOD => 20_000,
};

# Sources that the host takes: none is its own, a broadcast or a network's.
my $sources = 'src 10.1.0.1 sources ' . SOURCES;

sub limits { return { map { $_->{limit} => $_->{used} } @{ ctl_json('show limits') } } }

# A sum over all sessions; there are too many to take each apart.
sub session_packets {
	my $file = work_dir() . '/sessions';
	sh("vxmirrorctl -n sensor -j -s show session >$file");
	my ($sum, $count) = (0, 0);
	my $text = slurp($file);
	while ($text =~ /"received_packets": ?(\d+)/g) {
		$sum += $1;
		$count++;
	}
	return ($sum, $count);
}

topology();
ctl('add vni 1 dev zmirror0');
my $baseline = limits()->{memory};

# More sources than there may be sessions. Slots are made ready in the background: the first packets of some find
# none.
my $sent = 0;
my $used;
for (1 .. 10) {
	send_mirrored("vni 1 $sources count ${\SOURCES} frame-size 60");
	$sent += SOURCES;
	$used = limits();
	last if $used->{sessions} == SESSIONS;
}
is($used->{sessions}, SESSIONS, 'as many sessions as there may be');
cmp_ok($used->{memory}, '<=', MEMORY, 'in no more memory than they may have');
note("$used->{memory} bytes");
my $vni = ctl_json('show vni 1')->[0];
is($vni->{delivered_packets}, $sent, 'all packets are delivered');
my ($packets, $sessions) = session_packets();
is($sessions, SESSIONS, 'all sessions are listed');
is($packets + $vni->{unattributed_packets}, $sent, 'each packet is of a session, or counted as of none');
cmp_ok($vni->{unattributed_packets}, '>=', SOURCES - SESSIONS, 'as some have to be');
send_mirrored('vni 1 src 192.0.2.77 count 100 frame-size 60');
is(ctl_json('show vni 1')->[0]{unattributed_packets} - $vni->{unattributed_packets}, 100,
   'a newcomer is delivered as well, and of no session');
ctl('set limits idle 1');
ok(wait_for(sub { $used = limits(); return !$used->{sessions} && $used->{memory} <= $baseline }, 60),
   'when they are idle they go, and their memory') or diag(explain($used));
ctl('set limits idle 3600');
send_mirrored('vni 1 src 192.0.2.77 frame-size 60');
is(limits()->{sessions}, 1, 'and then there is room again');

# Less memory than the sessions would want.
ctl('set limits memory 1000000');
my $before = counters();
send_mirrored("vni 1 $sources count ${\FLOOD} frame-size 60");
$used = limits();
cmp_ok($used->{memory}, '<=', 1_000_000, 'a limit on memory is kept');
cmp_ok($used->{sessions}, '<', FLOOD, 'by having fewer sessions');
is(changes($before, counters())->{'vni 4789 1 delivered_packets'}, FLOOD, 'and every packet is delivered');
ctl('set limits memory ' . MEMORY);

# VNIs and sources at random, of which none has an entry but VNI 1, now and then.
$before = ctl_json('show causes');
my $entry = ctl_json('show vni 1')->[0]{received_packets};
send_mirrored("vni-random source-random src 10.0.0.1 seed $_ count ${\FLOOD} frame-size 60") for 1, 2;
my ($cause) = grep { $_->{cause} eq 'unknown-vni' } @{ ctl_json('show causes') };
my ($was) = grep { $_->{cause} eq 'unknown-vni' } @$before;
my $own = ctl_json('show vni 1')->[0]{received_packets} - $entry;
my $unknown = ctl_json('show unknown');
cmp_ok(scalar @$unknown, '<=', UNKNOWN, 'unknown VNIs: as many as there may be');
cmp_ok(scalar @$unknown, '>', UNKNOWN / 2, 'or nearly');
my $taken = $cause->{packets} - $was->{packets};
is($taken + $own, 2 * FLOOD, 'every packet of theirs has its cause');
cmp_ok(sum0(map { $_->{received_packets} } @$unknown), '>=', $taken, 'and is in the list, with more than its own at most');

# Entries.
my $first = 1000;
my $add = save('add', join '', map { "add vni $_ dev zmirror0\n" } $first .. $first + ENTRIES - 2);
sh("vxmirrorctl -n sensor -b $add");
is(limits()->{vnis}, ENTRIES, 'as many VNI entries as there may be');
for ('add vni 999999 dev zmirror0', 'add vni 200000-300000 dev zm9', 'add vni any dev zm9', 'add vni 1 dev zm9 port 4790') {
	my ($code, undef, $err) = attempt("vxmirrorctl -n sensor $_");
	ok($code == 1 && $err =~ /limit on VNI entries/, "one more is refused: $_") or diag("$code: $err");
}
is(limits()->{ports}, 1, 'and takes no port');
unlike(sh('ip -n sensor link'), qr/zm9/, 'and makes no device');
my $delivered = sub { return ctl_json('show dev zmirror0')->[0]{delivered_packets} };
$before = $delivered->();
send_mirrored('vni ' . ($first + ENTRIES - 11) . ' vnis 10 count 100 frame-size 60');
is($delivered->() - $before, 100, 'the last ones find their packets');
ctl('del dev zmirror0 force');
is(limits()->{vnis}, 0, 'all go with their device');
is(free_port('sensor', 4789), '4 6', 'and their port');

done_testing;
