/*
 * scene.h - the Anaconda connector before a scripted server: what each test of
 * it begins with, and one action from call to result.
 *
 *	static void a_member_that_is_gone_is_removed(void **state)
 *	{
 *		struct platform_result r =
 *			ACT(member_call(ACTION_REMOVE_MEMBER),
 *			    {.method = "DELETE", .path = O "/users/u1", .status = 404});
 *		...
 *	}
 *	cmocka_unit_test_setup(a_member_that_is_gone_is_removed, scene_setup)
 *
 * A test of more than one action: SCENE(), scene_run() or a call of
 * scene.p->ops, asserts on scene.results, scene_close().  There is one scene at
 * a time, and scene_close() fails a test that left a part of the script over or
 * let a secret into a text.
 */
#ifndef SEATSYNC_TEST_SCENE_H
#define SEATSYNC_TEST_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "connectors/http.h"
#include "connectors/platform.h"
#include "tests/platform/script.h"

#define O "/api/v1/organizations/acme"
#define USERS O "/users?include_groups=false"
#define SECRET "canary-secret-7731"
#define TOKEN "canary-token-9942"
#define JSON_USER(id) "{\"id\":\"" id "\",\"email\":\"" id "@example.com\",\"first_name\":null,"  \
		      "\"last_name\":null,\"role\":\"member\",\"subscriptions\":[],\"groups\":null}"

struct scene {
	struct script *script;
	struct platform *p;
	struct platform_settings settings; /* may be changed before the scene is opened */
	struct arena arena;
	struct err err;
	char token_url[128];
	const struct platform_call *calls; /* to be handed out by scene_turn() */
	size_t calls_nr, given;
	struct platform_result results[64];
	size_t results_nr;
};

extern struct scene scene;

/* The answer to whoever asks for an access token with the right secret. */
extern const struct reply token_reply;

/* cmocka's setup: an empty scene, every call offered, and times in milliseconds. */
int scene_setup(void **state);

/* Starts the server, with a token for whoever asks `tokens` times and these replies; opens. */
void scene_open(unsigned tokens, const struct reply *replies, size_t nr);
void scene_close(void);

#define SCENE(tokens, ...)                                                    \
	scene_open(tokens, (const struct reply[]){__VA_ARGS__},               \
		   sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply))

/* Does these calls; the results are in scene.results.  0, or -1 with scene.err. */
int scene_run(const struct platform_call *calls, size_t nr);
/* The turn of scene_run(): keeps the results, hands out what is left of scene.calls. */
size_t scene_turn(void *ctx, const struct platform_result *results, size_t nr,
		  struct platform_call *calls, size_t room);

/* Opens, does one action with these replies, closes; its invitation_id is the caller's to free. */
struct platform_result scene_act(struct platform_call call, const struct reply *replies, size_t nr);

#define ACT(call, ...)                                                        \
	scene_act(call, (const struct reply[]){__VA_ARGS__},                  \
		  sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply))

/* An action on member u1 or on invitation i1, both of a@example.com. */
struct platform_call member_call(enum action_kind kind);
struct platform_call invitation_call(enum action_kind kind);

/* Fault K3: whatever happened, no secret is in anything that is told. */
void no_secret(const char *text);

#endif
