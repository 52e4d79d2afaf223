/*
 * TLS (fault N1): what is wrong with a certificate is refused before a byte
 * of the request leaves, and named.  The certificates are made by openssl.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#include <microhttpd.h>

#include "connectors/http.h"

static char folder[] = "/tmp/seatsync-tls-XXXXXX";

/* ---- certificates ---------------------------------------------------- */

static void shell(const char *command)
{
	char line[2048];

	snprintf(line, sizeof line, "cd %s && { %s; } >>log 2>&1", folder, command);
	if (system(line) != 0)
		fail_msg("failed: %s", line);
}

/* NAME.pem and NAME.key signed by CA: days given as dates, so that they can be over or to come. */
static void certificate(const char *name, const char *ca, const char *san, const char *from,
			const char *to)
{
	char command[2048];

	snprintf(command, sizeof command,
		 "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key "
		 "-subj '/CN=127.0.0.1' -out %s.csr && "
		 "printf '%s' > %s.ext && "
		 "openssl ca -batch -config ca.conf -cert %s.pem -keyfile %s.key -create_serial "
		 "-startdate %s -enddate %s -extfile %s.ext -in %s.csr -out %s.pem -notext",
		 name, name, san, name, ca, ca, from, to, name, name, name);
	shell(command);
}

static void authority(const char *name)
{
	char command[1024];

	snprintf(command, sizeof command,
		 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
		 "-keyout %s.key -subj '/CN=Test %s' -days 30 -out %s.pem",
		 name, name, name);
	shell(command);
}

static int certificates_make(void **state)
{
	static const char past[] = "200101000000Z", future[] = "20480101000000Z";

	(void)state;
	assert_non_null(mkdtemp(folder));
	shell("printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\nserial=serial\\nnew_certs_dir=.\\n"
	      "default_md=sha256\\npolicy=p\\nunique_subject=no\\n[p]\\ncommonName=supplied\\n' "
	      "> ca.conf && touch index");
	authority("good");
	authority("stranger");
	certificate("well", "good", "subjectAltName=IP:127.0.0.1", past, future);
	certificate("expired", "good", "subjectAltName=IP:127.0.0.1", past, "210101000000Z");
	certificate("early", "good", "subjectAltName=IP:127.0.0.1", "20470101000000Z", future);
	certificate("elsewhere", "good", "subjectAltName=DNS:other.example", past, future);
	certificate("untrusted", "stranger", "subjectAltName=IP:127.0.0.1", past, future);
	shell("cp good.pem self.pem && cp good.key self.key");
	return 0;
}

static int certificates_remove(void **state)
{
	char line[128];

	(void)state;
	snprintf(line, sizeof line, "rm -r %s", folder);
	return system(line);
}

static char *text_of(const char *name, const char *suffix)
{
	char path[256], *text = calloc(1, 65536);
	FILE *in;

	snprintf(path, sizeof path, "%s/%s.%s", folder, name, suffix);
	in = fopen(path, "r");
	assert_non_null(in);
	assert_true(fread(text, 1, 65535, in) > 0);
	fclose(in);
	return text;
}

/* ---- a server ---------------------------------------------------------- */

static unsigned requests;

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *data_size, void **state)
{
	struct MHD_Response *r;
	enum MHD_Result rc;

	(void)ctx, (void)url, (void)method, (void)version, (void)data;
	if (!*state) {
		*state = &requests;
		return MHD_YES;
	}
	*data_size = 0;
	__atomic_add_fetch(&requests, 1, __ATOMIC_SEQ_CST);
	r = MHD_create_response_from_buffer(2, (void *)(uintptr_t)"{}", MHD_RESPMEM_PERSISTENT);
	rc = MHD_queue_response(c, 200, r);
	MHD_destroy_response(r);
	return rc;
}

static void on_done(struct http_request *r, const struct http_answer *a)
{
	*(struct http_answer *)r->ctx = *a;
}

