#include "connectors/ldap_search.h"

#include <strings.h>

#include "agent/text.h"
#include "connectors/ldap_dn.h"

/* ---- entries ------------------------------------------------------------------- */

int entry_open(struct entry *en, struct server *s, LDAPMessage *m, struct err *e)
{
	*en = (struct entry){.ld = s->ld, .message = m};
	/* Decoding in place writes into the message: nothing of it may be parsed twice. */
	if (ldap_get_dn_ber(s->ld, m, &en->ber, &en->dn) == LDAP_SUCCESS)
		return 0;
	return err_set(e, ERR_INCOMPLETE, "%s: an entry cannot be decoded", s->url);
}

void entry_close(struct entry *en)
{
	if (en->ber)
		ber_free(en->ber, 0);
	en->ber = NULL;
}

static int given_next(struct entry *en, struct attribute *a)
{
	if (!en->given_nr)
		return 0;
	*a = *en->given++;
	en->given_nr--;
	return 1;
}

int entry_next(struct entry *en, struct attribute *a)
{
	*a = (struct attribute){0};
	if (!en->message)
		return given_next(en, a);
	if (ldap_get_attribute_ber(en->ld, en->message, en->ber, &a->type, &a->values) !=
	    LDAP_SUCCESS)
		return -1;
	if (!a->type.bv_val)
		return 0;
	while (a->values && a->values[a->nr].bv_val)
		a->nr++;
	return 1;
}

void attribute_done(struct attribute *a)
{
	if (a->values && !a->lent)
		ber_memfree(a->values);
	a->values = NULL;
}

bool attribute_is(const struct attribute *a, const char *name)
{
	size_t len = strlen(name);

	return (a->type.bv_len == len || (a->type.bv_len > len && a->type.bv_val[len] == ';')) &&
	       strncasecmp(a->type.bv_val, name, len) == 0;
}

/* ---- one search ------------------------------------------------------------------- */

static void message_free(LDAPMessage **m)
{
	ldap_msgfree(*m);
}

int search_send(struct server *s, const struct query *q, LDAPControl **controls, struct err *e)
{
	/* libldap's prototype lacks the const; it only encodes them. */
	union {
		const char *const *in;
		char **out;
	} attributes = {q->attributes};
	int id, rc = ldap_search_ext(s->ld, q->base, q->scope, q->filter, attributes.out, 0,
				     controls, NULL, NULL, LDAP_NO_LIMIT, &id);
	if (rc == LDAP_FILTER_ERROR)
		return err_set(e, ERR_CONFIG, "%s: the filter for %s is none: %.200s", s->url,
			       q->what, q->filter);
	if (rc)
		return server_refused(s, rc, NULL, q->what, e);
	return id;
}

/* Each answer may take a while; all together may not outlast the deadline. */
static void idle_begin(struct server *s)
{
	int64_t idle = wire_now() + SERVER_IDLE_SECONDS * 1000;

	s->wire.deadline = idle < s->deadline ? idle : s->deadline;
}

static int entry_take(struct server *s, LDAPMessage *m, struct taker *t, struct err *e)
{
	struct entry en CLEANUP(entry_close);

	if (entry_open(&en, s, m, e))
		return -1;
	return t->take(t->ctx, &en, e);
}

static void url_free(LDAPURLDesc **url)
{
	ldap_free_urldesc(*url);
}

static bool url_is_held(const struct server *s, const char *text)
{
	LDAPURLDesc *url CLEANUP(url_free) = NULL;
	char normal[DN_NORMAL_SIZE];
	const char *const *held = s->held;

	if (ldap_url_parse(text, &url) || !url->lud_dn ||
	    dn_normal(normal, url->lud_dn, strlen(url->lud_dn)))
		return false;
	while (held && *held && strcmp(*held, normal) != 0)
		held++;
	return held && *held;
}

/*
 * Active Directory refers every search of a domain to the configuration and
 * DNS, which the same server holds and which have no people.
 */
static bool reference_is_held(struct server *s, LDAPMessage *m)
{
	char **urls = NULL;
	bool held = ldap_parse_reference(s->ld, m, &urls, NULL, 0) == LDAP_SUCCESS && urls && *urls;

	for (char **url = urls; held && *url; url++)
		held = url_is_held(s, *url);
	ber_memvfree((void **)urls);
	return held;
}

