/* A plan that was kept: its form and seal, what is refused, what counts as a difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "agent/differences.h"
#include "agent/report.h"
#include "agent/saved.h"

/* ---- a plan made by hand, and its text ------------------------------------------ */

static const struct action plain_actions[] = {
	{.kind = ACTION_REVOKE_SEAT,
	 .email = "cyd@example.com",
	 .reason = "left",
	 .member_id = "m-3"},
	{.kind = ACTION_SET_ROLE,
	 .email = "Ann@example.com",
	 .reason = "leads",
	 .member_id = "m-1",
	 .role = ROLE_ADMIN,
	 .from_role = ROLE_MEMBER,
	 .rule = "leads"},
	{.kind = ACTION_INVITE,
	 .email = "b\xc3\xb6"
		  "b@example.com",
	 .reason = "is in staff",
	 .role = ROLE_MEMBER,
	 .wants_seat = true},
};
static const struct action plain_held[] = {
	{.kind = ACTION_REMOVE_MEMBER,
	 .email = "dan@example.com",
	 .reason = "left",
	 .member_id = "m-2",
	 .hold = "h-1",
	 .cause = HOLD_LIMIT},
};

struct fixture {
	struct arena a;
	struct action actions[4], held[2];
	struct plan plan;
	struct err e;
};

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	memcpy(f->actions, plain_actions, sizeof plain_actions);
	memcpy(f->held, plain_held, sizeof plain_held);
	f->plan = (struct plan){.id = "p-1",
				.organization = "acme",
				.created_at = 1795339800,
				.complete = true,
				.actions = f->actions,
				.actions_nr = 3,
				.held = f->held,
				.held_nr = 1};
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->a);
	free(f);
	return 0;
}

static char *text_of(struct fixture *f)
{
	const struct report r = {.plan = &f->plan, .config = "c0ffee"};
	char *text = NULL, *kept;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	report_plan_json(out, &r);
	assert_int_equal(fclose(out), 0);
	kept = arena_strndup(&f->a, text, size);
	free(text);
	return kept;
}

/* The text with `was` replaced once, and a digest that fits. */
static char *forged(struct fixture *f, const char *was, const char *now)
{
	const char *text = text_of(f), *at = strstr(text, was), *tail = strstr(text, "\"digest\":");
	struct digest d;
	char *body, sum[DIGEST_TEXT_SIZE];

	assert_true(at && at < tail);
	body = arena_printf(&f->a, "%.*s%s%.*s", (int)(at - text), text, now,
			    (int)(tail - at - (ptrdiff_t)strlen(was)), at + strlen(was));
	digest_begin(&d);
	digest_bytes(&d, body, strlen(body));
	digest_end(&d, sum);
	return arena_printf(&f->a, "%s\"digest\":\"%s\"}\n", body, sum);
}

static struct saved parsed(struct fixture *f, const char *text)
{
	struct saved s;

	if (saved_parse(&s, &f->a, text, strlen(text), &f->e))
		fail_msg("%s", f->e.text);
	return s;
}

static void refused(struct fixture *f, const char *text, const char *words)
{
	struct saved s = {.config = "untouched"};

	assert_int_equal(saved_parse(&s, &f->a, text, strlen(text), &f->e), -1);
	assert_int_equal(f->e.kind, ERR_REFUSED);
	if (!strstr(f->e.text, words))
		fail_msg("\"%s\" does not say \"%s\"", f->e.text, words);
	assert_string_equal(s.config, "untouched");
}

/* ---- the form ------------------------------------------------------------------------ */

