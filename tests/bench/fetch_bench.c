/*
 * fetch_bench URL PEOPLE PAGE - the yardstick of reading SCIM: libcurl fetches
 * the pages of /Users and the one of /Groups, one after the other on one
 * connection, and drops them.  Status 1 when one does not come.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t on_body(char *data, size_t size, size_t nr, void *ctx)
{
	(void)data;
	*(size_t *)ctx += size * nr;
	return size * nr;
}

static int fetch(CURL *easy, const char *url, const char *resource, long start, long page)
{
	char text[512];

	snprintf(text, sizeof text, "%s/%s?startIndex=%ld&count=%ld", url, resource, start, page);
	(void)curl_easy_setopt(easy, CURLOPT_URL, text);
	return curl_easy_perform(easy) == CURLE_OK ? 0 : -1;
}

int main(int argc, char **argv)
{
	long people = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
	long page = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
	CURL *easy = curl_easy_init();
	size_t bytes = 0;
	int rc = people > 0 && page > 0 && easy ? 0 : -1;

	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, &bytes);
	(void)curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
	for (long start = 1; start <= people && !rc; start += page)
		rc = fetch(easy, argv[1], "Users", start, page);
	if (!rc)
		rc = fetch(easy, argv[1], "Groups", 1, page);
	curl_easy_cleanup(easy);
	printf("%zu bytes\n", bytes);
	return rc ? 1 : 0;
}
