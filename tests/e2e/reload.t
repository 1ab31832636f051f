#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded, configured, used and unloaded a hundred times, and the machine has its memory back.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

use constant {
	ROUNDS => 100,
	CONTROL => 25,
	WARM_UP => 5,
	# Bytes that one round may leave behind beyond what the control leaves: noise, which is a few ten
	# kilobytes over all rounds. The smallest thing lost in each round would be a port or a VNI entry.
	TOLERANCE => 512,
};

my $send = 'ip netns exec client send dev m0 dmac ' . U0_MAC . ' src 198.18.0.1 dst 192.0.2.2 vni 1 count 20 sources 5 frame-size 100';

# Bytes in use of the kernel's general and networking slabs, and for per-CPU data.
sub memory {
	my $cache = qr/(?:kmalloc-|skbuff_|UDP|sock_inode|net_namespace|vxm)\S*/;
	for (glob '/sys/kernel/slab/*') {
		next unless m{/$cache$};
		open my $f, '>', "$_/shrink" or next;
		print $f "1\n";
	}
	my $slabs = 0;
	for (split /\n/, slurp('/proc/slabinfo')) {
		my ($name, $active, undef, $size) = split;
		$slabs += $active * $size if $name =~ /^$cache$/;
	}
	my ($percpu) = slurp('/proc/meminfo') =~ /^Percpu: +(\d+) kB/m;
	return { slabs => $slabs, percpu => $percpu * 1024 };
}

# What so many runs of a command leave in use, once the kernel has freed what it frees late.
sub left_by {
	my ($rounds, $command, $allowed) = @_;
	sh("set -e; for i in \$(seq " . WARM_UP . "); do $command; done");
	my $before = memory();
	sh("set -e; for i in \$(seq $rounds); do $command; done");
	my $left;
	wait_for(sub {
		my $now = memory();
		$left = { map { $_ => $now->{$_} - $before->{$_} } keys %$now };
		return !grep { $left->{$_} > $allowed->{$_} } keys %$left;
	}, 10);
	return $left;
}

# Waits for grace periods are what unloading mostly is: shorter ones show the same.
my $expedited = '/sys/kernel/rcu_expedited';
my $before = slurp($expedited);
sh("echo 1 >$expedited");
END { sh("echo $before >$expedited") if defined $before }

topology();
sh('modprobe -r vxmirror');

# The control: as many processes, packets, devices and modules, but another module.
my $control = left_by(CONTROL, "modprobe dummy numdummies=0; ip -n sensor link add d0 type dummy; ip -n sensor link set d0 up; " .
		      "$send; ip -n sensor link del d0; modprobe -r dummy", { slabs => 0, percpu => 0 });
note("the control leaves $control->{slabs} bytes of slabs, $control->{percpu} of per-CPU data");
my %allowed = map { $_ => ($control->{$_} > 0 ? $control->{$_} * ROUNDS / CONTROL : 0) + ROUNDS * TOLERANCE } keys %$control;

my $left = left_by(ROUNDS, "vxmirrorctl -n sensor add vni 1,5-9 dev zmirror0; $send; " .
		   "vxmirrorctl -n sensor -s show vni 1 | grep -q ' 20 ' || { echo no packets >&2; exit 1; }; " .
		   'modprobe -r vxmirror', \%allowed);
note("the module leaves $left->{slabs} bytes of slabs, $left->{percpu} of per-CPU data");
cmp_ok($left->{$_}, '<=', $allowed{$_}, ROUNDS . " times loaded, used and unloaded: $_ as before") for sort keys %$left;
unlike(slurp('/proc/slabinfo'), qr/^vxm/m, 'no slab cache is left');
unlike(sh('ip -n sensor link'), qr/zmirror0/, 'no device');
is(free_port('sensor', 4789), '4 6', 'no port');

done_testing;
