#include "connectors/ldap_resolve.h"

#include <pthread.h>
#include <stdio.h>

#include "connectors/ldap_wire.h"

/*
 * getaddrinfo has no deadline; getaddrinfo_a asks in a thread of its own.  A
 * question that cannot be cancelled goes on using its memory, so it is kept
 * in `abandoned` until the process ends.
 */
struct question {
	struct gaicb ask;
	struct addrinfo hints;
	char *host;
	char port[8];
	struct question *next;
};

static struct question *abandoned;
static pthread_mutex_t abandoned_lock = PTHREAD_MUTEX_INITIALIZER;

static struct question *question_make(const char *host, unsigned port)
{
	struct question *q = mem_resize(NULL, 1, sizeof *q);

	memset(q, 0, sizeof *q);
	q->host = mem_strdup(host);
	snprintf(q->port, sizeof q->port, "%u", port);
	q->hints.ai_socktype = SOCK_STREAM;
	q->ask.ar_name = q->host;
	q->ask.ar_service = q->port;
	q->ask.ar_request = &q->hints;
	return q;
}

static void question_free(struct question *q)
{
	if (q->ask.ar_result)
		freeaddrinfo(q->ask.ar_result);
	free(q->host);
	free(q);
}

static void question_end(struct question *q)
{
	if (gai_error(&q->ask) == EAI_INPROGRESS && gai_cancel(&q->ask) != EAI_CANCELED &&
	    gai_error(&q->ask) == EAI_INPROGRESS) {
		pthread_mutex_lock(&abandoned_lock);
		q->next = abandoned;
		abandoned = q;
		pthread_mutex_unlock(&abandoned_lock);
		return;
	}
	question_free(q);
}

static void question_wait(struct question *q, int64_t deadline)
{
	const struct gaicb *const list[] = {&q->ask};

	while (gai_error(&q->ask) == EAI_INPROGRESS) {
		int64_t left = deadline - wire_now();
		struct timespec wait = {left / 1000, left % 1000 * 1000000};

		if (left <= 0)
			return;
		gai_suspend(list, 1, &wait);
	}
}

int host_resolve(struct addrinfo **list, const char *host, unsigned port, int64_t deadline,
		 struct err *e)
{
	struct question *q = question_make(host, port);
	struct gaicb *asks[] = {&q->ask};
	int rc = getaddrinfo_a(GAI_NOWAIT, asks, 1, NULL);

	if (!rc) {
		question_wait(q, deadline);
		rc = gai_error(&q->ask);
	}
	if (!rc) {
		*list = q->ask.ar_result;
		q->ask.ar_result = NULL;
	}
	question_end(q);
	if (rc == EAI_INPROGRESS)
		return err_set(e, ERR_UNREACHABLE,
			       "cannot resolve %s: the name service did not "
			       "answer in time",
			       host);
	if (rc)
		return err_set(e, ERR_UNREACHABLE, "cannot resolve %s: %s", host, gai_strerror(rc));
	return 0;
}
