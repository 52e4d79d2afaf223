/*
 * reader.h - one directory, or the organization, read in a thread of its own
 * with its own memory.  Only run.c includes this.
 *
 *	r = reader_start_directory(&settings, wanted, deadline);
 *	reader_wait(r, deadline);     // false: it hangs; it must never be freed
 *	... r->failed ? r->err : r->reading ...
 *	reader_free(r);
 */
#ifndef SEATSYNC_READER_H
#define SEATSYNC_READER_H

#include <pthread.h>

#include "connectors/platform.h"

struct reader {
	const char *name;
	pthread_t thread;
	bool started, hangs;
	struct arena arena;
	struct err err;
	bool failed;
	int64_t deadline;
	double seconds; /* that the reading took */

	struct directory *directory; /* open until reader_free; NULL: the platform's, or not opened */
	const char *const *wanted;
	struct reading reading;

	struct platform *platform;
	struct organization organization;
};

struct reader *reader_start_directory(const struct directory_settings *settings,
				      const char *const *wanted, int64_t deadline);
struct reader *reader_start_platform(struct platform *p, int64_t deadline);

/* At most `seconds`; true when it has ended. */
bool reader_wait(struct reader *r, unsigned seconds);
void reader_free(struct reader *r);

#endif
