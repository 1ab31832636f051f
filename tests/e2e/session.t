#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Sessions learned from traffic, VNIs that nobody asked for, and the events that tell of them.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;
use List::Util qw(sum0);

# The sessions there are: "port vni source packets bytes truncated".
sub sessions {
	return [map { join ' ', @$_{qw(port vni source received_packets received_bytes truncated_packets)} }
		@{ ctl_json('show session') }];
}

sub sum { my ($key, $records) = @_; return sum0(map { $_->{$key} } @$records) }

# The lines of a monitor that came since the last time: "event object what"; waits for so many.
sub events {
	my ($monitor, $count) = @_;
	my @lines;
	wait_for(sub {
		@lines = split /\n/, output($monitor);
		return @lines >= $monitor->{seen} + $count;
	}, 10);
	@lines = splice @lines, $monitor->{seen};
	$monitor->{seen} += @lines;
	return [map {
		my $event = decode_json($_);
		my $what = $event->{object} eq 'dev' ? $event->{dev}
			: join ' ', grep { defined } @$event{qw(port vni vni_last source)}, $event->{object} eq 'vni' ? $event->{dev} : ();
		"$event->{event} $event->{object} $what";
	} @lines];
}

topology();
my $monitor = start('vxmirrorctl -n sensor -j monitor');
$monitor->{seen} = 0;
# it says nothing when it is ready: make noise until it is
my $noise = 0;
wait_for(sub {
	ctl('add dev noise' . ++$noise);
	ctl("del dev noise$noise");
	return output($monitor) =~ /noise/;
}) or diag('no events');
events($monitor, 0) while output($monitor) !~ /"del".*noise$noise"/;
events($monitor, 0);

# One for each port, VNI and source; what a range covers is told apart.
ctl('add vni 1,100-199 dev zmirror0');
ctl('add vni any dev zmirror0 port 4790');
is_deeply(events($monitor, 5), ['new dev zmirror0', 'set dev zmirror0', 'new vni 4789 1 zmirror0',
				'new vni 4789 100 199 zmirror0', 'new vni 4790 zmirror0'], 'events: device and entries made');
my $ping = ipv4('10.0.0.1', '10.0.0.2', 1, icmp_echo('x' x 100));
my $frame = ether('02:00:00:00:0b:0b', '02:00:00:00:0a:0a', 0x0800, $ping);
my ($whole, $cut) = map { 'frame ' . unpack 'H*', $_ } $frame, substr $frame, 0, 60;
send_mirrored("vni 1 $whole $cut $whole");
send_mirrored("vni 1 $whole", 6);
send_mirrored("vni 150 $whole");
send_mirrored("vni 199 $cut $cut");
send_mirrored("vni 5 dport 4790 $whole");
my $length = length $frame;
is_deeply(sessions(), ["4789 1 192.0.2.1 3 " . (2 * $length + 60) . ' 1', "4789 1 2001:db8::1 1 $length 0",
		       "4789 150 192.0.2.1 1 $length 0", '4789 199 192.0.2.1 2 120 2', "4790 5 192.0.2.1 1 $length 0"],
	  'sessions with their packets, bytes and truncated packets');
is_deeply(events($monitor, 5), ['new session 4789 1 192.0.2.1', 'new session 4789 1 2001:db8::1',
				'new session 4789 150 192.0.2.1', 'new session 4789 199 192.0.2.1',
				'new session 4790 5 192.0.2.1'], 'events: sessions');
my ($first) = @{ ctl_json('show session vni 1 source 192.0.2.1') };
ok($first->{first_seen_ms} >= $first->{last_seen_ms} && $first->{first_seen_ms} < 60_000, 'first and last seen');

