/* What a plan looks like, to people and to programs; from a plan made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "agent/listing.h"
#include "agent/report.h"

/* ---- a plan with something in every list ------------------------------------------ */

static struct action actions[] = {
	{.kind = ACTION_CANCEL_INVITATION, .phase = PHASE_CANCEL, .email = "cyd@example.com",
	 .address = "cyd@example.com", .reason = "is in no group that a rule names",
	 .invitation_id = "inv-1", .loss = true, .account = NO_INDEX, .needs = NO_INDEX},
	{.kind = ACTION_SET_ROLE, .phase = PHASE_DEMOTE, .email = "Ann@example.com",
	 .address = "ann@example.com", .reason = "no rule that matches names a role",
	 .member_id = "m-1", .role = ROLE_MEMBER, .from_role = ROLE_ADMIN, .loss = true,
	 .account = 0, .needs = NO_INDEX},
	{.kind = ACTION_INVITE, .phase = PHASE_INVITE, .email = "bob@example.com",
	 .address = "bob@example.com", .reason = "is in staff (rule 1): member, with a seat",
	 .rule = "staff", .role = ROLE_MEMBER, .wants_seat = true, .account = 1,
	 .needs = NO_INDEX},
};
static struct action held[] = {
	{.kind = ACTION_REMOVE_MEMBER, .phase = PHASE_REMOVE, .email = "dan@example.com",
	 .reason = "is in no directory any more", .member_id = "m-2", .hold = "h-1",
	 .cause = HOLD_LIMIT, .why = "too many", .loss = true, .account = NO_INDEX},
	{.kind = ACTION_REVOKE_SEAT, .phase = PHASE_REVOKE_SEAT, .email = "eve@example.com",
	 .reason = "may have left", .member_id = "m-3", .cause = HOLD_INCOMPLETE,
	 .why = "staff was not read whole", .loss = true, .account = NO_INDEX},
};
static struct action waiting[] = {
	{.kind = ACTION_ASSIGN_SEAT, .email = "fay@example.com", .reason = "is in staff (rule 1)",
	 .rule = "staff", .member_id = "m-4", .why = "no seat is free", .account = NO_INDEX},
};
static struct action manual[] = {
	{.kind = ACTION_SET_ROLE, .email = "gus@example.com", .reason = "is in leads (rule 2)",
	 .rule = "leads", .member_id = "m-5", .role = ROLE_ADMIN, .from_role = ROLE_MEMBER,
	 .why = "the platform offers no call to change a role", .account = NO_INDEX},
};
static struct plan_note adopted[] = {{"hal@example.com", "uid=hal", "a member"}};
static struct plan_note unmanaged[25];
static struct plan_note skipped[] = {{NULL, "uid=ida", "has no e-mail address"}};
static struct plan_problem problems[] = {
	{"corp", "staff", "partial", "a page was not read"},
	{NULL, NULL, "parked", "jan@example.com: was invited 3 times"},
};
static struct plan_directory directories[] = {
	{"corp", PARTIAL, "a page was not read", 203, 12, 1},
	{"idp", FAILED, "connection refused", 0, 0, 0},
};
static struct plan_account accounts[] = {
	{.memory = {.key = 1, .email = "Ann@example.com", .address = "ann@example.com"},
	 .people = &(const struct person_ref){"corp", "id-ann"}, .people_nr = 1},
	{.memory = {.address = "bob@example.com"}},
};

