package pages

import "testing"

func TestDecide(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		standing Standing
		want     Move
	}{
		"nothing to do":                        {Standing{Reads: 7, Pages: 2, MorePages: true, Single: true}, Wait},
		"the first read is worth a page":       {Standing{Reads: 1, Pending: 1, Fresh: 1, MorePages: true, Single: true}, NextPage},
		"in vain: it goes alone":               {Standing{Reads: 1, Pending: 1, Pages: 1, MorePages: true, Single: true}, SingleRead},
		"the second is worth a page":           {Standing{Reads: 2, Pending: 1, Fresh: 1, Singles: 1, Pages: 1, MorePages: true, Single: true}, NextPage},
		"in vain: it goes alone too":           {Standing{Reads: 2, Pending: 1, Singles: 1, Pages: 2, MorePages: true, Single: true}, SingleRead},
		"the third is worth many":              {Standing{Reads: 3, Pending: 1, Singles: 1, Pages: 2, MorePages: true, Single: true}, NextPage},
		"as many as can be paid":               {Standing{Reads: 3, Pending: 1, Singles: 1, Pages: 5, MorePages: true, Single: true}, SingleRead},
		"a page may bring it":                  {Standing{Reads: 2, Pending: 1, Pages: 1, Singles: 1, InFlight: 1, MorePages: true, Single: true}, Wait},
		"a page that tells of others":          {Standing{Reads: 9, Pending: 8, Fresh: 7, Singles: 1, Pages: 1, InFlight: 1, Single: true}, Wait},
		"pages side by side":                   {Standing{Reads: 9, Pending: 8, Fresh: 7, Singles: 1, Pages: 2, InFlight: 1, MorePages: true, Single: true}, NextPage},
		"all pages are there, and it is not":   {Standing{Reads: 9, Pending: 1, Fresh: 1, Pages: 3, Single: true}, SingleRead},
		"no more singles than pages":           {Standing{Reads: 9, Pending: 9, Singles: 3, Pages: 2, MorePages: true, Single: true}, NextPage},
		"no single reads on the platform":      {Standing{Reads: 1, Pending: 1, Fresh: 1, MorePages: true}, NextPage},
		"none there either, and all is listed": {Standing{Reads: 1, Pending: 1, Pages: 1}, SingleRead},
		"somebody wants it all":                {Standing{Whole: true, MorePages: true, Single: true}, NextPage},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Decide(test.standing); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
