# SPDX-License-Identifier: GPL-2.0
#
# Builds Ethernet frames byte by byte, and checks the checksums of others.

package Frame;

use strict;
use warnings;
use Exporter qw(import);
use Socket qw(AF_INET AF_INET6 inet_pton);

our @EXPORT = qw(mac ether arp_request ipv4 ipv6 udp tcp icmp_echo icmp6 checksums);

use constant {
	ETH_IPV4 => 0x0800,
	ETH_IPV6 => 0x86dd,
	TCP => 6,
	UDP => 17,
	ICMP => 1,
	ICMP6 => 58,
};

sub mac { my ($text) = @_; return pack 'H2' x 6, split /:/, $text }

sub ip {
	my ($text) = @_;
	return inet_pton($text =~ /:/ ? AF_INET6 : AF_INET, $text) // die "$text: no IP address\n";
}

# The Internet checksum of all the bytes: 0 when they contain a right one.
sub checksum {
	my ($bytes) = @_;
	$bytes .= "\0" if length($bytes) % 2;
	my $sum = unpack '%32n*', $bytes;
	$sum = ($sum & 0xffff) + ($sum >> 16) while $sum > 0xffff;
	return ~$sum & 0xffff;
}

sub ether {
	my ($to, $from, $type, $payload) = @_;
	return mac($to) . mac($from) . pack('n', $type) . $payload;
}

# An ARP request from one address for another, broadcast.
sub arp_request {
	my ($mac, $from, $to) = @_;
	return ether('ff:ff:ff:ff:ff:ff', $mac, 0x0806,
		     pack('nnCCn', 1, ETH_IPV4, 6, 4, 1) . mac($mac) . ip($from) . "\0" x 6 . ip($to));
}

# An IPv4 packet; options: tos, id, ttl, fragment (the field), length (what the header says).
sub ipv4 {
	my ($from, $to, $protocol, $payload, %option) = @_;
	my $header = pack 'CCnnnCCn', 0x45, $option{tos} // 0, $option{length} // 20 + length $payload,
		$option{id} // 1, $option{fragment} // 0, $option{ttl} // 64, $protocol, 0;
	$header .= ip($from) . ip($to);
	substr $header, 10, 2, pack 'n', checksum($header);
	return $header . $payload;
}

sub ipv6 {
	my ($from, $to, $next, $payload, %option) = @_;
	return pack('NnCC', 0x60000000 | ($option{tos} // 0) << 20, length $payload, $next, 255) .
		ip($from) . ip($to) . $payload;
}

# The pseudo-header that layer 4 has in its checksum.
sub pseudo {
	my ($from, $to, $protocol, $length) = @_;
	return $from . $to . pack 'NN', $length, $protocol;
}

# Puts the checksum into a layer-4 packet at an offset.
sub fill {
	my ($from, $to, $protocol, $packet, $at) = @_;
	my $sum = checksum(pseudo(ip($from), ip($to), $protocol, length $packet) . $packet);
	substr $packet, $at, 2, pack 'n', $sum || 0xffff;
	return $packet;
}

sub udp {
	my ($from, $to, $sport, $dport, $data) = @_;
	return fill($from, $to, UDP, pack('nnnn', $sport, $dport, 8 + length $data, 0) . $data, 6);
}

# A TCP segment without options.
sub tcp {
	my ($from, $to, $sport, $dport, $flags, $data) = @_;
	return fill($from, $to, TCP, pack('nnNNCCnnn', $sport, $dport, 1000, 0, 0x50, $flags, 8192, 0, 0) . $data, 16);
}

sub icmp_echo {
	my ($data) = @_;
	my $packet = pack('CCnnn', 8, 0, 0, 77, 1) . $data;
	substr $packet, 2, 2, pack 'n', checksum($packet);
	return $packet;
}

sub icmp6 {
	my ($from, $to, $type, $body) = @_;
	return fill($from, $to, ICMP6, pack('CCn', $type, 0, 0) . $body, 2);
}

# What the checksums of a frame are: 'good', 'bad', 'partial' (IP good, layer 4 left to hardware: the field
# holds the pseudo-header's sum), or 'none' where there is nothing to check.
sub checksums {
	my ($frame) = @_;
	my $type = unpack 'x12 n', $frame;
	my $ip = substr $frame, 14;
	my ($from, $to, $protocol, $packet);
	if ($type == ETH_IPV4) {
		my ($len, $total, $fragment, $next) = unpack 'C x n x2 n x C', $ip;
		return 'bad' if checksum(substr $ip, 0, ($len & 15) * 4);
		return 'none' if $fragment & 0x3fff;
		($from, $to, $protocol) = (substr($ip, 12, 4), substr($ip, 16, 4), $next);
		$packet = substr $ip, ($len & 15) * 4, $total - ($len & 15) * 4;
	} elsif ($type == ETH_IPV6) {
		my ($total, $next) = unpack 'x4 n C', $ip;
		($from, $to, $protocol) = (substr($ip, 8, 16), substr($ip, 24, 16), $next);
		$packet = substr $ip, 40, $total;
	} else {
		return 'none';
	}
	return checksum($packet) ? 'bad' : 'good' if $protocol == ICMP;
	my $at = { TCP, 16, UDP, 6, ICMP6, 2 }->{$protocol} // return 'none';
	my $pseudo = pseudo($from, $to, $protocol, length $packet);
	return 'good' unless checksum($pseudo . $packet);
	my $field = unpack 'n', substr $packet, $at, 2;
	return $field == (~checksum($pseudo) & 0xffff) ? 'partial' : 'bad';
}

1;
