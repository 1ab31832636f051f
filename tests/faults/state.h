/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The namespace that operations work on, and all that can be seen of it.
 */
#ifndef FAULTS_STATE_H
#define FAULTS_STATE_H

#include "client.h"

/* An address of the namespace's own, on lo; and an inner frame's bytes. */
#define STATE_ADDRESS	"192.0.2.2"
#define FRAME_LEN	60

/* A connection in the present namespace. */
extern struct client client;

long long now_ms(void);
void pause_some(void);
void state_new(void);
char *state_text(void);
char *state_settled(void);
const char *state_wait(const char *one, const char *other);
void state_send(unsigned int vni, unsigned int count);
unsigned int state_events(unsigned int want, bool *lost);

#endif /* FAULTS_STATE_H */
