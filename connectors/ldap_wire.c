#include "connectors/ldap_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "connectors/ldap_resolve.h"

int64_t wire_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- connecting ------------------------------------------------------------- */

enum {
	RACERS_MAX = 8,     /* addresses of one name that are tried */
	RACE_STAGGER = 250, /* milliseconds between two starts (RFC 8305 8) */
};

struct race {
	struct pollfd fds[RACERS_MAX];
	nfds_t nr;
	unsigned failed; /* of those started */
	int error;       /* of the last that failed */
};

/* Starts connecting; its descriptor becomes writable when the outcome is known. */
static void racer_start(struct race *r, const struct sockaddr *to, socklen_t len)
{
	int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	r->fds[r->nr] = (struct pollfd){fd, POLLOUT, 0};
	r->nr++;
	if (fd >= 0 && (connect(fd, to, len) == 0 || errno == EINPROGRESS))
		return;
	r->error = errno;
	r->failed++;
	if (fd >= 0)
		close(fd);
	r->fds[r->nr - 1].fd = -1;
}

/* The descriptor of a winner, taken out of the race; -1 when there is none yet. */
static int winner_take(struct race *r)
{
	for (nfds_t i = 0; i < r->nr; i++) {
		int error = 0, fd = r->fds[i].fd;
		socklen_t len = sizeof error;

		if (fd < 0 || !r->fds[i].revents)
			continue;
		r->fds[i].fd = -1;
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && !error)
			return fd;
		r->error = error;
		r->failed++;
		close(fd);
	}
	return -1;
}

static void race_end(struct race *r)
{
	for (nfds_t i = 0; i < r->nr; i++)
		if (r->fds[i].fd >= 0)
			close(r->fds[i].fd);
}

/* The first connection that comes about; -1 with r->error, 0 when time ran out. */
static int race_run(struct race *r, const struct addrinfo *next, int64_t deadline)
{
	int64_t start_next = 0;

	for (;;) {
		int64_t now = wire_now();
		int fd, wait;

		if (next && r->nr < RACERS_MAX && (now >= start_next || r->failed == r->nr)) {
			racer_start(r, next->ai_addr, next->ai_addrlen);
			next = next->ai_next;
			start_next = now + RACE_STAGGER;
		}
		if (r->nr == RACERS_MAX)
			next = NULL;
		if (r->failed == r->nr && !next)
			return -1;
		if (now >= deadline) {
			r->error = 0;
			return -1;
		}
		wait = (int)(deadline - now);
		if (next && wait > start_next - now)
			wait = start_next > now ? (int)(start_next - now) : 0;
		if (r->failed < r->nr)
			poll(r->fds, r->nr, wait);
		fd = winner_take(r);
		if (fd >= 0)
			return fd;
	}
}

static int race_lost(const struct race *r, struct err *e)
{
	return err_set(e, ERR_UNREACHABLE, "cannot connect: %s",
		       r->error ? strerror(r->error) : "no answer in time");
}

static int host_connect(const struct wire_address *to, int64_t deadline, struct err *e)
{
	struct addrinfo *list;
	struct race r = {0};
	int fd, on = 1;

	if (host_resolve(&list, to->host, to->port, deadline, e))
		return -1;
	fd = race_run(&r, list, deadline);
	race_end(&r);
	freeaddrinfo(list);
	if (fd < 0)
		return race_lost(&r, e);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

static int local_connect(const char *path, int64_t deadline, struct err *e)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct addrinfo one = {.ai_addr = (struct sockaddr *)&to, .ai_addrlen = sizeof to};
	struct race r = {0};
	int fd;

	if (strlen(path) >= sizeof to.sun_path)
		return err_set(e, ERR_CONFIG, "cannot connect: the socket's path is too long");
	memcpy(to.sun_path, path, strlen(path) + 1);
	fd = race_run(&r, &one, deadline);
	race_end(&r);
	return fd < 0 ? race_lost(&r, e) : fd;
}

int wire_connect(struct wire *w, const struct wire_address *to, int64_t deadline, struct err *e)
{
	int fd = to->path ? local_connect(to->path, deadline, e) : host_connect(to, deadline, e);

	if (fd < 0)
		return -1;
	w->fd = fd;
	w->deadline = deadline;
	w->silent = w->closed = w->streaming = false;
	w->error = 0;
	w->at = w->have = 0;
	return 0;
}

void wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

