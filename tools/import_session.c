// SPDX-License-Identifier: GPL-2.0
/*
 * Mirror sessions: from AWS's descriptions to VNI entries, and sessions under
 * them. AWS has filtered what it sends already, so where a filter's place is
 * not certain there is none: nothing that AWS sends gets lost by a guess.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vxmirror.h>

#include "import.h"
#include "output.h"

/* Bytes of a frame without options: Ethernet, IP, TCP. */
#define IPV4_FRAME 34
#define IPV4_TCP_FRAME 54
#define IPV6_TCP_FRAME 74

/**
 * struct session - a mirror session
 *
 * @id: AWS's name for it
 * @item: AWS's description
 * @vni: its VNI
 * @kept: bytes that AWS keeps of a frame, 0: all
 * @filter: its filter, NULL: none, or not certain
 * @interface: AWS's name for its source, NULL: none
 * @source: the source's address; no family: not known
 * @mac: the source's MAC address
 * @has_mac: it is known
 * @name: the source's name; empty: there is none that a command takes
 * @same: a session of this VNI before this one has the same source
 */
struct session {
	const char *id;
	const json_t *item;
	long vni;
	long kept;
	const struct import_filter *filter;
	const char *interface;
	struct address source;
	__u8 mac[ETH_ALEN];
	bool has_mac;
	char name[IMPORT_NAME];
	bool same;
};

/* All of them that have a VNI. */
struct sessions {
	struct session *session;
	size_t count;
};

static int compare_sessions(const void *left, const void *right)
{
	const struct session *a = left;
	const struct session *b = right;

	if (a->vni != b->vni)
		return a->vni < b->vni ? -1 : 1;

	return strcmp(a->id, b->id);
}

/* ", KEY VALUE", where there is a value. */
static void print_part(struct import *import, const char *joint,
		       const char *value)
{
	if (value && *value)
		fprintf(import->out, "%s%s", joint, value);
}

/* What AWS says of a session, in one line; returns its tag 'Name'. */
static const char *print_about(struct import *import, const char *who,
			       const struct session *session)
{
	const json_t *item = session->item;
	const char *description;
	const char *target;
	const char *filter;
	const char *tag;
	long number;

	tag = import_tag(import, who, item, "Tags");
	description = import_text(import, who, item, "Description");
	target = import_need(import, who, item, "TrafficMirrorTargetId");
	filter = import_need(import, who, item, "TrafficMirrorFilterId");
	import_number(import, who, item, "SessionNumber", IMPORT_RULE_MIN,
		      IMPORT_RULE_MAX, &number);

	fprintf(import->out, "# %s", who);
	if (tag)
		fprintf(import->out, " '%s'", tag);
	if (number)
		fprintf(import->out, ", number %ld", number);
	print_part(import, ", source ", session->interface);
	print_part(import, ", target ", target);
	print_part(import, ", filter ", filter);
	if (session->kept)
		fprintf(import->out, ", PacketLength %ld", session->kept);
	print_part(import, ": ", description);
	putc('\n', import->out);
	if (target && import->given[IMPORT_TARGETS] &&
	    !json_object_get(import->items[IMPORT_TARGETS], target))
		import_warn(import, "%s: target %s is not described", who,
			    target);

	return tag;
}

static void warn_length(struct import *import, const char *who, long kept)
{
	long ethernet = kept < ETH_HLEN ? kept : ETH_HLEN;

	if (!kept || kept >= IPV6_TCP_FRAME)
		return;
	if (kept < IPV4_FRAME)
		import_warn(import,
			    "%s: PacketLength %ld keeps %ld bytes of Ethernet and %ld of IP, which is no whole header: readers cannot use this, and repair cannot help; 96 or more would do",
			    who, kept, ethernet, kept - ethernet);
	else if (kept < IPV4_TCP_FRAME)
		import_warn(import,
			    "%s: PacketLength %ld keeps no whole TCP header, which ends at %d bytes over IPv4 and at %d over IPv6: readers see no TCP connection; 96 or more would do",
			    who, kept, IPV4_TCP_FRAME, IPV6_TCP_FRAME);
	else
		import_warn(import,
			    "%s: PacketLength %ld keeps no whole TCP header over IPv6, which ends at %d bytes; 96 or more would do",
			    who, kept, IPV6_TCP_FRAME);
}

