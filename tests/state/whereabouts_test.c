/* Where people are, and where a group still says they are. */
#include "tests/state/fixture.h"

static void person_link(struct fixture *f, struct plan *p, const char *address, const char *id)
{
	struct plan_account *account = plan_account(f, p, address);
	struct person_ref *ref = arena_array(&f->a, 1, sizeof *ref);

	*ref = (struct person_ref){"corp", id};
	account->memory.managed = true;
	account->people = ref;
	account->people_nr = 1;
}

/* What is kept after these were written, as "id place, id place". */
static const char *after(struct fixture *f, const struct whereabout *w, size_t nr, bool whole)
{
	struct plan *p = plan_begin(f);
	struct whereabout *rows;
	const char *text = "";
	size_t kept;

	person_link(f, p, "ada@example.com", "1");
	person_link(f, p, "bob@example.com", "2");
	fixture_open(f, STATE_RUN);
	run_begin(f, p);
	assert_int_equal(state_whereabouts_write(f->s, "corp", w, nr, whole, f->now, &f->e), 0);
	run_end(f, p);
	assert_int_equal(state_whereabouts(f->s, &f->a, "corp", &rows, &kept, &f->e), 0);
	for (size_t i = 0; i < kept; i++)
		text = arena_printf(&f->a, "%s%s%s %s", text, i ? ", " : "", rows[i].id,
				    rows[i].place);
	assert_int_equal(state_whereabouts(f->s, &f->a, "other", &rows, &kept, &f->e), 0);
	assert_int_equal(kept, 0);
	fixture_close(f);
	return text;
}

/* fault D13 */
static void d13_a_place_is_kept_while_it_is_said(void **state)
{
	static const struct whereabout at_a[] = {{"1", "a"}, {"2", "b"}};
	static const struct whereabout at_c[] = {{"1", "c"}, {"2", "b"}};
	static const struct whereabout also[] = {{"1", "a"}, {"1", "c"}, {"2", "b"}};
	static const struct whereabout one[] = {{"1", "c"}};
	static const struct whereabout stranger[] = {{"1", "c"}, {"2", "b"}, {"3", "d"}};
	struct fixture *f = *state;

	assert_string_equal(after(f, at_a, 2, true), "1 a, 2 b");
	/* not whole: it may still be said somewhere */
	assert_string_equal(after(f, at_c, 2, false), "1 a, 1 c, 2 b");
	assert_string_equal(after(f, also, 3, true), "1 a, 1 c, 2 b");
	assert_string_equal(after(f, at_c, 2, true), "1 c, 2 b");
	/* not seen, but still known */
	assert_string_equal(after(f, one, 1, true), "1 c, 2 b");
	assert_string_equal(after(f, NULL, 0, true), "1 c, 2 b");
	/* known no more */
	assert_string_equal(after(f, stranger, 3, true), "1 c, 2 b, 3 d");
	assert_string_equal(after(f, at_c, 2, true), "1 c, 2 b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(d13_a_place_is_kept_while_it_is_said, fixture_begin,
						fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
