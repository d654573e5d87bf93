package pages

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state listState
		page  bool
		err   error
	}{
		"the first read is worth a page":       {listState{Reads: 1, Pending: 1, MorePages: true, Single: true}, true, nil},
		"in vain: it goes alone":               {listState{Reads: 1, Pending: 1, Pages: 1, MorePages: true, Single: true}, false, nil},
		"the second is worth a page":           {listState{Reads: 2, Pending: 1, Singles: 1, Pages: 1, MorePages: true, Single: true}, true, nil},
		"in vain: it goes alone too":           {listState{Reads: 2, Pending: 1, Singles: 1, Pages: 2, MorePages: true, Single: true}, false, nil},
		"the third is worth many":              {listState{Reads: 3, Pending: 1, Singles: 1, Pages: 2, MorePages: true, Single: true}, true, nil},
		"as many as can be paid":               {listState{Reads: 3, Pending: 1, Singles: 1, Pages: 5, MorePages: true, Single: true}, false, nil},
		"a page may bring it":                  {listState{Reads: 2, Pending: 1, Pages: 1, Singles: 1, InFlight: true, MorePages: true, Single: true}, true, nil},
		"a page that tells of others":          {listState{Reads: 9, Pending: 8, Singles: 1, Pages: 1, InFlight: true, Single: true}, true, nil},
		"all pages are there, and it is not":   {listState{Reads: 9, Pending: 1, Pages: 3, Single: true}, false, nil},
		"no more singles than pages":           {listState{Reads: 9, Pending: 6, Singles: 3, Pages: 2, MorePages: true, Single: true}, true, nil},
		"no single reads on the platform":      {listState{Reads: 1, Pending: 1, Pages: 5, MorePages: true}, true, nil},
		"none there either, and all is listed": {listState{Reads: 1, Pending: 1, Pages: 1}, false, nil},
		"another one wants the whole list":     {listState{Reads: 1, Pending: 1, Pages: 5, Whole: true, MorePages: true, Single: true}, true, nil},
		"down, and a page may bring it":        {listState{Reads: 1, Pending: 1, InFlight: true, Single: true, Down: client.ErrConnection}, true, nil},
		"down, and pages are left":             {listState{Reads: 1, Pending: 1, Pages: 1, MorePages: true, Single: true, Down: client.ErrConnection}, false, nil},
		"down, and it would go alone":          {listState{Reads: 1, Pending: 1, Pages: 1, Single: true, Down: client.ErrConnection}, false, client.ErrConnection},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if page, err := decide(test.state); page != test.page || err != test.err { //nolint:errorlint // the very error
				t.Errorf("got %t, %v, want %t, %v", page, err, test.page, test.err)
			}
		})
	}
}

// However reads come and end, another page or a single read is always within the bound.
func TestDecideStaysWithinTheBound(t *testing.T) {
	t.Parallel()
	const most = 6
	for reads := range most {
		for pending := 1; pending <= reads; pending++ {
			for singles := 0; singles+pending <= reads; singles++ {
				for pages := range 2*most + 1 {
					s := listState{Reads: reads, Pending: pending, Singles: singles, Pages: pages, MorePages: true, Single: true}
					page, err := decide(s)
					switch {
					case err != nil:
						t.Errorf("%+v: got %v", s, err)
					case page && pages+1+singles+pending > 2*reads+1:
						t.Errorf("%+v: a page leaves too little for the reads", s)
					case !page && singles > pages:
						t.Errorf("%+v: more objects than pages are read singly", s)
					}
				}
			}
		}
	}
}
