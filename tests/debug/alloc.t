#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Every allocation on every control path fails in turn: of each request of the family, of ip link, of a new
# namespace, of loading the module, of an interface that comes while a port takes packets early, and of the work that
# makes session slots ready and gathers the host's addresses. Nothing may be half made, mirror packets still come by
# the socket, and afterwards it works.
#
# usage: tests/debug/alloc.t [OPERATION]...		as tests/faults/alloc lists them; module, work
#
# tests/faults/alloc does it. With VXM_STRESS_SECONDS of 600 or more it leaves out none; else, where one request makes
# hundreds of allocations, which is when interfaces come with a directory in sysfs for each of 64 queues, only some
# of those in the middle fail.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e";
use E2E;
use List::Util qw(sum0);

use constant {
	PATIENCE => 900,	# seconds for one operation
	SLOTS => 256,		# of sessions, that are ready at first
};

my $alloc = "$FindBin::Bin/../faults/alloc";
my $complaints = "$FindBin::Bin/../vm/complaints";
my $debug = '/sys/kernel/debug';
my $step = ($ENV{VXM_STRESS_SECONDS} // 20) >= 600 ? 1 : 50;
my $failed = 0;

sub set { my ($value, @files) = @_; set_switch($_, $value) for @files }

# The core tells of many a failure with a stack, which is no complaint.
sub complaints {
	my $log = sh('dmesg') =~ s/^.*Call Trace:\n//mgr;
	return sh("$complaints <" . save('log', "$log\n"));
}

sub fails {
	my ($name, $words) = @_;
	my ($code, $out, $err) = attempt("timeout ${\PATIENCE} ip netns exec sensor $alloc $words");
	ok(!$code, "$name: nothing is half made") or diag("$out$err");
	note($out);
	$failed += $1 if $out =~ /(\d+) failed in turn/;
}

# The work runs in one of the kernel's workers for unbound work: all that those allocate fails, or does not any more.
sub workers_fail {
	my ($fail) = @_;
	my @kinds = map { "$debug/$_" } 'failslab', 'fail_page_alloc';
	# nobody else's, at any moment: what limits it comes first and goes last
	set('Y', map { "$_/task-filter" } @kinds);
	set($fail ? -1 : 1, map { "$_/times" } @kinds);
	set($fail ? 100 : 0, map { "$_/probability" } @kinds);
	set('N', map { "$_/task-filter" } @kinds) if !$fail;
	for (glob '/proc/[0-9]*/comm') {
		next unless -e && (eval { slurp($_) } // '') =~ m{^kworker/u};
		attempt("echo $fail >" . s/comm/make-it-fail/r);
	}
}

# A plain mirror packet to an address that the sensor did not have at first.
sub send_to_new {
	sh("ip netns exec client send dev m0 dmac ${\U0_MAC} src 192.0.2.1 dst 192.0.2.77 udp-checksum zero vni 1 frame-size 60");
}

my $earlier = complaints();

for ('failslab', 'fail_page_alloc') {
	set(0, "$debug/$_/verbose");
	set('N', "$debug/$_/ignore-gfp-wait");
}
set(0, "$debug/fail_page_alloc/min-order");
set('1 4 1 7', '/proc/sys/kernel/printk');
set('', '/proc/sys/kernel/modprobe');
my $release = slurp('/proc/sys/kernel/osrelease') =~ s/\s+//r;
sh("insmod /lib/modules/$release/faults/vxm_faults.ko");

# Requests.
attempt('modprobe tun');
topology();
sh('modprobe vxmirror');
my $module = sh('modinfo -F filename vxmirror');
fails($_, "'$_' $step") for grep { !/^(module|work)$/ } @ARGV ? @ARGV : split /\n/, sh("$alloc list");

# Loading.
if (!@ARGV || grep { $_ eq 'module' } @ARGV) {
	sh('rmmod vxmirror');
	fails('module', "module $module");
	sh('modprobe vxmirror');
}

# The work.
if (!@ARGV || grep { $_ eq 'work' } @ARGV) {
	ctl('add vni any dev zmirror0');
	ctl('set limits idle 40');	# it tries again every ten seconds
	my $monitor = start('vxmirrorctl -n sensor -j monitor');
	wait_for(sub { ctl("set dev zmirror0 $_") for qw(down up); output($monitor) =~ /"set"/ });
	workers_fail(1);
	send_mirrored('vni 1 vnis 1000 count 1000 frame-size 60');
	my $vni = ctl_json('show vni any')->[0];
	is($vni->{delivered_packets}, 1000, 'no slots can be made ready: every frame is delivered');
	is($vni->{unattributed_packets}, 1000 - SLOTS, 'those that no slot was ready for are counted as of no session');
	is(scalar @{ ctl_json('show session') }, SLOTS, 'the others are of one');
	ok(wait_for(sub { output($monitor) =~ /"lost"/ }), 'who listens is told that events were lost') or diag(errors($monitor));
	my $before = ctl_json('show port 4789')->[0];
	sh('ip -n sensor address add 192.0.2.77/32 dev lo');
	my $sent = 0;
	ok(!wait_for(sub {
		send_to_new();
		$sent++;
		return ctl_json('show port 4789')->[0]{early_packets} > $before->{early_packets};
	}, 2), 'an address that there is no memory for: its packets are not taken early');
	is(ctl_json('show port 4789')->[0]{socket_packets} - $before->{socket_packets}, $sent, 'but all of them come by the socket');
	workers_fail(0);
	$before = ctl_json('show port 4789')->[0];
	ok(wait_for(sub {
		send_to_new();
		return ctl_json('show port 4789')->[0]{early_packets} > $before->{early_packets};
	}), 'with memory, early');
	ok(wait_for(sub {
		send_mirrored('vni 1 vnis 1000 count 1000 frame-size 60');
		return @{ ctl_json('show session') } == 1000;
	}, 60), 'with memory there are slots again');
	ok(!ended($monitor) && wait_for(sub { output($monitor) =~ /"lost".*"new","object":"session"/s }),
	   'and events');
}

sh('modprobe -r vxmirror && rmmod vxm_faults');
is(complaints(), $earlier, 'no complaint by the kernel');
sh('dmesg -C');
if ($earlier ne '') {
	open my $kmsg, '>', '/dev/kmsg' or die "/dev/kmsg: $!\n";
	syswrite $kmsg, "<3>$_\n" for split /\n/, $earlier;
}
note("$failed allocations failed");

done_testing;
