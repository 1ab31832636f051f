# SPDX-License-Identifier: GPL-2.0
#
# Runs the fuzzers that the Makefile here builds. Each first reads its corpus, corpus/NAME, and then looks
# for more, in a directory of its own, for its share of VXM_FUZZ_SECONDS. What it finds is shown with the
# input in hexadecimal digits, from which it can be made again:
#
#    echo DIGITS | xxd -r -p >input; tests/fuzz/build/NAME input

package Fuzz;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

our @EXPORT = qw(fuzz);

my $here = dirname(abs_path(__FILE__));
my $dir = tempdir('vxmirror-fuzz-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $overtime = 120;	# for a fuzzer's start and end, on a busy machine
my $story = 30;		# lines that are shown of a sanitizer's report

$ENV{ASAN_OPTIONS} = 'quarantine_size_mb=16';
$ENV{UBSAN_OPTIONS} = 'print_stacktrace=1';

sub slurp {
	my ($file) = @_;
	open my $f, '<:raw', $file or die "$file: $!\n";
	local $/;
	return scalar(<$f>) // '';
}

# Runs a fuzzer for so many seconds at most; returns its exit status and all that it says.
sub run {
	my ($seconds, $name, @arguments) = @_;
	my @command = ('timeout', '-k', 5, $seconds + $overtime, "$here/build/$name", '-timeout=25',
		       '-report_slow_units=25', "-artifact_prefix=$dir/found-", @arguments);
	open my $out, '-|', 'sh', '-c', 'exec "$@" 2>&1', '-', @command or die "$name: $!\n";
	my @lines = <$out>;
	close $out;
	return ($?, @lines);
}

# What is wrong: the report from its first line on, and the inputs.
sub show {
	my ($lines, @inputs) = @_;
	my @report = @$lines;
	shift @report while @report && $report[0] !~ /ERROR|runtime error/;
	@report = @$lines[-$story .. -1] if !@report && @$lines > $story;
	@report = grep { !/ in (fuzzer::|main |_start|__libc_start)/ } @report ? @report : @$lines;
	splice @report, $story if @report > $story;
	diag(@report);
	diag("input: $_\n", unpack('H*', slurp($_))) for @inputs;
}

# Every file of the corpus, one by one.
sub replay {
	my ($name) = @_;
	my @files = sort glob "$here/corpus/$name/*";
	my ($status, @lines) = @files ? run(0, $name, @files) : (1, "there are none\n");
	my $done = grep { /^Executed / } @lines;

	ok(!$status && $done == @files, "$name: the corpus, " . @files . ' inputs')
		or show(\@lines, grep { defined } $files[$done]);
}

sub search {
	my ($name, $seconds, @options) = @_;
	mkdir "$dir/$name" or die "$dir/$name: $!\n";
	my ($status, @lines) = run($seconds, $name, "-max_total_time=$seconds", '-print_final_stats=1', @options,
				   "$dir/$name", "$here/corpus/$name");
	my ($count) = map { /^stat::number_of_executed_units:\s*(\d+)/ ? $1 : () } @lines;
	my ($edges) = map { /\bcov: (\d+)/ ? $1 : () } reverse @lines;
	my @inputs = glob "$dir/found-*";

	ok(!$status && $count && !@inputs, "$name: $seconds seconds of new inputs") or show(\@lines, @inputs);
	diag(sprintf '%s: %d executions, %d a second, %d edges covered', $name, $count // 0,
	     ($count // 0) / $seconds, $edges // 0);
	unlink @inputs;
}

# fuzz([NAME, OPTION...]...): two tests for each fuzzer
sub fuzz {
	my @fuzzers = @_;
	my $seconds = int(($ENV{VXM_FUZZ_SECONDS} // 60) / @fuzzers) || 1;

	system('make', '-s', '-C', $here) == 0 or BAIL_OUT('the fuzzers do not build');
	for (@fuzzers) {
		my ($name, @options) = @$_;
		replay($name);
		search($name, $seconds, @options);
	}
	done_testing();
}

1;