/* POSTs once to a server with that certificate, trusting the good authority. */
static struct http_answer post_to(const char *name, const char *priorities)
{
	char *cert = text_of(name, "pem"), *key = text_of(name, "key"), url[64], ca[128];
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_Daemon *d = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS, 0, NULL, NULL, on_request, NULL,
		MHD_OPTION_SOCK_ADDR, &to, MHD_OPTION_HTTPS_MEM_CERT, cert,
		MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_HTTPS_PRIORITIES, priorities,
		MHD_OPTION_END);
	struct http_options o = {.ca_file = ca, .parallel = 1, .deadline = http_clock() / 1000 + 600};
	struct http_answer answer = {0};
	struct http_request r = {.method = "POST", .url = url, .once = true, .done = on_done,
				 .ctx = &answer};
	struct http *h;
	struct err e;

	assert_non_null(d);
	requests = 0;
	snprintf(url, sizeof url, "https://127.0.0.1:%u/",
		 MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
	snprintf(ca, sizeof ca, "%s/good.pem", folder);
	http_tuning.retry_base = http_tuning.retry_cap = 1;
	assert_int_equal(http_open(&h, &o, &e), 0);
	http_submit(h, &r);
	while (http_wait(h))
		;
	http_close(h);
	MHD_stop_daemon(d);
	free(cert);
	free(key);
	return answer;
}

/* ---- tests ------------------------------------------------------------- */

static void a_certificate_of_our_own_authority_is_good(void **state)
{
	struct http_answer a = post_to("well", "NORMAL");

	(void)state;
	assert_int_equal(a.verdict, HTTP_ANSWERED);
	assert_int_equal(a.status, 200);
	assert_int_equal(requests, 1);
}

static void n1_a_bad_certificate_is_refused_and_its_fault_named(void **state)
{
	static const struct {
		const char *name, *words;
	} rows[] = {
		{"expired", "expired"},
		{"early", "not yet valid"},
		{"elsewhere", "no alternative certificate subject name matches"},
		{"untrusted", "unable to get local issuer certificate"},
		{"stranger", "self-signed certificate"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct http_answer a = post_to(rows[i].name, "NORMAL");

		assert_int_equal(a.verdict, HTTP_NOT_SENT);
		assert_int_equal(a.fault, HTTP_FAULT_CERTIFICATE);
		if (!strstr(a.text, rows[i].words))
			fail_msg("%s: %s", rows[i].name, a.text);
		assert_int_equal(requests, 0);
	}
}

static void n1_a_certificate_with_a_common_name_only_is_refused(void **state)
{
	struct http_answer a;

	(void)state;
	certificate("nameless", "good", "", "200101000000Z", "20480101000000Z");
	a = post_to("nameless", "NORMAL");
	assert_int_equal(a.verdict, HTTP_NOT_SENT);
	assert_int_equal(a.fault, HTTP_FAULT_CERTIFICATE);
	assert_non_null(strstr(a.text, "common name"));
	assert_int_equal(requests, 0);
}

static void old_tls_is_refused(void **state)
{
	struct http_answer a = post_to("well", "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0");

	(void)state;
	assert_int_equal(a.verdict, HTTP_NOT_SENT);
	assert_int_equal(a.fault, HTTP_FAULT_TLS);
	assert_int_equal(requests, 0);
}

static void a_ca_file_without_a_certificate_is_refused(void **state)
{
	char path[128];
	struct http_options o = {.ca_file = path, .parallel = 1};
	struct http *h;
	struct err e;

	(void)state;
	snprintf(path, sizeof path, "%s/good.key.csr", folder);
	assert_int_equal(http_open(&h, &o, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	snprintf(path, sizeof path, "%s/ca.conf", folder);
	assert_int_equal(http_open(&h, &o, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	snprintf(path, sizeof path, "%s", folder);
	assert_int_equal(http_open(&h, &o, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_of_our_own_authority_is_good),
		cmocka_unit_test(n1_a_bad_certificate_is_refused_and_its_fault_named),
		cmocka_unit_test(n1_a_certificate_with_a_common_name_only_is_refused),
		cmocka_unit_test(old_tls_is_refused),
		cmocka_unit_test(a_ca_file_without_a_certificate_is_refused),
	};

	return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