static struct plan plan_by_hand(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(unmanaged); i++)
		unmanaged[i] = (struct plan_note){"kim@example.com", NULL, "is not managed"};
	return (struct plan){
		.id = "p-1", .organization = "acme", .created_at = 1795339800,
		.counts = {[ACTION_CANCEL_INVITATION] = 1, [ACTION_SET_ROLE] = 1,
			   [ACTION_INVITE] = 1},
		.seats = {.total = 10, .assigned = 7, .reserved = 1, .reserve = 1, .free = 1,
			  .waiting = 1, .assigned_after = 7, .reserved_after = 2,
			  .free_after = 0},
		.actions = actions, .held = held, .waiting = waiting, .manual = manual,
		.adopted = adopted, .unmanaged = unmanaged, .skipped = skipped,
		.problems = problems, .directories = directories, .accounts = accounts,
		.actions_nr = ARRAY_SIZE(actions), .held_nr = ARRAY_SIZE(held),
		.waiting_nr = ARRAY_SIZE(waiting), .manual_nr = ARRAY_SIZE(manual),
		.adopted_nr = ARRAY_SIZE(adopted), .unmanaged_nr = ARRAY_SIZE(unmanaged),
		.skipped_nr = ARRAY_SIZE(skipped), .problems_nr = ARRAY_SIZE(problems),
		.directories_nr = ARRAY_SIZE(directories), .accounts_nr = ARRAY_SIZE(accounts),
	};
}

/* ---- what a function prints --------------------------------------------------------- */

typedef void printer(FILE *out, const struct report *r);

static char *printed(printer *print, const struct report *r)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print(out, r);
	assert_int_equal(fclose(out), 0);
	return text;
}

static json_t *printed_json(const struct report *r)
{
	json_error_t error;
	char *text = printed(report_plan_json, r);
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!object)
		fail_msg("%s at %d:%d of %s", error.text, error.line, error.column, text);
	free(text);
	return object;
}

static json_t *entry(json_t *object, const char *list, size_t i)
{
	json_t *item = json_array_get(json_object_get(object, list), i);

	assert_non_null(item);
	return item;
}

/* "action,email,...": the keys of an object in their order. */
static void assert_keys(json_t *object, const char *expected)
{
	struct arena a = {0};
	const char *keys = "", *key;
	json_t *value;

	json_object_foreach(object, key, value)
		keys = arena_printf(&a, "%s%s%s", keys, *keys ? "," : "", key);
	assert_string_equal(keys, expected);
	arena_free(&a);
}

static void assert_field(json_t *object, const char *key, const char *expected)
{
	const char *value = json_string_value(json_object_get(object, key));

	if (!value)
		fail_msg("no text under %s", key);
	assert_string_equal(value, expected);
}

/* ---- the text -------------------------------------------------------------------------- */

static const char golden_text[] =
	"acme: plan p-1 of 2026-11-22T09:30:00Z\n"
	"DRY RUN: nothing was changed\n"
	"\n"
	"directories\n"
	"  corp  partial  203 people, 12 groups, 1 not whole  a page was not read\n"
	"  idp   failed   connection refused\n"
	"\n"
	"cancel the invitation (1)\n"
	"  cyd@example.com  is in no group that a rule names\n"
	"\n"
	"lower the role (1)\n"
	"  Ann@example.com  admin -> member  no rule that matches names a role\n"
	"\n"
	"invite (1)\n"
	"  bob@example.com  is in staff (rule 1): member, with a seat\n"
	"\n"
	"held (1): too many\n"
	"  remove_member  dan@example.com  is in no directory any more\n"
	"  `seatsync release h-1` lets the next run do these and no others\n"
	"\n"
	"held (1): staff was not read whole\n"
	"  revoke_seat  eve@example.com  may have left\n"
	"  cannot be released; ends by itself with its cause\n"
	"\n"
	"waiting (1): for a seat, for tomorrow's invitations or after a refusal, in the order of the queue\n"
	"    1.  assign_seat  fay@example.com  is in staff (rule 1)  no seat is free\n"
	"\n"
	"manual (1): no call of the platform does these; an operator does\n"
	"    1.  set_role  gus@example.com  member -> admin  is in leads (rule 2)  the platform "
	"offers no call to change a role\n"
	"\n"
	"adopted (1): managed from now on\n"
	"  hal@example.com  uid=hal  a member\n"
	"\n"
	"unmanaged (25): left alone; `seatsync adopt` makes one managed\n"
