// SPDX-License-Identifier: GPL-2.0
/*
 * Mirror filters: from AWS's descriptions to commands.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vxmirror.h>

#include "import.h"
#include "output.h"

#define DNS_NEED 58	/* Ethernet, IPv6 and ports */

/* AWS's two lists of a filter's rules. */
static const struct {
	const char *key;
	const char *name;
} directions[] = {
	{ "IngressFilterRules", "ingress" },
	{ "EgressFilterRules", "egress" },
};

/* One of them. */
struct rules {
	struct import_rule *rule;
	size_t count;
	size_t room;
};

static int compare_rules(const void *left, const void *right)
{
	const struct import_rule *a = left;
	const struct import_rule *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;

	return strcmp(a->id, b->id);
}

static void miss_rule(struct import *import,
		      const struct import_filter *filter,
		      const struct import_rule *rule, const char *why)
{
	import_miss(import, "filter %s, rule %s: %s", filter->id, rule->id,
		    why);
}

/* The rules of a direction that can be expressed, sorted by their numbers. */
static void take_rules(struct import *import,
		       const struct import_filter *filter, const json_t *list,
		       const char *direction, struct rules *rules)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		rules->rule = ctl_grow(rules->rule, rules->count, &rules->room,
				       sizeof(*rules->rule));
		if (import_rule(import, filter->id, item, direction,
				&rules->rule[rules->count]))
			rules->count++;
	}
	if (rules->count)
		qsort(rules->rule, rules->count, sizeof(*rules->rule),
		      compare_rules);
}

static void print_rule(struct import *import,
		       const struct import_filter *filter,
		       const char *direction, const struct import_rule *rule,
		       long number)
{
	fprintf(import->out, "add rule filter %s number %ld direction %s%s # %s",
		filter->name, number, direction, rule->words, rule->id);
	if (number != rule->number)
		fprintf(import->out, " (AWS: number %ld)", rule->number);
	fputs(rule->note, import->out);
	if (rule->description && *rule->description)
		fprintf(import->out, ": %s", rule->description);
	putc('\n', import->out);
}

/*
 * The rules of a direction, but for those that cannot be there. @next is the
 * least number that is free.
 */
static void print_rules(struct import *import, struct import_filter *filter,
			const char *direction, const struct rules *rules,
			long next, size_t *room)
{
	const struct import_rule *rule;
	long before = 0;
	long number;
	size_t i;

	for (i = 0; i < rules->count; i++) {
		rule = &rules->rule[i];
		number = rule->number > next ? rule->number : next;
		if (rule->number == before) {
			miss_rule(import, filter, rule,
				  "another one of this direction has the same number");
		} else if (!*room) {
			miss_rule(import, filter, rule,
				  "a filter has no room for more");
		} else {
			print_rule(import, filter, direction, rule, number);
			(*room)--;
			next = number + 1;
			if (rule->need > filter->need)
				filter->need = rule->need;
		}
		before = rule->number;
	}
}

/* A rule for AWS's DNS before all others; returns the number behind it. */
static long print_dns(struct import *import, struct import_filter *filter,
		      const char *direction, const struct rules *rules)
{
	const struct address *resolver = &import->args->resolver;
	long number = rules->count ? rules->rule[0].number - 1 : 1;
	char address[INET6_ADDRSTRLEN];

	if (number < IMPORT_RULE_MIN) {
		number = IMPORT_RULE_MIN;
		import_comment(import,
			       "%s: amazon-dns comes first, so the rules from 1 on move up",
			       direction);
	}
	fprintf(import->out,
		"add rule filter %s number %ld direction %s action accept amazon-dns",
		filter->name, number, direction);
	if (resolver->family)
		fprintf(import->out, " resolver %s",
			inet_ntop(resolver->family, &resolver->ipv4, address,
				  sizeof(address)));
	putc('\n', import->out);
	if (filter->need < DNS_NEED)
		filter->need = DNS_NEED;

	return number + 1;
}

/* Whether AWS's DNS service is mirrored; it knows no other network service. */
static bool take_services(struct import *import,
			  const struct import_filter *filter, const char *who)
{
	const json_t *service;
	const json_t *list;
	const char *name;
	bool dns = false;
	size_t i;

	list = import_list(import, who, filter->item, "NetworkServices");
	json_array_foreach(list, i, service) {
		name = json_string_value(service);
		if (name && !strcmp(name, "amazon-dns")) {
			dns = true;
			continue;
		}
		import_miss(import, "%s: NetworkServices '%s' is not known",
			    who, name ? name : "");
	}

	return dns;
}

