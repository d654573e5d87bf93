package providerdata

import (
	"context"
	"sync/atomic"
	"testing"
)

func TestOpenEphemerals(t *testing.T) {
	t.Parallel()
	var revoked atomic.Int32
	count := func(context.Context) { revoked.Add(1) }
	var u OpenEphemerals
	for _, id := range []string{"key_1", "key_2", "key_3"} {
		u.Add(id, count)
	}
	u.Remove("key_2")
	u.Revoke(t.Context())
	if n := revoked.Load(); n != 2 {
		t.Errorf("%d were revoked, want 2", n)
	}
	u.Revoke(t.Context())
	if n := revoked.Load(); n != 2 {
		t.Errorf("%d were revoked twice", n-2)
	}
	var none *OpenEphemerals
	none.Add("key_1", count)
	none.Remove("key_1")
}
