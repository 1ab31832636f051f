// SPDX-License-Identifier: GPL-2.0
/*
 * From text to values of a network: addresses, prefixes, protocols.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "value.h"

static bool parse_address(const char *text, struct address *address)
{
	if (inet_pton(AF_INET, text, &address->ipv4) == 1)
		address->family = AF_INET;
	else if (inet_pton(AF_INET6, text, &address->ipv6) == 1)
		address->family = AF_INET6;
	else
		return false;

	return true;
}

/**
 * value_address() - an IPv4 or IPv6 address
 * @ctl: the run, told what is wrong
 * @what: the word that it belongs to
 * @text: what the user wrote
 * @address: the address
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_address(struct ctl *ctl, const char *what, const char *text,
		  struct address *address)
{
	if (parse_address(text, address))
		return CTL_DONE;

	return ctl_fail(ctl, CTL_USAGE,
			"%s '%s' is not an IPv4 or IPv6 address", what, text);
}

/* Make the bits behind a prefix zero; tells whether they were not. */
static bool cut_bits(struct address *address, __u32 len)
{
	__u8 *bytes = (__u8 *)&address->ipv6;
	__u32 size = address->family == AF_INET ? 4 : 16;
	bool cut = false;
	__u8 keep;
	__u32 i;

	for (i = len / 8; i < size; i++) {
		keep = i == len / 8 ? ~(0xff >> len % 8) : 0;
		cut = cut || bytes[i] & ~keep;
		bytes[i] &= keep;
	}

	return cut;
}

/**
 * value_prefix() - an IPv4 or IPv6 network, such as 10.0.0.0/8
 * @ctl: the run, told what is wrong
 * @what: the word that it belongs to
 * @text: what the user wrote
 * @prefix: the network
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_prefix(struct ctl *ctl, const char *what, const char *text,
		 struct prefix *prefix)
{
	size_t len = strcspn(text, "/");
	char address[INET6_ADDRSTRLEN] = "";
	__u32 max;

	if (len < sizeof(address))
		memcpy(address, text, len);
	if (!parse_address(address, &prefix->address))
		return ctl_fail(ctl, CTL_USAGE,
				"%s '%s' is not a network such as 10.0.0.0/8 or 2001:db8::/32",
				what, text);
	max = prefix->address.family == AF_INET ? 32 : 128;
	if (!text[len])
		return ctl_fail(ctl, CTL_USAGE,
				"%s '%s' has no length: that one address is %s/%u",
				what, text, text, max);
	if (value_number(ctl, what, text + len + 1, 0, max, &prefix->len))
		return ctl_fail(ctl, CTL_USAGE,
				"%s '%s': the length is not a number in 0-%u",
				what, text, max);
	if (!cut_bits(&prefix->address, prefix->len))
		return CTL_DONE;
	inet_ntop(prefix->address.family, &prefix->address.ipv6, address,
		  sizeof(address));

	return ctl_fail(ctl, CTL_USAGE,
			"%s %s has bits set behind its length: the network is %s/%u",
			what, text, address, prefix->len);
}

static bool parse_mac(const char *text, __u8 mac[ETH_ALEN])
{
	size_t i;

	if (strlen(text) != ETH_ALEN * 3 - 1)
		return false;
	for (i = 0; i < ETH_ALEN; i++, text += 3) {
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]) ||
		    text[2] != (i + 1 < ETH_ALEN ? ':' : '\0'))
			return false;
		mac[i] = strtoul(text, NULL, 16);
	}

	return true;
}

/**
 * value_mac() - the MAC address of a network interface
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @mac: the address
 *
 * Return: %CTL_DONE, or %CTL_USAGE: it is none, or one that no interface has.
 */
int value_mac(struct ctl *ctl, const char *text, __u8 mac[ETH_ALEN])
{
	static const __u8 zero[ETH_ALEN];

	if (!parse_mac(text, mac))
		return ctl_fail(ctl, CTL_USAGE,
				"mac '%s' is not a MAC address such as 0a:1b:2c:3d:4e:5f",
				text);
	if (mac[0] & 1)
		return ctl_fail(ctl, CTL_USAGE,
				"mac %s is the address of a group, not of an interface",
				text);
	if (!memcmp(mac, zero, sizeof(zero)))
		return ctl_fail(ctl, CTL_USAGE,
				"mac %s is no interface's address: '%s' takes it away",
				text, VALUE_NONE);

	return CTL_DONE;
}

/**
 * value_protocol() - an IP protocol by its number or name
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @protocol: the number
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_protocol(struct ctl *ctl, const char *text, __u32 *protocol)
{
	const struct protoent *entry;

	if (isdigit((unsigned char)*text))
		return value_number(ctl, "protocol", text, 0, UINT8_MAX,
				    protocol);
	entry = getprotobyname(text);
	if (!entry || entry->p_proto < 0 || entry->p_proto > UINT8_MAX)
		return ctl_fail(ctl, CTL_USAGE,
				"protocol '%s' is not a number, or a name that /etc/protocols has",
				text);
	/* 0 is IPv6's hop-by-hop options, and goes by the name "ip", too. */
	if (!entry->p_proto && strcasecmp(text, "hopopt"))
		return ctl_fail(ctl, CTL_USAGE,
				"protocol '%s' is no protocol inside of IP: leave it out for all of them",
				text);
	*protocol = entry->p_proto;

	return CTL_DONE;
}
