#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# All that mirror packets need goes away in the middle of a flood on two CPUs: the underlay, the mirror device,
# the VNI entries, the namespace and the module, in every order and all at once. Nothing hangs, nothing is left.
#
# It goes on for VXM_STRESS_SECONDS (20); after 120 rounds one by one, every order has been there. VXM_SEED says
# where they begin.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(shuffle sum0);
use Time::HiRes qw(time);

use constant {
	ENOUGH => 5000,		# packets before something is removed
	# Seconds for one removal: it waits for grace periods, with all CPUs busy, and a debug kernel takes its time.
	PATIENCE => ($ENV{VXM_KERNEL} // '') =~ /san$/ ? 300 : 60,
};

my $seconds = $ENV{VXM_STRESS_SECONDS} // 20;
my $seed = $ENV{VXM_SEED} // int time;
srand $seed;

my $keeper;	# a process that stays in the sensor's namespace

sub net { my ($file) = @_; return proc_net($keeper, $file) }
sub has_device { my ($name) = @_; return net('dev') =~ /^ *$name:/m }
sub port_taken { return (net('udp') . net('udp6')) =~ /^ *\d+: [0-9A-F]+:12B5 /m }
sub delivered { return (net('dev') =~ /^ *zmirror0: *\d+ +(\d+)/m)[0] }

# How each is removed, and when it is gone. A module that a dump is using is busy for a moment.
my %removal = (
	underlay => {
		by => ['ip -n sensor link del u0'],
		gone => sub { !has_device('u0') },
	},
	device => {
		by => ['ip -n sensor link del zmirror0', 'vxmirrorctl -n sensor del dev zmirror0 force'],
		gone => sub { !has_device('zmirror0') && !port_taken() },
	},
	entries => {
		by => ['vxmirrorctl -n sensor -b ' . save('entries', "del vni 1\ndel vni 2-9\ndel vni any\n")],
		gone => sub { !port_taken() },
	},
	namespace => {
		by => ['ip netns del sensor'],
		gone => sub { slurp('/proc/net/dev') !~ /left0:/ },
	},
	module => {
		by => ['sh ' . save('unload', <<'END')],
while ! message=$(LC_ALL=C rmmod vxmirror 2>&1); do
	case $message in *'in use'* | *'temporarily unavailable'*) ;; *) echo "$message" >&2; exit 1 ;; esac
done
END
		gone => sub { !-d '/sys/module/vxmirror' },
	},
);
# What goes with it.
my %along = (
	underlay => ['underlay'],
	device => ['device', 'entries'],
	entries => ['entries'],
	namespace => ['namespace', 'underlay', 'device', 'entries'],
	module => ['module', 'device', 'entries'],
);

