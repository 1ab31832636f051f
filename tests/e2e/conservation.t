#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Nothing is lost or counted twice: two CPUs take mirror packets while entries and devices change a thousand
# times; at rest every count agrees with every other, and with what was sent.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(sum0);

use constant {
	CHANGES => 1000,
	BURST => 5000,		# packets a sender sends at a time
	VNIS => 25,		# 1 to 25: one that stays, some that change, some that nobody asked for
	SESSIONS => 32,		# fewer than there are: some packets are of none
};

sub sum { my ($key, $records) = @_; return sum0(map { $_->{$key} } @$records) }

# Of m0, what the interface took and what it lost.
sub sent {
	my ($link) = @{ decode_json(sh('ip -n client -j -s link show m0')) };
	return @{ $link->{stats64}{tx} }{qw(packets dropped)};
}

# A process on a CPU that sends bursts until its file is gone.
sub sender {
	my ($cpu, $source, $file) = @_;
	my $family = $source =~ /:/ ? 'dst 2001:db8::2' : 'dst 192.0.2.2';
	my $command = 'send dev m0 dmac ' . U0_MAC . " src $source $family vni 1 vnis " . VNIS .
		' sources 9 count ' . BURST . ' frame-size 60';
	return start("ip netns exec client taskset -c $cpu sh -c 'while [ -e $file ]; do $command || exit; echo sent; done'");
}

topology();
sh("ip netns exec sensor sh -c 'echo 0 >/sys/class/net/u0/queues/rx-0/rps_cpus'");	# where the sender is
ctl('set limits sessions ' . SESSIONS);
ctl('add vni 1 dev zm0');
ctl('add dev zm1');

my ($packets_before, $lost_before) = sent();
my $host_before = counters();
my $go = save('go', '');
my @senders = (sender(0, '192.0.2.16', $go), sender(1, '2001:db8::16', $go));

# Each round begins where the last one ended, and it ends with a device that is down.
my @round = split /\n/, <<'END';
set dev zm1 up
del vni any
add vni 2-5 dev zm1
add vni 6,7,10-19 dev zm0
set vni 2-5 dev zm0
set vni 10-19 dev zm1
del vni 6
set vni 7 dev zm1
del vni 2-5,7,10-19
add vni any dev zm0
set vni any dev zm1
set dev zm1 down
END
my $round = 'vxmirrorctl -n sensor -b ' . save('round', join "\n", (@round) x 5, '');
ctl('add vni any dev zm1');
my $changes = 0;
until ($changes >= CHANGES && !grep { output($_) !~ /(?:sent\n){2}/ } @senders) {
	sh($round);
	$changes += 5 * @round;
	last if grep { ended($_) } @senders;
}
sh('vxmirrorctl -n sensor -b ' . save('end', join "\n", @round[0 .. 3], ''));
unlink $go;
wait_for(sub { !grep { !ended($_) } @senders }, 60) or diag('the senders do not end');
is_deeply([map { $_->{status} } @senders], [0, 0], 'two CPUs sent all the time');
note("$changes changes");

my $asked = BURST * sum0(map { scalar(() = output($_) =~ /sent/g) } @senders);
my ($packets, $lost) = sent();
my $all;
wait_for(sub {
	$all = decode_json(ctl('-j -s'));
	return $all->{totals}{received_packets} >= $asked;
}, 10);
my $host = changes($host_before, counters());

is($packets - $packets_before + $lost - $lost_before, $asked, 'the interface had them all');
is($all->{totals}{received_packets} + ($lost - $lost_before) + ($host->{UdpRcvbufErrors} // 0),
   $asked, "of $asked packets each was received");
is($all->{totals}{received_packets}, $all->{totals}{delivered_packets} + sum('packets', $all->{causes}),
   'received is delivered and all causes, in total');

my %causes = map { $_->{cause} => $_->{packets} } @{ $all->{causes} };
cmp_ok($causes{'unknown-vni'}, '>', 0, 'some had no entry');
cmp_ok($causes{'dev-down'}, '>', 0, 'some found their device down');
cmp_ok($all->{totals}{unattributed_packets}, '>', 0, 'some were of no session');
is_deeply([sort grep { $causes{$_} } keys %causes], ['dev-down', 'unknown-vni'], 'and that is all');

my $entries = ctl_json('show vni');
is_deeply([grep { $_->{received_packets} != $_->{delivered_packets} + sum('packets', $_->{causes}) } @$entries], [],
	  'received is delivered and all causes, for each entry');
my ($stayed) = grep { $_->{vni} == 1 } @$entries;
is($stayed->{received_packets}, $asked / VNIS, 'the entry that stayed received all of its VNI');
is($stayed->{delivered_packets}, $asked / VNIS, 'and delivered it');
is(sum('received_packets', ctl_json('show session vni 1')) + $stayed->{unattributed_packets}, $stayed->{received_packets},
   'each of them is of a session, or counted as of none');
is(sum('delivered_packets', ctl_json('show dev')), $all->{totals}{delivered_packets},
   'what was delivered is what the devices had');
is(sum('packets', ctl_json('show causes')), sum('packets', $all->{causes}), 'the tool says the same in two places');

done_testing;
