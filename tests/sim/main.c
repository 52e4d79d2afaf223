/*
 * seatsync-sim - an organization on Anaconda.com, simulated: the API over HTTPS
 * or HTTP, and a control interface over HTTP, both on 127.0.0.1 only.  See
 * README.md.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tests/sim/api.h"
#include "tests/sim/control.h"

enum { API_BODY_MAX = 8 << 20, CONTROL_BODY_MAX = 512 << 20, PEM_MAX = 1 << 20 };

struct options {
	uint16_t port, control_port;
	const char *cert_file, *key_file, *port_file, *control_port_file;
	char *cert, *key;
	bool die_with_parent;
};

static const char usage[] =
	"usage: seatsync-sim --port-file FILE [--control-port-file FILE]\n"
	"                    [--port N] [--control-port N] [--cert FILE --key FILE]\n"
	"                    [--org ID] [--client-id ID] [--client-secret TEXT]\n"
	"                    [--die-with-parent]\n";

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "seatsync-sim: %s: %s\n", what, why);
	exit(1);
}

/* ---- options --------------------------------------------------------------- */

static uint16_t port_read(const char *text)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	if (end == text || *end || port > UINT16_MAX)
		die("not a port", text);
	return (uint16_t)port;
}

static void options_read(struct options *o, struct sim *s, int argc, char **argv)
{
	static const struct option known[] = {
		{"port", required_argument, NULL, 0},
		{"control-port", required_argument, NULL, 0},
		{"cert", required_argument, NULL, 0},
		{"key", required_argument, NULL, 0},
		{"port-file", required_argument, NULL, 0},
		{"control-port-file", required_argument, NULL, 0},
		{"org", required_argument, NULL, 0},
		{"client-id", required_argument, NULL, 0},
		{"client-secret", required_argument, NULL, 0},
		{"die-with-parent", no_argument, NULL, 'd'},
		{0},
	};
	const char *port = "0", *control_port = "0";
	const char **const texts[] = {
		/* in the order of `known` */
		&port,        &control_port, &o->cert_file,
		&o->key_file, &o->port_file, &o->control_port_file,
		&s->org_id,   &s->client_id, &s->client_secret,
	};
	int c, which;

	while ((c = getopt_long(argc, argv, "", known, &which)) == 0 || c == 'd') {
		if (c == 'd')
			o->die_with_parent = true;
		else
			*texts[which] = optarg;
	}
	if (c != -1 || optind < argc || !o->port_file || !o->cert_file != !o->key_file) {
		fputs(usage, stderr);
		exit(64);
	}
	o->port = port_read(port);
	o->control_port = port_read(control_port);
}

/* ---- files ----------------------------------------------------------------- */

static char *file_read(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = f ? calloc(1, PEM_MAX + 1) : NULL;

	if (!text)
		die(path, strerror(errno));
	if (fread(text, 1, PEM_MAX, f) == 0)
		die(path, "cannot be read, or is empty");
	fclose(f);
	return text;
}

/* A reader sees no file or the whole number. */
static void port_write(const char *path, uint16_t port)
{
	char temporary[4096];
	FILE *f;

	if (!path)
		return;
	snprintf(temporary, sizeof temporary, "%s.new", path);
	f = fopen(temporary, "we");
	if (!f || fprintf(f, "%u\n", port) < 0 || fclose(f) || rename(temporary, path))
		die(path, strerror(errno));
}

/* ---- the loop ---------------------------------------------------------------- */

static utc sim_now(void *ctx)
{
	return world_now(&((struct sim *)ctx)->world);
}

static utc real_now(void *ctx)
{
	(void)ctx;
	return clock_now(&(struct clock){0});
}

static void servers_open(struct sim *s, const struct options *o)
{
	struct server_options api = {
		.port = o->port,
		.cert = o->cert,
		.key = o->key,
		.body_max = API_BODY_MAX,
		.now = sim_now,
		.handle = api_handle,
		.done = api_done,
		.ctx = s,
	};
	struct server_options control = {
		.port = o->control_port,
		.body_max = CONTROL_BODY_MAX,
		.now = real_now,
		.handle = control_handle,
		.ctx = s,
	};
	struct err e;

	if (server_open(&s->api, &api, &e) || server_open(&s->control, &control, &e))
		die("cannot start", e.text);
}

static int64_t shorter(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static void serve(struct sim *s, int signals)
{
	struct pollfd fds[] = {
		{signals, POLLIN, 0},
		{server_fd(&s->api), POLLIN, 0},
		{server_fd(&s->control), POLLIN, 0},
	};

	for (;;) {
		int64_t ns = shorter(server_wait_ns(&s->api), server_wait_ns(&s->control));
		struct timespec wait = {ns / 1000000000, ns % 1000000000};

		if (ppoll(fds, ARRAY_SIZE(fds), ns < 0 ? NULL : &wait, NULL) < 0 && errno != EINTR)
			die("poll", strerror(errno));
		if (fds[0].revents)
			return;
		server_run(&s->api);
		server_run(&s->control);
	}
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* The parent may be gone before the request to be told of it. */
static void parent_watch(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		exit(0);
}

int main(int argc, char **argv)
{
	struct sim s = {
		.org_id = "acme", .client_id = "seatsync", .client_secret = "simulated-secret"};
	struct options o = {0};
	pid_t parent = getppid();
	int signals = signals_open();

	options_read(&o, &s, argc, argv);
	if (o.die_with_parent)
		parent_watch(parent);
	if (o.cert_file) {
		o.cert = file_read(o.cert_file);
		o.key = file_read(o.key_file);
	}
	sim_init(&s);
	servers_open(&s, &o);
	port_write(o.control_port_file, server_port(&s.control));
	port_write(o.port_file, server_port(&s.api));
	serve(&s, signals);
	server_close(&s.api);
	server_close(&s.control);
	sim_clear(&s);
	free(o.cert);
	free(o.key);
	close(signals);
	return 0;
}
