#include "tests/sim/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "tests/sim/clock.h"

enum { CONNECTIONS_MAX = 1000, BLANKS_MAX = 16384 };

/* ---- waiting --------------------------------------------------------- */

static void request_wait(struct request *r, int64_t until_ns)
{
	r->due_ns = until_ns;
	r->next_waiting = r->server->waiting;
	r->server->waiting = r;
	MHD_suspend_connection(r->connection);
}

void server_let_go(struct server *s)
{
	for (struct request *r = s->waiting; r; r = r->next_waiting)
		if (r->answer.held)
			r->due_ns = 0;
}

static void waiting_resume(struct server *s, int64_t now_ns)
{
	for (struct request **at = &s->waiting; *at;) {
		struct request *r = *at;

		if (r->due_ns > now_ns) {
			at = &r->next_waiting;
			continue;
		}
		*at = r->next_waiting;
		MHD_resume_connection(r->connection);
	}
}

/* ---- the ways of sending --------------------------------------------- */

static size_t body_len(const struct answer *a)
{
	return a->body ? a->body->len : 0;
}

static ssize_t piece_give(const struct answer *a, uint64_t pos, char *buf, size_t max)
{
	size_t len = body_len(a), left = pos < len ? len - pos : 0;
	size_t nr = left < max ? left : max;

	memcpy(buf, a->body ? a->body->bytes + pos : "", nr);
	return (ssize_t)nr;
}

static ssize_t part_read(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct request *r = cls;
	size_t left = pos < r->answer.bytes ? r->answer.bytes - pos : 0;

	if (!left)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return piece_give(&r->answer, pos, buf, left < max ? left : max);
}

static ssize_t drip_read(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct request *r = cls;
	size_t piece = r->answer.bytes ? r->answer.bytes : 1;
	int64_t now = clock_real_ns();

	if (r->server->closing)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (now < r->due_ns) {
		request_wait(r, r->due_ns);
		return 0;
	}
	r->due_ns = now + r->answer.piece_ns;
	return piece_give(&r->answer, pos, buf, piece < max ? piece : max);
}

static ssize_t padded_read(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct request *r = cls;
	uint64_t end = body_len(&r->answer) + r->answer.bytes;
	uint64_t left = end - pos;

	if (pos < body_len(&r->answer))
		return piece_give(&r->answer, pos, buf, max);
	if (!left)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (max > left)
		max = (size_t)left;
	memset(buf, ' ', max);
	return (ssize_t)max;
}

static void blob_release(void *cls)
{
	blob_drop(cls);
}

static struct MHD_Response *response_make(struct request *r)
{
	struct answer *a = &r->answer;
	size_t len = body_len(a);

	switch (a->sending) {
	case SEND_PART: /* at least one byte is promised and missing */
		return MHD_create_response_from_callback(len > a->bytes ? len : a->bytes + 1,
							 BLANKS_MAX, part_read, r, NULL);
	case SEND_DRIP:
		return MHD_create_response_from_callback(len, 1024, drip_read, r, NULL);
	case SEND_PADDED:
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLANKS_MAX, padded_read,
							 r, NULL);
	case SEND_WHOLE:
	case SEND_THEN_CLOSE:
	case SEND_NOTHING:
	case SEND_RESET:
		break;
	}
	if (!a->body)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	return MHD_create_response_from_buffer_with_free_callback_cls(
		len, a->body->bytes, blob_release, blob_hold(a->body));
}

static int request_fd(const struct request *r)
{
	return MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
		->connect_fd;
}

/*
 * MHD closes the connection of a request that is refused an answer, politely;
 * a socket that is dissolved before (connect(2), AF_UNSPEC) sends a reset.
 */
static enum MHD_Result answer_refuse(const struct request *r)
{
	struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

	if (r->answer.sending == SEND_RESET && connect(request_fd(r), &nowhere, sizeof nowhere))
		perror("seatsync-sim: reset");
	return MHD_NO;
}

static enum MHD_Result answer_queue(struct request *r)
{
	struct server *s = r->server;
	struct MHD_Response *response;
	char date[TIME_TEXT_SIZE];
	enum MHD_Result queued;
	const char *name;
	json_t *value;

	if (r->answer.sending == SEND_NOTHING || r->answer.sending == SEND_RESET)
		return answer_refuse(r);
	response = response_make(r);
	MHD_add_response_header(response, "Date", time_http(date, s->options.now(s->options.ctx)));
	if (r->answer.type)
		MHD_add_response_header(response, "Content-Type", r->answer.type);
	json_object_foreach(r->answer.headers, name, value)
		MHD_add_response_header(response, name, json_string_value(value));
	queued = MHD_queue_response(r->connection, r->answer.status, response);
	MHD_destroy_response(response);
	return queued;
}

/* ---- what MHD calls --------------------------------------------------- */

