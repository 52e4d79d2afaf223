/* sound.h - what every reading holds to, whatever came in; aborts where one does not. */
#ifndef SEATSYNC_FUZZ_SOUND_H
#define SEATSYNC_FUZZ_SOUND_H

#include "connectors/directory.h"

void reading_sound(const struct reading *r);

#endif
