/*
 * company.h - one slapd with the company of company.ldif for a whole program of
 * tests, and what they expect of a reading of it.
 *
 *	return cmocka_run_group_tests(tests, company_start, company_stop);
 */
#ifndef SEATSYNC_TESTS_LDAP_COMPANY_H
#define SEATSYNC_TESTS_LDAP_COMPANY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fixture.h"

enum { COMPANY_PEOPLE = 11 };

extern struct slapd slapd;

int company_start(void **state);
int company_stop(void **state);

/* Reads; the test fails when that fails.  The caller frees the outcome. */
void read_good(struct outcome *o, const struct directory_settings *s);
/* why: NULL, or words that the reading's must hold. */
void expect_state(const struct reading *r, enum completeness state, const char *why);

/* These settings read everybody, or nobody: with this error, and not long after `seconds`. */
void expect_good(const struct directory_settings *s);
void expect_refusal(const struct directory_settings *s, int seconds, enum err_kind kind,
		    const char *words);

#endif