bool wire_is_local(const struct wire *w)
{
	struct sockaddr_storage peer = {0};
	socklen_t len = sizeof peer;

	if (getpeername(w->fd, (struct sockaddr *)&peer, &len))
		return false;
	if (peer.ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)&peer;

		return ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	if (peer.ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)&peer)->sin6_addr);
	return peer.ss_family == AF_UNIX;
}

const char *wire_fault(const struct wire *w)
{
	if (w->silent)
		return "did not answer in time";
	if (w->error)
		return w->error == ECONNRESET || w->error == EPIPE ? "reset the connection"
								   : "cannot be reached any more";
	return w->closed ? "closed the connection" : NULL;
}

/* ---- the layer under libldap -------------------------------------------------- */

enum { GATHER_MILLISECONDS = 1 };

/* The deadline has passed. */
static int silence_note(struct wire *w)
{
	w->silent = true;
	errno = ETIMEDOUT;
	return -1;
}

/* Waits for the descriptor; -1 with errno when the deadline passed. */
static int wire_wait(struct wire *w, short events)
{
	struct pollfd p = {w->fd, events, 0};

	for (;;) {
		int64_t left = w->deadline - wire_now();
		int rc;

		if (left <= 0)
			return silence_note(w);
		rc = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
		if (rc > 0)
			return 0;
		if (rc < 0 && errno != EINTR)
			return -1;
	}
}

/* True when the call is to be made again; else what broke is noted. */
static bool wire_again(struct wire *w, short events)
{
	if (errno == EINTR)
		return true;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return wire_wait(w, events) == 0;
	w->error = errno;
	return false;
}

/*
 * A server sends each entry by itself, and whoever wakes for each costs both
 * sides more than the entry: waits for a bufferful, but no longer than
 * GATHER_MILLISECONDS.
 */
static void wire_gather(struct wire *w)
{
	struct pollfd p = {w->fd, POLLIN, 0};
	int enough = WIRE_READAHEAD;

	if (setsockopt(w->fd, SOL_SOCKET, SO_RCVLOWAT, &enough, sizeof enough))
		return;
	poll(&p, 1, GATHER_MILLISECONDS);
	enough = 1;
	setsockopt(w->fd, SOL_SOCKET, SO_RCVLOWAT, &enough, sizeof enough);
}

static ssize_t wire_fill(struct wire *w)
{
	ssize_t got;

	/* Nobody waits for a server that always has some bytes more. */
	if (wire_now() >= w->deadline)
		return silence_note(w);
	if (w->streaming)
		wire_gather(w);
	do
		got = recv(w->fd, w->bytes, sizeof w->bytes, 0);
	while (got < 0 && wire_again(w, POLLIN));
	if (got == 0)
		w->closed = true;
	w->at = 0;
	w->have = got > 0 ? (size_t)got : 0;
	return got;
}

static ber_slen_t layer_read(Sockbuf_IO_Desc *d, void *to, ber_len_t len)
{
	struct wire *w = d->sbiod_pvt;
	size_t nr;

	if (w->at == w->have) {
		ssize_t got = wire_fill(w);

		if (got <= 0)
			return got;
	}
	nr = w->have - w->at < len ? w->have - w->at : len;
	memcpy(to, w->bytes + w->at, nr);
	w->at += nr;
	return (ber_slen_t)nr;
}

static ber_slen_t layer_write(Sockbuf_IO_Desc *d, void *from, ber_len_t len)
{
	struct wire *w = d->sbiod_pvt;
	ssize_t put;

	do
		put = send(w->fd, from, len, MSG_NOSIGNAL);
	while (put < 0 && wire_again(w, POLLOUT));
	return put;
}

static int layer_setup(Sockbuf_IO_Desc *d, void *wire)
{
	d->sbiod_pvt = wire;
	return 0;
}

static int layer_remove(Sockbuf_IO_Desc *d)
{
	d->sbiod_pvt = NULL;
	return 0;
}

/*
 * libldap asks before it polls: what was read ahead is not on the socket any
 * more, and while answers stream in we wait ourselves.
 */
static int layer_ctrl(Sockbuf_IO_Desc *d, int option, void *arg)
{
	const struct wire *w = d->sbiod_pvt;

	(void)arg;
	return option == LBER_SB_OPT_DATA_READY && (w->streaming || w->at < w->have);
}

static int layer_close(Sockbuf_IO_Desc *d)
{
	wire_close(d->sbiod_pvt);
	return 0;
}

Sockbuf_IO wire_io = {
	.sbi_setup = layer_setup,
	.sbi_remove = layer_remove,
	.sbi_ctrl = layer_ctrl,
	.sbi_read = layer_read,
	.sbi_write = layer_write,
	.sbi_close = layer_close,
};
