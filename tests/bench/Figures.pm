# SPDX-License-Identifier: GPL-2.0
#
# The bench's figures as text, and where they are kept: figures.json holds those of the last whole runs.

package Figures;

use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP;

our @EXPORT_OK = qw(read_json print_json committed commit_figures rounded thousands row
		    columns cells stage_lines smp_lines);

my $file = dirname(__FILE__) . '/figures.json';
my $json = JSON::PP->new->canonical->pretty;

sub read_json {
	my ($name) = @_;
	open my $in, '<', $name or die "$name: $!\n";
	local $/;
	return $json->decode(scalar <$in>);
}

sub print_json {
	my ($data) = @_;
	print $json->encode($data);
}

sub committed { return -e $file ? read_json($file) : {} }

# Replaces what was measured anew.
sub commit_figures {
	my ($new) = @_;
	my $all = committed();
	$all->{ways}{$_} = $new->{ways}{$_} for keys %{ $new->{ways} // {} };
	$all->{$_} = $new->{$_} for grep { $_ ne 'ways' } keys %$new;
	open my $out, '>', $file or die "$file: $!\n";
	print $out $json->encode($all);
	close $out or die "$file: $!\n";
}

# A number with so many decimals, none of them without need.
sub rounded {
	my ($number, $decimals) = @_;
	return 0 + sprintf '%.*f', $decimals, $number;
}

sub thousands {
	my ($number) = @_;
	my $text = sprintf '%.0f', $number;
	1 while $text =~ s/^(\d+)(\d{3})/$1,$2/;
	return $text;
}

# --- ways -------------------------------------------------------------------------------------------

my @sizes = (64, 450, 1500, 8947);

# What was measured of a way with frames of so many bytes.
sub row {
	my ($rows, $way, $frame) = @_;
	my ($row) = grep { $_->{way} eq $way && $_->{frame} == $frame } @$rows;
	return $row;
}

sub columns { return ('way', (map { thousands($_) . ' B' } @sizes), 'of the copy', 'of vxlan') }

# The table's cells, a list for each way: net instructions for each size, and how those for 450 bytes compare.
sub cells {
	my ($rows) = @_;
	my (@order, %row);
	for (@$rows) {
		push @order, $_->{way} unless $row{$_->{way}};
		$row{$_->{way}}{$_->{frame}} = $_;
	}
	return map {
		my $of = $row{$_};
		my ($first) = values %$of;
		my $middle = $of->{450} // {};
		[$first->{title},
		 (map { defined $of->{$_}{net} ? thousands($of->{$_}{net}) : $of->{$_}{wrong} ? 'ERROR' : '' } @sizes),
		 (map { defined $middle->{$_} ? sprintf('%.2f', $middle->{$_}) : '' } qw(of_floor of_vxlan))];
	} grep { $_ ne 'drop' } @order;
}

# --- what stands between ----------------------------------------------------------------------------

sub stage_line {
	my ($name, $floor, $vxmirror) = @_;
	return sprintf "%-44s %7.0f %8.0f %+7.0f\n", $name, $floor, $vxmirror, $vxmirror - $floor;
}

# The module's files, each with its functions, then the kernel's functions; most first.
sub stage_lines {
	my ($stages) = @_;
	my (%file, @lines);
	for my $function (@{ $stages->{functions} }) {
		my ($in, $name) = $function->{name} =~ m{^(kmod/\S+) (.*)} ? ($1, $2) : ('the kernel', $function->{name});
		push @{ $file{$in}{lines} }, stage_line("  $name", @$function{qw(floor vxmirror)});
		$file{$in}{$_} += $function->{$_} for qw(floor vxmirror);
	}
	for my $in (sort { $file{$b}{vxmirror} <=> $file{$a}{vxmirror} || $a cmp $b } keys %file) {
		push @lines, stage_line($in, @{ $file{$in} }{qw(floor vxmirror)}), @{ $file{$in}{lines} };
	}
	return @lines, stage_line('all of a packet, without the reader', @{ $stages->{total} }{qw(floor vxmirror)});
}

# --- two CPUs ---------------------------------------------------------------------------------------

# A line for each way: packets a second on one CPU and on two with their spread, and the ratio with its own.
sub smp_lines {
	my ($smp) = @_;
	my $rate = sub {
		my ($of) = @_;
		return sprintf '%s (%s to %s)', map { thousands($of->{$_}) } qw(median least most);
	};
	return map {
		sprintf "%-46s %-30s %-30s %.2f (%.2f to %.2f)\n", $_->{title}, $rate->($_->{one}), $rate->($_->{two}),
			@$_{qw(ratio ratio_least ratio_most)}
	} @{ $smp->{rows} };
}

1;
