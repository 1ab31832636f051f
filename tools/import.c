// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl import
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "import.h"
#include "output.h"

#define NAME "import aws"

/* "-" and no file at all are standard input. */
static int read_all(struct import *import)
{
	const struct args *args = import->args;
	size_t left = IMPORT_BYTES;
	int ret = CTL_DONE;
	size_t i;

	if (!args->files)
		return import_read(import, "-", &left);
	for (i = 0; i < args->files && !ret; i++)
		ret = import_read(import, args->file[i], &left);

	return ret;
}

/* A target is where AWS sends to, which is no setting of this machine. */
static void write_target(struct import *import, const char *id,
			 const json_t *item)
{
	static const char *const keys[] = {
		"NetworkInterfaceId",
		"NetworkLoadBalancerArn",
		"GatewayLoadBalancerEndpointId",
	};
	const char *description;
	const char *where = NULL;
	char who[IMPORT_WHO];
	const char *tag;
	size_t i;

	snprintf(who, sizeof(who), "target %s", id);
	for (i = 0; i < CTL_COUNT(keys) && !where; i++)
		where = import_text(import, who, item, keys[i]);
	tag = import_tag(import, who, item, "Tags");
	description = import_text(import, who, item, "Description");
	import_comment(import, "%s%s%s%s%s%s%s%s", who, tag ? " '" : "",
		       tag ? tag : "", tag ? "'" : "", where ? ", " : "",
		       where ? where : "",
		       description && *description ? ": " : "",
		       description ? description : "");
	if (json_object_get(item, keys[2]))
		import_warn(import,
			    "%s is a Gateway Load Balancer, which sends GENEVE: that is not taken yet",
			    who);
}

static void write_targets(struct import *import)
{
	const json_t *items = import->items[IMPORT_TARGETS];
	const char **ids;
	size_t count;
	size_t i;

	ids = import_ids(items, &count);
	if (count)
		putc('\n', import->out);
	for (i = 0; i < count; i++)
		write_target(import, ids[i], json_object_get(items, ids[i]));
	free(ids);
}

static int write_all(struct import *import)
{
	int ret;

	import_comment(import,
		       "AWS Traffic Mirroring in the words of vxmirrorctl, which takes it by: -b FILE");
	ret = read_all(import);
	if (ret)
		return ret;
	import_check_pages(import);
	write_targets(import);
	import_filters(import);
	import_sessions(import);

	return CTL_DONE;
}

static int save(struct ctl *ctl, const char *name, const char *text,
		size_t len)
{
	FILE *file = fopen(name, "we");
	size_t written;

	if (!file)
		return ctl_fail(ctl, CTL_REFUSED, "cannot open %s: %s", name,
				strerror(errno));
	written = fwrite(text, 1, len, file);
	if (fclose(file) || written != len)
		return ctl_fail(ctl, CTL_REFUSED, "cannot write %s: %s", name,
				strerror(errno));

	return CTL_DONE;
}

/* Where the configuration goes, unless it is only applied. */
static int deliver(struct import *import, const char *text, size_t len)
{
	const struct args *args = import->args;

	if (args_given(args, WORD_OUTPUT))
		return save(import->ctl, args->output, text, len);
	if (args_given(args, WORD_APPLY))
		return CTL_DONE;
	fwrite(text, 1, len, stdout);

	return out_flush(import->ctl);
}

static int apply(struct import *import, char *text, size_t len)
{
	struct ctl *ctl = import->ctl;
	FILE *file = fmemopen(text, len, "r");
	int ret;

	if (!file)
		return ctl_fail(ctl, CTL_REFUSED, "%s: %s", NAME,
				strerror(errno));
	ctl->batch = NAME;
	ret = batch_run_file(ctl, file);
	fclose(file);

	return ret;
}

static int finish(struct import *import, char *text, size_t len)
{
	bool applied = args_given(import->args, WORD_APPLY);
	int ret = deliver(import, text, len);

	if (ret)
		return ret;
	if (import->missed)
		return ctl_fail(import->ctl, CTL_REFUSED,
				"%s: %zu thing%s could not be expressed%s",
				NAME, import->missed,
				import->missed == 1 ? "" : "s", applied ?
				", so nothing has been changed" : "");

	return applied ? apply(import, text, len) : CTL_DONE;
}

static int import_aws(struct ctl *ctl, const struct args *args)
{
	struct import import = { .ctl = ctl, .args = args };
	char *text = NULL;
	size_t len = 0;
	int kind;
	int ret;

	import.out = open_memstream(&text, &len);
	if (!import.out)
		return ctl_fail(ctl, CTL_REFUSED, "%s: %s", NAME,
				strerror(errno));
	for (kind = 0; kind < IMPORT_KINDS; kind++)
		import.items[kind] = out_object();
	ret = write_all(&import);
	if (fclose(import.out))
		ret = ctl_fail(ctl, CTL_REFUSED, "%s: %s", NAME,
			       strerror(errno));
	if (!ret)
		ret = finish(&import, text, len);
	for (kind = 0; kind < IMPORT_KINDS; kind++)
		json_decref(import.items[kind]);
	free(import.filter);
	free(text);

	return ret;
}

static const struct form forms[] = {
	{
		.object = OBJECT_AWS,
		.may = WORD_BIT(DEV) | WORD_BIT(RESOLVER) |
		       WORD_BIT(OUTPUT) | WORD_BIT(APPLY),
		.files = true,
		.offline = true,
		.run = import_aws,
		.about = "write what 'aws ec2 describe-...' says as commands, or apply it",
	},
};

const struct verb verb_import = {
	.name = "import",
	.about = "take over what a cloud knows of its mirror sessions",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
