#include "connectors/scim_directory.h"

#include "connectors/scim_check.h"
#include "connectors/scim_confirm.h"
#include "connectors/scim_read.h"

static int scim_directory_open(struct directory **out, const struct directory_settings *s,
			       struct err *e)
{
	struct directory *d;

	if (!s->scim.url)
		return err_set(e, ERR_CONFIG, "%s has no url", s->name);
	d = mem_resize(NULL, 1, sizeof *d);
	*d = (struct directory){.ops = &directory_scim, .settings = s};
	*out = d;
	return 0;
}

static void scim_directory_close(struct directory *d)
{
	free(d);
}

static int scim_directory_read(struct directory *d, struct arena *a, const char *const *wanted,
			       int64_t deadline, struct reading *r, struct err *e)
{
	struct scim_reading x = {0};
	struct scim s;
	int rc;

	if (scim_open(&s, d->settings, deadline, e))
		return -1;
	rc = scim_reading_make(&x, &s, a, wanted, r, e);
	scim_reading_clear(&x);
	scim_close(&s);
	return rc;
}

static bool scim_directory_check(struct directory *d, struct arena *a, const char *const *wanted,
				 int64_t deadline, check_sink *sink, void *ctx)
{
	struct check c = {
		.settings = d->settings, .arena = a, .sink = sink, .ctx = ctx, .well = true};
	struct err e = {0};
	struct scim s;

	if (scim_open(&s, d->settings, deadline, &e)) {
		check_say(&c, false, "connection", arena_strdup(a, e.text));
		return false;
	}
	scim_check_run(&c, &s, wanted);
	scim_close(&s);
	return c.well;
}

static void scim_directory_confirm(struct directory *d, struct arena *a, const char *const *ids,
				   int64_t deadline, struct reading *r)
{
	struct err e = {0};
	struct scim s;

	if (scim_open(&s, d->settings, deadline, &e)) {
		scim_unconfirmed(a, r, e.text);
		return;
	}
	scim_confirm(&s, a, ids, r);
	scim_close(&s);
}

const struct directory_ops directory_scim = {
	.name = "scim",
	.open = scim_directory_open,
	.read = scim_directory_read,
	.confirm = scim_directory_confirm,
	.check = scim_directory_check,
	.close = scim_directory_close,
};
