#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Whatever an operator does to interfaces, addresses and ports in the middle of a flood on two CPUs: each packet that
# was sent came by one front, once, or the host's stack dropped it, which the kernel's own trace of drops says.
#
# It goes on for VXM_STRESS_SECONDS (20). VXM_SEED says in which order things are done to the interface.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(shuffle sum0);
use Time::HiRes qw(time);

use constant {
	BURST => 500,		# packets that send makes at a time
	ENOUGH => 500,		# that are taken after a change, before the next one
	PATIENCE => 60,		# seconds
	TOGGLES => 200,		# of the front, at least
};

my $seconds = $ENV{VXM_STRESS_SECONDS} // 20;
my $seed = $ENV{VXM_SEED} // int time;
srand $seed;

my %keeper;	# a process that stays in each namespace
my $go = save('go', '');

# What a namespace's device has received.
sub received { my ($ns, $dev) = @_; return (proc_net($keeper{$ns}, 'dev') =~ /^ *\Q$dev\E: *\d+ +(\d+)/m)[0] // 0 }

sub flows {
	my ($ns, $dev) = @_;
	my $before = received($ns, $dev);
	return wait_for(sub { received($ns, $dev) >= $before + ENOUGH }, PATIENCE);
}

# --- what the host drops ------------------------------------------------------------------------------

# The kernel traces each IP packet that it drops, with or without a VLAN tag, and counts what it traces. Nobody else
# here speaks IP.
my $trace = '/sys/kernel/tracing/instances/fronts-load';

sub trace_drops {
	sh("mkdir $trace");
	sh("echo 'protocol == 0x800 || protocol == 0x86dd || protocol == 0x8100' >$trace/events/skb/kfree_skb/filter");
	sh("echo 1 >$trace/events/skb/kfree_skb/enable");
}

sub dropped {
	my %sum;
	for (map { slurp($_) } glob "$trace/per_cpu/cpu*/stats") {
		$sum{$1} += $2 while /^(entries|overrun|commit overrun|dropped events): (\d+)/mg;
	}
	die "the trace has holes\n" if $sum{'commit overrun'} || $sum{'dropped events'};
	return $sum{entries} + $sum{overrun};
}

END { sh("rmdir $trace") if -d $trace }

# --- what goes on all the time ------------------------------------------------------------------------

# Two devices share a port; VNI 3 is nobody's. The addresses are those of an interface that stays. Without ARP and
# link-local addresses the hosts themselves send nothing.
sub set_up {
	netns('client', 'sensor', 'other', 'holder');
	# With the first hook, and after the last one, the kernel patches its own code. An emulated CPU that comes by may
	# see what was there a moment ago, and panics: let there be one all the time.
	sh('vxmirrorctl -n holder add vni 1 dev zmirror9');
	for ('client', 'sensor', 'other') {
		$keeper{$_} = stay_in($_);
		sh("ip netns exec $_ sysctl -qw net.ipv6.conf.default.addr_gen_mode=1");
	}
	sh('ip -batch ' . save('links', <<'END' =~ s/U0_MAC/U0_MAC/er));
link add m0 netns client mtu 9001 type veth peer name u0 netns sensor mtu 9001 address U0_MAC
END
	sh('ip -n client link set m0 arp off up');
	sh('ip -n sensor -batch ' . save('sensor', <<'END'));
address add 192.0.2.2/32 dev lo
address add 2001:db8::2/128 dev lo nodad
link set u0 arp off up
END
	ctl('-b ' . save('add', "add vni 1 dev zmirror0\nadd vni 2 dev zmirror1\n"));
}

# Runs a shell's commands over and over as long as the file is there, and says so each time.
sub over_and_over {
	my ($name, $words, @commands) = @_;
	my $script = join "\n", "while [ -e $go ]; do", (map { "$_ || exit; echo $name" } @commands), 'done', '';
	return start("$words sh " . save($name, $script));
}

sub said { my ($process, $name) = @_; return scalar(() = output($process) =~ /^$name$/mg) }

# To an address that stays, to one that comes and goes, and on a VLAN that does.
sub sender {
	my ($cpu, $net) = @_;
	my $send = 'send dev m0 dmac ' . U0_MAC . " src ${net}11 vni 1 vnis 3 sources 9 frame-size 100 udp-checksum zero" .
		' count ' . BURST;
	return over_and_over("sent$cpu", "taskset -c $cpu ip netns exec client",
			     map { "$send $_" } "dst ${net}2", "dst ${net}3", "vlan 5 dst ${net}2");
}

sub addresses {
	my $batch = save('addresses', <<'END' x 10);
address add 192.0.2.3/32 dev lo
address add 2001:db8::3/128 dev lo nodad
address del 192.0.2.3/32 dev lo
address del 2001:db8::3/128 dev lo
END
	return over_and_over('moved', '', "ip -n sensor -batch $batch");
}

# Between two batches, each front has its turn.
sub fronts {
	my ($socket, $auto) = map { "set port 4789 front $_\n" } 'socket', 'auto';
	my @batches = (save('to-socket', $socket . "$auto$socket" x 4), save('to-auto', $auto . "$socket$auto" x 4));
	return over_and_over('toggled', '', map { "vxmirrorctl -n sensor -b $_" } @batches);
}

# The port's other user goes and comes.
sub users {
	my $batch = save('users', <<'END');
del vni 2
add vni 2 dev zmirror1
set dev zmirror1 down
set dev zmirror1 up
del dev zmirror1 force
add vni 2 dev zmirror1
END
	return over_and_over('shared', '', "vxmirrorctl -n sensor -b $batch");
}

# --- what is done to the interface --------------------------------------------------------------------

sub links { sh('ip -n sensor -batch ' . save('links', join '', map { "link $_\n" } @_)) }

# Each says whether packets came meanwhile, to the right place.
my %change = (
	renamed => sub {
		links('set u0 down', 'set u0 name uplink', 'set uplink up');
		my $flows = flows('sensor', 'zmirror0');
		links('set uplink down', 'set uplink name u0', 'set u0 up');
		return $flows;
	},
	'moved away' => sub {
		links('set u0 netns other');
		sh('ip -n other link set u0 up');
		my $before = received('sensor', 'zmirror0');
		my $flows = flows('other', 'u0') && received('sensor', 'zmirror0') == $before;
		sh('ip -n other link set u0 netns sensor');
		links('set u0 up');
		return $flows;
	},
	'a port of a bridge' => sub {
		links('add br0 address ' . U0_MAC . ' type bridge mcast_snooping 0', 'set br0 arp off up', 'set u0 master br0');
		my $flows = flows('sensor', 'zmirror0');
		links('set u0 nomaster', 'del br0');
		return $flows;
	},
	'in a bond' => sub {
		links('add bd0 address ' . U0_MAC . ' type bond mode active-backup', 'set u0 down', 'set u0 master bd0',
		      'set bd0 arp off up');
		my $flows = flows('sensor', 'zmirror0');
		links('set u0 nomaster', 'del bd0', 'set u0 up');
		return $flows;
	},
	'under a VLAN' => sub {
		links('add link u0 name u0.5 type vlan id 5', 'set u0.5 arp off up');
		my $flows = flows('sensor', 'u0.5');
		links('del u0.5');
		return $flows;
	},
);

# --- and so it goes -----------------------------------------------------------------------------------

set_up();
trace_drops();
my @senders = (sender(0, '192.0.2.'), sender(1, '2001:db8::'));
my @others = (addresses(), fronts(), users());
flows('sensor', 'zmirror0') or die 'no flood: ', map { errors($_) } @senders, @others;

my $end = time + $seconds;
my $rounds = 0;
while (time < $end || said($others[1], 'toggled') * 9 < TOGGLES) {
	my @still = grep { !$change{$_}->() } shuffle(sort keys %change);
	ok(!@still, 'round ' . ++$rounds . ': packets come all the time') or diag(join "\n", @still);
	ok(flows('sensor', 'zmirror0'), 'and after that') or last;
	last if grep { ended($_) } @senders, @others;
}
unlink $go;
wait_for(sub { !grep { !ended($_) } @senders, @others }, PATIENCE) or diag('they do not end');
is_deeply([map { $_->{status} } @senders, @others], [0, 0, 0, 0, 0], 'all went on to the end')
	or diag(map { errors($_) } @senders, @others);
note("$rounds rounds, VXM_SEED=$seed");

my $sent = BURST * sum0(map { said($senders[$_], "sent$_") } 0, 1);
my $refused = sum0(map { output($_) =~ /^refused (\d+)/mg } @senders);
my $drops;
wait_for(sub {
	my $before = $drops // -1;
	return $before == ($drops = dropped());
});
my $all = decode_json(ctl('-j -s'));
my $port = ctl_json('show port 4789')->[0];
my $causes = sum0(map { $_->{packets} } @{ $all->{causes} });
my $host = $drops - $causes;
note("$sent sent, $refused refused, $port->{early_packets} early, $port->{socket_packets} by the socket, " .
     "$all->{totals}{delivered_packets} delivered, $causes with a cause, $host dropped by the host");

is($all->{totals}{received_packets}, $all->{totals}{delivered_packets} + $causes, 'received is delivered and all causes');
is($all->{totals}{received_packets}, $port->{early_packets} + $port->{socket_packets},
   'each packet that was received came by one front');
is($port->{early_packets} + $port->{socket_packets} + $host, $sent + $refused,
   'each that was sent came once, or the host dropped it');
is(received('client', 'm0'), 0, 'and that was all there was');
cmp_ok($_->[0], '>', $sent / 1000, $_->[1])
	for [$port->{early_packets}, 'many came early'], [$port->{socket_packets}, 'many by the socket'],
	    [$causes, 'many had a cause'];
is_deeply([sort map { $_->{cause} } grep { $_->{packets} } @{ $all->{causes} }], ['dev-down', 'unknown-vni'],
	  'their causes are known');

done_testing;
