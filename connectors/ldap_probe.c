#include "connectors/ldap_probe.h"

#include <curl/curl.h>
#include <stdio.h>

static curl_socket_t socket_give(void *probe, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct probe *p = probe;

	(void)purpose;
	(void)address;
	return p->fd;
}

static int socket_is_connected(void *probe, curl_socket_t fd, curlsocktype purpose)
{
	(void)probe;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static int socket_keep(void *probe, curl_socket_t fd)
{
	(void)probe;
	(void)fd;
	return 0;
}

static void options_set(CURL *c, const struct probe *p, struct curl_slist *addresses, char *text)
{
	curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_RESOLVE, addresses);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, socket_give);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, p);
	curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, socket_is_connected);
	curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, socket_keep);
	curl_easy_setopt(c, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_CAINFO, p->ca_file);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(c, CURLOPT_SSLCERT, p->cert_file);
	curl_easy_setopt(c, CURLOPT_SSLKEY, p->key_file);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)p->milliseconds);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text);
}

bool probe_tls(const struct probe *p, char text[PROBE_TEXT_SIZE])
{
	struct arena scratch CLEANUP(arena_free) = {0};
	char words[CURL_ERROR_SIZE] = "";
	bool bare = strchr(p->host, ':'); /* an IPv6 address */
	const char *host = arena_printf(&scratch, bare ? "[%s]" : "%s", p->host);
	/* The connection exists: any address keeps curl from asking the name service again. */
	struct curl_slist *addresses =
		curl_slist_append(NULL, arena_printf(&scratch, "%s:443:127.0.0.1", host));
	CURL *c = curl_easy_init();
	CURLcode rc = CURLE_FAILED_INIT;

	if (c) {
		curl_easy_setopt(c, CURLOPT_URL, arena_printf(&scratch, "https://%s:443", host));
		options_set(c, p, addresses, words);
		rc = curl_easy_perform(c);
	}
	curl_easy_cleanup(c);
	curl_slist_free_all(addresses);
	snprintf(text, PROBE_TEXT_SIZE, "%s", *words ? words : curl_easy_strerror(rc));
	return rc == CURLE_OK;
}
