#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Readers that do not read harm themselves only: packet sockets with a full buffer or a full ring, and a listener
# to events. The others get everything, and no memory is held but what those asked for.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(min sum0);

use constant {
	FRAMES => 30_000,
	SIZE => 1400,
	BUFFER => 1 << 20,		# each idle reader's
	MEMORY => 12 << 20,		# what they may hold, with their buffers; the frames are 40 MB
	EVENTS => 20_000,		# and as many again: more than the tool has room for, which is 16 MB
	EVENT_MEMORY => 24 << 20,	# for that room; the kernel may go over it by one message
};

# Opens packet sockets on a device, one with a buffer and one for each version of the ring, and does not read.
# For each line on standard input it says what has been dropped so far.
my $idle = save('idle.pl', <<'END');
use strict;
use warnings;
use constant { AF_PACKET => 17, ETH_P_ALL => 3, SOL_PACKET => 263, PACKET_RX_RING => 5, PACKET_STATISTICS => 6,
	       PACKET_VERSION => 10 };
use Socket qw(SOCK_RAW SOL_SOCKET SO_RCVBUF);
$| = 1;
my ($dev, $size) = @ARGV;
open my $f, '<', "/sys/class/net/$dev/ifindex" or die "$dev: $!\n";
my $index = <$f> + 0;
sub packet_socket {
	my ($version) = @_;
	socket(my $s, AF_PACKET, SOCK_RAW, 0) or die "socket: $!\n";
	setsockopt $s, SOL_SOCKET, SO_RCVBUF, $size or die "SO_RCVBUF: $!\n";
	if (defined $version) {
		setsockopt $s, SOL_PACKET, PACKET_VERSION, pack 'i', $version or die "PACKET_VERSION: $!\n";
		setsockopt $s, SOL_PACKET, PACKET_RX_RING, pack 'I7', 1 << 16, $size >> 16, 1 << 11, $size >> 11, 10, 0, 0
			or die "PACKET_RX_RING: $!\n";
	}
	bind $s, pack 'S n i S C C a8', AF_PACKET, ETH_P_ALL, $index, 0, 0, 0, '' or die "bind: $!\n";
	return $s;
}
my @sockets = map { packet_socket($_) } undef, 0, 1, 2;
my @dropped = (0) x @sockets;
print "ready\n";
while (<STDIN>) {
	for (0 .. $#sockets) {
		my $statistics = getsockopt $sockets[$_], SOL_PACKET, PACKET_STATISTICS or die "PACKET_STATISTICS: $!\n";
		$dropped[$_] += (unpack 'I2', $statistics)[1];
	}
	print "dropped @dropped\n";
}
END

# Bytes of memory that could be given.
sub memory {
	sh('sync; echo 1 >/proc/sys/vm/drop_caches');
	return 1024 * (slurp('/proc/meminfo') =~ /^MemAvailable: +(\d+)/m)[0];
}

# Bytes that wait in a process's netlink sockets.
sub waiting {
	my ($process) = @_;
	my %own = map { (readlink // '') =~ /^socket:\[(\d+)\]/ ? ($1 => 1) : () } glob "/proc/$process->{pid}/fd/*";
	my @sockets = map { [split] } split /\n/, slurp("/proc/$process->{pid}/net/netlink");
	return sum0(map { $_->[4] } grep { $own{$_->[9]} } @sockets);
}

topology();
ctl('add vni 1 dev zmirror0');

# Packet sockets.
my $pipe = work_dir() . '/ask';
sh("mkfifo $pipe");
my $reader = start('ip netns exec sensor tcpdump -i zmirror0 -n -s 100 -B 65536 -Z root --immediate-mode -w ' . work_dir() . '/pcap');
my $idler = start("ip netns exec sensor sh -c 'exec perl $idle zmirror0 ${\BUFFER} <$pipe'");
open my $ask, '>', $pipe or die "$pipe: $!\n";
$ask->autoflush(1);
wait_for(sub { output($idler) =~ /^ready/ && errors($reader) =~ /listening on/ })
	or die errors($idler), errors($reader);
my $before = memory();
send_mirrored("vni 1 count ${\FRAMES} frame-size ${\SIZE}");
my $held = $before - memory();
is(ctl_json('show vni 1')->[0]{delivered_packets}, FRAMES, 'all frames are delivered');
print $ask "\n";
wait_for(sub { output($idler) =~ /^dropped/m }) or die errors($idler);
my @dropped = output($idler) =~ /^dropped (\d+) (\d+) (\d+) (\d+)/m;
cmp_ok(min(@dropped), '>', FRAMES / 2, 'a buffer and three rings are full: most frames are none of theirs') or diag("@dropped");
stop($reader, 'INT');
like(errors($reader), qr/^${\FRAMES} packets captured/m, 'the one who reads gets them all') or diag(errors($reader));
my $file = -s work_dir() . '/pcap';
cmp_ok($held - $file, '<', MEMORY, 'what the others do not read holds no more memory than their buffers')
	or diag("$held bytes, the captured file $file");
is(ctl_json('show vni 1')->[0]{unattributed_packets}, 0, 'and nothing is missing in the counts');
close $ask;
ok(wait_for(sub { ended($idler) }), 'they go');

# Events.
my @listener = map { start('vxmirrorctl -n sensor -j monitor') } 1, 2;
my $noise = 0;
wait_for(sub {
	ctl('add dev noise' . ++$noise);
	ctl("del dev noise$noise");
	return !grep { output($_) !~ /noise/ } @listener;
}) or die 'no events';
my ($asleep, $awake) = @listener;
kill 'STOP', $asleep->{pid};
my $events = sub { my ($process) = @_; return scalar(() = output($process) =~ /"vni":1\d{5}\b/g) };
for my $verb ('add', 'del') {
	my $to = $verb eq 'add' ? ' dev zmirror0' : '';
	my $batch = save('batch', join '', map { "$verb vni $_$to\n" } 100_001 .. 100_000 + EVENTS);
	sh("vxmirrorctl -n sensor -b $batch");
}
ok(wait_for(sub { $events->($awake) == 2 * EVENTS }), 'a listener that listens gets every event')
	or diag($events->($awake) . ' of ' . 2 * EVENTS);
my $held_for_events = waiting($asleep);
ok($held_for_events > EVENT_MEMORY / 4 && $held_for_events < EVENT_MEMORY, 'one that does not holds no more than its buffer')
	or diag($held_for_events);
unlike(output($awake), qr/"lost"/, 'nothing was lost on the one');
kill 'CONT', $asleep->{pid};
ok(wait_for(sub { output($asleep) =~ /"lost"/ }), 'the other learns that it has lost some')
	or diag(substr(output($asleep), -300), errors($asleep));
cmp_ok($events->($asleep), '<', 2 * EVENTS, 'which it has');
# it has to take in what waits before there is room again
ok(wait_for(sub {
	ctl('add dev noise' . ++$noise);
	ctl("del dev noise$noise");
	return output($asleep) =~ /"del".*"noise$noise"/;
}), 'and then hears what comes');

done_testing;
