#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Sessions made by hand: there before their first packet, or made of learned ones; they stay when idle, and a VNI
# entry can take theirs alone.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;

my $frame = 'frame ' . unpack 'H*', arp_request('02:00:00:00:0a:0a', '10.0.0.1', '10.0.0.2');

# The sessions there are: "vni source packets", with their names when they are made by hand.
sub sessions {
	return [map { join ' ', @$_{qw(vni source received_packets)}, $_->{by_hand} ? $_->{name} // 'by-hand' : () }
		@{ ctl_json('show session') }];
}

sub cause { my ($vni, $name) = @_; return (map { $_->{packets} } grep { $_->{cause} eq $name } @{ ctl_json("show vni $vni")->[0]{causes} })[0] // 0 }

sub delivered { my ($vni) = @_; return ctl_json("show vni $vni")->[0]{delivered_packets} }

sub refused {
	my ($words, $message) = @_;
	my ($code, undef, $err) = attempt("vxmirrorctl -n sensor $words");
	ok($code == 1 && $err =~ $message, "$words is refused") or diag("$code: $err");
}

# The session events of a monitor since the last time: "event source name"; waits for so many.
sub events {
	my ($monitor, $count) = @_;
	my @lines;
	wait_for(sub { @lines = split /\n/, output($monitor); return @lines >= $monitor->{seen} + $count }, 10);
	@lines = splice @lines, $monitor->{seen};
	$monitor->{seen} += @lines;
	return [map { my $event = decode_json($_); join ' ', grep { defined } @$event{qw(event source name)} } @lines];
}

topology();
ctl('add vni 1,2 dev zmirror0');
my $monitor = start('vxmirrorctl -n sensor -j monitor session');
$monitor->{seen} = 0;
# it says nothing when it is ready: make noise until it is
wait_for(sub {
	ctl('add session vni 2 source 10.9.9.9 name noise');
	ctl('del session vni 2 source 10.9.9.9');
	return output($monitor) =~ /"del".*noise/;
}) or diag('no events');
is_deeply(sessions(), [], 'no sessions');
events($monitor, 0);

# Made before the first packet.
refused('add session vni 3 source 192.0.2.1', qr/no VNI entry/);
refused('set session vni 1 source 192.0.2.1 name web', qr/by hand/);
ctl('add session vni 1 source 192.0.2.1 name web-1');
my ($session) = @{ ctl_json('show session vni 1 source 192.0.2.1') };
ok(!exists $session->{last_seen_ms} && exists $session->{first_seen_ms}, 'no packet of it was seen');
refused('add session vni 1 source 192.0.2.1', qr/by hand already/);
send_mirrored("vni 1 $frame $frame");
is_deeply(sessions(), ['1 192.0.2.1 2 web-1'], 'its packets count under it');
ok(exists ctl_json('show session vni 1 source 192.0.2.1')->[0]{last_seen_ms}, 'and are seen');

# Made of a learned one, which keeps what it has counted.
send_mirrored("vni 1 $frame $frame $frame", 6);
ctl('add session vni 1 source 2001:db8::1');
is_deeply(sessions(), ['1 192.0.2.1 2 web-1', '1 2001:db8::1 3 by-hand'], 'a learned one is made the operator\'s');
ctl('set session vni 1 source 2001:db8::1 name six');
is_deeply(events($monitor, 4), ['new 192.0.2.1 web-1', 'new 2001:db8::1', 'set 2001:db8::1', 'set 2001:db8::1 six'], 'events')
	or diag(output($monitor));

# Never idle.
send_mirrored("vni 2 $frame");
ctl('set limits idle 1');
ok(wait_for(sub { return !grep { /^2 / } @{ sessions() } }), 'a learned one goes when it is idle');
is_deeply(sessions(), ['1 192.0.2.1 2 web-1', '1 2001:db8::1 3 six'], 'those made by hand stay');
ctl('set limits idle 3600');

# Listed sources only.
ctl('set vni 1,2 sources listed');
my $before = delivered(1);
send_mirrored("vni 1 src 192.0.2.7 count 5 $frame");
send_mirrored("vni 1 $frame");
is(delivered(1) - $before, 1, 'listed: those made by hand only');
is(cause(1, 'unlisted-source'), 5, 'others are counted');
is(scalar(grep { /192\.0\.2\.7/ } @{ sessions() }), 0, 'and not learned');
ctl('del session vni 1 source 192.0.2.1');
send_mirrored("vni 1 $frame");
is(cause(1, 'unlisted-source'), 6, 'one that is forgotten is none of them');
ctl('set vni 1 sources any');
send_mirrored("vni 1 $frame");
is_deeply(sessions(), ['1 192.0.2.1 1', '1 2001:db8::1 3 six'], 'any: learned again, and not by hand');
ctl('set vni 1 sources listed');
send_mirrored("vni 1 $frame");
is(cause(1, 'unlisted-source'), 7, 'what was learned is not listed');

# Limits, and the end.
ctl('set limits sessions 2');
refused('add session vni 1 source 192.0.2.50', qr/limit on sessions/);
ctl('set limits sessions 3');
ctl('add session vni 1 source 192.0.2.50 name last');
ctl('set limits sessions 65536');
events($monitor, 0);
ctl('del vni 1');
is_deeply(sessions(), [], 'they go with their entry');
is_deeply([grep { /^del/ } map { s/ $//r } sort @{ events($monitor, 3) }], ['del 192.0.2.1', 'del 192.0.2.50 last', 'del 2001:db8::1 six'],
	  'and that is told');

done_testing;
