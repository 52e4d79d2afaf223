/* See scene.h. */
#include "tests/platform/scene.h"

static const struct platform_header headers[] = {{"X-Org-Name", "acme"}, {"X-API-Version", "v1"}};

struct scene scene;

const struct reply token_reply = {
	.method = "POST", .path = "/api/iam/token", .status = 200,
	.holds = "grant_type=client_credentials&client_id=robot&client_secret=" SECRET,
	.body = "{\"access_token\":\"" TOKEN "\",\"token_type\":\"Bearer\",\"expires_in\":900}",
};

int scene_setup(void **state)
{
	(void)state;
	memset(&scene, 0, sizeof scene);
	http_tuning = (struct http_tuning){
		.connect = 60000,
		.total = 60000,
		.list = 60000,
		.stall = 60000,
		.grace = 300,
		.retry_base = 2,
		.retry_cap = 8,
		.tries = 4,
	};
	scene.settings = (struct platform_settings){
		.org_id = "acme",
		.client_id = "robot",
		.client_secret = SECRET,
		.headers = headers,
		.headers_nr = ARRAY_SIZE(headers),
		.parallel = 4,
		.lifetime = 7 * DAY,
		.invitations_mode = INVITATIONS_API,
		.roles_mode = ROLES_API,
		.endpoints = {
			.invitations_list = "GET {org}/invitations",
			.invitations_create = "POST {org}/invitations",
			.invitations_resend = "POST {org}/invitations/{id}/resend",
			.invitations_remove = "DELETE {org}/invitations/{id}",
			.role = "PATCH {org}/users/{id}",
			.seats = "GET {org}/seats",
		},
	};
	return 0;
}

void scene_open(unsigned tokens, const struct reply *replies, size_t nr)
{
	struct reply all[64];

	assert_true(nr < ARRAY_SIZE(all));
	all[0] = token_reply;
	all[0].times = tokens;
	for (size_t i = 0; i < nr; i++)
		all[i + 1] = replies[i];
	scene.script = script_start(tokens ? all : all + 1, tokens ? nr + 1 : nr);
	snprintf(scene.token_url, sizeof scene.token_url, "%s/api/iam/token",
		 script_url(scene.script));
	scene.settings.url = script_url(scene.script);
	scene.settings.token_url = scene.token_url;
	if (platform_anaconda.open(&scene.p, &scene.settings, http_clock() / 1000 + 600,
				   &scene.err))
		fail_msg("%s", scene.err.text);
}

void no_secret(const char *text)
{
	assert_null(strstr(text, "canary"));
}

void scene_close(void)
{
	no_secret(scene.err.text);
	for (size_t i = 0; i < scene.results_nr; i++)
		no_secret(scene.results[i].text);
	platform_anaconda.close(scene.p);
	arena_free(&scene.arena);
	assert_true(script_end(scene.script));
	memset(&scene.results, 0, sizeof scene.results);
	scene.results_nr = scene.given = 0;
	scene.err = (struct err){0};
}

size_t scene_turn(void *ctx, const struct platform_result *results, size_t nr,
		  struct platform_call *calls, size_t room)
{
	size_t given = 0;

	(void)ctx;
	for (size_t i = 0; i < nr; i++)
		scene.results[scene.results_nr++] = results[i];
	for (; given < room && scene.given < scene.calls_nr; given++)
		calls[given] = scene.calls[scene.given++];
	return given;
}

int scene_run(const struct platform_call *calls, size_t nr)
{
	scene.calls = calls;
	scene.calls_nr = nr;
	return scene.p->ops->run(scene.p, &scene.arena, scene_turn, NULL, &scene.err);
}

struct platform_result scene_act(struct platform_call call, const struct reply *replies, size_t nr)
{
	struct platform_result result;

	scene_open(1, replies, nr);
	call.tag = 4711;
	if (scene_run(&call, 1))
		fail_msg("%s", scene.err.text);
	assert_int_equal(scene.results_nr, 1);
	assert_int_equal(scene.results[0].tag, 4711);
	result = scene.results[0];
	result.invitation_id = result.invitation_id ? strdup(result.invitation_id) : NULL;
	scene_close();
	return result;
}

struct platform_call member_call(enum action_kind kind)
{
	return (struct platform_call){.kind = kind, .email = "a@example.com", .member_id = "u1",
				      .role = ROLE_ADMIN, .token_expires = 1798675200};
}

struct platform_call invitation_call(enum action_kind kind)
{
	return (struct platform_call){.kind = kind, .email = "a@example.com", .invitation_id = "i1",
				      .role = ROLE_MEMBER, .expires_before = 1798675200};
}
