/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One allocation of one operation fails.
 */
#ifndef FAULTS_FAULT_H
#define FAULTS_FAULT_H

struct nl_msg;

/* What came of an operation: 0, an errno, or that nobody can know. */
#define RESULT_LOST	(-1)

/**
 * struct fault - which allocation fails
 *
 * @nth: this one of those that the operation makes, from 1
 * @left: how many more it would have had to make; 0: one has failed
 */
struct fault {
	unsigned int nth;
	unsigned int left;
};

void fault_open(void);
void fault_begin(struct fault *fault);
void fault_end(struct fault *fault);

int fault_request(struct fault *fault, int protocol, struct nl_msg *request);

#endif /* FAULTS_FAULT_H */