static void the_form_is_for_ever(void **state)
{
	static const char golden[] =
		"{\"format\":\"seatsync-plan-1\",\n\"id\":\"p-1\",\n\"organization\":\"acme\",\n"
		"\"created_at\":\"2026-11-22T09:30:00Z\",\n\"config\":\"c0ffee\",\n"
		"\"complete\":true,\n"
		"\"counts\":{\"invite\":0,\"reissue_invitation\":0,\"cancel_invitation\":0,"
		"\"assign_seat\":0,\"revoke_seat\":0,\"set_role\":0,\"remove_member\":0,"
		"\"issue_token\":0,\"revoke_token\":0},\n"
		"\"seats\":{\"total\":0,\"assigned\":0,\"reserved\":0,\"free\":0,\"waiting\":0},\n"
		"\"actions\":[\n"
		" {\"action\":\"revoke_seat\",\"email\":\"cyd@example.com\",\"reason\":\"left\","
		"\"rule\":null,\"member_id\":\"m-3\"},\n"
		" {\"action\":\"set_role\",\"email\":\"Ann@example.com\",\"reason\":\"leads\","
		"\"rule\":\"leads\",\"role\":\"admin\",\"from_role\":\"member\","
		"\"member_id\":\"m-1\"},\n"
		" {\"action\":\"invite\",\"email\":\"b\\u00F6b@example.com\","
		"\"reason\":\"is in staff\",\"rule\":null,\"role\":\"member\","
		"\"wants_seat\":true}],\n"
		"\"held\":[\n"
		" {\"action\":\"remove_member\",\"email\":\"dan@example.com\",\"reason\":\"left\","
		"\"rule\":null,\"member_id\":\"m-2\",\"hold\":\"h-1\"}],\n"
		"\"waiting\":[],\n\"manual\":[],\n\"adopted\":[],\n\"unmanaged\":[],\n"
		"\"skipped\":[],\n\"problems\":[],\n"
		"\"digest\":\"ceff7784996428e7e453089c33a24459b01cad212bbb32bf95271e6336906979\"}"
		"\n";

	assert_string_equal(text_of(*state), golden);
}

static void what_is_written_is_read(void **state)
{
	struct fixture *f = *state;
	const char *text = text_of(f);
	struct saved s = parsed(f, text);

	assert_memory_equal(text, saved_mark, strlen(saved_mark));
	assert_string_equal(s.file.id, "p-1");
	assert_string_equal(s.organization, "acme");
	assert_string_equal(s.config, "c0ffee");
	assert_int_equal(s.file.created_at, 1795339800);
	assert_true(s.complete);
	assert_int_equal(strlen(s.file.digest), 64);
	assert_int_equal(s.planned_nr, 4);
	assert_string_equal(s.planned[2].email, "b\xc3\xb6"
						"b@example.com");
	assert_true(s.planned[2].wants_seat);
	assert_int_equal(s.planned[1].from_role, ROLE_MEMBER);
	assert_true(s.planned[3].held);
	assert_string_equal(s.planned[3].hold, "h-1");
	assert_int_equal(s.planned[3].place, 0);
}

/* ---- what is refused ------------------------------------------------------------------- */

/* No byte can change without being seen. */
static void every_byte_is_sealed(void **state)
{
	struct fixture *f = *state;
	char *text = text_of(f);
	size_t len = strlen(text);
	struct saved s;

	assert_int_equal(document_sealed(text, len), SEAL_WHOLE);
	for (size_t i = 0; i < len; i++) {
		text[i] ^= 1;
		assert_int_not_equal(document_sealed(text, len), SEAL_WHOLE);
		assert_int_equal(saved_parse(&s, &f->a, text, len, &f->e), -1);
		text[i] ^= 1;
	}
	for (size_t cut = 0; cut < len; cut++)
		assert_int_not_equal(document_sealed(text, cut), SEAL_WHOLE);
	assert_int_equal(document_sealed(text + len - 77, 77), SEAL_BROKEN);
	assert_int_equal(document_sealed(text + len - 76, 76), SEAL_NONE);
}

