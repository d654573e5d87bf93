package sandbox

// What the table of addresses tests.
var (
	Reachable = reachable
	Exposed   = exposed
)
