# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Packages of Debian's suites without installing them, and without touching the host's package sources: apt
# works with lists and a sources file of its own inside the cache, so it is apt that verifies the chain from the
# archive's signature to the package.
#
# Set before sourcing: suite, security (y where that suite has a security archive). After read_lists, own_apt
# runs apt-get or apt-cache for that suite; downloads go to the current directory.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
apt=$cache/apt/$suite
mkdir -p "$apt/lists/partial" "$apt/archives/partial"

own_apt() {
	local tool=$1
	shift
	"$tool" -o Dir::State::Lists="$apt/lists" -o Dir::State::Status=/dev/null \
		-o Dir::Cache="$apt" -o Dir::Cache::Archives=archives \
		-o Dir::Etc::SourceList="$apt/debian.sources" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o APT::Sandbox::User=root "$@"
}

# The mirror's address, from the configuration of the host's apt: mirror_of archive|security
mirror_of() {
	# shellcheck disable=SC2016	# the fields of apt
	apt-get indextargets --format '$(RELEASE) $(REPO_URI) $(ORIGIN)' 'Created-By: Packages' |
	awk -v want="$1" '$3 == "Debian" && $1 !~ /backports/ {
		kind = $1 ~ /-security$/ ? "security" : "archive"
		if (kind == want) { print $2; exit }
	}'
}

write_sources() {
	local archive secure=
	archive=$(mirror_of archive)
	if [ -z "$archive" ]; then
		note "reading the package lists, for the mirror's address"
		apt-get -qq update >&2
		archive=$(mirror_of archive)
	fi
	[ -n "$archive" ] || die 'apt is not set up with a Debian mirror'
	[ -n "$security" ] && secure=$(mirror_of security)
	{
		printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
			"$archive" "$suite" "$keyring"
		[ -z "$secure" ] ||
		printf '\nTypes: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
			"$secure" "$suite-security" "$keyring"
	} >"$apt/debian.sources"
}

# One process at a time has the suite, until it ends.
read_lists() {
	exec 8>"$apt/lock"
	flock 8
	write_sources
	note "reading the lists of Debian $suite"
	own_apt apt-get -qq update >&2
}
