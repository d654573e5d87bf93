package serve

import "runtime/debug"

const (
	// gcPercent lets the heap grow to this much above what lives before it is
	// collected. A plugin's live heap is small and a plan allocates much, so the
	// collector's usual 100 has it run all the time.
	gcPercent = 400
	// memoryLimit bounds, in bytes, what gcPercent may cost: nearing it, the
	// collector runs as often as it takes. It is soft: a heap that lives beyond it
	// is no error.
	memoryLimit = 64 << 20
)

// tuneCollector fits the garbage collector to a plugin's size. What GOGC or
// GOMEMLIMIT of the environment say stands.
func tuneCollector(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
