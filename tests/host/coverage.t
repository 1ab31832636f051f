#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Tests tests/vm/coverage: a line has run when it has in any guest, and is named when it has in none. A program
# stands in for the module; its counts come to lie in the shares as those of a guest do.

use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $coverage = "$FindBin::Bin/../vm/coverage";
my $dir = tempdir(CLEANUP => 1);
my $source = "$dir/kmod/part.c";

# Lines 6 and 8 run when they are asked for.
mkdir "$dir/kmod" or die "$dir/kmod: $!\n";
open my $f, '>', $source or die "$source: $!\n";
print $f <<'END';
int main(int argc, char **argv)
{
	int n = argc;

	if (argv[1][0] == 'a')
		n += 2;
	else
		n += 3;
	return n == argc;
}
END
close $f or die "$source: $!\n";
system("gcc --coverage -c -o $dir/kmod/part.o $source && gcc --coverage -o $dir/part $dir/kmod/part.o") and die "gcc\n";
for my $share ('a', 'b') {
	mkdir "$dir/$share" or die "$dir/$share: $!\n";
	system("GCOV_PREFIX=$dir/$share/gcov $dir/part $share") and die "$share\n";
}

sub result { return scalar qx($coverage @_) }

like(result("$dir/a"), qr/^# kmod\/part.c: .*, not 8\n.*^not ok 1 /ms, 'one guest: a line that has not run');
like(result("$dir/b"), qr/^# kmod\/part.c: .*, not 6\n.*^not ok 1 /ms, 'the other: another one');
like(result("$dir/a", "$dir/b"), qr/^# kmod\/part.c: 100 %\n.*^ok 1 /ms, 'both: each has run in one of them');
mkdir "$dir/none" or die "$dir/none: $!\n";
like(result("$dir/none 2>/dev/null"), qr/^not ok 1 /m, 'a guest that has not counted');

done_testing();