/* A filter that could reject what it would accept at AWS is left out. */
static const struct import_filter *choose_filter(struct import *import,
						 const char *who,
						 const struct session *session)
{
	const struct import_filter *filter;
	const char *id;

	id = json_string_value(json_object_get(session->item,
					       "TrafficMirrorFilterId"));
	if (!id || !import->given[IMPORT_FILTERS])
		return NULL;
	filter = import_find_filter(import, id);
	if (!filter) {
		import_miss(import, "%s: filter %s is not described", who, id);
		return NULL;
	}
	if (!filter->whole) {
		import_warn(import,
			    "%s: filter %s is not used, since not all of it could be expressed; AWS has filtered already",
			    who, id);
		return NULL;
	}
	if (session->kept && session->kept < filter->need) {
		import_warn(import,
			    "%s: filter %s is not used, since its rules look at %u bytes and PacketLength keeps %ld; AWS has filtered already",
			    who, id, filter->need, session->kept);
		return NULL;
	}

	return filter;
}

static void take_mac(struct import *import, const char *who,
		     const json_t *item, struct session *session)
{
	const char *text = import_text(import, who, item, "MacAddress");

	if (!text)
		return;
	session->has_mac = !value_mac(import->ctl, text, session->mac);
	if (!session->has_mac)
		import_miss(import, "%s: MacAddress '%s' is no interface's",
			    who, text);
}

/* AWS sends from the primary private address of the source. */
static void take_source(struct import *import, const char *who,
			struct session *session, const char *tag)
{
	char where[IMPORT_WHO];
	const json_t *item;
	const char *text;

	if (!session->interface || !import->given[IMPORT_INTERFACES])
		return;
	item = json_object_get(import->items[IMPORT_INTERFACES],
			       session->interface);
	if (!item) {
		import_miss(import, "%s: source %s is not described", who,
			    session->interface);
		return;
	}
	snprintf(where, sizeof(where), "session %s: source %s", session->id,
		 session->interface);
	text = import_need(import, where, item, "PrivateIpAddress");
	if (text && value_address(import->ctl, "", text, &session->source))
		import_miss(import, "%s: PrivateIpAddress '%s' is no address",
			    where, text);
	take_mac(import, where, item, session);
	if (!import_clean_name(import_tag(import, where, item, "TagSet"),
			       session->name) &&
	    !import_clean_name(tag, session->name))
		import_clean_name(session->interface, session->name);
}

static void take_session(struct import *import, struct session *session)
{
	char who[IMPORT_WHO];
	const char *tag;

	snprintf(who, sizeof(who), "session %s", session->id);
	session->interface = import_need(import, who, session->item,
					 "NetworkInterfaceId");
	import_number(import, who, session->item, "PacketLength", 1,
		      UINT16_MAX, &session->kept);
	tag = print_about(import, who, session);
	warn_length(import, who, session->kept);
	session->filter = choose_filter(import, who, session);
	take_source(import, who, session, tag);
}

static const char *print_address(const struct address *source,
				 char text[INET6_ADDRSTRLEN])
{
	return inet_ntop(source->family, &source->ipv4, text,
			 INET6_ADDRSTRLEN);
}

/* Two sessions with one source and one VNI are one session here. */
static void join(struct import *import, struct session *first,
		 struct session *second)
{
	second->same = true;
	if (!strcmp(first->interface, second->interface)) {
		import_comment(import,
			       "session %s has the source and the VNI of session %s: they are one here",
			       second->id, first->id);
	} else {
		import_miss(import,
			    "session %s: its source %s has the address of %s, and session %s the same VNI: they cannot be told apart",
			    second->id, second->interface, first->interface,
			    first->id);
		/* It is not that of all frames that come. */
		first->has_mac = false;
	}
	if (first->filter == second->filter)
		return;
	import_miss(import,
		    "sessions %s and %s have different filters, and the same source and VNI: none is used",
		    first->id, second->id);
	first->filter = NULL;
}

static void join_same(struct import *import, struct session *session,
		      size_t count)
{
	json_t *seen = out_object();
	char text[INET6_ADDRSTRLEN];
	const json_t *first;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!session[i].source.family)
			continue;
		print_address(&session[i].source, text);
		first = json_object_get(seen, text);
		if (first)
			join(import, &session[json_integer_value(first)],
			     &session[i]);
		else
			out_number(seen, text, i);
	}
	json_decref(seen);
}