#define KIM "  kim@example.com  is not managed\n"
	KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM KIM
	"  ... and 5 more; --json has all\n"
	"\n"
	"skipped (1): given nothing, and nothing taken\n"
	"  uid=ida  has no e-mail address\n"
	"\n"
	"problems (2): an operator should look at these\n"
	"  corp  staff  partial  a page was not read\n"
	"               parked   jan@example.com: was invited 3 times\n"
	"\n"
	"seats   total  assigned  reserved  free  waiting\n"
	"before     10         7         1     1        1\n"
	"after      10         7         2     0        1\n"
	"1 of the total are kept free by `seats.reserve`\n"
	"\n"
	"actions: invite 1, cancel_invitation 1, set_role 1\n"
	"total: 3 to do, 2 held, 1 waiting, 1 for an operator\n"
	"DRY RUN: nothing was changed\n"
	"status 3: what takes something away is held; the rest is not affected; look at "
	"`seatsync holds`, then fix the cause or `seatsync release HOLD`\n";

static void text_is_what_an_administrator_reads(void **state)
{
	const struct plan plan = plan_by_hand();
	const struct report r = {.plan = &plan, .dry_run = true, .status = STATUS_HELD};
	char *text = printed(report_plan_text, &r);

	(void)state;
	assert_string_equal(text, golden_text);
	free(text);
}

static void colour_changes_nothing_but_colour(void **state)
{
	const struct plan plan = plan_by_hand();
	const struct report r = {.plan = &plan, .dry_run = true, .status = STATUS_HELD,
				 .colour = true};
	char *text = printed(report_plan_text, &r), *to = text;

	(void)state;
	assert_non_null(strstr(text, "\033[1;31mlower the role\033[0m (1)\n"));
	assert_non_null(strstr(text, "\033[1;32minvite\033[0m (1)\n"));
	for (char *from = text; *from; from++)
		if (*from == '\033')
			from = strchr(from, 'm');
		else
			*to++ = *from;
	*to = '\0';
	assert_string_equal(text, golden_text);
	free(text);
}

static void an_empty_plan_says_so(void **state)
{
	const struct plan plan = {.id = "p-2", .organization = "acme", .created_at = 1795339800,
				  .complete = true,
				  .seats = {.total = SEATS_UNKNOWN, .free = SEATS_UNKNOWN,
					    .free_after = SEATS_UNKNOWN}};
	const struct report r = {.plan = &plan, .dry_run = true};
	char *text = printed(report_plan_text, &r);

	(void)state;
	assert_non_null(strstr(text, "before      -         0         0     -        0\n"));
	assert_non_null(strstr(text, "total: nothing to do\n"));
	assert_non_null(strstr(text, "status 0: the organization agrees with the directory\n"));
	free(text);
}

