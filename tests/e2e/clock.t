#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The wall clock is set forward and back, by decades, while sessions live: they neither expire early nor stay for
# ever, and what is told of their age is true.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC CLOCK_REALTIME);

use constant {
	IDLE => 3,
	# expiry looks every second, and a busy machine is late
	LATE => 10,
};

my $started = clock_gettime(CLOCK_MONOTONIC);
my $offset = clock_gettime(CLOCK_REALTIME) - $started;

sub now { return clock_gettime(CLOCK_MONOTONIC) }

# Sets the clock so many seconds off the true time.
sub set_clock {
	my ($seconds) = @_;
	sh(sprintf 'date -u -s @%.3f', now() + $offset + $seconds);
}

END { set_clock(0) if defined $offset }

# E2E's own wait_for() goes by the wall clock, and must not be under way while that is set.
sub session { return ctl_json('show session vni 1') }

topology();
ctl('add vni 1 dev zmirror0');
send_mirrored('vni 1 frame-size 60');
send_mirrored('vni 2 frame-size 60');
my $seen = now();

my %step = (
	'ten years on' => 10 * 365 * 86400,
	'back to 1975' => 5 * 365 * 86400 - clock_gettime(CLOCK_REALTIME),
	'a day on' => 86400,
	'a day back' => -86400,
	'to 2100' => 130 * 365 * 86400 - clock_gettime(CLOCK_REALTIME),
);
for my $step (sort keys %step) {
	set_clock($step{$step});
	send_mirrored('vni 1 frame-size 60');
	my $sent = now();
	my ($session, @others) = @{ session() };
	my ($unknown) = @{ ctl_json('show unknown') };
	my $most = (now() - $sent + 1) * 1000;
	my $age = (now() - $seen + 1) * 1000;
	is(scalar @others, 0, "$step: one session");
	ok($session->{last_seen_ms} <= $most, "$step: last seen just now") or diag("$session->{last_seen_ms} ms");
	ok($session->{first_seen_ms} >= $session->{last_seen_ms} && $session->{first_seen_ms} <= $age,
	   "$step: first seen when it was") or diag("$session->{first_seen_ms} ms, $age at most");
	ok($unknown->{last_seen_ms} <= $age, "$step: so with an unknown VNI") or diag("$unknown->{last_seen_ms} ms");
}
is(session()->[0]{received_packets}, 1 + keys %step, 'it is the same session all the time');

# Expiry: not for a clock that jumps, but when its time has come, whatever the clock does.
ctl('set limits idle ' . IDLE);
for my $step ('ten years on', 'back to 1975') {
	set_clock(0);
	my $before = now();
	send_mirrored('vni 1 frame-size 60');
	my $sent = now();
	set_clock($step{$step});
	my ($there, $end);
	do {
		$there = @{ session() };
		$end = now();
	} while ($there && $end < $sent + IDLE + LATE);
	# a machine that stood still for a moment has told the kernel late
	cmp_ok($end - $before, '>=', IDLE - 0.5, "$step: idle, it stays for its time");
	cmp_ok($end - $sent, '<', IDLE + LATE, "$step: and then goes");
}

done_testing;
