#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded, configured, used and unloaded a hundred times, and the machine has its memory back.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(sum);

use constant {
	CONTROL => 25,
	WARM_UP => 5,
	ENTRIES => 100,
	# Bytes that all rounds may leave behind beyond what the control leaves, which is noise: it has been seen
	# to be 0.2 MB. What is lost but once a round has to be larger to be seen; entries, being many, need not.
	TOLERANCE => 300_000,
};

# A debug kernel takes its time, and itself looks for what is lost.
my $rounds = -e '/sys/kernel/debug/kmemleak' ? 10 : 100;

# Runs a shell command in the sensor's namespace so often that new processes are most of what it costs.
# shown waits until a packet came out of zmirror0.
my $shell = <<'END';
set -e
shown() {
	tries=0
	while [ $((tries += 1)) -lt 1000 ]; do
		while read -r dev _ packets _; do
			[ "$dev" != zmirror0: ] || [ "$packets" -eq 0 ] || return 0
		done </proc/net/dev
		sleep 0.01
	done
	echo 'no packets' >&2
	return 1
}
END

# Bytes in use of the kernel's general and networking slabs, of vmalloc(), for per-CPU data, and in pages that
# came from the page allocator itself, as large pieces of memory do: what /proc/meminfo counts nowhere else.
sub memory {
	my $cache = qr/(?:kmalloc-|skbuff_|UDP|sock_inode|net_namespace|vxm)\S*/;
	for (glob '/sys/kernel/slab/*') {
		next unless m{/$cache$};
		open my $f, '>', "$_/shrink" or next;
		print $f "1\n";
	}
	sh('sync; echo 1 >/proc/sys/vm/drop_caches');
	my ($slabs, $caches) = (0, 0);
	for (grep { !/^#/ && / : / } split /\n/, slurp('/proc/slabinfo')) {
		my ($name, $active, undef, $size, undef, $pages) = split;
		$slabs += $active * $size if $name =~ /^$cache$/;
		$caches += (split)[-2] * $pages * 4;
	}
	my %kilobytes = slurp('/proc/meminfo') =~ /^(\w+): +(\d+) kB/mg;
	my $waiting = sum(slurp('/proc/zoneinfo') =~ /^ +count: +(\d+)/mg) * 4;	# free, but each CPU's own
	my $pages = $kilobytes{MemTotal} - $waiting - $caches -
		sum(@kilobytes{qw(MemFree Buffers Cached AnonPages KernelStack PageTables Percpu VmallocUsed)});
	return { slabs => $slabs, map { $_->[0] => $_->[1] * 1024 }
		 ['vmalloc', $kilobytes{VmallocUsed}], ['percpu', $kilobytes{Percpu}], ['pages', $pages] };
}

# What so many runs of a command leave in use, once the kernel has freed what it frees late.
sub left_by {
	my ($rounds, $command, $allowed) = @_;
	my $loop = sub {
		sh('ip netns exec sensor sh ' . save('loop', "${shell}for i in \$(seq $_[0]); do $command; done\n"));
	};
	$loop->(WARM_UP);
	my $before = memory();
	$loop->($rounds);
	my $left;
	wait_for(sub {
		my $now = memory();
		$left = { map { $_ => $now->{$_} - $before->{$_} } keys %$now };
		return !grep { $left->{$_} > $allowed->{$_} } keys %$allowed;
	}, 10);
	return $left;
}

# Waits for grace periods are what unloading mostly is: shorter ones show the same.
set_switch('/sys/kernel/rcu_expedited', 1);

topology();
sh('modprobe -r vxmirror');
sh('modprobe -r dummy');	# another test may have had one

# Traffic that never ends, from the kernel's vxlan device.
sh(<<'END');
ip -n client link add vx0 type vxlan id 1 local 192.0.2.1 remote 192.0.2.2 dstport 4789 dev m0 nolearning
ip -n client link set vx0 up
ip -n client address add 10.9.0.1/24 dev vx0
ip -n client neighbour add 10.9.0.2 lladdr 02:00:00:00:09:02 dev vx0
END
my $ping = start('ip netns exec client ping -q -i 0.02 10.9.0.2');

# The control: as many modules, devices and processes, but another module.
my ($dummy, $module) = map { sh("modinfo -F filename $_") } 'dummy', 'vxmirror';
my $control = left_by(CONTROL, "insmod $dummy; ip link add d0 up type dummy; rmmod dummy", {});
note("the control leaves bytes: ", explain($control));
my %allowed = map { $_ => ($control->{$_} > 0 ? $control->{$_} : 0) + TOLERANCE } keys %$control;

my $entries = join ',', map { 2 * $_ - 1 } 1 .. ENTRIES;
my $left = left_by($rounds, "insmod $module; vxmirrorctl add vni $entries dev zmirror0; shown; rmmod vxmirror", \%allowed);
note("the module leaves bytes: ", explain($left));
cmp_ok($left->{$_}, '<=', $allowed{$_}, "$rounds times loaded, used and unloaded: $_ as before") for sort keys %$left;
ok(!ended($ping), 'with packets coming all the time');
unlike(slurp('/proc/slabinfo'), qr/^vxm/m, 'no slab cache is left');
unlike(sh('ip -n sensor link'), qr/zmirror0/, 'no device');
is(free_port('sensor', 4789), '4 6', 'no port');

done_testing;
