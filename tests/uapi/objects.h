/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of the family, as they look when asked for.
 */
#ifndef UAPI_OBJECTS_H
#define UAPI_OBJECTS_H

struct attr;
struct client;

void is_object(struct client *client, int cmd, const struct attr *key,
	       const char *want, const char *name);
void is_dump(struct client *client, int cmd, const struct attr *filter,
	     const char *want, const char *name);

#endif /* UAPI_OBJECTS_H */