static void strangers_are_refused(void **state)
{
	static const struct {
		const char *was, *now, *words;
	} rows[] = {
		{"seatsync-plan-1", "seatsync-plan-2",
		 "another version of seatsync: its format is"},
		{"seatsync-plan-1", "seatsync-sync-1", "its format is not seatsync-plan-1"},
		{"\"seatsync-plan-1\"", "1", "its format is not seatsync-plan-1"},
		{"\"id\":\"p-1\",", "", "id is missing"},
		{"\"p-1\"", "\"\"", "id is missing or not what it should be"},
		{"\"p-1\"", "7", "id is missing"},
		{"p-1", "p-00000000000000000000000000000000000000000000000000000000000000000",
		 "id is missing"},
		{"\"acme\"", "[]", "organization is missing"},
		{"2026-11-22T", "yesterday", "created_at is missing"},
		{"\"c0ffee\"", "null", "config is missing"},
		{"\"complete\":true", "\"complete\":\"true\"", "complete is missing"},
		{"\"held\":[", "\"hold\":[", "held is missing"},
		{"\"actions\":[", "\"deeds\":[", "actions is missing"},
		{"\"revoke_seat\",", "\"erase\",", "action 1: is no saved plan: action is"},
		{"\"role\":\"admin\"", "\"role\":\"god\"", "action 2: is no saved plan: role is"},
		{"\"from_role\":\"member\"", "\"from_role\":3", "from_role is"},
		{"\"wants_seat\":true", "\"wants_seat\":1", "wants_seat is"},
		{"\"email\":\"cyd@example.com\"", "\"email\":{}",
		 "action 1: is no saved plan: email"},
		{"\"hold\":\"h-1\"", "\"hold\":1", "held 1: is no saved plan: hold is"},
		{"\"rule\":null", "\"email\":\"x\"", "a key stands twice"},
		{"\"waiting\":[]", "\"id\":\"p-2\"", "a key stands twice"},
		{"\"left\"", "\"le\\u0000ft\"", "is no saved plan: line 10"},
		{"\"left\"",
		 "\"le\xff"
		 "ft\"",
		 "is no saved plan: line 10"},
		{"\"left\"", "[[[[[[\"[[[\"]]]]]]", "nested deeper than 8"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		refused(f, forged(f, rows[i].was, rows[i].now), rows[i].words);
	refused(f, "", "is no saved plan: line ");
	refused(f, "[]", "its format is not");
	refused(f, "{\"format\":\"seatsync-plan-1\"}", "has no digest");
	refused(f, "{\"format\":\"seatsync-plan-1\",\"digest\":\"0\"}", "was edited");
	/* eight deep, and brackets in a text are none; it is refused as what it is */
	refused(f, forged(f, "\"left\"", "[[[[[\"\\\"[[[\"]]]]]"),
		"action 1: is no saved plan: reason");
}

static void large_texts_are_not_parsed(void **state)
{
	struct fixture *f = *state;
	size_t len = (size_t)SAVED_SIZE_MAX + 1;
	char *text = mem_resize(NULL, len, 1);
	struct saved s;

	memset(text, ' ', len);
	assert_int_equal(saved_parse(&s, &f->a, text, len, &f->e), -1);
	assert_non_null(strstr(f->e.text, "is larger than 64 MiB"));
	free(text);
}

static void it_must_fit_here(void **state)
{
	static const struct {
		const char *organization, *config, *words;
		bool incomplete;
	} rows[] = {
		{"acme", "c0ffee", NULL, false},
		{"other", "c0ffee", "is a plan for the organization acme, not for other", false},
		{"acme", "decaf", "was made under another configuration", false},
		{"acme", "c0ffee", "a reading that was not whole", true},
	};
	struct fixture *f = *state;
	struct saved s = parsed(f, text_of(f));

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct policy p = {.organization = rows[i].organization,
					 .fingerprint = rows[i].config};

		s.complete = !rows[i].incomplete;
		assert_int_equal(saved_fits(&s, &p, &f->e), rows[i].words ? -1 : 0);
		if (rows[i].words)
			assert_non_null(strstr(f->e.text, rows[i].words));
	}
}

/* ---- differences ------------------------------------------------------------------------- */

/* Between the plan as it was kept and as it is now: the listing as text. */
static void differ(struct fixture *f, const struct saved *was, const char *expected)
{
	struct differences d;
	struct listing l;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	differences_find(&d, &f->a, was, &f->plan);
	l = difference_listing(&d);
	listing_text(out, &l, false, "");
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void the_same_is_the_same(void **state)
{
	struct fixture *f = *state;
	struct saved was = parsed(f, text_of(f));
	const struct saved none = {0};

	f->plan.id = "p-2";
	f->plan.created_at += DAY;
	f->actions[0].reason = "left, in other words";
	f->actions[1].rule = "other";
	f->held[0].why = "said otherwise";
	differ(f, &was, "");
	f->plan.actions_nr = f->plan.held_nr = 0;
	differ(f, &none, "");
}

static void each_change_is_told(void **state)
{
	struct fixture *f = *state;
	struct saved was = parsed(f, text_of(f));

	f->actions[1].role = ROLE_BILLING_MANAGER;
	differ(f, &was,
	       "changed  set_role  Ann@example.com  role: admin -> billing_manager  leads\n");
	memcpy(f->actions, plain_actions, sizeof plain_actions);
	f->actions[1].from_role = ROLE_NONE;
	f->actions[1].member_id = "m-9";
	differ(f, &was,
	       "changed  set_role  Ann@example.com  role before: member -> none, member: "
	       "m-1 -> m-9  leads\n");
	memcpy(f->actions, plain_actions, sizeof plain_actions);
	f->actions[2].wants_seat = false;
	f->actions[2].invitation_id = "i-1";
	differ(f, &was,
	       "changed  invite  b\xc3\xb6"
	       "b@example.com  seat: yes -> no, invitation: "
	       "none -> i-1  is in staff\n");
	memcpy(f->actions, plain_actions, sizeof plain_actions);
	f->held[0].hold = "h-2";
	differ(f, &was, "changed  remove_member  dan@example.com  yes  hold: h-1 -> h-2  left\n");
}

/* Each field by itself makes a difference. */
static void one_field_is_enough(void **state)
{
	struct fixture *f = *state;
	struct saved was = parsed(f, text_of(f));

	f->actions[0].member_id = "m-4";
	differ(f, &was, "changed  revoke_seat  cyd@example.com  member: m-3 -> m-4  left\n");
	memcpy(f->actions, plain_actions, sizeof plain_actions);
	f->actions[1].from_role = ROLE_BILLING_MANAGER;
	differ(f, &was,
	       "changed  set_role  Ann@example.com  role before: member -> "
	       "billing_manager  leads\n");
	memcpy(f->actions, plain_actions, sizeof plain_actions);
	f->actions[2].wants_seat = false;
	differ(f, &was,
	       "changed  invite  b\xc3\xb6"
	       "b@example.com  seat: yes -> no  "
	       "is in staff\n");
	f->actions[2].wants_seat = true;
	f->actions[2].invitation_id = "i-1";
	differ(f, &was,
	       "changed  invite  b\xc3\xb6"
	       "b@example.com  invitation: none -> i-1  "
	       "is in staff\n");
	memcpy(f->actions, plain_actions, sizeof plain_actions);
	f->actions[0].email = "Cyd@example.com";
	differ(f, &was,
	       "new   revoke_seat  Cyd@example.com  left\n"
	       "gone  revoke_seat  cyd@example.com  left\n");
}

/* A hold is a word for what is held; beside an action it says nothing. */
static void the_hold_of_an_action_is_none(void **state)
{
	struct fixture *f = *state;
	struct saved was = parsed(f, forged(f, "\"m-3\"", "\"m-3\",\"hold\":\"h-7\""));

	differ(f, &was, "");
}

#define GAP "                                                  " /* two columns */

static void held_released_new_and_gone(void **state)
{
	struct fixture *f = *state;
	struct saved was = parsed(f, text_of(f));

	f->actions[3] = f->held[0]; /* released */
	f->held[0] = f->actions[0]; /* held now */
	f->held[0].hold = "h-3";
	f->actions[0] = (struct action){.kind = ACTION_INVITE,
					.email = "eve@example.com",
					.reason = "is in guests",
					.role = ROLE_MEMBER};
	f->actions[2] = f->actions[3];
	differ(f, &was,
	       "gone     invite         b\xc3\xb6"
	       "b@example.com" GAP "is in staff\n"
	       "changed  revoke_seat    cyd@example.com  yes  is: to be done -> held, hold: none "
	       "-> "
	       "h-3  left\n"
	       "changed  remove_member  dan@example.com       is: held -> to be done, hold: h-1 -> "
	       "none  left\n"
	       "new      invite         eve@example.com" GAP "is in guests\n");
}

static void one_too_many_of_the_same_is_told(void **state)
{
	struct fixture *f = *state;
	struct saved was = parsed(f, text_of(f));

	f->actions[3] = f->actions[2];
	f->plan.actions_nr = 4;
	differ(f, &was,
	       "new  invite  b\xc3\xb6"
	       "b@example.com  is in staff\n");
}

static void order_matters_when_nothing_else_differs(void **state)
{
	struct fixture *f = *state;
	struct saved was = parsed(f, text_of(f));

	f->actions[0] = plain_actions[1];
	f->actions[1] = plain_actions[0];
	differ(f, &was,
	       "moved  set_role     Ann@example.com  place: 2 -> 1  leads\n"
	       "moved  revoke_seat  cyd@example.com  place: 1 -> 2  left\n");
	f->actions[2].role = ROLE_ADMIN;
	differ(f, &was,
	       "changed  invite  b\xc3\xb6"
	       "b@example.com  role: member -> admin  "
	       "is in staff\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_form_is_for_ever),
		TEST(what_is_written_is_read),
		TEST(every_byte_is_sealed),
		TEST(strangers_are_refused),
		TEST(large_texts_are_not_parsed),
		TEST(it_must_fit_here),
		TEST(the_same_is_the_same),
		TEST(each_change_is_told),
		TEST(one_field_is_enough),
		TEST(the_hold_of_an_action_is_none),
		TEST(held_released_new_and_gone),
		TEST(one_too_many_of_the_same_is_told),
		TEST(order_matters_when_nothing_else_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
