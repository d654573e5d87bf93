package seedtest

import "testing"

// check holds one statement against a running sandbox.
type check func(t *testing.T, w *world)

// The two pages, and the names of their files under testdata.
const (
	corebillPage = "corebill"
	billiumPage  = "billium"
)

// row is a sentence of a page that a server can show.
type row struct {
	page     string
	sentence string
	check    check
	// limits asks for the world with the documented rate limits and a clock
	// that stands still.
	limits bool
}

// unchecked is a sentence of a page that no server can show.
type unchecked struct {
	page     string
	sentence string
	reason   string
}

// Where a fact comes from.
const (
	documented = "documented" // the platform's other public pages, or its SDK
	contract   = "contract"   // what no public page documents
)

// fact is a statement that is in neither page.
type fact struct {
	platform  string
	source    string
	statement string
	check     check
	limits    bool
}
