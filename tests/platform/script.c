#include "tests/platform/script.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, REQUEST_MAX = 1 << 20 };

struct seen {
	char method[16], path[1024];
	char *head;
};

struct script {
	struct reply *replies;
	unsigned *used;
	size_t nr;
	int listening;
	char url[64];
	pthread_t accepting;
	pthread_mutex_t lock;
	pthread_t threads[CONNECTIONS_MAX];
	int sockets[CONNECTIONS_MAX];
	size_t connections;
	VEC(struct seen) seen;
	unsigned unexpected;
	bool ending;
};

struct connection {
	struct script *script;
	int fd;
};

/* ---- requests -------------------------------------------------------- */

/* Reads one request; false at the end of the connection. */
static bool request_read(int fd, struct seen *seen, char **body)
{
	static _Thread_local char buffer[REQUEST_MAX];
	size_t len = 0, want = 0;
	char *end = NULL, *at;

	while (!end || len < want) {
		ssize_t got = recv(fd, buffer + len, sizeof buffer - 1 - len, 0);

		if (got <= 0)
			return false;
		len += (size_t)got;
		buffer[len] = '\0';
		end = strstr(buffer, "\r\n\r\n");
		if (!end)
			continue;
		at = strcasestr(buffer, "\r\ncontent-length:");
		want = (size_t)(end + 4 - buffer);
		if (at && at < end)
			want += strtoul(at + 17, NULL, 10);
	}
	if (sscanf(buffer, "%15s %1023s", seen->method, seen->path) != 2)
		return false;
	seen->head = strndup(buffer, (size_t)(end - buffer));
	*body = strdup(end + 4);
	return true;
}

static const struct reply *reply_find(struct script *s, const struct seen *seen, const char *body)
{
	for (size_t i = 0; i < s->nr; i++) {
		const struct reply *r = &s->replies[i];
		unsigned times = r->times ? r->times : 1;

		if (s->used[i] >= times || (r->method && !str_eq(r->method, seen->method)) ||
		    (r->path && !str_eq(r->path, seen->path)) ||
		    (r->holds && !strstr(body, r->holds)) ||
		    (r->head && !strstr(seen->head, r->head)))
			continue;
		s->used[i]++;
		return r;
	}
	if (!s->ending) {
		fprintf(stderr, "script: unexpected %s %s %s\n", seen->method, seen->path, body);
		s->unexpected++;
	}
	return NULL;
}

/* ---- answers --------------------------------------------------------- */

static bool send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		len -= (size_t)sent;
	}
	return true;
}

static bool head_send(int fd, const struct reply *r, size_t len)
{
	char head[4096];
	bool typed = r->headers && strcasestr(r->headers, "content-type:");
	int n = snprintf(head, sizeof head, "HTTP/1.1 %d Scripted\r\n%s%s", r->status,
			 r->headers ? r->headers : "",
			 r->body && !typed ? "Content-Type: application/json\r\n" : "");

	if (r->fault == SCRIPT_ENDLESS)
		n += snprintf(head + n, sizeof head - (size_t)n, "Transfer-Encoding: chunked\r\n");
	else if (r->status != 204)
		n += snprintf(head + n, sizeof head - (size_t)n, "Content-Length: %zu\r\n", len);
	n += snprintf(head + n, sizeof head - (size_t)n, "\r\n");
	return send_all(fd, head, (size_t)n);
}

static void reset(int fd)
{
	struct linger l = {.l_onoff = 1};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
}

static void endless_send(int fd)
{
	static char chunk[65536];
	char line[16];

	memset(chunk, ' ', sizeof chunk);
	snprintf(line, sizeof line, "%zx\r\n", sizeof chunk);
	while (send_all(fd, line, strlen(line)) && send_all(fd, chunk, sizeof chunk) &&
	       send_all(fd, "\r\n", 2))
		;
}

static void big_header_send(int fd)
{
	static char filler[1 << 20];

	memset(filler, 'x', sizeof filler);
	(void)(send_all(fd, "HTTP/1.1 200 OK\r\nX-Big: ", 24) &&
	       send_all(fd, filler, sizeof filler) && send_all(fd, "\r\n\r\n", 4));
}

/* Waits until the other side goes away. */
static void silence(int fd)
{
	char byte;

	while (recv(fd, &byte, 1, 0) > 0)
		;
}

