/* See company.h. */
#include "company.h"

struct slapd slapd;

int company_start(void **state)
{
	(void)state;
	slapd_start(&slapd, "--ldif @/company.ldif --dbconf @/company.conf");
	return 0;
}

int company_stop(void **state)
{
	(void)state;
	slapd_stop(&slapd);
	return 0;
}

void read_good(struct outcome *o, const struct directory_settings *s)
{
	outcome_read(o, s, NULL, LONG);
	if (o->rc)
		fail_msg("%s", o->e.text);
}

void expect_state(const struct reading *r, enum completeness state, const char *why)
{
	if (r->state != state || (why && !strstr(r->why, why)))
		fail_msg("%s: %s", completeness_name(r->state), r->why ? r->why : "");
}

void expect_good(const struct directory_settings *s)
{
	struct outcome o;

	outcome_read(&o, s, NULL, LONG);
	if (o.rc)
		fail_msg("%s", o.e.text);
	assert_int_equal(o.r.people_nr, COMPANY_PEOPLE);
	outcome_free(&o);
}

void expect_refusal(const struct directory_settings *s, int seconds, enum err_kind kind,
		    const char *words)
{
	struct outcome o;

	outcome_read(&o, s, NULL, seconds);
	assert_int_equal(o.rc, -1);
	error_says(&o.e, kind, words);
	assert_true(o.seconds < seconds + 5);
	outcome_free(&o);
}
