#include "connectors/http.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "connectors/http_retry.h"
#include "connectors/http_transfer.h"

enum {
	POLL_MAX = 250,           /* ms: a signal in another thread's place is seen so soon */
	TRUST_MAX = 8 << 20,      /* bytes of PEM */
};

struct http_tuning http_tuning = {
	.connect = 30000,
	.total = 120000,
	.list = 600000,
	.stall = 60000,
	.grace = 20000,
	.retry_base = 2000,
	.retry_cap = 120000,
	.tries = 4,
};

struct http {
	struct http_options options;
	struct transfer_common common;
	CURLM *multi;
	struct transfer transfers[HTTP_PARALLEL_MAX];
	struct http_request *waiting, **tail; /* in order of submission */
	size_t waiting_nr;
	size_t busy;           /* in flight */
	size_t places;         /* how many may be: grows back to parallel after a pause */
	int64_t paused_until;  /* ms; 0: not paused */
	double tokens;         /* of the rate's bucket */
	int64_t tokens_at;
	int64_t ending_since;  /* ms when the stop or the deadline was first seen; 0 not yet */
	volatile sig_atomic_t stop;
};

int64_t http_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

char *http_encode(struct arena *a, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-_.~";
	char *out = arena_alloc(a, 3 * strlen(text) + 1), *at = out;

	for (; *text; text++)
		if (strchr(plain, *text))
			*at++ = *text;
		else
			at += snprintf(at, 4, "%%%02X", (unsigned)(unsigned char)*text);
	return out;
}

/* ---- opening --------------------------------------------------------- */

/* Appends a file of PEM to the blob.  -1 with errno. */
static int trust_add(struct curl_blob *trust, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t got = -1;
	char *to;

	if (fd < 0)
		return -1;
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < TRUST_MAX) {
		trust->data = mem_resize(trust->data, trust->len + (size_t)st.st_size + 1, 1);
		to = (char *)trust->data + trust->len;
		got = read(fd, to, (size_t)st.st_size);
	}
	close(fd);
	if (got < 0)
		return -1;
	to[got] = '\n';
	trust->len += (size_t)got + 1;
	return 0;
}

/*
 * curl takes one file of anchors; a second would replace the system's.  So
 * ours goes beside the system's folder of them, which is looked into by name
 * and costs nothing.  Where curl was built without such a folder both files
 * become one text, which takes 25 ms of each handshake to parse.  Without
 * a file of ours curl parses the system's once, if it has no folder as well.
 */
static int trust_load(struct http *h, const char *ca_file, struct err *e)
{
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	struct curl_blob *trust = &h->common.trust;
	size_t before;

	h->common.bundle_only = !ca_file && curl->cainfo && access(curl->cainfo, R_OK) == 0;
	if (!ca_file)
		return 0;
	if (curl->cainfo && (!curl->capath || access(curl->capath, R_OK | X_OK) != 0))
		(void)trust_add(trust, curl->cainfo);
	before = trust->len;
	if (trust_add(trust, ca_file))
		return err_set(e, ERR_CONFIG, "ca_file %s: %s", ca_file, strerror(errno));
	if (!memmem((char *)trust->data + before, trust->len - before, "-----BEGIN ", 11))
		return err_set(e, ERR_CONFIG, "ca_file %s: holds no certificate in PEM form",
			       ca_file);
	trust->flags = CURL_BLOB_NOCOPY;
	return 0;
}

/* Without memory curl may leave out what it should have checked: the process ends instead. */
static void *memory_take(size_t size)
{
	return mem_resize(NULL, size, 1);
}

static void *memory_take_zeroed(size_t nr, size_t size)
{
	return mem_need(calloc(nr, size));
}

static void *memory_move(void *p, size_t size)
{
	return mem_resize(p, size, 1);
}

static void curl_start(void)
{
	CURLcode code = curl_global_init_mem(CURL_GLOBAL_DEFAULT, memory_take, free, memory_move,
					     mem_strdup, memory_take_zeroed);

	BUG_IF(code);
}

static void pipe_ignore(void)
{
	struct sigaction sa;

	if (sigaction(SIGPIPE, NULL, &sa) == 0 && sa.sa_handler == SIG_DFL)
		(void)signal(SIGPIPE, SIG_IGN);
}

int http_open(struct http **out, const struct http_options *o, struct err *e)
{
	struct http *h = mem_resize(NULL, 1, sizeof *h);

	BUG_IF(o->parallel < 1 || o->parallel > HTTP_PARALLEL_MAX);
	memset(h, 0, sizeof *h);
	pipe_ignore();
	curl_start();
	h->options = *o;
	h->common.options = &h->options;
	h->common.tuning = http_tuning;
	h->tail = &h->waiting;
	h->places = o->parallel;
	if (trust_load(h, o->ca_file, e)) {
		http_close(h);
		return -1;
	}
	h->multi = curl_multi_init();
	BUG_IF(!h->multi);
	(void)curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)o->parallel + 2);
	for (size_t i = 0; i < o->parallel; i++)
		transfer_open(&h->transfers[i], &h->common);
	*out = h;
	return 0;
}