static void print_session(struct import *import, const struct session *session,
			  bool filters)
{
	const __u8 *mac = session->mac;
	char text[INET6_ADDRSTRLEN];

	if (!session->source.family) {
		if (filters && session->filter)
			import_miss(import,
				    "session %s: filter %s is not used, since the address of the source is not known",
				    session->id, session->filter->id);
		return;
	}
	if (session->same)
		return;
	fprintf(import->out, "add session vni %ld source %s", session->vni,
		print_address(&session->source, text));
	print_part(import, " name ", session->name);
	if (session->has_mac)
		fprintf(import->out, " mac %02x:%02x:%02x:%02x:%02x:%02x",
			mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	if (filters && session->filter)
		fprintf(import->out, " filter %s", session->filter->name);
	putc('\n', import->out);
}

/* The sessions of one VNI. */
static void write_vni(struct import *import, struct session *session,
		      size_t count)
{
	const struct import_filter *filter;
	bool filters = false;
	bool cut = false;
	size_t i;

	putc('\n', import->out);
	for (i = 0; i < count; i++) {
		take_session(import, &session[i]);
		filters |= session[i].filter != session[0].filter;
		cut |= session[i].kept > 0;
	}
	filter = filters ? NULL : session[0].filter;
	join_same(import, session, count);
	if (filters)
		import_comment(import,
			       "the filters of VNI %ld differ, so the entry has none",
			       session[0].vni);
	if (cut)
		import_comment(import,
			       "PacketLength is set: with repair, readers take the frames that were cut");
	fprintf(import->out, "add vni %ld dev %s", session[0].vni,
		args_given(import->args, WORD_DEV) ? import->args->dev :
		IMPORT_DEV);
	if (filter)
		fprintf(import->out, " filter %s", filter->name);
	fprintf(import->out, "%s\n", cut ? " repair on" : "");
	for (i = 0; i < count; i++)
		print_session(import, &session[i], filters);
}

/* The sessions that have a VNI, sorted by it. */
static void take_sessions(struct import *import, struct sessions *sessions)
{
	const json_t *items = import->items[IMPORT_SESSIONS];
	struct session *session;
	enum import_field field;
	char who[IMPORT_WHO];
	const char **ids;
	size_t count;
	size_t i;

	ids = import_ids(items, &count);
	sessions->session = ctl_alloc(count, sizeof(*session));
	for (i = 0; i < count; i++) {
		session = &sessions->session[sessions->count];
		session->id = ids[i];
		session->item = json_object_get(items, ids[i]);
		snprintf(who, sizeof(who), "session %s", ids[i]);
		field = import_number(import, who, session->item,
				      "VirtualNetworkId", 0, VXM_VNI_MAX,
				      &session->vni);
		if (field == IMPORT_ABSENT)
			import_miss(import, "%s: there is no VirtualNetworkId",
				    who);
		if (field == IMPORT_THERE)
			sessions->count++;
	}
	free(ids);
	if (sessions->count)
		qsort(sessions->session, sessions->count, sizeof(*session),
		      compare_sessions);
}

static void write_head(struct import *import)
{
	size_t count = json_object_size(import->items[IMPORT_SESSIONS]);

	putc('\n', import->out);
	if (!import->given[IMPORT_SESSIONS]) {
		import_warn(import,
			    "without describe-traffic-mirror-sessions, there are no VNI entries here");
		return;
	}
	import_comment(import, "mirror sessions: %zu", count);
	if (!count) {
		import_warn(import,
			    "AWS has no mirror sessions: is this the right region and account?");
		return;
	}
	if (!import->given[IMPORT_FILTERS])
		import_warn(import,
			    "without describe-traffic-mirror-filters, there are no filters here; AWS has filtered already");
	if (!import->given[IMPORT_INTERFACES])
		import_warn(import,
			    "without describe-network-interfaces, sessions have no names here; they are learned from their packets");
}

/**
 * import_sessions() - write the VNI entries and their sessions
 * @import: the run; its filters have been written
 */
void import_sessions(struct import *import)
{
	struct sessions sessions = { 0 };
	size_t first;
	size_t next;

	write_head(import);
	take_sessions(import, &sessions);
	for (first = 0; first < sessions.count; first = next) {
		for (next = first + 1; next < sessions.count; next++) {
			if (sessions.session[next].vni !=
			    sessions.session[first].vni)
				break;
		}
		write_vni(import, &sessions.session[first], next - first);
	}
	free(sessions.session);
}
