/* What no configuration can make: labels that would end their line, and a state without a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/metrics.h"

static const struct state_summary nothing = {
	.seats = {.total = SEATS_UNKNOWN, .free = SEATS_UNKNOWN}};
static const struct run_actions none;

static char *printed(const struct metrics *m)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	metrics_print(out, m);
	fclose(out);
	return text;
}

static void labels_stay_on_their_line(void **state)
{
	const struct metrics_directory directory = {"a\"} 7\nb\\", true, -1};
	const struct metrics m = {.organization = "ac\"me", .version = "1", .summary = &nothing,
				  .actions = &none, .directories = &directory,
				  .directories_nr = 1};
	char *text = printed(&m);

	(void)state;
	assert_non_null(strstr(text, "\nseatsync_directory_whole{organization=\"ac\\\"me\","
				     "directory=\"a\\\"} 7\\nb\\\\\"} 1\n"));
	free(text);
}

static void what_is_not_known_is_left_out(void **state)
{
	struct state_summary seen = nothing;
	struct metrics m = {.organization = "acme", .version = "1", .summary = &nothing,
			    .actions = &none};
	char *text = printed(&m);

	(void)state;
	assert_null(strstr(text, "seatsync_seats"));
	assert_non_null(strstr(text, "\nseatsync_last_success_timestamp_seconds"
				     "{organization=\"acme\"} 0\n"));
	free(text);
	seen.seats.at = 1;
	seen.seats.assigned = 7;
	m.summary = &seen;
	text = printed(&m);
	assert_null(strstr(text, "\nseatsync_seats{"));
	assert_null(strstr(text, "\nseatsync_seats_free"));
	assert_non_null(strstr(text, "\nseatsync_seats_assigned{organization=\"acme\"} 7\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_stay_on_their_line),
		cmocka_unit_test(what_is_not_known_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
