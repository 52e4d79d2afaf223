#include "agent/run.h"
