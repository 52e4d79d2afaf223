/*
 * fixture.h - a state in a private folder, and plans in a few words.
 *
 *	struct fixture f;
 *	fixture_begin(&f);                   // folder, no file yet
 *	fixture_open(&f, STATE_RUN);         // f.s
 *	struct plan *p = plan_begin(&f);     // an empty plan at f.now
 *	plan_account(&f, p, "a@x.org")->...  // accounts in the order of their keys
 *	plan_action(&f, p, ACTION_INVITE, 0);
 *	run_whole(&f, p);                    // begin, plan, every action done, end
 *	fixture_end(&f);
 */
#ifndef SEATSYNC_TESTS_STATE_FIXTURE_H
#define SEATSYNC_TESTS_STATE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "state/state.h"

#define MUST(call)                                                            \
	do {                                                                  \
		if (call)                                                     \
			fail_msg("%s: %s", #call, f->e.text);                 \
	} while (0)
#define REFUSED(call, kind_, words)                                           \
	do {                                                                  \
		assert_int_equal(call, -1);                                   \
		assert_int_equal(f->e.kind, kind_);                           \
		if (!strstr(f->e.text, words))                                \
			fail_msg("\"%s\" does not say \"%s\"", f->e.text, words); \
	} while (0)

enum { PLAN_ITEMS_MAX = 64, NOON = 1795435200 };

struct fixture {
	char folder[64];
	char path[96];
	struct state *s;
	struct arena a;
	struct err e;
	utc now;
};

int fixture_begin(void **state); /* cmocka's setup and teardown: *state is the fixture */
int fixture_end(void **state);
void fixture_open(struct fixture *f, enum state_mode mode);
void fixture_close(struct fixture *f);
void fixture_load(struct fixture *f, struct known *known);

/* SQL beside the state's back, on its own connection. */
void fixture_sql(struct fixture *f, const char *sql);
int64_t fixture_number(struct fixture *f, const char *sql);

struct plan *plan_begin(struct fixture *f);
struct plan_account *plan_account(struct fixture *f, struct plan *p, const char *address);
/* All that is known, as a plan that changes nothing. */
struct plan *plan_known(struct fixture *f);
struct action *plan_action(struct fixture *f, struct plan *p, enum action_kind kind,
			   ptrdiff_t account);
struct plan_hold *plan_hold(struct fixture *f, struct plan *p, const char *id,
			    enum hold_cause cause, const char *const *addresses);

void turn_leave(struct fixture *f, size_t action);
void turn_end(struct fixture *f, size_t action, enum journal_state end);
void run_begin(struct fixture *f, const struct plan *p); /* and the plan; NULL: none */
void run_end(struct fixture *f, const struct plan *p);   /* status agrees, counted */
void run_whole(struct fixture *f, const struct plan *p);

/* Everything the file holds but the times, as text: two states are the same when it is. */
char *fixture_dump(struct fixture *f);

#endif
