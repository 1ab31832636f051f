# SPDX-License-Identifier: GPL-2.0
#
# What the end-to-end tests share: the topology, commands, waiting, captures, counters.
#
# Tests say what holds with Test::More. They run as root in a machine (tests/vm/guest) that is theirs, one after the
# other, in any order: they touch nothing there but the network namespaces that topology() makes, what set_switch()
# puts back, and which modules are loaded. All links are veth pairs:
#
#    client                                        server
#    c0 10.0.0.1/24, fd00::1/64 ------------------ s0 10.0.0.2/24, fd00::2/64            MTU 1500
#     |
#     | tc mirred, both directions
#     v
#    vx0, the kernel's vxlan device (VNI 1)
#     |                                            sensor
#    m0 192.0.2.1/24, 2001:db8::1/64 ------------- u0 192.0.2.2/24, 2001:db8::2/64       MTU 9001
#       02:00:00:00:00:01                          |  02:00:00:00:00:02
#                                                  `-> zmirror0, what is tested
#
# A test that needs no mirrored host asks for the lower half only.

package E2E;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = (
	@Test::More::EXPORT,
	qw(decode_json sh attempt start stop ended output errors wait_for free_port work_dir save slurp random_bytes),
	qw(set_switch),
	qw(netns end_netns stay_in proc_net topology mirrored_host offloads serve suricata ctl ctl_json),
	qw(capture mark end_capture reader frames frames_to_mark send_mirrored counters changes),
	qw(M0_MAC U0_MAC),
);

use constant M0_MAC => '02:00:00:00:00:01';
use constant U0_MAC => '02:00:00:00:00:02';

my $here = dirname(abs_path(__FILE__));
$ENV{PATH} = "$here:" . dirname(dirname($here)) . "/tools:$ENV{PATH}";
$ENV{LC_ALL} = 'C';

my $main = $$;
my $dir = tempdir('vxmirror-e2e-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my %running;
my @netns;
my @switches;		# what they were, the last one first
my $in_sensor;		# a process that stays in the sensor's namespace

# --- commands ---------------------------------------------------------------------------------------

# A directory that goes away with the test.
sub work_dir { return $dir }

sub slurp {
	my ($file) = @_;
	open my $f, '<:raw', $file or die "$file: $!\n";
	local $/;
	return scalar(<$f>) // '';
}

# Writes a file of the work directory; returns its name.
sub save {
	my ($name, $text) = @_;
	open my $f, '>:raw', "$dir/$name" or die "$name: $!\n";
	print $f $text;
	close $f or die "$name: $!\n";
	return "$dir/$name";
}

sub random_bytes {
	my ($count) = @_;
	open my $f, '<:raw', '/dev/urandom' or die "urandom: $!\n";
	read($f, my $bytes, $count) == $count or die "urandom: $!\n";
	return $bytes;
}

# Forks a process that runs a command, which Perl hands to the shell only when it needs one.
sub spawn {
	my ($command, $file) = @_;
	my $pid = fork() // die "fork: $!\n";
	return $pid if $pid;
	open STDIN, '<', '/dev/null' or die;
	open STDOUT, '>', "$file.out" or die;
	open STDERR, '>', "$file.err" or die;
	exec $command or die "$command: $!\n";
}

# Runs a shell command: its exit code, standard output and standard error.
sub attempt {
	my ($command) = @_;
	my $pid = spawn($command, "$dir/command");
	waitpid $pid, 0;
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, slurp("$dir/command.out"), slurp("$dir/command.err"));
}

# Runs a shell command that has to succeed: its output without the last line feed.
sub sh {
	my ($command) = @_;
	my ($code, $out, $err) = attempt($command);
	die "exit code $code: $command\n$out$err" if $code;
	chomp $out;
	return $out;
}

# Starts a command in the background. It ends with the test at the latest.
sub start {
	my ($command) = @_;
	my $file = sprintf '%s/%03d', $dir, scalar(keys %running) + 1;
	my $pid = spawn("exec $command", $file);
	my $process = { pid => $pid, command => $command, file => $file };
	$running{$file} = $process;
	return $process;
}

