/*
 * anaconda_outcome.h - what an answer means for an action: one table.
 */
#ifndef SEATSYNC_ANACONDA_OUTCOME_H
#define SEATSYNC_ANACONDA_OUTCOME_H

#include "connectors/http.h"
#include "connectors/platform.h"

enum answer_class {
	ANSWER_OK,        /* 2xx with JSON or nothing */
	ANSWER_INVALID,   /* 400, 422, and 4xx that say the request is at fault */
	ANSWER_UNKNOWN_US,/* 401, after a fresh token */
	ANSWER_NO_SEATS,  /* 402 */
	ANSWER_DENIED,    /* 403 */
	ANSWER_ABSENT,    /* 404, 410 */
	ANSWER_NO_METHOD, /* 405, 501 */
	ANSWER_CONFLICT,  /* 409 */
	ANSWER_LIMITED,   /* 429 until the deadline or the last try */
	ANSWER_FAILED,    /* 5xx, 408, a lost answer */
	ANSWER_ODD,       /* a redirect, a page, anything no API would say */
	ANSWER_UNSENT,    /* nothing left */
	ANSWER_CLASS_NR
};

enum answer_class answer_class(const struct http_answer *a);

/* ANSWER_OK gives OUTCOME_DONE; whether the content bears it out is the caller's to check. */
enum outcome answer_outcome(enum action_kind kind, enum answer_class class);

/* platform_result.refused, of an outcome and the last status. */
bool outcome_refuses(enum outcome o, int http_status);

#endif
