/* What the users of tools of this kind suffered: pains.txt, story by story. */
#include "tests/core/story.h"

int main(int argc, char **argv)
{
	return stories_run(STORIES, argc, argv);
}
