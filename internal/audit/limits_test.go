package audit_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// TestDocumentedLimits audits more of Billium than one minute allows: it waits
// as long as the platform asks, and has said so before.
func TestDocumentedLimits(t *testing.T) {
	w := &world{t: t, now: noon, policy: audit.DefaultPolicy()}
	w.daysAgo(0)
	w.sandbox = sandboxtest.Start(t, sandboxtest.WithDocumentedLimits(),
		sandboxtest.WithClock(func() time.Time { return time.UnixMicro(w.clock.Load()) }))
	const keys = 4500
	w.manyBilliumKeys(keys)
	var waited time.Duration
	c := w.sandbox.Credentials.Billium
	environment := map[string]string{"BILLIUM_API_KEY": c.APIKey, "BILLIUM_BASE_URL": c.BaseURL, "BILLIUM_MERCHANT_ID": c.MerchantID}
	access, err := inventory.Load("", func(name string) string { return environment[name] }, client.Options{
		Sleep: func(_ context.Context, d time.Duration) error {
			waited += d
			w.clock.Add(d.Microseconds())
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var last audit.Progress
	var most time.Duration
	r, err := audit.Run(t.Context(), audit.Options{
		Access: access, Policy: w.policy, Now: func() time.Time { return w.now },
		Progress: func(p audit.Progress) { last, most = p, max(most, p.AtMost()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Made.Gaps) > 0 || count[*audit.Key](r) != keys+1 {
		t.Errorf("%d keys, %+v", count[*audit.Key](r), r.Made.Gaps)
	}
	if last.BilliumRequests != last.BilliumExpected || last.BilliumRequests != 46+7 || last.Requests != last.BilliumRequests {
		t.Errorf("%+v", last)
	}
	if most != time.Minute || waited < 50*time.Second || waited > 70*time.Second {
		t.Errorf("it said %s and waited %s", most, waited)
	}
}

// manyBilliumKeys makes keys beside the server.
func (w *world) manyBilliumKeys(n int) {
	w.t.Helper()
	opened, err := store.Open(w.t.Context(), w.sandbox.Database())
	if err != nil {
		w.t.Fatal(err)
	}
	err = opened.InTx(w.t.Context(), func(ctx context.Context) error {
		issuers, err := opened.BilliumKeys().All(ctx)
		if err != nil {
			return err
		}
		for i := range n {
			if err := opened.BilliumKeys().Insert(ctx, store.BilliumKey{
				ID: fmt.Sprintf("key_%032d", i), MerchantID: issuers[0].MerchantID, MemberID: issuers[0].MemberID, Name: fmt.Sprintf("Key %d", i),
				Type: billium.Secret, Permissions: billium.Viewer.Permissions(), KeyPrefix: fmt.Sprintf("sk_%013d", i), TokenHash: fmt.Sprintf("none-%d", i),
				IsActive: true, CreatedBy: issuers[0].MemberID, CreatedAt: w.now.Add(-time.Hour),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = opened.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
