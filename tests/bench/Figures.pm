# SPDX-License-Identifier: GPL-2.0
#
# The bench's figures as text, and where they are kept: figures.json holds those of the last whole runs.

package Figures;

use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP;

our @EXPORT_OK = qw(read_json write_json committed commit_figures columns cells);

my $here = dirname(__FILE__);
my $file = "$here/figures.json";

sub read_json {
	my ($name) = @_;
	open my $in, '<', $name or die "$name: $!\n";
	local $/;
	return decode_json(scalar <$in>);
}

sub write_json {
	my ($name, $data) = @_;
	open my $out, '>', $name or die "$name: $!\n";
	print $out JSON::PP->new->canonical->pretty->encode($data);
	close $out or die "$name: $!\n";
}

sub committed { return -e $file ? read_json($file) : {} }

# Replaces what was measured anew.
sub commit_figures {
	my ($new) = @_;
	my $all = committed();
	$all->{ways}{$_} = $new->{ways}{$_} for keys %{ $new->{ways} // {} };
	$all->{$_} = $new->{$_} for grep { $_ ne 'ways' } keys %$new;
	write_json($file, $all);
}

# --- the table of ways ------------------------------------------------------------------------------

my @sizes = (64, 450, 1500, 8947);

sub thousands {
	my ($number) = @_;
	my $text = sprintf '%.0f', $number;
	1 while $text =~ s/^(\d+)(\d{3})/$1,$2/;
	return $text;
}

sub columns {
	return ('way', (map { thousands($_) } @sizes), 'of the copy', 'of vxlan');
}

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

1;