sub output { my ($process) = @_; return -e "$process->{file}.out" ? slurp("$process->{file}.out") : '' }
sub errors { my ($process) = @_; return -e "$process->{file}.err" ? slurp("$process->{file}.err") : '' }

# Collects the process if it has ended.
sub ended {
	my ($process) = @_;
	return 1 if defined $process->{status};
	return 0 unless waitpid($process->{pid}, WNOHANG) == $process->{pid};
	$process->{status} = $?;
	return 1;
}

# Ends a process that start() started, if need be by force; returns its wait status.
sub stop {
	my ($process, $signal) = @_;
	my $pid = $process->{pid};
	return $process->{status} if ended($process);
	kill $signal // 'TERM', $pid;
	wait_for(sub { ended($process) }, 10) and return $process->{status};
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return $process->{status} = $?;
}

# Sets what is the kernel's, a file of /proc/sys or the like, until the test ends.
sub set_switch {
	my ($file, $value) = @_;
	chomp(my $before = slurp($file));
	unshift @switches, [$file, $before] unless grep { $_->[0] eq $file } @switches;
	sh("echo '$value' >$file");
}

# Whether and where the test may have a UDP port: "4 6" when on IPv4 and on IPv6.
sub free_port {
	my ($ns, $port) = @_;
	my $out = sh("ip netns exec $ns perl " . save('bind.pl', <<'END') . " $port");
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY inet_pton);
socket(my $four, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
print "4\n" if bind $four, pack_sockaddr_in($ARGV[0], INADDR_ANY);
exit 0 unless socket(my $six, AF_INET6, SOCK_DGRAM, 0);
setsockopt $six, IPPROTO_IPV6, IPV6_V6ONLY, 1 or die "IPV6_V6ONLY: $!\n";
print "6\n" if bind $six, pack_sockaddr_in6($ARGV[0], inet_pton(AF_INET6, '::'));
END
	return join ' ', split /\n/, $out;
}

