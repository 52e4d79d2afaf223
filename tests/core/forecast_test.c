/* When the seats will be full, from made-up histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/forecast.h"

enum { NOW = 1795435200, HOURLY = 24, USES_MAX = 400 * HOURLY };

static struct use uses[USES_MAX];
static size_t uses_nr;

/* `days` days up to now, `a_day` uses in each; taken(day) with day 0 the first. */
static void history(int days, int a_day, int64_t (*taken)(int day))
{
	uses_nr = 0;
	for (int day = 0; day < days; day++)
		for (int k = 0; k < a_day; k++)
			uses[uses_nr++] = (struct use){
				NOW - (days - 1 - day) * DAY - (a_day - 1 - k) * (DAY / a_day / 2),
				taken(day)};
}

static struct forecast seen(int64_t free)
{
	return forecast_make(uses, uses_nr, free, NOW);
}

static int64_t one_a_day(int day)
{
	return 40 + day;
}

static int64_t one_a_week(int day)
{
	return 40 + day / 7;
}

static int64_t steady(int day)
{
	(void)day;
	return 40;
}

static int64_t falling(int day)
{
	return 400 - day;
}

static int64_t a_class_joined(int day)
{
	return 40 + (day >= 10 ? 50 : 0);
}

static int64_t a_group_was_empty(int day)
{
	return day >= 20 && day < 23 ? 0 : 40 + day;
}

static int64_t first_flat(int day)
{
	return day < 300 ? 40 : 40 + 2 * (day - 300);
}

static void full(int64_t free, unsigned days, double per_day)
{
	struct forecast f = seen(free);

	assert_true(f.known);
	assert_int_equal(f.days, days);
	assert_true(f.per_day > per_day * 0.99 && f.per_day < per_day * 1.01);
}

static void growth_is_followed(void **state)
{
	(void)state;
	history(30, HOURLY, one_a_day);
	full(12, 12, 1);
	full(1, 1, 1);
	history(8, 1, one_a_day);
	full(12, 12, 1);
	assert_int_equal(seen(12).seen, 7);
	history(30, 1, one_a_week);
	assert_true(seen(3).known);
	assert_in_range(seen(3).days, 18, 24);
}

/*
 * Ten slopes, the middle ones 7/5 and 11/6.  The first day is the window's first; the
 * one before it does not count.
 */
static void the_median_is_that_of_all_pairs(void **state)
{
	static const int64_t points[][2] = {{31, 900}, {30, 17}, {23, 38}, {21, 20}, {20, 31}, {18, 39}};
	struct forecast f;

	(void)state;
	uses_nr = ARRAY_SIZE(points);
	for (size_t i = 0; i < uses_nr; i++)
		uses[i] = (struct use){NOW - points[i][0] * DAY, points[i][1]};
	f = seen(100);
	assert_true(f.known);
	assert_int_equal(f.seen, 12);
	assert_true(f.per_day > 1.616 && f.per_day < 1.617);
	assert_int_equal(f.days, 61);
	history(31, 1, one_a_day);
	full(12, 12, 1);
	assert_int_equal(seen(12).seen, 30);
}

static void the_far_past_does_not_count(void **state)
{
	(void)state;
	history(340, HOURLY, first_flat);
	full(10, 5, 2);
}

static void one_bad_day_does_not_bend_it(void **state)
{
	(void)state;
	history(30, HOURLY, a_group_was_empty);
	full(12, 12, 1);
	history(30, HOURLY, a_class_joined);
	assert_false(seen(12).known); /* it was one class, not two a day */
}

static void what_does_not_grow_is_not_said(void **state)
{
	(void)state;
	history(30, HOURLY, steady);
	assert_false(seen(12).known);
	history(30, HOURLY, falling);
	assert_false(seen(12).known);
}

static void little_data_is_no_forecast(void **state)
{
	(void)state;
	assert_false(forecast_make(NULL, 0, 12, NOW).known);
	history(7, HOURLY, one_a_day); /* six days apart */
	assert_false(seen(12).known);
	history(8, 1, one_a_day);
	uses[1] = uses[2] = uses[3] = uses[4] = uses[0]; /* four days of eight */
	assert_false(seen(12).known);
	history(30, 1, one_a_day);
	for (size_t i = 0; i < uses_nr; i++)
		uses[i].at -= 60 * DAY;
	assert_false(seen(12).known);
}

static void no_free_seat_and_no_known_total_is_no_forecast(void **state)
{
	(void)state;
	history(30, HOURLY, one_a_day);
	assert_false(seen(0).known);
	assert_false(seen(-1).known);
}

static void beyond_a_year_is_not_said(void **state)
{
	(void)state;
	history(30, HOURLY, one_a_day);
	full(365, 365, 1);
	assert_false(seen(366).known);
}

/* Fault X6: what was noted while the clock was ahead is not of the past. */
static void order_and_the_future_do_not_matter(void **state)
{
	(void)state;
	history(30, 2, one_a_day);
	for (size_t i = 0; i < uses_nr / 2; i++) {
		struct use kept = uses[i];

		uses[i] = uses[uses_nr - 1 - i];
		uses[uses_nr - 1 - i] = kept;
	}
	uses[uses_nr++] = (struct use){NOW + 1, 4000};
	uses[uses_nr++] = (struct use){NOW + 900 * (int64_t)DAY, 4000};
	full(12, 12, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growth_is_followed),
		cmocka_unit_test(the_median_is_that_of_all_pairs),
		cmocka_unit_test(the_far_past_does_not_count),
		cmocka_unit_test(one_bad_day_does_not_bend_it),
		cmocka_unit_test(what_does_not_grow_is_not_said),
		cmocka_unit_test(little_data_is_no_forecast),
		cmocka_unit_test(no_free_seat_and_no_known_total_is_no_forecast),
		cmocka_unit_test(beyond_a_year_is_not_said),
		cmocka_unit_test(order_and_the_future_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
