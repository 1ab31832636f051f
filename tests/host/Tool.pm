# SPDX-License-Identifier: GPL-2.0
#
# What the tests of vxmirrorctl on this machine share: they build it, and run it from the repository's top with what
# it is to read, and get what it said.

package Tool;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

our @EXPORT = qw($tool $dir slurp spew run);

chdir dirname(dirname(dirname(abs_path(__FILE__)))) or die "$0: $!\n";
$ENV{LC_ALL} = 'C';
system('make -s -C tools >&2') == 0 or BAIL_OUT('vxmirrorctl does not build');

our $tool = abs_path('tools/vxmirrorctl');
our $dir = tempdir(CLEANUP => 1);

sub slurp {
	my ($file) = @_;
	open my $in, '<:raw', $file or die "$file: $!\n";
	local $/;
	return scalar(<$in>) // '';
}

sub spew {
	my ($file, @text) = @_;
	open my $out, '>:raw', $file or die "$file: $!\n";
	print $out @text;
	close $out or die "$file: $!\n";
}

# Runs the tool; returns exit code, standard output and standard error.
sub run {
	my ($input, @words) = @_;
	spew("$dir/in", $input);
	my $pid = fork // die $!;
	if (!$pid) {
		open STDIN, '<', "$dir/in" or die $!;
		open STDOUT, '>', "$dir/out" or die $!;
		open STDERR, '>', "$dir/err" or die $!;
		exec $tool, @words;
		die $!;
	}
	waitpid $pid, 0;
	return ($? >> 8, slurp("$dir/out"), slurp("$dir/err"));
}

1;