/* Fault H1: what strangers wrote cannot move a cursor nor deceive an eye, in text and JSON. */
static void h1_hostile_names_are_shown_escaped(void **state)
{
	struct plan_note hostile[] = {
		{"a\033[2J@example.com", "uid=\xe2\x80\xae" "evil", "bytes \xff"},
		{"\xe6\xbc\xa2\xe5\xad\x97@example.com", "uid=wide", "aligned by columns"},
	};
	const struct plan plan = {.id = "p", .organization = "acme", .skipped = hostile,
				  .skipped_nr = 2};
	const struct report r = {.plan = &plan};
	char *text = printed(report_plan_text, &r);
	char *json = printed(report_plan_json, &r);
	json_t *object = printed_json(&r);

	(void)state;
	assert_non_null(strstr(text, "  a\\x1b[2J@example.com  uid=\\u202eevil  bytes \\xff\n"));
	assert_non_null(strstr(text, "  \xe6\xbc\xa2\xe5\xad\x97@example.com      uid=wide"));
	for (const char *c = json; *c; c++)
		assert_true(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
	assert_field(entry(object, "skipped", 0), "email", "a\033[2J@example.com");
	assert_field(entry(object, "skipped", 0), "dn", "uid=\xe2\x80\xae" "evil");
	assert_field(entry(object, "skipped", 0), "why", "bytes \\xff");
	json_decref(object);
	free(json);
	free(text);
}

/* ---- the JSON --------------------------------------------------------------------------- */

static void json_has_the_keys_of_the_contract(void **state)
{
	const struct plan plan = plan_by_hand();
	const struct report r = {.plan = &plan};
	json_t *object = printed_json(&r);

	(void)state;
	assert_keys(object, "format,id,organization,created_at,config,complete,counts,seats,actions,"
			    "held,waiting,manual,adopted,unmanaged,skipped,problems,digest");
	assert_field(object, "format", "seatsync-plan-1");
	assert_field(object, "id", "p-1");
	assert_field(object, "created_at", "2026-11-22T09:30:00Z");
	assert_true(json_is_false(json_object_get(object, "complete")));
	assert_keys(json_object_get(object, "counts"),
		    "invite,reissue_invitation,cancel_invitation,assign_seat,revoke_seat,set_role,"
		    "remove_member,issue_token,revoke_token");
	assert_keys(json_object_get(object, "seats"), "total,assigned,reserved,free,waiting");
	assert_int_equal(json_array_size(json_object_get(object, "unmanaged")), 25);
	json_decref(object);
}

static void json_leaves_out_what_does_not_apply(void **state)
{
	const struct plan plan = plan_by_hand();
	const struct report r = {.plan = &plan};
	json_t *object = printed_json(&r);

	(void)state;
	assert_keys(entry(object, "actions", 0), "action,email,reason,rule,invitation_id");
	assert_true(json_is_null(json_object_get(entry(object, "actions", 0), "rule")));
	assert_keys(entry(object, "actions", 1),
		    "action,email,reason,rule,role,from_role,member_id");
	assert_field(entry(object, "actions", 1), "role", "member");
	assert_field(entry(object, "actions", 1), "from_role", "admin");
	assert_keys(entry(object, "actions", 2), "action,email,reason,rule,role,wants_seat");
	assert_true(json_is_true(json_object_get(entry(object, "actions", 2), "wants_seat")));
	assert_keys(entry(object, "held", 0), "action,email,reason,rule,member_id,hold,why");
	assert_keys(entry(object, "waiting", 0), "action,email,reason,rule,member_id,why");
	assert_keys(entry(object, "adopted", 0), "email,dn,why");
	assert_keys(entry(object, "unmanaged", 0), "email,why");
	assert_keys(entry(object, "skipped", 0), "dn,why");
	assert_keys(entry(object, "problems", 1), "directory,group,state,why");
	json_decref(object);
}

static void json_says_null_for_seats_nobody_knows(void **state)
{
	const struct plan plan = {.id = "p", .organization = "acme",
				  .seats = {.total = SEATS_UNKNOWN, .free = SEATS_UNKNOWN}};
	const struct report r = {.plan = &plan};
	json_t *object = printed_json(&r);
	json_t *seats = json_object_get(object, "seats");

	(void)state;
	assert_true(json_is_null(json_object_get(seats, "total")));
	assert_true(json_is_null(json_object_get(seats, "free")));
	assert_int_equal(json_integer_value(json_object_get(seats, "assigned")), 0);
	json_decref(object);
}

/* ---- after doing --------------------------------------------------------------------------- */

static void a_result_tells_what_became_of_each(void **state)
{
	const struct plan plan = plan_by_hand();
	struct applied fates[] = {{.fate = FATE_DONE, .http_status = 204},
				  {.fate = FATE_FAILED, .http_status = 403, .text = "the right is missing"},
				  {.fate = FATE_UNKNOWN}};
	const struct apply_result result = {.fates = fates, .done = 1, .failed = 1, .unknown = 1};
	const struct report r = {.plan = &plan, .result = &result, .command = "sync",
				 .status = STATUS_SOME_FAILED};
	char *text = printed(report_result_text, &r);
	json_t *object = printed_json(&r);

	(void)state;
	assert_string_equal(text,
		"\n"
		"not done (2)\n"
		"  set_role  Ann@example.com  admin -> member  no rule that matches names a role  "
		"        failed   the right is missing\n"
		"  invite    bob@example.com                   is in staff (rule 1): member, with a "
		"seat  unknown\n"
		"\n"
		"actions: invite 1, cancel_invitation 1, set_role 1\n"
		"total: 1 done, 1 failed, 1 with an unknown outcome, 2 held, 1 waiting, 1 for an "
		"operator\n"
		"status 4: some actions failed; the rest was done; see what was said above; the "
		"next run tries again what can be tried again\n");
	assert_field(object, "format", "seatsync-sync-1");
	assert_field(entry(object, "actions", 1), "result", "failed");
	assert_int_equal(json_integer_value(json_object_get(entry(object, "actions", 1),
							    "http_status")), 403);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(object, "result"),
							    "status")), 4);
	json_decref(object);
	free(text);
}

