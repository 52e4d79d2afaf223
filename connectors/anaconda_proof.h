/*
 * anaconda_proof.h - what an answer bears out: a 2xx is a success only if what it
 * says is one.  Fills the job's result with what the answer tells of the effect,
 * and its text where it does not bear it out.
 */
#ifndef SEATSYNC_ANACONDA_PROOF_H
#define SEATSYNC_ANACONDA_PROOF_H

#include "connectors/anaconda_job.h"

/* Of a 2xx to the action's own call. */
enum outcome job_bears_out(struct job *j, const struct http_answer *a);

/* Of the list of tokens after a renewal, whatever that was answered: does it live longer now? */
enum outcome job_renewed(struct job *j, const struct http_answer *a);

/* The outcome, with the text why. */
enum outcome job_says(struct job *j, enum outcome outcome, const char *text);

#endif