sub permutations {
	my ($done, @left) = @_;
	return $done unless @left;
	return map { my $i = $_; permutations([@$done, $left[$i]], @left[grep { $_ != $i } 0 .. $#left]) } 0 .. $#left;
}

# Every order; the first ones begin with a different removal each.
sub orders {
	my @orders = shuffle(permutations([], sort keys %removal));
	my %begun;
	my @early = grep { !$begun{$_->[0]}++ } @orders;
	my %is_early = map { $_ => 1 } @early;
	return (@early, grep { !$is_early{$_} } @orders);
}

# A sensor with entries of all kinds, a reader, and somebody who asks and somebody who listens all the time. left0
# goes only when the namespace does. Frames are handled by the CPU that sent them.
sub set_up {
	sh('modprobe vxmirror && ip netns add sensor && ip -batch ' . save('links', <<'END' =~ s/U0_MAC/U0_MAC/er));
link add left0 type veth peer name left1 netns sensor
link add m0 netns client mtu 9001 type veth peer name u0 netns sensor mtu 9001 address U0_MAC
END
	sh('ip -n client link set m0 up && ip netns exec sensor sysctl -qw net.ipv6.conf.u0.keep_addr_on_down=1 && ' .
	   'ip -n sensor -batch ' . save('sensor', <<'END'));
link set lo up
link set u0 up
address add 192.0.2.2/24 dev u0
address add 2001:db8::2/64 dev u0 nodad
END
	ctl('-b ' . save('add', "add vni 1 dev zmirror0\nadd vni 2-9 dev zmirror0\nadd vni any dev zmirror0\n"));
	$keeper = stay_in('sensor');
	my @inside = map { start($_) } 'ip netns exec sensor tcpdump -i zmirror0 -n -w /dev/null',
		'vxmirrorctl -n sensor monitor >/dev/null',
		'sh ' . save('ask', 'while :; do vxmirrorctl -n sensor -j -s -b ' . save('show', <<'END') . "; done >/dev/null 2>&1\n");
show dev
show vni
show session
show unknown
show causes
show limits
END
	wait_for(sub { errors($inside[0]) =~ /listening on/ && has_device('u0') }) or die 'tcpdump: ', errors($inside[0]);
	return ($keeper, @inside);
}

# A sender on each of two CPUs, over IPv4 and over IPv6, with more than any round waits for.
sub flood {
	my @way = ('src 192.0.2.11 dst 192.0.2.2', 'src 2001:db8::11 dst 2001:db8::2');
	my @senders = map { start("taskset -c $_ ip netns exec client send dev m0 dmac " . U0_MAC .
				  " $way[$_] sources 100 vnis 20 frame-size 100 count 1000000000") } 0, 1;
	return @senders;
}

sub flows {
	my $before = delivered();
	return wait_for(sub { delivered() >= $before + ENOUGH });
}

# Down and up again.
sub flap {
	sh('ip -n sensor -batch ' . save('flap', join '', map { "link set $_ down\nlink set $_ up\n" } 'zmirror0', 'u0', 'zmirror0'));
}

# At rest, what came in was delivered or has a cause: the entries for which that is not so.
sub unaccounted {
	my ($before, $vnis, $dev) = (-1);
	wait_for(sub {
		my @lines = split /\n/, ctl('-j -s -b ' . save('at-rest', "show vni\nshow dev\n"));
		($vnis, $dev) = map { decode_json($_) } @lines;
		my $now = sum0(map { $_->{received_packets} } @$vnis);
		return $now == $before || (($before = $now) && 0);
	});
	my @wrong = grep { $_->{received_packets} != $_->{delivered_packets} + sum0(map { $_->{packets} } @{ $_->{causes} }) }
		@$vnis;
	push @wrong, $dev if $dev->[0]{delivered_packets} != sum0(map { $_->{delivered_packets} } @$vnis);
	return map { 'counters do not fit: ' . join '', explain($_) } @wrong;
}

# Removes one after the other; what has gone along with another is refused.
sub one_by_one {
	my ($inside, @order) = @_;
	my %there = map { $_ => 1 } @order;
	my @wrong;
	for my $what (@order) {
		my $removal = $removal{$what};
		if ($what eq 'namespace') {
			stop($_, 'KILL') for @$inside;
		}
		my $remover = start($removal->{by}[rand @{ $removal->{by} }]);
		if (!wait_for(sub { ended($remover) }, PATIENCE)) {
			push @wrong, "$what: hangs";
		} elsif (!$remover->{status} != !!$there{$what}) {
			push @wrong, "$what: status $remover->{status}: " . errors($remover);
		} elsif ($there{$what} && !wait_for($removal->{gone}, PATIENCE)) {
			push @wrong, "$what: not gone";
		}
		delete @there{@{ $along{$what} }};
	}
	return @wrong;
}

# Everything at the same time.
sub at_once {
	my ($inside, @order) = @_;
	stop($_, 'KILL') for @$inside;
	my @removers = map { start($removal{$_}{by}[0]) } @order;
	wait_for(sub { !grep { !ended($_) } @removers }, PATIENCE);
	return ((map { "$_->{command}: hangs" } grep { !defined $_->{status} } @removers),
		map { "$_: not gone" } grep { !wait_for($removal{$_}{gone}, PATIENCE) } 'namespace', 'module');
}

sub round {
	my ($remove, @order) = @_;
	my @inside = set_up();
	my @senders = flood();
	my @wrong;

	push @wrong, 'no flood' unless flows();
	flap();
	push @wrong, 'no flood after flapping' unless flows();
	kill 'STOP', map { $_->{pid} } @senders;
	push @wrong, unaccounted();
	kill 'CONT', map { $_->{pid} } @senders;
	push @wrong, 'no flood again' unless flows();
	push @wrong, map { "$_->{command} has ended: " . errors($_) } grep { ended($_) } @senders, @inside;

	push @wrong, $remove->(\@inside, @order);
	stop($_, 'KILL') for @senders, @inside;
	push @wrong, 'not all is gone' if -d '/sys/module/vxmirror' || -e '/run/netns/sensor';
	return @wrong;
}

netns('client');
sh('modprobe veth && modprobe -r vxmirror');
set_switch('/proc/sys/kernel/modprobe', '');	# the kernel does not load the module by itself again

my $end = time + $seconds;
my @orders = orders();
my $rounds = 0;
while (time < $end) {
	my @order = @{ $orders[$rounds % @orders] };
	my @wrong = round(\&one_by_one, @order);
	ok(!@wrong, join ', ', @order) or diag(join "\n", @wrong);
	next if $rounds++ % 10;
	@wrong = round(\&at_once, @order);
	ok(!@wrong, 'all at once') or diag(join "\n", @wrong);
}
note("$rounds of " . @orders . " orders, VXM_SEED=$seed");

done_testing;
