#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# vxmirrorctl import aws: from what AWS says about mirror sessions to a configuration file, in which all of
# it is there or is named as missing, whatever AWS's strings and numbers are. No module is needed.

use strict;
use warnings;
use Cwd qw(abs_path);
use Encode qw(decode encode);
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;
use Test::More;
use Tool;

my $fixtures = abs_path('tests/host/aws');
my $json = JSON::PP->new->canonical;	# characters, not bytes

sub import_of { return run($_[0], 'import', 'aws', @_[1 .. $#_]) }

# One session that needs nothing else, and the command for it.
my $session = {
	TrafficMirrorSessionId => 'tms-1', TrafficMirrorTargetId => 'tmt-1', TrafficMirrorFilterId => 'tmf-1',
	NetworkInterfaceId => 'eni-1', SessionNumber => 1, VirtualNetworkId => 7,
};
my $interface = { NetworkInterfaceId => 'eni-1', PrivateIpAddress => '10.0.0.1' };
my $filter = { TrafficMirrorFilterId => 'tmf-1', IngressFilterRules => [{ TrafficMirrorFilterRuleId => 'tmfr-1',
	       RuleNumber => 1, RuleAction => 'accept' }] };

sub document { return encode('UTF-8', $json->encode({ @_ })) }
sub sessions { return document(TrafficMirrorSessions => [@_]) }
sub interfaces { return document(NetworkInterfaces => [@_]) }
sub filters { return document(TrafficMirrorFilters => [@_]) }
my $whole = sessions($session) . interfaces($interface) . filters($filter);

# --- what comes of it -------------------------------------------------------------------------------

# Every line is blank, a comment, or a command as batch files have it; words behind '#' are a comment.
my $name = qr/[A-Za-z0-9][A-Za-z0-9_.-]{0,30}/;
my $address = qr/[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*/;
my $ports = qr/[0-9]{1,5}(?:-[0-9]{1,5})?/;
my $rule = qr{action (?:accept|reject)(?: protocol (?:[a-z0-9-]+))?(?: source $address/\d+)?(?: destination $address/\d+)?}
	 . qr{(?: source-port $ports)?(?: destination-port $ports)?};
my $command = qr/(?:add\ filter\ $name|add\ vni\ \d+\ dev\ \S{1,15}(?:\ filter\ $name)?(?:\ repair\ on)?
	|add\ session\ vni\ \d+\ source\ (?:$address)(?:\ name\ $name)?(?:\ mac\ [0-9a-f]{2}(?::[0-9a-f]{2}){5})?(?:\ filter\ $name)?
	|add\ rule\ filter\ $name\ number\ \d+\ direction\ (?:ingress|egress)
	\ (?:action\ accept\ amazon-dns(?:\ resolver\ (?:$address))?|$rule))/x;

sub strange { return grep { !/^(?:#.*|$command(?: #.*)?)?$/ } split /\n/, $_[0] }

# A batch is taken apart as a whole, and only then is its network namespace entered, which is not there.
my @nowhere = ('-n', '/nowhere');
my $refused = '-n /nowhere: cannot open the network namespace: No such file or directory';

# Looks at the lines of a configuration, and has the tool itself look at them.
sub fit {
	my ($text, $title) = @_;
	is_deeply([strange($text)], [], $title // 'all lines are comments or commands');
	my $expected = $text =~ /^[^#\n]/m ? "1||vxmirrorctl: $refused\n" : '0||';
	is(join('|', run($text, @nowhere, '-b', '-')), $expected, 'the tool takes it as a batch');
}

my @cases = (
	['full', 0, [qw(resolver 10.0.0.2)], qw(sessions-1 sessions-2 filters targets interfaces)],
	['shared', 1, [], 'all'],
	['odd', 1, [qw(dev mirror1)], qw(filters sessions others)],
);

for my $case (@cases) {
	my ($set, $code, $words, @files) = @$case;
	subtest $set => sub {
		chdir "$fixtures/$set" or die "$set: $!\n";
		@files = map { "$_.json" } @files;
		my ($got, $out, $err) = import_of('', @$words, @files);
		my $expected = slurp('expected.conf');
		is($got, $code, 'the exit status');
		is_deeply([split /\n/, $out], [split /\n/, $expected], 'the configuration');
		is_deeply([split /\n/, $err], [split /\n/, slurp('expected.err')], 'what is said about it');
		fit($out);
		my %said = map { $_ => 1 } $err =~ /^vxmirrorctl: ((?:warning|not expressed): .*)$/mg;
		my %noted = map { $_ => 1 } $out =~ /^# ((?:warning|not expressed): .*)$/mg;
		is_deeply(\%noted, \%said, 'the file says the same');

		my $stream = join '', map { slurp($_) } @files;
		(my $named = $out) =~ s/filters\.json, document/standard input, document/g;
		is((import_of($stream, @$words))[1], $named, 'standard input');
		is((import_of($stream, @$words, '-'))[1], (import_of($stream, @$words))[1], 'its name is -');
		chdir "$fixtures/../../.." or die $!;
	};
}

subtest 'the order of what AWS says makes no difference' => sub {
	my @files = map { "$fixtures/full/$_.json" } @{$cases[0]}[3 .. 7];
	my @pages = map { decode_json(slurp($_)) } @files;
	delete $_->{NextToken} for @pages;
	for my $page (@pages) {
		for my $list (values %$page) {
			for my $item (@$list) {
				@$_ = reverse @$_ for grep { ref eq 'ARRAY' } values %$item;
			}
			@$list = reverse @$list;
		}
	}
	my ($code, $out, $err) = import_of(join("\n", map { encode('UTF-8', $json->encode($_)) } reverse @pages),
					   qw(resolver 10.0.0.2));
	is("$code$err", '0', 'all is well');
	is($out, slurp("$fixtures/full/expected.conf"), 'and the same');
	my %all = map { %$_ } @pages[1 .. 4];
	$all{TrafficMirrorSessions} = [map { @{$_->{TrafficMirrorSessions}} } @pages[0, 1]];
	is((import_of(document(%all), qw(resolver 10.0.0.2)))[1], $out, 'one object with all lists is the same');
};

subtest 'words' => sub {
	my ($code, $out, $err) = import_of($whole);
	is("$code$err", '0', 'without any');
	like($out, qr/^add vni 7 dev zmirror0 filter tmf-1\n/m, 'the device is zmirror0');
	like((import_of($whole, 'dev', 'a1'))[1], qr/^add vni 7 dev a1 filter tmf-1\n/m, 'dev');
	my $dns = filters({ %$filter, NetworkServices => ['amazon-dns'] });
	for ('10.1.0.2', 'fd00::2') {
		($code, $out, $err) = import_of($dns, 'resolver', $_);
		is("$code" . ($err =~ /resolver/), '0', "resolver $_: nothing to say about it");
		is(scalar(() = $out =~ / action accept amazon-dns resolver \Q$_\E\n/g), 2, 'it stands in both rules');
	}
	my $used = sessions($session) . interfaces($interface) . $dns;
	like((import_of($used, qw(resolver 10.0.0.2)))[1], qr/^add vni 7 dev zmirror0 filter tmf-1\n/m, 'the filter is used');
	($code, $out, $err) = import_of($used);
	like($out, qr/^add filter tmf-1\n.*^add vni 7 dev zmirror0\n/ms, 'without resolver it is written, not used');
	like($err, qr/filter tmf-1 is not used, since not all of it could be expressed/, 'which is said');
	my @bad = (
		[['resolver', '10.1'], q{resolver '10.1' is not an IPv4 or IPv6 address}],
		[['resolver'], 'resolver ADDR: the value is missing'],
		[['dev', 'a/b'], q{device name 'a/b' holds a '/'}],
		[['dev', 'a', 'dev', 'b'], q{'dev' is given twice}],
		[['output', ''], 'the file name is empty'],
		[[''], 'the file name is empty'],
		[['apply', '--apply'], q{'apply' is given twice}],
	);
	is(join('|', import_of($whole, @{$_->[0]})), "2||vxmirrorctl: import aws: $_->[1]\n", "@{$_->[0]}") for @bad;
	is(join('|', run('', 'import')), "2||vxmirrorctl: import: aws is missing\n", 'no object');
	is(join('|', run('', 'import', 'gcp')), "2||vxmirrorctl: import: unknown word 'gcp': expected aws\n", 'another one');
	is(join('|', run("import aws\n", '-b', '-')),
	   "2||vxmirrorctl: -:1: import: it makes a batch, so it cannot stand in one; nothing has been changed\n", 'in a batch');
};

subtest "README's example" => sub {
	my ($example) = slurp('README.md') =~ m{tests/host/aws/full.*?\n\n((?: {4}[^\n]*\n)+)}s;
	my @lines = split /\n/, $example // '';
	cmp_ok(scalar @lines, '>', 5, 'is there');
	my $expected = slurp("$fixtures/full/expected.conf");
	for (@lines) {
		my $line = join '.*', map { quotemeta } split /\.\.\./, s/^ +//r, -1;
		like($expected, qr/^$line$/m, $_);
	}
};

# --- what is said about it --------------------------------------------------------------------------

subtest 'parts' => sub {
	my $without = 'without describe-';
	my $no_sessions = "warning: ${without}traffic-mirror-sessions, there are no VNI entries here";
	my @parts = (
		[sessions($session), 0, "warning: ${without}traffic-mirror-filters, there are no filters here; AWS has filtered already",
		 "warning: ${without}network-interfaces, sessions have no names here; they are learned from their packets"],
		[sessions($session) . filters($filter), 0,
		 "warning: ${without}network-interfaces, sessions have no names here; they are learned from their packets"],
		[sessions($session) . interfaces($interface), 0,
		 "warning: ${without}traffic-mirror-filters, there are no filters here; AWS has filtered already"],
		[filters($filter), 0, $no_sessions],
		[interfaces($interface), 0, $no_sessions],
		[document(TrafficMirrorTargets => []), 0, $no_sessions],
		[sessions(), 0, 'warning: AWS has no mirror sessions: is this the right region and account?'],
		[filters({ %$filter, NetworkServices => ['amazon-dns'] }), 0, q{warning: filter tmf-1: amazon-dns covers } .
		 q{169.254.169.253 and fd00:ec2::253 only; the VPC's own resolver is at } .
		 q{the VPC's address plus two, and AWS does not name it: give it as 'resolver ADDR'}, $no_sessions],
	);
	for (@parts) {
		my ($text, $code, @lines) = @$_;
		my ($got, $out, $err) = import_of($text);
		is("[$got] $err", join('', "[$code] ", map { "vxmirrorctl: $_\n" } @lines), substr($text, 0, 60));
		fit($out, 'a configuration all the same');
	}
	unlike((import_of(interfaces($interface)))[1], qr/^[^#\n]/m, 'interfaces alone configure nothing');
};

subtest 'pages' => sub {
	my $said = 'not expressed: the last page of TrafficMirrorSessions ends with a NextToken: AWS has more of them';
	my $end = 'import aws: 1 thing could not be expressed';
	my $page = document(TrafficMirrorSessions => [$session], NextToken => 'x');
	my ($code, $out, $err) = import_of($page . filters($filter) . interfaces($interface));
	is("[$code] $err", "[1] vxmirrorctl: $said\nvxmirrorctl: $end\n", 'the last one is missing');
	like($out, qr/^# \Q$said\E\n/m, 'the file says so');
	like($out, qr/^add vni 7 /m, 'and has the first');
	my $last = sessions({ %$session, TrafficMirrorSessionId => 'tms-2', VirtualNetworkId => 8 });
	($code, $out, $err) = import_of($page . filters($filter) . interfaces($interface) . $last);
	is("[$code] $err", '[0] ', 'all pages are there');
	like($out, qr/^add vni 7 .*^add vni 8 /ms, 'and in the file');
	for (undef, '') {
		$page = document(TrafficMirrorSessions => [$session], NextToken => $_);
		is((import_of($page . filters($filter) . interfaces($interface)))[0], 0, 'no token: ' . ($_ // 'null'));
	}
	is((import_of($whole . $whole))[1], (import_of($whole))[1], 'a page that comes twice is there once');
};

subtest 'no such input' => sub {
	my @bad = (
		['', 'it is empty; what did aws say?'],
		[" \n\t\r", 'it is empty; what did aws say?'],
		["\0", qr/document 1, line 1: no JSON: .*/],
		['An error occurred', qr/document 1, line 1: no JSON: .*/],
		["$whole\n\n{\"a\"", qr/document 4, line 3: no JSON: .*|document 4, line 1: no JSON: .*/],
		['{"a": 1, "a": 2}', qr/document 1, line 1: no JSON: duplicate object key near '"a"'/],
		['{"a": "\\u0000"}', qr/document 1, line 1: no JSON: .*/],
		["{\"a\": \"\xff\"}", qr/document 1, line 1: no JSON: .*/],
		['[' x 100_000, qr/document 1, line 1: no JSON: maximum parsing depth reached near '\['/],
		['{}', qr/document 1: it has none of TrafficMirrorSessions, TrafficMirrorFilters, TrafficMirrorTargets and NetworkInterfaces/],
		['[]', qr/document 1: it has none of .*/],
		["${whole}[1]", qr/document 4: it has none of .*/],
		map({ ["{\"$_\": {}}", "document 1: $_ is no list"], ["{\"$_\": null}", "document 1: $_ is no list"] }
		    qw(TrafficMirrorSessions TrafficMirrorFilters TrafficMirrorTargets NetworkInterfaces)),
	);
	for (@bad) {
		my ($text, $line) = @$_;
		my ($code, $out, $err) = import_of($text);
		my $start = ref $line || $line =~ /^document/ ? 'standard input, ' : 'standard input: ';
		(my $title = substr $text, 0, 40) =~ s/[^ -~]/?/g;
		$line = ref $line ? $line : quotemeta $line;
		like("[$code] $out$err", qr/\A\[1\] vxmirrorctl: $start(?:$line)\n\z/, "refused: $title");
	}
	is(join('|', import_of('', '/nowhere')), "1||vxmirrorctl: cannot open /nowhere: No such file or directory\n", 'no file');
	is(join('|', import_of('', $dir)), "1||vxmirrorctl: cannot read $dir: Is a directory\n", 'a directory');
};

subtest 'no more than 64 MiB' => sub {
	my $max = 64 << 20;
	my $said = 'that is more than can be read, 64 MiB in all';
	spew("$dir/big", $whole, ' ' x ($max - length $whole));
	is(join('|', import_of('', "$dir/big")), join('|', import_of($whole)), 'so much is read');
	spew("$dir/small", ' ');
	is(join('|', import_of('', "$dir/big", "$dir/small")), "1||vxmirrorctl: $dir/small: $said\n", 'no more in all');
	spew("$dir/big", $whole, ' ' x ($max + 1 - length $whole));
	is(join('|', import_of('', "$dir/big")), "1||vxmirrorctl: $dir/big: $said\n", 'nor in one file');
	unlink "$dir/big";
};

# --- whatever AWS's strings are ---------------------------------------------------------------------

# All strings that end up in the file as they are, with something put behind.
sub spoil {
	my ($value, $more, $key) = @_;
	return [map { spoil($_, $more, $key) } @$value] if ref $value eq 'ARRAY';
	return { map { $_ => spoil($value->{$_}, $more, $_) } keys %$value } if ref $value eq 'HASH';
	return !ref $value && $key =~ /Id$|^(?:Description|NetworkLoadBalancerArn)$/ && $key ne 'VirtualNetworkId' ||
	       $key eq 'Value' ? $value . $more : $value;
}

subtest 'strings' => sub {
	my @files = map { "$fixtures/full/$_.json" } @{$cases[0]}[3 .. 7];
	my $plain = slurp("$fixtures/full/expected.conf");
	my $commands = sub { return scalar grep { !/^#/ && length } split /\n/, $_[0] };
	my %more = (
		'a line feed' => "\nadd vni any dev evil", 'a carriage return' => "\radd vni any dev evil",
		'an escape' => "\e[2J\e[31m", 'a form feed' => "\fadd vni any dev evil", 'DEL' => "\x7f", 'NEL' => "\x85add",
		'U+2028' => "\x{2028}add vni any dev evil", 'U+202E' => "\x{202e}live ved yna", 'U+2066' => "\x{2066}x\x{2069}",
		'a comment' => ' # and more', 'nothing but words' => ' dev evil', 'a quote' => q{' "}, 'a percent sign' => '%n%s',
		'100,000 characters' => 'x' x 100_000, '100,001 bytes of UTF-8' => "x\x{fc}" . "\x{fc}" x 50_000,
	);
	for (sort keys %more) {
		my $more = $more{$_};
		my $text = join '', map { encode('UTF-8', $json->encode(spoil($_, $more, ''))) } map { decode_json(slurp($_)) } @files;
		my ($code, $out, $err) = import_of($text, qw(resolver 10.0.0.2));
		my $shown = eval { decode('UTF-8', $out . $err, Encode::FB_CROAK) };
		ok(defined $shown, "$_: what comes is UTF-8") or next;
		like($out, qr/^add vni 7 /m, 'there is a configuration');
		fit($out);
		unlike($shown, qr/[^\n\P{Cc}]|[\x{2028}-\x{202e}\x{2066}-\x{2069}]/, 'nothing turns or ends a line');
		cmp_ok((sort { $b <=> $a } map { length } split /\n/, $shown)[0], '<', 2000, 'no line is long');
		next if length $more > 1000;	# cut, ids that are one at their beginning stay apart
		is($code, 0, 'all is well');
		is($commands->($out), $commands->($plain), 'there are as many commands as ever');
	}
	my ($code, $out) = import_of(filters(map { { %$filter, TrafficMirrorFilterId => "tmf-$_", Tags => [{ Key => 'Name',
		Value => $_ }] } } 'none', '-', '_a', '.b', 'A' x 40, "\x{e4}", 'a b', 'a-b', 'a  b', "x\ny"));
	is_deeply([$out =~ /^add filter (.*)$/mg], ['tmf', 'b', 'A' x 31, 'a', 'a-b', 'tmf-a-b', 'filter-7', 'tmf-none', 'x-y',
		   'filter-10'], 'names');
	fit($out);
	for my $id ('none', '(', "\x{e4}") {
		my @other = ({ %$session, NetworkInterfaceId => $id }, { %$interface, NetworkInterfaceId => $id,
			     MacAddress => '0a:00:00:00:00:01', TagSet => [{ Key => 'Name', Value => 'none' }] });
		($code, $out) = import_of(sessions($other[0]) . interfaces($other[1]) . filters($filter));
		like($out, qr/^add session vni 7 source 10\.0\.0\.1 mac 0a:00:00:00:00:01$/m, 'a session without a name');
		fit($out);
	}
};

# --- where it goes ----------------------------------------------------------------------------------

subtest 'output' => sub {
	my (undef, $plain) = import_of($whole);
	spew("$dir/conf", 'x' x 100_000);
	is(join('|', import_of($whole, 'output', "$dir/conf")), '0||', 'nothing on standard output');
	is(slurp("$dir/conf"), $plain, 'the file has it all, and nothing else');
	is((import_of('{', 'output', "$dir/conf"))[0], 1, 'bad input');
	is(slurp("$dir/conf"), $plain, 'leaves the file as it was');
	my ($code, $out, $err) = import_of(sessions({ %$session, VirtualNetworkId => 'x' }), 'output', "$dir/conf");
	is("$code$out", '1', 'something that cannot be expressed');
	like(slurp("$dir/conf"), qr/^# not expressed: session tms-1: VirtualNetworkId is no whole number$/m, 'stands in the file');
	is(join('|', import_of($whole, 'output', '/dev/full')),
	   "1||vxmirrorctl: cannot write /dev/full: No space left on device\n", 'a full disk is an error');
	is(join('|', import_of($whole, 'output', "$dir/no/conf")),
	   "1||vxmirrorctl: cannot open $dir/no/conf: No such file or directory\n", 'so is a directory that is not there');
	is(qx('$tool' import aws <'$dir/in' 2>&1 >/dev/full) . ($? >> 8),
	   "vxmirrorctl: cannot write the output: No space left on device\n1", 'standard output, too');
};

subtest 'apply' => sub {
	my $bare = sessions($session);
	my $warned = (import_of($bare))[2];
	is((run($bare, @nowhere, qw(import aws)))[0], 0, 'without it, no network namespace is entered');
	for my $word ('apply', '--apply') {
		is(join('|', run($bare, @nowhere, qw(import aws), $word)), "1||${warned}vxmirrorctl: $refused\n",
		   "$word: the commands are carried out, in the network namespace, and not printed");
	}
	my $missed = sessions({ %$session, VirtualNetworkId => 'x' }) . $bare;
	my ($code, $out, $err) = run($missed, @nowhere, qw(import aws apply output), "$dir/applied");
	is("$code$out", '1', 'something that cannot be expressed');
	like($err, qr/^vxmirrorctl: import aws: \d things? could not be expressed, so nothing has been changed\n\z/m,
	     'keeps all from being carried out');
	like(slurp("$dir/applied"), qr/^# not expressed: /m, 'and the file tells why');
	is((run('{"TrafficMirrorSessions": []}', @nowhere, qw(import aws apply)))[0], 0, 'no commands, nothing to do');
};

done_testing();
