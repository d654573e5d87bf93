package audit

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
)

func TestAuditProgress(t *testing.T) {
	for _, test := range []struct {
		progress audit.Progress
		want     string
	}{
		{audit.Progress{Requests: 1}, "Reading: 1 request, 0 keys, 0 log rows"},
		{audit.Progress{Requests: 9, Keys: 1, BilliumRequests: 3, BilliumExpected: 8}, "Reading: 9 requests, 1 key, 0 log rows; Billium: 5 more at least"},
		{
			audit.Progress{Requests: 9, BilliumRequests: 3, BilliumExpected: 120},
			"Reading: 9 requests, 0 keys, 0 log rows; Billium: 117 more at least, about 2m0s at its documented 50 a minute",
		},
	} {
		if got := auditProgress(test.progress); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
