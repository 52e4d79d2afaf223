#include "connectors/ldap_ticket.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "agent/text.h"
#include "connectors/ldap_wire.h"

/* What the thread works with; whoever of the two is done last frees it. */
struct errand {
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool ended, abandoned;
	struct arena a;
	const char *keytab, *service;
	gss_cred_id_t credential;
	const char *fault; /* of Kerberos; NULL none */
};

/* gss_mech_krb5 is const, and what takes a mechanism does not change it. */
static gss_OID krb5_mechanism(void)
{
	union {
		gss_const_OID in;
		gss_OID out;
	} krb5 = {gss_mech_krb5};

	return krb5.out;
}

static const char *gss_words(struct arena *a, OM_uint32 code)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, unused;
	const char *words = "for a reason not known";

	if (gss_display_status(&unused, code, GSS_C_MECH_CODE, krb5_mechanism(), &more, &text) ==
	    GSS_S_COMPLETE)
		words = text_shown(a, arena_strndup(a, text.value, text.length));
	gss_release_buffer(&unused, &text);
	return words;
}

/* A cache for each keytab, so that the servers of one directory share a ticket. */
static void credential_take(struct errand *d)
{
	gss_key_value_element_desc elements[] = {
		{"client_keytab", arena_printf(&d->a, "FILE:%s", d->keytab)},
		{"ccache", arena_printf(&d->a, "MEMORY:seatsync-%s", d->keytab)},
	};
	const gss_key_value_set_desc store = {ARRAY_SIZE(elements), elements};
	gss_OID_set_desc mechanism = {1, krb5_mechanism()};
	OM_uint32 minor;

	if (GSS_ERROR(gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanism,
					    GSS_C_INITIATE, &store, &d->credential, NULL, NULL)))
		d->fault = gss_words(&d->a, minor);
}

/* The first word of a talk that is not held: to say it, the server's ticket is fetched. */
static void service_take(struct errand *d)
{
	gss_buffer_desc text = {strlen(d->service), arena_strdup(&d->a, d->service)};
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	gss_ctx_id_t talk = GSS_C_NO_CONTEXT;
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor, unused;

	if (GSS_ERROR(gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &name)) ||
	    GSS_ERROR(gss_init_sec_context(&minor, d->credential, &talk, name, krb5_mechanism(),
					   GSS_C_MUTUAL_FLAG, 0, GSS_C_NO_CHANNEL_BINDINGS, NULL,
					   NULL, &token, NULL, NULL)))
		d->fault = gss_words(&d->a, minor);
	gss_release_buffer(&unused, &token);
	gss_delete_sec_context(&unused, &talk, GSS_C_NO_BUFFER);
	gss_release_name(&unused, &name);
}

static void errand_free(struct errand *d)
{
	OM_uint32 unused;

	gss_release_cred(&unused, &d->credential);
	arena_free(&d->a);
	pthread_cond_destroy(&d->over);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

static void tickets_fetch(struct errand *d)
{
	credential_take(d);
	if (!d->fault)
		service_take(d);
}

static void *errand_run(void *data)
{
	struct errand *d = data;
	bool abandoned;

	tickets_fetch(d);
	pthread_mutex_lock(&d->lock);
	d->ended = true;
	abandoned = d->abandoned;
	pthread_cond_signal(&d->over);
	pthread_mutex_unlock(&d->lock);
	if (abandoned)
		errand_free(d);
	return NULL;
}

/* Signals are for others.  Without a thread it is done here, however long it takes. */
static void errand_start(struct errand *d)
{
	pthread_attr_t detached;
	pthread_t thread;
	sigset_t all, before;

	sigfillset(&all);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, &detached, errand_run, d)) {
		tickets_fetch(d);
		d->ended = true;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&detached);
}

/* False when it is left behind; it is then the thread's. */
static bool errand_wait(struct errand *d, int64_t deadline)
{
	const struct timespec until = {deadline / 1000, deadline % 1000 * 1000000};
	bool ended;

	pthread_mutex_lock(&d->lock);
	while (!d->ended &&
	       pthread_cond_clockwait(&d->over, &d->lock, CLOCK_MONOTONIC, &until) == 0)
		;
	ended = d->ended;
	d->abandoned = !ended;
	pthread_mutex_unlock(&d->lock);
	return ended;
}

int tickets_take(gss_cred_id_t *credential, const char *keytab, const char *host, int64_t deadline,
		 struct err *e)
{
	struct errand *d = mem_resize(NULL, 1, sizeof *d);
	int rc = 0;

	*d = (struct errand){.credential = GSS_C_NO_CREDENTIAL};
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->over, NULL);
	d->keytab = arena_strdup(&d->a, keytab);
	d->service = arena_printf(&d->a, "ldap@%s", host);
	errand_start(d);
	if (!errand_wait(d, deadline))
		return err_set(e, ERR_DENIED,
			       "no Kerberos ticket by %s: no KDC answered in time\n"
			       "hint: see which KDCs krb5.conf names, and whether port 88 of them "
			       "can be reached",
			       keytab);
	if (d->fault) {
		rc = err_set(e, ERR_DENIED,
			     "no Kerberos ticket by %s for %s: %.300s\n"
			     "hint: the keytab may be older than the account's key; see krb5.conf "
			     "and the clock",
			     keytab, d->service, d->fault);
	} else {
		*credential = d->credential;
		d->credential = GSS_C_NO_CREDENTIAL;
	}
	errand_free(d);
	return rc;
}