/*
 * AWS's DNS is also what the VPC's own resolver answers: without its address
 * the rules would reject what AWS accepts.
 */
static bool dns_is_whole(struct import *import, const char *who)
{
	if (import->args->resolver.family)
		return true;
	import_warn(import,
		    "%s: amazon-dns covers 169.254.169.253 and fd00:ec2::253 only; the VPC's own resolver is at the VPC's address plus two, and AWS does not name it: give it as 'resolver ADDR'",
		    who);
	return false;
}

static void write_direction(struct import *import, struct import_filter *filter,
			    const json_t *list, const char *direction, bool dns,
			    size_t *room)
{
	struct rules rules = { 0 };
	long next = IMPORT_RULE_MIN;

	take_rules(import, filter, list, direction, &rules);
	if (dns)
		next = print_dns(import, filter, direction, &rules);
	print_rules(import, filter, direction, &rules, next, room);
	free(rules.rule);
}

static void write_rules(struct import *import, struct import_filter *filter,
			const char *who, bool dns)
{
	size_t room = VXM_RULES_MAX;
	const json_t *list;
	bool any = dns;
	size_t i;

	if (dns)
		room -= CTL_COUNT(directions);
	for (i = 0; i < CTL_COUNT(directions); i++) {
		list = import_list(import, who, filter->item,
				   directions[i].key);
		any |= json_array_size(list) > 0;
		write_direction(import, filter, list, directions[i].name, dns,
				&room);
	}
	if (!any)
		import_warn(import,
			    "%s has no rules: AWS mirrors nothing by it", who);
}

/* Take a name for a filter, unless it has been taken before. */
static bool take_name(struct import_filter *filter, const char *text,
		      json_t *taken)
{
	if (!import_clean_name(text, filter->name) ||
	    json_object_get(taken, filter->name))
		return false;
	out_put(taken, filter->name, json_true());

	return true;
}

/* AWS's tag 'Name', else its id, else a number. */
static void name_filter(struct import_filter *filter, const char *tag,
			json_t *taken)
{
	size_t number = json_object_size(taken);
	char text[IMPORT_NAME];

	if (take_name(filter, tag, taken) ||
	    take_name(filter, filter->id, taken))
		return;
	do
		snprintf(text, sizeof(text), "filter-%zu", ++number);
	while (!take_name(filter, text, taken));
}

static void write_filter(struct import *import, struct import_filter *filter,
			 json_t *taken)
{
	const json_t *item = filter->item;
	size_t missed = import->missed;
	const char *description;
	char who[IMPORT_WHO];
	const char *tag;
	bool dns;

	putc('\n', import->out);
	snprintf(who, sizeof(who), "filter %s", filter->id);
	tag = import_tag(import, who, item, "Tags");
	description = import_text(import, who, item, "Description");
	import_comment(import, "%s%s%s%s%s%s", who, tag ? " '" : "",
		       tag ? tag : "", tag ? "'" : "",
		       description && *description ? ": " : "",
		       description ? description : "");
	name_filter(filter, tag, taken);
	dns = take_services(import, filter, who);
	filter->whole = !dns || dns_is_whole(import, who);
	fprintf(import->out, "add filter %s\n", filter->name);
	write_rules(import, filter, who, dns);
	if (import->missed > missed)
		filter->whole = false;
}

/**
 * import_find_filter() - the filter that AWS has under an id
 * @import: the run
 * @id: the id
 *
 * Return: the filter, NULL: AWS has not described it.
 */
const struct import_filter *import_find_filter(const struct import *import,
					       const char *id)
{
	size_t last = import->filters;
	size_t first = 0;
	size_t middle;
	int order;

	while (first < last) {
		middle = first + (last - first) / 2;
		order = strcmp(id, import->filter[middle].id);
		if (!order)
			return &import->filter[middle];
		if (order < 0)
			last = middle;
		else
			first = middle + 1;
	}

	return NULL;
}

/**
 * import_filters() - write the filters
 * @import: the run
 */
void import_filters(struct import *import)
{
	const json_t *items = import->items[IMPORT_FILTERS];
	json_t *taken = out_object();
	const char **ids;
	size_t i;

	ids = import_ids(items, &import->filters);
	import->filter = ctl_alloc(import->filters, sizeof(*import->filter));
	for (i = 0; i < import->filters; i++) {
		import->filter[i].id = ids[i];
		import->filter[i].item = json_object_get(items, ids[i]);
		write_filter(import, &import->filter[i], taken);
	}
	free(ids);
	json_decref(taken);
}