/* ---- one person ------------------------------------------------------------------------------ */

static struct person people[] = {
	{.id = "id-ann", .place = "uid=ann", .email = "Ann.New@example.com",
	 .address = "ann.new@example.com",
	 .aliases = (const char *const[]){"ann.alias@example.com", NULL}},
};
static struct reading reading = {.directory = "corp", .people = people, .people_nr = 1};
static struct organization organization = {.id = "acme"};
static const struct world world = {
	.readings = &reading, .readings_nr = 1, .organization = &organization};

/* By alias, and by the account that is bound to the entry though the address differs. */
static void a_person_is_found_by_any_address(void **state)
{
	static const char *const addresses[] = {"ann.alias@example.com", "ann.new@example.com",
						"ann@example.com"};
	const struct plan plan = plan_by_hand();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		struct arena a = {0};
		struct plan part;

		assert_true(plan_of_person(&part, &a, &plan, &world, addresses[i]));
		assert_int_equal(part.actions_nr, 1);
		assert_string_equal(part.actions[0].email, "Ann@example.com");
		assert_int_equal(part.counts[ACTION_SET_ROLE], 1);
		assert_int_equal(part.counts[ACTION_INVITE], 0);
		assert_int_equal(part.held_nr + part.waiting_nr + part.manual_nr, 0);
		assert_int_equal(part.problems_nr, 1); /* the reading's; not that of another */
		arena_free(&a);
	}
}

static void a_stranger_is_not_found(void **state)
{
	const struct plan plan = plan_by_hand();
	struct arena a = {0};
	struct plan part;

	(void)state;
	assert_false(plan_of_person(&part, &a, &plan, &world, "nobody@example.com"));
	assert_int_equal(part.actions_nr, 0);
	arena_free(&a);
}

static void an_address_is_compared_in_normal_form(void **state)
{
	(void)state;
	assert_true(email_is_address("ANN@Example.COM", "ann@example.com"));
	assert_true(email_is_address("\xc3\x84nn@b\xc3\xbc" "cher.example",
				     "\xc3\xa4nn@xn--bcher-kva.example"));
	assert_false(email_is_address("anne@example.com", "ann@example.com"));
	assert_false(email_is_address(NULL, "ann@example.com"));
	assert_false(email_is_address("no address", "ann@example.com"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_what_an_administrator_reads),
		cmocka_unit_test(colour_changes_nothing_but_colour),
		cmocka_unit_test(an_empty_plan_says_so),
		cmocka_unit_test(h1_hostile_names_are_shown_escaped),
		cmocka_unit_test(json_has_the_keys_of_the_contract),
		cmocka_unit_test(json_leaves_out_what_does_not_apply),
		cmocka_unit_test(json_says_null_for_seats_nobody_knows),
		cmocka_unit_test(a_result_tells_what_became_of_each),
		cmocka_unit_test(a_person_is_found_by_any_address),
		cmocka_unit_test(a_stranger_is_not_found),
		cmocka_unit_test(an_address_is_compared_in_normal_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
