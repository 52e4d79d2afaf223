#include "config/check.h"
#include "config/secret.h"

/* `auth` has a default: it alone gives nothing. */
static bool oauth2_given(const struct node *map)
{
	static const char *const keys[] = {"token_url", "client_id", "client_secret_file",
					   "client_secret_env", "scope"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (node_given(map, keys[i]))
			return true;
	return false;
}

static void oauth2_check(struct bind *b, const struct node *map, struct settings *s,
			 struct scim_settings *scim, bool read)
{
	struct secret secret = {"client_secret_file", "client_secret_env", NULL, NULL};

	if (!node_given(map, "token_url"))
		key_missing(b, map, "token_url", "is missing", NULL);
	else if (scim->oauth2.token_url)
		scim->oauth2.token_url = http_url_check(b, node_find(map, "token_url"),
							scim->oauth2.token_url, false,
							s->organization.allow_cleartext);
	if (!node_given(map, "client_id"))
		key_missing(b, map, "client_id", "is missing", NULL);
	secret_find(&secret, b, map);
	if (!secret.file && !secret.variable)
		key_missing(b, map, secret.file_key, "is missing", "or give client_secret_env");
	else if (read)
		scim->oauth2.client_secret = secret_read(&secret, b, s);
}

void scim_check(struct bind *b, const struct node *map, struct settings *s,
		struct scim_settings *scim, bool read)
{
	const struct node *oauth2 = node_find(map, "oauth2");
	struct secret token = {"token_file", "token_env", NULL, NULL};
	bool by_oauth2 = oauth2_given(oauth2);

	if (scim->url)
		scim->url = http_url_check(b, node_find(map, "url"), scim->url, false,
					   s->organization.allow_cleartext);
	if (scim->proxy) /* encrypted from end to end; the way to it need not be */
		scim->proxy = http_url_check(b, node_find(map, "proxy"), scim->proxy, true, true);
	cert_check(b, map);
	secret_find(&token, b, map);
	if (by_oauth2)
		oauth2_check(b, oauth2, s, scim, read);
	if (by_oauth2 && (token.file || token.variable))
		fault_at_key(b->faults, oauth2, NULL, "is given beside a token; only one may be");
	else if (!by_oauth2 && !token.file && !token.variable && !node_given(map, "cert_file"))
		key_missing(b, map, token.file_key, "is missing",
			    "or give token_env, oauth2, or a client certificate");
	if (read && (token.file || token.variable))
		scim->token = secret_read(&token, b, s);
}