# Polls until the condition holds; returns its value, or false after so many seconds.
sub wait_for {
	my ($condition, $seconds) = @_;
	my $end = time + ($seconds // 20);
	while (1) {
		my $value = $condition->();
		return $value if $value;
		return if time > $end;
		sleep 0.05;
	}
}

END {
	if ($$ == $main) {
		my $status = $?;
		stop($_, 'KILL') for values %running;
		system "ip netns del $_" for @netns;
		system "echo '$_->[1]' >$_->[0]" for @switches;
		$? = $status;
	}
}

# --- topology ---------------------------------------------------------------------------------------

# Makes network namespaces that go away with the test.
sub netns {
	for my $name (@_) {
		sh("ip netns add $name && ip -n $name link set lo up");
		push @netns, $name;
	}
}

# Ends what a namespace was made for, and the namespace.
sub end_netns {
	my ($name) = @_;
	stop($_, 'KILL') for grep { $_->{command} =~ /^ip netns exec $name / } values %running;
	sh("ip netns del $name");
	@netns = grep { $_ ne $name } @netns;
}

# A process that stays in a namespace. By it files tell what holds there, while a new process takes long on busy CPUs.
sub stay_in {
	my ($ns) = @_;
	my $process = start("ip netns exec $ns sleep infinity");
	my $here = readlink '/proc/self/ns/net';
	wait_for(sub { (readlink("/proc/$process->{pid}/ns/net") // $here) ne $here }) or die "nobody is in $ns\n";
	return $process;
}

# A file of /proc/net, as such a process sees it.
sub proc_net {
	my ($process, $file) = @_;
	return slurp("/proc/$process->{pid}/net/$file");
}

# Two ends of a cable. Nothing but what a test sends goes over it: no address is made up. Each end handles
# its packets on one CPU, since the order of packets is compared.
sub cable {
	my ($mtu, @ends) = @_;
	my ($a, $b) = @ends;
	sh("ip -n $a->{ns} link add $a->{dev} address $a->{mac} mtu $mtu type veth " .
	   "peer name $b->{dev} netns $b->{ns} address $b->{mac} mtu $mtu");
	for (@ends) {
		sh(<<"END");
set -e
ip netns exec $_->{ns} sh -c 'echo 1 >/sys/class/net/$_->{dev}/queues/rx-0/rps_cpus'
ip -n $_->{ns} link set $_->{dev} addrgenmode none up
ip -n $_->{ns} address add $_->{ipv4} dev $_->{dev}
ip -n $_->{ns} address add $_->{ipv6} dev $_->{dev} nodad
END
	}
}

# The mirror source's way to the sensor, and nothing else. The ends know each other: they need not ask.
sub topology {
	netns('client', 'sensor');
	$in_sensor = stay_in('sensor');
	cable(9001,
	      { ns => 'client', dev => 'm0', mac => M0_MAC, ipv4 => '192.0.2.1/24', ipv6 => '2001:db8::1/64' },
	      { ns => 'sensor', dev => 'u0', mac => U0_MAC, ipv4 => '192.0.2.2/24', ipv6 => '2001:db8::2/64' });
}

# topology(), a server, and what client and server say to each other mirrored to the sensor.
sub mirrored_host {
	topology();
	netns('server');
	cable(1500,
	      { ns => 'client', dev => 'c0', mac => '02:00:00:00:01:01', ipv4 => '10.0.0.1/24', ipv6 => 'fd00::1/64' },
	      { ns => 'server', dev => 's0', mac => '02:00:00:00:01:02', ipv4 => '10.0.0.2/24', ipv6 => 'fd00::2/64' });
	sh(<<'END');
set -e
ip -n client link add vx0 type vxlan id 1 local 192.0.2.1 remote 192.0.2.2 dstport 4789 dev m0 nolearning
ip netns exec client sysctl -qw net.ipv6.conf.vx0.disable_ipv6=1
ip -n client link set vx0 up
tc -n client qdisc add dev c0 clsact
tc -n client filter add dev c0 ingress matchall action mirred egress mirror dev vx0
tc -n client filter add dev c0 egress matchall action mirred egress mirror dev vx0
END
	offloads('off');
}

# Segmentation, receive and checksum offloads of client and server: on or off. The copies that tc makes of
# what the client sends are older than its interface's work on them, so vx0 has to do that once more.
sub offloads {
	my ($state) = @_;
	sh("ip netns exec $_->[0] ethtool -K $_->[1] tx $state rx $state tso $state gso $state gro $state >/dev/null")
		for ['client', 'c0'], ['client', 'vx0'], ['server', 's0'];
}

# Real servers on server's addresses: nginx with DIRECTORY, and dnsmasq, which knows web.example.test.
sub serve {
	my ($root) = @_;
	my $conf = save('nginx.conf', <<"END");
daemon off;
pid $dir/nginx.pid;
user root;
error_log stderr;
events { worker_connections 64; }
http {
	access_log off;
	sendfile on;
	client_body_temp_path $dir/nginx-body;
	proxy_temp_path $dir/nginx-proxy;
	fastcgi_temp_path $dir/nginx-fastcgi;
	uwsgi_temp_path $dir/nginx-uwsgi;
	scgi_temp_path $dir/nginx-scgi;
	server { listen 10.0.0.2:80; listen [fd00::2]:80; root $root; }
}
END
	my $http = start("ip netns exec server nginx -e stderr -c $conf");
	my $dns = start('ip netns exec server dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root ' .
		'--pid-file --no-resolv --no-hosts --bind-interfaces --interface=s0 ' .
		'--address=/web.example.test/10.0.0.2 --txt-record=text.example.test,"' . 'x' x 200 . '"');
	wait_for(sub { sh('ip netns exec server ss -Hlntu') =~ /10\.0\.0\.2:53.*10\.0\.0\.2:80/s })
		or die 'no servers: ', errors($http), errors($dns);
}

# Suricata on zmirror0, started; returns it and its log directory.
sub suricata {
	my $log = "$dir/suricata";
	mkdir $log or die "$log: $!\n";
	my $conf = save('suricata.yaml', <<"END");
%YAML 1.1
---
default-log-dir: $log
logging: { outputs: [ { console: { enabled: yes } } ] }
stats: { enabled: yes, interval: 600 }
outputs:
  - eve-log:
      enabled: yes
      filename: eve.json
      types:
        - http: { extended: yes }
        - dns
        - flow
        - stats
        - anomaly: { enabled: yes, types: { decode: yes, stream: yes, applayer: yes } }
af-packet:
  - { interface: zmirror0, threads: 1, cluster-id: 99, cluster-type: cluster_flow, tpacket-v3: yes, ring-size: 20000 }
app-layer:
  protocols:
    http: { enabled: yes }
    dns: { tcp: { enabled: yes, detection-ports: { dp: 53 } }, udp: { enabled: yes, detection-ports: { dp: 53 } } }
flow: { memcap: 32mb, hash-size: 4096, prealloc: 100 }
stream: { memcap: 64mb, checksum-validation: yes, reassembly: { memcap: 64mb } }
defrag: { memcap: 8mb, hash-size: 256, trackers: 256, prealloc: yes }
END
	my $suricata = start("ip netns exec sensor suricata -k all --af-packet -c $conf");
	wait_for(sub { output($suricata) =~ /Engine started/ }, 60)
		or die 'suricata: ', output($suricata), errors($suricata);
	return ($suricata, $log);
}

# --- vxmirrorctl in the sensor's namespace ------------------------------------------------------------

sub ctl {
	my ($words) = @_;
	return sh("vxmirrorctl -n sensor $words");
}

sub ctl_json {
	my ($words) = @_;
	return decode_json(ctl("-j -s $words"));
}

# --- captures ---------------------------------------------------------------------------------------

# Starts tcpdump on a device; returns when it sees what comes.
sub capture {
	my ($ns, $dev, $filter) = @_;
	my $file = sprintf '%s/%s-%d.pcap', $dir, $dev, scalar keys %running;
	my $process = start("ip netns exec $ns tcpdump -U -n -s 0 -B 65536 -Z root -i $dev -w $file " .
			    ($filter // ''));
	wait_for(sub { errors($process) =~ /listening on/ }) or die 'tcpdump: ', errors($process);
	$process->{pcap} = $file;
	return $process;
}

# Sends a ping from client to server whose request and reply contain a text of 16 bytes.
sub mark {
	my ($text) = @_;
	sh('ip netns exec client ping -q -c 1 -W 10 -p ' . unpack('H*', $text) . ' 10.0.0.2');
}

# Waits until a file that grows holds the pattern twice near its end: in the ping's request and its reply.
sub wait_for_mark {
	my ($file, $pattern) = @_;
	wait_for(sub {
		open my $f, '<:raw', $file or return;
		seek $f, -65536, 2 if -s $f > 65536;
		local $/;
		my @found = (<$f> // '') =~ /(?:$pattern)+/g;
		return @found >= 2;
	}) or diag("$file: no $pattern");
}

# Ends a capture once it has written both frames of a mark; returns how many frames tcpdump missed.
sub end_capture {
	my ($process, $text) = @_;
	wait_for_mark($process->{pcap}, $text);
	stop($process, 'INT');
	return $1 if errors($process) =~ /^(\d+) packets? dropped by kernel/m;
	die 'tcpdump: ', errors($process);
}

# --- single frames ----------------------------------------------------------------------------------

# Starts recv on a device of a namespace; returns when it sees what comes.
sub reader {
	my ($ns, $dev, $words) = @_;
	my $process = start("ip netns exec $ns recv dev $dev " . ($words // ''));
	wait_for(sub { output($process) =~ /^ready/ }) or die 'recv: ', errors($process);
	$process->{taken} = 0;
	return $process;
}

# The frames that a reader has seen since this was called last: hashes of what recv prints, the names of
# the status bits as a list. With COUNT, waits until there are so many.
sub frames {
	my ($process, $count) = @_;
	my @new;
	wait_for(sub {
		my @lines = grep { /^len=/ } output($process) =~ /^(.*)\n/mg;
		@new = @lines[$process->{taken} .. $#lines];
		return @new >= ($count // 0);
	}, 5);
	$process->{taken} += @new;
	return map {
		my ($names) = /\((.*)\)/;
		my %frame = /(\w+)=(\S+)/g;
		my ($hex) = / ([0-9a-f]*)$/;
		+{ %frame, status => [split ' ', $names], bytes => pack('H*', $hex) };
	} @new;
}

# All frames that a reader has seen, up to those of a mark.
sub frames_to_mark {
	my ($process, $text) = @_;
	wait_for_mark("$process->{file}.out", unpack 'H*', $text);
	return frames($process);
}

# Sends mirror packets from the client to the sensor; WORDS are send's. With FAMILY 6 over IPv6.
sub send_mirrored {
	my ($words, $family) = @_;
	my $way = ($family // 4) == 6 ? 'src 2001:db8::1 dst 2001:db8::2' : 'src 192.0.2.1 dst 192.0.2.2';
	sh("ip netns exec client send dev m0 dmac " . U0_MAC . " $way $words");
}

# --- counters ---------------------------------------------------------------------------------------

# What of the host's own counters can tell the fate of a mirror packet.
my $host_counter = qr/^(?:Ip6?(?:InHdrErrors|InDiscards|ReasmOKs|ReasmFails)|IcmpOutMsgs|
			Icmp6Out(?:DestUnreachs|TimeExcds|ParmProblems|EchoReplies)|Udp6?(?:NoPorts|InErrors|InCsumErrors|RcvbufErrors))$/x;

# All counters of the sensor's namespace by name: vxmirror's ("vni 4789 1 received_packets") and the host's
# ("UdpInErrors"), those that are 0 left out.
sub counters {
	my $batch = save('counters', "show vni\nshow dev\nshow causes\nshow session\nshow unknown\n");
	my @lines = split /\n/, ctl("-j -s -b $batch") . "\n" . proc_net($in_sensor, 'snmp') .
		proc_net($in_sensor, 'snmp6');
	my %count;
	my $add = sub {
		my ($object, $record) = @_;
		$count{"$object $_"} = $record->{$_} for grep { /_(?:packets|bytes|refused)$/ } keys %$record;
	};
	$add->('vni ' . join(' ', $_->{port}, vni_name($_)), $_) for my @vnis = @{ decode_json(shift @lines) };
	for my $vni (@vnis) {
		$count{'vni ' . join ' ', $vni->{port}, vni_name($vni), $_->{cause}} = $_->{packets} for @{ $vni->{causes} };
	}
	$add->("dev $_->{dev}", $_) for @{ decode_json(shift @lines) };
	$count{"cause $_->{cause}"} = $_->{packets} for @{ decode_json(shift @lines) };
	$add->("session $_->{port} $_->{vni} $_->{source}", $_) for @{ decode_json(shift @lines) };
	$add->("unknown $_->{port} $_->{vni} $_->{source}", $_) for @{ decode_json(shift @lines) };
	while (@lines) {
		my ($name, @values) = split ' ', shift @lines;
		my %host = ($name => $values[0]);
		if ($name =~ s/:$//) {
			(undef, my @numbers) = split ' ', shift @lines;
			@host{map { "$name$_" } @values} = @numbers;
		}
		$count{$_} = $host{$_} for grep { /$host_counter/ } keys %host;
	}
	delete $count{$_} for grep { !$count{$_} } keys %count;
	return \%count;
}

sub vni_name {
	my ($record) = @_;
	return 'any' if $record->{vni_any};
	return $record->{vni} . (defined $record->{vni_last} ? "-$record->{vni_last}" : '');
}

# By how much counters changed; those that did not are left out.
sub changes {
	my ($before, $after) = @_;
	my %change = map { $_ => ($after->{$_} // 0) - ($before->{$_} // 0) } keys %$before, keys %$after;
	delete $change{$_} for grep { !$change{$_} } keys %change;
	return \%change;
}

1;