/* Takes entries until the result comes; -1 with *e when it never came or was not wanted. */
static int entries_take(struct server *s, int id, struct taker *t, LDAPMessage **result,
			struct err *e)
{
	for (;;) {
		LDAPMessage *m CLEANUP(message_free) = NULL;
		int type;

		idle_begin(s);
		type = server_next(s, id, &m, e);
		if (type < 0)
			return -1;
		if (type == LDAP_RES_SEARCH_RESULT) {
			*result = m;
			m = NULL;
			return 0;
		}
		if (type == LDAP_RES_SEARCH_REFERENCE && !reference_is_held(s, m))
			t->references++;
		if (type == LDAP_RES_SEARCH_ENTRY && entry_take(s, m, t, e))
			return -1;
	}
}

static int answers_take(struct server *s, int id, struct taker *t, LDAPMessage **result,
			struct err *e)
{
	int rc;

	s->wire.streaming = true;
	rc = entries_take(s, id, t, result, e);
	s->wire.streaming = false;
	return rc;
}

static void controls_free(LDAPControl ***c)
{
	ldap_controls_free(*c);
}

/*
 * The cookie of the next page; empty at the end.  -1 when the server did not
 * say where it stands, as it must (RFC 2696 3): then the end is not known.
 */
static int cookie_take(struct server *s, LDAPControl **controls, struct berval *cookie)
{
	LDAPControl *c = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	ber_int_t estimate;

	ber_memfree(cookie->bv_val);
	*cookie = (struct berval){0, NULL};
	return c && ldap_parse_pageresponse_control(s->ld, c, &estimate, cookie) == LDAP_SUCCESS
		       ? 0
		       : -1;
}

static void cookie_free(struct berval *cookie)
{
	ber_memfree(cookie->bv_val);
}

struct ending {
	int code; /* the server's; 0 is the only good one */
	const char *words;
};

/* Sends one request and takes its answers.  cookie NULL: in one piece. */
static int piece_read(struct server *s, const struct query *q, struct taker *t,
		      struct berval *cookie, struct arena *a, struct ending *end, struct err *e)
{
	LDAPMessage *result CLEANUP(message_free) = NULL;
	LDAPControl **answered CLEANUP(controls_free) = NULL;
	LDAPControl *page = NULL, *controls[2] = {NULL, NULL};
	int id;

	if (cookie &&
	    ldap_create_page_control(s->ld, (ber_int_t)s->settings->page_size, cookie, 1, &page))
		return err_set(e, ERR_FAILED, "%s: cannot ask for pages", s->url);
	controls[0] = page;
	idle_begin(s);
	id = search_send(s, q, page ? controls : NULL, e);
	if (page)
		ldap_control_free(page);
	if (id < 0 || answers_take(s, id, t, &result, e))
		return -1;
	end->code = server_result(s, result, a, &end->words, &answered);
	if (cookie && !end->code && cookie_take(s, answered, cookie))
		return err_set(e, ERR_INCOMPLETE,
			       "%s: a page of %s came without its place: their end "
			       "is not known",
			       s->url, q->what);
	return 0;
}

static int pages_read(struct server *s, const struct query *q, struct taker *t, struct arena *a,
		      struct ending *end, struct err *e)
{
	struct berval cookie CLEANUP(cookie_free) = {0, NULL};

	do {
		if (piece_read(s, q, t, &cookie, a, end, e))
			return -1;
	} while (!end->code && cookie.bv_len);
	return 0;
}

static bool code_asks_for_pages(int code)
{
	return code == LDAP_SIZELIMIT_EXCEEDED || code == LDAP_ADMINLIMIT_EXCEEDED ||
	       code == LDAP_UNWILLING_TO_PERFORM;
}

static int search_ended(const struct server *s, const struct query *q, const struct ending *end,
			struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};

	if (!end->code)
		return 0;
	server_refused(s, end->code, end->words,
		       arena_printf(&scratch, "reading %s in %.200s", q->what,
				    text_shown(&scratch, q->base)),
		       e);
	return -1;
}

int search_all(struct server *s, const struct query *q, struct taker *t, struct err *e)
{
	struct arena scratch CLEANUP(arena_free) = {0};
	struct ending end = {0};

	t->references = 0;
	if (!s->pages) {
		if (piece_read(s, q, t, NULL, &scratch, &end, e))
			return -1;
		if (!code_asks_for_pages(end.code))
			return search_ended(s, q, &end, e);
		s->pages = true;
		t->forget(t->ctx);
		t->references = 0;
	}
	if (pages_read(s, q, t, &scratch, &end, e))
		return -1;
	return search_ended(s, q, &end, e);
}