/* True when the connection stays open for another request. */
static bool reply_send(int fd, const struct reply *r)
{
	size_t len = r->body_len ? r->body_len : r->body ? strlen(r->body) : 0;

	if (r->read)
		r->read();
	if (r->delay_ms)
		usleep(r->delay_ms * 1000);
	switch (r->fault) {
	case SCRIPT_CLOSE:
		return false;
	case SCRIPT_RESET:
		reset(fd);
		return false;
	case SCRIPT_SILENT:
		silence(fd);
		return false;
	case SCRIPT_ENDLESS:
		if (head_send(fd, r, 0))
			endless_send(fd);
		return false;
	case SCRIPT_BIG_HEADER:
		big_header_send(fd);
		return false;
	case SCRIPT_RAW:
		(void)send_all(fd, r->body, len);
		return false;
	case SCRIPT_MID_BODY:
		(void)(head_send(fd, r, len) && send_all(fd, r->body, len / 2));
		return false;
	case SCRIPT_DRIP:
		for (size_t i = 0; (i > 0 || head_send(fd, r, len)) && i < len; i++) {
			usleep(200000);
			if (!send_all(fd, r->body + i, 1))
				break;
		}
		return false;
	case SCRIPT_LAST:
	case SCRIPT_ANSWER:
		break;
	}
	return head_send(fd, r, len) && send_all(fd, r->body ? r->body : "", len) &&
	       r->fault != SCRIPT_LAST;
}

static void *connection_serve(void *ctx)
{
	struct connection *c = ctx;
	struct script *s = c->script;
	struct seen seen;
	char *body;
	int now = 1;
	bool open = true;

	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
	while (open && request_read(c->fd, &seen, &body)) {
		const struct reply *r;

		pthread_mutex_lock(&s->lock);
		VEC_ADD(&s->seen, seen);
		r = reply_find(s, &seen, body);
		pthread_mutex_unlock(&s->lock);
		free(body);
		open = r && reply_send(c->fd, r);
	}
	/* with a FIN at once, or a RST where linger says so; the number stays taken until the end */
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->connections; i++)
		if (s->sockets[i] == c->fd)
			s->sockets[i] = -1;
	close(c->fd);
	pthread_mutex_unlock(&s->lock);
	free(c);
	return NULL;
}

static void *accept_all(void *ctx)
{
	struct script *s = ctx;
	int fd;

	while ((fd = accept(s->listening, NULL, NULL)) >= 0) {
		struct connection *c = mem_resize(NULL, 1, sizeof *c);

		*c = (struct connection){s, fd};
		pthread_mutex_lock(&s->lock);
		BUG_IF(s->connections == CONNECTIONS_MAX);
		s->sockets[s->connections] = fd;
		BUG_IF(pthread_create(&s->threads[s->connections++], NULL, connection_serve, c));
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

/* ---- the script ------------------------------------------------------ */

struct script *script_start(const struct reply *replies, size_t nr)
{
	struct script *s = mem_resize(NULL, 1, sizeof *s);
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof to;

	memset(s, 0, sizeof *s);
	s->nr = nr;
	s->replies = mem_resize(NULL, nr, sizeof *s->replies);
	for (size_t i = 0; i < nr; i++)
		s->replies[i] = replies[i];
	s->used = calloc(nr + 1, sizeof *s->used);
	pthread_mutex_init(&s->lock, NULL);
	s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	BUG_IF(s->listening < 0 || bind(s->listening, (struct sockaddr *)&to, len) ||
	       listen(s->listening, 64) || getsockname(s->listening, (struct sockaddr *)&to, &len));
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u", ntohs(to.sin_port));
	BUG_IF(pthread_create(&s->accepting, NULL, accept_all, s));
	return s;
}

const char *script_url(const struct script *s)
{
	return s->url;
}

unsigned script_count(struct script *s, const char *method, const char *path)
{
	unsigned nr = 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->seen.nr; i++)
		nr += (!method || str_eq(method, s->seen.items[i].method)) &&
		      (!path || str_eq(path, s->seen.items[i].path));
	pthread_mutex_unlock(&s->lock);
	return nr;
}

unsigned script_connections(struct script *s)
{
	unsigned nr;

	pthread_mutex_lock(&s->lock);
	nr = (unsigned)s->connections;
	pthread_mutex_unlock(&s->lock);
	return nr;
}

unsigned script_heads(struct script *s, const char *text)
{
	unsigned nr = 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->seen.nr; i++)
		nr += strcasestr(s->seen.items[i].head, text) != NULL;
	pthread_mutex_unlock(&s->lock);
	return nr;
}

static bool used_up(const struct script *s)
{
	bool all = s->unexpected == 0;

	for (size_t i = 0; i < s->nr; i++)
		if (!s->replies[i].optional &&
		    s->used[i] < (s->replies[i].times ? s->replies[i].times : 1)) {
			fprintf(stderr, "script: %s %s came %u times only\n", s->replies[i].method,
				s->replies[i].path, s->used[i]);
			all = false;
		}
	return all;
}

bool script_end(struct script *s)
{
	bool well;

	shutdown(s->listening, SHUT_RDWR);
	pthread_join(s->accepting, NULL);
	close(s->listening);
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	for (size_t i = 0; i < s->connections; i++)
		if (s->sockets[i] >= 0)
			shutdown(s->sockets[i], SHUT_RDWR);
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < s->connections; i++)
		pthread_join(s->threads[i], NULL);
	well = used_up(s);
	for (size_t i = 0; i < s->seen.nr; i++)
		free(s->seen.items[i].head);
	VEC_FREE(&s->seen);
	pthread_mutex_destroy(&s->lock);
	free(s->replies);
	free(s->used);
	free(s);
	return well;
}
