#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Ten thousand VNI entries: they come, are all listed while others come and go, find their packets, and go.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Time::HiRes qw(time);

use constant MANY => 10_000;

# A batch that does something with each of these VNIs.
sub batch {
	my ($name, $words, @vnis) = @_;
	return 'vxmirrorctl -n sensor -b ' . save($name, join '', map { "$words\n" =~ s/VNI/$_/r } @vnis);
}

sub took {
	my ($what, $code) = @_;
	my $start = time;
	$code->();
	my $seconds = time - $start;
	note(sprintf '%s: %.1f s', $what, $seconds);
	return $seconds;
}

# The VNIs listed, as text; how often each.
sub listed {
	my %count;
	$count{$_}++ for ctl('show vni') =~ /^4789 +(\d+) /mg;
	return \%count;
}

topology();
# every third one: no two can be told as a range
my @vnis = map { 3 * $_ } 1 .. MANY;
my $wanted = { map { $_ => 1 } @vnis };
my $add = batch('add', 'add vni VNI dev zmirror0', @vnis);
my $delete = batch('delete', 'del vni VNI', @vnis);

took('add', sub { sh($add) });
my $list = took('list', sub { is_deeply(listed(), $wanted, 'all are listed once') });
is(ctl_json('show limits')->[0]{used}, MANY, 'and counted');

# A dump is begun anew when something changed meanwhile: now and then there has to be quiet for long enough.
my $quiet = 0.2 + 2 * $list;
my $go_on = save('go-on', '');
my $churn = start(q{sh -c 'while test -e } . "$go_on; do " .
	batch('come', 'add vni VNI dev zmirror0', map { 3 * $_ + 1 } 1 .. 50) . " && sleep $quiet && " .
	batch('go', 'del vni VNI', map { 3 * $_ + 1 } 1 .. 50) . " && sleep $quiet || exit 1; done'");
for my $round (1 .. 5) {
	my $got = listed();
	delete $got->{$_} for grep { $_ % 3 == 1 } keys %$got;
	is_deeply($got, $wanted, "while others come and go, each is listed once ($round)");
}
ok(!ended($churn), 'they came and went all the time') or diag(errors($churn));
unlink $go_on;
ok(wait_for(sub { ended($churn) }, 30 + $quiet) && !$churn->{status}, 'without an error') or diag(errors($churn));

send_mirrored("vni $_ frame-size 60") for 3, 3 * MANY, 4;
is(ctl_json("show vni $_")->[0]{delivered_packets}, 1, "VNI $_ finds its packet") for 3, 3 * MANY;

took('delete', sub { sh($delete) });
is_deeply(listed(), {}, 'all are gone');
is(free_port('sensor', 4789), '4 6', 'and so is the port');

done_testing;
