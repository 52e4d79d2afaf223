#include "agent/reader.h"

#include <time.h>

#include "agent/stop.h"

static double elapsed(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - since->tv_sec) + (double)(now.tv_nsec - since->tv_nsec) / 1e9;
}

static int directory_read_once(struct reader *r)
{
	struct directory *d = r->directory;

	return d->ops->read(d, &r->arena, r->wanted, r->deadline, &r->reading, &r->err);
}

static void *reader_main(void *data)
{
	struct reader *r = data;
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (r->directory)
		r->failed = directory_read_once(r) != 0;
	else
		r->failed = r->platform->ops->read(r->platform, &r->arena, &r->organization,
						   &r->err) != 0;
	r->seconds = elapsed(&start);
	return NULL;
}

static struct reader *reader_make(const struct reader *with)
{
	struct reader *r = mem_resize(NULL, 1, sizeof *r);

	*r = *with;
	return r;
}

static struct reader *reader_start(const struct reader *with)
{
	struct reader *r = reader_make(with);

	stop_block(); /* the new thread inherits this */
	r->started = pthread_create(&r->thread, NULL, reader_main, r) == 0;
	stop_unblock();
	if (!r->started)
		reader_main(r); /* no thread to be had: one after the other, then */
	return r;
}

/* Opened here: what a library does once for the process is done before there are threads. */
struct reader *reader_start_directory(const struct directory_settings *settings,
				      const char *const *wanted, int64_t deadline)
{
	struct reader with = {
		.name = settings->name, .wanted = wanted, .deadline = deadline};

	if (directory_open(&with.directory, settings, &with.err) == 0)
		return reader_start(&with);
	with.failed = true;
	return reader_make(&with);
}

struct reader *reader_start_platform(struct platform *p, int64_t deadline)
{
	return reader_start(&(struct reader){
		.name = p->settings->org_id, .platform = p, .deadline = deadline});
}

bool reader_wait(struct reader *r, unsigned seconds)
{
	struct timespec until;

	if (!r->started)
		return true;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	r->started = pthread_clockjoin_np(r->thread, NULL, CLOCK_MONOTONIC, &until) != 0;
	return !r->started;
}

void reader_free(struct reader *r)
{
	if (r->directory)
		r->directory->ops->close(r->directory);
	arena_free(&r->arena);
	free(r);
}
