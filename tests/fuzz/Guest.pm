# SPDX-License-Identifier: GPL-2.0
#
# What the fuzzers in the guest share: running one, with its TAP made the test's own, and looking for leaks.

package Guest;

use strict;
use warnings;
use E2E qw(slurp);
use Exporter qw(import);
use TAP::Parser;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(fuzz no_leaks);

# Runs a program that writes TAP; its tests are ours, and what it says aside is said when it is said.
sub fuzz {
	my @command = @_;
	my $parser = TAP::Parser->new({ exec => \@command, merge => 1 });
	while (my $result = $parser->next) {
		if ($result->is_test) {
			ok($result->is_ok, $result->description =~ s/^- //r);
		} elsif (!$result->is_plan) {
			print '# ', $result->raw =~ s/^#\s*//r, "\n";
		}
	}
	is_deeply([$parser->parse_errors], [], 'all of its results are there');
	is($parser->wait, 0, 'it ends well');
}

# Looks for memory that nobody knows of any more. An object is suspected only when it is five seconds old, and
# when a second look confirms it.
sub no_leaks {
	my $file = '/sys/kernel/debug/kmemleak';
	SKIP: {
		skip 'this kernel does not look for leaks', 1 unless -e $file && slurp('/proc/cmdline') !~ /kmemleak=off/;
		my $end = time + 6;
		sleep 0.5 while time < $end;
		my $leaks;
		for (1, 2) {
			open my $f, '>', $file or die "$file: $!\n";
			syswrite $f, 'scan' or die "$file: $!\n";
			close $f;
			$leaks = slurp($file);
		}
		is($leaks, '', 'no memory has leaked');
	}
}

1;
