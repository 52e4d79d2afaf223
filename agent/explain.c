#include "agent/explain.h"
