// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl monitor
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "nl.h"
#include "request.h"

/* What the kernel tells of. */
static const struct event {
	enum vxm_cmd cmd;
	enum object object;
	const char *name;
	const struct out_column *columns;
} events[] = {
	{ VXM_CMD_DEV_NEW_NTF, OBJECT_DEV, "new", columns_dev },
	{ VXM_CMD_DEV_SET_NTF, OBJECT_DEV, "set", columns_dev },
	{ VXM_CMD_DEV_DEL_NTF, OBJECT_DEV, "del", columns_dev },
	{ VXM_CMD_VNI_NEW_NTF, OBJECT_VNI, "new", columns_vni },
	{ VXM_CMD_VNI_SET_NTF, OBJECT_VNI, "set", columns_vni },
	{ VXM_CMD_VNI_DEL_NTF, OBJECT_VNI, "del", columns_vni },
	{ VXM_CMD_PORT_SET_NTF, OBJECT_PORT, "set", columns_port },
	{ VXM_CMD_SESSION_NEW_NTF, OBJECT_SESSION, "new", columns_session },
	{ VXM_CMD_SESSION_SET_NTF, OBJECT_SESSION, "set", columns_session },
	{ VXM_CMD_SESSION_DEL_NTF, OBJECT_SESSION, "del", columns_session },
	{ VXM_CMD_FILTER_NEW_NTF, OBJECT_FILTER, "new", columns_filter },
	{ VXM_CMD_FILTER_SET_NTF, OBJECT_FILTER, "set", columns_filter },
	{ VXM_CMD_FILTER_DEL_NTF, OBJECT_FILTER, "del", columns_filter },
	{ VXM_CMD_DEDUP_SET_NTF, OBJECT_DEDUP, "set", columns_dedup },
	{ VXM_CMD_UNKNOWN_NEW_NTF, OBJECT_UNKNOWN, "new", columns_unknown },
};

/* One run of the command. */
struct monitor {
	struct ctl *ctl;
	unsigned int among;
	bool unwritten;	/* the output cannot be written, as struct ctl says */
};

static int print_event(const struct record *record, enum vxm_cmd cmd,
		       void *data)
{
	struct monitor *monitor = data;
	const struct event *event;
	json_t *row;
	size_t i;

	for (i = 0; i < CTL_COUNT(events); i++) {
		event = &events[i];
		if (event->cmd == cmd && monitor->among & 1U << event->object)
			break;
	}
	if (i == CTL_COUNT(events))
		return 0;
	row = columns_row(monitor->ctl, record, event->columns);
	if (!row)
		return -EBADMSG;
	monitor->unwritten = out_event(monitor->ctl, event->name,
				       words_object(event->object), row,
				       event->columns);
	json_decref(row);

	return monitor->unwritten ? -EIO : 0;
}

/*
 * Wait until there is something to do: events to read first of all, then the
 * module's end, then the end of whoever reads the output.
 */
static int wait_events(struct nl *nl)
{
	struct pollfd fds[] = {
		{ .fd = nl_fd(nl), .events = POLLIN },
		{ .fd = nl_families_fd(nl), .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};

	for (;;) {
		if (poll(fds, CTL_COUNT(fds), -1) < 0) {
			if (errno != EINTR)
				return -errno;
			continue;
		}
		if (fds[0].revents)
			return 0;
		if (fds[1].revents && nl_gone(nl))
			return -ENODEV;
		if (fds[2].revents & (POLLERR | POLLNVAL))
			return -EPIPE;
	}
}

static int monitor_run(struct ctl *ctl, const struct args *args)
{
	struct monitor monitor = { .ctl = ctl, .among = args->among };
	const struct nl_reader reader = {
		.each = print_event,
		.data = &monitor,
	};
	int ret;

	if (nl_listen(ctl->nl))
		return request_failed(ctl, args->name);
	do {
		ret = wait_events(ctl->nl);
		if (!ret)
			ret = nl_next(ctl->nl, &reader);
		if (ret == -ENOBUFS) {
			ret = 0;
			monitor.unwritten = out_event(ctl, "lost", NULL, NULL,
						      NULL);
		}
	} while (!ret && !monitor.unwritten);

	if (monitor.unwritten)
		return CTL_REFUSED;
	if (ret == -EPIPE)
		return ctl_fail(ctl, CTL_REFUSED, "cannot write the output: %s",
				strerror(EPIPE));
	if (ret == -ENODEV)
		return ctl_fail(ctl, CTL_REFUSED,
				"%s: the vxmirror kernel module was unloaded",
				args->name);

	return ctl_fail(ctl, CTL_REFUSED, "%s: cannot read events: %s",
			args->name, strerror(-ret));
}

static const struct form forms[] = {
	{
		.among = OBJECT_BIT(DEV) | OBJECT_BIT(VNI) |
			 OBJECT_BIT(PORT) | OBJECT_BIT(SESSION) |
			 OBJECT_BIT(FILTER) | OBJECT_BIT(DEDUP) |
			 OBJECT_BIT(UNKNOWN),
		.endless = true,
		.run = monitor_run,
		.about = "events as they happen, one a line",
	},
};

const struct verb verb_monitor = {
	.name = "monitor",
	.about = "tell of events as they happen",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