# Forgotten on demand, with their entry, and when idle.
ctl('del session vni 1 source 2001:db8::1');
is(scalar(grep { /2001/ } @{ sessions() }), 0, 'del session');
send_mirrored("vni 1 $whole", 6);
is_deeply([grep { /2001/ } @{ sessions() }], ["4789 1 2001:db8::1 1 $length 0"], 'its next packet makes it anew');
my ($code, undef, $err) = attempt('vxmirrorctl -n sensor del session vni 77 source 192.0.2.1');
is($code, 1, 'del session: one that does not exist is refused');
ctl('del vni 100-199');
is_deeply([map { /^\d+ (\d+)/ } @{ sessions() }], [1, 1, 5], 'sessions go with their entry');
is_deeply([sort @{ events($monitor, 5) }],
	  ['del session 4789 1 2001:db8::1', 'del session 4789 150 192.0.2.1', 'del session 4789 199 192.0.2.1',
	   'del vni 4789 100 199 zmirror0', 'new session 4789 1 2001:db8::1'], 'events: sessions and their entry gone');
ctl('set limits idle 1');
ok(wait_for(sub { !@{ sessions() } }, 10), 'idle sessions are forgotten');
is_deeply([sort @{ events($monitor, 3) }], ['del session 4789 1 192.0.2.1', 'del session 4789 1 2001:db8::1',
					    'del session 4790 5 192.0.2.1'], 'events: idle sessions');
ctl('set limits idle 3600');

# No room for more: frames are delivered, and count under their entry only.
ctl('set limits sessions 256');
my $before = counters();
send_mirrored("vni 1 src 198.18.0.1 count 4000 sources 1000 $whole") for 1, 2;
my $change = changes($before, counters());
my $sessions = ctl_json('show session');
my ($packets, $unattributed) = map { $change->{"vni 4789 1 ${_}_packets"} } 'delivered', 'unattributed';
is(scalar @$sessions, 256, 'limit: as many sessions as there may be');
is($packets, 8000, 'limit: all packets delivered');
is($unattributed + sum('received_packets', $sessions), $packets, 'limit: each is of a session, or counted as of none');
ctl('set limits sessions 0');
ctl('del vni 1');
ctl('add vni 1 dev zmirror0');
send_mirrored("vni 1 count 10 $whole");
is_deeply(sessions(), [], 'limit 0: no sessions');
is(ctl_json('show vni 1')->[0]{unattributed_packets}, 10, 'limit 0: all packets unattributed');
ctl('set limits sessions 65536');
ok(wait_for(sub { send_mirrored("vni 1 $whole"); return @{ sessions() } == 1 }), 'limit raised: sessions again');

# Unknown VNIs: a flood of random ones does not hide one that keeps coming.
events($monitor, 0);
my ($flood, $steady) = (0, 0);
my $started = time;
for (1 .. 10) {
	send_mirrored("vni 4242 count 200 $cut");
	send_mirrored("vni-random seed $_ count 10000 $cut");
	$steady += 200;
	$flood += 10_000;
}
my $unknown = ctl_json('show unknown');
cmp_ok(scalar @$unknown, '<=', 1024, 'unknown VNIs: a bounded list');
my ($found) = grep { $_->{vni} == 4242 } @$unknown;
ok($found, 'the steady one is in it') or diag(explain([@$unknown[0 .. 3]]));
is_deeply([@$found{'port', 'source'}], [4789, '192.0.2.1'], 'with port and source');
cmp_ok($found->{received_packets}, '>=', $steady, 'with all its packets');
cmp_ok($found->{received_packets} - $found->{overcount}, '<=', $steady, 'and no more than it says');
is($unknown->[0]{vni}, 4242, 'first of all');
my ($cause) = grep { $_->{cause} eq 'unknown-vni' } @{ ctl_json('show causes') };
cmp_ok($cause->{packets}, '>=', $steady + $flood - 10, 'all are counted');
cmp_ok(scalar(grep { /^new unknown/ } @{ events($monitor, 1) }), '<=', 10 * (time - $started + 2),
       'events: ten a second at most, not one for each unknown VNI');
ctl('add vni 4242 dev zmirror0');
is(scalar(grep { $_->{vni} == 4242 } @{ ctl_json('show unknown') }), 0, 'one that got an entry is not unknown');
ctl('clear unknown');
is_deeply(ctl_json('show unknown'), [], 'clear unknown');
send_mirrored("vni 4243 $cut", 6);
is_deeply([map { join ' ', @$_{qw(port vni source received_packets received_bytes overcount)} } @{ ctl_json('show unknown') }],
	  ['4789 4243 2001:db8::1 1 60 0'], 'those that come are listed anew');

done_testing;