/* The address as sent: MHD decodes the one that it gives to the handler. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct request *r = calloc(1, sizeof *r);

	r->server = cls;
	r->connection = connection;
	r->path = strndup(uri, strcspn(uri, "?"));
	return r;
}

static void body_add(struct request *r, const char *data, size_t nr)
{
	if (nr > r->server->options.body_max - r->body_nr) {
		r->too_large = true;
		return;
	}
	if (r->body_nr + nr + 1 > r->body_cap) {
		r->body_cap = 2 * (r->body_nr + nr + 1);
		r->body = mem_resize(r->body, r->body_cap, 1);
	}
	memcpy(r->body + r->body_nr, data, nr);
	r->body_nr += nr;
	r->body[r->body_nr] = '\0';
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *nr, void **context)
{
	struct server *s = cls;
	struct request *r = *context;

	(void)connection, (void)url, (void)version;
	if (!r->method) { /* the headers are in */
		r->method = method;
		return MHD_YES;
	}
	if (*nr) {
		body_add(r, data, *nr);
		*nr = 0;
		return MHD_YES;
	}
	if (r->handled) /* it has waited */
		return answer_queue(r);
	r->handled = true;
	if (r->too_large)
		answer_detail(&r->answer, 413, "Content Too Large");
	else
		s->options.handle(s->options.ctx, r);
	if (s->closing || (r->answer.delay_ns <= 0 && !r->answer.held))
		return answer_queue(r);
	request_wait(r, r->answer.held ? INT64_MAX : clock_real_ns() + r->answer.delay_ns);
	return MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode why)
{
	struct server *s = cls;
	struct request *r = *context;

	(void)connection, (void)why;
	if (!r)
		return;
	if (r->answer.sending == SEND_THEN_CLOSE)
		shutdown(request_fd(r), SHUT_RDWR);
	if (r->handled && !r->too_large && s->options.done)
		s->options.done(s->options.ctx, r);
	answer_clear(&r->answer);
	free(r->path);
	free(r->body);
	free(r);
	*context = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct server *s = cls;

	(void)connection, (void)context;
	s->connections += what == MHD_CONNECTION_NOTIFY_STARTED;
}

/* ---- open, run, close -------------------------------------------------- */

static struct MHD_Daemon *daemon_start(struct server *s, struct sockaddr_in *address)
{
	const struct server_options *o = &s->options;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
	struct MHD_OptionItem tls[] = {
		{o->cert ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0,
		 (void *)(uintptr_t)o->cert},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key},
		{MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(
		flags | (o->cert ? MHD_USE_TLS : 0), 0, NULL, NULL, on_request, s,
		MHD_OPTION_SOCK_ADDR, (struct sockaddr *)address, MHD_OPTION_URI_LOG_CALLBACK,
		on_uri, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

int server_open(struct server *s, const struct server_options *o, struct err *e)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(o->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	*s = (struct server){.options = *o};
	s->daemon = daemon_start(s, &address);
	if (!s->daemon)
		return err_set(e, ERR_FAILED, "cannot listen on 127.0.0.1:%u%s: %s", o->port,
			       o->cert ? " with this certificate and key" : "", strerror(errno));
	return 0;
}

uint16_t server_port(const struct server *s)
{
	return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

int server_fd(const struct server *s)
{
	return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int64_t server_wait_ns(const struct server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int64_t wait = -1, now = clock_real_ns();

	if (MHD_get_timeout(s->daemon, &ms) == MHD_YES)
		wait = (int64_t)ms * 1000000;
	for (const struct request *r = s->waiting; r; r = r->next_waiting) {
		int64_t left = r->due_ns > now ? r->due_ns - now : 0;

		if (wait < 0 || left < wait)
			wait = left;
	}
	return wait;
}

void server_run(struct server *s)
{
	waiting_resume(s, clock_real_ns());
	MHD_run(s->daemon);
}

void server_close(struct server *s)
{
	if (!s->daemon)
		return;
	s->closing = true;
	waiting_resume(s, INT64_MAX);
	MHD_run(s->daemon); /* MHD must not be stopped with somebody suspended */
	MHD_stop_daemon(s->daemon);
	s->daemon = NULL;
}

/* ---- looking into a request -------------------------------------------- */

const char *request_header(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

const char *request_query(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name);
}

struct each {
	void (*fn)(void *ctx, const char *name);
	void *ctx;
};

static enum MHD_Result each_query(void *cls, enum MHD_ValueKind kind, const char *key,
				  const char *value)
{
	struct each *each = cls;

	(void)kind, (void)value;
	each->fn(each->ctx, key);
	return MHD_YES;
}

void request_each_query(const struct request *r, void (*fn)(void *ctx, const char *name), void *ctx)
{
	struct each each = {fn, ctx};

	MHD_get_connection_values(r->connection, MHD_GET_ARGUMENT_KIND, each_query, &each);
}

/* MHD's memory is its own: what leaves here is for free(3). */
bool request_basic(const struct request *r, char **user, char **password)
{
	char *p = NULL, *u = MHD_basic_auth_get_username_password(r->connection, &p);
	bool both = u && p;

	if (both) {
		*user = strdup(u);
		*password = strdup(p);
	}
	MHD_free(u);
	MHD_free(p);
	return both;
}