void http_close(struct http *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->options.parallel; i++) {
		if (h->transfers[i].request)
			(void)curl_multi_remove_handle(h->multi, h->transfers[i].easy);
		transfer_close(&h->transfers[i]);
	}
	(void)curl_multi_cleanup(h->multi);
	free(h->common.trust.data);
	free(h);
	curl_global_cleanup();
}

void http_stop(struct http *h)
{
	h->stop = 1;
}

bool http_stopped(const struct http *h)
{
	return h->stop != 0;
}

/* ---- the queue ------------------------------------------------------- */

static void queue_add(struct http *h, struct http_request *r)
{
	r->next = NULL;
	h->waiting_nr++;
	if (r->urgent) {
		r->next = h->waiting;
		h->waiting = r;
		if (!r->next)
			h->tail = &r->next;
		return;
	}
	*h->tail = r;
	h->tail = &r->next;
}

/* Unlinks and returns the first that may begin now; NULL when none may. */
static struct http_request *queue_take(struct http *h, int64_t now)
{
	for (struct http_request **at = &h->waiting, *r; (r = *at); at = &r->next)
		if (r->not_before <= now) {
			*at = r->next;
			if (h->tail == &r->next)
				h->tail = at;
			h->waiting_nr--;
			return r;
		}
	return NULL;
}

void http_submit(struct http *h, struct http_request *r)
{
	r->tries = 0;
	r->not_before = 0;
	r->doubtful = false;
	queue_add(h, r);
}

/* ---- pace ------------------------------------------------------------ */

/* Refills the bucket; how long until a request may begin, in ms. */
static int64_t rate_wait(struct http *h, int64_t now)
{
	double rate = h->options.rate;
	double depth = rate < h->options.parallel ? rate : h->options.parallel;

	if (!h->options.rate)
		return 0;
	if (!h->tokens_at)
		h->tokens = depth;
	else
		h->tokens += (double)(now - h->tokens_at) * rate / 1000;
	h->tokens_at = now;
	if (h->tokens > depth)
		h->tokens = depth;
	return h->tokens >= 1 ? 0 : (int64_t)((1 - h->tokens) * 1000 / rate) + 1;
}

static int64_t deadline_ms(const struct http *h)
{
	return h->options.deadline < INT64_MAX / 1000 ? h->options.deadline * 1000 : INT64_MAX;
}

/* Why nothing new may begin, now or ever again; NULL when it may. */
static const char *ended(struct http *h, int64_t now)
{
	const char *why = NULL;

	if (h->stop)
		why = "not sent: the run was asked to stop";
	else if (now >= deadline_ms(h))
		why = "not sent: the run's time is over";
	else if (h->paused_until >= deadline_ms(h))
		why = "not sent: the server asks to wait beyond the end of this run";
	if (!h->ending_since && (h->stop || now >= deadline_ms(h)))
		h->ending_since = now;
	return why;
}

/* Everybody waits, and comes back one by one. */
static void pause_all(struct http *h, int64_t until)
{
	if (until > h->paused_until)
		h->paused_until = until;
	h->places = 1;
}

/*
 * Half of the longest wait, for whoever was too busy, and a random part of the
 * rest: clients that failed together come back apart.
 */
static int64_t jittered(int64_t longest)
{
	int64_t half = longest / 2;
	uint64_t r = 0;

	if (getrandom(&r, sizeof r, 0) != sizeof r || longest <= 0)
		return longest;
	return longest - (int64_t)(r % (uint64_t)(half + 1));
}

/* ---- sending and ending ---------------------------------------------- */

static struct transfer *transfer_free(struct http *h)
{
	for (size_t i = 0; i < h->options.parallel; i++)
		if (!h->transfers[i].request)
			return &h->transfers[i];
	return NULL;
}

static void begin(struct http *h, struct http_request *r, int64_t now)
{
	const struct http_tuning *tuning = &h->common.tuning;
	int64_t limit = r->sink ? tuning->list : tuning->total;
	int64_t left = deadline_ms(h) - now;
	struct transfer *t = transfer_free(h);

	BUG_IF(!t);
	if (left < limit && left + tuning->grace < limit)
		limit = left + tuning->grace;
	h->tokens -= h->options.rate ? 1 : 0;
	h->busy++;
	r->tries++;
	transfer_begin(t, r, limit);
	BUG_IF(curl_multi_add_handle(h->multi, t->easy));
}

/* Begins what may. */
static void begin_all(struct http *h)
{
	int64_t now = http_clock();
	struct http_request *r;

	if (ended(h, now))
		return;
	while (h->busy < h->places && h->paused_until <= now && rate_wait(h, now) == 0 &&
	       (r = queue_take(h, now)))
		begin(h, r, now);
}

/* How long nothing can begin, in ms. */
static int64_t begin_wait(struct http *h)
{
	int64_t now = http_clock(), wait = POLL_MAX;

	if (!h->waiting || h->busy >= h->places)
		return wait;
	for (const struct http_request *r = h->waiting; r; r = r->next)
		if (r->not_before - now < wait)
			wait = r->not_before - now;
	if (h->paused_until - now > wait)
		wait = h->paused_until - now;
	if (rate_wait(h, now) > wait)
		wait = rate_wait(h, now);
	return wait > POLL_MAX ? POLL_MAX : wait > 0 ? wait : 0;
}

/* What waits will not begin any more: tells it so.  Returns how many. */
static size_t end_waiting(struct http *h)
{
	struct http_answer a = {.verdict = HTTP_NOT_SENT, .fault = HTTP_FAULT_ENDED, .body = ""};
	struct http_request *r = h->waiting;
	const char *why = ended(h, http_clock());
	size_t nr = 0;

	if (!why)
		return 0;
	snprintf(a.text, sizeof a.text, "%s", why);
	h->waiting = NULL;
	h->tail = &h->waiting;
	h->waiting_nr = 0;
	for (struct http_request *next; r; r = next, nr++) {
		next = r->next;
		a.doubtful = r->doubtful;
		a.verdict = a.doubtful ? HTTP_UNKNOWN : HTTP_NOT_SENT;
		r->done(r, &a);
	}
	return nr;
}

/* Whether this try, now ended, may have been carried out. */
static bool may_be_done(const struct http_answer *a)
{
	return a->verdict == HTTP_UNKNOWN ||
	       (a->verdict == HTTP_ANSWERED && (a->status >= 500 || a->status == 408));
}

/* Puts a request that may be tried again back into the queue; false: it has ended. */
static bool try_again(struct http *h, const struct transfer *t)
{
	struct http_request *r = t->request;
	const struct http_answer *a = &t->answer;
	int64_t now = http_clock(), wait;
	enum http_verb verb = http_retry(r, a, t->advice, t->reset, h->common.tuning.tries);

	wait = jittered(http_backoff(&h->common.tuning, r->tries));
	if (a->verdict == HTTP_ANSWERED && (a->status == 429 || a->status == 503)) {
		int64_t told = t->advice != HTTP_NO_ADVICE ? t->advice : t->reset;

		if (told > 0)
			pause_all(h, now + told);
		else if (a->status == 429)
			pause_all(h, now + wait);
	}
	if (verb == HTTP_FINAL || ended(h, now) || now + wait >= deadline_ms(h))
		return false;
	if (verb == HTTP_TOLD_WAIT)
		r->tries--;
	r->doubtful |= may_be_done(a);
	r->not_before = verb == HTTP_TOLD_WAIT ? 0 : now + wait;
	queue_add(h, r);
	return true;
}

/* Takes the answer off the wire.  1 when the request has ended with it. */
static size_t finish(struct http *h, struct transfer *t, CURLcode code)
{
	struct http_request *r = t->request;
	bool again;

	transfer_end(t, code);
	(void)curl_multi_remove_handle(h->multi, t->easy);
	h->busy--;
	if (t->answer.verdict == HTTP_ANSWERED && t->answer.status != 429 &&
	    h->places < h->options.parallel)
		h->places++;
	again = try_again(h, t);
	if (!again)
		r->done(r, &t->answer);
	transfer_clear(t);
	return again ? 0 : 1;
}

/* Those in flight when the grace after a stop is over: their outcome is unknown. */
static size_t abandon(struct http *h)
{
	size_t nr = 0;

	if (!h->ending_since || http_clock() - h->ending_since < h->common.tuning.grace)
		return 0;
	for (size_t i = 0; i < h->options.parallel; i++)
		if (h->transfers[i].request)
			nr += finish(h, &h->transfers[i], CURLE_OPERATION_TIMEDOUT);
	return nr;
}

/* One round of curl: everything that can move moves; returns how many have ended. */
static size_t round_once(struct http *h)
{
	size_t nr = 0;
	int running, left;

	BUG_IF(curl_multi_perform(h->multi, &running) != CURLM_OK);
	for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));) {
		struct transfer *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		nr += finish(h, t, m->data.result);
	}
	return nr + abandon(h);
}

size_t http_wait(struct http *h)
{
	size_t nr = 0;

	while (h->busy + h->waiting_nr > 0) {
		begin_all(h);
		nr += round_once(h) + end_waiting(h);
		if (nr)
			break;
		(void)curl_multi_poll(h->multi, NULL, 0, (int)begin_wait(h), NULL);
	}
	/* places that came free are taken before the caller thinks about the answers */
	if (nr && h->waiting) {
		begin_all(h);
		nr += round_once(h);
	}
	return nr + h->busy + h->waiting_nr;
}
